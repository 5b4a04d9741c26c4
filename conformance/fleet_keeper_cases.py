"""The life of a blue/green fleet, and what can meet it, as cases for the program that owns it; each returns findings."""

import json
from collections.abc import Callable

from emptier_cases import ask, physical_id
from fleet_keeper_sandbox import APPLICATION, CHANGES, COPIES, FIRST, GROUP, ID, LOAD, FleetSandbox, called_with, going, small
from keeper_cases import called, failed, refuse
from keeper_sandbox import Answer, Fault, refused
from sandbox import HANGS_UP

Checks = Callable[[], list[str]]


# What a case looks at.


def create(sandbox: FleetSandbox, status: str = "SUCCESS", reason: str = "", failures: int = 0, **asked: dict) -> list[str]:
    """Delivers a Create; after SUCCESS the first fleet must be there, complete, at the moment of the answer."""
    findings = ask(sandbox, sandbox.fleet_event("Create", **asked), status, reason, ID)
    return findings + failed(sandbox, failures) + (standing(sandbox, FIRST, **asked) if status == "SUCCESS" else [])


def update(sandbox: FleetSandbox, current: str, failures: int = 0, **asked: dict) -> list[str]:
    """Delivers an Update; the fleet that counts must be as it was asked for, and the only one, and no deployment stopped."""
    findings = ask(sandbox, sandbox.fleet_event("Update", **asked), "SUCCESS", physical=ID) + failed(sandbox, failures)
    return findings + called(sandbox, "StopDeployment", 0) + standing(sandbox, current, **asked)


def delete(sandbox: FleetSandbox, status: str = "SUCCESS", reason: str = "", failures: int = 0, **asked: dict) -> list[str]:
    """Delivers a Delete; after SUCCESS nothing may be left at the moment of the answer."""
    findings = ask(sandbox, sandbox.fleet_event("Delete", **asked), status, reason, ID) + failed(sandbox, failures)
    return findings + (nothing_left(sandbox) if status == "SUCCESS" else [])


def standing(
    sandbox: FleetSandbox, name: str, fleet: dict | None = None, group: dict | None = None, load: dict | None = None
) -> list[str]:
    """Findings unless this fleet is there alone, as it was asked for, in service, and named by the deployment group."""
    there = {each: found for each, found in sandbox.fleets().items() if not going(found)}
    return as_asked(sandbox, name, fleet, group, load) if list(there) == [name] else [f"the fleets are {list(there)}"]


def as_asked(
    sandbox: FleetSandbox, name: str, fleet: dict | None = None, group: dict | None = None, load: dict | None = None
) -> list[str]:
    """The same, whichever fleets there are beside it."""
    fleet, settings = called_with(fleet or sandbox.fleet()), small(group or sandbox.settings())
    if sandbox.named() != [name] or sandbox.hooks() != [name]:
        return [f"the deployment group names {sandbox.named()}, hooks on {sandbox.hooks()}"]
    [found] = sandbox.world.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    wanted = {key: value for key, value in fleet.items() if key not in ("AutoScalingGroupName", "LaunchTemplate", "Tags")}
    wanted["LaunchTemplate"] = {"LaunchTemplateName": "shop", **fleet["LaunchTemplate"]}
    findings = [f"{key} of the fleet is {found.get(key)}" for key, value in wanted.items() if found.get(key) != value]
    tags = {tag["Key"]: (tag["Value"], tag["PropagateAtLaunch"]) for tag in found["Tags"]}
    asked = {tag["Key"]: (tag["Value"], tag["PropagateAtLaunch"]) for tag in fleet["Tags"]}
    findings += [] if tags == asked else [f"tags of the fleet are {tags}"]
    serving = [each for each in found["Instances"] if each["LifecycleState"] == "InService"]
    findings += [] if len(serving) >= fleet["MinSize"] else [f"{len(serving)} hosts are in service"]
    policies = [each["TargetTrackingConfiguration"] for each in sandbox.policies(name)]
    findings += [] if policies == ([LOAD if load is None else load] if load is None or load else []) else [f"policies are {policies}"]
    kept = sandbox.world.codedeploy.get_deployment_group(applicationName=APPLICATION, deploymentGroupName=GROUP)["deploymentGroupInfo"]
    return findings + [f"{key} is {kept.get(key)}" for key, value in settings.items() if kept.get(key) != value]


def nothing_left(sandbox: FleetSandbox) -> list[str]:
    findings = [f"the fleet {name} is left" for name in sandbox.fleets()] + [f"the host {id} is left" for id in sandbox.alive()]
    findings += ["the deployment group is left"] if sandbox.named() is not None else []
    return findings + [f"a hook is left on {name}" for name in sandbox.hooks()]


def untouched(sandbox: FleetSandbox, *fleets: str) -> list[str]:
    there = [name for name, each in sandbox.fleets().items() if not going(each)]
    return [] if sorted(there) == sorted(fleets) else [f"the fleets are {there}"]


def released(sandbox: FleetSandbox, times: int = 1) -> str:
    """So many deployments that succeed; returns which fleet counts then."""
    for _ in range(times):
        release = sandbox.release()
        sandbox.succeed(release)
    return release.copy


def leftover(sandbox: FleetSandbox) -> str:
    """A deployment that fails; returns the copy that stays."""
    release = sandbox.release()
    sandbox.fail(release)
    return release.copy


def meanwhile(operation: str, action: Callable[[], object], times: int = 1) -> Fault:
    """Something else happens right before a call of an operation."""
    remaining = [times]

    def fault(called: str) -> None:
        if called == operation and remaining[0]:
            remaining[0] -= 1
            action()

    return fault


def hang(sandbox: FleetSandbox, operation: str, call: int) -> Fault:
    """A call hangs until Lambda ends the run; Lambda delivers the same event again."""
    seen = [0]

    def fault(called: str) -> None:
        seen[0] += called == operation
        if called == operation and seen[0] == call:
            sandbox.let_pass(sandbox.timeout)

    return fault


# Create.


def created(sandbox: FleetSandbox) -> list[str]:
    return create(sandbox) + called(sandbox, "CreateAutoScalingGroup", 1) + called(sandbox, "CreateDeploymentGroup", 1)


def created_twice(sandbox: FleetSandbox) -> list[str]:
    return create(sandbox) + create(sandbox) + called(sandbox, "CreateAutoScalingGroup", 1) + called(sandbox, "CreateDeploymentGroup", 1)


def created_twice_at_a_time(sandbox: FleetSandbox) -> list[str]:
    """Another run with the same event is a call ahead."""

    def another() -> None:
        sandbox.world.codedeploy.create_deployment_group(**small(sandbox.settings()), autoScalingGroups=[FIRST])
        sandbox._hook()

    sandbox.stack_faults.append(meanwhile("CreateAutoScalingGroup", lambda: sandbox.stand(FIRST)))
    sandbox.stack_faults.append(meanwhile("CreateDeploymentGroup", another))
    return create(sandbox)


def ended_create(sandbox: FleetSandbox) -> list[str]:
    sandbox.stack_faults.append(hang(sandbox, "DescribeAutoScalingGroups", 2))
    return create(sandbox, failures=1) + called(sandbox, "CreateAutoScalingGroup", 1)


def somebody_elses(sandbox: FleetSandbox) -> list[str]:
    """CloudFormation deletes what it could not create, by the id that was answered."""
    sandbox.stand(FIRST, "another")
    findings = ask(sandbox, sandbox.fleet_event("Create"), "FAILED", "not of this stack")
    findings += ask(sandbox, sandbox.fleet_event("Delete"), "SUCCESS", physical=physical_id(sandbox))
    return findings + untouched(sandbox, FIRST) + called(sandbox, "UpdateAutoScalingGroup", 0)


def over_one_that_goes(sandbox: FleetSandbox) -> list[str]:
    """A stack that was deleted and is made again: the fleet before has the same name, and still goes."""
    sandbox.stand(FIRST)
    sandbox.go(FIRST)
    return create(sandbox)


def hosts_never_come_up(sandbox: FleetSandbox) -> list[str]:
    """The reason is what Auto Scaling says of it, and comes before CloudFormation stops waiting. The Delete follows."""
    sandbox.hosts_come_up = False
    about = {"AutoScalingGroupName": FIRST, "Cause": "", "StartTime": "2026-11-26T00:00:00Z", "Description": "Launching a host"}
    sandbox.activities = [
        {**about, "ActivityId": "3", "StatusCode": "InProgress"},
        {**about, "ActivityId": "2", "StatusCode": "Failed", "StatusMessage": "There is no t3.micro left."},
        {**about, "ActivityId": "1", "StatusCode": "Cancelled", "StatusMessage": "Somebody cancelled it."},
    ]
    reason = f"{FIRST} has 0 hosts in service, not 2. The last activity that failed: There is no t3.micro left."
    findings = create(sandbox, "FAILED", reason)
    findings += called(sandbox, "CreateDeploymentGroup", 0) + called(sandbox, "DescribeScalingActivities", 1) + in_time(sandbox)
    return findings + delete(sandbox)


def in_time(sandbox: FleetSandbox, since: float = 0) -> list[str]:
    """Findings unless it gave up after 50 minutes, and before CloudFormation does."""
    passed = sandbox.clock - since
    return [] if 3000 <= passed < 3500 else [f"it gave up after {passed} seconds"]


def taken_back(sandbox: FleetSandbox) -> list[str]:
    """CloudFormation has begun to delete what is still being made: the fleet must not come again."""
    sandbox.status, sandbox.hosts_come_up = "CREATE_IN_PROGRESS", False

    def roll_back() -> None:
        sandbox.status = "ROLLBACK_IN_PROGRESS"
        sandbox.go(FIRST)

    sandbox.later(100, roll_back)
    findings = ask(sandbox, sandbox.fleet_event("Create"), "FAILED", "has gone on", ID) + called(sandbox, "CreateAutoScalingGroup", 1)
    return findings + delete(sandbox)


def group_of_somebody_else(sandbox: FleetSandbox) -> list[str]:
    """A deployment group has the name, and other hosts; neither it nor its deployment is ours to end."""
    sandbox.stand("in-place", "in-place")
    sandbox.world.codedeploy.create_deployment_group(**small(sandbox.settings()), autoScalingGroups=["in-place"])
    sandbox._hook()
    findings = create(sandbox, "FAILED", "not of this stack")
    id = sandbox.world.codedeploy.create_deployment(applicationName=APPLICATION, deploymentGroupName=GROUP)["deploymentId"]
    sandbox.deploying.deployments[id].status = "InProgress"
    findings += ask(sandbox, sandbox.fleet_event("Delete"), "SUCCESS", physical=ID) + untouched(sandbox, "in-place")
    return findings + ([] if sandbox.named() == ["in-place"] and sandbox.under_way() == [id] else ["the deployment group has suffered"])


def new_role(sandbox: FleetSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("CreateDeploymentGroup", "InvalidRoleException", "CodeDeploy cannot assume the role", 3))
    return create(sandbox) + called(sandbox, "CreateDeploymentGroup", 4)


def new_role_in_short_runs(sandbox: FleetSandbox) -> list[str]:
    """How often it was tried travels from run to run."""
    sandbox.timeout = 120
    sandbox.stack_faults.append(refuse("CreateDeploymentGroup", "InvalidRoleException", "CodeDeploy cannot assume the role"))
    return create(sandbox, "FAILED", "cannot assume") + called(sandbox, "CreateDeploymentGroup", 31) + delete(sandbox)


def unknown_role(sandbox: FleetSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("CreateDeploymentGroup", "InvalidRoleException", "CodeDeploy cannot assume the role"))
    return create(sandbox, "FAILED", "cannot assume") + called(sandbox, "CreateDeploymentGroup", 31) + delete(sandbox)


def group_refused(sandbox: FleetSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("CreateDeploymentGroup", "InvalidLoadBalancerInfoException", "There is no such target group"))
    return create(sandbox, "FAILED", "no such target group") + called(sandbox, "CreateDeploymentGroup", 1) + delete(sandbox)


# Releases and updates.


def first_release(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    current = released(sandbox)
    return findings + update(sandbox, current) + called(sandbox, "CreateAutoScalingGroup", 1)


def everything(sandbox: FleetSandbox) -> tuple[dict, dict]:
    """Another fleet and another deployment group, each in whatever can change."""
    fleet = sandbox.fleet(
        LaunchTemplate={"LaunchTemplateId": sandbox.template, "Version": "2"},
        MinSize="3",
        MaxSize="6",
        VPCZoneIdentifier=sandbox.subnets[1:],
        HealthCheckType="ELB",
        HealthCheckGracePeriod=60,
        TargetGroupARNs=sandbox.targets[1:],
        Tags=[*sandbox.fleet()["Tags"], {"Key": "team", "Value": "shop", "PropagateAtLaunch": True}],
    )
    return fleet, sandbox.settings(
        DeploymentConfigName="CodeDeployDefault.OneAtATime",
        ServiceRoleArn="arn:aws:iam::123456789012:role/another",
        LoadBalancerInfo={"TargetGroupInfoList": [{"Name": "shop-live-targets-new"}]},
        AlarmConfiguration={"Enabled": True, "Alarms": [{"Name": "shop-live-errors-dev"}]},
        AutoRollbackConfiguration={"Enabled": True, "Events": ["DEPLOYMENT_FAILURE"]},
        OutdatedInstancesStrategy="IGNORE",
        BlueGreenDeploymentConfiguration={
            "GreenFleetProvisioningOption": {"Action": "COPY_AUTO_SCALING_GROUP"},
            "DeploymentReadyOption": {"ActionOnTimeout": "STOP_DEPLOYMENT", "WaitTimeInMinutes": 30},
            "TerminateBlueInstancesOnDeploymentSuccess": {"Action": "TERMINATE", "TerminationWaitTimeInMinutes": 60},
        },
    )


def everything_changes(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    current = released(sandbox, 2)
    fleet, group = everything(sandbox)
    findings += update(sandbox, current, fleet=fleet, group=group) + update(sandbox, current, fleet=fleet, group=group)
    return findings + update(sandbox, current, fleet=sandbox.fleet(MinSize="1", Tags=fleet["Tags"]))


def alarms_are_gone(sandbox: FleetSandbox) -> list[str]:
    """What is no longer asked for must not stay as it was: the stack deletes the alarms."""
    findings = create(sandbox)
    off = {"AlarmConfiguration": {"Enabled": False}, "AutoRollbackConfiguration": {"Enabled": False}}
    group = {key: value for key, value in sandbox.settings().items() if key not in off}
    return findings + update(sandbox, FIRST, group=group) + as_asked(sandbox, FIRST, group={**group, **off})


def load_changes(sandbox: FleetSandbox) -> list[str]:
    """Scaling by load comes and goes, on the fleet that counts; a policy of somebody else stays."""
    none: dict = {}
    findings = create(sandbox, load=none) + update(sandbox, FIRST) + update(sandbox, FIRST, load={**LOAD, "TargetValue": 30})
    current = released(sandbox)
    findings += update(sandbox, current) + update(sandbox, current, load=none) + update(sandbox, current, load=none)
    sandbox.put(current, "by-hand", LOAD)
    findings += ask(sandbox, sandbox.fleet_event("Update", load=none), "SUCCESS", physical=ID) + called(sandbox, "DeletePolicy", 1)
    names = [each["PolicyName"] for each in sandbox.policies(current)]
    return findings + ([] if names == ["by-hand"] else [f"policies {names}"]) + delete(sandbox)


def updated_twice(sandbox: FleetSandbox) -> list[str]:
    """The same Update comes again, the second time when a deployment has been."""
    findings = create(sandbox)
    fleet = sandbox.fleet(MaxSize="6")
    findings += update(sandbox, FIRST, fleet=fleet)
    return findings + update(sandbox, released(sandbox), fleet=fleet) + delete(sandbox, fleet=fleet)


def first_release_fails(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    leftover(sandbox)
    return findings + update(sandbox, FIRST) + update(sandbox, released(sandbox))


def release_fails(sandbox: FleetSandbox) -> list[str]:
    """The copies of two releases that failed go, the fleet between them stays."""
    findings = create(sandbox)
    leftover(sandbox)
    current = released(sandbox)
    leftover(sandbox)
    return findings + update(sandbox, current) + called(sandbox, "DeleteAutoScalingGroup", 2)


def many_fleets(sandbox: FleetSandbox) -> list[str]:
    """Auto Scaling tells of so many on a page; what a release left stands behind them."""
    findings = create(sandbox)
    current = released(sandbox)
    by_hand = [f"by-hand-{number}" for number in range(60)]
    for name in by_hand:
        sandbox.stand(name, MinSize=0, TargetGroupARNs=[])
    leftover(sandbox)
    findings += ask(sandbox, sandbox.fleet_event("Update"), "SUCCESS", physical=ID)
    return findings + untouched(sandbox, current, *by_hand)


def released_meanwhile(sandbox: FleetSandbox) -> list[str]:
    """The Update follows the fleet that counts when the deployment has ended."""
    findings = create(sandbox)
    release = sandbox.release()
    sandbox.later(200, lambda: sandbox.succeed(release))
    return findings + update(sandbox, release.copy, fleet=sandbox.fleet(MaxSize="6"))


def released_in_a_later_run(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    sandbox.timeout = 90
    release = sandbox.release()
    sandbox.later(200, lambda: sandbox.succeed(release))
    findings += update(sandbox, release.copy, fleet=sandbox.fleet(MaxSize="6"))
    return findings + ([] if sandbox.runs > 4 else [f"{sandbox.runs} runs"])


def fails_meanwhile(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    current = released(sandbox)
    release = sandbox.release()
    sandbox.later(200, lambda: sandbox.fail(release))
    return findings + update(sandbox, current, fleet=sandbox.fleet(MaxSize="6"))


def endless_release(sandbox: FleetSandbox) -> list[str]:
    """It gives up, and nothing has changed; CloudFormation takes the Update back, and the deployment still runs."""
    findings = create(sandbox)
    release = sandbox.release()
    since, count = sandbox.clock, len(sandbox.calls)
    reason = f"Deployment {release.id} is under way: wait for its end, or stop it"
    event = sandbox.fleet_event("Update", fleet=sandbox.fleet(MaxSize="6"))
    findings += ask(sandbox, event, "FAILED", reason, ID) + in_time(sandbox, since)
    asked = [each for each in sandbox.calls[count:] if not each.startswith(("Describe", "List", "Get")) and each != "Invoke"]
    findings += untouched(sandbox, FIRST, release.copy) + ([f"it calls {asked}"] if asked else [])
    sandbox.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    findings += at_once(sandbox, FIRST, release.copy)
    sandbox.succeed(release)
    return findings + update(sandbox, release.copy)


def at_once(sandbox: FleetSandbox, current: str, *others: str, **asked: dict) -> list[str]:
    """Delivers an Update of nothing during a deployment."""
    waits, runs = sandbox.waits, sandbox.runs
    findings = ask(sandbox, sandbox.fleet_event("Update", **asked), "SUCCESS", physical=ID) + as_asked(sandbox, current, **asked)
    findings += [] if (sandbox.waits, sandbox.runs) == (waits, runs + 1) else ["an Update of nothing waits for a deployment"]
    return findings + untouched(sandbox, current, *others)


def nothing_changes(sandbox: FleetSandbox) -> list[str]:
    """AWS tells it in another order and with more about it."""
    findings = create(sandbox)
    current = released(sandbox)
    sandbox.world.scaling.create_or_update_tags(
        Tags=[{"Key": "by", "Value": "hand", "ResourceId": current, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": False}]
    )
    left, release = leftover(sandbox), sandbox.release()
    group = sandbox.deploying.deployment_groups[APPLICATION][GROUP]
    group.alarm_configuration = {**group.alarm_configuration, "ignorePollAlarmFailure": False}
    group.alarm_configuration["alarms"] = group.alarm_configuration["alarms"][::-1]
    sandbox.fleets()[current].vpc_zone_identifier = ",".join(sandbox.subnets[1::-1])
    findings += ask(sandbox, sandbox.fleet_event("Update"), "SUCCESS", physical=ID)
    findings += ["an Update of nothing waits for a deployment"] if release.id not in sandbox.under_way() or sandbox.runs != 2 else []
    return findings + untouched(sandbox, current, left, release.copy) + called(sandbox, "UpdateDeploymentGroup", 0)


def anything_changes(sandbox: FleetSandbox) -> list[str]:
    """Whatever it is, it waits for the deployment, and is there then."""
    findings = create(sandbox)
    fleet, group = everything(sandbox)
    # A tag stays, so that it comes with everything at the end.
    parts = [key for key in fleet if key != "Tags" and fleet[key] != sandbox.fleet()[key]]
    changes: list[dict] = [{"fleet": sandbox.fleet(**{key: fleet[key]})} for key in parts]
    changes += [{"group": sandbox.settings(**{key: group[key]})} for key in group if group[key] != sandbox.settings()[key]]
    changes += [{"load": {**LOAD, "TargetValue": 30}}, {"load": {}}, {"fleet": fleet, "group": group}]
    for asked in changes:
        release, waits = sandbox.release(), sandbox.waits
        sandbox.later(100, lambda release=release: sandbox.succeed(release))
        found = update(sandbox, release.copy, **asked) + ([] if sandbox.waits > waits else ["it does not wait for a deployment"])
        findings += [f"{asked}: {each}" for each in found]
        if found or asked == changes[-1]:
            return findings
        findings += update(sandbox, release.copy)
    return findings


def update_taken_back(sandbox: FleetSandbox) -> list[str]:
    """CloudFormation takes it back while it waits; it must not come true when the deployment ends."""
    findings = create(sandbox)
    sandbox.timeout = 120
    release = sandbox.release()

    def roll_back() -> None:
        sandbox.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    sandbox.later(100, roll_back)
    sandbox.later(115, lambda: sandbox.succeed(release))
    findings += ask(sandbox, sandbox.fleet_event("Update", fleet=sandbox.fleet(MaxSize="6")), "FAILED", "has gone on", ID)
    sandbox.succeed(release)
    return findings + standing(sandbox, release.copy) + update(sandbox, release.copy)


def rolled_back(sandbox: FleetSandbox) -> list[str]:
    """CloudFormation has taken the launch template back as a further version, and sends that; a release runs all the while."""
    findings = create(sandbox)
    release = sandbox.release()
    sandbox.status, count = "UPDATE_ROLLBACK_IN_PROGRESS", len(sandbox.calls)
    template = {"LaunchTemplateId": sandbox.template, "Version": "2"}
    findings += ask(sandbox, sandbox.fleet_event("Update", fleet=sandbox.fleet(LaunchTemplate=template)), "SUCCESS", physical=ID)
    changed = CHANGES & {*sandbox.calls[count:]}
    sandbox.status = "UPDATE_IN_PROGRESS"
    sandbox.succeed(release)
    return findings + [f"it calls {each}" for each in changed] + update(sandbox, release.copy, fleet=sandbox.fleet(LaunchTemplate=template))


def begun_before_the_sweep(sandbox: FleetSandbox) -> list[str]:
    """A deployment begins between the look and the end of an Update; its copy is no leftover."""
    findings = create(sandbox)
    current = released(sandbox)
    begun = []
    sandbox.stack_faults.append(meanwhile("UpdateDeploymentGroup", lambda: begun.append(sandbox.release())))
    findings += ask(sandbox, sandbox.fleet_event("Update"), "SUCCESS", physical=ID) + untouched(sandbox, current, begun[0].copy)
    sandbox.flaws.clear()
    sandbox.succeed(begun[0])
    return findings + update(sandbox, begun[0].copy)


def young_rights(sandbox: FleetSandbox) -> list[str]:
    """The policy of the role was made a moment ago, and so was the instance profile."""
    sandbox.stack_faults.append(refuse("DescribeStacks", "AccessDenied", "is not authorized to perform", 4))
    sandbox.stack_faults.append(refuse("GetDeploymentGroup", "AccessDeniedException", "is not authorized to perform", 4))
    sandbox.stack_faults.append(refuse("CreateAutoScalingGroup", "ValidationError", "Invalid IAM Instance Profile name", 4))
    return create(sandbox)


def group_without_rights(sandbox: FleetSandbox) -> list[str]:
    """The hosts go all the same, and when nothing needs the rights any more, the group."""
    findings = create(sandbox)
    released(sandbox)
    sandbox.stack_faults.append(refuse("DeleteDeploymentGroup", "InvalidRoleException", "the role does not grant permissions"))
    findings += ask(sandbox, sandbox.fleet_event("Delete"), "FAILED", "does not grant", ID) + untouched(sandbox)
    # Here alone hosts go before the deployment group that names them.
    sandbox.flaws.clear()
    sandbox.stack_faults.clear()
    return findings + delete(sandbox)


def busy_update(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    sandbox.stack_faults.append(refuse("UpdateAutoScalingGroup", "ScalingActivityInProgress", "There are activities in progress", 2))
    sandbox.stack_faults.append(refuse("PutScalingPolicy", "ResourceContention", "You already have a pending update", 1))
    return findings + update(sandbox, FIRST, fleet=sandbox.fleet(MaxSize="6"))


def refused_update_deletes_nothing(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    left = leftover(sandbox)
    sandbox.stack_faults = [refuse("UpdateDeploymentGroup", "InvalidAlarmConfigException", "There is no such alarm")]
    findings += ask(sandbox, sandbox.fleet_event("Update"), "FAILED", "no such alarm", ID) + untouched(sandbox, FIRST, left)
    sandbox.stack_faults = []
    return findings + update(sandbox, FIRST)


# Fleets that are kept.


def kept(sandbox: FleetSandbox) -> list[str]:
    """Releases that succeeded are kept, those that failed or were stopped go, and at the end everything."""
    group = sandbox.keeping()
    findings = create(sandbox, group=group)
    before = released(sandbox)
    leftover(sandbox)
    current = released(sandbox)
    sandbox.fail(sandbox.release(), "Stopped")
    # CodeDeploy knows nothing of these.
    unknown = [f"{COPIES}777777777", f"{COPIES}by-hand"]
    for name in unknown:
        sandbox.stand(name)
    findings += ask(sandbox, sandbox.fleet_event("Update", group=group), "SUCCESS", physical=ID)
    findings += as_asked(sandbox, current, group=group) + untouched(sandbox, FIRST, before, current, *unknown)
    findings += called(sandbox, "DeleteAutoScalingGroup", 2)
    release = sandbox.release()
    findings += at_once(sandbox, current, FIRST, before, *unknown, release.copy, group=group)
    return findings + delete(sandbox, group=group)


def kept_no_longer(sandbox: FleetSandbox) -> list[str]:
    group = sandbox.keeping()
    findings = create(sandbox, group=group)
    released(sandbox)
    current = released(sandbox)
    findings += ask(sandbox, sandbox.fleet_event("Update", group=group), "SUCCESS", physical=ID)
    findings += called(sandbox, "DeleteAutoScalingGroup", 0)
    return findings + update(sandbox, current) + called(sandbox, "DeleteAutoScalingGroup", 2) + delete(sandbox)


def hosts_are_gone(sandbox: FleetSandbox) -> list[str]:
    """Somebody deleted them; the deployment group names what is not there."""
    findings = create(sandbox)
    current = released(sandbox)
    sandbox.go(current)
    findings += ask(sandbox, sandbox.fleet_event("Update"), "SUCCESS", physical=ID)
    # The deployment group was there already, so the Update does not wait for hosts.
    sandbox.boot()
    findings += standing(sandbox, FIRST)
    return findings or update(sandbox, released(sandbox)) + delete(sandbox)


def group_is_gone(sandbox: FleetSandbox) -> list[str]:
    """Somebody deleted it, and the first fleet is still there."""
    findings = create(sandbox)
    sandbox.world.codedeploy.delete_deployment_group(applicationName=APPLICATION, deploymentGroupName=GROUP)
    return findings + update(sandbox, FIRST)


def copy_without_targets(sandbox: FleetSandbox) -> list[str]:
    """If AWS does not copy them."""
    findings = create(sandbox)
    current = released(sandbox)
    sandbox.world.scaling.detach_load_balancer_target_groups(AutoScalingGroupName=current, TargetGroupARNs=sandbox.targets[:1])
    return findings + update(sandbox, current)


def follow(sandbox: FleetSandbox, current: str) -> list[str]:
    """What a rule on releases that succeeded delivers: documents instead of texts, and nobody who waits for an answer."""
    wanted = {"Fleet": sandbox.fleet(), "Group": sandbox.settings(), "Scaling": LOAD}
    before, failures = len(sandbox.address.bodies), sandbox.failures
    sandbox.deliver({"RequestType": "Follow", "ResourceProperties": wanted})
    findings = [f"answers {body!r}" for body in sandbox.address.bodies[before:]] + failed(sandbox, failures)
    return findings + (standing(sandbox, current) if current else nothing_left(sandbox))


def followed(sandbox: FleetSandbox) -> list[str]:
    """A copy without target groups and scaling, beside what a release that failed has left."""
    findings = create(sandbox)
    leftover(sandbox)
    current = released(sandbox)
    sandbox.world.scaling.detach_load_balancer_target_groups(AutoScalingGroupName=current, TargetGroupARNs=sandbox.targets[:1])
    for policy in sandbox.policies(current):
        sandbox.world.scaling.delete_policy(AutoScalingGroupName=current, PolicyName=policy["PolicyName"])
    return findings + follow(sandbox, current) + follow(sandbox, current) + called(sandbox, "PutScalingPolicy", 2)


def followed_late(sandbox: FleetSandbox) -> list[str]:
    """An update is ahead of its rule: what it has changed stays."""
    findings = create(sandbox)
    fleet, load = sandbox.fleet(MaxSize="6"), {**LOAD, "TargetValue": 40}
    current = released(sandbox)
    findings += update(sandbox, current, fleet=fleet, load=load)
    sandbox.deliver({"RequestType": "Follow", "ResourceProperties": {"Fleet": sandbox.fleet(), "Group": sandbox.settings(), "Scaling": LOAD}})
    return findings + standing(sandbox, current, fleet=fleet, load=load)


def followed_into_the_next(sandbox: FleetSandbox) -> list[str]:
    """The next deployment runs already, and its copy is no leftover."""
    findings = create(sandbox)
    current = released(sandbox)
    sandbox.world.scaling.detach_load_balancer_target_groups(AutoScalingGroupName=current, TargetGroupARNs=sandbox.targets[:1])
    release, count = sandbox.release(), len(sandbox.calls)
    sandbox.deliver({"RequestType": "Follow", "ResourceProperties": sandbox.fleet_event("Create")["ResourceProperties"]})
    findings += untouched(sandbox, current, release.copy)
    sandbox.succeed(release)
    asked = {each for each in sandbox.calls[count:] if not each.startswith(("Describe", "Get", "List", "Create"))}
    return findings + ([f"it calls {sorted(asked)}"] if asked - {"DeleteAutoScalingGroup"} else []) + update(sandbox, release.copy)


def followed_to_the_end(sandbox: FleetSandbox) -> list[str]:
    """Everything is deleted meanwhile, and nothing comes back."""
    return create(sandbox) + delete(sandbox) + follow(sandbox, "")


def other_targets(sandbox: FleetSandbox) -> list[str]:
    """The stack replaces the target group, and deletes the one before when the Update has been answered."""
    findings = create(sandbox)
    current = released(sandbox)
    group = sandbox.settings(LoadBalancerInfo={"TargetGroupInfoList": [{"Name": "shop-live-targets-new"}]})
    return findings + update(sandbox, current, fleet=sandbox.fleet(TargetGroupARNs=sandbox.targets[1:]), group=group)


def updated_with_a_new_role(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    sandbox.stack_faults.append(refuse("UpdateDeploymentGroup", "InvalidRoleException", "CodeDeploy cannot assume the role", 3))
    return findings + update(sandbox, FIRST, group=sandbox.settings(ServiceRoleArn="arn:aws:iam::123456789012:role/another"))


def renamed(sandbox: FleetSandbox) -> list[str]:
    """Another group is another resource, made beside the old one, whose Delete follows with the old properties."""
    findings = create(sandbox)
    current = released(sandbox)
    leftover(sandbox)
    name = f"{FIRST}-2"
    fleet = sandbox.fleet(AutoScalingGroupName=name, Tags=[{"Key": "Name", "Value": name, "PropagateAtLaunch": True}])
    new = sandbox.fleet_event("Update", fleet, sandbox.settings(DeploymentGroupName="other"))
    findings += ask(sandbox, new, "SUCCESS")
    findings += ["the other group is the same resource"] if physical_id(sandbox) == ID else []
    findings += [] if sandbox.named("other") == [name] and sandbox.named() == [current] else ["a deployment group is missing"]
    findings += ask(sandbox, sandbox.fleet_event("Delete"), "SUCCESS", physical=ID) + untouched(sandbox, name)
    findings += [] if sandbox.named("other") == sandbox.hooks("other") == [name] else ["the new deployment group has suffered"]
    return findings + (["the old deployment group is left"] if sandbox.named() is not None else [])


def renamed_in_part(sandbox: FleetSandbox) -> list[str]:
    """The Delete of the old group would hit the hosts of the new one, or leave those of the old name behind."""
    findings = create(sandbox)
    for fleet, group in (
        (sandbox.fleet(), sandbox.settings(DeploymentGroupName="other")),
        (sandbox.fleet(AutoScalingGroupName=f"{FIRST}-2"), sandbox.settings()),
    ):
        event = sandbox.fleet_event("Update", fleet, group)
        findings += ask(sandbox, event, "FAILED", physical=ID) + standing(sandbox, FIRST)
        # CloudFormation takes it back.
        event = sandbox.fleet_event("Update", OldResourceProperties=event["ResourceProperties"])
        findings += ask(sandbox, event, "SUCCESS", physical=ID) + standing(sandbox, FIRST)
    return findings + called(sandbox, "CreateDeploymentGroup", 1) + delete(sandbox)


# Delete.


def deleted(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    released(sandbox)
    return findings + delete(sandbox) + called(sandbox, "StopDeployment", 0)


def deleted_twice(sandbox: FleetSandbox) -> list[str]:
    return create(sandbox) + delete(sandbox) + delete(sandbox)


def ended_delete(sandbox: FleetSandbox) -> list[str]:
    """Lambda ends the run while the fleet goes, or when the hosts alone are left; the next one knows nothing of it."""
    findings = []
    for operation in ("DescribeAutoScalingGroups", "DescribeInstances"):
        if not findings:
            sandbox.failures, sandbox.slow = 0, 1000
            sandbox.stand(FIRST)
            sandbox.stack_faults = [hang(sandbox, operation, 2)]
            findings += [f"{operation}: {each}" for each in delete(sandbox, failures=1)]
    return findings


def deleted_twice_at_a_time(sandbox: FleetSandbox) -> list[str]:
    """Another run with the same event is a call ahead."""
    findings = create(sandbox)

    def fault(called: str) -> Answer | None:
        if called != "ListDeployments":
            return None
        sandbox.world.codedeploy.delete_deployment_group(applicationName=APPLICATION, deploymentGroupName=GROUP)
        sandbox._hook()
        sandbox.go(FIRST)
        return refused("DeploymentGroupDoesNotExistException", f"No deployment group found for name: {GROUP}")

    sandbox.stack_faults.append(fault)
    return findings + delete(sandbox)


def half_made(sandbox: FleetSandbox) -> list[str]:
    """A Create came to nothing, or to hosts alone, or to all but the answer."""
    event = sandbox.fleet_event("Delete", PhysicalResourceId="nothing-made")
    findings = ask(sandbox, event, "SUCCESS", physical="nothing-made")
    sandbox.stand(FIRST)
    findings += ask(sandbox, event, "SUCCESS", physical="nothing-made") + nothing_left(sandbox)
    findings += create(sandbox)
    return findings + ask(sandbox, event, "SUCCESS", physical="nothing-made") + nothing_left(sandbox)


def application_gone(sandbox: FleetSandbox) -> list[str]:
    """Somebody deleted it, and with it the deployment group."""
    findings = create(sandbox)
    sandbox.world.codedeploy.delete_application(applicationName=APPLICATION)
    sandbox._hook()
    sandbox.before = sandbox.others()
    return findings + delete(sandbox)


def deleted_during_a_release(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    released(sandbox)
    sandbox.release()
    return findings + delete(sandbox) + called(sandbox, "StopDeployment", 1)


def release_that_stops_slowly(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    sandbox.stops_slowly, sandbox.slow = True, 100
    sandbox.release()
    return findings + delete(sandbox)


def deleted_when_a_release_ends(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    release = sandbox.release()
    sandbox.stack_faults.append(meanwhile("StopDeployment", lambda: sandbox.succeed(release)))
    return findings + delete(sandbox) + called(sandbox, "StopDeployment", 1)


def leftovers(sandbox: FleetSandbox) -> list[str]:
    """Copies of releases that failed, and the first fleet, which a release kept."""
    findings = create(sandbox)
    released(sandbox)
    sandbox.stand(FIRST)
    leftover(sandbox)
    leftover(sandbox)
    return findings + delete(sandbox) + called(sandbox, "DeleteAutoScalingGroup", 4)


def busy(sandbox: FleetSandbox) -> list[str]:
    findings = create(sandbox)
    sandbox.stack_faults.append(refuse("DeleteAutoScalingGroup", "ScalingActivityInProgress", "There are activities in progress", 2))
    return findings + delete(sandbox) + called(sandbox, "DeleteAutoScalingGroup", 3)


def never_goes(sandbox: FleetSandbox) -> list[str]:
    """Whatever it waits for, it says so before CloudFormation stops waiting; the next Delete goes on."""
    findings = create(sandbox)
    sandbox.stops_slowly, sandbox.slow = True, 10**6
    release = sandbox.release()

    def end_fleets() -> None:
        sandbox.due.clear()
        for name in sandbox.fleets():
            sandbox._end(name)

    def end_hosts() -> None:
        for _, action in sandbox.due:
            action()

    for reason, go_on in (
        (f"Deployment {release.id} is under way", lambda: sandbox.fail(release, "Stopped")),
        (f"Still there: {FIRST}, {release.copy}.", end_fleets),
        ("Still there: i-", end_hosts),
    ):
        since = sandbox.clock
        findings += delete(sandbox, "FAILED", reason) + in_time(sandbox, since)
        go_on()
    return findings + delete(sandbox)


def slow_hosts(sandbox: FleetSandbox) -> list[str]:
    """The fleet goes in a moment, its hosts in many minutes."""
    findings = create(sandbox)
    sandbox.slow = 300
    return findings + delete(sandbox)


def goes_by_itself(sandbox: FleetSandbox) -> list[str]:
    """Somebody deletes it between the look and the call."""
    findings = create(sandbox)
    sandbox.stack_faults.append(meanwhile("DeleteAutoScalingGroup", lambda: sandbox._end(FIRST)))
    return findings + delete(sandbox)


# Refusals, and the end of a run.


def nth(number: int, seen: list[str]) -> Fault:
    """Refuses the call of this number, and notes which that is."""
    count = [0]

    def fault(called: str) -> Answer | None:
        count[0] += 1
        if count[0] != number:
            return None
        seen.append(called)
        return refused("InternalFailure", f"failed to perform: {called}")

    return fault


def each_call_refused(sandbox: FleetSandbox, prepare: Checks, event: dict, after: Checks, operations: set[str]) -> list[str]:
    """Refuses the first call of the request, then the second of the same request, until each was refused once."""
    findings: list[str] = []
    met: set[str] = set()
    for number in range(1, 99):
        seen: list[str] = []
        findings += prepare()
        before = len(sandbox.address.bodies)
        sandbox.stack_faults = [nth(number, seen)]
        sandbox.deliver(event)
        sandbox.stack_faults = []
        answers = [json.loads(body) for body in sandbox.address.bodies[before:]]
        right = [each["Status"] for each in answers] == (["FAILED"] if seen else ["SUCCESS"])
        told = not seen or all(f"perform: {seen[0]}" in each["Reason"] for each in answers)
        findings += [] if right and told else [f"answers {answers} when {seen} is refused"]
        findings += [f"{each}, after {seen} was refused" for each in after()] + failed(sandbox, 0)
        if not seen or findings:
            break
        met.update(seen)
    return findings or [f"{each} was never refused" for each in operations - met]


def create_refused(sandbox: FleetSandbox) -> list[str]:
    """What was made goes with the Delete that follows."""
    operations = {"GetDeploymentGroup", "DescribeAutoScalingGroups", "CreateAutoScalingGroup", "CreateDeploymentGroup"}
    operations |= {"DescribeStacks", "ListDeployments", "PutScalingPolicy"}
    return each_call_refused(sandbox, lambda: [], sandbox.fleet_event("Create"), lambda: delete(sandbox), operations)


def update_refused(sandbox: FleetSandbox) -> list[str]:
    """The fleet that counts serves on, and the next Update puts everything right."""
    findings = create(sandbox)
    current = released(sandbox)
    operations = {"GetDeploymentGroup", "ListDeployments", "DescribeAutoScalingGroups", "DeleteAutoScalingGroup"}
    operations |= {"UpdateAutoScalingGroup", "CreateOrUpdateTags", "UpdateDeploymentGroup"}
    operations |= {"AttachLoadBalancerTargetGroups", "DetachLoadBalancerTargetGroups", "DescribeStacks", "PutScalingPolicy", "GetDeployment"}

    def prepare() -> list[str]:
        leftover(sandbox)
        sandbox.world.scaling.attach_load_balancer_target_groups(AutoScalingGroupName=current, TargetGroupARNs=sandbox.targets[1:])
        sandbox.world.scaling.detach_load_balancer_target_groups(AutoScalingGroupName=current, TargetGroupARNs=sandbox.targets[:1])
        return []

    def after() -> list[str]:
        serving = [each for each in sandbox.fleets()[current].instance_states if each.lifecycle_state == "InService"]
        safe = len(serving) >= 2 and not going(sandbox.fleets()[current]) and sandbox.named() == [current]
        return update(sandbox, current) if safe else ["the fleet that counts has suffered"]

    event = sandbox.fleet_event("Update")
    return findings or each_call_refused(sandbox, prepare, event, after, operations)


def delete_refused(sandbox: FleetSandbox) -> list[str]:
    """The next Delete finds what the one before left."""
    operations = {"GetDeploymentGroup", "ListDeployments", "StopDeployment", "DeleteDeploymentGroup"}
    operations |= {"DescribeAutoScalingGroups", "DeleteAutoScalingGroup", "DescribeInstances"}

    def prepare() -> list[str]:
        findings = create(sandbox)
        sandbox.release()
        return findings

    return each_call_refused(sandbox, prepare, sandbox.fleet_event("Delete"), lambda: delete(sandbox), operations)


def invoke_denied(sandbox: FleetSandbox) -> list[str]:
    sandbox.timeout = 30
    sandbox.stack_faults = [refuse("Invoke", "AccessDeniedException", "not authorized to perform: lambda:InvokeFunction")]
    findings = create(sandbox, "FAILED", "AccessDenied")
    sandbox.timeout = sandbox.program.timeout
    return findings + delete(sandbox)


def many_runs(sandbox: FleetSandbox) -> list[str]:
    sandbox.timeout, sandbox.slow = 90, 150
    findings = create(sandbox) + called(sandbox, "CreateAutoScalingGroup", 1)
    current = released(sandbox)
    findings += update(sandbox, current) + delete(sandbox) + called(sandbox, "DeleteAutoScalingGroup", 1)
    return findings + ([] if sandbox.runs >= 10 else [f"{sandbox.runs} runs"])


def refused_answer(sandbox: FleetSandbox) -> list[str]:
    sandbox.address.refusals = [500, HANGS_UP, 503]
    return create(sandbox)


def refused_runs(sandbox: FleetSandbox) -> list[str]:
    """No answer is taken in a whole run; Lambda delivers the event again."""
    sandbox.address.refusals = [503] * 5
    findings = create(sandbox, failures=1) + called(sandbox, "CreateAutoScalingGroup", 1)
    current, sandbox.failures, sandbox.address.refusals = released(sandbox), 0, [503] * 5
    findings += update(sandbox, current, failures=1)
    sandbox.failures, sandbox.address.refusals = 0, [503] * 5
    return findings + delete(sandbox, failures=1)


def long_reason(sandbox: FleetSandbox) -> list[str]:
    sandbox.stack_faults.append(refuse("CreateAutoScalingGroup", "Odd", 'sélection "🐎"\n' * 1000))
    return create(sandbox, "FAILED", 'sélection "🐎"')
