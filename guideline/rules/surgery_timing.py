"""SUR: when a nerve surgeon should be asked. Every rule here asks for an opinion; what is done is the surgeon's word.

The windows run from the onset; the first may also count from the start of conservative care (C-06). Before the first
opens, only worsening, a divided or high nerve and a mass (imaging.py) ask for an opinion.
"""

from __future__ import annotations

from guideline.rule import Alert, CaseValue, Order, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, NO_DROP, NO_UMN, PERONEAL, SCIATIC

WINDOW = ('"referral-clock" + "peroneal-surgery-eligible"', '"clock-start" + "surgery-due"')
SOON = ('"as-of"', '"as-of" + "urgent-consult-target"')
ELIGIBLE = '"as-of" same day or after "referral-clock" + "peroneal-surgery-eligible"'
DUE = '"as-of" same day or after "clock-start" + "surgery-due"'

STALLED: dict[str, CaseValue] = {"improvement": "none", "course": "stable"}


def begun(expression: str) -> dict[str, CaseValue]:
    """A patient whose foot drop, and care, began then."""
    return {"clock-start": at(expression), "referral-clock": at(expression)}


AT_ELIGIBLE = begun('"as-of" - "peroneal-surgery-eligible"')
BEFORE_ELIGIBLE = begun('"as-of" - "peroneal-surgery-eligible" + 1 day')
AT_DUE = begun('"as-of" - "surgery-due"')
BEFORE_DUE = begun('"as-of" - "surgery-due" + 1 day')

PERONEAL_ELIGIBLE = Rule(
    id="FD-SUR-01",
    title="A peroneal palsy that does not improve: consider a nerve surgeon's opinion",
    why="Muscle that stays without its nerve is lost with time, and decompression still has a chance.",
    statements=("SUR-01", "SUR-04", "CON-05", "C-01", "C-06", "C-30", "SUR-29", "SUR-19", "B-28", "B-46"),
    strength="consider",
    when=f'"peroneal-cause" and "stalled" and "not-for-nerve-surgery" is not true and {ELIGIBLE}',
    then=(
        Order(
            key="nerve-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="Consider a nerve surgeon's opinion: {peroneal-surgery-eligible} or more after onset, or of care, and "
            "no (further) improvement. State cause, grades over time, nerve study, mass seen or excluded, and other "
            "diseases.",
        ),
    ),
    cases=(
        yes("on the day", PERONEAL, STALLED, AT_ELIGIBLE),
        no("a day early", PERONEAL, STALLED, BEFORE_ELIGIBLE),
        yes(
            "early from the onset recorded, but care began before",
            PERONEAL,
            STALLED,
            BEFORE_ELIGIBLE,
            {"referral-clock": at('"as-of" - "peroneal-surgery-eligible"')},
        ),
        yes("a plateau", PERONEAL, AT_ELIGIBLE, {"improvement": "plateau", "course": "stable"}),
        yes("recovery thought unlikely", PERONEAL, STALLED, AT_ELIGIBLE, {"recovery-chance": "uncertain"}),
        no("improving", PERONEAL, AT_ELIGIBLE, {"improvement": "partial", "course": "improving"}),
        no("reinnervation on EMG", PERONEAL, STALLED, AT_ELIGIBLE, {"edx-reinnervation": True}),
        no("never graded twice", PERONEAL, AT_ELIGIBLE),
        no("liability to pressure palsies", PERONEAL, STALLED, AT_ELIGIBLE, {"hnpp": True}),
        no("polyneuropathy", PERONEAL, STALLED, AT_ELIGIBLE, {"polyneuropathy": True}),
        no("nothing peroneal", DROP, STALLED, AT_ELIGIBLE),
        no("a child", PERONEAL, STALLED, AT_ELIGIBLE, CHILD),
        no("no drop", NO_DROP, STALLED, AT_ELIGIBLE, {"peroneal-neuropathy": True}),
    ),
)

OTHER_NERVE_ELIGIBLE = Rule(
    id="FD-SUR-04",
    title="A sciatic or plexus lesion that does not improve: consider a nerve surgeon's opinion",
    why="The higher the lesion, the longer the way back, and the earlier the question.",
    statements=("SUR-04", "D-08", "C-06", "SUR-29", "SUR-19"),
    strength="consider",
    when=f'"other-nerve-cause" and "stalled" and "not-for-nerve-surgery" is not true and {ELIGIBLE}',
    then=(
        Order(
            key="nerve-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="Consider a nerve surgeon's opinion: a lesion of the sciatic nerve or plexus without "
            "(further) improvement.",
        ),
    ),
    cases=(
        yes("on the day", SCIATIC, STALLED, AT_ELIGIBLE),
        no("a day early", SCIATIC, STALLED, BEFORE_ELIGIBLE),
        yes("a recorded plexopathy", DROP, STALLED, AT_ELIGIBLE, {"lumbosacral-plexopathy": True}),
        no("improving", SCIATIC, AT_ELIGIBLE, {"improvement": "partial", "course": "improving"}),
        no("motor neuron disease", SCIATIC, STALLED, AT_ELIGIBLE, {"motor-neuron-disease": True}),
        no("a peroneal pattern", PERONEAL, STALLED, AT_ELIGIBLE),
    ),
)

NERVE_DUE = Rule(
    id="FD-SUR-05",
    title="A nerve lesion without improvement: the surgeon's opinion is due",
    why="From here on every further month of waiting costs muscle.",
    statements=("SUR-05", "SUR-04", "MON-04", "C-01", "C-18", "C-28", "D-08", "D-02"),
    strength="consider",
    when=f"""
        ("peroneal-cause" or "other-nerve-cause") and "stalled" and "not-for-nerve-surgery" is not true and {DUE}
    """,
    then=(
        Alert(
            key="surgery-overdue",
            severity="warning",
            until_done="nerve-surgery-consult",
            text="No (further) improvement {surgery-due} after onset: the surgeon's opinion is due now. Waiting longer "
            "is not a plan.",
        ),
        Order(
            key="nerve-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="Nerve surgeon's opinion is due: {surgery-due} or more after onset, and no (further) improvement.",
        ),
    ),
    cases=(
        yes("peroneal, on the day", PERONEAL, STALLED, AT_DUE),
        no("peroneal, a day early", PERONEAL, STALLED, BEFORE_DUE),
        yes("sciatic, on the day", SCIATIC, STALLED, AT_DUE),
        no(
            "care began that long ago, the palsy did not",
            PERONEAL,
            STALLED,
            BEFORE_DUE,
            {"referral-clock": at('"as-of" - "surgery-due"')},
        ),
        no("improving", PERONEAL, AT_DUE, {"improvement": "partial", "course": "improving"}),
        no("liability to pressure palsies", PERONEAL, STALLED, AT_DUE, {"hnpp": True}),
        no("neither nerve", DROP, STALLED, AT_DUE),
    ),
)

OPTIONS = Rule(
    id="FD-SUR-06",
    title="What a nerve surgeon may choose from",
    why="The procedure follows cause and lesion, so the question is asked openly.",
    statements=("SUR-06", "SUR-07", "SUR-08", "SUR-09", "SUR-10", "SUR-19", "SUR-20"),
    strength="option",
    when=f"""
        ("peroneal-cause" or "other-nerve-cause") and "stalled" and "not-for-nerve-surgery" is not true and {ELIGIBLE}
    """,
    then=(
        Order(
            key="nerve-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="The surgeon decides: freeing a nerve in continuity, repair or graft of a divided one, nerve transfer "
            "or direct neurotisation where it cannot be repaired.",
        ),
    ),
    cases=(
        yes("peroneal, on the day", PERONEAL, STALLED, AT_ELIGIBLE),
        yes("sciatic, on the day", SCIATIC, STALLED, AT_ELIGIBLE),
        no("a day early", PERONEAL, STALLED, BEFORE_ELIGIBLE),
        no("improving", PERONEAL, AT_ELIGIBLE, {"improvement": "partial", "course": "improving"}),
        no("liability to pressure palsies", PERONEAL, STALLED, AT_ELIGIBLE, {"hnpp": True}),
        no("neither nerve", DROP, STALLED, AT_ELIGIBLE),
    ),
)

REALISTIC = Rule(
    id="FD-SUR-17",
    title="Recovery is realistic and a nerve may be compressed: consider a nerve surgeon's opinion",
    why="Freeing a nerve helps while it can still recover.",
    statements=("SUR-17", "C-02", "C-01", "C-30"),
    strength="consider",
    when=f"""
        ("peroneal-cause" or "other-nerve-cause") and "recovery-chance" = 'realistic'
        and "not-for-nerve-surgery" is not true
        and "improving" is not true and ("improvement" in {{'partial', 'full'}}) is not true and {ELIGIBLE}
    """,
    then=(
        Order(
            key="nerve-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="Consider a nerve surgeon's opinion: a nerve that may be compressed, with a realistic chance "
            "of recovery.",
        ),
    ),
    cases=(
        yes("on the day, never graded twice", PERONEAL, AT_ELIGIBLE, {"recovery-chance": "realistic"}),
        no("a day early", PERONEAL, BEFORE_ELIGIBLE, {"recovery-chance": "realistic"}),
        yes("a sciatic pattern", SCIATIC, AT_ELIGIBLE, {"recovery-chance": "realistic"}),
        no("recovery not judged", PERONEAL, AT_ELIGIBLE),
        no("recovery not expected", PERONEAL, AT_ELIGIBLE, {"recovery-chance": "none"}),
        no("improving", PERONEAL, AT_ELIGIBLE, {"recovery-chance": "realistic", "course": "improving"}),
        no(
            "a gain against the baseline",
            PERONEAL,
            AT_ELIGIBLE,
            {"recovery-chance": "realistic", "course": "stable", "improvement": "partial"},
        ),
        no(
            "full strength again",
            PERONEAL,
            AT_ELIGIBLE,
            {"recovery-chance": "realistic", "course": "stable", "improvement": "full"},
        ),
        no("liability to pressure palsies", PERONEAL, AT_ELIGIBLE, {"recovery-chance": "realistic", "hnpp": True}),
        no("nothing peroneal", DROP, AT_ELIGIBLE, {"recovery-chance": "realistic"}),
    ),
)

_INJURIES = ("peroneal-nerve-injury", "fibular-fracture", "knee-dislocation", "knee-arthroplasty")

INJURY_ELIGIBLE = Rule(
    id="FD-SUR-28",
    title="A closed injury of the peroneal nerve without recovery: consider exploration",
    why="A stretched or crushed nerve is given time; if nothing returns, somebody has to look.",
    statements=("SUR-28", "B-29", "B-31", "C-28"),
    strength="consider",
    when=f"""
        "peroneal-cause" and "stalled" and "not-for-nerve-surgery" is not true
        and "knee-injury-behind-it" and {ELIGIBLE}
    """,
    then=(
        Order(
            key="nerve-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="Consider a nerve surgeon's opinion on exploration: an injured peroneal nerve has not recovered.",
        ),
    ),
    cases=(
        *(yes(f"{key}, on the day", PERONEAL, STALLED, AT_ELIGIBLE, {key: True}) for key in _INJURIES),
        no("a day early", PERONEAL, STALLED, BEFORE_ELIGIBLE, {"peroneal-nerve-injury": True}),
        no("no injury", PERONEAL, STALLED, AT_ELIGIBLE),
        no(
            "a knee replaced years before",
            PERONEAL,
            STALLED,
            AT_ELIGIBLE,
            {"knee-arthroplasty": True, "knee-arthroplasty-since": at('"as-of" - 15 years')},
        ),
        no(
            "recovering",
            PERONEAL,
            AT_ELIGIBLE,
            {"peroneal-nerve-injury": True, "improvement": "partial", "course": "improving"},
        ),
        no("polyneuropathy", PERONEAL, STALLED, AT_ELIGIBLE, {"peroneal-nerve-injury": True, "polyneuropathy": True}),
        no(
            "EDX finds the root", DROP, STALLED, AT_ELIGIBLE, {"knee-arthroplasty": True, "edx-localisation": "l5-root"}
        ),
    ),
)

CLOCK_UNCERTAIN = Rule(
    id="FD-SUR-37",
    title="The date of onset is not known",
    why="Windows then count from the first record, which is later than the truth.",
    statements=("C-06", "SUR-01", "SUR-05"),
    strength="recommend",
    when="""
        "has-foot-drop" and "stalled" and "clock-start-uncertain"
        and ("not-for-nerve-surgery" is not true or "root-cause")
    """,
    then=(
        Alert(
            key="onset-uncertain",
            severity="info",
            text="The onset is not recorded, or only its year: the windows count from what is certain, so the real "
            "time may be longer.",
        ),
    ),
    cases=(
        yes("peroneal, undated", PERONEAL, STALLED, {"clock-start-uncertain": True}),
        yes(
            "polyneuropathy and a root lesion, undated",
            DROP,
            STALLED,
            {"clock-start-uncertain": True, "polyneuropathy": True, "lumbar-radiculopathy": True},
        ),
        no("dated", PERONEAL, STALLED, {"clock-start-uncertain": False}),
        no("improving", PERONEAL, {"improvement": "partial", "clock-start-uncertain": True}),
        no("polyneuropathy alone", DROP, NO_UMN, STALLED, {"clock-start-uncertain": True, "polyneuropathy": True}),
        no("no drop", NO_DROP, STALLED, {"clock-start-uncertain": True}),
    ),
)
