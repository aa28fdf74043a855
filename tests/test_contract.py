"""The exchange contract, word for word: what goes in, what comes out, and by which names and exit codes."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle

import fhir_adapters
from fhir_adapters import Assessment, CannotAssess, assess, assess_many
from guideline.catalogue import statements
from guideline.errors import OverrideError
from guideline.rulebook import rulebook
from guideline.vocabulary import ACTIVITY_KEYS, GOAL_KEYS, diagnoses, features, order_kinds
from tests.support.numbers import amount, another, site
from tests.support.patients import Patient

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
DEMO, DAY = FIXTURES / "peroneal-leg-crossing.json", "2026-03-01"
Json = dict[str, Any]

PROPOSAL = {
    "key", "side", "priority", "strength", "earliest", "latest", "status", "supersedes", "text", "rules", "statements",
    "because",
}  # fmt: skip
BECAUSE = {"fact", "side", "value", "resource"}
SHAPE: Json = {
    "limbs": {"side", "foot_drop", "severity", "course", "onset", "differential"},
    "orders": PROPOSAL,
    "activities": PROPOSAL,
    "goals": {"key", "text"},
    "alerts": {"severity", "key", "side", "text", "rules", "statements", "because"},
    "questions": {"fact", "side", "text", "would_change", "statements"},
    "prognosis": {"text", "side", "statements"},
    "timeline": {"date", "change", "rules"},
    "problems": {"resource", "element", "text"},
    "overrides": {"parameter", "default", "value", "signed_by", "signed_on"},
}
TOP = {"outcome", "notice", "as_of", "guideline", "patient", *SHAPE}
# Where each list of the answer is not empty, so that its shape is seen and not only its name.
SPEAKING = {
    "peroneal-leg-crossing.json": DAY,
    "l5-disc-improving.json": "2026-05-20",
    "unsided-foot-drop.json": "2026-07-20",
    "compartment-syndrome.json": "2026-03-22T03:15:00Z",
    "spinal-infection.json": "2026-04-08T09:00:00Z",
    "afo-existing-orders.json": "2026-09-15",
    "diabetic-polyneuropathy.ndjson": "2026-05-06",
    "no-foot-drop.json": "2026-08-01",
}
SITE = site({"peroneal-surgery-eligible": another("peroneal-surgery-eligible")})


def footdrop(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "fhir_adapters.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True)


@cache
def printed(form: str) -> bytes:
    done = footdrop("assess", str(DEMO), "--as-of", DAY, "--format", form)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@cache
def answer(name: str) -> Assessment:
    return assess((FIXTURES / name).read_bytes(), as_of=SPEAKING[name])


@cache
def dumped(name: str) -> Json:
    return answer(name).model_dump(mode="json")


fixtures = pytest.mark.parametrize("name", SPEAKING)


# --- the JSON


@fixtures
def test_the_answer_has_the_keys_of_the_contract_and_no_others(name: str) -> None:
    found = dumped(name)
    assert set(found) == TOP
    assert set(found["guideline"]) == {"id", "version"}
    assert [limb["side"] for limb in found["limbs"]] == ["left", "right"]
    for part, keys in SHAPE.items():
        assert all(set(each) == keys for each in found[part]), part
    for part in ("orders", "activities", "alerts"):
        assert all(set(fact) == BECAUSE for each in found[part] for fact in each["because"])
    for limb in found["limbs"]:
        assert all(set(each) == {"diagnosis", "certainty", "rules", "statements"} for each in limb["differential"])


def test_every_list_of_the_contract_was_seen_with_something_in_it() -> None:
    seen = {part for name in SPEAKING for part in SHAPE if dumped(name)[part]}
    theirs = assess(DEMO.read_bytes(), as_of=DAY, site=SITE).model_dump(mode="json")
    assert [set(each) for each in theirs["overrides"]] == [SHAPE["overrides"]]
    assert seen | {"overrides"} == set(SHAPE)


@fixtures
def test_every_word_of_the_answer_is_one_the_contract_allows(name: str) -> None:
    found = dumped(name)
    assert found["outcome"] in {"recommendations", "needs-data", "not-applicable", "nothing-new"}
    assert found["patient"].startswith("Patient/")
    assert found["as_of"] == SPEAKING[name]
    for limb in found["limbs"]:
        assert limb["foot_drop"] in (True, False, None)
        assert all(each["diagnosis"] in diagnoses() for each in limb["differential"])
        assert all(each["certainty"] in ("suspected", "probable", "confirmed") for each in limb["differential"])
    for order in found["orders"]:
        assert (order["side"] is not None) is order_kinds()[order["key"]].sided
    for each in [*found["orders"], *found["activities"]]:
        assert each["priority"] in ("routine", "urgent", "asap", "stat")
        assert each["strength"] in ("recommend", "consider", "option")
        assert each["status"] in ("new", "already-ordered", "done")
        assert all(value is None or date.fromisoformat(value) for value in (each["earliest"], each["latest"]))
    assert all(each["key"] in ACTIVITY_KEYS for each in found["activities"])
    assert all(each["key"] in GOAL_KEYS for each in found["goals"])
    assert all(each["severity"] in ("critical", "warning", "info") for each in found["alerts"])
    for question in found["questions"]:
        assert question["fact"] in features() or question["fact"] in diagnoses()
        assert all(key in order_kinds() for key in question["would_change"])
    days = [entry["date"] for entry in found["timeline"]]
    assert days == sorted(days)
    assert all(date.fromisoformat(day) for day in days)


@fixtures
def test_rules_and_statements_are_never_empty_and_exist(name: str) -> None:
    found = dumped(name)
    parts = [*found["orders"], *found["activities"], *found["alerts"]]
    parts += [each for limb in found["limbs"] for each in limb["differential"]]
    for each in parts:
        assert each["rules"]
        assert each["statements"]
        assert set(each["rules"]) <= rulebook().by_id.keys()
        assert set(each["statements"]) <= statements().keys()
    for each in [*found["questions"], *found["prognosis"]]:
        assert each["statements"]
        assert set(each["statements"]) <= statements().keys()
    for each in found["timeline"]:
        assert each["rules"]
        assert set(each["rules"]) <= rulebook().by_id.keys()


@fixtures
def test_what_a_proposal_rests_on_is_in_the_record(name: str) -> None:
    text = (FIXTURES / name).read_text()
    for each in [*dumped(name)["orders"], *dumped(name)["alerts"]]:
        for fact in each["because"]:
            assert fact["resource"] is None or fact["resource"].split("/")[-1].removeprefix("urn:uuid:") in text


@fixtures
def test_every_answer_carries_the_notice_and_never_says_that_there_is_no_red_flag(name: str) -> None:
    as_of = SPEAKING[name]
    text = footdrop("assess", str(FIXTURES / name), "--as-of", as_of).stdout.decode()
    forms = (" ".join(text.split()), orjson.dumps(dumped(name)).decode(), orjson.dumps(answer(name).to_fhir()).decode())
    for form in forms:
        assert "supports, and does not replace, clinical judgement" in form
        assert "no red flag" not in form.lower()
        assert "no red-flag" not in form.lower()


# --- the outcome


def outcome(patient: Patient) -> str:
    return assess(patient.bundle(), as_of=patient.as_of).outcome


WELL = Patient().given({"mrc-ankle-dorsiflexion": 5}, "both")


def test_the_outcome_is_not_applicable_without_drop_suspicion_and_emergency() -> None:
    assert outcome(Patient()) == "not-applicable"
    assert outcome(WELL) == "not-applicable"
    assert outcome(WELL.given({"bladder-dysfunction": True})) == "not-applicable"
    assert outcome(WELL.given({"intermittent-tripping": True})) == "not-applicable"


def test_the_outcome_is_needs_data_when_only_questions_remain() -> None:
    tripping = Patient().given({"intermittent-tripping": True})
    assert outcome(tripping) == "needs-data"
    asked = {question.fact for question in assess(tripping.bundle(), as_of=tripping.as_of).questions}
    assert asked & {"foot-drop", "mrc-ankle-dorsiflexion"}


@pytest.mark.parametrize("grade", [0, int(amount("foot-drop-mrc"))])
def test_a_grade_up_to_the_limit_is_a_foot_drop_and_brings_recommendations(grade: int) -> None:
    assert outcome(WELL.given({"mrc-ankle-dorsiflexion": grade})) == "recommendations"


@pytest.mark.parametrize("emergency", [
    {"back-pain": True, "bladder-dysfunction": True}, {"lumbar-disc-herniation": True, "bowel-dysfunction": True},
    {"saddle-anaesthesia": True, "radicular-pain": True}, {"compartment-syndrome-suspected": True},
    {"knee-dislocation": True}, {"spinal-cord-injury": True, "mean-arterial-pressure": 60},
], ids=str)  # fmt: skip
def test_an_emergency_is_assessed_without_a_foot_drop(emergency: Json) -> None:
    assert outcome(WELL.given(emergency)) == "recommendations"


def test_the_outcome_is_nothing_new_when_all_that_is_proposed_exists() -> None:
    first = answer("peroneal-leg-crossing.json")
    bundle = orjson.loads(DEMO.read_bytes())
    bundle["entry"] += [{"fullUrl": e["fullUrl"], "resource": e["resource"]} for e in first.to_fhir()["entry"]]
    again = assess(bundle, as_of=DAY)
    assert again.outcome == "nothing-new"
    assert {(o.key, o.side) for o in again.orders} == {(o.key, o.side) for o in first.orders}
    assert {o.status for o in again.orders} <= {"already-ordered", "done"}


# --- the command


def test_the_formats_say_the_same_as_python() -> None:
    assert orjson.loads(printed("json")) == dumped("peroneal-leg-crossing.json")
    assert orjson.loads(printed("fhir")) == answer("peroneal-leg-crossing.json").to_fhir()
    assert printed("text").decode().splitlines()[0].startswith("FOOT DROP  Patient/")


@pytest.mark.parametrize("form", ["text", "json", "fhir"])
def test_the_same_input_gives_the_same_bytes_again_and_from_standard_input(form: str) -> None:
    piped = footdrop("assess", "-", "--as-of", DAY, "--format", form, stdin=DEMO.read_bytes())
    assert piped.returncode == 0
    assert piped.stdout == printed(form)
    assert footdrop("assess", str(DEMO), "--as-of", DAY, "--format", form).stdout == printed(form)


def test_text_is_the_format_without_being_asked_for() -> None:
    assert footdrop("assess", str(DEMO), "--as-of", DAY).stdout == printed("text")


def test_without_a_day_the_day_is_today() -> None:
    done = footdrop("assess", str(DEMO), "--format", "json")
    assert done.returncode == 0
    days = {(datetime.now(UTC) + timedelta(days=each)).date().isoformat() for each in (-1, 0, 1)}
    assert orjson.loads(done.stdout)["as_of"] in days


@pytest.mark.parametrize("arguments", [
    (), ("assess",), ("assess", str(DEMO), "--format", "yaml"), ("assess", str(DEMO), "--as-of", "yesterday"),
    ("assess", str(DEMO), "--as-of", "2026-03"), ("assess", str(DEMO), "--as-of", "2026-03-01T10:00:00"),
    ("assess", str(DEMO), "--as-of", "2026-02-30"), ("assess", "no-such-file.json"), ("examine", str(DEMO)),
    ("assess", str(DEMO), "--unknown"), ("assess", str(DEMO), "--as-of", "9999-12-31"),
    ("assess", str(DEMO), "--as-of", DAY, "--site", "/dev/null"), ("assess", str(DEMO), "--as-of", DAY, "--site", ""),
], ids=str)  # fmt: skip
def test_wrong_usage_ends_with_status_2(arguments: tuple[str, ...]) -> None:
    done = footdrop(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def two_patients() -> Json:
    first, second = Patient().bundle(), Patient().given({"foot-drop": True}).bundle()
    for entry in second["entry"]:
        resource = entry["resource"]
        resource["id"] = f"other-{resource['id']}"
        resource.pop("identifier", None)
        if "subject" in resource:
            resource["subject"] = {"reference": "Patient/other-p"}
    return {**first, "entry": [*first["entry"], *second["entry"]]}


UNUSABLE = {
    "not JSON": b"{",
    "empty": b"",
    "not FHIR": b'{"hello": 1}',
    "a list": b"[]",
    "no patient": b'{"resourceType": "Bundle", "type": "collection", "entry": []}',
    "two patients": orjson.dumps(two_patients()),
}


@pytest.mark.parametrize("record", UNUSABLE.values(), ids=UNUSABLE)
def test_what_cannot_be_assessed_ends_with_status_3_and_an_outcome(record: bytes) -> None:
    done = footdrop("assess", "-", "--as-of", DAY, stdin=record)
    assert (done.returncode, done.stdout) == (3, b"")
    found = orjson.loads(done.stderr)
    assert found["resourceType"] == "OperationOutcome"
    assert all(issue["severity"] in ("fatal", "error") and issue["details"]["text"] for issue in found["issue"])
    with pytest.raises(CannotAssess) as raised:
        assess(record, as_of=DAY)
    assert raised.value.outcome == found


# --- from Python


def test_a_dict_bytes_text_and_an_object_are_the_same_record() -> None:
    text = DEMO.read_text()
    record = orjson.loads(text)
    same = dumped("peroneal-leg-crossing.json")
    for each in (text, text.encode(), record, Bundle.model_validate(record)):
        assert assess(each, as_of=DAY).model_dump(mode="json") == same


def test_ndjson_is_the_same_record() -> None:
    record = orjson.loads(DEMO.read_bytes())
    lines = b"\n".join(orjson.dumps(entry["resource"]) for entry in record["entry"])
    found = assess(lines, as_of=DAY).model_dump(mode="json")
    assert found == dumped("peroneal-leg-crossing.json")


def test_the_record_is_not_changed() -> None:
    record = orjson.loads(DEMO.read_bytes())
    before = orjson.dumps(record)
    assess(record, as_of=DAY).to_fhir()
    assert orjson.dumps(record) == before


def test_a_day_may_be_text_a_date_or_a_moment_with_its_zone() -> None:
    record = DEMO.read_bytes()
    assert assess(record, as_of=date(2026, 3, 1)).model_dump() == assess(record, as_of=DAY).model_dump()
    moment = datetime(2026, 3, 1, 15, 30, tzinfo=timezone(timedelta(hours=1)))
    found = assess(record, as_of=moment)
    assert datetime.fromisoformat(found.as_of) == moment
    assert {o.key for o in found.orders} == {o.key for o in answer("peroneal-leg-crossing.json").orders}


@pytest.mark.parametrize(
    ("same", "written"),
    [
        (datetime(2026, 3, 1, 14, tzinfo=UTC), "2026-03-01T14:00:00Z"),
        ("2026-03-01T14:00Z", "2026-03-01T14:00:00Z"),
        ("2026-03-01T14:00:00.000Z", "2026-03-01T14:00:00Z"),
        ("2026-03-01T14:00:00+02:00", "2026-03-01T14:00:00+02:00"),
        (datetime(2026, 3, 1, 14, 0, 0, 250_000, tzinfo=UTC), "2026-03-01T14:00:00.250Z"),
    ],
)
def test_one_moment_is_written_in_one_way(same: Any, written: str) -> None:
    assert assess(DEMO.read_bytes(), as_of=same).as_of == written


def test_a_day_is_that_whole_day_and_a_moment_is_not() -> None:
    late = Patient().given({"mrc-ankle-dorsiflexion": 3}, day="2026-06-15T20:00:00Z")
    assert outcome(late) == "recommendations"
    assert outcome(late.at("2026-06-15T21:00:00Z")) == "recommendations"
    assert outcome(late.at("2026-06-15T19:00:00Z")) == "not-applicable"


NO_MOMENTS = [
    datetime(2026, 3, 1, 15, 30), "2026-03-01T15:30:00", "2026-03", "soon", "",  # noqa: DTZ001
    "9999-12-31", "9991-01-01T00:00:00Z", date(9999, 12, 31), "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
]  # fmt: skip


@pytest.mark.parametrize("wrong", NO_MOMENTS, ids=str)
def test_a_moment_without_its_zone_or_a_day_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the contract names no words
        assess(DEMO.read_bytes(), as_of=wrong)


@pytest.mark.parametrize("extreme", ["0001-01-01", "9990-12-31", "9990-12-31T23:59:59Z"])
def test_every_day_before_the_last_year_can_be_assessed(extreme: str) -> None:
    assert assess(DEMO.read_bytes(), as_of=extreme).as_of.startswith(extreme[:10])


@pytest.mark.parametrize("site", ["", " ", "[parameters]\nretention-volume = 150\n"])
def test_a_site_without_a_signature_is_refused(site: str) -> None:
    with pytest.raises(OverrideError, match="signed_by"):
        assess(DEMO.read_bytes(), as_of=DAY, site=site)


def test_whoever_calls_can_name_every_error_that_a_retry_does_not_mend() -> None:
    assert fhir_adapters.OverrideError is OverrideError
    assert {"CannotAssess", "OverrideError"} <= set(dir(fhir_adapters))
    lazy = "import sys, fhir_adapters; sys.exit('guideline' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", lazy]).returncode == 0


def test_of_many_patients_a_bad_one_costs_only_itself() -> None:
    good, bad = DEMO.read_bytes(), b"{"
    found = assess_many([good, bad, good, orjson.loads(good)], as_of=DAY)
    assert [type(each) for each in found] == [Assessment, CannotAssess, Assessment, Assessment]
    assert [each.model_dump(mode="json") for each in found if isinstance(each, Assessment)] == 3 * [
        dumped("peroneal-leg-crossing.json")
    ]


def test_bad_data_costs_only_itself_and_is_named() -> None:
    patient = Patient().given({"mrc-ankle-dorsiflexion": 2})
    record = patient.bundle()
    good = assess(record, as_of=patient.as_of)
    wrong = {**record["entry"][1]["resource"], "id": "wrong", "valueInteger": 7}
    wrong.pop("valueQuantity", None)
    future = {**wrong, "id": "later", "effectiveDateTime": "2027-01-01"}
    found = assess(
        {**record, "entry": [*record["entry"], {"resource": wrong}, {"resource": future}]}, as_of=patient.as_of
    )
    assert found.orders == good.orders
    assert [(one.resource, one.element) for one in found.problems] == [
        ("Observation/wrong", "Observation.valueInteger")
    ]


def test_a_side_is_never_guessed() -> None:
    unsided = Patient().given({"mrc-ankle-dorsiflexion": 2}).bundle()
    del unsided["entry"][1]["resource"]["bodySite"]
    found = assess(unsided, as_of=DAY)
    assert not found.orders
    assert [one.element for one in assess(unsided, as_of="2026-06-15").problems] == ["Observation.bodySite"]
