"""Finds the AWS commands in a piece of shell."""

import re
import shlex

ENDS_A_COMMAND = re.compile(r"[;&|()<>\n]+")
SUBSTITUTION = re.compile(r"\$\(([^()]*)\)")
COMMENT = re.compile(r"(^|\s)#.*$", re.MULTILINE)
OPTIONAL_WORD = re.compile(r"\$\{\w+:\+([^{}]*)\}")
REDIRECTION = re.compile(r"\d?>(&\d|\s*(\"[^\"]*\"|/dev/null))")
ASKS_FOR_A_COMMAND = re.compile(r"command -v \w+")


def aws_commands(script: str) -> list[list[str]]:
    """The words behind each `aws`, wherever in the script a command can stand, substitutions included."""
    commands = []
    inner = SUBSTITUTION.search(script)
    while inner:
        commands += aws_commands(inner.group(1))
        script = script[: inner.start()] + "$substituted" + script[inner.end() :]
        inner = SUBSTITUTION.search(script)
    command: list[str] | None = None
    for word in _words(script):
        if ENDS_A_COMMAND.fullmatch(word):
            command = None
        elif command is not None:
            command.append(word)
        elif word == "aws":
            command = []
            commands.append(command)
    return commands


def _words(script: str) -> list[str]:
    script = REDIRECTION.sub("", ASKS_FOR_A_COMMAND.sub("", COMMENT.sub("", script.replace("\\\n", " "))))
    script = OPTIONAL_WORD.sub(r"\1", script)
    lexer = shlex.shlex(script, posix=True, punctuation_chars=";&|()<>\n")
    lexer.commenters = ""
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    return list(lexer)
