"""Compiles an example in both layouts."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Layout:
    """One way in which the templates of an example were written down."""

    name: str
    folder: Path

    @property
    def templates(self) -> list[Path]:
        return sorted(self.folder.rglob("*.template.json"))

    @property
    def handbooks(self) -> list[Path]:
        return sorted(self.folder.rglob("DEPLOY.md"))


def compile_example(cfnpipe: Path, example: Path, folder: Path) -> tuple[list[Layout], list[str]]:
    """Writes the templates of an example below folder; the second value says what went wrong."""
    single, stacks = folder / "single", folder / "stacks"
    single.mkdir(parents=True)
    stacks.mkdir()
    first, findings = _cfnpipe(cfnpipe, "compile", str(example))
    (single / f"{example.name}.template.json").write_bytes(first)
    _, more = _cfnpipe(cfnpipe, "compile", str(example), "-o", f"{stacks}/")
    layouts = [Layout("one template", single), Layout("one per stack", stacks)]
    findings += more
    if not findings:
        findings = [f"{layout.name}: no template was written" for layout in layouts if not layout.templates]
        findings += [] if layouts[1].handbooks else ["no DEPLOY.md was written"]
    return layouts, findings


def _cfnpipe(cfnpipe: Path, *arguments: str) -> tuple[bytes, list[str]]:
    run = subprocess.run([cfnpipe, *arguments], capture_output=True, check=False)
    if run.returncode:
        return b"", [f"cfnpipe {' '.join(arguments)}: exit status {run.returncode}", *run.stderr.decode().splitlines()]
    return run.stdout, []
