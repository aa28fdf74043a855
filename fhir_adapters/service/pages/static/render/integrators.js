/** The same plan for machines: JSON, FHIR, the cards, and how to ask for them. */
import * as api from "../api.js";
import { ROOT, disclosure, el, fill } from "../dom.js";
import { question, state } from "../state.js";
import { preview } from "./cards.js";

/** @param {any} found @param {any} about */
export function drawIntegrators(found, about) {
  const answers = found.assumed.length
    ? "It is the record's own plan: the answers given here are in no record, so they are left out."
    : "";
  fill(
    "integrators",
    "For integrators",
    disclosure("json", "Assessment (JSON)", () => shown("assessment", "assessment.json", "")),
    disclosure("fhir", "FHIR R4 transaction", () => shown("fhir", "plan.fhir.json", answers)),
    about.faces.includes("cards") && disclosure("cards", "CDS Hooks cards", preview),
    disclosure("curl", "From the command line", () => commands(about.faces)),
  );
}

/** @param {string} what @param {string} name @param {string} note */
async function shown(what, name, note) {
  try {
    const text = JSON.stringify(await api.post(what, question()), null, 2);
    const copied = el("span", { role: "status" });
    const copy = () => navigator.clipboard.writeText(text).then(
      () => (copied.textContent = "Copied."),
      () => (copied.textContent = "The browser does not allow it: select the text."),
    );
    return [
      note && el("p", { class: "quiet" }, note),
      el("p", { class: "field" }, el("button", { type: "button", onclick: copy }, "Copy"),
        el("button", { type: "button", onclick: () => download(text, name) }, "Download"), copied),
      el("pre", { tabindex: "0" }, text),
    ];
  } catch (wrong) {
    return el("p", { class: "notice" }, /** @type {Error} */ (wrong).message);
  }
}

/** @param {string} text @param {string} name */
function download(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  el("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}

/** @param {string[]} faces */
function commands(faces) {
  const file = state.sample ?? "record.json";
  const evaluate = [`curl -X POST '${location.origin}${ROOT}$evaluate?evaluatedAt=${state.asOf}' \\`, "  -H 'Content-Type: application/fhir+json' \\", `  --data-binary @${file}`];
  return el("pre", { tabindex: "0" }, [
    `footdrop assess ${file} --as-of ${state.asOf} --format json`,
    ...(faces.includes("evaluate") ? ["", ...evaluate] : []),
  ].join("\n"));
}
