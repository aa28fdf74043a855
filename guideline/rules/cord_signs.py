"""RED-07 to RED-10: a cord that may be compressed, upper-motor-neuron signs, and two affected legs (decision D-04)."""

from __future__ import annotations

from guideline.rule import Alert, Conclude, Differential, Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, NO_UMN, OLD_SPASTICITY, OLD_STROKE, Given

CORD_COMPRESSION = Rule(
    id="FD-RED-07",
    title="Rapid worsening that suggests cord compression goes to the spine surgeon at once",
    why="A compressed cord that is losing function by the day is decompressed or lost.",
    statements=("RED-07", "SUR-27", "C-41"),
    strength="recommend",
    population="everyone",
    when="""
        "foot-drop-known"
        and ("course" = 'rapidly-worsening' and ("umn-signs" or "bilateral" or "mri-cord-compression")
            or "spinal-cord-compression")
    """,
    then=(
        Alert(
            key="cord-compression",
            severity="critical",
            scope="patient",
            text="Signs of a compressed spinal cord: the spine surgeon decides now, not after the work-up.",
        ),
        Differential(diagnosis="spinal-cord-compression"),
        Order(
            key="spine-surgery-consult",
            priority="stat",
            text="Call the spine surgeon now for suspected cord compression.",
        ),
        Order(
            key="mri-thoracic-spine",
            priority="stat",
            text="MRI of the thoracic spine now, for cord compression.",
        ),
        Order(
            key="mri-cervical-spine",
            priority="stat",
            text="MRI of the cervical spine now, for cord compression.",
        ),
    ),
    cases=(
        yes(
            "rapid with an extensor plantar response",
            DROP,
            {"course": "rapidly-worsening", "extensor-plantar-response": True},
        ),
        yes("rapid and bilateral", DROP, {"course": "rapidly-worsening", "bilateral-leg-symptoms": True}),
        yes("rapid with cord compression on MRI", DROP, {"course": "rapidly-worsening", "mri-cord-compression": True}),
        yes("cord compression recorded", DROP, {"spinal-cord-compression": True}),
        yes(
            "cord compression recorded, the drop without its side",
            {"foot-drop-unsided": True, "spinal-cord-compression": True},
        ),
        no("rapid, one-sided, no such sign", DROP, NO_UMN, {"course": "rapidly-worsening"}),
        no("worsening slowly", DROP, {"course": "worsening", "extensor-plantar-response": True}),
        no("no drop", NO_DROP, {"course": "rapidly-worsening", "extensor-plantar-response": True}),
    ),
)

RAPIDLY_WORSENING = Rule(
    id="FD-RED-08",
    title="A rapidly worsening foot drop is imaged at once, the whole axis",
    why="It may be cord compression; the lesion can lie anywhere from brain to cauda equina.",
    statements=("RED-08", "IMG-05", "C-14", "SUR-27"),
    strength="recommend",
    population="everyone",
    when='"foot-drop-known" and "course" = \'rapidly-worsening\'',
    then=(
        Alert(
            key="rapidly-worsening",
            severity="critical",
            text="The weakness is worsening rapidly: imaging now, from brain to lumbar spine.",
        ),
        Order(
            key="mri-lumbar-spine", priority="stat", text="MRI of the lumbar spine now: the deficit worsens rapidly."
        ),
        Order(
            key="mri-thoracic-spine",
            priority="stat",
            text="MRI of the thoracic spine now: the deficit worsens rapidly.",
        ),
        Order(
            key="mri-cervical-spine",
            priority="stat",
            text="MRI of the cervical spine now: the deficit worsens rapidly.",
        ),
        Order(key="mri-brain", priority="stat", text="MRI of the brain now: the deficit worsens rapidly."),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment of a rapidly worsening deficit.",
        ),
    ),
    cases=(
        yes("rapid", DROP, {"course": "rapidly-worsening"}),
        yes("rapid, the drop without its side", {"foot-drop-unsided": True, "course": "rapidly-worsening"}),
        no("worsening", DROP, {"course": "worsening"}),
        no("no drop", NO_DROP, {"course": "rapidly-worsening"}),
        no("nobody has said", DROP),
    ),
)

_SIGNS = (
    "extensor-plantar-response",
    "ankle-clonus",
    "hyperreflexia",
    "spasticity",
    "opposite-extensor-plantar-response",
    "opposite-ankle-clonus",
    "opposite-spasticity",
    "umn-sign-unsided",
)

_CENTRAL = (
    "stroke",
    "multiple-sclerosis",
    "cerebral-palsy",
    "spinal-cord-injury",
    "spinal-cord-disorder",
    "syringomyelia-or-chiari",
    "motor-neuron-disease",
)

_GENERAL = (
    "charcot-marie-tooth",
    "polyneuropathy",
    "diabetic-neuropathy",
    "muscular-dystrophy",
    "myositis",
    "myopathy",
    "inflammatory-neuropathy",
)


def _earliest(diagnoses: tuple[str, ...]) -> str:
    return "Min({" + ", ".join(f'"{key}-since"' for key in diagnoses) + "})"


def _new_since(since: str, diagnoses: tuple[str, ...]) -> str:
    return (
        f'"{since}" is not null and ("{since}" same day or after "as-of" - "new-sign-window") is not false'
        f' and ("{since}" after day of {_earliest(diagnoses)}) is not false'
    )


def _new_drop(leg: str) -> str:
    """A drop that is new since the disease; one that only was first recorded now is not."""
    since = _new_since(f"{leg}drop-since", _CENTRAL + _GENERAL)
    return f'({since} and ("{leg}onset" before day of "as-of" - "new-sign-window") is not true)'


_OLD_DISEASE: Given = {"motor-neuron-disease-since": at('"as-of" - 1 year'), "course": "stable"}
_CMT: Given = {
    "opposite-foot-drop": True,
    "charcot-marie-tooth": True,
    "charcot-marie-tooth-since": at('"as-of" - 7 days'),
    "course": "stable",
}

UMN_EXPLAINED = Rule(
    id="FD-RED-09a",
    title="A recorded disease explains the upper-motor-neuron signs",
    why="Signs that are old, stable and explained need no new imaging; a change would.",
    statements=("D-04", "RED-09", "IMG-05"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and "umn-signs" and ("central-diagnosis" or "motor-neuron-disease")
        and "umn-unexplained" is not true
    """,
    then=(
        Alert(
            key="umn-signs-explained",
            severity="info",
            scope="patient",
            text="A recorded disease of the brain, cord or motor neurons explains the upper-motor-neuron signs. Image "
            "if they worsen, or if a sign is new since that diagnosis (within {new-sign-window}).",
        ),
    ),
    cases=(
        yes(
            "motor neuron disease with old spasticity",
            DROP,
            OLD_SPASTICITY,
            {"motor-neuron-disease": True},
            _OLD_DISEASE,
        ),
        yes("an old stroke with old spasticity", DROP, OLD_STROKE, OLD_SPASTICITY),
        no(
            "the same, worsening",
            DROP,
            OLD_STROKE,
            OLD_SPASTICITY,
            {"course": "worsening"},
        ),
        no("no disease recorded", DROP, OLD_SPASTICITY),
        no("no drop", NO_DROP, OLD_STROKE, OLD_SPASTICITY),
        no("no sign", DROP, OLD_STROKE, NO_UMN),
    ),
)

NEW_UMN_SIGN = Rule(
    id="FD-RED-09b",
    title="An upper-motor-neuron sign is new since the disease that would explain it",
    why="A sign that the diagnosis did not have needs its own explanation.",
    statements=("D-04", "RED-09"),
    strength="recommend",
    population="everyone",
    when=" or ".join(f'("{sign}" and {_new_since(f"{sign}-since", _CENTRAL)})' for sign in _SIGNS),
    then=(Conclude(name="new-umn-sign"),),
    cases=(
        *(
            yes(
                f"{sign} on the first day of the window",
                OLD_STROKE,
                {sign: True, f"{sign}-since": at('"as-of" - "new-sign-window"')},
            )
            for sign in _SIGNS
        ),
        *(
            no(
                f"{sign} a day before the window",
                OLD_STROKE,
                {sign: True, f"{sign}-since": at('"as-of" - "new-sign-window" - 1 day')},
            )
            for sign in _SIGNS
        ),
        *(
            no(
                f"{sign} as old as a fresh stroke",
                {
                    "stroke": True,
                    "stroke-since": at('"as-of" - 7 days'),
                    sign: True,
                    f"{sign}-since": at('"as-of" - 7 days'),
                },
            )
            for sign in _SIGNS
        ),
        *(no(f"{sign} gone", OLD_STROKE, {sign: False}) for sign in _SIGNS),
        *(
            no(
                f"{disease} first recorded with the sign",
                {
                    disease: True,
                    f"{disease}-since": at('"as-of"'),
                    "spasticity": True,
                    "spasticity-since": at('"as-of"'),
                },
            )
            for disease in _CENTRAL
        ),
        yes(
            "first seen on the first day of the window",
            OLD_STROKE,
            {"spasticity": True, "spasticity-since": at('"as-of" - "new-sign-window"')},
        ),
        no("a day before the window", OLD_STROKE, OLD_SPASTICITY),
        no(
            "in the window, but as old as the stroke",
            {
                "stroke": True,
                "stroke-since": at('"as-of" - 7 days'),
                "spasticity": True,
                "spasticity-since": at('"as-of" - 7 days'),
            },
        ),
        yes(
            "one day after the stroke",
            {
                "stroke": True,
                "stroke-since": at('"as-of" - 7 days'),
                "spasticity": True,
                "spasticity-since": at('"as-of" - 6 days'),
            },
        ),
        *(
            yes(f"{sign}, seen yesterday", OLD_STROKE, {sign: True, f"{sign}-since": at('"as-of" - 1 day')})
            for sign in _SIGNS
        ),
    ),
)

UMN_UNEXPLAINED = Rule(
    id="FD-RED-09c",
    title="Upper-motor-neuron signs without an explanation",
    why="They point to the cord or the brain, above anything a lumbar MRI shows.",
    statements=("RED-09", "PIT-08", "LOC-18", "D-04"),
    strength="recommend",
    population="everyone",
    when="""
        "umn-signs"
        and (("central-diagnosis" or "motor-neuron-disease") is not true or "worsening" or "new-umn-sign"
            or "fresh-spinal-injury")
    """,
    then=(Conclude(name="umn-unexplained"),),
    cases=(
        no("motor neuron disease with old spasticity", OLD_SPASTICITY, {"motor-neuron-disease": True}, _OLD_DISEASE),
        yes("no disease recorded", {"spasticity": True}),
        yes("explained but worsening", OLD_STROKE, OLD_SPASTICITY, {"course": "worsening"}),
        yes(
            "a cord injury of today",
            {"spasticity": True, "spinal-cord-injury": True, "acute-spinal-trauma": True},
        ),
        yes(
            "explained but new",
            OLD_STROKE,
            {"spasticity": True, "spasticity-since": at('"as-of" - 1 day')},
        ),
        no("explained and stable", OLD_STROKE, OLD_SPASTICITY, {"course": "stable"}),
        no("no sign", NO_UMN),
    ),
)

BILATERAL_UNEXPLAINED = Rule(
    id="FD-RED-10a",
    title="Both legs are affected and nothing recorded explains it",
    why="Two-sided weakness is a cord, cauda equina or general disease until shown otherwise.",
    statements=("RED-10", "IMG-08", "PIT-08", "D-04"),
    strength="recommend",
    population="everyone",
    when=f"""
        "bilateral"
        and ("bilateral-explained" is not true or "worsening" or "fresh-spinal-injury"
            or "bilateral-drop" and ({_new_drop("")} or {_new_drop("opposite-")})
            or "bilateral-leg-symptoms" and {_new_since("bilateral-leg-symptoms-since", _CENTRAL + _GENERAL)})
    """,
    then=(Conclude(name="bilateral-unexplained"),),
    cases=(
        yes(
            "the first foot since the first day of the window",
            DROP,
            _CMT,
            {
                "charcot-marie-tooth-since": at('"as-of" - 20 years'),
                "drop-since": at('"as-of" - "new-sign-window"'),
                "opposite-drop-since": at('"as-of" - 10 years'),
            },
        ),
        *(
            no(
                f"{name} first recorded in the window, begun long before it",
                DROP,
                _CMT,
                {
                    "charcot-marie-tooth-since": at('"as-of" - 20 years'),
                    f"{this}drop-since": at('"as-of" - 1 day'),
                    f"{this}onset": at('"as-of" - 19 years'),
                    f"{that}drop-since": at('"as-of" - 10 years'),
                },
            )
            for name, this, that in (("one foot", "", "opposite-"), ("the other foot", "opposite-", ""))
        ),
        no(
            "both feet as new as the diagnosis",
            DROP,
            _CMT,
            {"drop-since": at('"as-of" - 7 days'), "opposite-drop-since": at('"as-of" - 7 days')},
        ),
        yes(
            "the first foot a day newer than the diagnosis",
            DROP,
            _CMT,
            {"drop-since": at('"as-of" - 6 days'), "opposite-drop-since": at('"as-of" - 7 days')},
        ),
        yes(
            "the other foot a day newer than the diagnosis",
            DROP,
            _CMT,
            {"drop-since": at('"as-of" - 7 days'), "opposite-drop-since": at('"as-of" - 6 days')},
        ),
        yes(
            "symptoms of both legs since the first day of the window, an old stroke",
            DROP,
            OLD_STROKE,
            {"bilateral-leg-symptoms": True, "bilateral-leg-symptoms-since": at('"as-of" - "new-sign-window"')},
        ),
        no(
            "the same, as new as the stroke",
            DROP,
            {
                "stroke": True,
                "stroke-since": at('"as-of" - 7 days'),
                "bilateral-leg-symptoms": True,
                "bilateral-leg-symptoms-since": at('"as-of" - 7 days'),
                "opposite-mrc-ankle-dorsiflexion": 5,
                "course": "stable",
            },
        ),
        no(
            "the same a day before the window",
            DROP,
            OLD_STROKE,
            {
                "bilateral-leg-symptoms": True,
                "bilateral-leg-symptoms-since": at('"as-of" - "new-sign-window" - 1 day'),
                "opposite-mrc-ankle-dorsiflexion": 5,
                "course": "stable",
            },
        ),
        yes("both feet drop, nothing recorded", DROP, {"opposite-foot-drop": True}),
        yes(
            "both feet drop after a cord injury of today",
            DROP,
            {"opposite-foot-drop": True, "spinal-cord-injury": True, "acute-spinal-trauma": True},
        ),
        no(
            "Charcot-Marie-Tooth disease, old and stable",
            DROP,
            {
                "opposite-foot-drop": True,
                "charcot-marie-tooth": True,
                "charcot-marie-tooth-since": at('"as-of" - 20 years'),
                "drop-since": at('"as-of" - 10 years'),
                "opposite-drop-since": at('"as-of" - 10 years'),
                "course": "stable",
            },
        ),
        yes(
            "the same, the other foot since the first day of the window",
            DROP,
            {
                "opposite-foot-drop": True,
                "charcot-marie-tooth": True,
                "charcot-marie-tooth-since": at('"as-of" - 20 years'),
                "drop-since": at('"as-of" - 10 years'),
                "opposite-drop-since": at('"as-of" - "new-sign-window"'),
                "course": "stable",
            },
        ),
        yes(
            "the same, worsening",
            DROP,
            {"opposite-foot-drop": True, "charcot-marie-tooth": True, "course": "worsening"},
        ),
        no("one leg", DROP, {"bilateral-leg-symptoms": False, "opposite-mrc-ankle-dorsiflexion": 5}),
    ),
)

BILATERAL_EXPLAINED = Rule(
    id="FD-RED-10b",
    title="A recorded disease explains why both legs are affected",
    why="Diseases of brain, cord, nerves or muscle weaken both sides.",
    statements=("D-04", "RED-10"),
    strength="recommend",
    population="everyone",
    when="""
        "central-diagnosis" or "motor-neuron-disease" or "charcot-marie-tooth" or "polyneuropathy"
        or "diabetic-neuropathy" or "muscular-dystrophy" or "myositis" or "myopathy"
        or "past-inflammatory-neuropathy"
    """,
    then=(Conclude(name="bilateral-explained"),),
    cases=(
        yes("polyneuropathy", {"polyneuropathy": True}),
        yes("diabetic neuropathy", {"diabetic-neuropathy": True}),
        yes("Charcot-Marie-Tooth disease", {"charcot-marie-tooth": True}),
        yes("muscular dystrophy", {"muscular-dystrophy": True}),
        yes("myositis", {"myositis": True}),
        yes("myopathy", {"myopathy": True}),
        yes("motor neuron disease", {"motor-neuron-disease": True}),
        yes(
            "an old Guillain-Barre syndrome",
            {"inflammatory-neuropathy": True, "inflammatory-neuropathy-since": at('"as-of" - 2 years')},
        ),
        no(
            "a fresh one",
            {"inflammatory-neuropathy": True, "inflammatory-neuropathy-since": at('"as-of" - 2 days')},
        ),
        yes("stroke", OLD_STROKE),
        no("nothing recorded", DROP),
    ),
)

BILATERAL_INFO = Rule(
    id="FD-RED-10c",
    title="Both legs are affected, and a recorded disease explains it",
    why="Imaging again adds nothing while nothing changes.",
    statements=("D-04", "RED-10", "IMG-08"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "bilateral" and "bilateral-explained" and "bilateral-unexplained" is not true',
    then=(
        Alert(
            key="bilateral-explained",
            severity="info",
            scope="patient",
            text="A recorded disease explains why both legs are affected. Image if it worsens, or if the second drop "
            "is new since that diagnosis (within {new-sign-window}).",
        ),
    ),
    cases=(
        yes(
            "polyneuropathy, old and stable",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "opposite-mrc-ankle-dorsiflexion": 5,
                "polyneuropathy": True,
                "course": "stable",
            },
        ),
        no("nothing explains it", DROP, {"bilateral-leg-symptoms": True, "polyneuropathy": False}),
        no("it worsens", DROP, {"bilateral-leg-symptoms": True, "polyneuropathy": True, "course": "worsening"}),
        no("one leg", DROP, {"polyneuropathy": True, "bilateral-leg-symptoms": False}),
        no("no drop", NO_DROP, {"bilateral-leg-symptoms": True, "polyneuropathy": True, "course": "stable"}),
    ),
)

EXTENDED_IMAGING = Rule(
    id="FD-RED-10d",
    title="Unexplained upper-motor-neuron signs or two affected legs: image the whole axis",
    why="The lesion may lie in the brain or anywhere along the cord, and a syrinx or Chiari malformation at the neck.",
    statements=("IMG-05", "IMG-08", "RED-09", "RED-10", "C-14", "PIT-08"),
    strength="recommend",
    population="everyone",
    when='"foot-drop-known" and ("umn-unexplained" or "bilateral-unexplained")',
    then=(
        Alert(
            key="extended-imaging",
            severity="warning",
            scope="patient",
            text="Upper-motor-neuron signs or two affected legs that nothing recorded explains, or that are worse or "
            "new since: the lesion may lie above the lumbar spine.",
        ),
        Differential(diagnosis="spinal-cord-disorder"),
        Order(
            key="mri-thoracic-spine",
            priority="urgent",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="MRI of the thoracic spine, to exclude a lesion of the cord.",
        ),
        Order(
            key="mri-cervical-spine",
            priority="urgent",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="MRI of the cervical spine, to exclude a syrinx, a Chiari malformation or a compressed cord.",
        ),
        Order(
            key="mri-brain",
            priority="urgent",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="MRI of the brain, to exclude a central lesion.",
        ),
    ),
    cases=(
        yes("an extensor plantar response", DROP, {"extensor-plantar-response": True}),
        yes("symptoms of both legs", DROP, {"bilateral-leg-symptoms": True}),
        yes("a drop without its side", {"foot-drop-unsided": True, "extensor-plantar-response": True}),
        no("an old stroke explains it", DROP, OLD_STROKE, OLD_SPASTICITY, {"course": "stable"}),
        no("no drop", NO_DROP, {"extensor-plantar-response": True}),
        no("neither", DROP, NO_UMN, {"bilateral-leg-symptoms": False, "opposite-mrc-ankle-dorsiflexion": 5}),
    ),
)
