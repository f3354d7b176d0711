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
  const speed = document.getElementById("speed");
  const overview = document.getElementById("overview");
  const KEPT = "hotline-qa.sound"; // speed and loudness, for this browser
  const STEP_DB = 3;
  const MOST_PX_PER_S = 300;
  let lines = [];
  let words = [];
  const channelColour = (channel) => style(sound.operator === null || sound.channels < 2 ? "--accent" : channel === sound.operator ? "--operator" : "--caller");
  let surfer = null;
  let regions = null;
  let playingLine = null;
  let playingWord = null;
  let focused = [];
  let volume = null;
  let last = null; // the stretch that was played last
  let zoomed = 0; // how often the waveform was doubled
  let map = null;

  function timed(element) { return { element, start: Number(element.dataset.start), end: Number(element.dataset.end) }; }
  function clock(s) { const t = Math.round(s * 10); return `${Math.floor(t / 600)}:${String(Math.floor(t / 10) % 60).padStart(2, "0")}.${t % 10}`; }

  // Lines are put anew when somebody corrects one.
  function read() {
    lines = [...document.querySelectorAll("#transcript .line")].map(timed);
    words = [...document.querySelectorAll("#transcript .w")].map(timed);
    playingLine = playingWord = null;
  }

  function kept() { try { return JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { return {}; } }
  function keep(what) { try { localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...what })); } catch { /* forbidden: for this page only */ } }

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
    last = { start, end };
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
    volume = loudness(surfer.getMediaElement(), sound.channels, Number(kept().db ?? 0));
    surfer.on("play", () => { volume.playing(); play.textContent = play.dataset.pause; wave.dataset.playing = "true"; });
    surfer.on("pause", () => { play.textContent = play.dataset.play; wave.dataset.playing = "false"; });
    surfer.on("error", failed);
    surfer.on("ready", () => { rate(kept().speed ?? "1"); showVolume(); arrive(); wave.dataset.ready = "true"; });
    play.addEventListener("click", toggle);
    speed.addEventListener("change", () => { rate(speed.value); keep({ speed: speed.value }); speed.blur(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { surfer.setOptions(colours()); regions.clearRegions(); addRegions(); focus(focused); });
  }

  function rate(wanted) {
    speed.value = wanted;
    if (speed.selectedIndex < 0) speed.value = "1";
    surfer.setPlaybackRate(Number(speed.value), true);
  }

  function faster(by) {
    const place = Math.min(Math.max(speed.selectedIndex + by, 0), speed.options.length - 1);
    rate(speed.options[place].value);
    keep({ speed: speed.value });
  }

  function showVolume() {
    const db = volume.db();
    document.getElementById("gain").textContent = `${db > 0 ? "+" : ""}${db} dB`;
    for (const button of document.querySelectorAll("button[data-side]")) button.setAttribute("aria-pressed", String(volume.heard(Number(button.dataset.side))));
  }

  function louder(by) { keep({ db: volume.step(by * STEP_DB) }); showVolume(); }
  function mute(side) { volume.toggle(side); showVolume(); }

  // Twice as close each time; once not all is seen, a small waveform of all of it shows what is.
  function zoom(by) {
    const whole = wave.clientWidth / surfer.getDuration();
    const wanted = Math.max(0, zoomed + by);
    if (wanted > zoomed && whole * 2 ** wanted > MOST_PX_PER_S) return;
    zoomed = wanted;
    surfer.zoom(zoomed ? whole * 2 ** zoomed : 0);
    surfer.getWrapper().parentElement.tabIndex = zoomed ? 0 : -1; // what scrolls can be reached without a mouse
    overview.hidden = !zoomed;
    if (zoomed && !map) map = surfer.registerPlugin(WaveSurfer.Minimap.create({ container: overview, height: 22, normalize: true, dragToSeek: true, overlayColor: style("--current"), waveColor: style("--dim"), progressColor: style("--accent"), cursorColor: style("--bad"), cspNonce: document.body.dataset.nonce }));
    if (!zoomed && map) { map.destroy(); map = null; }
  }

  function again() {
    if (last) span(last.start, last.end);
    else { surfer.setTime(Math.max(0, surfer.getCurrentTime() - 3)); surfer.play().catch(() => failed()); }
  }

  function toggle() { if (surfer) surfer.playPause().catch(() => failed()); }
  // A link into the call says at which second: #t=12.3, in seconds, as media fragments are written (W3C).
  function arrive() { const asked = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash); if (asked) seek(Number(asked[1])); }
  window.addEventListener("hashchange", arrive);
  function seek(s) { if (surfer) { mark(null); surfer.setTime(s); } }

  document.getElementById("transcript").addEventListener("click", (event) => {
    const word = event.target.closest(".w, [data-seek]");
    if (word && surfer && !String(getSelection())) { seek(Number(word.dataset.seek ?? word.dataset.start)); surfer.play().catch(() => failed()); }
  });
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.closest?.("#transcript") || event.detail.target.matches?.(".line")) setTimeout(read); });
  read();
  open().catch(() => failed());

  return {
    toggle,
    focus,
    again: () => { if (surfer) again(); },
    faster: (by) => { if (surfer) faster(by); },
    louder: (by) => { if (volume) louder(by); },
    mute: (side) => { if (volume) mute(side); },
    zoom: (by) => { if (surfer?.getDuration()) zoom(by); },
    line: () => lines.findLast((l) => l.start <= (surfer ? surfer.getCurrentTime() : 0))?.element ?? lines[0]?.element ?? null,
    span: (start, end) => { if (surfer) span(start, end); },
    skip: (s) => { if (surfer) surfer.setTime(Math.min(Math.max(0, surfer.getCurrentTime() + s), surfer.getDuration())); },
    now: () => (surfer ? surfer.getCurrentTime() : 0),
    playing: () => Boolean(surfer && surfer.isPlaying()),
  };
})();
