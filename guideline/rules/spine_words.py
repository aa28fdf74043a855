"""Words about the spine: what points to it, what presses there, and what may be a cauda equina, tumour or infection.

Each is a conclusion that is true, false or unknown; none of them proposes anything by itself.
"""

from __future__ import annotations

from guideline.rule import at, no, yes
from guideline.rules.people import DROP, FLAIL, NO_DROP, PERONEAL
from guideline.rules.words import define

CAUDA_EQUINA_FEATURES = define(
    "FD-DEF-08",
    "cauda-equina-features",
    "There is a feature of cauda equina syndrome",
    "New loss of bladder or bowel control, saddle numbness, a lax sphincter or retention means the sacral roots.",
    ("RED-01", "RED-06", "SUR-25", "B-15"),
    """
        "bladder-dysfunction" or "bowel-dysfunction" or "saddle-anaesthesia" or "anal-tone-reduced"
        or "post-void-residual" > "retention-volume"
    """,
    (
        yes("bladder", {"bladder-dysfunction": True}),
        yes("bowel", {"bowel-dysfunction": True}),
        yes("saddle", {"saddle-anaesthesia": True}),
        yes("sphincter", {"anal-tone-reduced": True}),
        yes("just above the residual volume", {"post-void-residual": at("\"retention-volume\" + 1 'mL'")}),
        no("exactly the residual volume", {"post-void-residual": at('"retention-volume"')}),
        no("only the bladder asked about, and well", {"bladder-dysfunction": False}),
    ),
)

_MOVEMENTS = (
    "mrc-great-toe-extension",
    "mrc-ankle-plantarflexion",
    "mrc-knee-flexion",
    "mrc-hip-flexion",
    "mrc-hip-abduction",
    "mrc-ankle-inversion",
    "mrc-ankle-eversion",
)

BACK_OR_LEG_SYMPTOMS = define(
    "FD-DEF-09",
    "back-or-leg-symptoms",
    "There are symptoms of the back or legs",
    "They tie a bladder or bowel disturbance to the spine.",
    ("D-06", "LOC-07"),
    """
        "back-pain" or "radicular-pain" or "opposite-radicular-pain" or "bilateral-leg-symptoms"
        or "sensation-reduced" or "severe-numbness" or "opposite-severe-numbness" or "flail-foot"
        or "possible-foot-drop"
        or "mrc-great-toe-extension" <= "foot-drop-mrc" or "mrc-ankle-plantarflexion" <= "foot-drop-mrc"
        or "mrc-knee-extension" <= "foot-drop-mrc" or "mrc-knee-flexion" <= "foot-drop-mrc"
        or "mrc-hip-flexion" <= "foot-drop-mrc" or "mrc-hip-abduction" <= "foot-drop-mrc"
        or "mrc-ankle-inversion" <= "foot-drop-mrc" or "mrc-ankle-eversion" <= "foot-drop-mrc"
    """,
    (
        *(yes(f"{key} at the limit", {key: at('"foot-drop-mrc"')}) for key in _MOVEMENTS),
        *(no(f"{key} above it", {key: at('"foot-drop-mrc" + 1')}) for key in _MOVEMENTS),
        yes("pain down this leg", {"radicular-pain": True}),
        yes("symptoms of both legs", {"bilateral-leg-symptoms": True}),
        yes("a numb sole", {"sensation-sole": "absent"}),
        yes("tripping that nobody has looked into", {"intermittent-tripping": True}),
        yes("severe numbness", {"severe-numbness": True}),
        yes("severe numbness of the other leg", {"opposite-severe-numbness": True}),
        yes("a flail foot", FLAIL),
        yes("back pain", {"back-pain": True}),
        yes("radicular pain of the other leg", {"opposite-radicular-pain": True}),
        yes("a weak knee", {"mrc-knee-extension": at('"foot-drop-mrc"')}),
        no("a strong knee and nothing else known", {"mrc-knee-extension": at('"foot-drop-mrc" + 1')}),
    ),
)

SPINAL_DIAGNOSIS = define(
    "FD-DEF-10",
    "spinal-diagnosis",
    "A disease of the spine is recorded",
    "A known lesion at the root makes a spinal source of the drop likely.",
    ("LOC-39", "LOC-40", "D-06"),
    """
        "lumbar-radiculopathy" or "lumbar-disc-herniation" or "lumbar-spinal-stenosis" or "spinal-infection"
        or "spinal-tumour" or "spinal-cord-compression" or "cauda-equina-syndrome" or "mri-compressive-lesion"
        or "mri-disc-herniation" or "mri-cord-compression" or "mri-root-compression" = 'significant'
    """,
    (
        *(
            yes(f"{key} recorded", {key: True})
            for key in (
                "lumbar-radiculopathy",
                "spinal-infection",
                "spinal-tumour",
                "spinal-cord-compression",
                "cauda-equina-syndrome",
                "mri-compressive-lesion",
                "mri-disc-herniation",
                "mri-cord-compression",
            )
        ),
        yes("a disc herniation", {"lumbar-disc-herniation": True}),
        yes("stenosis", {"lumbar-spinal-stenosis": True}),
        yes("a significant compression on MRI", {"mri-root-compression": "significant"}),
        no("a mild compression on MRI", {"mri-root-compression": "mild"}),
    ),
)

CAUDA_EQUINA_SUSPECTED = define(
    "FD-DEF-11",
    "cauda-equina-suspected",
    "Cauda equina syndrome is suspected",
    "Suspicion alone is enough: neither imaging nor a chance of recovery is a condition.",
    ("RED-01", "RED-06", "C-41", "D-06", "B-15"),
    """
        "cauda-equina-syndrome"
        or ("saddle-anaesthesia" or "anal-tone-reduced")
            and ("bladder-dysfunction" or "bowel-dysfunction" or "post-void-residual" > "retention-volume")
        or "cauda-equina-features" and ("foot-drop-known" or "back-or-leg-symptoms" or "spinal-diagnosis")
    """,
    (
        yes("a drop and a bladder disturbance", DROP, {"bladder-dysfunction": True}),
        yes("a drop without its side, and a numb saddle", {"foot-drop-unsided": True, "saddle-anaesthesia": True}),
        yes("back pain and a bladder disturbance, no drop", NO_DROP, {"back-pain": True, "bladder-dysfunction": True}),
        yes("recorded as a diagnosis", {"cauda-equina-syndrome": True}),
        yes("a numb leg and a bladder disturbance", NO_DROP, {"sensation-sole": "absent", "bladder-dysfunction": True}),
        yes(
            "a numb saddle and a bladder disturbance",
            NO_DROP,
            {"saddle-anaesthesia": True, "bladder-dysfunction": True},
        ),
        yes("a lax sphincter and a bowel disturbance", NO_DROP, {"anal-tone-reduced": True, "bowel-dysfunction": True}),
        yes(
            "a numb saddle and retention",
            NO_DROP,
            {"saddle-anaesthesia": True, "post-void-residual": at("\"retention-volume\" + 1 'mL'")},
        ),
        no("a numb saddle alone", NO_DROP, {"saddle-anaesthesia": True}),
        no("a bladder disturbance alone", {"bladder-dysfunction": True}),
    ),
)

SPINAL_SOURCE = define(
    "FD-DEF-15",
    "spinal-source",
    "A spinal source of the foot drop is suspected",
    "Back pain, leg pain, bladder or bowel trouble, both legs, or weak inversion or hip abduction point to the spine.",
    ("LOC-07", "LOC-17", "LOC-14", "IMG-03", "IMG-06", "C-46", "B-01"),
    '"spinal-features" or "has-foot-drop" and "bilateral"',
    (
        yes("back pain", DROP, {"back-pain": True}),
        yes("both legs", DROP, {"bilateral-leg-symptoms": True}),
        no("one leg, no pain", PERONEAL, {"back-pain": False, "bilateral-leg-symptoms": False}),
        no("both legs, no drop", NO_DROP, {"bilateral-leg-symptoms": True}),
        no("no drop", NO_DROP, {"back-pain": True}),
    ),
)

COMPRESSIVE_LESION = define(
    "FD-DEF-16",
    "compressive-lesion",
    "Imaging shows a compressive lesion of the spine",
    "A herniation that is only coded is not yet compressive; a finding has to say so.",
    ("D-03", "SUR-23", "SUR-26", "C-42", "IMG-12"),
    '"mri-compressive-lesion" or "mri-cord-compression" or "mri-root-compression" = \'significant\'',
    (
        yes("the report says compression", {"mri-compressive-lesion": True}),
        yes("the cord is compressed", {"mri-cord-compression": True}),
        yes("the root is significantly compressed", {"mri-root-compression": "significant"}),
        no("a herniation, compression not stated", {"mri-disc-herniation": True}),
        no("mild compression", {"mri-root-compression": "mild"}),
    ),
)

DISC_HERNIATION = define(
    "FD-DEF-17",
    "disc-herniation",
    "A lumbar disc herniation is known",
    "Read on MRI or recorded as a diagnosis.",
    ("LOC-40", "SUR-03", "CON-06"),
    '"mri-disc-herniation" or "lumbar-disc-herniation"',
    (
        yes("on MRI", {"mri-disc-herniation": True}),
        yes("recorded", {"lumbar-disc-herniation": True}),
        no("excluded", {"mri-disc-herniation": False, "lumbar-disc-herniation": False}),
    ),
)

TUMOUR_SUSPECTED = define(
    "FD-DEF-23",
    "spinal-tumour-suspected",
    "A tumour of the spine is suspected",
    "Unexplained weight loss or a history of cancer with back pain or a cord sign asks for contrast.",
    ("D-07", "C-15", "RED-04", "B-16", "B-07"),
    """
        "foot-drop-known"
        and ("spinal-tumour" or ("weight-loss-unintentional" or "cancer-history") and "back-pain")
    """,
    (
        no("no drop", NO_DROP, {"cancer-history": True, "back-pain": True}),
        yes("a drop without its side", {"foot-drop-unsided": True, "cancer-history": True, "back-pain": True}),
        yes("weight loss with back pain", DROP, {"weight-loss-unintentional": True, "back-pain": True}),
        yes("cancer with back pain", DROP, {"cancer-history": True, "back-pain": True}),
        yes("a recorded tumour", DROP, {"spinal-tumour": True}),
        no(
            "intended weight loss with back pain",
            DROP,
            {
                "weight-loss-intentional": True,
                "weight-loss-unintentional": False,
                "cancer-history": False,
                "back-pain": True,
            },
        ),
        no("cancer, no back pain", DROP, {"cancer-history": True, "back-pain": False}),
    ),
)

INFECTION_SUSPECTED = define(
    "FD-DEF-24",
    "spinal-infection-suspected",
    "An infection of the spine is suspected",
    "Fever with back pain or with a suspected spinal source.",
    ("D-07", "C-15", "RED-05"),
    '"foot-drop-known" and ("spinal-infection" or "fever" and ("back-pain" or "spinal-source"))',
    (
        no("no drop", NO_DROP, {"fever": True, "back-pain": True}),
        yes("a drop without its side", {"foot-drop-unsided": True, "fever": True, "back-pain": True}),
        yes("fever and back pain", DROP, {"fever": True, "back-pain": True}),
        yes("fever and pain down the leg", DROP, {"fever": True, "radicular-pain": True}),
        yes("a recorded infection", DROP, {"spinal-infection": True}),
        no("fever alone", PERONEAL, {"fever": True, "back-pain": False}),
    ),
)

CONCORDANT_DISC = define(
    "FD-DEF-29",
    "concordant-disc",
    "A disc herniation explains a functional foot drop",
    "At a grade of 3 or less and a lesion that fits, waiting for the 4-week mark is not defensible.",
    ("D-03", "B-26", "C-03"),
    """
        "has-foot-drop" and "disc-herniation" and "mrc-ankle-dorsiflexion" <= "moderate-mrc"
        and ("mri-explains-deficit" or "mri-lesion-level" = 'L4-L5')
    """,
    (
        no("no drop", NO_DROP, {"mri-disc-herniation": True, "mri-explains-deficit": True}),
        no("no disc", DROP, {"mri-disc-herniation": False, "mri-explains-deficit": True}),
        yes(
            "at L4-L5, at the grade",
            {"mri-disc-herniation": True, "mri-lesion-level": "L4-L5", "mrc-ankle-dorsiflexion": at('"moderate-mrc"')},
        ),
        no(
            "one grade better",
            {
                "mri-disc-herniation": True,
                "mri-lesion-level": "L4-L5",
                "mrc-ankle-dorsiflexion": at('"moderate-mrc" + 1'),
            },
        ),
        yes("imaging explains it", DROP, {"mri-disc-herniation": True, "mri-explains-deficit": True}),
        no("another level, not said to explain it", DROP, {"mri-disc-herniation": True, "mri-lesion-level": "L5-S1"}),
    ),
)
