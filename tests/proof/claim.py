"""A safety invariant that speaks of one Case: whenever this is so, the plan holds that.

`when` is written in the rulebook's own language, over recorded features wherever the catalogue does so; `then` says
what the plan must hold. A claim is proved if no Case meets `when` and misses `then`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import z3

from guideline.rule import Activity
from tests.proof.plan import Plan
from tests.proof.three import Bool

SPINAL_MRI: Final = (
    "mri-lumbar-spine", "mri-lumbar-spine-contrast", "mri-thoracic-spine", "mri-cervical-spine",
)  # fmt: skip
EXTENDED: Final = ("mri-brain", "mri-thoracic-spine", "mri-cervical-spine")
MRI: Final = (*SPINAL_MRI, "mri-brain", "mri-lumbosacral-plexus")
SURGICAL: Final = ("spine-surgery-consult", "nerve-surgery-consult", "foot-ankle-surgery-consult")
MOVING: Final = (
    "gait-practice", "task-training", "aerobic-training", "circuit-class", "treadmill-training",
    "robot-assisted-training", "virtual-reality-training", "rhythmic-cueing", "home-heel-raises", "early-mobilisation",
)  # fmt: skip
HOME: Final = ("home-dorsiflexion", "home-toe-curls", "home-toe-taps", "home-ankle-circles", "home-heel-raises")
WORK_UP: Final = (
    "mri-lumbar-spine", "mri-lumbar-spine-contrast", "mri-thoracic-spine", "mri-cervical-spine", "mri-brain", "ct-head",
    "imaging-fibular-head", "mri-lumbosacral-plexus", "ct-myelogram-lumbar", "ct-or-mri-pelvis-hip",
    "vascular-assessment", "electrodiagnostic-study", "neurological-assessment", "emergency-assessment",
    "neurology-referral", "cast-review",
)  # fmt: skip
CENTRAL: Final = (
    "spinal-cord-disorder", "intracranial-lesion", "spinal-cord-compression", "stroke", "multiple-sclerosis",
    "cerebral-palsy", "brain-tumour", "syringomyelia-or-chiari",
)  # fmt: skip
CHILDS: Final = (
    "ankle-foot-orthosis", "skin-check", "physiotherapy", "fall-risk-assessment", "follow-up-visit",
    "neurological-assessment", "neurology-referral",
)  # fmt: skip

DROP: Final = '("foot-drop" or "mrc-ankle-dorsiflexion" <= "foot-drop-mrc")'
ADULT: Final = '("age" < "adult-age") is not true'
SACRAL: Final = """("bladder-dysfunction" or "bowel-dysfunction" or "saddle-anaesthesia" or "anal-tone-reduced"
    or "post-void-residual" > "retention-volume")"""
FLAIL: Final = """("mrc-ankle-dorsiflexion" = 0 and "mrc-ankle-plantarflexion" = 0 and "mrc-ankle-inversion" = 0
    and "mrc-ankle-eversion" = 0)"""
WORSE: Final = "(\"course\" in {'worsening', 'rapidly-worsening'})"
RAPID: Final = "(\"course\" = 'rapidly-worsening')"
UMN: Final = '("extensor-plantar-response" or "ankle-clonus" or "hyperreflexia" or "spasticity")'
EXPLAINED: Final = """("stroke" or "multiple-sclerosis" or "cerebral-palsy" or "spinal-cord-injury"
    or "spinal-cord-disorder" or "syringomyelia-or-chiari" or "motor-neuron-disease")"""
EXPLAINED_BOTH: Final = f"""({EXPLAINED} or "charcot-marie-tooth" or "polyneuropathy" or "diabetic-neuropathy"
    or "muscular-dystrophy" or "myositis" or "myopathy" or "past-inflammatory-neuropathy")"""
BOTH_LEGS: Final = f"""("bilateral-leg-symptoms" or {DROP} and ("opposite-foot-drop"
    or "opposite-mrc-ankle-dorsiflexion" <= "foot-drop-mrc"))"""
BARRED: Final = '("acute-spinal-trauma" and "spine-cleared" is not true)'
COMPARTMENT: Final = '("compartment-syndrome-suspected" or "compartment-syndrome")'
DISLOCATED: Final = """("knee-dislocation"
    and ("as-of" same day or before "knee-dislocation-since" + "knee-dislocation-window") is not false)"""
NOT_LOCALISED: Final = """(("edx-localisation" is null or "edx-localisation" in {'normal', 'indeterminate'})
    and "mri-explains-deficit" is not true and "knee-structural-lesion" is not true)"""
SPINE: Final = f"""({DROP} and ("back-pain" or "radicular-pain" or {SACRAL} or {BOTH_LEGS} or "lumbar-radiculopathy"
    or "lumbar-disc-herniation" or "lumbar-spinal-stenosis" or "spinal-infection" or "spinal-tumour"
    or "spinal-cord-compression" or "cauda-equina-syndrome" or "mri-compressive-lesion" or "mri-disc-herniation"
    or "mri-cord-compression" or "edx-localisation" = 'l5-root' or "acute-spinal-trauma"))"""
DISC: Final = '("mri-disc-herniation" or "lumbar-disc-herniation")'
UNIMPROVED: Final = """("improvement" in {'none', 'plateau'} and "edx-reinnervation" is not true)"""
STILL: Final = f"({UNIMPROVED} and \"course\" = 'stable')"
PROGRESSIVE: Final = """("motor-neuron-disease" or "spinal-muscular-atrophy" or "charcot-marie-tooth"
    or "muscular-dystrophy")"""
ELIGIBLE: Final = '"as-of" same day or after "referral-clock" + "peroneal-surgery-eligible"'
EARLY: Final = '"as-of" before day of "referral-clock" + "peroneal-surgery-eligible"'
DUE: Final = '"as-of" same day or after "clock-start" + "surgery-due"'
NERVE: Final = '("peroneal-cause" or "other-nerve-cause")'
CONSERVATIVE: Final = r"conservative (care|measures|treatment)|non-operative|without an operation"
SALVAGE: Final = r"tendon transfer|\bfusion\b|arthrodesis|\bpermanent(ly)?\b|foot and ankle surgeon"
PROMISE: Final = (
    r"(full|complete|good) recovery (is|may be|can be) (possible|expected|likely)"
    r"|recovers? (fully|completely)|will recover"
)


@dataclass(frozen=True)
class Claim:
    invariant: str
    says: str
    when: str | Callable[[Plan], Bool]
    then: Callable[[Plan], Bool]

    def concerns(self, plan: Plan) -> Bool:
        """Whom the claim is about."""
        return plan.says(self.when) if isinstance(self.when, str) else self.when(plan)

    def broken(self, plan: Plan) -> Bool:
        """The condition of a Case that breaks the claim."""
        return z3.And(self.concerns(plan), z3.Not(self.then(plan)))


def waiting(plan: Plan) -> Bool:
    """Some activity presents conservative care as the way on."""
    return plan.text(CONSERVATIVE, kinds=(Activity,))


def negated(condition: Callable[[Plan], Bool]) -> Callable[[Plan], Bool]:
    return lambda plan: z3.Not(condition(plan))


def apart(invariant: str, says: str, one: Callable[[Plan], Bool], other: Callable[[Plan], Bool]) -> Claim:
    return Claim(invariant, f"never both: {says}", one, negated(other))
