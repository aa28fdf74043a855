"""SUR: when a spine surgeon should be asked. The course decides first, then what imaging shows; the time stands in
spine_timing.py."""

from __future__ import annotations

from guideline.rule import CaseValue, Order, Rule, at, no, yes
from guideline.rules.people import DROP, FLAIL, MILD_DROP, NO_DROP, PERONEAL, ROOT
from guideline.rules.surgery_timing import SOON, begun

DISC: dict[str, CaseValue] = {**MILD_DROP, "lumbar-disc-herniation": True}
FITTING_DISC: dict[str, CaseValue] = {**DROP, "mri-disc-herniation": True, "mri-explains-deficit": True}
COMPRESSED: dict[str, CaseValue] = {**DROP, "mri-compressive-lesion": True}
FRESH = '"as-of" - "consult-answers"'

DISC_WORSENING = Rule(
    id="FD-SUR-02",
    title="A disc herniation with a deficit that worsens goes to the spine surgeon urgently",
    why="A root that goes on losing function is still being pressed, at any time after the onset.",
    statements=("SUR-02", "SUR-24", "C-03", "C-05", "B-26", "SUR-19"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "disc-herniation" and "worsening"',
    then=(
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            window=SOON,
            fresh_from=FRESH,
            text="Urgent opinion of the spine surgeon: a herniated disc with a worsening deficit.",
        ),
    ),
    cases=(
        yes("worse after two days", DISC, {"course": "worsening"}, begun('"as-of" - 2 days')),
        yes("worse after a year", DISC, {"course": "worsening"}, begun('"as-of" - 1 year')),
        yes("rapidly worse", DISC, {"course": "rapidly-worsening"}),
        yes("worse, with no hope seen", DISC, {"course": "worsening", "recovery-chance": "none"}),
        no("stable", DISC, {"course": "stable"}),
        no("nobody has said", DISC),
        no("no disc", PERONEAL, {"course": "worsening"}),
        no("no drop", NO_DROP, {"course": "worsening", "lumbar-disc-herniation": True}),
    ),
)

SPINAL_WORSENING = Rule(
    id="FD-SUR-24",
    title="A worsening foot drop of suspected spinal source goes to the spine surgeon urgently",
    why="Progression is reason enough; neither an image nor the chance of recovery is waited for.",
    statements=("C-41", "SUR-24", "C-05", "SUR-30"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and "worsening"
        and ("spinal-features" or "root-cause" or "flail-foot"
            or "spinal-source"
                and ("bilateral-explained" is not true or "spinal-cord-disorder" or "syringomyelia-or-chiari"
                    or "spinal-cord-injury"))
        and "disc-herniation" is not true
    """,
    then=(
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            window=SOON,
            fresh_from=FRESH,
            text="Urgent opinion of the spine surgeon: a worsening deficit of suspected spinal source.",
        ),
    ),
    cases=(
        yes("a root pattern", ROOT, {"course": "worsening"}),
        yes("the MRI explains it", DROP, {"course": "worsening", "mri-explains-deficit": True}),
        yes("a flail foot", FLAIL, {"course": "worsening"}),
        no("a herniated disc, which has its own rule", ROOT, {"course": "worsening", "mri-disc-herniation": True}),
        no("stable", ROOT, {"course": "stable"}),
        yes("both legs, unexplained", DROP, {"course": "worsening", "bilateral-leg-symptoms": True}),
        no(
            "both legs, Charcot-Marie-Tooth disease",
            DROP,
            {"course": "worsening", "bilateral-leg-symptoms": True, "charcot-marie-tooth": True},
        ),
        *(
            yes(f"both legs, {key}", DROP, {"course": "worsening", "bilateral-leg-symptoms": True, key: True})
            for key in ("spinal-cord-disorder", "syringomyelia-or-chiari", "spinal-cord-injury")
        ),
        no("nothing spinal", PERONEAL, {"course": "worsening"}),
        no("no drop", NO_DROP, {"course": "worsening", "back-pain": True}),
    ),
)

SPINAL_RAPID = Rule(
    id="FD-SUR-24b",
    title="A rapidly worsening foot drop of spinal source goes to the spine surgeon at once",
    why="What is lost within days may be kept within hours.",
    statements=("SUR-02", "SUR-24", "C-03", "C-41", "SUR-27"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "course" = \'rapidly-worsening\' and ("spinal-source" or "root-cause" or "flail-foot")',
    then=(
        Order(
            key="spine-surgery-consult",
            priority="stat",
            fresh_from='"as-of"',
            text="Call the spine surgeon now: a rapidly worsening deficit of spinal source.",
        ),
    ),
    cases=(
        yes("a herniated disc", DISC, {"course": "rapidly-worsening"}),
        yes("a root pattern", ROOT, {"course": "rapidly-worsening"}),
        yes("the MRI explains it", DROP, {"course": "rapidly-worsening", "mri-explains-deficit": True}),
        yes("a flail foot", FLAIL, {"course": "rapidly-worsening"}),
        no("worse, not rapidly", DISC, {"course": "worsening"}),
        no("nothing spinal", PERONEAL, {"course": "rapidly-worsening"}),
        no("no drop", NO_DROP, {"course": "rapidly-worsening", "back-pain": True}),
    ),
)

COMPRESSED_WORSENING = Rule(
    id="FD-SUR-30",
    title="A compressed root that is losing strength: the sooner the better",
    why="The strength that is left at operation is what the outcome hangs on.",
    statements=("SUR-30", "SUR-23", "PRG-08", "C-03"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "worsening" and ("compressive-lesion" or "concordant-disc")',
    then=(
        Order(
            key="spine-surgery-consult",
            priority="asap",
            fresh_from=FRESH,
            text="Spine surgeon as soon as possible: earlier surgery, with more strength left, gives better results.",
        ),
    ),
    cases=(
        yes("compressed and worse", COMPRESSED, {"course": "worsening"}),
        yes("a fitting disc, and worse", FITTING_DISC, {"course": "worsening"}),
        no("compressed, stable", COMPRESSED, {"course": "stable"}),
        no("worse, nothing seen yet", ROOT, {"course": "worsening"}),
        no("no drop", NO_DROP, {"course": "worsening", "mri-compressive-lesion": True}),
    ),
)

DISC_CONCORDANT = Rule(
    id="FD-SUR-22",
    title="A disc that explains a functional foot drop goes to the spine surgeon urgently",
    why="The evidence is contested, but every day counts a little, so the surgeon decides whether to wait.",
    statements=("D-03", "B-26", "SUR-22", "C-03", "SUR-19"),
    strength="recommend",
    when='"concordant-disc" and "improving" is not true',
    then=(
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            window=SOON,
            text="Urgent opinion of the spine surgeon: a herniated disc explains a dorsiflexion of grade "
            "{moderate-mrc} or less. Conservative care goes on beside it.",
        ),
    ),
    cases=(
        yes("on the first day", FITTING_DISC, begun('"as-of"')),
        yes("stable", FITTING_DISC, {"course": "stable"}),
        no("improving", FITTING_DISC, {"course": "improving"}),
        no(
            "a grade better",
            DISC,
            {"mri-explains-deficit": True, "foot-drop": True, "mrc-ankle-dorsiflexion": at('"moderate-mrc" + 1')},
        ),
        no("no word that the disc explains it", DROP, {"mri-disc-herniation": True, "mri-lesion-level": "L5-S1"}),
    ),
)

COMPRESSION = Rule(
    id="FD-SUR-23",
    title="A compressive lesion with a chance of recovery goes to the spine surgeon urgently",
    why="Pressure that is seen, on a root that may recover, is what surgery is for.",
    statements=("SUR-23", "IMG-12", "C-03", "C-30", "C-41", "D-03", "SUR-30", "SUR-19", "B-46"),
    strength="recommend",
    when="""
        "has-foot-drop" and "compressive-lesion" and ("recovery-chance" = 'none') is not true
        and "improving" is not true and "strong-again" is not true
    """,
    then=(
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            window=SOON,
            text="Urgent opinion of the spine surgeon on a compressive lesion, beside conservative care. State the "
            "grade of dorsiflexion, the course and other diseases.",
        ),
    ),
    cases=(
        yes("course unknown", COMPRESSED),
        yes("static", COMPRESSED, {"course": "stable"}),
        yes("recovery uncertain", COMPRESSED, {"recovery-chance": "uncertain"}),
        no("no chance of recovery", COMPRESSED, {"recovery-chance": "none"}),
        no("improving", COMPRESSED, {"course": "improving"}),
        no("strong again, and stable", COMPRESSED, {"foot-drop": True, "improvement": "full", "course": "stable"}),
        no("a herniation, compression not stated", DISC),
        no("no drop", NO_DROP, {"mri-compressive-lesion": True}),
    ),
)

COMPRESSION_IMPROVING = Rule(
    id="FD-SUR-23b",
    title="A compressive lesion while strength returns: the spine surgeon is an option",
    why="Strength that returns may be watched closely; a second pair of eyes does no harm.",
    statements=("C-03", "SUR-23", "CON-06"),
    strength="option",
    when='"has-foot-drop" and "improving" and ("compressive-lesion" or "concordant-disc")',
    then=(
        Order(
            key="spine-surgery-consult",
            text="The spine surgeon's opinion is an option while strength returns; at once if that stops.",
        ),
    ),
    cases=(
        yes("a compressive lesion", COMPRESSED, {"course": "improving"}),
        yes("a fitting disc", FITTING_DISC, {"course": "improving"}),
        no("stable", COMPRESSED, {"course": "stable"}),
        no("a herniation that is only coded", DISC, {"course": "improving"}),
        no("no drop", NO_DROP, {"mri-compressive-lesion": True, "course": "improving"}),
    ),
)

STENOSIS = Rule(
    id="FD-SUR-26",
    title="Stenosis that presses on the root goes to the spine surgeon urgently",
    why="The radiologist's or surgeon's grade counts; without one, a deficit that fits is enough.",
    statements=("SUR-26", "C-42", "C-03"),
    strength="recommend",
    when="""
        "has-foot-drop" and "lumbar-spinal-stenosis" and "improving" is not true and "strong-again" is not true
        and ("mri-root-compression" = 'significant' or "mri-root-compression" is null and "mri-explains-deficit")
    """,
    then=(
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            window=SOON,
            text="Urgent opinion of the spine surgeon: spinal stenosis with root compression that fits the deficit.",
        ),
    ),
    cases=(
        yes("significant", DROP, {"lumbar-spinal-stenosis": True, "mri-root-compression": "significant"}),
        yes("never graded, but it fits", DROP, {"lumbar-spinal-stenosis": True, "mri-explains-deficit": True}),
        no("never graded, does not fit", DROP, {"lumbar-spinal-stenosis": True, "mri-explains-deficit": False}),
        no(
            "mild", DROP, {"lumbar-spinal-stenosis": True, "mri-root-compression": "mild", "mri-explains-deficit": True}
        ),
        no(
            "significant, but improving",
            DROP,
            {"lumbar-spinal-stenosis": True, "mri-root-compression": "significant", "course": "improving"},
        ),
        no(
            "significant, but strong again, and stable",
            DROP,
            {
                "lumbar-spinal-stenosis": True,
                "mri-root-compression": "significant",
                "improvement": "full",
                "course": "stable",
            },
        ),
        no("no stenosis", DROP, {"mri-root-compression": "significant"}),
        no("no drop", NO_DROP, {"lumbar-spinal-stenosis": True, "mri-root-compression": "significant"}),
    ),
)
