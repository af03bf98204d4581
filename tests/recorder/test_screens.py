"""What counts as visible: a screen that shows, or a line that gets through. Everything else is a hidden recording."""

from __future__ import annotations

import os
import pty
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Client

import pytest

from recorder.screens import SEEN, Screens, connection_key
from recorder.state import Command, State
from tests.support.studio import KEY, NAMES

pytestmark = pytest.mark.slow

STATE = State(phase="recording", elapsed=754.0, kept=700.0, names=NAMES)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    for end in (ours, theirs):
        os.close(end)


def show_for(screens: Screens, seconds: float) -> None:
    """Show a state ten times a second; showing never waits."""
    for _ in range(round(seconds * 10)):
        began = time.monotonic()
        screens.show(STATE)
        assert time.monotonic() - began < 0.2
        time.sleep(0.1)


def test_a_screen_that_shows_is_visible_and_one_that_is_stopped_is_not() -> None:
    commands: list[Command] = []
    screens = Screens(KEY, commands.append, None)
    screen = Client(screens.address, authkey=connection_key(KEY))
    for _ in range(8):
        show_for(screens, 0.5)
        screen.send_bytes(SEEN)
    assert screens.visible() == "screen"
    show_for(screens, 3.5)  # it is still connected, and says nothing
    assert screens.visible() == "nothing"
    screen.send_bytes(SEEN)
    time.sleep(0.1)
    assert screens.visible() == "screen"
    assert commands == []
    screens.close()


def test_a_line_in_the_terminal_takes_over(terminal: tuple[int, int]) -> None:
    screens = Screens(KEY, lambda command: None, terminal[1])
    show_for(screens, 4.5)
    assert screens.visible() == "line"
    assert "● RECORDING 12:34 · the screen was lost" in os.read(terminal[0], 4096).decode()
    screens.close()


def test_a_terminal_that_takes_nothing_shows_nothing(terminal: tuple[int, int]) -> None:
    """Ctrl-S, a dead connection: the write hangs, and holds up nobody."""
    os.set_blocking(terminal[1], False)
    for size in (1000, 1, 1, 1):
        with suppress(BlockingIOError):
            while True:
                os.write(terminal[1], b"x" * size)
        time.sleep(0.1)  # the kernel moves what was written to the other side, and has room again
    os.set_blocking(terminal[1], True)
    screens = Screens(KEY, lambda command: None, terminal[1])
    show_for(screens, 5)
    assert screens.visible() == "nothing"
    screens.close()


def test_somebody_who_connects_and_says_nothing_locks_nobody_out() -> None:
    screens = Screens(KEY, lambda command: None, None)
    silent = Client(screens.address)
    screens.show(STATE)
    screen = Client(screens.address, authkey=connection_key(KEY))
    assert b"Maya" in screen.recv_bytes()
    silent.close()
    screens.close()
