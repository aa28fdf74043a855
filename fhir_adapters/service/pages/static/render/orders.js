/** Orders and the care plan, the most urgent first; every one opens its why in place. */
import { disclosure, el, fill, leg } from "../dom.js";
import { link } from "../record.js";
import { facts, ruleLine, why } from "./why.js";

const PRIORITIES = [
  ["stat", "Now", "stat"],
  ["asap", "As soon as possible", "asap"],
  ["urgent", "Urgent", "urgent"],
  ["routine", "Routine", "routine"],
];
const STATUS = { new: "", "already-ordered": "already ordered", done: "done" };
const MARKS = { added: "New by your answers", raised: "Raised by your answers", lowered: "Lowered by your answers",
  changed: "Changed by your answers" };

/** @param {any} plan @param {any} acts */
export function drawOrders(plan, acts) {
  const live = plan.orders.filter((/** @type {any} */ each) => each.status === "new");
  const past = plan.orders.filter((/** @type {any} */ each) => each.status !== "new");
  const none = el("p", { class: "quiet" }, "No new order is proposed.");
  fill(
    "orders",
    "Orders proposed",
    live.length ? PRIORITIES.map(([priority, words, code]) => group(live, priority, words, code, acts)) : none,
    past.length > 0 && el("div", { class: "group" }, el("h3", {}, "Already ordered or done"), list(past, acts)),
  );
}

/** @param {any[]} orders @param {string} priority @param {string} words @param {string} code @param {any} acts */
function group(orders, priority, words, code, acts) {
  const found = orders.filter((each) => each.priority === priority);
  if (!found.length) return null;
  const heading = el("h3", {}, words, words.toLowerCase() === code ? null : el("span", { class: "code" }, code));
  return el("div", { class: `group ${priority}` }, heading, list(found, acts));
}

/** Orders or activities as a list. @param {any[]} found @param {any} acts @param {string} heading of each */
export const list = (found, acts, heading = "h4") =>
  el("ul", { class: "orders" }, found.map((each) => proposal(each, acts, heading)));

/** @param {any} each @param {any} acts @param {string} heading */
function proposal(each, acts, heading) {
  const place = `${each.key}:${each.side ?? ""}`;
  const mark = MARKS[/** @type {keyof MARKS} */ (acts.changed.get(place))];
  const status = STATUS[/** @type {keyof STATUS} */ (each.status)];
  return el(
    "li",
    { class: mark ? "order marked" : "order" },
    el(
      "div",
      { class: "order-head" },
      el(heading, {}, each.title, leg(each.side)),
      el(
        "p",
        { class: "tags" },
        mark && el("span", { class: "tag mark" }, mark),
        status && el("span", { class: "tag" }, status),
        el("span", { class: `tag ${each.strength}` }, each.strength),
      ),
    ),
    each.window && el("p", { class: "window" }, each.window),
    el("p", {}, each.text),
    each.supersedes && el("p", { class: "quiet" }, "Replaces ", link(each.supersedes)),
    el("p", { class: "print-only quiet" }, because(each)),
    disclosure(`order:${place}`, ["Why", el("span", { class: "visually-hidden" }, ` ${each.title}`)], async () => [
      facts(each.facts),
      await why(each.key, each.side),
      each.sources.length > 0 && el("p", { class: "quiet" }, `Sources: ${each.sources.join(", ")}`),
    ]),
    ruleLine(each.rules),
  );
}

/** @param {any} each */
function because(each) {
  const told = each.facts.map((/** @type {any} */ fact) => fact.text).join("; ");
  return told && `Because: ${told}.`;
}
