"""The report as one HTML file: what this talk was, the curve, what passed between the two, the transcript.

Nothing is fetched; the one script lies in the file, and its hash in the page's security policy. With a sound file of
the same name beside it, every time can be played, and the transcript follows. Everything that people said goes through
Jinja's escaping.

The charts here are SVG that stands still; the same page in `lens open` has a chart that one can look into.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from analysis.report.about import about, consent
from analysis.report.chart import HEIGHT, LANE, WIDTH, chart
from analysis.report.exchanges import exchanges, ledger
from analysis.report.findings import episode_told, findings
from analysis.report.met import met
from analysis.report.rows import rows
from analysis.report.sentences import opening, sentences
from analysis.report.wording import clock
from analysis.session import Session

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["SOUND_SUFFIX", "environment", "facts", "heading", "html", "source"]

SOUND_SUFFIX = ".flac"


def html(session: Session, sound: str | None = None) -> str:
    """The whole report as one self-contained page.

    Parameters
    ----------
    session : Session
    sound : str, optional
        The name of the sound file beside it; without it nothing can be played.
    """
    script = source("player.js")
    beside = None if sound is None else f"./{quote(sound)}"
    told = facts(session) | {"chart": chart(session), "sound": beside, "edit": False}
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = environment().get_template("report.html.j2")
    return page.render(told, script=script, digest=digest, style=source("report.css"))


def facts(session: Session) -> dict[str, Any]:
    """What both this file and the page of `lens open` show of a session."""
    return {
        "session": session,
        "title": heading(session),
        "consent": consent(session),
        "opening": opening(session),
        "findings": findings(session),
        "episodes": [(episode, episode_told(session, episode)) for episode in session.episodes],
        "sentences": sentences(session),
        "ledger": ledger(session),
        "exchanges": exchanges(session),
        "met": met(session),
        "rows": rows(session),
        "about": about(session),
        "parts": {"width": WIDTH, "height": HEIGHT, "lane": LANE},
    }


def heading(session: Session) -> str:
    """What a page is called."""
    names = [participant.name for participant in session.couple]
    return f"A talk of {' and '.join(names)}" if names else "A recording"


@cache
def environment() -> Environment:
    """Jinja's environment with the parts that both pages share."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("analysis.report", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals["clock"] = clock
    return made


@cache
def source(name: str) -> str:
    """A file of ours that goes into the page as it is."""
    return files("analysis.report").joinpath(name).read_text(encoding="utf-8")
