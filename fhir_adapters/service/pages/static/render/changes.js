/** What the last answer changed, read out by a screen reader as it happens. */
import { byId, el, leg } from "../dom.js";

/** Put the panel away; the plan keeps its marks. */
export function closeChanges() {
  byId("changes").classList.add("empty");
  byId("undo").hidden = byId("unshown").hidden = true;
  byId("changed").replaceChildren();
  byId("questions").setAttribute("tabindex", "-1");
  byId("questions").focus({ preventScroll: true });
}

const SIGNS = { added: "+", removed: "−", raised: "↑", lowered: "↓", changed: "~" };

/** @param {any} found */
export function drawChanges(found) {
  const since = found.since;
  const empty = since === null || (since.length === 0 && found.assumed.length === 0);
  byId("changes").classList.toggle("empty", empty);
  byId("undo").hidden = found.assumed.length === 0;
  byId("unshown").hidden = empty;
  if (since === null) return byId("changed").replaceChildren();
  const told = since.length
    ? [el("p", { class: "quiet" }, `${since.length} ${since.length === 1 ? "change" : "changes"} by the last step`),
        el("ul", { class: "change-list" }, since.map(change))]
    : [el("p", {}, "The plan stays as it is.")];
  byId("changed").replaceChildren(...told);
}

/** @param {any} each */
const change = (each) =>
  el(
    "li",
    { class: each.critical ? "change critical" : "change" },
    el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[/** @type {keyof SIGNS} */ (each.change)]),
    el(
      "span",
      {},
      el("span", { class: "verb" }, `${each.part} ${each.change}`),
      el("strong", {}, each.title),
      leg(each.side),
      each.text && [each.part === "alert" ? ": " : " · ", each.text],
    ),
  );
