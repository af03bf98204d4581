"""What was said: faster-whisper on one window at a time, each word with its time.

The options are measured (`benchmarks/speech.py`, table in docs/method.md). Two matter most: windows are
decoded without the text before them, because a repetition loop in one window would otherwise feed the
next; and sound in which no voice is heard is not given to Whisper at all (Silero VAD), because there it invents.
What is doubtful all the same is decoded once more, cut out on its own and greedily: `analysis.speech.support` judges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from analysis.audio import SAMPLE_RATE, Window
from analysis.session import Word, spaced
from analysis.speech.offline import hubs_offline
from analysis.speech.support import Passage, doubtful, plain
from recorder.errors import LensError

__all__ = ["Transcript", "Transcription", "passages_of"]

SURE_OF_LANGUAGE = 0.5
AROUND = 0.4
"""Seconds of sound on either side of what is looked at a second time."""


class Transcript(msgspec.Struct, frozen=True):
    """What was heard in one window, in absolute time, and the language it was heard in."""

    language: str | None
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Transcription:
    """The stage that writes down words.

    Parameters
    ----------
    folder : Path
        A faster-whisper model.
    language : str or None
        ISO 639-1 code; None hears it from the first window in which someone surely speaks.
    threads : int
        CPU threads.
    """

    folder: Path
    language: str | None
    threads: int

    name = "words"

    def open(self, done: Mapping[int, bytes]) -> Callable[[Window], bytes]:
        """Load the model; returns the function that turns a window into an encoded `Transcript`.

        `done` holds the windows that an interrupted run has stored: the language heard there stays.
        """
        hubs_offline()
        from faster_whisper import WhisperModel

        model = WhisperModel(
            str(self.folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=self.threads,
            local_files_only=True,
        )
        if self.language is not None and self.language not in model.supported_languages:
            raise LensError(f"the model {self.folder.name} does not know the language {self.language!r}")
        heard = [language for data in done.values() if (language := _decode(data).language)]
        language = self.language or (heard[0] if heard else None)

        def transcribe(window: Window) -> bytes:
            nonlocal language
            segments, info = model.transcribe(
                window.samples,
                language=language,
                beam_size=5,
                condition_on_previous_text=False,
                word_timestamps=True,
                vad_filter=True,
            )
            passages = tuple(passage for segment in segments if (passage := _passage(segment, window.start)).words)
            if language is None and passages and info.language_probability >= SURE_OF_LANGUAGE:
                language = info.language
            passages = _looked_at_again(model, window, passages, language or info.language)
            return msgspec.msgpack.encode(Transcript(language if passages else None, passages))

        return transcribe


def passages_of(windows: Mapping[int, bytes]) -> tuple[str | None, tuple[Passage, ...]]:
    """The language and all passages of the stored windows, in the order of time."""
    transcripts = [_decode(windows[index]) for index in sorted(windows)]
    languages = [t.language for t in transcripts if t.language]
    language = max(set(languages), key=languages.count) if languages else None
    return language, tuple(passage for t in transcripts for passage in t.passages)


def _passage(segment: Any, start: float) -> Passage:
    """What faster-whisper calls a segment, in a window that begins at `start` seconds."""
    words = tuple(
        Word(
            text=word.word.strip(),
            start=round(start + float(word.start), 3),
            end=round(start + float(max(word.start, word.end)), 3),
            probability=round(min(1.0, max(0.0, float(word.probability))), 3),
        )
        for word in segment.words or ()
        if word.word.strip()
    )
    return Passage(
        words=words,
        silence=round(float(segment.no_speech_prob), 3),
        likelihood=round(float(segment.avg_logprob), 3),
        compression=round(float(segment.compression_ratio), 3),
    )


def _looked_at_again(
    model: Any, window: Window, passages: Sequence[Passage], language: str | None
) -> tuple[Passage, ...]:
    """The passages, the doubtful ones with what a second look hears: alone, greedily, without the voice detector."""
    looked = []
    for passage in passages:
        if doubtful(passage) and spaced(language):  # elsewhere there is no word that could be found again
            first = max(0, round((passage.words[0].start - AROUND - window.start) * SAMPLE_RATE))
            last = round((passage.words[-1].end + AROUND - window.start) * SAMPLE_RATE)
            segments, _ = model.transcribe(
                window.samples[first:last],
                language=language,
                beam_size=1,
                temperature=0.0,
                condition_on_previous_text=False,
                without_timestamps=True,
            )
            again = tuple(plain(text) for segment in segments for text in segment.text.split())
            passage = replace(passage, again=again)
        looked.append(passage)
    return tuple(looked)


def _decode(data: bytes) -> Transcript:
    return msgspec.msgpack.decode(data, type=Transcript)
