"""Writes the actions that compiler/internal/authorization embeds: those of AWS's Service Authorization Reference, by the package
iam-data of conformance/second-opinion.

Each service has a file by its prefix. A line that begins with a colon names a type of resource and the form of its ARN, with * for what
differs; every other line is an action with the types that it supports.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / ".cache" / "second-opinion" / "node_modules" / "@cloud-copilot" / "iam-data" / "data"
TARGET = ROOT / "compiler" / "internal" / "authorization" / "actions"


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.txt"):
        old.unlink()
    count = 0
    for path in sorted((SOURCE / "actions").glob("*.json")):
        actions = json.loads(path.read_text()).values()
        forms_of = SOURCE / "resourceTypes" / path.name
        forms = json.loads(forms_of.read_text()) if forms_of.exists() else {}
        lines = [f":{name.lower()} {re.sub(r'[$][{][^}]*[}]', '*', entry['arn'])}" for name, entry in sorted(forms.items())]
        for action in sorted(actions, key=lambda action: action["name"]):
            lines.append(" ".join([action["name"], *sorted({type["name"].lower() for type in action["resourceTypes"]})]))
        (TARGET / f"{path.stem}.txt").write_text("".join(line + "\n" for line in lines))
        count += len(actions)
    print(f"{count} actions", file=sys.stderr)


if __name__ == "__main__":
    main()
