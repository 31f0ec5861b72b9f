/* Notes at the top: the sign-in has expired, somebody else has signed in, this tab kept something that was never saved. */

import { flush, typed, choose } from "./autosave.js";
import { forget, kept } from "./drafts.js";
import { fieldOf, findRow } from "./rows.js";
import { open } from "./panel.js";
import { resumeAll } from "./saving.js";

const SIGNED_OUT = ["session", "person"];

function note(name) {
  const template = document.querySelector(`template[data-template="${name}"]`);
  return document.importNode(template.content, true).firstElementChild;
}

/* Saving waits until the person has signed in again and says so. */
function onSignedOut({ type }) {
  const reason = type.slice("editor:".length);
  const shown = document.querySelector("[data-session]");
  if (shown?.dataset.session === reason) return;
  shown?.remove();
  const box = note(reason);
  box.dataset.session = reason;
  box.querySelector("[data-retry]").addEventListener("click", () => {
    box.remove();
    for (const blocked of SIGNED_OUT) resumeAll(blocked);
  });
  document.querySelector(".toolbar").append(box);
}

/* What stands on the server already needs no rescue. */
function isStale({ number, field, value }) {
  const row = findRow(number);
  return row && field === "adoption" && row.dataset.adoption === value;
}

/* A choice that is offered no more cannot be put back. */
const isGone = (field, value) => field?.tagName === "SELECT" && ![...field.options].some((option) => option.value === value);

async function restore(drafts) {
  for (const { number, field: name, value, version } of drafts) {
    const row = findRow(number);
    await open(row);
    const field = fieldOf(row, name);
    row.dataset.version = version;
    if (isGone(field, value)) {
      forget(number, name);
      continue;
    }
    if (name === "adoption") choose(row, value);
    else if (field) {
      field.value = value;
      typed(field);
    }
    flush(row);
  }
  findRow(drafts[0].number).scrollIntoView({ block: "center" });
}

/* Numbers of this page as text, of other pages as a way there. */
function listed(draft) {
  if (findRow(draft.number)) return document.createTextNode(draft.number);
  const link = document.createElement("a");
  link.href = `${draft.page}#c-${draft.number}`;
  link.textContent = draft.number;
  return link;
}

function offer() {
  const drafts = kept();
  for (const draft of drafts.filter(isStale)) forget(draft.number, draft.field);
  const open_ = drafts.filter((draft) => !isStale(draft));
  if (!open_.length) return;
  const here = open_.filter((draft) => findRow(draft.number));
  const box = note("restore");
  const numbers = new Map(open_.map((draft) => [draft.number, draft]));
  const list = box.querySelector("[data-restore-list]");
  for (const draft of numbers.values()) list.append(listed(draft), " ");
  const take = box.querySelector("[data-restore-take]");
  take.hidden = !here.length;
  take.addEventListener("click", () => {
    box.remove();
    restore(here);
  });
  box.querySelector("[data-restore-drop]").addEventListener("click", () => {
    for (const draft of open_) forget(draft.number, draft.field);
    box.remove();
  });
  document.querySelector(".toolbar").before(box);
}

export function watch() {
  for (const reason of SIGNED_OUT) document.addEventListener(`editor:${reason}`, onSignedOut);
  offer();
}
