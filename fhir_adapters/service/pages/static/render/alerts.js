/** What must not be missed: critical first, each with its sign and its word. */
import { disclosure, el, fill, leg } from "../dom.js";
import { facts, why } from "./why.js";

const SIGNS = { critical: "!", warning: "!", info: "i" };
const WORDS = { critical: "Critical", warning: "Warning", info: "Note" };

/** @param {any} plan */
export function drawAlerts(plan) {
  const order = Object.keys(WORDS);
  const sorted = [...plan.alerts].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  fill("alerts", "Alerts", sorted.length > 0 && el("ul", { class: "alert-list" }, sorted.map(alert)));
}

/** @param {any} each */
function alert(each) {
  const severity = /** @type {"critical" | "warning" | "info"} */ (each.severity);
  return el(
    "li",
    { class: `alert ${severity}` },
    el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[severity]),
    el(
      "div",
      {},
      el("p", { class: "alert-text" }, el("strong", { class: "severity" }, WORDS[severity]), leg(each.side), each.text),
      disclosure(`alert:${each.key}:${each.side ?? ""}`, "Why this alert", async () => [
        facts(each.facts),
        await why(each.key, each.side),
      ]),
    ),
  );
}
