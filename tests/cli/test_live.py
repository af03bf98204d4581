"""The recording screen: what it says, what its keys do, and that it never goes away before the recording does."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from textual.widgets import Static

from cli import live
from cli.lines import news
from cli.screen import LiveScreen, rows
from recorder.state import Command, Told
from tests.support.remotes import FakeRemote, state

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
EVIL = "[red]x[/red]\x1b[2J\u202e"
TOLD = tuple(Told(at=60.0 * k, text=f"thing number {k}") for k in range(8))
WORST: dict[str, Any] = {
    "names": ("Maximiliane-Alexandra", "Bartholomew-Jonathan"),
    "trouble": "the microphone is gone: plug it in again, or choose another one in the settings of this computer",
    "hints": (
        "too loud: move the microphone away a little, or turn it down",
        "too quiet: move the microphone of Bartholomew-Jonathan a little nearer to him, or turn it up",
    ),
    "relative_only": True,
    "dropped": 480,
    "disk_hours": 0.66,
    "told": TOLD,
}

Look = Callable[[], str]
Act = Callable[[Any, Look], Awaitable[None]]


def shown(app: LiveScreen) -> str:
    """The screen as text, as the terminal would get it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(part.text for part in strip).rstrip() for strip in strips)


def on_screen(remote: FakeRemote, act: Act, size: tuple[int, int] = (80, 24)) -> LiveScreen:
    """Do something in front of a screen of the given size."""

    async def scene() -> LiveScreen:
        app = LiveScreen(remote)
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.02)
            await act(pilot, lambda: shown(app))
        return app

    return asyncio.run(scene())


def looked_at(size: tuple[int, int] = (80, 24), keys: tuple[str, ...] = (), **changes: Any) -> str:
    seen = []

    async def look(pilot: Any, screen: Look) -> None:
        await pilot.press(*keys)
        await pilot.pause(0.02)
        seen.append(screen())

    on_screen(FakeRemote(**changes), look, size)
    return seen[0]


def asked(*keys: str, **changes: Any) -> list[Command]:
    """What the recorder is asked for when these keys are pressed."""
    remote = FakeRemote(**changes)

    async def press(pilot: Any, screen: Look) -> None:
        await pilot.press(*keys)
        await pilot.pause(0.02)

    on_screen(remote, press)
    return remote.sent


OFF = {"level_db": (), "peak_db": ()}
PAUSED = OFF | {"phase": "paused"}
BREAK = OFF | {"phase": "break", "break_left": 1100.0}
AGREEING = {"phase": "agreeing", "asked": "Maya", "elapsed": 4.0, "told": (), "bookmarks": 0}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "● RECORDING  12:31"),
        (AGREEING, "● RECORDING  0:04"),
        (PAUSED, "Ⅱ OFF THE RECORD  12:31 (nothing is being kept)"),
        (BREAK, "Ⅱ BREAK  18:20 left (nothing is being kept)"),
        (BREAK | {"break_left": 0.0}, "Ⅱ BREAK  time is up (nothing is being kept)"),
    ],
)
def test_the_first_line_always_says_what_is_going_on(changes: dict[str, Any], line: str) -> None:
    first = looked_at(**changes).splitlines()[0]
    assert line in first
    assert first.endswith("Maya and Jonas")
    for keys in (("s",), ("x",), ("b",), ("D",), ("ctrl+c",), ("ctrl+q",), ("ctrl+p",), ("f1",), ("tab",), ("escape",)):
        assert line in looked_at(keys=keys, **changes).splitlines()[0], keys


def test_a_calm_recording_shows_all_there_is_to_know() -> None:
    screen = looked_at()
    for words in (
        "Maya   ━", "good", "Jonas  ━", "quiet", "| good", "| loud", "Blue Yeti", "room for 41 hours", "Bookmarks   1",
        "0:14  Both have said yes", "5:01  Bookmark: money", "p  pause", "b  bookmark", "t  take a break", "x  strike",
        "s  stop and keep", "D  delete", "Either of you may press any of these",
    ):  # fmt: skip
        assert words in screen, words
    assert "dB" not in screen and "▲" not in screen


@pytest.mark.parametrize("keys", [(), ("s",), ("D",), ("x", "5", "enter")], ids=str)
def test_the_worst_moment_fits_80_by_24(keys: tuple[str, ...]) -> None:
    screen = looked_at(keys=keys, **WORST)
    text = " ".join(screen.split())
    for words in (
        "NO SOUND IS BEING RECORDED RIGHT NOW", "choose another one in the settings of this computer",
        "Recording goes on by itself as soon as there is sound.", "Too loud: move the microphone away a little",
        "nearer to him, or turn it up", "relative only", "room for only 40 minutes", "Bookmarks 1", "too busy",
    ):  # fmt: skip
        assert words in text, words
    if not keys:
        assert all(f"Thing number {k}" in text for k in (4, 5, 6, 7))
    assert len(screen.splitlines()) == 24


@pytest.mark.parametrize("changes", [{}, WORST, PAUSED, BREAK, AGREEING | WORST], ids=range(5))
def test_no_line_is_wider_than_the_screen(changes: dict[str, Any]) -> None:
    for width in (20, 60, 80, 100):
        assert all(line.cell_len <= width for line in rows(state(**changes), width, 19)) or width < 80
    for size in ((40, 12), (24, 4), (200, 60)):
        for keys in ((), ("s",), ("D",)):
            first = looked_at(size, keys, **changes).splitlines()[0]
            assert live.headline(state(**changes)).split("  ")[0][:20] in first


@pytest.mark.parametrize(
    ("changes", "keys", "commands"),
    [
        ({}, ["p"], [Command(do="pause")]),
        ({}, ["space"], [Command(do="pause")]),
        ({}, ["P"], [Command(do="pause")]),
        (PAUSED, ["p"], [Command(do="resume")]),
        (PAUSED, ["space"], [Command(do="resume")]),
        (PAUSED, ["b"], []),
        ({}, ["t"], [Command(do="break")]),
        (PAUSED, ["t"], [Command(do="break")]),
        (BREAK, ["r"], [Command(do="resume")]),
        (BREAK, ["enter", "space", "p", "t"], []),
        (BREAK | {"break_left": 0.0}, ["enter"], [Command(do="resume")]),
        ({}, ["b", "m", "o", "m", "enter"], [Command(do="bookmark", text="mom")]),
        ({}, ["b", "enter"], [Command(do="bookmark")]),
        ({}, ["b", "p", "escape"], []),
        ({}, ["x", "5", "enter", "y"], [Command(do="strike", minutes=5.0)]),
        ({}, ["x", "1", "5", "enter", "y"], [Command(do="strike", minutes=15.0)]),
        ({}, ["x", "5", "enter", "n"], []),
        ({}, ["x", "5", "enter", "enter", "escape"], []),
        ({}, ["x", "a", "enter", "y"], []),
        ({}, ["x", "escape", "y"], []),
        ({}, ["s", "y"], [Command(do="stop")]),
        ({}, ["s", "n", "y"], []),
        ({}, ["s", "enter", "s", "escape"], []),
        ({}, ["D", *"delete", "enter"], [Command(do="delete")]),
        ({}, ["D", "y", "enter", "escape"], []),
        ({}, ["D", *"delete", "escape", "enter"], []),
        ({}, ["ctrl+c"], []),
        ({}, ["ctrl+c", "ctrl+c", "n"], []),
        ({}, ["ctrl+q", "y"], [Command(do="stop")]),
        ({}, ["b", "ctrl+c", "y"], [Command(do="stop")]),
        (AGREEING, ["n", "n", "escape", "g"], []),
        (AGREEING, ["n", "y"], [Command(do="decline")]),
        (AGREEING, ["escape", "y"], [Command(do="decline")]),
        (AGREEING, ["ctrl+c", "y"], [Command(do="decline")]),
        (AGREEING, ["p", "s", "x", "y"], []),
    ],
    ids=str,
)
def test_keys(changes: dict[str, Any], keys: list[str], commands: list[Command]) -> None:
    assert asked(*keys, **changes) == commands


def test_questions_say_what_will_happen() -> None:
    five = " ".join(looked_at(keys=("x", "5", "enter")).split())
    assert "The last 5 minutes of what was recorded will be destroyed for good. They cannot be brought back." in five
    assert "All of it, the whole conversation until now, will be destroyed" in looked_at(keys=("x", "9", "9", "enter"))
    assert "Destroys the recording and its key. Nobody can bring it back." in looked_at(keys=("D",))
    assert "not the word delete. Nothing is destroyed." in looked_at(keys=("D", "y", "enter"))
    assert "Stop and keep the recording?" in looked_at(keys=("ctrl+c",))
    assert "what was recorded is destroyed" in looked_at(keys=("n",), **AGREEING)


@pytest.mark.parametrize(
    ("minutes", "kept", "said"),
    [
        (1, 700.0, "The last minute of what was recorded will be destroyed for good. It cannot"),
        (0.5, 700.0, "The last 30 seconds of what was recorded will be destroyed for good. They cannot"),
        (2.5, 700.0, "The last 2 minutes and 30 seconds of what was recorded"),
        (90, 9000.0, "The last 1 hour and 30 minutes of what was recorded"),
        (11.5, 700.0, "The last 11 minutes and 30 seconds"),
        # Twelve minutes by the clock, of which some were off the record: all that is kept.
        (12, 700.0, "All of it, the whole conversation until now, will be destroyed for good. It cannot"),
    ],
)
def test_a_strike_counts_what_is_kept(minutes: float, kept: float, said: str) -> None:
    question = live.strike_question(minutes, state(elapsed=7200.0, kept=kept))
    assert question.text[0].startswith(said)
    assert question.command == Command(do="strike", minutes=minutes)


def test_a_yes_is_not_taken_for_the_next_person(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    remote = FakeRemote(**AGREEING)
    app = LiveScreen(remote)

    def enter(after: float) -> int:
        clock[0] += after
        app._spoken.look(remote.state.asked, clock[0])
        return app._spoken.counts(clock[0])

    assert not enter(0.2)  # nobody speaks that fast
    assert enter(3.0)
    assert not enter(3.0)  # the recorder has not answered yet
    remote.become(asked="Jonas")
    assert not any(enter(0.05) for _ in range(100))  # a key that is held down
    assert enter(2.0)


def test_saying_yes() -> None:
    remote = FakeRemote(**AGREEING)

    async def say_yes(pilot: Any, screen: Look) -> None:
        assert "Maya, please say aloud: “I agree to this recording.” Then press Enter." in screen()
        assert "━" in screen()
        await pilot.press("enter")
        await pilot.pause(0.02)
        assert "Please say it aloud first" in screen()
        await pilot.pause(1.1)
        await pilot.press("enter")

    on_screen(remote, say_yes)
    assert remote.sent == [Command(do="yes")]


def test_off_the_record_no_level_is_shown() -> None:
    for changes in (PAUSED, BREAK):
        screen = looked_at(**changes)
        assert "━" not in screen and "| loud" not in screen
    assert "What you say now is not kept." in looked_at(**PAUSED)


GONE = "the microphone is gone: plug it in again"


@pytest.mark.parametrize("changes", [PAUSED, BREAK, BREAK | {"break_left": 0.0}], ids=["paused", "break", "over"])
def test_off_the_record_nobody_is_alarmed(changes: dict[str, Any]) -> None:
    said = "Before you go on recording, this has to be in order again: the microphone is gone"
    screen = " ".join(looked_at(**changes, trouble=GONE).split())
    assert said in screen
    assert "NO SOUND" not in screen and "goes on by itself" not in screen
    lines = list(news(None, state(**changes, trouble=GONE)))
    assert f"{said}: plug it in again" in lines
    assert not any("NO SOUND" in line or "by itself" in line for line in lines)


def test_silence_of_the_recorder_is_no_missing_sound() -> None:
    screen = looked_at(stale=True)
    assert "No news from the recorder for a moment: the computer is busy" in screen
    assert "NO SOUND" not in screen and "● RECORDING" in screen
    # What was wrong before is not taken back by silence.
    assert "NO SOUND" in looked_at(stale=True, trouble=GONE)


def test_a_break_rings_once_when_it_is_over_and_does_not_end_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    rings = []
    monkeypatch.setattr(LiveScreen, "bell", lambda self: rings.append(1))
    remote = FakeRemote(**BREAK)

    async def wait(pilot: Any, screen: Look) -> None:
        assert "Let the argument rest" in screen() and not rings
        remote.become(break_left=0.0)
        await pilot.pause(0.4)
        assert "Twenty minutes are over. Go on when you both want to: press r (or Enter)." in screen()

    on_screen(remote, wait)
    assert rings == [1] and remote.sent == []


def test_the_screen_ends_with_the_recording_and_with_the_recorder() -> None:
    for end in (lambda remote: remote.become(phase="ended"), lambda remote: setattr(remote, "lost", True)):
        remote = FakeRemote()

        async def wait(pilot: Any, screen: Look, remote: FakeRemote = remote, end: Any = end) -> None:
            end(remote)
            await pilot.pause(0.3)

        assert not on_screen(remote, wait).is_running


def test_what_comes_from_outside_is_shown_as_it_is_and_does_nothing() -> None:
    changes = {
        "names": (EVIL, "Jo"),
        "microphone": EVIL,
        "told": (Told(at=1.0, text=EVIL),),
        "trouble": EVIL,
        "hints": (EVIL,),
    }
    for screen in (looked_at(**changes), looked_at(**changes, phase="agreeing", asked=EVIL)):
        assert screen.count("[red]x[/red]�[2J") >= 5
        assert "\x1b" not in screen and "\u202e" not in screen
    for line in news(None, state(**changes)):
        assert line.isprintable()
    assert live.clean("مه\u200cسا 👩\u200d👧\n") == "مهسا 👩👧 "
    assert live.clean("\ud800") == "�"


def test_what_is_typed_reaches_the_tape_harmlessly() -> None:
    assert asked("b", "[", "r", "e", "d", "]", "enter") == [Command(do="bookmark", text="[red]")]


def test_a_look_while_the_screen_is_being_closed_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual takes the parts down one by one, and its clock may tick in between."""
    looks = []

    def look(part: Static) -> None:
        looks.append(part.id)
        cast(LiveScreen, part.app)._look()

    monkeypatch.setattr(Static, "_on_unmount", look, raising=False)
    looked_at()
    assert looks == ["header", "body", "above", "below"]


def test_without_color_everything_is_still_said(monkeypatch: pytest.MonkeyPatch) -> None:
    colored = looked_at(**WORST)
    monkeypatch.setenv("NO_COLOR", "1")
    assert looked_at(**WORST) == colored


def test_news_in_plain_lines() -> None:
    def lines(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
        return list(news(state(**before), state(**now)))

    first = list(news(None, state(**AGREEING)))
    assert first[0] == "● RECORDING  0:04: Maya and Jonas"
    assert "I agree to this recording" in first[1]
    assert lines({}, {"elapsed": 751.5}) == []
    assert lines({}, {"elapsed": 780.0}) == ["● recording 13:00, room for 41 hours"]
    assert lines({}, PAUSED)[0] == "Ⅱ OFF THE RECORD  12:31 (nothing is being kept)"
    assert "type r and Enter" in lines({}, PAUSED)[1]
    assert lines(BREAK, BREAK | {"break_left": 0.0}) == [
        "Twenty minutes are over. Go on when you both want to: type r and Enter."
    ]
    assert lines({}, {"trouble": "the microphone is gone"})[0].endswith("RIGHT NOW: the microphone is gone")
    assert lines({"trouble": "gone"}, {}) == ["There is sound again, and it is being recorded."]
    assert lines({"trouble": "gone"}, {"trouble": "gone", "stale": True}) == [live.NO_NEWS]
    assert lines({"stale": True}, {}) == ["The recorder answers again."]
    gone = PAUSED | {"trouble": "gone"}
    assert not any("sound" in line for line in lines({"trouble": "gone"}, gone))
    assert lines(gone, PAUSED) == ["That is in order again."]
    assert "NO SOUND IS BEING RECORDED RIGHT NOW: gone" in lines(gone, {"trouble": "gone"})
    assert lines({"trouble": "gone"}, {"phase": "ended", "trouble": "the disk is gone"})[1:] == []
    assert lines({}, {"hints": ("too quiet: nearer",)}) == ["too quiet: nearer"]
    assert lines({}, {"told": (*state().told, Told(at=750.0, text="bookmark"))}) == ["12:30  bookmark"]
    assert lines({}, {"disk_hours": 0.5}) == ["The disk has room for only 30 minutes."]
    assert lines({}, {"relative_only": True}) == [
        "Loudness is relative only from here: this microphone changes its volume by itself."
    ]


SCRIPT = """
import os, signal, sys, threading, time
from cli import live
from recorder.state import Told
from tests.support.remotes import FakeRemote

remote = FakeRemote({changes})
{before}
last = live.watch(remote)
print("BACK", last.phase, *[f"{{c.do}}:{{c.text}}:{{c.minutes:g}}" for c in remote.sent], flush=True)
"""


def script(before: str = "", **changes: Any) -> str:
    return SCRIPT.format(changes=", ".join(f"{name}={value!r}" for name, value in changes.items()), before=before)


class Piped:
    """A process that watches a fake recording without a terminal."""

    def __init__(self, code: str, **changes: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script(code, **changes)], cwd=ROOT, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.read = ""

    def until(self, words: str) -> None:
        """Read on until a line has these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.read += line
            if words in line:
                return
        raise AssertionError(f"{words!r} never came:\n{self.read}")

    def type(self, *lines: str) -> None:
        """Type lines."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(line + "\n" for line in lines))
        self.process.stdin.flush()


@pytest.fixture
def piped() -> Iterator[Callable[..., Piped]]:
    begun: list[Piped] = []

    def begin(code: str = "", **changes: Any) -> Piped:
        begun.append(Piped(code, **changes))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.wait()


def test_plain_lines_obey_what_is_typed(piped: Callable[..., Piped]) -> None:
    talk = piped()
    talk.until("RECORDING  12:31: Maya and Jonas")
    talk.type("?")
    talk.until("x 5")
    talk.type("p", "t", "b the holidays", "", "nonsense", "x", "x 5", "no", "x 5", "yes", "delete", "n")
    talk.until("Nothing is changed.")
    talk.type("s", "no", "s")
    talk.until("Type yes and Enter: stop and keep it; no and Enter: go on.")
    talk.type("s")
    talk.until("BACK ended")
    assert talk.read.splitlines()[-1] == ("BACK ended pause::0 break::0 bookmark:the holidays:0 strike::5 stop::0")
    assert "The last 5 minutes of what was recorded will be destroyed for good. They cannot be" in talk.read
    assert "is no command" in talk.read and "\x1b" not in talk.read
    assert talk.process.wait(timeout=5) == 0


@pytest.mark.parametrize(("lines", "sent"), [(["", "n", "n", "yes"], "yes::0 decline::0"), (["n", "g", ""], "yes::0")])
def test_plain_lines_ask_for_the_spoken_yes(piped: Callable[..., Piped], lines: list[str], sent: str) -> None:
    talk = piped(**AGREEING)
    talk.until("please say aloud")
    talk.type(*lines)
    if "decline" not in sent:
        time.sleep(0.5)
        talk.type("n", "yes")
        sent += " decline::0"
    talk.until("BACK")
    assert talk.read.endswith(f"BACK ended {sent}\n")


def test_plain_lines_watch_on_when_nobody_can_type(piped: Callable[..., Piped]) -> None:
    talk = piped("threading.Timer(1.0, lambda: setattr(remote, 'lost', True)).start()")
    assert talk.process.stdin is not None
    talk.process.stdin.close()
    talk.until("BACK recording")
    assert talk.read.splitlines()[-1] == "BACK recording"


def test_ctrl_c_in_plain_lines_asks(piped: Callable[..., Piped]) -> None:
    talk = piped()
    talk.until("RECORDING")
    talk.process.send_signal(2)
    talk.until("Stop and keep the recording?")
    talk.type("no")
    talk.until("Nothing is changed")
    talk.process.send_signal(2)
    talk.until("Stop and keep the recording?")
    talk.process.send_signal(2)
    talk.until("BACK ended stop")


@pytest.mark.parametrize("answer", ["s", "y", "yes", "ctrl-c"])
def test_in_plain_lines_a_single_s_stops_nothing(piped: Callable[..., Piped], answer: str) -> None:
    talk = piped()
    talk.until("RECORDING")
    talk.type("s")
    talk.until("Type yes and Enter: stop and keep it")
    if answer == "ctrl-c":
        talk.process.send_signal(signal.SIGINT)
    else:
        talk.type(answer)
    talk.until("BACK ended stop::0")


def test_ctrl_z_does_not_hide_plain_lines(piped: Callable[..., Piped]) -> None:
    talk = piped()
    talk.until("RECORDING")
    talk.process.send_signal(signal.SIGTSTP)
    time.sleep(0.3)
    assert Path(f"/proc/{talk.process.pid}/stat").read_text().rsplit(")")[-1].split()[0] != "T"
    talk.type("s", "s")
    talk.until("BACK ended stop")


class Pane:
    """A real terminal, 80 x 24, in a tmux server of its own."""

    def __init__(self, folder: Path, code: str, **environment: str) -> None:
        program = folder / "watch.py"
        program.write_text(code)
        self.tmux = ["tmux", "-S", str(folder / "tmux"), "-f", os.devnull]
        settings = " ".join(f"{name}={value}" for name, value in ({"PYTHONPATH": ROOT} | environment).items())
        inside = f"env {settings} {sys.executable} {program}; sleep 60"
        self("new-session", "-d", "-x", "80", "-y", "24", inside)

    def __call__(self, *arguments: str) -> str:
        env = os.environ | {"LC_ALL": "C.UTF-8"}
        command = [*self.tmux, *arguments]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=env).stdout

    def until(self, words: str) -> str:
        """The screen, as soon as it shows these words."""
        deadline = time.monotonic() + 20
        while words not in (screen := self("capture-pane", "-p")):
            assert time.monotonic() < deadline, f"{words!r} never came:\n{screen}"
            time.sleep(0.05)
        return screen


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Callable[..., Pane]]:
    assert shutil.which("tmux"), "these tests need tmux: `make test` installs it on Debian and Ubuntu"
    panes = []

    def begin(code: str, **environment: str) -> Pane:
        panes.append(Pane(tmp_path, code, **environment))
        return panes[-1]

    yield begin
    for one in panes:
        one("kill-server")


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}], ids=["color", "no color"])
def test_a_real_terminal(pane: Callable[..., Pane], environment: dict[str, str]) -> None:
    terminal = pane(script(), **environment)
    screen = terminal.until("Either of you")
    assert screen.splitlines()[0].split() == ["●", "RECORDING", "12:31", "Maya", "and", "Jonas"]
    colors = re.findall(r"\x1b\[(?:\d+;)*(?:3[1-7]|4[1-7]|9\d|38|48)[;m]", terminal("capture-pane", "-p", "-e"))
    assert bool(colors) == (not environment)
    terminal("send-keys", "b")
    terminal.until("A word with it")
    terminal("send-keys", "-l", "sorry")
    terminal("send-keys", "Enter")
    terminal.until("p  pause")
    terminal("send-keys", "C-c")
    terminal.until("Stop and keep the recording?")
    terminal("send-keys", "y")
    terminal.until("BACK ended bookmark:sorry:0 stop::0")


CRASH = """
from cli import screen
real = screen.rows
def rows(*arguments):
    if time.monotonic() > begun + {after}:
        raise ValueError("boom")
    return real(*arguments)
screen.rows, begun = rows, time.monotonic()
"""


@pytest.mark.parametrize("after", [0, 1.5])
def test_plain_lines_take_over_when_the_screen_breaks(pane: Callable[..., Pane], after: float) -> None:
    terminal = pane(script(CRASH.format(after=after)))
    screen = terminal.until("● RECORDING  12:31: Maya and Jonas")
    told = " ".join(screen.split())
    assert "The screen broke (for a bug report: ValueError: boom). The recording goes on" in told
    assert "Traceback" not in screen
    terminal("send-keys", "C-c")
    terminal.until("Stop and keep the recording?")
    terminal("send-keys", "-l", "no")
    terminal("send-keys", "Enter")
    terminal.until("Nothing is changed.")
    terminal("send-keys", "C-z")
    time.sleep(0.3)
    terminal("send-keys", "s", "Enter", "y", "Enter")
    terminal.until("BACK ended stop::0")


@pytest.mark.parametrize("number", ["SIGINT", "SIGTSTP"])
def test_a_signal_from_outside_does_not_hide_the_recording(pane: Callable[..., Pane], number: str) -> None:
    later = f"threading.Timer(1.5, lambda: (os.kill(os.getpid(), signal.{number}), remote.become(bookmarks=7))).start()"
    terminal = pane(script(later))
    assert "Either of you may press" in terminal.until("Bookmarks   7")
    terminal("send-keys", "s")
    terminal.until("Stop and keep the recording?")


def test_a_dumb_terminal_gets_plain_lines(pane: Callable[..., Pane]) -> None:
    terminal = pane(script(), TERM="dumb")
    terminal.until("Either of you may type a command")
    terminal("send-keys", "C-z")
    time.sleep(0.3)  # the terminal forgets what was typed just before
    terminal("send-keys", "p", "Enter", "s", "Enter", "s", "Enter")
    terminal.until("BACK ended pause::0 stop::0")


def test_words_and_numbers() -> None:
    import doctest

    assert doctest.testmod(live).attempted > 0
    assert doctest.testmod(live).failed == 0
