// Changing a session: forms are sent as JSON, and what the answer brings is put in the place of what is shown.
"use strict";
(() => {
  const chart = document.getElementById("chart");
  const said = document.getElementById("said");
  const undo = document.getElementById("undo");
  const dialog = document.getElementById("edit");
  const body = document.getElementById("edit-body");
  const id = chart ? chart.dataset.session : null;
  let editing = null;
  let token = chart ? chart.dataset.token : null;
  let sending = Promise.resolve();

  // Whoever is here keeps the library open; whoever only left the page open does not.
  let active = true;
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, () => { active = true; }, { passive: true });
  setInterval(() => {
    const playing = typeof player !== "undefined" && player.sound && !player.sound.paused;
    if (active || playing) fetch("/alive").catch(ended);
    active = false;
  }, 60000);

  function ended() {
    tell("This page has ended and the library is locked. Run `lens open` again.", true);
  }

  function tell(text, wrong = false) {
    if (!said) return;
    said.textContent = text;
    said.className = wrong ? "trouble error" : "soft";
  }

  // One after the other: each is about what the one before has left.
  function send(path, change) {
    sending = sending.then(() => sendNow(path, change));
  }

  async function sendNow(path, change) {
    tell("…");
    let answer;
    try {
      answer = await fetch(`/sessions/${id}/${path}`, {
        method: "POST", headers: { "Content-Type": "application/json", "X-Seen": token }, body: JSON.stringify(change) });
    } catch {
      return ended();
    }
    const found = await answer.json().catch(() => ({ trouble: "That did not work: reload the page." }));
    if (!answer.ok) return tell(`Not done: ${found.trouble}.`, true);
    show(found);
    tell(path === "undo" ? "Taken back." : "Saved.");
    if (change.type === "speaker") dialog.close();
    else if (dialog.open && editing) await refresh(change.type);
  }

  function show(found) {
    token = found.token;
    for (const [line, html] of Object.entries(found.lines)) {
      const old = document.getElementById(line) ?? document.getElementById(`note-${line}`);
      if (old) old.outerHTML = html;
    }
    if (found.talk !== null) document.getElementById("lines").innerHTML = found.talk;
    for (const [place, html] of Object.entries(found.sections)) {
      const old = document.getElementById(place);
      const open = old.querySelector("details")?.open;
      const typed = [...old.querySelectorAll("form.change")].map((form) => {
        const field = form.querySelector("input:not([type=hidden])");
        return [field.value, field.value !== field.defaultValue, field === document.activeElement];
      });
      old.innerHTML = html;
      if (open) old.querySelector("details").open = true;
      // What somebody is typing elsewhere in it stays.
      old.querySelectorAll("form.change").forEach((form, k) => {
        const field = form.querySelector("input:not([type=hidden])");
        if (!typed[k]) return;
        if (typed[k][1]) field.value = typed[k][0];
        if (typed[k][2]) field.focus();
      });
    }
    if (found.title) document.getElementById("title").textContent = found.title;
    undo.disabled = !found.undo;
    undo.textContent = found.undo ? `Undo: ${found.undo}` : "Undo";
    if (typeof player !== "undefined" && player.sound) player.collect();
    if (found.chart) dispatchEvent(new CustomEvent("chart", { detail: found.chart }));
  }

  async function fetched(line) {
    const answer = await fetch(`/sessions/${id}/lines/${line}`).catch(ended);
    return answer?.ok ? answer.text() : null;
  }

  async function edit(line) {
    const html = await fetched(line);
    if (html === null) return;
    body.innerHTML = html;
    editing = line;
    dialog.showModal();
  }

  // After a change only the tags are drawn anew: in the fields somebody may be typing.
  async function refresh(kind) {
    if (kind === "note") body.querySelector("form[data-kind=note]").reset();
    const html = await fetched(editing);
    if (html === null) return;
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("edit-tags");
    const old = document.getElementById("edit-tags");
    const all = (part) => [...part.querySelectorAll("select, button")];
    const at = all(old).indexOf(document.activeElement);
    old.replaceWith(fresh);
    if (at >= 0) all(fresh)[Math.min(at, all(fresh).length - 1)].focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.change");
    if (!form) return;
    event.preventDefault();
    const word = form.querySelector("input.word");
    if (word) {
      // Enter sends a form twice: once since the field changed, once since it is Enter.
      if (word.value === word.defaultValue) return;
      word.defaultValue = word.value;
    }
    const change = Object.fromEntries(new FormData(form, event.submitter));
    send("changes", { type: form.dataset.kind, ...change });
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".words input")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.line) edit(button.dataset.line);
    else if (button.dataset.note) send("changes", { type: "unnote", note: button.dataset.note });
    else if (button.id === "edit-close") dialog.close();
    else if (button === undo) send("undo", {});
  });
  document.addEventListener("keydown", (event) => {
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog, summary")) return;
    const now = document.querySelector(".line.now");
    if (event.key === "e" && now) edit(now.id);
    else if (event.key === "u" && !undo.disabled) send("undo", {});
    else return;
    event.preventDefault();
  });
  dialog?.addEventListener("close", () => {
    document.querySelector(`[data-line="${editing}"]`)?.focus();
    editing = null;
  });
  // Long sound takes some seconds to be deciphered.
  async function decoding() {
    const answer = await fetch(`/sessions/${id}/decoding`).catch(() => null);
    if (!answer?.ok) return;
    const { progress, trouble } = await answer.json();
    if (trouble) tell(trouble, true);
    else if (progress < 1) { tell(`The sound is being made ready: ${Math.round(100 * progress)} %`); setTimeout(decoding, 500); }
    else if (said.textContent.startsWith("The sound")) tell("");
  }
  if (id && document.getElementById("sound")) decoding();
})();
