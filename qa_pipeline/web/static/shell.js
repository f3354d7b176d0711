// Every page: the reviewer's name that this browser remembers, the month picker, filters that apply at once.
"use strict";
(() => {
  const reviewer = document.getElementById("reviewer");
  const KEY = "hotline-qa.reviewer";
  try { reviewer.value = localStorage.getItem(KEY) || ""; } catch { /* storage is off: the name lasts as long as the page */ }
  reviewer.addEventListener("input", () => {
    reviewer.classList.remove("missing");
    try { localStorage.setItem(KEY, reviewer.value.trim()); } catch { /* as above */ }
  });
  const known = () => { if (reviewer.value.trim()) document.body.dispatchEvent(new Event("reviewer")); };
  reviewer.addEventListener("change", known);
  reviewer.addEventListener("keydown", (event) => { if (event.key === "Enter") reviewer.blur(); });
  window.addEventListener("load", known);

  const month = document.getElementById("month");
  if (month) month.addEventListener("change", () => { location.href = month.value; });

  for (const form of document.querySelectorAll("form[data-filters]")) {
    const go = () => {
      const query = new URLSearchParams(location.search.includes("lang=") ? { lang: new URLSearchParams(location.search).get("lang") } : {});
      for (const [name, value] of new FormData(form)) if (value) query.set(name, value);
      location.href = `${form.action.split("?")[0]}?${query}`;
    };
    form.addEventListener("change", go);
    form.addEventListener("submit", (event) => { event.preventDefault(); go(); });
  }
})();
