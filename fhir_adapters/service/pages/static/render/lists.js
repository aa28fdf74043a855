/** The care plan, goals, what to expect, the timeline, and what of the record could not be used. */
import { disclosure, el, fill, leg } from "../dom.js";
import { link } from "../record.js";
import { list } from "./orders.js";
import { ruleLine, why } from "./why.js";

/** @param {any} plan @param {any} acts */
export function drawLists(plan, acts) {
  fill("care", "In the care plan", plan.activities.length > 0 && list(plan.activities, acts, "h3"));
  fill("goals", "Goals", plan.goals.length > 0 && el("ul", { class: "plain" }, plan.goals.map(goal)));
  fill("expect", "What to expect", plan.prognosis.length > 0 && el("ul", {}, plan.prognosis.map(outlook)));
  fill("timeline", "What comes next", plan.timeline.length > 0 && el("ol", { class: "timeline" }, dates(plan.timeline)));
  fill("unused", "Data that could not be used", plan.problems.length > 0 && el("ul", {}, plan.problems.map(problem)));
}

/** @param {any} each */
const goal = (each) => el("li", {}, disclosure(`goal:${each.key}`, each.text, () => why(each.key, null)));

/** @param {any} each */
const outlook = (each) => el("li", {}, leg(each.side), each.side && " ", each.text);

/** @param {any[]} entries */
function dates(entries) {
  return [...Map.groupBy(entries, (each) => each.date)].map(([date, found]) =>
    el(
      "li",
      {},
      el("time", { datetime: date }, date),
      el("ul", {}, found.map((each) => el("li", {}, el("p", {}, each.text), ruleLine(each.rules)))),
    ),
  );
}

/** @param {any} each */
const problem = (each) => el("li", {}, link(each.resource), " ", each.text);
