"""The mistakes themselves: what each does to a template, and what the judge has to say about it."""

import base64
import io
import json
import re
import tarfile
from collections.abc import Iterator

Resources = dict[str, dict]


def nothing(resources: Resources) -> None:
    pass


def retain_bucket(resources: Resources) -> None:
    _one(resources, "AWS::S3::Bucket")["DeletionPolicy"] = "Retain"


def remove_emptier(resources: Resources) -> None:
    emptier = _name(resources, "Custom::BucketEmptier")
    del resources[emptier]
    for resource in resources.values():
        if emptier in resource.get("DependsOn", []):
            resource["DependsOn"].remove(emptier)


def forget_edge_to_rights(resources: Resources) -> None:
    for resource in resources.values():
        if resource["Type"] == "Custom::BucketEmptier":
            del resource["DependsOn"]


def keep_images(resources: Resources) -> None:
    del _one(resources, "AWS::ECR::Repository")["Properties"]["EmptyOnDelete"]


def ask_for_nothing(resources: Resources) -> None:
    rule = _one(resources, "AWS::Events::Rule")["Properties"]
    rule["Targets"][0]["RoleArn"] = {"Fn::GetAtt": [_name(resources, "AWS::IAM::Role"), "Name"]}


def name_wrong_target_group(resources: Resources) -> None:
    group = _one(resources, "AWS::CodeDeploy::DeploymentGroup")["Properties"]
    # An attribute that is there; but the full name is for alarms.
    group["LoadBalancerInfo"]["TargetGroupInfoList"][0]["Name"]["Fn::GetAtt"][1] = "TargetGroupFullName"


def import_nothing(resources: Resources) -> None:
    alarm = _one(resources, "AWS::CloudWatch::Alarm")["Properties"]
    alarm["Dimensions"][0]["Value"] = {"Fn::ImportValue": "no-such-export"}


def misspell_member(resources: Resources) -> None:
    environment = _one(resources, "AWS::CodeBuild::Project")["Properties"]["Environment"]
    environment["Compute"] = environment.pop("ComputeType")


def name_unknown_role(resources: Resources) -> None:
    key = _one(resources, "AWS::KMS::Key")["Properties"]
    key["KeyPolicy"] = json.loads(json.dumps(key["KeyPolicy"]).replace("-build-role-", "-bild-role-"))


def move_port(resources: Resources) -> None:
    _one(resources, "AWS::ElasticLoadBalancingV2::TargetGroup")["Properties"]["Port"] = 9090


MISTAKES = (
    ("a bucket that is retained", retain_bucket, "left behind.* s3 Buckets"),
    ("a bucket without its emptier", remove_emptier, "Bucket DELETE_FAILED.*BucketNotEmpty"),
    ("an emptier that may outlive its rights", forget_edge_to_rights, "Emptier DELETE_FAILED.*AccessDenied"),
    ("a repository that keeps its images", keep_images, "DELETE_FAILED.*RepositoryNotEmpty"),
    ("an attribute that a role does not have", ask_for_nothing, "does not support attribute type Name"),
    ("a target group given by the wrong name", name_wrong_target_group, "DeploymentGroup CREATE_FAILED.*TargetGroupNotFound"),
    ("an import of nothing", import_nothing, "No export named no-such-export"),
    ("a member that CodeBuild does not have", misspell_member, "Project CREATE_FAILED.*\n.*Missing required parameter"),
    ("a key for a role that nobody made", name_unknown_role, "-bild-role-dev, which nobody made"),
)


# What makes a release fail; each is planted in the template of all accounts, and for one function.


def leave_stack_to_pipeline(resources: Resources) -> None:
    for name in [name for name, resource in resources.items() if resource["Type"] == "Custom::FunctionStack"]:
        del resources[name]


def forget_edges_of_stack(resources: Resources) -> None:
    """All but the one to its own rights."""
    for resource in resources.values():
        if resource["Type"] == "Custom::FunctionStack":
            resource["DependsOn"] = [name for name in resource["DependsOn"] if name.endswith("KeeperRolePolicy")]


def shut_service_out(resources: Resources) -> None:
    _drop_statements(_one(resources, "AWS::ECR::Repository")["Properties"]["RepositoryPolicyText"], "Run")


def shut_account_out(resources: Resources) -> None:
    _drop_statements(_one(resources, "AWS::ECR::Repository")["Properties"]["RepositoryPolicyText"], "Take")


def keep_values_back(resources: Resources) -> None:
    name = _name(resources, "AWS::SSM::Parameter")
    del resources[name]
    for resource in resources.values():
        if name in resource.get("DependsOn", []):
            resource["DependsOn"].remove(name)


def forbid_versions(resources: Resources) -> None:
    _without_action(resources, "lambda:PublishVersion")


def forbid_network(resources: Resources) -> None:
    _without_action(resources, "ec2:CreateNetworkInterface")


def forbid_shift(resources: Resources) -> None:
    """CodeDeploy's role alone is concerned: CloudFormation's keeps the right to take an alias back."""
    for resource in resources.values():
        if resource["Type"] == "AWS::IAM::Policy" and "codedeploy-role" in json.dumps(resource["Properties"]["PolicyName"]):
            _drop_statements(resource["Properties"]["PolicyDocument"], "ShiftTraffic")


def describe_alike(resources: Resources) -> None:
    for inside in _functions(resources):
        _one(inside, "AWS::Lambda::Version")["Properties"]["Description"] = "A release."


def let_no_balancer_in(resources: Resources) -> None:
    for inside in _functions(resources):
        for name in [name for name, each in inside.items() if each["Type"] == "AWS::Lambda::Permission"]:
            del inside[name]
        for each in inside.values():
            each.pop("DependsOn", None)


STAGING, PRODUCTION = "123456789012", "987654321098"
MISTAKES_OF_RELEASES = (
    ("a function's stack that only its pipeline knows", leave_stack_to_pipeline, STAGING, "left behind.* Stacks .*-function-dev"),
    ("a function's stack that may outlive what it needs", forget_edges_of_stack, STAGING, "Stack DELETE_FAILED"),
    ("a repository that does not let Lambda in", shut_service_out, STAGING, "no ecr:.* for .*:function:checkout-staging"),
    ("a repository that does not let the account in", shut_account_out, STAGING, "no ecr:.* for .*-release-role-dev"),
    ("a value that nobody stores", keep_values_back, STAGING, "Parameters: .* cannot be found"),
    ("a role that may not publish a version", forbid_versions, STAGING, "release-role-dev may not lambda:PublishVersion"),
    ("a role that may not shift requests", forbid_shift, STAGING, "codedeploy-role-dev may not lambda:UpdateAlias"),
    ("a version whose description stays the same", describe_alike, STAGING, "a second release left"),
    ("a function that does not let the load balancer in", let_no_balancer_in, PRODUCTION, "does not have permission to invoke"),
    ("a function that may not join its network", forbid_network, PRODUCTION, "-role-dev may not ec2:CreateNetworkInterface"),
)


# What makes a fleet that CodeDeploy exchanges fail; each is planted in the template of one account.


def forget_edge_to_keeper(resources: Resources) -> None:
    fleet = _one(resources, "Custom::BlueGreenFleet")
    fleet["DependsOn"] = [name for name in fleet["DependsOn"] if not name.endswith("KeeperRolePolicy")]


def forget_edges_of_hosts(resources: Resources) -> None:
    fleet = _one(resources, "Custom::BlueGreenFleet")
    fleet["DependsOn"] = [name for name in fleet["DependsOn"] if not name.endswith("BlueGreenRolePolicy")]


def keep_first_only(resources: Resources) -> None:
    """The rights of the keeper end with the first release."""
    _statement(resources, "KeepFleet")["Resource"].pop()


def forbid_copy(resources: Resources) -> None:
    _statement(resources, "CopyFleet")["Action"].remove("autoscaling:CreateAutoScalingGroup")


def forbid_end(resources: Resources) -> None:
    statement = _statement(resources, "EndOriginalFleet")
    statement["Resource"] = statement["Resource"][1:]


def signal_nowhere(resources: Resources) -> None:
    template = _one(resources, "AWS::EC2::LaunchTemplate")["Properties"]["LaunchTemplateData"]
    template["UserData"] = json.loads(json.dumps(template["UserData"]).replace("READY_URL=", "URL="))


def wait_for_nobody(resources: Resources) -> None:
    del _one(resources, "AWS::CloudFormation::WaitCondition")["DependsOn"]


def follow_nobody(resources: Resources) -> None:
    for resource in resources.values():
        if resource["Type"] == "AWS::Events::Rule" and "follow-releases" in json.dumps(resource["Properties"]["Name"]):
            resource["Properties"]["EventPattern"]["detail"]["state"] = ["READY"]


def shut_rule_out(resources: Resources) -> None:
    for name in [name for name, resource in resources.items() if name.endswith("FollowPermission")]:
        resources[name]["Properties"]["SourceArn"]["Fn::Sub"] += "-other"


MISTAKES_OF_EXCHANGES = (
    ("releases that nobody follows", follow_nobody, "Fleet/TargetGroupARNs has 0 members"),
    ("a keeper that does not let the rule in", shut_rule_out, "rule/.* may not call"),
    ("a fleet that is made without its keeper's rights", forget_edge_to_keeper, "bg-keeper-role-dev may not"),
    ("a fleet that outlives CodeDeploy's rights", forget_edges_of_hosts, "Fleet (CREATE|DELETE)_FAILED"),
    ("a keeper that may touch the first fleet only", keep_first_only, "bg-keeper-role-dev may not autoscaling:.*CodeDeploy_"),
    ("a CodeDeploy that may not copy hosts", forbid_copy, "blue-green-role-dev may not autoscaling:CreateAutoScalingGroup"),
    ("a CodeDeploy that may not end the original hosts", forbid_end, "blue-green-role-dev may not autoscaling:DeleteAutoScalingGroup"),
    ("hosts whose signal goes nowhere", signal_nowhere, "WaitCondition timed out"),
    ("a wait for hosts that nobody has made", wait_for_nobody, "WaitCondition timed out"),
)


def _statement(resources: Resources, sid: str) -> dict:
    policies = [each["Properties"]["PolicyDocument"]["Statement"] for each in resources.values() if each["Type"] == "AWS::IAM::Policy"]
    return next(statement for policy in policies for statement in policy if statement["Sid"] == sid)


def _drop_statements(policy: dict, sid: str) -> None:
    policy["Statement"] = [each for each in policy["Statement"] if not each["Sid"].startswith(sid)]


def _without_action(resources: Resources, action: str) -> None:
    for resource in resources.values():
        if resource["Type"] == "AWS::IAM::Policy":
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                if action in statement["Action"]:
                    statement["Action"] = [each for each in statement["Action"] if each != action]


# A here-document that is decoded: an archive of templates of functions inside a build.
ENCODED = re.compile(r"(?<=\n)[A-Za-z0-9+/=]{100,}(?=\n)")


def _functions(resources: Resources) -> Iterator[Resources]:
    """The resources of every function's template; a change of them is written back into the build."""
    project = _one(resources, "AWS::CodeBuild::Project")["Properties"]["Source"]
    given = project["BuildSpec"]
    spec = json.loads(given["Fn::Sub"] if isinstance(given, dict) else given)
    commands = spec["phases"]["post_build"]["commands"]
    for number, command in enumerate(commands):
        for text in ENCODED.findall(command):
            files = _unpacked(text)
            for template in files.values():
                yield template["Resources"]
            commands[number] = commands[number].replace(text, _packed(files))
    project["BuildSpec"] = json.dumps(spec)


def _unpacked(text: str) -> dict[str, dict]:
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(text)), mode="r:gz") as archive:
        return {each.name: json.loads(archive.extractfile(each).read()) for each in archive}


def _packed(files: dict[str, dict]) -> str:
    packet = io.BytesIO()
    with tarfile.open(fileobj=packet, mode="w:gz") as archive:
        for name, template in files.items():
            text = json.dumps(template).encode()
            about = tarfile.TarInfo(name)
            about.size = len(text)
            archive.addfile(about, io.BytesIO(text))
    return base64.b64encode(packet.getvalue()).decode()


def _name(resources: Resources, type: str) -> str:
    return next(name for name, resource in resources.items() if resource["Type"] == type)


def _one(resources: Resources, type: str) -> dict:
    return resources[_name(resources, type)]
