// node validate.mjs [--self-test] FILE_OR_FOLDER...
//
// Holds every resource of the given JSON files to all validators. Exit status: 0 no fault, 1 faults, 2 wrong usage.
// The self-test always runs first: a validator that no longer finds what it must find is a fault too.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { invariants } from "./invariants.mjs";
import { json } from "./json.mjs";
import { lantana } from "./lantana.mjs";
import { resolved } from "./links.mjs";
import { medplum } from "./medplum.mjs";
import { selfTest } from "./self-test.mjs";

const validators = { lantana, medplum, invariants };

// Faults by validator: the Bundle as a whole, then each resource in it.
function validate(resource) {
  const { copy, faults } = resolved(resource);
  const found = { links: faults, json: json(copy) };
  const parts = [copy, ...(copy.resourceType === "Bundle" ? (copy.entry ?? []).map((entry) => entry.resource) : [])];
  for (const [name, validator] of Object.entries(validators)) {
    found[name] = [...new Set(parts.flatMap((one) => (one ? validator(one) : [`${name}: an entry without a resource`])))];
  }
  return found;
}

function files(place) {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true })
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(place, name))
    .sort();
}

function main(places) {
  const given = places.filter((place) => place !== "--self-test");
  const found = selfTest(validate);
  if (!places.includes("--self-test") || given.length) {
    const all = given.flatMap(files);
    if (!all.length) {
      console.error("usage: node validate.mjs [--self-test] FILE_OR_FOLDER...   (no JSON file was given)");
      return 2;
    }
    for (const file of all) {
      for (const [validator, faults] of Object.entries(validate(JSON.parse(readFileSync(file, "utf8"))))) {
        found.push(...faults.map((fault) => `${file}: ${validator}: ${fault}`));
      }
    }
    console.log(`${all.length} files held to ${["links", "json", ...Object.keys(validators)].join(", ")}: ${found.length} faults`);
  }
  found.forEach((fault) => console.log(fault));
  return found.length ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
