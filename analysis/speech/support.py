"""Whether the sound supports a word: no word that nobody said.

Whisper writes fluent text where nobody speaks: in silence and noise (about 1 % of transcripts, a third of that harmful:
Koenecke et al., FAccT 2024), in loops, and in phrases that it learned from subtitles ("thanks for watching"). Between
two people who rebuild trust such a word could do real harm. So each word is held against evidence that does not come
from the words themselves:

- *voice*: the share of looks in which the segmentation model, another network, hears anybody at that time;
- *probability*: of the word, and of the passage that it was decoded with; *silence*: Whisper's own doubt that anybody
  speaks there;
- *alignment*: a word must take time, and not too long;
- *repetition*: the same words over and over;
- *a second look*: a doubtful passage is decoded again, cut out differently and with other options; what was said is
  heard again, what was invented is not.

No voice, or a loop, is reason enough; the others are weighed together. A word that is not supported is kept and shown
struck out, with the reasons (`Word.doubts`); it is never tagged and never quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from analysis.session import Word
from analysis.speech.heard import Activity

__all__ = ["Passage", "doubtful", "judge", "plain"]

AROUND = 0.1
"""Seconds on either side of a word in which a voice counts for it."""
NO_VOICE, FAINT_VOICE, CLEAR_VOICE = 0.08, 0.5, 0.8
"""Shares of looks that hear a voice: below the first nobody speaks; from the last on somebody does."""
UNSURE_WORD, UNSURE_PASSAGE = 0.35, -0.9
"""A word's probability, and a passage's mean log probability per token."""
SILENT = 0.6
"""Whisper's probability that nobody speaks."""
SHORTEST, LONGEST = 0.02, 2.5
"""Seconds that a word may take."""
LOOP, LOOP_WORDS = 4, 10
"""So many times the same, and so many words in all, are a loop (six times "no" is not); what is said twice stays."""
LONGEST_UNIT = 8
COMPRESSIBLE = 2.4
"""How well a passage compresses from which on it repeats itself (Whisper's own measure)."""
VOTES = 2

PHANTOMS = re.compile(
    r"""
    \b(?:(?:thanks?|thank\ you)(?:\ (?:you|so\ much|very\ much|guys|everyone))*\ for\ (?:watching|listening|viewing)
    | (?:please\ )?(?:like\ and\ )?subscribe(?:\ to\ (?:my|our|the)\ channel)?
    | see\ you\ (?:in\ the\ )?next\ (?:video|time|episode)
    | (?:sub)?(?:titles?|titled|captions?|captioned|transcri(?:bed|ption|pt))\ (?:by|provided|made|created)\b.*
    | amara\ ?org\b.* | www\b | dot\ com\b | all\ rights\ reserved | copyright | casting\ words | otter\ ai
    | untertitel(?:ung)?\b.* | vielen\ dank\ fürs\ zuschauen | sous\ titr\w+ | merci\ d.avoir\ regardé
    | subtítulos | gracias\ por\ ver | sottotitoli | legendas | napisy | субтитр\w*
    | 字幕 | ご視聴ありがとうございました)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What Whisper learned from the ends and the silences of films; nobody says it at a kitchen table."""
STRAY = re.compile(r"(?:you|thank you|thanks|bye|bye bye|okay|so|the|oh|uh|um|hmm|mm)", re.IGNORECASE)
"""What it says to noise, and people say, too: a passage of nothing else needs a clear voice."""


class Passage(Struct, frozen=True, kw_only=True):
    """What the recognizer decoded at once, and how sure it was of it."""

    words: tuple[Word, ...]
    silence: float
    """0..1: that nobody speaks (`no_speech_prob`)."""
    likelihood: float
    """Mean log probability of a token, at most 0."""
    compression: float
    """Length of the text to its compressed length."""
    again: tuple[str, ...] | None = None
    """The words of a second look, as `plain`; None where there was none."""


def plain(text: str) -> str:
    """Lower-case letters and digits only.

    >>> plain("Don't!")
    'dont'
    """
    return "".join(c for c in text.lower() if c.isalnum())


def doubtful(passage: Passage) -> bool:
    """Whether a passage should be looked at once more: unsure, silent, repeating itself, or a known invention."""
    chances = [word.probability for word in passage.words if word.probability is not None]
    text = _text(passage.words)
    return bool(
        passage.silence >= SILENT / 2
        or passage.likelihood <= UNSURE_PASSAGE * 0.8
        or passage.compression >= COMPRESSIBLE
        or (chances and sum(chances) / len(chances) < UNSURE_WORD * 1.4)
        or PHANTOMS.search(text)
        or STRAY.fullmatch(text)
    )


def judge(passages: Iterable[Passage], activity: Activity | None) -> tuple[Word, ...]:
    """The words of all passages in the order of time, each with what speaks against it.

    Parameters
    ----------
    passages : iterable of Passage
        With times in seconds.
    activity : Activity or None
        When anybody is heard; None where that is not known (then voices cannot contradict).

    Examples
    --------
    >>> word = Word(text="Sorry.", start=0.2, end=0.6, probability=0.9)
    >>> passage = Passage(words=(word,), silence=0.0, likelihood=-0.2, compression=0.8)
    >>> judge([passage], None)[0].supported
    True
    """
    judged: list[Word] = []
    for passage in passages:
        phantom = _phantoms(passage.words)
        heard_again = _found_again(passage)
        for k, word in enumerate(passage.words):
            reasons = _reasons(word, passage, activity, k in phantom, heard_again[k])
            judged.append(replace(word, supported=not reasons, doubts=reasons))
    judged.sort(key=lambda word: (word.start, word.end))
    for k in loops([plain(word.text) for word in judged]):
        word = judged[k]
        judged[k] = replace(word, supported=False, doubts=(*word.doubts, "repeated over and over"))
    return tuple(judged)


def loops(words: Sequence[str]) -> list[int]:
    """Where words repeat themselves as people do not: all places after the second time.

    >>> loops("no no no no no no".split()), loops(["so", "it", "is"] * 4)
    ([], [6, 7, 8, 9, 10, 11])
    """
    found: set[int] = set()
    for unit in range(1, LONGEST_UNIT + 1):
        same = 0
        for k in range(unit, len(words) + 1):
            if k < len(words) and words[k] == words[k - unit]:
                same += 1
                continue
            times = same // unit + 1
            if times >= LOOP and times * unit >= LOOP_WORDS:
                found.update(range(k - same + unit, k))
            same = 0
    return sorted(found)


def _reasons(
    word: Word, passage: Passage, activity: Activity | None, phantom: bool, again: bool | None
) -> tuple[str, ...]:
    """What speaks against a word, enough to doubt it; empty if it is supported."""
    voice = 1.0 if activity is None else activity.share(max(0.0, word.start - AROUND), word.end + AROUND)
    if voice <= NO_VOICE:
        return ("no voice was heard there",)
    sure = 1.0 if word.probability is None else word.probability
    stray = STRAY.fullmatch(_text(passage.words)) is not None
    votes = {
        "hardly a voice was heard there": voice < (CLEAR_VOICE if stray or phantom else FAINT_VOICE),
        "the recognizer was unsure of it": sure < UNSURE_WORD or passage.likelihood <= UNSURE_PASSAGE,
        "the recognizer heard silence there": passage.silence >= SILENT,
        "it does not fit the time it would take": not SHORTEST <= word.end - word.start <= LONGEST,
        "a second look did not hear it": again is False,
        "a phrase that recognizers invent": phantom,
    }
    against = tuple(reason for reason, counts in votes.items() if counts)
    return against if len(against) >= VOTES else ()


def _found_again(passage: Passage) -> list[bool | None]:
    """For each word whether the second look heard it, in its order; None where there was no second look."""
    from difflib import SequenceMatcher

    if passage.again is None:
        return [None] * len(passage.words)
    found: list[bool | None] = [False] * len(passage.words)
    matcher = SequenceMatcher(None, [plain(word.text) for word in passage.words], passage.again, autojunk=False)
    for first, _, size in matcher.get_matching_blocks():
        found[first : first + size] = [True] * size
    return found


def _phantoms(words: Sequence[Word]) -> set[int]:
    """The places of the words that belong to a phrase of `PHANTOMS`."""
    places: set[int] = set()
    starts: list[int] = []
    text = ""
    for word in words:
        text += " " if text else ""
        starts.append(len(text))
        text += _simple(word.text)
    for match in PHANTOMS.finditer(text):
        places |= {k for k, start in enumerate(starts) if match.start() <= start < match.end()}
    return places


def _text(words: Sequence[Word]) -> str:
    return " ".join(_simple(word.text) for word in words).strip()


def _simple(text: str) -> str:
    return " ".join(re.sub(r"[^\w']", " ", text.lower()).split())
