/*
 * Working through the papers of a section. Without it the radio buttons, the button and the page of each row do the same.
 *
 *   form[data-papers]     the table; 1 to 3 and 0 choose a result and lead on to the next, Enter saves
 *   [data-open]           fetches the texts of its row once and shows or hides them
 *   [form=assign]         ticks that belong to another form and change nothing of this one
 */

const form = document.querySelector("form[data-papers]");
const groups = () => [...form.querySelectorAll("[role=radiogroup]")];
const KEYS = { 1: "effective", 2: "deficient", 3: "not_applicable", 0: "" };

function choose(group, value) {
  const radio = [...group.querySelectorAll("input")].find((one) => one.value === value);
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  const all = groups();
  const next = all[all.indexOf(group) + 1];
  (next?.querySelector("input:checked") ?? radio).focus();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Enter" && event.target.matches("textarea")) form.requestSubmit();
    return;
  }
  const group = event.target.closest("[role=radiogroup]");
  if (!group || event.isComposing) return;
  if (event.key in KEYS) {
    event.preventDefault();
    choose(group, KEYS[event.key]);
  }
  if (event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit();
  }
}

async function toggle(button) {
  const row = button.closest("tbody");
  let panel = row.querySelector(".papers__panel");
  if (!panel) {
    await htmx.ajax("GET", button.dataset.open, { target: row, swap: "beforeend" });
    panel = row.querySelector(".papers__panel");
    if (!panel) return;
  } else {
    panel.hidden = !panel.hidden;
  }
  button.setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) panel.querySelector("textarea").focus();
}

/* A text that nobody touched is not sent, so that it overwrites nothing. */
function onSubmit() {
  for (const field of form.querySelectorAll(".papers__panel textarea")) {
    field.disabled = field.value === field.defaultValue && !field.closest(".papers__row--refused");
  }
}

for (const button of form.querySelectorAll("[data-open]")) button.hidden = false;
for (const box of form.querySelectorAll("[form=assign]")) {
  box.addEventListener("input", (event) => event.stopPropagation());
}
form.addEventListener("keydown", onKey);
form.addEventListener("submit", onSubmit);
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open]");
  if (button) toggle(button);
});
window.addEventListener("pageshow", () => {
  for (const field of form.querySelectorAll("textarea:disabled")) field.disabled = false;
});
