"""Styles, scripts and the icon, read once: only what is listed here can be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

_KINDS: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def assets() -> dict[str, tuple[bytes, str]]:
    """Every file of static/ by its path there: content and media type."""
    return dict(_files(resources.files("fhir_adapters.service.pages").joinpath("static"), ""))


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, tuple[bytes, str]]]:
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            yield from _files(each, f"{path}{each.name}/")
        elif kind := _KINDS.get("." + each.name.rpartition(".")[2]):
            yield f"{path}{each.name}", (each.read_bytes(), kind)
