"""Networks: VPC, subnets, security groups, endpoints, flow logs."""

from accounts import refusals
from accounts.cloud import Account
from accounts.kinds.base import Kind, Properties, only, subset, without


def tagged(resource: str, wanted: Properties) -> Properties:
    """The argument that tags what is being made."""
    tags = wanted.get("Tags")
    return {"TagSpecifications": [{"ResourceType": resource, "Tags": tags}]} if tags else {}


class Vpc(Kind):
    type = "AWS::EC2::VPC"
    SWITCHES = ("EnableDnsSupport", "EnableDnsHostnames")

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        ec2 = account.client("ec2")
        id = ec2.create_vpc(CidrBlock=wanted["CidrBlock"], **tagged("vpc", wanted))["Vpc"]["VpcId"]
        for switch in self.SWITCHES:
            if switch in wanted:
                ec2.modify_vpc_attribute(VpcId=id, **{switch: {"Value": wanted[switch]}})
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").delete_vpc(VpcId=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        ec2 = account.client("ec2")
        found = dict(only(ec2.describe_vpcs(VpcIds=[id])["Vpcs"], id))
        for switch in self.SWITCHES:
            name = switch[0].lower() + switch[1:]
            found[switch] = ec2.describe_vpc_attribute(VpcId=id, Attribute=name)[switch]["Value"]
        return found


class Subnet(Kind):
    type = "AWS::EC2::Subnet"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        ec2 = account.client("ec2")
        plain = subset(wanted, "VpcId", "CidrBlock", "AvailabilityZone")
        id = ec2.create_subnet(**plain, **tagged("subnet", wanted))["Subnet"]["SubnetId"]
        ec2.modify_subnet_attribute(SubnetId=id, MapPublicIpOnLaunch={"Value": wanted["MapPublicIpOnLaunch"]})
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        refusals.subnet(account, id)
        account.client("ec2").delete_subnet(SubnetId=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return only(account.client("ec2").describe_subnets(SubnetIds=[id])["Subnets"], id)


class SecurityGroup(Kind):
    type = "AWS::EC2::SecurityGroup"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        ec2 = account.client("ec2")
        # CloudFormation names a group after stack and resource when the template does not.
        name = wanted.get("GroupName", f"{about['StackId'].split('/')[1]}-{about['LogicalResourceId']}")
        id = ec2.create_security_group(
            GroupName=name, Description=wanted["GroupDescription"], VpcId=wanted["VpcId"], **tagged("security-group", wanted)
        )["GroupId"]
        if wanted.get("SecurityGroupEgress"):
            # The rule that allows everything is there from the start, and goes when the template has rules.
            everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ec2.revoke_security_group_egress(GroupId=id, IpPermissions=[everything])
            allowed = [permission(each) for each in wanted["SecurityGroupEgress"]]
            ec2.authorize_security_group_egress(GroupId=id, IpPermissions=allowed)
        if wanted.get("SecurityGroupIngress"):
            allowed = [permission(each) for each in wanted["SecurityGroupIngress"]]
            ec2.authorize_security_group_ingress(GroupId=id, IpPermissions=allowed)
        return id

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return subset(self.read(account, id, wanted), "GroupId", "VpcId")

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        refusals.security_group(account, id)
        account.client("ec2").delete_security_group(GroupId=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = dict(only(account.client("ec2").describe_security_groups(GroupIds=[id])["SecurityGroups"], id))
        found["GroupDescription"] = found["Description"]
        found["SecurityGroupIngress"] = rules(found["IpPermissions"], "Source")
        # Rules of their own, AWS::EC2::SecurityGroupEgress, stand here too and are read there.
        egress = rules(found["IpPermissionsEgress"], "Destination")
        found["SecurityGroupEgress"] = [rule for rule in egress if rule in wanted.get("SecurityGroupEgress", [])]
        return found


class SecurityGroupEgress(Kind):
    type = "AWS::EC2::SecurityGroupEgress"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        ec2 = account.client("ec2")
        answer = ec2.authorize_security_group_egress(GroupId=wanted["GroupId"], IpPermissions=[permission(wanted)])
        return answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").revoke_security_group_egress(GroupId=wanted["GroupId"], IpPermissions=[permission(wanted)])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        group = only(account.client("ec2").describe_security_groups(GroupIds=[wanted["GroupId"]])["SecurityGroups"], id)
        found = [rule for rule in rules(group["IpPermissionsEgress"], "Destination") if "DestinationSecurityGroupId" in rule]
        same = [rule for rule in found if rule["DestinationSecurityGroupId"] == wanted["DestinationSecurityGroupId"]]
        return {"GroupId": group["GroupId"], **only(same, id)}


class FlowLog(Kind):
    type = "AWS::EC2::FlowLog"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        plain = without(wanted, "ResourceId", "Tags")
        answer = account.client("ec2").create_flow_logs(ResourceIds=[wanted["ResourceId"]], **plain, **tagged("vpc-flow-log", wanted))
        return answer["FlowLogIds"][0]

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").delete_flow_logs(FlowLogIds=[id])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = only(account.client("ec2").describe_flow_logs(FlowLogIds=[id])["FlowLogs"], id)
        kind = {"vpc": "VPC", "subnet": "Subnet"}[found["ResourceId"].split("-")[0]]
        return {**found, "ResourceType": kind}


class VpcEndpoint(Kind):
    type = "AWS::EC2::VPCEndpoint"
    LISTS = ("RouteTableIds", "SubnetIds", "SecurityGroupIds")

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("ec2").create_vpc_endpoint(**wanted)["VpcEndpoint"]["VpcEndpointId"]

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        changes = {}
        for name in self.LISTS:
            before, after = set(old.get(name, [])), set(wanted.get(name, []))
            changes |= {f"Add{name}": sorted(after - before)} if after - before else {}
            changes |= {f"Remove{name}": sorted(before - after)} if before - after else {}
        account.client("ec2").modify_vpc_endpoint(VpcEndpointId=id, **changes)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[id])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = only(account.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[id])["VpcEndpoints"], id)
        return {**found, "SecurityGroupIds": [group["GroupId"] for group in found.get("Groups", [])]}


def permission(rule: Properties) -> Properties:
    """A rule of a template as the API takes it."""
    about = subset(rule, "Description")
    group = rule.get("SourceSecurityGroupId", rule.get("DestinationSecurityGroupId"))
    peer = {"UserIdGroupPairs": [{"GroupId": group, **about}]} if group else {"IpRanges": [{"CidrIp": rule["CidrIp"], **about}]}
    return {**subset(rule, "IpProtocol", "FromPort", "ToPort"), **peer}


def rules(permissions: list[Properties], side: str) -> list[Properties]:
    """The rules of a group as a template writes them."""
    found = []
    for each in permissions:
        plain = subset(each, "IpProtocol", "FromPort", "ToPort")
        found += [{**plain, **subset(ip, "CidrIp", "Description")} for ip in each.get("IpRanges", [])]
        pairs = each.get("UserIdGroupPairs", [])
        found += [{**plain, f"{side}SecurityGroupId": pair["GroupId"], **subset(pair, "Description")} for pair in pairs]
    return found
