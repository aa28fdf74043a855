"""FES: electrical stimulation of the peroneal nerve, for central causes, after screening; no orthosis waits for it."""

from __future__ import annotations

from guideline.rule import Alert, Conclude, Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, NO_UMN, OLD_SPASTICITY, OLD_STROKE, SEVERE_DROP

_EDX = ("peroneal", "l5-root", "sciatic", "plexus", "polyneuropathy", "motor-neuron", "myopathy")
_GRADES = ("neurapraxia", "axonotmesis-mild", "axonotmesis-severe", "neurotmesis")
_DISEASES = (
    "peroneal-nerve-injury",
    "sciatic-neuropathy",
    "motor-neuron-disease",
    "spinal-muscular-atrophy",
    "poliomyelitis-sequelae",
    "charcot-marie-tooth",
    "muscular-dystrophy",
    "myositis",
    "myopathy",
    "knee-structural-lesion",
)
CENTRAL = {**DROP, **OLD_STROKE, **OLD_SPASTICITY}

PERIPHERAL_CONFIRMED = Rule(
    id="FD-FES-00a",
    title="A lesion of nerve, motor neuron or muscle is confirmed in this leg",
    why="A stimulator needs a peroneal nerve that conducts and a muscle that answers.",
    statements=("C-09", "B-35", "FES-03", "DEF-18"),
    strength="recommend",
    population="everyone",
    when='"edx-localisation" in {'
    + ", ".join(f"'{value}'" for value in _EDX)
    + '} or "edx-severity" in {'
    + ", ".join(f"'{value}'" for value in _GRADES)
    + "} or "
    + " or ".join(f'"{key}"' for key in _DISEASES),
    then=(Conclude(name="peripheral-lesion-confirmed"),),
    cases=(
        *(yes(f"EDX says {value}", DROP, {"edx-localisation": value}) for value in _EDX),
        *(yes(f"EDX grades {value}", DROP, {"edx-severity": value}) for value in _GRADES),
        *(yes(f"with {key} recorded", DROP, {key: True}) for key in _DISEASES),
        no("EDX normal", DROP, {"edx-localisation": "normal", "edx-severity": "normal"}),
        no("only suspected", DROP, {"tinel-sign-fibular-neck": True}),
    ),
)

STIMULATION_BARRED = Rule(
    id="FD-FES-00c",
    title="Something recorded forbids current at this leg",
    why="Current may disturb an implant, and does harm over a fresh fracture or broken skin.",
    statements=("B-35", "D-12", "B-42"),
    strength="recommend",
    population="everyone",
    when="""
        "fes-contraindication" or "mri-unsafe-device" or "pregnant" or "skin-breakdown"
        or "fibular-fracture" and ("fibular-fracture-since" same day or after "as-of" - "fracture-healing") is not false
    """,
    then=(Conclude(name="stimulation-barred"),),
    cases=(
        *(
            yes(f"{key} recorded", {key: True})
            for key in ("fes-contraindication", "mri-unsafe-device", "pregnant", "skin-breakdown", "fibular-fracture")
        ),
        yes(
            "a fracture on the last day of healing",
            {"fibular-fracture": True, "fibular-fracture-since": at('"as-of" - "fracture-healing"')},
        ),
        no(
            "a day later",
            {"fibular-fracture": True, "fibular-fracture-since": at('"as-of" - "fracture-healing" - 1 day')},
        ),
        no("nothing recorded", {}),
    ),
)

CANDIDATE = Rule(
    id="FD-FES-00b",
    title="A candidate for electrical stimulation",
    why="A central cause, legs that may walk, and nothing recorded that forbids current: implants, pregnancy, a "
    "dead nerve.",
    statements=("C-09", "D-12", "B-35", "FES-08", "B-42"),
    strength="recommend",
    when="""
        "may-walk"
        and ("central-diagnosis" or "extensor-plantar-response" or "ankle-clonus" or "hyperreflexia" or "spasticity")
        and "peripheral-lesion-confirmed" is not true and "motor-neuron-suspected" is not true
        and "stimulation-barred" is not true
    """,
    then=(Conclude(name="stimulation-candidate"),),
    cases=(
        yes("after a stroke", CENTRAL),
        yes("an upper-motor-neuron sign, cause unknown", DROP, {"ankle-clonus": True}),
        yes("a recorded central disease, signs never looked for", DROP, {"multiple-sclerosis": True}),
        yes("cancer elsewhere", CENTRAL, {"cancer-history": True}),
        no("nothing central", DROP, NO_UMN),
        *(
            yes(f"{sign} in this leg", DROP, {sign: True})
            for sign in ("extensor-plantar-response", "hyperreflexia", "spasticity")
        ),
        no("a sign in the other leg alone", DROP, {"opposite-spasticity": True}),
        no("the nerve is hurt as well", CENTRAL, {"edx-localisation": "peroneal"}),
        no("a contraindication", CENTRAL, {"fes-contraindication": True}),
        no("a pacemaker", CENTRAL, {"mri-unsafe-device": True}),
        no(
            "motor neuron disease is possible",
            DROP,
            {"spasticity": True, "fasciculation": True, "sensation-foot-dorsum": "normal", "back-pain": False},
        ),
        no("pregnant", CENTRAL, {"pregnant": True}),
        no("broken skin", CENTRAL, {"skin-breakdown": True}),
        no("a fresh fracture", CENTRAL, {"fibular-fracture": True, "fibular-fracture-since": at('"as-of" - 9 days')}),
        no("does not walk", CENTRAL, {"ambulatory": False}),
        no("no drop", CENTRAL, NO_DROP),
    ),
)

ASSESSMENT = Rule(
    id="FD-FES-01",
    title="A central foot drop: consider electrical stimulation",
    why="It lifts the foot in swing by the patient's own muscles, and helps walking speed about as much as "
    "an orthosis.",
    statements=("FES-01", "FES-03", "FES-04", "FES-08", "FES-09", "FES-10", "C-09", "C-10", "D-12", "B-35", "B-36"),
    strength="consider",
    when='"stimulation-candidate" and "fes-in-use" is not true',
    then=(
        Order(
            key="fes-assessment",
            text="Consider assessment for surface stimulation of the peroneal nerve in swing. Screen first: pacemaker "
            "or other electrical implant; cancer, fracture, thrombosis or metal at the site; uncontrolled epilepsy; "
            "pregnancy; a nerve that does not respond. It suits few, and no orthosis waits for it.",
        ),
    ),
    cases=(
        yes("after a stroke, never screened", CENTRAL),
        yes("screened", CENTRAL, {"fes-contraindication": False, "fes-in-use": False}),
        yes("wears an orthosis", CENTRAL, {"afo-in-use": True}),
        no("uses one already", CENTRAL, {"fes-in-use": True}),
        no("a contraindication", CENTRAL, {"fes-contraindication": True}),
        no("nothing central", DROP, NO_UMN),
    ),
)

LATER = Rule(
    id="FD-FES-01b",
    title="Electrical stimulation is for after the emergency",
    why="It is noted now so that it is not forgotten, and begins when the emergency is settled.",
    statements=("RED-05", "FES-04", "C-21"),
    strength="consider",
    when='"stimulation-candidate" and "fes-in-use" is not true and "exercise-waits"',
    then=(Order(key="fes-assessment", text="The emergency comes first; stimulation is assessed when it is settled."),),
    cases=(
        yes("rapid worsening", CENTRAL, {"course": "rapidly-worsening"}),
        no("stable", CENTRAL, {"course": "stable"}),
        no("uses one already", CENTRAL, {"course": "rapidly-worsening", "fes-in-use": True}),
        no("no candidate", DROP, NO_UMN, {"course": "rapidly-worsening"}),
    ),
)

AFTER_STROKE = Rule(
    id="FD-FES-07",
    title="After a stroke electrical stimulation may help",
    why="Stroke is where it was tried.",
    statements=("FES-07", "CON-14", "B-36"),
    strength="option",
    certainty="low",
    when='"stimulation-candidate" and "stroke" and "fes-in-use" is not true',
    then=(
        Order(
            key="fes-assessment", text="After stroke stimulation may help; it is not a treatment of calf spasticity."
        ),
    ),
    cases=(
        yes("after a stroke", CENTRAL),
        no("multiple sclerosis", DROP, {"multiple-sclerosis": True, "stroke": False}),
        no("uses one already", CENTRAL, {"fes-in-use": True}),
        no("a pacemaker", CENTRAL, {"mri-unsafe-device": True}),
    ),
)

CHOICE = Rule(
    id="FD-FES-02",
    title="Orthosis or stimulation: the patient may choose",
    why="They improve walking speed alike; active contraction may keep more muscle than a passive brace.",
    statements=("FES-02", "FES-06", "B-36", "C-09"),
    strength="option",
    certainty="low",
    when='"proposed-fes-assessment" and ("proposed-ankle-foot-orthosis" or "afo-in-use")',
    then=(
        Alert(
            key="orthosis-or-stimulation",
            severity="info",
            text="Orthosis and stimulation improve walking speed alike (shown in stroke); stimulation may keep more "
            "muscle. Decide with the patient; the orthosis stays until stimulation has proved itself.",
        ),
    ),
    cases=(
        yes("an orthosis is proposed too", CENTRAL, {"severity": "moderate"}),
        yes("an orthosis is worn", CENTRAL, {"afo-in-use": True}),
        no("the orthosis was declined", CENTRAL, {"afo-declined": True, "afo-in-use": False}),
        no("stimulation is not considered", DROP, NO_UMN, {"severity": "moderate"}),
    ),
)

IMPLANT = Rule(
    id="FD-FES-05",
    title="An implanted stimulator, only after surface stimulation and only in a severe or lasting drop",
    why="An operation for comfort comes after the trial that shows it works.",
    statements=("FES-05", "C-09", "B-35"),
    strength="option",
    when="""
        "stimulation-candidate" and ("fes-in-use" or "proposed-fes-assessment") and "calf-contracture" is not true
        and ("severity" = 'severe' or "as-of" same day or after "clock-start" + "fes-chronic")
    """,
    then=(
        Order(
            key="implantable-fes-referral",
            text="If surface stimulation works, an implanted stimulator may be discussed: the drop is severe or has "
            "lasted {fes-chronic} or more.",
        ),
    ),
    cases=(
        yes("severe", CENTRAL, SEVERE_DROP),
        yes("long enough", CENTRAL, {"severity": "moderate", "clock-start": at('"as-of" - "fes-chronic"')}),
        no("a day short", CENTRAL, {"severity": "moderate", "clock-start": at('"as-of" - "fes-chronic" + 1 day')}),
        yes("severe, surface stimulation in use", CENTRAL, SEVERE_DROP, {"fes-in-use": True}),
        no("a shortened calf", CENTRAL, SEVERE_DROP, {"calf-contracture": True}),
        no("a pacemaker", CENTRAL, SEVERE_DROP, {"mri-unsafe-device": True}),
        no("severe, nothing central", SEVERE_DROP, NO_UMN),
    ),
)

NOT_SUITABLE = Rule(
    id="FD-FES-08",
    title="Stimulation does not usually suit a lesion of nerve, motor neuron or muscle",
    why="Where the nerve does not conduct, current does not lift the foot.",
    statements=("C-09", "FES-08", "B-35"),
    strength="recommend",
    when='"has-foot-drop" and "peripheral-lesion-confirmed"',
    then=(
        Alert(
            key="stimulation-not-suitable",
            severity="info",
            text="Lesion of nerve, motor neuron or muscle: electrical stimulation is not usually suitable; the "
            "orthosis is.",
        ),
    ),
    cases=(
        yes("EDX finds the peroneal nerve", DROP, {"edx-localisation": "peroneal"}),
        no("only suspected", DROP),
        no("no drop", NO_DROP, {"edx-localisation": "peroneal"}),
    ),
)

IN_USE_DESPITE = Rule(
    id="FD-FES-11",
    title="A stimulator in use in spite of a contraindication",
    why="Current may disturb a pacemaker, or do harm at the site.",
    statements=("D-12", "B-35", "B-42"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "fes-in-use" and "stimulation-barred"',
    then=(
        Alert(
            key="stimulation-contraindicated",
            severity="warning",
            text="A stimulator is in use, and an implant, a pregnancy, broken skin, a fresh fracture or another "
            "contraindication is recorded: stop it until it has been cleared.",
        ),
    ),
    cases=(
        yes("a pacemaker", DROP, {"fes-in-use": True, "mri-unsafe-device": True}),
        yes("a contraindication", DROP, {"fes-in-use": True, "fes-contraindication": True}),
        yes("pregnant", DROP, {"fes-in-use": True, "pregnant": True}),
        yes("broken skin", DROP, {"fes-in-use": True, "skin-breakdown": True}),
        no("none of them", DROP, {"fes-in-use": True, "fes-contraindication": False, "mri-unsafe-device": False}),
        no("no stimulator", DROP, {"fes-in-use": False, "mri-unsafe-device": True}),
        no("no drop", NO_DROP, {"fes-in-use": True, "mri-unsafe-device": True}),
    ),
)
