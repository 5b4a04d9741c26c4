"""Holds templates against the published rules of others, and what they find against what was decided about it."""

import json
from pathlib import Path

import suppressions
from report import Report
from rule_sets import TOOLS, Finding, RuleSetError
from suppressions import Suppression

DECIDED = Path(__file__).parent / "suppressions.json"
PLANTED = Path(__file__).parent / "testdata"
OPEN = PLANTED / "open.template.json"
UNREADABLE = PLANTED / "cut-off.template.json"

# One rule for each resource of the open template, and for each set of rules of a tool.
EXPECTED = {
    "cfn-guard": {
        ("s3_bucket_level_public_access_prohibited_check", "Bucket"),
        ("vpc_sg_restricted_common_ports_check", "Group"),
        ("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "Bucket"),
        ("EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE", "Group"),
    },
    "checkov": {("CKV_AWS_53", "Bucket"), ("CKV_AWS_24", "Group")},
    "cdk-nag": {("AwsSolutions-S2", "Bucket"), ("AwsSolutions-EC23", "Group")},
}


def judge_comparison(report: Report) -> None:
    """Are findings that nobody decided about, and decisions about nothing, noticed?"""
    finding = Finding("checkov", "CKV_AWS_53", "AWS::S3::Bucket", "Bucket", OPEN, "")
    entry = Suppression("checkov", "CKV_AWS_53", "AWS::S3::Bucket", "It shall be open.")
    elsewhere = [
        Suppression("cdk-nag", "CKV_AWS_53", "AWS::S3::Bucket", "Another tool."),
        Suppression("checkov", "CKV_AWS_5", "AWS::S3::Bucket", "Another rule."),
        Suppression("checkov", "CKV_AWS_53", "AWS::S3::BucketPolicy", "Another type."),
        Suppression("checkov", "CKV_AWS_53", "AWS::S3::Bucket", "Another resource.", "Buck"),
        Suppression("checkov", "CKV_AWS_53", "AWS::S3::Bucket", "Another detail.", details="Resource::.*"),
    ]
    report.planted("a finding that nothing was decided about", suppressions.uncovered(elsewhere, [finding], PLANTED))
    missed = [str(other) for other in elsewhere if not suppressions.stale([other], [finding])]
    report.check(f"notices {len(elsewhere)} suppressions of nothing", missed)
    report.planted("a suppression without a reason", suppressions.unfounded([Suppression("", "", "", " ")]))
    report.check("accepts a finding that was decided about", suppressions.uncovered([entry], [finding], PLANTED))
    report.check("knows a suppression that is needed", suppressions.stale([entry], [finding]))


def judge(report: Report, templates: list[Path], root: Path, complete: bool) -> None:
    """Without all the examples there is no saying which suppressions are needed."""
    decided = suppressions.load(DECIDED)
    resources = sum(len(json.loads(template.read_text())["Resources"]) for template in templates)
    found: set[Finding] = set()
    for tool, run in TOOLS.items():
        report.planted(f"that {tool} cannot read a template", refused(tool))
        try:
            everything = run([OPEN, *templates])
        except RuleSetError as error:
            report.check(f"{tool} reads {len(templates)} templates", [str(error)])
            continue
        planted = {(finding.rule, finding.logical_id) for finding in everything if finding.template == OPEN}
        report.check(f"{tool} notices what is open to everybody", [f"missed {rule}" for rule, _ in EXPECTED[tool] - planted])
        judged = {finding for finding in everything if finding.template != OPEN}
        name = f"{tool}: {len(templates)} templates, {resources} resources, {len(judged)} findings, each of them decided about"
        report.check(name, suppressions.uncovered(decided, judged, root))
        found |= judged
    report.check(f"{len(decided)} suppressions have their reasons", suppressions.unfounded(decided))
    if complete:
        report.check("every suppression is needed", suppressions.stale(decided, found))
    else:
        report.note("which suppressions are needed is known only when all examples are judged")


def refused(tool: str) -> list[str]:
    try:
        TOOLS[tool]([OPEN, UNREADABLE])
    except RuleSetError as error:
        return [str(error)]
    return []
