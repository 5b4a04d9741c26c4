"""Operations that moto 5.2.5 lacks or has wrong, put beside those that it has, on the same data.

Requests and answers are held against AWS's models by the client, as for any other operation.
"""

import copy
import functools
import json
import warnings
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import AutoScalingBackend, FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse
from moto.awslambda.models import FunctionUrlConfig, LambdaAlias, LambdaFunction, LambdaStorage
from moto.awslambda.responses import LambdaResponse
from moto.awslambda.utils import get_backend
from moto.codebuild import responses as codebuild
from moto.codebuild.responses import CodeBuildResponse
from moto.codecommit.responses import CodeCommitResponse
from moto.codedeploy import responses as codedeploy
from moto.codedeploy.exceptions import CodeDeployException
from moto.codedeploy.models import DeploymentGroup
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.types import Base64EncodedString
from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.models.vpcs import VPCBackend
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend
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
        "blue_green_deployment_configuration": "blueGreenDeploymentConfiguration",
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


def stop_deployment(self: CodeDeployResponse) -> Any:
    deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
    if deployment.status in ("Succeeded", "Failed", "Stopped"):
        raise CodeDeployException("DeploymentAlreadyCompletedException", f"{deployment.deployment_id} is completed")
    deployment.status = "Stopped"
    return ActionResult({"status": "Succeeded", "statusMessage": "No more commands will be scheduled for execution"})


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


def encoded(version: LaunchTemplateVersion) -> Base64EncodedString | None:
    """Moto keeps the user data of a template's second version as it came, and then launches nothing from it."""
    data = version.data.get("UserData")
    return Base64EncodedString(data) if isinstance(data, str) else data


def with_names(create: Callable[..., Any]) -> Callable[..., Any]:
    """Moto makes an Auto Scaling group in the place of one that has the same name."""

    def created(self: AutoScalingBackend, name: str, *given: Any, **named: Any) -> Any:
        if name in self.autoscaling_groups:
            raise AutoscalingClientError("AlreadyExists", f"AutoScalingGroup by this name already exists: {name}")
        return create(self, name, *given, **named)

    return created


def with_group(put: Callable[..., FakeScalingPolicy]) -> Callable[..., FakeScalingPolicy]:
    """Moto has one policy of a name in all Auto Scaling groups together."""

    def made(self: AutoScalingBackend, name: str, **named: Any) -> FakeScalingPolicy:
        policy = put(self, name=name, **named)
        self.policies[policy.auto_scaling_group_name, name] = self.policies.pop(name)
        return policy

    return made


def delete_policy(self: AutoScalingResponse) -> Any:
    self.autoscaling_backend.policies.pop((self._get_param("AutoScalingGroupName"), self._get_param("PolicyName")), None)
    return EmptyResult()


def with_policies(delete: Callable[[AutoScalingBackend, str], None]) -> Callable[[AutoScalingBackend, str], None]:
    """Moto keeps the policies of an Auto Scaling group that goes."""

    def deleted(self: AutoScalingBackend, group_name: str) -> None:
        delete(self, group_name)
        for key in [each for each in self.policies if each[0] == group_name]:
            del self.policies[key]

    return deleted


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


# Settings of a function that moto forgets.
FORGOTTEN = ("DeadLetterConfig", "LoggingConfig")


def with_settings(make: Callable[..., None]) -> Callable[..., None]:
    """Moto forgets some of a function's settings."""

    def made(self: LambdaFunction, account_id: str, spec: dict, *given: Any, **named: Any) -> None:
        self.settings = {name: spec[name] for name in FORGOTTEN if name in spec}
        make(self, account_id, spec, *given, **named)

    return made


def with_changes(update: Callable[[LambdaFunction, dict], dict]) -> Callable[[LambdaFunction, dict], dict]:
    """Moto does not change all that UpdateFunctionConfiguration takes."""

    def updated(self: LambdaFunction, given: dict) -> dict:
        # A version that was published before shares what is not replaced.
        self.settings = {**self.settings, **{name: given[name] for name in FORGOTTEN if name in given}}
        if "ImageConfig" in given:
            self.image_config = type(self.image_config)(given["ImageConfig"])
        return update(self, given)

    return updated


def with_all_settings(answer: Callable[..., dict]) -> Callable[..., dict]:
    def answered(self: LambdaFunction, *given: Any, **named: Any) -> dict:
        return {**answer(self, *given, **named), **self.settings}

    return answered


def publish_version(self: LambdaStorage, name_or_arn: str, description: str = "") -> LambdaFunction:
    """Moto gives a number again once a version is gone, and notes changes that are none.

    Lambda API reference, PublishVersion: "Lambda doesn't publish a version if the function's configuration and code haven't
    changed since the last version". Whether one that was deleted counts as the last is not said; here it does not.
    """
    function = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    kept = self._functions[function.function_name]
    state = json.dumps({**function.get_configuration(), "LastModified": "", "FunctionArn": "", "Version": ""}, default=str)
    if kept["versions"] and kept["versions"][-1].published_from == state:
        return kept["versions"][-1]
    kept["number"] = kept.get("number", 0) + 1
    version = copy.copy(function)
    version.set_version(kept["number"])
    version.code, version.published_from = dict(function.code), state
    version.description = description or function.description
    kept["versions"].append(version)
    self._arns[version.function_arn] = version
    return version


def with_qualifier(create: Callable[[LambdaResponse], Any]) -> Callable[[LambdaResponse], Any]:
    """Moto forgets which alias a function's address belongs to."""

    def created(self: LambdaResponse) -> Any:
        status, headers, body = create(self)
        answer = json.loads(body)
        config = self.backend.get_function_url_config(answer["FunctionArn"])
        config.qualifier = self.querystring.get("Qualifier", [""])[0]
        return status, headers, json.dumps(config.to_dict())

    return created


def with_alias(answer: Callable[[FunctionUrlConfig], dict]) -> Callable[[FunctionUrlConfig], dict]:
    def answered(self: FunctionUrlConfig) -> dict:
        found, qualifier = answer(self), getattr(self, "qualifier", "")
        return {**found, "FunctionArn": ":".join(filter(None, (found["FunctionArn"], qualifier)))}

    return answered


def without_nothing(answer: Callable[[LambdaAlias], dict]) -> Callable[[LambdaAlias], dict]:
    """Moto answers that there is no routing, which a client of AWS takes for an object."""

    def answered(self: LambdaAlias) -> dict:
        return {name: value for name, value in answer(self).items() if value is not None}

    return answered


def with_consent(register: Callable[..., None]) -> Callable[..., None]:
    """A load balancer takes a function only once that lets it in, and no more than one.

    Elastic Load Balancing user guide, "Use Lambda functions as targets of an Application Load Balancer".
    """

    def registered(self: ELBv2Backend, target_group_arn: str, instances: list[dict]) -> None:
        group = self.target_groups.get(target_group_arn)
        if group is not None and group.target_type == "lambda":
            for target in instances:
                _consent(target["Id"], target_group_arn)
            if len({*group.targets, *(each["Id"] for each in instances)}) > 1:
                raise ELBClientError("TooManyTargets", f"{target_group_arn} takes one function")
        register(self, target_group_arn, instances)

    return registered


def _consent(function: str, group: str) -> None:
    account, region = function.split(":")[4], function.split(":")[3]
    found = get_backend(account, region).get_function(function)
    for each in found.policy.statements:
        balancer = each["Principal"] == {"Service": "elasticloadbalancing.amazonaws.com"}
        source = each.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", "*")
        if balancer and (each["Action"], each["Resource"]) == ("lambda:InvokeFunction", function) and fnmatchcase(group, source):
            return
    raise ELBClientError(
        "AccessDenied", f"elasticloadbalancing principal does not have permission to invoke {function} from target group {group}"
    )


def no_opinion(self: FakeBucket, action: str, resource: str) -> PermissionResult:
    """Moto denies by a bucket policy without looking at its conditions: DenyPlainHTTP would shut out everybody."""
    return PermissionResult.NEUTRAL


@functools.cache  # moto is one for all judges of a process
def install() -> None:
    # Services have errors that their models do not name, AccessDenied first of all.
    warnings.filterwarnings("ignore", message=".*does not match an error shape")
    FakeBucket.get_permission = no_opinion
    LambdaFunction.__init__ = with_settings(LambdaFunction.__init__)
    LambdaFunction.update_configuration = with_changes(LambdaFunction.update_configuration)
    LambdaFunction.get_configuration = with_all_settings(LambdaFunction.get_configuration)
    LambdaStorage.publish_version = publish_version
    LambdaResponse.create_function_url_config = with_qualifier(LambdaResponse.create_function_url_config)
    FunctionUrlConfig.to_dict = with_alias(FunctionUrlConfig.to_dict)
    LambdaAlias.to_json = without_nothing(LambdaAlias.to_json)
    ELBv2Backend.register_targets = with_consent(ELBv2Backend.register_targets)
    VPCBackend.modify_vpc_endpoint = with_routes(VPCBackend.modify_vpc_endpoint)
    VPCBackend.delete_vpc = with_network_acl(VPCBackend.delete_vpc)
    Instance.terminate = with_interfaces(Instance.terminate)
    LaunchTemplateVersion.user_data = property(encoded)
    AutoScalingBackend.create_auto_scaling_group = with_names(AutoScalingBackend.create_auto_scaling_group)
    AutoScalingBackend.put_scaling_policy = with_group(AutoScalingBackend.put_scaling_policy)
    AutoScalingBackend.delete_auto_scaling_group = with_policies(AutoScalingBackend.delete_auto_scaling_group)
    AutoScalingResponse.delete_policy = delete_policy
    CodeBuildResponse.create_project = with_key(CodeBuildResponse.create_project)
    codedeploy._deployment_group_info = with_alarms(codedeploy._deployment_group_info)
    codebuild._validate_required_params_source = unless_from_pipeline(codebuild._validate_required_params_source)
    codebuild._validate_required_params_artifacts = unless_from_pipeline(codebuild._validate_required_params_artifacts)
    for operation in (delete_application, update_deployment_group, delete_deployment_group, stop_deployment):
        _put(CodeDeployResponse, operation)
    _put(CodeBuildResponse, update_project)
    for operation in (delete_canary, update_canary):
        _put(SyntheticsResponse, operation)
    _put(CodeCommitResponse, list_repositories)


def _put(responses: type, operation: Any) -> None:
    if hasattr(responses, operation.__name__):
        raise RuntimeError(f"moto has {operation.__name__} now: take ours out")
    setattr(responses, operation.__name__, operation)
