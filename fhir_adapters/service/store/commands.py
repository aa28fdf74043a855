"""`footdrop migrate|audit|rates|export|prune|erase`: the database of a running service, from the command line.

The database is the one of the service's settings (FOOTDROP_…). What these commands need is the `service` extra; it is
imported when one of them runs, so that `footdrop assess` starts without it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fhir_adapters.console import UsageError, as_json, sentence, show

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from fhir_adapters.service.settings import Settings
    from fhir_adapters.service.store.reports import Window

Run = Callable[["Engine", "Settings", argparse.Namespace], None]


def add_commands(commands: Any) -> None:
    """Every command of this module, on the parser's list of commands."""
    _command(commands, "migrate", "bring the tables of the service's database up to date", _migrate)
    command = _command(commands, "audit", "what the service assessed: input hash, features, rules that fired", _audit)
    _window_options(command)
    command.add_argument("--format", choices=("json", "ndjson"), default="json")
    command.add_argument("--replay", action="store_true", help="run each again, and say whether the same rules fire")
    command.add_argument("--records", action="store_true", help="with the records themselves, where they were kept")
    command = _command(commands, "rates", "how often the cards of each rule were accepted or overridden", _rates)
    _window_options(command)
    _comments_option(command)
    command = _command(commands, "export", "feedback on cards, as NDJSON", _export)
    _window_options(command)
    _comments_option(command)
    command = _command(commands, "prune", "delete what is older than FOOTDROP_RETENTION_DAYS", _prune)
    command.add_argument("--before", metavar="WHEN", help="delete what is older than this instead")
    command = _command(commands, "erase", "delete everything that is kept of one patient", _erase)
    command.add_argument("patient", metavar="PSEUDONYM", nargs="?", help="the patient's pseudonym")
    about = "instead: the issuer that knows the patient; again for its tenant, and for one of several FHIR servers"
    command.add_argument("--scope", metavar="URL", action="append", help=about)
    command.add_argument("--id", metavar="ID", help="and the patient's id there")


def _command(commands: Any, name: str, about: str, run: Run) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=about, description=sentence(about))
    command.set_defaults(run=lambda options: _on_database(run, options))
    return command


def _window_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--since", metavar="WHEN", help="a date or a moment with zone; the beginning if left out")
    command.add_argument("--until", metavar="WHEN", help="before this; the end if left out")


def _comments_option(command: argparse.ArgumentParser) -> None:
    about = "with clinicians' comments and reasons in free text, which are patient data"
    command.add_argument("--comments", action="store_true", help=about)


def _on_database(run: Run, options: argparse.Namespace) -> int:
    try:
        from fhir_adapters.service.settings import Settings, said
        from fhir_adapters.service.store import database
    except ModuleNotFoundError as missing:
        extra = "pip install 'footdrop-guideline[service]'"
        raise UsageError(f"{missing.name} is not installed; this command needs {extra}") from missing
    try:
        settings = Settings()
        engine = database.engine_of(settings.database_url, 600.0, connections=2)
    except ValueError as wrong:  # its own text would show what was set, keys and passwords among it
        raise UsageError("; ".join(said(wrong))) from None
    try:
        run(engine, settings, options)
    except (database.Away, database.Refused) as wrong:
        raise UsageError(f"FOOTDROP_DATABASE_URL: the database cannot be used ({wrong})") from None
    finally:
        engine.dispose()
    return 0


def _window(options: argparse.Namespace) -> Window:
    from fhir_adapters.service.store.reports import Window

    return Window(_moment(options.since), _moment(options.until))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is neither a date nor a moment with zone") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _migrate(engine: Engine, _: Settings, __: argparse.Namespace) -> None:
    from fhir_adapters.service.store import schema

    before = schema.found(engine)
    schema.migrate(engine)
    show(as_json({"before": before, "after": schema.found(engine)}))


def _audit(engine: Engine, _: Settings, options: argparse.Namespace) -> None:
    from fhir_adapters.service.store.reports import audited

    rows: Iterable[dict[str, Any]] = audited(engine, _window(options), records=options.records)
    if options.replay:
        from fhir_adapters.service.store.replay import replay

        rows = (row | {"replay": replay(row)} for row in rows)
    if options.format == "ndjson":
        _show_lines(rows)
        return
    opened = False
    for row in rows:
        show((b",\n" if opened else b"[\n") + _line(row))
        opened = True
    show(b"\n]\n" if opened else b"[]\n")


def _rates(engine: Engine, _: Settings, options: argparse.Namespace) -> None:
    from fhir_adapters.service.store.reports import rates

    found = rates(engine, _window(options), comments=options.comments)
    show(as_json({"since": options.since, "until": options.until} | found))


def _export(engine: Engine, _: Settings, options: argparse.Namespace) -> None:
    from fhir_adapters.service.store.reports import exported

    _show_lines(exported(engine, _window(options), comments=options.comments))


def _prune(engine: Engine, settings: Settings, options: argparse.Namespace) -> None:
    from fhir_adapters.service.context import utc_now
    from fhir_adapters.service.store.upkeep import prune

    before = _moment(options.before) or utc_now() - timedelta(days=settings.retention_days)
    show(as_json({"before": before, "deleted": prune(engine, before)}))


def _erase(engine: Engine, settings: Settings, options: argparse.Namespace) -> None:
    from fhir_adapters.service.journal import Pseudonyms
    from fhir_adapters.service.store.upkeep import erase, waiting

    patient = options.patient
    if bool(options.scope) != bool(options.id) or bool(patient) == bool(options.id):
        raise UsageError("erase: give the patient's PSEUDONYM, or --scope and --id")
    if not patient:
        patient = Pseudonyms(settings.pseudonym_key.get_secret_value()).of("patient", *options.scope, options.id)
    try:
        left = waiting(settings.spool, patient)  # before it erases: what comes in meanwhile is erased as well
    except OSError as wrong:
        raise UsageError(f"FOOTDROP_SPOOL: {wrong.strerror}") from wrong
    show(as_json({"patient": patient, "deleted": erase(engine, patient), "waiting": left}))
    if left:
        raise UsageError(f"erase: records in the spool that may be this patient's: {left}; run it again without them")


def _show_lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        show(_line(row) + b"\n")


def _line(row: dict[str, Any]) -> bytes:
    from fhir_adapters.service.errors import as_json as one_line

    return one_line(row)
