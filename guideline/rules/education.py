"""EDU: what the patient takes home. When to come back at once stands in every plan."""

from __future__ import annotations

from guideline.rule import Activity, Example, Rule, no, yes
from guideline.rules.people import DROP, NO_DROP, PERONEAL

SAFETY_NET = Rule(
    id="FD-EDU-07",
    title="Everyone knows when to come back at once",
    why="What is harmless today may be an emergency tonight, and the patient is the first to notice.",
    statements=("EDU-07", "RED-05", "RED-01"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" or "emergency"',
    then=(
        Activity(
            key="safety-net",
            text="Come back at once for: trouble with bladder or bowel, numbness around the genitals or back passage, "
            "a foot that no longer moves at all, severe pain with numbness, quickly growing or spreading weakness, "
            "loss of appetite or weight, fever.",
        ),
    ),
    cases=(
        yes("a drop", DROP),
        yes("an emergency without a drop", NO_DROP, {"compartment-syndrome-suspected": True}),
        yes("a child", DROP, {"age": 9}),
        no("neither", NO_DROP),
    ),
)


def _lesson(
    number: str,
    title: str,
    why: str,
    statements: tuple[str, ...],
    when: str,
    text: str,
    cases: tuple[Example, ...],
    everyone: bool = False,
) -> Rule:
    """One thing to explain; all lessons make one activity."""
    return Rule(
        id=f"FD-EDU-{number}",
        title=title,
        why=why,
        statements=statements,
        strength="recommend",
        population="everyone" if everyone else "adults",
        when=when,
        then=(Activity(key="education", text=text),),
        cases=cases,
    )


WHAT_IT_IS = _lesson(
    "09",
    "Explain what a foot drop is",
    "Who understands the cause takes part in the treatment.",
    ("EDU-09", "EDU-11", "DEF-07", "EDU-01"),
    '"has-foot-drop"',
    "Foot drop is a sign of another problem: its cause decides the treatment and whether it passes. Tell us if the "
    "toes begin "
    "to drag, or drag more.",
    (yes("a drop", DROP), no("none", NO_DROP)),
    everyone=True,
)
FALL_ADVICE = _lesson(
    "06",
    "Explain how to prevent falls",
    "Most falls happen at home, over things that could be moved.",
    ("EDU-06", "SUP-07", "B-47"),
    '"has-foot-drop"',
    "A dropped foot makes you trip: firm shoes, good light, hand rails, no loose rugs.",
    (yes("a drop", DROP), no("none", NO_DROP)),
    everyone=True,
)
DRIVING = _lesson(
    "14",
    "Speak about driving, work and mood",
    "What nobody asks about is often what weighs most.",
    ("B-47", "EDU-11"),
    '"has-foot-drop"',
    "Ask before driving: a weak foot may not brake safely. Speak about work, pain and mood.",
    (yes("a drop", DROP), no("a child does not drive", DROP, {"age": 9}), no("none", NO_DROP)),
)
COMPRESSION = _lesson(
    "03",
    "Know what presses on the nerve",
    "The nerve lies under the skin at the outer side of the knee; lost fat no longer pads it.",
    ("EDU-03", "EDU-02", "B-10", "B-07", "LOC-61"),
    """
        "has-foot-drop"
        and ("peroneal-suspected" or "hnpp" or "recurrent-or-familial-pressure-palsy" or "weight-loss-intentional")
    """,
    "Spare the outer side of the knee: no long squatting or kneeling, no crossed legs, no tight cast, strap or "
    "stocking, no "
    "rapid weight loss.",
    (
        yes("a peroneal pattern", PERONEAL),
        yes("crosses the legs", DROP, {"habitual-leg-crossing": True}),
        yes("pressure palsies run in the family", DROP, {"recurrent-or-familial-pressure-palsy": True}),
        yes("HNPP", DROP, {"hnpp": True}),
        yes("meant to lose weight", DROP, {"weight-loss-intentional": True}),
        no("nothing of it known", DROP),
        no("no drop", NO_DROP, {"hnpp": True}),
    ),
)
PREGNANCY = _lesson(
    "15",
    "Pregnancy and labour",
    "Nerve and plexus can be pressed during labour.",
    ("B-42",),
    '"has-foot-drop" and "pregnant"',
    "Tell the midwife about the foot: long squatting and pressure on the knees in labour can hurt the nerve.",
    (
        yes("pregnant", DROP, {"pregnant": True}),
        no("not pregnant", DROP, {"pregnant": False}),
        no("no drop", NO_DROP, {"pregnant": True}),
    ),
)

RESOURCES = Rule(
    id="FD-EDU-10",
    title="Where to read more",
    why="Some patients want to read, and some want to take part in research.",
    statements=("EDU-10",),
    strength="option",
    when='"has-foot-drop"',
    then=(Activity(key="education", text="To read more: MedlinePlus; for studies: ClinicalTrials.gov."),),
    cases=(yes("a drop", DROP), no("none", NO_DROP)),
)
