"""Windows: the unit of all heavy work, 16 kHz mono float32, cut where it is quiet.

Windows follow each other without gap or overlap; each is cut at the quietest point between 15 and 29.5 s after its
start, because a word that is cut in two is recognized in neither half, and 30 s is what Whisper hears at once. The
cuts are a function of the sound alone: every process, and every later run, finds the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.audio import files, tapes
from analysis.audio.tapes import Recording
from analysis.session import Audio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["LONGEST", "SAMPLE_RATE", "SHORTEST", "Source", "Window", "first_touched", "probe", "windows"]

Source = Path | Recording
"""Where sound comes from: a file, or a sealed tape (a `Following`, if it is still being recorded)."""

SAMPLE_RATE = 16_000
GRID = 1_600
"""Samples in 0.1 s: windows are cut on this grid, so that 10 Hz frames never straddle a cut."""
SHORTEST, LONGEST = 15.0, 29.5
AHEAD = 10.0
"""Seconds of sound that a window carries beyond its end: the segmentation model hears 10 s at once."""
BATCH = 5.0
"""Seconds of sound that are joined at once."""
FILTER = 0.1
"""Seconds; more than what the resampling of one sample looks ahead."""


@dataclass(frozen=True)
class Window:
    """A stretch of sound that knows its absolute time.

    `samples` is the window itself, float32 at 16 kHz; `ahead` is what follows it, up to 10 s (less only
    at the end of the recording). Where a recording has two channels, `samples` is their mean and `channels` are
    the two of them, shape (2, n); otherwise it is None.
    """

    index: int
    offset: int
    samples: Samples
    ahead: Samples
    channels: Samples | None = None

    @property
    def start(self) -> float:
        """Seconds from the start of the recording."""
        return self.offset / SAMPLE_RATE

    @property
    def end(self) -> float:
        """Seconds from the start of the recording."""
        return (self.offset + len(self.samples)) / SAMPLE_RATE


def probe(source: Source) -> Audio:
    """What the source holds, found by reading all of it once.

    Raises
    ------
    SoundError
        If a file is missing, empty, no sound, has no audio track, or holds samples that are no numbers.
    TapeError
        If a tape is missing or cannot be opened with its key.
    """
    return tapes.facts(source) if isinstance(source, Recording) else files.facts(source)


def windows(source: Source) -> Iterator[Window]:
    """The sound of the source as windows, from the first sample to the last.

    Raises
    ------
    SoundError, TapeError
        As `probe`.
    """
    buffer: Samples | None = None
    index = offset = 0
    for blocks in _batches(_resampled(source), int(BATCH * SAMPLE_RATE)):
        buffer = np.concatenate(blocks if buffer is None else [buffer, *blocks])
        while len(buffer) >= (LONGEST + AHEAD) * SAMPLE_RATE:
            cut = _quietest(buffer)
            yield _window(index, offset, buffer, cut)
            buffer, index, offset = buffer[cut:], index + 1, offset + cut
    while buffer is not None and len(buffer):
        cut = len(buffer) if len(buffer) <= LONGEST * SAMPLE_RATE else _quietest(buffer)
        yield _window(index, offset, buffer, cut)
        buffer, index, offset = buffer[cut:], index + 1, offset + cut


def first_touched(starts: Mapping[int, float], seconds: float) -> int:
    """The index of the first window that may depend on sound from `seconds` on; all before it stay what they are.

    Parameters
    ----------
    starts : mapping of index to seconds
        Where the windows that are known begin. A window that is not known begins at the latest `LONGEST` after the one
        before it, so an index may come out too low, and never too high.
    seconds : float
        From where on the sound is not any more what it was.

    Examples
    --------
    >>> first_touched({0: 0.0, 1: 20.0, 2: 40.0}, 60.0)
    2
    """
    index, start = 0, starts.get(0, 0.0)
    while start + LONGEST + AHEAD + FILTER <= seconds:
        index += 1
        start = starts.get(index, start + LONGEST)
    return index


def _window(index: int, offset: int, buffer: Samples, cut: int) -> Window:
    """The first `cut` samples of the buffer (n, channels), and what follows them."""
    mono = _mono(buffer[: cut + int(AHEAD * SAMPLE_RATE)])
    channels = buffer[:cut].T if buffer.shape[1] == 2 else None
    return Window(index, offset, mono[:cut], mono[cut:], channels)


def _mono(samples: Samples) -> Samples:
    return samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float32)


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
    if batch:
        yield batch


def _quietest(samples: Samples) -> int:
    """The sample at which to cut: the middle of the quietest 0.3 s, on the 0.1 s grid."""
    first, last = int(SHORTEST * SAMPLE_RATE), int(LONGEST * SAMPLE_RATE)
    power = np.square(_mono(samples[first:last]).reshape(-1, GRID)).mean(axis=1)
    smooth = np.convolve(power, np.ones(3), mode="valid")
    # A block of 0.3 s begins at grid point k; its middle block is cut at its start.
    return first + (int(np.argmin(smooth)) + 1) * GRID


def _resampled(source: Source) -> Iterator[Samples]:
    """The sound at 16 kHz, in blocks of shape (n, channels)."""
    import soxr

    with tapes.opened(source) if isinstance(source, Recording) else files.opened(source) as (rate, blocks):
        stream = None
        for block in blocks:
            if stream is None:
                stream = soxr.ResampleStream(rate, SAMPLE_RATE, block.shape[1], dtype="float32")
            yield stream.resample_chunk(block)
        if stream is not None:
            yield stream.resample_chunk(np.zeros_like(block[:0]), last=True)
