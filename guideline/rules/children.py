"""D-14: an adult guideline in front of a child. Red flags act; of the rest only what is safe at any age is proposed."""

from __future__ import annotations

from guideline.rule import Alert, Order, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, NO_DROP

NOT_VALIDATED = Rule(
    id="FD-CHI-01",
    title="Not validated for children",
    why="The thresholds and windows were derived in adults; growth, heredity and tumours weigh more in a child.",
    statements=("D-14", "B-41", "LOC-67"),
    strength="recommend",
    population="everyone",
    when='"child" and ("foot-drop-known" or "emergency")',
    then=(
        Alert(
            key="not-validated-for-children",
            severity="critical",
            scope="patient",
            text="This guideline is not validated for children under {adult-age}: red flags act as in adults; beyond "
            "orthosis, physiotherapy and review everything is for a paediatric neurologist.",
        ),
        Order(
            key="neurology-referral",
            text="Paediatric neurologist: a foot drop in a child has other causes and other windows.",
        ),
    ),
    cases=(
        yes("a child with compartment syndrome and no drop", NO_DROP, CHILD, {"compartment-syndrome-suspected": True}),
        yes("a child with a drop", DROP, CHILD),
        yes("a child with a drop without its side", CHILD, {"foot-drop-unsided": True}),
        yes("a year under age", DROP, {"age": at('"adult-age" - 1')}),
        no("of age", DROP, {"age": at('"adult-age"')}),
        no("no drop, no emergency", NO_DROP, CHILD),
        no("age unknown", DROP),
    ),
)

WORSENING_CHILD = Rule(
    id="FD-CHI-02",
    title="A child who is losing strength is a red flag",
    why="Regression in a child points to brain, cord or a growing lesion.",
    statements=("D-14", "B-41"),
    strength="recommend",
    population="everyone",
    when='"child" and "has-foot-drop" and "worsening"',
    then=(
        Alert(
            key="child-worsening",
            severity="critical",
            text="A child whose foot drop worsens: a paediatric neurologist urgently, to decide on imaging of brain "
            "and spine.",
        ),
        Order(
            key="neurology-referral",
            priority="urgent",
            window=('"as-of"', '"as-of" + "urgent-consult-target"'),
            text="Paediatric neurologist urgently: the child is losing strength.",
        ),
    ),
    cases=(
        yes("worsening", DROP, CHILD, {"course": "worsening"}),
        no("stable", DROP, CHILD, {"course": "stable"}),
        no("an adult", DROP, {"age": 40, "course": "worsening"}),
        no("no drop", NO_DROP, CHILD, {"course": "worsening"}),
    ),
)
