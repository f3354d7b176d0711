// Buttons that play a span of the page's recording, exactly, and stop.
"use strict";
(() => {
  const audio = document.getElementById("recording");
  let until = Infinity;

  function failed() { document.getElementById("message").textContent = audio.dataset.failed; }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.ev[data-start]");
    if (!button) return;
    until = Number(button.dataset.end) + 0.25;
    audio.currentTime = Math.max(0, Number(button.dataset.start) - 0.25);
    audio.play().catch(failed);
  });
  audio.addEventListener("timeupdate", () => { if (audio.currentTime >= until) { audio.pause(); until = Infinity; } });
  audio.addEventListener("error", failed);
})();
