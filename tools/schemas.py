"""Writes the resource schemas that compiler/internal/shape embeds: those of AWS, as cfn-lint has them with its corrections; and the names of
all types.

It runs with the judges of conformance, whose list names the version of cfn-lint. What only people read is left out, and so are patterns
that Go's regular expressions cannot say.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "compiler" / "internal" / "shape" / "schemas"
NAMES = TARGET.parent / "types.txt"
REGION = "us-east-1"

# What configurations add most to what cfnpipe makes itself.
FURTHER = (
    "AWS::ApiGatewayV2::Api",
    "AWS::AutoScaling::LifecycleHook",
    "AWS::AutoScaling::ScheduledAction",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::VPCEndpoint",
    "AWS::ECR::RegistryPolicy",
    "AWS::EFS::AccessPoint",
    "AWS::EFS::FileSystem",
    "AWS::EFS::MountTarget",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElastiCache::ServerlessCache",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::Events::EventBus",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::Kinesis::Stream",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::SubscriptionFilter",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBSubnetGroup",
    "AWS::Route53::HostedZone",
    "AWS::Route53::RecordSet",
    "AWS::Scheduler::Schedule",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::Secret",
    "AWS::SecretsManager::SecretTargetAttachment",
    "AWS::SNS::Subscription",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Document",
    "AWS::StepFunctions::StateMachine",
    "AWS::WAFv2::WebACL",
)
# What says how a value has to be, in the words of JSON Schema and of cfn-lint.
KEPT = {
    "$ref", "additionalProperties", "allOf", "anyOf", "const", "definitions", "dependentExcluded", "dependentRequired", "enum", "items",
    "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "oneOf", "pattern", "patternProperties", "properties",
    "required", "requiredOr", "requiredXor", "type", "uniqueItems",
}  # fmt: skip
BY_NAME = {"definitions", "dependentExcluded", "dependentRequired", "patternProperties", "properties"}
# Longer lists are those that AWS makes longer all the time, such as types of instances and runtimes: what is new is not wrong.
MOST_VALUES = 40
# In Go's regular expressions there is no looking around, no going back, and nothing more than a thousand times.
BEYOND_GO = re.compile(r"\(\?[=!<]|\\[1-9]|[{,][0-9]{4,}\}")


def main() -> None:
    sources = "".join(path.read_text() for path in sorted((ROOT / "compiler" / "internal" / "aws").glob("*.go")))
    types = sorted({*re.findall(r'return "(AWS::\w+::\w+)"', sources), *FURTHER})
    for old in TARGET.glob("*.json"):
        old.unlink()
    for type in types:
        found = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type)
        document = {
            **kept(found.schema),
            "readOnly": [path for path in found.schema.get("readOnlyProperties", []) if path.count("/") == 2],
            "attributes": sorted(found.get_atts),
        }
        text = json.dumps(document, sort_keys=True, separators=(",", ":"))
        (TARGET / f"{type.replace('::', '-')}.json").write_text(text + "\n")
    known = sorted({*PROVIDER_SCHEMA_MANAGER.get_resource_types(REGION)} - {"Module"})
    NAMES.write_text("".join(name + "\n" for name in known))
    print(f"{len(types)} schemas of {len(known)} types", file=sys.stderr)


def kept(schema: Any) -> Any:
    if isinstance(schema, list):
        return [kept(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    out = {}
    for name, value in schema.items():
        if name in BY_NAME:
            out[name] = {each: kept(below) for each, below in value.items() if name != "patternProperties" or not BEYOND_GO.search(each)}
        elif name == "pattern":
            if not BEYOND_GO.search(value):
                out[name] = re.sub(r"\\u([0-9A-Fa-f]{4})", r"\\x{\1}", value).replace("\\Z", "\\z")
        elif name == "enum":
            if len(value) <= MOST_VALUES:
                out[name] = value
        elif name in KEPT:
            out[name] = value if name in ("const", "required", "type") else kept(value)
    return out


if __name__ == "__main__":
    main()
