/* Alt with an arrow or a figure, and Esc. Everything can be reached with Tab alone, so this can be switched off. */

import { choose } from "./autosave.js";
import { openStorage } from "./drafts.js";
import { allRows, choiceOf, fieldOf, panelOf, rowOf, toggleOf } from "./rows.js";
import { close, isOpen, open } from "./panel.js";

const SWITCH = "editor:keyboard";
const CHOICES = { Digit1: "adopted", Digit2: "not_selected", Digit3: "undecided" };

const memory = openStorage("localStorage");

const isOn = () => memory?.getItem(SWITCH) !== "off";

export const visibleRows = () => allRows().filter((row) => !row.hidden);

/* From a panel to the next panel, at the same field; from a choice to the next choice. */
export async function go(row, target) {
  const here = document.activeElement;
  const name = panelOf(row)?.contains(here) ? here.name : "";
  const isWriting = isOpen(row);
  if (isWriting) close(row);
  if (isWriting) await open(target);
  const field = name && fieldOf(target, name);
  const visible = field && field.offsetParent ? field : null;
  (visible ?? choiceOf(target) ?? toggleOf(target)).focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
}

function move(row, step) {
  const rows = visibleRows();
  const target = rows[rows.indexOf(row) + step];
  if (target) go(row, target);
}

/* The next row where something is missing, after this one. */
export function nextOpen(row) {
  const rows = visibleRows();
  return rows.slice(rows.indexOf(row) + 1).find((r) => ["undecided", "incomplete"].includes(r.dataset.state));
}

async function pick(row, value) {
  const choice = choiceOf(row);
  if (!choice || ![...choice.options].some((option) => option.value === value)) return;
  choose(row, value);
  if (value === "not_selected" && (await open(row))) fieldOf(row, "reason")?.focus();
}

function onKey(event) {
  const row = rowOf(event.target);
  if (!row || !isOn() || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape" && isOpen(row)) {
    close(row);
    toggleOf(row).focus();
  } else if (event.altKey && event.key === "ArrowDown") move(row, 1);
  else if (event.altKey && event.key === "ArrowUp") move(row, -1);
  else if (event.altKey && CHOICES[event.code]) pick(row, CHOICES[event.code]);
  else return;
  event.preventDefault();
}

function onFoot(event) {
  const button = event.target.closest("[data-go]");
  if (!button) return;
  const row = rowOf(button);
  const rows = visibleRows();
  const place = rows.indexOf(row);
  const targets = { previous: rows[place - 1], next: rows[place + 1], open: nextOpen(row) };
  const target = targets[button.dataset.go];
  if (target) go(row, target);
  else {
    close(row);
    toggleOf(row).focus();
  }
}

export function watch(root) {
  root.addEventListener("keydown", onKey);
  root.addEventListener("click", onFoot);
  const help = document.querySelector("[data-keyboard-help]");
  const box = help.querySelector("[data-keyboard-switch]");
  box.checked = isOn();
  box.addEventListener("change", () => memory?.setItem(SWITCH, box.checked ? "on" : "off"));
}
