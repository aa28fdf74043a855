/**
 * Everything the pages ask the service. A refusal is a Refused, with the sentences of its OperationOutcome.
 * @typedef {{record: string, as_of: string, settings: string[], previous?: string[] | null, key?: string,
 *   side?: string | null}} Question
 * @typedef {{text: string, where: string}} Issue
 */

import { ROOT } from "./dom.js";

const BASE = `${ROOT}workbench/api/`;
const JSON_TYPE = "application/json";

export class Refused extends Error {
  /** @param {Issue[]} issues */
  constructor(issues) {
    super(issues.map((each) => each.text).join(" "));
    this.issues = issues;
  }
}

/** Samples, today, the vocabulary, the service's other faces. */
export const start = async () => (await ask("start")).json();

/** A sample's record as text. @param {string} name */
export const sample = async (name) => (await ask(`samples/${encodeURIComponent(name)}`)).text();

/**
 * "plan", "why", "why-not", "effects", "assessment", "fhir".
 * @param {string} what @param {Question} question @param {AbortSignal} [signal]
 */
export const post = async (what, question, signal) => (await send(what, question, signal)).json();

/**
 * The lit diagram, parsed by the browser as XML: a document that was never text in this page.
 * @param {Question} question
 * @returns {Promise<Document>}
 */
export function picture(question) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${BASE}diagram`);
    request.setRequestHeader("Content-Type", JSON_TYPE);
    request.responseType = "document";
    request.onload = () => (request.responseXML ? resolve(request.responseXML) : reject(broken()));
    request.onerror = () => reject(unreachable());
    request.send(JSON.stringify(question));
  });
}

/** The CDS services of this server. @returns {Promise<any[]>} */
export const discovery = async () => (await (await ask(`${ROOT}cds-services`)).json()).services;

/** Ask a CDS service for its cards. @param {string} id @param {object} request */
export const cards = async (id, request) => (await send(`${ROOT}cds-services/${id}`, request)).json();

/** @param {string} what @param {object} body @param {AbortSignal} [signal] */
const send = (what, body, signal) =>
  ask(what, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": JSON_TYPE }, signal });

/** @param {string} what @param {RequestInit} [init] */
async function ask(what, init) {
  let response;
  try {
    response = await fetch(what.startsWith("/") ? what : BASE + what, { cache: "no-store", ...init });
  } catch (wrong) {
    if (wrong instanceof DOMException && wrong.name === "AbortError") throw wrong;
    throw unreachable();
  }
  if (response.ok) return response;
  throw new Refused(await issues(response));
}

/** @param {Response} response @returns {Promise<Issue[]>} */
async function issues(response) {
  try {
    const outcome = await response.json();
    return outcome.issue.map((/** @type {any} */ each) => ({
      text: each.details?.text ?? each.diagnostics ?? each.code,
      where: (each.expression ?? []).join(", "),
    }));
  } catch {
    return [{ text: `The service answered ${response.status} and did not say why.`, where: "" }];
  }
}

const unreachable = () => new Refused([{ text: "The service cannot be reached. Nothing was assessed.", where: "" }]);
const broken = () => new Refused([{ text: "The picture could not be drawn.", where: "" }]);
