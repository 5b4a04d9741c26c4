"""Holds the AWS commands of a handbook against the AWS command line's own parsers."""

import argparse
import re
from pathlib import Path

import jmespath
from awscli.argparser import ArgTableArgParser
from awscli.clidriver import ServiceOperation, create_clidriver
from botocore.validate import ParamValidator

from shell import aws_commands

# The handbook is for version 2 of the command line; the package index has version 1. What it lacks, by the AWS CLI
# Command Reference of version 2: `aws logs tail`, and the global option --no-cli-pager.
ONLY_IN_VERSION_2 = {
    ("logs", "tail"): {
        "--since": 1,
        "--format": 1,
        "--filter-pattern": 1,
        "--log-stream-names": "+",
        "--log-stream-name-prefix": 1,
        "--follow": 0,
    },
}
GLOBALS_ONLY_IN_VERSION_2 = ("--no-cli-pager",)

# What a reader supplies: the content of a file, the value of a variable.
FROM_FILE = re.compile(r"fileb?://")
VARIABLE = re.compile(r"\$\w+")
TEMPLATE = re.compile(r"[\w./-]+\.template\.json")
MADE = re.compile(r"cfnpipe compile -o ([\w./-]+\.template\.json)")
BLOCK = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Refused(Exception):
    """The AWS command line would not take a command."""


class Handbook:
    """The commands in a DEPLOY.md."""

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        blocks = BLOCK.findall(path.read_text())
        self.commands = [command for block in blocks for command in aws_commands(block)]
        self.templates = {name for block in blocks for name in TEMPLATE.findall(block)}
        self.made = {name for block in blocks for name in MADE.findall(block)}


def check(handbook: Handbook) -> list[str]:
    """What the AWS command line would refuse, and templates that are not there."""
    if not handbook.commands:
        return ["no AWS command stands in it"]
    return refused(handbook.commands) + missing_templates(handbook)


def refused(commands: list[list[str]]) -> list[str]:
    """The commands that the AWS command line would refuse, with its reason."""
    driver = create_clidriver()
    refusals = [(command, _refusal(driver, command)) for command in commands]
    return [f"aws {' '.join(command)}: {refusal}" for command, refusal in refusals if refusal]


def missing_templates(handbook: Handbook) -> list[str]:
    """Templates that neither stand beside the handbook nor are made by a command in it."""
    return [f"{name} is not there" for name in sorted(handbook.templates - handbook.made) if not (handbook.folder / name).is_file()]


def _refusal(driver, command: list[str]) -> str:
    words = [word for word in command if word not in GLOBALS_ONLY_IN_VERSION_2]
    services = driver._get_command_table()
    try:
        # The command line itself parses in these steps: what is global, then what is the operation's own.
        options, words = _parse(driver._create_parser(services), words)
        _parse_query(options.query)
        _descend(services[options.command], [options.command], words, options)
    except Refused as refusal:
        return str(refusal)
    return ""


def _descend(command, path: list[str], words: list[str], general: argparse.Namespace) -> None:
    """Follows the words from a service to its operation, and parses the operation's options."""
    table = _subcommands(command)
    if table and words and words[0] in table:
        _descend(table[words[0]], [*path, words[0]], words[1:], general)
        return
    named = [word for word in words[:1] if table and not word.startswith("-")]
    path = [*path, *named]
    if tuple(path) in ONLY_IN_VERSION_2:
        parser, words = _parser_of_version_2(ONLY_IN_VERSION_2[tuple(path)]), words[1:]
    elif named or not hasattr(command, "arg_table"):
        raise Refused(f"no such operation: {' '.join(path)}")
    else:
        parser = ArgTableArgParser(command.arg_table)
    options, unknown = _parse(parser, words)
    if unknown:
        raise Refused(f"unknown: {' '.join(unknown)}")
    if isinstance(command, ServiceOperation):
        _check_values(command, options, general)


def _check_values(operation: ServiceOperation, options: argparse.Namespace, general: argparse.Namespace) -> None:
    """Holds the values against the model of the operation: names of members, types, allowed lengths."""
    for name, value in vars(options).items():
        if isinstance(value, str) and FROM_FILE.match(value):
            setattr(options, name, "from-a-file")
        if isinstance(value, str) and VARIABLE.fullmatch(value) and _argument(operation, name).cli_type_name != "string":
            return  # what such a variable holds is not known here
    try:
        values = operation._build_call_parameters(options, operation.arg_table, general)
    except Exception as error:  # the command line reports whatever happens here as a wrong parameter
        raise Refused(str(error)) from error
    report = ParamValidator().validate(values, operation._operation_model.input_shape)
    if report.has_errors():
        raise Refused(report.generate_report())


def _argument(operation: ServiceOperation, name: str):
    return next(argument for argument in operation.arg_table.values() if argument.py_name == name)


def _parse_query(query: str | None) -> None:
    try:
        jmespath.compile(query or "@")
    except jmespath.exceptions.JMESPathError as error:
        raise Refused(f"--query: {error}") from error


def _subcommands(command) -> dict:
    if hasattr(command, "_get_command_table"):
        return command._get_command_table()
    return getattr(command, "subcommand_table", {})


def _parser_of_version_2(options: dict) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("subject")
    for option, values in options.items():
        parser.add_argument(option, **({"nargs": values} if values else {"action": "store_true"}))
    return parser


def _parse(parser: argparse.ArgumentParser, words: list[str]):
    def refuse(message: str):
        raise Refused(message.splitlines()[0])  # the list of every service follows

    parser.allow_abbrev = False  # an abbreviation that works today is ambiguous tomorrow
    parser.error = refuse
    return parser.parse_known_args(words)
