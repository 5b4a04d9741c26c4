"""Functions, and the custom resource whose function empties a bucket: its code of the template is run for real."""

import base64
import hashlib
import io
import json
import time
import uuid
import zipfile
from dataclasses import dataclass, field

from accounts.cloud import Account
from accounts.invocation import AnswerBox, run_handler
from accounts.kinds.base import Kind, Properties, only, parsed, subset, without

# What the code calls, as IAM names it; without one of these rights it would be refused in AWS, which moto does not do.
NEEDED_TO_EMPTY = ("s3:ListBucketVersions", "s3:ListBucketMultipartUploads", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload")


@dataclass
class Invocation:
    """One call of a function by CloudFormation."""

    request: str
    resource: str
    policies: list[str]
    printed: str = ""


@dataclass
class Functions:
    """The properties of every function that stands, by ARN, and the calls so far."""

    standing: dict[str, Properties] = field(default_factory=dict)
    calls: list[Invocation] = field(default_factory=list)


FUNCTIONS = Functions()


class Function(Kind):
    type = "AWS::Lambda::Function"
    unread = {"LoggingConfig": "moto does not keep it; what the function prints is put into this group"}

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        given = {**wanted, "Code": {"ZipFile": packed(wanted["Code"]["ZipFile"])}}
        answer = account.client("lambda").create_function(**given)
        FUNCTIONS.standing[answer["FunctionArn"]] = wanted
        return answer["FunctionName"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Arn": account.client("lambda").get_function_configuration(FunctionName=id)["FunctionArn"]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        client = account.client("lambda")
        client.update_function_code(FunctionName=id, ZipFile=packed(wanted["Code"]["ZipFile"]))
        arn = client.update_function_configuration(**without(wanted, "Code"))["FunctionArn"]
        FUNCTIONS.standing[arn] = wanted
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        arn = self.attributes(account, id, wanted)["Arn"]
        account.client("lambda").delete_function(FunctionName=id)
        del FUNCTIONS.standing[arn]

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = account.client("lambda").get_function_configuration(FunctionName=id)
        return {**found, "Code": found["CodeSha256"]}

    def expected(self, wanted: Properties) -> Properties:
        return {**wanted, "Code": digest(packed(wanted["Code"]["ZipFile"]))}


class Permission(Kind):
    type = "AWS::Lambda::Permission"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        id = f"{about['LogicalResourceId']}-{uuid.uuid4().hex[:12]}"
        account.client("lambda").add_permission(StatementId=id, **wanted)
        return id

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        """Every property of a permission is made anew: CloudFormation replaces it."""
        self.delete(account, id, old, about)
        return self.create(account, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("lambda").remove_permission(FunctionName=wanted["FunctionName"], StatementId=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        policy = parsed(account.client("lambda").get_policy(FunctionName=wanted["FunctionName"])["Policy"])
        statement = only([each for each in policy["Statement"] if each["Sid"] == id], id)
        return {
            "FunctionName": statement["Resource"].split(":")[-1],
            "Action": statement["Action"],
            "Principal": statement["Principal"]["Service"],
            "SourceArn": statement["Condition"]["ArnLike"]["AWS:SourceArn"],
        }


class BucketEmptier(Kind):
    type = "Custom::BucketEmptier"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return self._call(account, "Create", None, wanted, about)

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        return self._call(account, "Update", id, wanted, {**about, "OldResourceProperties": written(old)})

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        self._call(account, "Delete", id, wanted, about)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        """It is nothing but its function's answers; the function is there, and so is the bucket."""
        configuration = account.client("lambda").get_function_configuration(FunctionName=wanted["ServiceToken"])
        account.client("s3").head_bucket(Bucket=wanted["BucketName"])
        return {**subset(wanted, "BucketName", "ServiceTimeout"), "ServiceToken": configuration["FunctionArn"]}

    def _call(self, account: Account, request: str, id: str | None, wanted: Properties, about: Properties) -> str:
        """Asks the function as CloudFormation does, and waits for its answer; see "Custom resource reference" in its guide."""
        arn = wanted["ServiceToken"]
        declared = FUNCTIONS.standing[arn]
        function = account.client("lambda").get_function_configuration(FunctionName=arn)
        role, stream = function["Role"].split("/")[-1], f"{request}/{uuid.uuid4()}"
        call = Invocation(request, about["LogicalResourceId"], self._rights(account, role, wanted, request))
        FUNCTIONS.calls.append(call)
        with AnswerBox() as box:
            event = {
                **about,
                "RequestType": request,
                "RequestId": str(uuid.uuid4()),
                "ResponseURL": box.url,
                "ResourceType": self.type,
                "ServiceToken": arn,
                "ResourceProperties": written(wanted),
                **({"PhysicalResourceId": id} if id else {}),
            }
            acting = account.assume(function["Role"])
            call.printed = run_handler(declared["Code"]["ZipFile"], function["Handler"], event, arn, acting.environment())
            answer = box.answer(event)
        logs, group = acting.client("logs"), declared["LoggingConfig"]["LogGroup"]
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        lines = [{"timestamp": int(time.time() * 1000), "message": line} for line in call.printed.splitlines()]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=lines)
        if answer["Status"] != "SUCCESS":
            raise RuntimeError(f"{request} of {about['LogicalResourceId']}: {answer['Reason']}")
        return answer["PhysicalResourceId"]

    def _rights(self, account: Account, role: str, wanted: Properties, request: str) -> list[str]:
        """The policies of the function's role at this moment; a deletion has to be allowed by them."""
        iam, bucket = account.client("iam"), wanted["BucketName"]
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
        allowed = {
            action
            for document in documents
            for statement in document["Statement"]
            if statement["Resource"] in (f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*")
            for action in statement["Action"]
        }
        missing = [action for action in NEEDED_TO_EMPTY if action not in allowed]
        if request == "Delete" and missing:
            raise PermissionError(f"AccessDenied: {role} may not {', '.join(missing)} any more")
        return names


def packed(code: str) -> bytes:
    """The file that Lambda makes of code that stands in a template, the same bytes each time."""
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), code)
    return packet.getvalue()


def digest(packet: bytes) -> str:
    return base64.b64encode(hashlib.sha256(packet).digest()).decode()


def written(properties: Properties) -> Properties:
    """CloudFormation hands every number and truth value to a custom resource as text."""
    return json.loads(json.dumps(properties), parse_int=str, parse_float=str)
