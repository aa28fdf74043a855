/**
 * What is on screen: a record, a day, and the answers given here. The address holds all of it but the record.
 * @typedef {{sample: string | null, text: string, asOf: string, answers: string[]}} State
 */

/** @type {State} */
export const state = { sample: null, text: "", asOf: "", answers: [] };

/** Answers before each answer given in this tab, for undo. @type {string[][]} */
const past = [];

/** "key" or "key:side" of an answer. @param {string} answer */
export const at = (answer) => answer.split("=")[0];

/** The question every request begins with. */
export const question = () => ({ record: state.text, as_of: state.asOf, settings: state.answers });

/**
 * Give, change or (with null) take back an answer.
 * @param {string} where "key" or "key:side" @param {string | null} value
 */
export function answer(where, value) {
  past.push(state.answers);
  const others = state.answers.filter((each) => at(each) !== where);
  state.answers = value === null ? others : [...others, `${where}=${value}`];
  remember();
}

/** Take back all answers. */
export function clear() {
  past.push(state.answers);
  state.answers = [];
  remember();
}

/** Back to the answers before the last; those of a shared address go one by one. */
export function undo() {
  state.answers = past.pop() ?? state.answers.slice(0, -1);
  remember();
}

/** Another patient or day. @param {Partial<State>} other */
export function begin(other) {
  Object.assign(state, { answers: [] }, other);
  past.length = 0;
  remember();
}

/** Put the state into the address, so that it can be kept, shared and gone back to. */
function remember() {
  const shown = new URLSearchParams();
  if (state.sample) shown.set("sample", state.sample);
  if (state.asOf) shown.set("as_of", state.asOf);
  for (const each of state.answers) shown.append("set", each);
  history.pushState(null, "", `#${shown}`);
}

/** What the address says. */
export function remembered() {
  const shown = new URLSearchParams(location.hash.slice(1));
  return { sample: shown.get("sample"), asOf: shown.get("as_of") ?? "", answers: shown.getAll("set") };
}
