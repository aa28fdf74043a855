/** The human edition: a search that leaves only the rules and rows that hold every word. */
import { byId } from "./dom.js";

const rules = [...document.querySelectorAll("section.rule")];
const rows = [...document.querySelectorAll(".edition tbody tr")];
const words = new Map([...rules, ...rows].map((each) => [each, each.textContent?.toLowerCase() ?? ""]));
const box = byId("search");

function search() {
  const wanted = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const [each, text] of words) {
    const holds = wanted.every((/** @type {string} */ word) => text.includes(word));
    /** @type {HTMLElement} */ (each).hidden = !holds;
    found += Number(holds && each.matches("section.rule"));
  }
  document.body.classList.toggle("searching", wanted.length > 0);
  byId("found").textContent = wanted.length ? `${found} of ${rules.length} rules` : "";
}

/** A link goes to what the search may have hidden. */
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.closest("[hidden]")) return;
  box.value = "";
  search();
  target.scrollIntoView();
}

box.addEventListener("input", search);
addEventListener("hashchange", reveal);
search();
