"""The ways from sound to words with speakers that `benchmarks/speech.py` and `benchmarks/decoding.py` compare.

- *ours*: the program's own stages, in this process, one after the other, each timed. This is the one place of the
  benchmarks that knows how the program calls them.
- *plain*: what users know: faster-whisper over the whole file with its own voice filter, each segment given to the
  speaker whose turns overlap it most.
- *whisperx*: whisperx's `assign_word_speakers` over our words and turns, if whisperx is installed. Its documented
  face is a table of turns (start, end, speaker) and a transcript whose words have `start` and `end`.

All three share one diarization, so that they differ in what they do with it.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.material import EXAMPLE, phone_sample
from benchmarks.metrics import Said

CORES = os.cpu_count() or 1


@dataclass
class Outcome:
    """What one recipe made of one recording; `work` is seconds by stage."""

    seconds: float = 0.0
    found: list[Said] = field(default_factory=list)
    unsupported: list[Said] = field(default_factory=list)
    turns: Sequence[Any] = ()
    work: dict[str, float] = field(default_factory=dict)


class Ours:
    """The program's stages, their models loaded once."""

    def __init__(self) -> None:
        self.run = {name: stage.open({}) for name, stage in stages(None).items()}
        self(phone_sample().sound, 2)  # the first call compiles and imports, which belongs to no recording

    def __call__(self, sound: Path, speakers: int | None) -> Outcome:
        """Everything from the file to the session's words."""
        from analysis.audio import windows
        from analysis.pipeline import measure
        from analysis.session import Session

        made = Outcome()
        clock = Clock(made.work)
        stored: dict[str, dict[int, bytes]] = {name: {} for name in self.run}
        for window in clock.each("the rest", windows(sound)):
            made.seconds = window.end
            for name, listen in self.run.items():
                with clock(name):
                    stored[name][window.index] = listen(window)
        with clock("voices"):
            heard = stages(speakers)["voices"].finish(stored["voices"])
        with clock("the rest"):
            words, turns, frames = after(stored, heard)
            measure(Session(id="x", recorded_at="", language="en", words=words, turns=turns, frames=frames))
        made.turns = turns
        for word in words:
            part = Said(word.speaker, word.text, word.start, word.end)
            (made.found if word.supported else made.unsupported).append(part)
        return made


def stages(speakers: int | None) -> dict[str, Any]:
    """The heavy stages by name, as `analysis.pipeline` makes them for one channel."""
    from analysis import prosody, speech
    from analysis.weights import prepare

    segmentation, embedding = prepare("segmentation-3.0").main, prepare("wespeaker-campplus").main
    made = [
        speech.Transcription(prepare("base").folder, "en", CORES),
        speech.Diarization(segmentation, embedding, None, speakers, False, CORES),
        prosody.Measuring(),
    ]
    return {stage.name: stage for stage in made}


def after(stored: dict[str, dict[int, bytes]], heard: Any) -> tuple[tuple[Any, ...], tuple[Any, ...], Any]:
    """The session's words, turns and frames from what the stages stored, as `analysis.pipeline` makes them."""
    from analysis import prosody
    from analysis.speech import who_said_what
    from analysis.speech.transcription import passages_of

    words, turns = who_said_what(passages_of(stored["words"])[1], heard)
    return words, turns or (), prosody.frames_of(stored["frames"])


class Clock:
    """Adds up wall time under names."""

    def __init__(self, sums: dict[str, float]) -> None:
        self.sums = sums

    def __call__(self, name: str) -> Clock:
        self.name = name
        return self

    def __enter__(self) -> None:
        self.began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.sums[self.name] = self.sums.get(self.name, 0.0) + time.monotonic() - self.began

    def each(self, name: str, made: Any) -> Any:
        """The same things, with the time that making them takes under `name`."""
        made = iter(made)
        while True:
            with self(name):
                thing = next(made, None)
            if thing is None:
                return
            yield thing


class Plain:
    """faster-whisper's segments, each given to the speaker with most overlap."""

    def __init__(self) -> None:
        from faster_whisper import WhisperModel

        from analysis.weights import prepare

        folder = str(prepare("base").folder)
        self.model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=CORES, local_files_only=True)

    def __call__(self, sound: Path, turns: Sequence[Any]) -> Outcome:
        """The whole file at once; everything but the language and the voice filter is the library's default."""
        made = Outcome(turns=turns)
        with Clock(made.work)("words"):
            segments, _ = self.model.transcribe(str(sound), language="en", vad_filter=True, word_timestamps=False)
            made.found = [Said(most(s.start, s.end, turns), s.text.strip(), s.start, s.end) for s in segments]
        return made


def most(start: float, end: float, turns: Sequence[Any]) -> str | None:
    """The speaker whose turns cover most of a stretch; None if nobody's do."""
    cover: dict[str, float] = {}
    for turn in turns:
        shared = min(end, turn.end) - max(start, turn.start)
        if shared > 0:
            cover[turn.speaker] = cover.get(turn.speaker, 0.0) + shared
    return max(cover, key=cover.__getitem__) if cover else None


def whisperx_there() -> bool:
    """Whether whisperx can be imported here."""
    return importlib.util.find_spec("whisperx") is not None


def whisperx(words: Sequence[Said], turns: Sequence[Any]) -> Outcome:
    """Our words, given to speakers by whisperx."""
    import pandas
    from whisperx.diarize import assign_word_speakers

    made = Outcome(turns=turns)
    if not words:
        return made
    rows = [{"start": turn.start, "end": turn.end, "speaker": turn.speaker} for turn in turns]
    listed = [{"word": word.text, "start": word.start, "end": word.end} for word in words]
    segment = {"start": words[0].start, "end": words[-1].end, "text": "", "words": listed}
    table = pandas.DataFrame(rows, columns=["start", "end", "speaker"])
    with Clock(made.work)("words"):
        assign_word_speakers(table, {"segments": [segment], "language": "en"})
    made.found = [Said(word.get("speaker"), word["word"], word["start"], word["end"]) for word in listed]
    return made


def peak_memory(stage: Any, sound: Path, send: Callable[[float], None] | Any) -> None:
    """To be run in a process of its own: one stage over a recording; sends the peak of the process in GB (Unix)."""
    import resource
    import sys

    from analysis.audio import windows

    listen = stage.open({})
    for window in windows(sound):
        listen(window)
    unit = 1 if sys.platform == "darwin" else 1024
    send.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9)


def memory() -> dict[str, float]:
    """Peak memory in GB of each heavy stage over the example, each in a fresh process; 0.0 where it cannot be told."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    found = {}
    for name, stage in stages(2).items():
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=peak_memory, args=(stage, EXAMPLE, theirs))
        process.start()
        theirs.close()
        found[name] = round(ours.recv(), 2)
        process.join()
    return found
