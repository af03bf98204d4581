"""What came of it: how questions were answered, and how offers (repair, apology, validation) were met.

Both look at the *reply*: what the other says next, in at most `REACH` of their lines, before the first speaker has
said `PATIENCE` lines or asked again. Nothing here knows whether an answer is true.

An `asking` is

- *straight*: the reply opens up (transparency), owns (accountability), or gives what the question asks for: a yes or a
  no, also a denial; a time, a number, a name, a reason;
- *partly*: it shrinks what it admits, hands some of it back in the same breath, or comes only after something else was
  said;
- *counter-attack*: it attacks the one who asks (criticism, contempt, threat), hands the blame back (deflecting), or
  complains of being asked;
- *evaded*: it withdraws, refuses, presses to be done, says "I don't know", or asks back;
- *sigh*: a sigh, and nothing else;
- *not answered*: the other says nothing, or the one who asked goes on alone;
- *unclear*: words that none of this fits. To abstain is better than to call somebody evasive.

An offer is *taken up* where the reply turns towards, shows a feeling, agrees in so many words ("okay", "thank you", "it
was") or takes up a word of it; *rejected* where it turns away or says no; *ignored* where it asks for something else;
*unclear* where it does none of this, or the other says no more.

The kinds follow what Gottman's studies call bids and repair attempts and their acceptance (Gottman & Silver 1999,
ch. 2; Tabares, Driver & Gottman 2004); the answers follow the equivocation literature (Bavelas et al. 1990: whether an
utterance answers the question), cut down to what words can show. How well it agrees with readers: `docs/method.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.session import Answer, AnswerKind, Nonverbal, Uptake, UptakeKind, Utterance
from analysis.tagging.codebook import DEFENSIVE, HARSH, HEALING, TURNING_AWAY
from analysis.tagging.replies import AGREES, DODGES, FACT, ORDERS, REFUSES, WH, YES_NO, content

__all__ = ["OFFERS", "answers", "uptakes"]

OFFERS = ("repair", "apology", "validation")
REACH = 2
"""Lines of the other that count as the reply."""
PATIENCE = 2
"""Lines of the first speaker after which a reply is no longer one."""
ASKS = 4
"""Words of a question that is more than an echo."""


def answers(utterances: Sequence[Utterance], nonverbal: Sequence[Nonverbal] = ()) -> tuple[Answer, ...]:
    """How each `asking` was met.

    Parameters
    ----------
    utterances
        Of the couple, tagged, in the order of the conversation.
    nonverbal
        Sighs, with the question that they follow.
    """
    sighed = {sound.asked for sound in nonverbal if sound.kind == "sigh"}
    found: list[Answer] = []
    for k, asking in enumerate(utterances):
        if "asking" not in _labels(asking) or asking.speaker is None:
            continue
        reply = _reply(utterances, k)
        kind, shown = _answered(asking, reply)
        if kind in ("not answered", "unclear") and asking.id in sighed:
            kind = "sigh"
        found.append(Answer(question=asking.id, kind=kind, answer=shown.id if shown else None))
    return tuple(found)


def uptakes(utterances: Sequence[Utterance]) -> tuple[Uptake, ...]:
    """How each repair, apology and validation was met; parameters as for `answers`."""
    found = []
    for k, offer in enumerate(utterances):
        label = next((label for label in OFFERS if label in _labels(offer)), None)
        if label is None or offer.speaker is None:
            continue
        kind, shown = _met(offer, _reply(utterances, k, asks_again=False))
        found.append(Uptake(offer=offer.id, label=label, kind=kind, response=shown.id if shown else None))
    return tuple(found)


def _labels(utterance: Utterance) -> frozenset[str]:
    return frozenset(tag.label for tag in utterance.live_tags)


def _reply(utterances: Sequence[Utterance], k: int, asks_again: bool = True) -> list[Utterance]:
    """What the other says to line `k`; without anything said by a speaker who is unknown."""
    return list(_lines_after(utterances, k, asks_again))


def _lines_after(utterances: Sequence[Utterance], k: int, asks_again: bool) -> Iterator[Utterance]:
    asker, own, theirs = utterances[k].speaker, 0, 0
    for line in utterances[k + 1 :]:
        if line.speaker is None:
            continue
        if line.speaker == asker:
            own += 1
            if own > PATIENCE or (asks_again and "asking" in _labels(line)):
                return
        else:
            yield line
            theirs += 1
            if theirs == REACH:
                return


def _answered(asking: Utterance, reply: Sequence[Utterance]) -> tuple[AnswerKind, Utterance | None]:
    """The kind of the answer and the line that shows it best."""
    if not reply:
        return "not answered", None
    first, *later = reply
    kind = _kind(asking, first)
    if kind in ("straight", "partly"):
        return kind, first
    # What comes only at the second go is an answer in part.
    late = next((line for line in later if _kind(asking, line, spoken_at_once=False) == "straight"), None)
    if late is not None:
        return "partly", late
    if kind == "unclear" and later:
        return next(((other, line) for line in later if (other := _kind(asking, line)) in AWAY), (kind, first))
    return kind, first


AWAY = ("counter-attack", "evaded")


def _kind(asking: Utterance, line: Utterance, spoken_at_once: bool = True) -> AnswerKind:
    labels, said = _labels(line), _plain(line.text)
    attacks = bool(labels & (HARSH | {"deflecting"}))
    opens = bool(labels & {"transparency", "accountability"})
    if opens or (_gives(asking, said, spoken_at_once) and not labels & {"withdrawing", "rushing"}):
        return "partly" if attacks or (labels & {"minimizing"} and not opens) else "straight"
    if attacks or "complaint" in labels:
        return "counter-attack"
    if "minimizing" in labels and not DODGES.match(said):
        return "partly"
    if labels & (DEFENSIVE | {"withdrawing"}) or DODGES.match(said) or (said.endswith("?") and not FACT.search(said)):
        return "evaded"
    return "unclear"


def _gives(asking: Utterance, said: str, spoken_at_once: bool) -> bool:
    """Whether the words give what the question asks for, as far as their beginning or a fact in them can show."""
    if DODGES.match(said):
        return False
    if FACT.search(said) and not said.endswith("?"):
        return True
    if not WH.search(_plain(asking.text)):
        return bool(YES_NO.match(said))
    # Who, what, where and why are answered by a statement, if it comes at once and is no order.
    return spoken_at_once and not said.endswith("?") and not ORDERS.match(said) and len(said.split()) > 1


def _met(offer: Utterance, reply: Sequence[Utterance]) -> tuple[UptakeKind, Utterance | None]:
    for line in reply:
        labels, said = _labels(line), _plain(line.text)
        if labels & (HEALING | {"feeling"}):
            return "taken up", line
        if labels & TURNING_AWAY or REFUSES.match(said):
            return "rejected", line
        if AGREES.match(said) or content(said) & content(_plain(offer.text)):
            return "taken up", line
    if not reply:
        return "unclear", None
    # Whoever asks for something else goes past an offer; a statement may be anything.
    asks = next((line for line in reply if line.text.rstrip().endswith("?") and len(line.text.split()) >= ASKS), None)
    return ("unclear", reply[0]) if asks is None else ("ignored", asks)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())
