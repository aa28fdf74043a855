"""RED-11 to RED-14: the injured spine, before it is cleared, and the pressure that keeps a cord alive."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Goal, Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, NO_UMN, Given

_OLDER: Given = {
    "acute-spinal-trauma": True,
    "acute-spinal-trauma-since": at('"as-of" - 1 day'),
    "clock-start": at('"as-of" - 2 days'),
    "bilateral-leg-symptoms": False,
    "opposite-mrc-ankle-dorsiflexion": 5,
}

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

INJURED_SPINE_AND_DROP = Rule(
    id="FD-RED-25",
    title="A foot drop after a spinal injury: the spine is imaged and the spine surgeon called now",
    why="An unstable or compressed spine is still doing harm, and what it has done is undone in hours or not at all.",
    statements=("RED-12", "RED-07", "C-12"),
    strength="recommend",
    population="everyone",
    when="""
        "foot-drop-known" and "fresh-spinal-injury"
        and (("clock-start" before day of "acute-spinal-trauma-since") is not true or "spinal-cord-injury"
            or "worsening" or "umn-signs" or "bilateral")
    """,
    then=(
        Alert(
            key="spinal-injury-deficit",
            severity="critical",
            scope="patient",
            text="Foot drop with a spinal injury that is not cleared: image the whole spine now, and call the spine "
            "surgeon. No diagnosis explains the weakness away before that.",
        ),
        Order(
            key="spine-surgery-consult",
            priority="stat",
            text="Call the spine surgeon now: neurological deficit after a spinal injury.",
        ),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment of the injured spine, with strength, sensation and perianal findings recorded.",
        ),
        *(
            Order(
                key=f"mri-{part}-spine",
                priority="stat",
                text=f"MRI of the {part} spine now, for the injury and the cord; CT first where the trauma team asks "
                "for it.",
            )
            for part in ("cervical", "thoracic", "lumbar")
        ),
    ),
    cases=(
        yes("injured today", DROP, {"acute-spinal-trauma": True, "clock-start": at('"as-of"')}),
        yes("nobody knows which came first", DROP, {"acute-spinal-trauma": True}),
        yes("the side of the drop unknown", {"foot-drop-unsided": True, "acute-spinal-trauma": True}),
        no("the drop is older than the injury", DROP, NO_UMN, _OLDER),
        yes("older, and worse", DROP, NO_UMN, _OLDER, {"course": "worsening"}),
        yes("older, and the cord is injured", DROP, NO_UMN, _OLDER, {"spinal-cord-injury": True}),
        yes("older, with an extensor plantar response", DROP, _OLDER, {"extensor-plantar-response": True}),
        yes("older, and both legs", DROP, NO_UMN, _OLDER, {"bilateral-leg-symptoms": True}),
        no("cleared", DROP, {"acute-spinal-trauma": True, "spine-cleared": True}),
        no("no drop", NO_DROP, {"acute-spinal-trauma": True, "spinal-cord-injury": True}),
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
            text="Spinal cord injury with a mean arterial pressure of {mean-arterial-pressure}: keep it at {map-floor} "
            "or more; the local protocol may ask for more.",
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
            text="Spinal cord injury, first phase, systolic pressure {systolic-blood-pressure}: raise it "
            "above {systolic-floor}.",
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
