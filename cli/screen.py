"""The recording screen on a real terminal: `cli.live`'s words, laid out, and the keys that go with them.

From top to bottom: one line that says what is going on, which nothing ever covers; what there is to know; and the
keys, or the question that a key led to. Questions take the place of the keys, not of the screen, so that nobody is
recorded without seeing it.

Conventions
-----------
- `rows` is a pure function of the state and the room there is. 80 x 24 shows everything; less room shows fewer of the
  things that happened, more room shows the same with more air.
- Only the terminal's own colors are used, on its own background, so that light and dark terminals both stay readable.
  Badges set both of their colors; nothing is told by color alone.
- Imported only inside functions, because Textual takes a while.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import ClassVar, Literal

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key, Resize
from textual.widgets import Input, Static

from cli import live
from cli.live import Question, Remote, Spoken
from recorder.frames import RATE
from recorder.state import Command, State

__all__ = ["LiveScreen", "header", "rows"]

WIDEST = 100
"""Longer lines than this are hard to read."""
MARGIN = "  "
FLOOR_DB = -60.0
TOLD = 4
LOOK_S = 0.1

RECORDING, OFF, ALERT = "bold bright_white on red", "reverse bold", "bold black on yellow"

Form = Literal["bookmark", "strike", "delete"]
FORMS: dict[Form, tuple[str, str, str]] = {
    "bookmark": ("A bookmark for this moment. A word with it, if you like:", "keep it", "no bookmark"),
    "strike": ("How many of the last minutes? Type 1, 5, 10 or another number:", "next", "keep everything"),
    "delete": ("To do it, type the word delete:", "destroy it", "keep it, go on"),
}


class LiveScreen(App[None]):
    """Shows a remote's state, and sends what the two ask for."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True)]
    CSS = """
    Screen { background: ansi_default; color: ansi_default; layout: vertical; overflow: hidden; }
    #header { height: 1; }
    #body { height: 1fr; min-height: 0; overflow: hidden; }
    #foot { height: auto; }
    #foot Static { height: auto; }
    #answer { display: none; height: 1; border: none; padding: 0; margin: 0 2; background: ansi_default; }
    #answer.asked { display: block; }
    """

    def __init__(self, remote: Remote) -> None:
        super().__init__(ansi_color=True)
        self._remote = remote
        self._question: Question | None = None
        self._form: Form | None = None
        self._note = ""
        self._spoken = Spoken()
        self._rung = False

    def compose(self) -> ComposeResult:
        """Three parts, from top to bottom."""
        yield Static(id="header")
        yield Static(id="body")
        with Vertical(id="foot"):
            yield Static(id="above")
            yield Input(id="answer", compact=True, max_length=60, disabled=True)
            yield Static(id="below")

    def on_mount(self) -> None:
        """Begin to look."""
        self.query_one(Input).cursor_blink = False
        if not self.is_headless:
            live.ignore_stop()
        self._look()
        self.set_interval(LOOK_S, self._look)

    def on_resize(self, event: Resize) -> None:
        """Lay everything out anew."""
        self._look()

    def _look(self) -> None:
        """Show the latest state."""
        if not self._is_there:
            return
        if live.over(self._remote):
            self.exit()
            return
        state = self._remote.state
        self._spoken.look(state.asked, time.monotonic())
        if live.break_over(state) and not self._rung:
            self.bell()
        self._rung = live.break_over(state)
        width = min(self.size.width, WIDEST)
        above, below = self._foot(state, width)
        height = self.size.height - 1 - len(above) - len(below) - (self._form is not None)
        self.query_one("#header", Static).update(header(state, width))
        self.query_one("#body", Static).update(_joined(rows(state, width, height)))
        self.query_one("#above", Static).update(_joined(above))
        self.query_one("#below", Static).update(_joined(below))

    @property
    def _is_there(self) -> bool:
        """Whether all parts are: a resize, a key or the clock may come before the first look, and after the last."""
        return self.is_running and bool(self.screen_stack) and bool(self.query("#below"))

    def _foot(self, state: State, width: int) -> tuple[list[Text], list[Text]]:
        """What stands above and below the place to type."""
        rule = [Text(MARGIN + "─" * (width - 2 * len(MARGIN)), "dim")]
        note = _paragraph(self._note, width)
        if self._form is not None:
            said, enter, escape = FORMS[self._form]
            texts = (*live.delete_question().text, said) if self._form == "delete" else (said,)
            return rule + note + _paragraphs(texts, width), _keys({"Enter": enter, "Esc": escape}, width)
        if self._question is not None:
            asked = self._question
            keys = _keys({"y": asked.yes, asked.no_key: asked.no}, width)
            return rule + _paragraphs(asked.text, width), [Text(), *keys]
        either = [Text(f"{MARGIN}Either of you may press any of these, at any time.", "dim")]
        return rule, note + _keys(live.LABELS[state.phase], width) + either

    def on_key(self, event: Key) -> None:
        """A key that the place to type did not take."""
        event.stop()
        if not self._is_there:
            return
        key = event.character if event.is_printable and event.character not in (None, " ") else event.key
        if self._form is not None:
            if key == "escape":
                self._ask()
        elif self._question is not None:
            self._answer(self._question, (key or "").lower())
        else:
            self._press(key or "")
        self._look()

    def _answer(self, question: Question, key: str) -> None:
        if key == "y":
            self._send(question.command)
        elif key == question.no_key or (key == "escape" and question.no_key == "n"):
            self._ask()

    def _press(self, key: str) -> None:
        state = self._remote.state
        do = live.asked_for(key, state)
        self._note = ""
        if do == "yes":
            if self._spoken.counts(time.monotonic()):
                self._send(Command(do="yes"))
            else:
                self._note = "Please say it aloud first, then press Enter."
        elif do in ("pause", "resume", "break"):
            self._send(Command(do=do))
        elif do == "stop":
            self._ask(question=live.stop_question(state))
        elif do == "decline":
            self._ask(question=live.decline_question())
        elif do in ("bookmark", "strike", "delete"):
            self._ask(form=do)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What was typed, and Enter."""
        form, typed = self._form, live.clean(event.value).strip()
        if form == "bookmark":
            self._send(Command(do="bookmark", text=typed))
        elif form == "strike" and (number := live.minutes(typed)) is not None:
            self._ask(question=live.strike_question(number, self._remote.state))
        elif form == "delete" and typed.lower() == "delete":
            self._send(Command(do="delete"))
        elif form == "delete":
            self._note = "That was not the word delete. Nothing is destroyed."
        else:
            self._note = "That is not a number of minutes."
        self._look()

    def action_leave(self) -> None:
        """Ctrl-C and Ctrl-Q: there is no way out that does not ask."""
        if self._is_there:
            self._ask(question=live.stop_question(self._remote.state))
            self._look()

    def _ask(self, question: Question | None = None, form: Form | None = None) -> None:
        """Put a question, or a form, in the place of the keys; neither brings the keys back."""
        self._question, self._form, self._note = question, form, ""
        answer = self.query_one(Input)
        answer.clear()
        answer.disabled = form is None
        answer.set_class(form is not None, "asked")
        if form is not None:
            answer.focus()

    def _send(self, command: Command) -> None:
        self._ask()
        self._remote.send(command)
        if command.do in ("stop", "delete", "decline"):
            self._note = "One moment: the recording is being closed."


def header(state: State, width: int) -> Text:
    """The line that never goes away: the state, and who is recorded; names give way where there is too little room."""
    words = live.headline(state)
    badge, _, rest = words.partition("  ")
    style = RECORDING if badge.startswith("●") else OFF
    line = Text(no_wrap=True)
    line.append(f" {badge} ", style)
    line.append(f" {rest}", "bold")
    free = width - line.cell_len - 3
    names = _fitting([live.clean(name) for name in state.names], free)
    line.append(" " * (width - line.cell_len - cell_len(names) - 1))
    line.append(names)
    return line


def _fitting(names: list[str], free: int) -> str:
    """The names, each as much of it as there is room for."""
    joined = " and ".join(names)
    if cell_len(joined) <= free or not names:
        return joined
    each = max(1, (free - 5 * (len(names) - 1)) // len(names))
    return " and ".join(_cut(name, each) for name in names)


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def rows(state: State, width: int, height: int) -> list[Text]:
    """Everything between the first line and the keys; what happened gives way first."""
    parts = [_trouble(state, width), _asked(state, width), _meter(state, width), _hints(state, width)]
    parts = [part for part in (*parts, _facts(state, width)) if part]
    happened = _happened(state, width, height)
    airy = 1 + sum(len(part) + 1 for part in parts) + len(happened) <= height
    shown = [Text()]
    for part in parts:
        shown += [*part, Text()] if airy else part
    return shown + _happened(state, width, height - len(shown))


def _trouble(state: State, width: int) -> list[Text]:
    lines = _paragraph(live.NO_NEWS if state.stale else "", width) + _paragraph(live.to_mend(state), width, "")
    if not live.alarm(state):
        return lines
    badge = Text(MARGIN).append(" ▲ NO SOUND IS BEING RECORDED RIGHT NOW ", ALERT)
    return [*lines, badge, *_paragraph(_sentence(live.alarm(state)), width), Text(MARGIN + live.GOES_ON)]


def _asked(state: State, width: int) -> list[Text]:
    """What the phase asks of the two, and in a break what it is for."""
    asked = _paragraph(live.invitation(state), width)
    if state.phase != "break":
        return asked
    meant = (
        "A break lets both bodies calm down, and that takes about twenty minutes. Walk, breathe, read something light. "
        "Let the argument rest: do not go over it in your head. Come back to each other when the time is up."
    )
    return asked if live.break_over(state) else [*_paragraph(meant, width, ""), Text(), *asked]


def _meter(state: State, width: int) -> list[Text]:
    """A bar for each channel; none off the record, where nobody listens."""
    if state.phase not in ("agreeing", "recording"):
        return []
    levels = state.level_db or (FLOOR_DB,)
    labels = [_cut(live.clean(name), 16) for name in state.names] if len(levels) == len(state.names) else ["Sound"]
    side = max(map(cell_len, labels)) + 2
    cells = max(10, width - len(MARGIN) - side - 10)
    meter = []
    for k, level in enumerate(levels):
        peak = state.peak_db[k] if k < len(state.peak_db) else level
        name = Text(MARGIN + set_cell_size(labels[k] if k < len(labels) else "", side))
        meter.append(name + _bar(level, peak, cells) + Text(f"  {live.level_word(peak)}"))
    good, loud = (round(_share(db) * cells) for db in (live.QUIET_DB, live.LOUD_DB))
    scale = "quiet".ljust(good) + "| good".ljust(loud - good) + "| loud"
    return [*meter, Text(MARGIN + " " * side + scale, "dim")]


def _bar(level: float, peak: float, cells: int) -> Text:
    """The level as a bar, and a mark at the highest of the last second."""
    full, mark, loud = (round(_share(db) * cells) for db in (level, peak, live.LOUD_DB))
    bar = Text("━" * full + "─" * (cells - full))
    bar.stylize("green", 0, min(full, loud))
    bar.stylize("yellow", min(full, loud), full)
    bar.stylize("dim", full)
    if mark > 0:
        bar = bar[: mark - 1] + Text("┃", "bold") + bar[mark:]
    return bar


def _share(db: float) -> float:
    """The place of a level between the quietest that is shown and the loudest there is."""
    return min(1.0, max(0.0, 1 - db / FLOOR_DB))


def _hints(state: State, width: int) -> list[Text]:
    lines = []
    for hint in state.hints:
        first, *more = _wrapped(_sentence(hint), width - 6)
        lines += [Text(f"{MARGIN}› {first}", "bold"), *(Text(f"{MARGIN}  {line}", "bold") for line in more)]
    return lines


def _facts(state: State, width: int) -> list[Text]:
    """What one may want to know, without being told all the time."""
    lines = [_fact("Microphone", live.clean(state.microphone), width)] if state.microphone else []
    if state.relative_only:
        lines.append(_fact("Loudness", "relative only: this microphone changes its volume by itself", width))
    if state.dropped:
        seconds = math.ceil(state.dropped / RATE)
        some = "up to a second" if seconds == 1 else f"{seconds} seconds"
        lines.append(_fact("Missing", f"{some} of sound: this computer was too busy to take it", width))
    marks = _fact("Bookmarks", str(state.bookmarks), width)
    if not live.room(state):
        return [*lines, marks]
    short = live.short_of_room(state)
    disk = _fact("Disk", "" if short else live.room(state), width)
    disk.append(f"▲ {live.room(state)}" if short else "", "bold")
    return [*lines, disk + Text(" " * max(2, width // 2 - disk.cell_len)) + marks]


def _fact(name: str, value: str, width: int) -> Text:
    return Text(MARGIN).append(f"{name:<12}", "dim").append(_cut(value, width - 16))


def _happened(state: State, width: int, height: int) -> list[Text]:
    """The latest of what happened that there is room for, oldest first."""
    lines: list[Text] = []
    for told in reversed(state.told[-TOLD:]):
        entry = []
        for k, line in enumerate(_wrapped(_sentence(told.text), width - 14)):
            at = live.clock(told.at) if k == 0 else ""
            entry.append(Text(MARGIN).append(f"{at:>8}  ", "dim").append(line))
        if len(entry) + len(lines) > height:
            break
        lines = entry + lines
    return lines


def _paragraph(text: str, width: int, style: str = "bold") -> list[Text]:
    return [Text(MARGIN + line, style) for line in _wrapped(text, width - 2 * len(MARGIN))]


def _paragraphs(texts: tuple[str, ...], width: int) -> list[Text]:
    return [line for text in texts for line in _paragraph(text, width)]


def _keys(labels: dict[str, str], width: int) -> list[Text]:
    """Keys and what they do, in columns."""
    cell = max([26, *(len(f"{key}  {label}") for key, label in labels.items())])
    columns = max(1, (width - len(MARGIN)) // cell)
    items = list(labels.items())
    lines = []
    for k in range(0, len(items), columns):
        line = Text(MARGIN)
        for key, label in items[k : k + columns]:
            line.append(key, "bold").append(f"  {label}".ljust(cell - len(key)))
        lines.append(line)
    return lines


def _sentence(text: str) -> str:
    """The recorder's words, beginning like a sentence."""
    text = live.clean(text)
    return text[:1].upper() + text[1:]


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of whole words, by the cells that they take; a word too long for a line is cut into several."""
    line = ""
    for word in (piece for whole in text.split() for piece in chop_cells(whole, max(2, width))):
        if line and cell_len(line) + 1 + cell_len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line


def _joined(lines: list[Text]) -> Text:
    return Text("\n", no_wrap=True, overflow="ellipsis").join(lines)
