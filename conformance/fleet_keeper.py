"""Has the program that owns a blue/green fleet run through the life of one, and through what can meet it."""

from collections.abc import Callable
from pathlib import Path

import fleet_keeper_cases as cases
from botocore.exceptions import ClientError
from fleet_keeper_sandbox import FleetSandbox
from report import Report
from sandbox import Program

# Of a run, in seconds: short, so that what takes its time takes several.
TIMEOUT = 300

Case = Callable[[FleetSandbox], list[str]]

CASES: dict[str, Case] = {
    "Create makes hosts and then the group": cases.created,
    "a Create that comes again": cases.created_twice,
    "a Create that comes twice at a time": cases.created_twice_at_a_time,
    "a Create that Lambda ends": cases.ended_create,
    "a fleet of somebody else": cases.somebody_elses,
    "Create over a fleet that still goes": cases.over_one_that_goes,
    "hosts that never come up": cases.hosts_never_come_up,
    "a Create that CloudFormation takes back": cases.taken_back,
    "a deployment group of somebody else": cases.group_of_somebody_else,
    "a role that is not known yet": cases.new_role,
    "a role that is never known": cases.unknown_role,
    "a role that is never known, in short runs": cases.new_role_in_short_runs,
    "a deployment group that is refused": cases.group_refused,
    "Update after the first release": cases.first_release,
    "Update of everything after two releases": cases.everything_changes,
    "Update to no alarms": cases.alarms_are_gone,
    "Update of scaling by load": cases.load_changes,
    "an Update that comes again": cases.updated_twice,
    "Update after a first release that failed": cases.first_release_fails,
    "Update after releases that failed": cases.release_fails,
    "Update among many fleets": cases.many_fleets,
    "Update during a release": cases.released_meanwhile,
    "Update during a release, in short runs": cases.released_in_a_later_run,
    "Update during a release that fails": cases.fails_meanwhile,
    "Update during a release that never ends": cases.endless_release,
    "Update of nothing during a release": cases.nothing_changes,
    "Update of anything during a release": cases.anything_changes,
    "an Update that CloudFormation takes back": cases.update_taken_back,
    "an Update that is taken back during a release": cases.rolled_back,
    "a release that begins before the sweep": cases.begun_before_the_sweep,
    "rights that are not known yet": cases.young_rights,
    "a deployment group that CodeDeploy has no rights for": cases.group_without_rights,
    "Update of a fleet that is busy": cases.busy_update,
    "an Update that is refused deletes nothing": cases.refused_update_deletes_nothing,
    "Update when fleets are kept": cases.kept,
    "Update when fleets are kept no longer": cases.kept_no_longer,
    "Update when somebody deleted the hosts": cases.hosts_are_gone,
    "Update when somebody deleted the deployment group": cases.group_is_gone,
    "Update of a copy without target groups": cases.copy_without_targets,
    "Update to another target group": cases.other_targets,
    "Update with a role that is not known yet": cases.updated_with_a_new_role,
    "Update to another group is another resource": cases.renamed,
    "Update to another name in part": cases.renamed_in_part,
    "a release that is followed": cases.followed,
    "a release that is followed behind an update": cases.followed_late,
    "a release that is followed into the next": cases.followed_into_the_next,
    "a release that is followed behind a deletion": cases.followed_to_the_end,
    "Delete": cases.deleted,
    "a Delete that comes again": cases.deleted_twice,
    "a Delete that comes twice at a time": cases.deleted_twice_at_a_time,
    "a Delete that Lambda ends": cases.ended_delete,
    "Delete of what was half made": cases.half_made,
    "Delete when somebody deleted the application": cases.application_gone,
    "Delete during a release": cases.deleted_during_a_release,
    "Delete during a release that stops slowly": cases.release_that_stops_slowly,
    "Delete when a release comes to its end": cases.deleted_when_a_release_ends,
    "Delete of what releases left": cases.leftovers,
    "Delete of a fleet that is busy": cases.busy,
    "Delete of a fleet that somebody else deletes": cases.goes_by_itself,
    "Delete of what never goes": cases.never_goes,
    "Delete of hosts that go slowly": cases.slow_hosts,
    "each call of a Create that is refused": cases.create_refused,
    "each call of an Update that is refused": cases.update_refused,
    "each call of a Delete that is refused": cases.delete_refused,
    "itself that it may not invoke": cases.invoke_denied,
    "everything in many short runs": cases.many_runs,
    "an answer that is refused": cases.refused_answer,
    "runs whose answer nobody takes": cases.refused_runs,
    "a very long reason": cases.long_reason,
}

# Programs with a mistake, as in emptier.MISTAKES.
MISTAKES = {
    "makes the group without hosts": ("Create makes hosts and then the group", 'serving(hosts) < fleet["MinSize"]', "False"),
    "takes hosts that start for hosts that serve": ("Create makes hosts and then the group", 'each["LifecycleState"] == "InService" and ', ""),
    "answers before the deployment group is there": ("Create makes hosts and then the group", "codedeploy.create_deployment_group(", "dict("),
    "fails over a fleet that goes": ("Create over a fleet that still goes", '!= "AlreadyExists"', '!= "Other"'),
    "takes a fleet that goes for one that is there": ("Update when somebody deleted the hosts", " if not going(each)}", "}"),
    "fails when another run is faster": ("a Create that comes twice at a time", '!= "DeploymentGroupAlreadyExistsException"', '!= "Other"'),
    "takes any fleet for its own": ("a fleet of somebody else", 'if mark(hosts.get("Tags", [])) != mark(fleet["Tags"])', "if False"),
    "gives numbers as texts": ("Create makes hosts and then the group", "int(fleet[size])", "fleet[size]"),
    "gives subnets as a list": ("Create makes hosts and then the group", '",".join(fleet[key])', "fleet[key]"),
    "gives a group in CloudFormation's words": ("Create makes hosts and then the group", "key[0].lower() + key[1:]: small(each)", "key[0].lower() + key[1:]: each"),
    "makes no scaling by load": ("Create makes hosts and then the group", "    if load:", "    if False:"),
    "waits for hosts without end": ("hosts that never come up", "if late:", "if False:"),
    "counts the time anew in each run": ("hosts that never come up", 'event.setdefault("Until", time.time() + PATIENCE)', 'event["Until"] = time.time() + PATIENCE'),
    "gives up late": ("hosts that never come up", "PATIENCE = 3000", "PATIENCE = 3500"),
    "does not say why hosts do not come up": ("hosts that never come up", '("Failed", "Cancelled")', "()"),
    "asks all the time why hosts do not come up": ("hosts that never come up", 'failure(name) if late else ""', "failure(name)"),
    "tells the last activity as the one that failed": ("hosts that never come up", 'if each["StatusCode"] in ("Failed", "Cancelled")', "if True"),
    "makes what CloudFormation takes back": ("a Create that CloudFormation takes back", 'if event.setdefault("Stack", status) != status', "if False"),
    "deletes the deployment group of somebody else": ("a deployment group of somebody else", "if known and all(named(name, fleet, group) for name in hosts_of(known)):", "if known:"),
    "has no patience with a role": ("a role that is not known yet", "TRIES = 30", "TRIES = 0"),
    "has endless patience with a role": ("a role that is never known", "TRIES = 30", "TRIES = 10**9"),
    "counts anew in each run": ("a role that is never known, in short runs", 'event.get("Tries", 0) + 1', "1"),
    "tries again whatever is refused": ("a deployment group that is refused", "return profile or code(problem) in YOUNG", "return True"),
    "looks at the first fleet alone": ("Update after the first release", "wanted = hosts_of(known) + ", "wanted = "),
    "leads the group back to the first fleet": ("Update after the first release", '"], autoScalingGroups=[name]', '"], autoScalingGroups=["shop-live-fleet-dev"]'),
    "keeps the launch template": ("Update of everything after two releases", '"LaunchTemplate", "MinSize"', '"MinSize"'),
    "keeps the size": ("Update of everything after two releases", '"MinSize", "MaxSize", ', ""),
    "keeps the subnets": ("Update of everything after two releases", '"MaxSize", "VPCZoneIdentifier", ', '"MaxSize", '),
    "keeps the options": ("Update of everything after two releases", '!= "deploymentGroupName"}', '== "applicationName"}'),
    "keeps the tags": ("Update of everything after two releases", "scaling.create_or_update_tags(", "dict("),
    "keeps alarms that are gone": ("Update to no alarms", "{**OFF, **small(group)}", "small(group)"),
    "keeps the load": ("Update of scaling by load", "    if load:", "    if load and not policy(name):"),
    "keeps scaling by load": ("Update of scaling by load", "    elif policy(name):", "    elif False:"),
    "deletes scaling that is not there": ("Update of scaling by load", "    elif policy(name):", "    else:"),
    "scales the first fleet": ("Update of scaling by load", "    scale(name, load)", '    scale(fleet["AutoScalingGroupName"], load)'),
    "answers nobody": ("a release that is followed", "        follow(*asked(event[\"ResourceProperties\"]))\n        return", "        follow(*asked(event[\"ResourceProperties\"]))"),
    "leaves a copy without its targets": ("a release that is followed", "    attach(hosts, fleet)\n    if load", "    if load"),
    "leaves a copy without scaling": ("a release that is followed", "if load and not policy(name)", "if False"),
    "follows an old rule": ("a release that is followed behind an update", "if load and not policy(name)", "if load"),
    "follows among deployments": ("a release that is followed into the next", "if not hosts or running(group)", "if not hosts"),
    "follows what is gone": ("a release that is followed behind a deletion", "hosts = known and current(known, fleet, group)\n    if not hosts or running(group):\n        return", "hosts = current(known, fleet, group) or create(fleet)\n    if not hosts:\n        return"),
    "takes a further version for a change": ("an Update that is taken back during a release", "    if back:", "    if False:"),
    "takes every change for none": ("Update of anything during a release", "    if back:", "    if True:"),
    "sweeps a release away": ("a release that begins before the sweep", "UNDER_WAY if end", "() if end"),
    "has no patience with rights": ("rights that are not known yet", '"AccessDenied", "AccessDeniedException", ', ""),
    "has no patience with a profile": ("rights that are not known yet", '("instance profile", "launch template")', "()"),
    "keeps hosts for want of rights": ("a deployment group that CodeDeploy has no rights for", '!= "InvalidRoleException"', '!= "Other"'),
    "leaves what failed": ("Update after releases that failed", "        sweep(name, fleet, group)", "        pass"),
    "clears the current one away": ("Update after releases that failed", "if other != name and ", "if "),
    "deletes before all else is done": ("an Update that is refused deletes nothing", "    scale(name, load)", "    sweep(name, fleet, group)\n    scale(name, load)"),
    "deletes what is kept": ("Update when fleets are kept", 'UNDER_WAY if end.get("action") != "KEEP_ALIVE" else (*UNDER_WAY, "Succeeded", None)', "UNDER_WAY"),
    "keeps what failed": ("Update when fleets are kept", '"Succeeded", None)', '"Succeeded", None, "Failed")'),
    "keeps what was stopped": ("Update when fleets are kept", '"Succeeded", None)', '"Succeeded", None, "Stopped")'),
    "takes a release for failed that nobody knows": ("Update when fleets are kept", "            raise\n        return None", "            raise\n        return 'Failed'"),
    "wants each release to be known": ("Update when fleets are kept", '("DeploymentDoesNotExistException", "Inv', '("Inv'),
    "takes the first fleet for a copy": ("Update when fleets are kept", "    if not name.startswith(copies(group)):\n        return None", "    if not name.startswith(copies(group)):\n        return 'Failed'"),
    "keeps every fleet": ("Update when fleets are kept no longer", 'if end.get("action") != "KEEP_ALIVE" else', "if False else"),
    "keeps fleets at the end": ("Update when fleets are kept", "    for each in hosts:\n        delete(each)", "    for each in hosts:\n        if failed(each['AutoScalingGroupName'], group): delete(each)"),
    "sees one page of fleets": ("Update among many fleets", ".paginate(**which)", '.paginate(**which, PaginationConfig={"MaxItems": 50})'),
    "changes a fleet during a release": ("Update during a release", "    if under_way:\n        same_as_before", "    if False:\n        same_as_before"),
    "ends a release for an Update": ("Update during a release", "else wait_for(under_way)", "else list(map(stop, under_way)) or 1"),
    "waits without need": ("Update of nothing during a release", "return None if same_as_before else ", "return "),
    "takes an order for a difference": ("Update of nothing during a release", "len(wanted) == len(found or []) and all(any(holds(each, other) for other in found) for each in wanted)", "wanted == found"),
    "takes subnets for a text": ("Update of nothing during a release", '"VPCZoneIdentifier": hosts.get("VPCZoneIdentifier", "").split(",")', ""),
    "takes a tag of somebody for a difference": ("Update of nothing during a release", 'if tag["Key"] in keys', ""),
    "takes what AWS adds for a difference": ("Update of nothing during a release", "return all(holds(each, (found or {}).get(key)) for key, each in wanted.items())", "return wanted == found"),
    "overlooks another fleet": ("Update of anything during a release", "holds(fleet, found) and ", ""),
    "overlooks another deployment group": ("Update of anything during a release", "holds(group, known)", "True"),
    "overlooks another load": ("Update of anything during a release", "and holds([load] if load else [], policies)", ""),
    "overlooks that something is gone": ("Update of anything during a release", "len(wanted) == len(found or []) and ", ""),
    "does late what CloudFormation took back": ("an Update that CloudFormation takes back", 'if event.setdefault("Stack", status) != status', "if False"),
    "forgets what the stack did": ("an Update that CloudFormation takes back", 'event.setdefault("Stack", status)', "stack(event)"),
    "fails to change a fleet that is busy": ("Update of a fleet that is busy", "code(problem) not in BUSY or", "True or"),
    "fails over a pending update": ("Update of a fleet that is busy", '"ResourceContention", ', ""),
    "says nothing of the release it waits for": ("Update during a release that never ends", '"Deployment %s is', '"A deployment is" or "%s'),
    "overlooks a release": ("Update during a release", '"InProgress", ', ""),
    "does not watch the time": ("Update during a release, in short runs", "60000", "0"),
    "never makes hosts again": ("Update when somebody deleted the hosts", '+ [fleet["AutoScalingGroupName"]]', ""),
    "leaves a copy without target groups": ("Update of a copy without target groups", "if missing:", "if False:"),
    "keeps the target group before": ("Update to another target group", "if others:", "if False:"),
    "has one id for all groups": ("Update to another group is another resource", '% (group["applicationName"], group["deploymentGroupName"])', '% ("shop-live-app-dev", "shop-live-group-dev")'),
    "takes copies of other groups for its own": ("Delete", "or name.startswith(copies(group))", 'or name.startswith("CodeDeploy_")'),
    "takes names for a proof": ("Delete", 'described(Filters=[{"Name": "tag:Name", "Values": [mark(fleet["Tags"])]}])', "described()"),
    "waits for hosts of others": ("Delete", '{"Name": "tag:Name", "Values": [mark(fleet["Tags"])]},', ""),
    "takes the hosts of the new group along": ("Update to another name in part", "wanted != name and before(event)", "wanted is name and before(event)"),
    "loses a fleet that was renamed": ("Update to another name in part", ' or not named(hosts["AutoScalingGroupName"], fleet, group)', ""),
    "fails when another run deletes": ("a Delete that comes twice at a time", "return absent(problem) or []", "raise"),
    "leaves the deployment group": ("Delete", "if known and all(", "if False and all("),
    "leaves copies": ("Delete", " or name.startswith(copies(group))", ""),
    "leaves hosts to themselves": ("Delete", ", ForceDelete=True", ""),
    "deletes the fleet first": ("Delete", "    if known and all(", "    for each in all_of(fleet, group): delete(each)\n    if known and all("),
    "answers while hosts go": ("Delete of hosts that go slowly", " or alive(fleet, group)", ""),
    "takes hosts that go for terminated": ("Delete of hosts that go slowly", '"shutting-down", ', ""),
    "answers while a fleet goes": ("a Delete that Lambda ends", " for each in hosts] or alive(fleet, group)", " for each in hosts if not going(each)]"),
    "waits for copies' hosts alone": ("a Delete that Lambda ends", '"Values": [fleet["AutoScalingGroupName"], copies', '"Values": [copies'),
    "wants a deployment group to be there": ("Delete of what was half made", 'not in ("DeploymentGroupDoesNotExistException", ', 'not in ('),
    "wants an application to be there": ("Delete when somebody deleted the application", ', "ApplicationDoesNotExistException")', ",)"),
    "leaves a release running": ("Delete during a release", "        stop(each)", "        pass"),
    "does not wait for a release to stop": ("Delete during a release that stops slowly", "        if under_way:\n", "        if False:\n"),
    "begins the next release": ("Delete during a release", "autoRollbackEnabled=False", "autoRollbackEnabled=True"),
    "fails when a release has just ended": ("Delete when a release comes to its end", '("DeploymentAlreadyCompletedException", ', "("),
    "fails over a fleet that is busy": ("Delete of a fleet that is busy", '("ScalingActivityInProgress", ', "("),
    "fails over a fleet that is gone": ("Delete of a fleet that somebody else deletes", '(*BUSY, "ValidationError")', "BUSY"),
    "does not say what is left": ("Delete of what never goes", '"Still there: %s." % ', '"Still there." and '),
    "calls a refusal a success": ("each call of a Create that is refused", '"FAILED"', '"SUCCESS"'),
    "takes a refused look for an absence": ("each call of an Update that is refused", '    if code(problem) not in ("DeploymentGroup', '    if False and code(problem) not in ("DeploymentGroup'),
    "swallows a refused deletion": ("each call of a Delete that is refused", '"ValidationError"):', '"ValidationError", "InternalFailure"):'),
    "makes an id up at Delete": ("Delete of what was half made", 'if event["RequestType"] == "Delete":\n        name', "if False:\n        name"),
    "answers twice": ("Create makes hosts and then the group", "urlopen(put", "urlopen(put); urllib.request.urlopen(put"),
    "gives its answer up at once": ("an answer that is refused", "range(5)", "range(1)"),
    "sends a reason of any length": ("a very long reason", "> 4096", "> 99999"),
    "tells the signature": ("Create makes hosts and then the group", "print(status,", 'print(event["ResponseURL"],'),
}


def judge(report: Report, scripts: Path) -> None:
    program = find(scripts)
    for name, case in CASES.items():
        report.check(name, run(case, program))
    for name, (case, right, wrong) in MISTAKES.items():
        broken = Program(program.code.replace(right, wrong), program.timeout)
        found = [] if broken == program else run(CASES[case], broken)
        report.planted(f"a fleet's keeper that {name}", found)


def find(scripts: Path) -> Program:
    """The program as script.go puts it together: no template has it yet."""
    whole = "".join((scripts / name).read_text() for name in ("blue_green_fleet.py", "custom_resource.py"))
    lines = [line for line in whole.splitlines(keepends=True) if line.strip() and not line.strip().startswith("#")]
    return Program("".join(lines), TIMEOUT)


def run(case: Case, program: Program) -> list[str]:
    with FleetSandbox(program) as sandbox:
        try:
            findings = case(sandbox)
        except ClientError as problem:
            findings = [f"there is not what the case goes on with: {problem}"]
        findings += sandbox.flaws + sandbox.address.flaws
        findings += [] if sandbox.others() == sandbox.before else ["what others have has changed"]
        return findings + (["the log tells the signature"] if "Signature" in sandbox.log.getvalue() else [])
