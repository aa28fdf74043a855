"""LAB: what blood, family and tendon can tell. The sources name causes and hardly a test: most is "consider"."""

from __future__ import annotations

from guideline.rule import Alert, Conclude, Differential, Order, Rule, no, yes
from guideline.rules.people import DROP, NO_DROP, NO_UMN, PERONEAL, Given

_STEPS: tuple[tuple[str, Given], ...] = (
    ("worse", {"course": "worsening"}),
    ("both legs", {"bilateral-leg-symptoms": True}),
    ("in steps", {"course": "fluctuating"}),
)

VASCULITIS_SUSPECTED = Rule(
    id="FD-LAB-00",
    title="A vasculitic neuropathy is possible",
    why="Vasculitis strikes nerve after nerve with pain, the peroneal nerve often first; fever or weight loss may be "
    "all that points to it.",
    statements=("LOC-44", "LAB-01", "B-09", "LOC-67"),
    strength="consider",
    population="everyone",
    when="""
        "has-foot-drop"
        and ("vasculitis" or "appetite-loss" or "weight-loss-unintentional" or "fever"
            or "neuropathic-pain" and ("worsening" or "bilateral-unexplained" or "course" = 'fluctuating'))
    """,
    then=(Conclude(name="vasculitis-suspected"), Differential(diagnosis="vasculitis")),
    cases=(
        yes("recorded", DROP, {"vasculitis": True}),
        yes("lost appetite", DROP, {"appetite-loss": True}),
        yes("lost weight", DROP, {"weight-loss-unintentional": True}),
        yes("fever", DROP, {"fever": True}),
        yes("painful and worsening", DROP, {"neuropathic-pain": True, "course": "worsening"}),
        yes("painful, both legs", DROP, {"neuropathic-pain": True, "bilateral-leg-symptoms": True}),
        no(
            "painful, both legs, an old polyneuropathy",
            DROP,
            {"neuropathic-pain": True, "bilateral-leg-symptoms": True, "polyneuropathy": True, "course": "stable"},
        ),
        yes("painful, in steps", DROP, {"neuropathic-pain": True, "course": "fluctuating"}),
        no("weight lost on purpose", DROP, {"weight-loss-intentional": True, "weight-loss-unintentional": False}),
        no("painful, stable, one leg", DROP, {"neuropathic-pain": True, "course": "stable"}),
        no("worsening without pain", DROP, {"neuropathic-pain": False, "course": "worsening"}),
        no("no drop", NO_DROP, {"vasculitis": True}),
    ),
)

INFLAMMATORY_PANEL = Rule(
    id="FD-LAB-01",
    title="Blood tests for vasculitis and other systemic disease",
    why="A blood count, inflammation, autoantibodies and hepatitis serology are quick, and the disease is treatable.",
    statements=("LAB-01", "LOC-44", "B-09"),
    strength="consider",
    when='"vasculitis-suspected"',
    then=(
        Order(
            key="inflammatory-panel",
            priority="urgent",
            priority_from="LAB-01",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="Consider blood count, ESR, CRP, ANCA, ANA and hepatitis B: a vasculitis or other systemic disease "
            "may be behind the foot drop.",
        ),
    ),
    cases=(
        yes("vasculitis recorded", DROP, {"vasculitis": True}),
        yes("fever and neuropathic pain", DROP, {"fever": True, "neuropathic-pain": True}),
        no("neither", PERONEAL),
        no("no drop", NO_DROP, {"vasculitis": True}),
    ),
)

VASCULITIC_NEUROPATHY = Rule(
    id="FD-LAB-01b",
    title="Vasculitis and a foot drop: a neurologist urgently",
    why="Every further nerve is lost for good unless it is treated; a biopsy and immunosuppression are a "
    "specialist's matter.",
    statements=("B-09", "LOC-44"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "vasculitis"',
    then=(
        Order(
            key="neurology-referral",
            priority="urgent",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="Neurologist urgently: vasculitis is recorded, and nerve biopsy and immunosuppression may be needed.",
        ),
    ),
    cases=(
        yes("recorded", DROP, {"vasculitis": True}),
        no("not recorded", DROP, {"vasculitis": False, "neuropathic-pain": True}),
        no("no drop", NO_DROP, {"vasculitis": True}),
    ),
)

VASCULITIS_NEUROLOGIST = Rule(
    id="FD-LAB-01c",
    title="A picture of vasculitic neuropathy: consider a neurologist",
    why="The picture alone is not proof, but nobody else will find it.",
    statements=("B-09", "LOC-44"),
    strength="consider",
    population="everyone",
    when='"vasculitis-suspected"',
    then=(
        Order(
            key="neurology-referral",
            text="Consider a neurologist: the picture may be a vasculitic neuropathy.",
        ),
    ),
    cases=(
        yes("painful and worsening", DROP, {"neuropathic-pain": True, "course": "worsening"}),
        no("painless", DROP, {"neuropathic-pain": False, "course": "worsening"}),
    ),
)

VASCULITIS_FULL = Rule(
    id="FD-LAB-01d",
    title="Nerve after nerve in pain, with fever or weight loss: a neurologist urgently",
    why="Each nerve that falls is lost unless the vasculitis is treated; this is the picture, before any proof.",
    statements=("B-09", "LOC-44", "LAB-01"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and "neuropathic-pain"
        and ("worsening" or "bilateral-unexplained" or "course" = 'fluctuating')
        and ("fever" or "weight-loss-unintentional" or "appetite-loss")
    """,
    then=(
        Order(
            key="neurology-referral",
            priority="urgent",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="Neurologist urgently: painful, in steps or on both sides, and generally ill; vasculitic neuropathy "
            "until shown otherwise.",
        ),
    ),
    cases=(
        *(
            yes(f"painful, {name}, with {key}", DROP, {"neuropathic-pain": True, key: True}, how)
            for key in ("fever", "weight-loss-unintentional", "appetite-loss")
            for name, how in _STEPS
        ),
        no("painful, stable, one leg", DROP, {"neuropathic-pain": True, "fever": True, "course": "stable"}),
        no("painful and worse, else well", DROP, {"neuropathic-pain": True, "course": "worsening"}),
        no("ill and worse, without pain", DROP, {"fever": True, "course": "worsening", "neuropathic-pain": False}),
        no("no drop", NO_DROP, {"neuropathic-pain": True, "fever": True, "course": "worsening"}),
    ),
)

_NEUROPATHY = ("diabetes", "diabetic-neuropathy", "diabetic-radiculoplexus-neuropathy", "polyneuropathy")

HBA1C = Rule(
    id="FD-LAB-02",
    title="HbA1c in diabetes or an unexplained neuropathy",
    why="Blood glucose is the part of a diabetic neuropathy that can be changed.",
    statements=("LAB-02", "LOC-43", "CON-07"),
    strength="consider",
    when='"has-foot-drop" and ('
    + " or ".join(f'"{key}"' for key in _NEUROPATHY)
    + " or \"edx-localisation\" = 'polyneuropathy')",
    then=(
        Order(
            key="hba1c",
            fresh_from='"as-of" - "hba1c-repeat"',
            text="Consider HbA1c: glucose is the modifiable factor in diabetic neuropathy.",
        ),
    ),
    cases=(
        *(yes(f"with {key} recorded", DROP, {key: True}) for key in _NEUROPATHY),
        yes("EDX finds a polyneuropathy", DROP, {"edx-localisation": "polyneuropathy"}),
        no("EDX finds the peroneal nerve", DROP, {"edx-localisation": "peroneal"}),
        no("nothing of it known", DROP),
        no("no drop", NO_DROP, {"diabetes": True}),
    ),
)

GENETIC = Rule(
    id="FD-LAB-03",
    title="Recurrent or familial pressure palsies: genetic counselling",
    why="A PMP22 deletion explains most of them, and changes what surgery can offer.",
    statements=("LAB-03", "LOC-45", "B-10"),
    strength="consider",
    when='"has-foot-drop" and ("recurrent-or-familial-pressure-palsy" or "hnpp")',
    then=(
        Order(
            key="genetic-counselling",
            text="Consider genetic counselling, with a test for PMP22: pressure palsies recur or run in the family.",
        ),
    ),
    cases=(
        yes("they recur", DROP, {"recurrent-or-familial-pressure-palsy": True}),
        yes("known, for the family", DROP, {"hnpp": True}),
        no("a first palsy", DROP, {"recurrent-or-familial-pressure-palsy": False}),
        no("no drop", NO_DROP, {"hnpp": True}),
    ),
)

CREATINE_KINASE = Rule(
    id="FD-LAB-05",
    title="Creatine kinase when muscle may be the cause, or the victim",
    why="Myositis weakens thighs first; long squatting can crush nerve and muscle of both legs together.",
    statements=("LAB-05", "LOC-66", "LOC-47", "D-11"),
    strength="consider",
    when="""
        "has-foot-drop"
        and ("proximal-weakness" or "myalgia" or "myositis" or "edx-localisation" = 'myopathy'
            or "prolonged-squatting-kneeling" and "bilateral")
    """,
    then=(
        Order(
            key="creatine-kinase",
            text="Consider creatine kinase, for myositis or muscle breakdown; the same day if muscles are swollen or "
            "urine is dark.",
        ),
    ),
    cases=(
        yes("weak thighs", DROP, {"proximal-weakness": True}),
        yes("aching muscles", DROP, {"myalgia": True}),
        yes("myositis", DROP, {"myositis": True}),
        yes("EDX finds the muscle", DROP, {"edx-localisation": "myopathy"}),
        yes("long squatting, both legs", DROP, {"prolonged-squatting-kneeling": True, "bilateral-leg-symptoms": True}),
        no(
            "long squatting, one leg",
            PERONEAL,
            {
                "prolonged-squatting-kneeling": True,
                "bilateral-leg-symptoms": False,
                "opposite-mrc-ankle-dorsiflexion": 5,
            },
        ),
        no("both legs, no squatting", DROP, {"bilateral-leg-symptoms": True}),
        no("no drop", NO_DROP, {"myalgia": True}),
    ),
)

MIMICS = Rule(
    id="FD-LAB-06",
    title="Not every dropped foot is a nerve lesion",
    why="A short calf or a torn tendon of tibialis anterior looks the same, and no nerve test finds it.",
    statements=("B-11",),
    strength="recommend",
    when="""
        "has-foot-drop"
        and ("calf-contracture" or "open-or-sharp-injury" or "edx-localisation" = 'normal' and "umn-signs" is not true)
    """,
    then=(
        Alert(
            key="foot-drop-mimic",
            severity="info",
            text="A short calf, a stiff ankle or a torn tibialis anterior tendon can mimic a foot drop: test passive "
            "dorsiflexion and feel the tendon.",
        ),
    ),
    cases=(
        yes("a contracture", DROP, {"calf-contracture": True}),
        yes("a cut leg", DROP, {"open-or-sharp-injury": True}),
        yes("EDX normal", DROP, {"edx-localisation": "normal"}),
        no("EDX normal, but spastic", DROP, {"edx-localisation": "normal", "spasticity": True}),
        no("EDX finds the nerve", DROP, NO_UMN, {"edx-localisation": "peroneal"}),
        no("no drop", NO_DROP, {"calf-contracture": True}),
    ),
)
