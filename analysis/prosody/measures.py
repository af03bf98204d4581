"""How each line was said, against its speaker's own calm voice; and why a measure is unknown, where it is.

Loudness is the median level of the line's sounding frames less the baseline's median in the same stretch (dB); pitch
that of its voiced frames (semitones); brightness likewise (dB). Each measure needs 0.3 s of voice in the line and 5 s
in the baseline. Withheld is what the sound spoils:

- clipped sound has no level and no brightness;
- where the room is nearly as loud as the voice (less than 10 dB below), level and brightness are the room's;
- without an own stretch of constant gain, no loudness (`analysis.prosody.stretches`);
- in a reverberant room, or such a noise, syllables are not counted in the sound.

Arousal (`analysis.prosody.arousal`) takes what is left, if it is two measures at least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

import numpy as np
from msgspec.structs import replace

from analysis.interaction import Rise
from analysis.prosody import pace
from analysis.prosody.baselines import earlier_voices
from analysis.prosody.room import room_of
from analysis.prosody.sound import Line, Sound
from analysis.prosody.stretches import by_itself, changes
from analysis.prosody.voice import LEAST_BASELINE, LEAST_VOICED, Voice
from analysis.session import Arousal, Baseline, Calm, Prosody, Room, Session, Utterance

__all__ = ["Said", "describe", "ready", "with_ratios"]

LEAST_ABOVE_NOISE = 10.0
MOST_CLIPPED = 0.1
REVERBERANT = 0.6
NOBODY = "nobody could be told as the speaker"
FEWEST_PACES = 3


Pace = tuple[float, Literal["words", "sound"]]
"""Syllables per second, and what they were counted in."""


@dataclass(frozen=True)
class Said:
    """How everything was said: the utterances with their `prosody`, and what it rests on."""

    utterances: tuple[Utterance, ...]
    room: Room = field(default_factory=Room)
    baselines: tuple[Baseline, ...] = ()
    gain_changes: tuple[float, ...] = ()
    arousal: Arousal | None = None
    rise: Rise | None = None
    """How far a speaker's voice was above its baseline between two times; None without sound."""


def describe(session: Session, earlier: Sequence[Session] = (), before: Session | None = None) -> Said:
    """How each utterance of the session was said; without `frames` only the pace is known.

    Parameters
    ----------
    session : Session
        With its words, turns and utterances; participants and microphone tell which voices are known from
    earlier : sequence of Session
        the sessions before it, in the order of time.
    before : Session, optional
        This session as it was measured before some lines were given to another speaker. The other lines, and the
        moments at which the gain changed, are taken from there; one line more or less moves a baseline by little.
    """
    changed = before.gain_changes if before is not None else None
    sound = _measured(session, earlier, changed) if session.frames is not None and session.frames.level_db else None
    known = {(u.speaker, u.start, u.text): u.prosody for u in before.utterances} if before is not None else {}
    described = []
    for utterance in session.utterances:
        prosody = known.get((utterance.speaker, utterance.start, utterance.text))
        if prosody is None:
            prosody = sound.prosody(utterance) if sound is not None else _unknown("there is no sound")
            prosody = _paced(prosody, _pace(utterance, session, sound))
        described.append(replace(utterance, prosody=prosody))
    made = with_ratios(described)
    if sound is None:
        return Said(made)
    return Said(made, sound.room, sound.baselines, sound.gain_changes, sound.arousal(), sound.rise)


def ready() -> None:
    """Load what measuring needs; the first time that takes seconds."""
    import scipy.stats  # noqa: F401

    pace.syllables("ready")


def _measured(session: Session, earlier: Sequence[Session], changed: tuple[float, ...] | None) -> _Measured:
    """All voices, against earlier sessions where some agree with this one."""
    alone = _Measured(session, changed=changed)
    placed = replace(session, room=alone.room, gain_changes=alone.gain_changes)
    own = {speaker: voice.own() for speaker, voice in alone.voices.items()}
    voices = earlier_voices(placed, own, earlier)
    return _Measured(session, voices, alone.gain_changes) if voices else alone


class _Measured:
    """All voices of one recording."""

    def __init__(
        self,
        session: Session,
        earlier: Mapping[str, Mapping[str, Calm]] | None = None,
        changed: tuple[float, ...] | None = None,
    ) -> None:
        assert session.frames is not None
        self.sound = Sound(session.frames, session.turns)
        self.room = room_of(session.frames, self.sound.nobody)
        self.lines = {utterance.id: self.sound.line(utterance) for utterance in session.utterances}
        self.spoken: dict[str, list[Line]] = {}
        for utterance in session.utterances:
            if utterance.speaker is not None:
                self.spoken.setdefault(utterance.speaker, []).append(self.lines[utterance.id])
        self.gain_changes = changes(self.sound, self.spoken, session.marks) if changed is None else changed
        count = len(self.sound.level)
        stretch = (
            np.full(count, -1)
            if by_itself(session.marks)
            else np.searchsorted(self.gain_changes, np.arange(count) * self.sound.step + 1e-9)
        )
        self.voices = {
            speaker: Voice(self.sound, stretch, lines, (earlier or {}).get(speaker))
            for speaker, lines in self.spoken.items()
        }
        self.noisy = {speaker for speaker, lines in self.spoken.items() if self._is_noisy(lines)}
        self.arousals: dict[str, float | None] = {}
        for speaker, voice in self.voices.items():
            of = [utterance.id for utterance in session.utterances if utterance.speaker == speaker]
            self.arousals |= zip(of, voice.arousals(self.spoken[speaker]), strict=True)
        made = (voice.baseline(speaker) for speaker, voice in self.voices.items())
        self.baselines = tuple(baseline for baseline in made if baseline is not None)

    def arousal(self) -> Arousal:
        """By the second, of all voices with a baseline; what is spoiled is left out."""
        seconds = int(np.ceil(len(self.sound.level) * self.sound.step))
        return Arousal(
            step=1.0,
            of={
                speaker: voice.curve([x for x in self.spoken[speaker] if self._spoiled(speaker, x) is None], seconds)
                for speaker, voice in self.voices.items()
                if voice.calm is not None and speaker not in self.noisy
            },
        )

    def blurred(self, speaker: str) -> bool:
        """Whether syllables cannot be told in the sound."""
        return speaker in self.noisy or (self.room.reverberation_s or 0) > REVERBERANT

    def prosody(self, utterance: Utterance) -> Prosody:
        """How it was said; the pace comes later."""
        if utterance.speaker is None or utterance.speaker not in self.voices:
            return _unknown(NOBODY)
        voice, line = self.voices[utterance.speaker], self.lines[utterance.id]
        seconds = round(len(line.voiced) * self.sound.step, 2)
        if seconds < LEAST_VOICED:
            whispered = len(line.sounding) * self.sound.step >= 2 * LEAST_VOICED
            return _unknown(
                "no voiced sound of theirs alone: a whisper, a laugh, or noise"
                if whispered
                else f"only {seconds:.1f} s of their voice alone were heard; {LEAST_VOICED} s are needed",
                seconds,
            )
        if voice.calm is None:
            return _unknown(
                f"too little of this voice was heard for a baseline of its own; {LEAST_BASELINE:.0f} s are needed",
                seconds,
            )
        return self._against(voice, line, seconds, self.arousals[utterance.id], self._spoiled(utterance.speaker, line))

    def rise(self, speaker: str, start: float, end: float) -> tuple[float | None, float | None]:
        """dB and semitones above the speaker's baseline, from `start` to `end` seconds."""
        voice = self.voices.get(speaker)
        own = self.sound.own(speaker, start, end)
        own = own[self.sound.voiced[own]]
        if voice is None or voice.calm is None or len(own) * self.sound.step < LEAST_VOICED:
            return None, None
        level = float(np.median(voice.level(own)))
        pitch = float(np.median(self.sound.pitch[own]) - np.median(voice.calm.pitch))
        unknown = not np.isfinite(level) or self._spoiled(speaker, Line(own, own)) is not None
        return None if unknown else round(level, 1), round(pitch, 1)

    def _against(self, voice: Voice, line: Line, seconds: float, arousal: float | None, spoiled: str | None) -> Prosody:
        assert voice.calm is not None
        pitch = self.sound.pitch[line.voiced]
        low, high = np.percentile(pitch, [10, 90])
        level = float(np.median(voice.level(line.sounding)))
        bright = float(np.nanmedian(self.sound.bright[line.sounding]) - np.median(voice.calm.bright))
        arousal = None if spoiled else arousal
        gain = "the gain or the microphone changed, and too little was said in this stretch"
        reasons = {"loudness": spoiled or (None if np.isfinite(level) else gain), "brightness": spoiled}
        if arousal is None:
            reasons["arousal"] = spoiled or "too little is known of this line"
        return Prosody(
            loudness_db=None if reasons["loudness"] else round(level, 1),
            pitch_st=round(float(np.median(pitch) - np.median(voice.calm.pitch)), 1),
            pitch_range_st=round(float(high - low), 1),
            brightness=None if spoiled else round(bright, 1),
            arousal=None if arousal is None else round(arousal, 3),
            voiced_s=seconds,
            unknown={measure: reason for measure, reason in reasons.items() if reason},
        )

    def _spoiled(self, speaker: str, line: Line) -> str | None:
        """Why nothing can be said of the level and the brightness of a line."""
        if len(line.sounding) and self.sound.clipped[line.sounding].mean() > MOST_CLIPPED:
            return "the sound is clipped: it was too loud for the microphone"
        return "the room is nearly as loud as the voice" if speaker in self.noisy else None

    def _is_noisy(self, lines: Sequence[Line]) -> bool:
        sounding = np.concatenate([line.sounding for line in lines])
        if self.room.noise_db is None or not len(sounding):
            return False
        return bool(np.median(self.sound.level[sounding]) - self.room.noise_db < LEAST_ABOVE_NOISE)


def _unknown(reason: str, voiced: float = 0.0) -> Prosody:
    return Prosody(voiced_s=voiced, unknown=dict.fromkeys(("loudness", "pitch", "brightness", "arousal"), reason))


def _pace(utterance: Utterance, session: Session, sound: _Measured | None) -> Pace | str:
    """From the words if they can be trusted, else from the sound; or why it is unknown."""
    words = session.words[slice(*utterance.words)]
    sure = pace.trusted(words)
    if utterance.speaker is None:
        return NOBODY
    if session.language == "en" and sure and (rate := pace.pace(words)) is not None:
        return rate, "words"
    if sound is None:
        return "too little was said, and there is no sound to count syllables in"
    if sound.blurred(utterance.speaker):
        return "the room blurs the syllables"
    own = sound.sound.own(utterance.speaker, utterance.start, utterance.end)
    if session.language == "de" and sure and (rate := pace.german(words, sound.sound, own)) is not None:
        return rate, "words"
    if (rate := pace.from_sound(sound.sound, own)) is not None:
        return rate, "sound"
    return f"fewer than {pace.FEWEST} syllables were heard"


def _paced(prosody: Prosody, found: Pace | str) -> Prosody:
    if isinstance(found, str):
        return replace(prosody, unknown={**prosody.unknown, "pace": found})
    rate, source = found
    return replace(prosody, pace_syl_s=rate, pace_from=source)


def with_ratios(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """The utterances, each pace against the speaker's median of the same source, where there are three at least."""
    paces: dict[tuple[str | None, str | None], list[float]] = {}
    for u in utterances:
        if u.prosody.pace_syl_s is not None:
            paces.setdefault((u.speaker, u.prosody.pace_from), []).append(u.prosody.pace_syl_s)
    usual = {key: median(values) for key, values in paces.items() if len(values) >= FEWEST_PACES}
    return tuple(
        replace(u, prosody=replace(u.prosody, pace_ratio=round(u.prosody.pace_syl_s / usual[key], 2)))
        if u.prosody.pace_syl_s is not None and (key := (u.speaker, u.prosody.pace_from)) in usual
        else replace(u, prosody=replace(u.prosody, pace_ratio=None))
        for u in utterances
    )
