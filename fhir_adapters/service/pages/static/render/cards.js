/** The cards that a hospital's system would show, asked for as it would ask: hook, context, prefetch. */
import * as api from "../api.js";
import { el } from "../dom.js";
import { entries } from "../record.js";

const SERVICE = "footdrop-patient-view";

/** The cards as the person would see them, or a sentence why there are none. */
export async function preview() {
  try {
    const service = (await api.discovery()).find((each) => each.id === SERVICE);
    if (!service) return el("p", {}, "This server does not offer cards for an opened record.");
    const patient = entries().find((each) => each.resource?.resourceType === "Patient")?.resource;
    if (!patient?.id) return el("p", {}, "Cards are asked for by the patient's id, and this record's Patient has none.");
    const { cards } = await api.cards(SERVICE, request(service, patient));
    if (!cards.length) return el("p", {}, "There is no card for this patient.");
    return [el("p", { class: "quiet" }, "As of now, not of the day above."), ...cards.map(card)];
  } catch (wrong) {
    return el("p", { class: "notice" }, `No cards: ${/** @type {Error} */ (wrong).message}`);
  }
}

/** @param {any} service @param {any} patient */
function request(service, patient) {
  const filled = Object.entries(service.prefetch ?? {}).map(([key, query]) => [key, prefetch(String(query), patient)]);
  return {
    hook: service.hook,
    hookInstance: crypto.randomUUID(),
    context: { userId: "Practitioner/workbench", patientId: patient.id },
    prefetch: Object.fromEntries(filled),
  };
}

/** A resource with its references as the client's server would write them: Type/id, where the record has a fullUrl. @param {any} found */
function resolved(found) {
  const names = new Map(entries().map(({ fullUrl, resource }) => [fullUrl, `${resource?.resourceType}/${resource?.id}`]));
  return JSON.parse(JSON.stringify(found), (key, value) => (key === "reference" && names.get(value)) || value);
}

/** What the record holds of a prefetch query: the patient, or all resources of its type. @param {string} query @param {any} patient */
function prefetch(query, patient) {
  const type = /^\w+/.exec(query)?.[0];
  if (type === "Patient") return resolved(patient);
  const found = entries().filter((each) => each.resource?.resourceType === type);
  return { resourceType: "Bundle", type: "searchset", entry: found.map(({ resource }) => ({ resource: resolved(resource) })) };
}

/** @param {any} each */
const card = (each) =>
  el(
    "article",
    { class: `card ${each.indicator}` },
    el("h3", {}, el("span", { class: "tag" }, each.indicator), ` ${each.summary}`),
    each.detail && el("p", { class: "detail" }, each.detail),
    (each.suggestions ?? []).map((/** @type {any} */ one) => el("p", {}, el("span", { class: "tag" }, "suggestion"), ` ${one.label}`)),
    el("p", { class: "quiet" }, each.source?.label),
  );
