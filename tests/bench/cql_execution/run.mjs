// A patient's Bundle through cql-execution with cql-exec-fhir, both legs, from JSON text to every define:
//   node run.mjs LIBRARY.json BUNDLE.json AS_OF SECONDS
// prints {"results": {"left": {define: value}, "right": {…}}, "seconds": median CPU seconds of one patient, warm}.
import cql from "cql-execution";
import cqlFhir from "cql-exec-fhir";
import { readFileSync } from "node:fs";

const LEGS = { left: "32153003", right: "62175007" };
const [libraryFile, bundleFile, asOf, seconds] = process.argv.slice(2);
const library = new cql.Library(JSON.parse(readFileSync(libraryFile, "utf8")));
const text = readFileSync(bundleFile, "utf8");
const now = cql.DateTime.parse(`${asOf}T00:00:00.000+00:00`);
const executors = Object.entries(LEGS).map(([leg, code]) => [
  leg,
  new cql.Executor(library, undefined, { "as-of": cql.DateTime.parse(asOf), leg: code }),
]);

async function patient() {
  const bundle = JSON.parse(text);
  const results = {};
  for (const [leg, executor] of executors) {
    const source = cqlFhir.PatientSource.FHIRv401();
    source.loadBundles([bundle]);
    const found = await executor.exec(source, now);
    results[leg] = Object.values(found.patientResults)[0];
  }
  return results;
}

const truth = (value) => (value === undefined ? null : value);
const results = {};
for (const [leg, found] of Object.entries(await patient())) {
  const kept = Object.entries(found).filter(([, value]) => value == null || typeof value === "boolean");
  results[leg] = Object.fromEntries(kept.map(([name, value]) => [name, truth(value)]));
}

const spent = [];
const end = performance.now() + 1000 * Number(seconds);
while (performance.now() < end || spent.length < 3) {
  const before = process.cpuUsage();
  await patient();
  const { user, system } = process.cpuUsage(before);
  spent.push((user + system) / 1e6);
}
spent.sort((a, b) => a - b);
console.log(JSON.stringify({ results, seconds: spent[Math.floor(spent.length / 2)] }));
