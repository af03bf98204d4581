"""What was said: faster-whisper on one window at a time, each word with its time.

The options are measured (`benchmarks/speech.py`, table in docs/method.md). Two matter most: windows are
decoded without the text before them, because a repetition loop in one window would otherwise feed the
next; and sound in which no voice is heard is not given to Whisper at all (Silero VAD), because there it invents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from analysis.audio import Window
from analysis.session import Word
from analysis.speech.offline import hubs_offline
from recorder.errors import LensError

__all__ = ["Transcript", "Transcription", "words_of"]

SURE_OF_LANGUAGE = 0.5


class Transcript(msgspec.Struct, frozen=True):
    """The words of one window, in absolute time, and the language they were heard in."""

    language: str | None
    words: tuple[Word, ...]


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
            words = tuple(
                Word(
                    text=word.word.strip(),
                    start=round(window.start + float(word.start), 3),
                    end=round(window.start + float(max(word.start, word.end)), 3),
                    probability=round(min(1.0, max(0.0, float(word.probability))), 3),
                )
                for segment in segments
                for word in segment.words or ()
                if word.word.strip()
            )
            if language is None and words and info.language_probability >= SURE_OF_LANGUAGE:
                language = info.language
            return msgspec.msgpack.encode(Transcript(language if words else None, words))

        return transcribe


def words_of(windows: Mapping[int, bytes]) -> tuple[str | None, tuple[Word, ...]]:
    """The language and all words of the stored windows, in the order of time."""
    transcripts = [_decode(windows[index]) for index in sorted(windows)]
    languages = [t.language for t in transcripts if t.language]
    language = max(set(languages), key=languages.count) if languages else None
    return language, tuple(word for t in transcripts for word in t.words)


def _decode(data: bytes) -> Transcript:
    return msgspec.msgpack.decode(data, type=Transcript)
