"""Who may do what: roles, their policies, instance profiles, keys."""

from accounts.cloud import Account
from accounts.kinds.base import Kind, Properties, document, only, parsed, subset


class Role(Kind):
    type = "AWS::IAM::Role"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        trust = document(wanted["AssumeRolePolicyDocument"])
        account.client("iam").create_role(**{**wanted, "AssumeRolePolicyDocument": trust})
        return wanted["RoleName"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return subset(self.read(account, id, wanted), "Arn", "RoleId")

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        iam = account.client("iam")
        iam.update_role(RoleName=id, **subset(wanted, "Description"))
        iam.update_assume_role_policy(RoleName=id, PolicyDocument=document(wanted["AssumeRolePolicyDocument"]))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("iam").delete_role(RoleName=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return account.client("iam").get_role(RoleName=id)["Role"]


class Policy(Kind):
    type = "AWS::IAM::Policy"

    def __init__(self) -> None:
        self.standing: dict[tuple[str, str], set[str]] = {}  # names, by account and role

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        iam = account.client("iam")
        for role in wanted["Roles"]:
            if not iam.list_role_policies(RoleName=role)["PolicyNames"]:
                self.standing[account.id, role] = set()
            iam.put_role_policy(RoleName=role, PolicyName=wanted["PolicyName"], PolicyDocument=document(wanted["PolicyDocument"]))
            self.standing[account.id, role].add(wanted["PolicyName"])
        return wanted["PolicyName"]

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        self.delete(account, id, old, about)
        return self.create(account, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        for role in wanted["Roles"]:
            account.client("iam").delete_role_policy(RoleName=role, PolicyName=wanted["PolicyName"])
            self.standing[account.id, role].discard(wanted["PolicyName"])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        iam, name = account.client("iam"), wanted["PolicyName"]
        # Nothing else may stand in the role, or it could do more than the template says.
        roles = [role for role in wanted["Roles"] if set(iam.list_role_policies(RoleName=role)["PolicyNames"]) == self.standing[account.id, role]]
        texts = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for role in wanted["Roles"]]
        return {"PolicyName": name, "Roles": roles, "PolicyDocument": texts[0]}


class InstanceProfile(Kind):
    type = "AWS::IAM::InstanceProfile"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        iam, name = account.client("iam"), wanted["InstanceProfileName"]
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=only(wanted["Roles"], name))
        return name

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return subset(account.client("iam").get_instance_profile(InstanceProfileName=id)["InstanceProfile"], "Arn")

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        iam = account.client("iam")
        iam.remove_role_from_instance_profile(InstanceProfileName=id, RoleName=wanted["Roles"][0])
        iam.delete_instance_profile(InstanceProfileName=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = account.client("iam").get_instance_profile(InstanceProfileName=id)["InstanceProfile"]
        return {**found, "Roles": [role["RoleName"] for role in found["Roles"]]}


class Key(Kind):
    type = "AWS::KMS::Key"
    unread = {"PendingWindowInDays": "it is an argument of the deletion"}

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        kms = account.client("kms")
        id = kms.create_key(Description=wanted["Description"], Policy=document(wanted["KeyPolicy"]))["KeyMetadata"]["KeyId"]
        if wanted.get("EnableKeyRotation"):
            kms.enable_key_rotation(KeyId=id)
        return id

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = account.client("kms").describe_key(KeyId=id)["KeyMetadata"]
        return subset(found, "Arn", "KeyId")

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        kms = account.client("kms")
        kms.update_key_description(KeyId=id, Description=wanted["Description"])
        kms.put_key_policy(KeyId=id, PolicyName="default", Policy=document(wanted["KeyPolicy"]))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("kms").schedule_key_deletion(KeyId=id, PendingWindowInDays=wanted["PendingWindowInDays"])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        kms = account.client("kms")
        return {
            **kms.describe_key(KeyId=id)["KeyMetadata"],
            "KeyPolicy": parsed(kms.get_key_policy(KeyId=id, PolicyName="default")["Policy"]),
            "EnableKeyRotation": kms.get_key_rotation_status(KeyId=id)["KeyRotationEnabled"],
        }


class Alias(Kind):
    type = "AWS::KMS::Alias"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        account.client("kms").create_alias(**wanted)
        return wanted["AliasName"]

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("kms").update_alias(**wanted)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("kms").delete_alias(AliasName=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        aliases = account.client("kms").list_aliases(KeyId=wanted["TargetKeyId"])["Aliases"]
        return only([alias for alias in aliases if alias["AliasName"] == id], id)
