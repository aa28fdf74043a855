"""RED: what cannot wait. Every rule here adds to a plan; none of them takes anything away."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Conclude, Differential, Goal, Order, Rule, at, no, yes
from guideline.rules.people import DROP, FLAIL, NO_DROP, NO_UMN, OLD_SPASTICITY, OLD_STROKE, PERONEAL, RECENT

CAUDA_EQUINA = Rule(
    id="FD-RED-01",
    title="Suspected cauda equina syndrome is an emergency",
    why="The sacral roots lose function within hours, and what is lost of bladder and bowel seldom comes back.",
    statements=("RED-01", "RED-06", "RED-05", "SUR-25", "C-41", "B-15", "D-06"),
    strength="recommend",
    population="everyone",
    when='"cauda-equina-suspected"',
    then=(
        Alert(
            key="cauda-equina",
            severity="critical",
            scope="patient",
            text="Suspected cauda equina syndrome: act now, and image within {cauda-equina-mri-target}.",
        ),
        Differential(diagnosis="cauda-equina-syndrome"),
        Order(
            key="spine-surgery-consult",
            priority="stat",
            text="Call the spine surgeon now; neither imaging nor the chance of recovery is a reason to wait.",
        ),
        Order(
            key="mri-lumbar-spine",
            priority="stat",
            text="MRI of the lumbar spine within {cauda-equina-mri-target}; screen the whole spine if it is not explained.",
        ),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment with saddle sensation, anal tone and residual urine.",
        ),
        Order(
            key="post-void-residual",
            priority="stat",
            text="Measure the residual urine; more than {retention-volume} is retention.",
        ),
    ),
    cases=(
        yes("a drop with new loss of bladder control", DROP, {"bladder-dysfunction": True}),
        yes("a drop with new loss of bowel control", DROP, {"bowel-dysfunction": True}),
        yes("a drop with saddle numbness", DROP, {"saddle-anaesthesia": True}),
        yes("back pain with retention and no drop", NO_DROP, {"back-pain": True, "post-void-residual": at("400 'mL'")}),
        yes("long after onset, improving", DROP, {"bladder-dysfunction": True, "course": "improving"}),
        no("bladder and bowel asked about and well", DROP, {"bladder-dysfunction": False, "bowel-dysfunction": False}),
        no("never asked", DROP),
    ),
)

FLAIL_FOOT = Rule(
    id="FD-RED-02",
    title="A flail foot is an emergency until explained",
    why="A foot that moves in no direction has lost more than one nerve: the cauda equina, the cord or the brain.",
    statements=("RED-02", "RED-05", "LOC-20", "PIT-10", "DEF-14"),
    strength="recommend",
    population="everyone",
    when='"flail-foot"',
    then=(
        Alert(
            key="flail-foot",
            severity="critical",
            text="Flail foot: no active movement in any direction. This is not a plain foot drop; find the cause today.",
        ),
        Differential(diagnosis="cauda-equina-syndrome"),
        Differential(diagnosis="stroke"),
        Differential(diagnosis="sciatic-neuropathy"),
        Differential(diagnosis="spinal-cord-disorder"),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment of a flail foot: cauda equina, cord, stroke, complete sciatic lesion.",
        ),
        Order(
            key="mri-lumbar-spine",
            priority="stat",
            text="MRI of the lumbar spine at once, because a flail foot may be a cauda equina lesion.",
        ),
    ),
    cases=(
        yes("no movement at all", FLAIL),
        no("some plantar flexion left", FLAIL, {"mrc-ankle-plantarflexion": 2}),
        no("three movements gone, the fourth not graded", {k: v for k, v in FLAIL.items() if "eversion" not in k}),
    ),
)

SEVERE_PAIN_AND_NUMBNESS = Rule(
    id="FD-RED-03",
    title="Severe pain with severe numbness needs an assessment the same day",
    why="Together they mean a nerve or root under heavy pressure, or without blood.",
    statements=("RED-03", "RED-05", "C-21"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "pain-score" >= "severe-pain-score" and "severe-numbness"',
    then=(
        Alert(
            key="severe-pain-and-numbness",
            severity="critical",
            text="Severe pain with severe numbness beside the foot drop: assess the same day.",
        ),
        Order(
            key="emergency-assessment",
            priority="asap",
            text="Same-day assessment of severe pain with severe numbness.",
        ),
    ),
    cases=(
        yes("at the score", DROP, {"pain-score": at('"severe-pain-score"'), "severe-numbness": True}),
        no("one point less", DROP, {"pain-score": at("\"severe-pain-score\" - 1 '1'"), "severe-numbness": True}),
        no("no numbness", DROP, {"pain-score": at("9 '1'"), "severe-numbness": False}),
        no("no foot drop", NO_DROP, {"pain-score": at("9 '1'"), "severe-numbness": True}),
    ),
)

CONSTITUTIONAL = Rule(
    id="FD-RED-04",
    title="Lost appetite or unintended weight loss beside a foot drop",
    why="It may be a tumour or an infection, which a nerve palsy would hide.",
    statements=("RED-04", "RED-05", "C-21", "B-07"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and ("appetite-loss" or "weight-loss-unintentional")',
    then=(
        Alert(
            key="constitutional-symptoms",
            severity="critical",
            scope="patient",
            text="Loss of appetite or weight beside a foot drop: look for a tumour or an infection, the same day.",
        ),
        Differential(diagnosis="spinal-tumour"),
        Differential(diagnosis="spinal-infection"),
        Order(
            key="emergency-assessment",
            priority="asap",
            text="Same-day assessment for a tumour or an infection.",
        ),
    ),
    cases=(
        yes("lost weight without meaning to", DROP, {"weight-loss-unintentional": True}),
        yes("lost appetite", DROP, {"appetite-loss": True}),
        no("meant to lose weight", DROP, {"weight-loss-intentional": True, "weight-loss-unintentional": False}),
        no("no drop", NO_DROP, {"weight-loss-unintentional": True}),
    ),
)

TUMOUR_INFECTION_PANEL = Rule(
    id="FD-RED-05",
    title="Blood tests for a tumour or an infection",
    why="Inflammatory markers and a blood count are quick, and steer the imaging.",
    statements=("LAB-04", "RED-04"),
    strength="consider",
    population="everyone",
    when='"has-foot-drop" and ("appetite-loss" or "weight-loss-unintentional")',
    then=(
        Order(
            key="tumour-infection-panel",
            priority="asap",
            priority_from="LAB-04",
            text="Consider blood count, ESR, CRP and directed tests for a tumour or an infection.",
        ),
    ),
    cases=(
        yes("lost weight without meaning to", DROP, {"weight-loss-unintentional": True}),
        yes("lost appetite", DROP, {"appetite-loss": True}),
        no("neither", DROP, {"weight-loss-unintentional": False, "appetite-loss": False}),
        no("no drop", NO_DROP, {"weight-loss-unintentional": True}),
    ),
)

CORD_COMPRESSION = Rule(
    id="FD-RED-07",
    title="Rapid worsening that suggests cord compression goes to the spine surgeon at once",
    why="A compressed cord that is losing function by the day is decompressed or lost.",
    statements=("RED-07", "SUR-27", "C-41"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
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
    when='"has-foot-drop" and "course" = \'rapidly-worsening\'',
    then=(
        Alert(
            key="rapidly-worsening",
            severity="critical",
            text="The foot drop is worsening rapidly: imaging now, from brain to lumbar spine.",
        ),
        Order(key="mri-lumbar-spine", priority="stat", text="MRI of the lumbar spine now: the deficit worsens rapidly."),
        Order(key="mri-thoracic-spine", priority="stat", text="MRI of the thoracic spine now: the deficit worsens rapidly."),
        Order(key="mri-cervical-spine", priority="stat", text="MRI of the cervical spine now: the deficit worsens rapidly."),
        Order(key="mri-brain", priority="stat", text="MRI of the brain now: the deficit worsens rapidly."),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment of a rapidly worsening deficit.",
        ),
    ),
    cases=(
        yes("rapid", DROP, {"course": "rapidly-worsening"}),
        no("worsening", DROP, {"course": "worsening"}),
        no("no drop", NO_DROP, {"course": "rapidly-worsening"}),
        no("nobody has said", DROP),
    ),
)

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
            text="A recorded disease of the brain, cord or motor neurons explains the upper-motor-neuron signs. Image if "
            "they worsen, or if a sign is new since that diagnosis (within {new-sign-window}).",
        ),
    ),
    cases=(
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

_SIGNS = (
    "extensor-plantar-response",
    "ankle-clonus",
    "hyperreflexia",
    "spasticity",
    "opposite-extensor-plantar-response",
    "opposite-ankle-clonus",
    "opposite-spasticity",
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
_GENERAL = ("charcot-marie-tooth", "polyneuropathy", "diabetic-neuropathy", "muscular-dystrophy", "myositis", "myopathy")


def _earliest(diagnoses: tuple[str, ...]) -> str:
    return "Min({" + ", ".join(f'"{key}-since"' for key in diagnoses) + "})"


def _new_since(since: str, diagnoses: tuple[str, ...]) -> str:
    return (
        f'"{since}" same day or after "as-of" - "new-sign-window"'
        f' and ("{since}" after day of {_earliest(diagnoses)}) is not false'
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
        and (("central-diagnosis" or "motor-neuron-disease") is not true or "worsening" or "new-umn-sign")
    """,
    then=(Conclude(name="umn-unexplained"),),
    cases=(
        yes("no disease recorded", {"spasticity": True}),
        yes("explained but worsening", OLD_STROKE, OLD_SPASTICITY, {"course": "worsening"}),
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
        and ("bilateral-explained" is not true or "worsening"
            or "bilateral-drop" and ({_new_since("drop-since", _CENTRAL + _GENERAL)}
                or {_new_since("opposite-drop-since", _CENTRAL + _GENERAL)}))
    """,
    then=(Conclude(name="bilateral-unexplained"),),
    cases=(
        yes("both feet drop, nothing recorded", DROP, {"opposite-foot-drop": True}),
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
            text="A recorded disease explains why both legs are affected. Image if it worsens, or if the second drop is "
            "new since that diagnosis (within {new-sign-window}).",
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
    when='"has-foot-drop" and ("umn-unexplained" or "bilateral-unexplained")',
    then=(
        Alert(
            key="extended-imaging",
            severity="warning",
            scope="patient",
            text="Upper-motor-neuron signs or two affected legs without an explanation: the lesion may lie above the "
            "lumbar spine.",
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
        no("an old stroke explains it", DROP, OLD_STROKE, OLD_SPASTICITY, {"course": "stable"}),
        no("no drop", NO_DROP, {"extensor-plantar-response": True}),
        no("neither", DROP, NO_UMN, {"bilateral-leg-symptoms": False, "opposite-mrc-ankle-dorsiflexion": 5}),
    ),
)

AIRWAY = Rule(
    id="FD-RED-11",
    title="Hold the neck in line during airway procedures",
    why="An unstable cervical injury can be made worse in a minute.",
    statements=("RED-11",),
    strength="recommend",
    population="everyone",
    when='"acute-spinal-trauma" and "cervical-injury-possible" and "airway-procedure-planned"',
    then=(
        Alert(
            key="in-line-stabilisation",
            severity="critical",
            scope="patient",
            text="Possible cervical injury: manual in-line stabilisation during every airway procedure.",
        ),
        Activity(
            key="spinal-precautions",
            priority="stat",
            text="Manual in-line stabilisation of the neck during airway procedures.",
        ),
    ),
    cases=(
        yes(
            "all three",
            {"acute-spinal-trauma": True, "cervical-injury-possible": True, "airway-procedure-planned": True},
        ),
        no(
            "no airway procedure",
            {"acute-spinal-trauma": True, "cervical-injury-possible": True, "airway-procedure-planned": False},
        ),
        no(
            "neck cleared",
            {"acute-spinal-trauma": True, "cervical-injury-possible": False, "airway-procedure-planned": True},
        ),
        no(
            "no injury",
            {"acute-spinal-trauma": False, "cervical-injury-possible": True, "airway-procedure-planned": True},
        ),
    ),
)

SPINAL_PRECAUTIONS = Rule(
    id="FD-RED-12",
    title="Spinal precautions until the spine is cleared",
    why="Moving an unstable spine can injure the cord.",
    statements=("RED-12", "C-36"),
    strength="recommend",
    population="everyone",
    when='"mobilisation-barred"',
    then=(
        Alert(
            key="spine-not-cleared",
            severity="warning",
            scope="patient",
            text="Acute spinal injury, spine not cleared: spinal precautions, and no walking yet.",
        ),
        Activity(
            key="spinal-precautions",
            priority="stat",
            text="Keep spinal precautions until imaging has excluded an unstable injury.",
        ),
    ),
    cases=(
        yes("not cleared", {"acute-spinal-trauma": True, "spine-cleared": False}),
        yes("nobody has said", {"acute-spinal-trauma": True}),
        no("cleared", {"acute-spinal-trauma": True, "spine-cleared": True}),
        no("no injury", {"acute-spinal-trauma": False}),
    ),
)

MEAN_PRESSURE = Rule(
    id="FD-RED-13",
    title="Mean arterial pressure too low for an injured cord",
    why="The injured cord depends on perfusion pressure.",
    statements=("RED-13", "C-31", "B-40", "D-06"),
    strength="recommend",
    population="everyone",
    when='"spinal-cord-injury" and "mean-arterial-pressure" < "map-floor"',
    then=(
        Alert(
            key="map-low",
            severity="critical",
            scope="patient",
            text="Spinal cord injury with a mean arterial pressure of {mean-arterial-pressure}: keep it at {map-floor} or "
            "more; the local protocol may ask for more.",
        ),
        Goal(key="map-floor", text="Mean arterial pressure of {map-floor} or more."),
    ),
    cases=(
        yes(
            "one below",
            {"spinal-cord-injury": True, "mean-arterial-pressure": at("\"map-floor\" - 1 'mm[Hg]'")},
        ),
        no("at the floor", {"spinal-cord-injury": True, "mean-arterial-pressure": at('"map-floor"')}),
        no("no cord injury", {"spinal-cord-injury": False, "mean-arterial-pressure": at("50 'mm[Hg]'")}),
        no("not measured", {"spinal-cord-injury": True}),
    ),
)

SYSTOLIC_PRESSURE = Rule(
    id="FD-RED-14",
    title="Systolic pressure too low in the first phase of a cord injury",
    why="The first hours decide how much of the cord survives.",
    statements=("RED-14", "B-40", "D-06"),
    strength="recommend",
    population="everyone",
    when="""
        "spinal-cord-injury" and "initial-assessment-phase" and "systolic-blood-pressure" <= "systolic-floor"
    """,
    then=(
        Alert(
            key="systolic-low",
            severity="critical",
            scope="patient",
            text="Spinal cord injury, first phase, systolic pressure {systolic-blood-pressure}: raise it above "
            "{systolic-floor}.",
        ),
        Goal(key="systolic-floor", text="Systolic pressure above {systolic-floor} during the initial assessment."),
    ),
    cases=(
        yes(
            "at the floor",
            {
                "spinal-cord-injury": True,
                "initial-assessment-phase": True,
                "systolic-blood-pressure": at('"systolic-floor"'),
            },
        ),
        no(
            "one above",
            {
                "spinal-cord-injury": True,
                "initial-assessment-phase": True,
                "systolic-blood-pressure": at("\"systolic-floor\" + 1 'mm[Hg]'"),
            },
        ),
        no(
            "later phase",
            {
                "spinal-cord-injury": True,
                "initial-assessment-phase": False,
                "systolic-blood-pressure": at("90 'mm[Hg]'"),
            },
        ),
        no(
            "no cord injury",
            {
                "spinal-cord-injury": False,
                "initial-assessment-phase": True,
                "systolic-blood-pressure": at("90 'mm[Hg]'"),
            },
        ),
    ),
)

COMPARTMENT_LATE = Rule(
    id="FD-RED-15",
    title="A foot drop in compartment syndrome is a late sign",
    why="When the foot drops, the syndrome is established.",
    statements=("RED-15", "PIT-13", "LOC-57", "PRG-20"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "compartment-suspected"',
    then=(
        Alert(
            key="compartment-late",
            severity="critical",
            text="Foot drop with suspected compartment syndrome: a late sign. Every minute counts.",
        ),
        Differential(diagnosis="compartment-syndrome"),
    ),
    cases=(
        yes("a drop and the suspicion", DROP, {"compartment-syndrome-suspected": True}),
        no("the suspicion without a drop", NO_DROP, {"compartment-syndrome-suspected": True}),
        no("a drop without the suspicion", DROP, {"compartment-syndrome-suspected": False}),
    ),
)

FASCIOTOMY = Rule(
    id="FD-RED-16",
    title="Suspected compartment syndrome goes to the surgeon now",
    why="Muscle and nerve die without release; waiting for the foot to drop is waiting too long.",
    statements=("RED-16", "RED-15", "PIT-13", "C-45", "B-33", "D-06"),
    strength="recommend",
    population="everyone",
    when='"compartment-suspected"',
    then=(
        Alert(
            key="compartment-syndrome",
            severity="critical",
            text="Suspected compartment syndrome: surgeon now; nothing else comes first. No brace, no cast, no bandage.",
        ),
        Order(
            key="fasciotomy-consult",
            priority="stat",
            text="Call the surgeon now for a decision on fasciotomy; no test is a condition.",
        ),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment of the limb with suspected compartment syndrome.",
        ),
        Activity(
            key="remove-compression",
            priority="stat",
            text="Open dressings, cast and brace down to the skin, and keep the limb at heart level.",
        ),
    ),
    cases=(
        yes("suspected", DROP, {"compartment-syndrome-suspected": True}),
        yes("suspected before any drop", NO_DROP, {"compartment-syndrome-suspected": True}),
        yes("long after the start", {"compartment-syndrome": True, "ischaemia-onset": at('"as-of" - 2 days')}),
        no("excluded", {"compartment-syndrome-suspected": False, "compartment-syndrome": False}),
    ),
)


def _ischaemia(number: str, when: str, severity: str, text: str, cases: tuple) -> Rule:
    return Rule(
        id=f"FD-RED-{number}",
        title="Time since the limb lost its blood",
        why="The time informs the surgeon; it never lowers the urgency.",
        statements=("RED-17", "C-45", "D-01"),
        strength="recommend",
        population="everyone",
        when=when,
        then=(Alert(key="ischaemia-time", severity=severity, text=text),),  # type: ignore[arg-type]
        cases=cases,
    )


_SUSPECTED = {"compartment-syndrome-suspected": True}
ISCHAEMIA_LONG = _ischaemia(
    "17a",
    '"compartment-suspected" and "as-of" on or after "ischaemia-onset" + "ischaemia-irreversible"',
    "critical",
    "Ischaemia for {ischaemia-irreversible} or more: damage is often irreversible. Still stat; the surgeon decides.",
    (
        yes("at the limit", _SUSPECTED, {"ischaemia-onset": at('"as-of" - "ischaemia-irreversible"')}),
        no("a minute less", _SUSPECTED, {"ischaemia-onset": at('"as-of" - "ischaemia-irreversible" + 1 minute')}),
    ),
)
ISCHAEMIA_CLOSING = _ischaemia(
    "17b",
    """
        "compartment-suspected" and "as-of" on or after "ischaemia-onset" + "ischaemia-tolerated"
        and "as-of" before "ischaemia-onset" + "ischaemia-irreversible"
    """,
    "critical",
    "Ischaemia for more than {ischaemia-tolerated}: the limb may still be saved before {ischaemia-irreversible}.",
    (
        yes("at the lower limit", _SUSPECTED, {"ischaemia-onset": at('"as-of" - "ischaemia-tolerated"')}),
        no("a minute less", _SUSPECTED, {"ischaemia-onset": at('"as-of" - "ischaemia-tolerated" + 1 minute')}),
        no("at the upper limit", _SUSPECTED, {"ischaemia-onset": at('"as-of" - "ischaemia-irreversible"')}),
    ),
)
ISCHAEMIA_EARLY = _ischaemia(
    "17c",
    '"compartment-suspected" and "as-of" before "ischaemia-onset" + "ischaemia-tolerated"',
    "warning",
    "Ischaemia for less than {ischaemia-tolerated}, which a limb may tolerate: decompress before that.",
    (
        yes("a minute before the limit", _SUSPECTED, {"ischaemia-onset": at('"as-of" - "ischaemia-tolerated" + 1 minute')}),
        no("at the limit", _SUSPECTED, {"ischaemia-onset": at('"as-of" - "ischaemia-tolerated"')}),
    ),
)
ISCHAEMIA_UNKNOWN = _ischaemia(
    "17d",
    """
        "compartment-suspected" and "ischaemia-onset" is not null
        and ("as-of" on or after "ischaemia-onset" + "ischaemia-irreversible") is not true
        and ("as-of" on or after "ischaemia-onset" + "ischaemia-tolerated"
            and "as-of" before "ischaemia-onset" + "ischaemia-irreversible") is null
    """,
    "critical",
    "The hours of ischaemia cannot be told from the dates given: act as if {ischaemia-tolerated} were nearly over.",
    (
        yes("only the day is known", _SUSPECTED, {"ischaemia-onset": at("@2026-06-15")}),
        no("the hour is known", _SUSPECTED, {"ischaemia-onset": at('"as-of" - 1 hour')}),
        no("no onset given", _SUSPECTED),
    ),
)

KNEE_DISLOCATION = Rule(
    id="FD-RED-18",
    title="After a knee dislocation check the artery and the nerve at once",
    why="The popliteal artery tears with the nerve; a warm foot does not exclude it.",
    statements=("RED-18", "D-05", "D-06", "LOC-53"),
    strength="recommend",
    population="everyone",
    when='"recent-knee-dislocation"',
    then=(
        Alert(
            key="knee-dislocation",
            severity="critical",
            text="Knee dislocation: examine popliteal artery and common peroneal nerve now, and again.",
        ),
        Order(
            key="neurological-assessment",
            priority="stat",
            text="Examine the common peroneal and tibial nerve now, and record the grades.",
        ),
        Order(
            key="vascular-assessment",
            priority="stat",
            text="Vascular assessment now: pulses and ankle-brachial index; image the artery below {ankle-brachial-limit}.",
        ),
    ),
    cases=(
        yes("today", {"knee-dislocation": True, "knee-dislocation-since": at('"as-of"')}),
        yes("undated", NO_DROP, {"knee-dislocation": True}),
        no("a year ago", {"knee-dislocation": True, "knee-dislocation-since": at('"as-of" - 1 year')}),
        no("none", {"knee-dislocation": False}),
    ),
)

POOR_PERFUSION = Rule(
    id="FD-RED-18b",
    title="Poor perfusion after a knee dislocation is a vascular emergency",
    why="Absent pulses or a low ankle-brachial index mean an injured popliteal artery.",
    statements=("B-34", "RED-18"),
    strength="recommend",
    population="everyone",
    when="""
        "recent-knee-dislocation"
        and ("distal-pulses" in {'reduced', 'absent'} or "ankle-brachial-index" < "ankle-brachial-limit")
    """,
    then=(
        Alert(
            key="popliteal-artery",
            severity="critical",
            text="Weak pulses or a low ankle-brachial index after knee dislocation: the artery is injured until shown "
            "otherwise.",
        ),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment: the limb may be without blood.",
        ),
    ),
    cases=(
        yes("no pulses", {"knee-dislocation": True, "distal-pulses": "absent"}),
        yes(
            "index just below",
            {"knee-dislocation": True, "ankle-brachial-index": at("\"ankle-brachial-limit\" - 0.01 '1'")},
        ),
        no("index at the limit", {"knee-dislocation": True, "ankle-brachial-index": at('"ankle-brachial-limit"')}),
        no("good pulses, index not measured", {"knee-dislocation": True, "distal-pulses": "present"}),
        no("no dislocation", {"knee-dislocation": False, "distal-pulses": "absent"}),
    ),
)

SUDDEN = Rule(
    id="FD-RED-19a",
    title="A sudden foot drop of the last days is treated as a stroke until shown otherwise",
    why="A small cortical stroke or a haemorrhage can weaken nothing but the foot.",
    statements=("RED-19", "B-04", "B-03", "D-05", "LOC-49"),
    strength="consider",
    population="everyone",
    when='"sudden-recent"',
    then=(
        Alert(
            key="sudden-onset",
            severity="critical",
            text="Sudden onset: emergency pathway. Ask when the patient was last known well; thrombolysis may be possible "
            "within {stroke-lysis-limit}.",
        ),
        Differential(diagnosis="stroke"),
        Differential(diagnosis="intracranial-lesion"),
        Order(
            key="emergency-assessment",
            priority="stat",
            priority_from="RED-19",
            text="Emergency assessment for stroke; establish the time last known well.",
        ),
        Order(
            key="ct-head",
            priority="stat",
            priority_from="RED-19",
            text="CT of the head within {stroke-ct-target}.",
        ),
        Order(
            key="mri-brain",
            priority="stat",
            priority_from="RED-19",
            text="MRI of the brain if the CT does not explain a sudden foot drop.",
        ),
    ),
    cases=(
        yes("three days ago", DROP, {"onset-tempo": "sudden"}, RECENT),
        yes("when, nobody knows", DROP, {"onset-tempo": "sudden"}),
        no("a month ago", DROP, {"onset-tempo": "sudden", "onset": at('"as-of" - 1 month')}),
        no("acute", DROP, {"onset-tempo": "acute"}, RECENT),
    ),
)

SUDDEN_EARLIER = Rule(
    id="FD-RED-19b",
    title="A foot drop that once came on suddenly",
    why="After the first week the emergency is over, but the brain has still to be seen.",
    statements=("RED-19", "D-05", "B-03", "LOC-49"),
    strength="consider",
    population="everyone",
    when='"has-foot-drop" and "onset-tempo" = \'sudden\' and "sudden-recent" is false',
    then=(
        Alert(
            key="sudden-onset-earlier",
            severity="warning",
            text="The foot drop began suddenly: consider a central cause, even without upper-motor-neuron signs.",
        ),
        Differential(diagnosis="intracranial-lesion"),
        Order(
            key="mri-brain",
            priority="urgent",
            priority_from="RED-19",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="Consider MRI of the brain: the onset was sudden.",
        ),
    ),
    cases=(
        yes(
            "a day after the window",
            DROP,
            {"onset-tempo": "sudden", "onset": at('"as-of" - "sudden-onset-window" - 1 day')},
        ),
        no(
            "on the last day of the window",
            DROP,
            {"onset-tempo": "sudden", "onset": at('"as-of" - "sudden-onset-window"')},
        ),
        no("gradual", DROP, {"onset-tempo": "gradual", "onset": at('"as-of" - 1 month')}),
        no("no drop", NO_DROP, {"onset-tempo": "sudden", "onset": at('"as-of" - 1 month')}),
    ),
)

CORRECTABLE = Rule(
    id="FD-RED-20",
    title="A correctable spinal lesion goes to the spine surgeon urgently",
    why="The earlier the root is freed, the more of the muscle is kept.",
    statements=("RED-20", "C-41", "SUR-30"),
    strength="recommend",
    population="everyone",
    when='"spinal-source" and "mri-surgically-correctable"',
    then=(
        Alert(
            key="correctable-lesion",
            severity="warning",
            scope="patient",
            text="Imaging shows a spinal lesion that surgery could correct: urgent opinion of the spine surgeon.",
        ),
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            text="Urgent opinion of the spine surgeon on a correctable lesion.",
        ),
    ),
    cases=(
        yes("correctable", DROP, {"back-pain": True, "mri-surgically-correctable": True}),
        no("not correctable", DROP, {"back-pain": True, "mri-surgically-correctable": False}),
        no("no spinal source", PERONEAL, {"mri-surgically-correctable": True}),
    ),
)

ACUTE_NEUROPATHY = Rule(
    id="FD-RED-21",
    title="Acute weakness of both legs without reflexes: think of Guillain-Barre syndrome",
    why="It can reach the breathing muscles within days.",
    statements=("B-06",),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
        and ("inflammatory-neuropathy"
                and (("as-of" same day or before "inflammatory-neuropathy-since" + "acute-neuropathy-window") is not false
                    or "worsening")
            or "bilateral" and "onset-tempo" in {'sudden', 'acute', 'subacute'}
                and "reflex-ankle" = 0 and "reflex-knee" = 0)
    """,
    then=(
        Alert(
            key="acute-polyneuropathy",
            severity="critical",
            scope="patient",
            text="Acute neuropathy of both legs is possible: check breathing (vital capacity) and swallowing now.",
        ),
        Differential(diagnosis="inflammatory-neuropathy"),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment with vital capacity: Guillain-Barre syndrome is possible.",
        ),
        Order(key="neurology-referral", priority="stat", text="Neurologist now: acute inflammatory neuropathy is possible."),
    ),
    cases=(
        yes(
            "both legs, acute, no reflexes",
            DROP,
            {"bilateral-leg-symptoms": True, "onset-tempo": "acute", "reflex-ankle": 0, "reflex-knee": 0},
        ),
        no(
            "reflexes kept",
            DROP,
            {"bilateral-leg-symptoms": True, "onset-tempo": "acute", "reflex-ankle": 1, "reflex-knee": 2},
        ),
        no(
            "gradual",
            DROP,
            {"bilateral-leg-symptoms": True, "onset-tempo": "gradual", "reflex-ankle": 0, "reflex-knee": 0},
        ),
        yes(
            "diagnosed, on the last day of the window",
            DROP,
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - "acute-neuropathy-window"'),
            },
        ),
        no(
            "diagnosed, a day later",
            DROP,
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - "acute-neuropathy-window" - 1 day'),
                "course": "stable",
            },
        ),
        yes(
            "diagnosed long ago, worsening",
            DROP,
            {"inflammatory-neuropathy": True, "inflammatory-neuropathy-since": at('"as-of" - 3 years'), "course": "worsening"},
        ),
        no("no drop", NO_DROP, {"inflammatory-neuropathy": True}),
    ),
)

HAEMATOMA = Rule(
    id="FD-RED-22",
    title="A new foot drop under an anticoagulant or after hip surgery: look for a haematoma",
    why="An expanding haematoma presses on the sciatic nerve or the plexus, and can be evacuated in time.",
    statements=("B-32", "D-05"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
        and ("anticoagulant" and (("as-of" same day or before "clock-start" + "haematoma-window") is not false
                or "hip-arthroplasty" and ("clock-start" same day or after "hip-arthroplasty-since") is not false)
            or "as-of" same day or before "hip-arthroplasty-since" + "hip-surgery-window")
    """,
    then=(
        Alert(
            key="haematoma",
            severity="warning",
            text="A haematoma may press on the nerve: examine buttock, groin and thigh, and image today.",
        ),
        Order(
            key="ct-or-mri-pelvis-hip",
            priority="urgent",
            window=('"as-of"', '"as-of"'),
            text="CT or MRI of pelvis and hip for a haematoma pressing on the sciatic nerve or plexus.",
        ),
    ),
    cases=(
        yes("anticoagulated, on the last day", DROP, {"anticoagulant": True, "clock-start": at('"as-of" - "haematoma-window"')}),
        no(
            "anticoagulated, a day later",
            DROP,
            {"anticoagulant": True, "clock-start": at('"as-of" - "haematoma-window" - 1 day'), "hip-arthroplasty": False},
        ),
        yes("anticoagulated, onset unknown", DROP, {"anticoagulant": True}),
        yes(
            "on the last day after hip replacement",
            DROP,
            {"hip-arthroplasty": True, "hip-arthroplasty-since": at('"as-of" - "hip-surgery-window"')},
        ),
        no(
            "a day later, not anticoagulated",
            DROP,
            {
                "anticoagulant": False,
                "hip-arthroplasty": True,
                "hip-arthroplasty-since": at('"as-of" - "hip-surgery-window" - 1 day'),
            },
        ),
        no("not anticoagulated, no operation", DROP, {"anticoagulant": False, "hip-arthroplasty": False}),
        no("no drop", NO_DROP, {"anticoagulant": True}),
    ),
)

METASTATIC_CORD = Rule(
    id="FD-RED-23",
    title="Cancer and a cord sign: suspected metastatic cord compression",
    why="Whole-spine imaging and a plan are due within a day.",
    statements=("B-16", "RED-07", "D-07"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "cancer-history" and ("umn-unexplained" or "bilateral-unexplained" or "worsening")',
    then=(
        Alert(
            key="metastatic-cord-compression",
            severity="critical",
            scope="patient",
            text="Cancer with a worsening, two-sided or upper-motor-neuron deficit: whole-spine MRI within "
            "{cord-compression-mri-target}, and tell the cord-compression coordinator now.",
        ),
        Differential(diagnosis="spinal-cord-compression"),
        Order(key="mri-lumbar-spine", priority="asap", text="MRI of the lumbar spine as part of the whole spine, within {cord-compression-mri-target}."),
        Order(key="mri-thoracic-spine", priority="asap", text="MRI of the thoracic spine as part of the whole spine, within {cord-compression-mri-target}."),
        Order(key="mri-cervical-spine", priority="asap", text="MRI of the cervical spine as part of the whole spine, within {cord-compression-mri-target}."),
    ),
    cases=(
        yes("worsening", DROP, {"cancer-history": True, "course": "worsening"}),
        yes("both legs", DROP, {"cancer-history": True, "bilateral-leg-symptoms": True}),
        yes("an extensor plantar response", DROP, {"cancer-history": True, "extensor-plantar-response": True}),
        no("stable, one leg, no such sign", PERONEAL, NO_UMN, {"cancer-history": True, "course": "stable"}),
        no("no cancer", DROP, {"cancer-history": False, "course": "worsening"}),
        no("no drop", NO_DROP, {"cancer-history": True, "course": "worsening"}),
    ),
)

RULES = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
