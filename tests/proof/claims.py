"""The safety invariants that speak of one Case, each as: whenever this is so, the plan holds that.

`when` is written in the rulebook's own language, over recorded features wherever the catalogue does so; `then` says
what the plan must hold. A claim is proved if no Case meets `when` and misses `then`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import z3

from guideline.rule import Activity, Alert, Goal, Order, Prognosis
from tests.proof.plan import Plan, order_keys
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
    "imaging-fibular-head", "mri-lumbosacral-plexus", "ct-myelogram-lumbar", "ct-or-mri-pelvis-hip", "vascular-assessment",
    "electrodiagnostic-study", "neurological-assessment", "emergency-assessment", "neurology-referral", "cast-review",
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
    or "muscular-dystrophy" or "myositis" or "myopathy")"""
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
    r"(full|complete|good) recovery (is|may be|can be) (possible|expected|likely)|recovers? (fully|completely)|will recover"
)


@dataclass(frozen=True)
class Claim:
    invariant: str
    says: str
    when: str | Callable[[Plan], Bool]
    then: Callable[[Plan], Bool]

    def broken(self, plan: Plan) -> Bool:
        """The condition of a Case that breaks the claim."""
        when = plan.says(self.when) if isinstance(self.when, str) else self.when(plan)
        return z3.And(when, z3.Not(self.then(plan)))


def red(name: str, when: str, floor: str) -> Claim:
    """SI-01: a card that is no mere information, a request at the floor, and no conservative care alone."""

    def then(plan: Plan) -> Bool:
        return z3.And(plan.alert(least="warning"), plan.any_order(floor), z3.Not(_waiting(plan)))

    return Claim("SI-01", f"{name}: an alert, a request at {floor} or above, no waiting", when, then)


def _waiting(plan: Plan) -> Bool:
    """Some activity presents conservative care as the way on."""
    return plan.text(CONSERVATIVE, kinds=(Activity,))


def _not(condition: Callable[[Plan], Bool]) -> Callable[[Plan], Bool]:
    return lambda plan: z3.Not(condition(plan))


RED_FLAGS: Final = (
    red("bladder, bowel or saddle with a drop", f"{DROP} and {SACRAL}", "stat"),
    red("bladder, bowel or saddle with back or leg pain", f'{SACRAL} and ("back-pain" or "radicular-pain")', "stat"),
    red("recorded cauda equina syndrome", '"cauda-equina-syndrome"', "stat"),
    red("flail foot", FLAIL, "stat"),
    red("severe pain and numbness", f'{DROP} and "pain-score" >= "severe-pain-score" and "severe-numbness"', "asap"),
    red("lost appetite or weight", f'{DROP} and ("appetite-loss" or "weight-loss-unintentional")', "asap"),
    red("recorded cord compression", f'{DROP} and "spinal-cord-compression"', "stat"),
    red("rapidly worsening", f"{DROP} and {RAPID}", "stat"),
    red("an upper-motor-neuron sign that nothing explains", f"{DROP} and {UMN} and ({EXPLAINED}) is not true", "urgent"),
    red("an upper-motor-neuron sign that worsens", f"{DROP} and {UMN} and {WORSE}", "urgent"),
    red("both legs, unexplained", f"{DROP} and {BOTH_LEGS} and ({EXPLAINED_BOTH}) is not true", "urgent"),
    red("both legs, worsening", f"{DROP} and {BOTH_LEGS} and {WORSE}", "urgent"),
    red("compartment syndrome", COMPARTMENT, "stat"),
    red("knee dislocation, recent or undated", DISLOCATED, "stat"),
    red(
        "sudden onset, recent or undated",
        f"""{DROP} and "onset-tempo" = 'sudden'
            and ("as-of" same day or before "onset" + "sudden-onset-window") is not false""",
        "stat",
    ),
    red("sudden onset at any time", f"{DROP} and \"onset-tempo\" = 'sudden'", "urgent"),
    red("a correctable spinal lesion", f'{SPINE} and "mri-surgically-correctable"', "urgent"),
)

EMERGENCIES: Final = (
    Claim(
        "SI-03", "bladder or bowel loss with a drop: spine surgeon and lumbar MRI at once, whatever else is known",
        f"{DROP} and {SACRAL}", lambda p: p.orders("spine-surgery-consult", "mri-lumbar-spine", least="stat"),
    ),
    Claim(
        "SI-04", "a flail foot is a critical alert of its own and more than brace and exercise",
        FLAIL,
        lambda p: z3.And(p.alert("flail-foot", least="critical"), p.order("emergency-assessment", least="stat"),
                         p.other_than("peroneal-neuropathy")),
    ),
    Claim(
        "SI-05", "rapid worsening: brain, thoracic and cervical spine are imaged urgently",
        f"{DROP} and {RAPID}", lambda p: p.orders(*EXTENDED, least="urgent"),
    ),
    Claim(
        "SI-05", "an upper-motor-neuron sign that nothing explains, or that worsens: the same (D-04)",
        f"{DROP} and {UMN} and (({EXPLAINED}) is not true or {WORSE})", lambda p: p.orders(*EXTENDED, least="urgent"),
    ),
    Claim(
        "SI-05", "an explained and stable sign gets an alert that says so, or the images (D-04)",
        f"{DROP} and {UMN}",
        lambda p: z3.Or(p.orders(*EXTENDED, least="urgent"), p.alert("umn-signs-explained")),
    ),
    *(
        Claim(
            "SI-06", f"{key}: never below urgent where the spine is suspected",
            lambda p, key=key: z3.And(p.says(SPINE), p.proposes(key)),  # type: ignore[misc]
            lambda p, key=key: p.order(key, least="urgent"),  # type: ignore[misc]
        )
        for key in SPINAL_MRI
    ),
    Claim("SI-06", "the spine is suspected: an urgent lumbar MRI", SPINE, lambda p: p.order("mri-lumbar-spine", least="urgent")),
    Claim(
        "SI-08", "suspected compartment syndrome: the surgeon at once, at any hour of ischaemia",
        COMPARTMENT, lambda p: z3.And(p.order("fasciotomy-consult", least="stat", strength="recommend"), p.alert(least="critical")),
    ),
    Claim(
        "SI-09", "knee dislocation: artery and nerve at once",
        DISLOCATED, lambda p: z3.And(p.orders("vascular-assessment", "neurological-assessment", least="stat"), p.alert(least="critical")),
    ),
    Claim(
        "SI-10", "cord injury below the mean-pressure floor: a critical alert",
        '"spinal-cord-injury" and "mean-arterial-pressure" < "map-floor"', lambda p: p.alert("map-low", least="critical"),
    ),
    Claim(
        "SI-10", "at the floor: none",
        '"mean-arterial-pressure" >= "map-floor"', _not(lambda p: p.alert("map-low")),
    ),
    Claim(
        "SI-10", "cord injury, first phase, systolic at the floor: a critical alert",
        '"spinal-cord-injury" and "initial-assessment-phase" and "systolic-blood-pressure" <= "systolic-floor"',
        lambda p: p.alert("systolic-low", least="critical"),
    ),
    Claim(
        "SI-10", "above it, or later: none",
        '"systolic-blood-pressure" > "systolic-floor" or "initial-assessment-phase" is false', _not(lambda p: p.alert("systolic-low")),
    ),
    Claim("SI-11", "a spine that is not cleared: nobody moves", BARRED, _not(lambda p: p.activity(*MOVING))),
    Claim("SI-11", "nor walks", BARRED, _not(lambda p: p.proposes("gait-training", "walking-aid"))),
)  # fmt: skip

REHABILITATION: Final = (
    Claim(
        "SI-12", "who walks with a foot drop is offered an orthosis, whatever else is or is not known",
        f'{DROP} and "ambulatory" and "afo-in-use" is not true and "afo-declined" is not true'
        f" and ({COMPARTMENT}) is not true and ({BARRED}) is not true",
        lambda p: p.order("ankle-foot-orthosis"),
    ),
    Claim(
        "SI-14", "an orthosis comes with fitting and a look at the skin",
        lambda p: z3.And(p.proposes("ankle-foot-orthosis"), p.says(DROP)),
        lambda p: z3.And(p.activity("orthosis-fitting"), p.activity("skin-inspection"), p.order("skin-check")),
    ),
    Claim(
        "SI-15", "an orthosis comes with movement",
        lambda p: z3.And(p.proposes("ankle-foot-orthosis"), p.says(f"{DROP} and ({COMPARTMENT}) is not true")),
        lambda p: z3.And(p.activity("range-of-motion"), p.order("physiotherapy")),
    ),
    Claim(
        "SI-15", "also under compartment syndrome there is physiotherapy or movement",
        lambda p: p.proposes("ankle-foot-orthosis"),
        lambda p: z3.Or(p.activity("range-of-motion"), p.order("physiotherapy")),
    ),
    Claim(
        "SI-16", "no stimulation where EDX found a peripheral lesion",
        "\"edx-localisation\" in {'peroneal', 'l5-root', 'sciatic', 'plexus', 'polyneuropathy', 'motor-neuron', 'myopathy'}",
        _not(lambda p: p.proposes("fes-assessment", "implantable-fes-referral")),
    ),
    Claim(
        "SI-16", "none against a contraindication (D-12: nor with a pacemaker)",
        '"fes-contraindication" or "mri-unsafe-device"',
        _not(lambda p: p.proposes("fes-assessment", "implantable-fes-referral")),
    ),
    Claim(
        "SI-16", "an implant only when severe or lasting, and after surface stimulation",
        lambda p: p.proposes("implantable-fes-referral"),
        lambda p: z3.And(
            z3.Or(p.says('"fes-in-use"'), p.order("fes-assessment")),
            p.says("\"severity\" = 'severe' or \"as-of\" same day or after \"clock-start\" + \"fes-chronic\""),
        ),
    ),
    Claim("SI-17", "home exercise beside supervised physiotherapy", lambda p: p.activity(*HOME), lambda p: p.order("physiotherapy")),
    Claim("SI-17", "pain on exercise stops it", f'{DROP} and "exercise-pain"',
          lambda p: z3.And(p.alert("exercise-pain"), z3.Not(p.activity(*HOME)))),
    Claim(
        "SI-18", "robot, virtual reality and rhythm only beside conventional physiotherapy",
        lambda p: p.activity("robot-assisted-training", "virtual-reality-training", "rhythmic-cueing"),
        lambda p: p.order("physiotherapy"),
    ),
)  # fmt: skip

SURGERY: Final = (
    Claim(
        "SI-20", "a peroneal palsy without exception, before the window: no nerve surgeon",
        f"""{ADULT} and {DROP} and "peroneal-cause" and "other-nerve-cause" is not true and {EARLY}
            and ({WORSE}) is not true and "knee-structural-lesion" is not true and "open-or-sharp-injury" is not true
            and "hip-dislocation" is not true and ({DUE}) is not true""",
        _not(lambda p: p.proposes("nerve-surgery-consult")),
    ),
    Claim(
        "SI-20", "from the window's start on there is one, and it stays",
        f'{ADULT} and "peroneal-cause" and "not-for-nerve-surgery" is not true and {STILL} and {ELIGIBLE}',
        lambda p: p.order("nerve-surgery-consult", strength="consider"),
    ),
    Claim(
        "SI-20", "in the window and after it is considered, not recommended",
        f"""{ADULT} and "peroneal-cause" and {STILL} and "knee-structural-lesion" is not true
            and "open-or-sharp-injury" is not true""",
        _not(lambda p: p.proposes("nerve-surgery-consult", strength="recommend")),
    ),
    Claim(
        "SI-20", "at its end it is said to be due",
        f'{ADULT} and "peroneal-cause" and "not-for-nerve-surgery" is not true and {STILL} and {DUE}',
        lambda p: z3.And(p.order("nerve-surgery-consult"), p.alert("surgery-overdue")),
    ),
    Claim("SI-21", "a structural lesion: the nerve surgeon urgently, at any time, with or without EDX (SI-27)",
          f'{ADULT} and {DROP} and "knee-structural-lesion"', lambda p: p.order("nerve-surgery-consult", least="urgent")),
    Claim("SI-21", "an open or sharp injury: the same",
          f'{ADULT} and {DROP} and "open-or-sharp-injury"', lambda p: p.order("nerve-surgery-consult", least="urgent")),
    Claim("SI-21", "a nerve lesion that worsens: the same",
          f'{ADULT} and {NERVE} and {WORSE} and "not-for-nerve-surgery" is not true',
          lambda p: p.order("nerve-surgery-consult", least="urgent")),
    Claim("SI-22", "a disc that worsens: the spine surgeon urgently, at any time",
          f"{DROP} and {DISC} and {WORSE}", lambda p: p.order("spine-surgery-consult", least="urgent")),
    Claim("SI-22", "a disc that worsens rapidly: at once",
          f"{DROP} and {DISC} and {RAPID}", lambda p: p.order("spine-surgery-consult", least="stat")),
    Claim("SI-23", "a disc without improvement: the spine surgeon from day 28",
          f'{ADULT} and {DROP} and {DISC} and {STILL} and "as-of" same day or after "referral-clock" + "disc-consult-eligible"',
          lambda p: p.order("spine-surgery-consult", least="urgent", strength="consider")),
    Claim("SI-23", "due on day 42",
          f'{ADULT} and {DROP} and {DISC} and {STILL} and "as-of" same day or after "clock-start" + "disc-consult-due"',
          lambda p: z3.And(p.order("spine-surgery-consult", least="urgent", strength="recommend"), p.alert("surgery-overdue"))),
    Claim("SI-23", "an improving disc without a red flag: close monitoring, and no window forces a consult",
          f"""{ADULT} and {DROP} and {DISC} and "course" = 'improving' and "improvement" in {{'partial', 'full'}}
              and "red-flag-open" is not true""",
          lambda p: z3.And(p.activity("close-monitoring"), z3.Not(p.proposes("spine-surgery-consult", strength="recommend")))),
    Claim("SI-24", "worsening: something is urgent, an alert says so, and no waiting is offered",
          f"{DROP} and {WORSE}",
          lambda p: z3.And(p.any_order("urgent"), p.alert(least="warning"), z3.Not(_waiting(p)))),
    Claim("SI-26", "no salvage surgery, no word of permanence, before a clinician, a year or a high sciatic lesion says so",
          lambda p: p.text(SALVAGE),
          lambda p: p.says(f"""{DROP} and ("permanent-nerve-damage" or "recovery-chance" = 'none'
              or {UNIMPROVED} and "as-of" same day or after "clock-start" + "permanence"
              or "sciatic-neuropathy" or "edx-localisation" = 'sciatic' or "hip-dislocation"
              or "improvement" in {{'none', 'plateau'}} and ("not-for-nerve-surgery" or "central-diagnosis") and {DUE})""")),
    Claim("SI-28", "what is overdue never stands beside waiting",
          lambda p: p.alert("surgery-overdue"), _not(_waiting)),
)  # fmt: skip

DIAGNOSIS: Final = (
    Claim("SI-29", "until a test localises it, root and nerve are on the list, with pain or without",
          f"{DROP} and {NOT_LOCALISED}",
          lambda p: z3.And(p.differential("lumbar-radiculopathy"), p.differential("peroneal-neuropathy"))),
    Claim("SI-30", "a peroneal diagnosis without EDX or imaging is only suspected",
          """("edx-localisation" = 'peroneal') is not true and "knee-structural-lesion" is not true""",
          _not(lambda p: p.differential("peroneal-neuropathy", certain=True))),
    Claim("SI-30", "and an adult's carries the warning PIT-07",
          f'{ADULT} and {NOT_LOCALISED} and "peroneal-suspected"', lambda p: p.cites("PIT-07")),
    Claim("SI-31", "an upper-motor-neuron sign: a central cause is on the list",
          f"{DROP} and {UMN}", lambda p: p.differential(*CENTRAL)),
    Claim("SI-32", "weak inversion or plantar flexion: never the peroneal nerve alone",
          f"""{DROP} and ("mrc-ankle-inversion" <= "foot-drop-mrc" or "mrc-ankle-plantarflexion" <= "foot-drop-mrc")""",
          lambda p: p.other_than("peroneal-neuropathy")),
)  # fmt: skip

CONTENT: Final = (
    Claim("SI-35", "four goals, a safety net and a way to the cause", DROP,
          lambda p: z3.And(p.goals("mobility", "fall-prevention", "pain-control", "posture"), p.activity("safety-net"),
                           p.order(*WORK_UP))),
    Claim("SI-35", "the goals and the net also in an emergency without a foot drop", '"emergency"',
          lambda p: z3.And(p.goals("mobility", "fall-prevention", "pain-control", "posture"), p.activity("safety-net"))),
    Claim("SI-36", "a review is planned", DROP, lambda p: p.order("follow-up-visit")),
    Claim("SI-36", "a disc is also watched closely", f"{DROP} and {DISC} and \"course\" = 'improving'",
          lambda p: p.activity("close-monitoring")),
    Claim("SI-39", "nobody with a progressive disorder is promised full recovery", PROGRESSIVE,
          _not(lambda p: p.text(PROMISE, kinds=(Order, Activity, Alert, Goal, Prognosis)))),
    Claim("SI-44", "no MRI without the safety check", lambda p: p.proposes(*MRI), lambda p: p.activity("mri-safety-check")),
    Claim("SI-44", "no contrast without kidneys and pregnancy", lambda p: p.proposes("mri-lumbar-spine-contrast"),
          lambda p: p.text(r"kidney|renal|eGFR", kinds=(Activity,))),
    Claim("SI-44", "no contrast in pregnancy", '"pregnant"', _not(lambda p: p.proposes("mri-lumbar-spine-contrast"))),
    Claim("SI-44", "an unsafe device never deletes emergency imaging: a myelogram stands beside it",
          f'"mri-unsafe-device" and ({DROP} and {SACRAL} or {FLAIL} or {DROP} and {RAPID})',
          lambda p: z3.And(p.order("ct-myelogram-lumbar", least="stat"), p.order("mri-lumbar-spine", least="stat"))),
    Claim("SI-44", "nor urgent spinal imaging", f'"mri-unsafe-device" and {SPINE}',
          lambda p: z3.And(p.order("ct-myelogram-lumbar", least="urgent"), p.order("mri-lumbar-spine", least="urgent"))),
    Claim("SI-44", "pregnancy keeps the MRI of a suspected infection or tumour (B-19)",
          f'{DROP} and "pregnant" and "back-pain" and ("fever" or "weight-loss-unintentional" or "cancer-history")',
          lambda p: p.order("mri-lumbar-spine", least="urgent")),
    Claim("D-07", "fever with a suspected spinal source: MRI with contrast and the panel, urgently",
          f'{SPINE} and "fever" and "pregnant" is not true',
          lambda p: p.orders("mri-lumbar-spine-contrast", "tumour-infection-panel", least="urgent")),
    Claim("D-12", "no botulinum assessment in motor neuron disease", '"motor-neuron-disease"',
          _not(lambda p: p.proposes("spasticity-botulinum-assessment"))),
    Claim("D-14", "a child with a foot drop: the critical alert comes first",
          '"age" < "adult-age" and "has-foot-drop"', lambda p: p.alert("not-validated-for-children", least="critical")),
    Claim("D-14", "a child without a red flag, a spinal source, an acute neuropathy or a haematoma: only what D-14 allows",
          """"age" < "adult-age" and "red-flag-open" is not true and "spinal-source" is not true
             and "inflammatory-neuropathy" is not true and "anticoagulant" is not true
             and "hip-arthroplasty" is not true""",
          lambda p: z3.Not(p.proposes(*(key for key in order_keys(p.reading.book.rules) if key not in CHILDS)))),
    Claim("P1", "conservative care never stands beside what is due the same day", lambda p: p.says(ADULT),
          lambda p: z3.Not(z3.And(_waiting(p), p.any_order("stat")))),
    Claim("nothing", "whoever has a foot drop is proposed something", DROP, lambda p: p.any_order()),
)  # fmt: skip


def _apart(invariant: str, says: str, one: Callable[[Plan], Bool], other: Callable[[Plan], Bool]) -> Claim:
    return Claim(invariant, f"never both: {says}", one, _not(other))


CONTRADICTIONS: Final = (
    _apart("SI-16", "a stimulator, and the alert that it does not suit",
           lambda p: p.proposes("fes-assessment", "implantable-fes-referral"), lambda p: p.alert("stimulation-not-suitable")),
    _apart("SI-16", "a stimulator, and the alert that something forbids it",
           lambda p: p.proposes("fes-assessment", "implantable-fes-referral"),
           lambda p: p.alert("stimulation-contraindicated")),
    _apart("SI-11", "a spine that is not cleared, and moving about", lambda p: p.alert("spine-not-cleared"),
           lambda p: z3.Or(p.activity(*MOVING), p.proposes("gait-training", "walking-aid"))),
    _apart("D-04", "explained upper-motor-neuron signs, and a search for their cause in the whole axis",
           lambda p: p.says('"umn-unexplained"'), lambda p: p.alert("umn-signs-explained")),
    _apart("D-04", "two explained legs, and two unexplained", lambda p: p.says('"bilateral-unexplained"'),
           lambda p: p.alert("bilateral-explained")),
    _apart("D-05", "a sudden onset of these days, and one of long ago", lambda p: p.alert("sudden-onset"),
           lambda p: p.alert("sudden-onset-earlier")),
    _apart("C-05", "worsening, and going on as before", lambda p: p.alert("worsening"), _waiting),
    _apart("SUR-12", "a progressive disorder, and salvage surgery", lambda p: p.says(PROGRESSIVE),
           lambda p: p.proposes("foot-ankle-surgery-consult")),
)  # fmt: skip

CLAIMS: Final = (*RED_FLAGS, *EMERGENCIES, *REHABILITATION, *SURGERY, *DIAGNOSIS, *CONTENT, *CONTRADICTIONS)
