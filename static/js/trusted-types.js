/*
 * The one Trusted Types policy. htmx parses the fragments that our own server has escaped, so HTML passes;
 * nothing that would run as script does. Has to be loaded before htmx.
 */
if (window.trustedTypes) {
  window.trustedTypes.createPolicy("default", {
    createHTML: (html) => html,
    createScript: () => null,
    createScriptURL: () => null,
  });
}
