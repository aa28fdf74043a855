"""SUR: what the patient is told about decompression of the peroneal nerve, and what is excluded before it."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Rule, no, yes
from guideline.rules.people import DROP, NO_DROP, PERONEAL
from guideline.rules.surgery_timing import begun

INFORM = Rule(
    id="FD-SUR-18",
    title="Whoever is bothered by a suspected peroneal compression is told about decompression",
    why="The patient may want to know that there is an operation long before it is anyone's turn to propose it.",
    statements=("SUR-18", "EDU-08", "C-01", "C-02", "C-44", "B-10"),
    strength="recommend",
    when="""
        "peroneal-cause" and "patient-bothered" and "informed-of-decompression" is not true
        and "not-for-nerve-surgery" is not true and "open-or-sharp-injury" is not true
        and "may-exercise" and "permanent-nerve-damage" is not true
        and ("recurrent-or-familial-pressure-palsy" is not true or "hnpp" is false)
    """,
    then=(
        Activity(
            key="decompression-information",
            text="Tell the patient what decompression at the fibular head is. Its advocates call it low-risk; trials "
            "are few, and not every palsy needs it.",
        ),
    ),
    cases=(
        yes("bothered, not told", PERONEAL, {"patient-bothered": True}),
        yes("a week after onset", PERONEAL, {"patient-bothered": True}, begun('"as-of" - 1 week')),
        no("told already", PERONEAL, {"patient-bothered": True, "informed-of-decompression": True}),
        no("not bothered", PERONEAL, {"patient-bothered": False}),
        no("liability to pressure palsies", PERONEAL, {"patient-bothered": True, "hnpp": True}),
        no(
            "palsies in the family, not yet tested",
            PERONEAL,
            {"patient-bothered": True, "recurrent-or-familial-pressure-palsy": True},
        ),
        yes(
            "palsies in the family, and the test was negative",
            PERONEAL,
            {"patient-bothered": True, "recurrent-or-familial-pressure-palsy": True, "hnpp": False},
        ),
        no("a cut nerve", PERONEAL, {"patient-bothered": True, "open-or-sharp-injury": True}),
        no("an emergency comes first", PERONEAL, {"patient-bothered": True, "compartment-syndrome-suspected": True}),
        no("spine not cleared", PERONEAL, {"patient-bothered": True, "acute-spinal-trauma": True}),
        no("it is permanent", PERONEAL, {"patient-bothered": True, "permanent-nerve-damage": True}),
        no("nothing peroneal", DROP, {"patient-bothered": True}),
    ),
)

HNPP_POSSIBLE = Rule(
    id="FD-SUR-36",
    title="Earlier or familial palsies: exclude a hereditary liability before any decompression",
    why="In such nerves decompression brings no benefit and may harm.",
    statements=("B-10", "C-44", "LAB-03"),
    strength="recommend",
    when='"has-foot-drop" and "recurrent-or-familial-pressure-palsy" and "peroneal-cause" and "hnpp" is null',
    then=(
        Alert(
            key="hnpp-possible",
            severity="warning",
            text="Recurrent or familial pressure palsies: test for hereditary liability before a decompression "
            "is discussed.",
        ),
    ),
    cases=(
        yes("a brother with the same", PERONEAL, {"recurrent-or-familial-pressure-palsy": True}),
        no("known already", PERONEAL, {"recurrent-or-familial-pressure-palsy": True, "hnpp": True}),
        no("excluded already", PERONEAL, {"recurrent-or-familial-pressure-palsy": True, "hnpp": False}),
        no("the first palsy", PERONEAL, {"recurrent-or-familial-pressure-palsy": False}),
        no("nothing peroneal", DROP, {"recurrent-or-familial-pressure-palsy": True}),
        no("no drop", NO_DROP, {"recurrent-or-familial-pressure-palsy": True, "peroneal-neuropathy": True}),
    ),
)
