"""How everything was said, carried over from before words were corrected: the voices are the same, so nothing is heard
anew. Only a line whose words changed has another pace.
"""

from __future__ import annotations

from msgspec.structs import replace

from analysis.prosody import pace
from analysis.prosody.measures import Said, with_ratios
from analysis.session import Prosody, Session, Utterance

__all__ = ["carried"]


def carried(session: Session, before: Session) -> Said:
    """As `describe`, for a session with the turns and the speakers of `before`, of which some words read otherwise."""
    of = {(u.speaker, u.start, u.end): u for u in before.utterances}
    rises = {overlap.end: (overlap.level_rise_db, overlap.pitch_rise_st) for overlap in before.overlaps}
    return Said(
        with_ratios(
            [replace(u, prosody=_prosody(u, of[u.speaker, u.start, u.end], session)) for u in session.utterances]
        ),
        before.room,
        before.baselines,
        before.gain_changes,
        before.arousal,
        (lambda speaker, start, end: rises.get(start, (None, None))) if before.frames is not None else None,
    )


def _prosody(now: Utterance, before: Utterance, session: Session) -> Prosody:
    words = session.words[slice(*now.words)]
    if now.text == before.text or now.speaker is None or session.language != "en" or not pace.trusted(words):
        return before.prosody
    rate = pace.pace(words)
    if rate is None:
        return before.prosody
    unknown = {measure: reason for measure, reason in before.prosody.unknown.items() if measure != "pace"}
    return replace(before.prosody, pace_syl_s=rate, pace_from="words", unknown=unknown)
