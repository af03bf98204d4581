"""Who agreed to the recording, and when.

Consent is given twice. At the keyboard each of the two says yes to what they just read; without both there is no
tape. Then each says it aloud, and that is the first thing on the tape (marks of the kind "yes", see `recorder.frames`).
The agreement is sealed into the head of the tape, so a tape without one cannot exist.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from recorder.errors import RecordingError

__all__ = ["Agreement", "agree"]

YES = {"yes", "y"}


class Agreement(Struct, frozen=True, kw_only=True):
    """Everyone who said yes at the keyboard, and when the last of them did (ISO 8601 with zone)."""

    by: tuple[str, ...]
    at: str

    def __post_init__(self) -> None:
        if len(self.by) < 2 or not all(self.by) or len(set(self.by)) < len(self.by):
            raise ValueError(f"an agreement is between two people with different names, not {self.by!r}")


def agree(answers: dict[str, str]) -> Agreement:
    """The agreement that these answers make: name -> what was typed at the keyboard.

    Only "yes" (or "y", in any case) is a yes. Silence, "ok" or a stray key is none.

    Raises
    ------
    RecordingError
        If anyone did not say yes, or there are fewer than two.

    Examples
    --------
    >>> agree({"Maya": "yes", "Jonas": "Yes "}).by
    ('Maya', 'Jonas')
    """
    for name, answer in answers.items():
        if answer.strip().lower() not in YES:
            raise RecordingError(f"{name} did not say yes, so nothing is recorded; nothing was kept")
    if len(answers) < 2:
        raise RecordingError('a recording needs the yes of both: give two names, such as --names "Maya,Jonas"')
    return Agreement(by=tuple(answers), at=datetime.now().astimezone().isoformat(timespec="seconds"))
