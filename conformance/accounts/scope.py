"""What names stand for inside one stack: parameters, pseudo parameters, resources, conditions."""

import re
from dataclasses import dataclass, field
from typing import Any

from accounts.cloud import REGION, Account
from accounts.intrinsics import TemplateError, resolve
from accounts.kinds import kind_of
from accounts.kinds.base import subset

NAMES_A_PARAMETER = "AWS::SSM::Parameter::Value<"
DYNAMIC = re.compile(r"\{\{resolve:ssm:([^}]+)\}\}")


@dataclass
class Made:
    """A resource that stands; the names are those that moto's answers are made from."""

    logical_resource_id: str
    cf_resource_type: str
    physical_resource_id: str
    properties: dict[str, Any]
    declared: dict[str, Any]
    # The properties before dynamic references were read: CloudFormation compares these, and so misses other values behind them.
    written: dict[str, Any] = field(default_factory=dict)


@dataclass
class StackScope:
    """The functions of a template, answered for one stack of one account."""

    account: Account
    stack_name: str
    stack_id: str
    template: dict[str, Any]
    given: dict[str, str]
    exports: dict[str, str]
    made: dict[str, Made] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    attributes: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters = self._parameters()

    def ref(self, name: str) -> Any:
        if name in self.parameters:
            return self.parameters[name]
        if name in self.made:
            return self.made[name].physical_resource_id
        pseudo = {
            "AWS::AccountId": self.account.id,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.stack_name,
            "AWS::StackId": self.stack_id,
        }
        if name not in pseudo:
            raise TemplateError(f"Unresolved resource dependencies [{name}]")
        return pseudo[name]

    def attribute(self, resource: str, name: str) -> Any:
        """Asked of the service, once for as long as the resource does not change."""
        if resource not in self.made:
            raise TemplateError(f"Unresolved resource dependencies [{resource}]")
        made = self.made[resource]
        key = (resource, made.physical_resource_id)
        if key not in self.attributes:
            kind = kind_of(made.cf_resource_type)
            self.attributes[key] = kind.attributes(self.account, made.physical_resource_id, made.properties)
        if name not in self.attributes[key]:
            raise TemplateError(f"resource {resource} does not support attribute type {name} in Fn::GetAtt")
        return self.attributes[key][name]

    def changed(self, resource: str) -> None:
        """Forgets what was known about a resource."""
        for key in [key for key in self.attributes if key[0] == resource]:
            del self.attributes[key]

    def read(self, value: Any) -> Any:
        """The value with every dynamic reference replaced by what it names ("Use dynamic references" in CloudFormation's guide)."""
        if isinstance(value, list):
            return [self.read(each) for each in value]
        if isinstance(value, dict):
            return {key: self.read(each) for key, each in value.items()}
        return DYNAMIC.sub(self._stored, value) if isinstance(value, str) else value

    def _stored(self, match: re.Match) -> str:
        found = self.account.client("ssm").get_parameters(Names=[match.group(1)])["Parameters"]
        if not found:
            raise TemplateError(f"Parameters: [{match.group(1)}] cannot be found.")
        return found[0]["Value"]

    def imported(self, name: str) -> str:
        if name not in self.exports:
            raise TemplateError(f"No export named {name} found.")
        self.imports.add(name)
        return self.exports[name]

    def zones(self, region: str) -> list[str]:
        zones = self.account.client("ec2").describe_availability_zones()["AvailabilityZones"]
        return sorted(zone["ZoneName"] for zone in zones if zone["RegionName"] == (region or REGION))

    def condition(self, name: str) -> bool:
        return resolve(self.template["Conditions"][name], self) is True

    def wanted(self) -> dict[str, dict]:
        """The resources of the template that this account gets."""
        return self._applying(self.template["Resources"])

    def outputs(self) -> dict[str, dict]:
        """The outputs of the template that this account gets, with value and name of export."""
        outputs = self._applying(self.template.get("Outputs", {}))
        return {name: resolve(subset(each, "Value", "Export"), self) for name, each in outputs.items()}

    def broken_rules(self) -> list[str]:
        """What the assertions of the section Rules say against this account and these parameters."""
        broken = []
        for rule in self.template.get("Rules", {}).values():
            if resolve(rule.get("RuleCondition", {"Fn::Equals": ["", ""]}), self) is True:
                failed = [each for each in rule["Assertions"] if resolve(each["Assert"], self) is not True]
                broken += [each.get("AssertDescription", str(each["Assert"])) for each in failed]
        return broken

    def unresolved(self) -> dict[str, str]:
        """The parameters as given, or by default."""
        values = {}
        for name, declared in self.template.get("Parameters", {}).items():
            if name not in self.given and "Default" not in declared:
                raise TemplateError(f"Parameters: [{name}] must have values")
            values[name] = self.given.get(name, declared.get("Default"))
        return values

    def _applying(self, section: dict[str, dict]) -> dict[str, dict]:
        return {name: each for name, each in section.items() if "Condition" not in each or self.condition(each["Condition"])}

    def _parameters(self) -> dict[str, Any]:
        values = self.unresolved()
        for name, declared in self.template.get("Parameters", {}).items():
            if declared["Type"].startswith(NAMES_A_PARAMETER):
                values[name] = self.account.client("ssm").get_parameter(Name=values[name])["Parameter"]["Value"]
        return values
