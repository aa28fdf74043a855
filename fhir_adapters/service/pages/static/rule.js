/** One rule: copy the text with which to disagree precisely. */
import { byId } from "./dom.js";

byId("copy").addEventListener("click", async () => {
  const text = byId("precise");
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
    byId("copied").textContent = "Copied.";
  } catch {
    byId("copied").textContent = "Selected: copy it with the keyboard.";
  }
});
