"""SI-01 to SI-11: red flags, and the floor that the catalogue gives each."""

from __future__ import annotations

from typing import Final

import z3

from tests.proof.claim import (
    BARRED,
    BOTH_LEGS,
    COMPARTMENT,
    DISLOCATED,
    DROP,
    EXPLAINED,
    EXPLAINED_BOTH,
    EXTENDED,
    FLAIL,
    MOVING,
    RAPID,
    SACRAL,
    SPINAL_MRI,
    SPINE,
    UMN,
    WORSE,
    Claim,
    negated,
    waiting,
)
from tests.proof.plan import Plan
from tests.proof.three import Bool


def red(name: str, when: str, floor: str) -> Claim:
    """SI-01: a card that is no mere information, a request at the floor, and no conservative care alone."""

    def then(plan: Plan) -> Bool:
        return z3.And(plan.alert(least="warning"), plan.any_order(floor), z3.Not(waiting(plan)))

    return Claim("SI-01", f"{name}: an alert, a request at {floor} or above, no waiting", when, then)


RED_FLAGS: Final = (
    red("bladder, bowel or saddle with a drop", f"{DROP} and {SACRAL}", "stat"),
    red("bladder, bowel or saddle with back or leg pain", f'{SACRAL} and ("back-pain" or "radicular-pain")', "stat"),
    red("recorded cauda equina syndrome", '"cauda-equina-syndrome"', "stat"),
    red("flail foot", FLAIL, "stat"),
    red("severe pain and numbness", f'{DROP} and "pain-score" >= "severe-pain-score" and "severe-numbness"', "asap"),
    red("lost appetite or weight", f'{DROP} and ("appetite-loss" or "weight-loss-unintentional")', "asap"),
    red("recorded cord compression", f'{DROP} and "spinal-cord-compression"', "stat"),
    red("rapidly worsening", f"{DROP} and {RAPID}", "stat"),
    red(
        "an upper-motor-neuron sign that nothing explains", f"{DROP} and {UMN} and ({EXPLAINED}) is not true", "urgent"
    ),
    red("an upper-motor-neuron sign that worsens", f"{DROP} and {UMN} and {WORSE}", "urgent"),
    red("both legs, unexplained", f"{DROP} and {BOTH_LEGS} and ({EXPLAINED_BOTH}) is not true", "urgent"),
    red("both legs, worsening", f"{DROP} and {BOTH_LEGS} and {WORSE}", "urgent"),
    red("compartment syndrome", COMPARTMENT, "stat"),
    red("knee dislocation, recent or undated", DISLOCATED, "stat"),
    red(
        "sudden onset, recent or undated",
        f"""{DROP} and "onset-tempo" = 'sudden'
            and ("as-of" same day or before "onset" + "sudden-onset-window") is not false""",
        "stat",
    ),
    red("sudden onset at any time", f"{DROP} and \"onset-tempo\" = 'sudden'", "urgent"),
    red("a correctable spinal lesion", f'{SPINE} and "mri-surgically-correctable"', "urgent"),
)

EMERGENCIES: Final = (
    Claim(
        "SI-03",
        "bladder or bowel loss with a drop: spine surgeon and lumbar MRI at once, whatever else is known",
        f"{DROP} and {SACRAL}",
        lambda p: p.orders("spine-surgery-consult", "mri-lumbar-spine", least="stat"),
    ),
    Claim(
        "SI-04",
        "a flail foot is a critical alert of its own and more than brace and exercise",
        FLAIL,
        lambda p: z3.And(
            p.alert("flail-foot", least="critical"),
            p.order("emergency-assessment", least="stat"),
            p.other_than("peroneal-neuropathy"),
        ),
    ),
    Claim(
        "SI-05",
        "rapid worsening: brain, thoracic and cervical spine are imaged urgently",
        f"{DROP} and {RAPID}",
        lambda p: p.orders(*EXTENDED, least="urgent"),
    ),
    Claim(
        "SI-05",
        "an upper-motor-neuron sign that nothing explains, or that worsens: the same (D-04)",
        f"{DROP} and {UMN} and (({EXPLAINED}) is not true or {WORSE})",
        lambda p: p.orders(*EXTENDED, least="urgent"),
    ),
    Claim(
        "SI-05",
        "an explained and stable sign gets an alert that says so, or the images (D-04)",
        f"{DROP} and {UMN}",
        lambda p: z3.Or(p.orders(*EXTENDED, least="urgent"), p.alert("umn-signs-explained")),
    ),
    *(
        Claim(
            "SI-06",
            f"{key}: never below urgent where the spine is suspected",
            lambda p, key=key: z3.And(p.says(SPINE), p.proposes(key)),  # type: ignore[misc]
            lambda p, key=key: p.order(key, least="urgent"),  # type: ignore[misc]
        )
        for key in SPINAL_MRI
    ),
    Claim(
        "SI-06",
        "the spine is suspected: an urgent lumbar MRI",
        SPINE,
        lambda p: p.order("mri-lumbar-spine", least="urgent"),
    ),
    Claim(
        "SI-08",
        "suspected compartment syndrome: the surgeon at once, at any hour of ischaemia",
        COMPARTMENT,
        lambda p: z3.And(p.order("fasciotomy-consult", least="stat", strength="recommend"), p.alert(least="critical")),
    ),
    Claim(
        "SI-09",
        "knee dislocation: artery and nerve at once",
        DISLOCATED,
        lambda p: z3.And(
            p.orders("vascular-assessment", "neurological-assessment", least="stat"), p.alert(least="critical")
        ),
    ),
    Claim(
        "SI-10",
        "cord injury below the mean-pressure floor: a critical alert",
        '"spinal-cord-injury" and "mean-arterial-pressure" < "map-floor"',
        lambda p: p.alert("map-low", least="critical"),
    ),
    Claim(
        "SI-10",
        "at the floor: none",
        '"mean-arterial-pressure" >= "map-floor"',
        negated(lambda p: p.alert("map-low")),
    ),
    Claim(
        "SI-10",
        "cord injury, first phase, systolic at the floor: a critical alert",
        '"spinal-cord-injury" and "initial-assessment-phase" and "systolic-blood-pressure" <= "systolic-floor"',
        lambda p: p.alert("systolic-low", least="critical"),
    ),
    Claim(
        "SI-10",
        "above it, or later: none",
        '"systolic-blood-pressure" > "systolic-floor" or "initial-assessment-phase" is false',
        negated(lambda p: p.alert("systolic-low")),
    ),
    Claim("SI-11", "a spine that is not cleared: nobody moves", BARRED, negated(lambda p: p.activity(*MOVING))),
    Claim("SI-11", "nor walks", BARRED, negated(lambda p: p.proposes("gait-training", "walking-aid"))),
)
