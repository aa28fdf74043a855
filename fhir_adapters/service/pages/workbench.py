"""What the workbench asks of the service: a record, a day, and answers that nobody recorded; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from fhir_adapters.assessment import Assessment, moment_of
from fhir_adapters.service.advice import Advice
from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import InvalidInput, Unsupported
from fhir_adapters.service.http.answers import body_kind
from fhir_adapters.service.pages import answerable, explained, said
from fhir_adapters.service.pages.changes import changes_view
from guideline.assess import Consultation
from guideline.diagram import diagram
from guideline.difference import difference
from guideline.what_if import Setting, assume, rehearse

Json = dict[str, Any]
_JSON: Final = frozenset({"application/json"})


class Question(BaseModel):
    """A request of the page. `record` is the text as it was pasted; `settings` are KEY[:SIDE]=VALUE.

    `previous` are the settings of the plan that is on screen, so that the answer can say what changed since.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=128)

    record: str = Field(max_length=1 << 26)
    as_of: str = ""
    settings: tuple[str, ...] = Field((), max_length=200)
    previous: tuple[str, ...] | None = Field(None, max_length=200)
    key: str = ""
    side: Literal["left", "right"] | None = None


class Rehearsal(NamedTuple):
    """The record's own advice, the consultation with the answers, and the question both come from."""

    question: Question
    advice: Advice
    settings: list[Setting]
    consultation: Consultation


async def rehearsed(service: Service, request: Request) -> Rehearsal:
    """Assess the record as it is, then with the answers. InvalidInput or Unprocessable says what is wrong.

    All of it in the thread of explanations: a clinician's advice never waits for what a stranger pasted.
    """
    question = await _question(request)
    as_of = question.as_of or service.clock().isoformat()
    try:
        moment = moment_of(as_of)
    except ValueError as wrong:
        raise InvalidInput("The day of assessment is a whole date, or a date and time with a zone.") from wrong
    settings = answerable.settings_of(question.settings, moment)

    def work() -> Rehearsal:
        advice = service.advisor.advise_now(question.record, as_of)
        return Rehearsal(question, advice, settings, _with(advice.consultation, settings))

    return await service.advisor.explain(work)


async def _question(request: Request) -> Question:
    """A page of another origin may send any other media type without asking first (CORS)."""
    if not body_kind(request, _JSON):
        raise Unsupported("The body is not application/json.")
    try:
        return Question.model_validate(orjson.loads(await request.body()))
    except (orjson.JSONDecodeError, ValidationError) as wrong:
        raise InvalidInput("This is no question of the workbench: record, as_of, settings.") from wrong


def _with(recorded: Consultation, settings: list[Setting]) -> Consultation:
    if not settings:
        return recorded
    return rehearse(recorded, assume(recorded.record, settings, recorded.as_of))


def plan_view(asked: Rehearsal) -> Json:
    """The plan with its words, what can be answered, and what the answers changed."""
    recorded, shown = asked.advice.assessment, asked.consultation.assessment()
    changes = changes_view(difference(recorded, shown)) if asked.settings else []
    return {
        "plan": said.plan(shown, asked.consultation.book),
        "known": answerable.known(asked.consultation),
        "absent": explained.absent(asked.consultation),
        "assumed": answerable.assumed(asked.settings),
        "changes": changes,
        "since": _since(asked),
    }


def _since(asked: Rehearsal) -> list[Json] | None:
    """What changed since the plan on screen; None where there is none."""
    before = asked.question.previous
    if before is None:
        return None
    recorded = asked.advice.consultation
    earlier = _with(recorded, answerable.settings_of(before, recorded.as_of))
    return changes_view(difference(earlier.assessment(), asked.consultation.assessment()))


def why_view(asked: Rehearsal) -> Json:
    """Why the key of the question is in the plan."""
    return explained.why_view(asked.consultation, asked.question.key, asked.question.side)


def why_not_view(asked: Rehearsal) -> Json:
    """Why it is not."""
    return explained.why_not_view(asked.consultation, asked.question.key, asked.question.side)


def effects_view(asked: Rehearsal) -> Json:
    """What each answer to one question would change."""
    return explained.effects_view(asked.consultation, asked.question.key, asked.question.side)


def assessment_view(asked: Rehearsal) -> Json:
    """The plan on screen as `--format json` prints it."""
    return asked.consultation.assessment().model_dump(mode="json")


def fhir_view(service: Service) -> Callable[[Rehearsal], Json]:
    """The record's own plan as a FHIR transaction: what was only answered here is in no record, so it is left out."""

    def made(asked: Rehearsal) -> Json:
        assessment: Assessment = asked.advice.assessment
        return assessment.to_fhir(cpt=service.settings.cpt)

    return made


def picture(asked: Rehearsal) -> str:
    """The algorithm with the patient's path, as SVG."""
    return diagram(asked.consultation)
