"""What AWS refuses and moto does: to delete what something uses, DependencyViolation and its like, and what nobody let in.

Sources: EC2 API reference, DeleteSubnet, DeleteSecurityGroup, DetachInternetGateway, ReleaseAddress; CodeDeploy API reference,
DeleteDeploymentGroup (hooksNotCleanedUp). Moto knows no interfaces of load balancers and functions, so these are asked for
themselves.
"""

import json
from fnmatch import fnmatchcase

from accounts import rights
from accounts.cloud import Account

PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
# The managed policy AWSLambdaVPCAccessExecutionRole, without its logs.
IN_A_VPC = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


class InUse(Exception):
    """AWS would not delete it."""


class NotLetIn(Exception):
    """A policy of the resource lacks what somebody needs who uses it."""


def subnet(account: Account, id: str) -> None:
    here = [{"Name": "subnet-id", "Values": [id]}]
    interfaces = account.client("ec2").describe_network_interfaces(Filters=here)["NetworkInterfaces"]
    zones = [zone["SubnetId"] for balancer in _balancers(account) for zone in balancer["AvailabilityZones"]]
    users = [each["NetworkInterfaceId"] for each in interfaces] + [each for each in zones if each == id]
    _refuse(f"subnet {id}", users + _functions(account, "SubnetIds", id))


def security_group(account: Account, id: str) -> None:
    ec2 = account.client("ec2")
    interfaces = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [id]}])["NetworkInterfaces"]
    balancers = [each["LoadBalancerArn"] for each in _balancers(account) if id in each["SecurityGroups"]]
    endpoints = [
        each["VpcEndpointId"]
        for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]
        if each["State"] != "deleted" and id in [group["GroupId"] for group in each.get("Groups", [])]
    ]
    naming = [
        group["GroupId"]
        for group in ec2.describe_security_groups()["SecurityGroups"]
        for permission in group["IpPermissions"] + group["IpPermissionsEgress"]
        for pair in permission["UserIdGroupPairs"]
        if pair["GroupId"] == id and group["GroupId"] != id
    ]
    users = [each["NetworkInterfaceId"] for each in interfaces] + balancers + endpoints + naming
    _refuse(f"security group {id}", users + _functions(account, "SecurityGroupIds", id))


def attachment(account: Account, vpc: str) -> None:
    """An internet gateway stays while something in its VPC has a public address: a NAT gateway, a load balancer."""
    gateways = account.client("ec2").describe_nat_gateways(Filter=[{"Name": "vpc-id", "Values": [vpc]}])["NatGateways"]
    users = [each["NatGatewayId"] for each in gateways if each["State"] != "deleted"]
    public = [each for each in _balancers(account) if each["Scheme"] == "internet-facing"]
    users += [each["LoadBalancerArn"] for each in public if each["VpcId"] == vpc]
    _refuse(f"the gateway of {vpc}", users)


def address(found: dict) -> None:
    _refuse(f"address {found['PublicIp']}", [found["AssociationId"]] if found.get("AssociationId") else [])


def deployment_group(account: Account, role: str) -> None:
    """Without the rights of its role CodeDeploy leaves its hooks in the Auto Scaling group."""
    policies = account.client("iam").list_role_policies(RoleName=role)["PolicyNames"]
    _refuse("a deployment group", [] if policies else [f"hooksNotCleanedUp: {role} has no rights any more"])


def version(account: Account, name: str, number: str) -> None:
    """Lambda API reference, DeleteFunction: "You can't delete a function version that's referenced by an alias"."""
    aliases = account.unlimited.client("lambda").list_aliases(FunctionName=name)["Aliases"]
    _refuse(f"version {number} of {name}", [each["AliasArn"] for each in aliases if each["FunctionVersion"] == number])


def execution_role(account: Account, wanted: dict, leaving: bool = False) -> None:
    """Lambda holds the role's rights against the settings that need them, and joins and leaves a VPC as the role.

    Lambda API reference, CreateFunction, "The provided execution role does not have permissions to call"; Lambda developer guide,
    "Giving Lambda functions access to resources in an Amazon VPC".
    """
    if wanted.get("VpcConfig"):
        for action in IN_A_VPC:
            rights.require(account, wanted["Role"], action)
    if "DeadLetterConfig" in wanted and not leaving:
        rights.require(account, wanted["Role"], "sqs:SendMessage", wanted["DeadLetterConfig"]["TargetArn"])


def image(account: Account, function: str, uri: str) -> None:
    """Lambda pulls an image when a function is made or changed, and asks for it as the one who does so, and as itself.

    Lambda developer guide, "Create a function using a container image", "Amazon ECR permissions": in another account the
    repository's policy lets in both that account and, for the function, the service; whoever makes the function needs the same
    rights by a policy of its own.
    """
    registry, _, rest = uri.partition(".")
    name, _, digest = rest.split("/", 1)[1].partition("@")
    ecr = account.everyone[registry].client("ecr")
    found = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageDigest": digest}])["images"]
    if not found:
        raise NotLetIn(f"Source image {uri} does not exist. Provide a valid source image.")
    repository = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryArn"]
    region = ecr.meta.region_name
    asked = [({"Service": "lambda.amazonaws.com"}, f"arn:aws:lambda:{region}:{account.id}:function:{function}")]
    if registry != account.id and account.role:
        asked.append(({"AWS": f"arn:aws:iam::{account.id}:root"}, account.role))
    policy = json.loads(ecr.get_repository_policy(repositoryName=name)["policyText"])
    for principal, who in asked:
        for action in PULL:
            if not any(_lets_in(each, principal, who, action) for each in policy["Statement"]):
                raise NotLetIn(f"Lambda does not have permission to access the ECR image: no {action} in {name} for {who}")
    for action in PULL:
        account.require(action, repository)


def _lets_in(statement: dict, principal: dict, who: str, action: str) -> bool:
    """Whether a statement of a repository is for this principal; what it asks of a request is its ARN, in one key."""
    patterns = [
        pattern
        for operator in statement.get("Condition", {}).values()
        for key, value in operator.items()
        if key.lower() in ("aws:sourcearn", "aws:principalarn")
        for pattern in rights.listed(value)
    ]
    allows = statement["Effect"] == "Allow" and statement["Principal"] == principal and action in rights.listed(statement["Action"])
    return allows and any(fnmatchcase(who, pattern) for pattern in patterns)


def _functions(account: Account, what: str, id: str) -> list[str]:
    """The functions that have an interface there."""
    found = account.client("lambda").list_functions()["Functions"]
    return [each["FunctionArn"] for each in found if id in each.get("VpcConfig", {}).get(what, [])]


def _balancers(account: Account) -> list[dict]:
    return account.client("elbv2").describe_load_balancers()["LoadBalancers"]


def _refuse(what: str, users: list[str]) -> None:
    if users:
        raise InUse(f"{what} is in use: {', '.join(sorted(set(users)))}")
