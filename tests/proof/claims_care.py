"""SI-12 to SI-18 and SI-29 to SI-44: orthosis, exercise, diagnosis, and what every plan holds."""

from __future__ import annotations

from typing import Final

import z3

from guideline.rule import Activity, Alert, Goal, Order, Prognosis
from tests.proof.claim import (
    ADULT,
    BARRED,
    CENTRAL,
    CHILDS,
    COMPARTMENT,
    DISC,
    DROP,
    FLAIL,
    HOME,
    MRI,
    NOT_LOCALISED,
    PROGRESSIVE,
    PROMISE,
    RAPID,
    SACRAL,
    SPINE,
    UMN,
    WORK_UP,
    Claim,
    negated,
    waiting,
)
from tests.proof.plan import order_keys

REHABILITATION: Final = (
    Claim(
        "SI-12",
        "who walks with a foot drop is offered an orthosis, whatever else is or is not known",
        f'{DROP} and "ambulatory" and "afo-in-use" is not true and "afo-declined" is not true'
        f" and ({COMPARTMENT}) is not true and ({BARRED}) is not true",
        lambda p: p.order("ankle-foot-orthosis"),
    ),
    Claim(
        "SI-14",
        "an orthosis comes with fitting and a look at the skin",
        lambda p: z3.And(p.proposes("ankle-foot-orthosis"), p.says(DROP)),
        lambda p: z3.And(p.activity("orthosis-fitting"), p.activity("skin-inspection"), p.order("skin-check")),
    ),
    Claim(
        "SI-15",
        "an orthosis comes with movement",
        lambda p: z3.And(
            p.proposes("ankle-foot-orthosis"),
            p.says(f'{DROP} and "limb-at-stake" is not true'),
        ),
        lambda p: z3.And(p.activity("range-of-motion"), p.order("physiotherapy")),
    ),
    Claim(
        "SI-15",
        "also under compartment syndrome there is physiotherapy or movement",
        lambda p: p.proposes("ankle-foot-orthosis"),
        lambda p: z3.Or(p.activity("range-of-motion"), p.order("physiotherapy")),
    ),
    Claim(
        "SI-16",
        "no stimulation where EDX found a peripheral lesion",
        """"edx-localisation" in {'peroneal', 'l5-root', 'sciatic', 'plexus', 'polyneuropathy', 'motor-neuron',
            'myopathy'}""",
        negated(lambda p: p.proposes("fes-assessment", "implantable-fes-referral")),
    ),
    Claim(
        "SI-16",
        "none against a contraindication (D-12: nor with a pacemaker)",
        '"fes-contraindication" or "mri-unsafe-device"',
        negated(lambda p: p.proposes("fes-assessment", "implantable-fes-referral")),
    ),
    Claim(
        "SI-16",
        "an implant only when severe or lasting, and after surface stimulation",
        lambda p: p.proposes("implantable-fes-referral"),
        lambda p: z3.And(
            z3.Or(p.says('"fes-in-use"'), p.order("fes-assessment")),
            p.says('"severity" = \'severe\' or "as-of" same day or after "clock-start" + "fes-chronic"'),
        ),
    ),
    Claim(
        "SI-17",
        "home exercise beside supervised physiotherapy",
        lambda p: p.activity(*HOME),
        lambda p: p.order("physiotherapy"),
    ),
    Claim(
        "SI-17",
        "pain on exercise stops it",
        f'{DROP} and "exercise-pain"',
        lambda p: z3.And(p.alert("exercise-pain"), z3.Not(p.activity(*HOME))),
    ),
    Claim(
        "SI-18",
        "robot, virtual reality and rhythm only beside conventional physiotherapy",
        lambda p: p.activity("robot-assisted-training", "virtual-reality-training", "rhythmic-cueing"),
        lambda p: p.order("physiotherapy"),
    ),
)

DIAGNOSIS: Final = (
    Claim(
        "SI-29",
        "until a test localises it, root and nerve are on the list, with pain or without",
        f"{DROP} and {NOT_LOCALISED}",
        lambda p: z3.And(p.differential("lumbar-radiculopathy"), p.differential("peroneal-neuropathy")),
    ),
    Claim(
        "SI-30",
        "a peroneal diagnosis without EDX or imaging is only suspected",
        """("edx-localisation" = 'peroneal') is not true and "knee-structural-lesion" is not true""",
        negated(lambda p: p.differential("peroneal-neuropathy", certain=True)),
    ),
    Claim(
        "SI-30",
        "and an adult's carries the warning PIT-07",
        f'{ADULT} and {NOT_LOCALISED} and "peroneal-suspected"',
        lambda p: p.cites("PIT-07"),
    ),
    Claim(
        "SI-31",
        "an upper-motor-neuron sign: a central cause is on the list",
        f"{DROP} and {UMN}",
        lambda p: p.differential(*CENTRAL),
    ),
    Claim(
        "SI-32",
        "weak inversion or plantar flexion: never the peroneal nerve alone",
        f"""{DROP} and ("mrc-ankle-inversion" <= "foot-drop-mrc" or "mrc-ankle-plantarflexion" <= "foot-drop-mrc")""",
        lambda p: p.other_than("peroneal-neuropathy"),
    ),
)

CONTENT: Final = (
    Claim(
        "SI-35",
        "four goals, a safety net and a way to the cause",
        DROP,
        lambda p: z3.And(
            p.goals("mobility", "fall-prevention", "pain-control", "posture"),
            p.activity("safety-net"),
            p.order(*WORK_UP),
        ),
    ),
    Claim(
        "SI-35",
        "the goals and the net also in an emergency without a foot drop",
        '"emergency"',
        lambda p: z3.And(p.goals("mobility", "fall-prevention", "pain-control", "posture"), p.activity("safety-net")),
    ),
    Claim("SI-36", "a review is planned", DROP, lambda p: p.order("follow-up-visit")),
    Claim(
        "SI-36",
        "a disc is also watched closely",
        f"{DROP} and {DISC} and \"course\" = 'improving'",
        lambda p: p.activity("close-monitoring"),
    ),
    Claim(
        "SI-39",
        "nobody with a progressive disorder is promised full recovery",
        PROGRESSIVE,
        negated(lambda p: p.text(PROMISE, kinds=(Order, Activity, Alert, Goal, Prognosis))),
    ),
    Claim(
        "SI-44", "no MRI without the safety check", lambda p: p.proposes(*MRI), lambda p: p.activity("mri-safety-check")
    ),
    Claim(
        "SI-44",
        "no contrast without kidneys and pregnancy",
        lambda p: p.proposes("mri-lumbar-spine-contrast"),
        lambda p: p.text(r"kidney|renal|eGFR", kinds=(Activity,)),
    ),
    Claim(
        "SI-44", "no contrast in pregnancy", '"pregnant"', negated(lambda p: p.proposes("mri-lumbar-spine-contrast"))
    ),
    Claim(
        "SI-44",
        "an unsafe device never deletes emergency imaging: a myelogram stands beside it",
        f'"mri-unsafe-device" and ({DROP} and {SACRAL} or {FLAIL} or {DROP} and {RAPID})',
        lambda p: z3.And(p.order("ct-myelogram-lumbar", least="stat"), p.order("mri-lumbar-spine", least="stat")),
    ),
    Claim(
        "SI-44",
        "nor urgent spinal imaging",
        f'"mri-unsafe-device" and {SPINE}',
        lambda p: z3.And(p.order("ct-myelogram-lumbar", least="urgent"), p.order("mri-lumbar-spine", least="urgent")),
    ),
    Claim(
        "SI-44",
        "pregnancy keeps the MRI of a suspected infection or tumour (B-19)",
        f'{DROP} and "pregnant" and "back-pain" and ("fever" or "weight-loss-unintentional" or "cancer-history")',
        lambda p: p.order("mri-lumbar-spine", least="urgent"),
    ),
    Claim(
        "D-07",
        "fever with a suspected spinal source: MRI with contrast and the panel, urgently",
        f'{SPINE} and "fever" and "pregnant" is not true',
        lambda p: p.orders("mri-lumbar-spine-contrast", "tumour-infection-panel", least="urgent"),
    ),
    Claim(
        "D-12",
        "no botulinum assessment in motor neuron disease",
        '"motor-neuron-disease"',
        negated(lambda p: p.proposes("spasticity-botulinum-assessment")),
    ),
    Claim(
        "D-14",
        "a child with a foot drop: the critical alert comes first",
        '"age" < "adult-age" and "has-foot-drop"',
        lambda p: p.alert("not-validated-for-children", least="critical"),
    ),
    Claim(
        "D-14",
        "a child without a red flag, a spinal source, an acute neuropathy or a haematoma: only what D-14 allows",
        """"age" < "adult-age" and "red-flag-open" is not true and "spinal-source" is not true
             and "inflammatory-neuropathy" is not true and "anticoagulant" is not true
             and "hip-arthroplasty" is not true""",
        lambda p: z3.Not(p.proposes(*(key for key in order_keys(p.reading.book.rules) if key not in CHILDS))),
    ),
    Claim(
        "P1",
        "conservative care never stands beside what is due the same day",
        lambda p: p.says(ADULT),
        lambda p: z3.Not(z3.And(waiting(p), p.any_order("stat"))),
    ),
    Claim("nothing", "whoever has a foot drop is proposed something", DROP, lambda p: p.any_order()),
)
