"""What came of it: how questions were answered, and how offers (repair, apology, validation) were met.

Both look at the *reply*: what the other says next, in at most `REACH` of their lines, before the first speaker has
said `PATIENCE` lines or asked again. Nothing here knows whether an answer is true.

An `asking` is

- *straight*: the reply opens up (transparency), owns (accountability), or gives what the question asks for: a yes or
  a no, a time, a number, a name;
- *partly*: it does so and in the same breath shrinks, deflects or denies; or only after the question was asked again;
- *counter-attack*: it attacks the one who asks (criticism, contempt, threat) or hands the blame back (deflecting);
- *evaded*: it withdraws, shrinks, refuses, presses to be done, says "I don't know", or asks back;
- *sigh*: a sigh, and nothing else;
- *not answered*: the other says nothing, or the one who asked goes on alone;
- *unclear*: words that none of this fits. To abstain is better than to call somebody evasive.

An offer is *taken up* where the reply turns towards, shows a feeling, or agrees in so many words ("okay", "thank you");
*rejected* where it turns away or says no; *ignored* where it does neither; *unclear* where the other says no more.

The kinds follow what Gottman's studies call bids and repair attempts and their acceptance (Gottman & Silver 1999,
ch. 2; Tabares, Driver & Gottman 2004); the answers follow the equivocation literature (Bavelas et al. 1990: whether an
utterance answers the question), cut down to what words can show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.session import Answer, AnswerKind, Nonverbal, Uptake, UptakeKind, Utterance
from analysis.tagging.codebook import DEFENSIVE, HARSH, HEALING, TURNING_AWAY

__all__ = ["OFFERS", "answers", "uptakes"]

OFFERS = ("repair", "apology", "validation")
REACH = 2
"""Lines of the other that count as the reply."""
PATIENCE = 2
"""Lines of the first speaker after which a reply is no longer one."""

_LEAD = r"^(?:(?:um|uh|oh|well|look|so|okay|god|honestly|listen|i mean|but|and)[,. ]+)*"
_YES_NO = re.compile(
    _LEAD + r"(?:yes|yeah|yep|yup|no|nope|not once|never|of course|i (?:did|do|was|am|have|will)\b|"
    r"i (?:didn'?t|don'?t|wasn'?t|haven'?t|won'?t)\b(?! (?:know|remember|want|have to)))"
)
_WH = re.compile(r"\b(?:who|whom|what|when|where|which|why|how)\b")
_FACT = re.compile(
    r"\b(?:\d+|once|twice|one|two|three|four|five|six|seven|eight|nine|ten|a dozen|half|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|"
    r"december|weeks?|months?|years?|days?|hours?|minutes?|yesterday|today|tonight|last night|this morning|because|"
    r"at (?:the|my|his|her|home|work)|in (?:the|my)|on the|with)\b"
)
_DODGE = re.compile(
    _LEAD + r"(?:i (?:don'?t|do not) (?:know|remember|recall)|dunno|what(?: do you mean|'?s that)?\b|why\b|"
    r"who (?:says|told)|does it matter|it doesn'?t matter|nothing|nobody|no one|not this again|"
    r"do we have to|can we not|i'?d rather not|it'?s complicated|it depends)"
)
_AGREES = re.compile(
    _LEAD + r"(?:okay|ok|alright|all right|yes|yeah|yep|sure|thank you|thanks|good|fine by me|i know|"
    r"me too|i'?d like that|let'?s|we can|deal|agreed|right|mm[- ]?hm+|i appreciate|that'?s it|exactly|"
    r"that helps|i forgive|it'?s okay|it'?s all right|come here|i believe you|i hear you)\b"
)
_REFUSES = re.compile(
    _LEAD + r"(?:no\b|don'?t\b|stop\b|it'?s too late|too late|sorry (?:isn'?t|doesn'?t|won'?t)|save it|"
    r"forget it|whatever|that'?s not (?:enough|it|an apology)|i don'?t (?:believe|want|care|need)|"
    r"you always say|easy for you|really\?|oh please|spare me|as if|not good enough)"
)


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
        again = (
            found and found[-1].kind in ("evaded", "not answered", "unclear") and _asked_again(utterances, k, found[-1])
        )
        if kind == "straight" and again:
            kind = "partly"
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
        kind, shown = _met(_reply(utterances, k, asks_again=False))
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
            if theirs or own > PATIENCE or (asks_again and "asking" in _labels(line)):
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
    opens = next(
        (line for line in reply if _labels(line) & {"transparency", "accountability"} or _gives(asking, line)), None
    )
    attacks = next((line for line in reply if _labels(line) & (HARSH | {"deflecting"})), None)
    turns = next((line for line in reply if _labels(line) & (DEFENSIVE | {"withdrawing"}) or _dodges(line)), None)
    if opens is not None:
        away = attacks or (turns if turns is not None and _labels(turns) & TURNING_AWAY else None)
        return ("partly" if away is not None else "straight"), opens
    if attacks is not None:
        return "counter-attack", attacks
    if turns is not None:
        return "evaded", turns
    return "unclear", reply[0]


def _gives(asking: Utterance, line: Utterance) -> bool:
    """Whether the line gives what the question asks for, as far as its first words or a fact in it can show."""
    if _labels(line) & TURNING_AWAY:
        return False
    said = _plain(line.text)
    if _dodges(line):
        return False
    wants_fact = bool(_WH.search(_plain(asking.text)))
    return bool(_FACT.search(said)) if wants_fact else bool(_YES_NO.match(said))


def _dodges(line: Utterance) -> bool:
    said = _plain(line.text)
    return bool(_DODGE.match(said)) and not _FACT.search(said)


def _asked_again(utterances: Sequence[Utterance], k: int, before: Answer) -> bool:
    """Whether line `k` comes right after a question that got no straight answer."""
    earlier = [n for n in range(max(0, k - 2 * REACH), k) if utterances[n].id == before.question]
    return bool(earlier) and utterances[earlier[0]].speaker == utterances[k].speaker


def _met(reply: Sequence[Utterance]) -> tuple[UptakeKind, Utterance | None]:
    if not reply:
        return "unclear", None
    for line in reply:
        labels, said = _labels(line), _plain(line.text)
        if labels & TURNING_AWAY or (_REFUSES.match(said) and not labels & HEALING):
            return "rejected", line
        if labels & (HEALING | {"feeling"}) or _AGREES.match(said):
            return "taken up", line
    return "ignored", reply[0]


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())
