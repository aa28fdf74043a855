"""OpenTelemetry spans (request, read, assess), for who runs a collector; without one nothing of it is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer


class Tracing:
    """Opens spans. `provider` None: does nothing, at next to no cost.

    Attributes are given by our own code alone; an exception's text is never recorded.
    """

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._provider = provider
        self._tracer: Tracer | None = provider.get_tracer("footdrop-guideline") if provider else None

    @contextmanager
    def span(self, name: str, traceparent: str = "", *, server: bool = False) -> Iterator[Any]:
        """A span around what is done inside, below the current one or below the client's `traceparent`; None if off."""
        if self._tracer is None:
            yield None
            return
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        parent = TraceContextTextMapPropagator().extract({"traceparent": traceparent}) if traceparent else None
        with self._tracer.start_as_current_span(
            name,
            parent,
            SpanKind.SERVER if server else SpanKind.INTERNAL,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield span

    def parent(self, traceparent: str) -> str:
        """What a call made now names as its parent: the current span, or without spans the client's `traceparent`."""
        if self._tracer is None:
            return traceparent
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier)
        return carrier.get("traceparent", traceparent)

    def close(self) -> None:
        """Send what is waiting."""
        if self._provider:
            self._provider.shutdown()


def tracing_to(endpoint: str) -> Tracing:
    """Spans, in batches, to an OTLP collector (HTTP; `/v1/traces` is added); "": none. The sampler is the default."""
    if not endpoint:
        return Tracing()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "footdrop-guideline"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    return Tracing(provider)
