"""The image and the compose file say nothing that the service does not understand."""

from __future__ import annotations

import re
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


def test_a_container_that_can_advise_is_healthy_whatever_its_database_does() -> None:
    asked = re.search(r"HEALTHCHECK.*?http://[^/]+(/[^']*)'", IMAGE, re.DOTALL)
    assert asked is not None
    assert asked[1] == "/ready?part=advice"


def test_every_value_that_compose_asks_for_reaches_each_container_that_reads_it() -> None:
    head, _, rest = DELIVERED["compose.yaml"].partition("\nname:")
    named = set(re.findall(r"^#   (\w+)=", head, re.MULTILINE))
    assert "FOOTDROP_DEVELOPMENT" in named, "to look at it without any of the others"
    shared = rest.partition("&environment")[2].partition("depends_on")[0]
    assert named == set(re.findall(r"\$\{(\w+):-", shared)) - {"FOOTDROP_WORKERS", "FOOTDROP_PROXIES"}
    assert rest.count("environment: *environment") == 1
    assert "the four values" in head
    assert len(named - {"FOOTDROP_DEVELOPMENT"}) == 4


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
