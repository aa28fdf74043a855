"""LOC: motor neuron disease, which is missed for months, and in which some operations and drugs do harm (B-02)."""

from __future__ import annotations

from guideline.rule import Alert, Conclude, Differential, Order, Rule, no, yes
from guideline.rules.people import DROP, NO_DROP, OLD_SPASTICITY, OLD_STROKE
from guideline.rules.words import define

MOTOR_NEURON_PATTERN = Rule(
    id="FD-LOC-34",
    title="Painless weakness with full feeling and fasciculation or brisk reflexes: think of motor neuron disease",
    why="It is missed for months, and some are operated on for it.",
    statements=("B-02", "LOC-34", "LOC-36", "C-22"),
    strength="recommend",
    when="""
        "has-foot-drop" and "painless-motor" and "motor-neuron-disease" is not true
        and ("fasciculation" or "umn-signs" and "central-diagnosis" is not true)
    """,
    then=(
        Conclude(name="motor-neuron-pattern"),
        Differential(diagnosis="motor-neuron-disease"),
        Alert(
            key="motor-neuron-pattern",
            severity="warning",
            text="Painless, no sensory loss, with fasciculation or brisk reflexes: a neurologist and EDX come before "
            "any elective operation.",
        ),
        Order(
            key="neurology-referral",
            priority="urgent",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="Neurologist, before any elective operation: motor neuron disease is possible.",
        ),
    ),
    cases=(
        yes(
            "fasciculation, no pain, normal feeling",
            DROP,
            {"fasciculation": True, "sensation-foot-dorsum": "normal", "back-pain": False, "radicular-pain": False},
        ),
        yes(
            "extensor plantar response, no pain, normal feeling",
            DROP,
            {"extensor-plantar-response": True, "sensation-foot-dorsum": "normal", "radicular-pain": False},
        ),
        no(
            "with pain",
            DROP,
            {"fasciculation": True, "sensation-foot-dorsum": "normal", "back-pain": True},
        ),
        no(
            "with sensory loss",
            DROP,
            {"fasciculation": True, "sensation-foot-dorsum": "reduced", "back-pain": False},
        ),
        no(
            "the disease is recorded already",
            DROP,
            {
                "fasciculation": True,
                "sensation-foot-dorsum": "normal",
                "back-pain": False,
                "motor-neuron-disease": True,
            },
        ),
        no("feeling never tested", DROP, {"fasciculation": True, "back-pain": False}),
        no("pain never asked about", DROP, {"fasciculation": True, "sensation-foot-dorsum": "normal"}),
        no(
            "an old stroke",
            DROP,
            OLD_STROKE,
            OLD_SPASTICITY,
            {"sensation-foot-dorsum": "normal", "back-pain": False},
        ),
        no(
            "no drop",
            NO_DROP,
            {"fasciculation": True, "sensation-foot-dorsum": "normal", "back-pain": False},
        ),
    ),
)

MOTOR_NEURON_ON_EDX = Rule(
    id="FD-LOC-34b",
    title="Nerve studies find the motor neurons: the neurologist comes first",
    why="A progressive disease changes every later step, and an operation for another cause harms.",
    statements=("B-02", "LOC-35", "C-22", "EDX-01"),
    strength="recommend",
    when="""
        "has-foot-drop" and "edx-localisation" = 'motor-neuron' and "motor-neuron-disease" is not true
    """,
    then=(
        Alert(
            key="motor-neuron-on-edx",
            severity="warning",
            text="EDX finds a lesion of the motor neurons: the neurologist comes before any elective operation.",
        ),
        Order(
            key="neurology-referral",
            priority="urgent",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="Neurologist, before any elective operation: EDX finds a lesion of the motor neurons.",
        ),
    ),
    cases=(
        yes("so it says", DROP, {"edx-localisation": "motor-neuron"}),
        no("the disease is recorded already", DROP, {"edx-localisation": "motor-neuron", "motor-neuron-disease": True}),
        no("it finds a root", DROP, {"edx-localisation": "l5-root"}),
        no("no drop", NO_DROP, {"edx-localisation": "motor-neuron"}),
    ),
)

MOTOR_NEURON_SUSPECTED = define(
    "FD-LOC-34c",
    "motor-neuron-suspected",
    "Motor neuron disease is recorded, found by nerve studies or suspected",
    "What harms in that disease waits until it is excluded.",
    ("B-02", "B-43", "D-08", "D-12", "LOC-34", "LOC-35"),
    """
        "motor-neuron-disease" or "edx-localisation" = 'motor-neuron' or "opposite-edx-localisation" = 'motor-neuron'
        or "painless-motor" and "fasciculation"
    """,
    (
        yes("recorded", {"motor-neuron-disease": True}),
        yes("found by nerve studies", {"edx-localisation": "motor-neuron"}),
        yes("found by nerve studies of the other leg", {"opposite-edx-localisation": "motor-neuron"}),
        yes(
            "painless, normal feeling, fasciculation",
            {"sensation-foot-dorsum": "normal", "back-pain": False, "fasciculation": True},
        ),
        no(
            "an upper-motor-neuron sign: a red flag takes no consultation away",
            DROP,
            {"sensation-foot-dorsum": "normal", "back-pain": False, "extensor-plantar-response": True},
        ),
        no("with back pain", {"sensation-foot-dorsum": "normal", "back-pain": True, "fasciculation": True}),
    ),
)
