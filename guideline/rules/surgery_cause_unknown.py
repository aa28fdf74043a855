"""SUR: recovery has come to a halt, and nobody knows where the lesion is."""

from __future__ import annotations

from guideline.rule import Alert, Order, Rule, no, yes
from guideline.rules.people import DROP, NO_DROP, OLD_STROKE, PERONEAL, SCIATIC
from guideline.rules.surgery_timing import AT_DUE, BEFORE_DUE, DUE, STALLED, WINDOW

UNKNOWN_DUE = Rule(
    id="FD-SUR-05c",
    title="No improvement, and nobody knows the cause: a nerve surgeon's opinion",
    why="The peroneal nerve is the commonest cause, and its time is running out.",
    statements=("SUR-05", "SUR-04", "D-08", "C-30", "MON-04"),
    strength="consider",
    when=f"""
        "has-foot-drop" and "stalled" and {DUE}
        and "peroneal-cause" is not true and "other-nerve-cause" is not true and "root-cause" is not true
        and "not-for-nerve-surgery" is not true and "central-diagnosis" is not true
        and "brain-tumour" is not true
        and ("back-pain" or "radicular-pain") is not true
    """,
    then=(
        Alert(
            key="surgery-overdue",
            severity="warning",
            until_done="nerve-surgery-consult",
            text="No (further) improvement {surgery-due} after onset, and nobody knows where the lesion lies: find the "
            "place, and ask a surgeon now.",
        ),
        Order(
            key="nerve-surgery-consult",
            window=(None, '"clock-start" + "surgery-due"'),
            fresh_from=WINDOW[0],
            text="Consider a nerve surgeon's opinion: {surgery-due} or more after onset, no (further) improvement, "
            "and the place of the lesion is not known.",
        ),
    ),
    cases=(
        yes("on the day", DROP, STALLED, AT_DUE),
        no("a day early", DROP, STALLED, BEFORE_DUE),
        no("improving", DROP, AT_DUE, {"improvement": "partial", "course": "improving"}),
        no("a peroneal pattern", PERONEAL, STALLED, AT_DUE),
        no("a sciatic pattern", SCIATIC, STALLED, AT_DUE),
        no("EDX finds the root", DROP, STALLED, AT_DUE, {"edx-localisation": "l5-root"}),
        no("back pain", DROP, STALLED, AT_DUE, {"back-pain": True}),
        no("pain down the leg", DROP, STALLED, AT_DUE, {"radicular-pain": True}),
        no("polyneuropathy", DROP, STALLED, AT_DUE, {"polyneuropathy": True}),
        no("vasculitis", DROP, STALLED, AT_DUE, {"vasculitis": True}),
        no("a brain tumour", DROP, STALLED, AT_DUE, {"brain-tumour": True}),
        no("a stroke and diabetes", DROP, OLD_STROKE, STALLED, AT_DUE, {"diabetes": True}),
        no("no drop", NO_DROP, STALLED, AT_DUE),
    ),
)

UNLOCALISED_DUE = Rule(
    id="FD-SUR-05d",
    title="No improvement and no test that localised the lesion: ask a neurologist",
    why="The right surgeon depends on the place of the lesion.",
    statements=("D-08", "SUR-19", "LOC-01"),
    strength="consider",
    when=f"""
        "has-foot-drop" and "stalled" and {DUE}
        and "localised" is not true and "purely-central" is not true and "progressive-disorder" is not true
    """,
    then=(
        Order(
            key="neurology-referral",
            text="Consider a neurologist's opinion: no test has localised the lesion, and strength does not return.",
        ),
    ),
    cases=(
        yes("on the day", PERONEAL, STALLED, AT_DUE),
        no("a day early", PERONEAL, STALLED, BEFORE_DUE),
        no("EDX has localised it", PERONEAL, STALLED, AT_DUE, {"edx-localisation": "peroneal"}),
        no("a purely central drop", DROP, OLD_STROKE, STALLED, AT_DUE),
        no("a progressive disease", DROP, STALLED, AT_DUE, {"charcot-marie-tooth": True}),
        no("improving", PERONEAL, AT_DUE, {"improvement": "partial", "course": "improving"}),
        no("no drop", NO_DROP, STALLED, AT_DUE),
    ),
)
