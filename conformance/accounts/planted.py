"""Mistakes that the judge has to notice: each in templates that are right without it."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from accounts.cloud import Cloud
from accounts.judge import LAYOUTS, STRANGER, Judge
from accounts.mistakes import MISTAKES, MISTAKES_OF_EXCHANGES, MISTAKES_OF_RELEASES, Resources, move_port, nothing
from accounts.scenario import Deployment, Scenario
from report import Report


class Planter:
    """Deploys one example, of one account, with a mistake."""

    def __init__(self, report: Report, judge: Judge, example: Path, folder: Path) -> None:
        self.report, self.judge, self.folder = report, judge, folder
        before, after, _ = judge.compile(example, folder / example.name)
        manifest = json.loads((before[1].folder / "manifest.json").read_text())
        self.order = [each["id"] for each in manifest["accounts"]]
        # The last account is the one whose stack has the pipeline.
        self.right = judge.deployments(LAYOUTS[0], before, after, self.order)[-1]

    def run(self, name: str, expected: str, deployment: Deployment, meddle: Callable[[Cloud], None] | None = None) -> None:
        self.judge.cloud.open(self.order)
        outcome = self.scenario(deployment).run(meddle)
        self.told(name, expected, outcome.findings)

    def scenario(self, deployment: Deployment) -> Scenario:
        return Scenario(self.judge.cloud, self.judge.formation, [deployment], unlucky=True, pipeline_last=True)

    def with_mistake(self, plant: Callable[[Resources], None], rules: bool = True) -> Path:
        content = json.loads(self.right.template.read_text())
        plant(content["Resources"])
        if not rules:
            del content["Rules"]
        path = self.folder / f"{plant.__name__}.template.json"
        path.write_text(json.dumps(content))
        return path

    def told(self, name: str, expected: str, findings: list[str]) -> None:
        """It has to be noticed for what it is."""
        self.report.planted(name, [finding for finding in findings if re.search(expected, finding)])


def judge_the_judge(report: Report, judge: Judge, examples: Path, folder: Path) -> None:
    planter = Planter(report, judge, examples / "minimal", folder)
    right = planter.right
    for name, plant, expected in MISTAKES:
        planter.run(name, expected, Deployment(right.account, right.stack, planter.with_mistake(plant)))
    alone = Deployment(right.account, right.stack, right.template)
    planter.run("a role policy changed behind the stack's back", "PolicyDocument.*'ecr:\\*'", alone, _widen)
    moved = Deployment(right.account, right.stack, right.template, planter.with_mistake(move_port))
    planter.run("an update that replaces what has a name", "UPDATE_FAILED.*DuplicateTargetGroupName", moved)
    judge.cloud.open([*planter.order, STRANGER])
    for_all = Deployment(right.account, right.stack, planter.with_mistake(nothing, rules=False))
    scenario = planter.scenario(for_all)
    scenario.prepare()
    planter.told("a template that takes any account", "was not refused", scenario.refused(for_all, STRANGER))
    several = Planter(report, judge, examples / "storefront", folder)
    tools = Deployment(several.right.account, several.right.stack, several.right.template)
    several.run("a pipeline that is made before what it deploys to", "may not assume", tools)


def judge_exchanges(report: Report, judge: Judge, example: Path, folder: Path) -> None:
    """The least example, with hosts that its releases exchange, and as it goes over to them and back."""
    strategies = {each: _with_strategy(report, judge, example, folder / each, each) for each in ("rolling", "blue_green")}
    for old, new in (("rolling", "blue_green"), ("blue_green", "rolling")):
        before, after = strategies[old], strategies[new].right
        judge.cloud.open(before.order)
        over = before.scenario(Deployment(after.account, after.stack, before.right.template, after.template)).run()
        report.check(f"{example.name} goes over from {old} to {new}", over.findings)
    planter = strategies["blue_green"]
    for name, plant, expected in MISTAKES_OF_EXCHANGES:
        right = planter.right
        planter.run(name, expected, Deployment(right.account, right.stack, planter.with_mistake(plant)))


def _with_strategy(report: Report, judge: Judge, example: Path, folder: Path, strategy: str) -> Planter:
    copy = folder / "source" / example.name
    shutil.copytree(example, copy)
    configuration = copy / "pipeline.hcl"
    configuration.write_text(configuration.read_text().replace('deploy "ec2" {}', f'deploy "ec2" {{\n  strategy = "{strategy}"\n}}'))
    return Planter(report, judge, copy, folder)


def judge_releases(report: Report, judge: Judge, example: Path, folder: Path) -> None:
    """With the account of the function and that of the pipeline alone."""
    manifest = judge.manifest(example, folder / "look")
    order = [each["id"] for each in manifest["accounts"]]
    pipeline = next(each["accountId"] for each in manifest["stacks"] if each["kind"] == "pipeline")
    for name, plant, account, expected in MISTAKES_OF_RELEASES:
        judge.cloud.open(order)
        before, after, _ = judge.compile(example, folder / plant.__name__)
        right = judge.deployments(LAYOUTS[0], before, after, [account, pipeline])
        content = json.loads(right[0].template.read_text())
        plant(content["Resources"])
        template = folder / f"{plant.__name__}.template.json"
        template.write_text(json.dumps(content))
        deployments = [Deployment(each.account, each.stack, template) for each in right]
        functions = [each for each in judge.functions(before, after) if each.account == account]
        scenario = Scenario(judge.cloud, judge.formation, deployments, unlucky=True, pipeline_last=True, functions=functions)
        found = scenario.run().findings
        report.planted(name, [finding for finding in found if re.search(expected, finding)])


def _widen(cloud: Cloud) -> None:
    (account,) = cloud.accounts.values()
    iam = account.client("iam")
    for role in [each["RoleName"] for each in iam.list_roles()["Roles"]]:
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            text = json.dumps(document).replace("ecr:PutImage", "ecr:*")
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)
