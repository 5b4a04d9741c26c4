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
        wanted = "fleet-of-%s/%s" % (group["applicationName"], group["deploymentGroupName"])
        if event["RequestType"] == "Update" and wanted != name and before(event) == fleet["AutoScalingGroupName"]:
            # The Delete of the old group would take the hosts of the new one along.
            raise RuntimeError("With another deployment group, %s has to get another name as well" % before(event))
        name = wanted
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


def before(event):
    return json.loads(event["OldResourceProperties"]["Fleet"])["AutoScalingGroupName"]


def there(event, fleet, group):
    """Tells whether hosts and deployment group are as the properties say; False while something is under way."""
    known = look(group)
    if known and running(group):
        # Neither group may be touched meanwhile: what is added then has no revision, and what is taken away fails the release.
        print("A deployment is under way.")
        return False
    hosts = current(known, fleet, group)
    if hosts is None:
        create(fleet)
        return False
    if not known:
        if serving(hosts) < int(fleet["MinSize"]):
            return False
        return saved(event, codedeploy.create_deployment_group, hosts, **group)
    change(hosts, fleet)
    sweep(hosts, fleet, group)
    # Tags are taken by CreateDeploymentGroup alone.
    options = {key: value for key, value in group.items() if key not in ("deploymentGroupName", "tags")}
    return saved(event, codedeploy.update_deployment_group, hosts, currentDeploymentGroupName=group["deploymentGroupName"], **options)


def look(group):
    try:
        return codedeploy.get_deployment_group(applicationName=group["applicationName"],
                                               deploymentGroupName=group["deploymentGroupName"])["deploymentGroupInfo"]
    except ClientError as problem:
        if code(problem) in ("DeploymentGroupDoesNotExistException", "ApplicationDoesNotExistException"):
            return None
        raise


def running(group):
    try:
        return codedeploy.list_deployments(applicationName=group["applicationName"], deploymentGroupName=group["deploymentGroupName"],
                                           includeOnlyStatuses=UNDER_WAY)["deployments"]
    except ClientError as problem:
        # Another run with the same event was faster.
        if code(problem) != "DeploymentGroupDoesNotExistException":
            raise
        return []


def current(known, fleet, group):
    """The Auto Scaling group that counts: that of the deployment group, and the first one before there is one."""
    named = [each["name"] for each in (known or {}).get("autoScalingGroups", [])] + [fleet["AutoScalingGroupName"]]
    found = {each["AutoScalingGroupName"]: each for each in described(AutoScalingGroupNames=named) if not going(each)}
    for name in named:
        if name in found:
            return ours(found[name], fleet, group)
    return None


def described(**which):
    found, more = [], {}
    while True:
        page = scaling.describe_auto_scaling_groups(**which, **more)
        found += page["AutoScalingGroups"]
        if not page.get("NextToken"):
            return found
        more = {"NextToken": page["NextToken"]}


def going(hosts):
    return hosts.get("Status") == "Delete in progress"


def mark(tags):
    return {tag["Key"]: tag["Value"] for tag in tags}.get("Name")


def copies(group):
    return "CodeDeploy_%s_d-" % group["deploymentGroupName"]


def named(hosts, fleet, group):
    """Whether it has the name of the first, or of one of CodeDeploy's copies."""
    name = hosts["AutoScalingGroupName"]
    return name == fleet["AutoScalingGroupName"] or name.startswith(copies(group))


def ours(hosts, fleet, group):
    # By another name it would not be found when all are deleted.
    if mark(hosts.get("Tags", [])) != mark(fleet["Tags"]) or not named(hosts, fleet, group):
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


def saved(event, save, hosts, **options):
    try:
        save(autoScalingGroups=[hosts["AutoScalingGroupName"]], **options)
    except ClientError as problem:
        if code(problem) == "DeploymentGroupAlreadyExistsException":
            # Lambda can deliver an event twice at a time; the next look finds it.
            return False
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
    wanted, there = fleet.get("TargetGroupARNs", []), hosts.get("TargetGroupARNs", [])
    missing, others = [arn for arn in wanted if arn not in there], [arn for arn in there if arn not in wanted]
    if missing:
        scaling.attach_load_balancer_target_groups(AutoScalingGroupName=name, TargetGroupARNs=missing)
    if others:
        # The stack deletes a target group that was replaced, and a copy with one that is gone would be refused.
        scaling.detach_load_balancer_target_groups(AutoScalingGroupName=name, TargetGroupARNs=others)


def all_of(fleet, group):
    """Every Auto Scaling group of the service: the first, and CodeDeploy's copies, those of releases that failed among them."""
    tagged = described(Filters=[{"Name": "tag:Name", "Values": [mark(fleet["Tags"])]}])
    return [each for each in tagged if named(each, fleet, group)]


def sweep(hosts, fleet, group):
    for each in all_of(fleet, group):
        if each["AutoScalingGroupName"] != hosts["AutoScalingGroupName"]:
            delete(each)


def delete(hosts):
    if going(hosts):
        return
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
        delete(each)
    return not hosts and not alive(fleet, group)


def stop(deployment):
    try:
        codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=False)
    except ClientError as problem:
        if code(problem) not in ("DeploymentAlreadyCompletedException", "DeploymentDoesNotExistException"):
            raise


def alive(fleet, group):
    """Hosts that are not terminated yet: they hold the network, the security group and the role, and stay when their group is gone."""
    pages = ec2.describe_instances(Filters=[
        {"Name": "tag:Name", "Values": [mark(fleet["Tags"])]},
        {"Name": "tag:aws:autoscaling:groupName", "Values": [fleet["AutoScalingGroupName"], copies(group) + "*"]},
        {"Name": "instance-state-name", "Values": ["pending", "running", "shutting-down", "stopping", "stopped"]}])["Reservations"]
    return [host["InstanceId"] for page in pages for host in page["Instances"]]
