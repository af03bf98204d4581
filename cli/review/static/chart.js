// The curve, its episodes, the lanes of the two, tags and topics on one time axis; a click plays from there.
"use strict";
(() => {
  const place = document.getElementById("chart");
  const head = document.getElementById("head");
  if (!place) return;
  const sound = typeof player !== "undefined" ? player.sound : null;
  let shown = null;
  let range = null;

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const clock = (t) => {
    const s = Math.floor(t), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60, two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  };

  function traces(data) {
    const made = [];
    const curve = data.curve;
    if (curve) {
      const x = curve.value.map((_, k) => (k + 0.5) * curve.step);
      const colors = { voice: "--one", words: "--away", floor: "--two", pace: "--towards" };
      for (const { name, weight, value } of curve.parts) {
        if (!value.length) continue;
        made.push({ x, y: value.map((v) => weight * v), stackgroup: "parts", mode: "none", hoverinfo: "skip",
          fillcolor: faint(color(colors[name])), yaxis: "y" });
      }
      made.push({ x, y: curve.value, mode: "lines", line: { color: color("--ink"), width: 1.5 }, yaxis: "y",
        hovertemplate: "%{y:.2f}<extra></extra>" });
    }
    data.lanes.forEach((lane, n) => {
      const x = [], y = [];
      for (const [start, end] of lane.spans) { x.push(start, end, null); y.push(n, n, null); }
      made.push({ x, y, mode: "lines", line: { color: color(n ? "--two" : "--one"), width: 10 }, yaxis: "y2", hoverinfo: "skip" });
    });
    const kinds = { away: ["triangle-up", "--away"], towards: ["triangle-down", "--towards"], open: ["circle", "--soft"] };
    for (const [kind, [symbol, tone]] of Object.entries(kinds)) {
      const of = data.tags.filter((tag) => tag[2] === kind);
      made.push({ x: of.map((tag) => tag[0]), y: of.map((tag) => tag[1] + 0.42), mode: "markers", yaxis: "y2",
        marker: { symbol, size: 8, color: color(tone) }, text: of.map((tag) => escape(tag[3])), hovertemplate: "%{text}<extra></extra>" });
    }
    return made;
  }

  // Plotly reads a little markup in texts; what people said is text.
  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  // Our colors are written as #rrggbb.
  const faint = (tone) => `rgba(${[1, 3, 5].map((k) => parseInt(tone.slice(k, k + 2), 16)).join(",")},0.4)`;

  function layout(data) {
    const font = { color: color("--soft"), size: 12 };
    const axis = { fixedrange: true, showgrid: false, zeroline: false };
    const box = (start, end, fill, y0, y1) => ({ type: "rect", xref: "x", yref: "paper", x0: start, x1: end, y0, y1,
      fillcolor: fill, line: { width: 0 }, layer: "below" });
    const [from, to] = range ?? [0, data.duration];
    const wide = data.topics.filter(([start, end]) => (Math.min(end, to) - Math.max(start, from)) / (to - from) > 0.08);
    const topics = wide.map(([start, , name]) => ({ x: Math.max(start, from), y: 0, xref: "x", yref: "paper", xanchor: "left",
      yanchor: "bottom", text: escape(name), showarrow: false, font, captureevents: false }));
    const names = data.lanes.map((lane, n) => ({ x: 0, y: n - 0.22, xref: "paper", yref: "y2", xanchor: "left", yanchor: "bottom",
      text: escape(lane.name), showarrow: false, font: { ...font, color: color(n ? "--two" : "--one") } }));
    const ticks = ticked([from, to]);
    return {
      autosize: true, margin: { l: 34, r: 8, t: 8, b: 26 }, showlegend: false, hovermode: "closest", dragmode: false,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font,
      xaxis: { ...axis, range: [from, to], tickvals: ticks, ticktext: ticks.map(clock), anchor: "y2" },
      yaxis: { ...axis, domain: [0.48, 1], range: [0, 1], tickvals: [0, 0.5, 1], title: { text: "" } },
      yaxis2: { ...axis, domain: [0.1, 0.44], range: [data.lanes.length - 0.3, -0.5], showticklabels: false },
      shapes: [...data.episodes.map(([a, b]) => box(a, b, color("--rise"), 0.48, 1)),
        ...data.unheard.map(([a, b]) => box(a, b, color("--line"), 0.1, 1)),
        ...data.topics.map(([a, b], n) => box(a, b, faint(color(n % 2 ? "--line" : "--soft")), 0, 0.09)),
        ...data.notes.map(([at]) => ({ type: "line", xref: "x", yref: "paper", x0: at, x1: at, y0: 0.1, y1: 1,
          line: { color: color("--soft"), width: 1, dash: "dot" } }))],
      annotations: [...topics, ...names],
    };
  }

  function ticked([start, end]) {
    const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].find((s) => (end - start) / s <= 9) ?? 7200;
    const found = [];
    for (let t = Math.ceil(start / step) * step; t <= end; t += step) found.push(t);
    return found;
  }

  function draw() {
    return Plotly.react(place, traces(shown), layout(shown), { displayModeBar: false, responsive: true, scrollZoom: false });
  }

  function span() { return range ?? [0, shown.duration]; }

  // Where the plot begins and how wide it is, in pixels: Plotly's own figures.
  function area() {
    const axis = place._fullLayout?.xaxis;
    return axis ? [axis._offset, axis._length] : [0, 1];
  }

  function move(time) {
    if (!shown) return;
    const [start, end] = span();
    const [left, width] = area();
    const inside = time >= start && time <= end;
    head.style.opacity = inside ? 1 : 0;
    head.style.transform = `translateX(${left + ((time - start) / (end - start)) * width}px)`;
    if (range && !inside && sound && !sound.paused) look(time, end - start);
  }

  function look(middle, width) {
    const whole = shown.duration;
    width = Math.min(whole, Math.max(20, width));
    const start = Math.min(whole - width, Math.max(0, middle - width / 2));
    range = width >= whole ? null : [start, start + width];
    draw().then(() => move(sound ? sound.currentTime : 0));
  }

  function timeAt(event) {
    const [left, width] = area();
    const [start, end] = span();
    const share = (event.clientX - place.getBoundingClientRect().left - left) / width;
    return share < 0 || share > 1 ? null : start + share * (end - start);
  }

  let scrubbing = null;
  place.addEventListener("pointerdown", (event) => {
    if (!sound || event.button !== 0 || timeAt(event) === null) return;
    scrubbing = { playing: !sound.paused, from: event.clientX, moved: false };
    place.setPointerCapture(event.pointerId);
  }, true);
  place.addEventListener("pointermove", (event) => {
    if (!scrubbing) return;
    if (Math.abs(event.clientX - scrubbing.from) > 4) scrubbing.moved = true;
    const time = timeAt(event);
    if (scrubbing.moved && time !== null) { sound.pause(); sound.currentTime = time; move(time); }
  }, true);
  place.addEventListener("pointerup", (event) => {
    if (!scrubbing) return;
    const { playing, moved } = scrubbing;
    scrubbing = null;
    const time = timeAt(event);
    if (time === null) return;
    if (!moved || playing) player.play(time); else sound.currentTime = time;
  }, true);

  place.addEventListener("pointercancel", () => { scrubbing = null; });

  document.querySelector(".zoom").addEventListener("click", (event) => {
    const how = event.target.dataset.zoom;
    if (!how || !shown) return;
    const [start, end] = span();
    const middle = sound && sound.currentTime >= start && sound.currentTime <= end ? sound.currentTime : (start + end) / 2;
    look(middle, how === "all" ? Infinity : (end - start) * (how === "in" ? 1 / 3 : 3));
  });

  async function begin() {
    const [answer] = await Promise.all([fetch(`/sessions/${place.dataset.session}/chart`), plotly()]);
    shown = await answer.json();
    await draw();
    if (sound) { player.watch(move); move(sound.currentTime); }
    place.dataset.ready = "yes";
  }

  function plotly() {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = "/static/plotly.js";
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }

  addEventListener("chart", (event) => { shown = event.detail; if (window.Plotly) draw(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (shown) draw(); });
  addEventListener("beforeprint", () => { if (shown) draw(); });
  // The page is painted first; the charts' script is large.
  requestAnimationFrame(() => setTimeout(begin, 0));
})();
