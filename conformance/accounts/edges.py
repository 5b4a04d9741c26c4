"""Which resource of a template comes after which."""

from typing import Any

from accounts.intrinsics import VARIABLE, TemplateError

# Where no edge says otherwise CloudFormation works on many resources at once, so that any of them may be the first. In
# the unlucky order these come last and go first: what others need without a reference to it.
NEEDED_UNSEEN = {
    "AWS::IAM::Policy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::KMS::Alias",
    "AWS::Logs::LogGroup",
    "AWS::Lambda::Permission",
    "AWS::SSM::Parameter",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::EC2::SubnetRouteTableAssociation",
}


def mentions(value: Any) -> set[tuple[str, str | None]]:
    """Every name that Ref, Fn::GetAtt and Fn::Sub speak of, with the attribute if there is one."""
    if isinstance(value, list):
        return {found for each in value for found in mentions(each)}
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, each in value.items():
        if key == "Ref" and isinstance(each, str):
            found.add((each, None))
        elif key == "Fn::GetAtt":
            found.add(tuple(each.split(".", 1) if isinstance(each, str) else each))
        elif key == "Fn::Sub":
            template, variables = each if isinstance(each, list) else (each, {})
            named = {name.strip() for name in VARIABLE.findall(template)} - set(variables)
            found |= {tuple(name.split(".", 1)) if "." in name else (name, None) for name in named}
            found |= mentions(variables)
        else:
            found |= mentions(each)
    return found


def earlier(resources: dict[str, dict]) -> dict[str, set[str]]:
    """For each resource those that have to be there first."""
    edges = {}
    for name, resource in resources.items():
        depends = resource.get("DependsOn", [])
        depends = {depends} if isinstance(depends, str) else set(depends)
        edges[name] = (depends | {other for other, _ in mentions(resource)}) & set(resources) - {name}
    return edges


def creation_order(resources: dict[str, dict], unlucky: bool) -> list[str]:
    """The resources so that each comes after those that it needs; deletion goes the other way."""
    edges, order = earlier(resources), []
    hurried = _needed_by_custom(resources, edges)
    while len(order) < len(resources):
        ready = [name for name in resources if name not in order and edges[name] <= set(order)]
        if not ready:
            raise TemplateError(f"Circular dependency between resources: {sorted(set(resources) - set(order))}")
        if unlucky:
            ready.sort(key=lambda name: (resources[name]["Type"] in NEEDED_UNSEEN, name not in hurried))
        order.append(ready[0])
    return order


def _needed_by_custom(resources: dict[str, dict], edges: dict[str, set[str]]) -> set[str]:
    """What comes first lets a custom resource come early, and go late: when what its program needs unseen is gone."""
    needed, open = set(), [name for name, resource in resources.items() if resource["Type"].startswith("Custom::")]
    while open:
        found = edges[open.pop()] - needed
        needed |= found
        open += found
    return needed
