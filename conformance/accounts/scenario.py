"""One example in one layout and order: created, updated and deleted, with everything read back in between."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from accounts.blue_green import exchange
from accounts.cloud import Account, Cloud
from accounts.contents import fill
from accounts.formation import Formation
from accounts.inventory import inventory, keys_pending_deletion, service_of
from accounts.kinds.functions import FUNCTIONS
from accounts.readback import compare
from accounts.release import FunctionStack, Releases, Stopped
from accounts.rights import AccessDenied

SUFFIX = "dev"

# What an emptier prints when it deleted all of what it found, and there was something; and a sweeper of logs.
EMPTIED = re.compile(r"\b([1-9]\d*) of \1 deleted|^Deleted: /aws/lambda/cwsyn-", re.MULTILINE)


@dataclass
class Deployment:
    """One stack to deploy: its account, its name, its template before and after the change."""

    account: str
    stack: str
    template: Path
    changed: Path | None = None


@dataclass
class Outcome:
    """What happened, and what should not have."""

    findings: list[str] = field(default_factory=list)
    first: Counter = field(default_factory=Counter)
    events: Counter = field(default_factory=Counter)
    properties: int = 0
    left: int = 0
    keys: int = 0
    not_created: set[str] = field(default_factory=set)
    not_read: set[str] = field(default_factory=set)
    releases: Counter = field(default_factory=Counter)
    exchanged: int = 0
    functions: int = 0


class Failed(Exception):
    """A step went wrong, so that the next ones would mean nothing."""


class Scenario:
    """Deploys with the AWS command line, as the handbook says."""

    def __init__(
        self,
        cloud: Cloud,
        formation: Formation,
        deployments: list[Deployment],
        unlucky: bool,
        pipeline_last: bool,
        functions: Sequence[FunctionStack] = (),
    ) -> None:
        self.cloud, self.deployments, self.outcome = cloud, deployments, Outcome()
        formation.unlucky = unlucky
        self.pipeline_last = pipeline_last
        self.stacks: dict[tuple[str, str], str] = {}
        FUNCTIONS.calls.clear()
        self.before: dict[str, set[str]] = {}
        self.functions = functions

    def run(self, behind_its_back: Callable[[Cloud], None] | None = None) -> Outcome:
        self.prepare()
        try:
            self._create()
            if behind_its_back:
                behind_its_back(self.cloud)
            self._read("template")
            self._grown()
            self._count(self.outcome.first)
            with TemporaryDirectory() as folder:
                self._live(Releases(self.cloud, self.functions, Path(folder)))
            self._delete()
        except Failed as failed:
            self.outcome.findings.append(str(failed))
        return self.outcome

    def _live(self, releases: Releases) -> None:
        """The releases of functions, and in their midst the change of everything else."""
        try:
            if self.functions:
                releases.first()
                releases.before_the_change()
            self._exchange(succeeds=True)
            if self.outcome.exchanged:
                self._read("template")
            self._exchange(succeeds=False)
            if any(deployment.changed for deployment in self.deployments):
                self._update()
                self._read("changed")
                self._exchange(succeeds=True)
                if self.functions:
                    releases.after_the_change()
        except Stopped:
            pass  # It has left its finding.
        finally:
            self.outcome.findings += releases.findings
            self.outcome.properties += releases.properties
            self.outcome.releases, self.outcome.functions = releases.counts, len(self.functions)

    def _exchange(self, succeeds: bool) -> None:
        """A release of every blue/green fleet."""
        try:
            self.outcome.exchanged += sum(exchange(account, succeeds) for account in self.cloud.accounts.values())
        except AccessDenied as denied:
            raise Failed(str(denied)) from denied

    def prepare(self) -> None:
        for account in self.cloud.accounts.values():
            account.client("s3").create_bucket(Bucket=_uploads(account))
            self.before[account.id] = inventory(account)

    def refused(self, deployment: Deployment, stranger: str) -> list[str]:
        """Another account has to be refused, and to stay as it is."""
        account = self.cloud.accounts[stranger]
        status, printed = self._deploy(account, deployment.stack, deployment.template)
        if not status or "This template is for" not in printed:
            return [f"account {stranger} was not refused: {printed.strip()}"]
        return [f"made in {stranger}: {each}" for each in sorted(inventory(account) - self.before[stranger])]

    def _create(self) -> None:
        for each in self.deployments:
            account = self.cloud.accounts[each.account]
            status, printed = self._deploy(account, each.stack, each.template)
            if status:
                raise Failed(self._why(account, each.stack, printed))
            described = account.client("cloudformation").describe_stacks(StackName=each.stack)
            self.stacks[each.account, each.stack] = described["Stacks"][0]["StackId"]
            if self.pipeline_last:
                self._look_at_actions(account)

    def _update(self) -> None:
        for each in [each for each in self.deployments if each.changed]:
            account = self.cloud.accounts[each.account]
            status, printed = self._deploy(account, each.stack, each.changed)
            if status:
                raise Failed(self._why(account, each.stack, printed))

    def _role(self, arn: str) -> dict | None:
        """A role of whichever account."""
        account = self.cloud.accounts.get(arn.split(":")[4])
        found = account.client("iam").get_paginator("list_roles").paginate() if account else []
        return next((role for page in found for role in page["Roles"] if role["Arn"] == arn), None)

    def _look_at_actions(self, account: Account) -> None:
        """CreatePipeline refuses a role of an action that the pipeline may not assume; moto does not look."""
        codepipeline = account.client("codepipeline")
        for name in [each["name"] for each in codepipeline.list_pipelines()["pipelines"]]:
            pipeline = codepipeline.get_pipeline(name=name)["pipeline"]
            for action in [action for stage in pipeline["stages"] for action in stage["actions"] if "roleArn" in action]:
                role = self._role(action["roleArn"])
                if not role or pipeline["roleArn"] not in json.dumps(role["AssumeRolePolicyDocument"]):
                    self.outcome.findings.append(f"pipeline {name} was made, and may not assume {action['roleArn']}")

    def _read(self, which: str) -> None:
        roles: set[str] = set()
        for each in self.deployments:
            template = json.loads((getattr(each, which) or each.template).read_text())
            comparison = compare(self.cloud.accounts[each.account], each.stack, template)
            self.outcome.findings += [f"{each.stack}: {difference}" for difference in comparison.differences]
            self.outcome.not_created |= comparison.not_created
            self.outcome.not_read |= comparison.not_read
            self.outcome.properties += comparison.properties
            roles |= comparison.roles
        roles = {role for role in roles if ":role/aws-service-role/" not in role}  # A service makes those for itself.
        self.outcome.findings += [f"a template names {role}, which nobody made" for role in sorted(roles) if not self._role(role)]

    def _grown(self) -> None:
        """An inventory that sees nothing of what was made would see nothing of what is left."""
        for each in self.deployments:
            account = self.cloud.accounts[each.account]
            grown = {line.split()[0] for line in inventory(account) - self.before[account.id]}
            made = account.client("cloudformation").describe_stack_resources(StackName=each.stack)["StackResources"]
            unseen = {service_of(resource["ResourceType"]) for resource in made} - grown
            self.outcome.findings += [f"the inventory of {account.id} shows nothing of {service}" for service in sorted(unseen)]

    def _delete(self) -> None:
        for account in self.cloud.accounts.values():
            fill(account, skip={_uploads(account)})
        failed = []
        for each in reversed(self.deployments):
            account = self.cloud.accounts[each.account]
            id = self.stacks[each.account, each.stack]
            status, printed = account.aws("cloudformation", "delete-stack", "--stack-name", each.stack)
            if not status:
                status, printed = account.aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", id)
            if status:
                failed.append(self._why(account, id, printed))
        self._count(self.outcome.events)
        self.outcome.findings += failed
        for account in self.cloud.accounts.values():
            s3 = account.client("s3")
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=_uploads(account)):
                for uploaded in page.get("Contents", []):
                    s3.delete_object(Bucket=_uploads(account), Key=uploaded["Key"])
            after = inventory(account)
            left = sorted(after - self.before[account.id])
            self.outcome.left += len(left)
            self.outcome.findings += [f"left behind in {account.id}: {each}" for each in left]
            self.outcome.findings += [f"gone from {account.id}: {each}" for each in sorted(self.before[account.id] - after)]
            self.outcome.keys += keys_pending_deletion(account)
        self._emptied()

    def _emptied(self) -> None:
        """Every emptier was asked at the deletion, still had its rights, and found what was put there."""
        for call in FUNCTIONS.calls:
            if call.type == "Custom::BucketEmptier" and call.request == "Delete" and not (call.policies and EMPTIED.search(call.printed)):
                self.outcome.findings.append(f"{call.resource} had the policies {call.policies} and printed {call.printed!r}")

    def _count(self, counts: Counter) -> None:
        """The events of all resources so far."""
        for (id, _), stack in self.stacks.items():
            events = self.cloud.accounts[id].client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
            counts.update(each["ResourceStatus"] for each in events if each["ResourceType"] != "AWS::CloudFormation::Stack")

    def _deploy(self, account: Account, stack: str, template: Path) -> tuple[int, str]:
        return account.aws(
            *("cloudformation", "deploy", "--stack-name", stack, "--template-file", str(template)),
            *("--parameter-overrides", f"EnvironmentSuffix={SUFFIX}", "--capabilities", "CAPABILITY_NAMED_IAM"),
            *("--s3-bucket", _uploads(account), "--no-fail-on-empty-changeset"),
        )

    def _why(self, account: Account, stack: str, printed: str) -> str:
        """The events that failed, or what the command line printed where there are none."""
        try:
            events = account.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
        except account.client("cloudformation").exceptions.ClientError:
            events = []
        told = [
            f"{event['LogicalResourceId']} {event['ResourceStatus']}: {event.get('ResourceStatusReason', '')}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("FAILED")
        ]
        return f"{stack} in {account.id}: {'; '.join(told) or printed.strip()}"


def _uploads(account: Account) -> str:
    """Where the command line puts templates, as the handbook has it; it is there before and after."""
    return f"cfnpipe-uploads-{account.id}-{SUFFIX}"
