"""Who spoke when, as RTTM (.rttm): one SPEAKER line for each turn, in the order of time; no words.

The fields: SPEAKER, file, channel, onset and duration in seconds, two that are not used here, the speaker's name, and
two more that are not used. White space parts them, so that a name keeps its letters, digits, dots and dashes, and has
``_`` for the rest.

The format: NIST, The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan, appendix A.
"""

from __future__ import annotations

import re

from analysis.report.plain import one_line, voices
from analysis.session import Session

__all__ = ["rttm"]

SHORTEST = 0.001
"""Seconds; scorers refuse turns without length."""


def rttm(session: Session) -> str:
    """The turns of the talk as RTTM.

    >>> from analysis.session import Participant, Turn
    >>> people = (Participant(id="S1", name="Mary Ann"),)
    >>> rttm(Session(id="a1", recorded_at="", participants=people, turns=(Turn(speaker="S1", start=1, end=3.5),)))
    'SPEAKER a1 1 1.000 2.500 <NA> <NA> Mary_Ann <NA> <NA>\\n'
    """
    file, names = _field(session.id), voices(session, _field)
    return "".join(
        f"SPEAKER {file} 1 {turn.start:.3f} {turn.duration:.3f} <NA> <NA> {names[turn.speaker]} <NA> <NA>\n"
        for turn in sorted(session.turns, key=lambda turn: turn.start)
        if turn.duration >= SHORTEST
    )


def _field(text: str) -> str:
    """
    >>> _field(" Mary Ann/2 ")
    'Mary_Ann_2'
    """
    return re.sub(r"[^\w.-]+", "_", one_line(text))
