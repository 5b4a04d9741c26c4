"""A changed copy of a configuration: what its owner may change from one day to the next."""

import re
from pathlib import Path

# Attributes by the line that opens their block.
CHANGES = (
    (r"network \{", "availability_zones", "3"),
    (r'deploy "ec2" \{', "health_check", '"/changed"'),
    (r'deploy "ec2" \{', "environment", '{ CHANGED = "yes" }'),
    (r'deploy "ec2" \{', "capacity", "{ min = 2, max = 5 }"),
    (r'deploy "ec2" \{', "instance_type", '"t3.large"'),
    (r'deploy "lambda" \{', "environment", '{ CHANGED = "yes" }'),
    (r'deploy "lambda" \{', "memory_size", "2048"),
    (r'build "image" \{', "compute_type", '"BUILD_GENERAL1_LARGE"'),
    (r'pipeline "[^"]+" \{', "log_retention_days", "30"),
    (r"artifacts \{", "expire_after_days", "45"),
)


def changed(configuration: Path, folder: Path) -> Path:
    """The folder with the changed copy."""
    text = configuration.read_text()
    if "artifacts {" not in text:
        text = re.sub(r'(pipeline "[^"]+" \{\n)', r"\1  artifacts {}\n", text)
    for opening, name, value in CHANGES:
        text = _set(text, opening, name, value)
    folder.mkdir(parents=True)
    (folder / configuration.name).write_text(text)
    return folder


def _set(text: str, opening: str, name: str, value: str) -> str:
    """Sets an attribute in every block that opens so: instead of the one that is there, or as the first."""
    done, rest = "", text
    while found := re.search(opening, rest):
        end = _end(rest, found.end())
        inside = rest[found.end() : end]
        if longer := re.search(rf"(?m)^\s*{name}\s*=\s*\{{\n", inside):
            # An object over several lines gets a member more: what it refers to is still asked for.
            done += rest[: found.end()] + inside[: longer.end()] + value.strip("{ }") + "\n" + inside[longer.end() :]
        else:
            block = re.sub(rf"(?m)^\s*{name}\s*=.*\n", "", inside)
            done += f"{rest[: found.end()]}\n{name} = {value}\n{block.lstrip(' ').removeprefix(chr(10))}"
        rest = rest[end:]
    return done + rest


def _end(text: str, start: int) -> int:
    """Where the block ends that is open at start."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError("a block does not end")
