/*
 * One box that ticks all others of its table. Without it the boxes work one by one.
 *
 *   form[data-ticks]  the form; [data-all] ticks every box of the form
 */

const form = document.querySelector("form[data-ticks]");
const all = form?.querySelector("[data-all]");

if (all) {
  const boxes = [...all.closest("table").querySelectorAll("tbody input[type=checkbox]")];
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.hidden = false;
  form.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    show();
  });
  window.addEventListener("pageshow", show);
}
