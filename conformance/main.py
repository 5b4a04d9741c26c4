"""Has cfnpipe's output judged by programs that are not ours; `make conformance` runs it."""

import io
import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import commands
import editors
import emptier
import fleet_keeper
import keeper
import path_filter
import published_rules
import scripts
import second_opinion
import templates
from accounts import planted
from accounts.judge import Judge
from example import compile_example
from report import Report

ROOT = Path(__file__).resolve().parent.parent
CFNPIPE = ROOT / "bin" / "cfnpipe"
PLANTED = Path(__file__).parent / "testdata"
SHIPPED = ROOT / "compiler" / "internal" / "script"


# A part of the work: what is told of it goes into the report. Parts know nothing of each other.
Part = Callable[[Report, Path], None]


def main(names: list[str]) -> int:
    if names == ["--editors"]:
        return judge([judge_neovim, judge_vscode])
    examples = [ROOT / "examples" / name for name in names] or sorted(path for path in (ROOT / "examples").glob("*") if path.is_dir())
    return judge([*parts(examples, not names), partial(judge_all, examples)])


def judge(parts: list[Part]) -> int:
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        for part in in_parallel(parts, Path(folder)):
            report.add(part)
    return report.close()


def parts(examples: list[Path], complete: bool) -> list[Part]:
    return [
        judge_the_judges,
        judge_scripts,
        partial(judge_published_rules, examples, complete),
        # It knows of no single example.
        *([partial(judge_access, [example.name for example in examples])] if complete else []),
        *(partial(judge_example, example) for example in examples),
        judge_functions,
        judge_fleet_keeper,
        judge_planted,
        judge_exchanged,
        judge_released,
        *(partial(judge_deployed, example) for example in examples),
        *([judge_neovim, judge_vscode] if complete else []),
    ]


def in_parallel(parts: list[Part], folder: Path) -> Iterator[Report]:
    """The reports in the order of the parts; as many are worked on at a time as there are processors."""
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as workers:
        running = [workers.submit(judged, part, folder / str(number)) for number, part in enumerate(parts)]
        yield from (each.result() for each in running)


def judged(part: Part, folder: Path) -> Report:
    folder.mkdir()
    report = Report(io.StringIO())
    part(report, folder)
    return report


def judge_the_judges(report: Report, folder: Path) -> None:
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


def judge_scripts(report: Report, folder: Path) -> None:
    report.section("scripts")
    for script in [ROOT / ".ci" / "run", ROOT / "conformance" / "run", ROOT / "conformance" / "editors" / "install", ROOT / "tools" / "fuzz", *sorted(SHIPPED.rglob("*.sh"))]:
        report.check(f"shellcheck {script.relative_to(ROOT)}", scripts.shellcheck(script))
    for script in sorted(SHIPPED.rglob("*.sh")):
        calls = commands.aws_commands(script.read_text())
        if calls:
            report.check(f"{len(calls)} AWS commands of {script.relative_to(ROOT)}", commands.refused(calls))
    for script in sorted(SHIPPED.rglob("*.py")):
        report.check(f"python {script.relative_to(ROOT)}", scripts.compiles(script))
    for script in sorted(SHIPPED.rglob("*.js")):
        report.check(f"node {script.relative_to(ROOT)}", scripts.node(script))


def judge_published_rules(examples: list[Path], complete: bool, report: Report, folder: Path) -> None:
    report.section("published rules")
    published_rules.judge_comparison(report)
    found: list[Path] = []
    for example in examples:
        layouts, findings = compile_example(CFNPIPE, example, folder / example.name)
        report.check(f"{example.name} compiles", findings)
        # Only one template per stack has everything: functions whose stack the pipeline deploys are left out of the other layout.
        found += layouts[-1].templates
    published_rules.judge(report, found, folder, complete)


def judge_access(examples: list[str], report: Report, folder: Path) -> None:
    report.section("access to AWS, by a second evaluator of policies")
    second_opinion.judge(report, folder, examples)


def judge_functions(report: Report, folder: Path) -> None:
    for title, example, judge in (
        ("the emptier of a bucket, against moto", "minimal", emptier.judge),
        ("the function that looks at pushes", "monorepo", path_filter.judge),
        ("the keeper of a function's stack, against moto", "lambda-canary", keeper.judge),
    ):
        report.section(title)
        layouts, findings = compile_example(CFNPIPE, ROOT / "examples" / example, folder / example)
        report.check(f"{example} compiles", findings)
        if not findings:
            judge(report, layouts[0].templates[0])


def judge_fleet_keeper(report: Report, folder: Path) -> None:
    report.section("the keeper of a blue/green fleet, against moto")
    fleet_keeper.judge(report, SHIPPED)


def judge_planted(report: Report, folder: Path) -> None:
    report.section("planted mistakes, deployed")
    with closing(Judge(CFNPIPE)) as judge:
        planted.judge_the_judge(report, judge, ROOT / "examples", folder)


def judge_exchanged(report: Report, folder: Path) -> None:
    report.section("blue/green fleets: going over to them and back, and planted mistakes")
    with closing(Judge(CFNPIPE)) as judge:
        planted.judge_exchanges(report, judge, ROOT / "examples" / "minimal", folder)


def judge_released(report: Report, folder: Path) -> None:
    report.section("planted mistakes in releases")
    with closing(Judge(CFNPIPE)) as judge:
        planted.judge_releases(report, judge, ROOT / "examples" / "lambda-canary", folder)


def judge_deployed(example: Path, report: Report, folder: Path) -> None:
    report.section(f"{example.name}, deployed to accounts of moto")
    with closing(Judge(CFNPIPE)) as judge:
        judge.judge(report, example, folder)


def judge_neovim(report: Report, folder: Path) -> None:
    report.section("the language server, in Neovim")
    editors.judge_neovim(report, folder)


def judge_vscode(report: Report, folder: Path) -> None:
    report.section("the language server and the extension, in VS Code")
    editors.judge_vscode(report, folder)


def judge_all(examples: list[Path], report: Report, folder: Path) -> None:
    report.section("all")
    report.check(f"{len(examples)} examples", [] if examples else ["there is nothing to judge"])


def judge_example(example: Path, report: Report, folder: Path) -> None:
    report.section(example.name)
    layouts, findings = compile_example(CFNPIPE, example, folder)
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
