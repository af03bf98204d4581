"""A recorder that only remembers what it was asked for, and shows what a test wants to be shown."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from recorder.state import Command, State, Told

__all__ = ["FakeRemote", "state"]


def state(**changes: Any) -> State:
    """A calm moment of a recording, with changes."""
    calm = State(
        phase="recording",
        elapsed=751.0,
        kept=700.0,
        names=("Maya", "Jonas"),
        level_db=(-24.0, -41.0),
        peak_db=(-11.0, -33.0),
        microphone="Blue Yeti",
        told=(
            Told(at=14.0, text="both have said yes; the conversation begins"),
            Told(at=301.0, text="bookmark: money"),
        ),
        bookmarks=1,
        disk_hours=41.4,
    )
    return replace(calm, **changes)


class FakeRemote:
    """`recorder.remote.Remote` without a recorder: `become` sets the state, `sent` is what was asked for."""

    def __init__(self, **changes: Any) -> None:
        self.state = state(**changes)
        self.lost = False
        self.sent: list[Command] = []

    def become(self, **changes: Any) -> None:
        """Let something happen."""
        self.state = replace(self.state, **changes)

    def send(self, command: Command) -> None:
        """Remember; a recording that is stopped or destroyed ends."""
        self.sent.append(command)
        if command.do == "stop":
            self.become(phase="ended", ending="stopped")
        elif command.do in ("delete", "decline"):
            self.become(phase="ended", ending="deleted")
