// Evidence that plays: each button plays its span of a recording, exactly, and stops. Buttons of several calls may stand
// on one page; each then names its recording.
"use strict";
(() => {
  const PAD_S = 0.25;
  const audio = document.getElementById("recording");
  if (!audio) return;
  let until = Infinity;
  let current = null;

  function released() { current?.classList.remove("playing"); current = null; until = Infinity; }

  function failed() { released(); document.getElementById("message").textContent = audio.dataset.failed; }

  function play(button) {
    released();
    const start = Math.max(0, Number(button.dataset.start) - PAD_S);
    const go = () => {
      current = button;
      current.classList.add("playing");
      until = Number(button.dataset.end) + PAD_S;
      audio.currentTime = start;
      audio.play().catch(failed);
    };
    const wanted = button.dataset.audio || audio.getAttribute("src");
    if (wanted !== audio.getAttribute("src")) audio.setAttribute("src", wanted);
    audio.hidden = false;
    if (audio.readyState >= 1) go();
    else { audio.addEventListener("loadedmetadata", go, { once: true }); audio.load(); }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.ev[data-start]");
    if (!button) return;
    if (button === current) { audio.pause(); released(); } else play(button);
  });
  audio.addEventListener("timeupdate", () => { if (audio.currentTime >= until) { audio.pause(); released(); } });
  audio.addEventListener("ended", released);
  audio.addEventListener("error", failed);
})();
