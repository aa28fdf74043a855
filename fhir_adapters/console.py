"""What every command shares: the patient, the day and the site on the command line; bytes in and out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final, Literal

import orjson

from cql_like import Date, DateTime
from fhir_adapters.assessment import Assessment, moment_of
from guideline.rulebook import Rulebook, rulebook_for

Format = Literal["text", "json", "fhir"]

_PRETTY: Final = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


class UsageError(Exception):
    """The command line asks for something that cannot be; the message says what."""


def patient_options(command: argparse.ArgumentParser) -> None:
    """PATIENT, --as-of and --site."""
    command.add_argument(
        "patient", metavar="PATIENT", help="a file with a FHIR Bundle or NDJSON, or - for standard input"
    )
    day_and_site_options(command)


def day_and_site_options(command: argparse.ArgumentParser) -> None:
    """--as-of and --site."""
    command.add_argument(
        "--as-of", metavar="WHEN", help="the day (2026-03-01) or moment with zone of assessment; today if left out"
    )
    site_option(command)


def site_option(command: argparse.ArgumentParser) -> None:
    """--site."""
    command.add_argument("--site", metavar="FILE", help="a site's parameter file (TOML)")


def moment_in(options: argparse.Namespace) -> Date | DateTime:
    """The moment of assessment."""
    try:
        return moment_of(options.as_of)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from wrong


def site_in(options: argparse.Namespace) -> str | None:
    """The text of the site's file, if one is given."""
    try:
        return None if options.site is None else read(options.site).decode()
    except UnicodeDecodeError as wrong:
        raise UsageError(f"{options.site}: {wrong}") from wrong


def book_of(options: argparse.Namespace) -> Rulebook:
    """The rulebook, with the site's numbers if a file is given."""
    return rulebook_for(site_in(options))


def read(path: str) -> bytes:
    """A file, or standard input for -."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as wrong:
        raise UsageError(f"{path}: {wrong.strerror}") from wrong


def printed(assessment: Assessment, form: Format, *, cpt: bool = False) -> bytes:
    """An assessment as `footdrop assess --format` prints it."""
    if form == "text":
        from guideline.page import page

        return page(assessment).encode()
    return as_json(assessment.model_dump(mode="json") if form == "json" else assessment.to_fhir(cpt=cpt))


def as_json(value: Any) -> bytes:
    """Indented JSON that ends in a line break."""
    return orjson.dumps(value, option=_PRETTY)


def sentence(about: str) -> str:
    """What the list of commands says of one, as a sentence of its own; FOOTDROP_… and NDJSON stay as they are."""
    return f"{about[:1].upper()}{about[1:]}."


def show(data: bytes) -> None:
    """Print to standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
