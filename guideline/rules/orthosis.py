"""ORT: the ankle-foot orthosis. It waits for no test, diagnosis or operation, and never comes without a fitting."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Conclude, Goal, Order, Rule, at, no, yes
from guideline.rules.people import DROP, MILD_DROP, NO_DROP, ROOT, SEVERE_DROP

FITTING = ('"as-of"', '"as-of" + "afo-fitting-target"')

NEEDS_ORTHOSIS = Rule(
    id="FD-ORT-00",
    title="An orthosis could be used",
    why="Whoever walks with a foot drop, has no orthosis and has not declined one.",
    statements=("ORT-13", "C-07", "C-36"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and ("ambulatory" or "ambulatory" is null and "immobile" is not true)
        and "afo-in-use" is not true and "afo-declined" is not true and "mobilisation-barred" is not true
    """,
    then=(Conclude(name="needs-orthosis"),),
    cases=(
        no(
            "lies still, and nobody has said whether the patient walks", {"mrc-ankle-dorsiflexion": 3, "immobile": True}
        ),
        yes("walks", DROP),
        yes("nobody has said whether the patient walks", {"mrc-ankle-dorsiflexion": 3}),
        no("does not walk", DROP, {"ambulatory": False}),
        no("has one", DROP, {"afo-in-use": True}),
        no("has declined one", DROP, {"afo-declined": True}),
        no("spine not cleared", DROP, {"acute-spinal-trauma": True}),
        no("no drop", NO_DROP, {"ambulatory": True}),
    ),
)

_UNSAFE = '("severity" = \'severe\' or "falls-past-year" >= "recurrent-falls" or "toe-drag")'

AFO_NOW = Rule(
    id="FD-ORT-01",
    title="A severe drop, a fall or a dragging toe: an orthosis now",
    why="It makes walking safer today, whatever the cause turns out to be.",
    statements=(
        "ORT-18",
        "ORT-01",
        "ORT-05",
        "ORT-08",
        "ORT-09",
        "ORT-13",
        "ORT-20",
        "C-07",
        "C-08",
        "C-43",
        "IMG-13",
        "PIT-09",
    ),
    strength="recommend",
    population="everyone",
    when=f'"needs-orthosis" and {_UNSAFE}',
    then=(
        Order(
            key="ankle-foot-orthosis",
            priority="asap",
            window=FITTING,
            text="Ankle-foot orthosis with referral to the orthotist for fitting, within {afo-fitting-target}; it "
            "waits for no test and no operation.",
        ),
    ),
    cases=(
        yes("severe", SEVERE_DROP),
        yes("mild, but fell", MILD_DROP, {"falls-past-year": at('"recurrent-falls"')}),
        no("mild, no falls", MILD_DROP, {"falls-past-year": at('"recurrent-falls" - 1'), "toe-drag": False}),
        yes("mild, but the toe drags", MILD_DROP, {"toe-drag": True}),
        no("severe, has one", SEVERE_DROP, {"afo-in-use": True}),
    ),
)

AFO_SPINAL = Rule(
    id="FD-ORT-02",
    title="A spinal foot drop: an orthosis at once, operation or not",
    why="Surgery and recovery take time that the patient spends walking.",
    statements=("ORT-19", "ORT-20", "C-07", "C-46", "PIT-09"),
    strength="recommend",
    population="everyone",
    when='"needs-orthosis" and "spinal-source" and "severity" in {\'moderate\', \'severe\'}',
    then=(
        Order(
            key="ankle-foot-orthosis",
            priority="asap",
            window=FITTING,
            text="Ankle-foot orthosis with fitting at once, whether or not surgery is planned.",
        ),
    ),
    cases=(
        yes("a root pattern, severe", ROOT, {"severity": "severe"}),
        yes("a root pattern", ROOT, {"severity": "moderate"}),
        yes("surgery planned", ROOT, {"severity": "moderate", "surgery-planned": True}),
        no("mild", MILD_DROP, {"back-pain": True}),
        no("nothing spinal", DROP, {"severity": "moderate"}),
        no("has one", ROOT, {"severity": "moderate", "afo-in-use": True}),
    ),
)

AFO = Rule(
    id="FD-ORT-03",
    title="An orthosis for everyone who walks with a foot drop",
    why="It holds the foot up in swing, helps gait and saves energy, while the cause is being found and treated.",
    statements=("ORT-01", "ORT-08", "ORT-09", "ORT-10", "ORT-13", "ORT-16", "ORT-17", "ORT-02", "C-07"),
    strength="recommend",
    population="everyone",
    when="""
        "needs-orthosis"
        and ("severity" in {'moderate', 'severe'}
            or "severity" is null and ("mrc-ankle-dorsiflexion" > "foot-drop-mrc") is not true)
    """,
    then=(
        Order(
            key="ankle-foot-orthosis",
            window=(None, None),
            text="An ankle-foot orthosis works at once and needs no diagnosis.",
        ),
    ),
    cases=(
        yes("severe", DROP, {"severity": "severe"}),
        yes("moderate", DROP, {"severity": "moderate"}),
        yes("never graded", {"foot-drop": True, "ambulatory": True}),
        no(
            "recorded, and lifts at full strength",
            {"foot-drop": True, "ambulatory": True, "mrc-ankle-dorsiflexion": at('"foot-drop-mrc" + 1')},
        ),
        no("mild", MILD_DROP),
        no("declined", DROP, {"severity": "moderate", "afo-declined": True}),
    ),
)

AFO_MILD = Rule(
    id="FD-ORT-04",
    title="A mild drop without falls: an orthosis is worth considering",
    why="Some walk well without; a light brace or shoe insert may still spare a fall.",
    statements=("C-07", "ORT-16", "ORT-17", "ORT-13"),
    strength="consider",
    population="everyone",
    when="""
        "needs-orthosis"
        and ("severity" = 'mild' or "severity" is null and "mrc-ankle-dorsiflexion" > "foot-drop-mrc")
    """,
    then=(
        Order(
            key="ankle-foot-orthosis",
            text="Consider a light ankle-foot orthosis or shoe insert, with fitting.",
        ),
    ),
    cases=(
        yes(
            "on the problem list, and lifts at full strength",
            {"foot-drop": True, "ambulatory": True, "mrc-ankle-dorsiflexion": at('"foot-drop-mrc" + 1')},
        ),
        no("on the problem list, never graded", {"foot-drop": True, "ambulatory": True}),
        yes("mild", MILD_DROP),
        no("moderate", DROP, {"severity": "moderate"}),
        no("mild, has one", MILD_DROP, {"afo-in-use": True}),
    ),
)

AFO_FITTING = Rule(
    id="FD-ORT-05",
    title="No orthosis without fitting",
    why="A badly fitted orthosis makes pressure sores and ends in a cupboard.",
    statements=("ORT-04", "ORT-14", "ORT-03"),
    strength="recommend",
    population="everyone",
    when='"proposed-ankle-foot-orthosis"',
    then=(
        Activity(
            key="orthosis-fitting",
            window=FITTING,
            text="Fitting by the orthotist, who chooses custom-made or off-the-shelf and checks pressure points.",
        ),
    ),
    cases=(
        yes("an orthosis is proposed", DROP, {"severity": "moderate"}),
        no("none is", DROP, {"afo-in-use": True}),
    ),
)

SKIN = Rule(
    id="FD-ORT-06",
    title="Whoever wears an orthosis looks at the skin",
    why="Pressure marks that last are the start of a sore.",
    statements=("ORT-04", "ORT-07", "MON-06", "SUP-03"),
    strength="recommend",
    population="everyone",
    when='"proposed-ankle-foot-orthosis" or "has-foot-drop" and "afo-in-use"',
    then=(
        Activity(
            key="skin-inspection",
            text="Look at the skin under the orthosis every day, and show any redness that stays.",
        ),
        Order(
            key="skin-check",
            window=('"as-of"', '"as-of" + "skin-check-interval"'),
            fresh_from='"as-of" - "skin-check-interval"',
            text="Have the skin under the orthosis checked.",
        ),
    ),
    cases=(
        yes("proposed", DROP, {"severity": "moderate"}),
        yes("in use", DROP, {"afo-in-use": True}),
        no("neither", DROP, {"afo-declined": True}),
        no("in use, no drop", NO_DROP, {"afo-in-use": True}),
    ),
)

OUT_OF_IT = Rule(
    id="FD-ORT-06b",
    title="An orthosis is taken off every day, and the ankle moved",
    why="Bracing must not become immobilisation; a leg in a compartment syndrome is not moved at all.",
    statements=("ORT-04", "SUP-06", "C-35", "B-33"),
    strength="recommend",
    population="everyone",
    when="""
        ("proposed-ankle-foot-orthosis" or "has-foot-drop" and "afo-in-use")
        and ("leg-cast" or "limb-at-stake") is not true
    """,
    then=(
        Activity(
            key="range-of-motion",
            text="Take the orthosis off every day and move the ankle: bracing must not become immobilisation.",
        ),
    ),
    cases=(
        yes("proposed", DROP, {"severity": "moderate"}),
        yes("in use", DROP, {"afo-in-use": True}),
        no(
            "in use, suspected compartment syndrome", DROP, {"afo-in-use": True, "compartment-syndrome-suspected": True}
        ),
        no("proposed for when the cast is off", DROP, {"severity": "moderate", "leg-cast": True}),
        no("in use before the cast", DROP, {"afo-in-use": True, "leg-cast": True}),
        no("an emergency of a leg without its side", DROP, {"afo-in-use": True, "limb-emergency-unsided": True}),
        no("neither", DROP, {"afo-declined": True}),
        no("in use, no drop", NO_DROP, {"afo-in-use": True}),
    ),
)

SKIN_INSENSATE = Rule(
    id="FD-ORT-07",
    title="A foot without feeling under an orthosis is checked more often",
    why="It does not hurt when it is being injured.",
    statements=("ORT-07", "PIT-05", "MON-06"),
    strength="recommend",
    population="everyone",
    when='"sensory-loss" and ("proposed-ankle-foot-orthosis" or "has-foot-drop" and "afo-in-use")',
    then=(
        Alert(
            key="skin-insensate",
            severity="warning",
            text="Reduced feeling under an orthosis: sores develop without pain. Check the skin "
            "within {skin-check-interval-insensate}.",
        ),
        Activity(
            key="skin-inspection",
            text="Reduced feeling: look at the whole foot at every change of the orthosis.",
        ),
        Order(
            key="skin-check",
            window=('"as-of"', '"as-of" + "skin-check-interval-insensate"'),
            fresh_from='"as-of" - "skin-check-interval-insensate"',
            text="Reduced feeling: skin check under the orthosis within {skin-check-interval-insensate}.",
        ),
    ),
    cases=(
        yes("numb dorsum, orthosis in use", DROP, {"afo-in-use": True, "sensation-foot-dorsum": "reduced"}),
        yes("numb sole, orthosis proposed", DROP, {"severity": "moderate", "sensation-sole": "absent"}),
        no("feels normally", DROP, {"afo-in-use": True, "sensation-foot-dorsum": "normal"}),
        no("no orthosis", DROP, {"afo-declined": True, "sensation-foot-dorsum": "reduced"}),
        no("no drop", NO_DROP, {"afo-in-use": True, "sensation-foot-dorsum": "reduced"}),
    ),
)

SKIN_BROKEN = Rule(
    id="FD-ORT-08",
    title="Broken skin under an orthosis: act before it is worn again",
    why="A sore under a brace can cost the foot, above all in diabetes.",
    statements=("ORT-04", "ORT-07", "PIT-05", "MON-06"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and ("skin-breakdown" or "pressure-ulcer")
        and ("afo-in-use" or "proposed-ankle-foot-orthosis")
    """,
    then=(
        Alert(
            key="skin-breakdown",
            severity="warning",
            text="The skin is broken: no orthosis over it until it is treated and the orthotist has seen that nothing "
            "presses there.",
        ),
        Order(
            key="skin-check",
            priority="asap",
            window=('"as-of"', '"as-of" + "skin-check-interval-insensate"'),
            fresh_from='"as-of"',
            text="Skin check as soon as possible: the skin is broken.",
        ),
        Activity(
            key="orthosis-review",
            priority="asap",
            text="Orthotist reviews the pressure points before it is worn again.",
        ),
    ),
    cases=(
        yes("a sore, orthosis in use", DROP, {"afo-in-use": True, "skin-breakdown": True}),
        yes("an ulcer, orthosis proposed", DROP, {"severity": "moderate", "pressure-ulcer": True}),
        no("whole skin", DROP, {"afo-in-use": True, "skin-breakdown": False, "pressure-ulcer": False}),
        no("no orthosis", DROP, {"afo-declined": True, "skin-breakdown": True}),
        no("no drop", NO_DROP, {"afo-in-use": True, "skin-breakdown": True}),
    ),
)

ORTHOSIS_REVIEW = Rule(
    id="FD-ORT-09",
    title="An orthosis in use is reviewed, not ordered again",
    why="What fitted a weak foot may hinder a recovering one.",
    statements=("ORT-06", "MON-02", "ORT-11", "ORT-12"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "afo-in-use"',
    then=(
        Activity(
            key="orthosis-review",
            window=('"as-of" + "review-earliest"', '"as-of" + "review-latest"'),
            text="Review fit, gait and need of the orthosis at every follow-up; change it when the strength "
            "has changed.",
        ),
    ),
    cases=(
        yes("in use", DROP, {"afo-in-use": True}),
        no("not in use", DROP, {"afo-in-use": False}),
        no("no drop", NO_DROP, {"afo-in-use": True}),
    ),
)

ORTHOSIS_GOALS = Rule(
    id="FD-ORT-10",
    title="An orthosis is for walking without falling",
    why="A goal says what to measure.",
    statements=("ORT-03", "ORT-15", "ORT-11", "CON-12"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" or "emergency"',
    then=(
        Goal(key="mobility", text="Walks in everyday life as far as needed."),
        Goal(key="fall-prevention", text="No falls."),
    ),
    cases=(
        yes("a drop", DROP),
        yes("an emergency without a drop", NO_DROP, {"knee-dislocation": True}),
        no("neither", NO_DROP),
    ),
)

COMPARTMENT_FIRST = Rule(
    id="FD-ORT-11",
    title="No orthosis on a leg that is itself at stake",
    why="Anything that encloses the leg raises its pressure and holds back its blood.",
    statements=("B-33", "RED-16"),
    strength="recommend",
    population="everyone",
    when="""
        "limb-at-stake" and ("proposed-ankle-foot-orthosis" or "afo-in-use")
    """,
    then=(
        Alert(
            key="orthosis-after-compartment",
            severity="critical",
            text="No orthosis on this leg until its emergency is settled; take off what is there. An orthosis that is "
            "proposed here is provided after that.",
        ),
    ),
    cases=(
        yes("an orthosis in use", {"compartment-syndrome-suspected": True, "afo-in-use": True}),
        yes("one proposed", DROP, {"severity": "severe", "compartment-syndrome-suspected": True}),
        yes(
            "one proposed, the emergency without its side", DROP, {"severity": "severe", "limb-emergency-unsided": True}
        ),
        no("not suspected", DROP, {"afo-in-use": True, "compartment-syndrome-suspected": False}),
        no("no orthosis", NO_DROP, {"compartment-syndrome-suspected": True}),
    ),
)

AFTER_CAST = Rule(
    id="FD-ORT-12",
    title="The leg is in a cast: the orthosis is made now, and worn after it",
    why="Nobody can wear an orthosis over a cast, and the day the cast comes off is the day the foot drops.",
    statements=("ORT-04", "CON-02", "C-08"),
    strength="recommend",
    population="everyone",
    when="""
        "proposed-ankle-foot-orthosis" and "leg-cast"
        and ("skin-breakdown" or "pressure-ulcer" or "limb-at-stake") is not true
    """,
    then=(
        Activity(
            key="orthosis-fitting",
            text="The leg is in a cast or tight brace: have the orthosis made now, and fitted the day that comes off.",
        ),
    ),
    cases=(
        yes("a cast", DROP, {"severity": "severe", "leg-cast": True}),
        no("none", DROP, {"severity": "severe", "leg-cast": False}),
        no("a cast, and an orthosis for afterwards", DROP, {"leg-cast": True, "afo-in-use": True}),
        *(
            no(f"a cast, and {key}", DROP, {"severity": "severe", "leg-cast": True, key: True})
            for key in ("skin-breakdown", "pressure-ulcer", "compartment-syndrome", "limb-emergency-unsided")
        ),
    ),
)

AFTER_HEALING = Rule(
    id="FD-ORT-13",
    title="The skin is broken: the orthosis is made now, and worn when it has healed",
    why="A sore under a brace does not heal; waiting for it to heal before ordering costs weeks of falls.",
    statements=("ORT-04", "ORT-07", "C-08"),
    strength="recommend",
    population="everyone",
    when="""
        "proposed-ankle-foot-orthosis" and ("skin-breakdown" or "pressure-ulcer")
        and "limb-at-stake" is not true
    """,
    then=(
        Activity(
            key="orthosis-fitting",
            text="The skin is broken: have the orthosis made now, and worn only over skin that has healed.",
        ),
    ),
    cases=(
        yes("a sore", DROP, {"severity": "severe", "skin-breakdown": True}),
        yes("an ulcer", DROP, {"severity": "severe", "pressure-ulcer": True}),
        no("whole skin", DROP, {"severity": "severe", "skin-breakdown": False, "pressure-ulcer": False}),
        no("a sore under an orthosis in use", DROP, {"skin-breakdown": True, "afo-in-use": True}),
        *(
            no(f"a sore, and {key}", DROP, {"severity": "severe", "skin-breakdown": True, key: True})
            for key in ("compartment-syndrome", "limb-emergency-unsided")
        ),
    ),
)
