"""Which name belongs to which voice of a session.

Names come from people: from `--names`, from a recording's agreement, from `lens rename`; given in an order, they go to
the voices in that order. Where people's voices are known from earlier sessions (`analysis.people`), the voices
themselves say who they are (`analysis.speech.voices`), and a note in the session says so, and how sure it is:

- No names given: who is surely recognized gets their name; the others stay "Speaker N".
- Names given: they stay in the given order, unless all of them, and nobody else, are surely recognized and the voices
  say another order. Who speaks first is easily mistaken; a cough is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from analysis.people import Enrolment
from analysis.recordings import first_voices
from analysis.session import Participant, Session
from analysis.speech.heard import Voiceprint
from analysis.speech.voices import Match, recognize

__all__ = ["in_order_of_yes", "name_speakers", "name_voices"]


def name_speakers(session: Session, names: Sequence[str]) -> Session:
    """The session with `names` given to its speakers, in the order in which they first speak.

    Where fewer voices were found than there are names, nobody is named: which of the names would be a guess.

    >>> session = Session(id="x", recorded_at="", participants=(Participant(id="S1", name="Speaker 1"),))
    >>> name_speakers(session, ["Ann"]).name("S1")
    'Ann'
    """
    return _named(session, _in_order(session, names))


def in_order_of_yes(session: Session) -> Session:
    """The participants of a recording in the order in which they agreed, so that names given in that order fit.

    Their spoken yeses are the first thing on a tape, spoken in that order; so is the order of first speech, unless
    somebody clears their throat. Where the yeses do not tell two voices, the order of first speech stays.
    """
    voices = first_voices(session.turns, session.marks, session.consent.by)
    known = {participant.id: participant for participant in session.participants}
    if voices is None or len(voices) != len(session.couple) or not set(voices) <= known.keys():
        return session
    # Who said yes is one of the two, however much a visitor talks.
    two = tuple(replace(known[id], aside=False) for id in voices)
    rest = tuple(replace(known[id], aside=True) for id in sorted(known.keys() - set(voices)))
    return replace(session, participants=(*two, *rest))


def name_voices(
    session: Session,
    names: Sequence[str],
    prints: Sequence[Voiceprint],
    known: Mapping[str, Sequence[Voiceprint]],
) -> tuple[Session, Enrolment]:
    """The session with its speakers named, and what the library is to remember of their voices.

    Parameters
    ----------
    session : Session
        Measured; its participants in the order to which `names` refer.
    names : sequence of str
        Given by people; may be empty.
    prints : sequence of Voiceprint
        Of the session's speakers.
    known : mapping of name to sequence of Voiceprint
        Of other sessions: this one's own would only confirm what it was told before.
    """
    matches = recognize(prints, known)
    given = _in_order(session, names)
    found = {speaker: match.name for speaker, match in matches.items()}
    if not names:
        told = _recognized(session, matches)
    elif given and found != given and sorted(found.values()) == sorted(names):
        told = _otherwise(names, session, matches)
    else:
        # A name that a sure voice contradicts is shown as it was given, and not learned.
        disputed = any(name != given.get(speaker, name) and name in names for speaker, name in found.items())
        return _named(session, given), Enrolment(prints, {} if disputed else given)
    # What the program found by itself is not learned from (`analysis.people`).
    named = _named(session, found)
    if names:  # all of them were recognized: whoever else speaks is none of them
        rest = tuple(replace(p, aside=p.id not in found) for p in named.participants)
        named = replace(named, participants=tuple(sorted(rest, key=lambda participant: participant.aside)))
    session = replace(named, notes=(*session.notes, *told))
    return session, Enrolment(prints, recognized=frozenset(found))


def _in_order(session: Session, names: Sequence[str]) -> dict[str, str]:
    if len(names) > len(session.participants):
        return {}
    return {participant.id: name for participant, name in zip(session.participants, names, strict=False)}


def _named(session: Session, names: Mapping[str, str]) -> Session:
    """The session with these names (speaker -> name); whoever has a name is nobody aside."""
    people = tuple(
        Participant(id=p.id, name=names.get(p.id, p.name), aside=p.aside and p.id not in names)
        for p in session.participants
    )
    return replace(session, participants=people)


def _recognized(session: Session, matches: Mapping[str, Match]) -> tuple[str, ...]:
    if not matches:
        return ()
    who, sure = _told(session, matches)
    verb, voices = ("was", "the voice") if len(matches) == 1 else ("were", "their voices")
    others = len(session.participants) - len(matches)
    rest = "" if not others else "; the other voice was not" if others == 1 else f"; the other {others} voices were not"
    return (
        f"{who} {verb} recognized by {voices} ({sure}){rest}. If that is wrong: `lens rename {session.id} --names …`.",
    )


def _otherwise(names: Sequence[str], session: Session, matches: Mapping[str, Match]) -> tuple[str, ...]:
    who, sure = _told(session, matches)
    return (
        f"The names were given in the order {', '.join(names)}, but the voices known from earlier sessions say: "
        f"{who} ({sure}). The voices were followed; if that is wrong: `lens rename {session.id} --names …`.",
    )


def _told(session: Session, matches: Mapping[str, Match]) -> tuple[str, str]:
    """The names, and how sure each is, in the order of the participants; never "100 %"."""
    found = [matches[p.id] for p in session.participants if p.id in matches]
    shares = [f"{min(99, int(100 * match.sure))} %" for match in found]
    return _listed([match.name for match in found]), f"{_listed(shares)} sure"


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
