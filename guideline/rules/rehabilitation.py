"""PT, SUP: physiotherapy, movement and strength. It waits for no test, and exercise waits for an emergency to end."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Conclude, Order, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, FLAIL, NO_DROP

BARRED = {"acute-spinal-trauma": True}

MAY_WALK = Rule(
    id="FD-PT-00a",
    title="The patient may walk",
    why="Walking is trained in whoever walks, and never before an injured spine is cleared.",
    statements=("C-36", "RED-12", "PT-03"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and ("ambulatory" or "ambulatory" is null and "immobile" is not true)
        and "mobilisation-barred" is not true
    """,
    then=(Conclude(name="may-walk"),),
    cases=(
        yes("walks", DROP),
        yes("nobody has said whether the patient walks", {"mrc-ankle-dorsiflexion": 3}),
        no("does not walk", DROP, {"ambulatory": False}),
        no("walking not recorded, but bound to the bed", {"mrc-ankle-dorsiflexion": 3, "immobile": True}),
        no("spine not cleared", DROP, BARRED),
        yes("spine cleared", DROP, BARRED, {"spine-cleared": True}),
        no("no drop", NO_DROP, {"ambulatory": True}),
    ),
)

EXERCISE_WAITS = Rule(
    id="FD-PT-00b",
    title="Exercise waits while an emergency is open",
    why="A plan that opens with exercises hides what has to happen today.",
    statements=("RED-05", "PIT-10", "C-21"),
    strength="recommend",
    population="everyone",
    when="""
        "emergency" or "other-leg-emergency" or "spinal-infection-suspected"
        or "flail-foot" or "sudden-recent" or "acute-neuropathy-suspected"
        or "has-foot-drop" and "course" = 'rapidly-worsening'
    """,
    then=(Conclude(name="exercise-waits"),),
    cases=(
        yes("suspected cauda equina syndrome", DROP, {"bladder-dysfunction": True}),
        yes("an emergency of the other leg", DROP, {"opposite-compartment-syndrome-suspected": True}),
        yes("fever and back pain", DROP, {"fever": True, "back-pain": True}),
        yes("a flail foot", FLAIL),
        yes("sudden onset, date unknown", DROP, {"onset-tempo": "sudden"}),
        yes("rapid worsening", DROP, {"course": "rapidly-worsening"}),
        yes("an acute inflammatory neuropathy", DROP, {"inflammatory-neuropathy": True}),
        no("slow worsening", DROP, {"course": "worsening"}),
        no("rapid worsening of something else", NO_DROP, {"course": "rapidly-worsening"}),
    ),
)

MAY_EXERCISE = Rule(
    id="FD-PT-00f",
    title="Exercise may begin",
    why="Not before an injured spine is cleared, and not while an emergency is open.",
    statements=("RED-12", "C-36", "RED-05"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "mobilisation-barred" is not true and "exercise-waits" is not true',
    then=(Conclude(name="may-exercise"),),
    cases=(
        yes("a drop", DROP),
        no("spine not cleared", DROP, BARRED),
        yes("spine cleared", DROP, BARRED, {"spine-cleared": True}),
        no("suspected compartment syndrome", DROP, {"compartment-syndrome-suspected": True}),
        no("no drop", NO_DROP),
    ),
)

_OVERWORKED = (
    "motor-neuron-disease",
    "spinal-muscular-atrophy",
    "poliomyelitis-sequelae",
    "muscular-dystrophy",
    "myositis",
    "myopathy",
)

EXERCISE_CAPPED = Rule(
    id="FD-PT-00c",
    title="Exercise stays well short of exhaustion",
    why="Diseased muscle and overworked motor neurons are harmed by exhausting exercise.",
    statements=("B-44", "C-40"),
    strength="recommend",
    population="everyone",
    when=" or ".join(f'"{key}"' for key in _OVERWORKED)
    + " or \"edx-localisation\" in {'motor-neuron', 'myopathy'} or \"motor-neuron-pattern\"",
    then=(Conclude(name="exercise-capped"),),
    cases=(
        *(yes(f"with {key} recorded", DROP, {key: True}) for key in _OVERWORKED),
        yes("EDX finds the motor neurons", DROP, {"edx-localisation": "motor-neuron"}),
        yes("EDX finds the muscle", DROP, {"edx-localisation": "myopathy"}),
        yes(
            "the pattern of motor neuron disease",
            DROP,
            {"fasciculation": True, "sensation-foot-dorsum": "normal", "back-pain": False, "radicular-pain": False},
        ),
        no("EDX finds the peroneal nerve", DROP, {"edx-localisation": "peroneal"}),
        no("nothing of it known", DROP),
    ),
)

PHYSIOTHERAPY = Rule(
    id="FD-PT-13",
    title="Physiotherapy for everyone with a foot drop",
    why="Guided exercise keeps joint and muscle usable while the cause is found and treated, operation or not.",
    statements=("PT-13", "PT-24", "PT-17", "PT-27", "PT-01", "SUP-06", "C-08", "C-35", "IMG-13", "ORT-21"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop"',
    then=(
        Order(
            key="physiotherapy",
            text="Supervised physiotherapy: keep the ankle moving, strengthen what lifts the foot, teach safe "
            "exercise; it waits for no test and replaces none.",
        ),
    ),
    cases=(
        yes("a drop", DROP),
        yes("surgery planned", DROP, {"surgery-planned": True}),
        yes("spine not cleared", DROP, BARRED),
        yes("an exercise hurts", DROP, {"exercise-pain": True}),
        yes("a child", DROP, CHILD),
        no("no drop", NO_DROP),
        no("nobody has looked", {}),
    ),
)

PHYSIOTHERAPY_IN_BED = Rule(
    id="FD-PT-13b",
    title="Until the spine is cleared, physiotherapy stays in bed",
    why="Precautions come before mobilisation, but a joint need not stiffen meanwhile.",
    statements=("C-36", "RED-12", "PT-26", "SUP-06"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "mobilisation-barred"',
    then=(
        Order(
            key="physiotherapy",
            text="Spine not cleared: passive and assisted movement of the ankle in bed only.",
        ),
    ),
    cases=(
        yes("not cleared", DROP, BARRED),
        no("cleared", DROP, BARRED, {"spine-cleared": True}),
        no("no drop", NO_DROP, BARRED),
    ),
)

PHYSIOTHERAPY_AFTER = Rule(
    id="FD-PT-13c",
    title="Physiotherapy never stands in the way of an emergency",
    why="It is ordered now so that it is not forgotten, and begins when the emergency is settled.",
    statements=("RED-05", "PIT-10", "C-21"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "exercise-waits"',
    then=(
        Order(
            key="physiotherapy",
            text="The emergency comes first; physiotherapy begins when it is settled.",
        ),
    ),
    cases=(
        yes("rapid worsening", DROP, {"course": "rapidly-worsening"}),
        yes("suspected compartment syndrome", DROP, {"compartment-syndrome-suspected": True}),
        no("stable", DROP, {"course": "stable"}),
        no("an emergency without a drop", NO_DROP, {"compartment-syndrome-suspected": True}),
    ),
)

RANGE_OF_MOTION = Rule(
    id="FD-PT-01",
    title="Move the ankle through its whole range every day",
    why="A foot that hangs shortens the calf; a contracture outlasts the nerve lesion.",
    statements=("PT-01", "SUP-08", "C-35"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "leg-cast" is not true and "limb-at-stake" is not true',
    then=(
        Activity(
            key="range-of-motion",
            text="Move the ankle through its whole range every day, by hand where it does not lift itself, so that the "
            "calf does not shorten.",
        ),
    ),
    cases=(
        yes("a drop", DROP),
        yes("spine not cleared: possible in bed", DROP, BARRED),
        no("suspected compartment syndrome", DROP, {"compartment-syndrome-suspected": True}),
        no("an emergency of a leg without its side", DROP, {"limb-emergency-unsided": True}),
        no("in a cast", DROP, {"leg-cast": True}),
        no("no drop", NO_DROP),
    ),
)

MOTION_IN_CAST = Rule(
    id="FD-PT-01b",
    title="In a cast: move what is free, and the ankle from the day the cast is off",
    why="Toes, knee and hip stiffen as well, and the calf has shortened by the day the cast comes off.",
    statements=("PT-01", "SUP-08", "C-35"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "leg-cast" and "limb-at-stake" is not true',
    then=(
        Activity(
            key="range-of-motion",
            text="The leg is in a cast or tight brace: move toes, knee and hip every day as far as it leaves them "
            "free, and the ankle from the day it comes off.",
        ),
    ),
    cases=(
        yes("in a cast", DROP, {"leg-cast": True}),
        no("no cast", DROP, {"leg-cast": False}),
        *(
            no(f"in a cast, and {key}", DROP, {"leg-cast": True, key: True})
            for key in ("compartment-syndrome", "limb-emergency-unsided")
        ),
        no("no drop", NO_DROP, {"leg-cast": True}),
    ),
)

NO_LONG_REST = Rule(
    id="FD-SUP-06",
    title="No long rest, no long immobilisation",
    why="Muscle that rests wastes, a joint that rests stiffens; only an injured spine or an emergency asks for rest.",
    statements=("SUP-06", "PIT-04", "C-35", "C-36"),
    strength="recommend",
    population="everyone",
    when='"may-exercise" and "leg-cast" is not true',
    then=(
        Activity(
            key="range-of-motion",
            text="Avoid long rest and long immobilisation: muscle wastes and joints stiffen.",
        ),
    ),
    cases=(
        yes("a drop", DROP),
        no("spine not cleared", DROP, BARRED),
        no("suspected compartment syndrome", DROP, {"compartment-syndrome-suspected": True}),
        no("in a cast", DROP, {"leg-cast": True}),
        no("no drop", NO_DROP),
    ),
)

STRENGTHENING = Rule(
    id="FD-PT-02",
    title="Strengthen the muscles that lift and evert the foot",
    why="Muscle that is used is kept, and what recovers is put to use.",
    statements=("PT-02", "PT-13", "PT-17", "DEF-12"),
    strength="recommend",
    when='"may-exercise" and "leg-cast" is not true',
    then=(
        Activity(
            key="strengthening",
            text="Strengthen tibialis anterior and the peroneal muscles under supervision, assisted where they are "
            "too weak.",
        ),
    ),
    cases=(
        yes("a drop", DROP),
        no("spine not cleared", DROP, BARRED),
        no("rapid worsening", DROP, {"course": "rapidly-worsening"}),
        no("in a cast", DROP, {"leg-cast": True}),
        no("no drop", NO_DROP),
    ),
)

RESISTANCE = Rule(
    id="FD-PT-16",
    title="Bands or weights once the foot lifts against gravity",
    why="Resistance helps a muscle that can already move the foot, and only tires a weaker one.",
    statements=("PT-16", "B-44"),
    strength="option",
    when="""
        "may-exercise" and "mrc-ankle-dorsiflexion" >= "resistance-mrc"
        and ("exercise-capped" or "exercise-pain" or "leg-cast") is not true
    """,
    then=(
        Activity(
            key="strengthening",
            text="Resistance bands or light weights for lower leg and foot may be added.",
        ),
    ),
    cases=(
        yes("at the grade", DROP, {"mrc-ankle-dorsiflexion": at('"resistance-mrc"')}),
        no("in a cast", DROP, {"mrc-ankle-dorsiflexion": at('"resistance-mrc"'), "leg-cast": True}),
        no("one grade weaker", DROP, {"mrc-ankle-dorsiflexion": at('"resistance-mrc" - 1')}),
        no("spine not cleared", DROP, BARRED, {"mrc-ankle-dorsiflexion": at('"resistance-mrc"')}),
        no("rapid worsening", DROP, {"course": "rapidly-worsening"}),
        no("a muscle disease", DROP, {"muscular-dystrophy": True}),
        no("an exercise hurts", DROP, {"exercise-pain": True}),
        no("never graded", {"foot-drop": True}),
        no("no drop", NO_DROP),
    ),
)

INTENSITY_CAP = Rule(
    id="FD-PT-28",
    title="Muscle or motor neuron disease: cap the intensity of exercise",
    why="Exhausting exercise can cost strength that does not come back.",
    statements=("B-44", "C-40"),
    strength="recommend",
    when='"has-foot-drop" and "exercise-capped"',
    then=(
        Alert(
            key="exercise-intensity",
            severity="info",
            scope="patient",
            text="Muscle or motor neuron disease is recorded or likely: gentle exercise only, never to exhaustion.",
        ),
        Order(
            key="physiotherapy",
            text="Muscle or motor neuron disease: gentle exercise only, never to exhaustion.",
        ),
    ),
    cases=(
        yes("motor neuron disease", DROP, {"motor-neuron-disease": True}),
        no("stroke", DROP, {"stroke": True}),
        no("no drop", NO_DROP, {"motor-neuron-disease": True}),
    ),
)

EARLY_MOBILISATION = Rule(
    id="FD-PT-26",
    title="A cleared spine is mobilised early",
    why="Every day in bed costs muscle, skin and lung.",
    statements=("PT-26", "SUP-04", "C-36", "SUP-06"),
    strength="recommend",
    when="""
        "has-foot-drop" and ("acute-spinal-trauma" or "spinal-cord-injury") and "spine-cleared"
        and "exercise-waits" is not true
    """,
    then=(Activity(key="early-mobilisation", text="The spine is cleared: begin mobilisation early."),),
    cases=(
        yes("injured and cleared", DROP, BARRED, {"spine-cleared": True}),
        yes("a cord injury, cleared", DROP, {"spinal-cord-injury": True, "spine-cleared": True}),
        no("not cleared", DROP, BARRED, {"spine-cleared": False}),
        no("nobody has said", DROP, BARRED),
        no("no injury", DROP, {"spine-cleared": True}),
        no("cleared, but rapidly worse", DROP, BARRED, {"spine-cleared": True, "course": "rapidly-worsening"}),
        no("no drop", NO_DROP, BARRED, {"spine-cleared": True}),
    ),
)
