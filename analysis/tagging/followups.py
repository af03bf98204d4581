"""What came of it: how questions were answered, and how offers (repair, apology, validation) were met.

Both look at the *reply*: what the other says next, in at most `REACH` of their lines, before the first speaker has said
more than `PATIENCE` lines and without a silence of more than `GAP`. Words that the sound does not support are not read.
Nothing here knows whether an answer is true.

An `asking` is

- *straight*: the reply opens up (transparency), owns (accountability), or gives what the question asks for: a yes or a
  no, also a denial; a time, a number, a name, a place, a reason;
- *partly*: it shrinks what it admits, hands some of it back in the same breath, or comes only after something else was
  said;
- *counter-attack*: it attacks the one who asks (criticism, contempt, threat), hands the blame back (deflecting), or
  complains of being asked;
- *evaded*: it withdraws, refuses, presses to be done, says "I don't know", or asks back;
- *sigh*: a sigh, and no words;
- *not answered*: the one who asked goes on alone;
- *unclear*: words that none of this fits, or a reply that nobody could have heard. To abstain is better than to call
  somebody evasive.

An offer is *taken up* where the reply turns towards, shows a feeling, agrees in so many words ("okay", "thank you", "it
was") or takes up a word of it; *rejected* where it attacks, turns the blame away or says no at once; *ignored* where it
asks for something else; *unclear* where it does none of this, or the other says no more.

The kinds follow what Gottman's studies call bids and repair attempts and their acceptance (Gottman & Silver 1999,
ch. 2; Tabares, Driver & Gottman 2004); the answers follow the equivocation literature (Bavelas et al. 1990: whether an
utterance answers the question), cut down to what words can show. How well it agrees with readers: `docs/method.md`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.session import Answer, AnswerKind, Nonverbal, Uptake, UptakeKind, Utterance, Word
from analysis.tagging.codebook import DEFENSIVE, HARSH, HEALING
from analysis.tagging.lines import lines_of
from analysis.tagging.plain import standard
from analysis.tagging.replies import AGREES, ASKED_FOR, CLARIFIES, DODGES, REFUSES, WH, YES_NO, content

__all__ = ["OFFERS", "answers", "uptakes"]

OFFERS = ("repair", "apology", "validation")
REACH = 2
"""Lines of the other that count as the reply."""
PATIENCE = 2
"""Lines of the first speaker after which a reply is no longer one."""
GAP = 60.0
"""Seconds without words after which a line is no reply any more."""
BETWEEN_SENTENCES = re.compile(r"(?<=[.?!])\s")
ASKS = 4
"""Words of a question that is more than an echo."""


@dataclass(frozen=True)
class _Line:
    """A line with its words as they are read."""

    id: str
    speaker: str | None
    start: float
    end: float
    labels: frozenset[str]
    said: str

    @property
    def asks(self) -> bool:
        return self.said.endswith("?")


@dataclass(frozen=True)
class _Reply:
    """The lines of the other; `alone` if there are none though the first speaker went on."""

    lines: tuple[_Line, ...]
    alone: bool


def answers(
    utterances: Sequence[Utterance], words: Sequence[Word] = (), nonverbal: Sequence[Nonverbal] = ()
) -> tuple[Answer, ...]:
    """How each `asking` was met.

    Parameters
    ----------
    utterances
        Of the couple, tagged, in the order of the conversation.
    words
        The session's words, of which each utterance names its slice; without, the utterances' text is read.
    nonverbal
        Sighs, with the question that they follow.
    """
    sighed = {sound.asked for sound in nonverbal if sound.kind == "sigh"}
    found: list[Answer] = []
    lines = _lines(utterances, words)
    for k, asking in enumerate(lines):
        if "asking" not in asking.labels or asking.speaker is None:
            continue
        reply = _reply(lines, k)
        kind, shown = _answered(asking, reply)
        if shown is None and asking.id in sighed:
            kind = "sigh"
        found.append(Answer(question=asking.id, kind=kind, answer=shown.id if shown else None))
    return tuple(found)


def uptakes(utterances: Sequence[Utterance], words: Sequence[Word] = ()) -> tuple[Uptake, ...]:
    """How each repair, apology and validation was met; parameters as for `answers`."""
    found = []
    lines = _lines(utterances, words)
    for k, offer in enumerate(lines):
        label = next((label for label in OFFERS if label in offer.labels), None)
        if label is None or offer.speaker is None:
            continue
        kind, shown = _met(offer, _reply(lines, k).lines)
        found.append(Uptake(offer=offer.id, label=label, kind=kind, response=shown.id if shown else None))
    return tuple(found)


def _lines(utterances: Sequence[Utterance], words: Sequence[Word]) -> list[_Line]:
    """The lines in which something was said that the sound supports."""
    read = zip(utterances, lines_of(utterances, words), strict=True)
    return [
        _Line(u.id, u.speaker, u.start, u.end, frozenset(t.label for t in u.live_tags), standard(line.text).lower())
        for u, line in read
        if line.text
    ]


def _reply(lines: Sequence[_Line], k: int) -> _Reply:
    """What the other says to line `k`; a line of which nobody could be told as the speaker may be theirs."""
    first, before, own = lines[k], lines[k].end, 0
    theirs: list[_Line] = []
    for line in lines[k + 1 :]:
        if line.start - before > GAP:
            break
        before = line.end
        if line.speaker is None:
            return _Reply(tuple(theirs), alone=False)
        if line.speaker == first.speaker:
            own += 1
            if theirs and "asking" in line.labels:  # what comes now answers that
                break
            if own > PATIENCE:
                return _Reply(tuple(theirs), alone=any(other.speaker not in {None, first.speaker} for other in lines))
        else:
            theirs.append(line)
            if len(theirs) == REACH:
                break
    return _Reply(tuple(theirs), alone=False)


def _answered(asking: _Line, reply: _Reply) -> tuple[AnswerKind, _Line | None]:
    """The kind of the answer and the line that shows it best."""
    if not reply.lines:
        return "not answered" if reply.alone else "unclear", None
    # Who asks what is meant has not answered yet, and not evaded either.
    lines = [line for line in reply.lines if not CLARIFIES.match(line.said) or DODGES.match(line.said) or line.labels]
    if not lines:
        return "unclear", reply.lines[0]
    first, *later = lines
    kind = _kind(asking, first)
    if kind in ("straight", "partly"):
        return kind, first
    # What comes only at the second go is an answer in part.
    late = next((line for line in later if _kind(asking, line) == "straight"), None)
    if late is not None:
        return "partly", late
    if kind == "unclear" and later:
        return next(((other, line) for line in later if (other := _kind(asking, line)) in AWAY), (kind, first))
    return kind, first


AWAY = ("counter-attack", "evaded")


def _kind(asking: _Line, line: _Line) -> AnswerKind:
    attacks = bool(line.labels & (HARSH | {"deflecting"}))
    opens = bool(line.labels & {"transparency", "accountability"})
    if opens or (_gives(asking.said, line) and not line.labels & {"withdrawing", "rushing"}):
        return "partly" if attacks or ("minimizing" in line.labels and not opens) else "straight"
    if attacks or "complaint" in line.labels:
        return "counter-attack"
    if "minimizing" in line.labels and not DODGES.match(line.said):
        return "partly"
    if line.labels & (DEFENSIVE | {"withdrawing"}) or DODGES.match(line.said) or line.asks:
        return "evaded"
    return "unclear"


def _gives(asked: str, line: _Line) -> bool:
    """Whether the words give what the question asks for, as far as their beginning or a fact in them can show."""
    if DODGES.match(line.said):
        return False
    wants = WH.findall(asked)
    if not wants:  # a yes stays one when something is asked after it
        return bool(YES_NO.match(line.said)) and not BETWEEN_SENTENCES.split(line.said, maxsplit=1)[0].endswith("?")
    return not line.asks and any(ASKED_FOR[want].search(line.said) for want in wants)


def _met(offer: _Line, reply: Sequence[_Line]) -> tuple[UptakeKind, _Line | None]:
    for line in reply:
        if line.labels & (HEALING | {"feeling"}):
            return "taken up", line
        # What attacks only later may answer something else.
        if line is reply[0] and (line.labels & (HARSH | DEFENSIVE | {"withdrawing"}) or REFUSES.match(line.said)):
            return "rejected", line
        if "complaint" not in line.labels and (AGREES.match(line.said) or content(line.said) & content(offer.said)):
            return "taken up", line
    if not reply:
        return "unclear", None
    # Whoever asks for something else goes past an offer; a statement may be anything.
    past = next((line for line in reply if line.asks and len(line.said.split()) >= ASKS), None)
    return ("unclear", reply[0]) if past is None else ("ignored", past)
