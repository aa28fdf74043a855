/** A picture in four sizes: fitted to the page, or larger than it and to be scrolled. */
import { el } from "./dom.js";

const SIZES = [["Fit", 1], ["150 %", 1.5], ["200 %", 2], ["300 %", 3]];

/** Buttons that set the picture's width. @param {SVGSVGElement} svg */
export function zoomable(svg) {
  const buttons = SIZES.map(([label, factor]) => el("button", { type: "button", "aria-pressed": String(factor === 1),
    onclick: () => size(Number(factor)) }, String(label)));
  /** @param {number} factor */
  const size = (factor) => {
    svg.style.width = `${factor * 100}%`;
    buttons.forEach((each, place) => each.setAttribute("aria-pressed", String(SIZES[place][1] === factor)));
  };
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  size(1);
  return el("div", { class: "zoom", role: "group", "aria-label": "Size of the picture" }, buttons);
}
