"""The talk as a table (.csv): one row for each utterance, for spreadsheets and statistics.

Comma-separated values by RFC 4180, UTF-8, with a header; an empty cell means *unknown*, or none. The columns have the
names and units of the data model (`analysis.session`): times in seconds from the start of the recording, levels and
pitch against the speaker's own, pace in syllables per second. `text` has the words that the sound supports,
`unsupported` the share (0 to 1) of those that it does not, `tags` and `confidences` go together, by comma, and `topic`
is the one in which the utterance begins.

A spreadsheet takes a cell that begins with ``=`` or the like for a formula, and runs it. What people said or typed gets
an apostrophe before such a beginning (https://owasp.org/www-community/attacks/CSV_Injection); numbers are left alone.
"""

from __future__ import annotations

from csv import writer
from io import StringIO

from analysis.report.plain import one_line, said, voices
from analysis.session import Session, Utterance

__all__ = ["csv"]

COLUMNS = (
    "id", "start", "end", "speaker", "text", "unsupported", "tags", "confidences",
    "loudness_db", "pitch_st", "pace_syl_s", "arousal", "topic",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""How formulas begin; tabs and line breaks at the beginning are gone before."""


def csv(session: Session) -> str:
    """The talk as comma-separated values.

    >>> csv(Session(id="a", recorded_at="")).splitlines()
    ['id,start,end,speaker,text,unsupported,tags,confidences,loudness_db,pitch_st,pace_syl_s,arousal,topic']
    """
    names = voices(session)
    text = StringIO()
    table = writer(text)
    table.writerow(COLUMNS)
    table.writerows(_row(session, utterance, names[utterance.speaker]) for utterance in session.utterances)
    return text.getvalue()


def _row(session: Session, utterance: Utterance, name: str) -> list[str]:
    words = session.words[slice(*utterance.words)]
    unsupported = sum(not word.supported for word in words) / len(words) if words else None
    tags, voice = utterance.live_tags, utterance.prosody
    topics = (topic.name for topic in session.topics if topic.start <= utterance.start < topic.end)
    return [
        _typed(utterance.id),
        _number(utterance.start, 3),
        _number(utterance.end, 3),
        _typed(name),
        _typed(said(session, utterance)),
        _number(unsupported, 2),
        _typed(",".join(tag.label for tag in tags)),
        ",".join(_number(tag.confidence, 2) for tag in tags),
        _number(voice.loudness_db, 1),
        _number(voice.pitch_st, 1),
        _number(voice.pace_syl_s, 1),
        _number(voice.arousal, 2),
        _typed(next(topics, "")),
    ]


def _typed(text: str) -> str:
    """A cell with text that is not ours.

    >>> _typed("=cmd()"), _typed("well - yes")
    ("'=cmd()", 'well - yes')
    """
    line = one_line(text)
    return f"'{line}" if line.startswith(FORMULA) else line


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:z.{decimals}f}"
