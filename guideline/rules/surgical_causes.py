"""SUR, words: which cause a surgeon's opinion would be about, and whether recovery has come to a halt.

None of these proposes anything by itself.
"""

from __future__ import annotations

from guideline.rule import at, no, yes
from guideline.rules.clues import ELSEWHERE
from guideline.rules.people import DROP, NO_DROP, OLD_STROKE, PERONEAL, ROOT, SCIATIC, Given
from guideline.rules.words import define
from guideline.trend import DORSIFLEXION, MUSCLES, SPREAD

_GENERAL = (
    "polyneuropathy",
    "diabetic-neuropathy",
    "diabetic-radiculoplexus-neuropathy",
    "hnpp",
    "charcot-marie-tooth",
    "motor-neuron-disease",
    "spinal-muscular-atrophy",
    "poliomyelitis-sequelae",
    "muscular-dystrophy",
    "myositis",
    "myopathy",
)
_OTHERS = tuple(muscle for muscle in (*MUSCLES, *SPREAD) if muscle != DORSIFLEXION)
_LOCAL = (
    "localised-peroneal",
    "tinel-sign-fibular-neck",
    "peroneal-nerve-injury",
    "fibular-fracture",
    "hip-injury-behind-it",
    "peroneal-neuropathy",
    "sciatic-neuropathy",
    "lumbosacral-plexopathy",
)
_HURT = ("knee-structural-lesion", "peroneal-nerve-injury", "fibular-fracture", "hip-injury-behind-it")
_PAST: Given = {"inflammatory-neuropathy": True, "inflammatory-neuropathy-since": at('"as-of" - 2 years')}
_PAINLESS: Given = {"sensation-foot-dorsum": "normal", "back-pain": False, "radicular-pain": False}
_EDX_GENERAL = ("polyneuropathy", "motor-neuron", "myopathy")

NOT_FOR_NERVE_SURGERY = define(
    "FD-SUR-00a",
    "not-for-nerve-surgery",
    "The cause is none that a nerve surgeon can treat",
    "A general disease of nerves, motor neurons, muscle, brain or cord is not helped by freeing one nerve.",
    ("D-08", "B-10", "B-28", "B-02", "B-06", "B-09"),
    " or ".join(f'"{key}"' for key in _GENERAL)
    + " or \"edx-localisation\" in {'polyneuropathy', 'myopathy'}"
    + ' or "motor-neuron-suspected" or "central-but-for-grades"'
    + ' or "brain-tumour" and ("peroneal-clue" or "localised") is not true'
    + f' or "vasculitis" and ({" or ".join(f"{chr(34)}{key}{chr(34)}" for key in _HURT)}) is not true'
    + ' or "inflammatory-neuropathy"'
    + ' and "inflammatory-neuropathy-since" before day of "as-of" - "acute-neuropathy-window" and ('
    + " or ".join(f'"{key}"' for key in _LOCAL)
    + " or \"edx-localisation\" in {'sciatic', 'plexus'}) is not true",
    (
        *(yes(f"{key} recorded", {key: True}) for key in _GENERAL),
        *(yes(f"EDX finds {value}", {"edx-localisation": value}) for value in _EDX_GENERAL),
        yes("an old stroke and nothing else", DROP, OLD_STROKE),
        yes("a brain tumour and the grades of a peroneal palsy", PERONEAL, {"brain-tumour": True}),
        no("a brain tumour and a Tinel sign", PERONEAL, {"brain-tumour": True, "tinel-sign-fibular-neck": True}),
        no("a brain tumour, and EDX finds the plexus", DROP, {"brain-tumour": True, "edx-localisation": "plexus"}),
        yes("an old stroke and the grades of a peroneal palsy", PERONEAL, OLD_STROKE),
        yes(
            "an old Guillain-Barre syndrome",
            DROP,
            _PAST,
        ),
        no("an old stroke and a Tinel sign", DROP, OLD_STROKE, {"tinel-sign-fibular-neck": True}),
        yes("painless, normal feeling, fasciculation", PERONEAL, {**_PAINLESS, "fasciculation": True}),
        no("painless, normal feeling, no fasciculation", PERONEAL, {**_PAINLESS, "fasciculation": False}),
        no("fasciculation with back pain", PERONEAL, {**_PAINLESS, "fasciculation": True, "back-pain": True}),
        yes("vasculitis", PERONEAL, {"vasculitis": True}),
        *(
            no(f"vasculitis, and {name}", PERONEAL, {"vasculitis": True, key: True})
            for name, key in (
                ("a mass at the nerve", "knee-structural-lesion"),
                ("an injured nerve", "peroneal-nerve-injury"),
                ("a broken fibula", "fibular-fracture"),
                ("a dislocated hip", "hip-dislocation"),
            )
        ),
        *(
            no(f"an old Guillain-Barre syndrome, and {name}", PERONEAL, _PAST, given)
            for name, given in (
                ("EDX finds the peroneal nerve", {"edx-localisation": "peroneal"}),
                ("a Tinel sign", {"tinel-sign-fibular-neck": True}),
                ("an injured nerve", {"peroneal-nerve-injury": True}),
                ("a broken fibula", {"fibular-fracture": True}),
                ("a dislocated hip", {"hip-dislocation": True}),
                ("a sciatic neuropathy", {"sciatic-neuropathy": True}),
                ("a peroneal palsy recorded", {"peroneal-neuropathy": True}),
                ("a plexopathy", {"lumbosacral-plexopathy": True}),
                ("EDX finds the sciatic nerve", {"edx-localisation": "sciatic"}),
                ("EDX finds the plexus", {"edx-localisation": "plexus"}),
            )
        ),
        yes(
            "vasculitis, and EDX finds the peroneal nerve",
            PERONEAL,
            {"vasculitis": True, "edx-localisation": "peroneal"},
        ),
        no("diabetes without neuropathy", PERONEAL, {"diabetes": True}),
        no("EDX finds the peroneal nerve", PERONEAL, {"edx-localisation": "peroneal"}),
    ),
)

PERONEAL_CAUSE = define(
    "FD-SUR-00b",
    "peroneal-cause",
    "The peroneal nerve is taken for the cause",
    "Something points to it, and no nerve study has put the lesion elsewhere instead.",
    ("D-08", "SUR-01", "B-05", "LOC-31"),
    """
        "peroneal-suspected"
        and ("edx-elsewhere" is not true
            or "peroneal-neuropathy" or "peroneal-nerve-injury" or "knee-structural-lesion")
    """,
    (
        yes("the pattern", PERONEAL),
        yes("EDX finds it", PERONEAL, {"edx-localisation": "peroneal"}),
        *(no(f"EDX finds {place}", PERONEAL, {"edx-localisation": place}) for place in ELSEWHERE),
        yes(
            "EDX finds the root, a peroneal palsy is recorded too",
            PERONEAL,
            {"edx-localisation": "l5-root", "peroneal-neuropathy": True},
        ),
        yes(
            "EDX finds the root, an injury is recorded too",
            PERONEAL,
            {"edx-localisation": "l5-root", "peroneal-nerve-injury": True},
        ),
        yes(
            "EDX finds the root, a mass is seen too",
            PERONEAL,
            {"edx-localisation": "l5-root", "knee-structural-lesion": True},
        ),
        no("nothing points to it", DROP),
        no("no drop", NO_DROP, {"peroneal-neuropathy": True}),
    ),
)

OTHER_NERVE_CAUSE = define(
    "FD-SUR-00c",
    "other-nerve-cause",
    "The sciatic nerve or the plexus is taken for the cause",
    "They lie higher, but they are as much a nerve surgeon's matter.",
    ("D-08", "SUR-04", "SUR-16"),
    """
        "has-foot-drop"
        and ("sciatic-neuropathy" or "lumbosacral-plexopathy" or "edx-localisation" in {'sciatic', 'plexus'}
            or "sciatic-pattern")
    """,
    (
        yes("a recorded sciatic neuropathy", DROP, {"sciatic-neuropathy": True}),
        yes("a recorded plexopathy", DROP, {"lumbosacral-plexopathy": True}),
        yes("EDX finds the sciatic nerve", DROP, {"edx-localisation": "sciatic"}),
        yes("EDX finds the plexus", DROP, {"edx-localisation": "plexus"}),
        yes("the sciatic pattern", SCIATIC),
        no("a peroneal pattern", PERONEAL),
        no("EDX finds the root", DROP, {"edx-localisation": "l5-root"}),
        no("no drop", NO_DROP, {"sciatic-neuropathy": True}),
    ),
)

ROOT_CAUSE = define(
    "FD-SUR-00d",
    "root-cause",
    "A lumbar root is taken for the cause",
    "A test or a recorded disease puts the lesion at the root.",
    ("D-08", "SUR-22", "LOC-40"),
    """
        "has-foot-drop"
        and ("edx-localisation" = 'l5-root' or "lumbar-radiculopathy" or "lumbar-spinal-stenosis" or "disc-herniation"
            or "mri-compressive-lesion" or "mri-root-compression" = 'significant' or "mri-explains-deficit")
    """,
    (
        yes("EDX finds the root", DROP, {"edx-localisation": "l5-root"}),
        yes("a recorded radiculopathy", DROP, {"lumbar-radiculopathy": True}),
        yes("stenosis", DROP, {"lumbar-spinal-stenosis": True}),
        yes("a disc herniation", DROP, {"lumbar-disc-herniation": True}),
        yes("a compressive lesion", DROP, {"mri-compressive-lesion": True}),
        yes("a significantly compressed root", DROP, {"mri-root-compression": "significant"}),
        yes("the MRI explains the deficit", DROP, {"mri-explains-deficit": True}),
        no("a mildly compressed root", DROP, {"mri-root-compression": "mild"}),
        no("a root pattern, nothing tested", ROOT),
        no("EDX finds the peroneal nerve", PERONEAL, {"edx-localisation": "peroneal"}),
        no("no drop", NO_DROP, {"lumbar-radiculopathy": True}),
    ),
)

IMPROVING = define(
    "FD-SUR-00e",
    "improving",
    "The foot drop is improving now",
    "The newest word on the course counts; a gain that has stopped is no longer an improvement.",
    ("C-03", "C-05", "D-09", "MON-03"),
    """
        ("course" = 'improving' or "course" is null and "improvement" in {'partial', 'full'})
        and ("improvement" = 'plateau') is not true
    """,
    (
        yes("the course says so", {"course": "improving"}),
        yes("a gain against the baseline, course unknown", {"improvement": "partial"}),
        yes("back to full strength, course unknown", {"improvement": "full"}),
        no("a gain against the baseline, but now stable", {"improvement": "partial", "course": "stable"}),
        no("a gain that has stopped", {"improvement": "plateau", "course": "improving"}),
        no("a gain that is being lost", {"improvement": "partial", "course": "worsening"}),
        no("nothing known", {}),
    ),
)

STRONG_AGAIN = define(
    "FD-SUR-00k",
    "strong-again",
    "The leg is strong again",
    "Full dorsiflexion, and no other muscle of nerve or root known to be weak; a pressed cord is no recovery.",
    ("C-03", "C-05", "D-03"),
    """
        "improvement" = 'full' and "worsening" is not true and "mri-cord-compression" is not true
        and (
    """
    + " or ".join(f'"{muscle}" <= "foot-drop-mrc"' for muscle in _OTHERS)
    + ") is not true",
    (
        yes("full strength", {"improvement": "full"}),
        no("a gain", {"improvement": "partial"}),
        no("full dorsiflexion, other muscles worsen", {"improvement": "full", "course": "worsening"}),
        no("full dorsiflexion, the cord is pressed", {"improvement": "full", "mri-cord-compression": True}),
        *(
            no(f"full dorsiflexion, {muscle} at the limit", {"improvement": "full", muscle: at('"foot-drop-mrc"')})
            for muscle in _OTHERS
        ),
        *(
            yes(f"full dorsiflexion, {muscle} above it", {"improvement": "full", muscle: at('"foot-drop-mrc" + 1')})
            for muscle in _OTHERS
        ),
    ),
)

STALLED = define(
    "FD-SUR-00f",
    "stalled",
    "Recovery has not begun, or has come to a halt",
    "A plateau is treated like no improvement. A later word that it is improving asks for a new grade first.",
    ("C-05", "SUR-04", "MON-03"),
    '"unimproved" and "improving" is not true',
    (
        yes("no gain, stable", {"improvement": "none", "course": "stable"}),
        yes("no gain, course unknown", {"improvement": "none"}),
        yes("a plateau", {"improvement": "plateau", "course": "improving"}),
        no("no gain in the grades, later called improving", {"improvement": "none", "course": "improving"}),
        no("a partial gain", {"improvement": "partial", "course": "stable"}),
        no("reinnervation on EMG", {"improvement": "none", "edx-reinnervation": True}),
        no("never graded twice", {}),
    ),
)
