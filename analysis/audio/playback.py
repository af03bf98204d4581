"""Sound to listen to: 16-bit samples at 16 kHz, as a WAV file that is never written to a disk.

What was recorded here lies sealed, and what is deciphered of it stays in memory; a file is decoded by the code that
the analysis listens with, so that a second here is the same second there. Decoding a long talk takes some seconds: it
runs in a thread, whoever asks for what is not there yet waits.
"""

from __future__ import annotations

import hashlib
import io
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.audio.windows import SAMPLE_RATE, Source, windows
from analysis.session import Session
from recorder.errors import SoundError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HEADER", "Playback", "playback"]

HEADER = 44
"""Bytes before the first sample."""
WIDTH = 2
LOUDEST = 32_767


class Playback:
    """The sound of one session as the bytes of a WAV file.

    Parameters
    ----------
    source : Path or Recording
    duration : float
        Of its sound, in seconds.
    sha256 : str, optional
        Of the file that it must be; another one is not played.
    """

    def __init__(self, source: Source, duration: float, sha256: str | None = None) -> None:
        self._samples: NDArray[np.int16] = np.zeros(round(duration * SAMPLE_RATE), np.int16)
        self._ready = 0
        self._stopped = False
        self._more = threading.Condition()
        self.trouble: str | None = None
        """Why no more sound comes, in words; None where it does."""
        self._thread = threading.Thread(target=self._decode, args=(source, sha256), daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return HEADER + WIDTH * len(self._samples)

    @property
    def progress(self) -> float:
        """The share of the sound that is decoded."""
        return self._ready / max(1, len(self._samples))

    def read(self, first: int, last: int) -> bytes:
        """The bytes from `first` up to `last` (not included); waits for them. Silence where the source has no more."""
        upto = min(len(self._samples), max(0, -(-(last - HEADER) // WIDTH)))
        with self._more:
            self._more.wait_for(lambda: self._ready >= upto or self._stopped)
        start = max(0, (first - HEADER) // WIDTH)
        held = self._samples[start:upto].astype("<i2").tobytes()
        if first < HEADER:
            return (self._header() + held)[first:last]
        offset = first - HEADER - WIDTH * start
        return held[offset : offset + last - first]

    def flac(self) -> bytes:
        """All of the sound as a FLAC file, which loses nothing and is half as large; waits until it is decoded."""
        import soundfile

        with self._more:
            self._more.wait_for(lambda: self._ready >= len(self._samples) or self._stopped)
        file = io.BytesIO()
        soundfile.write(file, self._samples, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
        return file.getvalue()

    def stop(self) -> None:
        """End the decoding, and forget the sound."""
        with self._more:
            self._stopped = True
            self._more.notify_all()
        self._thread.join()
        self._samples = np.zeros(0, np.int16)

    def _decode(self, source: Source, sha256: str | None) -> None:
        try:
            if isinstance(source, Path) and sha256 is not None:
                _check(source, sha256)
            for window in windows(source):
                if self._stopped:
                    return
                end = min(len(self._samples), window.offset + len(window.samples))
                part = np.clip(window.samples[: max(0, end - window.offset)], -1, 1) * LOUDEST
                self._samples[window.offset : end] = np.rint(part).astype(np.int16)
                with self._more:
                    self._ready = end
                    self._more.notify_all()
        except Exception as error:  # whoever waits for this thread must hear of it
            self.trouble = str(error) or type(error).__name__
        finally:
            with self._more:
                self._ready = len(self._samples)
                self._more.notify_all()

    def _header(self) -> bytes:
        """RIFF WAVE, PCM, one channel (Microsoft & IBM 1991)."""
        data = WIDTH * len(self._samples)
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, SAMPLE_RATE, SAMPLE_RATE * WIDTH, WIDTH, 8 * WIDTH)
        return struct.pack("<4sI4s", b"RIFF", 36 + data, b"WAVE") + form + struct.pack("<4sI", b"data", data)


def playback(session: Session, source: Source) -> Playback:
    """The sound of a session, from its tape or its file (`analysis.recordings.sound_of`)."""
    assert session.audio is not None
    return Playback(source, session.audio.duration, None if session.audio.tape else session.audio.sha256)


def _check(path: Path, sha256: str) -> None:
    """Raises SoundError if this is another file than the one that was analyzed."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise SoundError(f"{path} is not the recording any more that was analyzed, so nothing is played")
