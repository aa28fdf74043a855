"""The page for those who connect a client says what the service does."""

from __future__ import annotations

import re
from pathlib import Path

from fhir_adapters.service.hooks.catalog import HOOKS
from fhir_adapters.service.hooks.discovery import ATTRIBUTES, BASES
from fhir_adapters.service.hooks.structured import BASIS
from fhir_adapters.service.hooks.templates import templates

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "cds-hooks.md").read_text()


def test_every_service_and_edition_is_in_the_page() -> None:
    assert re.findall(r"^\| `(footdrop-[\w-]+)`", PAGE, re.MULTILINE) == [hook.service for hook in HOOKS]
    for base, edition in BASES.items():
        assert f"| `https://HOST{base}` | `{base}/cds-services` | {edition}" in PAGE


def test_every_prefetch_key_is_in_the_page_and_the_required_ones_together() -> None:
    data = PAGE.partition("## Data")[2].partition("## Cards")[0]
    rows = [re.findall(r"`([\w-]+)`", row.split("|")[1]) for row in data.splitlines() if row.startswith("| `")]
    assert [key for row in rows for key in row] == [each.key for each in templates()]
    assert rows[0] == [each.key for each in templates() if each.required]


def test_both_extensions_are_in_the_page() -> None:
    assert BASIS in PAGE
    assert ATTRIBUTES in PAGE
