"""Everything that an account holds, asked of every service that a template uses."""

from collections.abc import Iterator

from accounts.cloud import Account

# Service, operation, where the answer has the list, and what names one of it.
LISTS = (
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    ("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    ("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    ("ec2", "describe_volumes", "Volumes", "VolumeId"),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName"),
    ("autoscaling", "describe_policies", "ScalingPolicies", "PolicyARN"),
    ("autoscaling", "describe_auto_scaling_instances", "AutoScalingInstances", "InstanceId"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("codebuild", "list_projects", "projects", None),
    ("codecommit", "list_repositories", "repositories", "repositoryName"),
    ("codedeploy", "list_applications", "applications", None),
    ("codepipeline", "list_pipelines", "pipelines", "name"),
    ("dynamodb", "list_tables", "TableNames", None),
    ("ecr", "describe_repositories", "repositories", "repositoryName"),
    ("events", "list_rules", "Rules", "Name"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    ("kms", "list_aliases", "Aliases", "AliasName"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("synthetics", "describe_canaries", "Canaries", "Name"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("sqs", "list_queues", "QueueUrls", None),
    ("ssm", "describe_parameters", "Parameters", "Name"),
    ("cloudformation", "list_exports", "Exports", "Name"),
)

# Parameters that AWS keeps for everybody.
OF_AWS = "/aws/service/"


def service_of(type: str) -> str:
    """The service that lists resources of this type; a custom resource is nothing but its function."""
    if type.startswith("Custom::"):
        return "lambda"
    service = type.split("::")[1].lower()
    return {"elasticloadbalancingv2": "elbv2"}.get(service, service)


def inventory(account: Account) -> set[str]:
    """What there is, one line each; a key that waits for its deletion is not there any more."""
    return set(_lists(account)) | set(_with_a_state(account)) | set(_inside(account))


def keys_pending_deletion(account: Account) -> int:
    return sum(state == "PendingDeletion" for _, state in _keys(account))


def _lists(account: Account) -> Iterator[str]:
    for service, operation, where, name in LISTS:
        client = account.client(service)
        pages = client.get_paginator(operation).paginate() if client.can_paginate(operation) else [getattr(client, operation)()]
        for page in pages:
            for each in page.get(where, []):
                named = each[name] if name else each
                if not named.startswith(OF_AWS):
                    yield f"{service} {where} {named}"


def _with_a_state(account: Account) -> Iterator[str]:
    """What a service still shows for a while after it is gone."""
    ec2 = account.client("ec2")
    for gateway in ec2.describe_nat_gateways()["NatGateways"]:
        if gateway["State"] != "deleted":
            yield f"ec2 NatGateways {gateway['NatGatewayId']}"
    for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        if endpoint["State"] != "deleted":
            yield f"ec2 VpcEndpoints {endpoint['VpcEndpointId']}"
    for reservation in ec2.describe_instances()["Reservations"]:
        for host in reservation["Instances"]:
            if host["State"]["Name"] != "terminated":
                yield f"ec2 Instances {host['InstanceId']}"
    for stack in account.client("cloudformation").describe_stacks()["Stacks"]:
        # A change set of which nothing came leaves such a one, in AWS as well.
        if stack["StackStatus"] != "REVIEW_IN_PROGRESS":
            yield f"cloudformation Stacks {stack['StackName']}"
    for key, state in _keys(account):
        if state != "PendingDeletion":
            yield f"kms Keys {key}"


def _inside(account: Account) -> Iterator[str]:
    """What stands inside something else: it could change while the lists stay the same."""
    iam = account.client("iam")
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        yield f"iam Policies {policy['PolicyName']}"
    for role in iam.list_roles()["Roles"]:
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            yield f"iam RolePolicies {role['RoleName']}/{name}"
    elb = account.client("elbv2")
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            yield f"elbv2 Listeners {listener['ListenerArn']}"
            for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
                yield f"elbv2 Rules {rule['RuleArn']}"
    functions = account.client("lambda")
    for function in [each["FunctionName"] for each in functions.list_functions()["Functions"]]:
        for version in functions.list_versions_by_function(FunctionName=function)["Versions"]:
            yield f"lambda Versions {version['FunctionArn']}"
        for alias in functions.list_aliases(FunctionName=function)["Aliases"]:
            yield f"lambda Aliases {alias['AliasArn']}"
    deploy = account.client("codedeploy")
    for application in deploy.list_applications()["applications"]:
        for group in deploy.list_deployment_groups(applicationName=application)["deploymentGroups"]:
            yield f"codedeploy DeploymentGroups {application}/{group}"


def _keys(account: Account) -> Iterator[tuple[str, str]]:
    """The customer's keys: those behind an alias of AWS come into being when a service first needs them, and stay."""
    kms = account.client("kms")
    of_aws = {each.get("TargetKeyId") for each in kms.list_aliases()["Aliases"] if each["AliasName"].startswith("alias/aws/")}
    for key in [key for key in kms.list_keys()["Keys"] if key["KeyId"] not in of_aws]:
        yield key["KeyId"], kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
