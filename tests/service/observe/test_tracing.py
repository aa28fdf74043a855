"""Who runs a collector sees where the time of a request goes; who runs none pays nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

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
    said = "import sys, fhir_adapters.service.serve; sys.exit('opentelemetry.sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], timeout=60).returncode == 0
    with tracing_to("").span("request") as span:
        assert span is None


def test_spans_go_to_the_collector_that_is_named() -> None:
    got: list[str] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            got.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        tracing = tracing_to(f"http://127.0.0.1:{server.server_port}/")
        with tracing.span("request"):
            pass
        tracing.close()
        server.shutdown()
        serving.join()
    assert got == ["/v1/traces"]


FRAMEWORK = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
from tests.service.asking import ask, shared
ask(shared(), "GET", "/PlanDefinition/Jane-Doe?name=Doe")
print(len(exporter.get_finished_spans()))
"""


def test_the_framework_tells_a_collector_of_the_environment_nothing() -> None:
    environment = os.environ | {"FASTAPI_OTEL_AUTO_CONFIGURE": "true"}
    command = [sys.executable, "-c", FRAMEWORK]
    run = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
    assert run.stdout == "0\n"
