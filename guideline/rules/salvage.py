"""SUR: when nerve recovery is not expected, and high nerve lesions, where nobody waits for that.

What cannot come back is named only after a clinician has said so, or after a year without recovery (SI-26).
"""

from __future__ import annotations

from guideline.rule import Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, OLD_STROKE, PERONEAL, SCIATIC, Given
from guideline.rules.surgery_timing import AT_DUE, BEFORE_DUE, DUE, STALLED, begun

_MOTOR_NEURON: Given = {
    "sensation-foot-dorsum": "normal",
    "back-pain": False,
    "radicular-pain": False,
    "fasciculation": True,
}
YEAR = '"as-of" same day or after "clock-start" + "permanence"'
AT_YEAR = begun('"as-of" - "permanence"')
BEFORE_YEAR = begun('"as-of" - "permanence" + 1 day')

NOT_EXPECTED = Rule(
    id="FD-SUR-14",
    title="Nerve recovery is not expected: consider the foot and ankle surgeon",
    why="Another muscle, or a stable joint, can do some of the work of one that will not come back.",
    statements=("SUR-14", "SUR-15", "C-28", "C-30", "D-08", "DEF-15", "B-46", "B-02"),
    strength="consider",
    when="""
        "has-foot-drop" and ("permanent-nerve-damage" or "recovery-chance" = 'none') and "improving" is not true
        and "progressive-disorder" is not true and "motor-neuron-suspected" is not true
    """,
    then=(
        Order(
            key="foot-ankle-surgery-consult",
            text="Consider the foot and ankle surgeon: nerve recovery is not expected. State cause, strength of the "
            "other muscles, passive ankle movement and other diseases; it helps selected patients.",
        ),
    ),
    cases=(
        yes("a clinician has recorded it", PERONEAL, {"permanent-nerve-damage": True}),
        yes("no chance of recovery", PERONEAL, {"recovery-chance": "none"}),
        no("recorded, and the strength returns", PERONEAL, {"permanent-nerve-damage": True, "course": "improving"}),
        no("recovery uncertain", PERONEAL, {"recovery-chance": "uncertain", "permanent-nerve-damage": False}),
        no("nobody has said", PERONEAL),
        no("a progressive disease", DROP, {"permanent-nerve-damage": True, "motor-neuron-disease": True}),
        no("painless, normal feeling, fasciculation", PERONEAL, _MOTOR_NEURON, {"permanent-nerve-damage": True}),
        no(
            "nerve studies find the motor neurons",
            DROP,
            {"edx-localisation": "motor-neuron", "permanent-nerve-damage": True},
        ),
        yes("fasciculation, feeling not tested", PERONEAL, {"permanent-nerve-damage": True, "fasciculation": True}),
        no("no drop", NO_DROP, {"permanent-nerve-damage": True}),
    ),
)

YEAR_WITHOUT = Rule(
    id="FD-SUR-14b",
    title="A year without recovery: consider the foot and ankle surgeon",
    why="By then the muscle seldom finds its nerve again.",
    statements=("D-08", "C-28", "B-30", "SUR-11", "B-02"),
    strength="consider",
    when=f"""
        "has-foot-drop" and "stalled" and "improvement" = 'none' and "progressive-disorder" is not true and {YEAR}
        and "motor-neuron-suspected" is not true
    """,
    then=(
        Order(
            key="foot-ankle-surgery-consult",
            window=('"clock-start" + "permanence"', None),
            text="Consider the foot and ankle surgeon: {permanence} without recovery.",
        ),
    ),
    cases=(
        yes("on the day", PERONEAL, STALLED, AT_YEAR),
        no("a day early", PERONEAL, STALLED, BEFORE_YEAR),
        no("improving", PERONEAL, AT_YEAR, {"improvement": "partial", "course": "improving"}),
        no("some gain, then a plateau", PERONEAL, AT_YEAR, {"improvement": "plateau", "course": "stable"}),
        no("a progressive disease", DROP, STALLED, AT_YEAR, {"charcot-marie-tooth": True}),
        no("painless, normal feeling, fasciculation", PERONEAL, STALLED, AT_YEAR, _MOTOR_NEURON),
        no("nerve studies find the motor neurons", DROP, STALLED, AT_YEAR, {"edx-localisation": "motor-neuron"}),
        no("no drop", NO_DROP, STALLED, AT_YEAR),
    ),
)

GENERAL_CAUSE = Rule(
    id="FD-SUR-05e",
    title="A general or central cause that does not progress: the foot and ankle surgeon is an option",
    why="Freeing a nerve would not help; balancing the foot may.",
    statements=("D-08", "SUR-05", "SUR-15", "B-02"),
    strength="option",
    when=f"""
        "has-foot-drop" and "stalled" and ("not-for-nerve-surgery" or "central-diagnosis" or "brain-tumour")
        and "progressive-disorder" is not true and {DUE}
        and "motor-neuron-suspected" is not true
    """,
    then=(
        Order(
            key="foot-ankle-surgery-consult",
            text="The foot and ankle surgeon's opinion is an option: {surgery-due} without improvement, and a general "
            "or central disease is recorded.",
        ),
    ),
    cases=(
        yes("polyneuropathy, on the day", DROP, STALLED, AT_DUE, {"polyneuropathy": True}),
        no("a day early", DROP, STALLED, BEFORE_DUE, {"polyneuropathy": True}),
        yes("a stroke and diabetes", DROP, OLD_STROKE, STALLED, AT_DUE, {"diabetes": True}),
        yes("an old stroke", DROP, OLD_STROKE, STALLED, AT_DUE),
        yes("a brain tumour and diabetes", DROP, STALLED, AT_DUE, {"brain-tumour": True, "diabetes": True}),
        no("motor neuron disease", DROP, STALLED, AT_DUE, {"motor-neuron-disease": True}),
        no("painless, normal feeling, fasciculation", DROP, STALLED, AT_DUE, _MOTOR_NEURON),
        no("nerve studies find the motor neurons", DROP, STALLED, AT_DUE, {"edx-localisation": "motor-neuron"}),
        no("a peroneal palsy", PERONEAL, STALLED, AT_DUE),
        no("improving", DROP, AT_DUE, {"polyneuropathy": True, "improvement": "partial", "course": "improving"}),
        no("no drop", NO_DROP, STALLED, AT_DUE, {"polyneuropathy": True}),
    ),
)

OPTIONS = Rule(
    id="FD-SUR-12",
    title="What a foot and ankle surgeon may choose from",
    why="A transfer needs a muscle that works and an ankle that moves.",
    statements=("SUR-12", "SUR-13", "SUR-11", "SUR-21", "SUR-20", "C-29", "C-28", "B-30"),
    strength="option",
    when=f"""
        "has-foot-drop" and "progressive-disorder" is not true
        and "motor-neuron-suspected" is not true
        and (("permanent-nerve-damage" or "recovery-chance" = 'none') and "improving" is not true
            or "stalled" and "improvement" = 'none' and {YEAR})
    """,
    then=(
        Order(
            key="foot-ankle-surgery-consult",
            text="The surgeon decides: tendon transfer (posterior tibial or flexor hallucis longus) needs a strong "
            "donor and passive dorsiflexion; fusion comes last.",
        ),
    ),
    cases=(
        yes("a clinician has recorded it", PERONEAL, {"permanent-nerve-damage": True}),
        yes("no chance of recovery", PERONEAL, {"recovery-chance": "none"}),
        no("recorded, and the strength returns", PERONEAL, {"permanent-nerve-damage": True, "course": "improving"}),
        yes("no gain for that long", PERONEAL, STALLED, AT_YEAR),
        no("a day early", PERONEAL, STALLED, BEFORE_YEAR),
        no("some gain, then a plateau", PERONEAL, AT_YEAR, {"improvement": "plateau", "course": "stable"}),
        no(
            "no gain in the grades, later called improving",
            PERONEAL,
            AT_YEAR,
            {"improvement": "none", "course": "improving"},
        ),
        no("a progressive disease", DROP, {"permanent-nerve-damage": True, "muscular-dystrophy": True}),
        no("painless, normal feeling, fasciculation", PERONEAL, STALLED, AT_YEAR, _MOTOR_NEURON),
        no("no drop", NO_DROP, {"permanent-nerve-damage": True}),
    ),
)

SCIATIC_LESION = Rule(
    id="FD-SUR-16",
    title="A sciatic nerve lesion: consider the nerve surgeon early",
    why="The way from the buttock to the shin is long, and a repair has to start in time.",
    statements=("SUR-16", "B-29", "LOC-56"),
    strength="consider",
    when="""
        "has-foot-drop"
        and ("sciatic-neuropathy" or "edx-localisation" = 'sciatic'
            or "hip-dislocation" and "hip-injury-behind-it" and ("edx-localisation" = 'l5-root') is not true)
        and "improving" is not true and "not-for-nerve-surgery" is not true
    """,
    then=(
        Order(
            key="nerve-surgery-consult",
            text="Consider a nerve surgeon's opinion early: a high lesion of the sciatic nerve is referred without "
            "waiting for recovery.",
        ),
    ),
    cases=(
        yes("recorded", SCIATIC, {"sciatic-neuropathy": True}),
        yes("EDX finds it", DROP, {"edx-localisation": "sciatic"}),
        yes("a hip dislocation", DROP, {"hip-dislocation": True}),
        no(
            "a hip dislocated long before",
            DROP,
            {
                "hip-dislocation": True,
                "hip-dislocation-since": at('"as-of" - 30 years'),
                "clock-start": at('"as-of" - 2 weeks'),
            },
        ),
        no("a hip dislocated, and EDX finds the root", DROP, {"hip-dislocation": True, "edx-localisation": "l5-root"}),
        yes("two weeks after onset", SCIATIC, {"sciatic-neuropathy": True}, begun('"as-of" - 2 weeks')),
        no("improving", SCIATIC, {"sciatic-neuropathy": True, "course": "improving"}),
        no("liability to pressure palsies", SCIATIC, {"sciatic-neuropathy": True, "hnpp": True}),
        no("polyneuropathy", SCIATIC, {"sciatic-neuropathy": True, "polyneuropathy": True}),
        no("a peroneal palsy", PERONEAL),
        no("no drop", NO_DROP, {"sciatic-neuropathy": True}),
    ),
)

SCIATIC_INJURY = Rule(
    id="FD-SUR-16b",
    title="An injured sciatic nerve: nerve and tendon may be dealt with in one operation",
    why="A high repair reaches the shin late or never, so some centres do both at once.",
    statements=("SUR-16", "SUR-09", "C-28", "B-30", "D-08"),
    strength="option",
    when="""
        "has-foot-drop" and ("sciatic-neuropathy" or "edx-localisation" = 'sciatic') and "improving" is not true
        and "not-for-nerve-surgery" is not true
        and ("hip-injury-behind-it" or "open-injury-behind-it")
    """,
    then=(
        Order(
            key="nerve-surgery-consult",
            text="Ask about nerve transfer, and about nerve repair with tendon transfer in one stage: the sciatic "
            "nerve is injured.",
        ),
    ),
    cases=(
        yes("after a hip dislocation", SCIATIC, {"sciatic-neuropathy": True, "hip-dislocation": True}),
        yes("after a hip replacement", SCIATIC, {"edx-localisation": "sciatic", "hip-arthroplasty": True}),
        yes("after a pelvic fracture", SCIATIC, {"sciatic-neuropathy": True, "pelvic-fracture": True}),
        yes("after a stab wound", SCIATIC, {"sciatic-neuropathy": True, "open-or-sharp-injury": True}),
        no(
            "motor neuron disease",
            SCIATIC,
            {"sciatic-neuropathy": True, "hip-arthroplasty": True, "motor-neuron-disease": True},
        ),
        no("no injury known", SCIATIC, {"sciatic-neuropathy": True}),
        no(
            "a hip replaced years before",
            SCIATIC,
            {
                "edx-localisation": "sciatic",
                "hip-arthroplasty": True,
                "hip-arthroplasty-since": at('"as-of" - 14 years'),
                "clock-start": at('"as-of" - 2 months'),
            },
        ),
        no("improving", SCIATIC, {"sciatic-neuropathy": True, "hip-dislocation": True, "course": "improving"}),
        no("an injury, the nerve not named", DROP, {"hip-dislocation": True}),
        no("no drop", NO_DROP, {"sciatic-neuropathy": True, "hip-dislocation": True}),
    ),
)
