// What FHIR asks of the JSON itself and the other validators let pass: no null, no empty string, list or object.

export function json(node, place = node.resourceType) {
  if (node === null) return [`${place}: null`];
  if (typeof node === "string") return node.trim() === "" ? [`${place}: empty string`] : [];
  if (typeof node !== "object") return [];
  const parts = Object.entries(node);
  if (!parts.length) return [`${place}: empty`];
  return parts.flatMap(([name, value]) => json(value, Array.isArray(node) ? `${place}[${name}]` : `${place}.${name}`));
}
