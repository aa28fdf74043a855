/** What nobody recorded and could change the plan, most useful first. */
import * as api from "../api.js";
import { byId, disclosure, el, fill } from "../dom.js";
import { question as asked } from "../state.js";
import { control } from "./control.js";

const FIRST = 6;
let all = false;

/** @param {any} found @param {any} acts */
export function drawQuestions(found, acts) {
  const questions = found.plan.questions;
  const shown = all ? questions : questions.slice(0, FIRST);
  const more = questions.length - FIRST;
  const toggle = () => {
    all = !all;
    drawQuestions(found, acts);
    byId("more-questions")?.focus();
  };
  fill(
    "questions",
    "Questions, most useful first",
    el(
      "p",
      { class: "quiet" },
      questions.length
        ? "Nobody recorded these, and unknown is never no. Try an answer: the plan changes here only, not in the record."
        : "Nothing that is unknown could change the plan.",
    ),
    el("ol", { class: "questions" }, shown.map((/** @type {any} */ each) => question(each, acts))),
    more > 0 &&
      el("button", { type: "button", id: "more-questions", "aria-expanded": String(all), onclick: toggle },
        all ? "Show the most useful only" : `Show ${more} more`),
  );
}

/** @param {any} each @param {any} acts */
function question(each, acts) {
  const row = acts.about.vocabulary.find((/** @type {any} */ one) => one.key === each.key);
  const where = each.side ? `${each.key}:${each.side}` : each.key;
  const label = each.side ? `${row.title}, ${each.side}` : row.title;
  return el(
    "li",
    { class: "question" },
    el("p", { class: "ask" }, each.text, " ", each.red_flag && el("span", { class: "tag flag" }, "⚑ red flag")),
    control(row, where, null, acts.answer, label),
    each.would_change.length > 0 && el("p", { class: "quiet" }, `Could change: ${few(each.would_change)}.`),
    disclosure(`effects:${where}`, ["What each answer would do", el("span", { class: "visually-hidden" }, `: ${label}`)],
      () => effects(each)),
  );
}

/** @param {any} each */
async function effects(each) {
  try {
    const found = await api.post("effects", { ...asked(), key: each.key, side: each.side });
    if (!found.answers.length) return el("p", { class: "quiet" }, "By itself no answer changes the plan.");
    return el("dl", { class: "effects" }, found.answers.flatMap((/** @type {any} */ answer) => [
      el("dt", {}, answer.label), el("dd", {}, answer.text)]));
  } catch (wrong) {
    return el("p", { class: "notice" }, /** @type {Error} */ (wrong).message);
  }
}

/** @param {string[]} names */
function few(names) {
  const more = names.length - 3;
  return names.slice(0, 3).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
