"""What people change in a session: a word, who said a line, a name, a topic, a tag, a note; and what takes it back.

A `Change` says which values go and which come in their place, field by field; so it is undone by the same change the
other way round, and refused where what it replaces is not there (any more): two windows on one session cannot
overwrite each other unseen. The functions here make the change that a person means; nothing is measured here.

>>> from analysis.session import Participant, Session
>>> before = Session(id="a", recorded_at="", participants=(Participant(id="S1", name="Ann"),))
>>> change = renamed(before, "S1", "Maya")
>>> after = applied(before, change)
>>> after.name("S1"), applied(after, change.undone).name("S1")
('Maya', 'Ann')
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from analysis.session import Note, Participant, Review, Session, Topic, Turn, Utterance, Verdict, Word
from analysis.tagging import reviewed

__all__ = ["Change", "applied", "corrected", "judged", "moved", "named_topic", "noted", "renamed", "unnoted"]

LONGEST_WORD, LONGEST_NAME, LONGEST_NOTE = 200, 60, 4000
STRUCK = "struck out by one of you"


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which values of a session go, and which come in their place."""

    what: str
    """In a few words, for whoever may want to take it back."""
    words: tuple[tuple[Word, ...], tuple[Word, ...]] = ((), ())
    turns: tuple[tuple[Turn, ...], tuple[Turn, ...]] = ((), ())
    participants: tuple[tuple[Participant, ...], tuple[Participant, ...]] = ((), ())
    topics: tuple[tuple[Topic, ...], tuple[Topic, ...]] = ((), ())
    reviews: tuple[tuple[Review, ...], tuple[Review, ...]] = ((), ())
    written: tuple[tuple[Note, ...], tuple[Note, ...]] = ((), ())

    @property
    def undone(self) -> Change:
        """The change that takes this one back."""
        return replace(self, **{field: getattr(self, field)[::-1] for field in _ORDER})


# How the values of each field are ordered; None: as they stand, what comes takes the place of what goes.
_ORDER: dict[str, Callable[[Any], Any] | None] = {
    "words": None,
    "turns": lambda turn: (turn.start, turn.end),
    "participants": None,
    "topics": None,
    "reviews": lambda review: (review.start, review.label),
    "written": lambda note: (note.at, note.id),
}


def applied(session: Session, change: Change) -> Session:
    """The session after the change; what follows from it has to be measured anew.

    Raises
    ------
    ValueError
        If something that it replaces is not there.
    """
    new: dict[str, tuple[Any, ...]] = {}
    for field, order in _ORDER.items():
        go, come = getattr(change, field)
        if not go and not come:
            continue
        values = list(getattr(session, field))
        try:
            places = _places(values, go)
        except ValueError:
            raise ValueError("the session was changed meanwhile: reload the page") from None
        if order is None:
            for place, value in zip(places, come, strict=True):
                values[place] = value
        else:
            values = sorted([*(v for k, v in enumerate(values) if k not in places), *come], key=order)
        new[field] = tuple(values)
    return replace(session, **new)


def _places(values: Sequence[Any], wanted: Sequence[Any]) -> list[int]:
    """Where each of the wanted values stands, alike ones at different places; ValueError if one is not there."""
    places: list[int] = []
    for value in wanted:
        place = values.index(value)
        while place in places:
            place = values.index(value, place + 1)
        places.append(place)
    return places


def corrected(session: Session, id: str, number: int, text: str) -> Change:
    """Word `number` of the utterance `id` reads `text`; an empty text strikes it out.

    Raises
    ------
    ValueError
        If there is no such utterance or word, or the text is no word.
    """
    utterance = _utterance(session, id)
    words = session.words[slice(*utterance.words)]
    if not 0 <= number < len(words):
        raise ValueError(f"{id} has no word {number}")
    _has_sound(session, words[number].start, words[number].end)
    text = " ".join(text.split())
    if len(text) > LONGEST_WORD:
        raise ValueError(f"a word has at most {LONGEST_WORD} letters")
    was = words[number]
    # A person has listened: the word is theirs, whatever the sound seemed to say.
    now = replace(was, text=text, supported=True, doubts=(), probability=None) if text else _struck(was)
    if now == was:
        raise ValueError(f"the word “{was.text}” reads so already")
    return Change(what=f"the word “{was.text}”", words=((was,), (now,)))


def _struck(word: Word) -> Word:
    return replace(word, supported=False, doubts=(STRUCK,))


def moved(session: Session, id: str, speaker: str) -> Change:
    """The utterance `id` was said by `speaker`.

    Raises
    ------
    ValueError
        If there is no such utterance or speaker, or it is theirs already.
    """
    utterance = _utterance(session, id)
    if speaker not in {participant.id for participant in session.participants}:
        raise ValueError(f"there is no speaker {speaker!r}")
    if speaker == utterance.speaker:
        raise ValueError(f"{id} is {session.name(speaker)}’s already")
    _has_sound(session, utterance.start, utterance.end)
    words = session.words[slice(*utterance.words)]
    theirs = [turn for turn in session.turns if turn.speaker == utterance.speaker and _touches(turn, utterance)]
    left = [piece for turn in theirs for piece in _without(turn, utterance.start, utterance.end)]
    return Change(
        what=f"who said “{utterance.text[:40]}”",
        words=(words, tuple(replace(word, speaker=speaker) for word in words)),
        turns=(tuple(theirs), (*left, Turn(speaker=speaker, start=utterance.start, end=utterance.end))),
    )


def _has_sound(session: Session, start: float, end: float) -> None:
    """Raises ValueError where nobody can have heard anything: whatever was said there counts for nothing."""
    if any(start < b and a < end for a, b in session.unheard):
        raise ValueError("a part of it has no sound, so nothing is changed there")


def _touches(turn: Turn, utterance: Utterance) -> bool:
    return turn.start < utterance.end and utterance.start < turn.end


def _without(turn: Turn, start: float, end: float) -> list[Turn]:
    """What is left of a turn outside a stretch."""
    pieces = ((turn.start, min(turn.end, start)), (max(turn.start, end), turn.end))
    return [replace(turn, start=a, end=b) for a, b in pieces if b > a]


def renamed(session: Session, speaker: str, name: str) -> Change:
    """The speaker is called `name`. Raises ValueError if there is no such speaker, or it is no name, or another's."""
    was = next((participant for participant in session.participants if participant.id == speaker), None)
    if was is None:
        raise ValueError(f"there is no speaker {speaker!r}")
    name = _short(name, "a name", LONGEST_NAME)
    if name == was.name and not was.aside:
        raise ValueError(f"the name is {name!r} already")
    if any(other.name == name for other in session.participants if other is not was):
        raise ValueError(f"somebody else is called {name!r} already")
    return Change(what=f"the name “{was.name}”", participants=((was,), (replace(was, name=name, aside=False),)))


def named_topic(session: Session, id: str, name: str) -> Change:
    """The topic of this stretch, and of all that bear its name, is called `name`. Raises ValueError as `renamed`."""
    found = next((topic for topic in session.topics if topic.id == id), None)
    if found is None:
        raise ValueError(f"there is no topic {id!r}")
    name = _short(name, "a topic", LONGEST_NAME)
    was = tuple(topic for topic in session.topics if topic.name == found.name)
    now = tuple(replace(topic, name=name, named_by="person", confidence=1.0) for topic in was)
    return Change(what=f"the topic “{found.name}”", topics=(was, now))


def judged(session: Session, id: str, label: str, verdict: Verdict | None) -> Change:
    """A person's word on a tag of the utterance `id`; None takes it back. Raises ValueError as `tagging.reviewed`."""
    after = reviewed(session, id, label, verdict).reviews
    go = tuple(review for review in session.reviews if review not in after)
    come = tuple(review for review in after if review not in session.reviews)
    return Change(what=f"the tag “{label}”", reviews=(go, come))


def noted(session: Session, at: float, text: str, private: bool) -> Change:
    """A note beside the moment `at` (s). Raises ValueError if it has no text or no place."""
    if not 0 <= at <= session.duration:
        raise ValueError("a note needs a moment of the talk")
    text = _short(text, "a note", LONGEST_NOTE, lines=True)
    taken = [int(note.id[1:]) for note in session.written if note.id[1:].isdigit()]
    note = Note(id=f"n{max(taken, default=0) + 1}", at=round(at, 2), text=text, private=private)
    return Change(what="a note", written=((), (note,)))


def unnoted(session: Session, id: str) -> Change:
    """The note is taken away. Raises ValueError if there is none."""
    note = next((note for note in session.written if note.id == id), None)
    if note is None:
        raise ValueError(f"there is no note {id!r}")
    return Change(what="a note", written=((note,), ()))


def _utterance(session: Session, id: str) -> Utterance:
    try:
        return session.utterance(id)
    except KeyError:
        raise ValueError(f"there is no utterance {id!r}") from None


def _short(text: str, what: str, longest: int, lines: bool = False) -> str:
    """The text without what cannot be seen; ValueError if nothing is left, or too much."""
    kept = "".join(c for c in text if c.isprintable() or (lines and c == "\n"))
    kept = kept.strip() if lines else " ".join(kept.split())
    if not kept:
        raise ValueError(f"{what} needs letters")
    if len(kept) > longest:
        raise ValueError(f"{what} has at most {longest} letters, this one has {len(kept)}")
    return kept
