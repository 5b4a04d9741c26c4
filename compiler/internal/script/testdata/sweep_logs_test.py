"""Runs the log sweeper, as index, against log groups made of lists."""
import contextlib
import io
import json
import sys
import types
import unittest
import urllib.error
import urllib.request

ADDRESS = "https://cloudformation-custom-resource-response.example/signed?Signature=the-signature"
ID = "90ea20c4-156f-4556-83b1-4f572820801"


class ResourceNotFoundException(Exception):
    pass


class Groups:
    """The CloudWatch Logs client."""
    exceptions = types.SimpleNamespace(ResourceNotFoundException=ResourceNotFoundException)

    def __init__(self):
        self.names, self.deleted, self.calls, self.late = [], [], 0, []

    def describe_log_groups(self, logGroupNamePrefix, nextToken=""):
        self.calls += 1
        found = sorted(n for n in self.names if n.startswith(logGroupNamePrefix) and n > nextToken)
        page = {"logGroups": [{"logGroupName": n} for n in found[:2]]}
        if found[2:]:
            page["nextToken"] = found[1]
        return page

    def delete_log_group(self, logGroupName):
        if logGroupName not in self.names:
            raise ResourceNotFoundException(logGroupName)
        self.names.remove(logGroupName)
        self.deleted.append(logGroupName)


class Context:
    def __init__(self, remaining=300000):
        self.remaining = remaining

    def get_remaining_time_in_millis(self):
        return self.remaining


sys.modules["boto3"] = types.SimpleNamespace(client=lambda name, config: config["retries"] and None)
sys.modules["botocore"] = types.ModuleType("botocore")
sys.modules["botocore.config"] = types.SimpleNamespace(Config=dict)
import index  # noqa: E402: it makes its client when it is loaded


def group(name, n=0):
    return "/aws/lambda/cwsyn-%s-%s%x" % (name, ID, n)


class SweeperTest(unittest.TestCase):
    def setUp(self):
        self.groups, self.answers, self.refusals, self.pauses = Groups(), [], 0, []
        index.logs = self.groups
        index.urllib.request.urlopen = self.take
        index.time.sleep = self.pause

    def pause(self, seconds):
        self.pauses.append(seconds)
        self.groups.names += self.groups.late
        self.groups.late = []

    def take(self, request, timeout):
        self.assertEqual((request.full_url, request.get_method(), request.get_header("Content-type")), (ADDRESS, "PUT", ""))
        if self.refusals:
            self.refusals -= 1
            raise urllib.error.URLError("no route to " + ADDRESS)
        self.answers.append(json.loads(request.data))
        return io.BytesIO()

    def run_event(self, kind, context=None, name="abcd-dev", **more):
        event = {
            "RequestType": kind, "ResponseURL": ADDRESS, "StackId": "stack", "RequestId": "request",
            "LogicalResourceId": "Sweeper", "ResourceProperties": {"CanaryName": name}, **more,
        }
        if kind != "Create":
            event.setdefault("PhysicalResourceId", "logs-of-abcd-dev")
        log = io.StringIO()
        try:
            with contextlib.redirect_stdout(log):
                index.handler(event, context or Context())
        finally:
            self.log = log.getvalue()
            self.assertNotIn("Signature", self.log)
            self.assertNotIn("no route", self.log)

    def expect(self, status, physical="logs-of-abcd-dev", reason=""):
        self.assertEqual(len(self.answers), 1)
        answer = self.answers[0]
        self.assertIn(reason, answer.pop("Reason"))
        self.assertEqual(answer, {
            "Status": status, "PhysicalResourceId": physical, "StackId": "stack", "RequestId": "request",
            "LogicalResourceId": "Sweeper",
        })

    def test_create_deletes_nothing(self):
        self.groups.names = [group("abcd-dev")]
        self.run_event("Create")
        self.expect("SUCCESS")
        self.assertEqual((self.groups.calls, self.pauses), (0, []))

    def test_update_to_another_canary_is_another_resource(self):
        self.groups.names = [group("abcd-dev")]
        self.run_event("Update", name="efgh-dev", OldResourceProperties={"CanaryName": "abcd-dev"})
        self.expect("SUCCESS", physical="logs-of-efgh-dev")
        self.assertEqual(self.groups.calls, 0)

    def test_canary_that_never_ran(self):
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.pauses, [])

    def test_all_groups_over_many_pages(self):
        self.groups.names = [group("abcd-dev", n) for n in range(5)]
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual((self.groups.names, len(self.groups.deleted)), ([], 5))

    def test_groups_of_others_stay(self):
        others = [group("abcd-dev-eu"), group("abcd-devel"), "/aws/lambda/cwsyn-abcd-dev-log", "/aws/lambda/cwsyn-abcd-dev"]
        self.groups.names = [group("abcd-dev")] + others
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.groups.names, others)
        self.assertIn("Left, not of this canary: " + group("abcd-dev-eu"), self.log)

    def test_group_that_is_made_again_by_a_late_log(self):
        self.groups.names = [group("abcd-dev")]
        self.groups.late = [group("abcd-dev")]
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual((self.groups.names, len(self.groups.deleted)), ([], 2))

    def test_group_that_somebody_else_deletes(self):
        self.groups.names = [group("abcd-dev")]
        delete = self.groups.delete_log_group

        def twice(**arguments):
            delete(**arguments)
            delete(**arguments)

        self.groups.delete_log_group = twice
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_little_time_is_a_failure_that_is_answered(self):
        self.groups.names = [group("abcd-dev")]
        self.run_event("Delete", Context(149999))
        self.expect("FAILED", reason="TimeoutError: no time is left")

    def test_any_exception_is_answered(self):
        def refuse(**arguments):
            raise PermissionError("not authorized to perform: logs:DescribeLogGroups")

        self.groups.describe_log_groups = refuse
        self.run_event("Delete")
        self.expect("FAILED", reason="PermissionError: not authorized")

    def test_event_without_a_canary(self):
        self.run_event("Create", ResourceProperties={})
        self.expect("FAILED", physical="logs-of-", reason="KeyError")

    def test_delete_answers_with_the_id_it_was_asked_for(self):
        self.run_event("Delete", PhysicalResourceId="made-by-cloudformation")
        self.expect("SUCCESS", physical="made-by-cloudformation")

    def test_second_delivery_is_harmless(self):
        self.groups.names = [group("abcd-dev")]
        self.run_event("Delete")
        self.answers.clear()
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_long_reason_is_cut(self):
        def broken(**arguments):
            raise RuntimeError("\U0001f40e\"\n" * 4000)

        self.groups.describe_log_groups = broken
        self.run_event("Delete", PhysicalResourceId="p" * 1024)
        self.assertLessEqual(len(json.dumps(self.answers[0])), 4096)
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


unittest.main()
