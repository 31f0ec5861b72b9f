/*
 * What was typed and not yet confirmed lies in this tab's storage, by person, declaration, row and field, with the row
 * version that was shown: neither a crash nor an expired session loses a word, and no restored word overwrites another's.
 * A full or forbidden storage is no reason to stop typing.
 */

const editor = document.querySelector("[data-editor]");
const prefix = `editor:${editor?.dataset.person}:${editor?.dataset.editor}:`;
const page = location.pathname + location.search;

/* Null where the browser forbids it: then nothing is remembered, and everything else works. */
export function openStorage(name) {
  try {
    return window[name];
  } catch {
    return null;
  }
}

const storage = openStorage("sessionStorage");

export function keep(number, field, value, version) {
  try {
    storage?.setItem(`${prefix}${number}:${field}`, JSON.stringify({ value, version, page }));
  } catch {
    /* It is full; the page itself still holds the text. */
  }
}

export function forget(number, field) {
  storage?.removeItem(`${prefix}${number}:${field}`);
}

/* What this tab keeps: [{number, field, value, version, page}], for all pages of the declaration. */
export function kept() {
  const found = [];
  for (let index = 0; index < (storage?.length ?? 0); index += 1) {
    const key = storage.key(index);
    if (!key.startsWith(prefix)) continue;
    const [number, field] = key.slice(prefix.length).split(":");
    found.push({ number, field, ...JSON.parse(storage.getItem(key)) });
  }
  return found.sort((a, b) => a.number.localeCompare(b.number, "ja", { numeric: true }));
}
