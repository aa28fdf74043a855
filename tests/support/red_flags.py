"""The red-flag facts, one by one, with the floor that the catalogue gives each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.support.patients import Given, Legs, Patient

FLAIL: Final[Given] = {
    "mrc-ankle-dorsiflexion": 0, "mrc-ankle-plantarflexion": 0, "mrc-ankle-inversion": 0, "mrc-ankle-eversion": 0,
}  # fmt: skip


@dataclass(frozen=True)
class RedFlag:
    """`on` are the facts; a foot drop of the left leg goes with them. `unexplained` hides what would explain them."""

    name: str
    statements: tuple[str, ...]
    floor: str
    on: Given
    legs: Legs = "left"
    unexplained: bool = False

    def __str__(self) -> str:
        return self.name

    def raised(self, patient: Patient) -> Patient:
        return patient.given(self.on, self.legs)


# What explains upper-motor-neuron signs or two weak legs (decision D-04).
EXPLANATIONS: Final = (
    "stroke", "multiple-sclerosis", "cerebral-palsy", "spinal-cord-injury", "spinal-cord-disorder",
    "syringomyelia-or-chiari", "motor-neuron-disease", "charcot-marie-tooth", "polyneuropathy", "diabetic-neuropathy",
    "muscular-dystrophy", "myositis", "myopathy",
)  # fmt: skip
UMN: Final = ("extensor-plantar-response", "ankle-clonus", "hyperreflexia", "spasticity")

RED_FLAGS: Final = (
    RedFlag("bladder", ("RED-01", "RED-06"), "stat", {"bladder-dysfunction": True}),
    RedFlag("bowel", ("RED-01", "RED-06"), "stat", {"bowel-dysfunction": True}),
    RedFlag("saddle", ("B-15", "RED-01"), "stat", {"saddle-anaesthesia": True}),
    RedFlag("sphincter", ("B-15", "RED-01"), "stat", {"anal-tone-reduced": True}),
    RedFlag("retention", ("B-15", "RED-01"), "stat", {"post-void-residual": 201}),
    RedFlag("cauda equina", ("RED-01", "D-06"), "stat", {"cauda-equina-syndrome": True}),
    RedFlag("flail foot", ("RED-02",), "stat", FLAIL),
    RedFlag("severe pain and numbness", ("RED-03",), "asap", {"pain-score": 7, "severe-numbness": True}),
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
    RedFlag("sudden onset", ("RED-19",), "stat", {"onset-tempo": "sudden", "onset": 2}),
    RedFlag("sudden onset, earlier", ("RED-19",), "urgent", {"onset-tempo": "sudden", "onset": 30}),
    RedFlag("correctable lesion", ("RED-20",), "urgent", {"mri-surgically-correctable": True, "back-pain": True}),
)

# Findings that are an emergency, or half of one: nobody having asked must show. Sided ones on the leg that drops.
ASKED: Final = (
    "bladder-dysfunction", "bowel-dysfunction", "saddle-anaesthesia", "anal-tone-reduced", "severe-numbness",
    "pain-score", "appetite-loss", "weight-loss-unintentional", "course", "extensor-plantar-response", "ankle-clonus",
    "hyperreflexia", "spasticity", "bilateral-leg-symptoms", "compartment-syndrome-suspected", "onset-tempo",
    "mrc-ankle-plantarflexion", "mrc-ankle-inversion", "mrc-ankle-eversion", "fever",
)  # fmt: skip
