"""Recordings through a real sound server, in a real process of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recorder.consent import Agreement
from recorder.remote import Order, Remote, start
from recorder.state import Command, State
from tests.support.mounts import mounted
from tests.support.pulse import PulseServer
from tests.support.studio import KEY, NAMES

Begin = Callable[..., Remote]


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    """A sound server with one microphone, "mic"; what this process starts uses it."""
    with PulseServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def begin(library: Path) -> Iterator[Begin]:
    """Begins a recording; destroys at the end what a test left running."""
    remotes: list[Remote] = []

    def begin(folder: Path | None = None, talking: bool = True, **order: object) -> Remote:
        folder = folder or library
        folder.mkdir(parents=True, exist_ok=True)
        agreement = Agreement(by=NAMES, at="2026-11-23T20:14:58+01:00")
        remote = start(Order(library=str(folder), key=KEY, agreement=agreement, **order))  # type: ignore[arg-type]
        remotes.append(remote)
        if talking:
            remote.send(Command(do="yes"))
            remote.send(Command(do="yes"))
            until(remote, lambda state: state.phase == "recording")
        return remote

    yield begin
    for remote in remotes:
        remote.send(Command(do="delete"))
        remote.close()


def until(remote: Remote, true: Callable[[State], object], within: float = 10.0) -> float:
    """Seconds until the state is so; fails after `within`."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        if true(remote.state):
            return time.monotonic() - began
        time.sleep(0.01)
    raise AssertionError(f"not within {within} s: {remote.state}")


def stop(remote: Remote) -> State:
    """End the recording; the last state."""
    remote.send(Command(do="stop"))
    until(remote, lambda state: state.phase == "ended")
    return remote.state


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB of its own."""
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=24m", "tmpfs") as disk:
        yield disk
