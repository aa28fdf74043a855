"""The command explains: text to read, JSON to process, and an exit status that a script can trust."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from fhir_adapters.cli import main
from guideline.assessment import NOTICE
from tests.guideline.consultations import FIXTURES, NAMES, day_of
from tests.support.numbers import another, site, words

PALSY = "peroneal-leg-crossing"
README = (FIXTURES.parent / "README.md").read_text("utf-8")
COMMANDS = {
    "why": ("nerve-surgery-consult",),
    "why-not": ("mri-brain",),
    "ask": (),
    "forecast": (),
    "what-if": ("--set", "mrc-ankle-dorsiflexion:left=4"),
}
ASKED = (PALSY, "no-foot-drop", "stroke-spastic")  # the one command that takes its time
Output = tuple[int, str, str]


@pytest.fixture
def footdrop(capsysbinary: pytest.CaptureFixture[bytes]):  # type: ignore[no-untyped-def]
    def run(*arguments: str) -> Output:
        try:
            status = main(arguments)
        except SystemExit as wrong:
            status = int(str(wrong.code))
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


def about(name: str, command: str, *more: str) -> Sequence[str]:
    path = str(FIXTURES / f"{name}.json")
    return (command, path, *COMMANDS.get(command, ()), "--as-of", day_of(name), *more)


def test_a_rule_is_explained_as_text_and_as_json(footdrop) -> None:  # type: ignore[no-untyped-def]
    status, text, _ = footdrop("explain", "FD-SUR-01")
    assert status == 0
    assert text.startswith("FD-SUR-01  A peroneal palsy that does not improve")
    status, found, _ = footdrop("explain", "fd-sur-01", "--format", "json")
    assert (status, orjson.loads(found)["id"]) == (0, "FD-SUR-01")


def test_the_rules_are_listed_by_group(footdrop) -> None:  # type: ignore[no-untyped-def]
    status, text, _ = footdrop("rules", "--group", "RED")
    assert status == 0
    assert "FD-RED-01" in text
    assert "FD-SUR-01" not in text
    assert "cauda-equina (critical): FD-RED-01" in text
    assert {"groups", "alerts", "guideline"} <= orjson.loads(footdrop("rules", "--format", "json")[1]).keys()


EVERY = [(name, command) for name in NAMES for command in COMMANDS if command != "ask" or name in ASKED]


@pytest.mark.parametrize(("name", "command"), EVERY)
def test_every_question_about_every_fixture_is_answered_in_lines_of_a_hundred(
    footdrop, name: str, command: str
) -> None:  # type: ignore[no-untyped-def]
    status, text, _ = footdrop(*about(name, command))
    assert status == 0
    assert max(map(len, text.splitlines())) <= 100
    assert " ".join(text.split()).endswith(NOTICE)


@pytest.mark.parametrize("command", COMMANDS)
def test_json_says_whose_when_and_by_which_rulebook(footdrop, command: str) -> None:  # type: ignore[no-untyped-def]
    first, second = (footdrop(*about(PALSY, command, "--format", "json"))[1] for _ in range(2))
    assert first == second
    found = orjson.loads(first)
    assert (found["patient"], found["as_of"], found["notice"]) == ("Patient/pat-birch", "2026-03-01", NOTICE)
    assert found["overrides"] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_sites_number_shows_in_every_answer(footdrop, tmp_path: Path, command: str) -> None:  # type: ignore[no-untyped-def]
    key, file = "peroneal-surgery-eligible", tmp_path / "site.toml"
    file.write_text(site({key: another(key)}))
    status, text, _ = footdrop(*about(PALSY, command, "--site", str(file)))
    assert status == 0
    assert f"{key} is {another(key)} instead of {words(key)} (Dr Hale, 2026-01-01)" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", "FD-SUR-1"), "did you mean FD-SUR-01"),
        (("rules", "--group", "REDD"), "did you mean RED"),
        (("rules", "--group", "ZZZ"), "there are RED, DEF"),
        ((*about(PALSY, "ask")[:2], "--as-of", "yesterday"), "date"),
        (("forecast", "no-such-file.json"), "no-such-file.json"),
        (("why", str(FIXTURES / f"{PALSY}.json"), "mri-brian", "--as-of", "2026-03-01"), "did you mean mri-brain"),
        (("why-not", str(FIXTURES / f"{PALSY}.json"), "mri-brian", "--as-of", "2026-03-01"), "did you mean mri-brain"),
        (("what-if", str(FIXTURES / f"{PALSY}.json"), "--set", "strok=yes"), "did you mean stroke"),
        (("what-if", str(FIXTURES / f"{PALSY}.json")), "--set"),
        (("why", str(FIXTURES / f"{PALSY}.json")), "ORDER"),
        ((), "COMMAND"),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_is_wrong(footdrop, arguments: Sequence[str], message: str) -> None:  # type: ignore[no-untyped-def]
    status, out, err = footdrop(*arguments)
    assert (status, out) == (2, "")
    assert message in err


@pytest.mark.parametrize("example", re.findall(r"\| `footdrop (.+?)` \|$", README, re.MULTILINE))
def test_the_examples_of_the_readme_run(footdrop, monkeypatch: pytest.MonkeyPatch, example: str) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(FIXTURES.parent)
    status, out, err = footdrop(*example.split())
    assert (status, err) == (0, "")
    assert len(out.splitlines()) > 10


def test_the_readme_has_an_example_of_every_command_that_explains() -> None:
    shown = re.findall(r"^\| `([a-z-]+)` \|.* `footdrop ([a-z-]+) ", README, re.MULTILINE)
    assert {(name, name) for name in (*COMMANDS, "rules", "explain", "diagram")} == set(shown)


@pytest.mark.parametrize(
    ("command", "said"),
    [("prune", "Delete what is older than FOOTDROP_RETENTION_DAYS."), ("export", "Feedback on cards, as NDJSON.")],
)
def test_names_stay_in_capitals_in_what_help_says(footdrop, command: str, said: str) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = footdrop(command, "--help")
    assert status == 0
    assert said in " ".join(out.split())


@pytest.mark.parametrize("command", [*COMMANDS, "assess"])
def test_what_is_no_record_is_status_3_with_an_operation_outcome(footdrop, tmp_path: Path, command: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "patient.json"
    path.write_text("not json")
    status, out, err = footdrop(command, str(path), *COMMANDS.get(command, ()), "--as-of", "2026-03-01")
    assert (status, out) == (3, "")
    assert orjson.loads(err)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_patient_may_come_from_standard_input(footdrop, monkeypatch: pytest.MonkeyPatch, command: str) -> None:  # type: ignore[no-untyped-def]
    record = (FIXTURES / f"{PALSY}.json").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(record)))
    piped = footdrop(command, "-", *COMMANDS[command], "--as-of", day_of(PALSY))
    assert piped == footdrop(*about(PALSY, command))
