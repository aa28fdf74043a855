/** Why: the facts with their resource, the rules step by step, the statements with their sources, the numbers. */
import * as api from "../api.js";
import { ROOT, el } from "../dom.js";
import { link } from "../record.js";
import { question } from "../state.js";

const SIGNS = new Map([
  [true, ["✓", "holds"]],
  [false, ["✗", "does not hold"]],
  [null, ["?", "not known"]],
]);

/** A rule's id as a link to the rule beside its source. @param {{id: string, title: string}} rule */
export const rule = (rule) => el("a", { href: `${ROOT}rules/${rule.id}`, class: "id", title: rule.title }, rule.id);

/** @param {any[]} rules */
export const ruleLine = (rules) => el("p", { class: "rules" }, rules.flatMap((each) => [rule(each), " "]));

/** The recorded facts, each with its resource. @param {any[]} found */
export function facts(found) {
  if (!found.length) return null;
  return el("div", {}, el("p", { class: "label" }, "Because"), el("ul", { class: "facts" }, found.map(fact)));
}

/** @param {any} each */
const fact = (each) =>
  el("li", {}, each.text, " ", each.assumed ? el("span", { class: "tag" }, "answered here") : link(each.resource));

/**
 * The derivation of an order, activity, alert, goal or diagnosis, from the service.
 * @param {string} key @param {string | null} side
 */
export async function why(key, side) {
  let found;
  try {
    found = await api.post("why", { ...question(), key, side });
  } catch (wrong) {
    return el("p", { class: "notice" }, /** @type {Error} */ (wrong).message);
  }
  return [
    el("p", { class: "label" }, "By these rules"),
    el("ul", { class: "derivations" }, found.said.map(said)),
    statements(found.statements),
    numbers(found.numbers),
  ];
}

/** @param {any} each */
const said = (each) =>
  el(
    "li",
    {},
    el(
      "p",
      {},
      el("span", { class: "side" }, `${each.side} leg`),
      " ",
      ruleTitle(each.derivation),
      each.answered ? "; answered by what is done" : "",
    ),
    each.text && el("blockquote", {}, each.text),
    conditions(each.derivation.conditions),
  );

/** @param {any} derivation */
const ruleTitle = (derivation) => [
  rule({ id: derivation.rule, title: derivation.title }),
  ` ${derivation.title} (${derivation.strength})`,
];

/** @param {any[]} found @returns {HTMLElement | null} */
function conditions(found) {
  return found.length ? el("ul", { class: "conditions" }, found.map(condition)) : null;
}

/** @param {any} each */
function condition(each) {
  const [sign, words] = SIGNS.get(each.holds) ?? ["?", "not known"];
  return el(
    "li",
    {},
    el("span", { class: `holds holds-${each.holds}`, role: "img", "aria-label": words }, sign),
    el("span", {}, ` ${each.text}`),
    conditions(each.parts),
    each.facts.length > 0 && el("ul", { class: "facts" }, each.facts.map(fact)),
    each.rules.length > 0 &&
      el(
        "ul",
        { class: "derivations" },
        each.rules.map((/** @type {any} */ by) => el("li", {}, "by ", ruleTitle(by), conditions(by.conditions))),
      ),
  );
}

/** @param {any[]} found */
function statements(found) {
  if (!found.length) return null;
  return el(
    "div",
    {},
    el("p", { class: "label" }, "What the sources say"),
    el("ul", { class: "statements" }, found.map(statement)),
  );
}

/** @param {any} each */
const statement = (each) =>
  el(
    "li",
    {},
    el("a", { href: `${ROOT}rules#${each.id}`, class: "id" }, each.id),
    ` ${each.text} `,
    el(
      "span",
      { class: "quiet" },
      each.places.map((/** @type {any} */ place) => `${place.title}${place.where ? `, ${place.where}` : ""}`).join("; "),
      each.inferred && " (inferred)",
    ),
  );

/** @param {any[]} found */
function numbers(found) {
  if (!found.length) return null;
  return el(
    "div",
    {},
    el("p", { class: "label" }, "Numbers"),
    el(
      "ul",
      {},
      found.map((each) =>
        el("li", {}, el("strong", {}, each.value), ` ${each.title}; ${each.origin}; a site may set ${each.range}`,
          each.override && ` (site value ${each.override})`),
      ),
    ),
  );
}
