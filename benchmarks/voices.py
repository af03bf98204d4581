"""Are people known again by their voices, measured: right, abstained, WRONG.

    python benchmarks/voices.py [--json FILE]

Two people are known from one piece of sound; then two voices of another piece are to be named. The two voices are those
of the couple, of one of them and a stranger, or of two strangers. Each voice counts once per trial: *right* if it got
its own name, *abstained* if it is known but got none, *WRONG* if it got a name that is not its own; a stranger without
a name is right. Runs the program's own stage and thresholds on

- ../shared/data/arousal (RAVDESS: 8 actors, known from calm clips, met again in every other emotion),
- ../shared/data/pace (EmoDB: 3 Germans, known from neutral clips), where at least 5 s of an emotion are there,
- ../shared/data/spoken-dialogues (6 synthetic voices, known from the other files in which they speak),
- our example (known from the calm parts, met again in the raised one),
- pyannote's phone call and the meeting clips of ../shared/data/diarization: strangers to all of the actors.

What is not there is skipped. The curve in `analysis.speech.voices` is a logistic regression over the same trials of the
first three, printed last. Takes about ten minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.audio import SAMPLE_RATE, windows  # noqa: E402
from analysis.speech import Diarization, Heard, Voiceprint  # noqa: E402
from analysis.speech.voices import SHORTEST, person, recognize  # noqa: E402
from analysis.weights import prepare  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
NAMES = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
EMOTIONS = {f"{number:02}": name for number, name in enumerate(NAMES, 1)}
GERMAN = {"N": "neutral", "W": "angry", "F": "happy", "T": "sad", "A": "fearful", "L": "bored", "E": "disgusted"}

Known = dict[str, list[Voiceprint]]
Found = list[tuple[str, Voiceprint]]
Trial = tuple[str, Found, Known]


class Ears:
    """The program's diarization, loaded once."""

    def __init__(self) -> None:
        self.embedding = prepare("wespeaker-campplus")
        self.listen = self._stage(None).open({})

    def _stage(self, speakers: int | None) -> Diarization:
        pair = (prepare("segmentation-3.0").main, self.embedding.main, None)
        return Diarization(*pair, speakers, speakers is not None, 2, model=self.embedding.sha256)

    def file(self, path: Path, speakers: int | None) -> Heard:
        """Who is heard in a file."""
        return self._stage(speakers).finish({window.index: self.listen(window) for window in windows(path)})

    def alone(self, pieces: list[np.ndarray]) -> Voiceprint | None:
        """The voice of one person, from pieces of sound at 16 kHz."""
        pause = np.zeros(SAMPLE_RATE // 5, np.float32)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "voice.wav"
            soundfile.write(path, np.concatenate([part for piece in pieces for part in (piece, pause)]), SAMPLE_RATE)
            return next(iter(self.file(path, 1).voiceprints), None)


def acted(ears: Ears) -> Iterator[Trial]:
    """RAVDESS: known calm."""
    files: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted((SHARED / "arousal").glob("*.flac")):
        emotion, actor = path.stem.split("-")[2], path.stem.split("-")[6]
        files[f"actor {actor}", EMOTIONS[emotion]].append(path)
    yield from _emotional("acted", _voices(ears, files), "calm")


def german(ears: Ears) -> Iterator[Trial]:
    """EmoDB: known neutral."""
    files: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted((SHARED / "pace").glob("*.flac")):
        files[f"German {path.stem[:2]}", GERMAN[path.stem[5]]].append(path)
    yield from _emotional("German", _voices(ears, files), "neutral")


def _voices(ears: Ears, files: dict[tuple[str, str], list[Path]]) -> dict[tuple[str, str], Voiceprint]:
    found = {}
    for who, paths in files.items():
        print(f"  {', '.join(who)}", file=sys.stderr)
        voice = ears.alone([soundfile.read(path, dtype="float32")[0] for path in paths])
        if voice is not None and voice.seconds >= SHORTEST:
            found[who] = voice
    return found


def _emotional(set: str, voices: dict[tuple[str, str], Voiceprint], base: str) -> Iterator[Trial]:
    """Every couple, met in every other emotion: together, one with a stranger, and two strangers in their place."""
    people = sorted({who for who, emotion in voices if emotion == base})
    for emotion in sorted({emotion for _, emotion in voices} - {base}):
        here = {who: voices[who, emotion] for who in people if (who, emotion) in voices}
        for couple in itertools.combinations(people, 2):
            known = {name: [voices[name, base]] for name in couple}
            for pair in itertools.combinations(here, 2):
                yield f"{set}, {emotion}", [(who, here[who]) for who in pair], known


def dialogues(ears: Ears) -> Iterator[Trial]:
    """The film dialogues: each file against every couple of the six, known from other files."""
    table = SHARED / "spoken-dialogues" / "dialogues.tsv"
    if not table.is_file():
        return
    with table.open() as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found: dict[str, Found] = {}
    for name, group in itertools.groupby(rows, key=lambda row: row["audio"]):
        print(f"  {name}", file=sys.stderr)
        heard = ears.file(table.parent / name, 2)
        if len(heard.voiceprints) == 2:
            who = _speakers(heard, [(row["speaker"], len(row["text"])) for row in group], name)
            found[name] = [(who[print.speaker], print) for print in heard.voiceprints]
    for name, here in found.items():
        elsewhere: Known = defaultdict(list)
        for who, voice in (pair for other in found if other != name for pair in found[other]):
            if voice.seconds >= SHORTEST:
                elsewhere[who].append(voice)
        for couple in itertools.combinations(sorted(elsewhere), 2):
            yield "dialogues", here, {person: elsewhere[person] for person in couple}


def _speakers(heard: Heard, said: list[tuple[str, int]], name: str) -> dict[str, str]:
    """Which speaker has which of the two voices in the file's name: the one who talks while it should.

    Nobody noted the times; a row of the text takes about as long as it has letters.
    """
    voices = dict(zip(("Person1", "Person2"), Path(name).stem.split("_")[2:], strict=True))
    turns = sorted(heard.turns or (), key=lambda turn: turn.start)
    edges = np.cumsum([0, *(letters for _, letters in said)]) / sum(letters for _, letters in said)
    total, now, shared = sum(turn.duration for turn in turns), 0.0, dict[tuple[str, str], float]()
    for turn in turns:
        start, now = now / total, now + turn.duration
        for (who, _), begin, end in zip(said, edges, edges[1:], strict=False):
            overlap = max(0.0, min(now / total, end) - max(start, begin))
            shared[turn.speaker, who] = shared.get((turn.speaker, who), 0.0) + overlap
    straight = shared["S1", "Person1"] + shared["S2", "Person2"]
    crossed = shared["S1", "Person2"] + shared["S2", "Person1"]
    order = ("Person1", "Person2") if straight >= crossed else ("Person2", "Person1")
    return {f"S{k}": voices[who] for k, who in enumerate(order, 1)}


def example(ears: Ears) -> Iterator[Trial]:
    """Our own: the quarrel, known from the calm before and after it."""
    truth = json.loads((ROOT / "examples/kitchen-table.truth.json").read_text())
    sound, _ = soundfile.read(ROOT / "examples/kitchen-table.flac", dtype="float32")
    pieces: dict[tuple[str, bool], list[np.ndarray]] = defaultdict(list)
    for turn in truth["turns"]:
        start, end = int(turn["start"] * SAMPLE_RATE), int(turn["end"] * SAMPLE_RATE)
        pieces[turn["speaker"], turn["raised"]].append(sound[start:end])
    voices = {who: ears.alone(parts) for who, parts in pieces.items()}
    known = {name: [voice] for (name, raised), voice in voices.items() if voice and not raised}
    yield "example, raised", [(name, voice) for (name, raised), voice in voices.items() if voice and raised], known


def strangers(ears: Ears, known: list[Known]) -> Iterator[Trial]:
    """Real conversations of people whom none of the couples knows."""
    import pyannote.audio

    sample = Path(pyannote.audio.__file__).parent / "sample" / "sample.wav"
    for path in [sample, *sorted((SHARED / "diarization").glob("*.wav"))]:
        found = [(f"{path.stem} {print.speaker}", print) for print in ears.file(path, None).voiceprints]
        for couple in known if found else []:
            yield "phone and meetings, strangers", found, couple


def judge(trial: Trial) -> tuple[list[str], list[tuple[float, float, bool]]]:
    """What becomes of each voice; and similarity, margin, truth of each pair that comes into question."""
    from scipy.optimize import linear_sum_assignment

    _, found, known = trial
    renamed = [Voiceprint.of(str(k), v.model, v.seconds, np.array(v.values)) for k, (_, v) in enumerate(found)]
    matches = recognize(renamed, known)
    outcomes = []
    for k, (who, _) in enumerate(found):
        name = matches[str(k)].name if str(k) in matches else None
        outcomes.append(
            "right" if name == (who if who in known else None) else "abstained" if name is None else "WRONG"
        )
    names = list(known)
    alike = np.array([v.values for v in renamed]) @ np.array([person(known[name]) for name in names]).T
    pairs = []
    for i, j in zip(*linear_sum_assignment(-alike), strict=True):
        if renamed[i].seconds >= SHORTEST:
            rival = max([*np.delete(alike[i], j), *np.delete(alike[:, j], i), 0.0])
            pairs.append((alike[i, j], alike[i, j] - rival, found[i][0] == names[j]))
    return outcomes, pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    ears = Ears()
    fitted = [*acted(ears), *german(ears), *dialogues(ears)]
    couples = list({tuple(known): known for _, _, known in fitted}.values())
    counts: dict[str, dict[str, int]] = {}
    pairs: list[tuple[float, float, bool]] = []
    for k, trial in enumerate([*fitted, *example(ears), *strangers(ears, couples)]):
        set, found, known = trial
        outcomes, compared = judge(trial)
        for (who, _), outcome in zip(found, outcomes, strict=True):
            row = counts.setdefault(
                set, dict.fromkeys(("known", "right", "abstained", "WRONG", "strangers", "named"), 0)
            )
            if who in known:
                row["known"] += 1
                row[outcome] += 1
            else:
                row["strangers"] += 1
                row["named"] += outcome == "WRONG"
        pairs += compared if k < len(fitted) else []
    print(f"{'set':32}{'known':>7}{'right':>8}{'abstained':>11}{'WRONG':>8}{'strangers':>11}{'named':>7}")
    for set, row in counts.items():
        shares = [row[key] / max(1, row["known"]) for key in ("right", "abstained", "WRONG")]
        print(f"{set:32}{row['known']:7}{shares[0]:8.1%}{shares[1]:11.1%}{shares[2]:8.1%}", end="")
        print(f"{row['strangers']:11}{row['named']:7}")
    if pairs:
        from sklearn.linear_model import LogisticRegression

        values = np.array([pair[:2] for pair in pairs])
        fit = LogisticRegression(C=100).fit(values, [pair[2] for pair in pairs])
        print(f"curve over {len(pairs)} pairs:", [round(float(x), 1) for x in (fit.intercept_[0], *fit.coef_[0])])
    if options.json:
        options.json.write_text(json.dumps(counts, indent=1))


if __name__ == "__main__":
    main()
