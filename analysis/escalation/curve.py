"""The escalation curve: one value in 0..1 for every second of the talk, the sum of three visible parts.

    value = 0.5 * voice + 0.2 * floor + 0.3 * words

- **voice**: arousal (0..1, its positive part) of who speaks in that second; of two at once, the higher.
- **floor**: competitive overlap, 1 for 3 s of it in the last 10 s.
- **words**: each utterance that turns away (criticism, contempt, defensiveness, withdrawing, threat) raises it by
  its tag's confidence, each one that turns towards lowers it; what was said fades with a half-life of 10 s.

The weights are a judgement, not an estimate: they are few, they are here, and the report shows the parts. Each
part is smoothed over 5 s. An *episode* is a stretch that is above 0.35 for at least 5 s on end; it ends when the
curve has stayed below 0.2 for 5 s, or with the talk. Where 5 s or more are without sound (off the record, struck,
missing) the curve is 0, an episode ends there at the latest, and whether it cooled is not known. A first curve: later
ones take more of the floor in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.session import Arousal, Curve, Episode, Overlap, Utterance
from analysis.tagging import HEALING, TURNING_AWAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["curve", "episodes"]

STEP = 1.0
VOICE, FLOOR, WORDS = 0.5, 0.2, 0.3
HALF_LIFE = 10.0
SMOOTH = 5
RISE, FALL, LEAST = 0.35, 0.2, 5


Stretches = Sequence[tuple[float, float]]
"""Pairs of start and end in seconds."""


def curve(
    utterances: Sequence[Utterance],
    overlaps: Sequence[Overlap],
    duration: float,
    unheard: Stretches = (),
    arousal: Arousal | None = None,
) -> Curve:
    """The curve of a talk of `duration` seconds, of which those in `unheard` have no sound; `arousal` by the second."""
    size = max(1, int(np.ceil(duration / STEP)))
    heard = _heard(unheard, size)
    voice, floor, words = np.zeros(size), np.zeros(size), np.zeros(size)
    for values in arousal.of.values() if arousal is not None else ():
        known = np.array(values[:size], dtype=float)
        voice[: len(known)] = np.maximum(voice[: len(known)], np.nan_to_num(known))
    for overlap in overlaps:
        if overlap.kind == "competitive":
            # Seconds of overlap, felt for the 10 s after it.
            at = int(overlap.start / STEP)
            floor[at : at + 10] += (overlap.end - overlap.start) / 3
    fade = 0.5 ** (STEP / HALF_LIFE)
    heat = 0.0
    pushes = _pushes(utterances, size)
    for k in range(size):
        heat = min(1.0, max(0.0, heat * fade + pushes[k]))
        words[k] = heat
    voice, floor, words = (_smooth(np.clip(part, 0, 1), heard) for part in (voice, floor, words))
    value = VOICE * voice + FLOOR * floor + WORDS * words
    return Curve(step=STEP, value=_plain(value), voice=_plain(voice), floor=_plain(floor), words=_plain(words))


def episodes(curve: Curve, utterances: Sequence[Utterance], unheard: Stretches = ()) -> tuple[Episode, ...]:
    """The stretches in which the curve stayed high, each with what came before and what cooled it."""
    value = np.array(curve.value)
    heard = _heard(unheard, len(value))
    found = []
    k = 0
    while k < len(value):
        if value[k] < RISE:
            k += 1
            continue
        start = k
        while k < len(value) and heard[k] and not (value[k : k + LEAST] < FALL).all():
            k += 1
        if _longest_run(value[start:k] >= RISE) >= LEAST:
            came_down = k < len(value) and bool(heard[k : k + LEAST].all())
            found.append(_episode(value, start, k, utterances, came_down))
    return tuple(found)


def _episode(value: Array, start: int, end: int, utterances: Sequence[Utterance], came_down: bool) -> Episode:
    peak = start + int(np.argmax(value[start:end]))
    begun = [u for u in utterances if u.start <= start * STEP]
    cooling = [u for u in utterances if u.start > peak * STEP and any(tag.label in HEALING for tag in u.live_tags)]
    cooled = cooling[0] if cooling and cooling[0].start <= end * STEP + 10 else None
    return Episode(
        start=start * STEP,
        peak=peak * STEP,
        end=min(end, len(value)) * STEP,
        level=round(float(value[peak]), 3),
        trigger=begun[-1].id if begun else None,
        what_cooled_it=cooled.id if cooled else None,
        recovery_s=(end - peak) * STEP if came_down else None,
    )


def _longest_run(high: NDArray[np.bool_]) -> int:
    """The most seconds in a row."""
    longest = current = 0
    for now in high:
        current = current + 1 if now else 0
        longest = max(longest, current)
    return longest


def _pushes(utterances: Sequence[Utterance], size: int) -> Array:
    """What the words add (turning away) or take (turning towards) at each second."""
    pushes = np.zeros(size)
    for u in utterances:
        at = min(int(u.start / STEP), size - 1)
        for tag in u.live_tags:
            if tag.label in TURNING_AWAY:
                pushes[at] += 0.5 * tag.confidence
            elif tag.label in HEALING:
                pushes[at] -= 0.5 * tag.confidence
    return pushes


def _heard(unheard: Stretches, size: int) -> NDArray[np.bool_]:
    """For each second of the curve whether there is sound; a drop-out too short to end an episode counts as sound."""
    heard = np.ones(size, bool)
    for start, end in unheard:
        if end - start >= LEAST * STEP:
            heard[round(start / STEP) : round(end / STEP)] = False
    return heard


def _smooth(values: Array, heard: NDArray[np.bool_]) -> Array:
    """Mean of what is heard in the 5 s around each second, shorter at both ends; 0 where nothing is heard."""
    kernel = np.ones(SMOOTH)
    around = slice(SMOOTH // 2, SMOOTH // 2 + len(values))
    total = np.convolve(values * heard, kernel)[around]
    return np.where(heard, total / np.maximum(np.convolve(heard, kernel)[around], 1), 0.0)


def _plain(values: Array) -> tuple[float, ...]:
    return tuple(round(float(x), 3) for x in values)
