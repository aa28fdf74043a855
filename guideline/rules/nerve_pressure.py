"""CON: take away what presses on the peroneal nerve. It is the first step, and it needs no diagnosis."""

from __future__ import annotations

from guideline.rule import Activity, Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, PERONEAL

LEG_CROSSING = Rule(
    id="FD-CON-01",
    title="Stop crossing the legs",
    why="Crossing presses the nerve against the fibula, and most who stop get better.",
    statements=("CON-01", "CON-04", "CON-08", "EDU-02", "LOC-58"),
    strength="recommend",
    when='"has-foot-drop" and "habitual-leg-crossing"',
    then=(Activity(key="activity-modification", text="Stop crossing the legs, from today."),),
    cases=(
        yes("crosses the legs", DROP, {"habitual-leg-crossing": True}),
        no("does not", DROP, {"habitual-leg-crossing": False}),
        no("no drop", NO_DROP, {"habitual-leg-crossing": True}),
    ),
)

CAST = Rule(
    id="FD-CON-02",
    title="A cast or tight brace on a leg with a foot drop is reviewed today",
    why="A nerve under a tight edge is lost by the hour, and freed in a minute.",
    statements=("CON-02", "CON-04", "LOC-60"),
    strength="recommend",
    when='"has-foot-drop" and "leg-cast" and "limb-at-stake" is not true',
    then=(
        Order(
            key="cast-review",
            priority="asap",
            window=('"as-of"', '"as-of"'),
            fresh_from='"as-of"',
            text="Review the cast or brace today: release, split or pad it over the fibular neck.",
        ),
        Activity(key="remove-compression", priority="asap", text="Take the pressure of the cast off the fibular neck."),
    ),
    cases=(
        yes("a cast", DROP, {"leg-cast": True}),
        no("none", DROP, {"leg-cast": False}),
        no("suspected compartment syndrome", DROP, {"leg-cast": True, "compartment-syndrome-suspected": True}),
        no("no drop", NO_DROP, {"leg-cast": True}),
    ),
)

CAST_COMPARTMENT = Rule(
    id="FD-CON-02b",
    title="A cast on a leg that is itself at stake comes off now",
    why="Padding or a window leaves the pressure where it is.",
    statements=("B-33", "CON-02", "RED-16"),
    strength="recommend",
    population="everyone",
    when='"leg-cast" and "limb-at-stake"',
    then=(
        Order(
            key="cast-review",
            priority="stat",
            window=('"as-of"', '"as-of"'),
            fresh_from='"as-of"',
            text="Take the cast or brace off, or split it down to the skin, now; to pad it is not enough.",
        ),
    ),
    cases=(
        yes("a cast", DROP, {"leg-cast": True, "compartment-syndrome-suspected": True}),
        yes("a cast, no drop yet", NO_DROP, {"leg-cast": True, "compartment-syndrome": True}),
        yes("a cast, and no pulse below it", DROP, {"leg-cast": True, "distal-pulses": "absent"}),
        no("not suspected", DROP, {"leg-cast": True, "compartment-syndrome-suspected": False}),
        no("no cast", DROP, {"leg-cast": False, "compartment-syndrome-suspected": True}),
    ),
)

SQUATTING = Rule(
    id="FD-CON-03",
    title="Change work or habits that mean long squatting or kneeling",
    why="Both stretch and press the nerve at the fibular neck.",
    statements=("CON-03", "CON-08", "LOC-59", "EDU-03"),
    strength="consider",
    when='"has-foot-drop" and "prolonged-squatting-kneeling"',
    then=(
        Activity(key="activity-modification", text="Consider other ways of working than long squatting or kneeling."),
    ),
    cases=(
        yes("lays floors", DROP, {"prolonged-squatting-kneeling": True}),
        no("does not", DROP, {"prolonged-squatting-kneeling": False}),
        no("no drop", NO_DROP, {"prolonged-squatting-kneeling": True}),
    ),
)

PRESSURE_OFF = Rule(
    id="FD-CON-04",
    title="Keep all pressure off the fibular neck",
    why="A nerve that is hurt already stands less than a healthy one.",
    statements=("CON-04", "EDU-03"),
    strength="recommend",
    when='"peroneal-cause"',
    then=(
        Activity(
            key="remove-compression",
            text="Keep pressure off the fibular neck, in bed, in a chair and under any orthosis.",
        ),
    ),
    cases=(yes("a peroneal pattern", PERONEAL), no("nothing peroneal", DROP)),
)

KNEE_REPLACED = Rule(
    id="FD-CON-04b",
    title="A foot drop after knee replacement: loosen the dressing and bend the knee",
    why="A tight dressing and a straight knee both stretch or press the nerve.",
    statements=("B-31", "CON-04", "LOC-54"),
    strength="recommend",
    when="""
        "has-foot-drop" and "knee-arthroplasty"
        and ("knee-arthroplasty-since" same day or after "as-of" - "knee-operation-window") is not false
        and ("worsening" or ("clock-start" same day or after "knee-arthroplasty-since") is not false)
    """,
    then=(
        Activity(
            key="remove-compression",
            priority="urgent",
            text="If the knee was replaced in the last {knee-operation-window}: loosen the dressing and bend the "
            "knee now.",
        ),
    ),
    cases=(
        yes(
            "on the last day",
            DROP,
            {"knee-arthroplasty": True, "knee-arthroplasty-since": at('"as-of" - "knee-operation-window"')},
        ),
        no(
            "a day later",
            DROP,
            {"knee-arthroplasty": True, "knee-arthroplasty-since": at('"as-of" - "knee-operation-window" - 1 day')},
        ),
        no(
            "the drop is older than the operation",
            DROP,
            {
                "knee-arthroplasty": True,
                "knee-arthroplasty-since": at('"as-of" - 2 days'),
                "clock-start": at('"as-of" - 3 days'),
            },
        ),
        yes(
            "the drop is older, and worse since",
            DROP,
            {
                "knee-arthroplasty": True,
                "knee-arthroplasty-since": at('"as-of" - 2 days'),
                "clock-start": at('"as-of" - 3 days'),
                "course": "worsening",
            },
        ),
        yes(
            "the drop began on the day of the operation",
            DROP,
            {
                "knee-arthroplasty": True,
                "knee-arthroplasty-since": at('"as-of" - 2 days'),
                "clock-start": at('"as-of" - 2 days'),
            },
        ),
        yes("undated", DROP, {"knee-arthroplasty": True}),
        no("no such operation", DROP, {"knee-arthroplasty": False}),
        no("no drop", NO_DROP, {"knee-arthroplasty": True}),
    ),
)
