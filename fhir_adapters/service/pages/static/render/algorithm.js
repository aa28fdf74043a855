/** The algorithm with this patient's path lit, drawn when it is asked for. */
import * as api from "../api.js";
import { disclosure, el, fill } from "../dom.js";
import { question } from "../state.js";
import { zoomable } from "../zoom.js";

/** Offer the picture of the plan on screen. */
export function drawAlgorithm() {
  fill("algorithm", "The algorithm for this patient", disclosure("algorithm", "Show the lit algorithm", draw));
}

async function draw() {
  try {
    const found = await api.picture(question());
    const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.importNode(found.documentElement, true)));
    const words = svg.querySelector("desc")?.textContent ?? "";
    const frame = el("div", { class: "picture", tabindex: "0", role: "region", "aria-label": "The lit algorithm, to be scrolled" }, svg);
    return [el("p", { class: "quiet" }, words), zoomable(svg), frame];
  } catch (wrong) {
    return el("p", { class: "notice" }, /** @type {Error} */ (wrong).message);
  }
}
