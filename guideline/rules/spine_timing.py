"""SUR: how long a foot drop of spinal source may go without improvement before the spine surgeon is asked."""

from __future__ import annotations

from guideline.rule import Alert, Order, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, FLAIL, NO_DROP, PERONEAL, ROOT
from guideline.rules.spine_surgery import DISC
from guideline.rules.surgery_timing import AT_DUE, AT_ELIGIBLE, BEFORE_DUE, BEFORE_ELIGIBLE, STALLED, WINDOW, begun
from guideline.rules.surgery_timing import DUE as GENERAL_DUE
from guideline.rules.surgery_timing import ELIGIBLE as GENERAL_ELIGIBLE

DISC_WINDOW = ('"referral-clock" + "disc-consult-eligible"', '"clock-start" + "disc-consult-due"')
ELIGIBLE = '"as-of" same day or after "referral-clock" + "disc-consult-eligible"'
DUE = '"as-of" same day or after "clock-start" + "disc-consult-due"'
AT_DISC_ELIGIBLE = begun('"as-of" - "disc-consult-eligible"')
AT_DISC_DUE = begun('"as-of" - "disc-consult-due"')

DISC_ELIGIBLE = Rule(
    id="FD-SUR-03",
    title="A disc herniation without improvement: consider the spine surgeon",
    why="Most discs that are going to let go of the root show it within weeks.",
    statements=("SUR-03", "C-03", "C-04", "C-06", "D-03", "SUR-19", "B-46"),
    strength="consider",
    when=f'"has-foot-drop" and "disc-herniation" and "stalled" and {ELIGIBLE}',
    then=(
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            priority_from="SUR-03",
            window=DISC_WINDOW,
            fresh_from=DISC_WINDOW[0],
            text="Consider the spine surgeon: a herniated disc, {disc-consult-eligible} or more after onset, or of "
            "care, and no (further) improvement; due by {disc-consult-due}.",
        ),
    ),
    cases=(
        yes("on the day", DISC, STALLED, AT_DISC_ELIGIBLE),
        no("a day early", DISC, STALLED, begun('"as-of" - "disc-consult-eligible" + 1 day')),
        yes(
            "early from the onset recorded, but care began before",
            DISC,
            STALLED,
            begun('"as-of" - "disc-consult-eligible" + 1 day'),
            {"referral-clock": at('"as-of" - "disc-consult-eligible"')},
        ),
        no("improving", DISC, AT_DISC_ELIGIBLE, {"improvement": "partial", "course": "improving"}),
        yes("a plateau", DISC, AT_DISC_ELIGIBLE, {"improvement": "plateau", "course": "stable"}),
        no("never graded twice", DISC, AT_DISC_ELIGIBLE),
        no("no disc", PERONEAL, STALLED, AT_DISC_ELIGIBLE),
        no("a child", DISC, STALLED, AT_DISC_ELIGIBLE, CHILD),
        no("no drop", NO_DROP, STALLED, AT_DISC_ELIGIBLE, {"lumbar-disc-herniation": True}),
    ),
)

DISC_DUE = Rule(
    id="FD-SUR-03b",
    title="A disc herniation without improvement: the spine surgeon's opinion is due",
    why="This is the upper limit of waiting, not its aim.",
    statements=("SUR-03", "C-03", "C-04", "C-18", "D-02", "B-26"),
    strength="recommend",
    when=f'"has-foot-drop" and "disc-herniation" and "stalled" and {DUE}',
    then=(
        Alert(
            key="surgery-overdue",
            severity="warning",
            until_done="spine-surgery-consult",
            text="Disc herniation without (further) improvement {disc-consult-due} after onset: the spine surgeon's "
            "opinion is due now.",
        ),
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            window=DISC_WINDOW,
            fresh_from=DISC_WINDOW[0],
            text="Spine surgeon's opinion is due: {disc-consult-due} or more after onset, and no (further) "
            "improvement.",
        ),
    ),
    cases=(
        yes("on the day", DISC, STALLED, AT_DISC_DUE),
        no("a day early", DISC, STALLED, begun('"as-of" - "disc-consult-due" + 1 day')),
        no("improving", DISC, AT_DISC_DUE, {"improvement": "partial", "course": "improving"}),
        no("no disc", PERONEAL, STALLED, AT_DISC_DUE),
        no("no drop", NO_DROP, STALLED, AT_DISC_DUE, {"lumbar-disc-herniation": True}),
    ),
)

ROOT_ELIGIBLE = Rule(
    id="FD-SUR-04b",
    title="A root lesion that does not improve: consider the spine surgeon",
    why="Conservative care has had its time.",
    statements=("SUR-04", "D-08", "C-06", "SUR-19"),
    strength="consider",
    when=f'"root-cause" and "stalled" and {GENERAL_ELIGIBLE}',
    then=(
        Order(
            key="spine-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="Consider the spine surgeon: a root lesion, {peroneal-surgery-eligible} or more after onset, or of "
            "care, and no (further) improvement.",
        ),
    ),
    cases=(
        yes("on the day", ROOT, STALLED, AT_ELIGIBLE, {"edx-localisation": "l5-root"}),
        no("a day early", ROOT, STALLED, BEFORE_ELIGIBLE, {"edx-localisation": "l5-root"}),
        no("improving", ROOT, AT_ELIGIBLE, {"edx-localisation": "l5-root", "improvement": "partial"}),
        no("a root pattern, nothing tested", ROOT, STALLED, AT_ELIGIBLE),
    ),
)

ROOT_DUE = Rule(
    id="FD-SUR-05b",
    title="A foot drop of spinal source without improvement: the spine surgeon's opinion is due",
    why="At this point the surgeon follows the cause.",
    statements=("SUR-05", "SUR-04", "MON-04", "D-08", "C-28"),
    strength="consider",
    when=f"""
        "has-foot-drop" and "stalled" and "disc-herniation" is not true and {GENERAL_DUE}
        and ("root-cause" or "flail-foot"
            or "spinal-source" and "not-for-nerve-surgery" is not true and "localised-peroneal" is not true
                and ("edx-localisation" in {{'sciatic', 'plexus'}}) is not true)
    """,
    then=(
        Alert(
            key="surgery-overdue",
            severity="warning",
            until_done="spine-surgery-consult",
            text="No (further) improvement {surgery-due} after onset: the spine surgeon's opinion is due now.",
        ),
        Order(
            key="spine-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="Spine surgeon's opinion is due: {surgery-due} or more after onset, no (further) improvement, and "
            "the spine is the likely source.",
        ),
    ),
    cases=(
        yes("a root pattern, on the day", ROOT, STALLED, AT_DUE),
        *(
            no(
                f"back pain, and EDX finds {place}",
                DROP,
                STALLED,
                AT_DUE,
                {"back-pain": True, "edx-localisation": place},
            )
            for place in ("peroneal", "sciatic", "plexus")
        ),
        no("a day early", ROOT, STALLED, BEFORE_DUE),
        yes(
            "EDX finds the root, polyneuropathy too",
            ROOT,
            STALLED,
            AT_DUE,
            {"edx-localisation": "l5-root", "polyneuropathy": True},
        ),
        yes("a flail foot", FLAIL, STALLED, AT_DUE),
        no("a root pattern and polyneuropathy", ROOT, STALLED, AT_DUE, {"polyneuropathy": True}),
        no("a herniated disc, which has its own window", ROOT, STALLED, AT_DUE, {"mri-disc-herniation": True}),
        no("nothing spinal", PERONEAL, STALLED, AT_DUE),
        no("improving", ROOT, AT_DUE, {"improvement": "partial", "course": "improving"}),
        no("no drop", NO_DROP, STALLED, AT_DUE, {"back-pain": True}),
    ),
)
