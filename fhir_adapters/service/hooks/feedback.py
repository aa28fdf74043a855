"""What became of a card, read as tolerantly as the specification leaves it open.

Several cards and calls in one body, repeats, an accept after an override, a reason without display or system or in a
form that is nearly right, cards that nobody knows: all of it is taken. An entry that says nothing usable is left out
and named; the others are kept. There are bounds to it: a body is read in one go, and everybody else waits for that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fhir_adapters.outcome import issue, outcome
from fhir_adapters.service.errors import InvalidInput, TooLarge
from fhir_adapters.service.hooks.elements import Json
from fhir_adapters.service.journal import Feedback

MOST_ENTRIES: Final = 1_000  # of one body; a client sends a few, or those of a day at once
MOST_SUGGESTIONS: Final = 100  # of one card
MOST_REMARKS: Final = 100  # that are told; what is beyond them is counted
_LONGEST: Final = 400  # of a code, system or display
_LONGEST_COMMENT: Final = 10_000
_PARTS: Final = frozenset({"code", "display"})  # of a Coding; a CodeableConcept has neither
_CODED: Final = _PARTS | {"coding", "text"}
_LEAP_SECOND: Final = re.compile(r"([T ]\d\d:\d\d):60")


@dataclass(slots=True)
class Report:
    """What was read, and what was not or not wholly: (element, sentence)."""

    entries: list[Feedback] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def outcome(self) -> Json:
        """An OperationOutcome: how many entries were kept, and a warning for each of the first remarks."""
        count = f"Kept {len(self.entries)} feedback entr{'y' if len(self.entries) == 1 else 'ies'}."
        warnings = [issue("warning", "invalid", text, element) for element, text in self.remarks[:MOST_REMARKS]]
        if len(self.remarks) > MOST_REMARKS:
            more = f"Remarks of this kind that are not told one by one: {len(self.remarks) - MOST_REMARKS}."
            warnings.append(issue("warning", "invalid", more, "feedback"))
        return outcome(issue("information", "informational", count), *warnings)


def read_feedback(body: Any, service: str, issuer: str, now: datetime) -> Report:
    """Every entry that can be used. InvalidInput (400) only where there is no feedback at all, TooLarge (413) where it
    is more than any client's."""
    given = body.get("feedback") if isinstance(body, dict) else None
    if given and isinstance(given, dict):
        given = [given]
    if not isinstance(given, list):
        raise InvalidInput("The body holds no array feedback.", "feedback", code="required")
    if len(given) > MOST_ENTRIES:
        raise TooLarge(f"There are more than {MOST_ENTRIES} feedback entries.", "feedback", code="too-costly")
    report = Report()
    for index, entry in enumerate(given):
        reader = _Entry(entry, f"feedback[{index}]", report)
        read = reader.read(service, issuer, now)
        if read is not None:
            report.entries.append(read)
    return report


class _Entry:
    def __init__(self, entry: Any, path: str, report: Report) -> None:
        self.given: Json = entry if isinstance(entry, dict) else {}
        self.path = path
        self.report = report

    def read(self, service: str, issuer: str, now: datetime) -> Feedback | None:
        card, outcome = _name(self.given.get("card")), _word(self.given.get("outcome"))
        if not card:
            self.left_out("card", "names no card")
            return None
        if outcome not in ("accepted", "overridden"):
            self.left_out("outcome", "is neither accepted nor overridden")
            return None
        accepted = self.accepted() if outcome == "accepted" else ()
        return Feedback(
            service=service,
            card=card,
            outcome="accepted" if outcome == "accepted" else "overridden",
            at=self.moment(now),
            received_at=now,
            issuer=issuer,
            accepted=accepted,
            **(self.reason() if outcome == "overridden" else {}),
        )

    def left_out(self, name: str, why: str) -> None:
        self.remark(name, f"{self.path}.{name} {why}, so the entry was left out.")

    def remark(self, name: str, text: str) -> None:
        self.report.remarks.append((f"{self.path}.{name}", text))

    def accepted(self) -> tuple[str, ...]:
        """The uuids of the accepted suggestions: objects with an id; bare ids are read too."""
        given = self.given.get("acceptedSuggestions")
        listed = _list(given)
        names = [_name(one.get("id") if isinstance(one, dict) else one) for one in listed[:MOST_SUGGESTIONS]]
        found = tuple(dict.fromkeys(name for name in names if name))
        if len(listed) > MOST_SUGGESTIONS:
            self.remark("acceptedSuggestions", f"{self.path}.acceptedSuggestions was cut.")
        if not found:
            self.remark("acceptedSuggestions", f"{self.path}.acceptedSuggestions names none; the card alone was kept.")
        return found

    def reason(self) -> dict[str, str]:
        """The coded reason and the comment, any part of which may be missing."""
        name = "overrideReason" if self.given.get("overrideReason") is not None else "overrideReasons"
        given = self.only(self.given.get(name), name)
        if given is None:
            return {}
        if not isinstance(given, dict):
            self.remark(name, f"{self.path}.{name} is not an object, so no reason was kept.")
            return {}
        comment = self.text(given, "userComment", name, _LONGEST_COMMENT)
        if "reason" in given or _CODED.isdisjoint(given):
            return {**self.coded(given.get("reason"), f"{name}.reason"), "comment": comment}
        return {**self.coded(given, name), "comment": comment}  # the Coding, where what holds it belongs

    def coded(self, given: Any, name: str) -> dict[str, str]:
        """A Coding, a CodeableConcept or a bare code, or the only one of a list."""
        given = self.only(given, name)
        if not given:
            return {}
        if isinstance(given, dict) and _PARTS.isdisjoint(given):
            holder = _coding(self.only(given.get("coding"), f"{name}.coding"))
            holder |= {"display": given["text"]} if given.get("text") else {}  # what the user chose or wrote
        else:
            holder = _coding(given)
        said = {f"reason_{part}": self.text(holder, part, name) for part in ("code", "system", "display")}
        if not (said["reason_code"] or said["reason_display"]):
            self.remark(name, f"{self.path}.{name} holds neither code nor display.")
        return said

    def only(self, given: Any, name: str) -> Any:
        """What is given, or the first that is something in a list of such; that there are more is told."""
        if not isinstance(given, list):
            return given
        there = [one for one in given if one]
        if len(there) > 1:
            self.remark(name, f"{self.path}.{name} holds several; the first was kept.")
        return there[0] if there else None

    def text(self, holder: Json, part: str, at: str, longest: int = _LONGEST) -> str:
        """A text, cut where it is too long; what is none, or was cut, is told."""
        given, name = holder.get(part), f"{at}.{part}"
        if given is None:
            return ""
        if not isinstance(given, str):
            self.remark(name, f"{self.path}.{name} is no text, so it was not kept.")
            return ""
        said = given.strip()
        if len(said) > longest:
            self.remark(name, f"{self.path}.{name} was cut.")
        return said[:longest]

    def moment(self, now: datetime) -> datetime:
        """When the user acted, in UTC; when it was received, where nobody can tell."""
        given = self.given.get("outcomeTimestamp")
        try:
            if isinstance(given, str):
                return _moment(given)
        except (ValueError, OverflowError):  # no time; or one that lies beyond the calendar in UTC
            pass
        self.remark("outcomeTimestamp", f"{self.path}.outcomeTimestamp is no time; the time of receipt was kept.")
        return now


def _moment(given: str) -> datetime:
    """A time of RFC 3339, in UTC if it names no zone. t and z may be small, and a leap second has the number 60."""
    text, leaps = _LEAP_SECOND.subn(r"\1:59", given.strip().upper())
    at = datetime.fromisoformat(text) + timedelta(seconds=leaps)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _coding(given: Any) -> Json:
    return dict(given) if isinstance(given, dict) else {"code": given}


def _list(given: Any) -> Sequence[Any]:
    if given is None:
        return ()
    return given if isinstance(given, list) else (given,)


def _name(given: Any) -> str:
    """A uuid as it was given out: clients may write it in capitals or as a urn."""
    return given.strip().lower().removeprefix("urn:uuid:")[:_LONGEST] if isinstance(given, str) else ""


def _word(given: Any) -> str:
    return given.strip().lower() if isinstance(given, str) else ""
