"""TextGrids: Praat itself reads them, each tier covers the whole time, and every text comes back as it was."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import parselmouth
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parselmouth.praat import call

from analysis.report import shareable
from analysis.report.plain import one_line
from analysis.report.textgrid import textgrid
from analysis.session import Session
from tests.analysis.report.made import HOSTILE, everything, hostile, long, spoken

Tiers = dict[str, list[tuple[float, float, str]]]
"""Name of a tier -> start, end, text of all that is in it."""


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("praat") / "talk.TextGrid"


def read(session: Session, target: Path) -> Tiers:
    """The labeled intervals and points as Praat reads them, once it is known that intervals touch from 0 to the end."""
    target.write_text(textgrid(session), encoding="utf-8")
    grid = parselmouth.read(str(target))
    tiers: Tiers = {}
    for n in range(1, call(grid, "Get number of tiers") + 1):
        kind = "interval" if call(grid, "Is interval tier", n) else "point"
        times = ("start time", "end time") if kind == "interval" else ("time", "time")
        entries = [
            (
                *(round(call(grid, f"Get {time} of {kind}", n, k), 6) for time in times),
                call(grid, f"Get label of {kind}", n, k),
            )
            for k in range(1, call(grid, f"Get number of {kind}s", n) + 1)
        ]
        if kind == "interval":
            assert [0.0, *(end for _, end, _ in entries)] == [*(start for start, _, _ in entries), grid.xmax]
            assert all(start < end for start, end, _ in entries)
        assert all(a < b for (a, _, _), (b, _, _) in pairwise(entries))
        tiers[call(grid, "Get tier name", n)] = [entry for entry in entries if entry[2]]
    return tiers


def test_every_voice_has_its_lines_words_and_tags(target: Path) -> None:
    tiers = read(everything(), target)
    assert list(tiers) == [
        "Maya: utterances", "Maya: words", "Maya: tags", "Jonas: utterances", "Jonas: words", "Jonas: tags",
        "someone: utterances", "someone: words", "someone: tags", "episodes", "topics", "bookmarks and notes",
    ]  # fmt: skip
    assert tiers["Maya: utterances"] == [(1.0, 3.0, "You always hide.")]
    assert [label for _, _, label in tiers["Jonas: words"]] == ["I'm", "sorry,", "I", "lied."]
    assert tiers["Maya: tags"] == [(1.0, 3.0, "criticism, feeling")]
    assert tiers["someone: utterances"] == tiers["someone: words"] == []
    assert tiers["episodes"] == [(1.0, 4.0, "heated up")]
    assert tiers["topics"] == [(0.0, 4.0, "trust"), (4.0, 10.0, "the evening")]


def test_bookmarks_and_notes_are_points(target: Path) -> None:
    points = read(shareable(everything()), target)["bookmarks and notes"]
    assert points == [(2.0, 2.0, "this"), (2.001, 2.001, "the letter")]


def test_nothing_that_people_say_breaks_the_file(target: Path) -> None:
    tiers = read(hostile(), target)
    assert len(tiers) == 3 * (len(HOSTILE) + 1) + 3
    wanted = [one_line(text) for text in HOSTILE if one_line(text)]
    assert [label for _, _, label in tiers["topics"]] == wanted
    said = {label for _, _, label in tiers[f"{wanted[0]}: words"]}
    assert said == {*wanted, "then"}


def test_what_overlaps_in_one_tier_ends_where_the_next_begins(target: Path) -> None:
    session = spoken((None, 0, 9, "I was there"), (None, 2, 3, "no"), ("S1", 4, 4, "a b"), ("S1", 4, 5, "c"))
    tiers = read(session, target)
    assert tiers["someone: utterances"] == [(0, 2, "I was there"), (2, 3, "no")]
    assert tiers["Maya: words"] == [(4, 4.001, "a"), (4.001, 4.002, "b"), (4.002, 5, "c")]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["S1", None]),
            st.floats(0, 90),
            st.sampled_from([0.0, 0.0004, 2.0]) | st.floats(0, 30),
            st.lists(st.text(max_size=20), max_size=6),
        ),
        max_size=6,
    )
)
def test_whatever_is_said_the_tiers_are_whole(
    target: Path, lines: list[tuple[str | None, float, float, list[str]]]
) -> None:
    session = spoken(*((who, start, start + length, said) for who, start, length, said in lines))
    tiers = read(session, target)
    shown = [label for tier in ("Maya: words", "someone: words") for *_, label in tiers.get(tier, ())]
    assert sorted(shown) == sorted(text for word in session.words if (text := one_line(word.text)))


def test_sessions_without_words_or_length_are_grids_too(target: Path) -> None:
    assert read(Session(id="a", recorded_at=""), target) == {"episodes": [], "topics": []}
    assert read(spoken(("S1", 0, 0, ())), target)["Maya: words"] == []


@pytest.mark.timeout(20)
def test_two_hours_are_written_at_once(target: Path) -> None:
    target.write_text(textgrid(long()), encoding="utf-8")
    assert call(parselmouth.read(str(target)), "Get number of intervals", 5) >= 1500 * 12
