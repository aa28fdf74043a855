// FHIR's `htmlChecks()`: a narrative is a well-formed XHTML div of plain formatting that says something.

const ALLOWED = new Set("div p b i em strong span br ul ol li table thead tbody tr th td h1 h2 h3 h4 h5 h6".split(" "));
const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z:-]+="[^"<]*")*)\s*(\/?)>|&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);|[^<&]+|[<&]/g;

export function htmlChecks(input) {
  return input.every((node) => wellFormed(String(node?.data ?? node)));
}

export function wellFormed(xhtml) {
  if (!xhtml.startsWith('<div xmlns="http://www.w3.org/1999/xhtml">') || !xhtml.endsWith("</div>")) return false;
  const open = [];
  let says = false;
  for (const [text, closing, tag, , alone] of xhtml.matchAll(TOKEN)) {
    if (text === "<" || text === "&") return false;
    if (!tag) says ||= text.trim() !== "";
    else if (!ALLOWED.has(tag)) return false;
    else if (closing ? open.pop() !== tag : false) return false;
    else if (!closing && !alone) open.push(tag);
  }
  return says && open.length === 0;
}
