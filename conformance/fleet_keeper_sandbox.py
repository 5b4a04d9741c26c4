"""Runs the program that owns a blue/green fleet against moto, with CodeDeploy's and Auto Scaling's part played here.

Moto has no hosts that come up or go slowly, and no deployments that do anything; here both take their time, as a case says.
"""

import functools
import json
import types
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

import boto3
from accounts import gaps
from keeper_sandbox import Answer, KeeperSandbox, done, refused
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, autoscaling_backends
from moto.codedeploy.models import CodeDeployBackend, codedeploy_backends
from moto.core.models import botocore_stubber
from sandbox import STACK, Program

ACCOUNT, REGION = "123456789012", "us-east-1"
APPLICATION, GROUP, FIRST = "shop-live-app-dev", "shop-live-group-dev", "shop-live-fleet-dev"
COPIES = f"CodeDeploy_{GROUP}_d-"
ID = f"fleet-of-{APPLICATION}/{GROUP}"
LOAD = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}, "TargetValue": 60}
HOOK = "CodeDeploy-managed-automatic-launch-deployment-hook-"
# What others have, and what it may be taken for: name and tag Name. The last are of somebody who copied a tag, or a name.
OTHERS = {
    f"{FIRST}-eu": f"{FIRST}-eu",
    f"CodeDeploy_{GROUP}-eu_d-111111111": f"{FIRST}-eu",
    f"CodeDeploy_other_d-{FIRST}": FIRST,
    f"{COPIES}222222222": "shop-other-fleet-dev",
}
UNDER_WAY = ("Created", "Queued", "InProgress", "Baking", "Ready")
# What changes hosts or the deployment group.
CHANGES = {f"{verb}{kind}" for verb in ("Create", "Update", "Delete") for kind in ("AutoScalingGroup", "DeploymentGroup")}
CHANGES |= {"CreateOrUpdateTags", "AttachLoadBalancerTargetGroups", "DetachLoadBalancerTargetGroups", "PutScalingPolicy", "DeletePolicy"}
COPIED = ("MinSize", "MaxSize", "DesiredCapacity", "VPCZoneIdentifier", "TargetGroupARNs", "HealthCheckType", "HealthCheckGracePeriod")


@dataclass
class Release:
    """A deployment: its id, the fleet before and the fleet that is to take its place."""

    id: str
    old: str
    copy: str


@functools.cache
def clients() -> types.SimpleNamespace:
    """Those of everybody but the program; moto is one for all of them."""
    session = boto3.session.Session(region_name=REGION)
    names = {"scaling": "autoscaling", "codedeploy": "codedeploy", "ec2": "ec2", "balancing": "elbv2"}
    return types.SimpleNamespace(**{name: session.client(service) for name, service in names.items()})


class FleetSandbox(KeeperSandbox):
    """A world with an application, what a fleet stands on, and fleets of others."""

    variables: dict[str, str] = {}

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.flaws: list[str] = []
        self.releases, self.making, self.slow = 0, "", 30.0
        self.hosts_come_up, self.stops_slowly = True, False
        # What Auto Scaling has to tell of the first fleet, the newest first, and what CloudFormation tells of the stack.
        self.activities: list[dict] = []
        self.status = "UPDATE_IN_PROGRESS"

    def __enter__(self) -> "FleetSandbox":
        gaps.install()
        super().__enter__()
        # The program's time is the sandbox's, and moto's goes on.
        self._module.time = types.SimpleNamespace(sleep=self._wait, time=lambda: self.clock)
        self.world = clients()
        ec2 = self.world.ec2
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"]["SubnetId"]
            for number, zone in enumerate("abc")
        ]
        data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
        self.template = ec2.create_launch_template(LaunchTemplateName="shop", LaunchTemplateData=data)["LaunchTemplate"]["LaunchTemplateId"]
        ec2.create_launch_template_version(LaunchTemplateId=self.template, LaunchTemplateData={**data, "InstanceType": "t3.small"})
        self.targets = [
            self.world.balancing.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
            for name in ("shop-live-targets-dev", "shop-live-targets-new")
        ]
        self.world.codedeploy.create_application(applicationName=APPLICATION, computePlatform="Server")
        for name, tag in OTHERS.items():
            self.stand(name, tag, MinSize=1, TargetGroupARNs=[])
        another = small(self.settings(DeploymentGroupName=f"{GROUP}-eu"))
        self.world.codedeploy.create_deployment_group(**another, autoScalingGroups=[f"{FIRST}-eu"])
        self._hook()
        self.before = self.others()
        return self

    def _answer(self, session: boto3.session.Session) -> None:
        session.events.register("before-send", botocore_stubber)
        for service in ("auto-scaling", "cloudformation", "codedeploy", "ec2", "lambda"):
            session.events.register(f"before-call.{service}", self._call)
            session.events.register(f"after-call.{service}", self._called)

    # What the stack asks for.

    def fleet(self, **changes: object) -> dict:
        return {
            "AutoScalingGroupName": FIRST,
            "LaunchTemplate": {"LaunchTemplateId": self.template, "Version": "1"},
            "MinSize": "2",
            "MaxSize": "4",
            "VPCZoneIdentifier": self.subnets[:2],
            "TargetGroupARNs": self.targets[:1],
            "HealthCheckType": "EC2",
            "HealthCheckGracePeriod": 300,
            "Tags": [{"Key": "Name", "Value": FIRST, "PropagateAtLaunch": True}],
            **changes,
        }

    def settings(self, **changes: object) -> dict:
        return {
            "ApplicationName": APPLICATION,
            "DeploymentGroupName": GROUP,
            "ServiceRoleArn": "arn:aws:iam::123456789012:role/shop-live-codedeploy-role-dev",
            "DeploymentConfigName": "CodeDeployDefault.AllAtOnce",
            "DeploymentStyle": {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
            "BlueGreenDeploymentConfiguration": {
                "GreenFleetProvisioningOption": {"Action": "COPY_AUTO_SCALING_GROUP"},
                "DeploymentReadyOption": {"ActionOnTimeout": "CONTINUE_DEPLOYMENT"},
                "TerminateBlueInstancesOnDeploymentSuccess": {"Action": "TERMINATE", "TerminationWaitTimeInMinutes": 5},
            },
            "LoadBalancerInfo": {"TargetGroupInfoList": [{"Name": "shop-live-targets-dev"}]},
            "AutoRollbackConfiguration": {"Enabled": True, "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]},
            "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": "shop-live-errors-dev"}, {"Name": "shop-live-slow-dev"}]},
            "OutdatedInstancesStrategy": "UPDATE",
            **changes,
        }

    def keeping(self) -> dict:
        """A deployment group whose releases leave the fleet before alone."""
        kept = {"TerminateBlueInstancesOnDeploymentSuccess": {"Action": "KEEP_ALIVE"}}
        return self.settings(BlueGreenDeploymentConfiguration={**self.settings()["BlueGreenDeploymentConfiguration"], **kept})

    def fleet_event(
        self, kind: str, fleet: dict | None = None, group: dict | None = None, load: dict | None = None, **more: object
    ) -> dict:
        wanted = {"Fleet": json.dumps(fleet or self.fleet()), "Group": json.dumps(group or self.settings())}
        if load is None or load:
            wanted["Scaling"] = json.dumps(load or LOAD)
        known: dict[str, object] = {} if kind == "Create" else {"PhysicalResourceId": ID}
        if kind == "Update":
            known["OldResourceProperties"] = self.fleet_event("Create")["ResourceProperties"]
        return self._event(kind, "Custom::BlueGreenFleet", wanted, {**known, **more})

    # What is there.

    @property
    def scaling(self) -> AutoScalingBackend:
        return autoscaling_backends[ACCOUNT][REGION]

    @property
    def deploying(self) -> CodeDeployBackend:
        return codedeploy_backends[ACCOUNT][REGION]

    def fleets(self) -> dict[str, FakeAutoScalingGroup]:
        """Those that are not of others, also while they go."""
        return {name: each for name, each in self.scaling.autoscaling_groups.items() if name not in OTHERS}

    def named(self, group: str = GROUP) -> list[str] | None:
        """The Auto Scaling groups of the deployment group, if that is there."""
        found = self.deploying.deployment_groups.get(APPLICATION, {}).get(group)
        return found and found.auto_scaling_groups

    def under_way(self) -> list[str]:
        ours = [each for each in self.deploying.deployments.values() if each.deployment_group_name == GROUP]
        return [each.deployment_id for each in ours if each.status in UNDER_WAY]

    def alive(self) -> list[str]:
        """Hosts that are not terminated and not of others."""
        reservations = self.world.ec2.describe_instances()["Reservations"]
        hosts = [(each, {tag["Key"]: tag["Value"] for tag in each["Tags"]}) for page in reservations for each in page["Instances"]]
        ours = [each for each, tags in hosts if tags["aws:autoscaling:groupName"] not in OTHERS]
        return [each["InstanceId"] for each in ours if each["State"]["Name"] != "terminated"]

    def hooks(self, group: str = GROUP) -> list[str]:
        """The Auto Scaling groups that have CodeDeploy's hook."""
        return [each.auto_scaling_group_name for each in self.scaling.lifecycle_hooks.values() if each.name == HOOK + group]

    def others(self) -> str:
        names, group = list(OTHERS), f"{GROUP}-eu"
        found = self.world.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=names)["AutoScalingGroups"]
        return json.dumps([found, self.named(group), self.hooks(group)], default=str, sort_keys=True)

    # What others do.

    def stand(self, name: str, tag: str = FIRST, **changes: object) -> None:
        """An Auto Scaling group whose hosts are in service."""
        tags = [{"Key": "Name", "Value": tag, "PropagateAtLaunch": True}]
        self.world.scaling.create_auto_scaling_group(**called_with(self.fleet(AutoScalingGroupName=name, Tags=tags, **changes)))

    def release(self) -> Release:
        """CodeDeploy begins: the copy has tags, target groups and policies of the fleet before, and gets the revision."""
        revision = {"revisionType": "S3", "s3Location": {"bucket": "bundles", "key": "live.zip", "bundleType": "zip"}}
        known = {"applicationName": APPLICATION, "deploymentGroupName": GROUP}
        deployment = self.deploying.deployments.pop(self.world.codedeploy.create_deployment(**known, revision=revision)["deploymentId"])
        self.releases += 1
        # Moto's ids have another form.
        deployment.deployment_id, deployment.status = f"d-{self.releases:09}", "InProgress"
        self.deploying.deployments[deployment.deployment_id] = deployment
        [old] = self.named()
        release = Release(deployment.deployment_id, old, f"CodeDeploy_{GROUP}_{deployment.deployment_id}")
        [before] = self.world.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[old])["AutoScalingGroups"]
        template = {name: before["LaunchTemplate"][name] for name in ("LaunchTemplateId", "Version")}
        tags = [{name: tag[name] for name in ("Key", "Value", "PropagateAtLaunch")} for tag in before["Tags"]]
        copied = {name: before[name] for name in COPIED}
        self.world.scaling.create_auto_scaling_group(AutoScalingGroupName=release.copy, LaunchTemplate=template, Tags=tags, **copied)
        for each in self.policies(old):
            self.put(release.copy, each["PolicyName"], each["TargetTrackingConfiguration"])
        return release

    def succeed(self, release: Release) -> None:
        """The deployment group goes over to the copy, and the fleet before is deleted, unless that is kept."""
        if self.deploying.deployments[release.id].status in UNDER_WAY:
            group = self.deploying.deployment_groups[APPLICATION][GROUP]
            group.auto_scaling_groups = [release.copy]
            options = group.blue_green_deployment_configuration
            if options.get("terminateBlueInstancesOnDeploymentSuccess", {}).get("action") != "KEEP_ALIVE":
                self.scaling.delete_auto_scaling_group(release.old)
            self._hook()
            self.deploying.deployments[release.id].status = "Succeeded"

    def fail(self, release: Release, status: str = "Failed") -> None:
        """The copy stays."""
        self.deploying.deployments[release.id].status = status

    def put(self, fleet: str, name: str, load: dict) -> None:
        given = {"PolicyType": "TargetTrackingScaling", "TargetTrackingConfiguration": load}
        self.world.scaling.put_scaling_policy(AutoScalingGroupName=fleet, PolicyName=name, **given)

    def policies(self, fleet: str) -> list[dict]:
        return self.world.scaling.describe_policies(AutoScalingGroupName=fleet)["ScalingPolicies"]

    def boot(self) -> None:
        """Every host is in service."""
        for each in self.fleets().values():
            for host in each.instance_states:
                host.lifecycle_state = "InService"

    # How time goes on.

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        self.due.append((self.clock + seconds, action))

    def let_pass(self, seconds: float) -> None:
        for each in sorted((due for due in self.due if due[0] <= self.clock + seconds), key=lambda due: due[0]):
            self.due.remove(each)
            each[1]()
        super().let_pass(seconds)

    def _done(self, operation: str, params: dict) -> Answer | None:
        if operation in CHANGES and self.under_way():
            self.flaws.append(f"{operation} while a deployment runs")
        answer = getattr(self, f"_{operation}", None)
        return answer(given(params)) if answer else None

    def _called(self, model: object, http_response: object, **_: object) -> None:
        """What moto leaves out of a call that succeeded."""
        if http_response.status_code == 200 and model.name == "CreateAutoScalingGroup":
            self._boot(self.making)
        if http_response.status_code == 200 and model.name.endswith("DeploymentGroup"):
            self._hook()

    def _boot(self, name: str) -> None:
        hosts = self.scaling.autoscaling_groups[name].instance_states

        def come_up() -> None:
            for each in hosts:
                each.lifecycle_state = "InService"

        for each in hosts:
            each.lifecycle_state = "Pending"
        if self.hosts_come_up:
            self.later(self.slow, come_up)

    def _hook(self) -> None:
        """CodeDeploy has a hook on each fleet that a deployment group names, and takes it off when that names another or goes."""
        self.scaling.lifecycle_hooks.clear()
        for group in self.deploying.deployment_groups.get(APPLICATION, {}).values():
            for name in group.auto_scaling_groups:
                if name in self.scaling.autoscaling_groups:
                    at = "autoscaling:EC2_INSTANCE_LAUNCHING"
                    self.scaling.create_lifecycle_hook(HOOK + group.deployment_group_name, name, at, 600, "ABANDON")

    def _CreateAutoScalingGroup(self, wanted: dict) -> None:
        self.making = wanted["AutoScalingGroupName"]

    def _DeleteAutoScalingGroup(self, wanted: dict) -> Answer | None:
        name = wanted["AutoScalingGroupName"]
        fleet = self.scaling.autoscaling_groups.get(name)
        if fleet is None:
            return None
        if name in (self.named() or []):
            self.flaws.append("deletes the fleet that the deployment group names")
        if wanted.get("ForceDelete") != "true" and fleet.instance_states:
            return refused("ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances still in the group.")
        if going(fleet):
            return refused("ScalingActivityInProgress", "The group is deleted already")
        self.go(name)
        return done()

    def go(self, name: str) -> None:
        """The deletion of an Auto Scaling group begins."""
        fleet = self.scaling.autoscaling_groups[name]
        fleet.status = "Delete in progress"
        for each in fleet.instance_states:
            each.lifecycle_state = "Terminating"
        self.later(self.slow, lambda: self._end(name))

    def _end(self, name: str) -> None:
        """The Auto Scaling group is gone, and its hosts still go."""
        hosts = [each.instance for each in self.scaling.autoscaling_groups[name].instance_states]
        self.scaling.delete_auto_scaling_group(name)
        self._hook()

        def terminate() -> None:
            for host in hosts:
                host._state.name, host._state.code = "terminated", 48

        for host in hosts:
            host._state.name, host._state.code = "shutting-down", 32
        self.later(self.slow, terminate)

    def _CreateDeploymentGroup(self, wanted: dict) -> Answer | None:
        hosts = [each for fleet in self.fleets().values() for each in fleet.instance_states]
        if any(each.lifecycle_state != "InService" for each in hosts):
            self.flaws.append("a deployment group whose hosts do not serve yet")
        return self._names_one(wanted)

    def _UpdateDeploymentGroup(self, wanted: dict) -> Answer | None:
        before = self.named()
        standing = [name for name in before or [] if name in self.fleets() and not going(self.fleets()[name])]
        if standing and wanted.get("autoScalingGroups") != before:
            self.flaws.append("the deployment group is led away from its fleet")
        return self._names_one(wanted)

    def _names_one(self, wanted: dict) -> Answer | None:
        """A blue/green deployment group has one Auto Scaling group, and that is there."""
        found = [self.scaling.autoscaling_groups.get(name) for name in wanted.get("autoScalingGroups", [])]
        if len(found) != 1 or found[0] is None or going(found[0]):
            return refused("InvalidAutoScalingGroupException", f"There is no one Auto Scaling group {wanted.get('autoScalingGroups')}")
        return None

    def _DescribeStacks(self, wanted: dict) -> Answer:
        if wanted.get("StackName") != STACK:
            return refused("ValidationError", f"Stack with id {wanted.get('StackName')} does not exist")
        return done(Stacks=[{"StackName": "shop", "StackId": STACK, "StackStatus": self.status}])

    def _DescribeScalingActivities(self, wanted: dict) -> Answer:
        return done(Activities=self.activities if wanted["AutoScalingGroupName"] == FIRST else [])

    def _StopDeployment(self, wanted: dict) -> Answer | None:
        deployment = self.deploying.deployments.get(wanted["deploymentId"])
        if wanted.get("autoRollbackEnabled", True):
            self.flaws.append("a stop that begins the next deployment")
        if deployment is None or not self.stops_slowly:
            return None

        def stop() -> None:
            deployment.status = "Stopped"

        self.later(self.slow, stop)
        return done(status="Pending", statusMessage="Stopping")


def going(fleet: FakeAutoScalingGroup) -> bool:
    return hasattr(fleet, "status")


def small(value: object) -> object:
    """Properties of CloudFormation as CodeDeploy's API has them."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: small(each) for key, each in value.items()}
    return [small(each) for each in value] if isinstance(value, list) else value


def called_with(fleet: dict) -> dict:
    """Properties of CloudFormation as EC2 Auto Scaling's API has them."""
    sizes = {key: int(fleet[key]) for key in ("MinSize", "MaxSize")}
    return {**fleet, **sizes, "VPCZoneIdentifier": ",".join(fleet["VPCZoneIdentifier"])}


def given(params: dict) -> dict:
    """The parameters of a call, from a body in JSON or in a form."""
    body = params["body"]
    if isinstance(body, (bytes, str)):
        return json.loads(body) if body[:1] in (b"{", "{") else {name: values[0] for name, values in parse_qs(body).items()}
    return body
