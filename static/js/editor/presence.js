/*
 * Who else has this chapter open: asked when the page opens and every 25 seconds while it is in sight. A convenience,
 * so it fails without a word: a lost network is tried at the next turn, any other refusal when the tab is looked at again.
 */

import { token } from "./rows.js";
import { post } from "./wire.js";

const EVERY = 25_000;

function body() {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", token());
  return form;
}

const arrivalsIn = (node) => [...node.querySelectorAll("[data-arrival]")].map((person) => person.dataset.arrival);

/* The list changes in silence; newcomers alone are said. A link that has the focus stays where it is. */
function show(box, people, said) {
  const list = box.querySelector("[data-presence-list]");
  if (list.contains(document.activeElement)) return;
  list.replaceChildren(...people.map((node) => document.importNode(node, true)));
  if (said) box.querySelector("[data-presence-said]").textContent = said;
}

export function watch() {
  const box = document.querySelector("[data-presence]");
  let known = [];
  let timer = 0;
  async function ask() {
    clearTimeout(timer);
    if (document.hidden) return;
    const answer = await post(box.dataset.presence, body);
    if (answer.kind === "saved") {
      const seen = arrivalsIn(answer.body);
      show(box, [...answer.body.childNodes], seen.filter((arrival) => !known.includes(arrival)).join(""));
      known = seen;
    } else {
      show(box, [], "");
    }
    clearTimeout(timer);
    if (["saved", "later"].includes(answer.kind)) timer = setTimeout(ask, EVERY);
  }
  document.addEventListener("visibilitychange", ask);
  ask();
}
