"""The `footdrop` command. Exit status 0: assessed; 2: wrong usage; 3: the input cannot be assessed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import orjson

from fhir_adapters.assessment import Assessment, assess, moment_of
from fhir_adapters.read import CannotAssess
from guideline.errors import OverrideError
from guideline.page import page

_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; what it prints goes to standard output, an OperationOutcome to standard error."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except CannotAssess as wrong:
        sys.stderr.buffer.write(orjson.dumps(wrong.outcome, option=_PRETTY))
        return 3
    except BrokenPipeError:  # the reader of a pipe has gone: nothing is left to say
        sys.stderr.close()
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="footdrop", description="A computable guideline for foot drop.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    command = commands.add_parser("assess", help="assess one patient's FHIR record", description=_ASSESS)
    _patient_options(command)
    command.add_argument("--format", choices=("text", "json", "fhir"), default="text")
    command.add_argument("--cpt", action="store_true", help="add CPT numbers to --format fhir (a licensed US add-on)")
    command.set_defaults(run=_assess)
    return parser


_ASSESS = "Read a FHIR R4 Bundle (or NDJSON) from PATIENT, or from standard input if it is -, and print the plan."


def _patient_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "patient", metavar="PATIENT", help="a file with a FHIR Bundle or NDJSON, or - for standard input"
    )
    command.add_argument(
        "--as-of", metavar="WHEN", help="the day (2026-03-01) or moment with zone of assessment; today if left out"
    )
    command.add_argument("--site", metavar="FILE", help="a site's parameter file (TOML)")


def _assess(options: argparse.Namespace) -> int:
    assessment = assessed(options)
    if options.format == "text":
        _print(page(assessment).encode())
    else:
        made: Any = (
            assessment.model_dump(mode="json") if options.format == "json" else assessment.to_fhir(cpt=options.cpt)
        )
        _print(orjson.dumps(made, option=_PRETTY))
    return 0


def assessed(options: argparse.Namespace) -> Assessment:
    """The assessment that the command line asks for; wrong usage ends the program with status 2."""
    record = _read(options.patient)
    site = _read(options.site).decode() if options.site else None
    # The only clock of the product: everywhere else the day is given.
    as_of = options.as_of or datetime.now(UTC).date().isoformat()
    try:
        moment_of(as_of)
        return assess(record, as_of=as_of, site=site)
    except (OverrideError, ValueError) as wrong:
        _usage(str(wrong))


def _read(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as wrong:
        _usage(f"{path}: {wrong.strerror}")


def _usage(message: str) -> NoReturn:
    sys.stderr.write(f"footdrop: {message}\n")
    raise SystemExit(2)


def _print(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    raise SystemExit(main())
