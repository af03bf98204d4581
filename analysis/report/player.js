// The sound and the page in step: buttons play their seconds, the transcript follows, keys move about.
"use strict";
const player = (() => {
  const sound = document.getElementById("sound");
  const follow = document.getElementById("follow");
  const speed = document.getElementById("speed");
  const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let until = Infinity;
  let lines = [];
  let now = null;
  const watchers = [];

  function collect() {
    lines = [...document.querySelectorAll("[data-start]")].map(
      (line) => [Number(line.dataset.start), Number(line.dataset.end), line]);
    now = null;
    show();
  }

  // The line that began last before this moment.
  function at(time) {
    let low = 0, high = lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lines[middle][0] <= time + 0.02) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  // Whoever looks at the curve is not taken away from it.
  function inTranscript() {
    const box = document.getElementById("lines").getBoundingClientRect();
    return box.top < innerHeight * 0.8 && box.bottom > innerHeight * 0.2;
  }

  function show() {
    const found = lines[at(sound.currentTime)];
    const line = found ? found[2] : null;
    if (line !== now) {
      if (now) { now.classList.remove("now"); now.removeAttribute("aria-current"); }
      now = line;
      if (now) {
        now.classList.add("now");
        now.setAttribute("aria-current", "true");
        if (follow.checked && !sound.paused && inTranscript()) {
          now.scrollIntoView({ block: "center", behavior: still.matches ? "instant" : "smooth" });
        }
      }
    }
    if (sound.currentTime >= until) { until = Infinity; sound.pause(); }
    for (const watch of watchers) watch(sound.currentTime);
  }

  function tick() {
    show();
    if (!sound.paused) requestAnimationFrame(tick);
  }

  function play(from, to = Infinity) {
    until = to;
    sound.currentTime = from;
    sound.play().catch(() => {});
  }

  function step(by) {
    if (!lines.length) return;
    const here = at(sound.currentTime);
    let next = Math.min(lines.length - 1, Math.max(0, here + by));
    // Two who begin at once are one place.
    while (by < 0 && next > 0 && here >= 0 && lines[next][0] === lines[here][0]) next -= 1;
    until = Infinity;
    sound.currentTime = lines[next][0];
    show();
    lines[next][2].scrollIntoView({ block: "center", behavior: "instant" });
  }

  function setSpeed(rate) {
    sound.playbackRate = rate;
    speed.textContent = `speed ${rate}×`;
  }

  function key(event) {
    const on = event.target.closest("input, textarea, select, dialog, button, a, summary, audio, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A focused button or box keeps its own keys; letters and digits mean nothing to a button.
    if (on && !(on.matches("button, a, summary") && !on.closest("dialog") && event.key !== " ")) return;
    const move = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
    if (event.key === " ") {
      until = Infinity;
      if (sound.paused) sound.play().catch(() => {}); else sound.pause();
    }
    else if (move && event.target.closest("[tabindex='0']")) return;
    else if (move) { until = Infinity; sound.currentTime = Math.max(0, sound.currentTime + move); }
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key >= "1" && event.key <= "9") setSpeed(SPEEDS[Number(event.key) - 1]);
    else return;
    event.preventDefault();
  }

  if (sound) {
    collect();
    sound.addEventListener("play", () => requestAnimationFrame(tick));
    sound.addEventListener("seeked", show);
    sound.addEventListener("timeupdate", show);
    document.addEventListener("keydown", key);
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-from]");
      if (button) play(Number(button.dataset.from), Number(button.dataset.to));
    });
  }
  return { play, collect, sound, watch: (of) => watchers.push(of) };
})();
