"""What keeps data: buckets and their policies, repositories of images, settings, log groups."""

import botocore.exceptions

from accounts.cloud import Account
from accounts.kinds.base import Absent, Kind, Properties, document, only, parsed, subset


class Bucket(Kind):
    type = "AWS::S3::Bucket"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        name = wanted["BucketName"]
        account.client("s3").create_bucket(Bucket=name, ObjectOwnership=wanted["OwnershipControls"]["Rules"][0]["ObjectOwnership"])
        self._configure(account, name, wanted)
        return name

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        account.client("s3").head_bucket(Bucket=id)
        return {"Arn": f"arn:aws:s3:::{id}", "DomainName": f"{id}.s3.amazonaws.com"}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        self._configure(account, id, wanted)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("s3").delete_bucket(Bucket=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        s3 = account.client("s3")
        rules = s3.get_bucket_lifecycle_configuration(Bucket=id)["Rules"] if "LifecycleConfiguration" in wanted else []
        encrypted = s3.get_bucket_encryption(Bucket=id)["ServerSideEncryptionConfiguration"]["Rules"]
        return {
            "BucketName": id,
            "BucketEncryption": {"ServerSideEncryptionConfiguration": encrypted},
            "OwnershipControls": s3.get_bucket_ownership_controls(Bucket=id)["OwnershipControls"],
            "PublicAccessBlockConfiguration": s3.get_public_access_block(Bucket=id)["PublicAccessBlockConfiguration"],
            "VersioningConfiguration": s3.get_bucket_versioning(Bucket=id),
            "LifecycleConfiguration": {"Rules": rules},
        }

    def expected(self, wanted: Properties) -> Properties:
        expected = {**wanted, "BucketEncryption": {"ServerSideEncryptionConfiguration": encryption(wanted)}}
        if "LifecycleConfiguration" in wanted:
            expected["LifecycleConfiguration"] = {"Rules": [lifecycle(rule) for rule in wanted["LifecycleConfiguration"]["Rules"]]}
        return expected

    def _configure(self, account: Account, name: str, wanted: Properties) -> None:
        s3 = account.client("s3")
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": encryption(wanted)})
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=wanted["OwnershipControls"])
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=wanted["PublicAccessBlockConfiguration"])
        if "VersioningConfiguration" in wanted:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=wanted["VersioningConfiguration"])
        if "LifecycleConfiguration" in wanted:
            rules = [lifecycle(rule) for rule in wanted["LifecycleConfiguration"]["Rules"]]
            s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})


class BucketPolicy(Kind):
    type = "AWS::S3::BucketPolicy"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        account.client("s3").put_bucket_policy(Bucket=wanted["Bucket"], Policy=document(wanted["PolicyDocument"]))
        return wanted["Bucket"]

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        return self.create(account, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("s3").delete_bucket_policy(Bucket=wanted["Bucket"])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Bucket": id, "PolicyDocument": parsed(account.client("s3").get_bucket_policy(Bucket=id)["Policy"])}


class ImageRepository(Kind):
    type = "AWS::ECR::Repository"
    unread = {"EmptyOnDelete": "it is an argument of the deletion"}

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        name = wanted["RepositoryName"]
        account.client("ecr").create_repository(
            repositoryName=name,
            imageTagMutability=wanted["ImageTagMutability"],
            imageScanningConfiguration={"scanOnPush": wanted["ImageScanningConfiguration"]["ScanOnPush"]},
            encryptionConfiguration={"encryptionType": wanted["EncryptionConfiguration"]["EncryptionType"]},
        )
        self._policies(account, wanted)
        return name

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = self._find(account, id)
        return {"Arn": found["repositoryArn"], "RepositoryUri": found["repositoryUri"]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        self._policies(account, wanted)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ecr").delete_repository(repositoryName=id, force=wanted.get("EmptyOnDelete", False))

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        ecr, found = account.client("ecr"), self._find(account, id)
        read = {
            "RepositoryName": found["repositoryName"],
            "ImageTagMutability": found["imageTagMutability"],
            "ImageScanningConfiguration": {"ScanOnPush": found["imageScanningConfiguration"]["scanOnPush"]},
            "EncryptionConfiguration": {"EncryptionType": found["encryptionConfiguration"]["encryptionType"]},
        }
        if "LifecyclePolicy" in wanted:
            read["LifecyclePolicy"] = parsed(ecr.get_lifecycle_policy(repositoryName=id)["lifecyclePolicyText"])
        if "RepositoryPolicyText" in wanted:
            read["RepositoryPolicyText"] = parsed(ecr.get_repository_policy(repositoryName=id)["policyText"])
        return read

    def expected(self, wanted: Properties) -> Properties:
        if "LifecyclePolicy" not in wanted:
            return wanted
        return {**wanted, "LifecyclePolicy": parsed(wanted["LifecyclePolicy"]["LifecyclePolicyText"])}

    def _find(self, account: Account, id: str) -> Properties:
        return only(account.client("ecr").describe_repositories(repositoryNames=[id])["repositories"], id)

    def _policies(self, account: Account, wanted: Properties) -> None:
        ecr, name = account.client("ecr"), wanted["RepositoryName"]
        if "LifecyclePolicy" in wanted:
            ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=wanted["LifecyclePolicy"]["LifecyclePolicyText"])
        if "RepositoryPolicyText" in wanted:
            ecr.set_repository_policy(repositoryName=name, policyText=document(wanted["RepositoryPolicyText"]))


class LogGroup(Kind):
    type = "AWS::Logs::LogGroup"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        account.client("logs").create_log_group(logGroupName=wanted["LogGroupName"])
        return self.update(account, wanted["LogGroupName"], {}, wanted, about)

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        # CloudFormation's Arn ends in ":*", like the field arn of DescribeLogGroups.
        return {"Arn": self._find(account, id)["arn"]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("logs").put_retention_policy(logGroupName=id, retentionInDays=wanted["RetentionInDays"])
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("logs").delete_log_group(logGroupName=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = self._find(account, id)
        return {"LogGroupName": found["logGroupName"], "RetentionInDays": found["retentionInDays"]}

    def _find(self, account: Account, id: str) -> Properties:
        groups = account.client("logs").describe_log_groups(logGroupNamePrefix=id)["logGroups"]
        return only([group for group in groups if group["logGroupName"] == id], id)


class Parameter(Kind):
    type = "AWS::SSM::Parameter"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        account.client("ssm").put_parameter(**wanted)
        return wanted["Name"]

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("ssm").put_parameter(**wanted, Overwrite=True)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("ssm").delete_parameter(Name=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        ssm = account.client("ssm")
        try:
            value = ssm.get_parameter(Name=id)["Parameter"]
        except botocore.exceptions.ClientError as error:
            raise Absent(str(error)) from error
        named = [{"Key": "Name", "Option": "Equals", "Values": [id]}]
        return {**value, **only(ssm.describe_parameters(ParameterFilters=named)["Parameters"], id)}


class Table(Kind):
    type = "AWS::DynamoDB::Table"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("dynamodb").create_table(**wanted)["TableDescription"]["TableName"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Arn": self._find(account, id)["TableArn"]}

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("dynamodb").delete_table(TableName=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = self._find(account, id)
        return {**found, "BillingMode": found["BillingModeSummary"]["BillingMode"]}

    def _find(self, account: Account, id: str) -> Properties:
        return account.client("dynamodb").describe_table(TableName=id)["Table"]


def encryption(wanted: Properties) -> list[Properties]:
    """The rules of a template as the API takes them."""
    rules = wanted["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    return [{"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]} for rule in rules]


def lifecycle(rule: Properties) -> Properties:
    """A rule of a template as the API takes it: other names, and members that are one level deeper."""
    given = subset(rule, "Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")
    expiration = {}
    if "ExpirationInDays" in rule:
        expiration["Days"] = rule["ExpirationInDays"]
    if "ExpiredObjectDeleteMarker" in rule:
        expiration["ExpiredObjectDeleteMarker"] = rule["ExpiredObjectDeleteMarker"]
    if expiration:
        given["Expiration"] = expiration
    return {"ID": rule["Id"], "Filter": {"Prefix": rule.get("Prefix", "")}, **given}
