// Role-play: the caller's words play, the trainee answers. Space starts and ends the answer, P pauses either, R plays
// again, N goes on. What is recorded goes through the same form as a file that is sent, so that both are taken alike.
"use strict";
(() => {
  const box = document.getElementById("playing");
  if (!box) return;
  const [audio, hear, answer, pause, clock, telling, trouble] = ["recording", "hear", "answer", "pause", "clock", "telling", "trouble"].map((id) => document.getElementById(id));
  const [form, upload, next] = ["sending", "upload", "next"].map((id) => document.getElementById(id));
  const KINDS = [["audio/webm;codecs=opus", "webm"], ["audio/mp4", "m4a"], ["audio/ogg;codecs=opus", "ogg"]];
  let until = Infinity;
  let recorder = null;
  let ticking = 0;
  let spoken = 0;
  let asking = false;

  function tell(word, live = false) { telling.textContent = box.dataset[word]; telling.classList.toggle("live", live); }

  function complain(word) { trouble.textContent = box.dataset[word]; trouble.hidden = false; upload.open = true; }

  // The caller, from the first to the last word of this round.
  function play() {
    if (recorder) return;
    const go = () => {
      until = Number(box.dataset.end) + 0.15;
      audio.currentTime = Math.max(0, Number(box.dataset.start) - 0.1);
      pause.disabled = false;
      pause.textContent = pause.dataset.pauseWord;
      audio.play().then(() => tell("hearing")).catch(() => { until = Infinity; telling.textContent = audio.dataset.failed; });
    };
    if (audio.readyState >= 1) go();
    else { audio.addEventListener("loadedmetadata", go, { once: true }); audio.load(); }
  }

  function heard() {
    if (until === Infinity) return;
    until = Infinity;
    audio.pause();
    if (!recorder) { pause.disabled = true; tell("yourTurn"); answer.focus(); }
  }
  audio.addEventListener("timeupdate", () => { if (audio.currentTime >= until) heard(); });
  audio.addEventListener("ended", heard);

  function show() {
    const seconds = Math.floor(spoken);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function tick() {
    if (recorder?.state !== "recording") return;
    spoken += 0.25;
    show();
    if (spoken >= Number(box.dataset.most) - 1) { stop(); complain("longest"); }
  }

  async function microphone() {
    if (!window.isSecureContext) { complain("insecure"); return null; }
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) { complain("unable"); return null; }
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch (error) {
      complain({ NotAllowedError: "denied", NotReadableError: "busy" }[error.name] || "unable");
      return null;
    }
  }

  async function start() {
    if (asking) return;
    asking = true;
    until = Infinity;
    audio.pause();
    const stream = await microphone();
    asking = false;
    if (!stream) return;
    const kind = KINDS.find(([type]) => MediaRecorder.isTypeSupported(type));
    const parts = [];
    recorder = new MediaRecorder(stream, kind ? { mimeType: kind[0], audioBitsPerSecond: 64000 } : undefined);
    recorder.addEventListener("dataavailable", (event) => { if (event.data.size) parts.push(event.data); });
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      ended(new Blob(parts, { type: recorder.mimeType }), kind ? kind[1] : "webm");
    });
    trouble.hidden = true;
    spoken = 0;
    show();
    recorder.start(1000);
    ticking = setInterval(tick, 250);
    answer.textContent = answer.dataset.stopWord;
    pause.disabled = false;
    hear.disabled = true;
    tell("recording", true);
  }

  function stop() { if (recorder && recorder.state !== "inactive") recorder.stop(); }

  function ended(blob, suffix) {
    clearInterval(ticking);
    recorder = null;
    answer.textContent = answer.dataset.startWord;
    pause.textContent = pause.dataset.pauseWord;
    pause.disabled = true;
    hear.disabled = false;
    if (!blob.size) { tell("nothing"); return; }
    const files = new DataTransfer();
    files.items.add(new File([blob], `answer.${suffix}`, { type: blob.type }));
    form.elements.sound.files = files.files;
    tell("sending");
    form.requestSubmit();
  }

  function rest() {
    if (recorder?.state === "recording") { recorder.pause(); pause.textContent = pause.dataset.onWord; tell("paused"); }
    else if (recorder?.state === "paused") { recorder.resume(); pause.textContent = pause.dataset.pauseWord; tell("recording", true); }
    else if (until === Infinity) return;
    else if (audio.paused) { audio.play(); pause.textContent = pause.dataset.pauseWord; tell("hearing"); }
    else { audio.pause(); pause.textContent = pause.dataset.onWord; tell("paused"); }
  }

  hear.addEventListener("click", play);
  answer.addEventListener("click", () => { if (recorder) stop(); else start(); });
  pause.addEventListener("click", rest);
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    form.elements.sound.value = "";
    if (event.detail.successful) tell("sent"); else tell("yourTurn");
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const field = event.target.closest("input, textarea, select, summary, audio, a, button");
    const key = event.key.toLowerCase();
    if (field && (!["BUTTON", "A"].includes(field.tagName) || (key === " " && field !== answer && field !== hear && field !== next))) return;
    if (key === " ") { event.preventDefault(); if (recorder) stop(); else start(); }
    else if (key === "p") rest();
    else if (key === "r") play();
    else if (key === "n" && !recorder) next.click();
  });
  // The space that a focused button would take for a click of its own.
  document.addEventListener("keyup", (event) => { if (event.key === " " && [answer, hear].includes(event.target)) event.preventDefault(); });
  addEventListener("beforeunload", (event) => { if (recorder) event.preventDefault(); });
})();
