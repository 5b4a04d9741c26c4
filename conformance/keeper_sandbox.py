"""Runs the program that keeps a function's stack, with stand-ins for CloudFormation and for load balancers.

Moto finishes everything at once; here an operation takes its time, fails, or is refused, as a case says.
"""

import json
import types
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import boto3
from sandbox import FUNCTION, STACK, Program, Sandbox

NAME, OTHER = "shop-function-dev", "shop-function-two"
ROLE = "arn:aws:iam::123456789012:role/shop-release-role-dev"
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop-tg-dev/6d0ecf831eec9f09"
ALIAS = "arn:aws:lambda:us-east-1:123456789012:function:shop-function-dev:live"
ENDLESS = 10**9

Answer = tuple[types.SimpleNamespace, dict]
Fault = Callable[[str], Answer | None]


@dataclass
class Stack:
    """A stack, and what becomes of it when its time has come."""

    name: str
    role: str | None = ROLE
    status: str = "CREATE_COMPLETE"
    reason: str = ""
    ends: float = 0
    then: tuple[str, ...] = ()
    id: str = ""
    uses: str = ""

    def __post_init__(self) -> None:
        self.id = self.id or f"arn:aws:cloudformation:us-east-1:123456789012:stack/{self.name}/{uuid.uuid4()}"


class KeeperSandbox(Sandbox):
    """A world with one function, stacks and a target group."""

    variables = {"TARGET_GROUP": GROUP}

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.stacks: list[Stack] = []
        self.groups: dict[str, set[str]] = {GROUP: set()}
        self.templates: list[str] = []
        self.stack_faults: list[Fault] = []
        self.clock, self.slow = 0.0, 10.0
        self.creation_fails, self.deletions_fail = False, 0

    def _answer(self, session: boto3.session.Session) -> None:
        for service in ("cloudformation", "elastic-load-balancing-v2", "lambda"):
            session.events.register(f"before-call.{service}", self._call)

    def stack_event(self, kind: str, name: str = NAME, offers: str = "", **more: object) -> dict:
        return self._event(kind, "Custom::FunctionStack", {"StackName": name, "RoleARN": ROLE, "Offers": offers}, more)

    def target_event(self, kind: str, function: str = ALIAS, **more: object) -> dict:
        return self._event(kind, "Custom::FunctionTarget", {"FunctionArn": function}, more)

    def _event(self, kind: str, type: str, properties: dict, more: dict) -> dict:
        token = {"ServiceToken": FUNCTION, "ServiceTimeout": "3600"}
        return {
            "RequestType": kind,
            "ResponseURL": self.address.url,
            "StackId": STACK,
            "RequestId": f"{kind}-5b478341-0000-1111-2222-333333333333",
            "ResourceType": type,
            "LogicalResourceId": "ShopFunctionStack",
            "ServiceToken": FUNCTION,
            "ResourceProperties": {**token, **properties},
            **more,
        }

    def there(self, name: str = NAME) -> Stack | None:
        return next((each for each in self.stacks if each.name == name and each.status != "DELETE_COMPLETE"), None)

    def let_pass(self, seconds: float) -> None:
        self.clock += seconds
        for each in self.stacks:
            while each.then and self.clock >= each.ends:
                each.status, *rest = each.then
                each.then, each.ends = tuple(rest), each.ends + self.slow
        super().let_pass(seconds)

    def begin(self, stack: Stack, status: str, *then: str) -> None:
        stack.status, stack.then, stack.ends = status, then, self.clock + self.slow

    def _call(self, model: object, params: dict, **_: object) -> Answer | None:
        operation = model.name
        self.calls.append(operation)
        self.let_pass(self.seconds_per_call)
        for fault in self.stack_faults:
            answer = fault(operation)
            if answer:
                return answer
        return self._invoked(params) if operation == "Invoke" else self._done(operation, params)

    def _done(self, operation: str, params: dict) -> Answer | None:
        """What a service answers to a call that nothing refuses; None where moto itself answers."""
        given = {name: value for name, value in params["body"].items() if name not in ("Action", "Version")}
        return getattr(self, f"_{operation}")(given)

    def _invoked(self, params: dict) -> Answer:
        kind = params["headers"].get("X-Amz-Invocation-Type")
        if kind != "Event" or "function%3Aemptier/" not in params["url_path"]:
            return refused("AccessDeniedException", "it may invoke only itself, and only asynchronously", 403)
        self.invoked.append(json.loads(params["body"]))
        return done(StatusCode=202)

    def _DescribeStacks(self, given: dict) -> Answer:
        name = given["StackName"]
        found = self.there(name) or next((each for each in self.stacks if each.id == name), None)
        if found is None:
            return refused("ValidationError", f"Stack with id {name} does not exist")
        role = {"RoleARN": found.role} if found.role else {}
        reason = {"StackStatusReason": found.reason} if found.reason else {}
        outputs = {"Outputs": [{"OutputKey": "ShopLiveUses", "OutputValue": found.uses}]} if found.uses else {}
        return done(Stacks=[{"StackName": found.name, "StackId": found.id, "StackStatus": found.status, **role, **reason, **outputs}])

    def _CreateStack(self, given: dict) -> Answer:
        if self.there(given["StackName"]):
            return refused("AlreadyExistsException", f"Stack [{given['StackName']}] already exists")
        self.templates.append(given["TemplateBody"])
        stack = Stack(given["StackName"], given.get("RoleARN"))
        self.stacks.append(stack)
        ends = ("CREATE_COMPLETE",)
        if self.creation_fails:
            stack.reason = "The following resource(s) failed to create: [Nothing]."
            ends = ("DELETE_IN_PROGRESS", "DELETE_COMPLETE") if given.get("OnFailure") == "DELETE" else ("CREATE_FAILED",)
        self.begin(stack, "CREATE_IN_PROGRESS", *ends)
        return done(StackId=stack.id)

    def _DeleteStack(self, given: dict) -> Answer:
        stack = self.there(given["StackName"])
        if stack is None:
            return done()
        if stack.status == "UPDATE_IN_PROGRESS":
            return refused("ValidationError", f"Stack [{stack.name}] cannot be deleted while in status UPDATE_IN_PROGRESS")
        fails = self.deletions_fail > 0
        self.deletions_fail -= fails
        self.begin(stack, "DELETE_IN_PROGRESS", "DELETE_FAILED" if fails else "DELETE_COMPLETE")
        return done()

    def _CancelUpdateStack(self, given: dict) -> Answer:
        stack = self.there(given["StackName"])
        if stack is None or stack.status != "UPDATE_IN_PROGRESS":
            return refused("ValidationError", "CancelUpdateStack cannot be called from current stack status")
        self.begin(stack, "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
        return done()

    def _DescribeStackEvents(self, given: dict) -> Answer:
        stack = self.there(given["StackName"])
        common = {"StackId": stack.id, "StackName": stack.name, "ResourceStatus": "DELETE_FAILED"}
        told = [(stack.name, stack.id, "A resource failed to delete."), ("Target", ALIAS, "It is stuck.")]
        names = ("LogicalResourceId", "PhysicalResourceId", "ResourceStatusReason")
        return done(StackEvents=[{**common, **dict(zip(names, each))} for each in told])

    def _RegisterTargets(self, given: dict) -> Answer:
        return self._targets(given, lambda targets, one: targets.add(one))

    def _DeregisterTargets(self, given: dict) -> Answer:
        if given["Targets.member.1.Id"] not in self.groups.get(given["TargetGroupArn"], {given["Targets.member.1.Id"]}):
            return refused("InvalidTarget", "The following targets are not registered")
        return self._targets(given, lambda targets, one: targets.discard(one))

    def _targets(self, given: dict, change: Callable[[set[str], str], None]) -> Answer:
        if given["TargetGroupArn"] not in self.groups:
            return refused("TargetGroupNotFound", "One or more target groups not found")
        change(self.groups[given["TargetGroupArn"]], given["Targets.member.1.Id"])
        return done()


def done(**answer: object) -> Answer:
    return types.SimpleNamespace(status_code=200), {**answer, "ResponseMetadata": {}}


def refused(code: str, message: str, status: int = 400) -> Answer:
    error = {"Code": code, "Message": message, "Type": "Sender"}
    return types.SimpleNamespace(status_code=status), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}
