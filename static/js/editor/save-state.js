/* The one line that says how saving stands, over all rows, and the question before the page is left. */

const words = document.querySelector("[data-words]")?.dataset ?? {};
const line = document.getElementById("save-status");
const ORDER = ["error", "refused", "saving", "dirty"];
const rows = new Map();
let savedAt = "";

function show() {
  if (!line) return;
  const states = new Set(rows.values());
  const state = ORDER.find((name) => states.has(name)) ?? "saved";
  line.dataset.state = state === "refused" ? "error" : state;
  const text = state === "saved" ? `${words.saved} ${savedAt}`.trim() : words[state];
  const output = line.querySelector("[data-save-text]");
  if (output.textContent !== text) output.textContent = text;
}

/* States of a row: dirty, saving, error (will be tried again), refused (waits for the person), saved. */
export function setState(number, state, at = "") {
  if (state === "saved") rows.delete(number);
  else rows.set(number, state);
  if (at) savedAt = at;
  show();
}

window.addEventListener("beforeunload", (event) => {
  if (rows.size) event.preventDefault();
});

export { words };
