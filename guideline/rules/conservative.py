"""CON: care by cause without an operation. It goes on beside every opinion asked, and never instead of one."""

from __future__ import annotations

from guideline.rule import Activity, CaseValue, Conclude, Goal, Order, Prognosis, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, NO_DROP, OLD_STROKE, PERONEAL
from guideline.rules.spine_surgery import DISC
from guideline.rules.surgery_timing import BEFORE_DUE, begun

_ANY_RED_FLAG: tuple[dict[str, CaseValue], ...] = (
    {"compartment-syndrome-suspected": True},
    {"course": "worsening"},
    {"spasticity": True},
    {"bilateral-leg-symptoms": True},
    {"onset-tempo": "sudden"},
    {"pain-score": at('"severe-pain-score"'), "severe-numbness": True},
    {"appetite-loss": True},
    {"weight-loss-unintentional": True},
    {"cancer-history": True, "back-pain": True},
    {"fever": True, "back-pain": True},
    {"mri-surgically-correctable": True},
    {"spinal-cord-compression": True},
    {"inflammatory-neuropathy": True},
    {"anticoagulant": True},
    {"knee-structural-lesion": True},
    {"open-or-sharp-injury": True},
    {"acute-spinal-trauma": True},
    {
        "mrc-ankle-dorsiflexion": 0,
        "mrc-ankle-plantarflexion": 0,
        "mrc-ankle-inversion": 0,
        "mrc-ankle-eversion": 0,
    },
)

RED_FLAG = Rule(
    id="FD-CON-00",
    title="A red flag is open",
    why="No text may then speak of conservative care as the plan.",
    statements=("C-03", "CON-06", "CON-09", "RED-05"),
    strength="recommend",
    population="everyone",
    when="""
        "emergency" or "worsening" or "flail-foot" or "umn-signs" or "bilateral" or "onset-tempo" = 'sudden'
        or "pain-score" >= "severe-pain-score" and "severe-numbness"
        or "appetite-loss" or "weight-loss-unintentional" or "spinal-tumour-suspected" or "spinal-infection-suspected"
        or "mri-surgically-correctable" or "spinal-cord-compression" or "acute-neuropathy-suspected"
        or "haematoma-suspected" or "knee-structural-lesion" or "open-or-sharp-injury" or "fresh-spinal-injury"
    """,
    then=(Conclude(name="red-flag-open"),),
    cases=(
        *(yes(", ".join(flag), DROP, flag) for flag in _ANY_RED_FLAG),
        no(
            "one point less of pain", DROP, {"pain-score": at("\"severe-pain-score\" - 1 '1'"), "severe-numbness": True}
        ),
        no("pain without numbness", DROP, {"pain-score": at('"severe-pain-score"'), "severe-numbness": False}),
        no("a plain peroneal palsy", PERONEAL),
    ),
)

_WAITING = """
    "peroneal-cause" and "not-for-nerve-surgery" is not true and "red-flag-open" is not true
    and "root-cause" is not true and "compressive-lesion" is not true
    and "as-of" before day of "clock-start" + "surgery-due"
"""
_YOUNG = begun('"as-of" - 2 weeks')
_EDX: dict[str, CaseValue] = {"edx-localisation": "peroneal"}

PERONEAL_CONSERVATIVE = Rule(
    id="FD-CON-05",
    title="Most peroneal palsies are treated without an operation, for a limited time",
    why="Many recover; those that do not must be found before the muscle is lost.",
    statements=("CON-05", "CON-09", "C-01", "C-13", "SUR-31"),
    strength="recommend",
    when=f'{_WAITING} and "localised-peroneal"',
    then=(
        Activity(
            key="activity-modification",
            text="Conservative care with regular grading; a surgeon's opinion after {peroneal-surgery-eligible} "
            "without improvement, by {surgery-due} at the latest, and at once if it worsens.",
        ),
    ),
    cases=(
        no(
            "the cord is compressed", PERONEAL, _YOUNG, {"edx-localisation": "peroneal"}, {"mri-cord-compression": True}
        ),
        yes("localised by EDX", PERONEAL, _YOUNG, _EDX),
        yes("a day before the opinion is due", PERONEAL, BEFORE_DUE, _EDX),
        no("the opinion is due", PERONEAL, begun('"as-of" - "surgery-due"'), _EDX),
        no("not localised", PERONEAL, _YOUNG),
        no("a mass", PERONEAL, _YOUNG, _EDX, {"knee-structural-lesion": True}),
        no("a cut nerve", PERONEAL, _YOUNG, _EDX, {"open-or-sharp-injury": True}),
        no("a herniated disc too", PERONEAL, _YOUNG, _EDX, {"lumbar-disc-herniation": True}),
        no("worsening", PERONEAL, _YOUNG, _EDX, {"course": "worsening"}),
        no("liability to pressure palsies", PERONEAL, _YOUNG, _EDX, {"hnpp": True}),
        no("nothing peroneal", DROP, _YOUNG),
    ),
)

PERONEAL_NOT_LOCALISED = Rule(
    id="FD-CON-05b",
    title="No waiting period before one test has localised the lesion",
    why="What is waited for in a peroneal palsy may be a root going under.",
    statements=("C-13", "CON-05", "CON-08", "CON-09", "B-20"),
    strength="recommend",
    when=f'{_WAITING} and "localised" is not true',
    then=(
        Activity(
            key="activity-modification",
            text="Conservative measures start now. A plan to wait {peroneal-surgery-eligible} needs EDX or imaging "
            "first, to show where the lesion is.",
        ),
    ),
    cases=(
        no("the cord is compressed", PERONEAL, _YOUNG, {"mri-cord-compression": True}),
        yes("not localised", PERONEAL, _YOUNG),
        no("localised by EDX", PERONEAL, _YOUNG, _EDX),
        no("the opinion is due", PERONEAL, begun('"as-of" - "surgery-due"')),
        no("a cut nerve", PERONEAL, _YOUNG, {"open-or-sharp-injury": True}),
        no("a herniated disc too", PERONEAL, _YOUNG, {"lumbar-disc-herniation": True}),
        no("worsening", PERONEAL, _YOUNG, {"course": "worsening"}),
        no("liability to pressure palsies", PERONEAL, _YOUNG, {"hnpp": True}),
        no("nothing peroneal", DROP, _YOUNG),
    ),
)

DISC_IMPROVING = Rule(
    id="FD-CON-06",
    title="A disc herniation that improves may be treated without an operation, under close watch",
    why="Strength that returns is the best sign there is; a reversal must be seen within days.",
    statements=("CON-06", "C-03", "MON-03", "MON-05"),
    strength="consider",
    when='"has-foot-drop" and "disc-herniation" and "improving" and "red-flag-open" is not true',
    then=(
        Activity(
            key="close-monitoring",
            text="Improving: conservative care may go on under close neurological checks; any loss ends it.",
        ),
    ),
    cases=(
        yes("improving", DISC, {"course": "improving"}),
        no("stable", DISC, {"course": "stable"}),
        no("improving, with a red flag", DISC, {"course": "improving", "bladder-dysfunction": True}),
        no("no disc", PERONEAL, {"course": "improving"}),
        no("no drop", NO_DROP, {"lumbar-disc-herniation": True, "course": "improving"}),
    ),
)

GLYCAEMIA = Rule(
    id="FD-CON-07",
    title="Diabetes: the sugar is what can be changed",
    why="Nerves under high sugar recover worse and are pressed more easily.",
    statements=("CON-07", "LAB-02", "LOC-43"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and ("diabetes" or "diabetic-neuropathy" or "diabetic-radiculoplexus-neuropathy")',
    then=(Goal(key="glycaemic-control", text="Glycaemia within the target set for this patient."),),
    cases=(
        yes("diabetes", DROP, {"diabetes": True}),
        yes("diabetic neuropathy", DROP, {"diabetic-neuropathy": True}),
        yes("diabetic radiculoplexus neuropathy", DROP, {"diabetic-radiculoplexus-neuropathy": True}),
        no("no diabetes", DROP, {"diabetes": False}),
        no("no drop", NO_DROP, {"diabetes": True}),
    ),
)

DIABETES_CARE = Rule(
    id="FD-CON-07b",
    title="Diabetic neuropathy: those who treat the diabetes are told",
    why="A foot drop shows that the nerves are suffering.",
    statements=("CON-07", "CON-10"),
    strength="recommend",
    when="""
        "has-foot-drop"
        and ("diabetic-neuropathy" or "diabetic-radiculoplexus-neuropathy"
            or "diabetes" and ("polyneuropathy" or "edx-localisation" = 'polyneuropathy'))
    """,
    then=(
        Order(key="diabetes-care", text="Diabetes care: optimise glycaemic control; a neuropathy is now disabling."),
    ),
    cases=(
        yes("diabetic neuropathy", DROP, {"diabetic-neuropathy": True}),
        yes("diabetic radiculoplexus neuropathy", DROP, {"diabetic-radiculoplexus-neuropathy": True}),
        yes("diabetes and polyneuropathy", DROP, {"diabetes": True, "polyneuropathy": True}),
        yes("diabetes, EDX finds a polyneuropathy", DROP, {"diabetes": True, "edx-localisation": "polyneuropathy"}),
        no("diabetes alone", DROP, {"diabetes": True}),
        no("polyneuropathy alone", DROP, {"polyneuropathy": True}),
        no("no drop", NO_DROP, {"diabetic-neuropathy": True}),
    ),
)

RECORDED_CAUSE = Rule(
    id="FD-CON-10",
    title="The disease behind the foot drop is treated too",
    why="An orthosis holds up the foot; it does nothing for what let it drop.",
    statements=("CON-10", "CON-13", "C-08"),
    strength="consider",
    when="""
        "has-foot-drop"
        and ("central-diagnosis" or "progressive-disorder" or "polyneuropathy" or "hnpp" or "myositis" or "myopathy"
            or "poliomyelitis-sequelae" or "brain-tumour" or "inflammatory-neuropathy" or "vasculitis")
    """,
    then=(
        Order(
            key="neurology-referral",
            text="Consider a neurologist's review: treatment follows the recorded disease behind the foot drop.",
        ),
    ),
    cases=(
        yes("an old stroke", DROP, OLD_STROKE),
        yes("Charcot-Marie-Tooth disease", DROP, {"charcot-marie-tooth": True}),
        *(
            yes(key, DROP, {key: True})
            for key in (
                "polyneuropathy",
                "hnpp",
                "myositis",
                "myopathy",
                "poliomyelitis-sequelae",
                "brain-tumour",
                "inflammatory-neuropathy",
                "vasculitis",
            )
        ),
        no("none recorded", PERONEAL),
        no("a child, whose neurologist is asked anyway", DROP, OLD_STROKE, CHILD),
        no("no drop", NO_DROP, OLD_STROKE),
    ),
)

GOALS = Rule(
    id="FD-CON-12",
    title="Four goals in every plan",
    why="Beside walking and not falling, a plan looks after pain and posture.",
    statements=("CON-12",),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" or "emergency"',
    then=(
        Goal(key="pain-control", text="No pain that limits sleep, exercise or walking."),
        Goal(key="posture", text="No contracture and no abnormal posture of foot, knee or back."),
    ),
    cases=(
        yes("a drop", DROP),
        yes("a child", DROP, CHILD),
        yes("an emergency without a drop", NO_DROP, {"compartment-syndrome-suspected": True}),
        no("neither", NO_DROP),
    ),
)

UNTREATED = Rule(
    id="FD-CON-15",
    title="An untreated cause may bring more than weakness",
    why="Pain, numbness and tingling tell that the cause goes on.",
    statements=("CON-15", "CON-13"),
    strength="option",
    when="""
        "has-foot-drop" and "localised" is not true and "root-cause" is not true
        and "central-diagnosis" is not true and "progressive-disorder" is not true
    """,
    then=(Prognosis(text="If the cause stays untreated, pain, numbness or tingling may join the foot drop."),),
    cases=(
        yes("cause not found", DROP),
        no("a herniated disc", DISC),
        no("an old stroke", DROP, OLD_STROKE),
        no("a progressive disease", DROP, {"charcot-marie-tooth": True}),
        no("localised by EDX", PERONEAL, _EDX),
        no("no drop", NO_DROP),
    ),
)
