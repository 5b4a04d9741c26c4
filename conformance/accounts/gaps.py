"""Operations that moto 5.2.5 lacks or has wrong, put beside those that it has, on the same data.

Requests and answers are held against AWS's models by the client, as for any other operation.
"""

import json
from collections.abc import Callable
from typing import Any

from moto.codebuild import responses as codebuild
from moto.codebuild.responses import CodeBuildResponse
from moto.codecommit.responses import CodeCommitResponse
from moto.codedeploy import responses as codedeploy
from moto.codedeploy.models import DeploymentGroup
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.instances import Instance
from moto.ec2.models.vpcs import VPCBackend
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.synthetics.responses import SyntheticsResponse


def delete_application(self: CodeDeployResponse) -> Any:
    name = self._get_param("applicationName")
    self.codedeploy_backend.applications.pop(name, None)
    self.codedeploy_backend.deployment_groups.pop(name, None)
    return EmptyResult()


def update_deployment_group(self: CodeDeployResponse) -> Any:
    name = self._get_param("currentDeploymentGroupName")
    group = self.codedeploy_backend.get_deployment_group(self._get_param("applicationName"), name)
    given = {
        "deployment_config_name": "deploymentConfigName",
        "auto_scaling_groups": "autoScalingGroups",
        "service_role_arn": "serviceRoleArn",
        "auto_rollback_configuration": "autoRollbackConfiguration",
        "outdated_instances_strategy": "outdatedInstancesStrategy",
        "deployment_style": "deploymentStyle",
        "load_balancer_info": "loadBalancerInfo",
        "termination_hook_enabled": "terminationHookEnabled",
        "alarm_configuration": "alarmConfiguration",
    }
    for field, parameter in given.items():
        value = self._get_param(parameter)
        if value is not None:
            setattr(group, field, value)
    return ActionResult({"hooksNotCleanedUp": []})


def delete_deployment_group(self: CodeDeployResponse) -> Any:
    groups = self.codedeploy_backend.deployment_groups.get(self._get_param("applicationName"), {})
    groups.pop(self._get_param("deploymentGroupName"), None)
    return ActionResult({"hooksNotCleanedUp": []})


def update_project(self: CodeBuildResponse) -> Any:
    del self.codebuild_backend.codebuild_projects[self._get_param("name")]
    return self.create_project()


def list_repositories(self: CodeCommitResponse) -> Any:
    found = [each.repository_metadata for each in self.codecommit_backend.repositories.values()]
    names = [{"repositoryName": each["repositoryName"], "repositoryId": each["repositoryId"]} for each in found]
    return ActionResult({"repositories": names})


def delete_canary(self: SyntheticsResponse) -> str:
    del self.synthetics_backend.canaries[self.path.split("/")[-1]]
    return "{}"


def update_canary(self: SyntheticsResponse) -> str:
    canary = self.synthetics_backend.canaries[self.path.split("/")[-1]]
    given = {
        "code": "Code",
        "execution_role_arn": "ExecutionRoleArn",
        "runtime_version": "RuntimeVersion",
        "schedule": "Schedule",
        "run_config": "RunConfig",
        "success_retention_period_in_days": "SuccessRetentionPeriodInDays",
        "failure_retention_period_in_days": "FailureRetentionPeriodInDays",
        "artifact_s3_location": "ArtifactS3Location",
        "provisioned_resource_cleanup": "ProvisionedResourceCleanup",
    }
    parameters = json.loads(self.body)
    for field, parameter in given.items():
        if parameter in parameters:
            setattr(canary, field, parameters[parameter])
    return "{}"


def unless_from_pipeline(check: Callable[[dict], None]) -> Callable[[dict], None]:
    """Moto wants a location of every source and artifact; with CODEPIPELINE there is none (CodeBuild API, ProjectSource)."""

    def checked(given: dict) -> None:
        if given["type"] != "CODEPIPELINE":
            check(given)
        elif "location" in given:
            raise codebuild.InvalidInputException("Invalid project: CODEPIPELINE has no location")

    return checked


def with_alarms(info: Callable[[DeploymentGroup], dict]) -> Callable[[DeploymentGroup], dict]:
    """Moto answers without the alarms of a deployment group, and with names where AWS has objects that have a name."""

    def informed(group: DeploymentGroup) -> dict:
        fleets = [{"name": name} for name in group.auto_scaling_groups]
        return {**info(group), "autoScalingGroups": fleets, "alarmConfiguration": group.alarm_configuration}

    return informed


def with_key(create: Callable[[CodeBuildResponse], Any]) -> Callable[[CodeBuildResponse], Any]:
    """Moto forgets the key that a build's artifacts are encrypted with."""

    def created(self: CodeBuildResponse) -> Any:
        answer = create(self)
        project = self.codebuild_backend.codebuild_projects[self._get_param("name")]
        project.project_metadata["encryptionKey"] = self._get_param("encryptionKey")
        return answer

    return created


def with_interfaces(terminate: Callable[[Instance], Any]) -> Callable[[Instance], Any]:
    """Moto keeps the first interface of a host that ends, as if DeleteOnTermination were not its default."""

    def terminated(host: Instance) -> Any:
        host.nics[0].delete_on_termination = True
        return terminate(host)

    return terminated


def with_network_acl(delete: Callable[[VPCBackend, str], Any]) -> Callable[[VPCBackend, str], Any]:
    """Moto keeps the access control list that every VPC comes with."""

    def deleted(self: VPCBackend, vpc_id: str) -> Any:
        answer = delete(self, vpc_id)
        for id in [each.id for each in self.network_acls.values() if each.vpc_id == vpc_id]:
            del self.network_acls[id]
        return answer

    return deleted


def with_routes(modify: Callable[..., Any]) -> Callable[..., Any]:
    """Moto notes the route tables that a gateway endpoint is given later, and forgets the routes in them."""

    def modified(self: VPCBackend, vpc_id: str, *given: Any, **named: Any) -> Any:
        endpoint = self.describe_vpc_endpoints([vpc_id])[0]
        before = set(endpoint.route_table_ids or [])
        answer = modify(self, vpc_id, *given, **named)
        after, prefixes = set(endpoint.route_table_ids or []), endpoint.destination_prefix_list_id
        for table in after - before if prefixes else ():
            self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefixes)
        return answer

    return modified


def no_opinion(self: FakeBucket, action: str, resource: str) -> PermissionResult:
    """Moto denies by a bucket policy without looking at its conditions: DenyPlainHTTP would shut out everybody."""
    return PermissionResult.NEUTRAL


def install() -> None:
    FakeBucket.get_permission = no_opinion
    VPCBackend.modify_vpc_endpoint = with_routes(VPCBackend.modify_vpc_endpoint)
    VPCBackend.delete_vpc = with_network_acl(VPCBackend.delete_vpc)
    Instance.terminate = with_interfaces(Instance.terminate)
    CodeBuildResponse.create_project = with_key(CodeBuildResponse.create_project)
    codedeploy._deployment_group_info = with_alarms(codedeploy._deployment_group_info)
    codebuild._validate_required_params_source = unless_from_pipeline(codebuild._validate_required_params_source)
    codebuild._validate_required_params_artifacts = unless_from_pipeline(codebuild._validate_required_params_artifacts)
    for operation in (delete_application, update_deployment_group, delete_deployment_group):
        _put(CodeDeployResponse, operation)
    _put(CodeBuildResponse, update_project)
    for operation in (delete_canary, update_canary):
        _put(SyntheticsResponse, operation)
    _put(CodeCommitResponse, list_repositories)


def _put(responses: type, operation: Any) -> None:
    if hasattr(responses, operation.__name__):
        raise RuntimeError(f"moto has {operation.__name__} now: take ours out")
    setattr(responses, operation.__name__, operation)
