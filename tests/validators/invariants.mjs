// npm `fhirpath`: every constraint of the R4 StructureDefinitions, evaluated on every element it belongs to.

import { createRequire } from "node:module";
import { structures } from "./definitions.mjs";
import { htmlChecks } from "./narrative.mjs";

const require = createRequire(import.meta.url);
const fhirpath = require("fhirpath");
const model = require("fhirpath/fhir-context/r4");

const OPTIONS = {
  traceFn: () => {},
  userInvocationTable: { htmlChecks: { fn: htmlChecks, arity: { 0: [] } } },
};
const compiled = new Map();

export function invariants(resource) {
  const faults = [];
  walkResource(resource, resource, resource.resourceType, faults);
  return faults;
}

function walkResource(resource, root, place, faults) {
  const structure = structures.get(resource.resourceType);
  if (!structure) return void faults.push(`${place}: no resource type of R4`);
  const scope = { resource, rootResource: root, faults };
  walk(resource, structure, resource.resourceType, place, scope);
}

// One element: its constraints, then its parts.
function walk(node, structure, path, place, scope) {
  const element = structure.snapshot.element.find((one) => one.path === path);
  for (const constraint of element.constraint ?? []) check(constraint, node, path, place, scope);
  if (node === null || typeof node !== "object") return;
  for (const [name, value] of Object.entries(node)) {
    if (name === "resourceType") continue;
    const child = part(structure, path, name);
    if (!child) {
      scope.faults.push(`${place}.${name}: no such element`);
      continue;
    }
    [value].flat().forEach((one, index) => {
      descend(one, structure, child, `${place}.${name}${Array.isArray(value) ? `[${index}]` : ""}`, scope);
    });
  }
}

function descend(node, structure, { element, type }, place, scope) {
  if (node !== null && typeof node === "object" && node.resourceType) {
    return walkResource(node, element.path.startsWith("Bundle.") ? node : scope.rootResource, place, scope.faults);
  }
  if (element.contentReference) return walk(node, structure, element.contentReference.slice(1), place, scope);
  if (type === "BackboneElement" || type === "Element") return walk(node, structure, element.path, place, scope);
  for (const constraint of element.constraint ?? []) check(constraint, node, type, place, scope);
  const own = structures.get(type);
  if (own && own.kind === "complex-type") walk(node, own, type, place, scope);
}

// The definition of a part by its JSON name: `valueString` is `value[x]` of type string.
function part(structure, path, name) {
  for (const element of structure.snapshot.element) {
    if (!element.path.startsWith(`${path}.`)) continue;
    const last = element.path.slice(path.length + 1);
    if (last === name) return { element, type: element.type?.[0].code };
    if (!last.endsWith("[x]") || !name.startsWith(last.slice(0, -3))) continue;
    const rest = name.slice(last.length - 3).toLowerCase();
    const type = element.type.find((one) => one.code.toLowerCase() === rest);
    if (type) return { element, type: type.code };
  }
  return undefined;
}

function check(constraint, node, base, place, scope) {
  if (constraint.severity !== "error" || !constraint.expression) return;
  const { resource, rootResource, faults } = scope;
  try {
    const result = evaluator(base, constraint.expression)(node, { resource, rootResource });
    const held = result.length === 0 || result.every((one) => one === true);
    if (!held) faults.push(`${place}: ${constraint.key} ${constraint.human}`);
  } catch (error) {
    faults.push(`${place}: ${constraint.key} cannot be evaluated: ${error.message ?? error}`);
  }
}

function evaluator(base, written) {
  // R4 writes `descendants().as(uri)`, which fails on more than one item; R5 has mended it like this.
  const expression = written.replaceAll("descendants().as(", "descendants().ofType(");
  const key = `${base} ${expression}`;
  if (!compiled.has(key)) compiled.set(key, fhirpath.compile({ base, expression }, model, OPTIONS));
  return compiled.get(key);
}
