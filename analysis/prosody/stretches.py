"""Between which moments a level means the same: changes of the gain and of the microphone's place.

Some are known: the recorder marked another microphone, or a volume that was turned. Others show in the sound. From one
moment on *all* voices are louder or quieter by much the same (6 dB at least, within 5 dB of each other), comparing the
minute before with the minute after, and either

- the noise of the room steps with them: then it is the gain; or
- each voice keeps its pitch (within 1 semitone) and its brightness (within 2 dB): then a microphone was moved. People
  who raise their voices go up in both.

Loudness is compared only within the stretches between; pitch and brightness go on. An automatic gain has no such
moments: no level is trusted anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analysis.prosody.sound import Line, Sound
from analysis.session import Mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.intp]
    Voices = dict[str, tuple[Indices, Indices]]

__all__ = ["by_itself", "changes"]

VOLUME_TURNED = "volume went from"
"""In the recorder's note of a volume that was turned once; its other notes of the gain say that it moves by itself."""
STEP_DB, TOGETHER_DB, NOISE_DB = 6.0, 5.0, 4.0
PITCH_ST, BRIGHT_DB = 1.0, 2.0
MINUTE = 60.0
LEAST = 5.0
SHORTEST = 20.0
"""Seconds; changes are not looked for nearer to each other, nor to the ends."""


def by_itself(marks: Sequence[Mark]) -> bool:
    """Whether the gain is known to change by itself."""
    return any(mark.kind == "gain" and VOLUME_TURNED not in mark.text for mark in marks)


def changes(sound: Sound, lines: dict[str, list[Line]], marks: Sequence[Mark]) -> tuple[float, ...]:
    """The moments (s) at which the gain or the microphone changed, marked or heard, in order.

    Parameters
    ----------
    sound : Sound
    lines : dict
        Each speaker's lines.
    marks : sequence of Mark
        What the recorder noted.
    """
    known = [mark.start for mark in marks if mark.kind in ("microphone", "gain") and mark.end is None]
    edges = [0.0, *sorted(known), len(sound.level) * sound.step]
    found = list(known)
    lines = {speaker: [line for line in own if len(line.sounding)] for speaker, own in lines.items()}
    voices = {
        speaker: (_joined(line.sounding for line in own), _joined(line.voiced for line in own))
        for speaker, own in lines.items()
        if own
    }
    quiet = np.flatnonzero(sound.nobody & np.isfinite(sound.level))
    moments = sorted({float(line.sounding[0]) * sound.step for own in lines.values() for line in own})
    for start, end in pairwise(edges):
        found += _heard(sound, voices, quiet, moments, start, end)
    return tuple(sorted(round(moment, 1) for moment in found))


def _joined(parts: Iterable[Indices]) -> Indices:
    return np.unique(np.concatenate(list(parts)))


def _heard(
    sound: Sound, voices: Voices, quiet: Indices, moments: Sequence[float], start: float, end: float
) -> list[float]:
    """The changes that are heard between `start` and `end`, the clearest first and then on both sides of it."""
    within = [moment for moment in moments if start + SHORTEST <= moment <= end - SHORTEST]
    steps = [(_step(sound, voices, quiet, max(start, at - MINUTE), at, min(end, at + MINUTE)), at) for at in within]
    largest, at = max(steps, default=(0.0, 0.0))
    if not largest:
        return []
    return [*_heard(sound, voices, quiet, moments, start, at), at, *_heard(sound, voices, quiet, moments, at, end)]


def _step(sound: Sound, voices: Voices, quiet: Indices, start: float, at: float, end: float) -> float:
    """By how many dB at least all voices changed together at this moment; 0 where it was less than `STEP_DB`, or the
    people who did.
    """
    steps, sides = [], []
    for sounding, voiced in voices.values():
        old_voiced, new_voiced = _sides(voiced, sound.step, start, at, end)
        if min(len(old_voiced), len(new_voiced)) * sound.step < LEAST:
            continue
        old, new = _sides(sounding, sound.step, start, at, end)
        steps.append(float(np.median(sound.level[new]) - np.median(sound.level[old])))
        sides.append((old, new, old_voiced, new_voiced))
    if len(steps) < min(2, len(voices)) or not steps or min(steps) * max(steps) <= 0:
        return 0.0
    least = min(map(abs, steps))
    if least < STEP_DB or max(steps) - min(steps) > TOGETHER_DB:
        return 0.0
    same_voice = all(_alike(sound, *parts) for parts in sides)
    return least if same_voice or _noise_steps(sound, quiet, steps, start, at, end) else 0.0


def _alike(sound: Sound, old: Indices, new: Indices, old_voiced: Indices, new_voiced: Indices) -> bool:
    """Whether a voice kept its pitch and its brightness."""
    higher = np.median(sound.pitch[new_voiced]) - np.median(sound.pitch[old_voiced])
    brighter = np.median(sound.bright[new]) - np.median(sound.bright[old])
    return bool(abs(higher) <= PITCH_ST and abs(brighter) <= BRIGHT_DB)


def _noise_steps(sound: Sound, quiet: Indices, steps: Sequence[float], start: float, at: float, end: float) -> bool:
    """Whether the quiet between the turns changed as the voices did."""
    old, new = (sound.level[part] for part in _sides(quiet, sound.step, start, at, end))
    if min(len(old), len(new)) < LEAST / sound.step / 2:
        return False
    step = float(np.percentile(new, 20) - np.percentile(old, 20))
    return abs(step) >= NOISE_DB and abs(step - float(np.mean(steps))) <= TOGETHER_DB


def _sides(part: Indices, step: float, start: float, at: float, end: float) -> tuple[Indices, Indices]:
    """Those frames from `start` to `at`, and those from `at` to `end`; `part` is sorted."""
    first, middle, last = np.searchsorted(part, [np.ceil(round(moment / step, 6)) for moment in (start, at, end)])
    return part[first:middle], part[middle:last]
