"use strict";
for (const article of document.querySelectorAll("article")) {
  const sound = article.querySelector("audio");
  const lines = [...article.querySelectorAll(".talk p")];
  const follow = () => {
    const at = sound.currentTime * 1000;
    for (const line of lines) line.classList.toggle("now", !sound.paused && at >= +line.dataset.start && at < +line.dataset.end);
  };
  for (const kind of ["timeupdate", "seeked", "pause", "ended"]) sound.addEventListener(kind, follow);
  sound.addEventListener("play", () => {
    for (const other of document.querySelectorAll("audio")) if (other !== sound) other.pause();
  });
  for (const line of lines) {
    line.querySelector("button").addEventListener("click", () => {
      sound.currentTime = +line.dataset.start / 1000;
      sound.play();
    });
  }
}
