"""CloudFormation's side of a custom resource, for tests of the programs behind them."""
import contextlib
import io
import json
import unittest
import urllib.error

ADDRESS = "https://cloudformation-custom-resource-response.example/signed?Signature=the-signature"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:keeper"


class Functions:
    """The Lambda client."""

    def __init__(self):
        self.invoked = []

    def invoke(self, **arguments):
        self.invoked.append(arguments)


class Context:
    invoked_function_arn = FUNCTION

    def __init__(self, *remaining):
        self.remaining = list(remaining) or [900000]

    def get_remaining_time_in_millis(self):
        return self.remaining.pop(0) if len(self.remaining) > 1 else self.remaining[0]


class CustomResource:
    """What a test of a program, as index, begins with; it is mixed with unittest.TestCase."""
    index, context, properties, physical = None, None, {}, ""

    def setUp(self):
        self.answers, self.refusals, self.pauses, self.log = [], 0, [], ""
        self.index.urllib.request.urlopen = self.take
        self.index.time.sleep = self.pauses.append

    def take(self, request, timeout):
        self.assertEqual((request.full_url, request.get_method(), request.get_header("Content-type")), (ADDRESS, "PUT", ""))
        self.assertLessEqual(len(request.data), 4096)
        if self.refusals:
            self.refusals -= 1
            raise urllib.error.URLError("no route to " + ADDRESS)
        self.answers.append(json.loads(request.data))
        return io.BytesIO()

    def run_event(self, kind, context=None, **more):
        event = {
            "RequestType": kind, "ResponseURL": ADDRESS, "StackId": "stack", "RequestId": "request",
            "LogicalResourceId": "Resource", "ResourceProperties": self.properties, **more,
        }
        if kind != "Create":
            event.setdefault("PhysicalResourceId", self.physical)
        log = io.StringIO()
        try:
            with contextlib.redirect_stdout(log):
                self.index.handler(event, context or self.context())
        finally:
            self.log = log.getvalue()
            self.assertNotIn("Signature", self.log)
            self.assertNotIn("no route", self.log)
        return event

    def expect(self, status, physical=None, reason=""):
        self.assertEqual(len(self.answers), 1)
        answer = self.answers[0]
        self.assertIn(reason, answer.pop("Reason"))
        self.assertEqual(answer, {
            "Status": status, "PhysicalResourceId": physical or self.physical, "StackId": "stack", "RequestId": "request",
            "LogicalResourceId": "Resource",
        })


class Answering(CustomResource):
    """Tests that hold of any such program; fail_with makes the first call of a Delete fail."""

    def test_delete_answers_with_the_id_it_was_asked_for(self):
        self.run_event("Delete", PhysicalResourceId="2026/11/23/[$LATEST]made-by-cloudformation")
        self.expect("SUCCESS", physical="2026/11/23/[$LATEST]made-by-cloudformation")

    def test_any_exception_is_answered(self):
        self.fail_with(PermissionError("not authorized"))
        self.run_event("Delete")
        self.expect("FAILED", reason="PermissionError: not authorized")

    def test_long_reason_is_cut(self):
        self.fail_with(RuntimeError("\U0001f40e\"\n" * 4000))
        self.run_event("Delete", PhysicalResourceId="p" * 1024)
        self.expect("FAILED", physical="p" * 1024, reason="RuntimeError: \U0001f40e")

    def test_answer_is_tried_again(self):
        self.refusals = 3
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.pauses, [1, 2, 4])

    def test_answer_that_nobody_takes_fails_the_run(self):
        # Lambda then delivers the event again.
        self.refusals = 99
        with self.assertRaises(RuntimeError) as caught:
            self.run_event("Delete")
        self.assertNotIn("Signature", str(caught.exception))


def failing(problem):
    def fail(**arguments):
        raise problem
    return fail
