"""What a report says in plain sentences, and the parts that all its formats share.

The sentences describe what happened *between* two people. Tags are told in the order in which they happened,
never counted against a person; a rise is told by the line it came after, not by who "caused" it. What is not
known is said.
"""

from __future__ import annotations

from collections import Counter

from analysis.report.between import between
from analysis.report.met import told
from analysis.report.wording import clock, listed
from analysis.session import Session, Utterance
from analysis.tagging import HEALING, TURNING_AWAY

__all__ = ["opening", "sentences", "unknown", "voice_note"]

NOTICEABLE_DB = 3.0
NOTICEABLE_ST = 2.0
NOTICEABLE_PACE = 0.2
"""Share by which a pace must differ from one's own usual to be told."""
LONG_SILENCE = 2.0
MANY_LINES = 5


def voice_note(utterance: Utterance) -> str:
    """How the voice differed from the speaker's own, if it did noticeably.

    >>> from analysis.session import Prosody
    >>> prosody = Prosody(loudness_db=6.2, pitch_st=0.4)
    >>> voice_note(Utterance(id="u1", speaker="S1", start=0, end=1, text="", words=(0, 0), prosody=prosody))
    'louder (+6 dB)'
    """
    notes = []
    loudness, pitch = utterance.prosody.loudness_db, utterance.prosody.pitch_st
    if loudness is not None and abs(loudness) >= NOTICEABLE_DB:
        notes.append(f"{'louder' if loudness > 0 else 'quieter'} ({loudness:+.0f} dB)")
    if pitch is not None and abs(pitch) >= NOTICEABLE_ST:
        notes.append(f"{'higher' if pitch > 0 else 'lower'} ({pitch:+.0f} semitones)")
    pace = utterance.prosody.pace_ratio
    if pace is not None and abs(pace - 1) >= NOTICEABLE_PACE:
        notes.append(f"{'faster' if pace > 1 else 'slower'} ({pace - 1:+.0%})")
    return ", ".join(notes)


def opening(session: Session) -> list[str]:
    """What this talk was: how long, and who had how much of the floor."""
    if not any(word.supported for word in session.words):
        return [f"This recording lasted {clock(session.duration)}. No words were heard in it."]
    return _who(session)


def sentences(session: Session) -> list[str]:
    """What there is to say besides the opening and the findings: the floor, silences, the words, what is unknown."""
    if not any(word.supported for word in session.words):
        return []
    return [
        *_floor(session),
        *_silence(session),
        *between(session),
        *_words(session),
        *told(session.answers, session.uptakes),
        *unknown(session),
    ]


def _who(session: Session) -> list[str]:
    turns = [turn for turn in session.turns if turn.speaker not in session.aside]
    shares = session.shared.share
    length = clock(session.duration)
    if off := sum(end - start for start, end in session.unheard):
        length += f", {clock(session.duration - off)} of it with sound"
    if not shares:
        return [f"This talk lasted {length}. Who spoke when is not known."]
    if len(shares) < 2:
        heard = clock(sum(turn.duration for turn in turns))
        return [f"One voice was heard, for {heard} in {length}. What happens between two people cannot be seen here."]
    parts = [f"{session.name(speaker)} {share:.0%}" for speaker, share in shares.items()]
    said = [f"This talk lasted {length}. Of the speaking time, {listed(parts)}."]
    if session.aside:
        seconds = sum(turn.duration for turn in session.turns) - sum(turn.duration for turn in turns)
        said.append(
            f"Somebody else was heard, too, for {clock(seconds)}: written down, and left out of what is measured."
        )
    return said


def _floor(session: Session) -> list[str]:
    kinds = [overlap.kind for overlap in session.overlaps]
    if not kinds:
        return []
    contests = kinds.count("competitive")
    parts = [f"People spoke at the same time {'once' if len(kinds) == 1 else f'{len(kinds)} times'}."]
    if contests:
        parts.append(f"In {'one' if contests == 1 else contests} of these, both went on until one stopped.")
    if contests < len(kinds):
        parts.append(
            "The rest were small agreements, ends of turns, or unclear." if contests else "None was a contest."
        )
    return [" ".join(parts)]


def _silence(session: Session) -> list[str]:
    longest = max(session.pauses, key=lambda pause: pause.duration, default=None)
    if longest is None or longest.duration < LONG_SILENCE:
        return []
    length = f"{longest.duration:.1f} s" if longest.duration < 60 else clock(longest.duration)
    return [f"The longest silence lasted {length}, at {clock(longest.start)}."]


def _words(session: Session) -> list[str]:
    if session.language is None:
        return ["No tags: the tags know English only, and the language of this talk could not be told."]
    if session.language != "en":
        return [f"No tags: the tags know English only, and this talk is in “{session.language}”."]
    away = sum(any(tag.label in TURNING_AWAY for tag in u.live_tags) for u in session.utterances)
    towards = sum(any(tag.label in HEALING for tag in u.live_tags) for u in session.utterances)
    said = "No line was recognized as turning away or turning towards. Most lines carry no tag."
    if away or towards:
        said = (
            f"By their words, {_lines(towards)} turned towards the other, and {_lines(away)} turned away. "
            "Whoever reads for you makes mistakes: check each by ear, and keep or remove it by `lens review`."
        )
    readings = session.readings.of.values() if session.readings is not None else ()
    others = sum(reading.language is not None for reading in readings)
    return [said, f"No tags in {_lines(others)} of another language: the tags know English only."] if others else [said]


def _lines(count: int) -> str:
    return "one line" if count == 1 else f"{count} lines"


def unknown(session: Session) -> list[str]:
    """What is not known of this talk, and why."""
    said = []
    if (sound := session.audio) and sound.stated_duration and sound.stated_duration > 1.05 * sound.duration:
        stated, real = clock(sound.stated_duration), clock(sound.duration)
        said.append(f"The file says that it lasts {stated}, but only {real} of sound is in it: it was cut off.")
    doubtful = sum(not word.supported for word in session.words)
    if doubtful:
        words = "one word: it is" if doubtful == 1 else f"{doubtful} words: they are"
        said.append(f"The sound does not support {words} struck out, and no measure counts them.")
    nobody = sum(word.supported and word.speaker is None for word in session.words)
    if nobody:
        words = "one word" if nobody == 1 else f"{nobody} words"
        said.append(f"For {words} nobody could be told as the speaker.")
    if session.frames is None:
        said.append("There was no sound, so loudness, pitch and arousal are unknown.")
    elif not session.baselines:
        said.append("Too little was said for anyone's own baseline, so loudness and pitch are left open.")
    else:
        said += _withheld(session)
    return said


def _withheld(session: Session) -> list[str]:
    """Why loudness is left open, where that is so for many lines."""
    reasons = Counter(u.prosody.unknown["loudness"] for u in session.utterances if "loudness" in u.prosody.unknown)
    many = max(MANY_LINES, len(session.utterances) / 5)
    return [
        f"In {count} lines loudness is left open: {reason}." for reason, count in reasons.most_common() if count >= many
    ]
