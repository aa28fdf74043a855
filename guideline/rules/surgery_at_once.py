"""SUR: what no waiting period holds back: a limb that worsens, and a nerve that may have been cut."""

from __future__ import annotations

from guideline.rule import Alert, Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, PERONEAL, ROOT, SCIATIC
from guideline.rules.surgery_timing import SOON, begun

WORSENING_ENDS_WAITING = Rule(
    id="FD-SUR-35",
    title="Worsening ends every waiting period",
    why="Whatever was going to be waited for is not happening.",
    statements=("C-05", "D-09", "C-01", "C-03"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "worsening"',
    then=(
        Alert(
            key="worsening",
            severity="warning",
            text="The weakness is worsening: no waiting period applies any more. Look for the cause again, now.",
        ),
        Order(
            key="neurological-assessment",
            priority="urgent",
            window=SOON,
            fresh_from='"as-of" - "consult-answers"',
            text="Examine and grade again: the weakness is worsening.",
        ),
    ),
    cases=(
        yes("worse", DROP, {"course": "worsening"}),
        yes("rapidly worse", DROP, {"course": "rapidly-worsening"}),
        no("stable", DROP, {"course": "stable"}),
        no("nobody has said", DROP),
        no("no drop", NO_DROP, {"course": "worsening"}),
    ),
)

WORSENING_UNEXPLAINED = Rule(
    id="FD-SUR-35b",
    title="Worsening that no known root explains: a neurologist urgently",
    why="Somebody has to find the place of the lesion while there is function to save; a lumbar root explains neither "
    "brisk reflexes nor fasciculation.",
    statements=("C-05", "C-01", "D-08", "B-02", "RED-09"),
    strength="recommend",
    when="""
        "has-foot-drop" and "worsening" and ("root-cause" is not true or "umn-signs" or "fasciculation")
    """,
    then=(
        Order(
            key="neurology-referral",
            priority="urgent",
            window=SOON,
            fresh_from='"as-of" - "consult-answers"',
            text="Neurologist urgently: the weakness is worsening.",
        ),
    ),
    cases=(
        yes("worse, cause unknown", DROP, {"course": "worsening"}),
        yes("worse, liability to pressure palsies", PERONEAL, {"course": "worsening", "hnpp": True}),
        no("worse, a known disc herniation", ROOT, {"course": "worsening", "mri-disc-herniation": True}),
        yes(
            "worse, a known disc herniation and clonus",
            ROOT,
            {"course": "worsening", "mri-disc-herniation": True, "ankle-clonus": True},
        ),
        yes(
            "worse, a known disc herniation and fasciculation",
            ROOT,
            {"course": "worsening", "mri-disc-herniation": True, "fasciculation": True},
        ),
        no("stable", DROP, {"course": "stable"}),
        no("no drop", NO_DROP, {"course": "worsening"}),
    ),
)

WORSENING_NERVE = Rule(
    id="FD-SUR-33",
    title="A nerve lesion that worsens goes to the nerve surgeon now",
    why="A nerve that goes on losing function is still being pressed.",
    statements=("C-01", "C-05", "SUR-29"),
    strength="recommend",
    when='("peroneal-cause" or "other-nerve-cause") and "worsening" and "not-for-nerve-surgery" is not true',
    then=(
        Order(
            key="nerve-surgery-consult",
            priority="urgent",
            window=SOON,
            fresh_from='"as-of" - "consult-answers"',
            text="Urgent opinion of the nerve surgeon: the palsy is worsening, so no waiting period applies.",
        ),
    ),
    cases=(
        yes("peroneal, two weeks after onset", PERONEAL, {"course": "worsening"}, begun('"as-of" - 2 weeks')),
        yes("peroneal, rapidly", PERONEAL, {"course": "rapidly-worsening"}),
        yes("sciatic", SCIATIC, {"course": "worsening"}),
        no("stable", PERONEAL, {"course": "stable"}),
        no("liability to pressure palsies", PERONEAL, {"course": "worsening", "hnpp": True}),
        no("neither nerve", DROP, {"course": "worsening"}),
    ),
)

WORSENING_IMAGE = Rule(
    id="FD-SUR-33b",
    title="A nerve lesion that worsens is imaged urgently",
    why="A cyst or tumour at the knee grows, and is taken out in time or too late.",
    statements=("B-20", "C-01", "IMG-02", "LOC-71"),
    strength="recommend",
    when="""
        ("peroneal-cause" or "sciatic-pattern") and "worsening"
        and ("progressive-disorder" is not true or "localised-peroneal" or "tinel-sign-fibular-neck"
            or "peroneal-nerve-injury" or "fibular-fracture")
    """,
    then=(
        Order(
            key="imaging-fibular-head",
            priority="urgent",
            window=SOON,
            fresh_from='"as-of" - "urgent-consult-target"',
            text="Image the nerve urgently, from the hollow of the knee to the fibular head: a palsy that worsens may "
            "have a mass behind it.",
        ),
    ),
    cases=(
        yes("peroneal", PERONEAL, {"course": "worsening"}),
        yes("a sciatic pattern, as from a lesion behind the knee", SCIATIC, {"course": "worsening"}),
        no("stable", PERONEAL, {"course": "stable"}),
        no("a progressive disease", PERONEAL, {"course": "worsening", "motor-neuron-disease": True}),
        *(
            yes(
                f"a progressive disease, and {key}",
                PERONEAL,
                {"course": "worsening", "charcot-marie-tooth": True, key: True},
            )
            for key in (
                "knee-structural-lesion",
                "tinel-sign-fibular-neck",
                "peroneal-nerve-injury",
                "fibular-fracture",
            )
        ),
        no("neither pattern", DROP, {"course": "worsening"}),
    ),
)

OPEN_INJURY = Rule(
    id="FD-SUR-34",
    title="An open or sharp injury with a foot drop: the nerve may be cut",
    why="A divided nerve does not grow back by itself, and its ends draw apart within weeks.",
    statements=("B-29", "C-01", "SUR-07", "SUR-08", "LOC-51"),
    strength="recommend",
    when="""
        "has-foot-drop" and "open-or-sharp-injury"
        and ("clock-start-uncertain" is false
            and "open-or-sharp-injury-since" before day of "clock-start" - "wound-latency") is not true
    """,
    then=(
        Alert(
            key="open-nerve-injury",
            severity="warning",
            until_done="nerve-surgery-consult",
            text="Open or sharp injury: the nerve may be divided, and no waiting period applies.",
        ),
        Order(
            key="nerve-surgery-consult",
            priority="urgent",
            window=SOON,
            fresh_from='"open-or-sharp-injury-since"',
            text="Urgent opinion of the nerve surgeon: a nerve cut by an open injury is repaired early.",
        ),
    ),
    cases=(
        yes("a cut at the knee", DROP, {"open-or-sharp-injury": True}),
        yes("with polyneuropathy too", DROP, {"open-or-sharp-injury": True, "polyneuropathy": True}),
        *(
            case(
                f"a wound {name}",
                DROP,
                {
                    "open-or-sharp-injury": True,
                    "open-or-sharp-injury-since": at(f'"as-of" - 1 month - "wound-latency" {more}'),
                    "clock-start": at('"as-of" - 1 month'),
                    "clock-start-uncertain": unsure,
                },
            )
            for case, name, more, unsure in (
                (yes, "the longest time before the drop", "", False),
                (no, "a day longer before it", "- 1 day", False),
                (yes, "long before it was first recorded, the onset not known", "- 1 day", True),
            )
        ),
        no("no such injury", PERONEAL, {"open-or-sharp-injury": False}),
        no("no drop", NO_DROP, {"open-or-sharp-injury": True}),
    ),
)
