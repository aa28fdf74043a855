"""What a clinician does in the workbench, in a real browser."""

from __future__ import annotations

import json
import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.service import support as service
from tests.service.pages.conftest import PHONE, Open
from tests.service.pages.support import CAUDA_EQUINA, DEMO, WITHIN, answer, choose, order, paste, question, section
from tests.support.numbers import after

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


def test_a_patient_is_chosen_and_the_plan_is_read(visit: Open) -> None:
    page = visit()
    choose(page, "Peroneal palsy after leg crossing")
    expect(page.get_by_text("There are new recommendations.")).to_be_visible()
    expect(section(page, "Legs")).to_contain_text("Foot drop, moderate, stable, since 2025-11-14")
    expect(section(page, "Alerts").get_by_role("listitem").first).to_contain_text("No orthosis is recorded in use")
    orders = section(page, "Orders proposed")
    expect(orders.get_by_role("heading", level=3)).to_have_text(["As soon as possibleasap", "Routine"])
    brace = order(page, "Ankle-foot orthosis, fitted by an orthotist")
    expect(brace).to_contain_text("recommend")
    fitted = after(date(2026, 3, 1), "afo-fitting-target").isoformat()
    expect(brace).to_contain_text(f"2026-03-01 to {fitted}")
    for name in ("In the care plan", "Goals", "What to expect", "What comes next", "Data that could not be used"):
        expect(section(page, name)).to_be_visible()
    expect(section(page, "What comes next")).to_contain_text(fitted)


@pytest.mark.parametrize("viewport", [{"width": 1360, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_a_critical_alert_is_above_the_fold_and_says_so_in_words(visit: Open, viewport: dict[str, int]) -> None:
    page = visit("/", viewport=viewport)
    choose(page, "Cauda equina syndrome")
    first = section(page, "Alerts").get_by_role("listitem").first
    expect(first).to_contain_text("Critical")
    expect(first).to_contain_text("Suspected cauda equina syndrome")
    box = first.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= viewport["height"]


def test_why_opens_in_place_with_facts_rules_statements_and_sources(visit: Open) -> None:
    page = visit(DEMO)
    brace = order(page, "Ankle-foot orthosis, fitted by an orthotist")
    brace.get_by_text("Why", exact=False).first.click()
    expect(brace).to_contain_text("the toes drag when walking (left)")
    expect(brace.get_by_role("link", name="FD-ORT-01").first).to_be_visible()
    expect(brace).to_contain_text("What the sources say")
    brace.get_by_role("button", name="Observation/obs-24").first.click()
    shown = page.get_by_role("dialog", name="Observation/obs-24")
    assert json.loads(shown.locator("pre").inner_text())["id"] == "obs-24"
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()


def test_an_answer_changes_the_plan_and_undo_takes_it_back(visit: Open) -> None:
    page = visit(DEMO)
    expect(order(page, "Emergency assessment")).to_have_count(0)
    answer(page, "Is anal tone reduced?", "Yes")
    changed = page.locator("#changed")
    expect(changed).to_have_attribute("aria-live", "polite")
    expect(changed.get_by_role("listitem").first).to_contain_text("Suspected cauda equina syndrome")
    expect(changed).to_contain_text(
        "MRI of the lumbar spine without contrast · now stat, recommend; was routine, consider"
    )
    expect(order(page, "Emergency assessment")).to_contain_text("New by your answers")
    expect(section(page, "Your answers")).to_contain_text("Anal tone is reduced")
    expect(page).to_have_url(re.compile("set=anal-tone-reduced%3Dyes"))
    page.get_by_role("button", name="Undo").click()
    expect(order(page, "Emergency assessment")).to_have_count(0)
    expect(section(page, "Your answers")).to_be_hidden()
    expect(changed).to_contain_text("order removed")


def test_the_browsers_back_button_takes_an_answer_back_too(visit: Open) -> None:
    page = visit(DEMO)
    answer(page, "Is anal tone reduced?", "Yes")
    expect(order(page, "Emergency assessment")).to_have_count(1)
    page.go_back()
    expect(order(page, "Emergency assessment")).to_have_count(0)


def test_a_shared_address_shows_the_same_plan_and_never_holds_the_record(visit: Open) -> None:
    page = visit(DEMO + "&set=anal-tone-reduced%3Dyes")
    expect(order(page, "Emergency assessment")).to_have_count(1)
    paste(open_record(page), service.fixture("no-foot-drop").decode(), "2026-08-01")
    expect(page.get_by_role("heading", level=1, name="Pasted record")).to_be_visible()
    assert page.url.partition("#")[2] == "as_of=2026-08-01"


def open_record(page: Page) -> Page:
    page.get_by_text("Patient and day").click()
    return page


def test_what_is_recorded_can_be_answered_otherwise(visit: Open) -> None:
    """A grade, a code, a number with its unit and a date, of one leg."""
    page = visit(DEMO)
    everything = section(page, "Everything that can be answered")
    everything.get_by_text("Findings and diagnoses, recorded or not").click()
    for key, what, choice in (
        ("mrc-ankle-dorsiflexion left", "Ankle dorsiflexion (MRC grade), left", "0"),
        ("sensation-sole left", "Sensation on the sole, left", "absent"),
    ):
        everything.get_by_label("Search").fill(key)
        everything.locator("summary", has_text=what).click()
        everything.get_by_role("group", name=what).get_by_role("button", name=choice, exact=True).click()
        expect(section(page, "Your answers")).to_contain_text(f"{what.removesuffix(', left')} {choice} (left)")
    everything.get_by_label("Search").fill("post-void")
    everything.locator("summary:visible").nth(1).click()
    everything.get_by_role("spinbutton").fill("300")
    everything.get_by_role("button", name="Set").locator("visible=true").click()
    expect(section(page, "Your answers")).to_contain_text("300 mL")
    everything.get_by_label("Search").fill("onset of the foot drop left")
    everything.locator("summary:visible").nth(1).click()
    everything.locator("input[type=date]:visible").fill("2026-02-27")
    everything.get_by_role("button", name="Set").locator("visible=true").click()
    expect(section(page, "Your answers")).to_contain_text("2026-02-27 (left)")
    expect(section(page, "Legs")).to_contain_text("severe")
    expect(section(page, "Legs")).to_contain_text("since 2026-02-27")
    section(page, "Your answers").get_by_role("button", name="Take all back").click()
    expect(section(page, "Legs")).to_contain_text("moderate, stable, since 2025-11-14")


def test_a_question_tells_beforehand_what_each_answer_would_do(visit: Open) -> None:
    page = visit(DEMO)
    asked = question(page, "Is anal tone reduced?")
    asked.get_by_text("What each answer would do").click()
    expect(asked.locator(".effects")).to_contain_text("adds Emergency assessment (stat)")
    expect(asked.locator(".effects")).to_contain_text("no change")


def test_what_is_not_proposed_says_what_is_missing(visit: Open) -> None:
    page = visit(DEMO)
    why_not = section(page, "Why not?")
    why_not.get_by_label("Why not").select_option(label="MRI of the brain")
    why_not.get_by_role("button", name="Tell me").click()
    expect(why_not.get_by_role("heading", name="MRI of the brain")).to_be_visible()
    expect(why_not).to_contain_text("not recorded")
    expect(why_not.get_by_role("link").first).to_have_attribute("href", re.compile("^/rules/FD-"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{ this is no record", "JSON"),
        ('{"resourceType": "Bundle", "type": "collection"}', "There is no patient in the record."),
        (HOSTILE, "JSON"),
    ],
    ids=["no JSON", "no patient", "markup"],
)
def test_a_broken_record_is_refused_in_a_sentence(visit: Open, text: str, said: str) -> None:
    page = visit()
    with page.expect_response(lambda answer: answer.url.endswith("/plan")) as answered:
        paste(page, text)
    assert answered.value.status in (400, 422)
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("This could not be assessed")
    expect(problem).to_contain_text(said)
    expect(problem).to_be_focused()
    expect(page.locator("#result")).to_be_hidden()


def test_a_file_is_opened_and_assessed(visit: Open) -> None:
    page = visit()
    page.get_by_label("Open a file").set_input_files(service.FIXTURES / "diabetic-polyneuropathy.ndjson")
    expect(page.get_by_label("FHIR R4")).not_to_be_empty()
    page.get_by_label("Day of assessment").fill("2026-05-06")
    page.get_by_role("button", name="Assess", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Pasted record")).to_be_visible()
    expect(section(page, "Orders proposed")).to_contain_text("Diabetes care")


def test_a_hostile_record_stays_text(visit: Open) -> None:
    record = json.loads(service.fixture("peroneal-leg-crossing"))
    for entry in record["entry"]:
        if entry["resource"]["resourceType"] == "Observation":
            entry["resource"]["id"] = entry["resource"]["id"] + HOSTILE
    page = visit()
    paste(page, json.dumps(record))
    brace = order(page, "Ankle-foot orthosis, fitted by an orthotist")
    brace.get_by_text("Why", exact=False).first.click()
    expect(brace.locator(".facts").first).to_be_visible()
    assert page.title() == "Workbench · Foot drop guideline"
    assert page.locator("img, #result script").count() == 0


def test_the_lit_algorithm_can_be_enlarged_and_has_its_text(visit: Open) -> None:
    page = visit(CAUDA_EQUINA)
    lit = section(page, "The algorithm for this patient")
    lit.get_by_text("Show the lit algorithm").click()
    picture = lit.get_by_role("img", name="Foot drop: the clinical algorithm")
    expect(picture).to_be_visible()
    expect(lit.locator("p").first).to_contain_text("Proposed for this patient")
    before = picture.bounding_box()
    lit.get_by_role("button", name="200 %").click()
    after = picture.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] == pytest.approx(2 * before["width"], rel=0.02)


def test_integrators_see_and_copy_what_the_machines_get(visit: Open, tmp_path: object) -> None:
    page = visit(DEMO)
    machines = section(page, "For integrators")
    machines.get_by_text("FHIR R4 transaction").click()
    assert json.loads(machines.locator("pre").first.inner_text())["type"] == "transaction"
    with page.expect_download() as download:
        machines.get_by_role("button", name="Download").click()
    assert json.loads(download.value.path().read_text())["resourceType"] == "Bundle"
    machines.get_by_text("From the command line").click()
    expect(machines).to_contain_text("footdrop assess peroneal-leg-crossing.json --as-of 2026-03-01")


PREFETCH = {"patient": "Patient/{{context.patientId}}", "observations": "Observation?patient={{context.patientId}}"}
DISCOVERY = {"hook": "patient-view", "id": "footdrop-patient-view", "prefetch": PREFETCH}
CARDS = {"cards": [{"summary": "Image now " + HOSTILE, "indicator": "critical", "source": {"label": "Foot drop"}}]}


def with_faces(page: Page, *faces: str) -> None:
    """The same page on a service with these faces beside it."""

    def started(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "faces": faces})

    page.route("**/workbench/api/start", started)
    page.reload()


def test_the_cards_are_asked_for_as_discovery_says(visit: Open) -> None:
    """Also of a record whose references are to be resolved first."""
    page = visit(CAUDA_EQUINA)
    page.route("**/cds-services", lambda route: route.fulfill(json={"services": [DISCOVERY]}))
    page.route("**/cds-services/footdrop-patient-view", lambda route: route.fulfill(json=CARDS))
    with_faces(page, "cards")
    machines = section(page, "For integrators")
    with page.expect_request("**/cds-services/footdrop-patient-view") as asked:
        machines.get_by_text("CDS Hooks cards").click()
    sent = asked.value.post_data_json
    assert sent["hook"] == "patient-view"
    assert sent["context"]["patientId"] == sent["prefetch"]["patient"]["id"]
    found = [entry["resource"] for entry in sent["prefetch"]["observations"]["entry"]]
    assert {each["resourceType"] for each in found} == {"Observation"}
    assert {each["subject"]["reference"] for each in found} == {f"Patient/{sent['context']['patientId']}"}
    expect(machines.get_by_role("heading", name="Image now")).to_contain_text("<script>")


def test_cards_that_are_refused_are_not_taken_for_none(visit: Open) -> None:
    page = visit(DEMO)
    outcome = {"resourceType": "OperationOutcome", "issue": [{"details": {"text": "The caller is not authenticated."}}]}
    page.route("**/cds-services", lambda route: route.fulfill(status=401, json=outcome))
    machines = section(page, "For integrators")
    machines.get_by_text("CDS Hooks cards").click()
    expect(machines).to_contain_text("No cards: The caller is not authenticated.")


def test_below_a_path_of_a_proxy_the_workbench_asks_for_nothing_outside_of_it(visit: Open) -> None:
    page = visit(f"{WITHIN}/rules")  # whatever it asks for late, its icon, lies below the path as well
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(urlsplit(sent.url).path))
    page.goto(f"{WITHIN}{DEMO}")
    expect(section(page, "Orders proposed")).to_contain_text("Ankle-foot orthosis")
    section(page, "For integrators").get_by_text("From the command line").click()
    expect(section(page, "For integrators")).to_contain_text(f"{WITHIN}/$evaluate")
    assert asked
    assert not [path for path in asked if not path.startswith(f"{WITHIN}/")]
    page.get_by_text("Why this alert").first.click()
    expect(section(page, "Alerts").get_by_role("link").first).to_have_attribute("href", re.compile(f"^{WITHIN}/rules"))


def test_a_service_without_cards_is_not_asked_for_any(visit: Open) -> None:
    page = visit(DEMO)
    with_faces(page)
    machines = section(page, "For integrators")
    expect(machines).to_contain_text("From the command line")
    expect(machines).not_to_contain_text("CDS Hooks cards")


def test_only_the_keyboard_is_needed(visit: Open) -> None:
    page = visit()
    page.get_by_role("button", name="Peroneal palsy").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Peroneal palsy after leg crossing")
    page.keyboard.press("Enter")
    expect(page.locator("#patient")).to_be_focused()
    tab_to(page, "Why this alert")
    page.keyboard.press("Enter")
    expect(section(page, "Alerts").locator(".derivations").first).to_be_visible()
    tab_to(page, "Questions")
    page.keyboard.press("Enter")
    tab_to(page, "Yes")
    page.keyboard.press("Enter")
    expect(page.locator("#changes")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#changed")).to_contain_text("order removed")


def tab_to(page: Page, words: str, most: int = 40) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(words):
            return
    raise AssertionError(f"{words!r} is not reached with {most} tabs")


def test_a_phone_needs_no_sideways_scrolling(visit: Open) -> None:
    page = visit(CAUDA_EQUINA, viewport=PHONE, has_touch=True)
    expect(section(page, "Orders proposed")).to_be_visible()
    for summary in page.locator("#orders summary").all()[:2]:
        summary.click()
    answer(page, "red flag", "stable")
    expect(page.locator("#changed")).not_to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_plan_can_be_printed(visit: Open) -> None:
    page = visit(CAUDA_EQUINA)
    expect(section(page, "Orders proposed")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("This plan supports, and does not replace").first).to_be_visible()
    expect(section(page, "Alerts")).to_contain_text("Suspected cauda equina syndrome")
    expect(section(page, "Legs")).to_contain_text("Cauda equina syndrome")
    expect(section(page, "Goals")).to_contain_text("No falls.")
    expect(page.locator("#orders .print-only").first).to_contain_text("Because:")
    expect(page.locator("#questions")).to_be_hidden()


def test_without_scripts_the_page_says_what_can_be_done(visit: Open) -> None:
    page = visit("/", java_script_enabled=False)
    expect(page.locator("noscript p")).to_contain_text("The workbench needs JavaScript")
    expect(page.get_by_role("button")).to_have_count(0)
    page.locator("noscript a").first.click()
    expect(page.get_by_role("heading", level=1, name="Foot drop: the guideline in words")).to_be_visible()
