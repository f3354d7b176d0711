// A masked clip's sound: its waveform with what is covered, and words that lead to their place. On the list: when all are made, the list is loaded again.
"use strict";
(() => {
  const source = document.getElementById("clip-sound");
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const clock = (s) => { const t = Math.round(s * 10); return `${Math.floor(t / 600)}:${String(Math.floor(t / 10) % 60).padStart(2, "0")}.${t % 10}`; };

  async function open(sound) {
    const wave = document.getElementById("wave");
    const play = document.getElementById("play");
    const original = document.getElementById("original");
    const failed = () => { wave.textContent = wave.dataset.failed; };
    const answer = await fetch(sound.peaks);
    if (!answer.ok) { failed(); return; }
    const { duration, peaks } = await answer.json();
    // The sound is asked for when it is played, not before: who approves must have heard it, by the access log.
    const media = Object.assign(new Audio(), { preload: "none" });
    const surfer = WaveSurfer.create({ container: wave, media, url: sound.audio, peaks, duration, height: 64, barWidth: 2, barGap: 1, barRadius: 1, normalize: true, cursorWidth: 2, dragToSeek: true, waveColor: style("--accent"), progressColor: style("--accent"), cursorColor: style("--bad"), cspNonce: document.body.dataset.nonce });
    const regions = surfer.registerPlugin(WaveSurfer.Regions.create());
    surfer.on("decode", () => sound.masks.forEach((m) => regions.addRegion({ start: m.start, end: m.end, color: style("--deadair"), drag: false, resize: false })));
    surfer.on("timeupdate", (now) => { document.getElementById("time").textContent = clock(now); });
    surfer.on("play", () => { play.textContent = play.dataset.pause; original?.pause(); wave.dataset.playing = "true"; });
    surfer.on("pause", () => { play.textContent = play.dataset.play; wave.dataset.playing = "false"; });
    // What was played adds up, in whatever order: once that is all of it, it is written down who heard it.
    let told = false;
    const tell = () => {
      let heard = 0;
      for (let n = 0; n < media.played.length; n += 1) heard += media.played.end(n) - media.played.start(n);
      if (told || heard < duration - 0.4) return;
      told = true;
      htmx.ajax("POST", sound.heard, { target: "#heard", swap: "outerHTML" });
    };
    for (const event of ["timeupdate", "pause", "ended"]) media.addEventListener(event, tell);
    surfer.on("ready", () => { wave.dataset.ready = "true"; });
    surfer.on("error", failed);
    play.addEventListener("click", () => surfer.playPause().catch(failed));
    original?.addEventListener("play", () => surfer.pause());
    for (const button of document.querySelectorAll("[data-at]")) button.addEventListener("click", () => { surfer.setTime(Number(button.dataset.at)); surfer.play().catch(failed); });
  }

  if (source) open(JSON.parse(source.textContent)).catch(() => { const wave = document.getElementById("wave"); wave.textContent = wave.dataset.failed; });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const part = document.getElementById("making");
    if (event.detail.target.id === "making" && part && !part.dataset.busy) location.reload();
  });
})();
