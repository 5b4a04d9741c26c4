"""What AWS refuses to delete because something uses it, and moto deletes: DependencyViolation and its like.

Sources: EC2 API reference, DeleteSubnet, DeleteSecurityGroup, DetachInternetGateway, ReleaseAddress; CodeDeploy API reference,
DeleteDeploymentGroup (hooksNotCleanedUp). Moto knows no interfaces of load balancers, so these are asked for themselves.
"""

from accounts.cloud import Account


class InUse(Exception):
    """AWS would not delete it."""


def subnet(account: Account, id: str) -> None:
    here = [{"Name": "subnet-id", "Values": [id]}]
    interfaces = account.client("ec2").describe_network_interfaces(Filters=here)["NetworkInterfaces"]
    zones = [zone["SubnetId"] for balancer in _balancers(account) for zone in balancer["AvailabilityZones"]]
    _refuse(f"subnet {id}", [each["NetworkInterfaceId"] for each in interfaces] + [each for each in zones if each == id])


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
    _refuse(f"security group {id}", [each["NetworkInterfaceId"] for each in interfaces] + balancers + endpoints + naming)


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


def _balancers(account: Account) -> list[dict]:
    return account.client("elbv2").describe_load_balancers()["LoadBalancers"]


def _refuse(what: str, users: list[str]) -> None:
    if users:
        raise InUse(f"{what} is in use: {', '.join(sorted(set(users)))}")
