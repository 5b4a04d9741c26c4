"""Has cfnpipe's output judged by programs that are not ours; `make conformance` runs it."""

import sys
import tempfile
from pathlib import Path

import commands
import emptier
import keeper
import path_filter
import scripts
import templates
from accounts import planted
from accounts.judge import Judge
from example import compile_example
from report import Report

ROOT = Path(__file__).resolve().parent.parent
PLANTED = Path(__file__).parent / "testdata"


def main(names: list[str]) -> int:
    report = Report()
    judge_the_judges(report)
    judge_scripts(report)
    examples = [ROOT / "examples" / name for name in names] or sorted(path for path in (ROOT / "examples").glob("*") if path.is_dir())
    report.section("examples")
    report.check(f"{len(examples)} examples", [] if examples else ["there is nothing to judge"])
    with tempfile.TemporaryDirectory() as folder:
        for example in examples:
            judge_example(report, example, Path(folder) / example.name)
        judge_functions(report, examples[0], Path(folder) / "emptier")
        judge_accounts(report, examples, Path(folder) / "accounts")
    return report.close()


def judge_the_judges(report: Report) -> None:
    report.section("planted mistakes")
    report.planted("a property that AWS does not have", templates.lint([PLANTED / "unknown-property.template.json"]))
    report.planted("a template that suppresses an error", templates.lint([PLANTED / "suppressed-error.template.json"]))
    report.planted("a suppression of nothing", templates.stale_suppressions([PLANTED / "stale.template.json"]))
    report.check("accepts a suppressed warning", templates.lint([PLANTED / "suppressed.template.json"]))
    report.check("knows a suppression that is needed", templates.stale_suppressions([PLANTED / "suppressed.template.json"]))
    report.planted("an unquoted variable in shell", scripts.shellcheck(PLANTED / "unquoted.sh"))
    report.planted("a syntax error in Node.js", scripts.node(PLANTED / "syntax.js"))
    report.planted("a syntax error in Python", scripts.compiles(PLANTED / "syntax.py.txt"))
    wrong = commands.Handbook(PLANTED / "wrong-commands.md")
    missed = [" ".join(command) for command in wrong.commands if not commands.refused([command])]
    report.check(f"notices {len(wrong.commands)} commands that AWS refuses", missed)
    report.planted("a template that is not there", commands.missing_templates(wrong))
    report.check("accepts commands that are right", commands.check(commands.Handbook(PLANTED / "right-commands.md")))


def judge_scripts(report: Report) -> None:
    report.section("scripts")
    shipped = ROOT / "compiler" / "internal" / "script"
    for script in [ROOT / ".ci" / "run", ROOT / "conformance" / "run", ROOT / "tools" / "fuzz", *sorted(shipped.rglob("*.sh"))]:
        report.check(f"shellcheck {script.relative_to(ROOT)}", scripts.shellcheck(script))
    for script in sorted(shipped.rglob("*.sh")):
        calls = commands.aws_commands(script.read_text())
        if calls:
            report.check(f"{len(calls)} AWS commands of {script.relative_to(ROOT)}", commands.refused(calls))
    for script in sorted(shipped.rglob("*.py")):
        report.check(f"python {script.relative_to(ROOT)}", scripts.compiles(script))
    for script in sorted(shipped.rglob("*.js")):
        report.check(f"node {script.relative_to(ROOT)}", scripts.node(script))


def judge_functions(report: Report, example: Path, folder: Path) -> None:
    report.section("the emptier of a bucket, against moto")
    layouts, findings = compile_example(ROOT / "bin" / "cfnpipe", example, folder)
    report.check("compiles", findings)
    if not findings:
        emptier.judge(report, layouts[0].templates[0])
    layouts, findings = compile_example(ROOT / "bin" / "cfnpipe", ROOT / "examples" / "monorepo", folder / "paths")
    report.check("an example with paths compiles", findings)
    if not findings:
        path_filter.judge(report, layouts[0].templates[0])
    layouts, findings = compile_example(ROOT / "bin" / "cfnpipe", ROOT / "examples" / "lambda-canary", folder / "functions")
    report.check("an example with functions compiles", findings)
    if not findings:
        keeper.judge(report, layouts[0].templates[0])


def judge_accounts(report: Report, examples: list[Path], folder: Path) -> None:
    judge = Judge(ROOT / "bin" / "cfnpipe")
    report.section("planted mistakes, deployed")
    planted.judge_the_judge(report, judge, ROOT / "examples", folder / "planted")
    report.section("examples, deployed to accounts of moto")
    for example in examples:
        judge.judge(report, example, folder / example.name)
    judge.close()


def judge_example(report: Report, example: Path, folder: Path) -> None:
    layouts, findings = compile_example(ROOT / "bin" / "cfnpipe", example, folder)
    report.check(f"{example.name}: compiles in both layouts", findings)
    if findings:
        return
    for layout in layouts:
        name = f"{example.name}, {layout.name}"
        found = templates.lint(layout.templates)
        report.check(f"{name}: {templates.describe(layout.templates)}, {len(found)} findings", found)
        report.check(f"{name}: every suppression is needed", templates.stale_suppressions(layout.templates))
        for path in layout.handbooks:
            handbook = commands.Handbook(path)
            report.check(f"{name}: {len(handbook.commands)} AWS commands of {path.name}", commands.check(handbook))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
