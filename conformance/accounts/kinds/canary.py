"""Canaries, and the custom resource whose function deletes their logs: its code of the template is run for real."""

import uuid

from accounts.cloud import Account
from accounts.kinds.base import Kind, Properties, subset, without
from accounts.kinds.custom import Custom
from accounts.kinds.functions import packed

# A function, and so its log group, is called by so much of a canary's name (Synthetics API reference, DeleteCanary).
NAME_LENGTH = 21

RETENTION = ("SuccessRetentionPeriod", "FailureRetentionPeriod")


class Canary(Kind):
    type = "AWS::Synthetics::Canary"
    unread = {
        "Code": "Synthetics answers with the handler and a layer",
        "StartCanaryAfterCreation": "CloudFormation keeps it to itself",
    }

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        self._refuse(account, wanted)
        account.client("synthetics").create_canary(**self._given(wanted), Tags=self._tags(wanted))
        # What its first run does, and CloudFormation does not know of.
        group = f"/aws/lambda/cwsyn-{wanted['Name'][:NAME_LENGTH]}-{uuid.uuid4()}"
        account.client("logs").create_log_group(logGroupName=group)
        return wanted["Name"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Id": account.client("synthetics").get_canary(Name=id)["Canary"]["Id"]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("synthetics").update_canary(**self._given(wanted))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("synthetics").delete_canary(Name=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = account.client("synthetics").get_canary(Name=id)["Canary"]
        return {**found, **{name: found[f"{name}InDays"] for name in RETENTION}}

    def expected(self, wanted: Properties) -> Properties:
        """Synthetics does not tell the variables of a canary."""
        run = without(wanted["RunConfig"], "EnvironmentVariables")
        return {**wanted, "RunConfig": run, "Tags": self._tags(wanted)}

    def _given(self, wanted: Properties) -> Properties:
        code = {"Handler": wanted["Code"]["Handler"], "ZipFile": packed(wanted["Code"]["Script"])}
        days = {f"{name}InDays": wanted[name] for name in RETENTION}
        return {**without(wanted, "StartCanaryAfterCreation", "Tags", *RETENTION), **days, "Code": code}

    def _tags(self, wanted: Properties) -> Properties:
        return {tag["Key"]: tag["Value"] for tag in wanted["Tags"]}

    def _refuse(self, account: Account, wanted: Properties) -> None:
        """What Synthetics and Lambda look for in other services and moto does not."""
        role = account.client("iam").get_role(RoleName=wanted["ExecutionRoleArn"].split("/")[-1])["Role"]
        trusted = [each["Principal"].get("Service") for each in role["AssumeRolePolicyDocument"]["Statement"]]
        if "lambda.amazonaws.com" not in trusted:
            raise RuntimeError(f"Lambda may not assume {role['RoleName']}")
        account.client("s3").head_bucket(Bucket=wanted["ArtifactS3Location"].split("/")[2])


class LogSweeper(Custom):
    type = "Custom::CanaryLogSweeper"
    watched = ("Delete",)

    def needed(self, account: Account, wanted: Properties, variables: Properties) -> list[tuple[str, str]]:
        groups = f"arn:aws:logs:{account.client('logs').meta.region_name}:{account.id}:log-group:"
        return [
            ("logs:DescribeLogGroups", groups + "*"),
            ("logs:DeleteLogGroup", f"{groups}/aws/lambda/cwsyn-{wanted['CanaryName']}-any"),
        ]

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        configuration = account.client("lambda").get_function_configuration(FunctionName=wanted["ServiceToken"])
        return {**subset(wanted, "CanaryName", "ServiceTimeout"), "ServiceToken": configuration["FunctionArn"]}
