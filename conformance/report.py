"""What was judged, and how it went."""

import sys
from typing import TextIO


class Report:
    """Counts checks and tells of each as it is known."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out
        self.passed = 0
        self.failed = 0

    def section(self, title: str) -> None:
        self._tell(f"\n{title}")

    def check(self, name: str, findings: list[str]) -> None:
        """A check passes when it has no findings."""
        if findings:
            self.failed += 1
            self._tell(f"  FAIL  {name}", *(f"          {finding}" for finding in findings))
        else:
            self.passed += 1
            self._tell(f"  ok    {name}")

    def planted(self, name: str, findings: list[str]) -> None:
        """A judge that misses a planted mistake proves nothing by finding none."""
        self.check(f"notices {name}", [] if findings else ["missed it"])

    def note(self, text: str) -> None:
        """Something that was not judged, so that nobody takes it for judged."""
        self._tell(f"  note  {text}")

    def add(self, other: "Report") -> None:
        """Takes over a report that was written into memory."""
        self.passed += other.passed
        self.failed += other.failed
        self._tell(other.out.getvalue().removesuffix("\n"))

    def close(self) -> int:
        self._tell(f"\n{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0

    def _tell(self, *lines: str) -> None:
        print(*lines, sep="\n", file=self.out, flush=True)
