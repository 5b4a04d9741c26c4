"""The releases of functions: what a pipeline would do with a commit, from the build to the update of each function's stack."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.exceptions

from accounts.cloud import Account, Cloud
from accounts.contents import push
from accounts.readback import compare

ALIAS = "live"
COMMITS = {name: (name * 40)[:40] for name in "abc"}
NOTHING = "No updates are to be performed"


class Stopped(Exception):
    """A release ended otherwise than it should, so that the next ones would mean nothing."""


@dataclass
class FunctionStack:
    """A stack that a pipeline updates: its account and name, and its template before and after the change."""

    account: str
    stack: str
    template: Path
    changed: Path

    @property
    def changes(self) -> bool:
        return json.loads(self.template.read_text()) != json.loads(self.changed.read_text())


@dataclass
class Action:
    """An action that deploys a function, as the pipeline that was made has it."""

    pipeline: Account
    mode: str
    role: str
    acts_as: str
    stack: str
    template: str
    configuration: str
    overrides: dict[str, str]
    project: str

    @property
    def account(self) -> str:
        return self.role.split(":")[4]


@dataclass
class State:
    """What requests reach: the image, the version that the alias points to, and all versions."""

    image: str
    settings: dict[str, Any]
    alias: str
    versions: list[str]


Deploy = Callable[[FunctionStack, Action, str, dict[str, str]], str]


@dataclass
class Releases:
    """The life of every function of a deployment, from nothing to the last release."""

    cloud: Cloud
    functions: Sequence[FunctionStack]
    folder: Path
    findings: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    properties: int = 0
    bundles: int = 0
    built: dict[str, Path] = field(default_factory=dict)  # the latest bundles, by project
    settled: list[tuple[FunctionStack, State]] = field(default_factory=list)

    def first(self) -> None:
        """Before any release there is a stack with nothing in it, no alarm rings, and the load balancer has no target."""
        for each, action in self._actions():
            account = self.cloud.accounts[each.account]
            cloudformation = account.client("cloudformation")
            try:
                stack = cloudformation.describe_stacks(StackName=each.stack)["Stacks"][0]
            except botocore.exceptions.ClientError as error:
                self._say(each, f"before a release: {error}")
                continue
            made = cloudformation.describe_stack_resources(StackName=each.stack)["StackResources"]
            types = [resource["ResourceType"] for resource in made]
            self._expect(each, "types before a release", types, ["AWS::CloudFormation::WaitConditionHandle"])
            self._expect(each, "the role of the stack", stack.get("RoleARN"), action.acts_as)
            self._expect(each, "functions", self._function(account, made), None)
            ringing = account.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
            self._expect(each, "alarms that ring", [alarm["AlarmName"] for alarm in ringing], [])
            self._expect(each, "targets", self._targets(account), [])

    def before_the_change(self) -> None:
        """First releases, later ones, and such as fail."""
        self._each("a", "template", self._without_image, "UPDATE_ROLLBACK_COMPLETE")
        for each, _ in self._actions():
            made = self.cloud.accounts[each.account].client("cloudformation").describe_stack_resources(StackName=each.stack)
            types = [resource["ResourceType"] for resource in made["StackResources"]]
            self._expect(each, "types after a first release that failed", types, ["AWS::CloudFormation::WaitConditionHandle"])
        self._each("a", "template", self._release)
        first = self._states()
        for each, state in first:
            self._expect(each, "versions after the first release", state.versions, [state.alias])
            self._read(each, "template")
        self._each("b", "template", self._release)
        second = self._states()
        for (each, old), (_, new) in zip(first, second, strict=True):
            self._expect(each, "versions after the second release", new.versions, [new.alias])
            if new.image == old.image or new.alias == old.alias:
                self._say(each, f"a second release left {new}")
            self._read(each, "template")
        self._each("c", "template", self._while_an_alarm_rings, "UPDATE_ROLLBACK_COMPLETE")
        self._same(second, "a release that an alarm stopped")
        self._each("c", "template", self._without_image, "UPDATE_ROLLBACK_COMPLETE")
        self._same(second, "a release without its image")
        self._each("c", "template", self._release)
        for each, _ in self._actions():
            self._read(each, "template")
        self.settled = self._states()

    def after_the_change(self) -> None:
        """The operator's redeploy has changed nothing that runs; the next build of the same commit takes its settings over."""
        self._same(self.settled, "a redeploy of the service's stack")
        self._each("c", "changed", self._while_an_alarm_rings, "UPDATE_ROLLBACK_COMPLETE")
        self._same(self.settled, "a change of settings that an alarm stopped")
        self._each("c", "changed", self._release)
        for (each, old), (_, new) in zip(self.settled, self._states(), strict=True):
            self._expect(each, "the image of a release of the same commit", new.image, old.image)
            self._expect(each, "versions after a change of settings", new.versions, [new.alias])
            if new.alias == old.alias or each.changes and new.settings == old.settings:
                self._say(each, f"a change of settings left {new}")
            self._read(each, "changed")
        before = self._states()
        self._each("c", "changed", self._release)
        for (each, old), (_, new) in zip(before, self._states(), strict=True):
            if new.alias == old.alias or (new.image, new.settings) != (old.image, old.settings):
                self._say(each, f"another build of the same commit left {new}")
        again = self._states()
        self._each("c", "changed", self._release, NOTHING, built=True)
        self._same(again, "a retry with the same bundle")

    def _each(self, commit: str, which: str, release: Deploy, expected: str = "UPDATE_COMPLETE", built: bool = False) -> None:
        """One execution of every pipeline: a build, and the actions that deploy its bundle in their order; or these again, once it is built."""
        bundles = self.built if built else {}
        for each, action in self._actions():
            self._expect(each, "the action's mode", action.mode, "CREATE_UPDATE")
            if action.project not in bundles:
                bundles[action.project] = self._build(action, COMMITS[commit])
            template = (bundles[action.project] / action.template).read_text()
            if json.loads(template) != json.loads(getattr(each, which).read_text()):
                self._say(each, f"the template of the bundle is not {getattr(each, which).name}")
            given = json.loads((bundles[action.project] / action.configuration).read_text())["Parameters"]
            status = release(each, action, template, {**given, **action.overrides})
            if status != expected:
                self._say(each, f"the release of commit {commit} ended in {status}: {self._why(each)}")
                raise Stopped(each.stack)
            self.counts[status] += 1
        self.built = bundles

    def _release(self, each: FunctionStack, action: Action, template: str, given: dict[str, str]) -> str:
        """What the action does, as the role that it assumes and within that role's rights."""
        acting = self.cloud.accounts[each.account].limited(action.role)
        acting.require("iam:PassRole", action.acts_as)
        cloudformation = acting.client("cloudformation")
        parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()]
        deploy = cloudformation.update_stack
        try:
            cloudformation.describe_stacks(StackName=each.stack)
        except botocore.exceptions.ClientError:
            deploy = cloudformation.create_stack  # The action mode is CREATE_UPDATE.
        try:
            deploy(StackName=each.stack, TemplateBody=template, Parameters=parameters, RoleARN=action.acts_as)
        except botocore.exceptions.ClientError as error:
            return NOTHING if NOTHING in str(error) else str(error)
        return cloudformation.describe_stacks(StackName=each.stack)["Stacks"][0]["StackStatus"]

    def _without_image(self, each: FunctionStack, action: Action, template: str, given: dict[str, str]) -> str:
        repository = given["ImageUri"].split("@")[0]
        return self._release(each, action, template, {**given, "ImageUri": f"{repository}@sha256:{'0' * 64}"})

    def _while_an_alarm_rings(self, each: FunctionStack, action: Action, template: str, given: dict[str, str]) -> str:
        alarm = self._alarm(each)
        cloudwatch = self.cloud.accounts[each.account].client("cloudwatch")
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="planted")
        try:
            return self._release(each, action, template, given)
        finally:
            cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="planted")

    def _build(self, action: Action, commit: str) -> Path:
        """Runs the last phase of the pipeline's own build: docker is not there, and has pushed the image."""
        project = action.pipeline.client("codebuild").batch_get_projects(names=[action.project])["projects"][0]
        variables = {each["name"]: each["value"] for each in project["environment"]["environmentVariables"]}
        repository = variables["REPOSITORY_URI"].split("/", 1)[1]
        known = action.pipeline.client("ecr").list_images(repositoryName=repository)["imageIds"]
        if commit not in [each.get("imageTag") for each in known]:
            push(action.pipeline, repository, commit)
        self.bundles += 1
        source, tools = self.folder / str(self.bundles) / "source", self.folder / str(self.bundles) / "tools"
        source.mkdir(parents=True)
        tools.mkdir()
        (tools / "docker").write_text("#!/bin/bash\nexit 1\n")
        (tools / "docker").chmod(0o755)
        (tools / "aws").symlink_to(Path(sys.executable).parent / "aws")
        spec = json.loads(project["source"]["buildspec"])
        environment = {
            **action.pipeline.environment(),
            **variables,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "CODEBUILD_SRC_DIR": str(source),
            "CODEBUILD_RESOLVED_SOURCE_VERSION": commit,
            "CODEBUILD_BUILD_ID": f"{action.project}:{self.bundles}",
            "CODEBUILD_BUILD_SUCCEEDING": "1",
        }
        for command in spec["phases"]["post_build"]["commands"]:
            run = subprocess.run(["bash", "-c", command], env=environment, cwd=source, capture_output=True, text=True, check=False)
            if run.returncode:
                raise RuntimeError(f"a command of {action.project} failed: {run.stdout}{run.stderr}")
        return source / spec["artifacts"]["base-directory"]

    def _actions(self) -> list[tuple[FunctionStack, Action]]:
        """Each function with the action that deploys it, in the order of their pipelines."""
        stacks = {(each.account, each.stack): each for each in self.functions}
        found = [action for account in self.cloud.accounts.values() for action in _deploying(account)]
        pairs = [(stacks[action.account, action.stack], action) for action in found if (action.account, action.stack) in stacks]
        missing = len(self.functions) - len(pairs)
        if missing:
            raise RuntimeError(f"{missing} of {len(self.functions)} stacks have no action of a pipeline that deploys them")
        return pairs

    def _states(self) -> list[tuple[FunctionStack, State]]:
        out = []
        for each, _ in self._actions():
            account = self.cloud.accounts[each.account]
            made = account.client("cloudformation").describe_stack_resources(StackName=each.stack)["StackResources"]
            name = self._function(account, made)
            functions = account.client("lambda")
            answer = functions.get_function(FunctionName=name)
            settings = {name: answer["Configuration"].get(name) for name in ("MemorySize", "Environment")}
            alias = functions.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"]
            versions = functions.list_versions_by_function(FunctionName=name)["Versions"]
            numbers = [version["Version"] for version in versions if version["Version"] != "$LATEST"]
            out.append((each, State(answer["Code"]["ImageUri"], settings, alias, numbers)))
            if any("Custom::FunctionTarget" == resource["ResourceType"] for resource in made):
                alias_arn = functions.get_alias(FunctionName=name, Name=ALIAS)["AliasArn"]
                self._expect(each, "targets", self._targets(account), [alias_arn])
        return out

    def _same(self, before: list[tuple[FunctionStack, State]], what: str) -> None:
        for (each, old), (_, new) in zip(before, self._states(), strict=True):
            self._expect(each, f"what runs after {what}", new, old)

    def _read(self, each: FunctionStack, which: str) -> None:
        template = json.loads(getattr(each, which).read_text())
        comparison = compare(self.cloud.accounts[each.account], each.stack, template)
        self.findings += [f"{each.stack}: {difference}" for difference in comparison.differences]
        self.properties += comparison.properties

    def _function(self, account: Account, made: list[dict]) -> str | None:
        return next((each["PhysicalResourceId"] for each in made if each["ResourceType"] == "AWS::Lambda::Function"), None)

    def _targets(self, account: Account) -> list[str]:
        elb = account.client("elbv2")
        groups = [each for each in elb.describe_target_groups()["TargetGroups"] if each["TargetType"] == "lambda"]
        health = [elb.describe_target_health(TargetGroupArn=each["TargetGroupArn"]) for each in groups]
        return [target["Target"]["Id"] for each in health for target in each["TargetHealthDescriptions"]]

    def _alarm(self, each: FunctionStack) -> str:
        """One that the function's deployment group watches."""
        account, template = self.cloud.accounts[each.account], json.loads(each.template.read_text())
        policy = next(resource["UpdatePolicy"] for resource in template["Resources"].values() if "UpdatePolicy" in resource)
        suffix = each.stack.rsplit("-", 1)[1]
        names = [name["Fn::Sub"].replace("${EnvironmentSuffix}", suffix) for name in policy["CodeDeployLambdaAliasUpdate"].values()]
        group = account.client("codedeploy").get_deployment_group(applicationName=names[0], deploymentGroupName=names[1])
        return group["deploymentGroupInfo"]["alarmConfiguration"]["alarms"][0]["name"]

    def _why(self, each: FunctionStack) -> str:
        events = self.cloud.accounts[each.account].client("cloudformation").describe_stack_events(StackName=each.stack)
        failed = [event for event in events["StackEvents"] if re.search("FAILED|ROLLBACK_IN", event["ResourceStatus"])]
        return "; ".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed[:3])

    def _expect(self, each: FunctionStack, what: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            self._say(each, f"{what}: {found} instead of {wanted}")

    def _say(self, each: FunctionStack, finding: str) -> None:
        self.findings.append(f"{each.stack} in {each.account}: {finding}")


def _deploying(account: Account) -> list[Action]:
    """The actions of an account's pipelines that deploy by CloudFormation, with the project that makes their bundle."""
    codepipeline, out = account.client("codepipeline"), []
    for name in [each["name"] for each in codepipeline.list_pipelines()["pipelines"]]:
        stages = codepipeline.get_pipeline(name=name)["pipeline"]["stages"]
        actions = [action for stage in stages for action in stage["actions"]]
        makes = {
            artifact["name"]: action["configuration"]["ProjectName"]
            for action in actions
            if action["actionTypeId"]["provider"] == "CodeBuild"
            for artifact in action["outputArtifacts"]
        }
        for action in [each for each in actions if each["actionTypeId"]["provider"] == "CloudFormation"]:
            given = action["configuration"]
            artifact, template = given["TemplatePath"].split("::")
            configuration = given["TemplateConfiguration"].split("::")[1]
            overrides = json.loads(given["ParameterOverrides"])
            names = (given["RoleArn"], given["StackName"], template, configuration, overrides, makes[artifact])
            out.append(Action(account, given["ActionMode"], action["roleArn"], *names))
    return out
