/** The pasted record, looked into by reference only: to show the resource behind a fact, and to fill a prefetch. */
import { byId, el } from "./dom.js";
import { state } from "./state.js";

/** Every resource of the record with its fullUrl. @returns {{resource: any, fullUrl: string}[]} */
export function entries() {
  const documents = whole(state.text) ?? state.text.split("\n").map(whole);
  return [documents].flat().flatMap(inside);
}

/** @param {string} text @returns {any} null if it is no JSON */
function whole(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {any} found @returns {{resource: any, fullUrl: string}[]} */
function inside(found) {
  if (!found || typeof found !== "object") return [];
  if (Array.isArray(found.entry)) {
    return found.entry.flatMap((/** @type {any} */ each) => [
      { resource: each?.resource, fullUrl: each?.fullUrl ?? "" },
      ...(each?.resource?.resourceType === "Bundle" ? inside(each.resource) : []),
    ]);
  }
  return [{ resource: found, fullUrl: "" }];
}

/** @param {string} reference */
export function resource(reference) {
  const named = entries().filter((each) => each.resource);
  return named.find(
    ({ resource, fullUrl }) => `${resource.resourceType}/${resource.id}` === reference || fullUrl === reference,
  )?.resource;
}

/**
 * The resource behind a fact, as a button that shows it.
 * @param {string | null} reference
 */
export function link(reference) {
  if (!reference) return null;
  const show = () => {
    byId("resource-title").textContent = reference;
    const found = resource(reference);
    const text = found ? JSON.stringify(found, null, 2) : "The record holds no resource of that name.";
    byId("resource").querySelector("pre").textContent = text;
    byId("resource").showModal();
  };
  return el("button", { type: "button", class: "reference", onclick: show }, reference);
}
