/* Files of a row: sent without leaving the page, with progress; the answer is the list as it is now. */

import { renewRow, rowOf, tell, toggleOf } from "./rows.js";
import { words } from "./save-state.js";
import { isBusy } from "./saving.js";
import { get, parse } from "./wire.js";

function progressBar(form) {
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", words.uploading);
  form.append(bar);
  return bar;
}

/* XMLHttpRequest, because fetch does not tell how much of a file is sent. */
function send(form, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", onProgress);
    request.addEventListener("loadend", () => resolve(request));
    request.send(new FormData(form));
  });
}

function say(box, text, isFailed) {
  const output = box.querySelector("[data-said]");
  output.textContent = text;
  output.toggleAttribute("data-failed", isFailed);
}

/* The row counts its files, and learns what colleagues have written since. */
async function recount(row) {
  const answer = await get(toggleOf(row).href);
  if (answer.kind === "saved" && !isBusy(row)) renewRow(row, answer.body);
}

async function onSubmit(event) {
  const form = event.target;
  if (!form.matches("[data-files-form]")) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "true";
  const row = rowOf(form);
  const box = form.closest("[data-files]");
  const bar = form.enctype === "multipart/form-data" ? progressBar(form) : null;
  say(box, bar ? words.uploading : words.saving, false);
  const request = await send(form, (sent) => {
    if (bar && sent.lengthComputable) bar.value = sent.loaded / sent.total;
  });
  delete form.dataset.busy;
  bar?.remove();
  const isOurs = request.responseURL === form.action;
  if (request.status === 200 && !isOurs) tell("session", { row });
  if ([200, 422].includes(request.status) && isOurs) {
    const body = parse(request.responseText);
    box.replaceChildren(...[...body.childNodes].map((node) => document.importNode(node, true)));
    box.querySelector("[data-said]").toggleAttribute("data-failed", request.status === 422);
    await recount(row);
    return;
  }
  say(box, words.unsent, true);
}

export function watch(root) {
  root.addEventListener("submit", onSubmit);
}
