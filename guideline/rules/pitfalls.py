"""PIT: the mistakes that no other rule stands in the way of. Each alert fires only where one is being made."""

from __future__ import annotations

from guideline.rule import Alert, CaseValue, Rule, at, no, yes
from guideline.rules.people import DROP, MILD_DROP, NO_DROP, OLD_STROKE, PERONEAL
from guideline.rules.surgery_timing import AT_DUE, BEFORE_DUE, begun
from guideline.rules.words import define

_MODERATE: dict[str, CaseValue] = {**DROP, "severity": "moderate"}
_DELAYED = begun('"as-of" - "orthosis-delay"')

ORTHOSIS_MISSED = define(
    "FD-PIT-00",
    "orthosis-missed",
    "An orthosis has been missing for weeks",
    "Not where it cannot be worn yet, beneath a cast or over a sore, nor where a stimulator does its work.",
    ("PIT-01", "C-08"),
    """
        "needs-orthosis" and "severity" in {'moderate', 'severe'}
        and "as-of" same day or after "clock-start" + "orthosis-delay"
        and ("leg-cast" or "skin-breakdown" or "pressure-ulcer" or "fes-in-use") is not true
    """,
    (
        yes("moderate, on the day", _MODERATE, _DELAYED),
        yes("severe, on the day", DROP, _DELAYED, {"severity": "severe"}),
        no("a day early", _MODERATE, begun('"as-of" - "orthosis-delay" + 1 day')),
        no("mild", MILD_DROP, _DELAYED),
        no("has one", _MODERATE, _DELAYED, {"afo-in-use": True}),
        no("has declined one", _MODERATE, _DELAYED, {"afo-declined": True}),
        *(
            no(key, _MODERATE, _DELAYED, {key: True})
            for key in ("leg-cast", "skin-breakdown", "pressure-ulcer", "fes-in-use")
        ),
        no("no drop", NO_DROP, _DELAYED, {"severity": "moderate", "ambulatory": True}),
    ),
)

WITHOUT_ORTHOSIS = Rule(
    id="FD-PIT-01",
    title="Weeks with a foot drop, and still no orthosis",
    why="Results, diagnoses and operations are waited for while the patient stumbles.",
    statements=("PIT-01", "PIT-09", "IMG-13", "C-08"),
    strength="recommend",
    population="everyone",
    when='"orthosis-missed" and "limb-at-stake" is not true',
    then=(
        Alert(
            key="orthosis-delayed",
            severity="warning",
            until_done="ankle-foot-orthosis",
            text="No orthosis is recorded in use {orthosis-delay} or more after onset: provide it now. Neither "
            "orthosis nor physiotherapy waits for a test or a diagnosis.",
        ),
    ),
    cases=(
        yes("moderate, on the day", _MODERATE, _DELAYED),
        no("a day early", _MODERATE, begun('"as-of" - "orthosis-delay" + 1 day')),
        no("suspected compartment syndrome", _MODERATE, _DELAYED, {"compartment-syndrome-suspected": True}),
        no("an emergency of a leg without its side", _MODERATE, _DELAYED, {"limb-emergency-unsided": True}),
    ),
)

ORTHOSIS_AFTER_EMERGENCY = Rule(
    id="FD-PIT-01b",
    title="Weeks with a foot drop, no orthosis, and now an emergency of the leg",
    why="Nothing may enclose the leg now, and what was missed before is made up for afterwards.",
    statements=("PIT-01", "B-33", "RED-16"),
    strength="recommend",
    population="everyone",
    when='"orthosis-missed" and "limb-at-stake"',
    then=(
        Alert(
            key="orthosis-delayed",
            severity="warning",
            until_done="ankle-foot-orthosis",
            text="No orthosis is recorded in use {orthosis-delay} or more after onset: provide it when the emergency "
            "of the leg is settled, not before.",
        ),
    ),
    cases=(
        yes("suspected compartment syndrome", _MODERATE, _DELAYED, {"compartment-syndrome-suspected": True}),
        yes("an emergency of a leg without its side", _MODERATE, _DELAYED, {"limb-emergency-unsided": True}),
        no("no emergency", _MODERATE, _DELAYED),
        no("has one", _MODERATE, _DELAYED, {"afo-in-use": True, "compartment-syndrome-suspected": True}),
    ),
)

WRITTEN_OFF = Rule(
    id="FD-PIT-02",
    title="Recovery written off early",
    why="Nerves take longer than a few months, and a label closes doors.",
    statements=("PIT-02", "C-38", "PRG-15"),
    strength="recommend",
    when="""
        "has-foot-drop" and ("permanent-nerve-damage" or "recovery-chance" = 'none')
        and "as-of" before day of "clock-start" + "surgery-due"
        and "progressive-disorder" is not true and ("edx-severity" = 'neurotmesis') is not true
    """,
    then=(
        Alert(
            key="written-off-early",
            severity="info",
            text="It is less than {surgery-due} since onset, and recovery is already recorded as not expected: confirm "
            "why; nerves recover late.",
        ),
    ),
    cases=(
        yes("recorded a day before the mark", PERONEAL, BEFORE_DUE, {"permanent-nerve-damage": True}),
        yes("no chance given", PERONEAL, BEFORE_DUE, {"recovery-chance": "none"}),
        no("at the mark", PERONEAL, AT_DUE, {"permanent-nerve-damage": True}),
        no("a divided nerve", PERONEAL, BEFORE_DUE, {"permanent-nerve-damage": True, "edx-severity": "neurotmesis"}),
        no("a progressive disease", PERONEAL, BEFORE_DUE, {"recovery-chance": "none", "motor-neuron-disease": True}),
        no(
            "recovery thought possible",
            PERONEAL,
            BEFORE_DUE,
            {"recovery-chance": "uncertain", "permanent-nerve-damage": False},
        ),
        no("no drop", NO_DROP, BEFORE_DUE, {"permanent-nerve-damage": True}),
    ),
)

_DONE = '("edx-done" is not null or "mri-lumbar-done" or "knee-imaging-done")'
_CAUSES_KNOWN = (
    "polyneuropathy",
    "diabetic-neuropathy",
    "hnpp",
    "myositis",
    "myopathy",
    "poliomyelitis-sequelae",
    "lumbar-radiculopathy",
    "lumbar-disc-herniation",
    "lumbar-spinal-stenosis",
    "peroneal-nerve-injury",
    "sciatic-neuropathy",
    "lumbosacral-plexopathy",
    "vasculitis",
    "brain-tumour",
)
_RECORDED = (
    '("central-diagnosis" or "progressive-disorder" or ' + " or ".join(f'"{key}"' for key in _CAUSES_KNOWN) + ")"
)
_BRACED: dict[str, CaseValue] = {**DROP, "afo-in-use": True}

CAUSE_NOT_SOUGHT = Rule(
    id="FD-PIT-03",
    title="A brace, and nobody has looked for the cause",
    why="An orthosis treats the sign; a root or a tumour goes on.",
    statements=("PIT-03", "CON-13", "CON-10", "LOC-01", "LOC-10"),
    strength="recommend",
    when=f"""
        "has-foot-drop" and "afo-in-use" and "localised" is not true
        and {_DONE} is not true and {_RECORDED} is not true
    """,
    then=(
        Alert(
            key="cause-not-sought",
            severity="warning",
            until_done="electrodiagnostic-study",
            text="An orthosis is in use, but no cause is recorded and no test has looked for one.",
        ),
    ),
    cases=(
        *(no(f"{key} recorded", _BRACED, {key: True}) for key in _CAUSES_KNOWN),
        yes("braced, nothing looked for", _BRACED),
        no("a nerve study was done", _BRACED, {"edx-done": at('"as-of" - 1 month')}),
        no("the spine was imaged", _BRACED, {"mri-lumbar-done": True}),
        no("the knee was imaged", _BRACED, {"knee-imaging-done": True}),
        no("localised", _BRACED, {"edx-localisation": "peroneal"}),
        no("an old stroke", _BRACED, OLD_STROKE),
        no("a progressive disease", _BRACED, {"charcot-marie-tooth": True}),
        no("polyneuropathy", _BRACED, {"polyneuropathy": True}),
        no("a sciatic neuropathy", _BRACED, {"sciatic-neuropathy": True}),
        no("no brace", DROP),
        no("no drop", NO_DROP, {"afo-in-use": True}),
    ),
)

IMMOBILE = Rule(
    id="FD-PIT-04",
    title="An immobile patient with a foot drop",
    why="Muscle wastes and joints stiffen within weeks, and the calf shortens first.",
    statements=("PIT-04", "SUP-06", "C-35", "C-36"),
    strength="recommend",
    when="""
        "has-foot-drop" and "immobile" and "mobilisation-barred" is not true and "limb-at-stake" is not true
    """,
    then=(
        Alert(
            key="prolonged-immobilisation",
            severity="info",
            text="Immobile: muscle wastes and the calf shortens. Move the ankle through its range every day.",
        ),
    ),
    cases=(
        yes("immobile", DROP, {"immobile": True}),
        no("moves about", DROP, {"immobile": False}),
        no("spine not cleared", DROP, {"immobile": True, "acute-spinal-trauma": True}),
        *(
            no(key, DROP, {"immobile": True, key: True})
            for key in ("compartment-syndrome-suspected", "limb-emergency-unsided")
        ),
        no("no drop", NO_DROP, {"immobile": True}),
    ),
)
