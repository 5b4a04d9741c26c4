"""Has the program that empties a bucket run against moto, in the ways in which a stack can be deleted."""

import json
from collections.abc import Callable
from pathlib import Path

import emptier_cases as cases
from report import Report
from sandbox import CHAIN, Program, Sandbox

Case = Callable[[Sandbox], list[str]]

CASES: dict[str, Case] = {
    "Create deletes nothing": cases.create,
    "Update deletes nothing and keeps the id": cases.update,
    "Update to another bucket is another resource": cases.update_to_another,
    "an empty bucket": cases.delete,
    "a full bucket": cases.full,
    "versions and markers": cases.versions,
    "markers alone": cases.markers,
    "2,500 versions and 1,100 markers": cases.pages,
    "unfinished uploads": cases.uploads,
    "odd keys": cases.odd_keys,
    "null versions": cases.null_versions,
    "versions that it may not list": cases.list_denied,
    "uploads that it may not list": cases.uploads_denied,
    "itself that it may not invoke": cases.invoke_denied,
    "one version that it may not delete": cases.locked,
    "one version that it may not delete yet": cases.locked_for_a_round,
    "rounds in which nothing is deleted": cases.all_fail_for_a_round,
    "S3 that is too busy": cases.slow_down,
    "S3 that fails with status 200": cases.error_in_a_success,
    "a Delete that comes again": cases.twice,
    "a bucket that is gone": cases.gone,
    "a bucket that goes meanwhile": cases.goes_meanwhile,
    "a Delete after a failed Create": cases.failed_create,
    "3,500 entries in many short runs": cases.many_runs,
    "a run that Lambda ends": cases.ended_run,
    "an answer that is refused": cases.refused_answer,
    "an address that cannot be reached": cases.closed_address,
    "a run whose answer nobody takes": cases.refused_run,
    "a writer that goes on for a while": cases.writer,
    "a writer that never stops": cases.endless_writer,
    "a very long reason": cases.long_reason,
}

# Programs with a mistake: the case that must notice it, what is right in the program, and what stands there instead.
# What the program does not say (any more) makes no mistake, and so counts as missed.
MISTAKES = {
    "deletes at once": ("Create deletes nothing", 'event["RequestType"] == "Delete" and', ""),
    "leaves delete markers": ("markers alone", '"DeleteMarkers"', '"Markers"'),
    "leaves unfinished uploads": ("unfinished uploads", "no_uploads(bucket, context) and", ""),
    "deletes a page and no more": ("a writer that goes on for a while", "time.sleep(2 * fruitless)", "return True"),
    "calls a failure a success": ("versions that it may not list", '"FAILED"', '"SUCCESS"'),
    "has no patience": ("rounds in which nothing is deleted", "fruitless == 5", "fruitless"),
    "answers before the end": ("a writer that never stops", "return False", "return True"),
    "does not watch the time": ("3,500 entries in many short runs", "60000", "0"),
    "never answers": ("an empty bucket", "urlopen(put", "urlopen(''"),
    "answers twice": ("an empty bucket", "urlopen(put", "urlopen(put); urllib.request.urlopen(put"),
    "makes an id up at Delete": ("a Delete after a failed Create", 'if event["RequestType"] == "Delete":\n        name', "if False:\n        name"),
    "gives up at once": ("an answer that is refused", "range(5)", "range(1)"),
    "tells the signature": ("a full bucket", "print(status,", 'print(event["ResponseURL"],'),
    "sends a reason of any length": ("a very long reason", "> 4096", "> 99999"),
    "asks for a type of content": ("an empty bucket", '"Content-Type": ""', '"Content-Type": "application/json"'),
}


def judge(report: Report, template: Path) -> None:
    programs, findings = find(template)
    report.check(f"{len(programs)} emptiers, one program", findings)
    if findings:
        return
    for name, case in CASES.items():
        report.check(name, run(case, programs[0]))
    for name, (case, right, wrong) in MISTAKES.items():
        broken = Program(programs[0].code.replace(right, wrong), programs[0].timeout)
        report.planted(f"an emptier that {name}", run(CASES[case], broken))


def find(template: Path) -> tuple[list[Program], list[str]]:
    """The programs that the template's emptiers run."""
    resources = json.loads(template.read_text())["Resources"]
    emptiers = [resource["Properties"] for resource in resources.values() if resource["Type"] == "Custom::BucketEmptier"]
    functions = [resources[emptier["ServiceToken"]["Fn::GetAtt"][0]]["Properties"] for emptier in emptiers]
    programs = [Program(function["Code"]["ZipFile"], function["Timeout"]) for function in functions]
    findings = [] if programs else ["there is no emptier"]
    findings += ["the emptiers differ"] if any(program != programs[0] for program in programs) else []
    findings += [f"handler {f['Handler']}" for f in functions if f["Handler"] != "index.handler"]
    if any(CHAIN * (program.timeout - 60) < emptier["ServiceTimeout"] for program, emptier in zip(programs, emptiers)):
        findings.append("Lambda ends the chain of runs while CloudFormation still waits")
    return programs, findings


def run(case: Case, program: Program) -> list[str]:
    with Sandbox(program) as sandbox:
        sandbox.s3.create_bucket(Bucket=cases.BUCKET)
        findings = case(sandbox) + sandbox.address.flaws
        return findings + (["the log tells the signature"] if "Signature" in sandbox.log.getvalue() else [])
