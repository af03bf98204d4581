"""Captions: a parser that is not ours reads them, they can be read in time, and nothing that was said breaks them."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analysis.report.captions import LONGEST, SHORTEST, srt, vtt
from analysis.session import Session
from tests.analysis.report.made import everything, hostile, long, spoken

LONG_LINE = "I have been thinking about it all week and I do not know how to say it without hurting you again. " * 4


def read(text: str, format: str) -> list[webvtt.Caption]:
    return list(webvtt.from_buffer(text.splitlines(), format=format))


def words(session: Session) -> list[str]:
    return sorted(word for w in session.words if w.supported for word in w.text.split())


def test_both_formats_say_who_said_what_when() -> None:
    session = spoken(("S1", 1, 2.5, "Where were you?"), ("S2", 3661, 3662.2, "At work."))
    assert srt(session) == (
        "1\n00:00:01,000 --> 00:00:02,500\nMaya: Where were you?\n\n2\n01:01:01,000 --> 01:01:02,200\nJonas: At work.\n"
    )
    assert vtt(session) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v Maya>Where were you?\n\n"
        "01:01:01.000 --> 01:01:02.200\n<v Jonas>At work.\n"
    )


@pytest.mark.parametrize("name", ["Maya", "Bartholomew Featherstonehaugh-Cholmondeley the Third"])
def test_a_long_line_is_cut_between_words_so_that_it_can_be_read(name: str) -> None:
    session = spoken(("S1", 10, 50, LONG_LINE), names=[name])
    cues = read(srt(session), "srt")
    assert len(cues) > 4
    for cue in cues:
        assert len(cue.lines) <= 2 and max(map(len, cue.lines)) <= 42
        assert SHORTEST <= cue.end_in_seconds - cue.start_in_seconds <= LONGEST + 1
    shown = " ".join(cue.text.partition(": ")[2].replace("\n", " ") for cue in cues)
    assert shown.split() == LONG_LINE.split()
    for cue in cues:
        said = [
            w.text
            for w in session.words
            if w.start >= _seconds(cue.start) - 0.001 and w.end <= _seconds(cue.end) + 0.001
        ]
        assert said == cue.text.partition(": ")[2].split()


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def test_a_cue_ends_with_the_sentence() -> None:
    session = spoken(("S1", 0, 9, "I wanted to tell you long before that evening came. And then I was too scared to."))
    assert [cue.text.endswith(("came.", "to.")) for cue in read(srt(session), "srt")] == [True, True]


def test_the_last_word_of_a_long_line_does_not_stand_alone() -> None:
    line = "Yes, but you were working late every night and you were not exactly perfect either"
    shown = [cue.text.replace("\n", " ") for cue in read(srt(spoken(("S2", 0, 5, line))), "srt")]
    assert shown[1].startswith("Jonas: ") and shown[1].endswith(" perfect either")


def test_words_that_the_sound_does_not_support_are_not_shown() -> None:
    for text in (srt(everything()), vtt(everything())):
        assert "always" in text
        assert "Mhm" not in text and "someone" not in text


def test_both_at_once_overlap_and_one_voice_does_not() -> None:
    session = spoken(("S1", 0, 4, "I was there"), ("S2", 1, 2, "no"), ("S1", 4.2, 4.4, "yes"), ("S1", 4.7, 5, "sure"))
    spans = [(_seconds(cue.start), _seconds(cue.end)) for cue in read(vtt(session), "vtt")]
    assert spans == [(0, 4), (1, 2), (4.2, 4.7), (4.7, 5.7)]


def test_languages_without_spaces_have_shorter_lines() -> None:
    cues = read(srt(spoken(("S1", 0, 30, list("我不知道该怎么说" * 12)), language="zh")), "srt")
    assert all(len(cue.lines) <= 2 and max(map(len, cue.lines)) <= 21 for cue in cues)
    assert "我不知道该怎么说我不知道" in cues[0].text.replace("\n", "")


def test_nothing_that_people_say_breaks_a_cue() -> None:
    session = hostile()
    subrip, web = read(srt(session), "srt"), read(vtt(session), "vtt")
    assert len(subrip) == len(web) > 80
    assert not re.search(r"[<{]", srt(session))
    for block in vtt(session).split("\n\n")[1:]:
        assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}\n<v [^<>\n]+>[^<>]+", block)
        assert "-->" not in block.split("\n", 1)[1]
    assert "<script>alert(1)</script>" in {unescape(cue.text.replace(" then", "")) for cue in web}
    assert {cue.voice for cue in web} >= {"someone"}
    assert not re.search(r"[\x00\x1b\r]", srt(session) + vtt(session))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["S1", "S2", None]),
            st.floats(0, 90),
            st.floats(0, 30),
            st.lists(st.text(max_size=60), max_size=8),
        ),
        max_size=8,
    )
)
def test_whatever_is_said_every_cue_has_a_length_its_turn_and_two_lines(
    lines: list[tuple[str | None, float, float, list[str]]],
) -> None:
    session = spoken(*((who, start, start + length, said) for who, start, length, said in lines))
    blocks = srt(session).split("\n\n") if srt(session) else []
    starts = []
    for number, block in enumerate(blocks, start=1):
        count, times, *shown = block.rstrip("\n").split("\n")
        start, end = (_seconds(stamp.replace(",", ".")) for stamp in times.split(" --> "))
        starts.append(start)
        assert count == str(number)
        assert 0 < end - start < LONGEST + 0.002
        assert 1 <= len(shown) <= 2 and all(len(line) <= 42 for line in shown)
    assert all(a <= b for a, b in pairwise(starts))
    assert len(vtt(session).split("\n\n")) == len(blocks) + 1


def test_words_without_length_are_still_seen() -> None:
    session = spoken(("S1", 1, 1, "I was there"), ("S1", 1, 1, "no"))
    spans = [(_seconds(cue.start), _seconds(cue.end)) for cue in read(vtt(session), "vtt")]
    assert spans == [(1, 1.001), (1, 2)]


def test_sessions_without_words_make_empty_files() -> None:
    for session in (Session(id="a", recorded_at=""), replace(spoken(("S1", 0, 1, ())), turns=())):
        assert srt(session) == ""
        assert vtt(session) == "WEBVTT\n"


@pytest.mark.timeout(20)
def test_two_hours_are_written_at_once() -> None:
    session = long()
    cues = read(vtt(session), "vtt")
    assert len(cues) >= 3000
    assert sorted(" ".join(cue.text for cue in cues).split()) == words(session)
