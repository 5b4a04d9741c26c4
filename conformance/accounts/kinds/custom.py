"""Custom resources: the code of their functions, as the template has it, is run for real."""

import json
import time
import uuid

from accounts import rights
from accounts.cloud import Account
from accounts.invocation import AnswerBox, run_handler
from accounts.kinds.base import Kind, Properties, only, subset
from accounts.kinds.functions import FUNCTIONS, Invocation

# What the code calls, as IAM names it; without one of these rights it would be refused in AWS, which moto does not do.
NEEDED_TO_EMPTY = ("s3:ListBucketVersions", "s3:ListBucketMultipartUploads", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload")
NEEDED_TO_KEEP = ("CancelUpdateStack", "CreateStack", "DeleteStack", "DescribeStackEvents", "DescribeStacks")


class Custom(Kind):
    """A resource that is what its function makes of it; see "Custom resource reference" in CloudFormation's guide."""

    # The requests that the code makes calls for.
    watched: tuple[str, ...] = ("Create", "Update", "Delete")

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return self._call(account, "Create", wanted, about)

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        more = {"PhysicalResourceId": id, "OldResourceProperties": written(old)}
        return self._call(account, "Update", wanted, about, **more)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        self._call(account, "Delete", wanted, about, PhysicalResourceId=id)

    def needed(self, account: Account, wanted: Properties, variables: Properties) -> list[tuple[str, str]]:
        """The rights that the code's calls take: action and resource."""
        raise NotImplementedError(self.type)

    def _call(self, account: Account, request: str, wanted: Properties, about: Properties, **more: object) -> str:
        """Asks the function as CloudFormation does, and waits for its answer."""
        arn, everything = wanted["ServiceToken"], account.unlimited
        account.require("lambda:InvokeFunction", arn)
        declared = FUNCTIONS.standing[arn]
        function = everything.client("lambda").get_function_configuration(FunctionName=arn)
        role, stream = function["Role"], f"{request}/{uuid.uuid4()}"
        variables = function.get("Environment", {}).get("Variables", {})
        policies = everything.client("iam").list_role_policies(RoleName=role.split("/")[-1])["PolicyNames"]
        call = Invocation(request, self.type, about["LogicalResourceId"], policies)
        FUNCTIONS.calls.append(call)
        if request in self.watched:
            for action, resource in self.needed(account, wanted, variables):
                rights.require(everything, role, action, resource)
        with AnswerBox() as box:
            event = {
                **subset(about, "StackId", "LogicalResourceId"),
                "RequestType": request,
                "RequestId": str(uuid.uuid4()),
                "ResponseURL": box.url,
                "ResourceType": self.type,
                "ServiceToken": arn,
                "ResourceProperties": written(wanted),
                **more,
            }
            acting = everything.assume(role)
            environment = {**variables, **acting.environment()}
            call.printed = run_handler(declared["Code"]["ZipFile"], function["Handler"], event, arn, environment)
            answer = box.answer(event)
        logs, group = acting.client("logs"), declared["LoggingConfig"]["LogGroup"]
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        lines = [{"timestamp": int(time.time() * 1000), "message": line} for line in call.printed.splitlines()]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=lines)
        if answer["Status"] != "SUCCESS":
            raise RuntimeError(f"{request} of {about['LogicalResourceId']}: {answer['Reason']}")
        return answer["PhysicalResourceId"]


def called(account: Account, function: str, caller: str, event: Properties) -> None:
    """A function is called by a rule, which its policy has to let in, and nobody waits for an answer."""
    everything = account.unlimited
    policy = json.loads(everything.client("lambda").get_policy(FunctionName=function)["Policy"])
    if not any(caller == value for each in policy["Statement"] for value in each.get("Condition", {}).get("ArnLike", {}).values()):
        raise rights.AccessDenied(f"AccessDenied: {caller} may not call {function}")
    configuration = everything.client("lambda").get_function_configuration(FunctionName=function)
    acting = everything.assume(configuration["Role"])
    environment = {**configuration.get("Environment", {}).get("Variables", {}), **acting.environment()}
    run_handler(FUNCTIONS.standing[function]["Code"]["ZipFile"], configuration["Handler"], event, function, environment)


class BucketEmptier(Custom):
    type = "Custom::BucketEmptier"
    watched = ("Delete",)

    def needed(self, account: Account, wanted: Properties, variables: Properties) -> list[tuple[str, str]]:
        bucket = f"arn:aws:s3:::{wanted['BucketName']}"
        return [(action, bucket if ":List" in action else f"{bucket}/any") for action in NEEDED_TO_EMPTY]

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        """It is nothing but its function's answers; the function is there, and so is the bucket."""
        configuration = account.client("lambda").get_function_configuration(FunctionName=wanted["ServiceToken"])
        account.client("s3").head_bucket(Bucket=wanted["BucketName"])
        return {**subset(wanted, "BucketName", "ServiceTimeout"), "ServiceToken": configuration["FunctionArn"]}


class FunctionStack(Custom):
    type = "Custom::FunctionStack"

    def needed(self, account: Account, wanted: Properties, variables: Properties) -> list[tuple[str, str]]:
        here = f"arn:aws:cloudformation:{account.client('lambda').meta.region_name}:{account.id}:stack/{wanted['StackName']}/any"
        return [(f"cloudformation:{action}", here) for action in NEEDED_TO_KEEP] + [("iam:PassRole", wanted["RoleARN"])]

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = only(account.client("cloudformation").describe_stacks(StackName=wanted["StackName"])["Stacks"], id)
        configuration = account.client("lambda").get_function_configuration(FunctionName=wanted["ServiceToken"])
        return {**found, **subset(wanted, "ServiceTimeout", "Offers"), "ServiceToken": configuration["FunctionArn"]}


class FunctionTarget(Custom):
    type = "Custom::FunctionTarget"

    def needed(self, account: Account, wanted: Properties, variables: Properties) -> list[tuple[str, str]]:
        group = variables.get("TARGET_GROUP")
        actions = ("elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets")
        return [(action, group) for action in actions] if group else []

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        configuration = account.client("lambda").get_function_configuration(FunctionName=wanted["ServiceToken"])
        group = configuration["Environment"]["Variables"]["TARGET_GROUP"]
        health = account.client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        targets = [each["Target"]["Id"] for each in health]
        found = only(targets, f"targets of {group}")
        return {"FunctionArn": found, **subset(wanted, "Release"), "ServiceToken": configuration["FunctionArn"]}


class WaitHandle(Kind):
    """Nothing: an address that a signal could be sent to."""

    type = "AWS::CloudFormation::WaitConditionHandle"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return f"https://cloudformation-waitcondition.example/{about['LogicalResourceId']}"

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        pass

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {}


def written(properties: Properties) -> Properties:
    """CloudFormation hands every number and truth value to a custom resource as text."""
    return json.loads(json.dumps(properties), parse_int=str, parse_float=str)
