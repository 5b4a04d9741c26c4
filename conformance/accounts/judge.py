"""The three accounts: every example in both layouts, from nothing through a change to nothing again."""

import json
import re
import shutil
from pathlib import Path

from accounts import gaps
from accounts.changes import changed
from accounts.cloud import Cloud
from accounts.formation import Formation
from accounts.release import NOTHING, FunctionStack
from accounts.scenario import SUFFIX, Deployment, Outcome, Scenario
from example import Layout, compile_example
from report import Report

LAYOUTS = ("one template", "one per stack")
STRANGER = "999999999999"
CERTIFICATE = re.compile(r"arn:aws:acm:[\w-]+:(\d+):certificate/[\w-]+")


class Judge:
    """Holds the server, which is started once."""

    def __init__(self, cfnpipe: Path) -> None:
        self.cfnpipe = cfnpipe
        gaps.install()
        self.cloud = Cloud()
        self.formation = Formation(self.cloud)

    def judge(self, report: Report, example: Path, folder: Path) -> None:
        """One line for each layout and order of the accounts.

        In AWS the pipeline's account has to be the last, as the handbook says; that nothing is passed between accounts shows
        in any order.
        """
        manifest = self.manifest(example, folder / "look")
        unseen: set[str] = set()
        labels = {each["id"]: each["label"] for each in manifest["accounts"]}
        orders = [list(labels)] if len(labels) == 1 else [list(labels), list(labels)[::-1]]
        for number, (layout, order) in enumerate((layout, order) for layout in LAYOUTS for order in orders):
            name, run = f"{example.name}, {layout}", folder / str(number)
            self.cloud.open([*order, STRANGER])
            before, after, findings = self.compile(example, run)
            if findings:
                report.check(f"{name}: compiles", findings)
                continue
            deployments = self.deployments(layout, before, after, order)
            unlucky, pipeline_last = number % 2 == 1, order == list(labels)
            functions = self.functions(before, after)
            scenario = Scenario(self.cloud, self.formation, deployments, unlucky, pipeline_last, functions)
            outcome = scenario.run()
            outcome.findings += scenario.refused(deployments[0], STRANGER)
            accounts = " then ".join(labels[id] for id in order)
            report.check(f"{name}, {accounts}: {told(outcome)}", outcome.findings)
            unseen |= {f"not created on moto: {each}" for each in outcome.not_created}
            unseen |= {f"not read back: {each}" for each in outcome.not_read}
        for each in sorted(unseen):
            report.note(f"{example.name}, {each}")

    def close(self) -> None:
        self.cloud.close()

    def deployments(self, layout: str, before: list[Layout], after: list[Layout], order: list[str]) -> list[Deployment]:
        single, stacks = 0, 1
        manifest = json.loads((before[stacks].folder / "manifest.json").read_text())
        if layout == LAYOUTS[single]:
            template, changed = before[single].templates[0], after[single].templates[0]
            return [Deployment(account, f"{manifest['name']}-{SUFFIX}", template, changed) for account in order]
        found = [
            Deployment(
                each["accountId"],
                each["stackName"].replace("<EnvironmentSuffix>", SUFFIX),
                before[stacks].folder / each["template"],
                after[stacks].folder / each["template"],
            )
            for each in manifest["stacks"]
        ]
        if order == [each["id"] for each in manifest["accounts"]]:
            return found
        return sorted(found, key=lambda each: order.index(each.account))

    def functions(self, before: list[Layout], after: list[Layout]) -> list[FunctionStack]:
        """What the pipelines deploy: the same in both layouts, and a file only in the one that has a file for each stack."""
        first, then = before[1].folder, after[1].folder
        return [
            FunctionStack(
                each["accountId"],
                each["stackName"].replace("<EnvironmentSuffix>", SUFFIX),
                first / each["template"],
                then / each["template"],
            )
            for each in json.loads((first / "manifest.json").read_text()).get("stacksOfPipelines", [])
        ]

    def compile(self, example: Path, folder: Path) -> tuple[list[Layout], list[Layout], list[str]]:
        """The example as it is and changed; what has to exist before a deployment is made, and written into both."""
        copy = folder / "before" / example.name
        shutil.copytree(example, copy)
        configuration = copy / "pipeline.hcl"
        configuration.write_text(CERTIFICATE.sub(self._certificate, configuration.read_text()))
        other = changed(configuration, folder / "after" / example.name)
        before, findings = compile_example(self.cfnpipe, copy, folder / "before" / "templates")
        after, more = compile_example(self.cfnpipe, other, folder / "after" / "templates")
        return before, after, findings + more

    def manifest(self, example: Path, folder: Path) -> dict:
        layouts, findings = compile_example(self.cfnpipe, example, folder)
        if findings:
            raise RuntimeError(f"{example.name}: {findings}")
        return json.loads((layouts[1].folder / "manifest.json").read_text())

    def _certificate(self, match: re.Match) -> str:
        """A certificate of the same account; its ARN cannot be chosen."""
        acm = self.cloud.accounts[match.group(1)].client("acm")
        return acm.request_certificate(DomainName="example.com")["CertificateArn"]


def told(outcome: Outcome) -> str:
    events = outcome.events
    pending = f" but {outcome.keys} KMS key pending deletion" if outcome.keys else ""
    created = outcome.first["CREATE_COMPLETE"]
    done = outcome.releases
    released = (
        f"{outcome.functions} functions released {done['UPDATE_COMPLETE']} times, taken back {done['UPDATE_ROLLBACK_COMPLETE']} "
        f"times and left alone {done[NOTHING]} times, "
    )
    exchanged = f"fleets exchanged {outcome.exchanged} times, "
    return (
        f"{created} resources created, {events['UPDATE_COMPLETE']} updated and {events['CREATE_COMPLETE'] - created} added, "
        f"{events['DELETE_COMPLETE']} deleted, {outcome.left} left{pending}; {outcome.properties} properties read back, "
        f"{exchanged if outcome.exchanged else ''}"
        f"{released if outcome.functions else ''}another account refused"
    )
