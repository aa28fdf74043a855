"""RED-11 to RED-14: the injured spine, before it is cleared, and the pressure that keeps a cord alive."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Goal, Rule, at, no, yes

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
