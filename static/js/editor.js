/*
 * The declaration editor: rows that save by themselves. Without this script every row has a page of its own with a form.
 * The parts are in editor/; they meet at the rows of the page and at events named editor:….
 */

import { watch as watchTyping } from "./editor/autosave.js";
import { watch as watchConfirming } from "./editor/confirm.js";
import { watch as watchConflicts } from "./editor/conflict.js";
import { watch as watchFiles } from "./editor/files.js";
import { watch as watchFilters } from "./editor/filters.js";
import { watch as watchKeyboard } from "./editor/keyboard.js";
import { open, watch as watchPanels } from "./editor/panel.js";
import { watch as watchPresence } from "./editor/presence.js";
import { watch as watchRescue } from "./editor/rescue.js";
import { findRow } from "./editor/rows.js";

const root = document.getElementById("rows");

if (root) {
  watchPanels(root);
  watchKeyboard(root);
  watchFilters();
  if ("editor" in root.dataset) {
    watchTyping(root);
    watchConflicts(root);
    watchConfirming(root);
    watchFiles(root);
    watchRescue();
    watchPresence();
  }
  /* An address that names a row opens it. */
  const named = findRow(decodeURIComponent(location.hash.slice(3)));
  if (named) open(named);
}

/* The index is open beside the rows and keeps the current place in sight. */
const chapters = document.querySelector("[data-chapters]");
const current = chapters.querySelector("[aria-current=page]");
const wide = matchMedia("(min-width: 75.01rem)");
const arrange = () => {
  chapters.open = wide.matches;
};
wide.addEventListener("change", arrange);
arrange();
chapters.scrollTop = current.offsetTop - chapters.clientHeight / 2;
