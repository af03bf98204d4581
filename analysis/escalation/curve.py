"""The escalation curve: one value in 0..1 for every second of the talk, the sum of four visible parts.

    value = 0.5 * voice + 0.15 * floor + 0.05 * pace + 0.3 * words

- **voice**: arousal (0..1, its positive part) of who speaks in that second; of two at once, the higher.
- **floor**: competitive overlap, 1 for 3 s of it in the last 10 s.
- **pace**: how much faster than usual for them whoever speaks in that second says this line: 0 up to a tenth faster,
  1 from half as fast again.
- **words**: each utterance that turns away (criticism, contempt, defensiveness, withdrawing, threat) raises it by
  its tag's confidence, each one that turns towards lowers it; what was said fades with a half-life of 10 s.

The weights are a judgement, not an estimate: they are few, they are here, and the report shows the parts. Each
part is smoothed over 5 s. An *episode* is a stretch that is above 0.35 for at least 5 s on end; it ends when the
curve has stayed below 0.2 for 5 s, or with the talk. Where 5 s or more are without sound (off the record, struck,
missing) the curve is 0, an episode ends there at the latest, and whether it cooled is not known.

*Possible flooding* of somebody is said where their own arousal was 0.6 or more, on average, over 20 s in which they
spoke within an episode. Flooding (Gottman & Levenson 1992: a heart above 100 beats a minute, and nothing more to be
taken in) is of the body; a voice is no heart-rate monitor, and most who raise their voices are not flooded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from analysis.session import Arousal, Curve, Episode, Overlap, Topic, Utterance
from analysis.tagging import HEALING, TURNING_AWAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["curve", "episodes"]

STEP = 1.0
VOICE, FLOOR, PACE, WORDS = 0.5, 0.15, 0.05, 0.3
FASTER, FASTEST = 1.1, 1.5
HALF_LIFE = 10.0
SMOOTH = 5
RISE, FALL, LEAST = 0.35, 0.2, 5
FLOODED, FLOODED_FOR = 0.6, 20


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
    raw = (_voice(arousal, size), _floor(overlaps, size), _pace(utterances, size), _words(utterances, size))
    voice, floor, pace, words = (_smooth(np.clip(part, 0, 1), heard) for part in raw)
    value = VOICE * voice + FLOOR * floor + PACE * pace + WORDS * words
    return Curve(
        step=STEP,
        value=_plain(value),
        voice=_plain(voice),
        floor=_plain(floor),
        pace=_plain(pace),
        words=_plain(words),
    )


def episodes(
    curve: Curve,
    utterances: Sequence[Utterance],
    unheard: Stretches = (),
    arousal: Arousal | None = None,
    topics: Sequence[Topic] = (),
) -> tuple[Episode, ...]:
    """The stretches in which the curve stayed high, each with what came before, what it was about, what cooled it, and
    who may have been flooded.
    """
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
            episode = _episode(value, start, k, utterances, came_down)
            topic = next((t.name for t in topics if t.start <= episode.start < t.end), None)
            found.append(replace(episode, topic=topic, possible_flooding=_flooded(start, k, arousal)))
    return tuple(found)


def _flooded(start: int, end: int, arousal: Arousal | None) -> tuple[str, ...]:
    """Who may have been flooded between these seconds."""
    found = []
    for speaker, values in arousal.of.items() if arousal is not None else ():
        spoken = np.array([value for value in values[start:end] if value is not None])
        means = np.convolve(spoken, np.ones(FLOODED_FOR) / FLOODED_FOR, "valid") if len(spoken) >= FLOODED_FOR else ()
        if np.max(means, initial=0.0) >= FLOODED:
            found.append(speaker)
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


def _voice(arousal: Arousal | None, size: int) -> Array:
    """The higher arousal of the two at each second."""
    highest = np.zeros(size)
    for values in arousal.of.values() if arousal is not None else ():
        known = np.nan_to_num(np.array(values[:size], dtype=float))
        highest[: len(known)] = np.maximum(highest[: len(known)], known)
    return highest


def _floor(overlaps: Sequence[Overlap], size: int) -> Array:
    """Seconds of competitive overlap over 3, each felt for the 10 s after its beginning."""
    felt = np.zeros(size)
    for overlap in overlaps:
        if overlap.kind == "competitive":
            at = int(overlap.start / STEP)
            felt[at : at + 10] += (overlap.end - overlap.start) / 3
    return felt


def _pace(utterances: Sequence[Utterance], size: int) -> Array:
    """How much faster than their usual each second's speaker is, from 0 at `FASTER` to 1 at `FASTEST`."""
    highest = np.zeros(size)
    for u in utterances:
        if u.prosody.pace_ratio is not None:
            during = slice(int(u.start / STEP), int(np.ceil(u.end / STEP)))
            highest[during] = np.maximum(highest[during], (u.prosody.pace_ratio - FASTER) / (FASTEST - FASTER))
    return highest


def _words(utterances: Sequence[Utterance], size: int) -> Array:
    """What was said, pushed up by lines that turn away and down by those that turn towards, and fading."""
    pushes = np.zeros(size)
    for u in utterances:
        at = min(int(u.start / STEP), size - 1)
        for tag in u.live_tags:
            if tag.label in TURNING_AWAY:
                pushes[at] += 0.5 * tag.confidence
            elif tag.label in HEALING:
                pushes[at] -= 0.5 * tag.confidence
    fade = 0.5 ** (STEP / HALF_LIFE)
    heat = 0.0
    left = np.zeros(size)
    for k in range(size):
        heat = min(1.0, max(0.0, heat * fade + pushes[k]))
        left[k] = heat
    return left


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
