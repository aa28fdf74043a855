"""`assess`: a FHIR record in, an Assessment out. No clock, no network, no files, no state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Any, Final

from cql_like import Date, DateTime, parse_moment
from cql_like.parts import LOW, filled
from fhir_adapters.read import CannotAssess, read_record
from guideline import assessment
from guideline.assess import Consultation, consult
from guideline.rulebook import rulebook_for

# Every window of the guideline has to end in a year of the calendar, which has four digits.
LAST_YEAR: Final = 9990


class Assessment(assessment.Assessment):
    """What the guideline says of one patient. `model_dump(mode="json")` is exactly what `--format json` prints."""

    def to_fhir(self, *, cpt: bool = False) -> dict[str, Any]:
        """The R4 transaction Bundle that `--format fhir` prints. `cpt` adds CPT numbers (a licensed US add-on)."""
        from fhir_adapters.write import to_bundle

        return to_bundle(self, cpt=cpt)


def assess(bundle: Any, *, as_of: date | datetime | str, site: str | None = None) -> Assessment:
    """Assess one patient.

    `bundle`: a FHIR R4 (or R5) Bundle of any type, NDJSON lines or a single resource, as dict, bytes, str or an object
    of fhir.resources. `as_of`: a date, a datetime with zone, or either in ISO form; a date means that whole day in
    UTC. `site`: the text of a site's parameter file. Raises CannotAssess, which carries the OperationOutcome, when no
    patient can be told apart, OverrideError when the site's file cannot be used, and ValueError or TypeError when
    `as_of` is neither; everything else that cannot be used is listed in `problems`.
    """
    return consulted(bundle, as_of=as_of, site=site)[1]


def consulted(
    bundle: Any,
    *,
    as_of: date | datetime | str,
    site: str | None = None,
    step: Callable[[str], AbstractContextManager[Any]] = nullcontext,
) -> tuple[Consultation, Assessment]:
    """`assess`, and beside its answer the consultation that explains it (cases, readings, claims).

    `step` is entered around each part, "read" and "assess", for who wants to see how long they take.
    """
    moment = moment_of(as_of)
    book = rulebook_for(site)
    with step("read"):
        record = read_record(bundle, moment)
    with step("assess"):
        consultation = consult(record, moment, book)
        found = consultation.assessment()
    return consultation, Assessment.model_construct(_fields_set=set(Assessment.model_fields), **found.__dict__)


def assess_many(
    bundles: Iterable[Any], *, as_of: date | datetime | str, site: str | None = None
) -> list[Assessment | CannotAssess]:
    """Assess a list of patients, in order. One that cannot be assessed is its CannotAssess; the others never pay."""
    return [_or_error(bundle, as_of, site) for bundle in bundles]


def _or_error(bundle: Any, as_of: date | datetime | str, site: str | None) -> Assessment | CannotAssess:
    try:
        return assess(bundle, as_of=as_of, site=site)
    except CannotAssess as wrong:
        return wrong


def moment_of(as_of: date | datetime | str) -> Date | DateTime:
    """The moment of assessment. A dateTime needs its zone, and a date its day: nothing is guessed."""
    moment = _moment_of(as_of)
    if moment.key[0] > LAST_YEAR:
        raise ValueError(f"as_of {str(as_of)!r} leaves no days to plan for: the last year is {LAST_YEAR}")
    return moment


def _moment_of(as_of: date | datetime | str) -> Date | DateTime:
    if isinstance(as_of, str):
        return _read_moment(as_of)
    if isinstance(as_of, datetime):
        if as_of.tzinfo is None:
            raise ValueError("as_of is a datetime without a time zone")
        return _to_the_second(DateTime.from_python(as_of))
    if isinstance(as_of, date):
        return Date.from_python(as_of)
    raise TypeError(f"as_of must be a date, a datetime with zone or an ISO string, not {type(as_of).__name__}")


def _read_moment(text: str) -> Date | DateTime:
    wanted = "neither a date (2026-03-01) nor a moment with its zone (2026-03-01T14:00:00Z)"
    wrong = ValueError(f"as_of {text!r} is {wanted}")
    try:
        moment = parse_moment(text)
    except ValueError:
        raise wrong from None
    if isinstance(moment, DateTime):
        if moment.offset is None:
            raise wrong
        return _to_the_second(moment)
    if moment.day is None:
        raise wrong
    return moment


def _to_the_second(moment: DateTime) -> DateTime:
    """As FHIR writes a moment: to the second, and further only where something stands there."""
    year, month, day, hour, minute, second, milli = filled(moment.parts, LOW)
    return DateTime(year, month, day, hour, minute, second, milli or None, offset=moment.offset)
