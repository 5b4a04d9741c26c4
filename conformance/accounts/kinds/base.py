"""What every kind of resource can do: be made, read, changed and removed by calls of its service."""

import json
from typing import Any

from accounts.cloud import Account

Properties = dict[str, Any]


class NotOnMoto(Exception):
    """Moto lacks the operations that such a resource takes."""

    def __init__(self, physical: str) -> None:
        super().__init__(physical)
        self.physical = physical


class Absent(Exception):
    """The resource is not there."""


class Kind:
    """One type of resource. Physical ids and attributes are those of CloudFormation's template reference."""

    type = ""

    # Properties that cannot be read back, each with the reason; what is not named here is compared.
    unread: dict[str, str] = {}

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        raise NotImplementedError(self.type)

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        raise NotImplementedError(f"{self.type} cannot be updated here")

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        raise NotImplementedError(self.type)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        """What the service says about the resource, under the names of the properties."""
        raise NotImplementedError(self.type)

    def expected(self, wanted: Properties) -> Properties:
        """The properties in the form that read gives them."""
        return wanted


def subset(properties: Properties, *names: str) -> Properties:
    return {name: properties[name] for name in names if name in properties}


def without(properties: Properties, *names: str) -> Properties:
    return {name: value for name, value in properties.items() if name not in names}


def document(value: Any) -> str:
    """A policy as APIs take it: a text."""
    return value if isinstance(value, str) else json.dumps(value)


def parsed(value: Any) -> Any:
    """A policy as templates write it."""
    return json.loads(value) if isinstance(value, str) else value


def camel(value: Any, maps: tuple[str, ...] = ()) -> Any:
    """The same with the names of members in lower camel case, as the APIs of the Code services want them; maps keep their keys."""
    if isinstance(value, list):
        return [camel(each, maps) for each in value]
    if not isinstance(value, dict):
        return value
    return {name[0].lower() + name[1:]: (each if name in maps else camel(each, maps)) for name, each in value.items()}


def only(found: list[Any], what: str) -> Any:
    """The one that was found."""
    if len(found) != 1:
        raise Absent(f"{what}: {len(found)} found")
    return found[0]
