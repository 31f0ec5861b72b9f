/*
 * One way to the server for the editor. Answers are told apart here, so that nothing else has to know about
 * status codes: a lost session looks like a page (the redirect to the sign-in), a lost network like an exception.
 *
 *   saved      200, with the fragments of the answer
 *   invalid    422, with one sentence per field
 *   conflict   409, with both texts
 *   session    signed out meanwhile
 *   person     somebody else has signed in meanwhile, under whose name nothing of this page is saved
 *   forbidden  403 although the token is fresh
 *   gone       404
 *   later      network, overload or server error: worth another try
 */

const KINDS = { 200: "saved", 404: "gone", 409: "conflict", 422: "invalid" };

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

/* The sign-in of another tab gives a new token; a fresh page of ours carries it. */
async function renewToken() {
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (response.redirected) return "session";
  if (!response.ok) return "later";
  const fresh = parse(await response.text());
  const person = fresh.querySelector("[data-editor]")?.dataset.person;
  if (person && person !== document.querySelector("[data-editor]").dataset.person) return "person";
  const token = fresh.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return "forbidden";
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  return "renewed";
}

async function once(url, options) {
  const response = await fetch(url, {
    credentials: "same-origin",
    headers: { "HX-Request": "true" },
    ...options,
  });
  if (response.redirected) return { kind: "session" };
  if (response.status === 403) return { kind: "forbidden" };
  const kind = KINDS[response.status] ?? "later";
  return { kind, body: kind === "later" ? null : parse(await response.text()) };
}

export async function get(url) {
  try {
    return await once(url, {});
  } catch {
    return { kind: "later" };
  }
}

/* `form()` builds the body anew for each try, because the token may have changed in between. */
export async function post(url, form) {
  try {
    const answer = await once(url, { method: "POST", body: form() });
    if (answer.kind !== "forbidden") return answer;
    const renewed = await renewToken();
    if (renewed !== "renewed") return { kind: renewed };
    return await once(url, { method: "POST", body: form() });
  } catch {
    return { kind: "later" };
  }
}
