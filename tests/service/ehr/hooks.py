"""What the CDS Hooks specification and Library say of the six hooks, in the EHR's own words.

Sources: https://cds-hooks.hl7.org/2.0/ and https://cds-hooks.org/hooks/; 3.0.0-ballot is https://cds-hooks.hl7.org/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

USER_TOKENS = {"userPractitionerId", "userPractitionerRoleId", "userPatientId", "userRelatedPersonId"}
TOKEN = re.compile(r"\{\{\s*(.*?)\s*\}\}")


@dataclass(frozen=True)
class Hook:
    """One hook: the version of its definition, its required and optional context, and the fields that are tokens."""

    name: str
    version: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ("encounterId",)

    @property
    def tokens(self) -> set[str]:
        return {f"context.{name}" for name in ("userId", "patientId", "encounterId")} | USER_TOKENS


HOOKS = {
    hook.name: hook
    for hook in (
        Hook("patient-view", "1.0", ("userId", "patientId")),
        Hook("order-select", "1.0", ("userId", "patientId", "selections", "draftOrders")),
        Hook("order-sign", "1.0", ("userId", "patientId", "draftOrders")),
        Hook("problem-list-item-create", "0.1.0", ("userId", "patientId", "conditions")),
        Hook("encounter-start", "1.0", ("userId", "patientId", "encounterId"), ()),
        Hook("encounter-discharge", "1.0", ("userId", "patientId", "encounterId"), ()),
    )
}


def resolved(template: str, context: dict[str, object], user: str) -> str:
    """A prefetch query with its tokens filled in. KeyError names a token for which there is no value."""

    def value(found: re.Match[str]) -> str:
        token = found.group(1)
        if token in USER_TOKENS:
            kind, _, name = user.partition("/")
            return {f"user{kind}Id": name}[token]
        return str(context[token.removeprefix("context.")])

    return TOKEN.sub(value, template)


def wrong_with_template(template: str, hook: Hook) -> list[str]:
    """What a 2.0.1 client could not do with a prefetch template of this hook."""
    found = [f"{token} is no token of {hook.name}" for token in TOKEN.findall(template) if token not in hook.tokens]
    query = TOKEN.sub("1", template)
    path, _, search = query.partition("?")
    if "{" in query or "}" in query:
        found.append("an open brace")
    if query.startswith("/") or ":" in path:
        found.append("not relative to the FHIR server")
    if search:
        found += [wrong for pair in search.split("&") if (wrong := _wrong_parameter(pair))]
        if "/" in path:
            found.append("neither an instance read nor a type search")
    elif not re.fullmatch(r"[A-Z][A-Za-z]+/1", path):
        found.append("neither an instance read nor a type search")
    return found


def _wrong_parameter(pair: str) -> str:
    name, equals, value = pair.partition("=")
    base, _, modifier = name.partition(":")
    if not equals or not value:
        return f"{name} has no value"
    if modifier not in ("", "in"):
        return f"the modifier :{modifier} is not for prefetch"
    if base.startswith("_") and base not in ("_count", "_sort"):
        return f"{base} is not for prefetch"
    if "." in base or base in ("_has", "_include", "_revinclude"):
        return f"{base} is a chain"
    if re.fullmatch(r"(ne|sa|eb|ap)\d{4}.*", unquote(value)):
        return f"the prefix of {value} is not for prefetch"
    return ""
