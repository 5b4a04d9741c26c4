"""Owns the hosts of a service and the CodeDeploy deployment group that exchanges them, from their first day to their last."""
# CodeDeploy copies the Auto Scaling group for each release and deletes the one before (CodeDeploy user guide, "Integrating CodeDeploy
# with Amazon EC2 Auto Scaling"), so the group that counts is the one that the deployment group names. Properties, as JSON: Fleet, those
# of AWS::AutoScaling::AutoScalingGroup for the first of them; Group, those of AWS::CodeDeploy::DeploymentGroup without its hosts; and
# Scaling, a TargetTrackingConfiguration, if there is one.
import json
import time

import boto3
from botocore.exceptions import ClientError

scaling = boto3.client("autoscaling")
codedeploy = boto3.client("codedeploy")
ec2 = boto3.client("ec2")
cloudformation = boto3.client("cloudformation")

# In seconds: CloudFormation stops waiting after an hour, and then nobody reads a reason.
PATIENCE = 3000
UNDER_WAY = ["Created", "Queued", "InProgress", "Baking", "Ready"]
# What ends by itself.
BUSY = ("ScalingActivityInProgress", "ResourceInUse", "ResourceContention", "ServiceLinkedRoleFailure", "Throttling", "ThrottlingException",
        "RequestLimitExceeded")
# What a role and its rights that were made a moment ago are refused with (IAM user guide, "Changes that I make are not always
# immediately visible"), and how often that is tried again: for five minutes.
YOUNG = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "InvalidRoleException")
TRIES = 30
# What of an Auto Scaling group can be changed without making it anew.
CHANGES = ("LaunchTemplate", "MinSize", "MaxSize", "VPCZoneIdentifier", "HealthCheckType", "HealthCheckGracePeriod")
# What an update leaves out stays as it is, and alarms may be gone then.
OFF = {"alarmConfiguration": {"enabled": False}, "autoRollbackConfiguration": {"enabled": False}}
POLICY = "load"


def handler(event, context):
    if event["RequestType"] == "Follow":
        follow(*asked(event["ResourceProperties"]))
        return
    name = event.get("PhysicalResourceId", "nothing-made")
    try:
        try:
            fleet, group, load = asked(event["ResourceProperties"])
        except Exception:
            if event["RequestType"] == "Delete" and name == "nothing-made":
                # That is why nothing was made, and it keeps nothing from being deleted.
                answer(event, name, "SUCCESS", "")
                return
            raise
        wanted = "fleet-of-%s/%s" % (group["applicationName"], group["deploymentGroupName"])
        if event["RequestType"] == "Update" and wanted != name and before(event) == fleet["AutoScalingGroupName"]:
            # The Delete of the old group would take the hosts of the new one along.
            raise RuntimeError("With another deployment group, %s has to get another name as well" % before(event))
        name = wanted
        print(event["RequestType"], name)
        event.setdefault("Until", time.time() + PATIENCE)
        while True:
            late = time.time() > event["Until"]
            waits = attempt(event, fleet, group, load, late)
            if not waits:
                break
            if late:
                raise TimeoutError("In %d minutes not done. %s" % (PATIENCE // 60, waits))
            if short(context):
                again(event, context)
                return
            time.sleep(10)
    except Exception as problem:
        answer(event, name, "FAILED", "%s: %s" % (type(problem).__name__, problem))
    else:
        answer(event, name, "SUCCESS", "")


def asked(properties):
    """What the properties say: the fleet as CloudFormation has it, but with numbers, and the group as the API has it."""
    fleet, group, load = (read(properties.get(name)) for name in ("Fleet", "Group", "Scaling"))
    fleet.update({size: int(fleet[size]) for size in ("MinSize", "MaxSize")})
    return fleet, {**OFF, **small(group)}, load


def read(value):
    return json.loads(value or "null") if isinstance(value, str) else value


def small(value):
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: small(each) for key, each in value.items()}
    return [small(each) for each in value] if isinstance(value, list) else value


def code(problem):
    return problem.response["Error"]["Code"]


def before(event):
    return json.loads(event["OldResourceProperties"]["Fleet"])["AutoScalingGroupName"]


def attempt(event, fleet, group, load, late):
    """One look, and what can be done at once. Returns what is to be waited for, in words, and nothing when all is done."""
    try:
        if event["RequestType"] == "Delete":
            return gone(fleet, group)
        status = stack(event)
        if event.setdefault("Stack", status) != status:
            # CloudFormation takes back an update, and does not tell those who are at it (aws-cdk issue 31541).
            raise RuntimeError("CloudFormation has gone on without this")
        return there(event, fleet, group, load, late)
    except ClientError as problem:
        if young(problem):
            event["Tries"] = event.get("Tries", 0) + 1
        if not young(problem) and code(problem) not in BUSY or event.get("Tries", 0) > TRIES:
            raise
        return str(problem)


def young(problem):
    profile = code(problem) == "ValidationError" and any(word in str(problem).lower() for word in ("instance profile", "launch template"))
    return profile or code(problem) in YOUNG


def stack(event):
    return cloudformation.describe_stacks(StackName=event["StackId"])["Stacks"][0]["StackStatus"]


def there(event, fleet, group, load, late):
    # In this order: a deployment that ends in between has named its fleet.
    under_way, known = running(group), look(group)
    hosts = current(known, fleet, group)
    if under_way:
        # Neither group may be touched meanwhile: what is added then has no revision, and what is taken away fails the release.
        # Nor need it be, when CloudFormation takes back an update that has not begun.
        same_as_before = known and hosts and same(known, hosts, fleet, group, load, back="ROLLBACK" in event["Stack"])
        return None if same_as_before else wait_for(under_way)
    if hosts is None:
        create(fleet)
        return "%s is not there yet, or one of that name still goes." % fleet["AutoScalingGroupName"]
    name = hosts["AutoScalingGroupName"]
    if known:
        change(hosts, fleet)
    elif serving(hosts) < fleet["MinSize"]:
        return "%s has %d hosts in service, not %d.%s" % (name, serving(hosts), fleet["MinSize"], failure(name) if late else "")
    scale(name, load)
    waits = save(group, known, name)
    if not waits:
        sweep(name, fleet, group)
    return waits


def follow(fleet, group, load):
    """After a release that succeeded: gives the copy what it lacks, and deletes those of releases that failed.

    The event comes with what the rule says, which an update may be about to change: so nothing is changed that is there.
    """
    known = look(group)
    hosts = known and current(known, fleet, group)
    if not hosts or running(group):
        return  # It is all deleted, or there will be a further event.
    name = hosts["AutoScalingGroupName"]
    attach(hosts, fleet)
    if load and not policy(name):
        scale(name, load)
    sweep(name, fleet, group)


def wait_for(deployments):
    return "Deployment %s is under way: wait for its end, or stop it, then try again." % ", ".join(deployments)


def look(group):
    try:
        return codedeploy.get_deployment_group(applicationName=group["applicationName"],
                                               deploymentGroupName=group["deploymentGroupName"])["deploymentGroupInfo"]
    except ClientError as problem:
        return absent(problem)


def absent(problem):
    if code(problem) not in ("DeploymentGroupDoesNotExistException", "ApplicationDoesNotExistException"):
        raise problem


def running(group):
    try:
        return every(codedeploy, "list_deployments", "deployments", applicationName=group["applicationName"],
                     deploymentGroupName=group["deploymentGroupName"], includeOnlyStatuses=UNDER_WAY)
    except ClientError as problem:
        return absent(problem) or []


def every(client, operation, key, **which):
    return [each for page in client.get_paginator(operation).paginate(**which) for each in page[key]]


def current(known, fleet, group):
    """The Auto Scaling group that counts: that of the deployment group, and the first one before there is one."""
    wanted = hosts_of(known) + [fleet["AutoScalingGroupName"]]
    found = {each["AutoScalingGroupName"]: each for each in described(AutoScalingGroupNames=wanted) if not going(each)}
    for name in wanted:
        if name in found:
            return ours(found[name], fleet, group)
    return None


def hosts_of(known):
    return [each["name"] for each in (known or {}).get("autoScalingGroups", [])]


def described(**which):
    return every(scaling, "describe_auto_scaling_groups", "AutoScalingGroups", **which)


def going(hosts):
    return hosts.get("Status") == "Delete in progress"


def mark(tags):
    return {tag["Key"]: tag["Value"] for tag in tags}.get("Name")


def copies(group):
    return "CodeDeploy_%s_d-" % group["deploymentGroupName"]


def named(name, fleet, group):
    """Whether it is the name of the first, or of one of CodeDeploy's copies."""
    return name == fleet["AutoScalingGroupName"] or name.startswith(copies(group))


def ours(hosts, fleet, group):
    # By another name it would not be found when all are deleted.
    if mark(hosts.get("Tags", [])) != mark(fleet["Tags"]) or not named(hosts["AutoScalingGroupName"], fleet, group):
        raise RuntimeError("There is an Auto Scaling group %s already, and it is not of this stack" % hosts["AutoScalingGroupName"])
    return hosts


def same(known, hosts, fleet, group, load, back):
    """Whether nothing is to be changed. When CloudFormation goes back, a launch template gets a further version that says the same."""
    if back:
        fleet = {**fleet, "LaunchTemplate": {key: value for key, value in fleet["LaunchTemplate"].items() if key != "Version"}}
    name, keys = hosts["AutoScalingGroupName"], [tag["Key"] for tag in fleet["Tags"]]
    found = {**hosts, "AutoScalingGroupName": fleet["AutoScalingGroupName"], "Tags": [tag for tag in hosts["Tags"] if tag["Key"] in keys],
             "VPCZoneIdentifier": hosts.get("VPCZoneIdentifier", "").split(",")}
    policies = [each.get("TargetTrackingConfiguration") for each in policy(name)]
    return hosts_of(known) == [name] and holds(fleet, found) and holds(group, known) and holds([load] if load else [], policies)


def holds(wanted, found):
    """AWS adds what it takes for granted, leaves out what is empty, and keeps no order."""
    if isinstance(wanted, dict):
        return all(holds(each, (found or {}).get(key)) for key, each in wanted.items())
    if isinstance(wanted, list):
        return len(wanted) == len(found or []) and all(any(holds(each, other) for other in found) for each in wanted)
    return wanted == found or not wanted and not found


def call(fleet, keys):
    """Those parameters as the API takes them."""
    return {key: ",".join(fleet[key]) if key == "VPCZoneIdentifier" else fleet[key] for key in keys if key in fleet}


def create(fleet):
    try:
        scaling.create_auto_scaling_group(**call(fleet, fleet))
    except ClientError as problem:
        if code(problem) != "AlreadyExists":
            raise


def serving(hosts):
    return len([each for each in hosts.get("Instances", []) if each["LifecycleState"] == "InService" and each["HealthStatus"] == "Healthy"])


def failure(name):
    for each in scaling.describe_scaling_activities(AutoScalingGroupName=name, MaxRecords=20)["Activities"]:
        if each["StatusCode"] in ("Failed", "Cancelled"):
            return " The last activity that failed: %s" % each.get("StatusMessage", each["Description"])
    return ""


def policy(name):
    return scaling.describe_policies(AutoScalingGroupName=name, PolicyNames=[POLICY])["ScalingPolicies"]


def scale(name, load):
    if load:
        scaling.put_scaling_policy(AutoScalingGroupName=name, PolicyName=POLICY, PolicyType="TargetTrackingScaling",
                                   TargetTrackingConfiguration=load)
    elif policy(name):
        scaling.delete_policy(AutoScalingGroupName=name, PolicyName=POLICY)


def save(group, known, name):
    try:
        if known:
            options = {key: value for key, value in group.items() if key != "deploymentGroupName"}
            codedeploy.update_deployment_group(currentDeploymentGroupName=group["deploymentGroupName"], autoScalingGroups=[name], **options)
        else:
            codedeploy.create_deployment_group(autoScalingGroups=[name], **group)
    except ClientError as problem:
        # Lambda can deliver an event twice at a time; the next look finds it.
        if code(problem) != "DeploymentGroupAlreadyExistsException":
            raise
        return str(problem)
    return None


def change(hosts, fleet):
    name = hosts["AutoScalingGroupName"]
    scaling.update_auto_scaling_group(AutoScalingGroupName=name, **call(fleet, CHANGES))
    scaling.create_or_update_tags(Tags=[{**tag, "ResourceId": name, "ResourceType": "auto-scaling-group"} for tag in fleet["Tags"]])
    attach(hosts, fleet)
    others = [arn for arn in hosts.get("TargetGroupARNs", []) if arn not in fleet.get("TargetGroupARNs", [])]
    if others:
        # The stack deletes a target group that was replaced, and a copy with one that is gone would be refused.
        scaling.detach_load_balancer_target_groups(AutoScalingGroupName=name, TargetGroupARNs=others)


def attach(hosts, fleet):
    missing = [arn for arn in fleet.get("TargetGroupARNs", []) if arn not in hosts.get("TargetGroupARNs", [])]
    if missing:
        print("Not among the targets:", hosts["AutoScalingGroupName"])
        scaling.attach_load_balancer_target_groups(AutoScalingGroupName=hosts["AutoScalingGroupName"], TargetGroupARNs=missing)


def all_of(fleet, group):
    """Every Auto Scaling group of the service: the first, and CodeDeploy's copies, those of releases that failed among them."""
    tagged = described(Filters=[{"Name": "tag:Name", "Values": [mark(fleet["Tags"])]}])
    return [each for each in tagged if named(each["AutoScalingGroupName"], fleet, group)]


def sweep(name, fleet, group):
    """Deletes the others: those of releases that failed and, unless they are kept to go back to, those before."""
    end = group.get("blueGreenDeploymentConfiguration", {}).get("terminateBlueInstancesOnDeploymentSuccess", {})
    for each in all_of(fleet, group):
        other = each["AutoScalingGroupName"]
        # A release may have begun since the last look.
        if other != name and fate(other, group) not in (UNDER_WAY if end.get("action") != "KEEP_ALIVE" else (*UNDER_WAY, "Succeeded", None)):
            delete(each)


def fate(name, group):
    """The status of the deployment that made a copy, if CodeDeploy knows it still."""
    if not name.startswith(copies(group)):
        return None
    try:
        return codedeploy.get_deployment(deploymentId="d-" + name[len(copies(group)):])["deploymentInfo"]["status"]
    except ClientError as problem:
        if code(problem) not in ("DeploymentDoesNotExistException", "InvalidDeploymentIdException"):
            raise
        return None


def delete(hosts):
    if going(hosts):
        return
    print("Deleted:", hosts["AutoScalingGroupName"])
    try:
        scaling.delete_auto_scaling_group(AutoScalingGroupName=hosts["AutoScalingGroupName"], ForceDelete=True)
    except ClientError as problem:
        # "ValidationError" where it is gone meanwhile.
        if code(problem) not in (*BUSY, "ValidationError"):
            raise


def gone(fleet, group):
    known, refused = look(group), ""
    # That of somebody else, for which a Create failed, stays.
    if known and all(named(name, fleet, group) for name in hosts_of(known)):
        under_way = running(group)
        for each in under_way:
            stop(each)
        if under_way:
            return wait_for(under_way)
        refused = forget(group)
    hosts = all_of(fleet, group)
    for each in hosts:
        delete(each)
    left = [each["AutoScalingGroupName"] for each in hosts] or alive(fleet, group)
    return refused or left and "Still there: %s." % ", ".join(left)


def forget(group):
    """Deletes the deployment group. Hooks that it leaves go with their Auto Scaling groups, and so may what keeps it."""
    try:
        left = codedeploy.delete_deployment_group(applicationName=group["applicationName"],
                                                  deploymentGroupName=group["deploymentGroupName"]).get("hooksNotCleanedUp", [])
        print("Deleted the deployment group; hooks that are left:", len(left))
    except ClientError as problem:
        if code(problem) != "InvalidRoleException":
            raise
        return str(problem)
    return ""


def stop(deployment):
    try:
        codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=False)
    except ClientError as problem:
        # The last where it has gone too far to be stopped: then it comes to its end.
        if code(problem) not in ("DeploymentAlreadyCompletedException", "DeploymentDoesNotExistException", "DeploymentGroupDoesNotExistException",
                                 "UnsupportedActionForDeploymentTypeException"):
            raise


def alive(fleet, group):
    """Hosts that are not terminated yet: they hold the network, the security group and the role, and stay when their group is gone."""
    pages = every(ec2, "describe_instances", "Reservations", Filters=[
        {"Name": "tag:Name", "Values": [mark(fleet["Tags"])]},
        {"Name": "tag:aws:autoscaling:groupName", "Values": [fleet["AutoScalingGroupName"], copies(group) + "*"]},
        {"Name": "instance-state-name", "Values": ["pending", "running", "shutting-down", "stopping", "stopped"]}])
    return [host["InstanceId"] for page in pages for host in page["Instances"]]
