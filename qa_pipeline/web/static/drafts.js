// What was written and not yet saved is kept in this tab, for the same person and call, until it is saved.
"use strict";
window.Drafts = (() => {
  const fields = 'form[data-draft] textarea, form[data-draft] input[name="reason"]';
  const place = (field) => `draft ${document.body.dataset.login} ${location.pathname} ${field.form.dataset.draft} ${field.name}`;

  function keep(field) {
    try {
      if (field.value.trim() && field.value !== field.defaultValue) sessionStorage.setItem(place(field), field.value);
      else sessionStorage.removeItem(place(field));
    } catch { /* a full or forbidden storage: the field itself still has the words */ }
  }

  function restore(root = document) {
    for (const field of root.querySelectorAll(fields)) {
      const kept = sessionStorage.getItem(place(field));
      if (kept !== null && field.value === field.defaultValue) field.value = kept;
    }
  }

  function drop(form) {
    for (const field of form.querySelectorAll("textarea, input[name=reason]")) sessionStorage.removeItem(place(field));
  }

  document.addEventListener("input", (event) => { if (event.target.matches(fields)) keep(event.target); });
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, verb } = event.detail.requestConfig;
    if (verb === "post" && event.detail.xhr.status < 400 && elt.matches("form[data-draft]")) drop(elt);
  });
  document.body.addEventListener("htmx:afterSettle", () => restore());
  restore();
  return { keep, drop };
})();
