"""Functions: their versions, aliases, addresses, and who may call them."""

import base64
import hashlib
import io
import json
import uuid
import zipfile
from dataclasses import dataclass, field

from accounts import refusals
from accounts.cloud import Account
from accounts.kinds.base import Absent, Kind, Properties, only, parsed, subset, without


@dataclass
class Invocation:
    """One call of a function by CloudFormation."""

    request: str
    type: str
    resource: str
    policies: list[str]
    printed: str = ""


@dataclass
class Functions:
    """The properties of every function that stands, by ARN, and the calls so far."""

    standing: dict[str, Properties] = field(default_factory=dict)
    calls: list[Invocation] = field(default_factory=list)


FUNCTIONS = Functions()

# What takes a setting away that the template does not have any more (Lambda API reference, UpdateFunctionConfiguration).
UNSET = {
    "DeadLetterConfig": {"TargetArn": ""},
    "Environment": {"Variables": {}},
    "ImageConfig": {},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}
# What UpdateFunctionConfiguration does not take: operations of their own change it.
APART = ("Code", "PackageType", "Architectures", "ReservedConcurrentExecutions")


class Function(Kind):
    type = "AWS::Lambda::Function"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        client = account.client("lambda")
        self._refuse(account, wanted)
        answer = client.create_function(**{**without(wanted, "ReservedConcurrentExecutions"), "Code": self._code(wanted)})
        self._reserve(account, answer["FunctionName"], wanted)
        FUNCTIONS.standing[answer["FunctionArn"]] = wanted
        return answer["FunctionName"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Arn": account.client("lambda").get_function_configuration(FunctionName=id)["FunctionArn"]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        client = account.client("lambda")
        self._refuse(account, wanted)
        if "VpcConfig" in old and "VpcConfig" not in wanted:
            refusals.execution_role(account, old, leaving=True)
        client.update_function_code(FunctionName=id, **subset(wanted, "Architectures"), **self._code(wanted))
        unset = {name: nothing for name, nothing in UNSET.items() if name in old and name not in wanted}
        arn = client.update_function_configuration(**unset, **without(wanted, *APART))["FunctionArn"]
        self._reserve(account, id, wanted)
        FUNCTIONS.standing[arn] = wanted
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        arn = self.attributes(account, id, wanted)["Arn"]
        refusals.execution_role(account, wanted, leaving=True)
        account.client("lambda").delete_function(FunctionName=id)
        del FUNCTIONS.standing[arn]

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        answer = account.client("lambda").get_function(FunctionName=id)
        found = answer["Configuration"]
        image = found.get("ImageConfigResponse", {}).get("ImageConfig", {})
        code = subset(answer["Code"], "ImageUri") if "ImageUri" in wanted["Code"] else found["CodeSha256"]
        return {**found, **answer.get("Concurrency", {}), "ImageConfig": image, "Code": code}

    def expected(self, wanted: Properties) -> Properties:
        if not wanted.get("Environment", {"Variables": True})["Variables"]:
            wanted = without(wanted, "Environment")  # Lambda does not answer with an empty one.
        return {**wanted, "Code": digest(packed(wanted["Code"]["ZipFile"]))} if "ZipFile" in wanted["Code"] else wanted

    def _code(self, wanted: Properties) -> Properties:
        code = wanted["Code"]
        return {"ZipFile": packed(code["ZipFile"])} if "ZipFile" in code else code

    def _reserve(self, account: Account, name: str, wanted: Properties) -> None:
        client, reserved = account.client("lambda"), wanted.get("ReservedConcurrentExecutions")
        if reserved is not None:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(reserved))
        elif wanted.get("PackageType") == "Image":
            client.delete_function_concurrency(FunctionName=name)

    def _refuse(self, account: Account, wanted: Properties) -> None:
        account.require("iam:PassRole", wanted["Role"])
        refusals.execution_role(account, wanted)
        if "ImageUri" in wanted["Code"]:
            refusals.image(account, wanted["FunctionName"], wanted["Code"]["ImageUri"])
        if place := wanted.get("VpcConfig"):
            # Moto takes any.
            account.client("ec2").describe_subnets(SubnetIds=place["SubnetIds"])
            account.client("ec2").describe_security_groups(GroupIds=place["SecurityGroupIds"])


class Version(Kind):
    type = "AWS::Lambda::Version"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        client, name = account.client("lambda"), wanted["FunctionName"]
        before = [each["Version"] for each in client.list_versions_by_function(FunctionName=name)["Versions"]]
        made = client.publish_version(**wanted)
        if made["Version"] in before:
            # What CloudFormation says to the answer that PublishVersion gives when nothing has changed.
            raise RuntimeError(
                f"A version for this Lambda function exists ( {made['Version']} ). Modify the function to create a new version."
            )
        return made["FunctionArn"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Version": id.split(":")[-1], "FunctionArn": id}

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        name, number = id.split(":")[-2:]
        refusals.version(account, name, number)
        account.client("lambda").delete_function(FunctionName=f"{name}:{number}")

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        name, number = id.split(":")[-2:]
        versions = account.client("lambda").list_versions_by_function(FunctionName=name)["Versions"]
        return only([each for each in versions if each["Version"] == number], id)


class Alias(Kind):
    type = "AWS::Lambda::Alias"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("lambda").create_alias(**wanted)["AliasArn"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"AliasArn": id}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        shift = about.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
        acting = deployed(account, shift, old, wanted) if shift else account
        acting.client("lambda").update_alias(**wanted)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("lambda").delete_alias(FunctionName=wanted["FunctionName"], Name=wanted["Name"])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = account.client("lambda").get_alias(FunctionName=wanted["FunctionName"], Name=wanted["Name"])
        return {**found, "FunctionName": found["AliasArn"].split(":")[-2]}


def deployed(account: Account, shift: Properties, old: Properties, wanted: Properties) -> Account:
    """CodeDeploy's part in the update of an alias: it may be stopped by an alarm, and acts as the role of its group.

    CloudFormation makes the deployment ("UpdatePolicy attribute", CodeDeployLambdaAliasUpdate, in its guide).
    """
    codedeploy = account.client("codedeploy")
    named = {"applicationName": shift["ApplicationName"], "deploymentGroupName": shift["DeploymentGroupName"]}
    group = codedeploy.get_deployment_group(**named)["deploymentGroupInfo"]
    change = {
        "Name": wanted["FunctionName"],
        "Alias": wanted["Name"],
        "CurrentVersion": old["FunctionVersion"],
        "TargetVersion": wanted["FunctionVersion"],
    }
    content = {"version": 0.0, "Resources": [{"Function": {"Type": "AWS::Lambda::Function", "Properties": change}}]}
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": json.dumps(content)}}
    codedeploy.create_deployment(**named, revision=revision)
    acting = account.limited(group["serviceRoleArn"])
    alarms = [each["name"] for each in group["alarmConfiguration"].get("alarms", [])]
    watched = acting.client("cloudwatch").describe_alarms(AlarmNames=alarms)["MetricAlarms"] if alarms else []
    for alarm in watched:
        if alarm["StateValue"] == "ALARM":
            raise RuntimeError(f"The deployment was stopped by the alarm {alarm['AlarmName']}")
    return acting


class Permission(Kind):
    type = "AWS::Lambda::Permission"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        id = f"{about['LogicalResourceId']}-{uuid.uuid4().hex[:12]}"
        account.client("lambda").add_permission(StatementId=id, **{**wanted, **qualified(wanted)})
        return id

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Id": id}

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("lambda").remove_permission(StatementId=id, **qualified(wanted))

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        policy = parsed(account.client("lambda").get_policy(**qualified(wanted))["Policy"])
        statement = only([each for each in policy["Statement"] if each["Sid"] == id], id)
        principal = statement["Principal"]
        return {
            **statement,
            **qualified({"FunctionName": statement["Resource"]}),
            "Principal": principal["Service"] if isinstance(principal, dict) else principal,
            "SourceArn": statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn"),
        }

    def expected(self, wanted: Properties) -> Properties:
        return {**wanted, **qualified(wanted)}


class Url(Kind):
    type = "AWS::Lambda::Url"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        client, function = account.client("lambda"), wanted["TargetFunctionArn"]
        names = [each["Name"] for each in account.unlimited.client("lambda").list_aliases(FunctionName=function)["Aliases"]]
        if wanted["Qualifier"] not in names:
            raise Absent(f"{function} has no alias {wanted['Qualifier']}")
        answer = client.create_function_url_config(FunctionName=function, **without(wanted, "TargetFunctionArn"))
        return answer["FunctionArn"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"FunctionUrl": self._find(account, wanted)["FunctionUrl"], "FunctionArn": id}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        given = without(wanted, "TargetFunctionArn")
        account.client("lambda").update_function_url_config(FunctionName=wanted["TargetFunctionArn"], **given)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        named = {"FunctionName": wanted["TargetFunctionArn"], **subset(wanted, "Qualifier")}
        account.client("lambda").delete_function_url_config(**named)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = self._find(account, wanted)
        name, qualifier = found["FunctionArn"].split(":")[-2:]
        return {**found, "TargetFunctionArn": name, "Qualifier": qualifier}

    def _find(self, account: Account, wanted: Properties) -> Properties:
        named = {"FunctionName": wanted["TargetFunctionArn"], **subset(wanted, "Qualifier")}
        return account.client("lambda").get_function_url_config(**named)


def qualified(wanted: Properties) -> Properties:
    """A function by its name, and its alias apart, as the API takes both and moto only takes this."""
    name, _, alias = wanted["FunctionName"].split(":function:")[-1].partition(":")
    return {"FunctionName": name, **({"Qualifier": alias} if alias else {})}


def packed(code: str) -> bytes:
    """The file that Lambda makes of code that stands in a template, the same bytes each time."""
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), code)
    return packet.getvalue()


def digest(packet: bytes) -> str:
    return base64.b64encode(hashlib.sha256(packet).digest()).decode()
