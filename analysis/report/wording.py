"""The words that all reports share: times, lists, quotes."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.session import Session, Utterance, spaced

__all__ = ["clock", "listed", "quote", "supported"]


def clock(seconds: float) -> str:
    """Time of the recording as people read it.

    >>> clock(62.4), clock(3723)
    ('1:02', '1:02:03')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


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
