"""One way in for sound: any audio or video file becomes windows of 16 kHz mono float32.

The file is decoded as a stream (PyAV, which carries its own FFmpeg), mixed down to one channel by the
mean and resampled by soxr, so memory does not grow with the length of the recording. Where a
container says that sound is missing (a dropped packet, a track that starts late), silence is put in,
so that a second in our data is the same second in the user's player.

A `Window` is the unit of all heavy work. Windows follow each other without gap or overlap; each is cut
at the quietest point between 15 and 29.5 s after its start, because a word that is cut in two is
recognized in neither half, and 30 s is what Whisper hears at once. The cuts are a function of the sound
alone: every process, and every later run, finds the same ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.session import Audio
from recorder.errors import SoundError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["SAMPLE_RATE", "Window", "probe", "windows"]

SAMPLE_RATE = 16_000
GRID = 1_600
"""Samples in 0.1 s: windows are cut on this grid, so that 10 Hz frames never straddle a cut."""
SHORTEST, LONGEST = 15.0, 29.5
AHEAD = 10.0
"""Seconds of sound that a window carries beyond its end: the segmentation model hears 10 s at once."""
GAP = 0.05
"""Seconds of missing sound from which silence is put in."""
LONGEST_HOLE = 6 * 3600
"""Seconds; a longer jump in time is no pause but damage."""


@dataclass(frozen=True)
class Window:
    """A stretch of sound that knows its absolute time.

    `samples` is the window itself, float32 at 16 kHz; `ahead` is what follows it, up to 10 s (less only
    at the end of the recording).
    """

    index: int
    offset: int
    samples: Samples
    ahead: Samples

    @property
    def start(self) -> float:
        """Seconds from the start of the recording."""
        return self.offset / SAMPLE_RATE

    @property
    def end(self) -> float:
        """Seconds from the start of the recording."""
        return (self.offset + len(self.samples)) / SAMPLE_RATE


def probe(path: Path) -> Audio:
    """What the file at `path` holds, found by reading all of it once.

    Containers lie about their duration (or, like a browser's webm, do not say), and a damaged stretch
    should be known before an hour of work is spent on it.

    Raises
    ------
    SoundError
        If the file is missing, empty, no sound, has no audio track, or holds samples that are no numbers.
    """
    import av

    with _open(path) as container:
        stream = container.streams.audio[0]
        rate = stream.codec_context.sample_rate
        channels = stream.codec_context.channels
        codec = stream.codec_context.name
        stated = float(container.duration / av.time_base) if container.duration else None
        samples = sum(len(block) for block in _mono(container, path))
    if samples == 0:
        raise SoundError(f"{path.name} has an audio track with nothing in it: was the recording cut off?")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Audio(
        name=path.name.encode(errors="replace").decode(),
        sha256=digest,
        duration=round(samples / rate, 3),
        stated_duration=None if stated is None else round(stated, 3),
        sample_rate=rate,
        channels=channels,
        codec=codec,
    )


def windows(path: Path) -> Iterator[Window]:
    """The sound of `path` as windows, from the first sample to the last.

    Raises
    ------
    SoundError
        As `probe`.
    """
    buffer = np.zeros(0, np.float32)
    index = offset = 0
    for blocks in _batches(_resampled(path), 5 * SAMPLE_RATE):
        buffer = np.concatenate([buffer, *blocks])
        while len(buffer) >= (LONGEST + AHEAD) * SAMPLE_RATE:
            cut = _quietest(buffer)
            yield Window(index, offset, buffer[:cut], buffer[cut : cut + int(AHEAD * SAMPLE_RATE)])
            buffer, index, offset = buffer[cut:], index + 1, offset + cut
    while len(buffer):
        cut = len(buffer) if len(buffer) <= LONGEST * SAMPLE_RATE else _quietest(buffer)
        yield Window(index, offset, buffer[:cut], buffer[cut : cut + int(AHEAD * SAMPLE_RATE)])
        buffer, index, offset = buffer[cut:], index + 1, offset + cut


def _batches(blocks: Iterator[Samples], size: int) -> Iterator[list[Samples]]:
    """Blocks in lists of at least `size` samples: joining each small one to the buffer would copy it over and over."""
    batch: list[Samples] = []
    held = 0
    for block in blocks:
        batch.append(block)
        held += len(block)
        if held >= size:
            yield batch
            batch, held = [], 0
    yield batch


def _quietest(samples: Samples) -> int:
    """The sample at which to cut: the middle of the quietest 0.3 s, on the 0.1 s grid."""
    first, last = int(SHORTEST * SAMPLE_RATE), int(LONGEST * SAMPLE_RATE)
    power = np.square(samples[first:last].reshape(-1, GRID)).mean(axis=1)
    smooth = np.convolve(power, np.ones(3), mode="valid")
    # A block of 0.3 s begins at grid point k; its middle block is cut at its start.
    return first + (int(np.argmin(smooth)) + 1) * GRID


def _resampled(path: Path) -> Iterator[Samples]:
    import soxr

    with _open(path) as container:
        rate = container.streams.audio[0].codec_context.sample_rate
        stream = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        for block in _mono(container, path):
            yield stream.resample_chunk(block)
        yield stream.resample_chunk(np.zeros(0, np.float32), last=True)


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    import av

    _check_file(path)
    try:
        container = av.open(str(path), metadata_errors="ignore")
    except (av.error.FFmpegError, OSError) as error:
        raise SoundError(
            f"{path.name} cannot be read as sound: it is no audio or video file, "
            "or it was cut off before it was finished (export or copy it again)"
        ) from error
    with container:
        if not container.streams.audio:
            raise SoundError(f"{path.name} has no audio track: choose the recording that has the sound")
        if not container.streams.audio[0].codec_context.sample_rate:
            raise SoundError(f"{path.name} has an audio track that cannot be decoded: convert it to wav")
        yield container


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise SoundError(f"there is no file {path}: check the name, or drag the file into the terminal") from None
    except IsADirectoryError:
        raise SoundError(f"{path} is a folder: name one recording in it") from None
    except OSError as error:
        raise SoundError(f"{path.name[:80]} cannot be read: {error.strerror}") from None
    if empty:
        raise SoundError(f"{path.name} is empty (0 bytes): was it copied completely?")


def _mono(container: Any, path: Path) -> Iterator[Samples]:
    """Blocks of one channel at the file's own rate, with silence where the file has a hole."""
    import av

    stream = container.streams.audio[0]
    rate = stream.codec_context.sample_rate
    to_float = av.AudioResampler(format="fltp")
    origin = (container.start_time or 0) / av.time_base
    done = 0
    for frame in _frames(container, stream):
        if frame.sample_rate != rate:
            raise SoundError(f"{path.name} changes its sample rate midway: convert it to wav first")
        if frame.pts is not None and frame.time_base is not None:
            hole = int((float(frame.pts * frame.time_base) - origin) * rate) - done
            if hole > LONGEST_HOLE * rate:
                hours = hole / rate / 3600
                raise SoundError(f"{path.name} is damaged: its times jump by {hours:.0f} hours; convert it to wav")
            if hole > GAP * rate:
                done += hole
                for begin in range(0, hole, rate):
                    yield np.zeros(min(rate, hole - begin), np.float32)
        for piece in to_float.resample(frame):
            block = piece.to_ndarray().mean(axis=0, dtype=np.float32)
            if not np.isfinite(block).all():
                at = done / rate
                raise SoundError(
                    f"{path.name} is damaged: near {at:.1f} s it holds samples that are not numbers; "
                    "export it again from where it was recorded"
                )
            done += len(block)
            yield block


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """Decoded frames; a packet that cannot be decoded is left out, as every player does."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue
        except (av.error.EOFError, av.error.OSError):
            return
