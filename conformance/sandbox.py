"""Runs the inline program of a custom resource against moto, with stand-ins for Lambda and for CloudFormation's address."""

import contextlib
import io
import json
import os
import types
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from unittest import mock

import boto3
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.loaders import create_loader
from moto import mock_aws
from moto.core.models import botocore_stubber

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:emptier"
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/51af3dc0-da77-11e4-872e-1234567db123"
SIGNED = "/arn%3Aaws%3Acloudformation%3Aus-east-1%3A123456789012%3Astack/shop?Expires=1800000000&Signature=a%2Fb%2Bc%3D"
# Lambda ends a chain of invocations then (invocation-recursion), and tries a failed run twice more (invocation-async).
CHAIN, TRIES = 16, 3
HANGS_UP = 0
# The descriptions of the services, read once for all sandboxes.
LOADER = create_loader()

Fault = Callable[[str, AWSPreparedRequest], AWSResponse | None]


class Ended(BaseException):
    """Lambda ends a run when its time is over; no program can catch that."""


class Address:
    """Where CloudFormation waits for the answer: keeps what was put there, after refusing what it was told to."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.flaws: list[str] = []
        self.refusals: list[int] = []
        self.port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{SIGNED}"

    def open(self) -> None:
        address = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                address._take(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        status = self.refusals.pop(0) if self.refusals else 200
        if status == 200:
            self.bodies.append(body)
            if request.path != SIGNED:
                self.flaws.append(f"put to {request.path}")
            if request.headers.get("Content-Type"):
                self.flaws.append("a content type breaks the signature of the address")
        if status != HANGS_UP:
            request.send_response(status)
            request.send_header("Content-Length", "0")
            request.end_headers()


@dataclass
class Program:
    """The function of a custom resource, as the template has it."""

    code: str
    timeout: int


class Sandbox(contextlib.AbstractContextManager):
    """A world with one function, one S3 and one stack; time passes only by calls of services and by waiting."""

    # What the function's environment says.
    variables: dict[str, str] = {}

    def __init__(self, program: Program) -> None:
        self.program = program
        self.address = Address()
        self.faults: list[Fault] = []
        self.calls: list[str] = []
        self.invoked: list[dict] = []
        self.timeout, self.seconds_per_call = float(program.timeout), 1.0
        self.runs, self.waits, self.failures = 0, 0, 0
        self.when_waiting: Callable[[], None] = lambda: None
        self.log = io.StringIO()

    def __enter__(self) -> "Sandbox":
        self._cleanup = contextlib.ExitStack()
        self._cleanup.callback(self.address.close)
        nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
        there = {**nothing, **self.variables, "AWS_DEFAULT_REGION": "us-east-1"}
        self._cleanup.enter_context(mock.patch.dict(os.environ, there, clear=True))
        self._cleanup.enter_context(mock_aws())
        session = boto3.session.Session(botocore_session=_botocore_session())
        self.s3 = session.client("s3")
        self._cleanup.enter_context(mock.patch.object(boto3, "DEFAULT_SESSION", session))
        # In moto's place: moto would do what was asked even when a fault has answered.
        session.events.unregister("before-send", botocore_stubber)
        self._answer(session)
        self._module = types.ModuleType("index")
        exec(compile(self.program.code, "index.py", "exec"), self._module.__dict__)
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def _answer(self, session: boto3.session.Session) -> None:
        """Puts the services into place that the program calls."""
        session.events.register("before-send", self._send)

    def event(self, kind: str, bucket: str, **more: object) -> dict:
        token = {"ServiceToken": FUNCTION, "ServiceTimeout": "3600"}
        return {
            "RequestType": kind,
            "ResponseURL": self.address.url,
            "StackId": STACK,
            "RequestId": f"{kind}-5b478341-0000-1111-2222-333333333333",
            "ResourceType": "Custom::BucketEmptier",
            "LogicalResourceId": "ShopBucketEmptier",
            "ServiceToken": FUNCTION,
            "ResourceProperties": {**token, "BucketName": bucket},
            **more,
        }

    def deliver(self, event: dict) -> None:
        """Runs the function as an asynchronous invocation, and whatever it invokes, until nothing is left to run."""
        waiting = [event]
        for _ in range(CHAIN):
            if not waiting:
                return
            self.invoked = []
            self._run_until_it_ends(waiting.pop(0))
            waiting += self.invoked

    def _run_until_it_ends(self, event: dict) -> None:
        for _ in range(TRIES):
            self.runs += 1
            self._left = self.timeout
            context = types.SimpleNamespace(
                invoked_function_arn=FUNCTION, get_remaining_time_in_millis=lambda: int(self._left * 1000)
            )
            try:
                with contextlib.redirect_stdout(self.log), mock.patch("time.sleep", self._wait):
                    self._module.handler(json.loads(json.dumps(event)), context)
                return
            except (Exception, Ended) as problem:
                self.failures += 1
                print(f"{type(problem).__name__}: {problem}", file=self.log)

    def let_pass(self, seconds: float) -> None:
        self._left -= seconds
        if self._left <= 0:
            raise Ended("the time is over")

    def _wait(self, seconds: float) -> None:
        self.waits += 1
        self.when_waiting()
        self.let_pass(seconds)

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse | None:
        service, operation = event_name.split(".")[1:]
        self.calls.append(operation)
        self.let_pass(self.seconds_per_call)
        for fault in self.faults:
            response = fault(operation, request)
            if response:
                return response
        return botocore_stubber(event_name, request) if service == "s3" else self._invoke(request)

    def _invoke(self, request: AWSPreparedRequest) -> AWSResponse:
        kind = request.headers["X-Amz-Invocation-Type"]
        if kind not in ("Event", b"Event") or "function%3Aemptier/" not in request.url:
            return respond(400, '{"Message": "it may invoke only itself, and only asynchronously"}')
        self.invoked.append(json.loads(request.body))
        return respond(202, "")


def _botocore_session() -> botocore.session.Session:
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    return session


class Body(io.BytesIO):
    """A body as botocore reads one."""

    def stream(self, **_: object) -> list[bytes]:
        return [self.read()]


def respond(status: int, body: str) -> AWSResponse:
    return AWSResponse("https://aws.example/", status, {}, Body(body.encode()))


def fail(status: int, code: str, message: str) -> AWSResponse:
    return respond(status, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>")
