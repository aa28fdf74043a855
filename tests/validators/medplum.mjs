// npm `@medplum/core`: cardinality, formats, reference targets and some invariants. Its warnings count as faults.

import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from "@medplum/core";
import { resources, types } from "./definitions.mjs";

indexStructureDefinitionBundle(types);
indexStructureDefinitionBundle(resources);

export function medplum(resource) {
  try {
    return validateResource(resource).map(said);
  } catch (error) {
    if (error instanceof OperationOutcomeError) return error.outcome.issue.map(said);
    throw error;
  }
}

function said(issue) {
  return `${(issue.expression ?? []).join(", ")}: ${issue.details?.text ?? issue.code}`;
}
