"""The pages and what they ask the service, as one router. Everything is public; nothing that is pasted is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import NotFound, as_json
from fhir_adapters.service.pages import answerable, screens, workbench
from fhir_adapters.service.pages.assets import assets
from fhir_adapters.service.pages.protect import Protected
from fhir_adapters.service.pages.samples import SAMPLES, records
from guideline.diagram import diagram
from guideline.explain import UnknownNameError
from guideline.library import cql_library
from guideline.rulebook import Rulebook

_API: Final = "/workbench/api"
_JSON: Final = "application/json"


def router(service: Service) -> APIRouter:
    """`/`, `/rules`, `/rules/RULE`, `/algorithm`, their files, and the workbench's own API; none if they are off.

    Without the workbench `/` says how to have one.
    """
    if not service.settings.pages:
        return APIRouter()
    book = service.advisor.book

    @asynccontextmanager
    async def warm(_: FastAPI) -> AsyncIterator[None]:
        """The human edition takes seconds to make, so it is made while nobody waits."""
        service.advisor.explain_later(lambda: screens.edition_screen(book))
        yield

    made = APIRouter(route_class=Protected, include_in_schema=False, lifespan=warm)
    _add_screens(made, service, book)
    _add_files(made, book)
    if service.settings.has_workbench:
        _add_api(made, service)
    return made


def _add_screens(made: APIRouter, service: Service, book: Rulebook) -> None:
    @made.get("/")
    async def workbench_page() -> Response:
        return _page((screens.workbench_screen if service.settings.has_workbench else screens.no_workbench)(book))

    @made.get("/rules")
    async def edition_page() -> Response:
        return _page(await service.advisor.explain(lambda: screens.edition_screen(book)))

    @made.get("/rules/{rule_id}")
    async def one_rule(rule_id: str) -> Response:
        try:
            return _page(screens.rule_screen(rule_id, book))
        except UnknownNameError:
            return _page(screens.no_such_rule(book), 404)

    @made.get("/algorithm")
    async def algorithm_page() -> Response:
        return _page(await service.advisor.explain(lambda: screens.algorithm_screen(book)))


def _add_files(made: APIRouter, book: Rulebook) -> None:
    @made.get("/static/{name:path}")
    async def static(name: str) -> Response:
        if name not in assets():
            raise NotFound("There is no such file.")
        content, kind = assets()[name]
        return Response(content, media_type=kind, headers={"Cache-Control": "no-cache"})

    @made.get("/algorithm.svg")
    async def algorithm_file() -> Response:
        return Response(diagram(None, "svg", book), media_type="image/svg+xml")

    @made.get("/foot-drop.cql")
    async def library_file() -> Response:
        return Response(cql_library(book), media_type="text/plain; charset=utf-8")


def _add_api(made: APIRouter, service: Service) -> None:
    @made.get(f"{_API}/start")
    async def start() -> Response:
        return Response(as_json(_start(service)), media_type=_JSON)

    @made.get(f"{_API}/samples/{{name}}")
    async def sample(name: str) -> Response:
        if name not in records():
            raise NotFound("There is no such sample.")
        return Response(records()[name], media_type="application/fhir+json")

    views: dict[str, Callable[[workbench.Rehearsal], Any]] = {
        "plan": workbench.plan_view,
        "why": workbench.why_view,
        "why-not": workbench.why_not_view,
        "effects": workbench.effects_view,
        "assessment": workbench.assessment_view,
        "fhir": workbench.fhir_view(service),
        "diagram": workbench.picture,
    }
    for name, view in views.items():
        made.add_api_route(f"{_API}/{name}", _answering(service, view), methods=["POST"])


def _answering(service: Service, view: Callable[[workbench.Rehearsal], Any]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        asked = await workbench.rehearsed(service, request)
        found = await service.advisor.explain(lambda: view(asked))
        if isinstance(found, str):
            return Response(found, media_type="image/svg+xml")
        return Response(as_json(found), media_type=_JSON)

    return answer


def _start(service: Service) -> dict[str, Any]:
    """What the workbench needs once: samples, today, the vocabulary, and which other faces it can call.

    They ask for a token, which nobody has here.
    """
    return {
        "samples": [each._asdict() for each in SAMPLES],
        "today": service.clock().date().isoformat(),
        "faces": ["cards", "evaluate"] if service.settings.development else [],
        "vocabulary": answerable.vocabulary(),
    }


def _page(html: str, status: int = 200) -> Response:
    return Response(html, status, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})
