"""Has the function that starts a pipeline run with AWS's own client: requests and answers are held against AWS's models.

Moto compares no commits, so that the answers are given here; compiler/internal/script has the function's other tests.
"""

import contextlib
import io
import json
import os
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from botocore.stub import Stubber
from report import Report

# An event as the CodeCommit user guide shows it, "Monitoring CodeCommit events", referenceUpdated.
OLD, NEW = "3e5983DESTINATION".ljust(40, "0"), "26a8f2SOURCE".ljust(40, "0")
COMPARED = {"repositoryName": "platform", "beforeCommitSpecifier": OLD, "afterCommitSpecifier": NEW}
RUN = {"pipelineExecutionId": "12345678-1234-1234-1234-123456789012"}


@dataclass
class Program:
    """The function, as the template has it."""

    name: str
    code: str
    include: list[str]
    exclude: list[str]


@dataclass
class World:
    """One push, what CodeCommit answers to the function, and whether the pipeline has to start."""

    pages: list[list[dict]] = field(default_factory=list)
    error: str = ""
    refused: str = ""
    new: bool = False
    started: bool = False
    fails: bool = False


def blob(path: str) -> dict:
    return {"blobId": "0" * 40, "path": path, "mode": "100644"}


def judge(report: Report, template: Path) -> None:
    programs = find(template)
    report.check(f"{len(programs)} functions, one program", [] if len({each.code for each in programs}) == 1 else ["they differ"])
    if not programs:
        return
    program = programs[0]
    for name, world in cases(program).items():
        report.check(name, run(program, world))
    for name, (case, right, wrong) in MISTAKES.items():
        broken = Program(program.name, program.code.replace(right, wrong), program.include, program.exclude)
        report.planted(f"a function that {name}", run(broken, cases(program)[case]))


def find(template: Path) -> list[Program]:
    out = []
    for resource in json.loads(template.read_text())["Resources"].values():
        variables = resource["Properties"].get("Environment", {}).get("Variables", {}) if resource["Type"] == "AWS::Lambda::Function" else {}
        if "PIPELINE" in variables:
            lists = json.loads(variables["INCLUDE"]), json.loads(variables["EXCLUDE"])
            out.append(Program("the-pipeline", resource["Properties"]["Code"]["ZipFile"], *lists))
    return out


def cases(program: Program) -> dict[str, World]:
    """What counts is taken from the patterns that stand in the template: the first is all of a folder."""
    counts, other = program.include[0].replace("/**", "/a/b.go"), "elsewhere/a.go"
    excluded = counts.replace("b.go", "b.md")
    changed = {"changeType": "M", "beforeBlob": blob(counts), "afterBlob": blob(counts)}
    nothing = {"changeType": "A", "afterBlob": blob(other)}
    gone = {"changeType": "D", "beforeBlob": blob(counts)}
    moved = {"changeType": "M", "beforeBlob": blob(counts), "afterBlob": blob(other)}
    return {
        "a file that counts": World([[nothing, changed]], started=True),
        "no file that counts": World([[nothing], [nothing]]),
        "an excluded file": World([[{"changeType": "A", "afterBlob": blob(excluded)}]]),
        "a file that counts on the third page": World([[nothing], [], [changed]], started=True),
        "a file that is gone": World([[gone]], started=True),
        "a file that was moved away": World([[moved]], started=True),
        "a new branch": World(new=True, started=True),
        "commits that cannot be compared": World(error="CommitDoesNotExistException", started=True),
        "a right that is missing": World(error="AccessDeniedException", started=True),
        "a second page that fails": World([[nothing]], error="InvalidContinuationTokenException", started=True),
        "a pipeline that is not there": World([[changed]], refused="PipelineNotFoundException", fails=True),
    }


# Programs with a mistake: the case that must notice it, what is right in the program, and what stands there instead.
MISTAKES = {
    "asks for too little": ("a file that counts", '"beforeCommitSpecifier": push["oldCommitId"],', ""),
    "reads the first page only": ("a file that counts on the third page", 'not page.get("NextToken")', "True"),
    "asks for the same page again": ("a file that counts on the third page", 'where["NextToken"]', 'where["nextToken"]'),
    "passes over what is gone": ("a file that is gone", '("beforeBlob", "afterBlob")', '("afterBlob",)'),
    "stays silent in doubt": ("commits that cannot be compared", '"the changes cannot be found out', '"" and "'),
    "starts for everything": ("no file that counts", "if counts(path)", "if True"),
    "does not know exclude": ("an excluded file", " and not any(fits(p, path) for p in EXCLUDE)", ""),
    "swallows a start that fails": ("a pipeline that is not there", "def handler(event, context):", "def handler(event, context):\n  try: work(event, context)\n  except Exception: pass\ndef work(event, context):"),
    "starts with an argument that AWS does not know": ("a file that counts", "execution(name=", "execution(pipelineName="),
}


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def run(program: Program, world: World) -> list[str]:
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
    told = {"PIPELINE": program.name, "INCLUDE": json.dumps(program.include), "EXCLUDE": json.dumps(program.exclude)}
    with mock.patch.dict(os.environ, {**nothing, **told, "AWS_DEFAULT_REGION": "us-east-1"}, clear=True):
        module = types.ModuleType("index")
        exec(compile(program.code, "index.py", "exec"), module.__dict__)
        with Stubber(module.codecommit) as repository, Stubber(module.codepipeline) as pipelines:
            _answer(repository, world)
            if world.refused:
                pipelines.add_client_error("start_pipeline_execution", world.refused)
            elif world.started:
                pipelines.add_response("start_pipeline_execution", RUN, {"name": program.name})
            findings = _deliver(module.handler, world)
            return findings + _left(repository) + _left(pipelines)


def _answer(repository: Stubber, world: World) -> None:
    last = len(world.pages) - 1 + bool(world.error)
    for number, page in enumerate(world.pages):
        token = {"NextToken": f"page-{number}"} if number else {}
        more = {"NextToken": f"page-{number + 1}"} if number < last else {}
        repository.add_response("get_differences", {"differences": page, **more}, {**COMPARED, **token})
    if world.error:
        repository.add_client_error("get_differences", world.error)


def _deliver(handler: Callable[[dict, Context], None], world: World) -> list[str]:
    detail = {
        "event": "referenceUpdated", "repositoryName": "platform", "repositoryId": "12345678-1234-5678-abcd-12345678abcd",
        "referenceType": "branch", "referenceName": "main", "referenceFullName": "refs/heads/main", "commitId": NEW, "oldCommitId": OLD,
    }
    if world.new:
        detail = {**{name: value for name, value in detail.items() if name != "oldCommitId"}, "event": "referenceCreated"}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            handler({"source": "aws.codecommit", "detail": detail}, Context())
    except Exception as problem:
        return [] if world.fails else [f"{type(problem).__name__}: {problem}"]
    return ["the failure is lost"] if world.fails else []


def _left(client: Stubber) -> list[str]:
    """A call that was not made."""
    try:
        client.assert_no_pending_responses()
    except AssertionError as problem:
        return [str(problem)]
    return []
