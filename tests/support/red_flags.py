"""The red-flag facts, one by one, with the floor that the catalogue gives each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tests.support.numbers import amount, days_of
from tests.support.patients import Given, Legs, Patient

FLAIL: Final[Given] = {
    "mrc-ankle-dorsiflexion": 0, "mrc-ankle-plantarflexion": 0, "mrc-ankle-inversion": 0, "mrc-ankle-eversion": 0,
}  # fmt: skip


@dataclass(frozen=True)
class RedFlag:
    """`on` are the facts; a foot drop of the left leg goes with them, and `beside` what is no flag by itself.

    `unexplained` hides what would explain the flag (decision D-04).
    """

    name: str
    statements: tuple[str, ...]
    floor: str
    on: Given
    legs: Legs = "left"
    unexplained: bool = False
    beside: Given = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def waiting(self, patient: Patient) -> Patient:
        """The patient with a foot drop, and with all but the flag."""
        return patient.given({"foot-drop": True, **self.beside})

    def raised(self, patient: Patient) -> Patient:
        return self.waiting(patient).given(self.on, self.legs)

    def lowered(self, patient: Patient, denied: bool) -> Patient:
        """The same patient without the flag: asked about and denied, or nobody has asked."""
        left = self.waiting(patient)
        if self.on is FLAIL:  # no dorsiflexion, and nobody has graded the rest
            return left.given({**dict.fromkeys(FLAIL, None), "mrc-ankle-dorsiflexion": 0})
        if self.legs == "both":
            return left.given({"foot-drop": None, "mrc-ankle-dorsiflexion": None}, "right")
        return left.given({key: NOT.get(key, False) if denied else None for key in self.on})


# A "no" to what is not asked with yes or no.
NOT: Final[Given] = {"course": "stable", "onset-tempo": "gradual", "post-void-residual": 0, "pain-score": 0}
# What explains upper-motor-neuron signs or two weak legs (decision D-04).
EXPLANATIONS: Final = (
    "stroke", "multiple-sclerosis", "cerebral-palsy", "spinal-cord-injury", "spinal-cord-disorder",
    "syringomyelia-or-chiari", "motor-neuron-disease", "charcot-marie-tooth", "polyneuropathy", "diabetic-neuropathy",
    "muscular-dystrophy", "myositis", "myopathy",
)  # fmt: skip
UMN: Final = ("extensor-plantar-response", "ankle-clonus", "hyperreflexia", "spasticity")

# The last day on which each is an emergency.
SUDDEN, HAEMATOMA = days_of("sudden-onset-window"), days_of("haematoma-window")

RED_FLAGS: Final = (
    RedFlag("bladder", ("RED-01", "RED-06"), "stat", {"bladder-dysfunction": True}),
    RedFlag("bowel", ("RED-01", "RED-06"), "stat", {"bowel-dysfunction": True}),
    RedFlag("saddle", ("B-15", "RED-01"), "stat", {"saddle-anaesthesia": True}),
    RedFlag("sphincter", ("B-15", "RED-01"), "stat", {"anal-tone-reduced": True}),
    RedFlag("retention", ("B-15", "RED-01"), "stat", {"post-void-residual": amount("retention-volume") + 1}),
    RedFlag("cauda equina", ("RED-01", "D-06"), "stat", {"cauda-equina-syndrome": True}),
    RedFlag("flail foot", ("RED-02",), "stat", FLAIL),
    RedFlag(
        "severe pain and numbness",
        ("RED-03",),
        "asap",
        {"pain-score": amount("severe-pain-score"), "severe-numbness": True},
    ),
    RedFlag("lost appetite", ("RED-04",), "asap", {"appetite-loss": True}),
    RedFlag("lost weight", ("RED-04",), "asap", {"weight-loss-unintentional": True}),
    RedFlag("rapid", ("RED-08",), "stat", {"course": "rapidly-worsening"}),
    RedFlag("rapid with a cord sign", ("RED-07",), "stat", {"course": "rapidly-worsening", "ankle-clonus": True}),
    RedFlag("cord compression", ("RED-07",), "stat", {"spinal-cord-compression": True}),
    *(RedFlag(sign, ("RED-09", "IMG-05"), "urgent", {sign: True}, unexplained=True) for sign in UMN),
    RedFlag("both legs", ("RED-10",), "urgent", {"bilateral-leg-symptoms": True}, unexplained=True),
    RedFlag("both feet", ("RED-10",), "urgent", {"foot-drop": True}, legs="both", unexplained=True),
    RedFlag("compartment syndrome suspected", ("RED-15", "RED-16"), "stat", {"compartment-syndrome-suspected": True}),
    RedFlag("compartment syndrome", ("RED-15", "RED-16"), "stat", {"compartment-syndrome": True}),
    RedFlag("knee dislocation", ("RED-18",), "stat", {"knee-dislocation": True}),
    RedFlag("sudden onset", ("RED-19",), "stat", {"onset-tempo": "sudden"}, beside={"onset": SUDDEN}),
    RedFlag("sudden onset, earlier", ("RED-19",), "urgent", {"onset-tempo": "sudden"}, beside={"onset": SUDDEN + 1}),
    RedFlag(
        "correctable lesion", ("RED-20",), "urgent", {"mri-surgically-correctable": True}, beside={"back-pain": True}
    ),
)

# Alarms of the conflicts, decisions and points beyond the sources; they, too, only ever add.
ALARMS: Final = (
    RedFlag("worsening", ("C-05",), "urgent", {"course": "worsening"}),
    RedFlag("compressed cord on MRI", ("D-03",), "urgent", {"mri-cord-compression": True}),
    RedFlag("fever and back pain", ("D-07",), "urgent", {"fever": True}, beside={"back-pain": True}),
    RedFlag("fever", ("D-07",), "routine", {"fever": True}),
    RedFlag("cancer and back pain", ("D-07",), "urgent", {"cancer-history": True}, beside={"back-pain": True}),
    RedFlag("spinal infection", ("D-07",), "urgent", {"spinal-infection": True}),
    RedFlag("spinal tumour", ("D-07",), "urgent", {"spinal-tumour": True}),
    RedFlag("acute neuropathy", ("B-06",), "stat", {"inflammatory-neuropathy": True}),
    RedFlag(
        "anticoagulated, new drop",
        ("B-32",),
        "urgent",
        {"anticoagulant": True},
        beside={"onset": HAEMATOMA},
    ),
    RedFlag("open injury", ("B-29",), "urgent", {"open-or-sharp-injury": True}),
)

# Findings that are an emergency, or half of one: nobody having asked must show. Sided ones on the leg that drops.
ASKED: Final = (
    "bladder-dysfunction", "bowel-dysfunction", "saddle-anaesthesia", "anal-tone-reduced", "severe-numbness",
    "pain-score", "appetite-loss", "weight-loss-unintentional", "course", "extensor-plantar-response", "ankle-clonus",
    "hyperreflexia", "spasticity", "bilateral-leg-symptoms", "compartment-syndrome-suspected", "onset-tempo",
    "mrc-ankle-plantarflexion", "mrc-ankle-inversion", "mrc-ankle-eversion", "fever",
)  # fmt: skip
