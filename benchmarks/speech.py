"""Who said what, measured, side by side with the plain recipe; and what is heard where nobody speaks.

    python benchmarks/speech.py [--only SET ...] [--seeds 1 2 3] [--minutes 30] [--memory] [--json FILE]

Runs the program's own stages, in this process, over the sets of `benchmarks/material.py` and over made
non-speech (`benchmarks/nonspeech.py`); the recipes compared are those of `benchmarks/recipes.py`, the measures those of
`benchmarks/metrics.py`. Only supported words count as written; how many were struck out stands beside them.

One-word answers are turns of one word; *one-word sentences* ("Okay. One hour is ...") are a second, larger sample of
them. Both need times; where the reference has none (spoken dialogues), a counterpart at that place of the dialogue
counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import metrics, nonspeech, recipes  # noqa: E402
from benchmarks.material import Item, items  # noqa: E402
from benchmarks.metrics import Answers  # noqa: E402

SETS = ("phone sample", "example", "spoken dialogues", "meeting clips", "non-speech")
OURS, PLAIN, WHISPERX = "ours", "plain", "whisperx"

NONE = Answers(0, 0, 0)

Row = dict[str, Any]


@dataclass
class Score:
    """Sums over the files of one set, for one recipe."""

    files: int = 0
    seconds: float = 0.0
    work: dict[str, float] = field(default_factory=dict)
    reference: int = 0
    errors: int = 0
    cp_errors: int = 0
    tcp_errors: int | None = 0
    matched: int = 0
    right: int = 0
    abstained: int = 0
    unsupported: int = 0
    answers: Answers = NONE
    short: Answers = NONE
    der_parts: float = 0.0
    der_total: float = 0.0

    def add(self, item: Item, made: recipes.Outcome) -> None:
        """One more file."""
        self.files += 1
        self.seconds += made.seconds
        for stage, seconds in made.work.items():
            self.work[stage] = self.work.get(stage, 0.0) + seconds
        if item.turns is not None:
            wrong, total = metrics.diarization_error(made.turns, item.turns, item.sound.stem, made.seconds)
            self.der_parts += wrong
            self.der_total += total
        if not item.said:
            return
        self.reference += len(item.words)
        self.errors += metrics.word_errors(item.said, made.found)
        self.cp_errors += metrics.cp_errors(item.said, made.found)
        tcp = metrics.tcp_errors(item.said, made.found)
        self.tcp_errors = None if tcp is None or self.tcp_errors is None else self.tcp_errors + tcp
        placed = metrics.placed(item.said, made.found)
        self.matched += placed.matched
        self.right += placed.right
        self.abstained += placed.abstained
        self.unsupported += len(made.unsupported)
        self.answers = _sum(self.answers, metrics.short_answers(item.said, made.found, placed.people))
        self.short = _sum(self.short, metrics.short_answers(metrics.sentences(item.said), made.found, placed.people))


def measure(chosen: Iterable[Item]) -> dict[tuple[str, str], Score]:
    """Run the recipes over all items; one score for each set and recipe."""
    metrics.hush()
    ours, plain = recipes.Ours(), recipes.Plain()
    scores: dict[tuple[str, str], Score] = {}
    for item in chosen:
        made = {OURS: ours(item.sound, item.speakers)}
        if item.said:
            made[PLAIN] = plain(item.sound, made[OURS].turns)
            if recipes.whisperx_there():
                heard = sorted(made[OURS].found + made[OURS].unsupported, key=lambda word: word.start or 0.0)
                made[WHISPERX] = recipes.whisperx(heard, made[OURS].turns)
        for recipe, outcome in made.items():
            outcome.seconds = made[OURS].seconds
            scores.setdefault((item.set, recipe), Score()).add(item, outcome)
        print(f"  {item.sound.name}", file=sys.stderr, flush=True)
    return scores


def invented(seeds: Sequence[int], minutes: float) -> tuple[list[Row], list[Row]]:
    """One row for each seed, and one for each word that the program wrote, struck out ones included."""
    import soundfile

    ours = recipes.Ours()
    rows, words = [], []
    for seed in seeds:
        samples, parts = nonspeech.composed(seed, minutes)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "nonspeech.wav"
            soundfile.write(path, samples, nonspeech.RATE)
            made = ours(path, None)
        hours = len(samples) / nonspeech.RATE / 3600
        rows.append(
            {
                "seed": seed,
                "minutes": minutes,
                "invented words": len(made.found),
                "per hour": round(len(made.found) / hours, 1),
                "harmful": len(metrics.harmful(made.found)),
                "struck out": len(made.unsupported),
                "harmful, struck out": len(metrics.harmful(made.unsupported)),
                "seconds of turns": round(sum(turn.end - turn.start for turn in made.turns), 1),
                "real-time factor": _share(sum(made.work.values()), hours * 3600, 3),
            }
        )
        for supported, listed in ((True, made.found), (False, made.unsupported)):
            for word in listed:
                kind = nonspeech.kind_at(parts, word.start or 0.0)
                words.append({"seed": seed, "part": kind, "start": word.start, "end": word.end, "word": word.text})
                words[-1] |= {"supported": supported, "speaker": word.speaker}
        print(f"  non-speech, seed {seed}", file=sys.stderr, flush=True)
    return rows, words


def words_row(name: str, recipe: str, score: Score) -> Row:
    """Who said what: shares of the reference's words, of the matched words, and counts of short answers."""
    return {
        "set": name,
        "recipe": recipe,
        "files": score.files,
        "WER": _share(score.errors, score.reference),
        "cpWER": _share(score.cp_errors, score.reference),
        "tcpWER": None if score.tcp_errors is None else _share(score.tcp_errors, score.reference),
        "right speaker": _share(score.right, score.matched),
        "no speaker": _share(score.abstained, score.matched),
        "struck out": score.unsupported,
        "one-word answers": score.answers.count,
        "heard": score.answers.heard,
        "heard, not wrong": score.answers.right,
        "one-word sentences": score.short.count,
        "of them heard": score.short.heard,
        "of them heard, not wrong": score.short.right,
    }


def work_row(name: str, score: Score) -> Row:
    """DER, and seconds of work per second of sound by stage."""
    row: Row = {"set": name, "seconds": round(score.seconds), "DER": _share(score.der_parts, score.der_total)}
    row |= {stage: _share(seconds, score.seconds) for stage, seconds in sorted(score.work.items())}
    return row | {"all stages": _share(sum(score.work.values()), score.seconds)}


def _sum(one: Answers, other: Answers) -> Answers:
    return Answers(*(a + b for a, b in zip(one, other, strict=True)))


def _share(part: float, whole: float, digits: int = 4) -> float | None:
    return round(part / whole, digits) if whole else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=SETS, default=SETS, metavar="SET", help=", ".join(SETS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="of the non-speech")
    parser.add_argument("--minutes", type=float, default=30, help="of non-speech for each seed")
    parser.add_argument("--memory", action="store_true", help="also the peak memory of each stage (GB)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    scores = measure(item for item in items() if item.set in options.only)
    figures["words"] = [words_row(*key, score) for key, score in scores.items() if score.reference]
    figures["stages"] = [work_row(name, score) for (name, recipe), score in scores.items() if recipe == OURS]
    print(metrics.table(figures["words"]), metrics.table(figures["stages"]), sep="\n", flush=True)
    if options.memory:
        figures["peak memory, GB"] = [recipes.memory()]
        print(metrics.table(figures["peak memory, GB"]), flush=True)
    if "non-speech" in options.only:
        figures["non-speech"], figures["invented"] = invented(options.seeds, options.minutes)
        print(metrics.table(figures["non-speech"]), metrics.table(figures["invented"]), sep="\n", flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
