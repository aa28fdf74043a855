/**
 * Elements from values. Text becomes text nodes only: nothing that a record holds can become markup.
 * @typedef {Node | string | null | undefined | false | Child[]} Child
 */

/** The path of the service: a proxy may have put one of its own before it. */
export const ROOT = new URL("..", import.meta.url).pathname;

/**
 * Make an element. `class`, `id`, `aria-…`, `data-…` and so on are attributes; a function is a listener ("onclick").
 * @param {string} name
 * @param {Record<string, unknown>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, String(value));
  }
  append(made, children);
  return made;
}

/** @param {Element} parent @param {Child} child */
function append(parent, child) {
  if (Array.isArray(child)) for (const each of child) append(parent, each);
  else if (child != null && child !== false) parent.append(child);
}

/**
 * The element with that id; it is there, because the page's own skeleton has it.
 * @param {string} id
 * @returns {any}
 */
export const byId = (id) => document.getElementById(id);

/**
 * Fill a section with a heading and what follows, or hide it where nothing does.
 * @param {string} id
 * @param {string} title
 * @param {...Child} children
 */
export function fill(id, title, ...children) {
  const section = byId(id);
  const shown = children.flat().filter(Boolean);
  section.hidden = shown.length === 0;
  section.replaceChildren(el("h2", { id: `${id}-title` }, title));
  append(section, shown);
}

/** "left" as a person reads it. @param {string | null} side */
export const leg = (side) => (side ? el("span", { class: "side" }, side) : null);

/**
 * A disclosure that makes its content when it is first opened. `key` lets it stay open when the plan is drawn anew.
 * @param {string} key
 * @param {Child} summary
 * @param {() => Child | Promise<Child>} content
 */
export function disclosure(key, summary, content) {
  const body = el("div", { class: "disclosed" });
  const made = el("details", { "data-key": key }, el("summary", {}, summary), body);
  made.addEventListener("toggle", async () => {
    if (!(/** @type {HTMLDetailsElement} */ (made).open) || body.dataset.made) return;
    body.dataset.made = "yes";
    body.setAttribute("aria-busy", "true");
    const found = await content();
    body.replaceChildren();
    append(body, found);
    body.removeAttribute("aria-busy");
  });
  return made;
}

/**
 * Draw anew, and keep what is open open, what is in view in view, and the focus where it was.
 * @param {() => void} draw
 * @param {HTMLElement} otherwise where the focus goes if what had it is gone
 */
export function keepingPlace(draw, otherwise) {
  const held = document.activeElement;
  const focus = held instanceof HTMLElement && held !== document.body ? held.id || held.dataset.focus : null;
  const section = held?.closest("section[id]");
  const top = section?.getBoundingClientRect().top ?? 0;
  const scroller = document.querySelector(".asked");
  const scrolled = scroller?.scrollTop ?? 0;
  const open = new Set([...document.querySelectorAll("#result details[open][data-key]")].map((each) => key(each)));
  draw();
  for (const each of document.querySelectorAll("#result details[data-key]")) {
    if (open.has(key(each))) /** @type {HTMLDetailsElement} */ (each).open = true;
  }
  if (scroller) scroller.scrollTop = scrolled;
  if (section && !section.hidden) scrollBy({ top: section.getBoundingClientRect().top - top, behavior: "instant" });
  if (!held || held === document.body || document.contains(held)) return;
  const same = focus && (byId(focus) ?? document.querySelector(`[data-focus="${CSS.escape(focus)}"]`));
  (same ?? otherwise).focus({ preventScroll: true });
}

/** @param {Element} each */
const key = (each) => /** @type {HTMLElement} */ (each).dataset.key;
