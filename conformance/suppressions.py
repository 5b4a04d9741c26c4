"""What was decided about findings of published rules, one entry for each rule and resource type."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rule_sets import Finding


@dataclass(frozen=True)
class Suppression:
    """Findings that are accepted, and why."""

    tool: str
    rule: str
    resource_type: str
    reason: str
    logical_ids: str = ".*"  # a regular expression, as is the next
    details: str = ".*"

    def covers(self, finding: Finding) -> bool:
        return (
            (self.tool, self.rule, self.resource_type) == (finding.tool, finding.rule, finding.resource_type)
            and re.fullmatch(self.logical_ids, finding.logical_id) is not None
            and re.fullmatch(self.details, finding.detail) is not None
        )

    def __str__(self) -> str:
        return f"{self.tool} {self.rule} {self.resource_type} {self.logical_ids} {self.details}"


def load(path: Path) -> list[Suppression]:
    return [Suppression(**entry) for entry in json.loads(path.read_text())]


def uncovered(suppressions: list[Suppression], findings: Iterable[Finding], root: Path) -> list[str]:
    """What no entry covers, one line for each rule and resource type."""
    groups = defaultdict(list)
    for finding in sorted(findings):
        if not any(entry.covers(finding) for entry in suppressions):
            groups[finding.tool, finding.rule, finding.resource_type].append(finding)
    return [_describe(group, root) for group in groups.values()]


def stale(suppressions: list[Suppression], findings: Iterable[Finding]) -> list[str]:
    """Entries that cover nothing."""
    findings = list(findings)
    return [f"{entry} covers no finding" for entry in suppressions if not any(map(entry.covers, findings))]


def unfounded(suppressions: list[Suppression]) -> list[str]:
    """Entries without a reason."""
    return [f"{entry} has no reason" for entry in suppressions if not entry.reason.strip()]


def _describe(group: list[Finding], root: Path) -> str:
    first = group[0]
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    place = f"{first.logical_id} of {first.template.relative_to(root)}{more}"
    return f"{first.tool} {first.rule} {first.resource_type}: {place}: {first.detail or first.text}"
