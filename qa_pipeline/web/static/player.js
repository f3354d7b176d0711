// One call's sound: the waveform, spans that play exactly, and the transcript that follows.
"use strict";
window.Player = (() => {
  const PAD_S = 0.25;
  const source = document.getElementById("sound");
  if (!source) return null;
  const sound = JSON.parse(source.textContent);
  const say = JSON.parse(document.getElementById("words").textContent);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const wave = document.getElementById("wave");
  const time = document.getElementById("time");
  const play = document.getElementById("play");
  const follow = document.getElementById("follow");
  const lines = [...document.querySelectorAll("#transcript .line")].map(timed);
  const words = [...document.querySelectorAll("#transcript .w")].map(timed);
  const channelColour = (channel) => style(sound.operator === null || sound.channels < 2 ? "--accent" : channel === sound.operator ? "--operator" : "--caller");
  let surfer = null;
  let regions = null;
  let playingLine = null;
  let playingWord = null;
  let focused = [];

  function timed(element) { return { element, start: Number(element.dataset.start), end: Number(element.dataset.end) }; }
  function clock(s) { const t = Math.round(s * 10); return `${Math.floor(t / 600)}:${String(Math.floor(t / 10) % 60).padStart(2, "0")}.${t % 10}`; }

  function colours() {
    const height = sound.channels > 1 ? 44 : 64;
    const channel = (i) => ({ waveColor: channelColour(i), progressColor: channelColour(i), height });
    return { cursorColor: style("--bad"), height, ...(sound.channels > 1 ? { splitChannels: [channel(0), channel(1)] } : channel(0)) };
  }

  function addRegions() {
    const add = (span, colour, channel) => regions.addRegion({ start: span.start, end: Math.max(span.end, span.start + 0.05), color: style(colour), drag: false, resize: false, ...(channel !== undefined && sound.channels > 1 ? { channelIdx: channel } : {}) });
    sound.deadairs.forEach((s) => add(s, "--deadair"));
    sound.unintelligible.forEach((s) => add(s, "--unheard", s.channel));
    sound.talkovers.forEach((s) => add(s, "--talkover"));
    const drawn = new Set();
    // What passed, and the windows searched in vain, would paint the whole call: they show while their finding is current.
    for (const button of document.querySelectorAll(".finding:not(.pass) button.ev:not(.absence)")) {
      const place = `${button.dataset.start} ${button.dataset.end} ${button.dataset.channel}`;
      if (drawn.has(place)) continue;
      drawn.add(place);
      const region = add(timed(button), "--evidence", Number(button.dataset.channel));
      region.on("click", (event) => { event.stopPropagation(); document.dispatchEvent(new CustomEvent("evidence", { detail: button.isConnected ? button : document.querySelector(`button.ev[data-start="${button.dataset.start}"][data-end="${button.dataset.end}"]`) })); });
    }
  }

  // The current finding's places stand out, among them the windows in which something was missed.
  function focus(spans) {
    focused = spans;
    if (!surfer?.getDuration() || !regions) return;
    regions.getRegions().filter((r) => r.id.startsWith("current-")).forEach((r) => r.remove());
    spans.forEach((s, i) => regions.addRegion({ id: `current-${i}`, start: s.start, end: Math.max(s.end, s.start + 0.05), color: style("--current"), drag: false, resize: false, ...(sound.channels > 1 ? { channelIdx: s.channel } : {}) }));
  }

  function show(now) {
    time.textContent = clock(now);
    const word = words.find((w) => now >= w.start && now < w.end)?.element || null;
    if (word !== playingWord) { playingWord?.classList.remove("now"); word?.classList.add("now"); playingWord = word; }
    const line = lines.find((l) => now >= l.start && now < l.end)?.element || null;
    if (line === playingLine || !line) return;
    playingLine?.classList.remove("playing");
    line.classList.add("playing");
    playingLine = line;
    if (follow.checked && surfer.isPlaying()) into(line);
  }

  function into(line) {
    const pane = document.getElementById("transcript");
    const top = line.offsetTop - pane.offsetTop;
    if (top < pane.scrollTop + 30 || top + line.offsetHeight > pane.scrollTop + pane.clientHeight - 30) pane.scrollTo({ top: top - pane.clientHeight / 3 });
  }

  function mark(span) {
    for (const word of words) word.element.classList.toggle("marked", Boolean(span) && word.start < span.end && word.end > span.start);
    const first = span && words.find((w) => w.element.classList.contains("marked"));
    if (first) into(first.element.closest(".line"));
  }

  function span(start, end) {
    mark({ start, end });
    surfer.play(Math.max(0, start - PAD_S), Math.min(end + PAD_S, surfer.getDuration())).catch(() => failed());
  }

  function failed() { wave.dataset.error = "true"; window.dispatchEvent(new CustomEvent("notice", { detail: say.audio })); }

  async function open() {
    const answer = await fetch(sound.peaks);
    if (!answer.ok) { failed(); return; }
    const { duration, peaks } = await answer.json();
    const loudest = Math.max(0.05, ...peaks.map((channel) => channel.reduce((a, b) => Math.max(a, b), 0)));
    wave.classList.toggle("mono", sound.channels < 2);
    surfer = WaveSurfer.create({ container: wave, url: sound.audio, peaks, duration, maxPeak: loudest, barWidth: 2, barGap: 1, barRadius: 1, barHeight: 1.7, cursorWidth: 2, dragToSeek: true, cspNonce: document.body.dataset.nonce, ...colours() });
    regions = surfer.registerPlugin(WaveSurfer.Regions.create());
    surfer.on("decode", () => { addRegions(); focus(focused); });
    surfer.on("timeupdate", show);
    surfer.on("play", () => { play.textContent = play.dataset.pause; wave.dataset.playing = "true"; });
    surfer.on("pause", () => { play.textContent = play.dataset.play; wave.dataset.playing = "false"; });
    surfer.on("error", failed);
    surfer.on("ready", () => { wave.dataset.ready = "true"; });
    play.addEventListener("click", toggle);
    document.getElementById("speed").addEventListener("change", (event) => { surfer.setPlaybackRate(Number(event.target.value), true); event.target.blur(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { surfer.setOptions(colours()); regions.clearRegions(); addRegions(); focus(focused); });
  }

  function toggle() { if (surfer) surfer.playPause().catch(() => failed()); }
  function seek(s) { if (surfer) { mark(null); surfer.setTime(s); } }

  document.getElementById("transcript").addEventListener("click", (event) => {
    const word = event.target.closest(".w, [data-seek]");
    if (word && surfer && !String(getSelection())) { seek(Number(word.dataset.seek ?? word.dataset.start)); surfer.play().catch(() => failed()); }
  });
  open().catch(() => failed());

  return {
    toggle,
    focus,
    span: (start, end) => { if (surfer) span(start, end); },
    skip: (s) => { if (surfer) surfer.setTime(Math.min(Math.max(0, surfer.getCurrentTime() + s), surfer.getDuration())); },
    now: () => (surfer ? surfer.getCurrentTime() : 0),
    playing: () => Boolean(surfer && surfer.isPlaying()),
  };
})();
