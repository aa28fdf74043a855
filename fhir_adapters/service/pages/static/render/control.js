/** One question's answer: buttons for a few choices, a number with its unit, or a date; and always "unknown". */
import { el } from "../dom.js";
import { state } from "../state.js";

/**
 * @param {any} row the question in the vocabulary @param {string} where "key" or "key:side"
 * @param {string | null} now the value that holds, as it would be set @param {(where: string, value: string) => void} give
 * @param {string} label what a screen reader calls the group
 */
export function control(row, where, now, give, label) {
  const parts = row.way === "choice" ? choices(row, where, now, give) : field(row, where, now, give, label);
  const unknown = button("unknown", "Unknown", where, now === null, give);
  return el("div", { class: `control ${row.way}`, role: "group", "aria-label": label }, parts, unknown);
}

/** @param {any} row @param {string} where @param {string | null} now @param {any} give */
const choices = (row, where, now, give) =>
  row.choices.map((/** @type {any} */ each) => button(each.value, each.label, where, each.value === now, give));

/** @param {string} value @param {string} label @param {string} where @param {boolean} pressed @param {any} give */
const button = (value, label, where, pressed, give) =>
  el(
    "button",
    {
      type: "button",
      class: value === "unknown" ? value : null,
      "aria-pressed": String(pressed),
      "data-focus": `${where}=${value}`,
      onclick: () => pressed || give(where, value),
    },
    label,
  );

/** @param {any} row @param {string} where @param {string | null} now @param {any} give @param {string} label */
function field(row, where, now, give, label) {
  const bounds =
    row.way === "date"
      ? { type: "date", max: state.asOf.slice(0, 10), value: now?.slice(0, 10) }
      : { type: "number", min: row.low, max: row.high, step: row.step, value: now, inputmode: "decimal" };
  const input = /** @type {HTMLInputElement} */ (
    el("input", { ...bounds, required: true, "aria-label": row.unit ? `${label}, in ${row.unit}` : label })
  );
  /** @param {Event} event */
  const set = (event) => {
    event.preventDefault();
    give(where, input.value);
  };
  return el(
    "form",
    { class: "field", onsubmit: set },
    input,
    row.unit && el("span", { class: "unit", "aria-hidden": "true" }, row.unit),
    el("button", { "data-focus": `${where}=set` }, "Set"),
  );
}
