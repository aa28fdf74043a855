"""Who runs a collector sees where the time of a request goes; who runs none pays nothing."""

from __future__ import annotations

import subprocess
import sys

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from fhir_adapters.service.app import create_app
from fhir_adapters.service.observe.tracing import Tracing, tracing_to
from tests.service.asking import ask
from tests.service.support import NOW, MemoryJournal, fixture, known, settings

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


def test_a_request_is_a_span_with_reading_and_assessing_inside_and_the_client_s_above() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    service = create_app(
        settings(), journal=MemoryJournal(), authenticate=known, clock=lambda: NOW, tracing=Tracing(provider)
    )
    ask(service, "POST", "/assess", fixture("sparse-record"), traceparent=f"00-{TRACE}-{PARENT}-01")
    read, assessed, request = exporter.get_finished_spans()
    assert [span.name for span in (request, read, assessed)] == ["POST /assess", "read", "assess"]
    assert request.attributes is not None
    assert request.attributes["http.route"] == "/assess"
    assert request.attributes["http.response.status_code"] == 200
    assert request.parent is not None
    assert request.context is not None
    assert f"{request.parent.span_id:016x}" == PARENT
    for span in (read, assessed):
        assert span.parent is not None
        assert span.context is not None
        assert span.parent.span_id == request.context.span_id
        assert f"{span.context.trace_id:032x}" == TRACE


def test_without_a_collector_nothing_of_it_is_loaded() -> None:
    said = (
        "import sys; from fhir_adapters.service import serve; sys.exit(any('opentelemetry' in m for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", said], timeout=60).returncode == 0
    with tracing_to("").span("request") as span:
        assert span is None


def test_spans_go_to_the_collector_that_is_named() -> None:
    tracing = tracing_to("http://127.0.0.1:9/")
    with tracing.span("request") as span:
        assert span.is_recording()
