"""Has the program that keeps a function's stack run in the ways in which that stack and its target can be found."""

import json
from collections.abc import Callable
from pathlib import Path

import keeper_cases as cases
import templates
from keeper_sandbox import KeeperSandbox
from report import Report
from sandbox import CHAIN, Program

Case = Callable[[KeeperSandbox], list[str]]

CASES: dict[str, Case] = {
    "Create makes the stack": cases.created,
    "Create of what is there and ours": cases.created_again,
    "a stack of somebody else": cases.somebody_elses,
    "a role that is not known yet": cases.new_role,
    "a role that is never known": cases.unknown_role,
    "a quota that is reached": cases.quota,
    "a creation that fails": cases.creation_fails,
    "a creation that fails in a later run": cases.creation_fails_in_a_later_run,
    "Create over a stack that failed": cases.over_a_failure,
    "Create while the stack still goes": cases.while_it_goes,
    "Update changes nothing and keeps the id": cases.updated,
    "Update during a release": cases.updated_during_a_release,
    "Update to another stack is another resource": cases.updated_to_another,
    "Update that takes away what the function uses": cases.takes_away,
    "Delete": cases.deleted,
    "a Delete that comes again": cases.deleted_twice,
    "a Delete after a failed Create": cases.never_made,
    "Delete during a release": cases.deleted_during_a_release,
    "Delete when a release comes to its end": cases.deleted_when_a_release_ends,
    "Delete during a rollback": cases.deleted_during_a_rollback,
    "a deletion that fails": cases.deletion_fails,
    "a deletion that fails twice": cases.deletion_fails_twice,
    "a deletion that fails in short runs": cases.deletion_fails_in_short_runs,
    "stacks that it may not look at": cases.look_denied,
    "itself that it may not invoke": cases.invoke_denied,
    "slow stacks in many short runs": cases.many_runs,
    "a stack that never comes to its end": cases.endless,
    "a run that Lambda ends": cases.ended_run,
    "an answer that is refused": cases.refused_answer,
    "a run whose answer nobody takes": cases.refused_run,
    "a very long reason": cases.long_reason,
    "a type that is not its own": cases.unknown_type,
    "a template with nothing in it": cases.templates,
    "a function becomes a target": cases.registered,
    "another function is another resource": cases.registered_another,
    "a target goes": cases.deregistered,
    "a target group that is gone": cases.group_gone,
    "a function that does not let the load balancer in": cases.not_let_in,
    "a target that it may not take away": cases.deregistration_denied,
    "no target group": cases.no_group,
}

# Cases without a route.
UNROUTED = {"no target group"}

# Programs with a mistake, as in emptier.MISTAKES.
MISTAKES = {
    "lets a function lose what it uses": ("Update that takes away what the function uses", "if lost:", "if False:"),
    "keeps what a function has given up": ("Update that takes away what the function uses", "- {*", "| {*"),
    "takes any stack for its own": ("a stack of somebody else", 'found.get("RoleARN") == properties["RoleARN"]', "True"),
    "deletes a stack of somebody else": ("a stack of somebody else", " or not ours(found, properties)", ""),
    "makes the stack without its role": ("Create makes the stack", 'RoleARN=properties["RoleARN"],', ""),
    "answers before the stack is there": ("Create makes the stack", "return create(event", "return not create(event"),
    "forgets what it made": ("a creation that fails", 'event["Made"] =', 'event["Mode"] ='),
    "leaves what failed": ("a creation that fails", 'OnFailure="DELETE"', 'OnFailure="DO_NOTHING"'),
    "has no patience with a role": ("a role that is not known yet", "> 30", "> 0"),
    "has endless patience with a role": ("a role that is never known", "> 30", "> 10**9"),
    "tries again whatever is refused": ("a quota that is reached", 'or not any(word in str(problem).lower() for word in ("role", "accessdenied", "not authorized"))', ""),
    "takes a failed stack for a good one": ("Create over a stack that failed", '"ROLLBACK_COMPLETE", ', ""),
    "has one id for all stacks": ("Update to another stack is another resource", '+ properties["StackName"]', ""),
    "takes a release back at an Update": ("Update during a release", "work = gone if", "work = gone if True or"),
    "waits for a release at a Delete": ("Delete during a release", 'if status == "UPDATE_IN_PROGRESS"', "if False"),
    "fails when a release has just ended": ("Delete when a release comes to its end", 'print("Not taken back:", problem)', "raise"),
    "gives a deletion up at once": ("a deletion that fails twice", "> 3", "> 1"),
    "never gives a deletion up": ("a deletion that fails", "> 3", "> 99"),
    "calls a failed deletion a success": ("a deletion that fails", '"FAILED"', '"SUCCESS"'),
    "does not say why": ("a deletion that fails", 'event["PhysicalResourceId"] !=', "'' and"),
    "counts anew in each run": ("a deletion that fails in short runs", 'event.get("Deletions", 0) + 1', "1"),
    "takes a refusal for an absence": ("stacks that it may not look at", '"does not exist" in str(problem)', "True"),
    "makes an id up at Delete": ("Delete", 'if event["RequestType"] == "Delete":\n        name', "if False:\n        name"),
    "does not watch the time": ("slow stacks in many short runs", "60000", "0"),
    "never answers": ("Create makes the stack", "urlopen(put", "urlopen(''"),
    "answers twice": ("Create makes the stack", "urlopen(put", "urlopen(put); urllib.request.urlopen(put"),
    "gives its answer up at once": ("an answer that is refused", "range(5)", "range(1)"),
    "tells the signature": ("Create makes the stack", "print(status,", 'print(event["ResponseURL"],'),
    "sends a reason of any length": ("a very long reason", "> 4096", "> 99999"),
    "asks for a type of content": ("Create makes the stack", '"Content-Type": ""', '"Content-Type": "application/json"'),
    "leaves the target": ("a target goes", "balancing.deregister_targets(TargetGroupArn=group, Targets=targets)", "pass"),
    "wants a target to be there": ("a target goes", ", balancing.exceptions.InvalidTargetException", ""),
    "wants a target group to be there": ("a target group that is gone", "balancing.exceptions.TargetGroupNotFoundException, ", ""),
    "does without a target group": ("no target group", "if not group:", "if not group: return True\n        if False:"),
    "has one id for all functions": ("another function is another resource", 'else properties["FunctionArn"]', 'else "it"'),
}


def judge(report: Report, template: Path) -> None:
    programs, findings = find(template)
    report.check(f"{len(programs)} keepers, one program", findings)
    if findings:
        return
    program = programs[0]
    for name, case in CASES.items():
        report.check(name, run(name, case, program))
    report.check("cfn-lint has nothing against the template with nothing in it", lint(program, template.parent))
    for name, (case, right, wrong) in MISTAKES.items():
        broken = Program(program.code.replace(right, wrong), program.timeout)
        found = [] if broken == program else run(case, CASES[case], broken)
        report.planted(f"a keeper that {name}", found)


def find(template: Path) -> tuple[list[Program], list[str]]:
    """The programs that the template's keepers run."""
    resources = json.loads(template.read_text())["Resources"]
    stacks = [resource["Properties"] for resource in resources.values() if resource["Type"] == "Custom::FunctionStack"]
    functions = [resources[stack["ServiceToken"]["Fn::GetAtt"][0]]["Properties"] for stack in stacks]
    programs = [Program(function["Code"]["ZipFile"], function["Timeout"]) for function in functions]
    findings = [] if programs else ["there is no keeper"]
    findings += ["the keepers differ"] if any(program != programs[0] for program in programs) else []
    findings += [f"handler {f['Handler']}" for f in functions if f["Handler"] != "index.handler"]
    if any(CHAIN * (program.timeout - 60) < stack["ServiceTimeout"] for program, stack in zip(programs, stacks)):
        findings.append("Lambda ends the chain of runs while CloudFormation still waits")
    return programs, findings


def run(name: str, case: Case, program: Program) -> list[str]:
    sandbox = KeeperSandbox(program)
    if name in UNROUTED:
        sandbox.variables = {}
    with sandbox:
        findings = case(sandbox) + sandbox.address.flaws
        return findings + (["the log tells the signature"] if "Signature" in sandbox.log.getvalue() else [])


def lint(program: Program, folder: Path) -> list[str]:
    with KeeperSandbox(program) as sandbox:
        sandbox.deliver(sandbox.stack_event("Create"))
        path = folder / "empty.template.json"
        path.write_text(sandbox.templates[0])
    return templates.lint([path])
