// npm `fhir`: cardinality, types and required bindings.

import { createRequire } from "node:module";
import { resources, types, valueSets } from "./definitions.mjs";

const { Fhir, ParseConformance, Versions } = createRequire(import.meta.url)("fhir");

const parser = new ParseConformance(false, Versions.R4);
[valueSets, types, resources].forEach((bundle) => parser.parseBundle(bundle));
const fhir = new Fhir(parser);

// It warns of every code outside an example or preferred value set; R4 allows those.
const ALLOWED = /^Code ".*" \(.*\) not found in value set$/s;

export function lantana(resource) {
  const { valid, messages } = fhir.validate(resource, { errorOnUnexpected: true });
  const faults = messages
    .filter(({ severity, message }) => severity !== "info" && !(severity === "warning" && ALLOWED.test(message)))
    .map(({ location, message }) => `${location ?? resource.resourceType}: ${message}`);
  return valid || faults.length ? faults : [`${resource.resourceType}: not valid, without a reason`];
}
