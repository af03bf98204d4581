"""Any audio or video file as blocks of mono sound at its own rate.

The file is decoded as a stream (PyAV, which carries its own FFmpeg) and mixed down to one channel by the mean. Where a
container says that sound is missing (a dropped packet, a track that starts late), silence is put in, so that a second
in our data is the same second in the user's player.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.session import Audio
from recorder.errors import SoundError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["facts", "opened"]

GAP = 0.05
"""Seconds of missing sound from which silence is put in."""
LONGEST_HOLE = 6 * 3600
"""Seconds; a longer jump in time is no pause but damage."""


def facts(path: Path) -> Audio:
    """What the file holds, found by reading all of it once.

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


@contextmanager
def opened(path: Path) -> Iterator[tuple[int, Iterator[Samples]]]:
    """The file's samples per second, and its sound in blocks of float32, shape (n, 1). Raises SoundError as `facts`."""
    with _open(path) as container:
        rate = container.streams.audio[0].codec_context.sample_rate
        yield rate, (block[:, None] for block in _mono(container, path))


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
