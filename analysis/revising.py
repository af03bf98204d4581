"""Changing a session in the library: applied, read anew where words changed, measured, and stored, at once.

How everything was said is not measured again, but for a line that is given to the other speaker: whose voice it is
compared with changes then. The next analysis measures all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from analysis import prosody, topics
from analysis.changes import Change, applied
from analysis.library import Library
from analysis.people import Enrolment
from analysis.pipeline import against_earlier, measure
from analysis.reading import caught_up, classify
from analysis.session import Session, is_name
from analysis.speech.attribution import utterances
from analysis.tagging.lines import Line

__all__ = ["ready", "revise", "take_back"]


def ready(session: Session) -> None:
    """Load what the first change will need, and read the lines by rule once, so that it takes no longer than others."""
    if session.language == "en":
        prosody.ready()
        classify([Line(u.speaker, u.text) for u in session.utterances[:1]])
        if session.topics:
            topics.center(session, session.topics[0])
    measure(session, (), session)


def revise(session: Session, change: Change, library: Library) -> Session:
    """The session after a change, measured and stored.

    Raises
    ------
    ValueError
        If what the change replaces is not there any more.
    """
    after = _settled(session, applied(session, change), change, library)
    library.save(after, enrolment=_enrolment(change), change=change, replaces=session)
    for known in _named_topics(after, change):
        library.revisions.remember_topic(known)
    return after


def take_back(session: Session, library: Library) -> tuple[Session, Change] | None:
    """The session without the last change, measured and stored, and that change; None if there is none.

    Raises
    ------
    ValueError
        If something else has changed the same meanwhile; then it cannot be taken back.
    """
    last = library.revisions.last(session.id)
    if last is None:
        return None
    number, change = last
    try:
        before = applied(session, change.undone)
    except ValueError:
        library.save(session, undone=number, replaces=session)
        raise ValueError(f"{change.what} was changed otherwise since: it cannot be taken back") from None
    before = _settled(session, before, change, library)
    library.save(before, enrolment=_enrolment(change.undone), undone=number, replaces=session)
    for known in _named_topics(session, change):
        library.revisions.forget_topic(known)
    return before, change


def _settled(session: Session, after: Session, change: Change, library: Library) -> Session:
    """With everything that follows from the change."""
    if any(change.participants):
        return against_earlier(after if after.aside == session.aside else measure(after), library)
    if any(change.words):
        words, said = utterances(after.words, after.language, after.unheard)
        after = caught_up(replace(after, words=words, utterances=said))
    if any(change.words) or any(change.reviews) or any(change.topics):
        return measure(after, library.before(after), session)
    return after


def _enrolment(change: Change) -> Enrolment:
    """A person named a voice: it is known by this name from now on."""
    _, now = change.participants
    given = {participant.id: participant.name for participant in now if is_name(participant.name)}
    return Enrolment(given=given, one_by_one=True)


def _named_topics(session: Session, change: Change) -> Iterator[topics.Known]:
    """What a person named: it bears its name in later sessions, too, until that is taken back."""
    for topic in change.topics[1]:
        if center := topics.center(session, topic):  # too few lines tell nothing of it
            yield topics.Known(topic.name, center)
