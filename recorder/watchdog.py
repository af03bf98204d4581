"""What goes wrong while recording, noticed within a second and said in words that the two can act on.

Nothing here reads a clock, a device or a file by itself (`Instant.now` apart): `Watchdog` is given every block of sound
and, several times a second, what the operating system says, and answers with what it has `Seen`. Of the ways in which a
microphone fails, few raise an error: a source that goes away ends the stream, a frozen sound server just stops calling,
a muted microphone goes on with zeros, and an unplugged one may be replaced by another without a word.

Three clocks
------------
`Instant` reads three clocks together. Their differences tell what happened: *elapsed* runs away from *ticking* while
the computer sleeps; *wall* runs away from *elapsed* when somebody sets the clock (slewing by NTP, at most 500 ppm, is
not told). Sound is compared with *ticking*: see `_Lag`.

What counts as one occurrence
-----------------------------
Each failure is told once and again only after it was over: no sound until the next block, zeros until the next sound
that is none. The end of either is told too, but not written: `Seen.kind` is None where the tape needs no mark.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recorder.frames import RATE, Kind
from recorder.gain import GainWatch

if TYPE_CHECKING:
    from recorder.frames import Samples

__all__ = ["Instant", "Seen", "Source", "Watchdog", "span"]

SILENT_S = 0.7
"""Without a block for so long, the sound system does not answer."""
FIRST_S = 2.0
"""So long after a (re)start the first block may take, and true silence is forgiven (Bluetooth begins with 0.6 s)."""
LONGEST_TICK_S = 0.35
"""More than this between two ticks, and it is we who were held up, not the sound system."""

ZEROS_S = 0.7
SLICE = 1200
"""Zeros are looked for in stretches of 25 ms."""
AUDIBLE = 4
"""A stretch whose highest sample is this had sound in it; one that dies away by itself passes 1 and 2 first."""
CUTS, CUTS_WITHIN_S = 5, 60.0
"""So many cuts to exact zero, so close together, are no accident."""
SAME_S = 5.0

LOST_S = 0.3
JUDGED_S = 0.8
DRIFT = 200e-6
"""Two quartz clocks differ by this at most (both within 100 ppm)."""

SLEPT_S = 1.0
JUMP_S = 2.0
SLEW = 1000e-6

VOLUME_STEP = 0.005
VOLUME_EVERY_S = 0.9
"""A slider that is dragged is told once a second at most, and no more than so often in all:"""
VOLUME_NOTES = 10


@dataclass(frozen=True)
class Source:
    """What the operating system tells about the microphone that is recorded from."""

    name: str
    """By which the system knows it; another name is another microphone."""
    description: str
    """By which people know it."""
    volume: float
    """1.0 leaves the sound unchanged."""
    muted: bool
    channels: int


@dataclass(frozen=True)
class Instant:
    """Three clocks read together, in seconds."""

    ticking: float
    """Monotonic; stands still while the computer sleeps."""
    elapsed: float
    """Monotonic; goes on while it sleeps."""
    wall: float
    """The system's clock, since the epoch; people and NTP set it."""

    @classmethod
    def now(cls) -> Instant:
        """This moment. Where a system has no clock that stands still during sleep, `ticking` goes on too."""
        if sys.platform == "linux":
            ticking, elapsed = time.clock_gettime(time.CLOCK_MONOTONIC), time.clock_gettime(time.CLOCK_BOOTTIME)
        elif sys.platform == "darwin":
            ticking, elapsed = time.clock_gettime(time.CLOCK_UPTIME_RAW), time.clock_gettime(time.CLOCK_MONOTONIC)
        else:
            ticking = elapsed = time.monotonic()
        return cls(ticking, elapsed, time.time())


@dataclass(frozen=True)
class Seen:
    """Something that happened, in words for the two."""

    kind: Kind | None
    """The mark that it leaves on the tape; None if it is to be told only."""
    text: str


class Watchdog:
    """Notices what goes wrong with one recording.

    Parameters
    ----------
    now : Instant
        When the stream was opened.
    channels : int
        1 or 2.

    Examples
    --------
    >>> start = Instant(0.0, 0.0, 0.0)
    >>> dog = Watchdog(start, channels=1)
    >>> [seen.kind for seen in dog.tick(start, None, alive=False)], dog.trouble
    (['gap'], 'the microphone is gone: plug it in again; recording goes on when it is back')
    """

    def __init__(self, now: Instant, channels: int) -> None:
        self._clocks = _Clocks(now)
        self._lag = _Lag(now)
        self._system = _System()
        self._sound = _Sound(channels)
        self._gain = GainWatch()
        self._off = False
        self._gone: str | None = None
        self._gone_at = now.ticking
        self._any_block = False
        self._quiet_s = 0.0
        self._ticked = now.ticking

    @property
    def trouble(self) -> str | None:
        """What is wrong right now; None while sound comes, and off the record while blocks come."""
        return self._gone or self._sound.trouble

    @property
    def relative_only(self) -> bool:
        """Whether loudness before and after some moment cannot be compared any more."""
        return self._system.relative_only or self._sound.cuts_out or self._gain.changes_by_itself

    def heard(self, samples: Samples, now: Instant) -> list[Seen]:
        """Take a block as it arrived, int16 of shape (n, channels); samples may be forgotten afterwards."""
        seen = []
        self._any_block, self._quiet_s = True, 0.0
        # Blocks that were on their way when the stream ended may be handed in after its end was seen.
        if self._gone and now.ticking > self._gone_at:
            self._gone = None
            seen.append(Seen(None, "the microphone is heard again: recording goes on"))
        seen += self._lag.heard(len(samples), now)
        if not self._off:
            seen += self._sound.heard(samples, self._system.muted)
            seen += self._gain_heard(samples)
        return seen

    def tick(self, now: Instant, source: Source | None, alive: bool) -> list[Seen]:
        """What the clocks and the system say; to be called four times a second or more.

        Parameters
        ----------
        now : Instant
            This moment.
        source : Source or None
            The microphone, as the operating system sees it; None if it does not tell.
        alive : bool
            Whether the stream says that it is active.
        """
        seen = self._clocks.tick(now)
        if any(one.kind == "gap" for one in seen):
            self._lag.restart(now)
        if source is not None:
            seen += self._system.tick(source, now)
        self._quiet_s += min(max(now.ticking - self._ticked, 0.0), LONGEST_TICK_S)
        self._ticked = now.ticking
        return seen + self._missed(alive, now)

    def restarted(self, now: Instant) -> None:
        """The stream was opened anew: counting starts again, and the first seconds are forgiven again."""
        self._lag.restart(now)
        self._sound.restart(forgiving=True)
        self._gain.reset()
        self._any_block, self._quiet_s = False, 0.0

    def silenced(self, off: bool) -> None:
        """Off the record, blocks are counted, but nobody looks at their samples."""
        self._off = off
        self._sound.restart(forgiving=False)
        self._gain.reset()

    def take_missing(self) -> float:
        """Seconds of sound that were found lost since the last call, by counting samples; told as a gap, too.

        Sleep is not in it, nor a stream that was opened anew: there the clocks tell how long it was.
        """
        lost, self._lag.lost = self._lag.lost, 0.0
        return lost

    def _missed(self, alive: bool, now: Instant) -> list[Seen]:
        """Whether no sound comes, told once until a block comes."""
        told = self._gone is not None
        if not told:
            self._gone_at = now.ticking
        if not alive:
            self._gone = "the microphone is gone: plug it in again; recording goes on when it is back"
        elif self._gone is None and self._quiet_s >= (SILENT_S if self._any_block else FIRST_S):
            self._gone = "the sound system does not answer: nothing is heard; recording goes on when it does"
        return [] if told or self._gone is None else [Seen("gap", self._gone)]

    def _gain_heard(self, samples: Samples) -> list[Seen]:
        if self._gain.changes_by_itself:
            return []
        self._gain.hear(samples)
        if not self._gain.changes_by_itself:
            return []
        return [Seen("gain", "the level changes by itself (automatic gain): compare loudness within moments only")]


class _Clocks:
    """Sleep, and a clock that was set."""

    def __init__(self, now: Instant) -> None:
        self._asleep = now.elapsed - now.ticking
        self._offset = now.wall - now.elapsed
        self._elapsed = now.elapsed

    def tick(self, now: Instant) -> list[Seen]:
        seen = []
        slept = now.elapsed - now.ticking - self._asleep
        if slept > SLEPT_S:
            self._asleep += slept
            seen.append(Seen("gap", f"the computer slept for {span(slept)}: nothing of that time was recorded"))
        passed, self._elapsed = max(now.elapsed - self._elapsed, 0.0), now.elapsed
        jump = now.wall - now.elapsed - self._offset
        if abs(jump) > JUMP_S:
            way = "forward" if jump > 0 else "back"
            text = f"the computer's clock was set {way} by {span(abs(jump))}: the recording's own time is not touched"
            seen.append(Seen("clock", text))
            self._offset += jump
        else:
            self._offset += min(max(jump, -SLEW * passed), SLEW * passed)
        return seen


class _Lag:
    """Samples that were lost on the way, told by counting them against the clock.

    Sound comes in bursts: how far the samples are ahead of the clock goes up and down with each. The best of these
    leads is the alignment of the two clocks; it may sink by 200 ppm, for clocks differ. Where the lead stays more than
    0.3 s below the best for 0.8 s in which blocks arrive, the difference is no burst: so much was lost. What comes late
    but does come, after a stall, brings the lead back to where it was.
    """

    def __init__(self, now: Instant) -> None:
        self.lost = 0.0
        self.restart(now)

    def restart(self, now: Instant) -> None:
        self._from = now.ticking
        self._heard = 0
        self._best: float | None = None
        self._best_at = now.ticking
        self._behind_since: float | None = None
        self._least = 0.0

    def heard(self, count: int, now: Instant) -> list[Seen]:
        self._heard += count
        lead = self._heard / RATE - (now.ticking - self._from)
        if self._best is None:
            self._best = lead
        self._best = max(self._best - DRIFT * max(now.ticking - self._best_at, 0.0), lead)
        self._best_at = now.ticking
        behind = self._best - lead
        if behind < LOST_S:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since, self._least = now.ticking, behind
        else:
            self._least = min(self._least, behind)
            if now.ticking - self._behind_since >= JUDGED_S:
                return [self._say(self._least)]
        return []

    def _say(self, lost: float) -> Seen:
        self.lost += lost
        self._heard += round(lost * RATE)  # from here on as if they had come
        self._behind_since = None
        return Seen("gap", f"{lost:.1f} s of sound were lost: the computer or the connection was too slow")


class _System:
    """What the operating system tells: another microphone, volume, mute."""

    def __init__(self) -> None:
        self._source: Source | None = None
        self._volume = 0.0
        self._volume_at = float("-inf")
        self._notes = 0
        self.relative_only = False

    @property
    def muted(self) -> bool:
        return self._source is not None and self._source.muted

    def tick(self, source: Source, now: Instant) -> list[Seen]:
        before, self._source = self._source, source
        seen = []
        if before is None or before.name != source.name:
            self._volume = source.volume
            if before is not None:
                self.relative_only = True
                seen.append(Seen("device", source.description))
        if source.muted != (before is not None and before.muted):
            muted = "the microphone was muted in the system: unmute it, or nothing is heard"
            seen.append(Seen(None, muted if source.muted else "the microphone is no longer muted"))
        return seen + self._volume_seen(source.volume, now)

    def _volume_seen(self, volume: float, now: Instant) -> list[Seen]:
        if abs(volume - self._volume) <= VOLUME_STEP:
            return []
        self.relative_only = True
        if self._notes >= VOLUME_NOTES or now.ticking - self._volume_at < VOLUME_EVERY_S:
            return []
        before, self._volume, self._volume_at = self._volume, volume, now.ticking
        self._notes += 1
        if self._notes == VOLUME_NOTES:
            return [Seen("gain", "the microphone's volume changes again and again: from here on it is not told")]
        text = f"the microphone's volume went from {before:.0%} to {volume:.0%}: loudness is relative from here"
        return [Seen("gain", text)]


class _Sound:
    """What the samples themselves tell: zeros, cuts to zero between words, two channels that are one."""

    def __init__(self, channels: int) -> None:
        self.cuts_out = False
        self._channels = channels
        self.trouble: str | None = None
        self._same_told = False
        self._cuts: deque[int] = deque(maxlen=CUTS)
        self.restart(forgiving=True)

    def restart(self, *, forgiving: bool) -> None:
        self.trouble = None
        self._forgiven = round(FIRST_S * RATE) if forgiving else 0
        self._at = 0
        self._zeros = 0
        self._last_peak = 0
        self._cut = False
        self._same = 0
        self._cuts.clear()

    def heard(self, samples: Samples, muted: bool) -> list[Seen]:
        seen = []
        for begin in range(0, len(samples), SLICE):
            piece = samples[begin : begin + SLICE]
            self._at += len(piece)
            # The absolute value of -32768 is no int16.
            peak = max(int(piece.max()), -int(piece.min()))
            seen += self._sounding(piece, peak) if peak else self._silent(len(piece), muted)
            self._last_peak = peak
        return seen

    def _silent(self, count: int, muted: bool) -> list[Seen]:
        self._cut = self._last_peak >= AUDIBLE if not self._zeros else self._cut
        self._zeros += count
        if self.trouble or self._zeros < ZEROS_S * RATE or self._at < self._forgiven:
            return []
        self.trouble = "the microphone gives pure silence: is it muted? look for its switch, or choose another"
        if muted:
            self.trouble = "the microphone gives pure silence, for it is muted: unmute it in the system"
        return [Seen("zeros", self.trouble)]

    def _sounding(self, piece: Samples, peak: int) -> list[Seen]:
        seen = []
        if self.trouble:
            self.trouble = None
            seen.append(Seen(None, "the microphone is heard again"))
        if self._zeros and self._cut:
            self._cuts.append(self._at)
        self._zeros = 0
        close = len(self._cuts) == CUTS and self._at - self._cuts[0] < CUTS_WITHIN_S * RATE
        if close and not self.cuts_out:
            self.cuts_out = True
            text = "a noise filter cuts the sound between words, or the connection does: turn it off if you can"
            seen.append(Seen("gain", text))
        return seen + self._compared(piece)

    def _compared(self, piece: Samples) -> list[Seen]:
        if self._same_told or self._channels < 2:
            return []
        self._same = self._same + len(piece) if (piece[:, 0] == piece[:, 1]).all() else 0
        if self._same < SAME_S * RATE:
            return []
        self._same_told = True
        return [Seen(None, "both channels carry the same sound: they cannot tell the two of you apart")]


def span(seconds: float) -> str:
    """A duration as people say it.

    >>> span(2.44), span(200), span(3600)
    ('2.4 s', '3 min 20 s', '1 h 00 min')
    """
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
