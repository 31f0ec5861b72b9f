/* Two people changed the same row: both texts, three ways on. Nothing is sent until one of them is chosen. */

import { forget, keep } from "./drafts.js";
import { applyRow, choiceOf, fieldOf, rowOf, setChoice } from "./rows.js";
import { setState } from "./save-state.js";
import { drop, resume } from "./saving.js";
import { open } from "./panel.js";

const answers = new WeakMap();

function onConflict({ detail: { row, body } }) {
  row.querySelector("[data-conflict]")?.remove();
  const section = document.importNode(body.querySelector("[data-conflict]"), true);
  answers.set(section, body);
  row.querySelector(".control__row").after(section);
  section.scrollIntoView({ block: "nearest" });
}

const fieldsOf = (section) =>
  [...section.querySelectorAll("[data-conflict-field]")].map((side) => ({
    name: side.dataset.conflictField,
    theirs: side.dataset.value,
  }));

function keepMine(row, section) {
  row.dataset.version = section.dataset.version;
  section.remove();
  resume(row);
}

function takeTheirs(row, section) {
  drop(row);
  for (const { name, theirs } of fieldsOf(section)) {
    const field = fieldOf(row, name);
    if (name === "adoption") setChoice(row, theirs);
    else if (field) {
      field.defaultValue = theirs;
      field.value = theirs;
    }
    forget(row.dataset.row, name);
  }
  applyRow(row, answers.get(section));
  section.remove();
  resume(row);
  (choiceOf(row) ?? fieldOf(row, "individual_control"))?.focus();
}

/* The other text stays in sight. The own one is saved only after it has been touched again. */
async function compare(row, section) {
  await open(row);
  drop(row);
  row.dataset.version = section.dataset.version;
  let first = null;
  for (const { name, theirs } of fieldsOf(section)) {
    const field = fieldOf(row, name);
    if (name === "adoption") {
      setChoice(row, theirs);
      forget(row.dataset.row, name);
    } else if (field) {
      field.defaultValue = theirs;
      field.dataset.comparing = "true";
      keep(row.dataset.row, name, field.value, row.dataset.version);
      first ??= field;
    }
  }
  section.querySelector("[data-conflict-choices]").remove();
  resume(row);
  if (first) setState(row.dataset.row, "dirty");
  (first ?? choiceOf(row))?.focus();
}

const WAYS = { keep_mine: keepMine, take_theirs: takeTheirs, edit: compare };

export function watch(root) {
  document.addEventListener("editor:conflict", onConflict);
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-conflict-choices] button");
    if (!button) return;
    event.preventDefault();
    WAYS[button.value](rowOf(button), button.closest("[data-conflict]"));
  });
}
