"""What a role may do by its own policies: moto lets everybody do everything."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.cloud import Account

# Where IAM names a service or an operation otherwise than its API does (service authorization reference).
SERVICES = {"monitoring": "cloudwatch"}
ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}


class AccessDenied(Exception):
    """AWS would not do it for this role."""


def statements(account: "Account", role: str) -> list[dict[str, Any]]:
    """Those that allow something; a Deny of ours has a condition, which nothing here fulfils."""
    iam, name = account.everyone[account.id].client("iam"), role.split("/")[-1]
    names = iam.list_role_policies(RoleName=name)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in names]
    return [each for document in documents for each in document["Statement"] if each["Effect"] == "Allow"]


def require(account: "Account", role: str, action: str, resource: str | None = None) -> None:
    """Without a resource some resource is enough."""
    for each in statements(account, role):
        named = any(fnmatchcase(action, pattern) for pattern in listed(each["Action"]))
        if named and (resource is None or any(fnmatchcase(resource, pattern) for pattern in listed(each["Resource"]))):
            return
    raise AccessDenied(f"AccessDenied: {role.split('/')[-1]} may not {action} on {resource or 'anything'}")


def guard(account: "Account", service: str, client: Any) -> None:
    """Holds every call of a client against the rights of the account's role."""

    def check(params: dict[str, Any], model: Any, **_: Any) -> None:
        prefix = model.service_model.endpoint_prefix
        action = f"{SERVICES.get(prefix, prefix)}:{model.name}"
        for resource in _resources(f"{client.meta.region_name}:{account.id}", action, params):
            require(account, account.role, ACTIONS.get(action, action), resource)

    client.meta.events.register(f"before-parameter-build.{service}", check)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resources(here: str, action: str, params: dict[str, Any]) -> Iterator[str | None]:
    """What a call is about, where that is plain from its parameters; None where it is not."""
    service, operation = action.split(":")
    if service == "lambda" and "FunctionName" in params:
        yield f"arn:aws:lambda:{here}:function:{params['FunctionName'].split(':function:')[-1]}"
    elif service == "ssm" and "Names" in params:
        yield from (f"arn:aws:ssm:{here}:parameter{name}" for name in params["Names"])
    elif service == "cloudformation" and "StackName" in params:
        yield f"arn:aws:cloudformation:{here}:stack/{params['StackName']}/any"
    elif service == "codedeploy" and "deploymentGroupName" in params:
        yield f"arn:aws:codedeploy:{here}:deploymentgroup:{params['applicationName']}/{params['deploymentGroupName']}"
    elif service == "autoscaling" and operation.startswith("Describe"):
        yield "*"  # They support no narrower resource.
    elif service == "autoscaling" and "AutoScalingGroupName" in params:
        yield f"arn:aws:autoscaling:{here}:autoScalingGroup:any:autoScalingGroupName/{params['AutoScalingGroupName']}"
    else:
        yield None
