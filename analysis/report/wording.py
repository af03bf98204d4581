"""The words that all reports share: times, lists, quotes."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.session import Session, Tag, Utterance, spaced

__all__ = ["clock", "counted", "listed", "named", "quote", "reason", "supported"]

EVEN = 0.5
"""How sure a tag must be to be right more probably than wrong."""


def clock(seconds: float) -> str:
    """Time of the recording as people read it.

    >>> clock(62.4), clock(3723)
    ('1:02', '1:02:03')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def counted(count: int) -> str:
    """A number as people write it in a sentence.

    >>> counted(3), counted(30)
    ('three', '30')
    """
    few = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    return few[count] if count < len(few) else str(count)


def listed(parts: Iterable[str]) -> str:
    """Words joined as in a sentence.

    >>> listed(["Ann"]), listed(["Ann", "Ben"]), listed(["a", "b", "c"])
    ('Ann', 'Ann and Ben', 'a, b and c')
    """
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def supported(session: Session, utterance: Utterance) -> list[str]:
    """The words of an utterance that the sound supports."""
    return [word.text for word in session.words[slice(*utterance.words)] if word.supported]


def quote(session: Session, utterance: Utterance, longest: int = 80) -> str:
    """The supported words of an utterance, shortened, in quotation marks."""
    text = (" " if spaced(session.language) else "").join(supported(session, utterance))
    if len(text) > longest:
        text = text[:longest].rsplit(" ", 1)[0] + " …"
    return f"“{text}”"


def named(tag: Tag) -> str:
    """The label of a tag, and what a person said of it; "perhaps" where it is more probably wrong than right.

    >>> from analysis.session import Evidence
    >>> words = Evidence(start=0, end=1, words="I lied")
    >>> named(Tag(label="accountability", confidence=0.3, evidence=words, because="classifier"))
    'perhaps accountability'
    """
    if tag.reviewed is not None:
        return f"{tag.label} ({tag.reviewed} by one of you)"
    return tag.label if tag.confidence >= EVEN else f"perhaps {tag.label}"


def reason(tag: Tag) -> str:
    """Why a tag stands there: who read it and how sure, and what a person said of it.

    >>> from analysis.session import Evidence
    >>> words = Evidence(start=0, end=1, words="I lied")
    >>> reason(Tag(label="accountability", confidence=0.8, evidence=words, because="classifier", reviewed="kept"))
    'read by the trained classifier, certainty 80%; kept by one of you'
    """
    if tag.because == "person":
        return "added by one of you"
    by, _, model = tag.because.partition(":")
    who = {"classifier": "read by the trained classifier", "llm": f"read by the language model {model}"}
    ground = f"{who.get(by, f'rule {tag.because}')}, certainty {tag.confidence:.0%}"
    return ground if tag.reviewed is None else f"{ground}; {tag.reviewed} by one of you"
