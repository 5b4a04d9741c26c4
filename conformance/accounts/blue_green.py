"""Releases of blue/green fleets as CodeDeploy makes them, within the rights of its role: what a stack finds when it is updated or deleted.

CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling": it copies the Auto Scaling group, has its hook on the
copy, and when the release succeeds deletes the one before. By reports a copy is in no target group, and here it has no scaling
policies either: what the stack is to see to, it has to see to.
"""

import json

from collections.abc import Iterator

from moto.codedeploy.models import codedeploy_backends

from accounts.cloud import REGION, Account
from accounts.kinds.base import Properties, only, subset
from accounts.kinds.custom import called

HOOK = "CodeDeploy-managed-automatic-launch-deployment-hook-"
COPIED = (
    "MinSize",
    "MaxSize",
    "DesiredCapacity",
    "VPCZoneIdentifier",
    "HealthCheckType",
    "HealthCheckGracePeriod",
)


def exchange(account: Account, succeeds: bool) -> int:
    """One release of every blue/green fleet of an account; returns how many there are. Of one that fails the copy stays."""
    codedeploy, number = account.client("codedeploy"), 0
    for group in _groups(account):
        number += 1
        names = subset(group, "applicationName", "deploymentGroupName")
        revision = {"revisionType": "S3", "s3Location": {"bucket": "bundles", "key": "bundle.zip", "bundleType": "zip"}}
        id = _renamed(account, codedeploy.create_deployment(**names, revision=revision)["deploymentId"])
        old = only([each["name"] for each in group["autoScalingGroups"]], "Auto Scaling groups of a blue/green group")
        acting = account.limited(group["serviceRoleArn"])
        new = _copy(acting, old, f"CodeDeploy_{group['deploymentGroupName']}_{id}", group["deploymentGroupName"])
        if succeeds:
            codedeploy.update_deployment_group(
                applicationName=names["applicationName"],
                currentDeploymentGroupName=names["deploymentGroupName"],
                autoScalingGroups=[new],
            )
            end = group["blueGreenDeploymentConfiguration"]["terminateBlueInstancesOnDeploymentSuccess"]["action"]
            if end == "TERMINATE":
                acting.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=old, ForceDelete=True)
        codedeploy_backends[account.id][REGION].deployments[id].status = "Succeeded" if succeeds else "Failed"
        _tell(account, {**names, "deploymentId": id, "state": "SUCCESS" if succeeds else "FAILURE"})
    return number


def _tell(account: Account, about: Properties) -> None:
    """What EventBridge does with the end of a deployment (EventBridge event schema, aws.codedeploy)."""
    events = account.client("events")
    detail = {
        "application": about["applicationName"],
        "deploymentGroup": about["deploymentGroupName"],
        "deploymentId": about["deploymentId"],
        "state": about["state"],
    }
    for rule in events.list_rules()["Rules"]:
        pattern = json.loads(rule["EventPattern"])
        asked = pattern.get("detail", {})
        if pattern["source"] == ["aws.codedeploy"] and all(detail.get(name) in values for name, values in asked.items()):
            for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
                called(account, target["Arn"], rule["Arn"], json.loads(target["Input"]))


def _renamed(account: Account, id: str) -> str:
    """A deployment under an id like those of CodeDeploy, which is part of the copy's name; moto has others."""
    deployments = codedeploy_backends[account.id][REGION].deployments
    deployment = deployments.pop(id)
    deployment.deployment_id = f"d-{id.replace('-', '')[:9].upper()}"
    deployments[deployment.deployment_id] = deployment
    return deployment.deployment_id


def _groups(account: Account) -> Iterator[Properties]:
    codedeploy = account.client("codedeploy")
    for application in codedeploy.list_applications()["applications"]:
        for name in codedeploy.list_deployment_groups(applicationName=application)["deploymentGroups"]:
            group = codedeploy.get_deployment_group(applicationName=application, deploymentGroupName=name)["deploymentGroupInfo"]
            if group["deploymentStyle"]["deploymentType"] == "BLUE_GREEN" and group.get("autoScalingGroups"):
                yield group


def _copy(acting: Account, old: str, new: str, group: str) -> str:
    scaling = acting.client("autoscaling")
    before = only(scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[old])["AutoScalingGroups"], old)
    tags = [subset(tag, "Key", "Value", "PropagateAtLaunch") for tag in before["Tags"]]
    template = subset(before["LaunchTemplate"], "LaunchTemplateId", "Version")
    scaling.create_auto_scaling_group(AutoScalingGroupName=new, LaunchTemplate=template, Tags=tags, **subset(before, *COPIED))
    scaling.put_lifecycle_hook(
        AutoScalingGroupName=new,
        LifecycleHookName=HOOK + group,
        LifecycleTransition="autoscaling:EC2_INSTANCE_LAUNCHING",
        DefaultResult="ABANDON",
        HeartbeatTimeout=600,
    )
    return new
