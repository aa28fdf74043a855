"""The `footdrop` command. Exit status 0: answered; 2: wrong usage; 3: the input cannot be assessed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from fhir_adapters.assessment import Assessment, assess
from fhir_adapters.console import UsageError, as_json, moment_in, patient_options, printed, read, show, site_in
from fhir_adapters.read import CannotAssess
from guideline.errors import OverrideError

_ASSESS = "Read a FHIR R4 Bundle (or NDJSON) from PATIENT, or from standard input if it is -, and print the plan."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; what it prints goes to standard output, an OperationOutcome to standard error."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    parser, wrong_usage = _parser(only_assess=given[:1] == ["assess"])
    options = parser.parse_args(given)
    if getattr(options, "as_of", "") is None:
        # The only clock of the product: everywhere else the day is given.
        options.as_of = datetime.now(UTC).date().isoformat()
    try:
        status: int = options.run(options)
    except CannotAssess as wrong:
        sys.stderr.buffer.write(as_json(wrong.outcome))
        return 3
    except wrong_usage as wrong:
        sys.stderr.write(f"footdrop: {wrong}\n")
        return 2
    except BrokenPipeError:  # the reader of a pipe has gone: nothing is left to say
        sys.stderr.close()
        return 0
    return status


def _parser(*, only_assess: bool) -> tuple[argparse.ArgumentParser, tuple[type[Exception], ...]]:
    """The command line, and what counts as wrong usage. `assess` starts without what only the other commands need."""
    parser = argparse.ArgumentParser(prog="footdrop", description="A computable guideline for foot drop.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    command = commands.add_parser("assess", help="assess one patient's FHIR record", description=_ASSESS)
    patient_options(command)
    command.add_argument("--format", choices=("text", "json", "fhir"), default="text")
    command.add_argument("--cpt", action="store_true", help="add CPT numbers to --format fhir (a licensed US add-on)")
    command.set_defaults(run=_assess)
    if only_assess:
        return parser, (UsageError, OverrideError)
    from fhir_adapters.commands import WRONG_USAGE, add_commands

    add_commands(commands)
    return parser, (UsageError, OverrideError, *WRONG_USAGE)


def _assess(options: argparse.Namespace) -> int:
    show(printed(assessed(options), options.format, cpt=options.cpt))
    return 0


def assessed(options: argparse.Namespace) -> Assessment:
    """The assessment that the command line asks for."""
    record, site = read(options.patient), site_in(options)
    moment_in(options)
    return assess(record, as_of=options.as_of, site=site)


if __name__ == "__main__":
    raise SystemExit(main())
