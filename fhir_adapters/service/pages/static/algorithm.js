/** The algorithm's own page: its picture can be enlarged. */
import { byId } from "./dom.js";
import { zoomable } from "./zoom.js";

const svg = /** @type {SVGSVGElement} */ (document.querySelector(".picture svg"));
byId("zoom").replaceWith(zoomable(svg));
