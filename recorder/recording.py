"""One recording, from the first spoken yes to the end: what is kept, when, and what the two are told.

`Recording` stands between the inbox (blocks of sound from `recorder.capture`, commands from people), the
`recorder.watchdog`, and the tape with its `recorder.timeline`.

Sound and commands lie in the same inbox in the order in which they came, so "off the record" takes effect at the very
block at which the key was pressed, even if the disk is slow.

Promises
--------
- Sound reaches the tape half a second after it was heard, plus what the disk takes.
- Before both have said yes aloud nothing may stay: whatever ends a recording then destroys it.
- Off the record, samples are looked at for nothing but whether they come.
- Whatever the disk does, no exception leaves `run`; the state says how it ended.
"""

from __future__ import annotations

import queue
import shutil
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

from recorder.capture import Block
from recorder.errors import TapeError
from recorder.frames import RATE, End, Kind
from recorder.meter import Meter
from recorder.state import BREAK_S, Command, Phase, State, Told
from recorder.tape import TapeFull, Writer, shred
from recorder.timeline import Timeline
from recorder.watchdog import Instant, Seen, Source, Watchdog, span

__all__ = ["Ears", "Inbox", "Recording", "hours_left"]

TICK_S = 0.1
DISK_EVERY_S = 2.0
RESERVE = 16 << 20
"""Bytes that are left free on the disk: below, the recording ends while it can still end well."""
BYTES_PER_HOUR = 180e6
"""Of one channel of speech, sealed (measured: 150-180 MB)."""
SCARCE_H = 0.25
PATIENCE_S = 2.0
"""How long a stream may stand without bringing sound until another one is opened."""
HIDDEN_S = 60.0
"""How long a recording goes on without anything that shows it. Nothing is recorded unseen."""
TOLD = 8

OFF = ("paused", "break")
Visible = Literal["screen", "line", "nothing"]
Ending = Literal["stopped", "disk full", "no screen", "deleted", "not destroyed", "failed"]
REASONS: dict[str, str] = {
    "disk full": "the disk is full",
    "no screen": "nothing showed any more that it was running",
    "failed": "the disk refuses to write",
}


class Ears(Protocol):
    """What a recording needs of `recorder.capture.Capture`."""

    @property
    def alive(self) -> bool: ...
    def reopen(self) -> None: ...


class Inbox:
    """Blocks and commands in the order in which they came; knows how many samples wait in it."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Block | Command] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self.waiting = 0

    def put(self, item: Block | Command) -> None:
        """Never waits."""
        if isinstance(item, Block):
            with self._lock:
                self.waiting += len(item.samples)
        self._queue.put(item)

    def take(self, timeout: float) -> Block | Command | None:
        """The next item; None if none comes within so many seconds."""
        try:
            item = self._queue.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(item, Block):
            with self._lock:
                self.waiting -= len(item.samples)
        return item


def hours_left(folder: Path, channels: int) -> float:
    """For how many hours of sound the disk under `folder` has room."""
    free = shutil.disk_usage(folder).free - RESERVE
    return max(0.0, free / (BYTES_PER_HOUR * channels))


class Recording:
    """A recording that is under way; `run` is its life.

    Parameters
    ----------
    tape
        Just created; nothing on it but the head.
    names
        Of those who agreed, in the order in which they are asked to say so aloud.
    channels
        1 or 2.
    microphone
        Its name, to be shown.
    ears
        Where the blocks come from.
    source
        What the operating system tells about the microphone; None where it tells nothing.
    now
        The clocks.
    free_hours
        For how many hours the disk has room.
    visible
        What says at this moment that a recording is running: a screen, a line in the terminal, or nothing.
    """

    def __init__(
        self,
        tape: Writer,
        names: tuple[str, ...],
        channels: int,
        microphone: str,
        ears: Ears,
        source: Callable[[], Source | None] = lambda: None,
        now: Callable[[], Instant] = Instant.now,
        free_hours: Callable[[], float] = lambda: float("inf"),
        visible: Callable[[], Visible] = lambda: "screen",
    ) -> None:
        self._tape = tape
        self._names = names
        self._channels = channels
        self._microphone = microphone
        self._ears = ears
        self._source = source
        self._now = now
        self._free_hours = free_hours
        self._visible = visible
        self._phase: Phase = "agreeing"
        self._asked = 0
        self._start = now()
        self._timeline = Timeline(tape, self._start)
        self._conversation = 0
        self._opened_on: Source | None = None
        self._bookmarks: list[int] = []
        self._told: deque[Told] = deque(maxlen=TOLD)
        self._dropped = 0
        self._hours: float | None = None
        self._disk_asked = float("-inf")
        self._scarce = False
        self._break_ends: float | None = None
        self._heard_at = self._start.ticking
        self._reopening = False
        self._hidden_since: float | None = None
        self._seen_by: Visible = "screen"
        self._ending: Ending | None = None
        self._failure: str | None = None
        self._meter = Meter(channels)
        self._watchdog = Watchdog(self._start, channels)
        self._last_tick = float("-inf")

    def run(self, inbox: Inbox, tell: Callable[[State], None]) -> State:
        """Record until somebody stops it or it cannot go on; the last state."""
        try:
            self._mark("yes", self._names[0])
            while self._ending is None:
                item = inbox.take(TICK_S)
                if isinstance(item, Block):
                    self._hear(item)
                elif item is not None:
                    self._obey(item)
                if self._ending is None and (now := self._now()).ticking - self._last_tick >= TICK_S:
                    self._last_tick = now.ticking
                    self._tick(now)
                    tell(self.state)
        except TapeFull:
            self._close("disk full")
        except OSError as error:
            self._failure = f"the disk refuses to write ({error.strerror}); everything before that is safe"
            self._close("failed")
        tell(self.state)
        return self.state

    @property
    def state(self) -> State:
        """What a screen shows at this moment."""
        now, listening = self._now(), self._phase not in OFF
        return State(
            phase="ended" if self._ending else self._phase,
            elapsed=now.elapsed - self._start.elapsed,
            kept=self._timeline.kept / RATE,
            names=self._names,
            asked=self._names[self._asked] if self._phase == "agreeing" else None,
            level_db=self._meter.level_db if listening else (),
            peak_db=self._meter.peak_db if listening else (),
            hints=self._meter.hints if listening else (),
            trouble=self._failure if self._ending else self._watchdog.trouble,
            microphone=self._microphone,
            relative_only=self._watchdog.relative_only,
            told=tuple(self._told),
            bookmarks=len(self._bookmarks),
            disk_hours=self._hours,
            break_left=None if self._break_ends is None else max(0.0, self._break_ends - now.elapsed),
            dropped=self._dropped,
            ending=self._ending,
            tape=self._tape.id,
        )

    def _hear(self, block: Block) -> None:
        """Keep a block, or, off the record, forget it; the timeline moves on in either case."""
        if block.instant.elapsed <= self._start.elapsed:
            return  # the ears were open before the screen said so
        self._heard_at, self._reopening = block.instant.ticking, False
        if block.first:
            self._watchdog.restarted(block.instant)
            self._opened_on = block.source
        self._dropped += block.dropped
        for seen in self._watchdog.heard(block.samples, block.instant):
            self._notice(seen, self._timeline.at)
        self._timeline.skip(self._watchdog.take_missing())
        listening = self._phase not in OFF
        if listening:
            self._meter.hear(block.samples)
        self._timeline.take(block, keep=listening)

    def _tick(self, now: Instant) -> None:
        """What the clock brings: the watchdog's eye, the disk, the break, and whether anyone can see this."""
        source = self._source() or self._opened_on
        if source is not None:
            self._microphone = source.description
        for seen in self._watchdog.tick(now, source, self._ears.alive):
            self._notice(seen, self._timeline.here(now))
        self._mind_the_stream(now)
        self._mind_the_disk(now)
        self._mind_the_screen(now)

    def _mind_the_stream(self, now: Instant) -> None:
        if not self._ears.alive:
            self._timeline.unanchor()  # the ears are opening another stream
        elif now.ticking - self._heard_at >= PATIENCE_S and not self._reopening:
            self._reopening = True
            self._ears.reopen()

    def _mind_the_disk(self, now: Instant) -> None:
        if now.ticking - self._disk_asked < DISK_EVERY_S:
            return
        self._disk_asked, self._hours = now.ticking, self._free_hours()
        if self._hours <= 0:
            self._finish("disk full")
        elif self._hours < SCARCE_H and not self._scarce:
            self._scarce = True
            self._tell(f"the disk has room for {self._hours * 60:.0f} more minutes: free some space, or stop soon")

    def _mind_the_screen(self, now: Instant) -> None:
        visible = self._visible()
        if visible != self._seen_by:
            self._seen_by = visible
            self._mark("screen", {"screen": "back", "line": "lost; a line is shown", "nothing": "lost"}[visible])
        if visible != "nothing":
            self._hidden_since = None
        elif self._hidden_since is None:
            self._hidden_since = now.elapsed
        elif now.elapsed - self._hidden_since >= HIDDEN_S:
            self._finish("no screen")

    def _obey(self, command: Command) -> None:
        """Do what a person asked for; what makes no sense in this phase is left alone."""
        do, phase = command.do, self._phase
        if do in ("delete", "decline"):
            self._destroy()
        elif do == "stop":
            self._finish("stopped")
        elif do == "yes" and phase == "agreeing":
            self._agreed()
        elif do in ("pause", "break") and phase != "agreeing":
            self._off_the_record(do)
        elif do == "resume" and phase in OFF:
            self._phase, self._break_ends = "recording", None
            self._watchdog.silenced(False)
            self._mark("resume")
            self._tell("on the record again")
        elif do == "bookmark" and phase == "recording":
            self._mark("bookmark", command.text)
            self._bookmarks.append(self._timeline.at)
            self._tell(f"bookmark: {command.text}" if command.text else "bookmark")
        elif do == "strike" and phase != "agreeing" and command.minutes > 0:
            self._strike(command.minutes)

    def _agreed(self) -> None:
        self._asked += 1
        if self._asked < len(self._names):
            self._mark("yes", self._names[self._asked])
            return
        self._phase = "recording"
        # A sample earlier than what follows: to strike all that was said since then must not take the mark itself.
        self._conversation = self._timeline.at
        self._mark("conversation", at=max(0, self._conversation - 1))
        self._tell("both have said yes; the conversation begins")

    def _off_the_record(self, do: Literal["pause", "break"]) -> None:
        if do == "pause" and self._phase in OFF:
            return
        self._mark(do)
        self._phase = "paused" if do == "pause" else "break"
        self._break_ends = self._now().elapsed + BREAK_S if do == "break" else None
        self._watchdog.silenced(True)
        self._meter.reset()
        self._tell("off the record" if do == "pause" else "a break of twenty minutes; nothing is recorded")

    def _strike(self, minutes: float) -> None:
        try:
            struck = self._timeline.strike(minutes * 60, self._conversation, self._now())
        except OSError as error:
            self._not_destroyed(f"what was to be destroyed may still be there ({error.strerror})")
            return
        if struck is None:
            self._tell("there is nothing to destroy: nothing has been said on the record")
            return
        start = struck[0].start
        self._bookmarks = [at for at in self._bookmarks if at < start]
        self._told = deque((told for told in self._told if told.at * RATE < start), maxlen=TOLD)
        self._tell(f"the last {span(struck[1] / RATE)} of what was recorded are destroyed")

    def _destroy(self) -> None:
        self._timeline.forget()
        self._bookmarks = []
        self._told.clear()
        self._tape.close()
        try:
            shred(self._tape.path)
            self._ending = "deleted"
        except TapeError as problem:
            self._not_destroyed(str(problem))

    def _not_destroyed(self, why: str) -> None:
        self._failure, self._ending = why, "not destroyed"
        self._tape.close()

    def _finish(self, ending: Ending) -> None:
        """End a recording that goes well."""
        if self._phase != "agreeing":
            self._timeline.flush()
        self._close(ending)

    def _close(self, ending: Ending) -> None:
        """Close the tape; where even that cannot be written, it stays unfinished, and readable."""
        if self._phase == "agreeing":
            self._failure = REASONS.get(ending)
            self._destroy()
            return
        self._ending = ending
        try:
            self._tape.end(End(at=self._timeline.at, reason=ending))
        except OSError:
            self._tape.close()

    def _notice(self, seen: Seen, at: int) -> None:
        """Tell what the watchdog saw, and write it on the tape."""
        self._tell(seen.text)
        if seen.kind is not None:
            self._mark(seen.kind, seen.text, at)
        if seen.kind == "gap":
            self._meter.reset()

    def _mark(self, kind: Kind, text: str = "", at: int | None = None) -> None:
        now = self._now()
        self._timeline.mark(kind, text, self._timeline.here(now) if at is None else at, now)

    def _tell(self, text: str) -> None:
        self._told.append(Told(at=self._timeline.here(self._now()) / RATE, text=text))
