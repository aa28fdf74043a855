"""What is seen of each request: a log line, its count and time, its span. Never its query, its body or its headers."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fhir_adapters.service.context import Service
from fhir_adapters.service.http.answers import state_of

LOG: Final = logging.getLogger(__name__)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PROBES: Final = frozenset({"/health", "/ready", "/metrics"})  # asked every few seconds, by machines


class Observed:
    """The route is told by its template: a path that no route has is "unknown", since it may hold anything."""

    def __init__(self, app: ASGIApp, *, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = state_of(scope)
        status = 500
        began = perf_counter()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._service.tracing.span("request", state.get("traceparent", ""), server=True) as span:
            try:
                await self._app(scope, receive, seen)
            finally:
                self._tell(scope, state, status, perf_counter() - began, span)

    def _tell(self, scope: Scope, state: dict[str, Any], status: int, seconds: float, span: Any) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "unknown")
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1e3, 1)}
        caller = state.get("caller")
        about = {
            "issuer": caller.issuer if caller else "",
            "hook_instance": state.get("hook_instance", ""),
            "correlation_id": state.get("correlation_id", ""),
            "trace": state.get("traceparent", ""),
        }
        quiet = route in PROBES and status < 400
        LOG.log(
            logging.DEBUG if quiet else logging.INFO,
            "answered",
            extra={"fields": fields | {name: value for name, value in about.items() if value}},
        )
        self._service.metrics.answered(method, route, status, seconds)
        if span is not None:
            span.update_name(f"{method} {route}")
            span.set_attributes({"http.request.method": method, "http.route": route})
            span.set_attributes({"http.response.status_code": status, "request.id": state.get("request_id", "")})
