"""RED-15 to RED-18: compartment syndrome, knee dislocation, a limb without blood: where the limb itself is at stake."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Cql, Differential, Example, Order, Rule, at, no, yes
from guideline.rules.people import DROP, NO_DROP, RECENT, Given

_WEAK: Given = {"distal-pulses": "reduced"}


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
            text="Suspected compartment syndrome: surgeon now; nothing else comes first. No brace, no cast, "
            "no bandage.",
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


def _ischaemia(number: str, when: str, severity: str, text: str, cases: tuple[Example, ...]) -> Rule:
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
_HOURS = 'hours between "ischaemia-onset" and "as-of"'  # unknown, not zero, where only a day is known (decision D-01)


def _ago(hours: str, more: str = "") -> Cql:
    return at(f'"as-of" - 1 hour * "{hours}" {more}')


ISCHAEMIA_LONG = _ischaemia(
    "17a",
    f'"compartment-suspected" and {_HOURS} >= "ischaemia-irreversible"',
    "critical",
    "Ischaemia for {ischaemia-irreversible} hours or more: damage is often irreversible. Still stat; the surgeon "
    "decides.",
    (
        no(
            "not suspected",
            {"compartment-syndrome-suspected": False, "ischaemia-onset": _ago("ischaemia-irreversible")},
        ),
        yes("at the limit", _SUSPECTED, {"ischaemia-onset": _ago("ischaemia-irreversible")}),
        no("a minute less", _SUSPECTED, {"ischaemia-onset": _ago("ischaemia-irreversible", "+ 1 minute")}),
    ),
)
ISCHAEMIA_CLOSING = _ischaemia(
    "17b",
    f"""
        "compartment-suspected" and {_HOURS} >= "ischaemia-tolerated" and {_HOURS} < "ischaemia-irreversible"
    """,
    "critical",
    "Ischaemia for {ischaemia-tolerated} hours or more: the limb may still be saved before {ischaemia-irreversible} "
    "hours.",
    (
        no("not suspected", {"compartment-syndrome-suspected": False, "ischaemia-onset": _ago("ischaemia-tolerated")}),
        yes("at the lower limit", _SUSPECTED, {"ischaemia-onset": _ago("ischaemia-tolerated")}),
        no("a minute less", _SUSPECTED, {"ischaemia-onset": _ago("ischaemia-tolerated", "+ 1 minute")}),
        no("at the upper limit", _SUSPECTED, {"ischaemia-onset": _ago("ischaemia-irreversible")}),
    ),
)
ISCHAEMIA_EARLY = _ischaemia(
    "17c",
    f'"compartment-suspected" and {_HOURS} < "ischaemia-tolerated"',
    "warning",
    "Ischaemia for less than {ischaemia-tolerated} hours, which a limb may tolerate: decompress before that.",
    (
        no("not suspected", {"compartment-syndrome-suspected": False, "ischaemia-onset": at('"as-of" - 1 hour')}),
        yes("a minute before the limit", _SUSPECTED, {"ischaemia-onset": _ago("ischaemia-tolerated", "+ 1 minute")}),
        no("at the limit", _SUSPECTED, {"ischaemia-onset": _ago("ischaemia-tolerated")}),
    ),
)
ISCHAEMIA_UNKNOWN = _ischaemia(
    "17d",
    f"""
        "compartment-suspected" and "ischaemia-onset" is not null
        and (({_HOURS} >= "ischaemia-irreversible") is null or ({_HOURS} >= "ischaemia-tolerated") is null)
    """,
    "critical",
    "The hours of ischaemia cannot be told from the dates given: act as if {ischaemia-tolerated} hours were nearly "
    "over.",
    (
        no("not suspected", {"compartment-syndrome-suspected": False, "ischaemia-onset": at("@2026-06-15")}),
        yes("only the day is known, today", _SUSPECTED, {"ischaemia-onset": at("@2026-06-15")}),
        no("only the day is known, days ago", _SUSPECTED, {"ischaemia-onset": at("@2026-06-11")}),
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
            text="Vascular assessment now: pulses and ankle-brachial index; image the artery "
            "below {ankle-brachial-limit}.",
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
            text="Weak pulses or a low ankle-brachial index after knee dislocation: the artery is injured until "
            "shown otherwise.",
        ),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment: the limb may be without blood.",
        ),
    ),
    cases=(
        yes("weak pulses", {"knee-dislocation": True, "distal-pulses": "reduced"}),
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

NO_PULSE = Rule(
    id="FD-RED-18c",
    title="A new foot drop without a pulse: the limb may be without blood",
    why="Nerve and muscle without blood are lost within hours, whatever closed the artery.",
    statements=("B-34", "RED-18", "RED-17"),
    strength="recommend",
    population="everyone",
    when='"limb-ischaemia-suspected"',
    then=(
        Alert(
            key="limb-ischaemia",
            severity="critical",
            text="New foot drop and no pulse in the foot: the limb may be without blood. Vascular surgeon now; nothing "
            "tight on the leg.",
        ),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment: the limb may be without blood.",
        ),
        Order(
            key="vascular-assessment",
            priority="stat",
            text="Vascular assessment now: pulses by Doppler, ankle-brachial index, and the artery imaged without "
            "losing time.",
        ),
    ),
    cases=(
        yes("no pulse", DROP, {"distal-pulses": "absent"}),
        no("no pulse, no drop", NO_DROP, {"distal-pulses": "absent"}),
        no("good pulses", DROP, {"distal-pulses": "present"}),
    ),
)

WEAK_PULSE = Rule(
    id="FD-RED-18d",
    title="A new foot drop with a poor circulation: the artery is examined today",
    why="A narrowed artery may be closing, and it is felt and measured in minutes.",
    statements=("B-34", "RED-18"),
    strength="recommend",
    when="""
        "has-foot-drop"
        and ("distal-pulses" = 'reduced' or "ankle-brachial-index" < "ankle-brachial-limit")
        and ("onset-tempo" = 'gradual') is not true
        and "clock-start" same day or after "as-of" - "sudden-onset-window"
    """,
    then=(
        Order(
            key="vascular-assessment",
            priority="asap",
            text="Vascular assessment today: weak pulses or an ankle-brachial index below {ankle-brachial-limit} "
            "beside a new foot drop.",
        ),
    ),
    cases=(
        yes("weak pulses, on the last day", DROP, _WEAK, {"clock-start": at('"as-of" - "sudden-onset-window"')}),
        no("a day later", DROP, _WEAK, {"clock-start": at('"as-of" - "sudden-onset-window" - 1 day')}),
        no("date unknown", DROP, _WEAK),
        yes(
            "index just below",
            DROP,
            RECENT,
            {"ankle-brachial-index": at("\"ankle-brachial-limit\" - 0.01 '1'")},
        ),
        no("index at the limit", DROP, RECENT, {"ankle-brachial-index": at('"ankle-brachial-limit"')}),
        no("it came slowly", DROP, RECENT, _WEAK, {"onset-tempo": "gradual"}),
        no("no drop", NO_DROP, RECENT, _WEAK),
    ),
)

UNSIDED_EMERGENCY = Rule(
    id="FD-RED-24",
    title="A limb emergency recorded without its side: look at both legs now",
    why="The side is never guessed, and a limb that is dying does not wait for it to be written down.",
    statements=("RED-16", "RED-18", "PIT-13", "D-06", "DEF-06"),
    strength="recommend",
    population="everyone",
    when='"limb-emergency-unsided"',
    then=(
        Alert(
            key="limb-emergency-unsided",
            severity="critical",
            scope="patient",
            text="Compartment syndrome or knee dislocation is recorded without its side: examine both legs now, put "
            "nothing on either, and record left or right.",
        ),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment of both legs: compartment syndrome or knee dislocation, side not recorded.",
        ),
        Activity(
            key="remove-compression",
            priority="stat",
            text="Open dressings, cast and brace down to the skin until the side is known.",
        ),
    ),
    cases=(
        yes("recorded without its side", {"limb-emergency-unsided": True}),
        yes("beside a foot drop", DROP, {"limb-emergency-unsided": True}),
        no("nothing of the kind", DROP, {"limb-emergency-unsided": False}),
    ),
)
