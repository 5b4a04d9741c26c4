"""The ways in which a function's stack and its target can be found, as cases for their keeper; each returns findings."""

import json

from emptier_cases import ask, physical_id
from keeper_sandbox import ALIAS, ENDLESS, GROUP, NAME, OTHER, ROLE, Answer, Fault, KeeperSandbox, Stack, refused
from sandbox import CHAIN, HANGS_UP

SOMEBODY = "arn:aws:iam::123456789012:role/somebody"
ID = "the-id-from-Create"


# What a case looks at.


def create(sandbox: KeeperSandbox, status: str = "SUCCESS", reason: str = "", failures: int = 0) -> list[str]:
    """Delivers a Create; after SUCCESS the stack must be there, complete and ours, at the moment of the answer."""
    findings = ask(sandbox, sandbox.stack_event("Create"), status, reason)
    findings += failed(sandbox, failures)
    found = sandbox.there()
    if status == "SUCCESS" and (found is None or found.role != ROLE or found.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE")):
        findings.append(f"the stack is {found}")
    return findings


def delete(sandbox: KeeperSandbox, status: str = "SUCCESS", reason: str = "", failures: int = 0) -> list[str]:
    findings = ask(sandbox, sandbox.stack_event("Delete", PhysicalResourceId=ID), status, reason, ID)
    findings += failed(sandbox, failures)
    return findings + (["the stack is left"] if status == "SUCCESS" and sandbox.there() else [])


def failed(sandbox: KeeperSandbox, failures: int) -> list[str]:
    return [] if sandbox.failures == failures else [f"{sandbox.failures} runs failed: {sandbox.log.getvalue()[-200:]}"]


def called(sandbox: KeeperSandbox, operation: str, times: int) -> list[str]:
    count = sandbox.calls.count(operation)
    return [] if count == times else [f"{operation} was called {count} times"]


def standing(sandbox: KeeperSandbox, status: str, role: str | None = ROLE) -> Stack:
    sandbox.stacks.append(Stack(NAME, role, status))
    return sandbox.stacks[-1]


def refuse(operation: str, code: str, message: str, times: int = ENDLESS) -> Fault:
    remaining = [times]

    def fault(called: str) -> Answer | None:
        if called != operation or not remaining[0]:
            return None
        remaining[0] -= 1
        return refused(code, message)

    return fault


# The cases of a stack.


def created(sandbox: KeeperSandbox) -> list[str]:
    return create(sandbox) + called(sandbox, "CreateStack", 1)


def created_again(sandbox: KeeperSandbox) -> list[str]:
    standing(sandbox, "UPDATE_COMPLETE")
    return create(sandbox) + called(sandbox, "CreateStack", 0) + called(sandbox, "DeleteStack", 0)


def somebody_elses(sandbox: KeeperSandbox) -> list[str]:
    """CloudFormation deletes what it could not create, by the id that was answered."""
    findings = []
    for role in (SOMEBODY, None):
        sandbox.stacks = [Stack(NAME, role, "UPDATE_COMPLETE")]
        findings += ask(sandbox, sandbox.stack_event("Create"), "FAILED", "already")
        event = sandbox.stack_event("Delete", PhysicalResourceId=physical_id(sandbox))
        findings += ask(sandbox, event, "SUCCESS", physical=physical_id(sandbox))
        findings += [] if sandbox.there() else [f"the stack of {role} was deleted"]
    return findings + called(sandbox, "DeleteStack", 0)


def new_role(sandbox: KeeperSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("CreateStack", "ValidationError", f"Role {ROLE} is invalid or cannot be assumed", 3))
    return create(sandbox)


def unknown_role(sandbox: KeeperSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("CreateStack", "ValidationError", f"Role {ROLE} is invalid or cannot be assumed"))
    return create(sandbox, "FAILED", "cannot be assumed")


def quota(sandbox: KeeperSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("CreateStack", "LimitExceededException", "Limit of 2000 stacks exceeded"))
    return create(sandbox, "FAILED", "LimitExceeded") + called(sandbox, "CreateStack", 1)


def creation_fails(sandbox: KeeperSandbox) -> list[str]:
    sandbox.creation_fails = True
    findings = create(sandbox, "FAILED", "failed to create: [Nothing]")
    return findings + called(sandbox, "CreateStack", 1) + (["it is left"] if sandbox.there() else [])


def creation_fails_in_a_later_run(sandbox: KeeperSandbox) -> list[str]:
    sandbox.timeout, sandbox.slow = 90, 100
    findings = creation_fails(sandbox)
    return findings + ([] if sandbox.runs > 3 else [f"{sandbox.runs} runs"])


def over_a_failure(sandbox: KeeperSandbox) -> list[str]:
    findings = []
    for status in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"):
        sandbox.stacks = [Stack(NAME, ROLE, status)]
        findings += [f"{status}: {each}" for each in create(sandbox)]
    return findings + called(sandbox, "CreateStack", 4)


def while_it_goes(sandbox: KeeperSandbox) -> list[str]:
    sandbox.begin(standing(sandbox, ""), "DELETE_IN_PROGRESS", "DELETE_COMPLETE")
    return create(sandbox) + called(sandbox, "CreateStack", 1)


def updated(sandbox: KeeperSandbox) -> list[str]:
    standing(sandbox, "UPDATE_COMPLETE")
    findings = create(sandbox)
    first = physical_id(sandbox)
    event = sandbox.stack_event("Update", PhysicalResourceId=first, OldResourceProperties={})
    return findings + ask(sandbox, event, "SUCCESS", physical=first) + called(sandbox, "CreateStack", 0)


def takes_away(sandbox: KeeperSandbox) -> list[str]:
    """The service's stack may take away what the last release does without, and nothing else."""
    stack = standing(sandbox, "UPDATE_COMPLETE")
    stack.uses = "vpc dead_letter_queue"
    less = sandbox.stack_event("Update", offers="vpc", PhysicalResourceId=ID)
    findings = ask(sandbox, less, "FAILED", "The function still uses its dead_letter_queue: first update the stack of the pipeline")
    sandbox.address.bodies.clear()
    stack.uses = "vpc"
    return findings + ask(sandbox, less, "SUCCESS")


def updated_during_a_release(sandbox: KeeperSandbox) -> list[str]:
    """The operator's redeploy meets a release: it waits for that, and takes nothing back."""
    sandbox.begin(standing(sandbox, ""), "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    event = sandbox.stack_event("Update", PhysicalResourceId=ID, OldResourceProperties={})
    return ask(sandbox, event, "SUCCESS") + called(sandbox, "CancelUpdateStack", 0)


def updated_to_another(sandbox: KeeperSandbox) -> list[str]:
    """The Delete of the old id follows, with the old properties."""
    findings = create(sandbox)
    first = physical_id(sandbox)
    event = sandbox.stack_event("Update", OTHER, PhysicalResourceId=first, OldResourceProperties={"StackName": NAME})
    findings += ask(sandbox, event, "SUCCESS")
    findings += ["the other stack is the same resource"] if physical_id(sandbox) == first else []
    findings += [] if sandbox.there() and sandbox.there(OTHER) else ["a stack is missing"]
    findings += ask(sandbox, sandbox.stack_event("Delete", PhysicalResourceId=first), "SUCCESS", physical=first)
    findings += ["the old stack is left"] if sandbox.there() else []
    return findings + ([] if sandbox.there(OTHER) else ["the new stack was deleted"])


def deleted(sandbox: KeeperSandbox) -> list[str]:
    standing(sandbox, "UPDATE_ROLLBACK_COMPLETE")
    return delete(sandbox) + called(sandbox, "CancelUpdateStack", 0)


def deleted_twice(sandbox: KeeperSandbox) -> list[str]:
    standing(sandbox, "UPDATE_COMPLETE")
    return delete(sandbox) + delete(sandbox) + called(sandbox, "DeleteStack", 1)


def never_made(sandbox: KeeperSandbox) -> list[str]:
    return delete(sandbox) + called(sandbox, "DeleteStack", 0)


def deleted_during_a_release(sandbox: KeeperSandbox) -> list[str]:
    """A release may wait for hours: it is taken back."""
    stack = standing(sandbox, "UPDATE_IN_PROGRESS")
    findings = delete(sandbox)
    return findings + called(sandbox, "CancelUpdateStack", 1) + ([] if stack.status == "DELETE_COMPLETE" else [stack.status])


def deleted_when_a_release_ends(sandbox: KeeperSandbox) -> list[str]:
    sandbox.begin(standing(sandbox, ""), "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE")
    sandbox.stack_faults.append(refuse("CancelUpdateStack", "ValidationError", "cannot be called from current stack status", 3))
    return delete(sandbox)


def deleted_during_a_rollback(sandbox: KeeperSandbox) -> list[str]:
    sandbox.begin(standing(sandbox, ""), "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED")
    return delete(sandbox) + called(sandbox, "CancelUpdateStack", 0)


def deletion_fails(sandbox: KeeperSandbox) -> list[str]:
    standing(sandbox, "UPDATE_COMPLETE")
    sandbox.deletions_fail = ENDLESS
    return delete(sandbox, "FAILED", "Target: It is stuck.") + called(sandbox, "DeleteStack", 3)


def deletion_fails_twice(sandbox: KeeperSandbox) -> list[str]:
    standing(sandbox, "UPDATE_COMPLETE")
    sandbox.deletions_fail = 2
    return delete(sandbox)


def deletion_fails_in_short_runs(sandbox: KeeperSandbox) -> list[str]:
    """How often it was tried travels from run to run."""
    sandbox.timeout, sandbox.slow = 90, 60
    return deletion_fails(sandbox)


def look_denied(sandbox: KeeperSandbox) -> list[str]:
    standing(sandbox, "UPDATE_COMPLETE")
    sandbox.stack_faults.append(refuse("DescribeStacks", "AccessDenied", "not authorized: cloudformation:DescribeStacks"))
    return delete(sandbox, "FAILED", "AccessDenied") + create(sandbox, "FAILED", "AccessDenied")


def invoke_denied(sandbox: KeeperSandbox) -> list[str]:
    sandbox.timeout = 30
    sandbox.stack_faults.append(refuse("Invoke", "AccessDeniedException", "not authorized to perform: lambda:InvokeFunction"))
    return create(sandbox, "FAILED", "AccessDenied")


def many_runs(sandbox: KeeperSandbox) -> list[str]:
    sandbox.timeout, sandbox.slow = 90, 200
    findings = create(sandbox) + called(sandbox, "CreateStack", 1) + delete(sandbox) + called(sandbox, "DeleteStack", 1)
    return findings + ([] if sandbox.runs >= 10 else [f"{sandbox.runs} runs"])


def endless(sandbox: KeeperSandbox) -> list[str]:
    """Then no answer is right; Lambda ends the chain, and CloudFormation has stopped waiting."""
    sandbox.timeout, sandbox.slow = 90, ENDLESS
    sandbox.deliver(sandbox.stack_event("Create"))
    findings = [f"answers {body!r}" for body in sandbox.address.bodies]
    return findings + ([] if sandbox.runs == CHAIN else [f"{sandbox.runs} runs"])


def ended_run(sandbox: KeeperSandbox) -> list[str]:
    """A call hangs until Lambda ends the run, when the stack is being made already; Lambda delivers the same event again."""

    def hang(called: str) -> None:
        if called == "DescribeStacks" and sandbox.calls.count("DescribeStacks") == 2:
            sandbox.let_pass(sandbox.timeout)

    sandbox.stack_faults.append(hang)
    return create(sandbox, failures=1) + called(sandbox, "CreateStack", 1)


def refused_answer(sandbox: KeeperSandbox) -> list[str]:
    sandbox.address.refusals = [500, HANGS_UP, 503]
    return create(sandbox)


def refused_run(sandbox: KeeperSandbox) -> list[str]:
    """No answer is taken in a whole run; Lambda delivers the event again."""
    sandbox.address.refusals = [503] * 5
    return create(sandbox, failures=1) + called(sandbox, "CreateStack", 1)


def long_reason(sandbox: KeeperSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("CreateStack", "Odd", 'sélection "🐎"\n' * 1000))
    return create(sandbox, "FAILED", 'sélection "🐎"')


def unknown_type(sandbox: KeeperSandbox) -> list[str]:
    event = {**sandbox.stack_event("Create"), "ResourceType": "Custom::Other"}
    return ask(sandbox, event, "FAILED", "Custom::Other")


# The cases of a target.


def target(sandbox: KeeperSandbox, kind: str, function: str = ALIAS, status: str = "SUCCESS", reason: str = "") -> list[str]:
    known = {} if kind == "Create" else {"PhysicalResourceId": ID}
    physical = ID if kind == "Delete" else ""
    return ask(sandbox, sandbox.target_event(kind, function, **known), status, reason, physical) + failed(sandbox, 0)


def among(sandbox: KeeperSandbox, *targets: str) -> list[str]:
    found = sandbox.groups.get(GROUP)
    return [] if found == set(targets) else [f"the targets are {found}"]


def registered(sandbox: KeeperSandbox) -> list[str]:
    findings = target(sandbox, "Create") + among(sandbox, ALIAS) + target(sandbox, "Create") + among(sandbox, ALIAS)
    return findings + target(sandbox, "Update") + among(sandbox, ALIAS)


def registered_another(sandbox: KeeperSandbox) -> list[str]:
    findings, other = target(sandbox, "Create"), ALIAS.replace(":live", ":other")
    first = physical_id(sandbox)
    findings += target(sandbox, "Update", other)
    findings += ["the other function is the same resource"] if physical_id(sandbox) == first else []
    return findings + target(sandbox, "Delete") + among(sandbox, other)


def deregistered(sandbox: KeeperSandbox) -> list[str]:
    sandbox.groups[GROUP].add(ALIAS)
    return target(sandbox, "Delete") + among(sandbox) + target(sandbox, "Delete")


def group_gone(sandbox: KeeperSandbox) -> list[str]:
    sandbox.groups.clear()
    return target(sandbox, "Delete") + target(sandbox, "Create", status="FAILED", reason="TargetGroupNotFound")


def not_let_in(sandbox: KeeperSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("RegisterTargets", "AccessDenied", "principal does not have permission to invoke"))
    return target(sandbox, "Create", status="FAILED", reason="does not have permission") + among(sandbox)


def deregistration_denied(sandbox: KeeperSandbox) -> list[str]:
    sandbox.groups[GROUP].add(ALIAS)
    sandbox.stack_faults.append(refuse("DeregisterTargets", "AccessDenied", "not authorized"))
    return target(sandbox, "Delete", status="FAILED", reason="AccessDenied")


def no_group(sandbox: KeeperSandbox) -> list[str]:
    """A release with a route, where the service's stack has none yet, or none any more."""
    findings = target(sandbox, "Create", status="FAILED", reason="older than this release")
    return findings + target(sandbox, "Delete") + called(sandbox, "RegisterTargets", 0) + called(sandbox, "DeregisterTargets", 0)


def templates(sandbox: KeeperSandbox) -> list[str]:
    """What it makes a stack of has one resource, and that costs nothing."""
    findings = create(sandbox)
    types = [each["Type"] for body in sandbox.templates for each in json.loads(body)["Resources"].values()]
    return findings + ([] if types == ["AWS::CloudFormation::WaitConditionHandle"] else [f"it makes {types}"])
