"""Words about injuries: which of them may have made this foot drop, and which are older or later than it."""

from __future__ import annotations

from guideline.rule import CaseValue, Example, at, no, yes
from guideline.rules.words import define

_KNEE = ("fibular-fracture", "knee-dislocation", "knee-arthroplasty")
_HIP = ("hip-dislocation", "hip-arthroplasty", "pelvic-fracture")
_OPEN = "open-or-sharp-injury"
_BEGUN, _SLACK = '"as-of" - 6 months', '"injury-latency"'
_SURE: dict[str, CaseValue] = {"clock-start-uncertain": False}


def _made_this_drop(key: str) -> str:
    """An injury not long before the drop began, nor a diagnosis well after; where a date is missing it may have been.

    A wound is often written down after it happened, so that its date says only that it is no older.
    """
    later = (
        "" if key == _OPEN else f' and ("clock-start" same day or after "{key}-since" - "injury-latency") is not false'
    )
    return (
        f'"{key}"{later} and ("clock-start-uncertain"'
        f' or ("{key}-since" same day or after "clock-start" - "injury-latency") is not false)'
    )


def _any(keys: tuple[str, ...]) -> str:
    return " or ".join(f"({_made_this_drop(key)})" for key in keys)


def _timed(key: str) -> tuple[Example, ...]:
    begun: dict[str, CaseValue] = {key: True, "clock-start": at(_BEGUN), **_SURE}
    long_before = at(f"{_BEGUN} - {_SLACK} - 1 day")
    later = yes if key == _OPEN else no
    return (
        yes(f"{key}, undated", {key: True}),
        yes(f"{key} recorded at most so long after", begun, {f"{key}-since": at(f"{_BEGUN} + {_SLACK}")}),
        later(f"{key} a day later than that", begun, {f"{key}-since": at(f"{_BEGUN} + {_SLACK} + 1 day")}),
        yes(f"{key}, the longest time before it", begun, {f"{key}-since": at(f"{_BEGUN} - {_SLACK}")}),
        no(f"{key} a day longer before it", begun, {f"{key}-since": long_before}),
        yes(
            f"{key} long before it was first recorded, the onset not known",
            begun,
            {f"{key}-since": long_before, "clock-start-uncertain": True},
        ),
        no(f"no {key}", {key: False}),
    )


def _cases(keys: tuple[str, ...]) -> tuple[Example, ...]:
    return tuple(case for key in keys for case in _timed(key))


KNEE_INJURED = define(
    "FD-SUR-00g",
    "knee-injury-behind-it",
    "An injury or operation at the knee may have made this foot drop",
    "A replacement of years ago, or of after the drop began, did not do it.",
    ("LOC-52", "LOC-53", "LOC-54", "B-29"),
    f'"peroneal-nerve-injury" or {_any(_KNEE)}',
    (
        yes("the nerve itself is recorded as injured", {"peroneal-nerve-injury": True}),
        *_cases(_KNEE),
    ),
)

SCIATIC_INJURED = define(
    "FD-SUR-00h",
    "hip-injury-behind-it",
    "An injury or operation at hip or pelvis may have made this foot drop",
    "A joint that was replaced years ago did not hurt the nerve last month.",
    ("LOC-54", "LOC-55", "LOC-56", "B-29"),
    _any(_HIP),
    _cases(_HIP),
)

OPEN_INJURED = define(
    "FD-SUR-00i",
    "open-injury-behind-it",
    "An open or sharp injury may have made this foot drop",
    "A scar of long ago is no fresh cut.",
    ("B-29", "LOC-51"),
    _made_this_drop(_OPEN),
    _cases((_OPEN,)),
)
