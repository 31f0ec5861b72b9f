/*
 * When to save: a choice at once, a text when its field is left, when its panel is closed, and ten seconds after the
 * last key, but never in the middle of a Japanese conversion. History keeps every save, so nothing shorter.
 */

import { forget, keep } from "./drafts.js";
import { allRows, fieldError, isChanged, notice, rowOf, setChoice, textsOf } from "./rows.js";
import { setState } from "./save-state.js";
import { isBusy, resumeAll, save } from "./saving.js";

const PAUSE = 10_000;
/* The arrow keys run through the choices of a closed list; only the one where they rest is saved. */
const CHOICE_PAUSE = 300;
const pauses = new WeakMap();

function later(row, milliseconds, act) {
  clearTimeout(pauses.get(row));
  pauses.set(row, setTimeout(act, milliseconds));
}

/* Save what is changed in this row now. A text that is being compared waits until it is touched. */
export function flush(row) {
  clearTimeout(pauses.get(row));
  const ready = textsOf(row).filter((f) => isChanged(f) && !f.dataset.composing && !f.dataset.comparing);
  const fields = new Map(ready.map((field) => [field.name, field.value]));
  if (row.dataset.chosen) fields.set("adoption", row.dataset.chosen);
  delete row.dataset.chosen;
  if (fields.size) save(row, fields);
}

export function choose(row, value) {
  setChoice(row, value);
  notice(row, "");
  row.dataset.chosen = value;
  keep(row.dataset.row, "adoption", value, row.dataset.version);
  setState(row.dataset.row, "saving");
  later(row, CHOICE_PAUSE, () => flush(row));
}

export function typed(field) {
  const row = rowOf(field);
  delete field.dataset.comparing;
  if (isChanged(field)) {
    keep(row.dataset.row, field.name, field.value, row.dataset.version);
    setState(row.dataset.row, "dirty");
    later(row, PAUSE, () => flush(row));
    return;
  }
  forget(row.dataset.row, field.name);
  fieldError(row, field.name, "");
  if (!isBusy(row) && !textsOf(row).some(isChanged)) setState(row.dataset.row, "saved");
}

const textIn = (event) => (event.target.closest?.("[data-texts]") ? event.target : null);

export function watch(root) {
  for (const choice of root.querySelectorAll("select.adoption")) choice.disabled = false;
  root.addEventListener("input", (event) => textIn(event) && typed(event.target));
  root.addEventListener("focusout", (event) => textIn(event) && flush(rowOf(event.target)));
  root.addEventListener("compositionstart", (event) => {
    event.target.dataset.composing = "true";
  });
  root.addEventListener("compositionend", (event) => {
    delete event.target.dataset.composing;
    if (textIn(event)) typed(event.target);
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("select.adoption")) choose(rowOf(event.target), event.target.value);
    else if (event.target.matches("[data-texts] select")) later(rowOf(event.target), CHOICE_PAUSE, () => flush(rowOf(event.target)));
  });
  root.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-texts]")) return;
    event.preventDefault();
    flush(rowOf(event.target));
  });
  window.addEventListener("online", () => resumeAll("later"));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) allRows().forEach(flush);
  });
}
