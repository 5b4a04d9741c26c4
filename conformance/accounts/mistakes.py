"""The mistakes themselves: what each does to a template, and what the judge has to say about it."""

import json

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


def _name(resources: Resources, type: str) -> str:
    return next(name for name, resource in resources.items() if resource["Type"] == type)


def _one(resources: Resources, type: str) -> dict:
    return resources[_name(resources, type)]
