"""Owns the hosts of a service and the CodeDeploy deployment group that exchanges them, from their first day to their last.

CodeDeploy copies the Auto Scaling group for each release and deletes the one before (CodeDeploy user guide, "Integrating CodeDeploy
with Amazon EC2 Auto Scaling"), so the group that counts is the one that the deployment group names. Properties: Fleet, the
parameters of CreateAutoScalingGroup for the first of them, and Group, those of CreateDeploymentGroup without its hosts.
"""
import json
import time

import boto3
from botocore.exceptions import ClientError

scaling = boto3.client("autoscaling")
codedeploy = boto3.client("codedeploy")
ec2 = boto3.client("ec2")

UNDER_WAY = ["Created", "Queued", "InProgress", "Baking", "Ready"]
# What of an Auto Scaling group can be changed without making it anew.
CHANGES = ("LaunchTemplate", "MinSize", "MaxSize", "VPCZoneIdentifier", "HealthCheckType", "HealthCheckGracePeriod")


def handler(event, context):
    name = event.get("PhysicalResourceId", "nothing-made")
    try:
        fleet, group = json.loads(event["ResourceProperties"]["Fleet"]), json.loads(event["ResourceProperties"]["Group"])
        name = "fleet-of-%s/%s" % (group["applicationName"], group["deploymentGroupName"])
        print(event["RequestType"], name)
        work = gone if event["RequestType"] == "Delete" else there
        while not work(event, fleet, group):
            if short(context):
                again(event, context)
                return
            time.sleep(10)
    except Exception as problem:
        answer(event, name, "FAILED", "%s: %s" % (type(problem).__name__, problem))
    else:
        answer(event, name, "SUCCESS", "")


def code(problem):
    return problem.response["Error"]["Code"]


def there(event, fleet, group):
    """Tells whether hosts and deployment group are as the properties say; False while something is under way."""
    known = look(group)
    if known and running(group):
        # Neither group may be touched meanwhile: what is added then has no revision, and what is taken away fails the release.
        print("A deployment is under way.")
        return False
    hosts = current(known, fleet)
    if hosts is None:
        create(fleet)
        return False
    if not known:
        if serving(hosts) < int(fleet["MinSize"]):
            return False
        return made(event, group, hosts)
    change(hosts, fleet)
    sweep(hosts, fleet, group)
    codedeploy.update_deployment_group(
        currentDeploymentGroupName=group["deploymentGroupName"], autoScalingGroups=[hosts["AutoScalingGroupName"]],
        **{key: value for key, value in group.items() if key != "deploymentGroupName"})
    return True


def look(group):
    try:
        return codedeploy.get_deployment_group(applicationName=group["applicationName"],
                                               deploymentGroupName=group["deploymentGroupName"])["deploymentGroupInfo"]
    except ClientError as problem:
        if code(problem) in ("DeploymentGroupDoesNotExistException", "ApplicationDoesNotExistException"):
            return None
        raise


def running(group):
    return codedeploy.list_deployments(applicationName=group["applicationName"], deploymentGroupName=group["deploymentGroupName"],
                                       includeOnlyStatuses=UNDER_WAY)["deployments"]


def current(known, fleet):
    """The Auto Scaling group that counts: that of the deployment group, and the first one before there is one."""
    named = [each["name"] for each in (known or {}).get("autoScalingGroups", [])] + [fleet["AutoScalingGroupName"]]
    found = {each["AutoScalingGroupName"]: each for each in described(AutoScalingGroupNames=named)}
    for name in named:
        if name in found:
            return ours(found[name], fleet)
    return None


def described(**which):
    found, more = [], {}
    while True:
        page = scaling.describe_auto_scaling_groups(**which, **more)
        found += [each for each in page["AutoScalingGroups"] if each.get("Status") != "Delete in progress"]
        if not page.get("NextToken"):
            return found
        more = {"NextToken": page["NextToken"]}


def mark(tags):
    return {tag["Key"]: tag["Value"] for tag in tags}.get("Name")


def ours(hosts, fleet):
    if mark(hosts.get("Tags", [])) != mark(fleet["Tags"]):
        raise RuntimeError("There is an Auto Scaling group %s already, and it is not of this stack" % hosts["AutoScalingGroupName"])
    return hosts


def create(fleet):
    try:
        scaling.create_auto_scaling_group(**fleet)
    except ClientError as problem:
        if code(problem) != "AlreadyExists":
            raise


def serving(hosts):
    return len([each for each in hosts.get("Instances", []) if each["LifecycleState"] == "InService" and each["HealthStatus"] == "Healthy"])


def made(event, group, hosts):
    try:
        codedeploy.create_deployment_group(**group, autoScalingGroups=[hosts["AutoScalingGroupName"]])
    except ClientError as problem:
        # A role that was made a moment ago is not known everywhere (IAM user guide, "Changes that I make are not always
        # immediately visible").
        event["Tries"] = event.get("Tries", 0) + 1
        if code(problem) != "InvalidRoleException" or event["Tries"] > 30:
            raise
        return False
    return True


def change(hosts, fleet):
    name = hosts["AutoScalingGroupName"]
    scaling.update_auto_scaling_group(AutoScalingGroupName=name, **{key: fleet[key] for key in CHANGES if key in fleet})
    scaling.create_or_update_tags(Tags=[{**tag, "ResourceId": name, "ResourceType": "auto-scaling-group"} for tag in fleet["Tags"]])
    missing = [arn for arn in fleet.get("TargetGroupARNs", []) if arn not in hosts.get("TargetGroupARNs", [])]
    if missing:
        scaling.attach_load_balancer_target_groups(AutoScalingGroupName=name, TargetGroupARNs=missing)


def all_of(fleet, group):
    """Every Auto Scaling group of the service: the first, and CodeDeploy's copies, those of releases that failed among them."""
    copies = "CodeDeploy_%s_d-" % group["deploymentGroupName"]
    tagged = described(Filters=[{"Name": "tag:Name", "Values": [mark(fleet["Tags"])]}])
    return [each for each in tagged
            if each["AutoScalingGroupName"] == fleet["AutoScalingGroupName"] or each["AutoScalingGroupName"].startswith(copies)]


def sweep(hosts, fleet, group):
    for each in all_of(fleet, group):
        if each["AutoScalingGroupName"] != hosts["AutoScalingGroupName"]:
            delete(each)


def delete(hosts):
    print("Deleted:", hosts["AutoScalingGroupName"])
    try:
        scaling.delete_auto_scaling_group(AutoScalingGroupName=hosts["AutoScalingGroupName"], ForceDelete=True)
    except ClientError as problem:
        # "ValidationError" where it is gone meanwhile; a scaling activity ends by itself.
        if code(problem) not in ("ScalingActivityInProgress", "ResourceInUse", "ValidationError"):
            raise


def gone(event, fleet, group):
    """Tells whether nothing is left; False while something goes."""
    if look(group):
        under_way = running(group)
        for each in under_way:
            stop(each)
        if under_way:
            return False
        left = codedeploy.delete_deployment_group(applicationName=group["applicationName"],
                                                  deploymentGroupName=group["deploymentGroupName"]).get("hooksNotCleanedUp", [])
        if left:
            print("Hooks are left, which go with their groups:", len(left))
    hosts = all_of(fleet, group)
    for each in hosts:
        event["Instances"] = sorted({*event.get("Instances", []), *(host["InstanceId"] for host in each.get("Instances", []))})
        delete(each)
    return not hosts and not alive(event.get("Instances", []))


def stop(deployment):
    try:
        codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=False)
    except ClientError as problem:
        if code(problem) not in ("DeploymentAlreadyCompletedException", "DeploymentDoesNotExistException"):
            raise


def alive(instances):
    """Hosts that are not terminated yet: they hold the network, the security group and the role."""
    if not instances:
        return []
    pages = ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": instances[:200]}])["Reservations"]
    return [host["InstanceId"] for page in pages for host in page["Instances"] if host["State"]["Name"] != "terminated"]
