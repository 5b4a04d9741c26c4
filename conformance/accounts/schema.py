"""What AWS's own schemas say about a type of resource; they come with cfn-lint."""

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from accounts.cloud import REGION


def attributes_of(type: str, attribute: str) -> bool:
    """Whether Fn::GetAtt may ask a resource of this type for the attribute."""
    if type.startswith("Custom::"):
        return True  # whatever its program answers with
    return attribute in PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type).get_atts


def create_only(type: str) -> set[str]:
    """The properties whose change makes the resource anew."""
    if type.startswith("Custom::"):
        return {"ServiceToken"}
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type).schema
    return {path.split("/")[2] for path in schema.get("createOnlyProperties", []) if path.count("/") == 2}
