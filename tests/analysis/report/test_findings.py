"""What a report says first: few things, playable, as much what went well as what was hard, and no judgment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from analysis.report.exchanges import exchanges, ledger
from analysis.report.findings import findings
from analysis.report.html import html
from analysis.session import Answer, Curve, Episode, Overlap, Session, Uptake
from tests.analysis.report.made import everything
from tests.support.talks import said

LINES = (
    ("S1", "You always hide and you never tell me.", "criticism"),
    ("S2", "It was just a few messages.", "minimizing"),
    ("S1", "Did you see her again?", "asking"),
    ("S2", "Yes, once, in April.", "transparency"),
    ("S1", "That hurts me so much.", "feeling"),
    ("S2", "I can see that it hurts you.", "validation"),
    ("S1", "Thank you for saying that.", "affection"),
    ("S2", "Can we start that again, softly?", "repair"),
    ("S1", "Yes, I would like that.", ""),
)


def talk() -> Session:
    """Nine lines with a rise, contests, questions and offers."""
    from analysis.pipeline import measure
    from analysis.session import Participant, Word

    utterances = said(*LINES)
    words = tuple(
        Word(text=text, start=u.start + 0.5 * n, end=u.start + 0.5 * n + 0.4, speaker=u.speaker)
        for u in utterances
        for n, text in enumerate(u.text.split())
    )
    people = (Participant(id="S1", name="Maya"), Participant(id="S2", name="Jonas"))
    session = measure(Session(id="a", recorded_at="2026-11-20T20:00:00+01:00", words=words, participants=people))
    tags = dict(zip((u.text for u in utterances), (u.tags for u in utterances), strict=True))
    lines = tuple(replace(u, tags=tags.get(u.text, ())) for u in session.utterances)
    return replace(
        session,
        language="en",
        utterances=lines,
        episodes=tuple(
            Episode(start=k, peak=k + 1, end=k + 3, level=0.5 + k / 100, trigger=lines[0].id) for k in range(5)
        ),
        overlaps=tuple(
            Overlap(kind="competitive", start=k, end=k + 0.5, by="S1", over="S2", confidence=0.9) for k in range(4)
        ),
        answers=(Answer(question=lines[2].id, kind="straight", answer=lines[3].id),),
        uptakes=(
            Uptake(offer=lines[5].id, label="validation", kind="taken up", response=lines[6].id),
            Uptake(offer=lines[7].id, label="repair", kind="taken up", response=lines[8].id),
        ),
    )


def test_three_to_five_and_as_much_about_what_went_well() -> None:
    found = findings(talk())
    assert 3 <= len(found) <= 5
    tones = [finding.tone for finding in found]
    assert tones.count("well") >= 2
    assert abs(tones.count("well") - tones.count("hard")) <= 1


def test_the_highest_rise_and_a_repair_that_was_taken_up_come_first() -> None:
    told = " ".join(finding.statement for finding in findings(talk()))
    assert "At 0:04 the talk heated up" in told
    assert "offered a repair" in told and "took it up" in told
    assert "Four times both spoke on at once" in told


def test_each_can_be_played_and_says_how_sure_it_is() -> None:
    session = talk()
    for finding in findings(session):
        assert finding.uncertainty
        assert finding.evidence
        for id, start, end in finding.evidence:
            assert id == session.id
            assert 0 <= start < end


def test_nothing_to_say_is_said_with_nothing() -> None:
    assert findings(Session(id="a", recorded_at="")) == []
    calm = replace(
        talk(), episodes=(), overlaps=(), answers=(), uptakes=(),
        escalation=Curve(step=1, value=(0.0,), voice=(0.0,), floor=(0.0,), words=(0.0,)),
    )  # fmt: skip
    assert {finding.tone for finding in findings(calm)} <= {"well"}


def test_no_word_of_blame_and_no_sum_of_a_person() -> None:
    session = talk()
    page = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html(session), flags=re.DOTALL)
    for word in ("fault", "guilty", "score", "blame", "wins", "worse than", "toxic", "abus", "narciss"):
        assert word not in page.lower(), word
    # No count of tags for one of them.
    assert not re.search(r"(Maya|Jonas)[^.]{0,20}\b\d+ (criticism|contempt|complaint|minimizing)", page)


def test_possible_flooding_is_said_as_possible_with_the_break_that_helps() -> None:
    session = talk()
    (last,) = session.episodes[-1:]
    session = replace(session, episodes=(replace(last, possible_flooding=("S1",)),))
    told = " ".join(finding.statement for finding in findings(session))
    assert "Possible flooding of Maya: a voice is no heart-rate monitor. A break of 20 minutes" in told


def test_exchanges_are_between_both() -> None:
    (only,) = exchanges(talk())
    assert [step.name for step in only.steps[:3]] == ["Maya", "Jonas", "Maya"]
    alone = replace(talk(), utterances=tuple(u for u in talk().utterances if u.speaker == "S1"))
    assert exchanges(alone) == []


def test_the_ledger_has_each_overlap_once() -> None:
    session = everything()
    assert sum(len(row.spans) for row in ledger(session)) == len(session.overlaps)


def test_with_a_sound_beside_it_everything_plays_and_without_it_nothing_pretends_to() -> None:
    page = html(talk(), "talk.flac")
    assert 'src="./talk.flac"' in page
    assert page.count('class="play"') > len(LINES)
    assert "<script>" in page and "script-src 'sha256-" in page
    silent = html(talk())
    assert 'class="play"' not in silent
    assert "<script" not in silent


@pytest.mark.slow
def test_two_hours_are_a_small_file(tmp_path: Path) -> None:
    from analysis.pipeline import measure
    from tests.support.evenings import evening

    page = html(measure(evening()), "talk.flac")
    assert len(page.encode()) < 8_000_000
    assert page.count('class="line ') > 2500
