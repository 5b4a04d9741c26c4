"""Compares what the services say about a stack's resources with its template."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import botocore.exceptions

from accounts.cloud import Account
from accounts.edges import creation_order
from accounts.intrinsics import TemplateError, resolve
from accounts.kinds import kind_of
from accounts.kinds.base import Absent, NotOnMoto
from accounts.scope import Made, StackScope

ROLE = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+")

# Lists whose order means something.
IN_ORDER = ("stages", "actions")


@dataclass
class Comparison:
    """What was read of one stack."""

    compared: int = 0
    properties: int = 0
    differences: list[str] = field(default_factory=list)
    not_created: set[str] = field(default_factory=set)
    not_read: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)


def compare(account: Account, stack_name: str, template: dict[str, Any]) -> Comparison:
    """Works out the template anew, from what the APIs answer now and from nothing that was known when the stack was made."""
    cloudformation, result = account.client("cloudformation"), Comparison()
    stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}
    exports = {each["Name"]: each["Value"] for each in cloudformation.list_exports()["Exports"]}
    scope = StackScope(account, stack_name, stack["StackId"], template, given, exports)
    physical = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in cloudformation.describe_stack_resources(StackName=stack_name)["StackResources"]
    }
    wanted = scope.wanted()
    result.differences += [f"{name} is not in the stack" for name in wanted if name not in physical]
    result.differences += [f"{name} is in the stack and not in the template" for name in physical if name not in wanted]
    for name in [name for name in wanted if name in physical]:
        scope.made[name] = Made(name, wanted[name]["Type"], physical[name], {}, wanted[name])
    for name in creation_order({name: wanted[name] for name in scope.made}, unlucky=False):
        made = scope.made[name]
        try:
            made.properties = _resolved(scope, name)
        except (TemplateError, Absent, botocore.exceptions.ClientError) as error:
            result.differences.append(f"{name}: {error}")
            continue
        result.roles |= set(ROLE.findall(json.dumps(made.properties)))
        _compare_one(account, made, result)
    return result


def _resolved(scope: StackScope, name: str) -> dict[str, Any]:
    return scope.read(resolve(scope.made[name].declared.get("Properties", {}), scope))


def _compare_one(account: Account, made: Made, result: Comparison) -> None:
    kind = kind_of(made.cf_resource_type)
    try:
        found = kind.read(account, made.physical_resource_id, made.properties)
    except NotOnMoto:
        result.not_created.add(f"{made.cf_resource_type} {made.logical_resource_id}")
        return
    except (Absent, botocore.exceptions.ClientError) as error:
        result.differences.append(f"{made.logical_resource_id} is not there: {error}")
        return
    result.compared += 1
    for name, value in kind.expected(made.properties).items():
        if name in kind.unread:
            result.not_read.add(f"{kind.type} {name}: {kind.unread[name]}")
            continue
        result.properties += 1
        result.differences += [
            f"{made.logical_resource_id}: {difference}" for difference in differences(name, value, found.get(name))
        ]


def differences(place: str, wanted: Any, found: Any) -> list[str]:
    """Where what was found lacks something that is wanted, or has it otherwise; it may say more, but a list is complete."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [each for key, value in wanted.items() for each in differences(f"{place}/{key}", value, found.get(key))]
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return [f"{place} has {len(found)} members instead of {len(wanted)}: {found}"]
        if all(isinstance(each, (str, int)) for each in wanted):
            return [] if sorted(map(_plain, wanted)) == sorted(map(_plain, found)) else [f"{place} is {found} instead of {wanted}"]
        return _members(place, wanted, found)
    return [] if _plain(wanted) == _plain(found) else [f"{place} is {found!r} instead of {wanted!r}"]


def _members(place: str, wanted: list[Any], found: list[Any]) -> list[str]:
    """In their order if they agree in it; services give many lists back in another."""
    ordered = [each for number, value in enumerate(wanted) for each in differences(f"{place}/{number}", value, found[number])]
    if place.rsplit("/", 1)[-1] in IN_ORDER:
        return ordered
    unmatched = list(found)
    for value in wanted:
        match = next((each for each in unmatched if not differences(place, value, each)), None)
        if match is None:
            return ordered
        unmatched.remove(match)
    return []


def _plain(value: Any) -> str:
    """CloudFormation turns texts into numbers and truth values as an API wants them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
