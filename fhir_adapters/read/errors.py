"""What can go wrong while reading, one sentence a class.

CannotAssess   no patient, or more than one, can be told apart: raised to the caller, carries an OperationOutcome
Unreadable     one element cannot be used: caught in this package, becomes a Problem, and costs only its resource
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fhir_adapters.outcome import issue, outcome
from guideline.errors import UnusableRecordError
from guideline.findings import Problem

_MOST: Final = 50  # issues beside the first: a record of a thousand broken entries is told by its first ones


class CannotAssess(UnusableRecordError):  # noqa: N818 - a sentence: raise CannotAssess
    """The record cannot be assessed at all. `outcome` is a FHIR OperationOutcome (a dict, ready for JSON).

    The first issue is "fatal"; what else was found wrong follows as "error". Each has a FHIR issue type, details.text
    and, where there is an element to blame, a FHIRPath expression such as "Bundle.entry[3].resource.subject". It quotes
    nothing else from the record.
    """

    def __init__(self, outcome: dict[str, Any]) -> None:
        super().__init__(outcome)  # the one argument, so that the error can travel between processes
        self.outcome = outcome

    def __str__(self) -> str:
        return "; ".join(each["details"]["text"] for each in self.outcome["issue"] if each["severity"] == "fatal")

    @classmethod
    def because(cls, code: str, text: str, *expressions: str) -> CannotAssess:
        """One issue: `code` is a FHIR issue type (structure, required, multiple-matches …)."""
        return cls(outcome(issue("fatal", code, text, *expressions)))

    def beside(self, problems: Iterable[Problem]) -> CannotAssess:
        """The same with what else was found wrong with the record, which may be why."""
        found = sorted(set(problems), key=lambda each: (each.resource, each.element, each.text))
        more = [issue("error", each.code, each.text, each.element, diagnostics=each.resource) for each in found[:_MOST]]
        if rest := len(found) - len(more):
            more.append(issue("error", "incomplete", f"There are {rest} more problems like these."))
        return CannotAssess(outcome(*self.outcome["issue"], *more))


def problem(resource: str, element: str, predicate: str, code: str = "value") -> Problem:
    """A Problem whose text is a whole sentence, with the element as its subject."""
    return Problem(resource, element, f"{element} {predicate}", code)


class Unreadable(Exception):  # noqa: N818 - never leaves this package
    """`element` (a path such as "Observation.valueQuantity.value") cannot be used.

    `text` goes on from it ("is not a number"); `code` is a FHIR issue type.
    """

    def __init__(self, element: str, text: str, code: str = "value") -> None:
        super().__init__(element, text, code)
        self.element = element
        self.text = text
        self.code = code
