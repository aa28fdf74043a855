"""Words the other rules are written in: what counts as a foot drop, as worsening, as its cause.

Each is a conclusion that is true, false or unknown; none of them proposes anything by itself.
"""

from __future__ import annotations

from guideline.rule import at, no, yes
from guideline.rules.people import DROP, FLAIL, NO_DROP, NO_UMN
from guideline.rules.words import define

HAS_FOOT_DROP = define(
    "FD-DEF-01",
    "has-foot-drop",
    "Foot drop is present",
    "Foot drop is weak lifting of the forefoot: recorded as a diagnosis, or seen in the dorsiflexion grade.",
    ("DEF-01", "DEF-07", "DEF-12", "C-43", "B-45"),
    """
        Coalesce("mrc-ankle-dorsiflexion" <= "foot-drop-mrc", "foot-drop")
        or "foot-drop" is true
    """,
    (
        yes("dorsiflexion at the limit", {"mrc-ankle-dorsiflexion": at('"foot-drop-mrc"')}),
        no("dorsiflexion one grade better", {"mrc-ankle-dorsiflexion": at('"foot-drop-mrc" + 1')}),
        yes("recorded, never graded", {"foot-drop": True}),
        no("nobody has looked", {}),
    ),
)

FOOT_DROP_KNOWN = define(
    "FD-DEF-33",
    "foot-drop-known",
    "A foot drop is known, of this leg or without its side",
    "A drop whose side nobody wrote down is a drop: a red flag beside it does not wait for the side.",
    ("DEF-06", "RED-05", "D-06"),
    '"has-foot-drop" or "foot-drop-unsided"',
    (
        yes("a drop of this leg", DROP),
        yes("a drop without its side", {"foot-drop-unsided": True}),
        no("nobody has looked", {"foot-drop-unsided": False}),
    ),
)

CHILD_PATIENT = define(
    "FD-DEF-02",
    "child",
    "The patient is a child",
    "The windows and thresholds of this guideline were never tested in children.",
    ("D-14", "B-41", "DEF-08"),
    '"age" < "adult-age"',
    (
        yes("a year too young", {"age": at('"adult-age" - 1')}),
        no("of age", {"age": at('"adult-age"')}),
        no("age unknown", {}),
    ),
)

UMN_SIGNS = define(
    "FD-DEF-03",
    "umn-signs",
    "There is an upper-motor-neuron sign in a leg",
    "Spasticity, brisk reflexes, clonus or an extensor plantar response put the lesion above the root.",
    ("RED-09", "LOC-05", "LOC-08", "LOC-18"),
    """
        "extensor-plantar-response" or "ankle-clonus" or "hyperreflexia" or "spasticity"
        or "opposite-extensor-plantar-response" or "opposite-ankle-clonus" or "opposite-spasticity"
        or "umn-sign-unsided"
    """,
    (
        yes("a sign recorded without its side", {"umn-sign-unsided": True}),
        yes("an extensor plantar response", {"extensor-plantar-response": True}),
        yes("ankle clonus", {"ankle-clonus": True}),
        yes("brisk reflexes", {"hyperreflexia": True}),
        yes("spasticity", {"spasticity": True}),
        yes("an extensor plantar response of the other leg", {"opposite-extensor-plantar-response": True}),
        yes("clonus of the other leg", {"opposite-ankle-clonus": True}),
        yes("spasticity of the other leg", {"opposite-spasticity": True}),
        no("all looked for and absent", NO_UMN),
        no("not looked for", {}),
    ),
)

BILATERAL_DROP = define(
    "FD-DEF-04",
    "bilateral-drop",
    "Both feet drop",
    "A drop on both sides is rarely two nerve palsies.",
    ("DEF-06", "RED-10"),
    """
        "has-foot-drop"
        and (Coalesce("opposite-mrc-ankle-dorsiflexion" <= "foot-drop-mrc", "opposite-foot-drop")
            or "opposite-foot-drop" is true)
    """,
    (
        yes("both graded weak", DROP, {"opposite-mrc-ankle-dorsiflexion": at('"foot-drop-mrc"')}),
        no("the other leg full", DROP, {"opposite-mrc-ankle-dorsiflexion": at('"foot-drop-mrc" + 1')}),
        yes("the other recorded as a diagnosis", DROP, {"opposite-foot-drop": True}),
        no("only the other leg", NO_DROP, {"opposite-foot-drop": True}),
    ),
)

BILATERAL = define(
    "FD-DEF-05",
    "bilateral",
    "Both legs are affected",
    "Symptoms of both legs point to the cauda equina, the cord or a general neuropathy.",
    ("RED-10", "LOC-07", "LOC-17"),
    '"bilateral-drop" or "bilateral-leg-symptoms"',
    (
        yes("both feet drop", DROP, {"opposite-foot-drop": True}),
        yes("symptoms of both legs", DROP, {"bilateral-leg-symptoms": True}),
        no("one leg", DROP, {"bilateral-leg-symptoms": False, "opposite-mrc-ankle-dorsiflexion": 5}),
    ),
)

FLAIL_FOOT = define(
    "FD-DEF-06",
    "flail-foot",
    "The foot is flail",
    "No active movement of ankle and foot in any direction is another thing than a foot drop.",
    ("DEF-14", "LOC-20", "LOC-19", "PIT-10"),
    """
        "mrc-ankle-dorsiflexion" = 0 and "mrc-ankle-plantarflexion" = 0
        and "mrc-ankle-inversion" = 0 and "mrc-ankle-eversion" = 0
    """,
    (
        yes("nothing moves", FLAIL),
        no("a flicker of plantar flexion", FLAIL, {"mrc-ankle-plantarflexion": 1}),
        no("a flicker of inversion", FLAIL, {"mrc-ankle-inversion": 1}),
        no("a flicker of eversion", FLAIL, {"mrc-ankle-eversion": 1}),
        no("a flicker of dorsiflexion", FLAIL, {"mrc-ankle-dorsiflexion": 1}),
    ),
)

SENSORY_LOSS = define(
    "FD-DEF-07",
    "sensory-loss",
    "The foot or lower leg has lost feeling",
    "Skin that cannot feel is not protected by pain.",
    ("DEF-10", "ORT-07", "PIT-05"),
    '"sensation-reduced" or "severe-numbness"',
    (
        yes("numb on the dorsum", {"sensation-foot-dorsum": "reduced"}),
        yes("severe numbness", {"severe-numbness": True}),
        no("nothing known", {}),
    ),
)

SENSATION_REDUCED = define(
    "FD-DEF-30",
    "sensation-reduced",
    "Testing shows reduced sensation of the foot or lower leg",
    "A tested loss, which tells a nerve or root lesion from one of the motor neurons.",
    ("DEF-10", "LOC-03"),
    """
        "sensation-foot-dorsum" in {'reduced', 'absent'} or "sensation-sole" in {'reduced', 'absent'}
        or "sensation-lateral-leg" in {'reduced', 'absent'} or "sensation-first-web-space" in {'reduced', 'absent'}
        or "sensation-shin" in {'reduced', 'absent'}
    """,
    (
        *(
            yes(f"{place} {feeling}", {place: feeling})
            for place in (
                "sensation-foot-dorsum",
                "sensation-sole",
                "sensation-lateral-leg",
                "sensation-first-web-space",
                "sensation-shin",
            )
            for feeling in ("reduced", "absent")
        ),
        no("all normal", {"sensation-foot-dorsum": "normal", "sensation-sole": "normal", "sensation-shin": "normal"}),
        yes("numb on the dorsum", {"sensation-foot-dorsum": "reduced"}),
        yes("no feeling on the sole", {"sensation-sole": "absent"}),
        yes("numb lateral leg", {"sensation-lateral-leg": "reduced"}),
        yes("numb first web space", {"sensation-first-web-space": "absent"}),
        yes("numb shin", {"sensation-shin": "reduced"}),
        no("normal on the dorsum, the rest untested", {"sensation-foot-dorsum": "normal"}),
    ),
)

WORSENING = define(
    "FD-DEF-12",
    "worsening",
    "The foot drop, or the weakness of its leg, is getting worse",
    "Worsening ends every waiting period.",
    ("C-05", "D-09", "SUR-02"),
    "\"course\" in {'worsening', 'rapidly-worsening'}",
    (
        yes("worse", {"course": "worsening"}),
        yes("rapidly worse", {"course": "rapidly-worsening"}),
        no("stable", {"course": "stable"}),
        no("fluctuating", {"course": "fluctuating"}),
    ),
)

UNIMPROVED = define(
    "FD-DEF-13",
    "unimproved",
    "The foot drop has not improved",
    "No gain of a grade against the baseline, or a partial gain that has stopped, and no reinnervation on EMG.",
    ("C-05", "SUR-01", "SUR-04", "MON-03", "MON-07"),
    "\"improvement\" in {'none', 'plateau'} and \"edx-reinnervation\" is not true",
    (
        yes("no gain", {"improvement": "none"}),
        yes("a plateau", {"improvement": "plateau"}),
        no("a partial gain", {"improvement": "partial"}),
        no("reinnervation on EMG", {"improvement": "none", "edx-reinnervation": True}),
        no("never graded twice", {}),
    ),
)

CENTRAL_DIAGNOSIS = define(
    "FD-DEF-14",
    "central-diagnosis",
    "A disease of the brain or cord is recorded",
    "It can explain upper-motor-neuron signs that are not new and not worsening.",
    ("D-04", "LOC-33", "LOC-37", "LOC-38", "C-24"),
    """
        "stroke" or "multiple-sclerosis" or "cerebral-palsy" or "spinal-cord-injury" or "spinal-cord-disorder"
        or "syringomyelia-or-chiari"
    """,
    (
        yes("a disorder of the cord", {"spinal-cord-disorder": True}),
        yes("a syrinx", {"syringomyelia-or-chiari": True}),
        yes("stroke", {"stroke": True}),
        yes("multiple sclerosis", {"multiple-sclerosis": True}),
        yes("cerebral palsy", {"cerebral-palsy": True}),
        yes("cord injury", {"spinal-cord-injury": True}),
        no("diabetes", {"diabetes": True}),
    ),
)

PAST_INFLAMMATORY = define(
    "FD-DEF-34",
    "past-inflammatory-neuropathy",
    "An inflammatory neuropathy is recorded, and its acute weeks are over",
    "What it has left behind is a general neuropathy; undated, it may be acute, and a new drop may be its relapse.",
    ("B-06", "D-04", "D-08"),
    """
        "inflammatory-neuropathy"
        and "inflammatory-neuropathy-since" before day of "as-of" - "acute-neuropathy-window"
        and ("onset" is not null and ("onset" same day or after "as-of" - "acute-neuropathy-window") is not false
            or "onset-tempo" in {'sudden', 'acute', 'subacute'}
                and ("clock-start" same day or after "as-of" - "acute-neuropathy-window") is not false) is not true
    """,
    (
        yes(
            "a day after the window",
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - "acute-neuropathy-window" - 1 day'),
            },
        ),
        no(
            "on its last day",
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - "acute-neuropathy-window"'),
            },
        ),
        no("undated", {"inflammatory-neuropathy": True}),
        no(
            "years old, the drop on the last day of the window",
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                "onset": at('"as-of" - "acute-neuropathy-window"'),
            },
        ),
        yes(
            "years old, the drop a day older than the window",
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                "onset": at('"as-of" - "acute-neuropathy-window" - 1 day'),
            },
        ),
        *(
            maker(
                f"years old, the drop acute and first recorded {when}",
                {
                    "inflammatory-neuropathy": True,
                    "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                    "onset-tempo": "acute",
                    "clock-start": at(start),
                },
            )
            for maker, when, start in (
                (no, "on the last day of the window", '"as-of" - "acute-neuropathy-window"'),
                (yes, "a day earlier", '"as-of" - "acute-neuropathy-window" - 1 day'),
            )
        ),
        *(
            no(
                f"years old, the drop {tempo} and new",
                {
                    "inflammatory-neuropathy": True,
                    "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                    "onset-tempo": tempo,
                    "clock-start": at('"as-of" - 2 days'),
                },
            )
            for tempo in ("sudden", "subacute")
        ),
        no("none", {"inflammatory-neuropathy": False}),
    ),
)

PROGRESSIVE_DISORDER = define(
    "FD-DEF-18",
    "progressive-disorder",
    "A progressive neurological disease is recorded",
    "Its foot drop is likely to stay, so nothing may promise recovery.",
    ("PRG-12", "LOC-35", "C-38", "C-22", "C-23"),
    """
        "motor-neuron-disease" or "spinal-muscular-atrophy" or "charcot-marie-tooth" or "muscular-dystrophy"
    """,
    (
        yes("motor neuron disease", {"motor-neuron-disease": True}),
        yes("spinal muscular atrophy", {"spinal-muscular-atrophy": True}),
        yes("Charcot-Marie-Tooth disease", {"charcot-marie-tooth": True}),
        yes("muscular dystrophy", {"muscular-dystrophy": True}),
        no("stroke", {"stroke": True}),
    ),
)


POSSIBLE_FOOT_DROP = define(
    "FD-DEF-26",
    "possible-foot-drop",
    "A foot drop may have gone unexamined",
    "Tripping, a loose-feeling shoe or a gait sign in a leg that nobody has graded may be an early foot drop.",
    ("LOC-24", "LOC-11", "DEF-02", "DEF-03", "DEF-04", "DEF-05", "DEF-09"),
    """
        "foot-drop-unsided"
        or "has-foot-drop" is null
            and ("intermittent-tripping" or "loose-shoe-feeling" or "heel-walk-impaired" or "toe-drag"
                or "steppage-gait" or "foot-slap" or "circumduction-gait" or "gait-sign-unsided"
                or "foot-drop-unread")
    """,
    (
        yes("tripping, never graded", {"intermittent-tripping": True}),
        yes("a loose shoe", {"loose-shoe-feeling": True}),
        yes("cannot walk on the heel", {"heel-walk-impaired": True}),
        yes("toe drag", {"toe-drag": True}),
        yes("steppage gait", {"steppage-gait": True}),
        yes("foot slap", {"foot-slap": True}),
        yes("circumduction", {"circumduction-gait": True}),
        yes("a foot drop recorded without its side", {"foot-drop-unsided": True}),
        yes("a gait sign recorded without its side", {"gait-sign-unsided": True}),
        yes("a grade that could not be read", {"foot-drop-unread": True}),
        no("tripping, dorsiflexion full", {"intermittent-tripping": True, "mrc-ankle-dorsiflexion": 5}),
        no("a known foot drop", DROP, {"intermittent-tripping": True}),
    ),
)

PAINLESS_MOTOR = define(
    "FD-DEF-31",
    "painless-motor",
    "The weakness is painless, and sensation is normal",
    "Tested and asked about, not just unrecorded: this is how motor neuron disease begins.",
    ("B-02", "LOC-34"),
    """
        "sensation-reduced" is not true
        and ("sensation-foot-dorsum" = 'normal' or "sensation-lateral-leg" = 'normal')
        and ("back-pain" or "radicular-pain" or "neuropathic-pain") is not true
        and ("radicular-pain" is false or "back-pain" is false or "neuropathic-pain" is false)
    """,
    (
        no(
            "neuropathic pain",
            {"sensation-foot-dorsum": "normal", "back-pain": False, "neuropathic-pain": True},
        ),
        yes("normal feeling, no back pain", {"sensation-foot-dorsum": "normal", "back-pain": False}),
        yes(
            "normal feeling of the lateral leg, no leg pain",
            {"sensation-lateral-leg": "normal", "radicular-pain": False},
        ),
        yes("normal feeling, no neuropathic pain", {"sensation-foot-dorsum": "normal", "neuropathic-pain": False}),
        no("reduced feeling", {"sensation-foot-dorsum": "reduced", "back-pain": False}),
        no(
            "normal on the dorsum, reduced laterally",
            {"sensation-foot-dorsum": "normal", "sensation-lateral-leg": "reduced", "back-pain": False},
        ),
        no("back pain", {"sensation-foot-dorsum": "normal", "back-pain": True, "radicular-pain": False}),
        no("leg pain", {"sensation-foot-dorsum": "normal", "back-pain": False, "radicular-pain": True}),
        no("never asked about pain", {"sensation-foot-dorsum": "normal"}),
        no("feeling never tested", {"back-pain": False}),
    ),
)
