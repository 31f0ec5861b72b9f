/*
 * Saves of one row follow each other, each with the version that the one before has given, so two quick changes are two
 * saves and no conflict. What the server has not confirmed is tried again, or waits for the person's decision.
 */

import { forget } from "./drafts.js";
import { applyRow, fieldError, fieldOf, isChanged, notice, tell, textsOf, toggleOf, token } from "./rows.js";
import { setState, words } from "./save-state.js";
import { post } from "./wire.js";

const DELAYS = [2_000, 5_000, 10_000, 20_000, 30_000];
const jobs = new Map();

/* A row's job: fields that wait, fields that were refused, whether a save runs, why none may, tries and timer. */
function jobOf(row) {
  if (!jobs.has(row)) {
    jobs.set(row, { row, waiting: new Map(), refused: new Map(), running: false, blocked: "", tries: 0, timer: 0 });
  }
  return jobs.get(row);
}

/* A refused value is sent again only after it was changed. */
export function save(row, fields) {
  const job = jobOf(row);
  for (const [name, value] of fields) {
    if (job.refused.get(name) !== value) job.waiting.set(name, value);
  }
  run(job);
}

/* Take back what waits: the other person's text was chosen, or the texts are being compared. */
export function drop(row) {
  jobOf(row).waiting.clear();
}

export const isBusy = (row) => jobOf(row).running || jobOf(row).waiting.size > 0;

/* Go on after a conflict, a new sign-in, or the network's return. */
export function resume(row) {
  const job = jobOf(row);
  clearTimeout(job.timer);
  job.blocked = "";
  if (job.waiting.size) run(job);
  else settle(job);
}

export function resumeAll(reason) {
  for (const job of jobs.values()) if (job.blocked === reason) resume(job.row);
}

async function run(job) {
  if (job.running || job.blocked) return;
  job.running = true;
  while (job.waiting.size && !job.blocked) {
    const sent = new Map(job.waiting);
    job.waiting.clear();
    setState(job.row.dataset.row, "saving");
    const answer = await post(toggleOf(job.row).href, () => bodyOf(job.row, sent));
    if (answer.kind === "saved") confirm(job, sent, answer.body);
    else refuse(job, sent, answer);
  }
  job.running = false;
}

function bodyOf(row, sent) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token());
  body.set("version", row.dataset.version);
  for (const [name, value] of sent) body.set(name, value);
  return body;
}

function confirm(job, sent, body) {
  const { row } = job;
  job.tries = 0;
  for (const [name, value] of sent) {
    const field = fieldOf(row, name);
    if (field) field.defaultValue = value;
    if (!job.waiting.has(name) && !(field && isChanged(field))) forget(row.dataset.row, name);
    job.refused.delete(name);
    fieldError(row, name, "");
  }
  notice(row, "");
  row.querySelector("[data-conflict]")?.remove();
  applyRow(row, body);
  settle(job, body.querySelector("[data-saved-at]")?.dataset.savedAt);
}

function settle(job, at = "") {
  const isOpen = job.waiting.size || textsOf(job.row).some(isChanged);
  const state = isOpen ? "dirty" : "saved";
  setState(job.row.dataset.row, job.refused.size ? "refused" : state, at);
}

/* Nothing is lost: what was sent waits again, unless something newer waits already. */
function refuse(job, sent, answer) {
  const { row } = job;
  if (answer.kind === "invalid") {
    showErrors(job, sent, answer.body);
    return;
  }
  for (const [name, value] of sent) if (!job.waiting.has(name)) job.waiting.set(name, value);
  job.blocked = answer.kind;
  setState(row.dataset.row, answer.kind === "later" ? "error" : "refused");
  if (answer.kind === "later") {
    job.timer = setTimeout(() => resume(row), DELAYS[Math.min(job.tries, DELAYS.length - 1)]);
    job.tries += 1;
  } else if (answer.kind !== "conflict") {
    notice(row, words[answer.kind] ?? words.signedOut);
  }
  tell(answer.kind, { row, body: answer.body });
}

/* Fields that were not named wait again and are saved without the others. */
function showErrors(job, sent, body) {
  const errors = [...body.querySelectorAll("[data-error]")];
  const named = new Set(errors.map((error) => error.dataset.error));
  const isAll = ![...named].some((name) => sent.has(name));
  for (const [name, value] of sent) {
    if (isAll || named.has(name)) job.refused.set(name, value);
    else job.waiting.set(name, value);
  }
  for (const error of errors) {
    if (!fieldError(job.row, error.dataset.error, error.textContent)) notice(job.row, error.textContent);
  }
  setState(job.row.dataset.row, "refused");
}
