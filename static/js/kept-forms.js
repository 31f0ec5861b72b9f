/*
 * What was typed into a form[data-warn-unsaved] lies in this tab's storage, by person and by the path that the form is
 * sent to, until an answer says that it arrived: a sign-in that expires on the way costs no word. When that person opens
 * the form again, the words are put back, and a note offers to drop them. Passwords, codes, files and hidden values are
 * never kept, but for the row version: put back with the words, it lets the server refuse what would overwrite another's.
 *
 *   form[data-warn-unsaved=goes-on]  holds as hidden fields what the form before it had typed: its words stay kept
 */

import { openStorage } from "./editor/drafts.js";

const FORMS = "form[data-warn-unsaved]";
const KEPT = ":is(input, select, textarea)[name]";
const LEFT_OUT = "[type=hidden], [type=password], [type=file], [autocomplete=one-time-code]";

const storage = openStorage("sessionStorage");
const person = document.body.dataset.person;
const prefix = "form:";

/* A field of the form may be named action, and would stand for it. */
function keyOf(form) {
  const address = new URL(form.getAttribute("action") || location.href, location.href);
  return `${prefix}${person}:${address.pathname}`;
}

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.matches(KEPT) && !field.matches(LEFT_OUT));
}

function goesOn(form) {
  return form.dataset.warnUnsaved === "goes-on";
}

function isBox(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function stateOf(field) {
  if (isBox(field)) return field.checked;
  if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

function setState(field, state) {
  if (isBox(field)) field.checked = state;
  else if (field.type === "select-multiple") {
    for (const option of field.options) option.selected = state.includes(option.value);
  } else field.value = state;
}

/* A name may stand for many boxes, each with its own value. */
function nameOf(field) {
  return isBox(field) ? `${field.name}=${field.value}` : field.name;
}

/* Where the browser does not tell, every answer counts as a good one. */
function isError(status) {
  return status >= 400;
}

function read(key) {
  return JSON.parse(storage?.getItem(key) ?? "null");
}

function write(key, draft) {
  try {
    storage?.setItem(key, JSON.stringify(draft));
  } catch {
    /* It is full; the page itself still holds the words. */
  }
}

function allKeys() {
  return Object.keys(storage ?? {}).filter((key) => key.startsWith(prefix));
}

export function keep(form) {
  if (!person || goesOn(form)) return;
  const fields = Object.fromEntries(fieldsOf(form).map((field) => [nameOf(field), stateOf(field)]));
  write(keyOf(form), { fields, version: form.elements.version?.value });
}

export function forget(form) {
  storage?.removeItem(keyOf(form));
}

/* It is on its way; the next page of this tab tells whether it arrived. */
export function send(form) {
  keep(form);
  const draft = person && read(keyOf(form));
  if (draft) write(keyOf(form), { ...draft, isSent: true });
}

/*
 * It arrived, unless the answer is a refusal, the sign-in, or a step in which it goes on. Pages about an error run no
 * script; whoever goes back from one has not got through either.
 */
function settle({ responseStatus, type }) {
  const isRefused = !person || isError(responseStatus) || type === "back_forward";
  const going = [...document.querySelectorAll(FORMS)].filter(goesOn).map(keyOf);
  for (const key of allKeys()) {
    const draft = read(key);
    if (!draft.isSent) continue;
    if (isRefused || going.includes(key)) write(key, { ...draft, isSent: false });
    else storage.removeItem(key);
  }
}

function putBack(form, onChange) {
  const draft = goesOn(form) ? null : read(keyOf(form));
  const changed = fieldsOf(form).filter((field) => {
    const state = draft?.fields[nameOf(field)];
    return state !== undefined && JSON.stringify(state) !== JSON.stringify(stateOf(field));
  });
  if (!changed.length) return;
  const { version } = form.elements;
  const shown = version?.value;
  for (const field of changed) setState(field, draft.fields[nameOf(field)]);
  if (version && draft.version) version.value = draft.version;
  const template = document.querySelector("template[data-kept-note]");
  const note = document.importNode(template.content, true).firstElementChild;
  note.querySelector("button").addEventListener("click", () => {
    form.reset();
    if (version) version.value = shown;
    forget(form);
    note.remove();
    fieldsOf(form)[0].focus();
    onChange(form, false);
  });
  (form.querySelector(".card__body") ?? form).prepend(note);
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  onChange(form, true);
}

/* `onChange(form, isDirty)` is told when words were put back or dropped. */
export function open(onChange) {
  const [navigation = {}] = performance.getEntriesByType("navigation");
  settle(navigation);
  // A page that refuses shows what was sent.
  if (!person || isError(navigation.responseStatus)) return;
  for (const form of document.querySelectorAll(FORMS)) putBack(form, onChange);
}
