"""CloudFormation's functions: what a value of a template stands for in one account."""

import base64
import re
from typing import Any, Protocol

VARIABLE = re.compile(r"\$\{([^!][^}]*)\}")
LITERAL = re.compile(r"\$\{!([^}]*)\}")


class TemplateError(Exception):
    """CloudFormation would refuse the template, or could not work out a value."""


class Scope(Protocol):
    """What the functions ask of the stack that they stand in."""

    def ref(self, name: str) -> Any: ...

    def attribute(self, resource: str, name: str) -> Any: ...

    def imported(self, name: str) -> str: ...

    def zones(self, region: str) -> list[str]: ...

    def condition(self, name: str) -> bool: ...


NO_VALUE = object()


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every function replaced by its result."""
    if isinstance(value, list):
        return [item for item in (resolve(each, scope) for each in value) if item is not NO_VALUE]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (name, argument) = next(iter(value.items()))
        if name == "Ref":
            return NO_VALUE if argument == "AWS::NoValue" else scope.ref(argument)
        if name.startswith("Fn::"):
            if name not in FUNCTIONS:
                raise TemplateError(f"the function {name} is not known here")
            return FUNCTIONS[name](argument, scope)
    resolved = {key: resolve(each, scope) for key, each in value.items()}
    return {key: each for key, each in resolved.items() if each is not NO_VALUE}


def text(value: Any) -> str:
    """As CloudFormation writes a value into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _get_att(argument: Any, scope: Scope) -> Any:
    resource, name = argument.split(".", 1) if isinstance(argument, str) else argument
    return scope.attribute(resource, name)


def _sub(argument: Any, scope: Scope) -> str:
    template, variables = argument if isinstance(argument, list) else (argument, {})
    given = {name: text(resolve(value, scope)) for name, value in variables.items()}

    def fill(match: re.Match) -> str:
        name = match.group(1).strip()
        if name in given:
            return given[name]
        return text(_get_att(name, scope) if "." in name else scope.ref(name))

    return LITERAL.sub(r"${\1}", VARIABLE.sub(fill, template))


def _select(argument: Any, scope: Scope) -> Any:
    index, items = argument
    return resolve(items, scope)[int(resolve(index, scope))]


def _join(argument: Any, scope: Scope) -> str:
    return argument[0].join(text(item) for item in resolve(argument[1], scope))


def _if(argument: Any, scope: Scope) -> Any:
    name, yes, no = argument
    return resolve(yes if scope.condition(name) else no, scope)


def _true(value: Any, scope: Scope) -> bool:
    if isinstance(value, dict) and set(value) == {"Condition"}:
        return scope.condition(value["Condition"])
    return resolve(value, scope) is True


def _equals(argument: Any, scope: Scope) -> bool:
    left, right = argument
    return text(resolve(left, scope)) == text(resolve(right, scope))


FUNCTIONS = {
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Select": _select,
    "Fn::Join": _join,
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::Or": lambda argument, scope: any(_true(each, scope) for each in argument),
    "Fn::And": lambda argument, scope: all(_true(each, scope) for each in argument),
    "Fn::Not": lambda argument, scope: not _true(argument[0], scope),
    "Fn::Split": lambda argument, scope: resolve(argument[1], scope).split(argument[0]),
    "Fn::Base64": lambda argument, scope: base64.b64encode(resolve(argument, scope).encode()).decode(),
    "Fn::GetAZs": lambda argument, scope: scope.zones(resolve(argument, scope)),
    "Fn::ImportValue": lambda argument, scope: scope.imported(resolve(argument, scope)),
}
