"""The Code services: repository, build, deployment, pipeline."""

from botocore.client import BaseClient
from botocore.validate import ParamValidator
from moto.codebuild.responses import CodeBuildResponse
from moto.codedeploy.responses import CodeDeployResponse

from accounts import refusals
from accounts.cloud import REGION, Account
from accounts.kinds.base import Kind, NotOnMoto, Properties, camel, only, subset


class SourceRepository(Kind):
    type = "AWS::CodeCommit::Repository"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        answer = account.client("codecommit").create_repository(**camel(wanted))
        return answer["repositoryMetadata"]["repositoryId"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = self._find(account, wanted)
        return {
            "Name": found["repositoryName"],
            "Arn": f"arn:aws:codecommit:{REGION}:{account.id}:{found['repositoryName']}",
            "CloneUrlHttp": found["cloneUrlHttp"],
            "CloneUrlSsh": found["cloneUrlSsh"],
        }

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("codecommit").delete_repository(repositoryName=wanted["RepositoryName"])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return self._find(account, wanted)

    def expected(self, wanted: Properties) -> Properties:
        return camel(wanted)

    def _find(self, account: Account, wanted: Properties) -> Properties:
        return account.client("codecommit").get_repository(repositoryName=wanted["RepositoryName"])["repositoryMetadata"]


class Project(Kind):
    type = "AWS::CodeBuild::Project"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        account.client("codebuild").create_project(**self.expected(wanted))
        return wanted["Name"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Arn": self.read(account, id, wanted)["arn"]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("codebuild").update_project(**self.expected(wanted))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("codebuild").delete_project(name=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return only(account.client("codebuild").batch_get_projects(names=[id])["projects"], id)

    def expected(self, wanted: Properties) -> Properties:
        given = camel(wanted)
        if "buildSpec" in given["source"]:
            given["source"]["buildspec"] = given["source"].pop("buildSpec")
        return given


def modelled(client: BaseClient, operation: str, given: Properties) -> None:
    """Holds a call that moto lacks against AWS's model of it, and no more."""
    report = ParamValidator().validate(given, client.meta.service_model.operation_model(operation).input_shape)
    if report.has_errors():
        raise ValueError(report.generate_report())


class ReportGroup(Kind):
    type = "AWS::CodeBuild::ReportGroup"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        codebuild, given = account.client("codebuild"), camel(subset(wanted, "Name", "Type", "ExportConfig"))
        if hasattr(CodeBuildResponse, "create_report_group"):
            raise NotImplementedError("moto has report groups now: make them")
        modelled(codebuild, "CreateReportGroup", given)
        raise NotOnMoto(f"arn:aws:codebuild:{REGION}:{account.id}:report-group/{wanted['Name']}")

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Arn": id}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        return self.create(account, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        raise NotOnMoto(id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        raise NotOnMoto(id)


class Application(Kind):
    type = "AWS::CodeDeploy::Application"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        account.client("codedeploy").create_application(**camel(wanted))
        return wanted["ApplicationName"]

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("codedeploy").delete_application(applicationName=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return account.client("codedeploy").get_application(applicationName=id)["application"]

    def expected(self, wanted: Properties) -> Properties:
        return camel(wanted)


class DeploymentConfig(Kind):
    type = "AWS::CodeDeploy::DeploymentConfig"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        if hasattr(CodeDeployResponse, "create_deployment_config"):
            raise NotImplementedError("moto has deployment configurations now: make them")
        modelled(account.client("codedeploy"), "CreateDeploymentConfig", camel(wanted))
        raise NotOnMoto(wanted["DeploymentConfigName"])

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        raise NotOnMoto(id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        raise NotOnMoto(id)


# The user guide's "Predefined deployment configurations for an AWS Lambda compute platform".
FOR_FUNCTIONS = {
    "CodeDeployDefault.LambdaAllAtOnce",
    *(f"CodeDeployDefault.LambdaCanary10Percent{minutes}Minutes" for minutes in (5, 10, 15, 30)),
    *(f"CodeDeployDefault.LambdaLinear10PercentEvery{time}" for time in ("1Minute", "2Minutes", "3Minutes", "10Minutes")),
}


class DeploymentGroup(Kind):
    type = "AWS::CodeDeploy::DeploymentGroup"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        self.refuse(account, wanted)
        account.client("codedeploy").create_deployment_group(**camel(wanted))
        return wanted["DeploymentGroupName"]

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        self.refuse(account, wanted)
        given = camel(wanted)
        given["currentDeploymentGroupName"] = given.pop("deploymentGroupName")
        account.client("codedeploy").update_deployment_group(**given)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        if "AutoScalingGroups" in wanted:
            refusals.deployment_group(account, wanted["ServiceRoleArn"].split("/")[-1])
        account.client("codedeploy").delete_deployment_group(applicationName=wanted["ApplicationName"], deploymentGroupName=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = account.client("codedeploy").get_deployment_group(applicationName=wanted["ApplicationName"], deploymentGroupName=id)
        group = found["deploymentGroupInfo"]
        # An API answers with what it knows of each Auto Scaling group; the template has names.
        return {**group, "autoScalingGroups": [each["name"] for each in group["autoScalingGroups"]]}

    def expected(self, wanted: Properties) -> Properties:
        return camel(wanted)

    def refuse(self, account: Account, wanted: Properties) -> None:
        """What CodeDeploy looks for in other services and moto does not."""
        platform = account.client("codedeploy").get_application(applicationName=wanted["ApplicationName"])["application"]
        if platform["computePlatform"] == "Lambda":
            self._refuse_for_function(wanted)
        else:
            self._refuse_for_hosts(account, wanted)
        alarms = [alarm["Name"] for alarm in wanted["AlarmConfiguration"]["Alarms"]]
        for alarm in alarms:
            only(account.client("cloudwatch").describe_alarms(AlarmNames=[alarm])["MetricAlarms"], f"alarm {alarm}")
        role = account.client("iam").get_role(RoleName=wanted["ServiceRoleArn"].split("/")[-1])["Role"]
        trusted = [each["Principal"].get("Service") for each in role["AssumeRolePolicyDocument"]["Statement"]]
        if "codedeploy.amazonaws.com" not in trusted:
            raise RuntimeError(f"InvalidRoleException: CodeDeploy may not assume {role['RoleName']}")

    def _refuse_for_hosts(self, account: Account, wanted: Properties) -> None:
        fleets = wanted.get("AutoScalingGroups", [])
        found = account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=fleets)["AutoScalingGroups"]
        if wanted["DeploymentStyle"]["DeploymentType"] == "IN_PLACE":  # The program behind another brings its hosts.
            only(found, f"Auto Scaling groups {fleets}")
        for group in wanted["LoadBalancerInfo"]["TargetGroupInfoList"]:
            account.client("elbv2").describe_target_groups(Names=[group["Name"]])

    def _refuse_for_function(self, wanted: Properties) -> None:
        """CodeDeploy API reference, CreateDeploymentGroup: InvalidDeploymentStyleException, DeploymentConfigDoesNotExistException."""
        if wanted["DeploymentStyle"] != {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"}:
            raise RuntimeError(f"InvalidDeploymentStyleException: {wanted['DeploymentStyle']}")
        speed = wanted["DeploymentConfigName"]
        if speed.startswith("CodeDeployDefault.") and speed not in FOR_FUNCTIONS:
            raise RuntimeError(f"DeploymentConfigDoesNotExistException: {speed}")


class Pipeline(Kind):
    type = "AWS::CodePipeline::Pipeline"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        account.client("codepipeline").create_pipeline(pipeline=self.expected(wanted))
        return wanted["Name"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Version": str(self.read(account, id, wanted)["version"])}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("codepipeline").update_pipeline(pipeline=self.expected(wanted))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("codepipeline").delete_pipeline(name=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return account.client("codepipeline").get_pipeline(name=id)["pipeline"]

    def expected(self, wanted: Properties) -> Properties:
        return camel(wanted, maps=("Configuration",))
