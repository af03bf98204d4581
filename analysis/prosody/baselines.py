"""Which earlier sessions a voice may be compared with.

A session leaves the calm part of each voice behind (`Baseline.own`). In a later one it belongs to that voice's
baseline, so that a talk in which everybody is upset from the first minute on is not its own measure. But only where
device and place agree:

- the same microphone, with as many channels; of a file from another recorder it is not known, so that one never agrees;
- the noise between words within 3 dB, and the reverberation within 0.2 s if both are known: the same room and gain;
- no change of the gain or the microphone in either.

Who sits nearer is louder, not upset: where a voice's calm level differs by 6 dB or more while its pitch (1 semitone)
and its brightness (2 dB) are as they were, that session is left out for this voice. The latest five that are left
count. The same name is the same person; who has no name has no earlier voice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2
from statistics import median

from analysis.prosody.stretches import BRIGHT_DB, PITCH_ST, STEP_DB
from analysis.session import Calm, Room, Session, is_name

__all__ = ["agrees", "earlier_voices", "moved"]

NOISE_DB = 3.0
REVERBERATION_S = 0.2
MOST_SESSIONS = 5


def earlier_voices(
    session: Session, own: Mapping[str, Calm | None], earlier: Sequence[Session]
) -> dict[str, dict[str, Calm]]:
    """Speaker -> id of an earlier session -> the calm part of the same voice there.

    Parameters
    ----------
    session : Session
        With its `audio`, `participants`, `room` and `gain_changes`.
    own : dict
        The calm part of each voice in this session; None where too little of it was heard.
    earlier : sequence of Session
        In the order of time.
    """
    names = {person.id: person.name for person in session.participants if is_name(person.name)}
    found: dict[str, dict[str, Calm]] = {}
    for then in reversed([then for then in earlier if agrees(session, then)]):
        left = {then.name(baseline.speaker): baseline.own for baseline in then.baselines}
        for speaker, now in own.items():
            before = left.get(names.get(speaker, ""))
            voices = found.setdefault(speaker, {})
            if before is not None and len(voices) < MOST_SESSIONS and not (now is not None and moved(now, before)):
                voices[then.id] = before
    return {speaker: voices for speaker, voices in found.items() if voices}


def agrees(now: Session, then: Session) -> bool:
    """Whether both were recorded with the same microphone, in the same place, with the same gain throughout."""
    if now.audio is None or then.audio is None or now.audio.microphone is None:
        return False
    if (now.audio.microphone, now.audio.channels) != (then.audio.microphone, then.audio.channels):
        return False
    return not now.gain_changes and not then.gain_changes and _alike(now.room, then.room)


def moved(now: Calm, then: Calm) -> bool:
    """Whether the same calm voice is so much louder or quieter that its owner must have sat elsewhere.

    >>> calm = Calm(seconds=9, level_db=(-40.0,), pitch_hz=(110.0,), brightness_db=(-9.0,))
    >>> nearer = Calm(seconds=9, level_db=(-33.0,), pitch_hz=(110.0,), brightness_db=(-9.0,))
    >>> upset = Calm(seconds=9, level_db=(-33.0,), pitch_hz=(140.0,), brightness_db=(-4.0,))
    >>> moved(nearer, calm), moved(upset, calm)
    (True, False)
    """
    louder = median(now.level_db) - median(then.level_db)
    higher = 12 * log2(median(now.pitch_hz) / median(then.pitch_hz))
    brighter = median(now.brightness_db) - median(then.brightness_db)
    return abs(louder) >= STEP_DB and abs(higher) <= PITCH_ST and abs(brighter) <= BRIGHT_DB


def _alike(now: Room, then: Room) -> bool:
    if now.noise_db is None or then.noise_db is None or abs(now.noise_db - then.noise_db) > NOISE_DB:
        return False
    if now.reverberation_s is None or then.reverberation_s is None:
        return True
    return abs(now.reverberation_s - then.reverberation_s) <= REVERBERATION_S
