"""PRG: what may be said about the outlook, by cause and by severity on EDX. No rule reads any of this, so that no
outlook ever changes what is done."""

from __future__ import annotations

from guideline.rule import CaseValue, Example, Prognosis, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, PERONEAL
from guideline.rules.spine_surgery import COMPRESSED, DISC, FITTING_DISC

_PROGRESSIVE: dict[str, CaseValue] = {"motor-neuron-disease": True}


def _outlook(
    number: str, title: str, why: str, statements: tuple[str, ...], when: str, text: str, cases: tuple[Example, ...]
) -> Rule:
    return Rule(
        id=f"FD-PRG-{number}",
        title=title,
        why=why,
        statements=statements,
        strength="option",
        when=f'"has-foot-drop" and {when}',
        then=(Prognosis(text=text),),
        cases=cases,
    )


FACTORS = _outlook(
    "01",
    "What the outlook depends on",
    "There is no one number for all foot drops.",
    ("PRG-01", "PRG-02", "PRG-03", "PRG-04", "PRG-10", "PRG-16", "PRG-17", "PIT-02", "C-17", "C-38"),
    '"progressive-disorder" is not true',
    "The outlook depends on the cause and whether it can be treated, on how badly the nerve is hurt, on the time "
    "before treatment, on age and on other diseases. Many foot drops improve; none is written off without a reason.",
    (
        yes("any drop", DROP),
        no("a progressive disease", DROP, _PROGRESSIVE),
        no("no drop", NO_DROP),
    ),
)

MILD_LESION = _outlook(
    "05",
    "A mild nerve lesion",
    "The axons are intact, or most of them are.",
    ("PRG-05", "PRG-02", "DEF-18", "C-17"),
    "\"edx-severity\" in {'neurapraxia', 'axonotmesis-mild'} and \"progressive-disorder\" is not true",
    "The nerve study shows a mild lesion: full recovery is possible, above all when the cause is treated early.",
    (
        yes("neurapraxia", PERONEAL, {"edx-severity": "neurapraxia"}),
        yes("mild axonotmesis", PERONEAL, {"edx-severity": "axonotmesis-mild"}),
        no("severe axonotmesis", PERONEAL, {"edx-severity": "axonotmesis-severe"}),
        no("a progressive disease", DROP, _PROGRESSIVE, {"edx-severity": "axonotmesis-mild"}),
        no("no drop", NO_DROP, {"edx-severity": "neurapraxia"}),
    ),
)

SEVERE_LESION = _outlook(
    "02",
    "A severe nerve lesion",
    "Axons have to grow the whole way again, if they can.",
    ("PRG-02", "B-29", "DEF-18", "C-17"),
    "\"edx-severity\" in {'axonotmesis-severe', 'neurotmesis'}",
    "The nerve study shows a severe lesion: recovery is slow and often incomplete, and a divided nerve needs repair.",
    (
        yes("severe axonotmesis", PERONEAL, {"edx-severity": "axonotmesis-severe"}),
        yes("neurotmesis", PERONEAL, {"edx-severity": "neurotmesis"}),
        no("neurapraxia", PERONEAL, {"edx-severity": "neurapraxia"}),
        no("no drop", NO_DROP, {"edx-severity": "neurotmesis"}),
    ),
)

DISC_OUTLOOK = _outlook(
    "06",
    "A disc herniation can let go of the root",
    "Herniations shrink, and roots recover.",
    ("PRG-06", "PRG-14", "C-03", "C-17"),
    '"disc-herniation" and "progressive-disorder" is not true',
    "Weakness from a herniated disc can return by itself as the herniation shrinks, even when it was complete, and "
    "may stay "
    "if the back disease persists. This is no reason to put off the surgeon's opinion.",
    (
        yes("a herniated disc", DISC),
        no("none", PERONEAL),
        no("a progressive disease", DISC, _PROGRESSIVE),
        no("no drop", NO_DROP, {"lumbar-disc-herniation": True}),
    ),
)

SPINAL_SURGERY = _outlook(
    "07",
    "Strength before a spinal operation predicts strength after it",
    "A root that still works a little is a root that can recover.",
    ("PRG-07", "PRG-08", "SUR-30"),
    '("compressive-lesion" or "concordant-disc") and "mrc-ankle-dorsiflexion" is not null'
    ' and "strong-again" is not true',
    "Dorsiflexion is grade {mrc-ankle-dorsiflexion} now. Strength before the operation is the main predictor of "
    "strength after it, and earlier surgery with more strength left does better.",
    (
        yes("a compressive lesion", COMPRESSED),
        yes("a fitting disc", FITTING_DISC),
        no("never graded", {"foot-drop": True, "mri-compressive-lesion": True}),
        no("strong again", COMPRESSED, {"foot-drop": True, "improvement": "full"}),
        no("no such lesion", PERONEAL),
        no("no drop", NO_DROP, {"mri-compressive-lesion": True}),
    ),
)

SPINAL_SURGERY_PLANNED = _outlook(
    "09",
    "What a spinal operation brings",
    "Some gain is common, a strong foot is not.",
    ("PRG-09", "B-27"),
    '"surgery-planned" and "spinal-source" and "localised-peroneal" is not true and "progressive-disorder" is not true',
    "Most who are operated on gain some dorsiflexion; few gain full strength.",
    (
        yes("planned", COMPRESSED, {"surgery-planned": True}),
        no("not planned", COMPRESSED, {"surgery-planned": False}),
        no("nothing spinal", PERONEAL, {"surgery-planned": True}),
        no(
            "a ganglion at the knee", DROP, {"surgery-planned": True, "back-pain": True, "knee-structural-lesion": True}
        ),
        no("a progressive disease", COMPRESSED, _PROGRESSIVE, {"surgery-planned": True}),
        no("no drop", NO_DROP, {"surgery-planned": True, "back-pain": True}),
    ),
)

INJURY = _outlook(
    "11",
    "After an injury of the nerve",
    "A nerve that was stretched or bruised usually finds its way back.",
    ("PRG-11", "C-17"),
    '"knee-injury-behind-it" and "open-or-sharp-injury" is not true and "red-flag-open" is not true'
    " and (\"edx-severity\" in {'axonotmesis-severe', 'neurotmesis'}) is not true"
    ' and "progressive-disorder" is not true',
    "After an injury of the nerve strength usually returns in part, and sometimes wholly.",
    (
        *(yes(key, DROP, {key: True}) for key in ("peroneal-nerve-injury", "fibular-fracture", "knee-arthroplasty")),
        yes(
            "knee-dislocation, no emergency any more",
            DROP,
            {"knee-dislocation": True, "knee-dislocation-since": at('"as-of" - "knee-dislocation-window" - 1 day')},
        ),
        no("a cut", DROP, {"peroneal-nerve-injury": True, "open-or-sharp-injury": True}),
        no("it worsens", DROP, {"peroneal-nerve-injury": True, "course": "worsening"}),
        no("a divided nerve", DROP, {"peroneal-nerve-injury": True, "edx-severity": "neurotmesis"}),
        no("a badly hurt nerve", DROP, {"peroneal-nerve-injury": True, "edx-severity": "axonotmesis-severe"}),
        no("a progressive disease", DROP, _PROGRESSIVE, {"peroneal-nerve-injury": True}),
        no("no injury", PERONEAL),
        no("no drop", NO_DROP, {"peroneal-nerve-injury": True}),
    ),
)

PROGRESSIVE = _outlook(
    "12",
    "In a progressive disease",
    "The cause goes on, so the plan is for the long term.",
    ("PRG-12", "C-38", "C-17"),
    '"progressive-disorder"',
    "In a progressive disease the foot drop is likely to stay; plan orthosis, therapy and reviews for the long term.",
    (
        yes("motor neuron disease", DROP, _PROGRESSIVE),
        no("a stroke", DROP, {"stroke": True}),
        no("no drop", NO_DROP, _PROGRESSIVE),
    ),
)

_HABITS = ("habitual-leg-crossing", "prolonged-squatting-kneeling", "leg-cast")

PRESSURE_GONE = _outlook(
    "13",
    "Pressure that is taken away in time",
    "A block of conduction clears when nothing presses any more.",
    ("PRG-13", "PRG-05", "C-17"),
    f"({' or '.join(f'{chr(34)}{key}{chr(34)}' for key in _HABITS)})"
    ' and "edx-severity" = \'neurapraxia\' and "progressive-disorder" is not true',
    "A palsy by pressure with an intact nerve may clear within days to weeks once nothing presses on it.",
    (
        *(yes(key, PERONEAL, {key: True, "edx-severity": "neurapraxia"}) for key in _HABITS),
        no("axons lost", PERONEAL, {"leg-cast": True, "edx-severity": "axonotmesis-mild"}),
        no("nothing presses", PERONEAL, {"edx-severity": "neurapraxia"}),
        no("a progressive disease", PERONEAL, _PROGRESSIVE, {"leg-cast": True, "edx-severity": "neurapraxia"}),
        no("no drop", NO_DROP, {"leg-cast": True, "edx-severity": "neurapraxia"}),
    ),
)

_STILL_OPEN = (
    '"not-for-nerve-surgery" is not true and "progressive-disorder" is not true'
    ' and "permanent-nerve-damage" is not true'
    ' and ("as-of" after day of "clock-start" + "peroneal-horizon-late") is not true'
)

PERONEAL_HORIZON = _outlook(
    "15",
    "How long a peroneal nerve may take",
    "Axons grow slowly, and the muscle is far away.",
    ("PRG-15", "C-18", "C-17"),
    f'"peroneal-cause" and ("edx-severity" = \'neurapraxia\') is not true and {_STILL_OPEN}'
    ' and "red-flag-open" is not true',
    "A peroneal nerve may take {peroneal-horizon-early} to {peroneal-horizon-late} to recover. That is a horizon, "
    "not a time "
    "to wait: decisions come at {peroneal-surgery-eligible} and {surgery-due}.",
    (
        yes("a peroneal pattern", PERONEAL),
        no("EDX finds the root", PERONEAL, {"edx-localisation": "l5-root"}),
        no("neurapraxia", PERONEAL, {"edx-severity": "neurapraxia"}),
        no("a progressive disease", PERONEAL, _PROGRESSIVE),
        no("a polyneuropathy", PERONEAL, {"polyneuropathy": True}),
        no("it is permanent", PERONEAL, {"permanent-nerve-damage": True}),
        no("suspected compartment syndrome", PERONEAL, {"compartment-syndrome-suspected": True}),
        no("it worsens", PERONEAL, {"course": "worsening"}),
        no("a mass at the nerve", PERONEAL, {"knee-structural-lesion": True}),
        yes("on the last day of the horizon", PERONEAL, {"clock-start": at('"as-of" - "peroneal-horizon-late"')}),
        no("a day later", PERONEAL, {"clock-start": at('"as-of" - "peroneal-horizon-late" - 1 day')}),
        no("nothing peroneal", DROP),
        no("no drop", NO_DROP, {"peroneal-neuropathy": True}),
    ),
)

LEG_CROSSING = _outlook(
    "18",
    "Who stops crossing the legs usually gets better",
    "The cause is gone on the same day.",
    ("PRG-18", "CON-01"),
    f'"habitual-leg-crossing" and "peroneal-cause" and {_STILL_OPEN} and "red-flag-open" is not true'
    " and (\"edx-severity\" in {'axonotmesis-severe', 'neurotmesis'}) is not true",
    "Most people improve after they give up crossing the legs.",
    (
        yes("crosses the legs", DROP, {"habitual-leg-crossing": True}),
        no("does not", PERONEAL, {"habitual-leg-crossing": False}),
        no("it worsens", DROP, {"habitual-leg-crossing": True, "course": "worsening"}),
        *(
            no(f"EDX grades it {grade}", DROP, {"habitual-leg-crossing": True, "edx-severity": grade})
            for grade in ("axonotmesis-severe", "neurotmesis")
        ),
        no(
            "crosses the legs, and EDX finds the root",
            DROP,
            {"habitual-leg-crossing": True, "edx-localisation": "l5-root"},
        ),
        no("a progressive disease", DROP, _PROGRESSIVE, {"habitual-leg-crossing": True}),
        no("it is permanent", DROP, {"habitual-leg-crossing": True, "permanent-nerve-damage": True}),
        no(
            "the horizon is over",
            DROP,
            {"habitual-leg-crossing": True, "clock-start": at('"as-of" - "peroneal-horizon-late" - 1 day')},
        ),
        no("no drop", NO_DROP, {"habitual-leg-crossing": True}),
    ),
)

EARLY = _outlook(
    "19",
    "Early treatment has the best chance",
    "Orthosis, exercise and treatment of the cause each start at once.",
    ("PRG-19", "PRG-03", "CON-11", "ORT-21"),
    '"as-of" same day or before "clock-start" + "peroneal-surgery-eligible" and "progressive-disorder" is not true',
    "Orthosis, physiotherapy and treatment of the cause, begun early and together, give the best chance.",
    (
        yes("on the last day", DROP, {"clock-start": at('"as-of" - "peroneal-surgery-eligible"')}),
        no("a day later", DROP, {"clock-start": at('"as-of" - "peroneal-surgery-eligible" - 1 day')}),
        no("a progressive disease", DROP, _PROGRESSIVE, {"clock-start": at('"as-of"')}),
        no("no drop", NO_DROP, {"clock-start": at('"as-of"')}),
    ),
)

COMPARTMENT = _outlook(
    "20",
    "A foot drop in compartment syndrome",
    "When the foot drops, nerve and muscle have been without blood for hours.",
    ("PRG-20", "C-45"),
    '"compartment-suspected"',
    "A foot drop in compartment syndrome is late and often does not come back; what can still be saved is decided now.",
    (
        yes("suspected", DROP, {"compartment-syndrome-suspected": True}),
        no("excluded", DROP, {"compartment-syndrome-suspected": False, "compartment-syndrome": False}),
        no("no drop yet", NO_DROP, {"compartment-syndrome-suspected": True}),
    ),
)
