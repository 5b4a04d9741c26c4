"""Makes, changes and removes the resources of one stack, in the order and with the refusals of CloudFormation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
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


class CleanupFailed(StackFailed):
    """What a template has no more could not be removed; then everything else is done already, and nothing is taken back."""


class DeployedStack:
    """One stack of one account: its resources as they were made, and the template that they were made from."""

    def __init__(self, scope: StackScope, tell: Tell, unlucky: bool) -> None:
        self.scope = scope
        self.tell = tell
        self.unlucky = unlucky
        self.outputs: dict[str, dict[str, Any]] = {}
        self.exported: dict[str, str] = {}
        self.tried: list[str] = []

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
        wanted, superseded, self.tried = new.wanted(), [], []
        previous, self.scope = self.scope, new
        for name in creation_order(wanted, self.unlucky):
            old = previous.made.get(name)
            with self._told(name, wanted[name]["Type"], "UPDATE_FAILED" if old else "CREATE_FAILED"):
                written = resolve(wanted[name].get("Properties", {}), new)
                if old and old.written == written:
                    new.made[name] = replace(old, declared=wanted[name])
                    continue
                if old is None:
                    self._create(name, wanted[name], written)
                else:
                    superseded += self._change(old, wanted[name], written)
        gone = [previous.made[name] for name in previous.made if name not in wanted]
        for name in gone:
            del new.made[name.logical_resource_id]
        self._clean_up(superseded, gone)

    def roll_back(self, previous: StackScope) -> None:
        """Goes back to what was before an update that failed ("Continue rolling back an update" in CloudFormation's guide)."""
        failed, self.scope, superseded = self.scope, previous, []
        for name, old in previous.made.items():
            now = failed.made[name]
            previous.changed(name)
            if now.physical_resource_id != old.physical_resource_id:
                superseded.append(now)
                continue
            if name not in self.tried:
                continue
            with self._told(name, old.cf_resource_type, "UPDATE_FAILED"):
                kind = kind_of(old.cf_resource_type)
                about = self._about(name)
                kind.update(previous.account, old.physical_resource_id, now.properties, old.properties, about)
                self.tell(name, old.cf_resource_type, old.physical_resource_id, "UPDATE_COMPLETE", "taken back")
        self._clean_up(superseded, [made for name, made in failed.made.items() if name not in previous.made])

    def _clean_up(self, superseded: list[Made], gone: list[Made]) -> None:
        for old in self._deletion_order(superseded) + self._deletion_order(gone):
            try:
                with self._told(old.logical_resource_id, old.cf_resource_type, "DELETE_FAILED"):
                    self._delete(old, "UpdateReplacePolicy" if old in superseded else "DeletionPolicy")
            except StackFailed as failed:
                raise CleanupFailed(str(failed)) from failed

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

    def _create(self, name: str, declared: dict, written: dict) -> None:
        status, properties = "CREATE_COMPLETE", self.scope.read(written)
        try:
            physical = kind_of(declared["Type"]).create(self.scope.account, properties, self._about(name))
        except NotOnMoto as absent:
            physical, status = absent.physical, "CREATE_SKIPPED"
        self.scope.made[name] = Made(name, declared["Type"], physical, properties, declared, written)
        self.tell(name, declared["Type"], physical, status, "")

    def _change(self, old: Made, declared: dict, written: dict) -> list[Made]:
        """Changes a resource, or makes it anew where AWS's schema of its type says so; then the old one is returned."""
        name, kind, properties = old.logical_resource_id, kind_of(declared["Type"]), self.scope.read(written)
        changed = {key for key in {*old.properties, *properties} if old.properties.get(key) != properties.get(key)}
        self.scope.changed(name)
        if changed & create_only(declared["Type"]):
            self._create(name, declared, written)
            if self.scope.made[name].physical_resource_id == old.physical_resource_id:
                # Where moto cannot make it, nothing else tells that the name is taken.
                raise StackFailed(f"{old.physical_resource_id} already exists")
            return [old]
        status, about = "UPDATE_COMPLETE", self._about(name)
        if "UpdatePolicy" in declared:
            about["UpdatePolicy"] = resolve(declared["UpdatePolicy"], self.scope)
        self.tried.append(name)
        try:
            physical = kind.update(self.scope.account, old.physical_resource_id, old.properties, properties, about)
        except NotOnMoto as absent:
            physical, status = absent.physical, "UPDATE_SKIPPED"
        self.scope.made[name] = Made(name, declared["Type"], physical, properties, declared, written)
        self.tell(name, declared["Type"], physical, status, ", ".join(sorted(changed)))
        # Another id is another resource ("Custom resource reference"): the old one goes when everything else is done.
        return [] if physical == old.physical_resource_id else [old]

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
