"""What the formats for other programs share: text on one line, what was said, and one name for each voice.

In these formats a line break or a stray name is not ugly but false: it ends a record, or makes one voice of two. So
whatever people said or typed comes through here before it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from analysis.report.wording import supported
from analysis.session import Session, Utterance, spaced

__all__ = ["one_line", "said", "voices"]


def one_line(text: str) -> str:
    """Text with one space for each run of spaces, line breaks and control characters; joiners of emoji stay.

    >>> one_line(" I was\\r\\n\\x00 there\\u2028")
    'I was there'
    """
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()


def said(session: Session, utterance: Utterance) -> str:
    """The words of an utterance that the sound supports, on one line; empty where there are none."""
    return one_line((" " if spaced(session.language) else "").join(supported(session, utterance)))


def voices(session: Session, clean: Callable[[str], str] = one_line) -> dict[str | None, str]:
    """Speaker id -> name as `clean` leaves it, for everyone who speaks; no name is empty, and no two are alike.

    >>> from analysis.session import Participant, Turn
    >>> people = (Participant(id="S1", name="Ann"), Participant(id="S2", name="Ann"), Participant(id="S3", name=""))
    >>> voices(Session(id="a", recorded_at="", participants=people))
    {'S1': 'Ann', 'S2': 'Ann 2', 'S3': 'S3'}
    """
    spoke = [*(turn.speaker for turn in session.turns), *(utterance.speaker for utterance in session.utterances)]
    names: dict[str | None, str] = {}
    for id in dict.fromkeys([*(participant.id for participant in session.participants), *spoke]):
        name = clean(session.name(id)) or clean(id or "") or "someone"
        while name in names.values():
            name = clean(f"{name} {len(names) + 1}")
        names[id] = name
    return names
