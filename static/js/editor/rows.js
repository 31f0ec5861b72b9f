/* The rows of the page: their parts, and putting the server's answer into them without touching what is typed. */

const TEXTS = "[data-texts] textarea, [data-texts] select[name=base_service]";

export const allRows = () => [...document.querySelectorAll("[data-row]")];
export const rowOf = (node) => node.closest?.("[data-row]") ?? null;
export const findRow = (number) => document.getElementById(`c-${number}`);
export const panelOf = (row) => row.querySelector("[data-panel]");
export const choiceOf = (row) => row.querySelector("select.adoption");
export const toggleOf = (row) => row.querySelector("[data-toggle]");
export const textsOf = (row) => [...row.querySelectorAll(TEXTS)];
export const fieldOf = (row, name) => row.querySelector(`[data-texts] [name="${name}"]`);
export const token = () => document.querySelector("[data-token] [name=csrfmiddlewaretoken]").value;
export const isUnconfirmed = (row) => row.dataset.filters.split(" ").includes("unconfirmed");
/* A list of choices has no default of its own; once saved or compared, it gets one like a text. */
const chosenAtFirst = (list) => [...list.options].find((option) => option.defaultSelected)?.value ?? "";
const shownAtFirst = (field) => field.defaultValue ?? chosenAtFirst(field);
export const isChanged = (field) => field.value !== shownAtFirst(field);

/* Fire an event of the editor; the modules meet here and not by importing each other. */
export function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`editor:${name}`, { detail }));
}

export function setChoice(row, value) {
  const choice = choiceOf(row);
  if (choice) choice.value = value;
  row.dataset.adoption = value;
}

function replacePart(row, fresh, name) {
  const old = row.querySelector(`[data-part="${name}"]`);
  const next = fresh.querySelector(`[data-part="${name}"]`);
  if (old && next) old.replaceWith(document.importNode(next, true));
}

/* What the server holds, by field: the answer to a conflict says it, and so does a freshly opened panel. */
export function nowOf(body) {
  const now = new Map();
  for (const field of body.querySelectorAll(TEXTS)) {
    now.set(field.name, { value: field.value, label: field.selectedOptions?.[0]?.text });
  }
  const fresh = body.querySelector("[data-row]");
  if (fresh) now.set("adoption", { value: fresh.dataset.adoption });
  for (const { dataset } of body.querySelectorAll("[data-now]")) {
    now.set(dataset.now, { value: dataset.value, label: dataset.label });
  }
  return now;
}

/* Show a value that the server holds; a choice that this page has not heard of comes with its name. */
export function showStored(field, { value, label }) {
  const isList = field.tagName === "SELECT";
  if (isList && ![...field.options].some((option) => option.value === value)) field.add(new Option(label, value));
  field.defaultValue = value;
  field.value = value;
}

/* Whether somebody else changed what is being typed here, in a field that is not among those `shown` side by side. */
export function isOvertaken(row, now, shown = []) {
  const theirs = (field) => now.get(field.name)?.value ?? shownAtFirst(field);
  const texts = textsOf(row).filter((field) => isChanged(field) && !shown.includes(field.name));
  const isChosen = row.dataset.chosen && !shown.includes("adoption") && now.get("adoption")?.value !== row.dataset.chosen;
  return Boolean(isChosen) || texts.some((field) => theirs(field) !== shownAtFirst(field) && theirs(field) !== field.value);
}

/*
 * A version stands for what the fields show: it may rise only together with them. Fields that are untouched here take
 * what the server holds, but for those `shown` side by side.
 */
export function refresh(row, now, shown = []) {
  for (const [name, stored] of now) {
    if (shown.includes(name)) continue;
    const field = fieldOf(row, name);
    if (name === "adoption" && !row.dataset.chosen) setChoice(row, stored.value);
    else if (field && !isChanged(field)) showStored(field, stored);
  }
}

/* The row after an act that saved no text. Where a colleague overtook what is typed here, the version stays: the next
   save is then answered with both texts. */
export function renewRow(row, body) {
  const now = nowOf(body);
  const stays = isOvertaken(row, now);
  if (!stays) refresh(row, now);
  applyRow(row, body, { withVersion: !stays });
}

/* The row as the server has it after a save of ours: state, version, summary, author. Fields stay as they are. */
export function applyRow(row, body, { withVersion = true } = {}) {
  const fresh = body.querySelector("[data-row]");
  if (!fresh) return;
  const before = row.dataset.state;
  const wasUnconfirmed = isUnconfirmed(row);
  for (const name of ["state", "filters"]) row.dataset[name] = fresh.dataset[name];
  if (withVersion) row.dataset.version = fresh.dataset.version;
  replacePart(row, fresh, "summary");
  replacePart(row, body, "author");
  tell("row", { row, before, after: row.dataset.state, isConfirmed: wasUnconfirmed && !isUnconfirmed(row) });
}

/* One sentence below the row; an empty one takes it away. */
export function notice(row, text) {
  row.querySelector(".control__notice")?.remove();
  if (!text) return;
  const note = document.createElement("p");
  note.className = "control__notice";
  note.setAttribute("role", "alert");
  note.textContent = text;
  row.querySelector(".control__row").after(note);
}

/* A sentence at its field; an empty one takes it away. False when the field is not on the page. */
export function fieldError(row, name, text) {
  const field = fieldOf(row, name);
  if (!field) return false;
  const id = `${field.id}_error`;
  document.getElementById(id)?.remove();
  const known = (field.getAttribute("aria-describedby") ?? "").split(" ");
  const described = known.filter((part) => part && part !== id);
  field.closest("[data-field]").classList.toggle("field--invalid", Boolean(text));
  if (text) {
    const message = document.createElement("p");
    message.className = "field__error";
    message.id = id;
    message.setAttribute("role", "alert");
    message.textContent = text;
    field.before(message);
    field.setAttribute("aria-invalid", "true");
    described.push(id);
  } else {
    field.removeAttribute("aria-invalid");
  }
  field.setAttribute("aria-describedby", described.join(" "));
  return true;
}
