"""What the `footdrop` command can be asked beside the plan itself: to explain a rule, or one patient's plan."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import orjson

from cql_like import Date, DateTime
from fhir_adapters.assessment import moment_of
from fhir_adapters.read import read_record
from guideline import patient_prose, prose, why_prose
from guideline.ask import ask
from guideline.assess import Consultation, consult
from guideline.assessment import NOTICE
from guideline.contents import contents
from guideline.explain import rule_page
from guideline.forecast import forecast
from guideline.rulebook import GUIDELINE_ID, Rulebook, rulebook, site_rulebook
from guideline.what_if import parse_setting, what_if
from guideline.why import why
from guideline.why_not import why_not

_PRETTY: Final = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
Answer = tuple[dict[str, Any], str]  # as JSON, and as text
Explain = Callable[[Consultation, argparse.Namespace], Answer]


class UsageError(Exception):
    """The command line asks for something that cannot be; the message says what."""


def add_commands(commands: Any) -> None:
    """Every command of this module, on the parser's list of commands."""
    command = commands.add_parser("rules", help="list the rules by group, and the alert keys")
    command.add_argument("--group", metavar="GROUP", help="only this group, such as RED")
    _common(command, _rules)
    command = commands.add_parser("explain", help="print a rule as a page")
    command.add_argument("rule", metavar="RULE", help="a rule id, such as FD-SUR-01")
    _common(command, _explain)
    _patient_command(commands, "why", "how an order (or activity, alert, diagnosis) came into the plan", _why, key=True)
    _patient_command(commands, "why-not", "what stands between the patient and an order", _why_not, key=True)
    command = _patient_command(commands, "ask", "what nobody recorded, and what each answer would change", _ask)
    command.add_argument("--all", action="store_true", help="print every question, not only the most useful")
    _patient_command(commands, "forecast", "the dates on which the plan changes if nothing else does", _forecast)
    command = _patient_command(commands, "what-if", "how the plan would differ if something else were known", _what_if)
    command.add_argument(
        "--set",
        dest="settings",
        metavar="KEY[:SIDE]=VALUE",
        action="append",
        required=True,
        help="such as mrc-ankle-dorsiflexion:left=4, stroke=yes, onset:left=2026-01-05, egfr=unknown; may be repeated",
    )


def patient_options(command: argparse.ArgumentParser) -> None:
    """PATIENT, --as-of and --site."""
    command.add_argument(
        "patient", metavar="PATIENT", help="a file with a FHIR Bundle or NDJSON, or - for standard input"
    )
    command.add_argument(
        "--as-of", metavar="WHEN", help="the day (2026-03-01) or moment with zone of assessment; today if left out"
    )


def _patient_command(
    commands: Any, name: str, about: str, explain: Explain, *, key: bool = False
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about.capitalize() + ".")
    patient_options(command)
    if key:
        command.add_argument("key", metavar="ORDER", help="an order, activity, alert, goal or diagnosis key")
        command.add_argument("--side", choices=("left", "right"), help="one leg only")
    _common(command, lambda options: _about_patient(explain, options))
    return command


def _common(command: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    command.add_argument("--site", metavar="FILE", help="a site's parameter file (TOML)")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.set_defaults(run=run)


def _rules(options: argparse.Namespace) -> int:
    book = book_of(options)
    found = contents(book, options.group)
    return _show((_about(book) | found.model_dump(mode="json"), prose.contents_text(found)), options)


def _explain(options: argparse.Namespace) -> int:
    book = book_of(options)
    page = rule_page(options.rule, book)
    return _show((_about(book) | page.model_dump(mode="json"), prose.rule_text(page)), options)


def _about_patient(explain: Explain, options: argparse.Namespace) -> int:
    consultation = consultation_of(options)
    found, text = explain(consultation, options)
    about = _about(consultation.book) | {"as_of": str(consultation.as_of), "patient": consultation.record.patient}
    return _show(({"notice": NOTICE} | about | found, patient_prose.framed(consultation, text)), options)


def _why(consultation: Consultation, options: argparse.Namespace) -> Answer:
    found = why(consultation, options.key, options.side)
    return found.model_dump(mode="json"), why_prose.why_text(found)


def _why_not(consultation: Consultation, options: argparse.Namespace) -> Answer:
    found = why_not(consultation, options.key, options.side)
    return found.model_dump(mode="json"), why_prose.why_not_text(found)


def _ask(consultation: Consultation, options: argparse.Namespace) -> Answer:
    found = ask(consultation)
    listed = [each.model_dump(mode="json") for each in found]
    return {"questions": listed}, patient_prose.ask_text(found, everything=options.all)


def _forecast(consultation: Consultation, _: argparse.Namespace) -> Answer:
    found = forecast(consultation)
    listed = [each.model_dump(mode="json") for each in found]
    return {"turns": listed}, patient_prose.forecast_text(found, str(consultation.as_of))


def _what_if(consultation: Consultation, options: argparse.Namespace) -> Answer:
    settings = [parse_setting(text, consultation.as_of) for text in options.settings]
    found = what_if(consultation, settings)
    return found.model_dump(mode="json", exclude={"before", "after"}), patient_prose.what_if_text(found)


def consultation_of(options: argparse.Namespace) -> Consultation:
    """The consultation that the command line asks for."""
    record, moment, book = read(options.patient), moment_in(options), book_of(options)
    return consult(read_record(record, moment), moment, book)


def moment_in(options: argparse.Namespace) -> Date | DateTime:
    """The moment of assessment."""
    try:
        return moment_of(options.as_of)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from wrong


def site_in(options: argparse.Namespace) -> str | None:
    """The text of the site's file, if one is given."""
    try:
        return read(options.site).decode() if options.site else None
    except UnicodeDecodeError as wrong:
        raise UsageError(f"{options.site}: {wrong}") from wrong


def book_of(options: argparse.Namespace) -> Rulebook:
    """The rulebook, with the site's numbers if a file is given."""
    site = site_in(options)
    return site_rulebook(site) if site else rulebook()


def _about(book: Rulebook) -> dict[str, Any]:
    guideline = {"id": GUIDELINE_ID, "version": book.version}
    return {"guideline": guideline, "overrides": [each.model_dump(mode="json") for each in book.overrides]}


def read(path: str) -> bytes:
    """A file, or standard input for -."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as wrong:
        raise UsageError(f"{path}: {wrong.strerror}") from wrong


def _show(answer: Answer, options: argparse.Namespace) -> int:
    found, text = answer
    show(as_json(found) if options.format == "json" else text.encode())
    return 0


def as_json(value: Any) -> bytes:
    """Indented JSON that ends in a line break."""
    return orjson.dumps(value, option=_PRETTY)


def show(data: bytes) -> None:
    """Print to standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
