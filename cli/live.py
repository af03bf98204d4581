"""What two people see while they are recorded: the words, and who shows them.

`watch` shows the recording until it has ended. On a real terminal that is `cli.screen`; elsewhere, and if the screen
should ever break, `cli.lines`. Both say the same words, which are made here from a `State`, by pure functions.

Conventions
-----------
- What is going on is said in words and shapes; color may add to them, and may be lost without harm.
- Names, bookmarks and microphones come from outside: `clean` makes them harmless before they are shown.
- A key does what `KEYS` says for the phase, wherever it is pressed or typed.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Literal, Protocol

from recorder.state import Command, Do, Phase, State

__all__ = [
    "GOES_ON",
    "KEYS",
    "LABELS",
    "LOUD_DB",
    "NO_NEWS",
    "QUIET_DB",
    "Question",
    "Remote",
    "Spoken",
    "alarm",
    "asked_for",
    "break_over",
    "clean",
    "clock",
    "decline_question",
    "delete_question",
    "headline",
    "ignore_stop",
    "invitation",
    "level_word",
    "minutes",
    "on_signal",
    "over",
    "room",
    "short_of_room",
    "stop_question",
    "strike_question",
    "to_mend",
    "watch",
]

QUIET_DB, LOUD_DB = -30.0, -6.0
"""Peaks of talk lie between these; talk that the recorder calls weak (below -45 dB on average) peaks about there."""
SILENT_DB = -55.0
GOES_ON = "Recording goes on by itself as soon as there is sound."
NO_NEWS = "No news from the recorder for a moment: the computer is busy."

KEYS: dict[Phase, dict[str, Do]] = {
    "agreeing": {"enter": "yes", "n": "decline", "escape": "decline"},
    "recording": {
        "p": "pause", "space": "pause", "b": "bookmark", "t": "break", "x": "strike", "s": "stop", "d": "delete",
    },
    # No bookmarks off the record: their words would be kept, and nothing is.
    "paused": {
        "p": "resume", "space": "resume", "r": "resume", "t": "break", "x": "strike", "s": "stop", "d": "delete",
    },
    # Only r: a break that is ended by the key that begins a pause would be ended by accident.
    "break": {"r": "resume", "x": "strike", "s": "stop", "d": "delete"},
    "ended": {},
}  # fmt: skip

LABELS: dict[Phase, dict[str, str]] = {
    "agreeing": {"Enter": "I have said it", "n or Esc": "I would rather not"},
    "recording": {
        "p": "pause, off the record",
        "b": "bookmark this moment",
        "t": "take a break",
        "x": "strike last minutes",
        "s": "stop and keep",
        "D": "delete everything",
    },
    "paused": {
        "p": "go on recording",
        "t": "take a break",
        "x": "strike last minutes",
        "s": "stop and keep",
        "D": "delete everything",
    },
    "break": {
        "r": "go on recording",
        "x": "strike last minutes",
        "s": "stop and keep",
        "D": "delete everything",
    },
    "ended": {},
}


class Remote(Protocol):
    """What a screen needs of the recorder, which is a process of its own (`recorder.remote`)."""

    @property
    def state(self) -> State:
        """The latest; never waits."""

    @property
    def lost(self) -> bool:
        """Whether the recorder is gone without having ended the recording."""

    def send(self, command: Command) -> None:
        """Ask for something; never waits."""


@dataclass(frozen=True)
class Question:
    """What is asked before something that cannot be taken back."""

    text: tuple[str, ...]
    yes: str
    no: str
    command: Command
    no_key: str = "n"


class Spoken:
    """Whether an Enter may count as the sign that someone has spoken their yes.

    A key held down, or pressed once too often, must not say yes for the next person: it counts only some time after
    that person was asked, and after the last Enter.
    """

    def __init__(self, wait_s: float = 1.0) -> None:
        self._wait_s = wait_s
        self._asked: str | None = None
        self._given: str | None = None
        self._since = 0.0

    def look(self, asked: str | None, now: float) -> None:
        """Take note of who is asked."""
        if asked != self._asked:
            self._asked, self._given, self._since = asked, None, now

    def counts(self, now: float) -> bool:
        """Whether this Enter does; one for each person."""
        since, self._since = self._since, now
        if self._asked is None or self._asked == self._given or now - since < self._wait_s:
            return False
        self._given = self._asked
        return True


def watch(remote: Remote) -> State:
    """Show the recording until it has ended or the recorder is lost; the last state."""
    # On the full screen Ctrl-C is a key like others; an interrupt from elsewhere must not take the screen away, and
    # neither must a stop (Ctrl-Z): the recording would go on unseen.
    with on_signal("SIGINT", signal.SIG_IGN), on_signal("SIGTSTP", signal.SIG_IGN):
        note = _draw(remote) if _can_draw() else ""
        if not over(remote):
            from cli.lines import follow

            follow(remote, note)
    return remote.state


@contextmanager
def on_signal(
    name: Literal["SIGINT", "SIGTSTP"], handler: Callable[[int, FrameType | None], None] | signal.Handlers
) -> Iterator[None]:
    """The signal does this, and ends nothing, whenever it comes; elsewhere than in the main thread it never comes."""
    number = getattr(signal, name, None)  # Windows has no SIGTSTP
    if number is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def ignore_stop() -> None:
    """As `watch` does; once more, because Textual puts its own answer to Ctrl-Z in place: to go away."""
    with suppress(AttributeError, ValueError):  # Windows; another thread than the main one
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)


def _can_draw() -> bool:
    """Whether there is a terminal to draw on; Textual draws on standard error."""
    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    terminal = all(stream is not None and not stream.closed and stream.isatty() for stream in streams)
    return terminal and os.environ.get("TERM") != "dumb"


def _draw(remote: Remote) -> str:
    """The full screen; should it end before the recording does, what to tell about that."""
    # Textual prints a traceback with everything that it knows, names and words included: nobody at that table needs it.
    complaint = io.StringIO()
    try:
        with redirect_stderr(complaint):
            from cli.screen import LiveScreen

            LiveScreen(remote).run(mouse=False)
    except Exception as error:
        complaint.write(f"{type(error).__name__}: {error}")
    *_, last = ["", *complaint.getvalue().strip().splitlines()]
    why = f" (for a bug report: {clean(last)})" if last else ""
    return f"The screen broke{why}. The recording goes on, here in plain lines; ? and Enter shows what can be typed."


def over(remote: Remote) -> bool:
    """Whether there is nothing more to show."""
    return remote.lost or remote.state.phase == "ended"


def clean(text: str) -> str:
    """Text from outside on one line, without anything that could steer a terminal.

    >>> clean("Ma\\x1b[2Jya")
    'Ma�[2Jya'
    """
    joiners = "\u200c\u200d"  # of Persian names and of emoji; harmless, and better missing than shown as a blot
    shown = (c for c in text.replace("\n", " ") if c not in joiners)
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)


def clock(seconds: float) -> str:
    """Time as people read it.

    >>> clock(62.4), clock(3723)
    ('1:02', '1:02:03')
    """
    whole, rest = divmod(max(0, int(seconds)), 60)
    hours, whole = divmod(whole, 60)
    return f"{hours}:{whole:02}:{rest:02}" if hours else f"{whole}:{rest:02}"


def headline(state: State) -> str:
    """What is going on, in one glance: the line that never goes away.

    The countdown of a break rounds up, so that it begins at 20:00 and says 0:00 never.
    """
    nothing = "(nothing is being kept)"
    if state.phase == "ended":
        return f"■ ENDED  {clock(state.elapsed)}"
    if state.phase == "paused":
        return f"Ⅱ OFF THE RECORD  {clock(state.elapsed)} {nothing}"
    if state.phase == "break":
        if break_over(state):
            return f"Ⅱ BREAK  time is up {nothing}"
        left = "" if state.break_left is None else f"  {clock(state.break_left + 0.999)} left"
        return f"Ⅱ BREAK{left} {nothing}"
    return f"● RECORDING  {clock(state.elapsed)}"


def break_over(state: State) -> bool:
    """Whether the twenty minutes have passed."""
    return state.phase == "break" and state.break_left is not None and state.break_left <= 0


def invitation(state: State) -> str:
    """What the phase asks of the two, in a sentence; empty where it asks nothing."""
    if state.phase == "agreeing" and state.asked is not None:
        return f"{clean(state.asked)}, please say aloud: “I agree to this recording.” Then press Enter."
    if state.phase == "paused":
        return "What you say now is not kept. To go on recording, press p."
    if break_over(state):
        return "Twenty minutes are over. Go on when you both want to: press r (or Enter)."
    if state.phase == "break":
        return "To go on earlier, when you both want to, press r."
    return ""


def alarm(state: State) -> str:
    """Why sound is missing right now; empty if none is, and off the record, where none is wanted."""
    return clean(state.trouble or "") if state.phase in ("agreeing", "recording") else ""


def to_mend(state: State) -> str:
    """What has to be in order before the two go on recording, in a sentence; empty if all is."""
    if state.trouble is None or state.phase not in ("paused", "break"):
        return ""
    return f"Before you go on recording, this has to be in order again: {clean(state.trouble)}"


def asked_for(key: str, state: State) -> Do | None:
    """What a key asks for now; keys are "enter", "escape", "space" or a letter, whichever its case."""
    if key == "enter" and break_over(state):
        return "resume"
    return KEYS[state.phase].get(key.lower())


def stop_question(state: State) -> Question:
    """Also what Ctrl-C asks: leaving the screen never ends a recording silently."""
    if state.phase == "agreeing":
        # Not everyone has said yes: there is nothing yet that may be kept.
        return decline_question()
    return Question(("Stop and keep the recording?",), "yes, stop and keep it", "no, go on", Command(do="stop"))


def decline_question() -> Question:
    """Asks once; `n` is not "no" here, because it is also the key that leads here, and may be pressed twice."""
    text = ("You would rather not be recorded?", "Then what was recorded is destroyed, and nothing more is.")
    return Question(text, "yes, destroy it", "go on recording", Command(do="decline"), no_key="g")


def delete_question() -> Question:
    """The end of the whole tape."""
    text = ("Delete everything?", "Destroys the recording and its key. Nobody can bring it back.")
    return Question(text, "destroy it", "keep it, go on", Command(do="delete"))


def strike_question(minutes: float, state: State) -> Question:
    """The end of the last minutes of what is kept; more of them than there are is all there is."""
    seconds = max(1, round(minutes * 60))
    if seconds >= state.kept:
        what, they = "All of it, the whole conversation until now,", "It"
    else:
        one = seconds in (1, 60, 3600)
        span = _span(seconds).removeprefix("1 ") if one else _span(seconds)
        what, they = f"The last {span} of what was recorded", "It" if one else "They"
    text = (f"{what} will be destroyed for good. {they} cannot be brought back.",)
    return Question(text, "yes, destroy", "no, keep", Command(do="strike", minutes=minutes))


def _span(seconds: int) -> str:
    """A length of time as people say it.

    >>> _span(300), _span(90), _span(3600)
    ('5 minutes', '1 minute and 30 seconds', '1 hour')
    """
    counts = {"hour": seconds // 3600, "minute": seconds // 60 % 60, "second": seconds % 60}
    return " and ".join(f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in counts.items() if count)


def minutes(text: str) -> float | None:
    """The minutes that someone typed, or None if those are none.

    >>> minutes("5"), minutes("2,5"), minutes("nan"), minutes("0")
    (5.0, 2.5, None, None)
    """
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if 0 < number < 10_000 else None


def short_of_room(state: State) -> bool:
    """Whether the disk has room for less than an hour."""
    return state.disk_hours is not None and state.disk_hours < 1


def room(state: State) -> str:
    """The room on the disk, in words; empty if that is not known.

    >>> from msgspec.structs import replace
    >>> some = State(phase="recording", elapsed=0, kept=0, names=(), disk_hours=41.7)
    >>> room(some), room(replace(some, disk_hours=0.6667))
    ('room for 41 hours', 'room for only 40 minutes')
    """
    if state.disk_hours is None:
        return ""
    if short_of_room(state):
        whole = round(state.disk_hours * 60)
        return f"room for only {whole} minute{'' if whole == 1 else 's'}"
    whole = int(state.disk_hours)
    return f"room for {whole} hour{'' if whole == 1 else 's'}"


def level_word(peak_db: float) -> str:
    """A level as people say it.

    >>> [level_word(db) for db in (-90, -40, -12, -1)]
    ['silent', 'quiet', 'good', 'loud']
    """
    if peak_db < SILENT_DB:
        return "silent"
    return "quiet" if peak_db < QUIET_DB else "good" if peak_db < LOUD_DB else "loud"
