"""The report as Markdown: the sentences first, then the transcript with its tags."""

from __future__ import annotations

import re

from analysis.report.about import about, consent, place
from analysis.report.findings import findings
from analysis.report.met import met
from analysis.report.sentences import opening, sentences, voice_note
from analysis.report.wording import clock, named
from analysis.session import Session, Utterance, spaced

__all__ = ["markdown"]


def markdown(session: Session) -> str:
    """The whole report; what people said is escaped, so that it cannot become markup."""
    names = " and ".join(_plain(participant.name) for participant in session.couple)
    lines = [(u.start, _line(session, u)) for u in session.utterances]
    lines += [
        (note.at, f"*{clock(note.at)} — note: {_plain(' '.join(note.text.split()))}*") for note in session.written
    ]
    lines += [(m.start, f"*{clock(m.start)} — {_plain(text)}*") for m in session.marks if (text := place(m))]
    told = about(session)
    parts = [
        f"# A talk of {names}" if names else "# A recording",
        f"{session.recorded_at[:10]} · {clock(session.duration)} · session `{session.id}`",
        _plain(consent(session)),
        "A mirror, not a judge: what was said and how, as far as sound and words can show it. "
        "Arousal is not hostility, silence is not always withdrawal, and rules make mistakes.",
        "\n".join(_plain(sentence) for sentence in opening(session)),
        *_found(session),
        "## More of it",
        "\n".join(f"- {_plain(sentence)}" for sentence in sentences(session)) or "Nothing more.",
        *_met(session),
        "## Transcript",
        "\n\n".join(line for _, line in sorted(lines, key=lambda line: line[0])) or "No words were heard.",
        *(["## The recording", "\n".join(f"- {_plain(sentence)}" for sentence in told)] if told else []),
    ]
    return "\n\n".join(parts) + "\n"


def _found(session: Session) -> list[str]:
    found = findings(session)
    lines = [f"- {_plain(finding.statement)} *({_plain(finding.uncertainty)})*" for finding in found]
    return ["## What stood out", "\n".join(lines)] if found else []


def _met(session: Session) -> list[str]:
    rows = met(session)
    if not rows:
        return []
    lines = [
        f"- {row.at} {_plain(row.who)}, {row.what}: {_plain(row.line)} — **{row.how}**"
        + (f": {_plain(row.reply)}" if row.reply else "")
        for row in rows
    ]
    return ["## Questions, offers, and how they were met", "\n".join(lines)]


def _line(session: Session, utterance: Utterance) -> str:
    words = session.words[slice(*utterance.words)]
    text = (" " if spaced(session.language) else "").join(
        _plain(w.text) if w.supported else f"~~{_plain(w.text)}~~" for w in words
    )
    notes = [f"*{named(tag)}*" for tag in utterance.live_tags]
    if note := voice_note(utterance):
        notes.append(note)
    end = f" [{'; '.join(notes)}]" if notes else ""
    return f"**{clock(utterance.start)} {_plain(session.name(utterance.speaker))}:** {text}{end}"


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)
