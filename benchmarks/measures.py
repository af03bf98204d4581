"""Do the measures of voice and floor measure what they say? On recordings that nobody here made.

    python benchmarks/measures.py [arousal] [conversations] [gain] [across] [room] [pace] [calls] [cost] [--json FILE]

Needs `../shared/data` (its README says what it is). Without a name, all parts run. All chance is seeded.

- *arousal*: acted clips (8 actors), calm and neutral against angry. Each sentence and repetition in turn is the test;
  the actor's baseline is their calm clips of the other three. Area under the ROC curve over all clips, "gain" with each
  clip's gain shifted at random by +-10 dB and each shift marked.
- *conversations*: two actors in turn, three minutes calm or neutral, one angry, two calm again, one start in six early
  by 0.3 to 0.8 s: 50 draws, and 50 that are calm throughout. Words carry no tags, so the curve is voice and floor.
- *gain*: the same conversations, one third of which get 10 dB more or less from a moment in the first calm part on, as
  by a turned gain (noise and all): are the changes heard, and nothing else?
- *across*: talks of two actors who are angry from first to last, measured by themselves and against a calm talk of the
  same two; and calm ones.
- *room*: the reverberation time that is found in synthetic rooms.
- *pace*: German clips of 2 s, whose syllables are labelled by their starts: articulation rate, from the sound alone.
- *calls*: 40 phone calls, words and speakers only, as an imported file. A turn that comes in on a running one is a
  backchannel if all its acts are (b, bk, ba, bh; "b^r", a repeated one, too; strictly: those four only).
- *cost*: an hour of sound measured on one core, and the memory after ten minutes and after the hour.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import fftconvolve

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.audio import SAMPLE_RATE, Window  # noqa: E402
from analysis.imports import read_session  # noqa: E402
from analysis.pipeline import measure as measured  # noqa: E402
from analysis.prosody import frames_of, pace  # noqa: E402
from analysis.prosody.frames import BLOCK, measure  # noqa: E402
from analysis.prosody.room import decays  # noqa: E402
from analysis.prosody.sound import Sound  # noqa: E402
from analysis.prosody.stretches import changes  # noqa: E402
from analysis.prosody.voice import Voice  # noqa: E402
from analysis.session import Mark, Session, Turn, Word  # noqa: E402
from analysis.speech import Transcription  # noqa: E402
from analysis.speech.transcription import passages_of  # noqa: E402
from analysis.weights import prepare  # noqa: E402
from benchmarks.acted import ANGRY, CALM, NORMAL, WINDOW, Acted, Talk, acted, as_utterance, encoded, session, talk  # noqa: E402
from benchmarks.material import EXAMPLE, SHARED  # noqa: E402

Figures = dict[str, float]

BACKCHANNELS = {"b", "bk", "ba", "bh"}
DRAWS = 50


def auc(higher: NDArray[np.float64], lower: NDArray[np.float64]) -> float:
    """The probability that one of the first is above one of the second; ties count half."""
    return float((np.sign(higher[:, None] - lower[None]) / 2 + 0.5).mean())


# -- arousal ----------------------------------------------------------------------------------------------------------


def arousal(shift_db: float = 0.0) -> tuple[NDArray[np.float64], list[Acted]]:
    """The arousal of each clip against its actor's calm clips of other sentences."""
    rng = np.random.default_rng(1)
    values, clips = [], []
    for actor in sorted({clip.actor for clip in acted()}):
        own = [clip for clip in acted() if clip.actor == actor]
        gains = 10 ** (rng.uniform(-shift_db, shift_db, len(own)) / 20)
        stored, turns, marks = {}, [], []
        for k, (clip, gain) in enumerate(zip(own, gains, strict=True)):
            blocks = -(-len(clip.sound) // BLOCK)
            start = turns[-1].end if turns else 0.0
            turns.append(Turn(speaker="S1", start=start, end=round(start + blocks * 0.1, 1)))
            marks.append(Mark(kind="gain", start=start, text="the microphone's volume went from one to another"))
            sound = np.pad(clip.sound, (0, blocks * BLOCK - len(clip.sound))) * np.float32(gain)
            stored[k] = encoded(sound)
        sound = Sound(frames_of(stored), turns)
        lines = [sound.line(as_utterance(turn)) for turn in turns]
        moments = changes(sound, {"S1": lines}, marks if shift_db else [])
        stretch = np.searchsorted(moments, np.arange(len(sound.level)) * sound.step + 1e-6)
        for sentence in sorted({clip.sentence for clip in own}):
            others = [clip.emotion == CALM and clip.sentence != sentence for clip in own]
            baseline = [line for other, line in zip(others, lines, strict=True) if other]
            voice = Voice(sound, stretch, baseline)
            for clip, line in zip(own, lines, strict=True):
                if clip.sentence == sentence:
                    (value,) = voice.arousals([line])
                    assert value is not None
                    values.append(value)
                    clips.append(clip)
    return np.array(values), clips


def bench_arousal() -> Figures:
    figures: Figures = {}
    for name, shift in (("levels as they are", 0.0), ("gain", 10.0)):
        values, clips = arousal(shift)
        angry = np.array([clip.emotion == ANGRY for clip in clips])
        normal = np.array([clip.intensity == NORMAL for clip in clips])
        figures[f"AUC, {name}"] = auc(values[angry], values[~angry])
        figures[f"AUC, {name}, angry at normal intensity"] = auc(values[angry & normal], values[~angry])
        figures["clips"] = len(values)
    return figures


# -- conversations ----------------------------------------------------------------------------------------------------


def bench_conversations() -> Figures:
    inside = calm = 0
    for seed in range(DRAWS):
        made = talk(seed, angry=True)
        curve = measured(session(made)).escalation
        assert curve is not None
        peak = float(np.argmax(curve.value)) * curve.step
        inside += made.angry[0] <= peak <= made.angry[1] + 2
        calm += bool(measured(session(talk(seed, angry=False))).episodes)
    return {"peak in the angry minute": inside / DRAWS, "calm ones with an episode": calm / DRAWS, "draws": DRAWS}


def bench_gain() -> Figures:
    heard = right = false = changed = 0
    for seed in range(DRAWS):
        made = talk(seed, angry=True)
        rng = np.random.default_rng([seed, 7])
        at = float(rng.uniform(50, 130))
        turned = seed % 3 == 0
        if turned:
            sound = made.sound.copy()
            sound[int(at * SAMPLE_RATE) :] *= np.float32(10 ** (rng.choice([-10, 10]) / 20))
            made = Talk(sound, made.turns, made.angry)
            changed += 1
        found = measured(session(made)).gain_changes
        near = [moment for moment in found if turned and abs(moment - at) <= 8]
        heard += bool(near)
        false += len(found) - len(near)
        right += not turned and not found
    return {"changed": changed, "heard": heard, "false alarms": false, "unchanged and quiet": right}


def bench_across() -> Figures:
    """The share of the talk in which the curve's voice part is above 0.5, on average over the draws."""
    sums: dict[str, float] = defaultdict(float)
    for seed in range(DRAWS):
        before = measured(session(talk(seed, angry=False), "before"))
        for kind, made in (
            ("angry throughout", talk(seed, angry=True, throughout=True)),
            ("calm again", talk(seed + 1000, angry=False, pair=seed)),
        ):
            for name, earlier in (("alone", ()), ("against a calm one before", (before,))):
                found = measured(session(made), earlier)
                assert found.escalation is not None
                sums[f"{kind}, {name}: voice above 0.5"] += float(np.mean(np.array(found.escalation.voice) > 0.5))
                sums[f"{kind}, {name}: talks with an episode"] += bool(found.episodes)
    return {name: value / DRAWS for name, value in sums.items()}


# -- room -------------------------------------------------------------------------------------------------------------


def bench_room() -> Figures:
    """The example in synthetic rooms: a diffuse tail of this reverberation time, 3 dB below the voices."""
    rng = np.random.default_rng(0)
    dry, _ = soundfile.read(EXAMPLE, dtype="float32")
    figures: Figures = {}
    for seconds in (0.0, 0.3, 0.5, 0.8, 1.2):
        tail = np.arange(int(seconds * 1.2 * SAMPLE_RATE)) / SAMPLE_RATE
        echo = rng.normal(size=len(tail)) * 10 ** (-3 * tail / max(seconds, 0.1))
        echo *= 10 ** (-3 / 20) / max(float(np.linalg.norm(echo)), 1e-9)
        wet = fftconvolve(dry, np.r_[1.0, echo])[: len(dry)].astype(np.float32)
        figures[f"{seconds} s, found"] = float(np.median(decays(wet)))
    return figures


# -- pace -------------------------------------------------------------------------------------------------------------


def labelled(path: Path, length: float) -> tuple[int, float]:
    """How many whole syllables lie in the first `length` seconds, and how long they last."""
    lines = [line.split() for line in path.read_text(encoding="latin1").splitlines() if len(line.split()) > 1]
    starts = [float(line[0]) for line in lines] + [length]
    whole = [
        (start, end)
        for start, end, (_, text) in zip(starts, starts[1:], lines, strict=False)
        if text not in (".", "(") and end <= length
    ]
    return len(whole), sum(end - start for start, end in whole)


def bench_pace() -> Figures:
    """Both ways: nuclei in the sound, and the recognizer's words over the phonation; nothing but the sound is given."""
    hear = Transcription(prepare("base").folder, "de", 2).open({})
    nuclei, worded = [], []
    for path in sorted((SHARED / "pace").glob("*.flac")):
        clip, rate = soundfile.read(path, dtype="float32")
        length = len(clip) / rate
        _, passages = passages_of({0: hear(Window(0, 0, clip, np.zeros(0, np.float32)))})
        words = [word for passage in passages for word in passage.words]
        sound = Sound(measure(clip), [Turn(speaker="S1", start=0, end=length)])
        own = sound.own("S1", 0, length)
        count, seconds = labelled(path.with_suffix(".silb"), length)
        by_sound = pace.from_sound(sound, own)
        by_words = pace.german(words, sound, own) if pace.trusted(words) else None
        nuclei.append((by_sound, count / seconds))
        worded.append((by_words or by_sound, count / seconds))
    return {**_rates("nuclei alone", nuclei), **_rates("words, else nuclei", worded)}


def _rates(name: str, pairs: list[tuple[float | None, float]]) -> Figures:
    found, truth = np.array([pair for pair in pairs if pair[0] is not None], dtype=float).T
    return {
        f"{name}, correlation": float(np.corrcoef(found, truth)[0, 1]),
        f"{name}, mean error": float(np.abs(found / truth - 1).mean()),
        f"{name}, bias": float((found / truth - 1).mean()),
        f"{name}, clips": len(found),
        f"{name}, clips in which too little was heard": len(pairs) - len(found),
    }


# -- phone calls ------------------------------------------------------------------------------------------------------


def calls() -> Iterator[tuple[Session, list[dict[str, str]]]]:
    """Each call as an imported session, and its rows."""
    rows = defaultdict(list)
    with (SHARED / "turns" / "phone-calls.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            rows[row["conversation"]].append(row)
    with tempfile.TemporaryDirectory() as folder:
        for name, own in rows.items():
            words = [
                {"text": r["word"], "start": float(r["start"]), "end": float(r["end"]), "speaker": r["speaker"]}
                for r in own
            ]
            path = Path(folder) / f"{name}.json"
            path.write_text(json.dumps({"words": words}))
            yield measured(read_session(path)), own


def bench_calls() -> Figures:
    counts: dict[str, list[int]] = {"strict": [0, 0, 0], "repeated ones too": [0, 0, 0]}
    share = latency = 0.0
    for call, rows in calls():
        spoken = direct_turns(rows)
        for overlap in call.overlaps:
            turn = next(turn for turn in spoken[overlap.by] if turn[0] == overlap.start)
            acts = [
                row["act"]
                for row in rows
                if row["speaker"] == overlap.by and row["act"] and turn[0] <= float(row["start"]) < turn[1]
            ]
            for reading, count in counts.items():
                plain = acts if reading == "strict" else [re.split(r"[\^@*(]", act)[0] for act in acts]
                if plain:
                    true, said = set(plain) <= BACKCHANNELS, overlap.kind == "continuer"
                    count[0] += true and said
                    count[1] += said and not true
                    count[2] += true and not said
        direct = {who: sum(end - start for start, end in own) for who, own in spoken.items()}
        total = sum(direct.values())
        share = max(share, *(abs(direct[who] - call.shared.share[who] * total) / total for who in direct))
        ours = [(x.by, x.start, x.seconds) for x in call.latencies]
        theirs = direct_latencies(spoken)
        assert [x[:2] for x in ours] == [x[:2] for x in theirs]
        latency = max(latency, *(abs(a[2] - b[2]) for a, b in zip(ours, theirs, strict=True)))
    figures = {
        f"backchannels, F1, {name}": 2 * hit / (2 * hit + false + missed)
        for name, (hit, false, missed) in counts.items()
    }
    return {**figures, "talk share, largest difference": share, "latency, largest difference in s": latency}


def direct_turns(rows: list[dict[str, str]]) -> dict[str, list[tuple[float, float]]]:
    """Each speaker's words joined over less than half a second, with no code of the program's."""
    spoken: dict[str, list[tuple[float, float]]] = {}
    for row in sorted(rows, key=lambda row: float(row["start"])):
        own, start, end = spoken.setdefault(row["speaker"], []), float(row["start"]), float(row["end"])
        if own and start - own[-1][1] < 0.5:
            own[-1] = (own[-1][0], max(own[-1][1], end))
        else:
            own.append((start, end))
    return spoken


def direct_latencies(spoken: dict[str, list[tuple[float, float]]]) -> list[tuple[str, float, float]]:
    """(who, when, after how long) for each change of speaker, speech within the other's turn left out."""
    order = sorted((start, end, who) for who, own in spoken.items() for start, end in own)
    found, floor = [], order[0]
    for start, end, who in order[1:]:
        if end <= floor[1]:
            continue
        if who != floor[2] and start - floor[1] <= 10:
            found.append((who, start, start - floor[1]))
        floor = (start, end, who)
    return found


# -- cost -------------------------------------------------------------------------------------------------------------


def bench_cost() -> Figures:
    """Run with `taskset -c 0`, or read it as the time of one core: processor time is what counts here."""
    clip, _ = soundfile.read(EXAMPLE, dtype="float32")
    truth = json.loads(EXAMPLE.with_suffix(".truth.json").read_text())
    length = len(clip) / SAMPLE_RATE
    encoded(clip[:WINDOW])
    begun = time.process_time()
    windows, turns, words, memory = {}, [], [], []
    for k in range(120):
        windows[k] = encoded(np.take(clip, np.arange(k * WINDOW, (k + 1) * WINDOW), mode="wrap"))
        if k in (19, 119):
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    sound = time.process_time() - begun
    for k in range(int(3600 // length)):
        at = k * length
        turns += [Turn(speaker=t["speaker"], start=t["start"] + at, end=t["end"] + at) for t in truth["turns"]]
        words += [
            Word(text=w["text"], start=w["start"] + at, end=w["end"] + at, speaker=w["speaker"]) for w in truth["words"]
        ]
    begun = time.process_time()
    whole = Session(
        id="x", recorded_at="", language="en", words=tuple(words), turns=tuple(turns), frames=frames_of(windows)
    )
    measured(whole)
    rest = time.process_time() - begun
    return {
        "sound, s of one core": sound,
        "everything after it, s of one core": rest,
        "MB after 10 min": memory[0],
        "MB after 60 min": memory[1],
    }


PARTS: dict[str, Callable[[], Figures]] = {
    "cost": bench_cost,
    "arousal": bench_arousal,
    "conversations": bench_conversations,
    "gain": bench_gain,
    "across": bench_across,
    "room": bench_room,
    "pace": bench_pace,
    "calls": bench_calls,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which ones; all without a name")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    figures = {}
    for name in options.parts or PARTS:
        figures[name] = PARTS[name]()
        for measure_, value in figures[name].items():
            print(f"{name:14}{measure_:52}{value:10.3f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
