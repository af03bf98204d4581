"""Who said what, measured: DER, WER, cpWER and the share of words given to the right speaker.

    python benchmarks/speech.py [--json FILE]

Runs the program's own stages, in this process, on

- pyannote.audio's installed 30 s of a real phone call (its RTTM and STM are the truth),
- our example conversation (synthetic voices with real overlap; its truth lies beside it),
- where present, ../shared/data: spoken-dialogues (25 two-person dialogues) and diarization (5 meeting clips).

WER and cpWER are meeteval's, over lower-case words without punctuation; DER is pyannote.metrics' without collar,
overlap counted. A word is *right* if it was recognized and given to the right person, under the one mapping
of found to true speakers that serves the file best; unrecognized words do not count here, WER counts them.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import itertools
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHARED = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class Item:
    """A recording and its truth; `words` are (speaker, word), `turns` an RTTM file and the name in it."""

    set: str
    sound: Path
    speakers: int | None
    words: list[tuple[str, str]]
    turns: tuple[Path, str] | None = None


@dataclass
class Score:
    """Sums over the files of one set."""

    files: int = 0
    seconds: float = 0.0
    work: float = 0.0
    reference: int = 0
    errors: int = 0
    cp_errors: int = 0
    matched: int = 0
    right: int = 0
    der_parts: float = 0.0
    der_total: float = 0.0


def plain(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return re.sub(r"[^a-z0-9' ]", "", text.lower().replace("-", " ").replace("’", "'")).split()


def items() -> Iterator[Item]:
    """Everything that can be measured here."""
    import importlib.util

    spec = importlib.util.find_spec("pyannote.audio")
    assert spec is not None and spec.submodule_search_locations
    sample = Path(spec.submodule_search_locations[0]) / "sample"
    lines = [line.split(maxsplit=5) for line in (sample / "sample.stm").read_text().splitlines()]
    words = [(line[2], word) for line in lines for word in plain(line[5])]
    yield Item("phone sample", sample / "sample.wav", 2, words, (sample / "sample.rttm", "sample"))

    truth = json.loads((ROOT / "examples/kitchen-table.truth.json").read_text())
    words = [(turn["speaker"], word) for turn in truth["turns"] for word in plain(turn["text"])]
    yield Item("example", ROOT / "examples/kitchen-table.flac", 2, words)

    table = SHARED / "spoken-dialogues" / "dialogues.tsv"
    if table.is_file():
        with table.open() as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        for name, group in itertools.groupby(rows, key=lambda row: row["audio"]):
            said = [(row["speaker"], word) for row in group for word in plain(row["text"])]
            yield Item("spoken dialogues", table.parent / name, 2, said)
    for clip in sorted((SHARED / "diarization").glob("*.wav")):
        yield Item("meeting clips", clip, None, [], (clip.parent / "reference.rttm", clip.stem))


def right_words(truth: list[tuple[str, str]], found: list[tuple[str | None, str]]) -> tuple[int, int]:
    """How many words were recognized, and how many of those have the right speaker."""
    matcher = difflib.SequenceMatcher(None, [w for _, w in truth], [w for _, w in found], autojunk=False)
    pairs = [(truth[i + k][0], found[j + k][0]) for i, j, size in matcher.get_matching_blocks() for k in range(size)]
    people = sorted({speaker for speaker, _ in truth})
    voices = sorted({speaker for speaker, _ in found if speaker})
    people += ["nobody"] * (len(voices) - len(people))
    best = max(
        sum(dict(zip(voices, order, strict=True)).get(voice) == person for person, voice in pairs)
        for order in itertools.permutations(people, len(voices))
    )
    return len(pairs), best


def der(turns, rttm: Path, name: str, seconds: float) -> tuple[float, float]:
    """Seconds in error, and seconds of reference speech."""
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.database.util import load_rttm
    from pyannote.metrics.diarization import DiarizationErrorRate

    found = Annotation(uri=name)
    for k, turn in enumerate(turns):
        found[Segment(turn.start, turn.end), k] = turn.speaker
    metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    parts = metric(load_rttm(rttm)[name], found, uem=Timeline([Segment(0, seconds)]), detailed=True)
    return parts["false alarm"] + parts["missed detection"] + parts["confusion"], parts["total"]


def measure(chosen: list[Item]) -> dict[str, Score]:
    """Run the stages over all items; one score per set."""
    import logging
    import os

    import meeteval

    from analysis.audio import windows
    from analysis.speech import Diarization, Transcription, attribute
    from analysis.speech.transcription import words_of
    from analysis.weights import prepare

    logging.getLogger("meeteval").setLevel(logging.ERROR)
    cores = os.cpu_count() or 1
    transcribe = Transcription(prepare("base").folder, "en", cores).open({})
    pair = (prepare("segmentation-3.0").main, prepare("wespeaker-campplus").main, None)
    listen = Diarization(*pair, None, False, cores).open({})
    scores: dict[str, Score] = {}
    for item in chosen:
        score = scores.setdefault(item.set, Score())
        began = time.monotonic()
        sound = list(windows(item.sound))
        turns = Diarization(*pair, item.speakers, False, cores).finish({w.index: listen(w) for w in sound}).turns
        words = attribute(words_of({w.index: transcribe(w) for w in sound})[1], turns) if item.words else ()
        score.files += 1
        score.seconds += sound[-1].end
        score.work += time.monotonic() - began
        if item.turns:
            wrong, total = der(turns, *item.turns, sound[-1].end)
            score.der_parts += wrong
            score.der_total += total
        if item.words:
            found = [(word.speaker, plain_word) for word in words for plain_word in plain(word.text)]
            reference = " ".join(w for _, w in item.words)
            score.reference += len(item.words)
            score.errors += meeteval.wer.siso_word_error_rate(reference, " ".join(w for _, w in found)).errors
            score.cp_errors += meeteval.wer.cp_word_error_rate(_streams(item.words), _streams(found)).errors
            matched, right = right_words(item.words, found)
            score.matched += matched
            score.right += right
        print(f"  {item.sound.name}", file=sys.stderr)
    return scores


def _streams(words) -> dict[str, str]:
    speakers = {speaker or "nobody" for speaker, _ in words}
    return {s: " ".join(word for speaker, word in words if (speaker or "nobody") == s) for s in sorted(speakers)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    rows = []
    for name, score in measure(list(items())).items():
        rows.append(
            {
                "set": name,
                "files": score.files,
                "seconds": round(score.seconds),
                "DER": _share(score.der_parts, score.der_total),
                "WER": _share(score.errors, score.reference),
                "cpWER": _share(score.cp_errors, score.reference),
                "right speaker": _share(score.right, score.matched),
                "real-time factor, one after the other": _share(score.work, score.seconds),
            }
        )
    for row in rows:
        print("  ".join(f"{key}: {'-' if value is None else value}" for key, value in row.items()))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


if __name__ == "__main__":
    main()
