// A press that did not go through, because the connection was lost or the session had ended, goes through by itself once
// it can. The server takes the same press twice as one: each says what its author had before them.
"use strict";
(() => {
  const LOOK_AGAIN_MS = 4000;
  const banner = document.getElementById("connection");
  let waiting = null;
  let looking = null;

  const pressed = (config) => ({ form: config.elt, button: config.triggeringEvent?.submitter ?? null });
  const isOurs = (config) => config.verb === "post" && config.elt.matches("form[data-draft], form[data-undo]");

  function send() {
    const press = waiting;
    waiting = null;
    if (press?.form.isConnected) press.form.requestSubmit(press.button?.isConnected ? press.button : null);
  }

  function lost() {
    banner.hidden = false;
    looking ??= setInterval(look, LOOK_AGAIN_MS);
  }

  async function look() {
    if (!navigator.onLine) return;
    try { await fetch("/static/icon.svg", { cache: "no-store" }); } catch { return; }
    back();
  }

  function back() {
    clearInterval(looking);
    looking = null;
    banner.hidden = true;
    send();
  }

  function fell(event) {
    const config = event.detail.requestConfig;
    if (isOurs(config)) waiting = pressed(config);
    lost();
  }

  document.body.addEventListener("htmx:sendError", fell);
  document.body.addEventListener("htmx:timeout", fell);
  window.addEventListener("offline", lost);
  window.addEventListener("online", look);
  document.body.addEventListener("htmx:responseError", (event) => {
    const config = event.detail.requestConfig;
    if (event.detail.xhr.status === 401 && isOurs(config)) waiting = pressed(config);
  });
  // After the other listeners have taken over the new session's token; another person's press is nobody's: the page reloads.
  document.body.addEventListener("signed-in", (event) => { if (event.detail.name === document.body.dataset.login) setTimeout(send); });
})();
