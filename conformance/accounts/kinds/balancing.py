"""Load balancers, target groups, listeners and their rules."""

from accounts.cloud import Account
from accounts.kinds.base import Kind, Properties, only, subset, without


class LoadBalancer(Kind):
    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        elb = account.client("elbv2")
        arn = elb.create_load_balancer(**without(wanted, "LoadBalancerAttributes"))["LoadBalancers"][0]["LoadBalancerArn"]
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=wanted["LoadBalancerAttributes"])
        return arn

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = self.read(account, id, wanted)
        return {**subset(found, "DNSName", "LoadBalancerArn"), "LoadBalancerFullName": id.split(":loadbalancer/")[1]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        elb = account.client("elbv2")
        elb.set_subnets(LoadBalancerArn=id, Subnets=wanted["Subnets"])
        elb.set_security_groups(LoadBalancerArn=id, SecurityGroups=wanted["SecurityGroups"])
        elb.modify_load_balancer_attributes(LoadBalancerArn=id, Attributes=wanted["LoadBalancerAttributes"])
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("elbv2").delete_load_balancer(LoadBalancerArn=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        elb = account.client("elbv2")
        found = dict(only(elb.describe_load_balancers(LoadBalancerArns=[id])["LoadBalancers"], id))
        set_by_us = {each["Key"] for each in wanted["LoadBalancerAttributes"]}
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=id)["Attributes"]
        return {
            **found,
            "Name": found["LoadBalancerName"],
            "Subnets": [zone["SubnetId"] for zone in found["AvailabilityZones"]],
            "LoadBalancerAttributes": [each for each in attributes if each["Key"] in set_by_us],
        }


class TargetGroup(Kind):
    type = "AWS::ElasticLoadBalancingV2::TargetGroup"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        elb = account.client("elbv2")
        arn = elb.create_target_group(**without(wanted, "TargetGroupAttributes"))["TargetGroups"][0]["TargetGroupArn"]
        self._set(account, arn, wanted)
        return arn

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = self.read(account, id, wanted)
        full_name = id.split(":")[-1]
        return {**subset(found, "TargetGroupName", "TargetGroupArn", "LoadBalancerArns"), "TargetGroupFullName": full_name}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        elb = account.client("elbv2")
        health = [name for name in wanted if name.startswith(("Health", "Unhealthy", "Matcher"))]
        elb.modify_target_group(TargetGroupArn=id, **subset(wanted, *health))
        self._set(account, id, wanted)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("elbv2").delete_target_group(TargetGroupArn=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        elb = account.client("elbv2")
        found = dict(only(elb.describe_target_groups(TargetGroupArns=[id])["TargetGroups"], id))
        set_by_us = {each["Key"] for each in wanted.get("TargetGroupAttributes", [])}
        attributes = elb.describe_target_group_attributes(TargetGroupArn=id)["Attributes"]
        return {
            **found,
            "Name": found["TargetGroupName"],
            "TargetGroupAttributes": [each for each in attributes if each["Key"] in set_by_us],
        }

    def _set(self, account: Account, id: str, wanted: Properties) -> None:
        if "TargetGroupAttributes" in wanted:
            account.client("elbv2").modify_target_group_attributes(TargetGroupArn=id, Attributes=wanted["TargetGroupAttributes"])


class Listener(Kind):
    type = "AWS::ElasticLoadBalancingV2::Listener"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("elbv2").create_listener(**wanted)["Listeners"][0]["ListenerArn"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"ListenerArn": id}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("elbv2").modify_listener(ListenerArn=id, **without(wanted, "LoadBalancerArn"))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("elbv2").delete_listener(ListenerArn=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return only(account.client("elbv2").describe_listeners(ListenerArns=[id])["Listeners"], id)


class ListenerRule(Kind):
    type = "AWS::ElasticLoadBalancingV2::ListenerRule"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("elbv2").create_rule(**wanted)["Rules"][0]["RuleArn"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"RuleArn": id}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        elb = account.client("elbv2")
        elb.modify_rule(RuleArn=id, **subset(wanted, "Conditions", "Actions"))
        elb.set_rule_priorities(RulePriorities=[{"RuleArn": id, "Priority": wanted["Priority"]}])
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("elbv2").delete_rule(RuleArn=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = only(account.client("elbv2").describe_rules(RuleArns=[id])["Rules"], id)
        # The ARN of a rule begins with that of its listener.
        return {**found, "ListenerArn": id.replace(":listener-rule/", ":listener/").rsplit("/", 1)[0]}
