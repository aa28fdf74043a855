"""The guideline as FHIR operations, and as plain REST for integration engines."""
