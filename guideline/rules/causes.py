"""LOC 1.2c: a disease or event in the record puts its cause of foot drop on the list."""

from __future__ import annotations

from guideline.assessment import Certainty
from guideline.rule import Differential, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, Given

_THINNER: Given = {"weight-loss-unintentional": True}
_PAINS: tuple[tuple[str, Given], ...] = (
    ("neuropathic pain", {"neuropathic-pain": True}),
    ("pain down the leg", {"radicular-pain": True}),
    ("severe pain", {"pain-score": at('"severe-pain-score"')}),
)


def _cause(
    number: str,
    facts: tuple[str, ...],
    diagnosis: str,
    words: str,
    statements: tuple[str, ...],
    certainty: Certainty = "suspected",
) -> Rule:
    """One row of the causes: any of `facts` in the record puts `diagnosis` on the limb's list."""
    read = " or ".join(f'"{fact}"' for fact in facts)
    return Rule(
        id=f"FD-LOC-{number}",
        title=f"{words} can cause a foot drop",
        why="A cause that is already in the record is looked at first, and excludes no other.",
        statements=statements,
        strength="recommend",
        population="everyone",
        when=f'"has-foot-drop" and ({read})',
        then=(Differential(diagnosis=diagnosis, certainty=certainty),),
        cases=(
            *(yes(f"with {fact} recorded", DROP, {fact: True}) for fact in facts),
            no("with none of it known", DROP),
            no("recorded, but no drop", NO_DROP, {facts[0]: True}),
        ),
    )


CAUSES = (
    _cause(
        "30",
        ("sciatic-neuropathy",),
        "sciatic-neuropathy",
        "An injury of the sciatic nerve",
        ("LOC-30", "LOC-31", "LOC-71"),
        "probable",
    ),
    _cause("32", ("lumbosacral-plexopathy",), "lumbosacral-plexopathy", "A plexopathy", ("LOC-32",), "probable"),
    _cause("33a", ("stroke",), "stroke", "Stroke", ("LOC-33", "LOC-70", "C-24"), "probable"),
    _cause(
        "33b",
        ("multiple-sclerosis",),
        "multiple-sclerosis",
        "Multiple sclerosis",
        ("LOC-33", "LOC-70", "C-24"),
        "probable",
    ),
    _cause(
        "35a",
        ("motor-neuron-disease",),
        "motor-neuron-disease",
        "Motor neuron disease",
        ("LOC-34", "LOC-35", "LOC-36", "C-22"),
        "probable",
    ),
    _cause(
        "35b",
        ("spinal-muscular-atrophy",),
        "spinal-muscular-atrophy",
        "Spinal muscular atrophy",
        ("LOC-34", "LOC-35"),
        "probable",
    ),
    _cause("37", ("cerebral-palsy",), "cerebral-palsy", "Cerebral palsy", ("LOC-37",), "probable"),
    _cause(
        "38",
        (
            "spinal-cord-injury",
            "spinal-cord-disorder",
            "syringomyelia-or-chiari",
            "spinal-cord-compression",
            "mri-cord-compression",
        ),
        "spinal-cord-disorder",
        "A disease of the cord",
        ("LOC-38",),
        "probable",
    ),
    _cause("39", ("lumbar-spinal-stenosis",), "lumbar-spinal-stenosis", "Spinal stenosis", ("LOC-39",)),
    _cause(
        "40",
        ("mri-disc-herniation", "lumbar-disc-herniation"),
        "lumbar-disc-herniation",
        "A herniated disc",
        ("LOC-40", "PRG-14"),
    ),
    _cause(
        "41",
        ("charcot-marie-tooth",),
        "charcot-marie-tooth",
        "Charcot-Marie-Tooth disease",
        ("LOC-41", "C-23"),
        "probable",
    ),
    _cause("42", ("polyneuropathy", "diabetic-neuropathy"), "polyneuropathy", "A polyneuropathy", ("LOC-42",)),
    _cause("43", ("diabetes", "diabetic-neuropathy"), "diabetic-neuropathy", "Diabetes", ("LOC-43",)),
    _cause(
        "43b",
        ("diabetic-radiculoplexus-neuropathy",),
        "diabetic-radiculoplexus-neuropathy",
        "Diabetic radiculoplexus neuropathy",
        ("B-08", "LOC-32"),
        "probable",
    ),
    _cause("44", ("vasculitis",), "vasculitis", "Vasculitis", ("LOC-44", "B-09"), "probable"),
    _cause(
        "45",
        ("hnpp", "recurrent-or-familial-pressure-palsy"),
        "hnpp",
        "Hereditary liability to pressure palsies",
        ("LOC-45", "B-10"),
    ),
    _cause("46", ("muscular-dystrophy",), "muscular-dystrophy", "Muscular dystrophy", ("LOC-46",), "probable"),
    _cause("47", ("myositis",), "myositis", "Myositis", ("LOC-47",), "probable"),
    _cause(
        "48",
        ("poliomyelitis-sequelae",),
        "poliomyelitis-sequelae",
        "Old poliomyelitis",
        ("LOC-48", "LOC-35"),
        "probable",
    ),
    _cause("49", ("brain-tumour",), "brain-tumour", "A brain tumour", ("LOC-49", "RED-19"), "probable"),
    _cause(
        "51",
        ("open-or-sharp-injury", "peroneal-nerve-injury", "fibular-fracture", "knee-dislocation"),
        "peroneal-nerve-injury",
        "An injury of the leg",
        ("LOC-51", "LOC-52", "LOC-53"),
    ),
    _cause("54a", ("hip-arthroplasty",), "sciatic-neuropathy", "A hip replacement", ("LOC-54",)),
    _cause("54b", ("knee-arthroplasty",), "peroneal-neuropathy", "A knee replacement", ("LOC-54",)),
    _cause("55", ("pelvic-fracture",), "lumbosacral-plexopathy", "A pelvic fracture", ("LOC-55",)),
    _cause("56", ("hip-dislocation",), "sciatic-neuropathy", "A hip dislocation", ("LOC-56",)),
    _cause(
        "57",
        ("compartment-syndrome", "compartment-syndrome-suspected"),
        "compartment-syndrome",
        "Compartment syndrome",
        ("LOC-57",),
    ),
    _cause(
        "59",
        ("inflammatory-neuropathy",),
        "inflammatory-neuropathy",
        "An inflammatory neuropathy",
        ("LOC-42", "B-06"),
        "probable",
    ),
)

RADICULOPLEXUS = Rule(
    id="FD-LOC-43c",
    title="Diabetes, pain and weight loss: think of a radiculoplexus neuropathy",
    why="It begins with pain in hip or thigh and loses weight before strength, and looks like a disc.",
    statements=("B-08", "LOC-32", "LOC-43"),
    strength="consider",
    when="""
        "has-foot-drop" and ("diabetes" or "diabetic-neuropathy") and "weight-loss-unintentional"
        and ("neuropathic-pain" or "radicular-pain" or "pain-score" >= "severe-pain-score")
    """,
    then=(Differential(diagnosis="diabetic-radiculoplexus-neuropathy"),),
    cases=(
        *(
            yes(f"{disease}, with {name}", DROP, _THINNER, {disease: True}, pain)
            for disease in ("diabetes", "diabetic-neuropathy")
            for name, pain in _PAINS
        ),
        no(
            "one point less of pain",
            DROP,
            _THINNER,
            {"diabetes": True, "pain-score": at("\"severe-pain-score\" - 1 '1'")},
        ),
        no("no pain", DROP, _THINNER, {"diabetes": True, "neuropathic-pain": False}),
        no("no weight lost", DROP, {"diabetes": True, "neuropathic-pain": True}),
        no("no diabetes", DROP, _THINNER, {"neuropathic-pain": True}),
        no("no drop", NO_DROP, _THINNER, {"diabetes": True, "neuropathic-pain": True}),
    ),
)
