"""The ways in and out of a network: gateways, addresses, route tables."""

from accounts import refusals
from accounts.cloud import Account
from accounts.kinds.base import Absent, Kind, Properties, only, subset
from accounts.kinds.network import tagged


class InternetGateway(Kind):
    type = "AWS::EC2::InternetGateway"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        answer = account.client("ec2").create_internet_gateway(**tagged("internet-gateway", wanted))
        return answer["InternetGateway"]["InternetGatewayId"]

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").delete_internet_gateway(InternetGatewayId=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return only(account.client("ec2").describe_internet_gateways(InternetGatewayIds=[id])["InternetGateways"], id)


class GatewayAttachment(Kind):
    type = "AWS::EC2::VPCGatewayAttachment"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        account.client("ec2").attach_internet_gateway(**wanted)
        return f"IGW|{wanted['VpcId']}"

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        refusals.attachment(account, wanted["VpcId"])
        account.client("ec2").detach_internet_gateway(**wanted)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        gateways = account.client("ec2").describe_internet_gateways(InternetGatewayIds=[wanted["InternetGatewayId"]])
        attachment = only(only(gateways["InternetGateways"], id)["Attachments"], id)
        return {"InternetGatewayId": wanted["InternetGatewayId"], "VpcId": attachment["VpcId"]}


class RouteTable(Kind):
    type = "AWS::EC2::RouteTable"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        answer = account.client("ec2").create_route_table(VpcId=wanted["VpcId"], **tagged("route-table", wanted))
        return answer["RouteTable"]["RouteTableId"]

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").delete_route_table(RouteTableId=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return only(account.client("ec2").describe_route_tables(RouteTableIds=[id])["RouteTables"], id)


class Route(Kind):
    type = "AWS::EC2::Route"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        gateway = wanted.get("GatewayId")
        if gateway:
            # AWS: "route table and network gateway belong to different networks" before the gateway is attached.
            attached = account.client("ec2").describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"][0]
            if not attached["Attachments"]:
                raise RuntimeError(f"InvalidParameterValue: {gateway} is not attached")
        account.client("ec2").create_route(**wanted)
        return f"{wanted['RouteTableId']}|{wanted['DestinationCidrBlock']}"

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").delete_route(**subset(wanted, "RouteTableId", "DestinationCidrBlock"))

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        table = only(account.client("ec2").describe_route_tables(RouteTableIds=[wanted["RouteTableId"]])["RouteTables"], id)
        routes = [route for route in table["Routes"] if route.get("DestinationCidrBlock") == wanted["DestinationCidrBlock"]]
        return {"RouteTableId": table["RouteTableId"], **only(routes, id)}


class RouteTableAssociation(Kind):
    type = "AWS::EC2::SubnetRouteTableAssociation"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("ec2").associate_route_table(**wanted)["AssociationId"]

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").disassociate_route_table(AssociationId=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        table = only(account.client("ec2").describe_route_tables(RouteTableIds=[wanted["RouteTableId"]])["RouteTables"], id)
        return only([each for each in table["Associations"] if each["RouteTableAssociationId"] == id], id)


class ElasticIp(Kind):
    type = "AWS::EC2::EIP"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        answer = account.client("ec2").allocate_address(Domain=wanted["Domain"], **tagged("elastic-ip", wanted))
        return answer["PublicIp"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return subset(self.read(account, id, wanted), "AllocationId", "PublicIp")

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        address = self.read(account, id, wanted)
        refusals.address(address)
        account.client("ec2").release_address(AllocationId=address["AllocationId"])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return only(account.client("ec2").describe_addresses(PublicIps=[id])["Addresses"], id)


class NatGateway(Kind):
    type = "AWS::EC2::NatGateway"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        plain = subset(wanted, "SubnetId", "AllocationId")
        return account.client("ec2").create_nat_gateway(**plain, **tagged("natgateway", wanted))["NatGateway"]["NatGatewayId"]

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        ec2 = account.client("ec2")
        address = only(self.read(account, id, wanted)["NatGatewayAddresses"], id)
        ec2.delete_nat_gateway(NatGatewayId=id)
        # Moto leaves the gateway's interface, and its address associated.
        ec2.disassociate_address(AssociationId=address["AssociationId"])
        ec2.delete_network_interface(NetworkInterfaceId=address["NetworkInterfaceId"])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = only(account.client("ec2").describe_nat_gateways(NatGatewayIds=[id])["NatGateways"], id)
        if found["State"] != "available":
            raise Absent(f"{id} is {found['State']}")
        return {**found, "AllocationId": only(found["NatGatewayAddresses"], id)["AllocationId"]}
