"""The recording in plain lines: without a terminal to draw on, for screen readers, and when the screen breaks.

A line is printed when something changes, and one a minute that says what is going on. Commands are lines, too; with
nobody to type them, the recording is just watched.

Standard input is read past Python's buffers, so that a reader can be ended before anyone else asks something there.
What an earlier prompt has read ahead from a pipe is not seen here; at a terminal there is no such thing.
"""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue

from cli import live
from cli.live import Question, Remote, Spoken
from recorder.state import Command, State

__all__ = ["follow", "help_lines", "news"]

LOOK_S = 0.1
CTRL_C = "\x03"
WORDS = {"": "enter", "delete": "d"}
"""What is typed as a word or as nothing, and the key that it stands for."""


def follow(remote: Remote, note: str = "") -> None:
    """Print what happens and obey what is typed, until the recording has ended or is lost."""
    if note:
        _say(note)
    talk = _Talk(remote)
    before = None
    live.ignore_stop()
    with _Typed() as typed, live.on_signal("SIGINT", lambda *unused: typed.put(CTRL_C)):
        while True:
            done, state = live.over(remote), remote.state  # in this order, so that the last state is told
            for line in news(before, state):
                _say(line)
            before = state
            if done:
                return
            talk.look(state)
            with suppress(Empty):
                talk.hear(typed.get(timeout=LOOK_S))


def news(before: State | None, now: State) -> Iterator[str]:
    """What is worth a line, since the state that was shown before."""
    if before is None:
        yield f"{live.headline(now)}: {' and '.join(live.clean(name) for name in now.names)}"
    elif before.phase != now.phase:
        yield live.headline(now)
    elif int(before.elapsed // 60) != int(now.elapsed // 60) and now.phase != "ended":
        yield _minute(now)
    if live.invitation(now) and (before is None or live.invitation(before) != live.invitation(now)):
        yield _typed_instead(live.invitation(now))
    if now.phase == "recording" and (before is None or before.phase == "agreeing"):
        yield "Either of you may type a command, at any time; ? and Enter shows them."
    yield from _remarks(before, now)
    told = before.told if before is not None else ()
    for item in now.told:
        if item not in told:
            yield f"{live.clock(item.at)}  {live.clean(item.text)}"


def _remarks(before: State | None, now: State) -> Iterator[str]:
    """What is wrong, or could be better, or is so no longer."""
    if now.stale and not (before is not None and before.stale):
        yield live.NO_NEWS
    elif before is not None and before.stale and not now.stale:
        yield "The recorder answers again."
    yield from _trouble(before, now)
    for hint in now.hints:
        if before is None or hint not in before.hints:
            yield live.clean(hint)
    if now.relative_only and not (before is not None and before.relative_only):
        yield "Loudness is relative only from here: this microphone changes its volume by itself."
    if live.short_of_room(now) and not (before is not None and live.short_of_room(before)):
        yield f"The disk has {live.room(now)}."


def _trouble(before: State | None, now: State) -> Iterator[str]:
    """An alarm while sound is missing; off the record only what has to be mended before the two go on."""
    alarm, to_mend = (live.alarm(before), live.to_mend(before)) if before is not None else ("", "")
    if live.alarm(now) and live.alarm(now) != alarm:
        yield f"NO SOUND IS BEING RECORDED RIGHT NOW: {live.alarm(now)}"
        yield live.GOES_ON
    elif alarm and not live.alarm(now) and now.phase == "recording":
        yield "There is sound again, and it is being recorded."
    if live.to_mend(now) and live.to_mend(now) != to_mend:
        yield live.to_mend(now)
    elif to_mend and not now.trouble and now.phase in ("paused", "break"):
        yield "That is in order again."


def _minute(state: State) -> str:
    """The line that is printed once a minute: "● recording 12:00, room for 41 hours"."""
    symbol, words = live.headline(state).split(" ", 1)
    line = f"{symbol} {' '.join(words.lower().split())}"
    return f"{line}, {live.room(state)}" if live.room(state) and state.phase in ("agreeing", "recording") else line


def _typed_instead(text: str) -> str:
    """The same invitation, to people who type lines."""
    text = text.replace("Then press Enter.", "Then press Enter. (n and Enter: I would rather not.)")
    text = text.replace("press r (or Enter).", "type r and Enter.").replace("press p.", "type r and Enter.")
    return text.replace("press r.", "type r and Enter.")


def help_lines(state: State) -> Iterator[str]:
    """What can be typed now."""
    words = {"b": "b word", "x": "x 5", "D": "delete", "n or Esc": "n", "p": "p" if state.phase == "recording" else "r"}
    labels = live.LABELS[state.phase]
    for key, label in labels.items():
        yield f"  {words.get(key, key):8}{label}"
    yield "  ?       this help. Either of you may type any of these, at any time, and then Enter."


class _Talk:
    """Makes commands of lines, and asks before what cannot be taken back."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._question: Question | None = None
        # A held key floods a terminal with Enters; what a script writes, it means.
        self._spoken = Spoken() if sys.stdin is not None and sys.stdin.isatty() else Spoken(wait_s=0.0)

    def look(self, state: State) -> None:
        """Take note of who is asked."""
        self._spoken.look(state.asked, time.monotonic())

    def hear(self, line: str) -> None:
        """Obey a line that was typed."""
        if line == CTRL_C:
            self._leave()
            return
        question, self._question = self._question, None
        if question is not None:
            self._answer(question, line.strip().lower())
            return
        word, _, rest = line.strip().partition(" ")
        state = self._remote.state
        do = live.asked_for(WORDS.get(word.lower(), word), state)
        if word == "?":
            for text in help_lines(state):
                _say(text)
        elif do == "yes":
            self._yes()
        elif do == "strike":
            self._strike(rest, state)
        elif do == "delete":
            self._ask(live.delete_question())
        elif do == "stop":
            self._ask(live.stop_question(state))
        elif do == "decline":
            self._ask(live.decline_question())
        elif do is not None:
            self._remote.send(Command(do=do, text=live.clean(rest).strip() if do == "bookmark" else ""))
        elif not word:
            _say(live.headline(state))
        else:
            _say("That cannot be done now, or is no command; ? and Enter shows what can be typed.")

    def _leave(self) -> None:
        """Ctrl-C: asks; a second one while the question stands means it."""
        question = live.stop_question(self._remote.state)
        if self._question == question:
            self._remote.send(question.command)
        else:
            self._ask(question)

    def _yes(self) -> None:
        if self._spoken.counts(time.monotonic()):
            self._remote.send(Command(do="yes"))
        else:
            _say("Please say it aloud first, then press Enter.")

    def _strike(self, rest: str, state: State) -> None:
        number = live.minutes(rest)
        if number is None:
            _say("How many of the last minutes? Type, for instance, x 5 and Enter.")
        else:
            self._ask(live.strike_question(number, state))

    def _ask(self, question: Question) -> None:
        self._question = question
        for text in question.text:
            _say(text)
        no = "g" if question.no_key == "g" else "no"
        yes_means, no_means = question.yes.removeprefix("yes, "), question.no.removeprefix("no, ")
        _say(f"Type yes and Enter: {yes_means}; {no} and Enter: {no_means}.")

    def _answer(self, question: Question, answer: str) -> None:
        do = question.command.do
        # A second s is meant, as a second Ctrl-C is; to destroy everything takes the whole word.
        if answer == "yes" or (answer == "y" and do != "delete") or (answer == "s" and do == "stop"):
            self._remote.send(question.command)
        elif question.no_key == "g" and answer == "n":
            self._ask(question)
        else:
            _say(f"Nothing is changed. {live.headline(self._remote.state)}")


class _Typed:
    """The lines of standard input, as they come; none after its end."""

    def __enter__(self) -> SimpleQueue[str]:
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._read, name="typed", daemon=True)
        self._thread.start()
        return self._lines

    def __exit__(self, *unused: object) -> None:
        self._enough.set()
        if os.name == "posix":
            self._thread.join()

    def _read(self) -> None:
        rest = b""
        # No standard input at all, or a closed one, is as good as nobody who types.
        with suppress(AttributeError, OSError, ValueError):
            source = sys.stdin.fileno()
            while not self._enough.is_set():
                if os.name == "posix" and not select.select([source], [], [], LOOK_S)[0]:
                    continue
                chunk = os.read(source, 4096)
                if not chunk:
                    return
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._lines.put(line.decode(errors="replace"))


def _say(text: str) -> None:
    """One line, at once, in whatever letters the other end can show; where people can see it, if anywhere."""
    screen = sys.stderr if sys.stderr.isatty() and not sys.stdout.isatty() else sys.stdout
    encoding = screen.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), file=screen, flush=True)
