"""PT: walking, trained. Most of the evidence is from stroke, and each text says so. No machine without a therapist."""

from __future__ import annotations

from guideline.rule import Activity, Conclude, Order, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, NO_DROP

LIMITED = {**DROP, "gait-limited": True}
_BARRED = {"acute-spinal-trauma": True}
_FROM_STROKE = "the evidence is from stroke and extrapolated to other causes"

GAIT_TRAINING = Rule(
    id="FD-PT-03",
    title="Gait training for everyone who walks with a foot drop",
    why="Clearing the toes is a skill that has to be learned anew, with or without an orthosis.",
    statements=("PT-03", "PT-24", "C-36"),
    strength="recommend",
    when='"may-walk"',
    then=(Order(key="gait-training", text="Gait training, with a walking aid if walking is not safe without."),),
    cases=(
        yes("walks", DROP),
        yes("wears an orthosis", DROP, {"afo-in-use": True}),
        no("does not walk", DROP, {"ambulatory": False}),
        no("spine not cleared", DROP, _BARRED),
        no("no drop", NO_DROP, {"ambulatory": True}),
    ),
)

AFTER_EMERGENCY = Rule(
    id="FD-PT-03d",
    title="Gait training never stands in the way of an emergency",
    why="It is ordered now so that it is not forgotten, and begins when the emergency is settled.",
    statements=("RED-05", "PIT-10", "PT-03"),
    strength="recommend",
    when='"may-walk" and "exercise-waits"',
    then=(Order(key="gait-training", text="The emergency comes first; gait training begins when it is settled."),),
    cases=(
        yes("suspected compartment syndrome", DROP, {"compartment-syndrome-suspected": True}),
        no("no emergency", DROP, {"compartment-syndrome-suspected": False}),
        no("does not walk", DROP, {"ambulatory": False, "compartment-syndrome-suspected": True}),
        no("a child, whose plan has none", DROP, CHILD, {"compartment-syndrome-suspected": True}),
    ),
)

WALKING_AID = Rule(
    id="FD-PT-03b",
    title="A walking aid if walking is not safe",
    why="A stick or a frame catches the stumble that the foot does not.",
    statements=("PT-03", "SUP-07"),
    strength="option",
    when='"may-walk" and ("falls-past-year" >= "recurrent-falls" or "can-stand-safely" is false)',
    then=(
        Order(key="walking-aid", text="A walking aid may make walking safer; the physiotherapist chooses and fits it."),
    ),
    cases=(
        yes("has fallen", DROP, {"falls-past-year": at('"recurrent-falls"')}),
        no("has not fallen", DROP, {"falls-past-year": at('"recurrent-falls" - 1')}),
        yes("does not stand safely", DROP, {"can-stand-safely": False}),
        no("stands safely", DROP, {"can-stand-safely": True}),
        no("does not walk", DROP, {"ambulatory": False, "can-stand-safely": False}),
        no("no drop", NO_DROP, {"can-stand-safely": False}),
    ),
)

GAIT_PRACTICE = Rule(
    id="FD-PT-03c",
    title="Practise walking in the orthosis or with the stimulator",
    why="A device helps only as far as its wearer has learned to walk with it.",
    statements=("PT-03", "ORT-10"),
    strength="consider",
    when='"may-walk" and ("afo-in-use" or "fes-in-use") and "exercise-waits" is not true',
    then=(
        Activity(
            key="gait-practice",
            text="Practise walking with the orthosis or stimulator on, at first with the therapist.",
        ),
    ),
    cases=(
        yes("wears an orthosis", DROP, {"afo-in-use": True}),
        yes("uses a stimulator", DROP, {"fes-in-use": True}),
        no("neither", DROP, {"afo-in-use": False, "fes-in-use": False}),
        no("rapid worsening", DROP, {"afo-in-use": True, "course": "rapidly-worsening"}),
        no("spine not cleared", DROP, _BARRED, {"afo-in-use": True}),
        no("no drop", NO_DROP, {"afo-in-use": True}),
    ),
)

GAIT_TRAINABLE = Rule(
    id="FD-PT-00d",
    title="Walking is limited and may be trained hard",
    why="What is practised often and for long is what improves.",
    statements=("PT-06", "C-40", "C-36"),
    strength="recommend",
    when='"may-walk" and "gait-limited" and "exercise-waits" is not true',
    then=(Conclude(name="gait-trainable"),),
    cases=(
        yes("limited", LIMITED),
        no("not limited", DROP, {"gait-limited": False}),
        no("not known", DROP),
        no("spine not cleared", LIMITED, _BARRED),
        no("sudden, days ago", LIMITED, {"onset-tempo": "sudden"}),
        no("no drop", NO_DROP, {"gait-limited": True}),
    ),
)

TASK_TRAINING = Rule(
    id="FD-PT-06",
    title="Intensive, repetitive practice of walking tasks when walking is limited",
    why="The nervous system relearns what it repeats; the evidence comes from stroke.",
    statements=("PT-06", "PT-25", "C-40"),
    strength="recommend",
    when='"gait-trainable" and "exercise-capped" is not true',
    then=(
        Activity(
            key="task-training",
            text=f"Intensive, repetitive practice of everyday walking tasks; {_FROM_STROKE}.",
        ),
    ),
    cases=(
        yes("after a stroke", LIMITED, {"stroke": True}),
        yes("a peroneal palsy", LIMITED, {"peroneal-neuropathy": True}),
        no("a muscle disease", LIMITED, {"muscular-dystrophy": True}),
        no("walking not limited", DROP, {"gait-limited": False}),
    ),
)

TASK_TRAINING_GENTLE = Rule(
    id="FD-PT-06b",
    title="Walking tasks in small doses when exhaustion harms",
    why="Practice helps here too, but rest is part of the dose.",
    statements=("C-40", "B-44", "PT-06"),
    strength="consider",
    when='"gait-trainable" and "exercise-capped"',
    then=(
        Activity(
            key="task-training",
            text="Consider practice of everyday walking tasks in short bouts with rests, well short of exhaustion.",
        ),
    ),
    cases=(
        yes("motor neuron disease", LIMITED, {"motor-neuron-disease": True}),
        no("stroke", LIMITED, {"stroke": True}),
        no("walking not limited", DROP, {"gait-limited": False, "motor-neuron-disease": True}),
    ),
)

CIRCUIT_CLASS = Rule(
    id="FD-PT-07",
    title="A group circuit class is a reasonable way to walk better",
    why="Company and variety keep people practising.",
    statements=("PT-07", "C-40"),
    strength="consider",
    when='"gait-trainable" and "exercise-capped" is not true',
    then=(Activity(key="circuit-class", text=f"Consider a group circuit class; {_FROM_STROKE}."),),
    cases=(
        yes("walking limited", LIMITED),
        no("a muscle disease", LIMITED, {"myositis": True}),
        no("walking not limited", DROP, {"gait-limited": False}),
    ),
)

AEROBIC = Rule(
    id="FD-PT-08",
    title="Endurance and strength for walking capacity",
    why="Walking with a foot drop costs more breath and more hip than walking without.",
    statements=("PT-08", "C-40", "B-44"),
    strength="recommend",
    when='"gait-trainable" and "exercise-capped" is not true',
    then=(
        Activity(key="aerobic-training", text=f"Aerobic training for walking capacity; {_FROM_STROKE}."),
        Activity(key="strengthening", text="Strengthen hip and knee as well, for walking capacity."),
    ),
    cases=(
        yes("walking limited", LIMITED),
        no("a muscle disease", LIMITED, {"myopathy": True}),
        no("walking not limited", DROP, {"gait-limited": False}),
    ),
)

TREADMILL = Rule(
    id="FD-PT-11",
    title="Treadmill walking, unweighted if needed",
    why="A belt and a harness allow many safe steps.",
    statements=("PT-11", "C-40"),
    strength="option",
    when='"gait-trainable" and "exercise-capped" is not true',
    then=(
        Activity(
            key="treadmill-training",
            text=f"Treadmill walking, with body-weight support if needed, may be an option; {_FROM_STROKE}.",
        ),
    ),
    cases=(
        yes("walking limited", LIMITED),
        no("a muscle disease", LIMITED, {"myopathy": True}),
        no("spine not cleared", LIMITED, _BARRED),
        no("walking not limited", DROP, {"gait-limited": False}),
    ),
)


def _beside_therapy(number: str, key: str, name: str, statement: str) -> Rule:
    """Training by machine, never without conventional physiotherapy."""
    return Rule(
        id=f"FD-PT-{number}",
        title=f"{name} may be added to physiotherapy, never in its place",
        why="Its benefit was seen beside conventional therapy.",
        statements=(statement, "C-40"),
        strength="option",
        when='"gait-trainable" and "proposed-physiotherapy" and "exercise-capped" is not true',
        then=(Activity(key=key, text=f"{name} may be added to physiotherapy, never in its place; {_FROM_STROKE}."),),
        cases=(
            yes("walking limited", LIMITED),
            no("a muscle disease", LIMITED, {"muscular-dystrophy": True}),
            no("walking not limited", DROP, {"gait-limited": False}),
            no("no drop, so no physiotherapy", NO_DROP, {"gait-limited": True}),
        ),
    )


ROBOT = _beside_therapy("09", "robot-assisted-training", "Robot-assisted walking", "PT-09")
VIRTUAL_REALITY = _beside_therapy("10", "virtual-reality-training", "Virtual-reality training", "PT-10")

RHYTHMIC_CUEING = Rule(
    id="FD-PT-04",
    title="After a stroke: walking to a beat, as an option of uncertain value",
    why="Promising in small trials; nobody knows yet whether it lasts.",
    statements=("PT-04", "PT-12", "C-11", "CON-14"),
    strength="option",
    certainty="low",
    when='"stroke" and "may-walk" and "proposed-physiotherapy" and "exercise-waits" is not true',
    then=(
        Activity(
            key="rhythmic-cueing",
            text="After stroke, walking to a rhythmic beat may be added to physiotherapy; promising, but its effect "
            "is uncertain.",
        ),
    ),
    cases=(
        yes("after a stroke", DROP, {"stroke": True}),
        no("no stroke", DROP, {"stroke": False}),
        no("does not walk", DROP, {"stroke": True, "ambulatory": False}),
        no("rapid worsening", DROP, {"stroke": True, "course": "rapidly-worsening"}),
        no("no drop, so no physiotherapy", NO_DROP, {"stroke": True}),
    ),
)

MENTAL_PRACTICE = Rule(
    id="FD-PT-05",
    title="After a stroke: mental practice",
    why="Imagining a movement rehearses it; recovery after a stroke means forming new pathways.",
    statements=("PT-05", "PT-25", "CON-14", "C-11"),
    strength="option",
    when='"stroke" and "proposed-physiotherapy" and "exercise-waits" is not true',
    then=(
        Activity(
            key="mental-practice",
            text="After stroke, mental practice of walking may be added to physiotherapy; its effect is uncertain.",
        ),
    ),
    cases=(
        yes("after a stroke", DROP, {"stroke": True}),
        no("no stroke", DROP, {"stroke": False}),
        no("rapid worsening", DROP, {"stroke": True, "course": "rapidly-worsening"}),
        no("no drop, so no physiotherapy", NO_DROP, {"stroke": True}),
    ),
)
