"""Do the tags say what readers of the words say? On our own dialogues held out, and on natural ones.

    python benchmarks/tagging.py [agreement] [held-out] [bias] [speed] [followups] [overlap] [natural] [--server URL]

Without a name, all parts run but *natural*, on which each look is counted (`benchmarks/looks.md`). *natural* and
*overlap* need `../shared/data`. With `--server`, a local language model reads instead; without a graphics card that
takes hours.

- *agreement*: Cohen's kappa of the two readings of our own dialogues, per tag.
- *held-out*: the fifth of our own dialogues that nothing was learned from: rules only, classifier only, both as
  shipped, and a bag of words (TF-IDF of words and pairs of words, of the line and the one before; logistic regression
  per tag, thresholds as for the classifier).
- *natural*: the same on excerpts that nobody here wrote. Never learned from, never tuned on.
- *bias*: 500 lines of the held-out dialogues and what was said before them, with names, pronouns or dialect exchanged:
  how many keep exactly their tags. Most of these names, pronouns and spellings are such as the readers' tables know.
  Beside these: one word in ten misspelled, as in training; and 170 of the lines in the spelling of a dialect
  (`dialect.tsv`), written by somebody who knew neither the tables nor what was tested.
- *speed*: lines a second on all cores, and how long a new process takes until it has read a first line.
- *followups*: how questions and offers were met, against a reader's judgment, on 150 of each that no rule was made on.
- *overlap*: how many of our lines share eight words in a row with the natural dialogues.

*macro-F1* is over the tags with at least five examples. *harsh* takes criticism, contempt and threat together: a line
is right if it has any of them and was given any. *false harsh*: of a hundred untagged lines, how many were given one.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.reading import classify, read_by_model  # noqa: E402
from analysis.session import Evidence, Readings, Tag, Utterance  # noqa: E402
from analysis.tables import read_table  # noqa: E402
from analysis.tagging import DEFENSIVE, HARSH, LABELS, answers, tag_utterances, uptakes  # noqa: E402
from analysis.tagging.corpus import DATA, FIRST_FREE, Dialogue, Part, read_dialogues  # noqa: E402
from analysis.tagging.lines import Line, key  # noqa: E402
from analysis.typed import spoken  # noqa: E402
from benchmarks.material import SHARED  # noqa: E402

NATURAL = SHARED / "tagging" / "dialogues.tsv"
FEWEST = 5
PAIRS = 500
OTHERS = (
    "Adaeze", "Alejandra", "Ayşe", "Bartholomew", "Chidi", "Dmitri", "Esperanza", "Fatoumata", "Giorgos", "Hyacinth",
    "Ikaika", "Jamila", "Kwabena", "Latoya", "Mehmet", "Nguyen", "Oluwaseun", "Parvati", "Quetzal", "Rukhsana",
    "Siobhan", "Thandiwe", "Ulrike", "Venkatesh", "Wolfgang", "Xiomara", "Yevgenia", "Zainab",
)  # fmt: skip
"""Names from many places; of these, bias takes such as no speaker of our dialogues has."""

AMBIGUOUS = {
    "art", "bill", "dad", "dawn", "drew", "faith", "grace", "hope", "joy", "june", "mark", "may", "mum", "pat", "rich",
    "rose", "sunny", "will",
}  # fmt: skip
OTHER_GENDER = {
    "he": "she", "she": "he", "him": "her", "his": "her", "himself": "herself", "herself": "himself",
    "he's": "she's", "she's": "he's", "he'd": "she'd", "she'd": "he'd", "he'll": "she'll", "she'll": "he'll",
    "husband": "wife", "wife": "husband", "boyfriend": "girlfriend", "girlfriend": "boyfriend",
    "brother": "sister", "sister": "brother", "man": "woman", "woman": "man", "guy": "girl", "girl": "guy",
}  # fmt: skip
DIALECT = {
    "with": "wi'", "don't know": "dunno", "have to": "hafta", "got to": "gotta", "give me": "gimme", "let me": "lemme",
    "wasn't": "weren't", "the": "da", "your": "yer", "of": "o'", "just": "jus'", "and": "an'",
    "what": "wot", "something": "summat", "anything": "owt", "going": "goin", "doing": "doin", "i'm": "ahm",
    "kind of": "kinda", "sort of": "sorta", "out of": "outta", "tomorrow": "tomorra", "did not": "didnae",
}  # fmt: skip
"""How a word may be written to show how it sounds; the readers' table knows all but "weren't" and "didnae"."""

Tags = list[frozenset[str]]
System = Callable[[Dialogue], Tags]
Figures = dict[str, float]
Truth = NDArray[np.bool_]


# -- the systems ------------------------------------------------------------------------------------------------------


def rules_only(dialogue: Dialogue) -> Tags:
    return _labels(tag_utterances(spoken(dialogue.lines), ()))


def classifier_only(dialogue: Dialogue) -> Tags:
    return _likely_enough(dialogue, classify(dialogue.lines))


def both(dialogue: Dialogue) -> Tags:
    return _labels(tag_utterances(spoken(dialogue.lines), (), classify(dialogue.lines)))


def language_model(server: str, model: str | None) -> System:
    from analysis.tagging.llm import connect

    there = connect(server, model)
    return lambda dialogue: _labels(
        tag_utterances(spoken(dialogue.lines), (), read_by_model(dialogue.lines, there).readings)
    )


def bag_of_words() -> System:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from analysis.tagging.training import calibrated

    def texts(dialogues: Sequence[Dialogue]) -> list[str]:
        return [text for dialogue in dialogues for text in _with_the_one_before(dialogue)]

    learning, tuning = _part("learning"), _part("tuning")
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\S+")
    seen = words.fit_transform(texts(learning))
    curves = [
        LogisticRegression(C=10, max_iter=1000, class_weight="balanced").fit(seen, so) for so in _truth(learning).T
    ]

    def scores(dialogues: Sequence[Dialogue]) -> NDArray[np.float32]:
        found = words.transform(texts(dialogues))
        return np.stack([curve.decision_function(found) for curve in curves], axis=1)

    learned = calibrated(scores(tuning), _truth(tuning))

    def read(dialogue: Dialogue) -> Tags:
        given = scores([dialogue])
        likely = 1 / (
            1 + np.exp(-(given * [learned[x]["slope"] for x in LABELS] + [learned[x]["offset"] for x in LABELS]))
        )
        return [
            frozenset(label for label, share in zip(LABELS, row, strict=True) if share >= learned[label]["threshold"])
            for row in likely
        ]

    return read


def _with_the_one_before(dialogue: Dialogue) -> Iterator[str]:
    before: list[str] = []
    for line in dialogue.lines:
        words = re.findall(r"[\w']+|[?!]", line.text.lower())
        yield " ".join([*words, *(f"before:{word}" for word in before)]) or "nothing"
        before = words


def _likely_enough(dialogue: Dialogue, readings: Readings) -> Tags:
    found = [readings.of.get(key(dialogue.lines, k)) for k in range(len(dialogue.lines))]
    return [
        frozenset(label for label, share in reading.labels.items() if share >= readings.thresholds[label])
        if reading is not None
        else frozenset()
        for reading in found
    ]


def _labels(tagged: Sequence[Utterance]) -> Tags:
    return [frozenset(tag.label for tag in utterance.live_tags) for utterance in tagged]


# -- the figures ------------------------------------------------------------------------------------------------------


def _part(part: Part) -> list[Dialogue]:
    return [dialogue for dialogue in read_dialogues() if dialogue.part == part]


def _truth(dialogues: Sequence[Dialogue]) -> Truth:
    return _matrix([tags for dialogue in dialogues for tags in dialogue.tags])


def _matrix(tags: Sequence[frozenset[str]]) -> Truth:
    return np.array([[label in line for label in LABELS] for line in tags])


def _any_of(values: Truth, labels: frozenset[str]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = values[:, [label in labels for label in LABELS]].any(axis=1)
    return found


def _f1(given: NDArray[np.bool_], so: NDArray[np.bool_]) -> float:
    return float(2 * (given & so).sum() / max(given.sum() + so.sum(), 1))


def scored(system: System, dialogues: Sequence[Dialogue]) -> Figures:
    """The figures of a system on some dialogues."""
    so = _truth(dialogues)
    given = _matrix([tags for dialogue in dialogues for tags in system(dialogue)])
    harsh, truly = _any_of(given, HARSH), _any_of(so, HARSH)
    right = int((harsh & truly).sum())
    untagged = ~so.any(axis=1)
    each = {label: _f1(given[:, k], so[:, k]) for k, label in enumerate(LABELS) if so[:, k].sum() >= FEWEST}
    return {
        "macro-F1": float(np.mean(list(each.values()))),
        "defensiveness F1": _f1(_any_of(given, DEFENSIVE), _any_of(so, DEFENSIVE)),
        "harsh precision": right / max(int(harsh.sum()), 1),
        "harsh recall": right / max(int(truly.sum()), 1),
        "false harsh in 100": 100 * float((harsh & untagged).sum() / max(untagged.sum(), 1)),
        **{f"F1 {label}": value for label, value in each.items()},
    }


def compared(dialogues: Sequence[Dialogue], systems: dict[str, System]) -> Figures:
    return {
        f"{name}: {figure}": value
        for name, system in systems.items()
        for figure, value in scored(system, dialogues).items()
        if name == "both" or not figure.startswith("F1 ")
    }


# -- the parts --------------------------------------------------------------------------------------------------------


def bench_agreement(_: dict[str, System]) -> Figures:
    free = [name >= FIRST_FREE for name in _everywhere("dialogue")]
    readings = [_matrix([frozenset(cell.split(",")) for cell in _everywhere(name)]) for name in ("written", "blind")]
    figures: Figures = {}
    for kind, chosen in (("to the codebook", ~np.array(free)), ("freely", np.array(free))):
        first, second = (reading[chosen] for reading in readings)
        figures[f"written {kind}: lines"] = float(len(first))
        figures[f"written {kind}: alike in all tags"] = float((first == second).all(axis=1).mean())
        for k, label in enumerate(LABELS):
            a, b = first[:, k], second[:, k]
            chance = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
            figures[f"written {kind}: kappa {label}"] = float(((a == b).mean() - chance) / (1 - chance))
    return figures


def _everywhere(name: str) -> list[str]:
    return [cell for path in sorted(DATA.glob("*.tsv")) for cell in read_table(path, (name,)).column(name)]


def bench_held_out(systems: dict[str, System]) -> Figures:
    dialogues = _part("held out")
    written = {free: [one for one in dialogues if one.free is free] for free in (False, True)}
    of_a_kind = {
        f"{'written freely' if free else 'written to the codebook'}, both: {figure}": value
        for free, some in written.items()
        for figure, value in scored(both, some).items()
        if not figure.startswith("F1 ")
    }
    return compared(dialogues, systems) | of_a_kind


def bench_natural(systems: dict[str, System]) -> Figures:
    return compared(read_dialogues([NATURAL]), systems)


def bench_bias(_: dict[str, System]) -> Figures:
    from analysis.tagging.varying import misspelled

    chance = random.Random(1)
    dialogues = _part("held out")
    names = _names(read_dialogues())
    strange = [name for name in OTHERS if name not in names]
    before = {dialogue.name: both(dialogue) for dialogue in dialogues}
    kinds = {
        "names": exchanger({name: chance.choice(strange) for name in names}, exact=True),
        "pronouns": exchanger(OTHER_GENDER),
        "dialect": exchanger(DIALECT),
    }
    figures, kept, tried = {}, 0, 0
    for kind, (name, change) in enumerate(kinds.items()):
        pairs = _kept(dialogues, before, change)
        some = chance.sample(pairs, PAIRS // 3 + (kind < PAIRS % 3))
        figures[f"{name} exchanged, of all {len(pairs)} lines kept"] = sum(pairs) / len(pairs)
        kept, tried = kept + sum(some), tried + len(some)
    figures[f"of {tried} pairs kept"] = kept / tried
    pairs = _kept(dialogues, before, lambda text: misspelled(text, chance))
    figures[f"one word in ten misspelled, of all {len(pairs)} lines kept"] = sum(pairs) / len(pairs)
    return figures | _in_dialect({dialogue.name: dialogue for dialogue in dialogues}, before)


def _in_dialect(of: Mapping[str, Dialogue], before: Mapping[str, Tags]) -> Figures:
    """How many lines keep their tags in a dialect that another hand wrote; what was said before them stays."""
    table = read_table(ROOT / "benchmarks" / "dialect.tsv", ("dialogue", "line", "text"))
    pairs = []
    for name, number, text in zip(*(table.column(column) for column in ("dialogue", "line", "text")), strict=True):
        k, lines = int(number) - 1, list(of[name].lines)
        lines[k] = Line(lines[k].speaker, text)
        after = both(Dialogue(name, tuple(lines), of[name].tags))
        pairs.append((before[name][k], after[k]))
    tagged = [was == now for was, now in pairs if was]
    return {
        f"another's dialect, of {len(pairs)} lines kept": sum(was == now for was, now in pairs) / len(pairs),
        f"another's dialect, of {len(tagged)} tagged ones kept": sum(tagged) / len(tagged),
    }


def _kept(dialogues: Sequence[Dialogue], before: Mapping[str, Tags], change: Callable[[str], str]) -> list[bool]:
    """Of each line that changes, whether it keeps its tags."""
    found = []
    for dialogue in dialogues:
        lines = tuple(Line(line.speaker, change(line.text)) for line in dialogue.lines)
        changed = [k for k, line in enumerate(dialogue.lines) if line != lines[k]]
        if changed:
            after = both(Dialogue(dialogue.name, lines, dialogue.tags))
            found += [before[dialogue.name][k] == after[k] for k in changed]
    return found


def _names(dialogues: Sequence[Dialogue]) -> list[str]:
    """The names of the speakers that are neither words ("Will") nor what somebody is ("the doctor", "my mother")."""
    texts = "\n".join(line.text for dialogue in dialogues for line in dialogue.lines)
    roles = set(re.findall(r"\b(?:a|an|the|my|your|his|her|our) ([a-z]+)\b", texts)) | AMBIGUOUS
    names = {line.speaker for dialogue in dialogues for line in dialogue.lines if line.speaker}
    return sorted(name for name in names if re.fullmatch(r"[A-Z][a-z]{2,}", name) and name.lower() not in roles)


def exchanger(pairs: Mapping[str, str], exact: bool = False) -> Callable[[str], str]:
    """A function that puts the one word for the other, in one go; a capital stays a capital."""
    any_of = "|".join(re.escape(word) for word in sorted(pairs, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w'])(?:{any_of})(?![\w'])", 0 if exact else re.IGNORECASE)

    def put(match: re.Match[str]) -> str:
        found = match.group()
        other = pairs[found if exact else found.lower()]
        return other[0].upper() + other[1:] if found[0].isupper() else other

    return lambda text: pattern.sub(put, text)


def bench_speed(_: dict[str, System]) -> Figures:
    code = "from analysis.reading import classify; from analysis.tagging import Line; classify([Line('A', 'Hi.')])"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    started = time.perf_counter() - start
    dialogues = _part("held out")
    start = time.perf_counter()
    for dialogue in dialogues:
        classify(dialogue.lines)
    took = time.perf_counter() - start
    return {
        "seconds of a new process until the first line is read": started,
        "lines a second": sum(len(dialogue.lines) for dialogue in dialogues) / took,
    }


def bench_followups(_: dict[str, System]) -> Figures:
    of = {dialogue.name: dialogue for dialogue in read_dialogues()}
    table = read_table(ROOT / "benchmarks" / "followups.tsv", ("dialogue", "line", "kind", "part"))
    found: dict[str, list[tuple[str, str]]] = {"questions": [], "offers": []}
    for name, number, kind, part in table.rows:
        if part == "held out":
            told = _tagged_as_read(of[name])
            id = f"u{int(number) - 1}"
            asked = {answer.question: answer.kind for answer in answers(told)}
            offered = {uptake.offer: uptake.kind for uptake in uptakes(told)}
            found["questions" if id in asked else "offers"].append((kind, asked.get(id) or offered[id]))
    figures: Figures = {}
    for what, pairs in found.items():
        clear = [kind == given for kind, given in pairs if given != "unclear"]
        figures[f"{what}: told at all"] = len(clear) / len(pairs)
        figures[f"{what}: of these as read"] = sum(clear) / len(clear)
        for said in sorted({given for _, given in pairs} - {"unclear"}):
            of_kind = [kind == said for kind, given in pairs if given == said]
            figures[f"{what}: of {len(of_kind)} called {said} as read"] = sum(of_kind) / len(of_kind)
    return figures


def _tagged_as_read(dialogue: Dialogue) -> list[Utterance]:
    from msgspec.structs import replace

    return [
        replace(
            line, tags=tuple(Tag(label=label, confidence=1, because="read", evidence=_whole(line)) for label in tags)
        )
        for line, tags in zip(spoken(dialogue.lines), dialogue.tags, strict=True)
    ]


def _whole(line: Utterance) -> Evidence:
    return Evidence(start=line.start, end=line.end, words=line.text)


def bench_overlap(_: dict[str, System]) -> Figures:
    theirs = {run for dialogue in read_dialogues([NATURAL]) for line in dialogue.lines for run in runs(line.text)}
    ours = [runs(line.text) for dialogue in read_dialogues() for line in dialogue.lines]
    return {
        "eight words in a row of theirs": float(len(theirs)),
        "our lines with any": float(sum(bool(o & theirs) for o in ours)),
    }


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    """The runs of so many words in a text; the whole text where it is shorter but has at least five."""
    words = re.findall(r"[a-z0-9']+", text.lower())
    if len(words) < length:
        return {tuple(words)} if len(words) >= 5 else set()
    return {tuple(words[k : k + length]) for k in range(len(words) - length + 1)}


PARTS: dict[str, Callable[[dict[str, System]], Figures]] = {
    "agreement": bench_agreement,
    "held-out": bench_held_out,
    "bias": bench_bias,
    "speed": bench_speed,
    "followups": bench_followups,
    "overlap": bench_overlap,
    "natural": bench_natural,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which ones; all but natural without a name")
    parser.add_argument("--server", help="also let a language model read that a server on this computer has")
    parser.add_argument("--model", help="which of the server's models")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    systems = {"rules only": rules_only, "classifier only": classifier_only, "both": both}
    if {"held-out", "natural"} & set(options.parts or PARTS):
        systems["bag of words"] = bag_of_words()
    if options.server:
        systems = {"language model": language_model(options.server, options.model)}
    figures = {}
    for name in options.parts or [part for part in PARTS if part != "natural"]:
        figures[name] = PARTS[name](systems)
        for figure, value in figures[name].items():
            print(f"{name:12}{figure:60}{value:10.3f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
