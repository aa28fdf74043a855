"""When several Patient resources are copies of one patient, and when they are two people."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from fhir_adapters import assess
from fhir_adapters.read import CannotAssess, read_record
from tests.fhir_adapters.test_read_samples import AS_OF, Json, bundle, condition, observation, read, values

FEVER = observation("sct 386661006")
MRN, OTHER_MRN = {"system": "urn:mrn", "value": "77"}, {"system": "urn:mrn", "value": "78"}
INSURANCE, RENEWED = {"system": "urn:insurance", "value": "X1"}, {"system": "urn:insurance", "value": "X2"}


def patient(name: str, *identifiers: Any, **more: Any) -> Json:
    return {"resourceType": "Patient", "id": name, "identifier": list(identifiers), **more}


def is_one(*patients: Json) -> bool:
    """Whether they are one patient; in every order, because the order of entries never matters."""
    fever = {key: value for key, value in FEVER.items() if key != "subject"}
    found = set()
    for order in permutations(patients):
        try:
            found.add(bool(values(read_record(bundle(*order, fever), AS_OF), "fever")))
        except CannotAssess:
            found.add(False)
    assert len(found) == 1
    return found.pop()


def test_copies_from_two_servers_that_share_a_real_identifier_are_one_patient() -> None:
    assert is_one(patient("a", MRN), patient("b", MRN))
    assert is_one(patient("a", MRN), patient("b", MRN, INSURANCE), patient("c", INSURANCE))
    assert is_one(patient("a", MRN, OTHER_MRN), patient("b", OTHER_MRN))


@pytest.mark.parametrize(
    "placeholder",
    [{"value": "N/A"}, {"system": "", "value": "N/A"}, {"system": "urn:mrn", "value": ""},
     {"system": "urn:mrn", "value": " "}, {"system": "urn:mrn"}, {"value": ""}, {}],
)  # fmt: skip
def test_two_patients_that_share_a_placeholder_identifier_are_not_one(placeholder: Json) -> None:
    assert not is_one(patient("a", placeholder), patient("b", placeholder))
    assert is_one(patient("a", placeholder, MRN), patient("b", placeholder, MRN))


def test_two_uris_from_anywhere_contradict_nobody() -> None:
    uris = [{"system": "urn:ietf:rfc:3986", "value": f"urn:oid:1.2.{n}"} for n in (1, 2)]
    assert is_one(patient("a", MRN, uris[0]), patient("b", MRN, uris[1]))
    assert is_one(patient("a", uris[0]), patient("b", uris[0]))
    assert not is_one(patient("a", uris[0]), patient("b", uris[1]))


def test_two_patients_with_different_numbers_of_one_hospital_are_not_one_whatever_they_share() -> None:
    assert not is_one(patient("a", MRN, INSURANCE), patient("b", OTHER_MRN, INSURANCE))
    assert not is_one(patient("a", MRN, INSURANCE), patient("b", INSURANCE), patient("c", OTHER_MRN, INSURANCE))


def test_copies_of_one_id_are_one_patient_whatever_numbers_they_have() -> None:
    assert is_one(patient("a", MRN, INSURANCE), patient("a", MRN, RENEWED))
    assert is_one(patient("a", MRN), patient("a", OTHER_MRN, active=True))
    assert is_one(patient("a", INSURANCE), patient("a", RENEWED, MRN), patient("b", MRN))
    assert not is_one(patient("a", INSURANCE), patient("a", RENEWED, MRN), patient("b", OTHER_MRN, INSURANCE))


@pytest.mark.parametrize(
    ("urls", "one"),
    [
        (("urn:uuid:1", "urn:uuid:2"), True),
        (("https://a.example/fhir/Patient/p", "urn:uuid:2"), True),
        (("https://a.example/fhir/Patient/p", "https://a.example/fhir/Patient/p/_history/2"), True),
        (("https://a.example/fhir/Patient/p", "https://b.example/fhir/Patient/p"), False),
    ],
)
def test_two_versions_of_one_id_are_one_patient_unless_two_servers_have_them(
    urls: tuple[str, str], *, one: bool
) -> None:
    fever = {key: value for key, value in FEVER.items() if key != "subject"}
    source = bundle(patient("p", MRN), patient("p", OTHER_MRN), fever)
    for item, url in zip(source["entry"], urls, strict=False):
        item["fullUrl"] = url
    if one:
        assert values(read_record(source, AS_OF), "fever")
    else:
        with pytest.raises(CannotAssess):
            read_record(source, AS_OF)


def test_the_copy_that_survives_a_merge_connects_those_it_was_made_of() -> None:
    assert is_one(patient("a", MRN, OTHER_MRN), patient("b", MRN), patient("c", OTHER_MRN))
    assert is_one(patient("a", MRN, {**OTHER_MRN, "use": "old"}), patient("b", MRN), patient("c", OTHER_MRN))
    assert not is_one(patient("a", MRN, INSURANCE), patient("b", MRN), patient("c", OTHER_MRN, INSURANCE))


@pytest.mark.parametrize("ended", [{"use": "old"}, {"period": {"start": "2024", "end": "2025-12-31"}}])
def test_a_number_that_was_only_good_for_a_time_tells_nobody_apart(ended: Json) -> None:
    assert is_one(patient("a", MRN, {**INSURANCE, **ended}), patient("b", MRN, RENEWED))
    assert not is_one(patient("a", MRN, INSURANCE), patient("b", MRN, RENEWED))
    assert not is_one(patient("a", MRN, {**INSURANCE, "use": "official", "period": {"start": "2024"}}),
                      patient("b", MRN, RENEWED))  # fmt: skip
    assert not is_one(patient("a", {**INSURANCE, **ended}), patient("b", RENEWED))


def test_a_copy_that_names_no_server_is_not_one_of_two() -> None:
    def one(*identifiers: list[Json]) -> bool:
        fever = {key: value for key, value in FEVER.items() if key != "subject"}
        found = set()
        for order in permutations(zip(identifiers, ("https://a/Patient/p", "https://b/Patient/p", None), strict=True)):
            source = bundle(*(patient("p", *numbers) for numbers, _ in order), fever)
            for item, (_, url) in zip(source["entry"], order, strict=False):
                item["fullUrl"] = url
            try:
                found.add(bool(values(read_record(source, AS_OF), "fever")))
            except CannotAssess:
                found.add(False)
        assert len(found) == 1
        return found.pop()

    assert not one([], [], [])
    assert not one([MRN], [], [MRN])
    assert one([MRN], [MRN], [])
    assert one([MRN, INSURANCE], [MRN], [INSURANCE])


@pytest.mark.parametrize(("identifiers", "one"), [([MRN], True), ([], False)])
def test_the_same_id_on_two_servers_is_one_patient_only_by_an_identifier(identifiers: list[Json], *, one: bool) -> None:
    source = bundle(patient("p", *identifiers), patient("p", *identifiers), observation("sct 386661006"))
    for item, server in zip(source["entry"], "ab", strict=False):
        item["fullUrl"] = f"https://{server}.example/fhir/Patient/p"
    if one:
        assert values(read_record(source, AS_OF), "fever")
    else:
        with pytest.raises(CannotAssess):
            read_record(source, AS_OF)


@pytest.mark.parametrize(
    ("subject", "same"),
    [("Patient/p", True), ("https://a.example/fhir/Patient/p", True), ("https://c.example/fhir/Patient/p", False)],
)
def test_a_third_server_with_the_id_of_one_patient_has_another_patient(subject: str, *, same: bool) -> None:
    """The copies of two servers are one by their number; of the third nobody knows whom it calls by that id."""
    source = bundle(patient("p", MRN), patient("p", MRN), {**FEVER, "subject": {"reference": subject}})
    for item, server in zip(source["entry"], "ab", strict=False):
        item["fullUrl"] = f"https://{server}.example/fhir/Patient/p"
    if same:
        assert values(read_record(source, AS_OF), "fever")
    else:
        with pytest.raises(CannotAssess):
            read_record(source, AS_OF)


def test_a_subject_that_names_no_server_does_not_let_in_a_second_one() -> None:
    near, far = ({**FEVER, "id": f"o{n}"} for n in (1, 2))
    far["subject"] = {"reference": "https://b.example/fhir/Patient/p"}
    source = bundle(patient("p"), near, far)
    source["entry"][0]["fullUrl"] = "https://a.example/fhir/Patient/p"
    with pytest.raises(CannotAssess):
        read_record(source, AS_OF)


@pytest.mark.parametrize(
    ("births", "known"), [(("1970-05-05", "1970-05-05"), "1970-05-05"), (("1970-05-05", "1971-05-05"), None)]
)
def test_copies_that_differ_in_the_birth_date_leave_the_age_open(births: tuple[str, str], known: str | None) -> None:
    copies = [patient(name, MRN, birthDate=birth) for name, birth in zip("ab", births, strict=True)]
    fever = {key: value for key, value in FEVER.items() if key != "subject"}
    record = read_record(bundle(*copies, fever), AS_OF)
    assert (str(record.birth_date) if record.birth_date else None) == known
    assert [(each.element, each.code) for each in record.problems] == (
        [] if known else [("Patient.birthDate", "conflict")]
    )
    assert values(record, "fever")


def test_patients_that_share_nothing_are_not_one() -> None:
    assert not is_one(patient("a", MRN), patient("b", INSURANCE))
    assert not is_one({"resourceType": "Patient"}, patient("b"))


def test_what_this_guideline_writes_for_a_patient_without_an_id_is_read_as_theirs() -> None:
    url = "urn:uuid:0b1c2d3e-0000-4000-8000-000000000001"
    drop = {**condition("icd M21.371"), "subject": {"reference": url}}
    source = bundle({"resourceType": "Patient"}, drop)
    source["entry"][0]["fullUrl"] = url
    written = [e["resource"] for e in assess(source, as_of="2026-03-01").to_fhir()["entry"]]
    orders = [one for one in written if one["resourceType"] == "ServiceRequest"]
    source["entry"] += [{"resource": one} for one in orders]
    record = read_record(source, AS_OF)
    assert len(record.existing) == len(orders) > 0
    assert not record.problems


@pytest.mark.parametrize(("identifier", "used"), [(MRN, True), (OTHER_MRN, False), (INSURANCE, True), (RENEWED, True)])
def test_a_subject_by_identifier_alone_must_not_contradict_a_patient_without_an_id(
    identifier: Json, *, used: bool
) -> None:
    unnamed = {"resourceType": "Patient", "identifier": [MRN, {**INSURANCE, "use": "old"}]}
    record = read({**FEVER, "subject": {"identifier": identifier}}, patient=unnamed)
    assert bool(values(record, "fever")) is used
    assert bool(record.problems) is not used


BARE = {"value": "4711"}


@pytest.mark.parametrize(
    ("subject", "used"),
    [
        ({"value": "4711"}, True),
        ({"system": " ", "value": " 4711 "}, True),
        ({"value": "4712"}, False),
        ({"system": "urn:mrn", "value": "4711"}, False),
        ({"value": 4711}, False),
        (["4711"], False),
        (None, False),
    ],
)
def test_a_subject_by_a_number_without_a_system_is_the_only_patient_if_the_patient_has_it(
    subject: Any, *, used: bool
) -> None:
    record = read({**FEVER, "subject": {"identifier": subject}}, patient=patient("p", MRN, BARE))
    assert bool(values(record, "fever")) is used
    assert bool(record.problems) is not used
    assert not values(read({**FEVER, "subject": {"identifier": subject}}, patient=patient("p", MRN)), "fever")


@pytest.mark.parametrize("placeholder", ["N/A", "NA", "unknown", "UNKNOWN", "none", "-", "?", "--", " ", ""])
def test_a_placeholder_names_not_even_the_only_patient(placeholder: str) -> None:
    given = {"value": placeholder}
    record = read({**FEVER, "subject": {"identifier": given}}, patient=patient("p", given))
    assert not values(record, "fever")
    assert record.problems


def test_a_number_without_a_system_unites_nobody() -> None:
    assert not is_one(patient("a", BARE), patient("b", BARE))
    fever = {**FEVER, "subject": {"identifier": BARE}}
    copies = [patient("a", MRN, BARE), patient("b", MRN)]
    assert not values(read_record(bundle(*copies, fever), AS_OF), "fever")
    assert values(read_record(bundle(copies[0], patient("a", INSURANCE), fever), AS_OF), "fever")
