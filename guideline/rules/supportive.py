"""SUP: skin, feet, falls, daily life, and what kind of orthosis. Prevention that needs no diagnosis."""

from __future__ import annotations

from guideline.rule import Activity, Conclude, Example, Order, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, MILD_DROP, NO_DROP, SEVERE_DROP

_CORD = {**DROP, "spinal-cord-injury": True}

PRESSURE_RISK = Rule(
    id="FD-SUP-00",
    title="The skin is at risk from lying or sitting still",
    why="Whoever cannot move, or lies with an injured cord or spine, does not shift weight in time; a walker does.",
    statements=("C-33", "SUP-01"),
    strength="recommend",
    population="everyone",
    when="""
        ("has-foot-drop" or "emergency")
        and ("immobile" or "mobilisation-barred"
            or "spinal-cord-injury"
                and ("ambulatory" is not true or "acute-spinal-trauma" or "initial-assessment-phase"))
    """,
    then=(Conclude(name="pressure-risk"),),
    cases=(
        yes("immobile", DROP, {"immobile": True, "ambulatory": False}),
        yes("spine not cleared", DROP, {"acute-spinal-trauma": True}),
        yes("a cord injury, does not walk", _CORD, {"ambulatory": False}),
        yes("a cord injury, nobody has said", _CORD, {"ambulatory": None}),
        yes("a fresh cord injury", _CORD, {"initial-assessment-phase": True}),
        yes("a cord injury in an acute trauma, cleared", _CORD, {"acute-spinal-trauma": True, "spine-cleared": True}),
        no("an old cord injury, walks", _CORD, {"acute-spinal-trauma": False, "initial-assessment-phase": False}),
        no("walks", DROP),
        yes("an emergency without a drop", NO_DROP, {"immobile": True, "compartment-syndrome-suspected": True}),
        no("neither drop nor emergency", NO_DROP, {"immobile": True}),
    ),
)

PRESSURE_ULCERS = Rule(
    id="FD-SUP-01",
    title="Prevent pressure ulcers from the first hour",
    why="A sore begins within hours and takes months to heal.",
    statements=("SUP-01", "SUP-02", "SUP-03", "C-33"),
    strength="recommend",
    when='"pressure-risk"',
    then=(
        Order(
            key="pressure-ulcer-prevention",
            priority="asap",
            text="Begin pressure-ulcer prevention now: risk score, mattress, heels off the bed.",
        ),
        Activity(
            key="repositioning",
            priority="asap",
            text="Change position every {repositioning-shortest} to {repositioning-longest}; log-roll as long as an "
            "injured spine is not cleared.",
        ),
        Order(
            key="skin-check",
            priority="asap",
            window=('"as-of"', '"as-of" + "pressure-skin-check"'),
            fresh_from='"as-of"',
            text="Check heels, sacrum and all other pressure points every day.",
        ),
    ),
    cases=(
        yes("immobile", DROP, {"immobile": True, "ambulatory": False}),
        yes("a cord injury, does not walk", _CORD, {"ambulatory": False}),
        no("walks", DROP, {"immobile": False}),
        no("an old cord injury, walks", _CORD, {"acute-spinal-trauma": False, "initial-assessment-phase": False}),
    ),
)

DIABETIC_FOOT = Rule(
    id="FD-SUP-05",
    title="Diabetes with neuropathy: regular foot care",
    why="A foot that neither feels nor lifts is injured unnoticed, and in diabetes may be lost.",
    statements=("SUP-05", "EDU-12", "CON-07"),
    strength="recommend",
    when="""
        "has-foot-drop"
        and ("diabetic-neuropathy" or "diabetic-radiculoplexus-neuropathy"
            or "diabetes" and ("polyneuropathy" or "sensory-loss" or "neuropathic-pain"
                or "edx-localisation" = 'polyneuropathy'))
    """,
    then=(
        Order(
            key="podiatry",
            fresh_from='"as-of" - "foot-care-interval"',
            text="Podiatry, every {foot-care-interval} at least: diabetes with neuropathy needs regular foot care.",
        ),
        Activity(
            key="foot-care",
            text="Look at both feet every day, never walk barefoot, wear shoes that fit, and show any sore at once.",
        ),
    ),
    cases=(
        yes("diabetic neuropathy", DROP, {"diabetic-neuropathy": True}),
        yes("diabetic radiculoplexus neuropathy", DROP, {"diabetic-radiculoplexus-neuropathy": True}),
        yes("diabetes and a polyneuropathy", DROP, {"diabetes": True, "polyneuropathy": True}),
        yes("diabetes and a numb sole", DROP, {"diabetes": True, "sensation-sole": "absent"}),
        yes("diabetes and neuropathic pain", DROP, {"diabetes": True, "neuropathic-pain": True}),
        yes("diabetes and a polyneuropathy on EDX", DROP, {"diabetes": True, "edx-localisation": "polyneuropathy"}),
        no("diabetes, the foot feels normally", DROP, {"diabetes": True, "sensation-foot-dorsum": "normal"}),
        no("a polyneuropathy, no diabetes", DROP, {"diabetes": False, "polyneuropathy": True}),
        no("no drop", NO_DROP, {"diabetic-neuropathy": True}),
    ),
)

FALLS = Rule(
    id="FD-SUP-07",
    title="Everyone with a foot drop has the risk of falls assessed",
    why="A toe that catches is a fall, and a fall is a fracture.",
    statements=("SUP-07", "EDU-06", "CON-12"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop"',
    then=(
        Order(
            key="fall-risk-assessment",
            fresh_from='"as-of" - "fall-risk-interval"',
            text="Assess the risk of falls: a dropped foot catches on the floor.",
        ),
    ),
    cases=(
        yes("a drop", DROP),
        yes("a mild one", MILD_DROP),
        yes("a child", DROP, CHILD),
        no("none", NO_DROP),
    ),
)

DAILY_LIFE = Rule(
    id="FD-SUP-09",
    title="When daily life suffers, consider occupational therapy",
    why="Home, bathroom, shoes, work and driving can be made safe before strength returns.",
    statements=("B-47", "CON-12", "SUP-07"),
    strength="consider",
    when="""
        "has-foot-drop"
        and ("patient-bothered" or "gait-limited" or "severity" = 'severe' or "falls-past-year" >= "recurrent-falls")
    """,
    then=(
        Order(
            key="occupational-therapy",
            text="Consider occupational therapy: home and bathroom safety, footwear, work, driving.",
        ),
    ),
    cases=(
        yes("bothered", MILD_DROP, {"patient-bothered": True}),
        yes("walking limited", MILD_DROP, {"gait-limited": True}),
        yes("severe", SEVERE_DROP),
        yes("has fallen", MILD_DROP, {"falls-past-year": at('"recurrent-falls"')}),
        no("has not fallen", MILD_DROP, {"falls-past-year": at('"recurrent-falls" - 1')}),
        no("no drop", NO_DROP, {"gait-limited": True}),
    ),
)


def _orthosis_kind(letter: str, title: str, fact: str, text: str, cases: tuple[Example, ...]) -> Rule:
    """What the orthotist should know before choosing."""
    return Rule(
        id=f"FD-SUP-10{letter}",
        title=title,
        why="Tone, calf strength and passive movement decide what kind of orthosis works.",
        statements=("B-37", "ORT-14"),
        strength="consider",
        population="everyone",
        when=f'"proposed-ankle-foot-orthosis" and {fact}',
        then=(Activity(key="orthosis-fitting", text=text),),
        cases=cases,
    )


_MODERATE = {**DROP, "severity": "moderate"}
ORTHOSIS_SPASTIC = _orthosis_kind(
    "a",
    "A spastic foot needs a stiffer orthosis",
    '"spasticity"',
    "Spastic: a stiffer or moulded orthosis.",
    (
        yes("spastic", _MODERATE, {"spasticity": True}),
        no("not spastic", _MODERATE, {"spasticity": False}),
        no("no orthosis proposed", _MODERATE, {"spasticity": True, "afo-in-use": True}),
    ),
)
ORTHOSIS_FLACCID = _orthosis_kind(
    "b",
    "A flaccid foot does with a light spring",
    '"spasticity" is false',
    "Not spastic: a leaf-spring or carbon orthosis.",
    (
        yes("looked for and absent", _MODERATE, {"spasticity": False}),
        no("spastic", _MODERATE, {"spasticity": True}),
        no("never looked for", _MODERATE),
        no("no orthosis proposed", _MODERATE, {"spasticity": False, "afo-in-use": True}),
    ),
)
ORTHOSIS_WEAK_CALF = _orthosis_kind(
    "c",
    "A very weak calf needs more than a spring",
    '"mrc-ankle-plantarflexion" <= "severe-mrc"',
    "Very weak calf: an orthosis that also controls the calf.",
    (
        yes("at the grade", _MODERATE, {"mrc-ankle-plantarflexion": at('"severe-mrc"')}),
        no("one grade better", _MODERATE, {"mrc-ankle-plantarflexion": at('"severe-mrc" + 1')}),
        no("no orthosis proposed", _MODERATE, {"mrc-ankle-plantarflexion": 0, "afo-in-use": True}),
    ),
)
ORTHOSIS_STIFF = _orthosis_kind(
    "d",
    "A shortened calf needs the orthotist's own plan",
    '"calf-contracture"',
    "Shortened calf: the orthotist plans for the fixed position; a standard orthosis will rub.",
    (
        yes("a contracture", _MODERATE, {"calf-contracture": True}),
        no("none", _MODERATE, {"calf-contracture": False}),
        no("no orthosis proposed", _MODERATE, {"calf-contracture": True, "afo-in-use": True}),
    ),
)
