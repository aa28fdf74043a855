"""What the guideline makes of the legs, as a ClinicalImpression: severity, course, differential, prognosis."""

from __future__ import annotations

from fhir_adapters.write import codes
from fhir_adapters.write.context import Context
from fhir_adapters.write.elements import Json, clean, concept, identifier, narrative, notes, present, sided
from fhir_adapters.write.identifiers import PROPOSAL
from fhir_adapters.write.references import CONDITION, literal
from guideline.assessment import Limb, Prognosis


def clinical_impression(ctx: Context) -> tuple[str, Json]:
    a = ctx.assessment
    limbs = [_limb(limb) for limb in a.limbs]
    outlook = [text for one in a.prognosis if (text := sided(one.side, one.text))]
    value = ctx.ids.new("ClinicalImpression", *limbs, *outlook)
    out: Json = {
        "resourceType": "ClinicalImpression",
        "text": narrative("Clinical impression", *limbs, *outlook, a.notice),
        "identifier": [identifier(PROPOSAL, value)],
        "status": "completed",
        "description": clean(f"Derived by the guideline {ctx.version} from the record."),
        "subject": ctx.patient(),
        "effectiveDateTime": ctx.moment,
        "date": ctx.moment,
        "problem": literal(ctx.because(), CONDITION),
        "protocol": [ctx.canonical],
        "summary": clean("\n".join(limbs)),
        "finding": [finding for limb in a.limbs for finding in _findings(limb)],
        "prognosisCodeableConcept": [concept(text) for text in outlook],
        "note": notes(a.notice, *(_cited(one) for one in a.prognosis)),
    }
    return value, present(out)


def _limb(limb: Limb) -> str:
    drop = {True: "foot drop", False: "no foot drop", None: "foot drop not known"}[limb.foot_drop]
    words = [drop, limb.severity, limb.course, f"since {limb.onset}" if limb.onset else None]
    words += [f"{one.certainty} {codes.title(one.diagnosis).lower()}" for one in limb.differential]
    return sided(limb.side, ", ".join(word for word in words if word) + ".")


def _findings(limb: Limb) -> list[Json]:
    """The foot drop itself, then the differential. FHIR has no place for the side of a finding but its text."""
    found: list[Json] = []
    if limb.foot_drop:
        found.append({"itemCodeableConcept": codes.foot_drop(sided(limb.side, "foot drop"))})
    for one in limb.differential:
        text = sided(limb.side, f"{codes.title(one.diagnosis).lower()} ({one.certainty})")
        basis = f"{one.certainty}; rules {', '.join(one.rules)}; statements {', '.join(one.statements)}"
        found.append({"itemCodeableConcept": codes.diagnosis(one.diagnosis, text), "basis": basis})
    return found


def _cited(one: Prognosis) -> str:
    return f"{sided(one.side, one.text)} Statements: {', '.join(one.statements)}."
