"""Makes, changes and removes the resources of one stack, in the order and with the refusals of CloudFormation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from accounts.edges import creation_order, earlier, mentions
from accounts.intrinsics import TemplateError, resolve
from accounts.kinds import kind_of
from accounts.kinds.base import NotOnMoto
from accounts.schema import attributes_of, create_only
from accounts.scope import Made, StackScope

Tell = Callable[[str, str, str, str, str], None]


class StackFailed(Exception):
    """A resource could not be made, changed or removed; the events say which and why."""


class DeployedStack:
    """One stack of one account: its resources as they were made, and the template that they were made from."""

    def __init__(self, scope: StackScope, tell: Tell, unlucky: bool) -> None:
        self.scope = scope
        self.tell = tell
        self.unlucky = unlucky
        self.outputs: dict[str, dict[str, Any]] = {}
        self.exported: dict[str, str] = {}

    def refuse(self, scope: StackScope) -> None:
        """Raises what CloudFormation says about a template before it makes anything."""
        broken = scope.broken_rules()
        if broken:
            raise TemplateError(f"Template constraint failed: {'; '.join(broken)}")
        template = scope.template
        for resource, attribute in mentions([template["Resources"], template.get("Outputs", {})]):
            if attribute and resource not in template["Resources"]:
                raise TemplateError(f"instance of Fn::GetAtt references undefined resource {resource}")
            if attribute and not attributes_of(template["Resources"][resource]["Type"], attribute):
                raise TemplateError(f"resource {resource} does not support attribute type {attribute} in Fn::GetAtt")
        creation_order(scope.wanted(), unlucky=False)

    def update(self, new: StackScope) -> None:
        """Brings the stack to another template; a new stack had an empty one."""
        new.made = dict(self.scope.made)
        wanted, superseded = new.wanted(), []
        previous, self.scope = self.scope, new
        for name in creation_order(wanted, self.unlucky):
            old = previous.made.get(name)
            with self._told(name, wanted[name]["Type"], "UPDATE_FAILED" if old else "CREATE_FAILED"):
                properties = resolve(wanted[name].get("Properties", {}), new)
                if old is None:
                    self._create(name, wanted[name], properties)
                elif old.properties != properties:
                    superseded += self._change(old, wanted[name], properties)
                else:
                    new.made[name].declared = wanted[name]
        gone = [previous.made[name] for name in previous.made if name not in wanted]
        for name in gone:
            del new.made[name.logical_resource_id]
        for old in superseded + self._deletion_order(gone):
            with self._told(old.logical_resource_id, old.cf_resource_type, "DELETE_FAILED"):
                self._delete(old, "UpdateReplacePolicy" if old in superseded else "DeletionPolicy")

    def delete(self) -> None:
        """Removes every resource; those that something left over still needs are not tried."""
        left: list[Made] = []
        edges = earlier({name: made.declared for name, made in self.scope.made.items()})
        for made in self._deletion_order(list(self.scope.made.values())):
            name = made.logical_resource_id
            if any(name in edges[other.logical_resource_id] for other in left):
                left.append(made)
                continue
            try:
                with self._told(name, made.cf_resource_type, "DELETE_FAILED"):
                    self._delete(made, "DeletionPolicy")
                del self.scope.made[name]
            except StackFailed:
                left.append(made)
        if left:
            raise StackFailed(f"left over: {', '.join(made.logical_resource_id for made in left)}")

    def _create(self, name: str, declared: dict, properties: dict) -> None:
        status = "CREATE_COMPLETE"
        try:
            physical = kind_of(declared["Type"]).create(self.scope.account, properties, self._about(name))
        except NotOnMoto as absent:
            physical, status = absent.physical, "CREATE_SKIPPED"
        self.scope.made[name] = Made(name, declared["Type"], physical, properties, declared)
        self.tell(name, declared["Type"], physical, status, "")

    def _change(self, old: Made, declared: dict, properties: dict) -> list[Made]:
        """Changes a resource, or makes it anew where AWS's schema of its type says so; then the old one is returned."""
        name, kind = old.logical_resource_id, kind_of(declared["Type"])
        changed = {key for key in {*old.properties, *properties} if old.properties.get(key) != properties.get(key)}
        self.scope.changed(name)
        if changed & create_only(declared["Type"]):
            self._create(name, declared, properties)
            return [old]
        status = "UPDATE_COMPLETE"
        try:
            physical = kind.update(self.scope.account, old.physical_resource_id, old.properties, properties, self._about(name))
        except NotOnMoto as absent:
            physical, status = absent.physical, "UPDATE_SKIPPED"
        self.scope.made[name] = Made(name, declared["Type"], physical, properties, declared)
        self.tell(name, declared["Type"], physical, status, ", ".join(sorted(changed)))
        return []

    def _delete(self, made: Made, policy: str) -> None:
        name, status = made.logical_resource_id, "DELETE_SKIPPED"
        if made.declared.get(policy) != "Retain":
            try:
                kind = kind_of(made.cf_resource_type)
                kind.delete(self.scope.account, made.physical_resource_id, made.properties, self._about(name))
                status = "DELETE_COMPLETE"
            except NotOnMoto:
                pass
        self.tell(name, made.cf_resource_type, made.physical_resource_id, status, "")

    def _deletion_order(self, made: list[Made]) -> list[Made]:
        by_name = {each.logical_resource_id: each for each in made}
        order = creation_order({name: each.declared for name, each in by_name.items()}, self.unlucky)
        return [by_name[name] for name in reversed(order)]

    def _about(self, name: str) -> dict[str, Any]:
        return {"StackId": self.scope.stack_id, "LogicalResourceId": name}

    @contextmanager
    def _told(self, name: str, type: str, status: str) -> Iterator[None]:
        """Turns whatever goes wrong with a resource into an event."""
        try:
            yield
        except Exception as problem:
            made = self.scope.made.get(name)
            self.tell(name, type, made.physical_resource_id if made else "", status, f"{problem.__class__.__name__}: {problem}")
            raise StackFailed(name) from problem
