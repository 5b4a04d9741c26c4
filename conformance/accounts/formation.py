"""Puts our making of resources behind moto's CloudFormation, which keeps stacks, change sets and events.

Moto's own skips the types that it does not know and reports CREATE_COMPLETE, deletes in random order, forgets the exports of
a stack that a change set made, does not evaluate Rules, takes nothing back, and works as nobody's role.
"""

import json
from typing import Any

from moto.cloudformation import models
from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.utils import generate_stack_id

from accounts.cloud import Cloud
from accounts.intrinsics import TemplateError
from accounts.scope import StackScope
from accounts.stack import CleanupFailed, DeployedStack, StackFailed

EMPTY = {"Resources": {}}


class Formation:
    """Replaces what moto does behind the operations of CloudFormation."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.unlucky = False
        backend, stack, change_set = models.CloudFormationBackend, models.Stack, models.ChangeSet
        backend.execute_change_set = lambda moto, change_set_name, stack_name=None: self._execute(moto, change_set_name)
        backend.create_stack = lambda moto, *given, **named: self._create(moto, *given, **named)
        backend.update_stack = lambda moto, *given, **named: self._update(moto, *given, **named)
        backend.delete_stack = lambda moto, name_or_stack_id: self._delete(moto, name_or_stack_id)
        change_set.diff = lambda moto: self._changes(moto)
        stack._create_resource_map = lambda moto: _Resources()
        stack._create_output_map = lambda moto: None
        stack.stack_resources = property(lambda moto: self._deployed(moto).scope.made.values())
        stack.stack_parameters = property(lambda moto: self._deployed(moto).scope.unresolved())
        stack.parameter_list = property(lambda moto: _parameters(self._deployed(moto).scope))
        stack.outputs = property(lambda moto: _outputs(self._deployed(moto)))
        stack.exports = property(lambda moto: [])

    def _deployed(self, moto: models.Stack) -> DeployedStack:
        if not hasattr(moto, "deployed"):
            scope = StackScope(self.cloud.accounts[moto.account_id], moto.name, moto.stack_id, EMPTY, {}, {})
            moto.deployed = DeployedStack(scope, lambda *words: _tell(moto, *words), self.unlucky)
        return moto.deployed

    def _scope(self, moto: models.ChangeSet) -> StackScope:
        return self._scope_of(moto.stack, moto.template_dict, moto.parameters)

    def _scope_of(self, stack: models.Stack, template: dict, parameters: dict, role: str | None = None) -> StackScope:
        """With a role CloudFormation works as that, and may do no more."""
        account = self.cloud.accounts[stack.account_id]
        exported = models.cloudformation_backends[account.id][stack.region_name].exports
        exports = {name: export.value for name, export in exported.items()}
        acting = account.limited(role) if role else account
        try:
            return StackScope(acting, stack.name, stack.stack_id, template, parameters, exports)
        except TemplateError as error:
            raise ValidationError(message=str(error)) from error

    def _changes(self, moto: models.ChangeSet) -> list[models.Change]:
        """CloudFormation refuses a template when it is asked for the change set."""
        scope, deployed = self._scope(moto), self._deployed(moto.stack)
        try:
            deployed.refuse(scope)
            wanted = scope.wanted()
        except TemplateError as error:
            raise ValidationError(message=f"Template error: {error}") from error
        standing = deployed.scope.made
        return [models.Change("Modify" if name in standing else "Add", name, each["Type"]) for name, each in wanted.items()]

    def _execute(self, backend: models.CloudFormationBackend, name: str) -> None:
        change_set = backend.describe_change_set(name)
        stack, verb = backend.stacks[change_set.stack_id], change_set.change_set_type
        deployed, scope = self._deployed(stack), self._scope(change_set)
        stack._add_stack_event(f"{verb}_IN_PROGRESS", resource_status_reason="User Initiated")
        try:
            deployed.update(scope)
            self._export(backend, deployed)
            stack.status = f"{verb}_COMPLETE"
        except (StackFailed, TemplateError) as failed:
            # AWS would go back to what was; here what was made stays, to be looked at.
            stack.status = f"{verb}_FAILED"
            stack._add_stack_event(stack.status, resource_status_reason=str(failed))
            return
        stack._add_stack_event(stack.status)
        stack.template, stack.template_dict, stack.parameters = change_set.template, change_set.template_dict, change_set.parameters
        change_set.execution_status = "EXECUTE_COMPLETE"

    def _create(
        self, backend: models.CloudFormationBackend, name: str, template: str, parameters: dict, **given: Any
    ) -> models.Stack:
        if name in [stack.name for stack in backend.stacks.values()]:
            raise AlreadyExistsException(f"Stack [{name}] already exists")
        role = given.get("role_arn")
        self._refuse_role(backend.account_id, role)
        id = generate_stack_id(name, backend.region_name, backend.account_id)
        account, region = backend.account_id, backend.region_name
        stack = models.Stack(id, name, template, parameters, account, region, role_arn=role)
        scope = self._scope_of(stack, stack.template_dict, parameters, role)
        deployed = self._deployed(stack)
        self._refuse(deployed, scope)
        backend.stacks[id] = stack
        stack._add_stack_event("CREATE_IN_PROGRESS", resource_status_reason="User Initiated")
        try:
            deployed.update(scope)
            self._export(backend, deployed)
            stack.status = "CREATE_COMPLETE"
        except (StackFailed, TemplateError) as failed:
            # Moto does not pass OnFailure on: what is left is an empty stack, as by default.
            stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=str(failed))
            deployed.delete()
            stack.status = "ROLLBACK_COMPLETE"
        stack._add_stack_event(stack.status)
        return stack

    def _update(
        self,
        backend: models.CloudFormationBackend,
        name: str,
        template: str,
        role_arn: str | None,
        parameters: list[dict],
        tags: dict | None,
    ) -> models.Stack:
        """What fails is taken back; without a role CloudFormation goes on with the one that it had."""
        stack = backend.get_stack(name)
        deployed, previous = self._deployed(stack), self._deployed(stack).scope
        given = backend._resolve_update_parameters(stack, parameters)
        role = role_arn or stack.role_arn
        self._refuse_role(backend.account_id, role)
        wanted = models.Stack.parse_template(template)
        scope = self._scope_of(stack, wanted, given, role)
        self._refuse(deployed, scope)
        if wanted == stack.template_dict and given == stack.parameters:
            raise ValidationError(message="No updates are to be performed.")
        stack.role_arn, stack.status = role, "UPDATE_IN_PROGRESS"
        stack._add_stack_event(stack.status, resource_status_reason="User Initiated")
        try:
            deployed.update(scope)
            self._export(backend, deployed)
        except CleanupFailed as failed:
            stack.status = "UPDATE_FAILED"
            stack._add_stack_event(stack.status, resource_status_reason=str(failed))
            return stack
        except (StackFailed, TemplateError) as failed:
            stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", resource_status_reason=str(failed))
            stack.status = "UPDATE_ROLLBACK_COMPLETE"
            try:
                deployed.roll_back(previous)
            except StackFailed as again:
                stack.status = "UPDATE_ROLLBACK_FAILED"
                stack._add_stack_event(stack.status, resource_status_reason=str(again))
                return stack
            stack._add_stack_event(stack.status)
            return stack
        stack.status = "UPDATE_COMPLETE"
        stack._add_stack_event(stack.status)
        stack.template, stack.template_dict, stack.parameters = template, wanted, given
        return stack

    def _refuse(self, deployed: DeployedStack, scope: StackScope) -> None:
        try:
            deployed.refuse(scope)
        except TemplateError as error:
            raise ValidationError(message=f"Template error: {error}") from error

    def _refuse_role(self, account: str, role: str | None) -> None:
        """CloudFormation user guide, "AWS CloudFormation service role": it has to be there, and to trust the service."""
        found = self.cloud.accounts[account].client("iam").get_paginator("list_roles").paginate() if role else []
        for page in found:
            for each in page["Roles"]:
                if each["Arn"] == role and "cloudformation.amazonaws.com" in json.dumps(each["AssumeRolePolicyDocument"]):
                    return
        if role:
            raise ValidationError(message=f"Role {role} is invalid or cannot be assumed")

    def _export(self, backend: models.CloudFormationBackend, deployed: DeployedStack) -> None:
        """Exports are kept by name; one that another stack imports may not change or go."""
        scope, outputs = deployed.scope, deployed.scope.outputs()
        mine = deployed.exported
        new = {output["Export"]["Name"]: output["Value"] for output in outputs.values() if "Export" in output}
        used = _imported(backend)
        for name, value in mine.items():
            if name in used and new.get(name) != value:
                raise StackFailed(f"Export {name} cannot be changed or deleted as it is in use")
        for name in new:
            if name in backend.exports and name not in mine:
                raise StackFailed(f"Export with name {name} is already exported by another stack")
        for name in mine:
            backend.exports.pop(name, None)
        backend.exports.update({name: models.Export(scope.stack_id, name, value) for name, value in new.items()})
        deployed.exported = new
        deployed.outputs = outputs

    def _delete(self, backend: models.CloudFormationBackend, name: str) -> None:
        stack = next((each for each in backend.stacks.values() if name in (each.name, each.stack_id)), None)
        if stack is None:
            return
        if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(message=f"Stack [{stack.name}] cannot be deleted while in status {stack.status}")
        deployed, used = self._deployed(stack), _imported(backend)
        for export in deployed.exported:
            if export in used:
                raise ValidationError(message=f"Delete canceled. Cannot delete export {export} as it is in use.")
        stack._add_stack_event("DELETE_IN_PROGRESS", resource_status_reason="User Initiated")
        try:
            deployed.delete()
        except StackFailed as failed:
            stack.status = "DELETE_FAILED"
            stack._add_stack_event("DELETE_FAILED", resource_status_reason=str(failed))
            return
        for export in deployed.exported:
            backend.exports.pop(export)
        stack.status = "DELETE_COMPLETE"
        stack._add_stack_event("DELETE_COMPLETE")
        backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)


class _Resources:
    """Stands where moto keeps its own resources of a stack."""

    no_echo_parameter_keys: list[str] = []
    resolved_parameters: dict[str, str] = {}


def _imported(backend: models.CloudFormationBackend) -> set[str]:
    return {name for stack in backend.stacks.values() if hasattr(stack, "deployed") for name in stack.deployed.scope.imports}


def _outputs(deployed: DeployedStack) -> list[dict[str, str]]:
    return [{"OutputKey": name, "OutputValue": output["Value"]} for name, output in deployed.outputs.items()]


def _parameters(scope: StackScope) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in scope.unresolved().items()]


def _tell(moto: models.Stack, name: str, type: str, physical: str, status: str, reason: str) -> None:
    moto.events.append(models.Event(moto.stack_id, moto.name, name, physical, type, status, reason, None))
