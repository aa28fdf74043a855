"""Where it all comes from: the guideline and its rules, the statements they encode, the resources that were read.

R4 gives Provenance no identifier, so a retry cannot be recognised: it is written once for each time it is posted.
"""

from __future__ import annotations

from itertools import chain

from fhir_adapters.write import codes
from fhir_adapters.write.context import Context
from fhir_adapters.write.elements import Json, concept, identifier, narrative, present
from fhir_adapters.write.identifiers import STATEMENT, urn
from fhir_adapters.write.references import named
from guideline.assessment import Alert, Differential, Proposal


def provenance(ctx: Context, targets: list[str]) -> tuple[str, Json]:
    rules, statements = _cited(ctx)
    value = ctx.ids.new("Provenance", ctx.moment, *targets)
    inputs = [one for one in named(ctx.because()) if "reference" in one or "identifier" in one]
    out: Json = {
        "resourceType": "Provenance",
        "text": narrative(f"Guideline {ctx.version}", f"Rules: {', '.join(rules)}." if rules else "No rule fired."),
        "target": [{"reference": urn(one)} for one in targets],
        "occurredDateTime": ctx.moment,
        "recorded": ctx.instant,
        "policy": [ctx.canonical, *ctx.rule_uris(rules)],
        "activity": concept("", codes.CREATE),
        "agent": [{"type": concept("", codes.ASSEMBLER), "who": ctx.software()}],
        "entity": [
            *[{"role": "derivation", "what": one} for one in inputs],
            *[{"role": "source", "what": _statement(one)} for one in statements],
        ],
    }
    return value, present(out)


def _statement(key: str) -> Json:
    return {"identifier": identifier(STATEMENT, key), "display": f"Catalogue statement {key}"}


def _cited(ctx: Context) -> tuple[list[str], list[str]]:
    """Every rule that spoke and every statement it speaks for, sorted."""
    a = ctx.assessment
    found: list[Proposal | Alert | Differential] = [*a.orders, *a.activities, *a.alerts]
    found += [one for limb in a.limbs for one in limb.differential]
    rules = {*chain.from_iterable(one.rules for one in (*found, *a.timeline))}
    statements = {*chain.from_iterable(one.statements for one in (*found, *a.questions, *a.prognosis))}
    return sorted(rules), sorted(statements)
