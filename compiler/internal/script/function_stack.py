"""Keeps the stack that a pipeline deploys a function in, and puts the function among a load balancer's targets.

Custom::FunctionStack: the stack is made with nothing in it, so that a first release updates it and can be tried again; it is
deleted before what the function uses, and keeps the service's stack from taking that away under it: Offers are the words that an
output of the function's stack may say. Custom::FunctionTarget: FunctionArn is a target of the group in TARGET_GROUP, seen to with
each Release.
"""
import json
import os
import time

import boto3
from botocore.exceptions import ClientError

cloudformation = boto3.client("cloudformation")
balancing = boto3.client("elbv2")

# A stack has at least one resource, and this one makes nothing.
EMPTY = {"Description": "Waits for the first release of the function.",
         "Resources": {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}


def handler(event, context):
    name = event.get("PhysicalResourceId", "nothing-made")
    try:
        work = {"Custom::FunctionStack": stack, "Custom::FunctionTarget": target}[event["ResourceType"]]
        print(event["RequestType"], event["ResourceType"])
        name = named(event)
        if not work(event, context):
            again(event, context)
            return
    except Exception as problem:
        answer(event, name, "FAILED", "%s: %s" % (type(problem).__name__, problem))
    else:
        answer(event, name, "SUCCESS", "")


def named(event):
    """The stack, or the function, is what makes it this resource and no other."""
    properties = event["ResourceProperties"]
    return "function-in-" + properties["StackName"] if "StackName" in properties else properties["FunctionArn"]


def stack(event, context):
    """Tells whether the stack is there, or gone; False when time is short."""
    work = gone if event["RequestType"] == "Delete" else made
    while not short(context):
        try:
            if work(event, event["ResourceProperties"]):
                return True
        except ClientError as problem:
            # A role and its rights that were made a moment ago are not known everywhere (IAM user guide, "Changes that I make are
            # not always immediately visible").
            event["Tries"] = event.get("Tries", 0) + 1
            if event["Tries"] > 30 or not any(word in str(problem).lower() for word in ("role", "accessdenied", "not authorized")):
                raise
        time.sleep(5)
    return False


def look(name):
    try:
        return cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as problem:
        if "does not exist" in str(problem):
            return None
        raise


def ours(found, properties):
    """A stack of this name that works as another role is somebody else's."""
    return found.get("RoleARN") == properties["RoleARN"]


def made(event, properties):
    name = properties["StackName"]
    # What was made is looked up by its id: that of a stack that is gone again says why.
    found = look(event.get("Made", name))
    if found is None:
        return create(event, properties)
    if not ours(found, properties):
        raise RuntimeError("There is a stack %s already, and its role is not %s" % (name, properties["RoleARN"]))
    status = found["StackStatus"]
    if status.endswith("_IN_PROGRESS"):
        return False
    if status in ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_COMPLETE", "DELETE_FAILED"):
        if "Made" in event:
            raise RuntimeError("The stack %s is in %s: %s" % (name, status, found.get("StackStatusReason", "see its events")))
        return gone(event, properties) and False  # left by somebody; a stack in such a state can only be deleted
    lost = used(found) - {*properties.get("Offers", "").split()}
    if lost:
        # What goes with an update goes after this answer, so nothing is lost yet.
        raise RuntimeError("The function still uses its %s: first update the stack of the pipeline and let it release" % ", ".join(sorted(lost)))
    return True


def used(found):
    return {word for output in found.get("Outputs", []) if output["OutputKey"].endswith("Uses") for word in output["OutputValue"].split()}


def create(event, properties):
    event["Made"] = cloudformation.create_stack(
        StackName=properties["StackName"], TemplateBody=json.dumps(EMPTY), RoleARN=properties["RoleARN"],
        OnFailure="DELETE")["StackId"]
    return False


def gone(event, properties):
    found = look(properties["StackName"])
    if found is None or found["StackStatus"] == "DELETE_COMPLETE" or not ours(found, properties):
        return True
    status = found["StackStatus"]
    if status == "UPDATE_IN_PROGRESS":
        # A release is on its way: it is taken back, since a stack that is being updated cannot be deleted.
        cancel(properties["StackName"])
    elif not status.endswith("_IN_PROGRESS"):
        event["Deletions"] = event.get("Deletions", 0) + 1
        if event["Deletions"] > 3:
            raise RuntimeError("The stack %s is in %s: %s" % (properties["StackName"], status, why(properties["StackName"])))
        cloudformation.delete_stack(StackName=properties["StackName"])
    return False


def cancel(name):
    try:
        cloudformation.cancel_update_stack(StackName=name)
    except ClientError as problem:
        print("Not taken back:", problem)  # it may have come to its end meanwhile


def why(name):
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    for event in events:
        if event.get("ResourceStatus") == "DELETE_FAILED" and event["PhysicalResourceId"] != event["StackId"]:
            return "%s: %s" % (event["LogicalResourceId"], event.get("ResourceStatusReason", ""))
    return "see its events"


def target(event, context):
    group = os.environ.get("TARGET_GROUP")
    targets = [{"Id": event["ResourceProperties"]["FunctionArn"]}]
    if event["RequestType"] != "Delete":
        if not group:
            raise RuntimeError("The load balancer has no target group for the function: the service's stack is older than this release")
        balancing.register_targets(TargetGroupArn=group, Targets=targets)
    elif group:
        try:
            balancing.deregister_targets(TargetGroupArn=group, Targets=targets)
        except (balancing.exceptions.TargetGroupNotFoundException, balancing.exceptions.InvalidTargetException):
            pass
    return True
