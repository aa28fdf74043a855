/** Whose plan this is, of which day, and what it comes to; the two legs. */
import { disclosure, byId, el, fill } from "../dom.js";
import { state } from "../state.js";
import { why } from "./why.js";

const SECTIONS = { legs: "Legs", orders: "Orders", care: "Care plan", expect: "Outlook", timeline: "Timeline",
  questions: "Questions", algorithm: "Algorithm", integrators: "For integrators" };

/** @param {any} found @param {any} about */
export function drawPatient(found, about) {
  const { plan } = found;
  const story = about.samples.find((/** @type {any} */ each) => each.name === state.sample)?.story;
  byId("patient").replaceChildren(
    el("h1", {}, story ?? "Pasted record"),
    el(
      "p",
      { class: "quiet" },
      story && "Invented patient · ",
      `${plan.patient} · as of `,
      el("strong", {}, plan.as_of.replace("T", " ")),
      ` · version ${plan.version}`,
      found.assumed.length > 0 && [" · ", el("strong", {}, "with answers that are not in the record")],
    ),
    el("p", { class: `outcome ${plan.outcome.code}` }, plan.outcome.text),
    ...plan.site_values.map((/** @type {string} */ each) => el("p", { class: "quiet" }, `Site value: ${each}`)),
    el("p", { class: "print-only" }, plan.notice),
  );
  legs(plan);
  byId("within").replaceChildren(
    el("ul", {}, Object.entries(SECTIONS).map(([id, words]) => el("li", {}, el("a", { href: `#${id}`, onclick: go }, words)))),
  );
}

/** Within the page without touching the address, which holds the state. @param {Event} event */
function go(event) {
  event.preventDefault();
  const section = byId(/** @type {HTMLAnchorElement} */ (event.currentTarget).hash.slice(1));
  section.setAttribute("tabindex", "-1");
  section.focus({ preventScroll: true });
  section.scrollIntoView();
}

/** @param {any} plan */
function legs(plan) {
  fill("legs", "Legs", el("div", { class: "legs" }, plan.limbs.map(limb)));
}

/** @param {any} each */
const limb = (each) =>
  el(
    "div",
    { class: each.foot_drop ? "leg drops" : "leg" },
    el("h3", {}, `${each.side} leg`),
    el("p", {}, el("strong", {}, each.text), each.notes.length > 0 && `, ${each.notes.join(", ")}`),
    each.differential.map((/** @type {any} */ found) =>
      disclosure(
        `ddx:${found.key}:${each.side}`,
        [el("span", { class: "tag" }, found.certainty), el("span", { class: "named" }, found.title)],
        () => why(found.key, each.side),
      ),
    ),
  );
