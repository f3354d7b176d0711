// Every page: the month picker, filters that apply at once, a connection that was lost, and a session that was renewed in place.
"use strict";
(() => {
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

  // A form that could not be sent stays as it is, and says so where its refusal would stand.
  document.body.addEventListener("htmx:sendError", () => {
    const place = document.querySelector("#message[data-offline]");
    if (!place) return;
    const said = document.createElement("p");
    said.className = "said bad";
    said.textContent = place.dataset.offline;
    place.replaceChildren(said);
  });

  // The session had ended and somebody signed in again where the message stood. Only the same person goes on here:
  // what is on the page was shown to, and written by, whoever opened it.
  document.body.addEventListener("signed-in", (event) => {
    if (event.detail.name !== document.body.dataset.login) { location.reload(); return; }
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": event.detail.csrf }));
    document.querySelectorAll("input[name=csrf]").forEach((field) => { field.value = event.detail.csrf; });
  });
})();
