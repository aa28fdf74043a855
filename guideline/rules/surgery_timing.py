"""SUR: when a nerve surgeon should be asked. Every rule here asks for an opinion; what is done is the surgeon's word.

The windows run from the onset; the first may also count from the start of conservative care (C-06). Before the first
opens, only worsening, a divided or high nerve and a mass (imaging.py) ask for an opinion.
"""

from __future__ import annotations

from guideline.rule import Activity, Alert, CaseValue, Order, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, NO_DROP, NO_UMN, OLD_STROKE, PERONEAL, SCIATIC

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
            text="Consider a nerve surgeon's opinion: no improvement for {peroneal-surgery-eligible}. State cause, "
            "grades "
            "over time, nerve study, mass seen or excluded, and other diseases.",
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
            text="Consider a nerve surgeon's opinion: a lesion of the sciatic nerve or plexus without improvement.",
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
            text="No improvement {surgery-due} after onset: the surgeon's opinion is due now. Waiting longer is not "
            "a plan.",
        ),
        Order(
            key="nerve-surgery-consult",
            window=WINDOW,
            fresh_from=WINDOW[0],
            text="Nerve surgeon's opinion is due: {surgery-due} have passed without improvement.",
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
        and ("back-pain" or "radicular-pain") is not true
    """,
    then=(
        Alert(
            key="surgery-overdue",
            severity="warning",
            text="No improvement {surgery-due} after onset and no cause found: find it, and ask a surgeon now.",
        ),
        Order(
            key="nerve-surgery-consult",
            window=(None, '"clock-start" + "surgery-due"'),
            fresh_from=WINDOW[0],
            text="Consider a nerve surgeon's opinion: {surgery-due} without improvement, cause not found.",
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
            text="The surgeon decides: freeing a nerve in continuity, repair or graft of a divided one, nerve "
            "transfer or "
            "direct neurotisation where it cannot be repaired.",
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
            text="Consider a nerve surgeon's opinion: a nerve that may be compressed, with a realistic chance of "
            "recovery.",
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
        no("liability to pressure palsies", PERONEAL, AT_ELIGIBLE, {"recovery-chance": "realistic", "hnpp": True}),
        no("nothing peroneal", DROP, AT_ELIGIBLE, {"recovery-chance": "realistic"}),
    ),
)

INFORM = Rule(
    id="FD-SUR-18",
    title="Whoever is bothered by a suspected peroneal compression is told about decompression",
    why="The patient may want to know that there is an operation long before it is anyone's turn to propose it.",
    statements=("SUR-18", "EDU-08", "C-01", "C-02", "C-44", "B-10"),
    strength="recommend",
    when="""
        "peroneal-cause" and "patient-bothered" and "informed-of-decompression" is not true
        and "not-for-nerve-surgery" is not true and "open-or-sharp-injury" is not true
    """,
    then=(
        Activity(
            key="decompression-information",
            text="Tell the patient what decompression at the fibular head is. Its advocates call it low-risk; trials "
            "are "
            "few, and not every palsy needs it.",
        ),
    ),
    cases=(
        yes("bothered, not told", PERONEAL, {"patient-bothered": True}),
        yes("a week after onset", PERONEAL, {"patient-bothered": True}, begun('"as-of" - 1 week')),
        no("told already", PERONEAL, {"patient-bothered": True, "informed-of-decompression": True}),
        no("not bothered", PERONEAL, {"patient-bothered": False}),
        no("liability to pressure palsies", PERONEAL, {"patient-bothered": True, "hnpp": True}),
        no("a cut nerve", PERONEAL, {"patient-bothered": True, "open-or-sharp-injury": True}),
        no("nothing peroneal", DROP, {"patient-bothered": True}),
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
        and ({" or ".join(f'"{key}"' for key in _INJURIES)}) and {ELIGIBLE}
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

HNPP_POSSIBLE = Rule(
    id="FD-SUR-36",
    title="Earlier or familial palsies: exclude a hereditary liability before any decompression",
    why="In such nerves decompression brings no benefit and may harm.",
    statements=("B-10", "C-44", "LAB-03"),
    strength="recommend",
    when='"has-foot-drop" and "recurrent-or-familial-pressure-palsy" and "peroneal-cause" and "hnpp" is not true',
    then=(
        Alert(
            key="hnpp-possible",
            severity="warning",
            text="Recurrent or familial pressure palsies: test for hereditary liability before a decompression is "
            "discussed.",
        ),
    ),
    cases=(
        yes("a brother with the same", PERONEAL, {"recurrent-or-familial-pressure-palsy": True}),
        no("known already", PERONEAL, {"recurrent-or-familial-pressure-palsy": True, "hnpp": True}),
        no("the first palsy", PERONEAL, {"recurrent-or-familial-pressure-palsy": False}),
        no("nothing peroneal", DROP, {"recurrent-or-familial-pressure-palsy": True}),
        no("no drop", NO_DROP, {"recurrent-or-familial-pressure-palsy": True, "peroneal-neuropathy": True}),
    ),
)

CLOCK_UNCERTAIN = Rule(
    id="FD-SUR-37",
    title="The date of onset is not known",
    why="Windows then count from the first record, which is later than the truth.",
    statements=("C-06",),
    strength="recommend",
    when="""
        "has-foot-drop" and "stalled" and "clock-start-uncertain"
        and ("not-for-nerve-surgery" is not true or "root-cause")
    """,
    then=(
        Alert(
            key="onset-uncertain",
            severity="info",
            text="The onset is not recorded: the windows count from the earliest record, so the real time is longer.",
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

RULES = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
