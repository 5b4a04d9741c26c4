"""What was judged, and how it went."""


class Report:
    """Counts checks and prints each as it is known."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def section(self, title: str) -> None:
        print(f"\n{title}", flush=True)

    def check(self, name: str, findings: list[str]) -> None:
        """A check passes when it has no findings."""
        if findings:
            self.failed += 1
            print(f"  FAIL  {name}")
            for finding in findings:
                print(f"          {finding}")
        else:
            self.passed += 1
            print(f"  ok    {name}", flush=True)

    def planted(self, name: str, findings: list[str]) -> None:
        """A judge that misses a planted mistake proves nothing by finding none."""
        self.check(f"notices {name}", [] if findings else ["missed it"])

    def note(self, text: str) -> None:
        """Something that was not judged, so that nobody takes it for judged."""
        print(f"  note  {text}", flush=True)

    def close(self) -> int:
        print(f"\n{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
