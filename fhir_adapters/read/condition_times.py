"""When a Condition began and ended: onset[x], abatement[x], recordedDate. What cannot be read costs only that date."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeVar

from fhir_adapters.read import models, times
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.guard import part
from fhir_adapters.read.shapes import ANYTHING, TEXT, Misshapen, Shape, one
from guideline.findings import Moment

_Shape = TypeVar("_Shape", bound=Shape)

_OVER: Final = frozenset({"inactive", "resolved", "remission"})
# What is true for good. An event (fracture, dislocation) stays a possible cause of today's foot drop after it has
# healed; a hereditary or progressive disease does not go away by being inactive or in remission.
_LASTING: Final = frozenset({
    "stroke", "cancer-history", "hip-arthroplasty", "knee-arthroplasty", "poliomyelitis-sequelae",
    "fibular-fracture", "pelvic-fracture", "hip-dislocation", "knee-dislocation",
    "multiple-sclerosis", "cerebral-palsy", "motor-neuron-disease", "spinal-muscular-atrophy", "charcot-marie-tooth",
    "hnpp", "muscular-dystrophy",
})  # fmt: skip
# A dislocated knee is an emergency within days of its date, also once it is reduced. Over and undated, it is not.
_LASTING_IF_DATED: Final = frozenset({"knee-dislocation"})


class _Onset(Shape):
    """Read by itself, as all dates here: one of the wrong type costs no more than itself."""

    onset_date_time: str | None = TEXT
    onset_period: models.Period | None = one(models.Period)
    onset_age: models.Quantity | None = one(models.Quantity)
    onset_range: Any = ANYTHING
    onset_string: str | None = TEXT


class _Abatement(Shape):
    abatement_date_time: str | None = TEXT
    abatement_period: models.Period | None = one(models.Period)
    abatement_age: models.Quantity | None = one(models.Quantity)
    abatement_range: Any = ANYTHING
    abatement_string: str | None = TEXT


class _Recorded(Shape):
    recorded_date: str | None = TEXT


class Times(NamedTuple):
    """When a Condition began, ended and was recorded, and whether its status says that it is over."""

    onset: Moment | None
    end: Moment | None
    recorded: Moment | None
    over: bool

    @classmethod
    def of(cls, raw: dict[str, Any], clinical: set[str], name: str, draft: Draft) -> Times | None:
        """None if all of it lies after `as_of`. An onset after it is a problem; what was recorded by then counts, and
        where nobody knows when it was recorded nothing can be said of it: Unreadable."""
        recorded = part(lambda: _recorded(raw), name, draft)
        onset, element = part(lambda: _onset(raw, draft), name, draft) or (None, "")
        if times.after(onset, draft.as_of):
            onset = None
            if times.after(recorded, draft.as_of):
                return None
            future = Unreadable(element, "lies in the future (after the assessment's date)", "business-rule")
            if recorded is None:
                raise future
            draft.unreadable(name, future)
        end = part(lambda: _abatement(raw, draft), name, draft)
        return cls(onset, end, recorded, bool(clinical & _OVER) or (not clinical and end is not None))

    def course(self, key: str, as_of: Moment) -> list[tuple[bool, Moment | None]]:
        dated = self.onset is not None or self.recorded is not None
        over = self.over and (key not in _LASTING or (key in _LASTING_IF_DATED and not dated))
        return times.course(times.Span(self.onset, self.end), self.recorded, as_of, over=over)


def _strictly(shape: type[_Shape], raw: dict[str, Any]) -> _Shape:
    try:
        return shape.model_validate(raw)
    except Misshapen as error:
        raise error.seen_from("Condition") from None


def _recorded(raw: dict[str, Any]) -> Moment | None:
    return times.moment(_strictly(_Recorded, raw).recorded_date, "Condition.recordedDate")


def _onset(raw: dict[str, Any], draft: Draft) -> tuple[Moment | None, str]:
    """onset[x] and its element. An age counts from the birth date, to the year."""
    condition = _strictly(_Onset, raw)
    when = times.moment(condition.onset_date_time, "Condition.onsetDateTime")
    if when is not None:
        return when, "Condition.onsetDateTime"
    if condition.onset_period is not None:
        return times.span(condition.onset_period, "Condition.onsetPeriod").start, "Condition.onsetPeriod.start"
    if condition.onset_age is not None:
        return times.at_age(condition.onset_age, "Condition.onsetAge", draft.birth_date), "Condition.onsetAge"
    times.undated("Condition", onsetString=condition.onset_string, onsetRange=condition.onset_range)
    return None, "Condition.onset[x]"


def _abatement(raw: dict[str, Any], draft: Draft) -> Moment | None:
    """abatement[x]; of a period its end."""
    condition = _strictly(_Abatement, raw)
    when = times.moment(condition.abatement_date_time, "Condition.abatementDateTime")
    if when is not None:
        return when
    if condition.abatement_period is not None:
        return times.moment(condition.abatement_period.end, "Condition.abatementPeriod.end")
    if condition.abatement_age is not None:
        return times.at_age(condition.abatement_age, "Condition.abatementAge", draft.birth_date)
    times.undated("Condition", abatementString=condition.abatement_string, abatementRange=condition.abatement_range)
    return None
