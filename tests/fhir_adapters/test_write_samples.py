"""Assessments made by hand, one for each outcome, for the tests of the written FHIR; no rule made them."""

from __future__ import annotations

from typing import Any

from guideline.assessment import (
    NOTICE,
    Alert,
    Assessment,
    Because,
    Differential,
    Goal,
    Guideline,
    Limb,
    Override,
    Prognosis,
    Proposal,
    Question,
    ReportedProblem,
    TimelineEntry,
)

MRC = Because(fact="mrc-ankle-dorsiflexion", side="left", value=2, resource="Observation/mrc-left")
SENSATION = Because(fact="sensation-foot-dorsum", side="left", value="reduced", resource="Observation/sensation")
PALSY = Because(fact="peroneal-neuropathy", side="left", value=True, resource="Condition/palsy")
ONSET = Because(fact="onset", side="left", value="2026-01-05", resource="Condition/palsy")
BLADDER = Because(fact="bladder-dysfunction", side=None, value=True, resource="Observation/bladder")


def proposal(key: str, **given: Any) -> Proposal:
    """An order or activity; whatever is not given is ordinary."""
    ordinary: dict[str, Any] = {
        "side": None,
        "priority": "routine",
        "strength": "recommend",
        "earliest": None,
        "latest": None,
        "status": "new",
        "supersedes": None,
        "text": f"Why {key} is proposed.",
        "rules": ["FD-TST-01"],
        "statements": ["CON-01"],
        "because": [MRC],
    }
    return Proposal(key=key, **{**ordinary, **given})


def alert(key: str, **given: Any) -> Alert:
    ordinary: dict[str, Any] = {
        "severity": "warning",
        "side": None,
        "text": f"Mind {key}.",
        "rules": ["FD-TST-02"],
        "statements": ["PIT-01"],
        "because": [MRC],
    }
    return Alert(key=key, **{**ordinary, **given})


def assessment(**given: Any) -> Assessment:
    """An assessment; whatever is not given is empty, and the outcome follows from the orders."""
    orders = given.get("orders", [])
    outcome = "recommendations" if any(order.status == "new" for order in orders) else "not-applicable"
    ordinary: dict[str, Any] = {
        "outcome": outcome,
        "notice": NOTICE,
        "as_of": "2026-03-01",
        "guideline": Guideline(id="footdrop", version="1.0.0"),
        "patient": "Patient/example",
    }
    lists = ("limbs", "orders", "activities", "goals", "alerts", "questions", "prognosis", "timeline", "problems")
    ordinary |= {name: [] for name in (*lists, "overrides")}
    return Assessment(**{**ordinary, **given})


def palsy() -> Assessment:
    """A left peroneal palsy with work-up, supportive care, a question, an existing order and a site's override."""
    differential = [
        Differential(diagnosis="peroneal-neuropathy", certainty="probable", rules=["FD-LOC-01"], statements=["LOC-10"]),
        Differential(
            diagnosis="lumbar-radiculopathy", certainty="suspected", rules=["FD-LOC-02"], statements=["LOC-11"]
        ),
    ]
    left = Limb(
        side="left",
        foot_drop=True,
        severity="moderate",
        course="stable",
        onset="2026-01-05",
        differential=differential,
    )
    right = Limb(side="right", foot_drop=False, severity=None, course=None, onset=None, differential=[])
    return assessment(
        limbs=[left, right],
        orders=[
            proposal("ankle-foot-orthosis", side="left", because=[MRC, PALSY, ONSET]),
            proposal("electrodiagnostic-study", side="left", earliest="2026-01-26", latest="2026-02-16"),
            proposal("fall-risk-assessment", priority="urgent"),
            proposal("imaging-fibular-head", side="left", strength="consider", because=[PALSY, ONSET]),
            proposal("mri-lumbar-spine", priority="urgent", supersedes="ServiceRequest/old-mri"),
            proposal("nerve-surgery-consult", side="left", earliest="2026-04-05", latest="2026-07-05"),
            proposal("physiotherapy", side="left", status="already-ordered"),
        ],
        activities=[
            proposal("education", text="Teach <what> & why."),
            proposal("home-toe-taps", side="left", earliest="2026-03-01", because=[MRC, PALSY]),
            proposal("skin-inspection", side="left", status="already-ordered", because=[]),
        ],
        goals=[Goal(key="fall-prevention", text="No falls."), Goal(key="mobility", text="Walks safely.")],
        alerts=[
            alert("compression-habit", severity="info", side="left", because=[MRC, SENSATION]),
            alert("two-tests-disagree", severity="critical"),
        ],
        questions=[
            Question(
                fact="mrc-ankle-inversion",
                side="left",
                text="How strong is ankle inversion?",
                would_change=["electrodiagnostic-study", "mri-lumbar-spine"],
                statements=["LOC-13"],
            )
        ],
        prognosis=[Prognosis(text="Most recover within months.", side="left", statements=["PRG-01"])],
        timeline=[TimelineEntry(date="2026-04-05", change="Nerve surgery opinion is eligible", rules=["FD-SUR-01"])],
        problems=[
            ReportedProblem(resource="Observation/9", element="valueInteger", text="MRC grade 7 is out of range.")
        ],
        overrides=[
            Override(
                parameter="Peroneal surgery eligible",
                default="3 months",
                value="4 months",
                signed_by="Neurology board",
                signed_on="2026-02-01",
            )
        ],
    )


def emergency() -> Assessment:
    """Suspected cauda equina at an exact time, without a recorded foot drop."""
    return assessment(
        as_of="2026-03-01T14:00:00Z",
        orders=[
            proposal("emergency-assessment", priority="stat", latest="2026-03-01", because=[BLADDER]),
            proposal("mri-lumbar-spine", priority="stat", latest="2026-03-01", because=[BLADDER]),
        ],
        alerts=[alert("cauda-equina-suspected", severity="critical", because=[BLADDER])],
    )


def needs_data() -> Assessment:
    """Nothing to propose before somebody examines the leg."""
    question = Question(
        fact="mrc-ankle-dorsiflexion",
        side="right",
        text="How strong is ankle dorsiflexion?",
        would_change=["ankle-foot-orthosis"],
        statements=["LOC-24"],
    )
    limb = Limb(side="right", foot_drop=None, severity=None, course=None, onset=None, differential=[])
    return assessment(outcome="needs-data", limbs=[limb], questions=[question])


def nothing_new() -> Assessment:
    """All that would be proposed exists."""
    limb = Limb(side="left", foot_drop=True, severity=None, course=None, onset=None, differential=[])
    return assessment(
        outcome="nothing-new",
        limbs=[limb],
        orders=[proposal("physiotherapy", side="left", status="done")],
        activities=[proposal("education", status="already-ordered")],
        goals=[Goal(key="mobility", text="Walks safely.")],
    )


def not_applicable() -> Assessment:
    """No foot drop, nothing to say."""
    return assessment(outcome="not-applicable")


SAMPLES = {one.__name__: one() for one in (palsy, emergency, needs_data, nothing_new, not_applicable)}


def test_there_is_a_sample_for_each_outcome() -> None:
    outcomes = {sample.outcome for sample in SAMPLES.values()}
    assert outcomes == {"recommendations", "needs-data", "nothing-new", "not-applicable"}
