"""MED: pain and spasticity. A review or assessment is proposed, never a drug; a gabapentinoid carries its caution."""

from __future__ import annotations

from guideline.rule import Alert, Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, OLD_SPASTICITY, OLD_STROKE

FRESH = '"as-of" - "pain-review-interval"'

DIABETIC_PAIN = Rule(
    id="FD-MED-01",
    title="Diabetes with neuropathic pain: treat the pain",
    why="Pain keeps people from walking and sleeping, and it can be eased.",
    statements=("MED-01", "MED-05", "B-39"),
    strength="recommend",
    when='"has-foot-drop" and ("diabetes" or "diabetic-neuropathy") and "neuropathic-pain"',
    then=(
        Order(
            key="pain-medication-review",
            fresh_from=FRESH,
            text="Review the treatment of neuropathic pain in diabetes.",
        ),
    ),
    cases=(
        yes("diabetes", DROP, {"diabetes": True, "neuropathic-pain": True}),
        yes("diabetic neuropathy", DROP, {"diabetic-neuropathy": True, "neuropathic-pain": True}),
        no("no pain", DROP, {"diabetes": True, "neuropathic-pain": False}),
        no("no diabetes", DROP, {"diabetes": False, "neuropathic-pain": True}),
        no("no drop", NO_DROP, {"diabetes": True, "neuropathic-pain": True}),
    ),
)

RADICULAR_PAIN = Rule(
    id="FD-MED-02",
    title="Radicular pain: consider a review of pain relief",
    why="One source combines a non-opioid with a gabapentinoid; NICE advises against the latter in sciatica.",
    statements=("MED-02", "C-32", "B-38", "B-39"),
    strength="consider",
    when='"has-foot-drop" and "radicular-pain"',
    then=(
        Order(
            key="pain-medication-review",
            fresh_from=FRESH,
            text="Consider a review of relief for radicular pain, built on a non-opioid. Caution: a gabapentinoid is "
            "advised by one source and advised against for sciatica by NICE NG59; weigh kidney function, opioids "
            "and pregnancy.",
        ),
    ),
    cases=(
        yes("pain down the leg", DROP, {"radicular-pain": True}),
        no("none", DROP, {"radicular-pain": False}),
        no("no drop", NO_DROP, {"radicular-pain": True}),
    ),
)

NEUROPATHIC_PAIN = Rule(
    id="FD-MED-03",
    title="Neuropathic pain: duloxetine is the alternative to weigh",
    why="A gabapentinoid does not suit everybody, and neither does duloxetine.",
    statements=("MED-03", "B-39", "C-32"),
    strength="consider",
    when='"has-foot-drop" and "neuropathic-pain"',
    then=(
        Order(
            key="pain-medication-review",
            fresh_from=FRESH,
            text="Neuropathic pain: where a gabapentinoid does not suit (caution: kidney disease, opioids, pregnancy), "
            "consider duloxetine, but not in liver failure, severe kidney failure or with an MAO inhibitor.",
        ),
    ),
    cases=(
        yes("neuropathic pain", DROP, {"neuropathic-pain": True}),
        no("none", DROP, {"neuropathic-pain": False}),
        no("no drop", NO_DROP, {"neuropathic-pain": True}),
    ),
)

PAIN = Rule(
    id="FD-MED-05",
    title="Other pain beside a foot drop: consider a review of medication",
    why="Pain relief belongs to the first measures, whatever else is done.",
    statements=("MED-05", "C-08"),
    strength="consider",
    when="""
        "has-foot-drop" and ("back-pain" or "pain-score" >= "pain-review-score")
        and "radicular-pain" is not true and "neuropathic-pain" is not true
    """,
    then=(
        Order(
            key="pain-medication-review",
            fresh_from=FRESH,
            text="Consider a review of pain medication; it delays no other step.",
        ),
    ),
    cases=(
        yes("back pain", DROP, {"back-pain": True}),
        no("pain down the leg has its own rule", DROP, {"back-pain": True, "radicular-pain": True}),
        no("neuropathic pain has its own rule", DROP, {"back-pain": True, "neuropathic-pain": True}),
        yes("at the score", DROP, {"pain-score": at('"pain-review-score"')}),
        no("one point less", DROP, {"pain-score": at("\"pain-review-score\" - 1 '1'")}),
        no("pain never asked about", DROP),
        no("no drop", NO_DROP, {"back-pain": True}),
    ),
)

CAUTION = Rule(
    id="FD-MED-06",
    title="Before a drug for pain: kidneys and pregnancy",
    why="Gabapentin and pregabalin leave by the kidney; few pain drugs are safe for the unborn.",
    statements=("B-39", "B-42", "C-32"),
    strength="recommend",
    when="""
        "proposed-pain-medication-review"
        and ("egfr" < "gabapentinoid-egfr" or "chronic-kidney-disease" or "pregnant")
    """,
    then=(
        Alert(
            key="pain-medicine-caution",
            severity="warning",
            scope="patient",
            text="Kidney disease or pregnancy is recorded: check it before any drug for pain. Gabapentinoids need "
            "their dose adapted to the kidney, with an opioid they depress breathing, and duloxetine is avoided in "
            "severe kidney failure.",
        ),
    ),
    cases=(
        yes(
            "just below",
            DROP,
            {"radicular-pain": True, "egfr": at("\"gabapentinoid-egfr\" - 1 'mL/min/{1.73_m2}'")},
        ),
        no("at the limit", DROP, {"radicular-pain": True, "egfr": at('"gabapentinoid-egfr"')}),
        yes("kidney disease recorded", DROP, {"radicular-pain": True, "chronic-kidney-disease": True}),
        yes("pregnant", DROP, {"radicular-pain": True, "pregnant": True}),
        no("neither", DROP, {"radicular-pain": True, "pregnant": False}),
        no("no pain", DROP, {"radicular-pain": False, "back-pain": False, "pregnant": True}),
    ),
)

BOTULINUM = Rule(
    id="FD-MED-04",
    title="A spastic foot drop: have botulinum toxin assessed",
    why="Where a spastic calf holds the foot down, weakening the calf may free it; in motor neuron disease it "
    "does harm.",
    statements=("MED-04", "DEF-16", "B-43", "D-12"),
    strength="recommend",
    when="""
        "has-foot-drop" and "spasticity"
        and ("motor-neuron-disease" or "edx-localisation" = 'motor-neuron'
            or "opposite-edx-localisation" = 'motor-neuron') is not true
    """,
    then=(
        Order(
            key="spasticity-botulinum-assessment",
            fresh_from='"as-of" - "botulinum-assessment-interval"',
            text="Spastic foot drop: assessment for botulinum toxin, whose effect wears off within months; not in "
            "motor neuron or neuromuscular-junction disease, nor before the cause of the spasticity is known.",
        ),
    ),
    cases=(
        yes("spastic after a stroke", DROP, OLD_STROKE, OLD_SPASTICITY),
        yes("an emergency, after which it is assessed", DROP, {"spasticity": True, "course": "rapidly-worsening"}),
        no("not spastic", DROP, {"spasticity": False}),
        no("spasticity never looked for", DROP),
        no("motor neuron disease", DROP, {"spasticity": True, "motor-neuron-disease": True}),
        *(
            no(
                f"{leg}edx-localisation finds the motor neurons",
                DROP,
                {"spasticity": True, f"{leg}edx-localisation": "motor-neuron"},
            )
            for leg in ("", "opposite-")
        ),
        no("no drop", NO_DROP, {"spasticity": True}),
    ),
)
