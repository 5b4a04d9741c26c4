"""The kinds of resources, by type; see base.Kind."""

from accounts.kinds import balancing, blue_green, canary, custom, delivery, fleet, functions, identity, messages, network, routing, storage
from accounts.kinds.base import Kind

MODULES = (network, routing, balancing, fleet, identity, storage, messages, delivery, functions, custom, canary, blue_green)


def kind_of(type: str) -> Kind:
    if type not in KINDS:
        raise NotImplementedError(f"no resource of type {type} can be made here")
    return KINDS[type]


def _subclasses(base: type) -> list[type]:
    return [base, *(each for below in base.__subclasses__() for each in _subclasses(below))]


KINDS = {kind.type: kind() for kind in _subclasses(Kind) if kind.type}
