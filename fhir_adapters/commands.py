"""What the `footdrop` command can be asked beside the plan itself: to explain a rule, or one patient's plan."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from fhir_adapters.console import (
    UsageError,
    as_json,
    book_of,
    day_and_site_options,
    moment_in,
    patient_options,
    read,
    sentence,
    show,
    site_option,
)
from fhir_adapters.read import read_record
from fhir_adapters.service.store import commands as store
from guideline import patient_prose, prose, why_prose
from guideline.ask import ask
from guideline.assess import Consultation, consult
from guideline.assessment import NOTICE
from guideline.contents import contents
from guideline.diagram import diagram
from guideline.explain import UnknownNameError, rule_page
from guideline.forecast import forecast
from guideline.rulebook import GUIDELINE_ID, Rulebook
from guideline.what_if import SettingError, parse_setting, what_if
from guideline.why import why
from guideline.why_not import why_not

WRONG_USAGE = (UnknownNameError, SettingError)
Answer = tuple[dict[str, Any], str]  # as JSON, and as text
Explain = Callable[[Consultation, argparse.Namespace], Answer]


def add_commands(commands: Any) -> None:
    """Every command of this module, on the parser's list of commands."""
    command = commands.add_parser("rules", help="list the rules by group, and the alert keys")
    site_option(command)
    command.add_argument("--group", metavar="GROUP", help="only this group, such as RED")
    _common(command, _rules)
    command = commands.add_parser("explain", help="print a rule as a page")
    site_option(command)
    command.add_argument("rule", metavar="RULE", help="a rule id, such as FD-SUR-01")
    _common(command, _explain)
    command = commands.add_parser("diagram", help="draw the algorithm, with one patient's path lit")
    command.add_argument("patient", metavar="PATIENT", nargs="?", help="a file with a FHIR Bundle or NDJSON, or -")
    day_and_site_options(command)
    command.add_argument("--format", choices=("svg", "mermaid"), default="svg")
    command.set_defaults(run=_diagram)
    commands.add_parser("serve", help="run the service (settings: docs/service.md)").set_defaults(run=_serve)
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
    store.add_commands(commands)


def _patient_command(
    commands: Any, name: str, about: str, explain: Explain, *, key: bool = False
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=about, description=sentence(about))
    patient_options(command)
    if key:
        command.add_argument("key", metavar="ORDER", help="an order, activity, alert, goal or diagnosis key")
        command.add_argument("--side", choices=("left", "right"), help="one leg only")
    _common(command, lambda options: _about_patient(explain, options))
    return command


def _common(command: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
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


def _diagram(options: argparse.Namespace) -> int:
    consultation = consultation_of(options) if options.patient else None
    show(diagram(consultation, form=options.format, book=None if consultation else book_of(options)).encode())
    return 0


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


def _serve(_: argparse.Namespace) -> int:
    """Everything it needs is loaded only now."""
    try:
        from fhir_adapters.service.serve import main
    except ModuleNotFoundError as missing:
        text = f"serve needs the package {missing.name}: pip install 'footdrop-guideline[service]'"
        raise UsageError(text) from missing
    return main()


def consultation_of(options: argparse.Namespace) -> Consultation:
    """The consultation that the command line asks for."""
    record, moment, book = read(options.patient), moment_in(options), book_of(options)
    return consult(read_record(record, moment), moment, book)


def _about(book: Rulebook) -> dict[str, Any]:
    guideline = {"id": GUIDELINE_ID, "version": book.version}
    return {"guideline": guideline, "overrides": [each.model_dump(mode="json") for each in book.overrides]}


def _show(answer: Answer, options: argparse.Namespace) -> int:
    found, text = answer
    show(as_json(found) if options.format == "json" else text.encode())
    return 0
