/* A person confirms what a row carried over. Saving its text says the same, so the question goes then too. */

import { flush } from "./autosave.js";
import { applyRow, isUnconfirmed, notice, panelOf, rowOf, tell } from "./rows.js";
import { words } from "./save-state.js";
import { post } from "./wire.js";

/* The part of the panel about the carry-over, as the server has it now. */
function renew(row, body) {
  const old = panelOf(row)?.querySelector("[data-carried]");
  const fresh = body.querySelector("[data-carried]");
  if (!old || !fresh) return;
  const next = document.importNode(fresh, true);
  old.replaceWith(next);
  next.querySelector("summary").focus();
}

async function onSubmit(event) {
  const form = event.target;
  if (!form.matches("[data-confirm]")) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "true";
  const row = rowOf(form);
  flush(row);
  const answer = await post(form.action, () => new FormData(form));
  delete form.dataset.busy;
  if (answer.kind === "saved") {
    notice(row, "");
    applyRow(row, answer.body);
    renew(row, answer.body);
  } else if (["session", "person"].includes(answer.kind)) {
    tell(answer.kind, { row });
  } else {
    notice(row, answer.body?.querySelector("[data-refused]")?.textContent ?? words.unsent);
  }
}

function onRow({ detail: { row } }) {
  if (!isUnconfirmed(row)) row.querySelector("[data-carried-ask]")?.remove();
}

export function watch(root) {
  root.addEventListener("submit", onSubmit);
  document.addEventListener("editor:row", onRow);
}
