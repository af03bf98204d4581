"""Are topics found where they change, and called by the right name?

    python benchmarks/topics.py [--json FILE]

On 16 dialogues of our own (`topics.tsv`), written for this by the hand that wrote the sentences of the usual topics,
which makes them easier than real talk. What can be set was set on those with an odd number; the others were held out.
Their topic is a usual name, ``-`` where nothing is told, or *own* with words of which one must be in the name.

- *P_k* (Beeferman, Berger & Lafferty 1999): how often two lines half a stretch apart are wrongly put together or
  asunder; *WindowDiff* (Pevzner & Hearst 2002): how often the number of changes between them is wrong. Beside it,
  without any change, and with as many as there are, evenly spread.
- *right*, *wrong*, *unnamed*: of the lines in which something is told. *named nothing*: lines that tell nothing and
  were named all the same.
- *joined*: P_k on 100 talks of four of the tagger's dialogues each (`analysis/tagging/data`), by other hands. These are
  scenes on anything, most of them of vague lines.
- *again*: each usual stretch is given a name and looked for among the others, which are by other couples: how many of
  the same topic take that name, and how many of another.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.session import Participant, Session, Topic, Utterance, Word  # noqa: E402
from analysis.tables import read_table  # noqa: E402
from analysis.tagging.corpus import DATA  # noqa: E402
from analysis.topics import Known, center, find  # noqa: E402
from analysis.topics.embedding import embed  # noqa: E402
from analysis.topics.naming import named  # noqa: E402

TALKS = 100
PARTS = 4
FEWEST = 12
"""Lines of a dialogue that is joined with others."""

Row = tuple[str, str, str]
"""Speaker, text, topic."""


def read(path: Path, topic: str) -> dict[str, list[Row]]:
    """The dialogues of a table by their name."""
    table = read_table(path, ("dialogue", "speaker", "text", topic))
    cells = zip(*(table.column(name) for name in ("dialogue", "speaker", "text", topic)), strict=True)
    return {name: [row[1:] for row in rows] for name, rows in groupby(cells, key=lambda row: row[0])}


def session(rows: Sequence[Row]) -> Session:
    """A dialogue as a session in which each line takes a second."""
    words: list[Word] = []
    utterances = []
    for n, (speaker, text, _) in enumerate(rows):
        begin, said = len(words), text.split()
        words += [Word(text=w, start=n + k / len(said), end=n + (k + 1) / len(said)) for k, w in enumerate(said)]
        slice_ = (begin, len(words))
        utterances.append(Utterance(id=f"u{n}", speaker=speaker, start=n, end=n + 1, text=text, words=slice_))
    people = tuple(Participant(id=name, name=name) for name in dict.fromkeys(speaker for speaker, _, _ in rows))
    return Session(
        id="x", recorded_at="", language="en", participants=people, words=tuple(words), utterances=tuple(utterances)
    )


def at(topics: Sequence[Topic], line: int) -> Topic | None:
    """The topic of a line."""
    return next((topic for topic in topics if topic.start <= line < topic.end), None)


def changes(labels: Sequence[object]) -> list[int]:
    """How often the label changed up to each line."""
    return [0, *np.cumsum([one != other for one, other in pairwise(labels)]).tolist()]


def misplaced(truth: Sequence[object], found: Sequence[object]) -> tuple[float, float]:
    """P_k and WindowDiff."""
    true, seen = changes(truth), changes(found)
    apart = max(2, round(len(truth) / (true[-1] + 1) / 2))
    pairs = [(true[n + apart] - true[n], seen[n + apart] - seen[n]) for n in range(len(truth) - apart)]
    return float(np.mean([(a == 0) != (b == 0) for a, b in pairs])), float(np.mean([a != b for a, b in pairs]))


def placed(talks: Mapping[str, list[Row]], found: Mapping[str, Sequence[Topic]]) -> dict[str, tuple[float, float]]:
    """P_k and WindowDiff, ours and those of what needs no model."""
    scores: dict[str, list[tuple[float, float]]] = {"found": [], "no change": [], "even": []}
    for name, rows in talks.items():
        truth = [topic for _, _, topic in rows]
        parts = changes(truth)[-1] + 1
        scores["found"].append(misplaced(truth, [t and t.id for t in (at(found[name], n) for n in range(len(rows)))]))
        scores["no change"].append(misplaced(truth, [0] * len(rows)))
        scores["even"].append(misplaced(truth, [n * parts // len(rows) for n in range(len(rows))]))
    return {way: tuple(np.mean(score, axis=0).round(3).tolist()) for way, score in scores.items()}


def called(talks: Mapping[str, list[Row]], found: Mapping[str, Sequence[Topic]]) -> dict[str, float]:
    """Shares of lines by the name they were given."""
    told: list[str] = []
    untold: list[bool] = []
    for name, rows in talks.items():
        for n, (_, _, truth) in enumerate(rows):
            topic = at(found[name], n)
            if truth == "-":
                untold.append(topic is not None)
            else:
                told.append("unnamed" if topic is None else "right" if fits(topic.name, truth) else "wrong")
    shares = {kind: told.count(kind) / len(told) for kind in ("right", "wrong", "unnamed")}
    return shares | {"named nothing": float(np.mean(untold))}


def fits(name: str, truth: str) -> bool:
    """Whether a name is the right one."""
    own = truth.removeprefix("own: ")
    return name == truth or (own != truth and not set(own.split()).isdisjoint(name.split(", ")))


def again(talks: Mapping[str, list[Row]]) -> dict[str, float]:
    """How often a stretch takes the name of another couple's stretch of the same topic, and of another one."""
    centers = []
    for rows in talks.values():
        talk = session(rows)
        for truth, group in groupby(range(len(rows)), key=lambda n: rows[n][2]):
            lines = list(group)
            if truth[0] != "-":
                stretch = Topic(id="t1", name=truth, start=lines[0], end=lines[-1] + 1)
                centers.append((truth, center(talk, stretch)))
    taken: dict[bool, list[bool]] = {True: [], False: []}
    for k, (truth, one) in enumerate(centers):
        for j, (other, vector) in enumerate(centers):
            if j != k:
                name = named(np.array(one), [Known("earlier", vector)])
                taken[truth == other].append(name is not None and name.by == "earlier")
    return {"same topic": float(np.mean(taken[True])), "another": float(np.mean(taken[False]))}


def joined() -> dict[str, list[Row]]:
    """Talks of several dialogues each, every one a topic."""
    chance = random.Random(0)
    talks = {}
    while len(talks) < TALKS:
        rows = read(chance.choice(sorted(DATA.glob("*.tsv"))), "dialogue")
        long = [name for name, of_it in rows.items() if len(of_it) >= FEWEST]
        if len(long) >= PARTS:
            talks[f"joined {len(talks)}"] = [row for name in chance.sample(long, PARTS) for row in rows[name]]
    return talks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    ours = read(Path(__file__).with_suffix(".tsv"), "topic")
    odd = {name: rows for name, rows in ours.items() if int(name[1:]) % 2}
    groups = {"tuned on": odd, "held out": {name: ours[name] for name in ours if name not in odd}, "joined": joined()}
    results: dict[str, dict[str, object]] = {}
    for group, talks in groups.items():
        found = {name: find(session(rows)) for name, rows in talks.items()}
        scores = placed(talks, found)
        results[group] = dict(scores)
        print(f"\n{group}: {sum(map(len, talks.values()))} lines\n{'':14}{'P_k':>8}{'WindowDiff':>12}")
        for way, (p_k, difference) in scores.items():
            print(f"{way:14}{p_k:8.3f}{difference:12.3f}")
        if group != "joined":
            results[group] |= (shares := called(talks, found))
            print(", ".join(f"{kind} {share:.0%}" for kind, share in shares.items()))
    taken = again(ours)
    results["again"] = dict(taken)
    print("\nagain:", ", ".join(f"{kind} {share:.1%}" for kind, share in taken.items()))
    texts = [text for rows in groups["joined"].values() for _, text, _ in rows]
    embed(texts[:32])
    begin = time.perf_counter()
    embed(texts[:1000])
    speed = 1000 / (time.perf_counter() - begin)
    results["speed"] = {"lines a second": speed}
    print(f"\n{speed:.0f} lines a second")
    if told.json:
        told.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
