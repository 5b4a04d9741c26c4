"""A fleet that CodeDeploy exchanges with each release, made by the program of the template, and what waits for its hosts."""

import base64
import json

from accounts import refusals
from accounts.cloud import Account
from accounts.kinds.base import Kind, Properties, camel, only, subset
from accounts.kinds.custom import Custom
from accounts.kinds.delivery import DeploymentGroup
from accounts.kinds.fleet import AutoScalingGroup

# What the program calls, by the Auto Scaling groups that it is about, as IAM names it.
ON_FIRST = ("CreateAutoScalingGroup",)
ON_ALL = (
    "AttachLoadBalancerTargetGroups",
    "CreateOrUpdateTags",
    "DeleteAutoScalingGroup",
    "DeletePolicy",
    "DetachLoadBalancerTargetGroups",
    "PutScalingPolicy",
    "UpdateAutoScalingGroup",
)
ANYWHERE = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribePolicies",
    "autoscaling:DescribeScalingActivities",
    "codedeploy:StopDeployment",
    "ec2:DescribeInstances",
)
ON_GROUP = (
    "CreateDeploymentGroup",
    "DeleteDeploymentGroup",
    "GetDeployment",
    "GetDeploymentGroup",
    "ListDeployments",
    "UpdateDeploymentGroup",
)


class BlueGreenFleet(Custom):
    type = "Custom::BlueGreenFleet"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        self._refuse(account, wanted)
        return super().create(account, wanted, about)

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        self._refuse(account, wanted)
        return super().update(account, id, old, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        refusals.deployment_group(account, json.loads(wanted["Group"])["ServiceRoleArn"].split("/")[-1])
        super().delete(account, id, wanted, about)

    def _refuse(self, account: Account, wanted: Properties) -> None:
        """What AWS looks for when the program calls, and moto does not."""
        fleet, group = json.loads(wanted["Fleet"]), json.loads(wanted["Group"])
        AutoScalingGroup().refuse(account, fleet)
        DeploymentGroup().refuse(account, group)

    def needed(self, account: Account, wanted: Properties, variables: Properties) -> list[tuple[str, str]]:
        fleet, group = json.loads(wanted["Fleet"]), json.loads(wanted["Group"])
        here = f"{account.client('lambda').meta.region_name}:{account.id}"
        hosts = f"arn:aws:autoscaling:{here}:autoScalingGroup:any:autoScalingGroupName"
        first, copy = f"{hosts}/{fleet['AutoScalingGroupName']}", f"{hosts}/CodeDeploy_{group['DeploymentGroupName']}_d-ABCDEF123"
        deployments = f"arn:aws:codedeploy:{here}:deploymentgroup:{group['ApplicationName']}/{group['DeploymentGroupName']}"
        data = AutoScalingGroup().launched(account, fleet)
        profile = account.client("iam").get_instance_profile(InstanceProfileName=data["IamInstanceProfile"]["Arn"].split("/")[-1])
        return [
            *((f"autoscaling:{action}", first) for action in (*ON_FIRST, *ON_ALL)),
            *((f"autoscaling:{action}", copy) for action in ON_ALL),
            *((f"codedeploy:{action}", deployments) for action in ON_GROUP),
            *((action, "*") for action in ANYWHERE),
            ("iam:PassRole", group["ServiceRoleArn"]),
            ("iam:PassRole", only(profile["InstanceProfile"]["Roles"], "roles of the hosts")["Arn"]),
            ("ec2:RunInstances", f"arn:aws:ec2:{here}:launch-template/{fleet['LaunchTemplate']['LaunchTemplateId']}"),
            ("ec2:CreateTags", f"arn:aws:ec2:{here}:instance/any"),
        ]

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        """The fleet that counts may be a copy; only its name is another then."""
        fleet, group = json.loads(wanted["Fleet"]), json.loads(wanted["Group"])
        names = {"applicationName": group["ApplicationName"], "deploymentGroupName": group["DeploymentGroupName"]}
        found = account.client("codedeploy").get_deployment_group(**names)["deploymentGroupInfo"]
        current = only([each["name"] for each in found["autoScalingGroups"]], id)
        hosts = AutoScalingGroup().read(account, current, fleet)
        if current.startswith(f"CodeDeploy_{group['DeploymentGroupName']}_d-"):
            hosts["AutoScalingGroupName"] = fleet["AutoScalingGroupName"]
        policies = account.client("autoscaling").describe_policies(AutoScalingGroupName=current)["ScalingPolicies"]
        configuration = account.client("lambda").get_function_configuration(FunctionName=wanted["ServiceToken"])
        return {
            **subset(wanted, "ServiceTimeout"),
            "ServiceToken": configuration["FunctionArn"],
            "Fleet": hosts,
            "Group": found,
            "Scaling": [each["TargetTrackingConfiguration"] for each in policies],
        }

    def expected(self, wanted: Properties) -> Properties:
        fleet, group = json.loads(wanted["Fleet"]), json.loads(wanted["Group"])
        scaling = [json.loads(wanted["Scaling"])] if "Scaling" in wanted else []
        return {**wanted, "Fleet": fleet, "Group": camel(group), "Scaling": scaling}


class WaitCondition(Kind):
    """Made when a host has signalled, by the program that its user data are; no host runs here, so its program is looked at."""

    type = "AWS::CloudFormation::WaitCondition"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        for group in account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]:
            if group["Instances"]:
                program = base64.b64decode(AutoScalingGroup().launched(account, group)["UserData"]).decode()
                if f"READY_URL='{wanted['Handle']}'" in program and "cfn-signal" in program:
                    return f"{about['StackId']}/{about['LogicalResourceId']}"
        raise RuntimeError("WaitCondition timed out. Received 0 conditions when expecting 1")

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        raise RuntimeError("Update to resource type AWS::CloudFormation::WaitCondition is not supported.")

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        pass

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        """Nothing of it is anywhere but in CloudFormation."""
        return wanted
