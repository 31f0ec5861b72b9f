/* Filters and search hide rows of this page. A row that was just answered stays until a filter is chosen anew. */

import { allRows } from "./rows.js";
import { words } from "./save-state.js";

let chosen = "";
let sought = "";

/* Width, case and blanks do not matter. */
const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

const wordsOf = (row) => fold(`${row.dataset.row} ${row.querySelector(".control__text").textContent}`);

function apply() {
  let shown = 0;
  for (const row of allRows()) {
    const passes = !chosen || row.dataset.filters.split(" ").includes(chosen);
    row.hidden = !(passes && (!sought || wordsOf(row).includes(sought)));
    if (!row.hidden) shown += 1;
  }
  document.querySelector("[data-empty]").hidden = shown > 0;
}

function choose(event) {
  const link = event.target.closest("[data-filter]");
  if (!link) return;
  event.preventDefault();
  chosen = link.dataset.filter;
  for (const other of document.querySelectorAll("[data-filter]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  const url = new URL(location.href);
  url.searchParams.delete("show");
  if (chosen) url.searchParams.set("show", chosen);
  history.replaceState(null, "", url);
  apply();
}

function recount() {
  const rows = allRows();
  for (const output of document.querySelectorAll("[data-filter-count]")) {
    const name = output.dataset.filterCount;
    output.textContent = rows.filter((row) => row.dataset.filters.split(" ").includes(name)).length;
  }
}

const isAnswered = (state) => state === "complete" || state === "released";

/* The figures of section and chapter move with the row; others' work shows when the page is opened again. */
function recountProgress({ detail: { before, after, isConfirmed } }) {
  const step = Number(isAnswered(after)) - Number(isAnswered(before));
  if (!step && !isConfirmed) return;
  for (const part of document.querySelectorAll("[data-progress]")) {
    const total = Number(part.dataset.total);
    const answered = Number(part.dataset.answered) + step;
    const unconfirmed = Number(part.dataset.unconfirmed ?? 0) - Number(isConfirmed);
    part.dataset.answered = answered;
    part.dataset.unconfirmed = unconfirmed;
    const isDone = answered === total && unconfirmed <= 0;
    const figures = part.querySelector("[data-figures]");
    if (figures) figures.textContent = `${answered} / ${total}`;
    const count = part.querySelector("[data-count]");
    if (count) {
      count.textContent = isDone ? words.done : `${answered}/${total}`;
      count.classList.toggle("chapters__count--done", isDone);
    }
    part.querySelector(".bar")?.classList.toggle("bar--ok", isDone);
    part.querySelector(".bar rect")?.setAttribute("width", Math.floor((answered * 100) / total));
  }
}

export function watch() {
  chosen = document.querySelector("[data-filter][aria-current]")?.dataset.filter ?? "";
  const search = document.querySelector("[data-search]");
  search.hidden = false;
  search.addEventListener("input", (event) => {
    sought = fold(event.target.value);
    apply();
  });
  document.querySelector(".segments").addEventListener("click", choose);
  document.addEventListener("editor:row", recount);
  document.addEventListener("editor:row", recountProgress);
}
