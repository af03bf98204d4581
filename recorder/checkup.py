"""What `lens doctor` finds out about a microphone: it listens for a moment, measures, and keeps nothing.

Conventions
-----------
- Levels are dB re full scale: 0 is the highest sample there is; a level is the root mean square of 50 ms, so that a
  sine that just fits has -3. Of several channels the louder one counts.
- The floor is the level that a tenth of the 50 ms pieces stay below; pieces of exact silence are none (a Bluetooth
  microphone begins with them), and a microphone that gives nothing else has no floor.
- `listen` ends in time even if the sound server hangs: then its thread is left behind.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recorder.devices import Microphone, in_time, open_stream, prepare, quiet_stderr
from recorder.errors import DeviceError
from recorder.frames import RATE
from recorder.server import SoundServer

if TYPE_CHECKING:
    from recorder.frames import Samples

__all__ = ["Finding", "Hearing", "findings", "hear", "listen"]

OPENING = 4.0
CLOSING = 1.5
PIECE = RATE // 20
NOISY_DB = -45.0
QUIET_DB = -40.0
LIMIT = 32_767


@dataclass(frozen=True)
class Finding:
    """One line of the check-up."""

    ok: bool
    text: str
    stops: bool = False
    """No recording would come of it."""


@dataclass(frozen=True)
class Hearing:
    """What a microphone gave in a few seconds."""

    wanted: float
    """Seconds that were listened for."""
    seconds: float = 0.0
    """Seconds of sound that arrived."""
    zeros: float = 0.0
    """The share of it that is exact silence, 0..1."""
    floor_db: float | None = None
    loudest_db: float | None = None
    peak_db: float | None = None
    """The highest sample."""
    clipped: int = 0
    """Samples at the very limit."""
    volumes: tuple[float, ...] = ()
    """The volumes that the system had it at, in their order; 1.0 is 100 %."""
    trouble: str | None = None
    """Why it could not be listened to at all."""


def listen(microphone: Microphone, channels: int, seconds: float = 3.0) -> Hearing:
    """Listen to a microphone for so many seconds; says what went wrong in `Hearing.trouble`, and raises nothing."""
    blocks: list[bytes] = []
    volumes: list[float] = []

    def heard(data: object, *_: object) -> None:
        blocks.append(bytes(data))  # type: ignore[call-overload]  # a C buffer

    prepare(microphone)
    with quiet_stderr(), SoundServer() as server:
        try:
            stream = in_time(lambda: open_stream(microphone, channels, heard, lambda: None), OPENING)
        except DeviceError as error:
            return Hearing(wanted=seconds, trouble=str(error))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.05)
            source = server.source()
            if source is not None and [source.volume] != volumes[-1:]:
                volumes.append(source.volume)
        kept = b"".join(blocks)
        try:
            in_time(stream.close, CLOSING)
        except DeviceError as error:
            return Hearing(wanted=seconds, trouble=str(error))
    import numpy as np

    return hear(np.frombuffer(kept, np.int16).reshape(-1, channels), seconds, tuple(volumes))


def hear(samples: Samples, wanted: float, volumes: tuple[float, ...] = ()) -> Hearing:
    """Measure samples of shape (n, channels)."""
    import numpy as np

    pieces = len(samples) // PIECE
    if pieces == 0:
        return Hearing(wanted=wanted, volumes=volumes)
    heard = samples[: pieces * PIECE].reshape(pieces, PIECE, -1).astype(np.float64)
    power = (heard**2).mean(axis=1).max(axis=1)
    sounding = power[power > 0]
    seconds = len(samples) / RATE
    if len(sounding) == 0:
        return Hearing(wanted=wanted, seconds=seconds, zeros=1.0, volumes=volumes)
    levels = 10 * np.log10(sounding) - 20 * np.log10(LIMIT + 1)
    highest = np.abs(heard).max()
    return Hearing(
        wanted=wanted,
        seconds=seconds,
        zeros=1 - len(sounding) / pieces,
        floor_db=float(np.percentile(levels, 10)),
        loudest_db=float(levels.max()),
        peak_db=float(20 * np.log10(highest / (LIMIT + 1))),
        clipped=int((np.abs(heard) >= LIMIT).sum()),
        volumes=volumes,
    )


def findings(hearing: Hearing) -> tuple[Finding, ...]:
    """What a hearing means, in words, and what to do."""
    if hearing.trouble is not None:
        return (Finding(False, hearing.trouble, stops=True),)
    if hearing.seconds == 0:
        return (Finding(False, "no sound arrives: plug the microphone in again, or choose another", stops=True),)
    if hearing.floor_db is None or hearing.loudest_db is None or hearing.peak_db is None:
        return (Finding(False, f"exact silence for {hearing.seconds:.1f} s: {MUTED}", stops=True),)
    found = [_loudness(hearing.loudest_db, hearing.peak_db, hearing.clipped), _floor(hearing.floor_db)]
    if hearing.seconds < 0.8 * hearing.wanted:
        text = f"only {hearing.seconds:.1f} of {hearing.wanted:.1f} s of sound arrived: is this computer very busy?"
        found.append(Finding(False, text))
    if hearing.zeros > 0.1:
        found.append(Finding(False, f"exact silence for {100 * hearing.zeros:.0f} % of the time: {FILTERED}"))
    if len(hearing.volumes) > 1:
        steps = " to ".join(f"{round(100 * volume)} %" for volume in hearing.volumes)
        found.append(Finding(False, f"its volume changed by itself, from {steps}: {SWITCH_OFF}"))
    return tuple(found)


MUTED = (
    "it is muted, by its own switch or in the settings of your system, or your system does not let this program "
    "hear it (privacy settings, microphone)"
)
FILTERED = "a noise filter, or a Bluetooth microphone that begins late; pauses cannot be measured well"
SWITCH_OFF = (
    "switch off automatic gain in your system and in call programs, or loudness can be compared within moments only"
)


def _loudness(loudest: float, peak: float, clipped: int) -> Finding:
    heard = f"hears up to {loudest:.0f} dB, highest sample {peak:.0f} dB re full scale"
    if clipped:
        return Finding(False, f"{heard}: too loud, {clipped} samples are cut off; turn its volume down, or sit back")
    if loudest < QUIET_DB:
        return Finding(False, f"{heard}: quiet; if you did speak, come nearer or turn its volume up")
    return Finding(True, heard)


def _floor(floor: float) -> Finding:
    told = f"the floor of noise is {floor:.0f} dB"
    if floor > NOISY_DB:
        return Finding(
            False, f"{told}, and {NOISY_DB:.0f} or less is good: someone spoke throughout, or the room is loud"
        )
    return Finding(True, told)
