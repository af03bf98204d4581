"""The talk as a Praat TextGrid (.TextGrid), in the long text format.

Tiers: for each voice what it said by utterances, its words, and its tags (one interval for each tagged utterance, with
the labels of all tags that nobody removed); then the stretches in which the talk heated up, its topics, and, where
there are any, bookmarks and shared notes as points. Only words that the sound supports stand in it.

Praat wants the intervals of a tier to cover the whole time without gap or overlap, and no two points at one time. So
where something is not over when the next thing begins, it ends there: beginnings are exact. What has no length gets a
millisecond. Times are in seconds with three decimals; quotation marks in a text are doubled.

The format: https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analysis.report.plain import one_line, said, voices
from analysis.session import Session, Utterance

__all__ = ["textgrid"]

Span = tuple[float, float, str]
"""Start and end in seconds, text."""
Interval = tuple[int, int, str]
"""The same in whole milliseconds, so that edges meet exactly."""


def textgrid(session: Session) -> str:
    """The talk as a TextGrid.

    >>> print(textgrid(Session(id="a", recorded_at="")).split("item")[0])
    File type = "ooTextFile"
    Object class = "TextGrid"
    <BLANKLINE>
    xmin = 0
    xmax = 0.001
    tiers? <exists>
    size = 2
    <BLANKLINE>
    """
    intervals = {name: _apart(spans) for name, spans in _spans(session).items()}
    points = _apart(_moments(session))
    ends = [stop for tier in (*intervals.values(), points) for _, stop, _ in tier]
    # Praat knows no object without length, not even of an empty session.
    end = max(1, _ms(session.duration), *ends)
    tiers = [_interval_tier(name, list(_covering(tier, end)), end) for name, tier in intervals.items()]
    if points:
        tiers.append(_point_tier("bookmarks and notes", points, end))
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
    head += f"xmin = 0\nxmax = {_s(end)}\ntiers? <exists>\nsize = {len(tiers)}\nitem []:\n"
    return head + "".join(f"    item [{number}]:\n{tier}" for number, tier in enumerate(tiers, start=1))


def _spans(session: Session) -> dict[str, list[Span]]:
    """What stands in each tier of intervals, by the tier's name."""
    tiers: dict[str, list[Span]] = {}
    for speaker, name in voices(session).items():
        own = [utterance for utterance in session.utterances if utterance.speaker == speaker]
        tiers[f"{name}: utterances"] = [(u.start, u.end, text) for u in own if (text := said(session, u))]
        tiers[f"{name}: words"] = [span for utterance in own for span in _words(session, utterance)]
        tiers[f"{name}: tags"] = [(u.start, u.end, ", ".join(t.label for t in u.live_tags)) for u in own if u.live_tags]
    tiers["episodes"] = [(episode.start, episode.end, "heated up") for episode in session.episodes]
    tiers["topics"] = [(topic.start, topic.end, topic.name) for topic in session.topics]
    return tiers


def _words(session: Session, utterance: Utterance) -> Iterator[Span]:
    for word in session.words[slice(*utterance.words)]:
        if word.supported:
            yield word.start, word.end, word.text


def _moments(session: Session) -> list[Span]:
    """Bookmarks and notes."""
    bookmarks = [(m.start, m.start, m.text or "bookmark") for m in session.marks if m.kind == "bookmark"]
    return bookmarks + [(note.at, note.at, note.text) for note in session.written]


def _apart(spans: Iterable[Span]) -> list[Interval]:
    """In the order of time, each at least 1 ms long and over when the next begins.

    >>> _apart([(0, 2, "a"), (1, 1, "b"), (1, 3, "c")])
    [(0, 1000, 'a'), (1000, 1001, 'b'), (1001, 3000, 'c')]
    """
    made: list[Interval] = []
    for start, stop, text in sorted(spans, key=lambda span: span[0]):
        begin = _ms(start)
        if made:
            first, last, earlier = made[-1]
            begin = max(begin, first + 1)
            made[-1] = first, min(last, begin), earlier
        made.append((begin, max(_ms(stop), begin + 1), text))
    return made


def _covering(intervals: Iterable[Interval], end: int) -> Iterator[Interval]:
    """The intervals, and empty ones between them, from 0 to the end.

    >>> list(_covering([(5, 7, "a")], 9))
    [(0, 5, ''), (5, 7, 'a'), (7, 9, '')]
    """
    covered = 0
    for start, stop, text in intervals:
        if start > covered:
            yield covered, start, ""
        yield start, stop, text
        covered = stop
    if covered < end:
        yield covered, end, ""


def _interval_tier(name: str, intervals: Sequence[Interval], end: int) -> str:
    return _tier("IntervalTier", name, end, "intervals", len(intervals)) + "".join(
        f"        intervals [{number}]:\n"
        f"            xmin = {_s(start)}\n            xmax = {_s(stop)}\n            text = {_quoted(text)}\n"
        for number, (start, stop, text) in enumerate(intervals, start=1)
    )


def _point_tier(name: str, points: Sequence[Interval], end: int) -> str:
    return _tier("TextTier", name, end, "points", len(points)) + "".join(
        f"        points [{number}]:\n            number = {_s(at)}\n            mark = {_quoted(text)}\n"
        for number, (at, _, text) in enumerate(points, start=1)
    )


def _tier(kind: str, name: str, end: int, of: str, size: int) -> str:
    return (
        f'        class = "{kind}"\n        name = {_quoted(name)}\n'
        f"        xmin = 0\n        xmax = {_s(end)}\n        {of}: size = {size}\n"
    )


def _quoted(text: str) -> str:
    """A text as Praat reads it.

    >>> print(_quoted('"fine"'))
    \"""fine\"""
    """
    return '"' + one_line(text).replace('"', '""') + '"'


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _s(ms: int) -> str:
    return f"{ms / 1000:.3f}"
