// One call's findings by keyboard: which one is current, its evidence, and the reviewer's word on it.
"use strict";
(() => {
  const say = JSON.parse(document.getElementById("words").textContent);
  const help = document.getElementById("help");
  const bindings = JSON.parse(document.getElementById("bindings").textContent);
  const reasons = JSON.parse(document.getElementById("reasons").textContent); // [code, reason], the newest first
  const OFFERED = 6;
  let code = null;
  let played = -1;
  let taken = null; // the finding whose decision was just written

  const visible = () => [...document.querySelectorAll(".finding")].filter((f) => !f.closest("details:not([open])"));
  const find = (wanted) => document.querySelector(`.finding[data-code="${CSS.escape(wanted ?? "")}"]`);
  const current = () => find(code);

  function notice(text) {
    const message = document.getElementById("message"); // answers put it anew
    // A session that ended may be told of by several requests at once: none of them takes away what is being filled in.
    if (!message || message.querySelector("form.again")) return;
    const line = document.createElement("p");
    line.className = "said doubt";
    line.textContent = text;
    message.replaceChildren(...(text ? [line] : []));
  }

  function choose(finding, scroll = true) {
    document.querySelectorAll(".finding.current").forEach((f) => { f.classList.remove("current"); f.removeAttribute("aria-current"); });
    if (!finding) return;
    if (finding.dataset.code !== code) { played = -1; notice(""); }
    code = finding.dataset.code;
    finding.classList.add("current");
    finding.setAttribute("aria-current", "true");
    if (scroll) finding.closest(".item").scrollIntoView({ block: "nearest" });
    markField(finding);
    const spans = [...finding.querySelectorAll("button.ev")].map((e) => ({ start: Number(e.dataset.start), end: Number(e.dataset.end), channel: Number(e.dataset.channel) }));
    window.Player?.focus(spans);
  }

  function step(by) {
    const all = visible();
    const here = all.indexOf(current());
    choose(all[here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1)]);
  }

  function markField(finding) {
    const texts = [...finding.querySelectorAll("span.ev")].map((e) => e.textContent);
    document.querySelectorAll("#order [data-field]").forEach((row) => row.classList.toggle("marked", texts.some((text) => text.includes(row.dataset.field))));
  }

  // A field of the order, or a fact of an entry, plays where the call tells it.
  function playBeside(button) {
    document.querySelectorAll("#order .playing").forEach((e) => e.classList.remove("playing"));
    button.classList.add("playing");
    window.Player?.span(Number(button.dataset.start), Number(button.dataset.end));
  }

  function playEvidence(button) {
    document.querySelectorAll(".ev.playing").forEach((e) => e.classList.remove("playing"));
    button.classList.add("playing");
    if (window.Player) window.Player.span(Number(button.dataset.start), Number(button.dataset.end));
  }

  function playNext() {
    const buttons = [...(current()?.querySelectorAll("button.ev") ?? [])];
    if (!buttons.length) { notice(say.noevidence); return; }
    played = (played + 1) % buttons.length;
    playEvidence(buttons[played]);
  }

  // On to what has still to be decided: the next below, or the first that is left.
  function onward(none) {
    const all = visible();
    const here = all.indexOf(current());
    const waiting = all.filter((f) => f.classList.contains("waits"));
    const next = waiting.find((f) => all.indexOf(f) > here) ?? waiting[0];
    if (next) choose(next); else notice(none);
  }

  // Reasons used of late, those of the same rule first: a number puts one into the empty field.
  function offer(field) {
    const wanted = field.closest(".finding").dataset.code;
    const known = [...reasons.filter(([of]) => of === wanted), ...reasons.filter(([of]) => of !== wanted)];
    const list = document.createElement("ol");
    list.className = "offered";
    list.setAttribute("aria-label", say.offered);
    [...new Set(known.map(([, reason]) => reason))].slice(0, OFFERED).forEach((reason, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      const key = document.createElement("kbd");
      key.textContent = String(i + 1);
      button.append(key, ` ${reason}`);
      button.addEventListener("click", () => fill(field, reason));
      const line = document.createElement("li");
      line.append(button);
      list.append(line);
    });
    document.querySelectorAll(".offered").forEach((old) => old.remove());
    if (list.children.length) field.form.append(list);
  }

  function fill(field, reason) { field.value = reason; window.Drafts.keep(field); field.focus(); }

  function takeOffered(event, field) {
    const chosen = /^[1-9]$/.test(event.key) && !field.value ? field.form.querySelectorAll(".offered button")[Number(event.key) - 1] : null;
    if (!chosen) return false;
    event.preventDefault();
    chosen.click();
    return true;
  }

  document.addEventListener("focusin", (event) => { if (event.target.matches('form.decide input[name="reason"]')) offer(event.target); });

  // The utterance at the cursor becomes a form; leaving it brings the line back as it is stored.
  async function fix(line) {
    if (!line?.dataset.at) { notice(say.nofixing); return; }
    await put(line, `edit=true`);
    const field = document.querySelector(`#${line.id} textarea`);
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  }

  async function unfix(form) {
    window.Drafts.drop(form);
    await put(form.closest(".line"), "");
  }

  function put(line, query) {
    const [path, language] = line.dataset.at.split("?");
    const asked = [query, language].filter(Boolean).join("&");
    return htmx.ajax("GET", asked ? `${path}?${asked}` : path, { target: `#${line.id}`, swap: "outerHTML" });
  }

  // c sends at once; o, f and x go to the reason first, where Enter sends what was chosen.
  function decide(verdict) {
    const form = current()?.querySelector("form.decide");
    if (!form) return;
    form.closest("details.alone")?.setAttribute("open", "");
    const button = form.querySelector(`button[value="${verdict}"]`);
    if (!button) { notice(verdict === "fault" ? say.nocount : say.undetermined); return; }
    if (verdict === "confirm") { button.click(); return; }
    form.querySelectorAll("button.pending").forEach((b) => b.classList.remove("pending"));
    button.classList.add("pending");
    form.elements.reason.focus();
  }

  // Somebody else was faster: show the item as it is now, and keep what was being written.
  async function renew(form) {
    const wanted = form.closest(".finding").dataset.code;
    const reason = form.elements.reason.value;
    await htmx.ajax("GET", form.dataset.renew, { target: `#${CSS.escape(form.closest(".item").id)}`, swap: "outerHTML" });
    const field = find(wanted)?.querySelector('form.decide input[name="reason"]');
    if (field) field.value = reason;
    if (wanted === code) choose(find(wanted), false);
  }

  function go(id, none = say.last) {
    const link = document.getElementById(id);
    if (link) location.href = link.href; else notice(none);
  }

  // What each action of the page's list of keys does; buttons with data-act do the same.
  const actions = {
    evidence: playNext,
    waiting: () => onward(say.nowaiting),
    down: () => step(1),
    up: () => step(-1),
    confirm: () => decide("confirm"),
    overrule: () => decide("overrule"),
    fault: () => decide("fault"),
    not_applicable: () => decide("not_applicable"),
    play: () => window.Player?.toggle(),
    again: () => window.Player?.again(),
    back: () => window.Player?.skip(-3),
    forward: () => window.Player?.skip(3),
    slower: () => window.Player?.faster(-1),
    faster: () => window.Player?.faster(1),
    quieter: () => window.Player?.louder(-1),
    louder: () => window.Player?.louder(1),
    left: () => window.Player?.mute(0),
    right: () => window.Player?.mute(1),
    wider: () => window.Player?.zoom(-1),
    closer: () => window.Player?.zoom(1),
    correct: () => fix(window.Player ? window.Player.line() : document.querySelector("#transcript .line")),
    note: () => document.querySelector("#notes textarea")?.focus(),
    next: () => go("next"),
    previous: () => go("previous"),
    queue: () => go("queue", say.noqueue),
    leave: () => {},
    help: () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches(".noting textarea")) { target.form.requestSubmit(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    if (target.matches("input:not([type=checkbox]), textarea, select")) { inField(event, target); return; }
    // A help that was just closed may keep the focus for a moment: what is pressed then is meant for the page.
    if (["Enter", " "].includes(event.key) && target.matches("button, a, summary, input") && !help.contains(target)) return;
    const bound = bindings[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!bound) return;
    event.preventDefault();
    if (!event.repeat || bound.repeats) actions[bound.action]();
  });

  function inField(event, field) {
    const fixing = field.closest("form.fixing");
    if (event.key === "Escape") { if (fixing) unfix(fixing); else field.blur(); return; }
    if (fixing && event.key === "Enter" && field.matches("textarea")) { event.preventDefault(); fixing.requestSubmit(); return; }
    const form = field.closest("form.decide");
    if (form && field.name === "reason" && takeOffered(event, field)) return;
    if (event.key !== "Enter" || !form || field.matches("select")) return;
    event.preventDefault(); // the browser would press the first button, whatever was meant
    const pending = form.querySelector("button.pending");
    if (pending) pending.click(); else notice(say.choose);
  }

  // A press by mouse must not keep the focus: the next space is meant for the player, not for the button.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, summary, input[type=checkbox]");
    // The buttons of a decision keep it: htmx reads from the focus which of them was pressed.
    if (button && event.detail > 0 && !button.closest("form.decide")) button.blur();
    const finding = event.target.closest(".finding");
    if (finding) choose(finding, false);
    if (button?.matches("#order button[data-start]")) playBeside(button);
    else if (button?.matches("button.ev")) { played = [...button.parentElement.querySelectorAll("button.ev")].indexOf(button); playEvidence(button); }
    if (button?.matches("[data-help]")) help.showModal();
    if (button?.matches("[data-act]")) actions[button.dataset.act]();
    if (button?.matches("[data-fix]")) fix(button.closest(".line"));
    if (button?.matches("[data-cancel]")) unfix(button.closest("form"));
    const jump = event.target.closest('#score a[href^="#item-"]');
    if (jump) { event.preventDefault(); const item = document.querySelector(jump.hash); item?.closest("details")?.setAttribute("open", ""); choose(item?.querySelector(".finding")); }
  });
  // Checking takes a while: the button says so, and is not pressed twice.
  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("button[data-busy]");
    if (!button) return;
    button.textContent = button.dataset.busy;
    setTimeout(() => { button.disabled = true; });
  });
  document.addEventListener("evidence", (event) => { const f = event.detail?.closest(".finding"); f?.closest("details")?.setAttribute("open", ""); choose(f); if (event.detail) playEvidence(event.detail); });
  window.addEventListener("notice", (event) => notice(event.detail));

  document.body.addEventListener("htmx:beforeRequest", (event) => { const { elt, verb } = event.detail.requestConfig; if (verb === "post" && !elt.closest("#message")) notice(""); });
  document.body.addEventListener("htmx:responseError", (event) => { const form = event.detail.requestConfig.elt; if (event.detail.xhr.status !== 409) return; if (form.matches("form.decide")) renew(form); if (form.matches("form.fixing")) fix(form.closest(".line")); });
  document.body.addEventListener("htmx:beforeOnLoad", (event) => { const form = event.detail.requestConfig.elt; taken = event.detail.xhr.status < 400 && form.matches("form.decide") ? form.closest(".finding")?.dataset.code : null; if (taken && form.elements.reason.value.trim()) reasons.unshift([taken, form.elements.reason.value.trim()]); });
  document.body.addEventListener("htmx:afterSettle", () => { const moves = taken !== null && taken === code; taken = null; if (moves) { onward(say.done); } if (code && !document.querySelector(".finding.current")) choose(current(), false); });

  choose(visible().find((f) => f.classList.contains("waits")) ?? visible()[0], false);
})();
