"""Overlaps, pauses and talk share, against cases that can be counted by hand."""

from __future__ import annotations

import pytest

from analysis.interaction import cut, overlaps, pauses, talk_share, turns_from_words
from analysis.session import Turn, Word


def turn(speaker: str, start: float, end: float) -> Turn:
    return Turn(speaker=speaker, start=start, end=end)


def test_an_interruption_has_who_came_in_and_who_yielded_and_when() -> None:
    (found,) = overlaps([turn("A", 0, 4), turn("B", 3.2, 8)])
    assert (found.kind, found.by, found.over, found.yielded_by) == ("competitive", "B", "A", "A")
    assert (found.start, found.end, found.yielding_latency) == (3.2, 4, 0.8)


def test_the_one_who_comes_in_may_yield() -> None:
    words = [Word(text=w, start=2 + k, end=2.8 + k, speaker="B") for k, w in enumerate(["but", "I"])]
    (found,) = overlaps([turn("A", 0, 8), turn("B", 2, 4)], words)
    assert (found.kind, found.yielded_by) == ("competitive", "B")


def test_a_backchannel_is_no_contest() -> None:
    words = [Word(text="Mm-hm,", start=2.1, end=2.5, speaker="B")]
    (found,) = overlaps([turn("A", 0, 6), turn("B", 2, 2.6)], words)
    assert (found.kind, found.yielded_by) == ("continuer", None)


def test_a_short_insertion_of_other_words_stays_unclear() -> None:
    words = [Word(text="never", start=2.1, end=2.5, speaker="B")]
    assert overlaps([turn("A", 0, 6), turn("B", 2, 2.6)], words)[0].kind == "unclear"
    assert overlaps([turn("A", 0, 6), turn("B", 2, 2.6)])[0].kind == "unclear"


def test_coming_in_on_the_last_word_is_terminal() -> None:
    assert overlaps([turn("A", 0, 4), turn("B", 3.7, 8)])[0].kind == "terminal"


def test_turns_that_touch_do_not_overlap() -> None:
    assert overlaps([turn("A", 0, 4), turn("B", 4, 8), turn("A", 8, 9)]) == ()


def test_one_voice_never_overlaps_itself() -> None:
    assert overlaps([turn("A", 0, 4), turn("A", 3, 8)]) == ()


def test_pauses_within_and_between() -> None:
    found = pauses([turn("A", 0, 1), turn("A", 1.5, 3), turn("B", 5, 6), turn("A", 6.1, 7)])
    assert [(p.kind, p.start, p.end, p.after, p.before) for p in found] == [
        ("within", 1, 1.5, "A", "A"),
        ("between", 3, 5, "A", "B"),
    ]


def test_there_is_no_pause_under_a_longer_turn() -> None:
    assert pauses([turn("A", 0, 10), turn("B", 2, 3), turn("B", 5, 6)]) == ()


def test_talk_share_counts_overlap_for_both_and_sums_to_one() -> None:
    assert talk_share([turn("A", 0, 6), turn("B", 5, 7)]) == {"A": 0.75, "B": 0.25}
    assert talk_share([]) == {}


def test_turns_come_from_words_where_there_is_no_sound() -> None:
    spans = [("A", 0, 0.4), ("A", 0.6, 1), ("B", 0.8, 1.4), ("A", 2, 2.5), (None, 3, 4)]
    found = turns_from_words([Word(text="x", speaker=s, start=a, end=b) for s, a, b in spans])
    assert found == (turn("A", 0, 1), turn("B", 0.8, 1.4), turn("A", 2, 2.5))


@pytest.mark.parametrize("measure", [overlaps, pauses])
def test_nothing_said(measure) -> None:
    assert measure([]) == ()


def test_no_pause_reaches_into_a_stretch_without_sound() -> None:
    talk = [turn("A", 0, 1), turn("B", 3, 4), turn("A", 10, 11), turn("B", 12, 13)]
    assert [(p.start, p.end) for p in pauses(talk, [(5, 9)])] == [(1, 3), (11, 12)]
    assert [(p.start, p.end) for p in pauses(talk, [(4, 10)])] == [(1, 3), (11, 12)]


def test_turns_and_overlaps_end_where_the_sound_does() -> None:
    talk = [turn("A", 0, 10), turn("B", 3.6, 12)]
    assert cut(talk, [(4, 6)]) == (turn("A", 0, 4), turn("B", 3.6, 4), turn("A", 6, 10), turn("B", 6, 12))
    first, second = overlaps(talk, (), [(4, 6)])
    assert (first.start, first.end, first.yielded_by) == (3.6, 4, None)
    assert (second.start, second.end) == (6, 10)
    near = [turn("A", 0, 2), turn("A", 2.3, 4), turn("B", 1, 1.9)]
    assert cut(near, [(2, 2.3)]) == (turn("A", 0, 2), turn("B", 1, 1.9), turn("A", 2.3, 4))
