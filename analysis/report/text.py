"""The summary in the terminal: plain lines, no color needed, nothing that scrolls away."""

from __future__ import annotations

import textwrap

from analysis.report.about import about, consent
from analysis.report.findings import findings
from analysis.report.sentences import opening, sentences
from analysis.report.wording import clock, named, quote
from analysis.session import Session

__all__ = ["in_short", "summary"]

WIDTH = 80
MOST_TAGGED = 12


def in_short(session: Session) -> list[str]:
    """What this talk was, what stood out in it, and the rest, in plain sentences."""
    return [*opening(session), *(finding.statement for finding in findings(session)), *sentences(session)]


def summary(session: Session) -> str:
    """What this talk was, its first tagged lines, and what is to be known of the recording; at most 80 columns wide."""
    lines = [*textwrap.wrap(_title(session), WIDTH), ""]
    for sentence in in_short(session):
        lines += textwrap.wrap(sentence, WIDTH, initial_indent="- ", subsequent_indent="  ")
    tagged = [u for u in session.utterances if u.live_tags]
    if tagged:
        lines += ["", "What the words did (check by ear):"]
        for u in tagged[:MOST_TAGGED]:
            labels = ", ".join(named(tag) for tag in u.live_tags)
            head = f"  {clock(u.start):>5}  {session.name(u.speaker)}  [{labels}]  "
            lines += textwrap.wrap(head + quote(session, u, 60), WIDTH, subsequent_indent=" " * 9)
        if len(tagged) > MOST_TAGGED:
            lines.append(f"  … and {len(tagged) - MOST_TAGGED} more: see the report")
    lines.append("")
    for sentence in [consent(session), *about(session)]:
        lines += textwrap.wrap(sentence, WIDTH, initial_indent="- ", subsequent_indent="  ")
    return "\n".join(lines)


def _title(session: Session) -> str:
    names = " and ".join(participant.name for participant in session.couple) or "nobody was heard"
    return f"Session {session.id} · {session.recorded_at[:10]} · {names} · {clock(session.duration)}"
