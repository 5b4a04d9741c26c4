"""Runs the log sweeper, as index, against log groups made of lists."""
import sys
import types
import unittest

from answering import Answering, failing

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


class SweeperTest(Answering, unittest.TestCase):
    index, context, properties, physical = index, Context, {"CanaryName": "abcd-dev"}, "logs-of-abcd-dev"

    def setUp(self):
        super().setUp()
        self.groups = Groups()
        index.logs = self.groups
        index.time.sleep = self.pause

    def pause(self, seconds):
        self.pauses.append(seconds)
        self.groups.names += self.groups.late
        self.groups.late = []

    def fail_with(self, problem):
        self.groups.describe_log_groups = failing(problem)

    def test_create_deletes_nothing(self):
        self.groups.names = [group("abcd-dev")]
        self.run_event("Create")
        self.expect("SUCCESS")
        self.assertEqual((self.groups.calls, self.pauses), (0, []))

    def test_update_to_another_canary_is_another_resource(self):
        self.groups.names = [group("abcd-dev")]
        self.run_event("Update", ResourceProperties={"CanaryName": "efgh-dev"}, OldResourceProperties={"CanaryName": "abcd-dev"})
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

    def test_event_without_a_canary(self):
        self.run_event("Create", ResourceProperties={})
        self.expect("FAILED", physical="logs-of-", reason="KeyError")

    def test_second_delivery_is_harmless(self):
        self.groups.names = [group("abcd-dev")]
        self.run_event("Delete")
        self.answers.clear()
        self.run_event("Delete")
        self.expect("SUCCESS")


unittest.main()
