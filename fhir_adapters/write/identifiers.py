"""Every name this package gives to what it writes: identifier systems, canonical URLs, deterministic ids.

One uuid serves as the business identifier (in the system `PROPOSAL`, by which a reader recognises our own proposals)
and as the `urn:uuid:` of the Bundle entry. It is a hash over what the resource says, so it holds no name and no date
of birth, a retry finds what the first try created, and a higher priority or a new version is a new resource.
"""

from __future__ import annotations

import hashlib
from uuid import NAMESPACE_URL, UUID, uuid5

from guideline.assessment import Guideline
from guideline.vocabulary import BASE

PROPOSAL = f"{BASE}/identifier/proposal"
REQUEST = f"{BASE}/identifier/request"
SOFTWARE = f"{BASE}/identifier/software"
STATEMENT = f"{BASE}/identifier/statement"
URN = "urn:ietf:rfc:3986"


class Names:
    """Uuids (RFC 4122, version 5) in one namespace: `uuid.uuid5`, with the namespace hashed once."""

    def __init__(self, namespace: UUID) -> None:
        self._hash = hashlib.sha1(namespace.bytes, usedforsecurity=False)

    def of(self, name: str) -> str:
        """The uuid of a name, as text."""
        made = self._hash.copy()
        made.update(name.encode())
        number = made.hexdigest()
        variant = "89ab"[int(number[16], 16) & 3]
        return f"{number[:8]}-{number[8:12]}-5{number[13:16]}-{variant}{number[17:20]}-{number[20:32]}"


_NAMES = Names(uuid5(NAMESPACE_URL, BASE))

# What counts as still there when a transaction is tried again. A proposal that was revoked, put on hold or completed
# must not stand in the way of proposing the same care anew (decision D-13), so those states do not match.
_LIVE = {
    "CarePlan": "&status=draft,active",
    "ServiceRequest": "&status=draft,active",
    "Goal": "&lifecycle-status=proposed,planned,accepted,active",
}


def plan_definition(guideline: Guideline) -> str:
    """The canonical URL of the guideline's PlanDefinition, with its version."""
    return f"{BASE}/PlanDefinition/{guideline.id}|{guideline.version}"


def rule_uri(guideline: Guideline, rule: str) -> str:
    """The place of one rule in the PlanDefinition: the action whose id is the rule's."""
    return f"{BASE}/PlanDefinition/{guideline.id}#{rule}"


def urn(value: str) -> str:
    return f"urn:uuid:{value}"


def if_none_exist(resource_type: str, value: str) -> str:
    """The search that keeps a retry from creating the resource twice."""
    return f"identifier={PROPOSAL}|{value}{_LIVE.get(resource_type, '')}"


class Ids:
    """Hands out ids for one Bundle. Two resources that say the same would share an id: the second gets its own."""

    def __init__(self, *scope: str) -> None:
        self._scope = "\x1f".join(scope)
        self._taken: set[str] = set()

    def new(self, resource_type: str, *says: str) -> str:
        name = "\x1f".join((self._scope, resource_type, *says))
        value = _NAMES.of(name)
        count = 1
        while value in self._taken:
            count += 1
            value = _NAMES.of(f"{name}\x1f{count}")
        self._taken.add(value)
        return value
