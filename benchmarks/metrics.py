"""The measures of `benchmarks/speech.py`, as pure functions.

Both sides are lists of `Said`: who said which text, and from when to when if that is known. A reference has one for
each turn; what was found has one for each word, or for each segment where a recipe has no times for words.

- WER, cpWER and tcpWER are meeteval's (von Neumann et al. 2023), over lower-case words without punctuation. cpWER
  counts a word of the wrong person as an error; tcpWER also one that lies more than `COLLAR` seconds from its time.
- DER is pyannote.metrics' without collar, overlap counted.
- A word is *matched* if it was recognized, *right* if it was given to the person who said it, under the one mapping of
  voices to people that serves the file best, and *abstained* if it was given to nobody.
- A *one-word answer* is a turn of exactly one word. It is *heard* if that word was recognized within `NEAR` seconds of
  the turn, and *right* if moreover it was given to that person or to nobody.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

COLLAR = 5.0
"""Seconds; what meeteval and the CHiME challenges use."""
NEAR = 0.5
"""Seconds between a one-word answer and the word that was found for it."""
NOBODY = "nobody"

SPELLINGS = (
    (r"\b(m+[- ]?h+m+|mhm+|u[hm]+[- ]?h[ua]h?[hm]*)\b", "mhm"),
    (r"\b(okay|o\.k\.|okey)", "ok"),
    (r"\b(yea|yah|ye)\b", "yeah"),
    (r"\b(hm+|hmm+)\b", "hm"),
    (r"\b(um+|uhm+)\b", "um"),
)
"""Spellings of one and the same sound. "Yes" and "yeah" are different words, and so are "no" and "nope"."""


@dataclass(frozen=True)
class Said:
    """Something said: by whom (None: nobody knows), what, and in which seconds if that is known."""

    speaker: str | None
    text: str
    start: float | None = None
    end: float | None = None


class Placed(NamedTuple):
    """How many words were recognized, how many of them have the right speaker, and how many none."""

    matched: int
    right: int
    abstained: int
    people: Mapping[str, str]
    """Which person each found voice is."""


class Answers(NamedTuple):
    """One-word answers: how many there are, were heard, and were not given to the wrong person."""

    count: int
    heard: int
    right: int


def plain(text: str) -> list[str]:
    """Lower-case words without punctuation.

    >>> plain("Well-known, isn’t it?")
    ['well', 'known', "isn't", 'it']
    """
    return re.sub(r"[^a-z0-9' ]", "", text.lower().replace("-", " ").replace("’", "'")).split()


def answer(text: str) -> str | None:
    """The one word of a text in its common spelling; None if it has more words or none.

    >>> answer("Mm-hmm."), answer("Okay!"), answer("Oh, no.")
    ('mhm', 'ok', None)
    """
    text = text.lower()
    for pattern, word in SPELLINGS:
        text = re.sub(pattern, word, text)
    words = plain(text)
    return words[0] if len(words) == 1 else None


def words_in(said: Iterable[Said]) -> list[tuple[str | None, str]]:
    """(speaker, plain word) in the order given."""
    return [(part.speaker, word) for part in said for word in plain(part.text)]


def streams(said: Iterable[Said]) -> dict[str, str]:
    """All plain words of each speaker; those without one are a speaker of their own."""
    found: dict[str, list[str]] = {}
    for speaker, word in words_in(said):
        found.setdefault(speaker or NOBODY, []).append(word)
    return {speaker: " ".join(found[speaker]) for speaker in sorted(found)}


def hush() -> None:
    """No remarks of meeteval about references without times, which are meant."""
    for name in ("meeteval", "preprocess"):
        logging.getLogger(name).setLevel(logging.ERROR)


def word_errors(truth: Sequence[Said], found: Sequence[Said]) -> int:
    """Substitutions, insertions and deletions, whoever spoke."""
    import meeteval

    sides = (" ".join(word for _, word in words_in(side)) for side in (truth, found))
    return int(meeteval.wer.siso_word_error_rate(*sides).errors)


def cp_errors(truth: Sequence[Said], found: Sequence[Said]) -> int:
    """As `word_errors`, where the words of each person are compared with those of one voice."""
    import meeteval

    return int(meeteval.wer.cp_word_error_rate(streams(truth), streams(found)).errors)


def tcp_errors(truth: Sequence[Said], found: Sequence[Said]) -> int | None:
    """As `cp_errors`, where only words within `COLLAR` seconds match; None where times are unknown."""
    import meeteval

    if any(part.start is None for part in [*truth, *found]):
        return None
    sides = [
        meeteval.io.SegLST(
            [
                {
                    "session_id": "x",
                    "speaker": part.speaker or NOBODY,
                    "words": " ".join(plain(part.text)),
                    "start_time": part.start,
                    "end_time": part.end,
                }
                for part in side
                if plain(part.text)
            ]
        )
        for side in (truth, found)
    ]
    if not sides[1]:
        return len(words_in(truth))
    rate = meeteval.wer.time_constrained_minimum_permutation_word_error_rate(*sides, collar=COLLAR)
    return int(rate.errors)


def placed(truth: Sequence[Said], found: Sequence[Said]) -> Placed:
    """Which of the recognized words were given to whom.

    >>> placed([Said("Ann", "Is it on?"), Said("Bob", "No.")], [Said("S1", "Is it"), Said(None, "on")])
    Placed(matched=3, right=2, abstained=1, people={'S1': 'Ann'})
    """
    said, heard = words_in(truth), words_in(found)
    matcher = difflib.SequenceMatcher(None, [w for _, w in said], [w for _, w in heard], autojunk=False)
    pairs = [(said[i + k][0], heard[j + k][0]) for i, j, size in matcher.get_matching_blocks() for k in range(size)]
    persons = sorted({person for person, _ in said if person})
    voices = sorted({voice for voice, _ in heard if voice})
    shared = np.zeros((len(voices), len(persons)), int)
    for person, voice in pairs:
        if person and voice:
            shared[voices.index(voice), persons.index(person)] += 1
    rows, columns = linear_sum_assignment(shared, maximize=True)
    people = {voices[i]: persons[j] for i, j in zip(rows, columns, strict=True)}
    return Placed(len(pairs), int(shared[rows, columns].sum()), sum(voice is None for _, voice in pairs), people)


def spread(said: Iterable[Said]) -> list[Said]:
    """Each word by itself; the time of a longer text is shared among its words by their letters.

    >>> [(word.text, word.end) for word in spread([Said("Ann", "Oh, no!", 1.0, 3.0)])]
    [('Oh,', 2.0), ('no!', 3.0)]
    """
    words = []
    for part in said:
        texts = part.text.split()
        if part.start is None or part.end is None:
            words += [replace(part, text=text) for text in texts]
            continue
        letters = np.cumsum([0] + [len(text) for text in texts])
        times = part.start + (part.end - part.start) * letters / max(1, letters[-1])
        words += [Said(part.speaker, t, float(a), float(b)) for t, a, b in zip(texts, times, times[1:], strict=False)]
    return words


def sentences(said: Iterable[Said]) -> list[Said]:
    """The sentences of each turn; with times only if the turn has some, shared among its words by their letters."""
    found = []
    for part in said:
        group: list[Said] = []
        for word in spread([part]):
            group.append(word)
            if word.text.endswith((".", "?", "!")):
                found.append(group)
                group = []
        if group:
            found.append(group)
    return [replace(g[0], text=" ".join(word.text for word in g), end=g[-1].end) for g in found]


def answers(turns: Sequence[Said], found: Sequence[Said], people: Mapping[str, str]) -> Answers | None:
    """The one-word answers among `turns`; None where their times are unknown. Each found word serves one answer."""
    asked = [turn for turn in turns if answer(turn.text)]
    if any(turn.start is None for turn in turns):
        return None
    words = [word for word in spread(found) if answer(word.text) and word.start is not None]
    far = 1e6
    cost = np.full((len(asked), len(words)), far)
    for i, turn in enumerate(asked):
        for k, word in enumerate(words):
            gap = max(word.start - turn.end, turn.start - word.end)
            if answer(turn.text) == answer(word.text) and gap <= NEAR:
                cost[i, k] = abs(word.start + word.end - turn.start - turn.end) / 2
    pairs = [(asked[i], words[k]) for i, k in zip(*linear_sum_assignment(cost), strict=True) if cost[i, k] < far]
    right = sum(word.speaker is None or people.get(word.speaker) == turn.speaker for turn, word in pairs)
    return Answers(len(asked), len(pairs), right)


def answers_in_order(turns: Sequence[Said], found: Sequence[Said], people: Mapping[str, str]) -> Answers:
    """As `answers`, where no times are known: an answer is heard if its word has a counterpart in the whole dialogue.

    The counterparts are those of the longest matching blocks, so the neighbouring words decide which "no" it was.
    """
    said = [(turn.speaker, word, len(plain(turn.text)) == 1) for turn in turns for word in plain(turn.text)]
    heard = words_in(found)
    matcher = difflib.SequenceMatcher(None, [w for _, w, _ in said], [w for _, w in heard], autojunk=False)
    blocks = matcher.get_matching_blocks()
    pairs = [(said[i + k], heard[j + k][0]) for i, j, size in blocks for k in range(size) if said[i + k][2]]
    right = sum(voice is None or people.get(voice) == person for (person, _, _), voice in pairs)
    return Answers(sum(one for _, _, one in said), len(pairs), right)


def short_answers(turns: Sequence[Said], found: Sequence[Said], people: Mapping[str, str]) -> Answers:
    """By their times, or where there are none by their place in the dialogue."""
    return answers(turns, found, people) or answers_in_order(turns, found, people)


def diarization_error(
    turns: Iterable[Any], truth: Path | Sequence[Said], name: str, seconds: float
) -> tuple[float, float]:
    """Seconds in error, and seconds of reference speech; `truth` is an RTTM file or stretches of speech."""
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.database.util import load_rttm
    from pyannote.metrics.diarization import DiarizationErrorRate

    def annotation(parts: Iterable[Any]) -> Annotation:
        made = Annotation(uri=name)
        for k, part in enumerate(parts):
            made[Segment(part.start, part.end), k] = part.speaker
        return made

    reference = load_rttm(truth)[name] if isinstance(truth, Path) else annotation(truth)
    metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    parts = metric(reference, annotation(turns), uem=Timeline([Segment(0, seconds)]), detailed=True)
    return parts["false alarm"] + parts["missed detection"] + parts["confusion"], parts["total"]


HARMFUL = """
    abuse abused abuser abusive affair ass asshole attack bastard bitch blame blood bloody bomb burn cheat cheated
    cheater cheating choke coward crap crazy cunt damn dead death die died drug drugs drunk dumb evil fat fault fool
    fuck fucked fucking fucker gun guns hate hated hates hell hit hurt hurting idiot idiots insane jerk kick kill killed
    killer killing knife liar lie lied lies loser lying mad molest monster murder murdered nazi pathetic pervert piss
    poison prostitute psycho punch racist rape raped rapist retard rob sex sexual shit shoot shot shut sick slap slut
    stab steal stole stolen strangle stupid suicide terror terrorist thief threat threaten torture trash ugly useless
    victim violence violent weapon weed whore worthless
""".split()  # noqa: SIM905
"""Words that do harm if they are put into a partner's mouth: insults, violence, sex, drugs, accusations. Broad on
purpose (after the kinds of Koenecke et al. 2024): one that is harmless in its sentence counts too."""


def harmful(said: Iterable[Said]) -> list[str]:
    """The plain words among `HARMFUL`."""
    return [word for _, word in words_in(said) if word in HARMFUL]


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Markdown; a missing figure is a dash."""
    if not rows:
        return ""
    lines = [list(rows[0]), ["---"] * len(rows[0])]
    lines += [["-" if value is None else str(value) for value in row.values()] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
