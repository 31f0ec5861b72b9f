/*
 * Behaviour that every signed-in page shares. All of it is convenience: each page works without.
 *
 *   [data-error-summary]     gets the focus when the page opens
 *   form[method=post]        is sent once; a second click on its way does nothing
 *   form[data-repeatable]    may be sent again at once, because its answer is a file and no page
 *   [data-count-max]         shows how many characters are typed, in [data-count-for=<id>]
 *   button[data-print]       prints the page
 *   form[data-warn-unsaved]  asks before the page is left with changes, and keeps them in this tab (kept-forms.js)
 *                            until a link among its actions gives them up
 */

import { forget, keep, open, send } from "./kept-forms.js";

function focusErrorSummary() {
  document.querySelector("[data-error-summary]")?.focus();
}

/* A form on its way is marked. The buttons stay enabled, or their own name and value would not be sent. */
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if ("repeatable" in form.dataset) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "true";
  delete form.dataset.dirty;
  if ("warnUnsaved" in form.dataset) send(form);
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.setAttribute("aria-disabled", "true");
  }
}

/* Coming back with the browser's back button finds the form ready again. */
function releaseForms() {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("button[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
    }
  }
}

/* The server counts code points after trimming and with LF as line end; so does the counter. */
function countCharacters(field) {
  const output = document.querySelector(`[data-count-for="${CSS.escape(field.id)}"]`);
  if (!output) return;
  const max = Number(field.dataset.countMax);
  const count = [...field.value.trim()].length;
  const format = (number) => number.toLocaleString("ja-JP");
  output.textContent = `${format(count)} / ${format(max)}字`;
  output.classList.toggle("field__count--over", count > max);
}

function countAll(root) {
  for (const field of root.querySelectorAll("[data-count-max]")) countCharacters(field);
}

function onInput(event) {
  const field = event.target;
  if (field.matches?.("[data-count-max]")) countCharacters(field);
  const form = field.closest?.("form[data-warn-unsaved]");
  if (!form) return;
  form.dataset.dirty = "true";
  keep(form);
}

function onPutBack(form, isDirty) {
  countAll(form);
  if (isDirty) form.dataset.dirty = "true";
  else delete form.dataset.dirty;
}

function onClick(event) {
  if (event.target.closest?.("[data-print]")) window.print();
  const way = event.target.closest?.("form[data-warn-unsaved] .form__actions a[href]");
  if (way) forget(way.closest("form"));
}

function onBeforeUnload(event) {
  if (document.querySelector("form[data-warn-unsaved][data-dirty]")) event.preventDefault();
}

document.addEventListener("submit", sendOnce);
document.addEventListener("input", onInput);
document.addEventListener("click", onClick);
document.addEventListener("htmx:afterSwap", (event) => countAll(event.target));
document.addEventListener("page:added", (event) => countAll(event.detail));
window.addEventListener("pageshow", releaseForms);
window.addEventListener("beforeunload", onBeforeUnload);

countAll(document);
open(onPutBack);
focusErrorSummary();
