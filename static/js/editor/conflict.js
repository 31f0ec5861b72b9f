/* Two people changed the same row: both texts, three ways on. Nothing is sent until one of them is chosen. */

import { flush } from "./autosave.js";
import { forget, keep } from "./drafts.js";
import { applyRow, choiceOf, fieldOf, isOvertaken, nowOf, refresh, rowOf, setChoice, showStored } from "./rows.js";
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

/* The fields that stand side by side. */
const shownIn = (section) => [...section.querySelectorAll("[data-conflict-field]")].map((side) => side.dataset.conflictField);

/* The row goes on from the version that was shown, and shows all of it; a field typed into meanwhile that the other
   changed too holds the old version back, so that it is compared in its turn. */
function goOn(row, section, now) {
  const shown = shownIn(section);
  const isHeldBack = isOvertaken(row, now, shown);
  refresh(row, now, shown);
  if (!isHeldBack) row.dataset.version = section.dataset.version;
}

function keepMine(row, section, now) {
  goOn(row, section, now);
  section.remove();
  flush(row);
  resume(row);
}

function takeTheirs(row, section, now) {
  drop(row);
  const isHeldBack = isOvertaken(row, now, shownIn(section));
  for (const name of shownIn(section)) {
    const field = fieldOf(row, name);
    if (name === "adoption") {
      delete row.dataset.chosen;
      setChoice(row, now.get(name).value);
    } else if (field) showStored(field, now.get(name));
    forget(row.dataset.row, name);
  }
  goOn(row, section, now);
  applyRow(row, answers.get(section), { withVersion: !isHeldBack });
  section.remove();
  flush(row);
  resume(row);
  (choiceOf(row) ?? fieldOf(row, "individual_control"))?.focus();
}

/* The other text stays in sight. The own one is saved only after it has been touched again. */
async function compare(row, section, now) {
  await open(row);
  drop(row);
  goOn(row, section, now);
  let first = null;
  for (const name of shownIn(section)) {
    const field = fieldOf(row, name);
    if (name === "adoption") {
      setChoice(row, now.get(name).value);
      forget(row.dataset.row, name);
    } else if (field) {
      const mine = field.value;
      showStored(field, now.get(name));
      field.value = mine;
      field.dataset.comparing = "true";
      keep(row.dataset.row, name, mine, row.dataset.version);
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
    const section = button.closest("[data-conflict]");
    WAYS[button.value](rowOf(button), section, nowOf(answers.get(section)));
  });
}
