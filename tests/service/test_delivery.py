"""The image and the compose file say nothing that the service does not understand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from fhir_adapters.service.settings import PREFIX, Settings
from tests.service.support import settings

ROOT = Path(__file__).resolve().parents[2]
IMAGE = (ROOT / "Containerfile").read_text()
DELIVERED = {name: (ROOT / name).read_text() for name in ("Containerfile", "compose.yaml")}


@pytest.mark.parametrize("name", DELIVERED)
def test_every_variable_is_a_setting(name: str) -> None:
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", DELIVERED[name]))
    assert named
    assert named <= {field.upper() for field in Settings.model_fields}


@pytest.mark.parametrize("package", ["cql_like", "guideline", "fhir_adapters"])
def test_the_image_holds_every_package(package: str) -> None:
    assert f"COPY {package} {package}\n" in IMAGE


def test_the_image_installs_only_what_is_locked_by_hash() -> None:
    installs = re.findall(r"pip install (.*?)(?: \\|\n)", IMAGE)
    assert installs
    assert all("--require-hashes" in each or "--no-deps" in each for each in installs)
    for lock in re.findall(r"-r (\S+)", IMAGE):
        assert "--hash=sha256:" in (ROOT / lock).read_text()


@pytest.fixture
def asked() -> Iterator[tuple[int, list[str]]]:
    """A port on which every question is answered well, and the questions."""
    questions: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            questions.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is to be said."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, questions
        server.shutdown()
        thread.join()


def test_a_container_that_can_advise_is_healthy_on_its_own_port_whatever_its_database_does(
    asked: tuple[int, list[str]],
) -> None:
    port, questions = asked
    found = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])\n", IMAGE, re.DOTALL)
    assert found is not None
    _, *arguments = json.loads(found[1])
    told = {**os.environ, "FOOTDROP_PORT": str(port)}
    assert subprocess.run([sys.executable, *arguments], env=told, timeout=60).returncode == 0
    assert questions == ["/ready?part=advice"]


HEAD, _, SERVICES = DELIVERED["compose.yaml"].partition("\nname:")
OWN_ENV = "env_file: &settings [{ path: .env, required: false }]"


def part(name: str) -> str:
    """What compose says of one service."""
    found = re.search(rf"^  {name}:\n((?:    .*\n)+)", SERVICES, re.MULTILINE)
    assert found is not None
    return found[1]


def test_every_setting_of_the_env_file_reaches_each_container_that_reads_it() -> None:
    assert OWN_ENV in part("migrate")
    assert "env_file: *settings\n" in part("service")
    assert "environment: *environment\n" in part("service")


def test_what_compose_sets_whatever_the_env_file_says_is_told_at_its_top() -> None:
    own = re.findall(rf"^      {PREFIX}(\w+): (?!\$\{{{PREFIX})", part("migrate"), re.MULTILINE)
    assert own == ["DATABASE_URL", "HOST", "PORT", "SPOOL"]
    assert "Database, host, port and spool are set here" in HEAD
    for name, given in re.findall(rf"({PREFIX}\w+): \$\{{(\w+):-", SERVICES):
        assert name == given


def test_production_is_asked_for_four_values_and_a_trial_is_one_line() -> None:
    named = set(re.findall(r"^#   (\w+)=", HEAD, re.MULTILINE))
    assert named == {"FOOTDROP_PUBLIC_URL", "FOOTDROP_PSEUDONYM_KEY", "FOOTDROP_ISSUERS", "POSTGRES_PASSWORD"}
    assert "the four values" in HEAD
    assert "POSTGRES_PASSWORD=trial FOOTDROP_DEVELOPMENT=true docker compose up" in HEAD


def test_the_database_has_no_password_that_everybody_knows() -> None:
    forms = re.findall(r"\$\{POSTGRES_PASSWORD(..)", SERVICES)
    assert forms == [":?", ":?"]


def test_the_service_starts_whether_or_not_the_database_does() -> None:
    assert "depends_on" not in part("service")
    assert "condition: service_healthy" in part("migrate")


def test_cards_of_a_trial_link_to_where_the_trial_can_be_reached() -> None:
    compose = DELIVERED["compose.yaml"]
    (address,) = re.findall(r"\$\{FOOTDROP_PUBLIC_URL:-(.*?)\}", compose)
    (published,) = re.findall(r'ports: \["([\d.:]+):8080"\]', compose)
    assert address == f"http://{published}"
    assert settings(public_url=address, host="0.0.0.0").base_url == address, "as the image has it"
    with pytest.raises(ValueError, match="public_url: must be the https address"):
        settings(public_url=address, development=False)


def test_the_service_does_not_run_as_root() -> None:
    assert IMAGE.rindex("USER footdrop") < IMAGE.rindex("CMD")


def test_the_service_lock_pins_what_the_tests_ran_with() -> None:
    pins = [set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.MULTILINE))
            for lock in ("requirements-service.lock", "requirements.lock")]  # fmt: skip
    assert pins[0] < pins[1]
