"""The choice of decoding, measured: one variant of options per line of a table.

    python benchmarks/decoding.py [--only NAME ...] [--every 3] [--json FILE]

Each variant transcribes the phone sample, the example and every third spoken dialogue (`--every`); all variants share
one diarization, except those that vary its step. The base line is what the program does: windows, int8, beam 5, no
context, Silero's voice filter with the library's options. Each line says in what a variant differs from it. Attribution
is the program's. *Lost answers* are one-word turns and one-word sentences that were not heard (of so many). Time is
seconds of work per second of sound: of transcription, and where its step varies of diarization too.

Whisper's sampling at higher temperatures, to which it falls back when a decoding fails, is seeded alike for all.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import metrics, recipes  # noqa: E402
from benchmarks.material import Item, items  # noqa: E402
from benchmarks.metrics import Said  # noqa: E402

DISFLUENT = "Umm, let me think, hmm... Okay, yeah, mm-hmm."
BASE: Mapping[str, Any] = {
    "language": "en",
    "beam_size": 5,
    "condition_on_previous_text": False,
    "word_timestamps": True,
    "vad_filter": True,
}


@dataclass(frozen=True)
class Variant:
    """What differs from the base line: options of `transcribe`, and how it is called."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    compute: str = "int8"
    threads: int = recipes.CORES
    batched: bool = False
    whole: bool = False
    step: float | None = None
    """Another distance of the segmentation's chunks, as a share of their duration."""


def _vad(**options: float) -> dict[str, Any]:
    return {"vad_parameters": options}


VARIANTS = (
    Variant("base line"),
    Variant("beam 1", {"beam_size": 1}),
    Variant("beam 2", {"beam_size": 2}),
    Variant("beam 8", {"beam_size": 8}),
    Variant("no voice filter", {"vad_filter": False}),
    Variant("voice filter: silence 500 ms", _vad(min_silence_duration_ms=500)),
    Variant("voice filter: silence 500 ms, threshold 0.35", _vad(min_silence_duration_ms=500, threshold=0.35)),
    Variant("voice filter: threshold 0.3, pad 600 ms", _vad(threshold=0.3, speech_pad_ms=600)),
    Variant("voice filter: threshold 0.65", _vad(threshold=0.65)),
    Variant("whole file", whole=True),
    Variant("whole file, context", {"condition_on_previous_text": True}, whole=True),
    Variant("whole file, batched", batched=True, whole=True),
    Variant("windows, batched", batched=True),
    Variant("float32", compute="float32"),
    Variant("int8_float32", compute="int8_float32"),
    Variant("1 thread", threads=1),
    Variant("disfluent prompt", {"initial_prompt": DISFLUENT}),
    Variant("disfluent hotwords", {"hotwords": "umm hmm okay yeah mm-hmm"}),
    Variant("segmentation step 0.1", step=0.1),
    Variant("segmentation step 0.5", step=0.5),
)


@dataclass(frozen=True)
class Recording:
    """An item with its sound in memory and who was heard in it."""

    item: Item
    windows: Sequence[Any]
    heard: Any
    work: float

    @property
    def seconds(self) -> float:
        """Seconds of sound."""
        return float(self.windows[-1].end)


def load(item: Item, step: float | None = None) -> Recording:
    """Read and diarize, with the program's distance of chunks or another."""
    from analysis.audio import windows
    from analysis.speech import diarization

    usual = diarization.STEP
    diarization.STEP = step or usual
    try:
        sound = list(windows(item.sound))
        stage = recipes.stages(item.speakers)["voices"]
        listen = stage.open({})
        began = time.monotonic()
        stored = {window.index: listen(window) for window in sound}
        work = time.monotonic() - began
        return Recording(item, sound, stage.finish(stored), work)
    finally:
        diarization.STEP = usual


def transcriber(variant: Variant) -> Callable[[Recording], tuple[Any, ...]]:
    """The function that hears the words of a recording in this way."""
    import ctranslate2
    import numpy as np
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from analysis.session import Word
    from analysis.weights import prepare

    folder = str(prepare("base").folder)
    model = WhisperModel(
        folder, device="cpu", compute_type=variant.compute, cpu_threads=variant.threads, local_files_only=True
    )
    options = {**BASE, **variant.options}
    pipeline = BatchedInferencePipeline(model) if variant.batched else model

    def pieces(recording: Recording) -> list[tuple[float, Any]]:
        if variant.whole:
            return [(0.0, np.concatenate([window.samples for window in recording.windows]))]
        return [(window.start, window.samples) for window in recording.windows]

    def hear(recording: Recording) -> tuple[Any, ...]:
        ctranslate2.set_random_seed(1)
        return tuple(
            Word(text=word.word.strip(), start=at + word.start, end=at + max(word.start, word.end))
            for at, samples in pieces(recording)
            for segment in pipeline.transcribe(samples, **options)[0]
            for word in segment.words or ()
            if word.word.strip()
        )

    return hear


def measure(variant: Variant, recordings: Sequence[Recording]) -> list[dict[str, Any]]:
    """One row for each set."""
    from analysis.speech.attribution import attribute

    hear = transcriber(variant)
    rows: dict[str, dict[str, Any]] = {}
    for recording in recordings:
        item = recording.item
        began = time.monotonic()
        words = hear(recording)
        work = time.monotonic() - began + (recording.work if variant.step else 0.0)
        words = attribute(words, recording.heard.turns or (), recording.heard.likeness)
        found = [Said(word.speaker, word.text, word.start, word.end) for word in words if word.supported]
        people = metrics.placed(item.said, found).people
        row = rows.setdefault(item.set, dict.fromkeys(("seconds", "work", "words", "wer", "cp", "lost", "short"), 0))
        row["seconds"] += recording.seconds
        row["work"] += work
        row["words"] += len(item.words)
        row["wer"] += metrics.word_errors(item.said, found)
        row["cp"] += metrics.cp_errors(item.said, found)
        short = metrics.short_answers(metrics.sentences(item.said), found, people)
        row["short"] += short.count
        row["lost"] += short.count - short.heard
    return [
        {
            "decoding": variant.name,
            "set": name,
            "WER": round(row["wer"] / row["words"], 4),
            "cpWER": round(row["cp"] / row["words"], 4),
            "lost answers": row["lost"],
            "of": row["short"],
            "time": round(row["work"] / row["seconds"], 3),
        }
        for name, row in rows.items()
    ]


def chosen(every: int) -> list[Item]:
    """The sets that have words, and of the spoken dialogues every so manieth."""
    worded = [item for item in items() if item.said]
    dialogues = [item for item in worded if item.set == "spoken dialogues"]
    return [item for item in worded if item not in dialogues] + dialogues[::every]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", help="; ".join(variant.name for variant in VARIANTS))
    parser.add_argument("--every", type=int, default=3, help="take every so manieth spoken dialogue")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    metrics.hush()
    material = chosen(options.every)
    usual = [load(item) for item in material]
    rows: list[dict[str, Any]] = []
    for variant in VARIANTS:
        if options.only and variant.name not in options.only:
            continue
        recordings = usual if variant.step is None else [load(item, variant.step) for item in material]
        made = measure(variant, recordings)
        if not rows:
            print(metrics.table(made), end="", flush=True)
        else:
            print(*metrics.table(made).splitlines()[2:], sep="\n", flush=True)
        rows += made
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
