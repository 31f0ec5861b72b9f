/*
 * Selecting rows of a long list. Without it the boxes, the choice of what is meant and the buttons work as they are.
 *
 *   form[data-selection]  the list; sends all ticked numbers as one field, since a request may hold a thousand fields
 *   [data-all]            ticks every row of its table
 *   [data-scope]          ticked rows or all that the filter leaves; ticking turns it to the ticked ones
 *   [data-count]          says how many rows are ticked
 *   [data-clear]          unticks all
 */

const form = document.querySelector("form[data-selection]");
const boxes = [...form.querySelectorAll("input[name=n]")];
const scope = form.querySelector("[data-scope]");
const ticked = scope.options[0];
const status = form.querySelector("[data-count]");
const clear = form.querySelector("[data-clear]");

let anchor = null;

function boxesOf(all) {
  return [...all.closest("table").querySelectorAll("input[name=n]")];
}

function show() {
  const count = boxes.filter((box) => box.checked).length;
  const number = count.toLocaleString("ja-JP");
  ticked.textContent = `${ticked.dataset.label}（${number}）`;
  status.textContent = count ? `${number}${status.dataset.words}` : "";
  clear.hidden = !count;
  for (const all of form.querySelectorAll("[data-all]")) {
    const own = boxesOf(all);
    const chosen = own.filter((box) => box.checked).length;
    all.checked = chosen === own.length;
    all.indeterminate = chosen > 0 && chosen < own.length;
  }
}

/* Shift and a click tick everything from the box that was clicked before. */
function tickBetween(box) {
  const [from, to] = [boxes.indexOf(anchor), boxes.indexOf(box)].sort((a, b) => a - b);
  for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
}

function onClick(event) {
  const box = event.target;
  if (box.matches("input[name=n]")) {
    if (event.shiftKey && anchor) tickBetween(box);
    anchor = box;
  } else if (box.matches("[data-all]")) {
    for (const own of boxesOf(box)) own.checked = box.checked;
  } else if (box.matches("[data-clear]")) {
    for (const own of boxes) own.checked = false;
    scope.focus();
  } else {
    return;
  }
  scope.value = "ticked";
  show();
}

function sendAsOne(event) {
  const numbers = event.formData.getAll("n");
  event.formData.delete("n");
  event.formData.set("numbers", numbers.join(" "));
}

for (const all of form.querySelectorAll("[data-all]")) all.hidden = false;
form.addEventListener("click", onClick);
form.addEventListener("formdata", sendAsOne);
window.addEventListener("pageshow", show);
show();
