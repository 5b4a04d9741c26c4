"""Hosts: launch templates, Auto Scaling groups, scaling policies."""

import base64

from accounts.cloud import Account
from accounts.kinds.base import Absent, Kind, Properties, only, subset, without


class LaunchTemplate(Kind):
    type = "AWS::EC2::LaunchTemplate"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("ec2").create_launch_template(**wanted)["LaunchTemplate"]["LaunchTemplateId"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = only(account.client("ec2").describe_launch_templates(LaunchTemplateIds=[id])["LaunchTemplates"], id)
        numbers = subset(found, "LatestVersionNumber", "DefaultVersionNumber")
        return {"LaunchTemplateId": id, **{name: str(number) for name, number in numbers.items()}}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("ec2").create_launch_template_version(LaunchTemplateId=id, LaunchTemplateData=wanted["LaunchTemplateData"])
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ec2").delete_launch_template(LaunchTemplateId=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        versions = account.client("ec2").describe_launch_template_versions(LaunchTemplateId=id, Versions=["$Latest"])
        return only(versions["LaunchTemplateVersions"], id)


class AutoScalingGroup(Kind):
    type = "AWS::AutoScaling::AutoScalingGroup"

    def launched(self, account: Account, wanted: Properties) -> Properties:
        """What the hosts are launched with."""
        template = wanted["LaunchTemplate"]
        versions = account.client("ec2").describe_launch_template_versions(
            LaunchTemplateId=template["LaunchTemplateId"], Versions=[template["Version"]]
        )
        return only(versions["LaunchTemplateVersions"], template["Version"])["LaunchTemplateData"]

    def refuse(self, account: Account, wanted: Properties) -> None:
        """The hosts start at once, with the profile and the user data of this version."""
        data = self.launched(account, wanted)
        profile = data["IamInstanceProfile"]["Arn"].split("/")[-1]
        account.client("iam").get_instance_profile(InstanceProfileName=profile)
        base64.b64decode(data["UserData"], validate=True).decode()

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        self.refuse(account, wanted)
        account.client("autoscaling").create_auto_scaling_group(**self._arguments(wanted))
        return wanted["AutoScalingGroupName"]

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("autoscaling").update_auto_scaling_group(**without(self._arguments(wanted), "Tags", "TargetGroupARNs"))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        scaling = account.client("autoscaling")
        # CloudFormation ends the hosts first; a group with hosts would be refused.
        scaling.update_auto_scaling_group(AutoScalingGroupName=id, MinSize=0, MaxSize=0, DesiredCapacity=0)
        scaling.delete_auto_scaling_group(AutoScalingGroupName=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        groups = account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[id])["AutoScalingGroups"]
        found = dict(only(groups, id))
        hosts = [host for host in found["Instances"] if host["LifecycleState"] == "InService"]
        if not int(wanted["MinSize"]) <= len(hosts) <= int(wanted["MaxSize"]):
            raise Absent(f"{id} has {len(hosts)} hosts")
        return {
            **found,
            "VPCZoneIdentifier": found["VPCZoneIdentifier"].split(","),
            "LaunchTemplate": without(found["LaunchTemplate"], "LaunchTemplateName"),
            "Tags": [without(tag, "ResourceId", "ResourceType") for tag in found["Tags"]],
        }

    def _arguments(self, wanted: Properties) -> Properties:
        numbers = {name: int(size) for name, size in subset(wanted, "MinSize", "MaxSize", "DesiredCapacity").items()}
        return {**wanted, **numbers, "VPCZoneIdentifier": ",".join(wanted["VPCZoneIdentifier"])}


class ScalingPolicy(Kind):
    type = "AWS::AutoScaling::ScalingPolicy"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        name = f"{about['StackId'].split('/')[1]}-{about['LogicalResourceId']}"
        account.client("autoscaling").put_scaling_policy(PolicyName=name, **wanted)
        # Moto leaves the ARN out of its answer.
        return self._find(account, wanted, "PolicyName", name)["PolicyARN"]

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        return self.create(account, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        name = id.split("policyName/")[1]
        account.client("autoscaling").delete_policy(AutoScalingGroupName=wanted["AutoScalingGroupName"], PolicyName=name)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return self._find(account, wanted, "PolicyARN", id)

    def _find(self, account: Account, wanted: Properties, field: str, value: str) -> Properties:
        group = wanted["AutoScalingGroupName"]
        policies = account.client("autoscaling").describe_policies(AutoScalingGroupName=group)["ScalingPolicies"]
        return only([each for each in policies if each[field] == value], value)
