"""A two-hour talk of 3,000 lines in `lens open`: is the page there at once, and does it stay smooth?

    python benchmarks/review.py [--json FILE]

The talk is made of lines from our own dialogues and a made sound of two hours. In a real Chromium:

- *first paint*: from the click on the link to the first contentful paint, in seconds; and until the chart stands.
- *longest task*: on the page's main thread, in ms, while the transcript is scrolled from top to bottom, while the time
  axis is scrubbed from end to end, and while it plays; read from a trace.
- *memory*: JavaScript's heap, and all that the page's process holds, MB.
- *a change*: from the request until the page shows it, in seconds; of a word, a tag, a name and of who said a line.
- *the report*: the self-contained file without sound, MB.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from msgspec.structs import replace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.library import Library  # noqa: E402
from analysis.pipeline import measure  # noqa: E402
from analysis.reading import classified  # noqa: E402
from analysis.report.html import html  # noqa: E402
from analysis.session import Session  # noqa: E402
from recorder.keys import open_or_create  # noqa: E402
from tests.conftest import LENS  # noqa: E402
from tests.support.browsing import chromium  # noqa: E402
from tests.support.evenings import evening  # noqa: E402

PASSPHRASE = "a long evening"
RATE = 16_000


def make(folder: Path) -> Session:
    """The talk, in a library in this folder, with its sound beside it."""
    import soundfile

    sound = folder / "evening.wav"
    noise = np.random.default_rng(0).normal(0, 300, 60 * RATE).astype(np.int16)
    with soundfile.SoundFile(sound, "w", RATE, 1, "PCM_16") as file:
        for _ in range(120):
            file.write(noise)
    session = evening()
    assert session.audio is not None
    with sound.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    session = measure(classified(measure(replace(session, audio=replace(session.audio, sha256=digest)))))
    with Library.open(folder / "library", open_or_create(folder / "library", PASSPHRASE, None).key) as library:
        library.save(session)
        library.revisions.came_from(session.id, sound)
    return session


def longest_task(trace: bytes) -> float:
    """Of the main thread of the page, in ms."""
    events = json.loads(trace)["traceEvents"]
    main = {(e["pid"], e["tid"]) for e in events if e.get("args", {}).get("name") == "CrRendererMain"}
    tasks = [
        e["dur"] / 1000 for e in events if e["name"].endswith("RunTask") and (e["pid"], e["tid"]) in main and "dur" in e
    ]
    return max(tasks, default=0.0)


def bench(folder: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    session = make(folder)
    figures["the report, MB"] = len(html(session).encode()) / 1e6
    env = os.environ | {"LENS_PASSPHRASE": PASSPHRASE}
    command = [str(LENS), "--library", str(folder / "library"), "--json", "open", session.id, "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as server, chromium() as browser:
        assert server.stdout is not None
        link = json.loads(server.stdout.readline())["link"]
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        began = time.perf_counter()
        page.goto(link)
        figures["first paint, s"] = page.evaluate(
            "() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
        )
        page.wait_for_selector("#chart[data-ready]", timeout=60_000)
        figures["chart stands, s"] = time.perf_counter() - began
        page.wait_for_function("() => !document.getElementById('said').textContent", timeout=120_000)
        page.wait_for_timeout(1000)

        def traced(name: str, act: Callable[[], None]) -> None:
            browser.start_tracing(
                page=page, categories=["toplevel", "disabled-by-default-devtools.timeline", "devtools.timeline"]
            )
            act()
            page.wait_for_timeout(300)
            figures[f"longest task, {name}, ms"] = longest_task(browser.stop_tracing())

        def scroll() -> None:
            page.mouse.move(640, 400)
            for _ in range(150):
                page.mouse.wheel(0, 2000)
                page.wait_for_timeout(16)

        def scrub() -> None:
            page.evaluate("document.getElementById('curve').scrollIntoView()")
            page.wait_for_timeout(200)
            box = page.locator("#chart").bounding_box()
            assert box
            page.mouse.move(box["x"] + 60, box["y"] + 100)
            page.mouse.down()
            for k in range(100):
                page.mouse.move(box["x"] + 60 + k * (box["width"] - 80) / 100, box["y"] + 100)
                page.wait_for_timeout(16)
            page.mouse.up()

        def play() -> None:
            page.evaluate("document.getElementById('talk').scrollIntoView()")
            page.evaluate("player.play(100)")
            page.wait_for_timeout(8000)
            page.evaluate("player.sound.pause()")

        traced("scrolling", scroll)
        traced("scrubbing", scrub)
        traced("playing", play)
        figures["JavaScript heap, MB"] = page.evaluate("() => performance.memory.usedJSHeapSize / 1e6")
        figures["the page's process, MB"] = resident()
        line = session.utterances[1500]
        for name, change in {
            "a word": {"type": "word", "line": line.id, "number": 0, "text": "Actually"},
            "a tag": {"type": "tag", "line": line.id, "label": "repair", "verdict": "added"},
            "a name": {"type": "name", "speaker": "S1", "name": "Mia"},
            "who said a line": {"type": "speaker", "line": line.id, "speaker": "S2"},
        }.items():
            for time_of in ("first", "again"):
                figures[f"a change, {name}, {time_of}, s"] = page.evaluate(
                    """async change => {
                      const began = performance.now();
                      const answer = await fetch(`${location.pathname}/changes`, {method: "POST",
                        headers: {"Content-Type": "application/json"}, body: JSON.stringify(change)});
                      const found = await answer.json();
                      if (!answer.ok) throw found.trouble;
                      return (performance.now() - began) / 1000; }""",
                    change,
                )
                page.evaluate(
                    "() => fetch(`${location.pathname}/undo`, {method: 'POST', body: '{}',"
                    " headers: {'Content-Type': 'application/json'}}).then(a => a.json())"
                )
        server.terminate()
    return figures


def resident() -> float:
    """What the largest of Chromium's page processes holds for itself, MB."""
    import psutil

    pages = [p for p in psutil.process_iter(["cmdline"]) if "--type=renderer" in (p.info["cmdline"] or [])]
    return max((process.memory_full_info().uss / 1e6 for process in pages), default=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = bench(Path(folder))
    for name, value in figures.items():
        print(f"{name:40}{value:10.2f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
