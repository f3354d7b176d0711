// Scoring a call: what is not scored yet is marked, and the rest can be said to be without fault at once.
"use strict";
(() => {
  const form = document.getElementById("scores");
  if (!form) return;
  const left = document.getElementById("left");
  const rows = [...form.querySelectorAll("tr[data-item]")];
  const chosen = (row) => row.querySelector("input[type=radio]:checked")?.value || "";

  function mark() {
    let unset = 0;
    for (const row of rows) {
      const value = chosen(row);
      row.classList.toggle("unset", !value);
      row.classList.toggle("fault", value === "fault");
      const reason = row.querySelector("input[name^=reason]");
      reason.required = value === "fault";
      if (!value) unset += 1;
    }
    left.textContent = unset ? left.dataset.some.replace("{n}", unset) : left.dataset.none;
  }

  function askWhy(field) {
    if (field?.type === "radio" && field.value === "fault") field.closest("tr").querySelector("input[name^=reason]").focus();
  }

  form.addEventListener("change", (event) => { mark(); askWhy(event.target); });
  form.querySelector("[data-rest]")?.addEventListener("click", () => {
    for (const row of rows) if (!chosen(row)) row.querySelector("input[value=none]").checked = true;
    mark();
  });
  mark();
  // What was chosen while the page was still loading.
  const first = document.activeElement;
  if (form.contains(first) && first.checked) askWhy(first);
})();
