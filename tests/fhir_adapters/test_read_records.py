"""Whose record it is, what it may come as, and what cannot be assessed at all."""

from __future__ import annotations

import copy
import gc
import pickle
import random
from collections import OrderedDict, UserDict
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import orjson
import pytest

from cql_like import Date
from fhir_adapters.read import CannotAssess, read_record
from guideline.errors import UnusableRecordError
from guideline.findings import Record
from guideline.vocabulary import FINDING_SYSTEM
from tests.fhir_adapters.test_read_samples import (
    AS_OF,
    PATIENT,
    SITES,
    WHOLE,
    Json,
    bundle,
    concept,
    condition,
    observation,
    only_finding,
    only_problem,
    read,
    request,
    resource,
    values,
)

FEVER = observation("sct 386661006")


def refused(source: Any) -> Json:
    with pytest.raises(CannotAssess) as caught:
        read_record(source, AS_OF)
    assert isinstance(caught.value, UnusableRecordError)
    outcome: Json = caught.value.outcome
    assert outcome["resourceType"] == "OperationOutcome"
    assert [issue["severity"] for issue in outcome["issue"]] == ["fatal", *["error"] * (len(outcome["issue"]) - 1)]
    assert all(issue["details"]["text"] for issue in outcome["issue"])
    assert pickle.loads(pickle.dumps(caught.value)).outcome == outcome
    assert str(caught.value)
    first: Json = outcome["issue"][0]
    return first


def whole() -> Record:
    return read_record(bundle(*WHOLE), AS_OF)


def test_the_whole_record_is_read() -> None:
    record = whole()
    assert record.patient == "Patient/p"
    assert record.birth_date == Date.parse("1970-05-05")
    assert not record.problems
    assert {f.key for f in record.findings} == {
        "afo-in-use", "anticoagulant", "conservative-care-start", "edx-done", "extensor-plantar-response", "fever",
        "foot-drop", "hba1c", "lumbar-disc-herniation", "lumbar-radiculopathy", "mean-arterial-pressure",
        "mrc-ankle-dorsiflexion", "mrc-ankle-eversion", "onset", "peroneal-neuropathy", "saddle-anaesthesia",
        "sensation-foot-dorsum", "spasticity", "systolic-blood-pressure",
    }  # fmt: skip
    assert [(e.key, e.side, e.state) for e in record.existing] == [
        ("electrodiagnostic-study", "right", "done"),
        ("foot-ankle-surgery-consult", "right", "ordered"),
        ("physiotherapy", "right", "ordered"),
        ("range-of-motion", None, "ordered"),
    ]


@pytest.mark.parametrize(
    "kind", ["collection", "searchset", "transaction", "batch", "document", "message", "history", "anything", None]
)
def test_a_bundle_of_any_type(kind: str | None) -> None:
    assert read_record(bundle(*WHOLE, type=kind), AS_OF) == whole()


def test_every_form_of_the_same_record() -> None:
    text = orjson.dumps(bundle(*WHOLE))
    lines = b"\n".join(orjson.dumps(one) for one in WHOLE)
    nested = bundle(bundle(*WHOLE[:5]), bundle(*WHOLE[5:]))
    for source in (text, text.decode(), b"\xef\xbb\xbf" + text, "\ufeff" + text.decode(), bytearray(text),
                   memoryview(text), orjson.dumps(bundle(*WHOLE), option=orjson.OPT_INDENT_2), lines,
                   lines.decode(), lines.replace(b"\n", b"\r\n\r\n"), text + b"\n" + lines, nested):  # fmt: skip
        assert read_record(source, AS_OF) == whole()


@pytest.mark.parametrize("release", ["", "R4B"])
def test_an_object_of_fhir_resources(release: str) -> None:
    import importlib

    module = importlib.import_module(f"fhir.resources{'.' + release if release else ''}.bundle")
    fever = {**FEVER, "effectiveDateTime": "2026-01-05T10:00:00Z"}
    record = read_record(module.Bundle.model_validate(bundle(PATIENT, fever)), AS_OF)
    assert record == read(fever)


@pytest.mark.parametrize("kind", [OrderedDict, MappingProxyType, UserDict])
def test_every_kind_of_mapping_is_read_like_a_dict(kind: Any) -> None:
    def all_of(node: Any) -> Any:
        if isinstance(node, dict):
            return kind({key: all_of(value) for key, value in node.items()})
        return [all_of(item) for item in node] if isinstance(node, list) else node

    assert read_record(all_of(bundle(*WHOLE)), AS_OF) == whole()
    assert read_record(bundle(*map(all_of, WHOLE)), AS_OF) == whole()
    assert read_record(kind({"resourceType": "Bundle", "entry": bundle(*WHOLE)["entry"]}), AS_OF) == whole()


def test_a_dump_of_fhir_resources_may_hold_dates_and_decimals() -> None:
    from fhir.resources.R4B.bundle import Bundle

    sugar = observation("loinc 4548-4", valueQuantity={"value": 8.5, "code": "%"})
    model = Bundle.model_validate(bundle(PATIENT, sugar))
    for dumped in (model.model_dump(), model.model_dump(mode="json"), model.model_dump_json()):
        assert read_record(dumped, AS_OF) == read(sugar)


def test_a_dump_of_fhir_resources_may_hold_attachments() -> None:
    from fhir.resources.R4B.bundle import Bundle

    note = {"resourceType": "DocumentReference", "id": "d", "status": "current"}
    note["content"] = [{"attachment": {"contentType": "text/plain", "data": "Zm9vdCBkcm9w"}}]
    model = Bundle.model_validate(bundle(PATIENT, FEVER, note))
    assert read_record(model.model_dump(), AS_OF).findings == read(FEVER).findings


def test_a_plain_dict_may_hold_dates_decimals_and_bytes_as_an_older_pydantic_dumps_them() -> None:
    sugar = observation("loinc 4548-4", valueQuantity={"value": 8.5, "code": "%"})
    note = {"resourceType": "DocumentReference", "id": "d", "content": [{"attachment": {"data": b"Zm9v"}}]}
    held = {**sugar, "effectiveDateTime": date(2026, 1, 5), "valueQuantity": {"value": Decimal("8.5"), "code": "%"}}
    born = {**PATIENT, "birthDate": date.fromisoformat(PATIENT["birthDate"])}
    assert read_record(bundle(born, held, note), AS_OF) == read(sugar)


def test_an_object_that_json_does_not_know_is_refused_with_the_way_out() -> None:
    text = refused(OrderedDict(bundle(PATIENT, {**FEVER, "note": object()})))["details"]["text"]
    assert "model_dump_json()" in text
    record = read(FEVER, OrderedDict({**FEVER, "id": "o2", "note": object()}))
    assert only_problem(record).resource == "Bundle.entry[2]"
    assert values(record, "fever")


def test_one_resource_by_itself() -> None:
    assert values(read_record(FEVER, AS_OF), "fever")
    assert read_record(PATIENT, AS_OF).patient == "Patient/p"


def test_the_order_of_entries_never_matters() -> None:
    expected = whole()
    shuffled = list(WHOLE)
    for seed in range(50):
        random.Random(seed).shuffle(shuffled)
        assert read_record(bundle(*shuffled), AS_OF) == expected


def test_what_is_said_twice_counts_once_and_the_input_is_left_alone() -> None:
    source = bundle(*WHOLE, *copy.deepcopy(WHOLE))
    before = copy.deepcopy(source)
    assert read_record(source, AS_OF) == whole()
    assert source == before


@pytest.mark.parametrize(
    "source",
    [b"", b"{", b"not json", "\ud800", b"\xff", b"[]", b"[{}]", b"1", b"null", b'"x"', b"{}", {}, {"a": 1}, [], None, 5,
     {"resourceType": 5}, b'{"resourceType": "Bundle"', b"{}\n{}", object()],
)  # fmt: skip
def test_what_is_not_json_or_not_fhir_is_refused(source: Any) -> None:
    assert refused(source)["code"] == "structure"


@pytest.mark.parametrize(
    "source",
    [bundle(), {"resourceType": "Bundle"}, {"resourceType": "Bundle", "entry": {}},
     bundle({k: v for k, v in FEVER.items() if k != "subject"}), {"resourceType": "Basic"}],
)  # fmt: skip
def test_a_record_of_nobody_is_refused(source: Any) -> None:
    assert refused(source)["code"] == "required"


@pytest.mark.parametrize(
    "resources",
    [
        [PATIENT, {**PATIENT, "id": "q"}],
        [PATIENT, {**FEVER, "subject": {"reference": "Patient/q"}}],
        [PATIENT, {**FEVER, "subject": {"reference": "urn:uuid:elsewhere"}}],
        [FEVER, {**FEVER, "id": "o2", "subject": {"reference": "Patient/q"}}],
        [PATIENT, {"resourceType": "AllergyIntolerance", "id": "a", "patient": {"reference": "Patient/q"}}],
        [{**FEVER, "subject": {"reference": "https://a.example/fhir/Patient/p"}},
         {**FEVER, "id": "o2", "subject": {"reference": "https://b.example/fhir/Patient/p"}}],
        [{"resourceType": "Patient"}, FEVER, {**FEVER, "id": "o2", "subject": {"reference": "Patient/q"}}],
    ],
)  # fmt: skip
def test_two_patients_are_never_mixed(resources: list[Json]) -> None:
    issue = refused(bundle(*resources))
    assert issue["code"] == "multiple-matches"
    assert issue["expression"]
    assert "Patient/q" not in str(issue)


@pytest.mark.parametrize(
    "reference",
    ["Patient/p", "https://h.example/fhir/Patient/p", "http://h.example/fhir/Patient/p", "Patient/p/_history/3",
     "https://h.example/fhir/Patient/p/_history/3", "urn:uuid:1", "Patient?identifier=urn:mrn|77"],
)  # fmt: skip
def test_every_way_to_point_at_the_patient(reference: str) -> None:
    patient = {**PATIENT, "identifier": [{"system": "urn:mrn", "value": "77"}]}
    fever = {**FEVER, "subject": {"reference": reference}}
    for url in ("https://h.example/fhir/Patient/p", "urn:uuid:1"):
        if url == "urn:uuid:1" or not reference.startswith("urn"):
            source = bundle(patient, fever)
            source["entry"][0]["fullUrl"] = url
            assert values(read_record(source, AS_OF), "fever")


def test_a_patient_without_an_id_is_named_by_its_full_url() -> None:
    source = bundle({"resourceType": "Patient"}, {**FEVER, "subject": {"reference": "urn:uuid:1"}})
    source["entry"][0]["fullUrl"] = "urn:uuid:1"
    assert read_record(source, AS_OF).patient == "urn:uuid:1"


def test_no_patient_resource_is_needed_where_all_subjects_agree() -> None:
    record = read_record(bundle(FEVER, condition("icd M21.371")), AS_OF)
    assert record.patient == "Patient/p"
    assert len(record.findings) == 2


def test_a_missing_subject_is_the_one_patient() -> None:
    assert read({k: v for k, v in FEVER.items() if k != "subject"}).findings
    by_identifier = {**FEVER, "subject": {"identifier": {"system": "urn:mrn", "value": "77"}}}
    known = {**PATIENT, "identifier": [{"system": "urn:mrn", "value": "77"}]}
    assert read(by_identifier, patient=known).findings


@pytest.mark.parametrize(
    "subject",
    [{"reference": "Group/g"}, {"reference": "Device/d"}, {"reference": "#me"}, {"reference": ""}, "Patient/p",
     {"reference": 5}, {"identifier": {"value": "unknown"}}, {"identifier": 5}],
)  # fmt: skip
def test_a_subject_that_is_not_the_patient_is_reported_and_not_used(subject: Any) -> None:
    record = read({**FEVER, "subject": subject}, condition("icd M21.371"))
    assert not values(record, "fever")
    assert values(record, "foot-drop")
    assert only_problem(record).element == "Observation.subject"


@pytest.mark.parametrize("birth", ["1970-13-01", 1970, "yesterday"])
def test_a_birth_date_that_does_not_exist_is_a_problem(birth: Any) -> None:
    record = read(FEVER, patient={**PATIENT, "birthDate": birth})
    assert record.birth_date is None
    assert only_problem(record).element == "Patient.birthDate"
    assert record.findings


@pytest.mark.parametrize("entry", [None, 5, [], "x", {"resource": 5}, {"resource": []}, {"resource": {"id": "x"}},
                                   {"resource": {"resourceType": 5}}])  # fmt: skip
def test_a_broken_entry_costs_only_itself(entry: Any) -> None:
    source = bundle(PATIENT, FEVER)
    source["entry"].insert(1, entry)
    record = read_record(source, AS_OF)
    assert only_problem(record).resource == "Bundle.entry[1]"
    assert only_finding(record).key == "fever"


def test_an_entry_without_a_resource_is_normal() -> None:
    source = bundle(PATIENT, FEVER)
    source["entry"] += [{"response": {"status": "201"}}, {"fullUrl": "urn:uuid:9"}, {}]
    assert not read_record(source, AS_OF).problems


@pytest.mark.parametrize("broken", [b'{"resourceType": "Observ', b"[]", b"{}"])
def test_a_broken_line_costs_only_itself_wherever_it_stands(broken: bytes) -> None:
    lines = [orjson.dumps(PATIENT), orjson.dumps(FEVER)]
    for place in range(3):
        record = read_record(b"\n".join([*lines[:place], broken, *lines[place:]]), AS_OF)
        assert only_problem(record).resource == f"line {place + 1}"
        assert only_finding(record).key == "fever"
    assert "is not JSON" in refused(b"\n".join([broken, b'{"resourceType'] * 2))["details"]["text"]


def test_json_that_is_broken_is_refused_with_its_place() -> None:
    text = refused(b'{\n  "resourceType": "Bundle",\n  "entry" []\n}')["details"]["text"]
    assert "(line 3, column 11)" in text


def test_what_was_found_wrong_is_told_beside_the_patient_that_is_not_there() -> None:
    with pytest.raises(CannotAssess) as wrong:
        read_record({"resourceType": "Bundle", "type": "collection", "entry": {"resource": PATIENT}}, AS_OF)
    first, second = wrong.value.outcome["issue"]
    assert (first["severity"], first["details"]["text"]) == ("fatal", "There is no patient in the record.")
    assert (second["severity"], second["expression"]) == ("error", ["Bundle.entry"])
    assert (second["details"]["text"], second["diagnostics"]) == ("Bundle.entry is not a list", "Bundle")
    assert str(wrong.value) == "There is no patient in the record."


def test_a_record_of_broken_entries_is_told_by_its_first_ones() -> None:
    with pytest.raises(CannotAssess) as wrong:
        read_record({"resourceType": "Bundle", "entry": [{"resource": 1}] * 60}, AS_OF)
    _, *more, last = wrong.value.outcome["issue"]
    assert len({each["diagnostics"] for each in more}) == 50
    assert last["details"]["text"] == "There are 10 more problems like these."


def test_a_bundle_that_is_not_complete_says_so() -> None:
    paged = bundle(PATIENT, FEVER, link=[{"relation": "next", "url": "https://h.example/fhir?page=2"}])
    assert only_problem(read_record(paged, AS_OF)).code == "incomplete"
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}
    assert only_problem(read(FEVER, failed)).code == "incomplete"
    noted = {"resourceType": "OperationOutcome", "issue": [{"severity": "information"}]}
    assert not read(FEVER, noted).problems


@pytest.mark.parametrize("kind", ["batch-response", "searchset", "history"])
@pytest.mark.parametrize(("severity", "problems"), [("error", 1), ("fatal", 1), ("warning", 0)])
def test_what_a_server_could_not_give_is_reported(kind: str, severity: str, problems: int) -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": severity}]}
    answer = {"response": {"status": "500", "outcome": outcome}}
    for last in (answer, {**answer, "resource": {**FEVER, "id": "o2"}}):
        source = bundle(PATIENT, FEVER, type=kind)
        source["entry"].append(last)
        record = read_record(source, AS_OF)
        assert [(p.element, p.code) for p in record.problems] == [("OperationOutcome.issue", "incomplete")] * problems
        assert values(record, "fever")


def version(number: int, grade: int, /, **more: Any) -> Json:
    meta = {"lastUpdated": f"2026-01-0{number}T10:00:00Z", "versionId": str(number)}
    return observation("finding mrc-ankle-dorsiflexion", "left", valueInteger=grade, **({"meta": meta} | more))


@pytest.mark.parametrize("kind", ["history", "collection"])
def test_only_the_newest_version_of_a_resource_counts(kind: str) -> None:
    for order in ([1, 2, 3], [3, 2, 1], [2, 3, 1]):
        record = read_record(bundle(PATIENT, *(version(n, n) for n in order), type=kind), AS_OF)
        assert [value for _, value, _ in values(record, "mrc-ankle-dorsiflexion")] == [3]


def test_a_correction_may_take_a_finding_away() -> None:
    withdrawn = version(2, 1, status="entered-in-error")
    recoded = version(2, 1, code=concept("loinc 2345-7"))
    for correction in (withdrawn, recoded):
        assert not read(version(1, 1), correction).findings


def test_a_history_without_dates_lists_the_newest_first() -> None:
    newest_first = bundle(PATIENT, version(2, 4, meta=None), version(1, 1, meta=None), type="history")
    assert [value for _, value, _ in values(read_record(newest_first, AS_OF), "mrc-ankle-dorsiflexion")] == [4]


def test_resources_without_an_id_in_a_history_are_different_unless_their_url_is_the_same() -> None:
    def grades(*urls: str | None) -> list[Any]:
        source = bundle(PATIENT, *(version(2, grade, id=None, meta=None) for grade in (1, 4)), type="history")
        for item, url in zip(source["entry"][1:], urls, strict=True):
            item["fullUrl"] = url
        return [value for _, value, _ in values(read_record(source, AS_OF), "mrc-ankle-dorsiflexion")]

    assert grades("urn:uuid:1", "urn:uuid:2") == [1, 4]
    assert grades(None, None) == [1, 4]
    assert grades("urn:uuid:1", "urn:uuid:1") == [1]


def test_what_a_history_says_was_deleted_is_gone() -> None:
    source = bundle(PATIENT, version(1, 1), type="history")
    source["entry"].insert(0, {"request": {"method": "DELETE", "url": "Observation/o"},
                               "response": {"lastModified": "2026-01-09T10:00:00Z"}})  # fmt: skip
    assert not read_record(source, AS_OF).findings


def test_two_versions_that_nobody_can_tell_apart_are_both_kept_and_reported() -> None:
    record = read(version(1, 1, meta=None), version(2, 4, meta=None))
    assert [value for _, value, _ in values(record, "mrc-ankle-dorsiflexion")] == [1, 4]
    assert only_problem(record).code == "duplicate"


@pytest.mark.parametrize(
    ("first", "second"),
    [({"lastUpdated": "2026-01-09T10:00:00Z"}, {"versionId": "2"}), ({"versionId": "7"}, {})],
)
def test_a_date_and_a_number_do_not_tell_which_version_is_newer(first: Json, second: Json) -> None:
    versions = version(1, 1, meta=first), version(2, 4, meta=second)
    for order in (versions, versions[::-1]):
        record = read(*order)
        assert [value for _, value, _ in values(record, "mrc-ankle-dorsiflexion")] == [1, 4]
        assert only_problem(record).code == "duplicate"


TWICE: list[tuple[Json, Json]] = [
    (version(1, 1, meta=None), version(1, 4, meta=None)),
    (
        observation("finding onset", "left", valueDateTime="2025-12"),
        observation("finding onset", "left", valueDateTime="2025-12-01"),
    ),
    (
        observation("finding onset", "left", valueDateTime="2025-12-01T08:00:00Z"),
        observation("finding onset", "left", valueDateTime="2025-12-01T09:00:00+01:00"),
    ),
    (
        observation("finding hba1c", valueQuantity={"value": 8, "unit": "%"}),
        observation("finding hba1c", valueQuantity={"value": 7, "unit": "%"}),
    ),
    (condition("icd I63.9", onsetDateTime="2020"), condition("icd I63.9", recordedDate="2020")),
    (request("order mri-brain", priority="urgent"), request("order mri-brain", priority="stat")),
    (request("order mri-brain"), request("order mri-brain", occurrenceDateTime="2026-04-01")),
    (
        request("order mri-brain", occurrenceDateTime="2026-05-01"),
        request("order mri-brain", occurrenceDateTime="2026-04-01"),
    ),
]


@pytest.mark.parametrize("versions", TWICE)
def test_of_two_versions_that_are_both_kept_the_order_does_not_show(versions: tuple[Json, Json]) -> None:
    there, back = (read(*order) for order in (versions, versions[::-1]))
    assert len(there.findings + there.existing) == 2
    assert repr(there) == repr(back)


ORTHOSIS: Json = {"resourceType": "Device", "id": "v", "type": concept("hcpcs L1932")}
LEFT_LEG: Json = {"resourceType": "BodyStructure", "id": "b", "location": concept(f"sct {SITES['left']}")}


@pytest.mark.parametrize("version_", ["", "/_history/2"])
@pytest.mark.parametrize("server", ["", "https://h.example/fhir/"])
def test_a_link_to_a_version_leads_to_its_resource(server: str, version_: str) -> None:
    """The side is that of a BodyStructure, the orthosis a Device; both stand elsewhere in the record."""
    device = {"reference": {"reference": f"{server}Device/v{version_}"}}
    leg = {"reference": {"reference": f"{server}BodyStructure/b{version_}"}}
    record = read(resource("DeviceUsage", "u", status="active", device=device, bodySite=leg), ORTHOSIS, LEFT_LEG)
    assert values(record, "afo-in-use") == [("left", True, None)]
    assert not record.problems


@pytest.mark.parametrize("over", ["c1", "c2"])
def test_a_foot_drop_that_is_over_does_not_hide_the_one_that_goes_on(over: str) -> None:
    """Two Conditions of one leg: a report without a side is about the only foot that drops."""
    knee = resource("DiagnosticReport", "d", status="final", code=concept("loinc 30691-0"))
    going = condition("icd M21.371", id="c1" if over == "c2" else "c2", onsetDateTime="2025-01-01")
    ended = condition("icd M21.371", id=over, onsetDateTime="2024-01-01", abatementDateTime="2026-02-01")
    ended["clinicalStatus"] = concept("x resolved")
    assert values(read(knee, going, ended), "knee-imaging-done") == [("right", True, None)]
    assert not values(read(knee, ended), "knee-imaging-done")


def test_the_same_id_on_two_servers_is_two_resources() -> None:
    source = bundle(PATIENT, version(1, 1), version(2, 4))
    source["entry"][1]["fullUrl"] = "https://a.example/fhir/Observation/o"
    source["entry"][2]["fullUrl"] = "https://b.example/fhir/Observation/o"
    assert len(read_record(source, AS_OF).findings) == 2


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (None, "https://a.example/fhir/Observation/o"),
        ("https://a.example/fhir/Observation/o", None),
        ("https://a.example/fhir/Observation/o", "https://a.example/fhir/Observation/o/_history/2"),
    ],
)
def test_a_version_without_its_server_is_one_of_the_only_resource_of_that_id(
    older: str | None, newer: str | None
) -> None:
    source = bundle(PATIENT, version(1, 1), version(2, 1, status="entered-in-error"))
    for item, url in zip(source["entry"][1:], (older, newer), strict=True):
        item.update({"fullUrl": url} if url else {})
    assert not read_record(source, AS_OF).findings


def test_what_means_nothing_here_is_not_even_looked_at() -> None:
    """A broken resource of no interest is nobody's problem: only chosen resources are validated."""
    boring = [observation("loinc 2345-7", id=f"b{n}", status=5, valueQuantity="?") for n in range(20)]
    boring += [condition("icd I10", id="b", onsetDateTime=3), {"resourceType": "Claim", "item": 5}]
    record = read(FEVER, *boring)
    assert not record.problems
    assert only_finding(record).key == "fever"


def test_problems_quote_no_value() -> None:
    secret = "CANARY"
    odd = [
        observation("finding fever", id="1", valueString=secret),
        observation("finding mrc-ankle-dorsiflexion", "left", id="2", valueString=secret),
        observation("finding onset", "left", id="3", valueDateTime=secret),
        observation("loinc 8480-6", id="4", valueQuantity={"value": 1, "unit": secret}),
        {**FEVER, "id": "5", "status": [secret]},
        {**FEVER, "id": "6", "subject": {"reference": f"Group/{secret}"}},
        observation(f"{FINDING_SYSTEM} {secret}", id="7"),
        condition("icd M21.371", id="8", onsetString=secret),
    ]
    record = read(*odd)
    assert len(record.problems) == len(odd)
    assert secret not in repr(record.problems)


@pytest.mark.parametrize(
    ("wrong", "where", "wanted"),
    [
        ({"status": 5}, "status", "string"),
        ({"status": 5, "focus": {}}, "status", "string"),
        ({"focus": {}, "status": 5}, "status", "string"),
        ({"valueBoolean": 1}, "valueBoolean", "boolean"),
        ({"valueInteger": True}, "valueInteger", "integer"),
        ({"focus": {}}, "focus", "list"),
        ({"valueQuantity": []}, "valueQuantity", "dictionary or instance of Quantity"),
        ({"component": [{}, {"valueQuantity": {"unit": 1}}]}, "component[1].valueQuantity.unit", "string"),
        ({"bodySite": [{}, {"reference": {"reference": 1}}]}, "bodySite[1].reference", "string"),
        ({"code": 5}, "code", "dictionary or instance of Concept"),
        ({"method": 5, "code": {"coding": [{}, 5]}}, "code.coding[1]", "dictionary or instance of Coding"),
        ({"code": {"coding": [*FEVER["code"]["coding"], {"code": 5}]}}, "code.coding[1].code", "string"),
    ],
)
def test_an_element_of_the_wrong_type_is_named_and_costs_its_resource(
    wrong: dict[str, Any], where: str, wanted: str
) -> None:
    """Of two that are wrong, which is named does not hang on the order in which they came."""
    record = read({**FEVER, "id": "odd", **wrong}, FEVER)
    text = f"Observation.{where} has not the form FHIR gives it (input should be a valid {wanted})"
    assert [(each.resource, each.text, each.code) for each in record.problems] == [
        ("Observation/odd", text, "structure")
    ]
    assert only_finding(record).key == "fever"


@pytest.mark.parametrize("running", [True, False])
def test_reading_leaves_the_garbage_collector_as_it_was(running: bool) -> None:
    """It stands still meanwhile, and that is nobody else's business, whatever the record was worth."""
    before = gc.isenabled()
    try:
        (gc.enable if running else gc.disable)()
        read(FEVER)
        assert gc.isenabled() is running
        with pytest.raises(CannotAssess):
            read_record(b"no record", AS_OF)
        assert gc.isenabled() is running
    finally:
        (gc.enable if before else gc.disable)()
