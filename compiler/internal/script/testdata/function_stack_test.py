"""Runs the keeper of a function's stack, as index, against a CloudFormation and a load balancer made of dicts."""
import json
import os
import sys
import types
import unittest

from answering import FUNCTION, Answering, Context, Functions, failing

NAME, ROLE = "shop-live-function-dev", "arn:aws:iam::123456789012:role/shop-live-release-role-dev"


class ClientError(Exception):
    pass


class Formation:
    """The CloudFormation client: its stacks by id, each of which goes to the next of its states when somebody looks."""

    def __init__(self):
        self.stacks, self.calls = {}, []

    def add(self, *states, role=ROLE):
        number = "arn:%d" % (len(self.stacks) + 1)
        self.stacks[number] = {"StackId": number, "RoleARN": role, "states": list(states)}
        return number

    def describe_stacks(self, StackName):
        for number, stack in reversed(self.stacks.items()):
            if StackName != number and (StackName != NAME or stack["states"][0] == "DELETE_COMPLETE"):
                continue
            status = stack["states"].pop(0) if len(stack["states"]) > 1 else stack["states"][0]
            return {"Stacks": [{**stack, "StackStatus": status}]}
        raise ClientError("Stack with id %s does not exist" % StackName)

    def create_stack(self, **arguments):
        self.calls.append(("create", arguments))
        return {"StackId": self.add("CREATE_IN_PROGRESS", "CREATE_COMPLETE")}

    def delete_stack(self, StackName):
        self.calls.append(("delete", StackName))
        for stack in self.stacks.values():
            stack["states"] = ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]

    def cancel_update_stack(self, StackName):
        self.calls.append(("cancel", StackName))

    def describe_stack_events(self, StackName):
        return {"StackEvents": [{"StackId": "s", "PhysicalResourceId": "group", "LogicalResourceId": "Group",
                                 "ResourceStatus": "DELETE_FAILED", "ResourceStatusReason": "in use"}]}


class Balancing:
    """The load balancers' client."""
    exceptions = types.SimpleNamespace(TargetGroupNotFoundException=KeyError, InvalidTargetException=ValueError)

    def __init__(self):
        self.targets = []

    def register_targets(self, TargetGroupArn, Targets):
        self.targets = [*self.targets, (TargetGroupArn, Targets[0]["Id"])]

    def deregister_targets(self, TargetGroupArn, Targets):
        self.targets.remove((TargetGroupArn, Targets[0]["Id"]))


clients = {"cloudformation": Formation(), "elbv2": Balancing(), "lambda": Functions()}
sys.modules["boto3"] = types.SimpleNamespace(client=lambda name: clients[name])
sys.modules["botocore"] = types.ModuleType("botocore")
sys.modules["botocore.exceptions"] = types.SimpleNamespace(ClientError=ClientError)
import index  # noqa: E402: it makes its clients when it is loaded


class StackTest(Answering, unittest.TestCase):
    index, context, properties, physical = index, Context, {"StackName": NAME, "RoleARN": ROLE}, "function-in-" + NAME

    def setUp(self):
        super().setUp()
        self.formation, clients["lambda"] = Formation(), Functions()
        index.cloudformation = self.formation

    def fail_with(self, problem):
        self.formation.describe_stacks = failing(problem)

    def run_event(self, kind, context=None, **more):
        return super().run_event(kind, context, ResourceType="Custom::FunctionStack", **more)

    def made(self):
        return [call for call, _ in self.formation.calls]

    def test_create_makes_a_stack_with_nothing_in_it(self):
        self.run_event("Create")
        self.expect("SUCCESS")
        [(_, arguments)] = self.formation.calls
        resources = json.loads(arguments["TemplateBody"])["Resources"].values()
        self.assertEqual([each["Type"] for each in resources], ["AWS::CloudFormation::WaitConditionHandle"])
        self.assertEqual((arguments["StackName"], arguments["RoleARN"], arguments["OnFailure"]), (NAME, ROLE, "DELETE"))

    def test_create_keeps_a_stack_of_ours(self):
        self.formation.add("UPDATE_COMPLETE")
        self.run_event("Create")
        self.expect("SUCCESS")
        self.assertEqual(self.made(), [])

    def test_create_leaves_a_stack_of_others_alone(self):
        self.formation.add("CREATE_COMPLETE", role="arn:aws:iam::123456789012:role/another")
        self.run_event("Create")
        self.expect("FAILED", reason="There is a stack " + NAME + " already")
        self.assertEqual(self.made(), [])

    def test_create_replaces_what_can_only_be_deleted(self):
        self.formation.add("ROLLBACK_COMPLETE")
        self.run_event("Create")
        self.expect("SUCCESS")
        self.assertEqual(self.made(), ["delete", "create"])

    def test_stack_that_cannot_be_made(self):
        create = self.formation.create_stack

        def broken(**arguments):
            made = create(**arguments)
            self.formation.stacks[made["StackId"]].update(states=["DELETE_COMPLETE"], StackStatusReason="no right")
            return made

        self.formation.create_stack = broken
        self.run_event("Create")
        self.expect("FAILED", reason="is in DELETE_COMPLETE: no right")

    def test_role_that_is_not_known_everywhere(self):
        create, refusals = self.formation.create_stack, ["Role is invalid or cannot be assumed"] * 3

        def late(**arguments):
            if refusals:
                raise ClientError(refusals.pop())
            return create(**arguments)

        self.formation.create_stack = late
        self.run_event("Create")
        self.expect("SUCCESS")

    def test_rights_that_are_not_known_everywhere(self):
        describe, refusals = self.formation.describe_stacks, ["AccessDenied when calling the DescribeStacks operation"] * 3

        def late(**arguments):
            if refusals:
                raise ClientError(refusals.pop())
            return describe(**arguments)

        self.formation.describe_stacks = late
        self.run_event("Create")
        self.expect("SUCCESS")

    def test_right_that_never_comes(self):
        self.fail_with(ClientError("AccessDenied when calling the DescribeStacks operation"))
        self.run_event("Delete")
        self.expect("FAILED", reason="AccessDenied")
        self.assertEqual(self.pauses, [5] * 30)

    def test_update_takes_nothing_away_that_the_function_uses(self):
        self.formation.stacks[self.formation.add("UPDATE_COMPLETE")]["Outputs"] = [
            {"OutputKey": "ShopLiveFunctionUrl", "OutputValue": "https://x"}, {"OutputKey": "ShopLiveUses", "OutputValue": "vpc dead_letter_queue"}]
        self.run_event("Update", ResourceProperties={**self.properties, "Offers": "vpc"})
        self.expect("FAILED", reason="The function still uses its dead_letter_queue: first update the stack of the pipeline")
        self.answers.clear()
        self.run_event("Update", ResourceProperties={**self.properties, "Offers": "dead_letter_queue vpc"})
        self.expect("SUCCESS")
        self.answers.clear()
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_delete_waits_until_the_stack_is_gone(self):
        self.formation.add("UPDATE_COMPLETE")
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.made(), ["delete"])

    def test_delete_takes_a_release_back_first(self):
        self.formation.add("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.made(), ["cancel", "delete"])

    def test_delete_leaves_a_stack_of_others_alone(self):
        self.formation.add("CREATE_COMPLETE", role="arn:aws:iam::123456789012:role/another")
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.made(), [])

    def test_stack_that_does_not_go(self):
        self.formation.add("DELETE_FAILED")
        self.formation.delete_stack = lambda StackName: self.formation.calls.append(("delete", StackName))
        self.run_event("Delete")
        self.expect("FAILED", reason="Group: in use")
        self.assertEqual(self.made(), ["delete"] * 3)

    def test_goes_on_in_another_run_when_time_is_short(self):
        self.formation.add("DELETE_IN_PROGRESS")
        event = self.run_event("Delete", Context(900000, 59999))
        self.assertEqual(self.answers, [])
        [again] = clients["lambda"].invoked
        self.assertEqual((again["FunctionName"], again["InvocationType"], json.loads(again["Payload"])), (FUNCTION, "Event", event))


class TargetTest(Answering, unittest.TestCase):
    index, context = index, Context
    properties, physical = {"FunctionArn": "arn:function:live", "Release": "c, build 1"}, "arn:function:live"

    def setUp(self):
        super().setUp()
        self.balancing = index.balancing = Balancing()
        os.environ["TARGET_GROUP"] = "arn:group"
        self.balancing.targets = [("arn:group", "arn:function:live"), ("arn:group", "2026/11/23/[$LATEST]made-by-cloudformation")]

    def fail_with(self, problem):
        self.balancing.deregister_targets = failing(problem)

    def run_event(self, kind, context=None, **more):
        return super().run_event(kind, context, ResourceType="Custom::FunctionTarget", **more)

    def test_each_release_puts_the_function_among_the_targets(self):
        for kind in ("Create", "Update"):
            self.answers, self.balancing.targets = [], []
            self.run_event(kind)
            self.expect("SUCCESS")
            self.assertEqual(self.balancing.targets, [("arn:group", "arn:function:live")])

    def test_group_that_is_gone(self):
        for problem in (KeyError("TargetGroupNotFound"), ValueError("InvalidTarget")):
            self.answers = []
            self.fail_with(problem)
            self.run_event("Delete")
            self.expect("SUCCESS")

    def test_no_group(self):
        del os.environ["TARGET_GROUP"]
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.answers = []
        self.run_event("Create")
        self.expect("FAILED", reason="the service's stack is older")


unittest.main()
