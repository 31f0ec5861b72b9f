/*
 * Working on the grid of a plan. Without it the boxes, the choice of a year and the button do the same.
 *
 *   form[data-plan]  the grid; a row with a box can be dragged onto the column of a year, which ticks it and sends the form
 *   [data-all]       ticks every control of its objective
 *   [data-count]     says how many are ticked
 */

const form = document.querySelector("form[data-plan]");
const boxes = [...form.querySelectorAll("input[name=n]")];
const target = form.querySelector("select[name=to]");
const button = form.querySelector("button[type=submit]");
const status = form.querySelector("[data-count]");
// The columns before the first year: the box and the number.
const BEFORE_YEARS = 1;

let over = [];

function show() {
  const count = boxes.filter((box) => box.checked).length;
  status.textContent = count ? `${count.toLocaleString("ja-JP")}${status.dataset.words}` : "";
  for (const all of form.querySelectorAll("[data-all]")) {
    const own = [...all.closest("tbody").querySelectorAll("input[name=n]")];
    const chosen = own.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === own.length;
    all.indeterminate = chosen > 0 && chosen < own.length;
  }
}

function onChange(event) {
  if (event.target.matches("[data-all]")) {
    const { checked } = event.target;
    for (const own of event.target.closest("tbody").querySelectorAll("input[name=n]")) own.checked = checked;
  }
  show();
}

/* The year of the column that the pointer is over; null beside the years. */
function yearAt(event) {
  const cell = event.target.closest("td, th");
  if (!cell || cell.colSpan > 1) return null;
  const year = String(cell.cellIndex - BEFORE_YEARS);
  // Years that are over are not offered.
  return year > "0" && [...target.options].some((option) => option.value === year) ? year : null;
}

function mark(year) {
  for (const cell of over) cell.classList.remove("plan-grid__over");
  over = year ? [...form.querySelectorAll(`tr > :nth-child(${Number(year) + BEFORE_YEARS + 1})`)] : [];
  for (const cell of over) cell.classList.add("plan-grid__over");
}

function onDragStart(event) {
  const row = event.target.closest("tr[draggable]");
  if (!row) return;
  const box = row.querySelector("input[name=n]");
  // A row that is not ticked is dragged alone, ticked ones together.
  if (!box.checked) for (const other of boxes) other.checked = other === box;
  show();
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", box.value);
  row.classList.add("plan-grid__moving");
}

function onDragOver(event) {
  const year = yearAt(event);
  mark(year);
  if (year) event.preventDefault();
}

function onDrop(event) {
  const year = yearAt(event);
  if (!year) return;
  event.preventDefault();
  target.value = year;
  form.requestSubmit(button);
}

function onDragEnd(event) {
  event.target.closest("tr")?.classList.remove("plan-grid__moving");
  mark(null);
}

for (const box of boxes) box.closest("tr").draggable = true;
for (const all of form.querySelectorAll("[data-all]")) all.hidden = false;
form.addEventListener("change", onChange);
form.addEventListener("dragstart", onDragStart);
form.addEventListener("dragover", onDragOver);
form.addEventListener("drop", onDrop);
form.addEventListener("dragend", onDragEnd);
window.addEventListener("pageshow", show);
show();
