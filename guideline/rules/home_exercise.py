"""PT: exercise at home. It stands beside supervised physiotherapy, never instead, and stops when it hurts."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Conclude, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, Given

STANDS: Given = {**DROP, "can-stand-safely": True, "spasticity": False, "calf-contracture": False}

HOME_PROGRAMME = Rule(
    id="FD-PT-18",
    title="A home programme may be given",
    why="Home exercise completes supervised therapy; it needs a joint that may move and a patient whom it does "
    "not hurt.",
    statements=("PT-18", "PT-23", "C-36", "EDU-05"),
    strength="recommend",
    when="""
        "may-exercise" and "proposed-physiotherapy" and "exercise-pain" is not true and "leg-cast" is not true
    """,
    then=(Conclude(name="home-programme"),),
    cases=(
        yes("a drop", DROP),
        no("an exercise hurts", DROP, {"exercise-pain": True}),
        no("the leg is in a cast", DROP, {"leg-cast": True}),
        no("spine not cleared", DROP, {"acute-spinal-trauma": True}),
        no("rapid worsening", DROP, {"course": "rapidly-worsening"}),
        no("no drop, so no physiotherapy", NO_DROP),
    ),
)

EXERCISE_PAIN = Rule(
    id="FD-PT-23",
    title="An exercise that hurts is stopped and looked at",
    why="Pain on exercise may be a wrong technique, a wrong dose or a wrong diagnosis.",
    statements=("PT-23", "EDU-04"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "exercise-pain"',
    then=(
        Alert(
            key="exercise-pain",
            severity="warning",
            scope="patient",
            text="Exercise hurts: stop it, and find out why before any exercise at home goes on.",
        ),
    ),
    cases=(
        yes("it hurts", DROP, {"exercise-pain": True}),
        no("it does not", DROP, {"exercise-pain": False}),
        no("no drop", NO_DROP, {"exercise-pain": True}),
    ),
)


def _exercise(number: str, key: str, title: str, text: str, statement: str) -> Rule:
    """One exercise of the home programme."""
    return Rule(
        id=f"FD-PT-{number}",
        title=title,
        why="Simple, safe in a chair, and may help the muscles and joints of the foot.",
        statements=(statement, "PT-18", "PT-22"),
        strength="option",
        when='"home-programme"',
        then=(Activity(key=key, text=text),),
        cases=(
            yes("a drop", DROP),
            no("an exercise hurts", DROP, {"exercise-pain": True}),
            no("spine not cleared", DROP, {"acute-spinal-trauma": True}),
            no("no drop", NO_DROP),
        ),
    )


DORSIFLEXION = _exercise(
    "14",
    "home-dorsiflexion",
    "At home: pull the foot towards the shin",
    "Sitting, pull the foot towards the shin, helped by hand or towel as far as it does not go by itself.",
    "PT-14",
)
TOE_CURLS = _exercise(
    "15", "home-toe-curls", "At home: curl and stretch the toes", "Curl the toes, then stretch them out.", "PT-15"
)
TOE_TAPS = _exercise(
    "19",
    "home-toe-taps",
    "At home: tap the toes",
    "Sitting with the feet flat, lift and tap the toes while the heel stays down.",
    "PT-19",
)
ANKLE_CIRCLES = _exercise(
    "20",
    "home-ankle-circles",
    "At home: circle the ankle",
    "Sitting with the legs out, turn the ankle in circles both ways.",
    "PT-20",
)

HEEL_RAISES = Rule(
    id="FD-PT-21",
    title="At home: standing heel raises, for those who stand safely and are not spastic",
    why="They train the calf: good for balance, bad for a spastic or shortened calf, dangerous without a hold.",
    statements=("PT-21", "C-37", "PT-18", "PT-22"),
    strength="option",
    when="""
        "home-programme" and "can-stand-safely" and "spasticity" is false and "calf-contracture" is false
        and "immobile" is not true and ("mrc-ankle-plantarflexion" < "resistance-mrc") is not true
    """,
    then=(
        Activity(
            key="home-heel-raises",
            text="Standing with a hand on a firm support and the feet shoulder-width apart, raise both heels and lower "
            "them slowly.",
        ),
    ),
    cases=(
        yes("stands safely, soft calf", STANDS),
        no("does not stand safely", STANDS, {"can-stand-safely": False}),
        no("nobody has said", STANDS, {"can-stand-safely": None}),
        no("spastic", STANDS, {"spasticity": True}),
        no("spasticity never looked for", STANDS, {"spasticity": None}),
        no("a short calf", STANDS, {"calf-contracture": True}),
        no("the calf never examined", STANDS, {"calf-contracture": None}),
        no("bound to the bed", STANDS, {"immobile": True}),
        yes("a calf that moves against gravity", STANDS, {"mrc-ankle-plantarflexion": at('"resistance-mrc"')}),
        no("one grade weaker", STANDS, {"mrc-ankle-plantarflexion": at('"resistance-mrc" - 1')}),
        no("an exercise hurts", STANDS, {"exercise-pain": True}),
        no("spine not cleared", STANDS, {"acute-spinal-trauma": True}),
        no("no drop", STANDS, NO_DROP),
    ),
)

HOME_ADVICE = Rule(
    id="FD-PT-22",
    title="Home exercise begins gently and grows slowly",
    why="Too much too early is the usual reason to give up.",
    statements=("PT-22", "EDU-04", "EDU-05", "PT-17", "PT-18"),
    strength="recommend",
    when='"home-programme"',
    then=(
        Activity(
            key="education",
            text="Exercise at home as the physiotherapist has shown: begin gently, do more step by step, stop and ask "
            "if it hurts.",
        ),
    ),
    cases=(
        yes("a drop", DROP),
        no("an exercise hurts", DROP, {"exercise-pain": True}),
        no("no drop", NO_DROP),
    ),
)
