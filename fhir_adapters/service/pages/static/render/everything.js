/** The answers given here, and everything else that can be answered, recorded or not. */
import { disclosure, el, fill } from "../dom.js";
import { link } from "../record.js";
import { control } from "./control.js";

const SIDES = ["left", "right"];
let wanted = "";

/** @param {any} found @param {any} acts */
export function drawGiven(found, acts) {
  fill(
    "given",
    "Your answers",
    found.assumed.length > 0 && el("ul", { class: "given" }, found.assumed.map((/** @type {any} */ each) => given(each, acts))),
    found.assumed.length > 1 && el("button", { type: "button", onclick: acts.clear }, "Take all back"),
  );
}

/** @param {any} each @param {any} acts */
const given = (each, acts) =>
  el(
    "li",
    {},
    el("span", {}, each.text),
    el("button", { type: "button", onclick: () => acts.answer(each.at, null) }, "Take back",
      el("span", { class: "visually-hidden" }, `: ${each.text}`)),
  );

/** @param {any} found @param {any} acts */
export function drawEverything(found, acts) {
  fill(
    "everything",
    "Everything that can be answered",
    disclosure("everything", "Findings and diagnoses, recorded or not", () => listed(found, acts)),
  );
}

/** @param {any} found @param {any} acts */
function listed(found, acts) {
  const rows = acts.about.vocabulary.flatMap((/** @type {any} */ row) =>
    (row.sided ? SIDES : [null]).map((side) => entry(row, side, found, acts)),
  );
  rows.sort((/** @type {any} */ a, /** @type {any} */ b) => Number(b.dataset.recorded) - Number(a.dataset.recorded));
  const list = el("ul", { class: "entries" }, rows);
  const none = el("p", { class: "quiet", role: "status" });
  const filter = () => {
    wanted = box.value;
    const words = wanted.toLowerCase().split(/\s+/);
    for (const each of rows) each.hidden = !words.every((word) => each.dataset.words.includes(word));
    none.textContent = rows.every((/** @type {any} */ each) => each.hidden) ? "Nothing of that name can be answered." : "";
  };
  const box = /** @type {HTMLInputElement} */ (
    el("input", { type: "search", id: "everything-search", value: wanted, oninput: filter, autocomplete: "off" })
  );
  filter();
  return [el("label", { for: "everything-search" }, "Search"), box, none, list];
}

/** @param {any} row @param {string | null} side @param {any} found @param {any} acts */
function entry(row, side, found, acts) {
  const where = side ? `${row.key}:${side}` : row.key;
  const known = found.known[where];
  const label = side ? `${row.title}, ${side}` : row.title;
  const now = known ? known.text : "not recorded";
  const summary = [label, el("span", { class: known ? "now known" : "now" }, now)];
  const made = el("li", { "data-recorded": known ? 1 : 0, "data-words": `${label} ${row.key}`.toLowerCase() });
  made.append(
    disclosure(`entry:${where}`, summary, () => [
      el("p", {}, row.ask),
      known?.resource && el("p", { class: "quiet" }, link(known.resource), known.date && ` ${known.date}`),
      control(row, where, known?.value ?? null, acts.answer, label),
    ]),
  );
  return made;
}
