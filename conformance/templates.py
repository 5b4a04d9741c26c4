"""Has templates judged by cfn-lint, and what they suppress along with them."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

CONFIG = Path(__file__).parent / "cfnlintrc.yaml"


def lint(templates: list[Path]) -> list[str]:
    """What cfn-lint finds, one line for each finding that the template does not suppress."""
    return [
        f"{Path(match['Filename']).name}:{match['Location']['Start']['LineNumber']}: "
        f"{match['Rule']['Id']} {_place(match)}: {match['Message']}"
        for match in _cfn_lint(templates)
    ]


def stale_suppressions(templates: list[Path]) -> list[str]:
    """Suppressions of rules that would not have found anything."""
    stale = []
    with tempfile.TemporaryDirectory() as name:
        bare = {}
        for number, template in enumerate(templates):
            content = json.loads(template.read_text())
            suppressed = _take_suppressions(content)
            if suppressed:
                path = Path(name) / f"{number}.json"
                path.write_text(json.dumps(content))
                bare[path] = (template, suppressed)
        found = {(match["Filename"], match["Rule"]["Id"], *match["Location"]["Path"][:2]) for match in _cfn_lint(list(bare))}
        for path, (template, suppressed) in bare.items():
            for rule, resource in suppressed:
                if (str(path), rule, "Resources", resource) not in found:
                    stale.append(f"{template.name}: {resource} suppresses {rule}, which finds nothing there")
    return stale


def describe(templates: list[Path]) -> str:
    """How much there was to judge."""
    contents = [json.loads(template.read_text()) for template in templates]
    resources = sum(len(content["Resources"]) for content in contents)
    suppressed = sum(len(_take_suppressions(content)) for content in contents)
    size = sum(template.stat().st_size for template in templates)
    return f"{len(templates)} templates, {size:,} bytes, {resources} resources, {suppressed} suppressions"


def _take_suppressions(content: dict) -> list[tuple[str, str]]:
    """Removes cfn-lint's entries from the resources' Metadata; returns (rule, resource) for each."""
    taken = []
    for name, resource in content["Resources"].items():
        entry = resource.get("Metadata", {}).pop("cfn-lint", {})
        taken += [(rule, name) for rule in entry.get("config", {}).get("ignore_checks", [])]
    return taken


def _cfn_lint(templates: list[Path]) -> list[dict]:
    if not templates:
        return []
    program = Path(sys.executable).parent / "cfn-lint"
    run = subprocess.run(
        [program, "--config-file", CONFIG, "--format", "json", "--template", *templates],
        capture_output=True,
        check=False,
    )
    # The bits of its exit status stand for errors, warnings and informational findings; 1 is a failure of its own.
    if run.returncode & 1 or not run.stdout.strip():
        raise RuntimeError(f"cfn-lint: exit status {run.returncode}: {run.stderr.decode()}")
    return json.loads(run.stdout)


def _place(match: dict) -> str:
    return "/".join(str(part) for part in match["Location"]["Path"] or [])
