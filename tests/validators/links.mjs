// References inside a Bundle. Every urn:uuid must be one of its entries; the validators, which know only `Type/id`,
// are then shown a copy that says which type stands behind each urn and URL, so that they check the allowed targets.

const URL_OF_RESOURCE = /^https?:\/\/.*?([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?)$/;

export function resolved(bundle) {
  const faults = [];
  if (bundle.resourceType !== "Bundle") return { copy: bundle, faults };
  const kinds = new Map();
  for (const [index, entry] of (bundle.entry ?? []).entries()) {
    if (kinds.has(entry.fullUrl)) faults.push(`Bundle.entry[${index}].fullUrl: given twice`);
    kinds.set(entry.fullUrl, entry.resource?.resourceType);
  }
  const copy = JSON.parse(JSON.stringify(bundle), (name, value) => {
    if (name !== "reference" || typeof value !== "string") return value;
    if (!value.startsWith("urn:")) return URL_OF_RESOURCE.exec(value)?.[1] ?? value;
    if (!kinds.has(value)) faults.push(`reference ${value}: not in the Bundle`);
    return kinds.has(value) ? `${kinds.get(value)}/${value.split(":").at(-1)}` : value;
  });
  return { copy, faults };
}
