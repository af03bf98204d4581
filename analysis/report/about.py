"""What a report says of the recording itself: who agreed to it, what is not on it, and what was marked.

Plain sentences, calm and few: what a reader needs to judge how much of the talk they are looking at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.report.wording import clock, listed
from analysis.session import Mark, Session

__all__ = ["about", "consent", "place"]


def consent(session: Session) -> str:
    """Who agreed to the recording, in one sentence.

    >>> from analysis.session import Session
    >>> consent(Session(id="a", recorded_at=""))
    'Recorded elsewhere: this program does not know who agreed.'
    """
    given = session.consent
    if given.state != "recorded" or not given.by:
        return "Recorded elsewhere: this program does not know who agreed."
    said = [mark for mark in session.marks if mark.kind == "yes" and mark.end is not None]
    audible = {mark.text for mark in said if _heard_share(mark, session) > 0.5}
    both = "both " if len(given.by) == 2 else "all "
    when = f", {given.at[:16].replace('T', ' ')}" if given.at else ""
    spoken = (
        "; their spoken yes is at its beginning."
        if audible >= set(given.by)
        else ". Not everyone’s spoken yes is on it: it ended too early, or no sound came."
    )
    return f"{listed(given.by)} {both}agreed to this recording{when}{spoken}"


def about(session: Session) -> list[str]:
    """What else is to be known of the recording: one sentence for each kind of thing, none where there is nothing."""
    marks = {kind: [mark for mark in session.marks if mark.kind == kind] for kind in (m.kind for m in session.marks)}
    return [
        *_stretches("Off the record", marks.get("off the record", ())),
        *_stretches("A break", marks.get("break", ())),
        *(f"{_length(m)} were struck at {clock(m.start)}: not there any more." for m in marks.get("struck", ())),
        *(_missing(mark) for mark in marks.get("sound missing", ())),
        *_bookmarks(marks.get("bookmark", ())),
        *_loudness(session),
        *_earlier(session),
        *(f"At {clock(m.start)}: {m.text}." for kind in ("microphone", "gain", "clock") for m in marks.get(kind, ())),
        *session.notes,
    ]


def place(mark: Mark) -> str | None:
    """The line that stands for this mark in the transcript; None where it has none.

    >>> place(Mark(kind="off the record", start=720, end=850))
    'off the record, 12:00–14:10'
    """
    if mark.kind == "bookmark":
        return f"bookmark: {mark.text}" if mark.text else "bookmark"
    if mark.kind == "struck":
        return f"{_length(mark)} struck here"
    if mark.kind in ("off the record", "break", "sound missing"):
        return f"{mark.kind}, {_span(mark)}"
    return None


def _heard_share(mark: Mark, session: Session) -> float:
    """The share of a stretch that has sound."""
    end = mark.start if mark.end is None else mark.end
    lost = sum(max(0.0, min(end, b) - max(mark.start, a)) for a, b in session.unheard)
    return 1 - lost / (end - mark.start) if end > mark.start else 0.0


def _stretches(name: str, marks: Sequence[Mark]) -> list[str]:
    return [f"{name}: {listed(_span(mark) for mark in marks)}."] if marks else []


def _missing(mark: Mark) -> str:
    return f"Sound is missing {_span(mark)}" + (f": {mark.text.rstrip('.')}." if mark.text else ".")


def _bookmarks(marks: Sequence[Mark]) -> list[str]:
    if not marks:
        return []
    told = [f"{clock(mark.start)} “{mark.text}”" if mark.text else clock(mark.start) for mark in marks]
    return [f"{'Bookmark' if len(told) == 1 else 'Bookmarks'}: {listed(told)}."]


def _loudness(session: Session) -> Iterator[str]:
    if session.audio is not None and session.audio.relative_only:
        yield (
            "The gain changed during the recording, or the microphone did: loudness is compared only in the stretches "
            "between, and left open where it changed by itself."
        )
    elif session.gain_changes:
        times = listed(clock(moment) for moment in session.gain_changes)
        yield (
            f"At {times} all voices became louder or quieter at once, as if the microphone had been moved: loudness is "
            "compared only in the stretches between."
        )


def _earlier(session: Session) -> Iterator[str]:
    count = len({id for baseline in session.baselines for id in baseline.earlier})
    if count:
        others = "an earlier one" if count == 1 else f"{count} earlier ones"
        yield (
            f"Voices are compared with their calm moments in this talk and in {others}, recorded with the same "
            "microphone in the same place."
        )


def _span(mark: Mark) -> str:
    end = mark.start if mark.end is None else mark.end
    # A second is the least that a clock shows; a shorter drop-out is one moment.
    return clock(mark.start) if clock(mark.start) == clock(end) else f"{clock(mark.start)}–{clock(end)}"


def _length(mark: Mark) -> str:
    """How long it was, as people say it.

    >>> _length(Mark(kind="struck", start=10, end=130)), _length(Mark(kind="struck", start=10, end=55.4))
    ('2 minutes', '45 seconds')
    """
    seconds = round((mark.end or mark.start) - mark.start)
    if seconds % 60 == 0 and seconds > 60:
        return f"{seconds // 60} minutes"
    return f"{clock(seconds)} minutes" if seconds > 60 else f"{seconds} seconds"
