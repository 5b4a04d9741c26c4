"""Runs the keeper of a blue/green fleet, as index, against Auto Scaling, CodeDeploy and EC2 made of dicts."""
import fnmatch
import json
import sys
import types
import unittest

from answering import Answering, failing

APPLICATION, GROUP, FIRST = "shop-live-app-dev", "shop-live-group-dev", "shop-live-fleet-dev"
COPY = "CodeDeploy_%s_d-" % GROUP
TAG = {"Key": "Name", "Value": FIRST, "PropagateAtLaunch": True}
FLEET = {"AutoScalingGroupName": FIRST, "MinSize": 2, "MaxSize": 4, "VPCZoneIdentifier": "a,b", "TargetGroupARNs": ["arn:targets"], "Tags": [TAG],
         "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"}, "HealthCheckType": "EC2", "HealthCheckGracePeriod": 300}
SETTINGS = {"applicationName": APPLICATION, "deploymentGroupName": GROUP, "serviceRoleArn": "arn:role",
            "deploymentConfigName": "CodeDeployDefault.OneAtATime"}


class ClientError(Exception):
    def __init__(self, code, message=""):
        super().__init__("An error occurred (%s): %s" % (code, message))
        self.response = {"Error": {"Code": code}}


class Cloud:
    """The clients of the three services. Each look lets time go on: hosts come up, and what is deleted goes."""

    def __init__(self):
        self.fleets, self.group, self.deployments, self.terminating, self.calls = {}, None, [], {}, []

    def fleet(self, name, hosts=2, tag=TAG, **more):
        self.fleets[name] = {"AutoScalingGroupName": name, "Tags": [tag], "TargetGroupARNs": ["arn:targets"], "wanted": hosts, "Instances": [], **more}
        self.grow(self.fleets[name])

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
        assert currentDeploymentGroupName == GROUP and not {"deploymentGroupName", "tags"} & set(settings)
        self.calls.append("update group")
        self.group.update(settings, autoScalingGroups=[{"name": name} for name in autoScalingGroups])

    def delete_deployment_group(self, applicationName, deploymentGroupName):
        self.calls.append("delete group")
        self.group = None
        return {}

    def list_deployments(self, applicationName, deploymentGroupName, includeOnlyStatuses):
        assert {"Created", "Queued", "InProgress", "Ready"} <= set(includeOnlyStatuses)
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


class Functions:
    """The Lambda client."""

    def __init__(self):
        self.invoked = []

    def invoke(self, **arguments):
        self.invoked.append(arguments)


class Context:
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:keeper"

    def __init__(self, *remaining):
        self.remaining = list(remaining) or [900000]

    def get_remaining_time_in_millis(self):
        return self.remaining.pop(0) if len(self.remaining) > 1 else self.remaining[0]


clients = {"autoscaling": None, "codedeploy": None, "ec2": None, "lambda": Functions()}
sys.modules["boto3"] = types.SimpleNamespace(client=lambda name: clients[name])
sys.modules["botocore"] = types.ModuleType("botocore")
sys.modules["botocore.exceptions"] = types.SimpleNamespace(ClientError=ClientError)
import index  # noqa: E402: it makes its clients when it is loaded


def properties(fleet=FLEET, group=SETTINGS):
    return {"Fleet": json.dumps(fleet), "Group": json.dumps(group)}


class FleetTest(Answering, unittest.TestCase):
    index, context, properties, physical = index, Context, properties(), "fleet-of-%s/%s" % (APPLICATION, GROUP)

    def setUp(self):
        super().setUp()
        self.cloud, clients["lambda"] = Cloud(), Functions()
        index.scaling = index.codedeploy = index.ec2 = self.cloud

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
        self.run_event("Update", ResourceProperties=properties(fleet={**FLEET, "MaxSize": 9, "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "2"}}))
        self.expect("SUCCESS")
        hosts = self.cloud.fleets[COPY + "2"]
        self.assertEqual((hosts["MaxSize"], hosts["LaunchTemplate"]["Version"]), (9, "2"))
        self.assertEqual(self.cloud.calls, ["update " + COPY + "2", "update group"])
        self.assertEqual(self.cloud.group["autoScalingGroups"], [{"name": COPY + "2"}])

    def test_update_of_options(self):
        self.lives(COPY + "2")
        self.run_event("Update", ResourceProperties=properties(group={**SETTINGS, "deploymentConfigName": "CodeDeployDefault.AllAtOnce"}))
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
        self.run_event("Update")
        self.expect("SUCCESS")
        self.assertEqual(self.pauses, [10, 10])

    def test_update_while_a_deployment_goes_on_and_on(self):
        self.lives(COPY + "2")
        self.cloud.deployments = ["d-3"] * 9
        self.run_event("Update", Context(59999))
        self.assertEqual((self.answers, self.cloud.calls), ([], []))
        self.assertEqual(len(clients["lambda"].invoked), 1)

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

    def test_tags_of_the_group_are_for_its_creation(self):
        self.lives(COPY + "2")
        self.run_event("Update", ResourceProperties=properties(group={**SETTINGS, "tags": [{"Key": "service", "Value": "live"}]}))
        self.expect("SUCCESS")
        self.assertNotIn("tags", self.cloud.group)

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
        other, hosts = {**SETTINGS, "deploymentGroupName": "other"}, {**FLEET, "AutoScalingGroupName": "other-fleet"}
        self.cloud.get_deployment_group = failing(ClientError("DeploymentGroupDoesNotExistException"))
        self.cloud.fleet("other-fleet")
        self.run_event("Update", ResourceProperties=properties(fleet=hosts, group=other), OldResourceProperties=properties())
        self.expect("SUCCESS", physical="fleet-of-%s/other" % APPLICATION)

    def test_another_group_with_the_same_hosts(self):
        self.lives(FIRST)
        self.run_event("Update", ResourceProperties=properties(group={**SETTINGS, "deploymentGroupName": "other"}), OldResourceProperties=properties())
        self.expect("FAILED", reason="another name")
        self.assertEqual(self.cloud.calls, [])

    def test_other_hosts_with_the_same_group(self):
        self.lives(FIRST)
        self.run_event("Update", ResourceProperties=properties(fleet={**FLEET, "AutoScalingGroupName": "other-fleet"}))
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
            for call in ("describe_auto_scaling_groups", "list_deployments", "update_auto_scaling_group", "create_or_update_tags",
                         "attach_load_balancer_target_groups", "detach_load_balancer_target_groups", "update_deployment_group",
                         "delete_deployment_group", "describe_instances"):
                with self.subTest(kind=kind, call=call):
                    self.setUp()
                    if kind != "Create":
                        self.lives(COPY + "2", TargetGroupARNs=["arn:before"])
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
