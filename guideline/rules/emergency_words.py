"""Words about emergencies: which are open, and for how long. None of them proposes anything by itself."""

from __future__ import annotations

from guideline.rule import at, no, yes
from guideline.rules.people import ADULT, DROP, NO_DROP, Given
from guideline.rules.words import define

_PULSELESS: Given = {"distal-pulses": "absent"}

MOBILISATION_BARRED = define(
    "FD-DEF-19",
    "mobilisation-barred",
    "The spine is not cleared after an acute injury",
    "Until imaging has excluded an unstable injury, precautions come before walking.",
    ("RED-12", "C-36", "PT-26"),
    '"acute-spinal-trauma" and "spine-cleared" is not true',
    (
        yes("injured, not cleared", {"acute-spinal-trauma": True, "spine-cleared": False}),
        yes("injured, nobody has said", {"acute-spinal-trauma": True}),
        no("cleared", {"acute-spinal-trauma": True, "spine-cleared": True}),
        no("no injury known", ADULT),
    ),
)

FRESH_SPINAL_INJURY = define(
    "FD-DEF-39",
    "fresh-spinal-injury",
    "The spine was injured in these weeks, and is not cleared",
    "What was found since is the injury's until imaging says otherwise; no diagnosis explains it away.",
    ("RED-12", "RED-07", "D-04"),
    """
        "mobilisation-barred"
        and ("acute-spinal-trauma-since" same day or after "as-of" - "new-sign-window") is not false
    """,
    (
        yes(
            "on the last day",
            {"acute-spinal-trauma": True, "acute-spinal-trauma-since": at('"as-of" - "new-sign-window"')},
        ),
        no(
            "a day later",
            {"acute-spinal-trauma": True, "acute-spinal-trauma-since": at('"as-of" - "new-sign-window" - 1 day')},
        ),
        yes("undated", {"acute-spinal-trauma": True}),
        no("cleared", {"acute-spinal-trauma": True, "spine-cleared": True}),
    ),
)

RECENT_KNEE_DISLOCATION = define(
    "FD-DEF-20",
    "recent-knee-dislocation",
    "The knee was dislocated recently",
    "For the first days, or while nobody knows when it was, the popliteal artery decides.",
    ("RED-18", "D-05"),
    """
        "knee-dislocation"
        and ("knee-dislocation-since" same day or after "as-of" - "knee-dislocation-window") is not false
    """,
    (
        yes(
            "on the last day",
            {"knee-dislocation": True, "knee-dislocation-since": at('"as-of" - "knee-dislocation-window"')},
        ),
        no(
            "a day later",
            {"knee-dislocation": True, "knee-dislocation-since": at('"as-of" - "knee-dislocation-window" - 1 day')},
        ),
        yes("undated", {"knee-dislocation": True}),
        no("none", {"knee-dislocation": False}),
    ),
)

COMPARTMENT_SUSPECTED = define(
    "FD-DEF-21",
    "compartment-suspected",
    "Compartment syndrome of the leg is suspected",
    "A finding or a diagnosis, on suspicion: it is a limb emergency either way.",
    ("RED-15", "RED-16", "PIT-13", "LOC-57"),
    '"compartment-syndrome-suspected" or "compartment-syndrome"',
    (
        yes("suspected", {"compartment-syndrome-suspected": True}),
        yes("diagnosed", {"compartment-syndrome": True}),
        no("excluded", {"compartment-syndrome-suspected": False, "compartment-syndrome": False}),
    ),
)

LIMB_ISCHAEMIA_SUSPECTED = define(
    "FD-DEF-40",
    "limb-ischaemia-suspected",
    "A new foot drop, and no pulse in the foot",
    "A nerve without blood fails in hours; a drop that came slowly, or weeks ago, has another cause.",
    ("B-34", "RED-18", "D-05"),
    """
        "has-foot-drop" and "distal-pulses" = 'absent' and ("onset-tempo" = 'gradual') is not true
        and ("clock-start" same day or after "as-of" - "sudden-onset-window") is not false
    """,
    (
        yes("on the last day", DROP, _PULSELESS, {"clock-start": at('"as-of" - "sudden-onset-window"')}),
        no("a day later", DROP, _PULSELESS, {"clock-start": at('"as-of" - "sudden-onset-window" - 1 day')}),
        yes("date unknown", DROP, _PULSELESS),
        no("it came slowly", DROP, _PULSELESS, {"onset-tempo": "gradual"}),
        no("weak pulses", DROP, {"distal-pulses": "reduced"}),
        no("no drop", NO_DROP, _PULSELESS),
    ),
)

LIMB_AT_STAKE = define(
    "FD-DEF-42",
    "limb-at-stake",
    "The limb itself is at stake",
    "Nothing may enclose the leg in an emergency of this limb, or of one that the record does not name.",
    ("B-33", "RED-16", "B-34"),
    '"compartment-suspected" or "limb-emergency-unsided" or "limb-ischaemia-suspected"',
    (
        yes("suspected compartment syndrome", DROP, {"compartment-syndrome-suspected": True}),
        yes("an emergency of a leg without its side", DROP, {"limb-emergency-unsided": True}),
        yes("a new drop and no pulse", DROP, _PULSELESS),
        no("nothing of it", DROP, {"compartment-syndrome-suspected": False, "distal-pulses": "present"}),
    ),
)

SUDDEN_RECENT = define(
    "FD-DEF-22",
    "sudden-recent",
    "The foot drop came on suddenly, days ago",
    "Within a week a sudden onset is an emergency; an unknown date counts as recent.",
    ("RED-19", "D-05", "B-04"),
    """
        "foot-drop-known" and "onset-tempo" = 'sudden'
        and ("onset" same day or after "as-of" - "sudden-onset-window") is not false
    """,
    (
        no("no drop", NO_DROP, {"onset-tempo": "sudden"}),
        yes("on the last day", DROP, {"onset-tempo": "sudden", "onset": at('"as-of" - "sudden-onset-window"')}),
        no("a day later", DROP, {"onset-tempo": "sudden", "onset": at('"as-of" - "sudden-onset-window" - 1 day')}),
        yes(
            "known to have begun now, in a leg that was weak before",
            DROP,
            {"onset-tempo": "sudden", "onset": at('"as-of"'), "clock-start": at('"as-of" - 1 year')},
        ),
        yes("date unknown", DROP, {"onset-tempo": "sudden"}),
        yes("the side of the drop unknown", {"foot-drop-unsided": True, "onset-tempo": "sudden"}),
        no("a gradual onset", DROP, {"onset-tempo": "gradual"}),
    ),
)

OTHER_LEG = define(
    "FD-DEF-41",
    "other-leg-emergency",
    "The other leg is an emergency",
    "Nobody trains walking, or stands on both feet, while a limb is at stake.",
    ("C-21", "RED-16", "RED-18"),
    """
        "opposite-compartment-syndrome-suspected" or "opposite-compartment-syndrome"
        or "opposite-knee-dislocation"
            and ("opposite-knee-dislocation-since" same day or after "as-of" - "knee-dislocation-window") is not false
        or "opposite-distal-pulses" = 'absent'
            and "opposite-drop-since" same day or after "as-of" - "sudden-onset-window"
    """,
    (
        yes("suspected compartment syndrome", {"opposite-compartment-syndrome-suspected": True}),
        yes("compartment syndrome", {"opposite-compartment-syndrome": True}),
        yes("a dislocated knee, undated", {"opposite-knee-dislocation": True}),
        *(
            case(
                f"no pulse, and a drop {name}",
                {"opposite-distal-pulses": pulse, "opposite-drop-since": at(day)},
            )
            for case, name, pulse, day in (
                (yes, "on the last day", "absent", '"as-of" - "sudden-onset-window"'),
                (no, "a day earlier", "absent", '"as-of" - "sudden-onset-window" - 1 day'),
                (no, "of today, and pulses", "present", '"as-of"'),
            )
        ),
        *(
            case(
                f"a dislocated knee, {name}",
                {"opposite-knee-dislocation": True, "opposite-knee-dislocation-since": at(day)},
            )
            for case, name, day in (
                (yes, "on the last day", '"as-of" - "knee-dislocation-window"'),
                (no, "a day later", '"as-of" - "knee-dislocation-window" - 1 day'),
            )
        ),
        no("nothing of it", {"opposite-compartment-syndrome-suspected": False, "opposite-knee-dislocation": False}),
    ),
)

EMERGENCY = define(
    "FD-DEF-25",
    "emergency",
    "There is an emergency whether or not a foot drops",
    "These are assessed even when no foot drop is recorded.",
    ("D-06", "PIT-13", "RED-13", "RED-16", "RED-18"),
    """
        "cauda-equina-suspected" or "compartment-suspected" or "recent-knee-dislocation" or "limb-emergency-unsided"
        or "limb-ischaemia-suspected"
        or "spinal-cord-injury" and ("mean-arterial-pressure" < "map-floor"
            or "initial-assessment-phase" and "systolic-blood-pressure" <= "systolic-floor")
    """,
    (
        yes("a new drop and no pulse", DROP, _PULSELESS),
        yes("back pain and bladder trouble", NO_DROP, {"back-pain": True, "bladder-dysfunction": True}),
        yes(
            "cord injury, first phase, systolic at the floor",
            {
                "spinal-cord-injury": True,
                "initial-assessment-phase": True,
                "systolic-blood-pressure": at('"systolic-floor"'),
            },
        ),
        no(
            "cord injury, first phase, systolic above the floor",
            {
                "spinal-cord-injury": True,
                "initial-assessment-phase": True,
                "mean-arterial-pressure": at('"map-floor"'),
                "systolic-blood-pressure": at("\"systolic-floor\" + 1 'mm[Hg]'"),
            },
        ),
        no(
            "low pressure, later phase, mean not measured",
            {
                "spinal-cord-injury": True,
                "initial-assessment-phase": False,
                "systolic-blood-pressure": at("80 'mm[Hg]'"),
            },
        ),
        no("low pressure without cord injury", {"mean-arterial-pressure": at("50 'mm[Hg]'")}),
        yes("compartment syndrome", NO_DROP, {"compartment-syndrome-suspected": True}),
        yes("knee dislocation", NO_DROP, {"knee-dislocation": True}),
        yes("a limb emergency without its side", {"limb-emergency-unsided": True}),
        yes(
            "cord injury with low pressure",
            {"spinal-cord-injury": True, "mean-arterial-pressure": at("\"map-floor\" - 1 'mm[Hg]'")},
        ),
        no(
            "cord injury at the floor",
            {"spinal-cord-injury": True, "mean-arterial-pressure": at('"map-floor"')},
        ),
        no("a plain drop", DROP),
    ),
)
