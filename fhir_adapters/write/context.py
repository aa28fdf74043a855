"""What every part of one Bundle needs to know: built once for an assessment, thrown away with it."""

from __future__ import annotations

from fhir_adapters.write.elements import Json, clean, identifier, moments
from fhir_adapters.write.identifiers import SOFTWARE, URN, Ids, plan_definition, rule_uri
from fhir_adapters.write.open_questions import OpenQuestions
from guideline.assessment import Assessment, Because, Proposal


class Context:
    def __init__(self, assessment: Assessment, *, cpt: bool) -> None:
        guideline = assessment.guideline
        self.assessment = assessment
        self.cpt = cpt
        self.moment, self.instant = moments(assessment.as_of)
        self.day = assessment.as_of[:10]
        self.canonical = plan_definition(guideline)
        self.version = f"{guideline.id} {guideline.version}"
        self.ids = Ids(assessment.patient, guideline.id, guideline.version)
        self.open = OpenQuestions(assessment.questions)

    def patient(self) -> Json:
        """The patient by reference; without an id by the urn, as an identifier: in the Bundle that we write it would
        point to an entry that is not there. One who has neither is only said to be the patient."""
        name = self.assessment.patient
        if name.startswith("Patient/"):
            return {"reference": name}
        if name.startswith("urn:"):
            return {"type": "Patient", "identifier": identifier(URN, clean(name))}
        return {"type": "Patient", "display": "The patient of the record"}

    def software(self) -> Json:
        """Who wrote this: the guideline as a device, named and not stored."""
        return {
            "type": "Device",
            "identifier": identifier(SOFTWARE, self.assessment.guideline.id),
            "display": clean(f"Guideline {self.version}"),
        }

    def rule_uris(self, rules: list[str]) -> list[str]:
        return [rule_uri(self.assessment.guideline, rule) for rule in rules]

    def lacks_data(self, order: Proposal) -> bool:
        """Is a question open that could change this order, on its side?"""
        return bool(self.open.about(order))

    def foot_drop(self, side: str | None) -> bool:
        """Is a foot drop recorded on that side, or on either when no side is meant?"""
        return any(limb.foot_drop for limb in self.assessment.limbs if side in (None, limb.side))

    def because(self) -> list[Because]:
        """Every fact that anything in the assessment rests on."""
        a = self.assessment
        return [fact for part in (a.orders, a.activities, a.alerts) for one in part for fact in one.because]


def citation(proposal: Proposal) -> str:
    """How strongly, on which rules and on which statements."""
    return (
        f"Strength: {proposal.strength}. Priority: {proposal.priority}. Rules: {', '.join(proposal.rules)}."
        f" Statements: {', '.join(proposal.statements)}."
    )
