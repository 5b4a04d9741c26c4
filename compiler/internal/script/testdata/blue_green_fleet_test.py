"""Runs the keeper of a blue/green fleet, as index, against Auto Scaling, CodeDeploy and EC2 made of dicts."""
import fnmatch
import json
import sys
import types
import unittest

from answering import Answering, Context, Functions, failing

APPLICATION, GROUP, FIRST = "shop-live-app-dev", "shop-live-group-dev", "shop-live-fleet-dev"
COPY = "CodeDeploy_%s_d-" % GROUP
TAG = {"Key": "Name", "Value": FIRST, "PropagateAtLaunch": True}
FLEET = {"AutoScalingGroupName": FIRST, "MinSize": "2", "MaxSize": "4", "VPCZoneIdentifier": ["a", "b"], "TargetGroupARNs": ["arn:targets"],
         "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"}, "HealthCheckType": "EC2", "HealthCheckGracePeriod": 300,
         "Tags": [TAG]}
# The same, as EC2 Auto Scaling has it.
THERE = {**FLEET, "MinSize": 2, "MaxSize": 4, "VPCZoneIdentifier": "b,a"}
GROUP_ASKED = {"ApplicationName": APPLICATION, "DeploymentGroupName": GROUP, "ServiceRoleArn": "arn:role",
               "DeploymentConfigName": "CodeDeployDefault.OneAtATime", "LoadBalancerInfo": {"TargetGroupInfoList": [{"Name": "targets"}]},
               "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": "errors"}, {"Name": "slow"}]}}
SETTINGS = {"applicationName": APPLICATION, "deploymentGroupName": GROUP, "serviceRoleArn": "arn:role",
            "deploymentConfigName": "CodeDeployDefault.OneAtATime", "loadBalancerInfo": {"targetGroupInfoList": [{"name": "targets"}]},
            "alarmConfiguration": {"enabled": True, "alarms": [{"name": "errors"}, {"name": "slow"}]},
            "autoRollbackConfiguration": {"enabled": False}}
KEEP = {"TerminateBlueInstancesOnDeploymentSuccess": {"Action": "KEEP_ALIVE"}}
LOAD = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}, "TargetValue": 60}


class ClientError(Exception):
    def __init__(self, code, message=""):
        super().__init__("An error occurred (%s): %s" % (code, message))
        self.response = {"Error": {"Code": code}}


class Cloud:
    """The clients of the services. Each look lets time go on: hosts come up, and what is deleted goes."""

    def __init__(self):
        self.fleets, self.group, self.deployments, self.terminating, self.calls = {}, None, [], {}, []
        self.policies, self.results, self.activities, self.stack = {}, {}, [], ["UPDATE_IN_PROGRESS"]

    def fleet(self, name, hosts=2, tag=TAG, **more):
        self.fleets[name] = {**THERE, "AutoScalingGroupName": name, "Tags": [tag], "wanted": hosts, "Instances": [], **more}
        self.grow(self.fleets[name])

    def get_paginator(self, operation):
        return types.SimpleNamespace(paginate=lambda **which: [getattr(self, operation)(**which)])

    def describe_stacks(self, StackName):
        assert StackName == "stack"
        return {"Stacks": [{"StackStatus": self.stack.pop(0) if len(self.stack) > 1 else self.stack[0]}]}

    def put_scaling_policy(self, AutoScalingGroupName, PolicyName, PolicyType, TargetTrackingConfiguration):
        assert (PolicyName, PolicyType) == ("load", "TargetTrackingScaling") and AutoScalingGroupName in self.fleets
        self.policies[AutoScalingGroupName] = {**TargetTrackingConfiguration, "DisableScaleIn": False}

    def describe_policies(self, AutoScalingGroupName, PolicyNames):
        assert PolicyNames == ["load"]
        found = self.policies.get(AutoScalingGroupName)
        return {"ScalingPolicies": [{"PolicyName": "load", "TargetTrackingConfiguration": found}] if found else []}

    def delete_policy(self, AutoScalingGroupName, PolicyName):
        assert PolicyName == "load"
        del self.policies[AutoScalingGroupName]

    def describe_scaling_activities(self, AutoScalingGroupName, MaxRecords):
        self.calls.append("activities of " + AutoScalingGroupName)
        return {"Activities": self.activities}

    def get_deployment(self, deploymentId):
        if deploymentId not in self.results:
            raise ClientError("DeploymentDoesNotExistException")
        return {"deploymentInfo": {"status": self.results[deploymentId]}}

    def grow(self, fleet):
        while len(fleet["Instances"]) < fleet["wanted"]:
            number = "i-%s-%d" % (fleet["AutoScalingGroupName"], len(fleet["Instances"]))
            fleet["Instances"].append({"InstanceId": number, "LifecycleState": "InService", "HealthStatus": "Healthy"})

    def describe_auto_scaling_groups(self, AutoScalingGroupNames=None, Filters=None, NextToken=None):
        found = []
        for name, fleet in list(self.fleets.items()):
            if fleet.get("looks") == 0:
                del self.fleets[name]
                self.terminating.update({host["InstanceId"]: [2, name, fleet["Tags"][0]["Value"]] for host in fleet["Instances"]})
                continue
            if "looks" in fleet:
                fleet["looks"] -= 1
            if name in (AutoScalingGroupNames or [name]) and (not Filters or fleet["Tags"][0]["Value"] in Filters[0]["Values"]):
                found.append(json.loads(json.dumps(fleet)))
                self.grow(fleet)
        return {"AutoScalingGroups": found}

    def create_auto_scaling_group(self, **wanted):
        self.calls.append("create fleet")
        assert (type(wanted["MinSize"]), type(wanted["MaxSize"]), wanted["VPCZoneIdentifier"]) == (int, int, "a,b")
        if wanted["AutoScalingGroupName"] in self.fleets:
            raise ClientError("AlreadyExists")
        self.fleets[wanted["AutoScalingGroupName"]] = {**wanted, "wanted": wanted["MinSize"], "Instances": []}

    def update_auto_scaling_group(self, AutoScalingGroupName, **changes):
        self.calls.append("update " + AutoScalingGroupName)
        self.fleets[AutoScalingGroupName].update(changes)

    def create_or_update_tags(self, Tags):
        assert all(tag["ResourceType"] == "auto-scaling-group" and tag["ResourceId"] in self.fleets for tag in Tags)

    def attach_load_balancer_target_groups(self, AutoScalingGroupName, TargetGroupARNs):
        self.fleets[AutoScalingGroupName]["TargetGroupARNs"] += TargetGroupARNs

    def detach_load_balancer_target_groups(self, AutoScalingGroupName, TargetGroupARNs):
        for arn in TargetGroupARNs:
            self.fleets[AutoScalingGroupName]["TargetGroupARNs"].remove(arn)

    def delete_auto_scaling_group(self, AutoScalingGroupName, ForceDelete):
        assert ForceDelete
        self.calls.append("delete " + AutoScalingGroupName)
        if AutoScalingGroupName not in self.fleets:
            raise ClientError("ValidationError", "not found")
        assert "Status" not in self.fleets[AutoScalingGroupName]
        self.fleets[AutoScalingGroupName].update({"Status": "Delete in progress", "looks": 1})

    def get_deployment_group(self, applicationName, deploymentGroupName):
        assert (applicationName, deploymentGroupName) == (APPLICATION, GROUP)
        if self.group is None:
            raise ClientError("DeploymentGroupDoesNotExistException")
        return {"deploymentGroupInfo": self.group}

    def create_deployment_group(self, autoScalingGroups, **settings):
        self.calls.append("create group")
        self.group = {**settings, "autoScalingGroups": [{"name": name} for name in autoScalingGroups]}
        return {}

    def update_deployment_group(self, currentDeploymentGroupName, autoScalingGroups, **settings):
        assert currentDeploymentGroupName == GROUP and "deploymentGroupName" not in settings
        self.calls.append("update group")
        self.group.update(settings, autoScalingGroups=[{"name": name} for name in autoScalingGroups])

    def delete_deployment_group(self, applicationName, deploymentGroupName):
        self.calls.append("delete group")
        self.group = None
        return {}

    def list_deployments(self, applicationName, deploymentGroupName, includeOnlyStatuses):
        assert {"Created", "Queued", "InProgress", "Ready"} <= set(includeOnlyStatuses)
        if self.group is None:
            raise ClientError("DeploymentGroupDoesNotExistException")
        return {"deployments": [self.deployments.pop(0)] if self.deployments else []}

    def stop_deployment(self, deploymentId, autoRollbackEnabled):
        assert not autoRollbackEnabled
        self.calls.append("stop " + deploymentId)

    def describe_instances(self, Filters):
        asked, found = {each["Name"]: each["Values"] for each in Filters}, []
        for number, host in self.terminating.items():
            host[0] -= 1
            fleets = [each for each in asked["tag:aws:autoscaling:groupName"] if fnmatch.fnmatch(host[1], each)]
            if fleets and host[2] in asked["tag:Name"] and host[0] > 0 and "shutting-down" in asked["instance-state-name"]:
                found.append({"InstanceId": number})
        return {"Reservations": [{"Instances": found}]}


clients = {"autoscaling": None, "codedeploy": None, "ec2": None, "cloudformation": None, "lambda": Functions()}
sys.modules["boto3"] = types.SimpleNamespace(client=lambda name: clients[name])
sys.modules["botocore"] = types.ModuleType("botocore")
sys.modules["botocore.exceptions"] = types.SimpleNamespace(ClientError=ClientError)
import index  # noqa: E402: it makes its clients when it is loaded


def properties(fleet=FLEET, group=GROUP_ASKED, load=None):
    return {"Fleet": json.dumps(fleet), "Group": json.dumps(group), **({"Scaling": json.dumps(load)} if load else {})}


def fleet(**changes):
    return properties(fleet={**FLEET, **changes})


def group(**changes):
    wanted = {**GROUP_ASKED, **changes}
    return properties(group={key: value for key, value in wanted.items() if value is not None})


class FleetTest(Answering, unittest.TestCase):
    index, context, properties, physical = index, Context, properties(), "fleet-of-%s/%s" % (APPLICATION, GROUP)

    def setUp(self):
        super().setUp()
        self.cloud, clients["lambda"] = Cloud(), Functions()
        index.scaling = index.codedeploy = index.ec2 = index.cloudformation = self.cloud
        # Time goes on by waiting alone.
        index.time = types.SimpleNamespace(sleep=self.pauses.append, time=lambda: 1000 + sum(self.pauses))

    def fail_with(self, problem):
        self.cloud.get_deployment_group = failing(problem)

    def lives(self, current=FIRST, **more):
        self.cloud.fleet(current, **more)
        self.cloud.group = {**SETTINGS, "autoScalingGroups": [{"name": current}]}

    # Create

    def test_create_makes_hosts_and_then_the_group(self):
        self.run_event("Create")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.calls, ["create fleet", "create group"])
        self.assertEqual(self.cloud.group, {**SETTINGS, "autoScalingGroups": [{"name": FIRST}]})

    def test_group_waits_for_hosts(self):
        self.cloud.fleet(FIRST, hosts=1)
        self.cloud.grow = lambda fleet: None
        event = self.run_event("Create", Context(900000, 59999))
        self.assertEqual((self.answers, self.cloud.calls), ([], []))
        self.assertEqual(json.loads(clients["lambda"].invoked[0]["Payload"]), event)

    def test_hosts_that_never_come_up(self):
        self.cloud.grow = lambda fleet: None
        self.cloud.activities = [
            {"StatusCode": "InProgress", "Description": "Launching"},
            {"StatusCode": "Failed", "Description": "Launching", "StatusMessage": "No capacity for t3.micro. Launching failed."},
            {"StatusCode": "Cancelled", "Description": "An older one"},
        ]
        self.run_event("Create")
        self.expect("FAILED", reason="%s has 0 hosts in service, not 2. The last activity that failed: No capacity for t3.micro." % FIRST)
        self.assertEqual((self.cloud.calls, sum(self.pauses)), (["create fleet", "activities of " + FIRST], 3010))

    def test_fleet_of_that_name_that_goes_and_goes(self):
        self.cloud.fleet(FIRST, Status="Delete in progress", looks=999)
        self.run_event("Create")
        self.expect("FAILED", reason="%s is not there yet, or one of that name still goes." % FIRST)

    def test_create_delivered_twice(self):
        self.run_event("Create")
        self.answers.clear()
        self.run_event("Create")
        self.expect("SUCCESS")
        self.assertEqual(list(self.cloud.fleets), [FIRST])

    def test_fleet_of_somebody_else(self):
        self.cloud.fleet(FIRST, tag={"Key": "Name", "Value": "another"})
        self.run_event("Create")
        self.expect("FAILED", reason="not of this stack")
        self.assertEqual(self.cloud.calls, [])

    def test_role_that_is_not_known_everywhere(self):
        make, refusals = self.cloud.create_deployment_group, [ClientError("InvalidRoleException")] * 3

        def late(**arguments):
            if refusals:
                raise refusals.pop()
            return make(**arguments)

        self.cloud.create_deployment_group = late
        self.run_event("Create")
        self.expect("SUCCESS")

    def test_role_that_is_never_known(self):
        self.cloud.create_deployment_group = failing(ClientError("InvalidRoleException"))
        self.run_event("Create")
        self.expect("FAILED", reason="InvalidRoleException")

    def test_group_that_is_refused(self):
        self.cloud.create_deployment_group = failing(ClientError("InvalidLoadBalancerInfoException"))
        self.run_event("Create")
        self.expect("FAILED", reason="InvalidLoadBalancerInfoException")

    def test_group_that_another_run_made(self):
        self.cloud.fleet(FIRST)
        make = self.cloud.create_deployment_group

        def late(**arguments):
            make(**arguments)
            raise ClientError("DeploymentGroupAlreadyExistsException")

        self.cloud.create_deployment_group = late
        self.run_event("Create")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.calls.count("create group"), 1)

    # Update

    def test_update_follows_the_copy_that_counts(self):
        self.lives(COPY + "2")
        self.run_event("Update", ResourceProperties=fleet(MaxSize="9", LaunchTemplate={"LaunchTemplateId": "lt-1", "Version": "2"}))
        self.expect("SUCCESS")
        hosts = self.cloud.fleets[COPY + "2"]
        self.assertEqual((hosts["MaxSize"], hosts["LaunchTemplate"]["Version"]), (9, "2"))
        self.assertEqual(self.cloud.calls, ["update " + COPY + "2", "update group"])
        self.assertEqual(self.cloud.group["autoScalingGroups"], [{"name": COPY + "2"}])

    def test_update_of_options(self):
        self.lives(COPY + "2")
        self.run_event("Update", ResourceProperties=group(DeploymentConfigName="CodeDeployDefault.AllAtOnce"))
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.group["deploymentConfigName"], "CodeDeployDefault.AllAtOnce")

    def test_update_clears_away_what_failed_releases_left(self):
        self.lives(COPY + "3")
        self.cloud.fleet(COPY + "2")
        self.cloud.fleet(FIRST)
        self.cloud.fleet(COPY.replace("-dev_", "-dev-eu_") + "1")
        self.run_event("Update")
        self.expect("SUCCESS")
        self.assertEqual({call for call in self.cloud.calls if call.startswith("delete")}, {"delete " + COPY + "2", "delete " + FIRST})

    def test_update_puts_the_targets_back(self):
        self.lives(COPY + "2", TargetGroupARNs=[])
        self.run_event("Update")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.fleets[COPY + "2"]["TargetGroupARNs"], ["arn:targets"])

    def test_update_waits_for_a_deployment(self):
        self.lives(COPY + "2")
        self.cloud.deployments = ["d-3", "d-3"]
        self.run_event("Update", ResourceProperties=fleet(MaxSize="9"))
        self.expect("SUCCESS")
        self.assertEqual((self.pauses, self.cloud.fleets[COPY + "2"]["MaxSize"]), ([10, 10], 9))

    def test_update_while_a_deployment_goes_on_and_on(self):
        self.lives(COPY + "2")
        self.cloud.deployments, wanted = ["d-3"] * 999, fleet(MaxSize="9")
        event = self.run_event("Update", Context(59999), ResourceProperties=wanted)
        self.assertEqual((self.answers, self.cloud.calls, event["Until"]), ([], [], 4000))
        [again] = clients["lambda"].invoked
        self.pauses.append(2900)
        self.run_event(**{**json.loads(again["Payload"]), "kind": "Update"})
        self.expect("FAILED", reason="In 50 minutes not done. Deployment d-3 is under way: wait for its end, or stop it")
        self.assertEqual((self.cloud.calls, sum(self.pauses)), ([], 3010))

    def test_update_of_nothing_does_not_wait_for_a_deployment(self):
        # CloudFormation sends it to take back one that gave up.
        self.lives(COPY + "2", Tags=[{**TAG, "ResourceId": COPY + "2"}, {"Key": "made-by", "Value": "CodeDeploy"}])
        self.cloud.fleet(COPY + "1")
        self.cloud.policies = {COPY + "2": {**LOAD, "TargetValue": 60.0, "DisableScaleIn": False}}
        self.cloud.deployments = ["d-3"] * 9
        alarms = [{"name": "slow"}, {"name": "errors"}]
        self.cloud.group["alarmConfiguration"] = {"enabled": True, "ignorePollAlarmFailure": False, "alarms": alarms}
        del self.cloud.group["autoRollbackConfiguration"]
        self.run_event("Update", ResourceProperties=properties(load=LOAD))
        self.expect("SUCCESS")
        self.assertEqual((self.pauses, self.cloud.calls), ([], []))

    def test_update_of_anything_waits_for_a_deployment(self):
        targets = {"TargetGroupInfoList": [{"Name": "others"}]}
        for asked in (
            fleet(MinSize="1"), fleet(VPCZoneIdentifier=["a", "c"]), fleet(VPCZoneIdentifier=["a"]), fleet(TargetGroupARNs=[]),
            fleet(LaunchTemplate={"LaunchTemplateId": "lt-1", "Version": "2"}), fleet(HealthCheckGracePeriod=0),
            fleet(Tags=[TAG, {"Key": "team", "Value": "shop"}]), group(LoadBalancerInfo=targets),
            group(OutdatedInstancesStrategy="IGNORE"), group(AlarmConfiguration=None), properties(load=LOAD),
        ):
            with self.subTest(asked=asked):
                self.setUp()
                self.lives(COPY + "2")
                self.cloud.deployments = ["d-3"]
                self.run_event("Update", ResourceProperties=asked)
                self.expect("SUCCESS")
                self.assertEqual(self.pauses, [10])

    def test_update_that_names_hosts_that_are_gone_waits_for_a_deployment(self):
        self.lives(COPY + "2")
        self.cloud.fleet(FIRST)
        del self.cloud.fleets[COPY + "2"]
        self.cloud.deployments = ["d-3"]
        self.run_event("Update")
        self.expect("SUCCESS")
        self.assertEqual(self.pauses, [10])

    def test_update_that_cloudformation_takes_back(self):
        self.lives(COPY + "2")
        self.cloud.deployments, self.cloud.stack = ["d-3"] * 3, ["UPDATE_IN_PROGRESS"] * 2 + ["UPDATE_ROLLBACK_IN_PROGRESS"]
        self.run_event("Update", ResourceProperties=fleet(MaxSize="9"))
        self.expect("FAILED", reason="has gone on")
        self.assertEqual(self.cloud.calls, [])

    def test_create_that_cloudformation_takes_back(self):
        # Its Delete has the hosts deleted, and they must not come again.
        self.cloud.stack = ["CREATE_IN_PROGRESS"] * 2 + ["ROLLBACK_IN_PROGRESS"]
        self.cloud.grow = lambda fleet: None
        self.run_event("Create")
        self.expect("FAILED", reason="has gone on")
        self.assertEqual(self.cloud.calls, ["create fleet"])

    def test_update_of_a_fleet_that_is_busy(self):
        self.lives(COPY + "2")
        update = self.cloud.update_auto_scaling_group
        refusals = [ClientError("ScalingActivityInProgress"), ClientError("ResourceContention")]

        def busy(**arguments):
            if refusals:
                raise refusals.pop()
            update(**arguments)

        self.cloud.update_auto_scaling_group = busy
        self.run_event("Update")
        self.expect("SUCCESS")

    def test_update_that_fails_deletes_nothing(self):
        self.lives(COPY + "3")
        self.cloud.fleet(COPY + "2")
        self.cloud.update_deployment_group = failing(ClientError("InvalidAlarmConfigException"))
        self.run_event("Update")
        self.expect("FAILED", reason="InvalidAlarmConfigException")
        self.assertIn(COPY + "2", self.cloud.fleets)
        self.assertNotIn("delete " + COPY + "2", self.cloud.calls)

    def test_what_is_no_longer_asked_for_is_turned_off(self):
        self.lives(COPY + "2")
        self.run_event("Update", ResourceProperties=group(AlarmConfiguration=None))
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.group["alarmConfiguration"], {"enabled": False})

    # Scaling

    def test_scaling_comes_changes_and_goes(self):
        self.run_event("Create", ResourceProperties=properties(load=LOAD))
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.policies[FIRST]["TargetValue"], 60)
        for load, policies in (({**LOAD, "TargetValue": 30}, [30]), (None, []), (None, [])):
            self.answers.clear()
            self.run_event("Update", ResourceProperties=properties(load=load))
            self.expect("SUCCESS")
            self.assertEqual([each["TargetValue"] for each in self.cloud.policies.values()], policies)

    def test_scaling_that_is_empty(self):
        self.run_event("Create", ResourceProperties={**properties(), "Scaling": ""})
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.policies, {})

    def test_scaling_of_the_copy_that_counts(self):
        self.lives(COPY + "2")
        self.run_event("Update", ResourceProperties=properties(load=LOAD))
        self.expect("SUCCESS")
        self.assertEqual(list(self.cloud.policies), [COPY + "2"])

    # Fleets that are kept

    def test_kept_fleets(self):
        for terminates, swept in ((KEEP, {"2", "3"}), ({}, {"0", "1", "2", "3", "4", "6"})):
            with self.subTest(terminates=terminates):
                self.setUp()
                self.lives(COPY + "5")
                self.cloud.fleet(FIRST)
                for number, result in (("1", "Succeeded"), ("2", "Failed"), ("3", "Stopped"), ("4", None), ("6", "Succeeded")):
                    self.cloud.fleet(COPY + number)
                    if result:
                        self.cloud.results["d-" + number] = result
                asked = group(BlueGreenDeploymentConfiguration=terminates)
                self.run_event("Update", ResourceProperties=asked)
                self.expect("SUCCESS")
                names = {call.removeprefix("delete ") for call in self.cloud.calls if call.startswith("delete ")}
                self.assertEqual(names, {FIRST if number == "0" else COPY + number for number in swept})
                self.answers.clear()
                self.run_event("Delete", ResourceProperties=asked)
                self.expect("SUCCESS")
                self.assertEqual(self.cloud.fleets, {})

    def test_fate_of_a_release_that_may_not_be_read(self):
        self.lives(COPY + "5")
        self.cloud.fleet(COPY + "2")
        self.cloud.get_deployment = failing(ClientError("AccessDenied"))
        self.run_event("Update", ResourceProperties=group(BlueGreenDeploymentConfiguration=KEEP))
        self.expect("FAILED", reason="AccessDenied")

    def test_release_that_begins_before_the_sweep(self):
        for terminates in (KEEP, {}):
            with self.subTest(terminates=terminates):
                self.setUp()
                self.lives(COPY + "5")
                self.cloud.fleet(COPY + "6")
                self.cloud.results["d-6"] = "InProgress"
                self.run_event("Update", ResourceProperties=group(BlueGreenDeploymentConfiguration=terminates))
                self.expect("SUCCESS")
                self.assertIn(COPY + "6", self.cloud.fleets)

    # Rights that are not known everywhere

    def test_young_rights(self):
        for call, problem in (("describe_stacks", ClientError("AccessDenied")), ("describe_auto_scaling_groups", ClientError("AccessDenied")),
                              ("create_auto_scaling_group", ClientError("ValidationError", "Invalid IAM Instance Profile name")),
                              ("create_auto_scaling_group", ClientError("UnauthorizedOperation")),
                              ("put_scaling_policy", ClientError("ServiceLinkedRoleFailure")),
                              ("create_deployment_group", ClientError("AccessDeniedException"))):
            with self.subTest(call=call, problem=problem):
                self.setUp()
                self.cloud.stack = ["CREATE_IN_PROGRESS"]
                ask, refusals = getattr(self.cloud, call), [problem] * 5

                def late(ask=ask, refusals=refusals, **arguments):
                    if refusals:
                        raise refusals.pop()
                    return ask(**arguments)

                setattr(self.cloud, call, late)
                self.run_event("Create", ResourceProperties=properties(load=LOAD))
                self.expect("SUCCESS")

    def test_fleet_that_is_refused(self):
        self.cloud.create_auto_scaling_group = failing(ClientError("ValidationError", "Max size is below min size"))
        self.run_event("Create")
        self.expect("FAILED", reason="Max size")
        self.assertEqual(self.pauses, [])

    # An update that is taken back

    def test_rollback_with_a_further_version_of_the_template(self):
        version = {"LaunchTemplateId": "lt-1", "Version": "3"}
        for status, answered in (("UPDATE_ROLLBACK_IN_PROGRESS", "SUCCESS"), ("UPDATE_IN_PROGRESS", "FAILED")):
            with self.subTest(status=status):
                self.setUp()
                self.lives(COPY + "2")
                self.cloud.deployments, self.cloud.stack = ["d-3"] * 999, [status]
                self.run_event("Update", ResourceProperties=fleet(LaunchTemplate=version), Until=0)
                self.expect(answered, reason="d-3" if answered == "FAILED" else "")
                self.assertEqual(self.cloud.calls, [])

    def test_rollback_of_another_size(self):
        self.lives(COPY + "2")
        self.cloud.deployments, self.cloud.stack = ["d-3"] * 999, ["UPDATE_ROLLBACK_IN_PROGRESS"]
        self.run_event("Update", ResourceProperties=fleet(MaxSize="9"), Until=0)
        self.expect("FAILED", reason="d-3")

    # What cannot be read

    def test_documents_that_cannot_be_read(self):
        for wrong in ({"Fleet": "{", "Group": "{}"}, {}, properties(fleet={**FLEET, "MinSize": "two"}), {"Fleet": "[]", "Group": "1"}):
            with self.subTest(wrong=wrong):
                self.setUp()
                self.run_event("Create", ResourceProperties=wrong)
                self.expect("FAILED", physical="nothing-made")
                self.answers.clear()
                self.run_event("Delete", ResourceProperties=wrong, PhysicalResourceId="nothing-made")
                self.expect("SUCCESS", physical="nothing-made")
                self.answers.clear()
                self.run_event("Delete", ResourceProperties=wrong)
                self.expect("FAILED")

    # A deployment group that cannot be deleted

    def test_group_whose_role_has_no_rights_left(self):
        self.lives(COPY + "3")
        forget, refusals = self.cloud.delete_deployment_group, [ClientError("InvalidRoleException")] * 2

        def late(**arguments):
            if refusals:
                raise refusals.pop()
            return forget(**arguments)

        self.cloud.delete_deployment_group = late
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual((self.cloud.fleets, self.cloud.group), ({}, None))

    def test_group_whose_role_never_has_rights(self):
        self.lives(COPY + "3")
        self.cloud.delete_deployment_group = failing(ClientError("InvalidRoleException", "no rights"))
        self.run_event("Delete", Until=0)
        self.expect("FAILED", reason="no rights")
        self.assertEqual(self.cloud.calls, ["delete " + COPY + "3"])

    def test_deployment_that_cannot_be_stopped(self):
        for problem in ("UnsupportedActionForDeploymentTypeException", "DeploymentGroupDoesNotExistException"):
            with self.subTest(problem=problem):
                self.setUp()
                self.lives(COPY + "3")
                self.cloud.deployments = ["d-4", "d-4"]
                self.cloud.stop_deployment = failing(ClientError(problem))
                self.run_event("Delete")
                self.expect("SUCCESS")

    # After a release

    def test_follow_gives_a_copy_what_it_lacks(self):
        self.lives(COPY + "2", TargetGroupARNs=[])
        self.cloud.fleet(COPY + "1")
        for wanted in (properties(load=LOAD), {"Fleet": FLEET, "Group": GROUP_ASKED, "Scaling": LOAD}):
            self.run_event("Follow", ResourceProperties=wanted)
            self.assertEqual(self.answers, [])
            self.assertEqual(self.cloud.fleets[COPY + "2"]["TargetGroupARNs"], ["arn:targets"])
            self.assertEqual(list(self.cloud.policies), [COPY + "2"])
        self.assertEqual(self.cloud.calls, ["delete " + COPY + "1"])

    def test_follow_changes_nothing_that_is_there(self):
        self.lives(COPY + "2", MaxSize=9)
        self.cloud.policies[COPY + "2"] = {**LOAD, "TargetValue": 40}
        self.run_event("Follow", ResourceProperties=properties(load=LOAD))
        self.assertEqual((self.cloud.calls, self.cloud.fleets[COPY + "2"]["MaxSize"]), ([], 9))
        self.assertEqual(self.cloud.policies[COPY + "2"]["TargetValue"], 40)

    def test_follow_leaves_a_deployment_alone(self):
        self.lives(COPY + "2", TargetGroupARNs=[])
        self.cloud.fleet(COPY + "3")
        self.cloud.deployments = ["d-3"]
        self.run_event("Follow", ResourceProperties=properties(load=LOAD))
        self.assertEqual((self.cloud.calls, self.cloud.policies, self.pauses), ([], {}, []))

    def test_follow_when_all_is_gone(self):
        self.run_event("Follow")
        self.assertEqual((self.cloud.calls, self.cloud.fleets, self.answers), ([], {}, []))

    def test_follow_that_is_refused_fails_the_run(self):
        # Lambda then delivers the event again, twice.
        self.lives(COPY + "2", TargetGroupARNs=[])
        self.cloud.attach_load_balancer_target_groups = failing(ClientError("AccessDenied"))
        with self.assertRaises(ClientError):
            self.run_event("Follow")

    # Update, when somebody was faster

    def test_update_when_somebody_deleted_all_hosts(self):
        self.lives(COPY + "2")
        self.cloud.fleets.clear()
        self.run_event("Update")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.group["autoScalingGroups"], [{"name": FIRST}])

    def test_update_takes_other_targets_away(self):
        self.lives(COPY + "2", TargetGroupARNs=["arn:before", "arn:targets"])
        self.run_event("Update")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.fleets[COPY + "2"]["TargetGroupARNs"], ["arn:targets"])

    def test_update_with_a_role_that_is_not_known_everywhere(self):
        self.lives(COPY + "2")
        save, refusals = self.cloud.update_deployment_group, [ClientError("InvalidRoleException")] * 3

        def late(**arguments):
            if refusals:
                raise refusals.pop()
            save(**arguments)

        self.cloud.update_deployment_group = late
        self.run_event("Update")
        self.expect("SUCCESS")

    def test_update_when_somebody_deletes_the_hosts(self):
        self.lives(COPY + "2", Status="Delete in progress", looks=9)
        self.run_event("Update")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.group["autoScalingGroups"], [{"name": FIRST}])

    def test_another_group_is_another_resource(self):
        other, hosts = {**GROUP_ASKED, "DeploymentGroupName": "other"}, {**FLEET, "AutoScalingGroupName": "other-fleet"}
        self.cloud.get_deployment_group = failing(ClientError("DeploymentGroupDoesNotExistException"))
        self.cloud.fleet("other-fleet")
        self.run_event("Update", ResourceProperties=properties(fleet=hosts, group=other), OldResourceProperties=properties())
        self.expect("SUCCESS", physical="fleet-of-%s/other" % APPLICATION)

    def test_another_group_with_the_same_hosts(self):
        self.lives(FIRST)
        self.run_event("Update", ResourceProperties=group(DeploymentGroupName="other"), OldResourceProperties=properties())
        self.expect("FAILED", reason="another name")
        self.assertEqual(self.cloud.calls, [])

    def test_other_hosts_with_the_same_group(self):
        self.lives(FIRST)
        self.run_event("Update", ResourceProperties=fleet(AutoScalingGroupName="other-fleet"))
        self.expect("FAILED", reason="not of this stack")
        self.assertEqual(self.cloud.calls, [])

    # Delete

    def test_delete_leaves_nothing(self):
        self.lives(COPY + "3")
        self.cloud.fleet(COPY + "2")
        self.cloud.fleet(FIRST)
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual((self.cloud.fleets, self.cloud.group), ({}, None))
        self.assertEqual({host[0] for host in self.cloud.terminating.values()}, {0})
        self.assertEqual(self.cloud.calls[0], "delete group")

    def test_delete_of_what_never_goes(self):
        for left in ("a deployment", "a fleet", "a host"):
            with self.subTest(left=left):
                self.setUp()
                self.lives(COPY + "3", **({"Status": "Delete in progress", "looks": 999} if left == "a fleet" else {}))
                if left == "a deployment":
                    self.cloud.deployments = ["d-4"] * 999
                if left == "a host":
                    self.cloud.fleets.clear()
                    self.cloud.terminating = {"i-1": [999, COPY + "3", FIRST]}
                self.run_event("Delete")
                told = {"a deployment": "Deployment d-4 is", "a fleet": "Still there: %s3." % COPY, "a host": "Still there: i-1."}
                self.expect("FAILED", reason="In 50 minutes not done. " + told[left])

    def test_delete_leaves_the_deployment_group_of_somebody_else(self):
        self.lives("shop-in-place")
        self.run_event("Create")
        self.expect("FAILED", reason="not of this stack")
        self.cloud.deployments = ["d-4"]
        self.answers.clear()
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual((self.cloud.calls, list(self.cloud.fleets)), ([], ["shop-in-place"]))

    def test_delete_stops_a_deployment_first(self):
        self.lives(COPY + "3")
        self.cloud.deployments = ["d-4", "d-4"]
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.calls[:3], ["stop d-4", "stop d-4", "delete group"])

    def test_deployment_that_ends_by_itself(self):
        self.lives(COPY + "3")
        self.cloud.deployments = ["d-4"]
        self.cloud.stop_deployment = failing(ClientError("DeploymentAlreadyCompletedException"))
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_delete_of_what_was_half_made(self):
        for fleets in ([], [FIRST]):
            self.answers = []
            self.setUp()
            for name in fleets:
                self.cloud.fleet(name)
            self.run_event("Delete", PhysicalResourceId="nothing-made")
            self.expect("SUCCESS", physical="nothing-made")
            self.assertEqual(self.cloud.fleets, {})

    def test_delete_leaves_other_services_alone(self):
        others = ["shop-live-fleet-dev-eu", COPY.replace("-dev_", "-dev-eu_") + "1", "CodeDeploy_other_d-1"]
        for name in others:
            self.cloud.fleet(name, tag={"Key": "Name", "Value": name})
        self.cloud.fleet("CodeDeploy_%sX_d-1" % GROUP)
        self.lives(COPY + "3")
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(sorted(self.cloud.fleets), sorted([*others, "CodeDeploy_%sX_d-1" % GROUP]))

    def test_fleet_that_is_busy(self):
        self.lives(COPY + "3")
        delete, refusals = self.cloud.delete_auto_scaling_group, [ClientError("ScalingActivityInProgress")] * 2

        def busy(**arguments):
            if refusals:
                raise refusals.pop()
            delete(**arguments)

        self.cloud.delete_auto_scaling_group = busy
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.fleets, {})

    def test_fleet_that_may_not_be_deleted(self):
        self.lives(COPY + "3")
        self.cloud.delete_auto_scaling_group = failing(ClientError("AccessDenied"))
        self.run_event("Delete")
        self.expect("FAILED", reason="AccessDenied")

    def test_goes_on_in_another_run(self):
        self.lives(COPY + "3")
        self.run_event("Delete", Context(59999))
        self.assertEqual((self.answers, len(clients["lambda"].invoked)), ([], 1))
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual({host[0] for host in self.cloud.terminating.values()}, {0})

    def test_delete_waits_for_what_another_run_deleted(self):
        # Lambda delivers the event again when a run ends early: nobody remembers which hosts there were.
        self.lives(COPY + "3", Status="Delete in progress", looks=3)
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual((self.cloud.fleets, self.cloud.calls), ({}, ["delete group"]))
        self.cloud.terminating["i-late"] = [3, COPY + "3", FIRST]
        self.answers.clear()
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.terminating["i-late"][0], 0)

    def test_delete_does_not_wait_for_hosts_of_others(self):
        self.cloud.terminating = {"i-1": [99, FIRST + "-eu", FIRST], "i-2": [99, COPY + "1", "another"]}
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_group_that_goes_meanwhile(self):
        self.lives(COPY + "3")
        self.cloud.list_deployments = failing(ClientError("DeploymentGroupDoesNotExistException"))
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.cloud.fleets, {})

    def test_every_call_that_is_refused_is_answered(self):
        for kind in ("Create", "Update", "Delete"):
            for call in ("describe_stacks", "describe_auto_scaling_groups", "list_deployments", "update_auto_scaling_group",
                         "create_or_update_tags", "attach_load_balancer_target_groups", "detach_load_balancer_target_groups",
                         "update_deployment_group", "describe_policies", "delete_policy", "delete_deployment_group", "describe_instances"):
                with self.subTest(kind=kind, call=call):
                    self.setUp()
                    if kind != "Create":
                        self.lives(COPY + "2", TargetGroupARNs=["arn:before"])
                        self.cloud.policies = {COPY + "2": LOAD}
                    used = []
                    original = getattr(self.cloud, call)

                    def refuse(call=call, used=used, **arguments):
                        used.append(call)
                        raise ClientError("AccessDenied")

                    setattr(self.cloud, call, refuse)
                    self.run_event(kind)
                    self.assertEqual(len(self.answers), 1)
                    self.assertEqual(self.answers[0]["Status"], "FAILED" if used else "SUCCESS")
                    setattr(self.cloud, call, original)


unittest.main()
