/* Opening and closing the panel of a row, its history and its files. The panel stays in the page once it was opened. */

import { flush } from "./autosave.js";
import { applyRow, notice, panelOf, rowOf, setChoice, tell, toggleOf } from "./rows.js";
import { words } from "./save-state.js";
import { isBusy } from "./saving.js";
import { get } from "./wire.js";

export const isOpen = (row) => row.classList.contains("control--open");

function show(row, open) {
  row.classList.toggle("control--open", open);
  toggleOf(row).setAttribute("aria-expanded", String(open));
  const panel = panelOf(row);
  if (panel) panel.hidden = !open;
}

/* The panel, or null when it could not be fetched; the row says why. */
export async function open(row) {
  if (!panelOf(row) && !(await fetchPanel(row))) return null;
  show(row, true);
  return panelOf(row);
}

export function close(row) {
  flush(row);
  show(row, false);
}

async function fetchPanel(row) {
  const toggle = toggleOf(row);
  if (toggle.getAttribute("aria-busy") === "true") return false;
  toggle.setAttribute("aria-busy", "true");
  const answer = await get(toggle.href);
  toggle.removeAttribute("aria-busy");
  if (answer.kind !== "saved") {
    if (answer.kind === "session") tell("session", { row });
    else notice(row, words.unreachable);
    return false;
  }
  const fresh = answer.body.querySelector("[data-row]");
  if (!isBusy(row) && !row.dataset.chosen) {
    setChoice(row, fresh.dataset.adoption);
    applyRow(row, answer.body);
  }
  row.append(document.importNode(answer.body.querySelector("[data-panel]"), true));
  notice(row, "");
  tell("opened", { row });
  document.dispatchEvent(new CustomEvent("page:added", { detail: row }));
  return true;
}

async function loadHistory(box, url) {
  const answer = await get(url);
  if (answer.kind !== "saved") {
    if (answer.kind === "session") tell("session", { row: rowOf(box) });
    return;
  }
  box.replaceChildren(...[...answer.body.childNodes].map((node) => document.importNode(node, true)));
}

function onToggleHistory(event) {
  const details = event.target;
  if (!details.matches?.("[data-history]") || !details.open) return;
  loadHistory(details.querySelector("[data-history-lines]"), details.dataset.history);
}

async function onClick(event) {
  const toggle = event.target.closest("[data-toggle]");
  if (toggle && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const row = rowOf(toggle);
    if (isOpen(row)) close(row);
    else await open(row);
  }
  const more = event.target.closest("[data-history-more]");
  if (more) {
    event.preventDefault();
    await loadHistory(more.closest("[data-history-lines]"), more.href);
  }
}

export function watch(root) {
  for (const toggle of root.querySelectorAll("[data-toggle]")) {
    toggle.setAttribute("role", "button");
    toggle.setAttribute("aria-expanded", "false");
  }
  root.addEventListener("click", onClick);
  root.addEventListener("toggle", onToggleHistory, true);
  root.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("[data-toggle]")) {
      event.preventDefault();
      event.target.click();
    }
  });
}
