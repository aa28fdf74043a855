"""RED: emergencies of nerves: an acute neuropathy of both legs, and a haematoma that presses."""

from __future__ import annotations

from typing import Final

from guideline.rule import Alert, Conclude, Differential, Effect, Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, NO_UMN, RECENT, Given

_TEMPI: Final = ("sudden", "acute", "subacute")
_NEW_KNEE: Given = {"anticoagulant": True, "knee-arthroplasty": True}
_OLD_HIP: Given = {"hip-arthroplasty": True}
_OLD_NEUROPATHY: Given = {
    "opposite-foot-drop": True,
    "onset-tempo": "acute",
    "polyneuropathy": True,
    "polyneuropathy-since": at('"as-of" - 2 years'),
    "clock-start": at('"as-of" - 3 days'),
    "course": "stable",
}

_ACUTE: Final[tuple[Effect, ...]] = (
    Conclude(name="acute-neuropathy-suspected"),
    Alert(
        key="acute-polyneuropathy",
        severity="critical",
        scope="patient",
        text="An acute neuropathy is possible: check breathing (vital capacity) and swallowing now.",
    ),
    Differential(diagnosis="inflammatory-neuropathy"),
    Order(
        key="emergency-assessment",
        priority="stat",
        text="Emergency assessment with vital capacity: Guillain-Barre syndrome is possible.",
    ),
    Order(
        key="neurology-referral",
        priority="stat",
        text="Neurologist now: acute inflammatory neuropathy is possible.",
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
        "foot-drop-known"
        and ("inflammatory-neuropathy"
                and ("worsening"
                    or "past-inflammatory-neuropathy" is not true
                        and (("inflammatory-neuropathy-since" same day or after "as-of" - "acute-neuropathy-window")
                                is not false
                            or ("onset-tempo" = 'gradual') is not true
                                and ("bilateral" is false and "reflex-ankle" > 0) is not true))
            or "bilateral" and "reflex-ankle" = 0 and "reflex-knee" = 0
                and ("course" = 'rapidly-worsening'
                    or "onset-tempo" in {'sudden', 'acute', 'subacute'}
                        and ("worsening"
                            or ("clock-start" same day or after "as-of" - "acute-neuropathy-window") is not false
                            or "opposite-drop-since" same day or after "as-of" - "acute-neuropathy-window"
                            or "bilateral-leg-symptoms-since" same day or after "as-of" - "acute-neuropathy-window")
                    or "onset" same day or after "as-of" - "acute-neuropathy-window"
                        and ("onset-tempo" = 'gradual') is not true
                        and ("bilateral-explained" is not true or "worsening")))
    """,
    then=_ACUTE,
    cases=(
        *(
            yes(
                f"both legs, {tempo}, no reflexes",
                DROP,
                {"bilateral-leg-symptoms": True, "onset-tempo": tempo, "reflex-ankle": 0, "reflex-knee": 0},
            )
            for tempo in ("sudden", "subacute")
        ),
        yes(
            "both legs, acute, no reflexes, on the last day of the window",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "onset-tempo": "acute",
                "clock-start": at('"as-of" - "acute-neuropathy-window"'),
                "reflex-ankle": 0,
                "reflex-knee": 0,
            },
        ),
        no(
            "both legs, acute, no reflexes, a day later",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "onset-tempo": "acute",
                "clock-start": at('"as-of" - "acute-neuropathy-window" - 1 day'),
                "reflex-ankle": 0,
                "reflex-knee": 0,
            },
        ),
        *(
            maker(
                f"acute in one leg long ago, {since} {when}",
                DROP,
                {
                    "bilateral-leg-symptoms": True,
                    "onset-tempo": "acute",
                    "clock-start": at('"as-of" - 3 months'),
                    "reflex-ankle": 0,
                    "reflex-knee": 0,
                    since: at(day),
                },
            )
            for since in ("opposite-drop-since", "bilateral-leg-symptoms-since")
            for maker, when, day in (
                (yes, "on the last day of the window", '"as-of" - "acute-neuropathy-window"'),
                (no, "a day earlier", '"as-of" - "acute-neuropathy-window" - 1 day'),
            )
        ),
        yes(
            "both legs, acute years ago, no reflexes, worse now",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "onset-tempo": "acute",
                "clock-start": at('"as-of" - 2 years'),
                "course": "worsening",
                "reflex-ankle": 0,
                "reflex-knee": 0,
            },
        ),
        yes(
            "both legs, acute, no reflexes",
            DROP,
            {"bilateral-leg-symptoms": True, "onset-tempo": "acute", "reflex-ankle": 0, "reflex-knee": 0},
        ),
        yes(
            "both legs, rapidly worse, no reflexes",
            DROP,
            {"bilateral-leg-symptoms": True, "course": "rapidly-worsening", "reflex-ankle": 0, "reflex-knee": 0},
        ),
        yes(
            "both legs, no reflexes, on the last day of the window",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "onset": at('"as-of" - "acute-neuropathy-window"'),
                "reflex-ankle": 0,
                "reflex-knee": 0,
            },
        ),
        no(
            "both legs, no reflexes, within the window, and gradual",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "onset": at('"as-of" - 10 days'),
                "onset-tempo": "gradual",
                "reflex-ankle": 0,
                "reflex-knee": 0,
            },
        ),
        no(
            "the same within the window, explained by a polyneuropathy",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "onset": at('"as-of" - 10 days'),
                "polyneuropathy": True,
                "reflex-ankle": 0,
                "reflex-knee": 0,
                "course": "stable",
            },
        ),
        yes(
            "the same, worsening",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "onset": at('"as-of" - 10 days'),
                "polyneuropathy": True,
                "reflex-ankle": 0,
                "reflex-knee": 0,
                "course": "worsening",
            },
        ),
        no(
            "both legs, no reflexes, a day later",
            DROP,
            {
                "bilateral-leg-symptoms": True,
                "onset": at('"as-of" - "acute-neuropathy-window" - 1 day'),
                "reflex-ankle": 0,
                "reflex-knee": 0,
            },
        ),
        no(
            "both legs, no reflexes, since nobody knows when",
            DROP,
            {"bilateral-leg-symptoms": True, "reflex-ankle": 0, "reflex-knee": 0},
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
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                "course": "worsening",
            },
        ),
        yes(
            "diagnosed long ago, a new drop on the last day of the window: a relapse",
            DROP,
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                "onset": at('"as-of" - "acute-neuropathy-window"'),
            },
        ),
        no(
            "a day later",
            DROP,
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                "onset": at('"as-of" - "acute-neuropathy-window" - 1 day'),
            },
        ),
        no(
            "diagnosed long ago, a new drop of one leg with its ankle jerk",
            DROP,
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                "onset": at('"as-of" - 10 days'),
                "bilateral-leg-symptoms": False,
                "opposite-mrc-ankle-dorsiflexion": 5,
                "reflex-ankle": 1,
            },
        ),
        yes(
            "the same without its ankle jerk",
            DROP,
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                "onset": at('"as-of" - 10 days'),
                "bilateral-leg-symptoms": False,
                "opposite-mrc-ankle-dorsiflexion": 5,
                "reflex-ankle": 0,
            },
        ),
        no(
            "diagnosed long ago, a new drop that came gradually",
            DROP,
            {
                "inflammatory-neuropathy": True,
                "inflammatory-neuropathy-since": at('"as-of" - 3 years'),
                "onset": at('"as-of" - 10 days'),
                "onset-tempo": "gradual",
            },
        ),
        yes("a drop without its side", {"foot-drop-unsided": True, "inflammatory-neuropathy": True}),
        no("no drop", NO_DROP, {"inflammatory-neuropathy": True}),
    ),
)

_FEET_IN_DAYS: Given = {
    **DROP,
    "opposite-foot-drop": True,
    "onset-tempo": "acute",
    "clock-start": at('"as-of" - 3 days'),
    "opposite-drop-since": at('"as-of" - 3 days'),
    **NO_UMN,
}

BOTH_FEET = Rule(
    id="FD-RED-21b",
    title="Both feet drop within weeks and the reflexes are weak, or nobody has tested them",
    why="Early on only the ankle jerks are gone; a reflex that nobody tested is not a normal one.",
    statements=("B-06", "RED-10"),
    strength="recommend",
    population="everyone",
    when="""
        "bilateral-drop" and "bilateral-unexplained"
        and ("reflex-ankle" > 0 or "reflex-knee" > 1) is not true
        and ("opposite-drop-since" same day or after "as-of" - "acute-neuropathy-window") is not false
        and "onset-tempo" in {'sudden', 'acute', 'subacute'}
        and ("clock-start" same day or after "as-of" - "acute-neuropathy-window") is not false
    """,
    then=(
        *_ACUTE,
        Order(
            key="neurological-assessment",
            priority="stat",
            text="Test the reflexes of both legs now, with strength, sensation and breathing.",
        ),
    ),
    cases=(
        yes("no ankle jerk, a weak knee jerk", _FEET_IN_DAYS, {"reflex-ankle": 0, "reflex-knee": 1}),
        yes("no ankle jerk, the knee not tested", _FEET_IN_DAYS, {"reflex-ankle": 0}),
        no("no ankle jerk, a normal knee jerk", _FEET_IN_DAYS, {"reflex-ankle": 0, "reflex-knee": 2}),
        no("a weak ankle jerk", _FEET_IN_DAYS, {"reflex-ankle": 1, "reflex-knee": 1}),
        *(yes(f"nobody has tested, {tempo}", _FEET_IN_DAYS, {"onset-tempo": tempo}) for tempo in _TEMPI),
        no("nobody has tested the ankles, the knee jerk is normal", _FEET_IN_DAYS, {"reflex-knee": 2}),
        yes(
            "the other foot on the last day of the window",
            _FEET_IN_DAYS,
            {"opposite-drop-since": at('"as-of" - "acute-neuropathy-window"')},
        ),
        no(
            "the other foot dropped before",
            _FEET_IN_DAYS,
            {"opposite-drop-since": at('"as-of" - "acute-neuropathy-window" - 1 day')},
        ),
        no("slowly", _FEET_IN_DAYS, {"onset-tempo": "gradual"}),
        yes("on the last day", _FEET_IN_DAYS, {"clock-start": at('"as-of" - "acute-neuropathy-window"')}),
        no("a day later", _FEET_IN_DAYS, {"clock-start": at('"as-of" - "acute-neuropathy-window" - 1 day')}),
        no("an old polyneuropathy, nothing new", DROP, NO_UMN, _OLD_NEUROPATHY),
        no("one foot", _FEET_IN_DAYS, {"opposite-foot-drop": False, "bilateral-leg-symptoms": True}),
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
        and ("anticoagulant" and (("clock-start" same day or after "as-of" - "haematoma-window") is not false
                or "hip-arthroplasty"
                    and ("hip-arthroplasty-since" is null
                        or ("worsening" or "hip-arthroplasty-since" same day or after "as-of" - "injury-latency")
                            and ("clock-start" same day or after "hip-arthroplasty-since") is not false
                        or "worsening"
                            and ("hip-arthroplasty-since" same day or after "clock-start" - "injury-latency")
                                is not false))
            or "hip-arthroplasty-since" is not null
                and ("hip-arthroplasty-since" same day or after "as-of" - "hip-surgery-window") is not false
                and ("worsening" or ("clock-start" same day or after "hip-arthroplasty-since") is not false))
    """,
    then=(
        Conclude(name="haematoma-suspected"),
        Alert(
            key="haematoma",
            severity="warning",
            until_done="ct-or-mri-pelvis-hip",
            text="A haematoma may press on the nerve: examine buttock, groin, thigh and the hollow of the knee, image "
            "today, and decide with the surgeon on reversing an anticoagulant and on evacuation.",
        ),
        Order(
            key="ct-or-mri-pelvis-hip",
            priority="urgent",
            window=('"as-of"', '"as-of"'),
            text="CT or MRI of pelvis and hip for a haematoma pressing on the sciatic nerve or plexus.",
        ),
    ),
    cases=(
        no(
            "anticoagulated, the drop older than the old hip",
            DROP,
            {
                "anticoagulant": True,
                "clock-start": at('"as-of" - 2 years'),
                "hip-arthroplasty": True,
                "hip-arthroplasty-since": at('"as-of" - 1 year'),
            },
        ),
        no(
            "anticoagulated, the drop years after the hip",
            DROP,
            {
                "anticoagulant": True,
                "clock-start": at('"as-of" - 1 year'),
                "hip-arthroplasty": True,
                "hip-arthroplasty-since": at('"as-of" - 12 years'),
            },
        ),
        no(
            "anticoagulated, the drop since an old hip",
            DROP,
            {
                "anticoagulant": True,
                "clock-start": at('"as-of" - 1 year'),
                "hip-arthroplasty": True,
                "hip-arthroplasty-since": at('"as-of" - 1 year'),
                "course": "stable",
            },
        ),
        yes(
            "the same, worse now",
            DROP,
            {
                "anticoagulant": True,
                "clock-start": at('"as-of" - 1 year'),
                "hip-arthroplasty": True,
                "hip-arthroplasty-since": at('"as-of" - 1 year'),
                "course": "worsening",
            },
        ),
        *(
            maker(
                f"anticoagulated, the drop since a hip {when}",
                DROP,
                {
                    "anticoagulant": True,
                    "clock-start": at(day),
                    "hip-arthroplasty": True,
                    "hip-arthroplasty-since": at(day),
                    "course": "stable",
                },
            )
            for maker, when, day in (
                (yes, "on the last day of the latency", '"as-of" - "injury-latency"'),
                (no, "a day earlier", '"as-of" - "injury-latency" - 1 day'),
            )
        ),
        yes(
            "anticoagulated, since a hip that has no date",
            DROP,
            {"anticoagulant": True, "clock-start": at('"as-of" - 1 year'), "hip-arthroplasty": True},
        ),
        yes(
            "anticoagulated, on the last day",
            DROP,
            {"anticoagulant": True, "clock-start": at('"as-of" - "haematoma-window"')},
        ),
        no(
            "anticoagulated, a day later",
            DROP,
            {
                "anticoagulant": True,
                "clock-start": at('"as-of" - "haematoma-window" - 1 day'),
                "hip-arthroplasty": False,
            },
        ),
        no(
            "the drop older than a new hip",
            DROP,
            {
                "clock-start": at('"as-of" - 2 years'),
                "hip-arthroplasty": True,
                "hip-arthroplasty-since": at('"as-of" - 3 days'),
                "course": "stable",
            },
        ),
        yes(
            "the drop older than a new hip, and worse since",
            DROP,
            {
                "clock-start": at('"as-of" - 2 years'),
                "hip-arthroplasty": True,
                "hip-arthroplasty-since": at('"as-of" - 3 days'),
                "course": "rapidly-worsening",
            },
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

HAEMATOMA_AGAIN = Rule(
    id="FD-RED-22b",
    title="Weakness that worsens where a haematoma was suspected: look again",
    why="It grows, and what an image did not show last week it may show today.",
    statements=("B-32", "C-05", "D-05"),
    strength="recommend",
    population="everyone",
    when='"haematoma-suspected" and "worsening"',
    then=(
        Alert(
            key="haematoma",
            severity="warning",
            until_done="ct-or-mri-pelvis-hip",
            text="It is worse: image pelvis and hip today, also if an earlier image showed nothing.",
        ),
        Order(
            key="ct-or-mri-pelvis-hip",
            priority="urgent",
            window=('"as-of"', '"as-of"'),
            text="The weakness is worsening: an earlier image does not count.",
        ),
    ),
    cases=(
        yes("worse", DROP, {"anticoagulant": True, "course": "worsening"}),
        no("stable", DROP, {"anticoagulant": True, "course": "stable"}),
        no("worse, no haematoma suspected", DROP, {"anticoagulant": False, "course": "worsening"}),
    ),
)

KNEE_HAEMATOMA = Rule(
    id="FD-RED-22d",
    title="A knee just replaced and an anticoagulant: look for the haematoma at the knee as well",
    why="It bleeds where the operation was, and the nerve lies beside it.",
    statements=("B-32", "B-31", "D-05"),
    strength="recommend",
    population="everyone",
    when="""
        "haematoma-suspected" and "anticoagulant" and "knee-arthroplasty"
        and ("knee-arthroplasty-since" same day or after "as-of" - "haematoma-window") is not false
    """,
    then=(
        Order(
            key="imaging-fibular-head",
            priority="urgent",
            window=('"as-of"', '"as-of"'),
            text="Ultrasound of knee, hollow of the knee and fibular head today, for a haematoma; loosen the dressing "
            "and bend the knee.",
        ),
    ),
    cases=(
        yes("on the last day", DROP, _NEW_KNEE, {"knee-arthroplasty-since": at('"as-of" - "haematoma-window"')}),
        no("a day later", DROP, _NEW_KNEE, {"knee-arthroplasty-since": at('"as-of" - "haematoma-window" - 1 day')}),
        yes("undated", DROP, _NEW_KNEE),
        no("no knee replaced", DROP, _NEW_KNEE, {"knee-arthroplasty": False}),
        no(
            "a hip and a knee replaced, no anticoagulant",
            DROP,
            _NEW_KNEE,
            {"anticoagulant": False, "hip-arthroplasty": True, "hip-arthroplasty-since": at('"as-of" - 2 days')},
        ),
        no("no drop", NO_DROP, _NEW_KNEE),
    ),
)

HIP_OF_WHEN = Rule(
    id="FD-RED-22e",
    title="A new foot drop and a hip replaced nobody knows when: find the date",
    why="In the first weeks after the operation a haematoma or a cup presses on the nerve, and can be relieved.",
    statements=("B-32", "D-05"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and "hip-arthroplasty" and "hip-arthroplasty-since" is null
        and "clock-start" same day or after "as-of" - "haematoma-window"
    """,
    then=(
        Alert(
            key="hip-date-missing",
            severity="warning",
            text="New foot drop, and a hip replacement without its date: find the date now. Within "
            "{hip-surgery-window} of the operation a haematoma may press on the nerve: image today.",
        ),
    ),
    cases=(
        yes("on the last day", DROP, _OLD_HIP, {"clock-start": at('"as-of" - "haematoma-window"')}),
        no("a day later", DROP, _OLD_HIP, {"clock-start": at('"as-of" - "haematoma-window" - 1 day')}),
        no("dated", DROP, RECENT, _OLD_HIP, {"hip-arthroplasty-since": at('"as-of" - 2 years')}),
        no("no hip replaced", DROP, RECENT, {"hip-arthroplasty": False}),
        no("no drop", NO_DROP, RECENT, _OLD_HIP),
    ),
)
