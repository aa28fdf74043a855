/** The workbench: choose a patient, read the plan, answer a question, see what changes. */
import * as api from "./api.js";
import { byId, el, keepingPlace } from "./dom.js";
import { drawAlerts } from "./render/alerts.js";
import { drawAlgorithm } from "./render/algorithm.js";
import { closeChanges, drawChanges } from "./render/changes.js";
import { drawEverything, drawGiven } from "./render/everything.js";
import { drawIntegrators } from "./render/integrators.js";
import { drawLists } from "./render/lists.js";
import { drawOrders } from "./render/orders.js";
import { drawPatient } from "./render/patient.js";
import { drawQuestions } from "./render/questions.js";
import { drawWhyNot } from "./render/whynot.js";
import { begin, clear, question, remembered, state, undo, answer } from "./state.js";

/** @type {any} what the service said at the start */
let about;
/** @type {string[] | null} the answers of the plan on screen */
let onScreen = null;
/** @type {AbortController | null} the request under way; a later one takes its place */
let underWay = null;

/**
 * Ask for the plan and draw it.
 * @param {HTMLElement} [focus] where the focus goes @param {(wrong: unknown) => void} [refused] what a refusal does
 */
async function assess(focus, refused = refuse) {
  underWay?.abort();
  underWay = new AbortController();
  byId("busy").hidden = false;
  try {
    const found = await api.post("plan", { ...question(), previous: onScreen }, underWay.signal);
    byId("problem").hidden = true;
    keepingPlace(() => draw(found), byId("changes"));
    onScreen = [...state.answers];
    focus?.focus();
  } catch (wrong) {
    if (wrong instanceof DOMException) return;
    refused(wrong);
  }
  byId("busy").hidden = true;
}

/** @param {any} found */
function draw(found) {
  byId("result").hidden = false;
  byId("record").open = false;
  byId("opening").hidden = true;
  const acts = { answer: give, clear: clearAll, about, changed: marks(found) };
  drawPatient(found, about);
  drawAlerts(found.plan);
  drawChanges(found);
  drawOrders(found.plan, acts);
  drawLists(found.plan, acts);
  drawGiven(found, acts);
  drawQuestions(found, acts);
  drawEverything(found, acts);
  drawWhyNot(found);
  drawAlgorithm();
  drawIntegrators(found, about);
}

/** What the answers did to each order, by key and side. @param {any} found */
function marks(found) {
  return new Map(found.changes.map((/** @type {any} */ each) => [`${each.key}:${each.side ?? ""}`, each.change]));
}

/** @param {string} where @param {string | null} value */
function give(where, value) {
  answer(where, value);
  assess(undefined, (wrong) => {
    undo();
    tell(wrong, "This answer was not taken; the plan is as it was");
  });
}

function clearAll() {
  clear();
  assess();
}

/** Show what the service would not do. The plan on screen is of another question, so it goes. @param {any} wrong */
function refuse(wrong) {
  byId("result").hidden = true;
  byId("record").open = true;
  onScreen = null;
  tell(wrong, "This could not be assessed");
}

/** @param {any} wrong @param {string} title */
function tell(wrong, title) {
  const issues = wrong instanceof api.Refused ? wrong.issues : [{ text: "The page failed: reload it.", where: "" }];
  const list = issues.map((each) => el("li", {}, each.text, each.where && el("code", {}, each.where)));
  byId("problem").replaceChildren(el("h2", {}, title), el("ul", {}, list));
  byId("problem").hidden = false;
  byId("problem").focus();
  if (!(wrong instanceof api.Refused)) throw wrong;
}

/** @param {string} name @param {string} asOf @param {string[]} answers */
async function choose(name, asOf, answers = []) {
  try {
    const text = await api.sample(name);
    onScreen = null;
    begin({ sample: name, text, asOf, answers });
    byId("text").value = "";
    setDay(asOf);
    await assess(byId("patient"));
  } catch (wrong) {
    refuse(wrong);
  }
}

/** The record in the box, or the one on screen on another day. @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  const text = byId("text").value.trim() ? byId("text").value : state.text;
  const sample = text === state.text ? state.sample : null;
  if (!text) return refuse(new api.Refused([{ text: "Paste a record, or choose a patient.", where: "" }]));
  onScreen = null;
  begin({ sample, text, asOf: day(), answers: text === state.text ? state.answers : [] });
  assess(byId("patient"));
}

const day = () => byId("date").value + (byId("time").value ? `T${byId("time").value}:00Z` : "");

/** @param {string} asOf */
function setDay(asOf) {
  byId("date").value = asOf.slice(0, 10);
  byId("time").value = asOf.slice(11, 16);
}

/** A pasted text in one go: typed in by the browser, thousands of lines take a minute. @param {ClipboardEvent} event */
function paste(event) {
  const text = event.clipboardData?.getData("text/plain");
  if (!text) return;
  event.preventDefault();
  const box = byId("text");
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
}

/** A dropped or opened file. @param {File | undefined} file */
async function take(file) {
  if (file) byId("text").value = await file.text();
}

/** Follow the address: at the start, and when the person goes back or forward. */
async function follow() {
  const { sample, asOf, answers } = remembered();
  if (!sample && !asOf) return leave();
  if (sample && sample !== state.sample && about.samples.some((/** @type {any} */ each) => each.name === sample)) {
    Object.assign(state, { sample, text: await api.sample(sample) });
    onScreen = null;
  }
  if (!state.text) return;
  Object.assign(state, { asOf: asOf || state.asOf, answers });
  setDay(state.asOf);
  assess();
}

/** Back before any patient. */
function leave() {
  Object.assign(state, { sample: null, text: "", asOf: "", answers: [] });
  onScreen = null;
  byId("result").hidden = byId("problem").hidden = true;
  byId("record").open = true;
  byId("opening").hidden = false;
}

async function begun() {
  about = await api.start();
  setDay(about.today);
  byId("samples").replaceChildren(
    ...about.samples.map((/** @type {any} */ each) =>
      el("li", {}, el("button", { type: "button", onclick: () => choose(each.name, each.as_of) }, each.story)),
    ),
  );
  byId("paste").addEventListener("submit", submit);
  byId("undo").addEventListener("click", () => (undo(), assess()));
  byId("unshown").addEventListener("click", closeChanges);
  byId("file").addEventListener("change", () => take(byId("file").files[0]));
  byId("text").addEventListener("paste", paste);
  byId("text").addEventListener("dragover", (/** @type {DragEvent} */ event) => event.preventDefault());
  byId("text").addEventListener("drop", (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
  addEventListener("popstate", () => follow().catch(refuse));
  await follow();
  document.documentElement.dataset.ready = "yes";
}

begun().catch(refuse);
