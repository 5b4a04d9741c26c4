"""Runs the code of a function in a process of its own, and receives what it answers to CloudFormation."""

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

# What Lambda does: imports the module, calls the handler with event and context.
RUNTIME = """
import json, sys, time
call = json.load(sys.stdin)
# What is waited for is done on moto before the call for it returns.
time.sleep = lambda seconds, pause=time.sleep: pause(seconds / 100)
class Context:
    invoked_function_arn = call["arn"]
    def get_remaining_time_in_millis(self):
        return 900000
module = {"__name__": "index"}
exec(compile(call["code"], "index.py", "exec"), module)
module[call["handler"].split(".")[1]](call["event"], Context())
"""


class AnswerBox:
    """The address that stands in ResponseURL, and whatever is put there."""

    def __enter__(self) -> "AnswerBox":
        self.puts: list[tuple[str | None, bytes]] = []
        box = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                box.puts.append((self.headers.get("Content-Type"), body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *words: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/answer?signed=yes"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *problem: Any) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        """The one answer, if CloudFormation would take it."""
        if len(self.puts) != 1:
            raise RuntimeError(f"{len(self.puts)} answers came to ResponseURL")
        content_type, body = self.puts[0]
        # The address is signed for an empty type of content ("Custom resource response objects", CloudFormation guide).
        if content_type:
            raise RuntimeError(f"the answer's Content-Type is {content_type!r}: S3 would refuse it")
        if len(body) > 4096:
            raise RuntimeError(f"the answer has {len(body)} bytes: CloudFormation takes 4096")
        answer = json.loads(body)
        for name in ("StackId", "RequestId", "LogicalResourceId"):
            if answer.get(name) != event[name]:
                raise RuntimeError(f"the answer's {name} is {answer.get(name)!r}")
        if answer.get("Status") not in ("SUCCESS", "FAILED") or not answer.get("PhysicalResourceId"):
            raise RuntimeError(f"an answer without Status or PhysicalResourceId: {answer}")
        return answer


def run_handler(code: str, handler: str, event: dict[str, Any], arn: str, environment: dict[str, str]) -> str:
    """Returns what it printed."""
    call = {"code": code, "handler": handler, "event": event, "arn": arn}
    run = subprocess.run(
        [sys.executable, "-B", "-c", RUNTIME],
        input=json.dumps(call),
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"the function failed: {run.stderr.strip().splitlines()[-1:]}")
    return run.stdout
