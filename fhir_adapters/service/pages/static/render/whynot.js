/** Why something is not proposed: what would have to be so, the nearest rule first. */
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { link } from "../record.js";
import { question } from "../state.js";
import { rule } from "./why.js";

const STATUS = {
  "not-applicable": "Nothing is proposed: no foot drop is recorded, and nothing suggests one.",
  "not-proposed": "It is not proposed.",
};

/** @param {any} found */
export function drawWhyNot(found) {
  const groups = [...Map.groupBy(found.absent, (/** @type {any} */ each) => each.group)];
  const select = el("select", { id: "whynot-key" }, groups.map(([name, items]) =>
    el("optgroup", { label: name }, items.map((/** @type {any} */ each) => el("option", { value: each.key }, each.title)))));
  const answer = el("div", { role: "status", class: "obstacles" });
  /** @param {Event} event */
  const ask = async (event) => {
    event.preventDefault();
    answer.replaceChildren(...(await told(/** @type {HTMLSelectElement} */ (select).value)));
  };
  fill(
    "whynot",
    "Why not?",
    found.absent.length > 0 && [
      el("p", { class: "quiet" }, "What the guideline could propose and does not, and what stands between."),
      el("form", { class: "field", onsubmit: ask }, el("label", { for: "whynot-key" }, "Why not"), select, el("button", {}, "Tell me")),
      answer,
    ],
  );
}

/** @param {string} key */
async function told(key) {
  try {
    const found = await api.post("why-not", { ...question(), key });
    const said = STATUS[/** @type {keyof STATUS} */ (found.status)] ?? "It is in the plan.";
    return [el("h3", {}, found.title), el("p", {}, said), ...found.existing.map(care), ...found.obstacles.map(obstacle)];
  } catch (wrong) {
    return [el("p", { class: "notice" }, /** @type {Error} */ (wrong).message)];
  }
}

/** @param {any} each */
const care = (each) => el("p", {}, link(each.resource), ` ${each.state}${each.date ? ` on ${each.date}` : ""}`);

/** @param {any} each */
const obstacle = (each) =>
  el(
    "div",
    { class: "obstacle" },
    el("p", {}, rule({ id: each.rule, title: each.title }), ` ${each.title} (${each.strength}, ${each.side} leg) still needs:`),
    el(
      "ul",
      {},
      each.blockers.map((/** @type {any} */ blocker) =>
        el("li", {}, el("strong", {}, blocker.text), `: ${blocker.today} `)),
    ),
    each.instead.length > 0 && el("p", { class: "quiet" }, `Or instead: ${each.instead.slice(0, 4).join("; ")}`),
    !each.enough && el("p", { class: "quiet" }, "Even then the rule would not hold: other facts in the record stand against it."),
  );
