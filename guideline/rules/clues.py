"""DEF: words about the place of the lesion: clues to the peroneal nerve and to the spine, and what a test has found.

None of these proposes anything by itself.
"""

from __future__ import annotations

from typing import Final

from guideline.rule import at, no, yes
from guideline.rules.people import DROP, FLAIL, NO_DROP, OLD_STROKE, PERONEAL, ROOT
from guideline.rules.words import define

PERONEAL_CLUES: Final = (
    "tinel-sign-fibular-neck",
    "habitual-leg-crossing",
    "prolonged-squatting-kneeling",
    "leg-cast",
    "peroneal-neuropathy",
    "peroneal-nerve-injury",
    "fibular-fracture",
    "knee-dislocation",
    "open-or-sharp-injury",
)

PERONEAL_CLUE = define(
    "FD-DEF-38",
    "peroneal-clue",
    "Something other than grades points to the peroneal nerve",
    "A sign at the fibular neck, a habit or cast that presses, a recorded palsy, a test, or an injury on its way.",
    ("LOC-58", "LOC-59", "LOC-60", "LOC-62", "LOC-52", "LOC-53", "LOC-54", "LOC-51"),
    " or ".join(f'"{key}"' for key in (*PERONEAL_CLUES, "localised-peroneal"))
    + ' or "knee-arthroplasty" and ("clock-start-uncertain" is false'
    ' and "knee-arthroplasty-since" before day of "clock-start" - "injury-latency") is not true',
    (
        *(yes(key, {key: True}) for key in PERONEAL_CLUES),
        yes("EDX finds it", {"edx-localisation": "peroneal"}),
        yes("a knee replaced, nobody knows when", {"knee-arthroplasty": True}),
        no(
            "a knee replaced years before",
            {
                "knee-arthroplasty": True,
                "knee-arthroplasty-since": at('"as-of" - 16 years'),
                "clock-start": at('"as-of" - 8 months'),
                "clock-start-uncertain": False,
            },
        ),
        yes(
            "years before it was first recorded, the onset not known",
            {
                "knee-arthroplasty": True,
                "knee-arthroplasty-since": at('"as-of" - 16 years'),
                "clock-start": at('"as-of" - 8 months'),
                "clock-start-uncertain": True,
            },
        ),
        yes(
            "a knee replacement that was written down after the drop",
            {
                "knee-arthroplasty": True,
                "knee-arthroplasty-since": at('"as-of"'),
                "clock-start": at('"as-of" - 8 months'),
                "clock-start-uncertain": False,
            },
        ),
        no("a nerve injured, no knee replaced", {"peroneal-nerve-injury": False, "knee-arthroplasty": False}),
        no("the pattern alone", PERONEAL),
    ),
)

SPINAL_CLUE = define(
    "FD-DEF-36",
    "spinal-clue",
    "A symptom, a recorded disease or a test points to the spine",
    "Grades point there, too, but those of a hemiplegic leg look the same.",
    ("LOC-07", "LOC-17", "C-46", "B-01"),
    """
        "back-pain" or "radicular-pain" or "cauda-equina-suspected" or "spinal-diagnosis" or "acute-spinal-trauma"
        or "flail-foot" or "edx-localisation" = 'l5-root'
    """,
    (
        yes("back pain", {"back-pain": True}),
        yes("pain down the leg", {"radicular-pain": True}),
        yes("a numb saddle and a lost bladder", {"saddle-anaesthesia": True, "bladder-dysfunction": True}),
        yes("a stenosis recorded", {"lumbar-spinal-stenosis": True}),
        yes("an acute injury of the spine", {"acute-spinal-trauma": True}),
        yes("a flail foot", FLAIL),
        yes("a root lesion on EMG", {"edx-localisation": "l5-root"}),
        no("none of it", {"back-pain": False, "radicular-pain": False, "edx-localisation": "peroneal"}),
    ),
)

ROOT_GRADES = define(
    "FD-DEF-37",
    "root-grades",
    "Muscles of L5 are weak that the peroneal nerve does not serve",
    "Hip abduction, or inversion with a strong calf: they come from L5 by other nerves.",
    ("LOC-16", "LOC-06", "B-01"),
    """
        "mrc-hip-abduction" <= "foot-drop-mrc"
        or "mrc-ankle-inversion" <= "foot-drop-mrc" and "mrc-ankle-plantarflexion" > "foot-drop-mrc"
    """,
    (
        yes("hip abduction at the limit", {"mrc-hip-abduction": at('"foot-drop-mrc"')}),
        no("hip abduction above it", {"mrc-hip-abduction": at('"foot-drop-mrc" + 1')}),
        yes("weak inversion, strong calf", ROOT),
        no("weak inversion, weak calf", ROOT, {"mrc-ankle-plantarflexion": at('"foot-drop-mrc"')}),
        no("strong inversion", ROOT, {"mrc-ankle-inversion": 5}),
    ),
)

SPINAL_FEATURES = define(
    "FD-DEF-32",
    "spinal-features",
    "Something other than two affected legs points to the spine",
    "Two legs that a recorded disease explains do not make it the source, nor do the grades of a hemiplegic leg.",
    ("LOC-07", "LOC-17", "LOC-14", "C-46", "B-01", "D-04", "LOC-18"),
    """
        "has-foot-drop"
        and ("spinal-clue" or "root-grades" and "central-but-for-grades" is not true)
    """,
    (
        yes("a flail foot", FLAIL),
        yes("back pain", DROP, {"back-pain": True}),
        yes("pain down the leg", DROP, {"radicular-pain": True}),
        yes("an acute injury of the spine", DROP, {"acute-spinal-trauma": True}),
        yes("bladder trouble", DROP, {"bladder-dysfunction": True}),
        yes("a stenosis recorded", DROP, {"lumbar-spinal-stenosis": True}),
        no("both legs and nothing else", DROP, {"bilateral-leg-symptoms": True}),
        yes("weak inversion, strong plantar flexion", ROOT, {"radicular-pain": False}),
        no(
            "weak inversion and weak plantar flexion",
            ROOT,
            {"radicular-pain": False, "mrc-ankle-plantarflexion": at('"foot-drop-mrc"')},
        ),
        yes("weak hip abduction", PERONEAL, {"mrc-hip-abduction": at('"foot-drop-mrc"')}),
        no("strong hip abduction", PERONEAL, {"mrc-hip-abduction": at('"foot-drop-mrc" + 1')}),
        yes("a root lesion on EMG", DROP, {"edx-localisation": "l5-root"}),
        no("an old stroke, weak hip abduction", PERONEAL, OLD_STROKE, {"mrc-hip-abduction": 3}),
        no("an old stroke, weak inversion", ROOT, OLD_STROKE, {"radicular-pain": False}),
        yes("an old stroke, weak inversion, numb foot", ROOT, OLD_STROKE, {"sensation-foot-dorsum": "reduced"}),
        no("no drop", NO_DROP, {"back-pain": True}),
    ),
)

ELSEWHERE: Final = ("l5-root", "sciatic", "plexus", "polyneuropathy", "motor-neuron", "myopathy")

EDX_ELSEWHERE = define(
    "FD-DEF-35",
    "edx-elsewhere",
    "A nerve study finds another place than the peroneal nerve",
    "Root, sciatic nerve, plexus, many nerves, motor neurons or muscle: the peroneal nerve alone does not explain it.",
    ("EDX-01", "C-13", "LOC-31"),
    '"edx-localisation" in {' + ", ".join(f"'{place}'" for place in ELSEWHERE) + "}",
    (
        *(yes(f"it finds {place}", {"edx-localisation": place}) for place in ELSEWHERE),
        no("it finds the peroneal nerve", {"edx-localisation": "peroneal"}),
        no("it is normal", {"edx-localisation": "normal"}),
        no("it finds no place", {"edx-localisation": "indeterminate"}),
    ),
)

LOCALISED_PERONEAL = define(
    "FD-DEF-27",
    "localised-peroneal",
    "A test has localised the lesion to the peroneal nerve",
    "One localising test, EDX or imaging, must stand behind a peroneal diagnosis.",
    ("IMG-07", "C-13", "PIT-07"),
    '"edx-localisation" = \'peroneal\' or "knee-structural-lesion"',
    (
        yes("on EDX", {"edx-localisation": "peroneal"}),
        yes("a lesion on imaging", {"knee-structural-lesion": True}),
        no("clinically only", PERONEAL),
    ),
)

LOCALISED = define(
    "FD-DEF-28",
    "localised",
    "A test has localised the lesion",
    "EDX or imaging, not the examination alone.",
    ("C-13", "EDX-01", "IMG-09"),
    """
        "localised-peroneal" or "mri-explains-deficit" or "edx-elsewhere"
    """,
    (
        yes("EDX finds the peroneal nerve", {"edx-localisation": "peroneal"}),
        *(
            yes(f"EDX finds {place}", {"edx-localisation": place})
            for place in ("l5-root", "plexus", "polyneuropathy", "motor-neuron", "myopathy")
        ),
        yes("MRI explains the deficit", {"mri-explains-deficit": True}),
        yes("EDX finds the sciatic nerve", {"edx-localisation": "sciatic"}),
        no("EDX indeterminate", {"edx-localisation": "indeterminate"}),
        no("EDX normal", {"edx-localisation": "normal"}),
    ),
)
