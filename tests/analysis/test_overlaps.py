"""Overlaps, pauses and talk share, against cases that can be counted by hand."""

from __future__ import annotations

import pytest

from analysis.interaction import (
    cut,
    is_question,
    latencies,
    overlaps,
    pauses,
    shared,
    talk_share,
    turns_from_words,
)
from analysis.session import Turn, Utterance, Word


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


def said(speaker: str, start: float, *texts: str, each: float = 0.4) -> list[Word]:
    return [
        Word(text=text, start=start + k * each, end=start + (k + 1) * each, speaker=speaker)
        for k, text in enumerate(texts)
    ]


def ledger(*lines: list[Word], **known) -> tuple:
    words = [word for line in lines for word in line]
    return overlaps(turns_from_words(words), words, **known)


@pytest.mark.parametrize(
    "texts", [["that's", "great"], ["oh", "no"], ["I", "see"], ["[laughter-yeah]"], ["yeah", "yeah"]]
)
def test_an_assessment_hands_the_floor_back(texts: list[str]) -> None:
    (found,) = ledger(said("A", 0, *["and"] * 15), said("B", 2.1, *texts))
    assert (found.kind, found.holder) == ("continuer", None)


def test_the_answer_to_a_question_is_no_continuer() -> None:
    talk = said("A", 0, "did", "you", "call", "her?"), said("A", 1.7, *["because"] * 8), said("B", 1.65, "yes")
    assert ledger(*talk)[0].kind == "unclear"


def test_the_same_words_at_the_same_time_are_choral() -> None:
    (found,) = ledger(said("A", 0, "happy", "birthday", "to", "you"), said("B", 0.1, "happy", "birthday", "to", "you"))
    assert found.kind == "choral"


def test_a_sentence_that_the_other_ends_and_the_first_accepts() -> None:
    start = [
        *said("A", 0, "so", "we", "went", "to", "the", "uh"),
        *said("A", 2.5, "the"),
        *said("B", 2.1, "lake", "house"),
    ]
    (found, *_) = ledger(start, said("A", 3.2, "exactly"))
    assert (found.kind, found.holder) == ("collaborative completion", None)
    assert ledger(start, said("A", 3.2, "wait"))[0].kind == "unclear"


def test_coming_in_on_a_long_last_word_is_terminal() -> None:
    held = [*said("A", 0, "it", "was", "not", "so"), Word(text="wonderful", start=1.6, end=2.4, speaker="A")]
    assert ledger(held, said("B", 1.75, "but", "then", "we", "left"))[0].kind == "terminal"


def test_words_that_were_lost_under_the_other_make_no_turn_end_early() -> None:
    words = [*said("A", 0, "that", "was", "not", "so"), *said("B", 1.55, "you", "always", "knew", "this")]
    (found,) = overlaps([turn("A", 0, 2.4), turn("B", 1.55, 4)], words)
    assert (found.kind, found.holder) == ("competitive", "lost")


def test_who_kept_the_floor_and_who_lost_it() -> None:
    words = said("A", 0, *["and"] * 20), said("B", 2.1, "but", "you", "never", "said")
    (kept,) = ledger(*words)
    assert (kept.kind, kept.holder, kept.yielded_by) == ("competitive", "kept", "B")
    lost = ledger(said("A", 0, *["and"] * 8), said("B", 2.1, "but", "you", "never", "said", "so"))[0]
    assert (lost.kind, lost.holder, lost.yielded_by, lost.over) == ("competitive", "lost", "A", "A")


def test_a_raised_voice_makes_a_contest_surer_and_is_that_of_whoever_goes_on() -> None:
    asked = []

    def rise(speaker: str, start: float, end: float) -> tuple[float, float]:
        asked.append((speaker, round(end - start, 3)))
        return 5.0, 1.0

    words = said("A", 0, *["and"] * 8), said("B", 2.1, "but", "you", "never", "said", "so")
    (plain,), (loud,) = ledger(*words), ledger(*words, rise=rise)
    assert (loud.level_rise_db, loud.pitch_rise_st) == (5.0, 1.0)
    assert loud.confidence > plain.confidence
    assert asked == [("B", pytest.approx(0.9))]


def test_only_supported_words_tell_a_kind() -> None:
    doubtful = [Word(text="Mm-hm", start=2.1, end=2.5, speaker="B", supported=False)]
    assert overlaps([turn("A", 0, 6), turn("B", 2, 2.6)], doubtful)[0].kind == "unclear"


def test_latency_is_from_the_end_of_a_turn_to_the_next_ones_start() -> None:
    talk = [turn("A", 0, 2), turn("B", 2.5, 4), turn("B", 4.3, 5), turn("A", 4.8, 7), turn("B", 5.5, 6)]
    found = latencies(talk)
    assert [(x.by, x.after, x.start, x.seconds) for x in found] == [("B", "A", 2.5, 0.5), ("A", "B", 4.8, -0.2)]
    assert latencies([turn("A", 0, 2), turn("B", 9, 10)], [(4, 6)]) == ()
    assert latencies([turn("A", 0, 2), turn("B", 30, 31)]) == ()


def test_a_long_silence_after_a_question_is_possible_stonewalling_and_says_what_was_asked() -> None:
    lines = [Utterance(id="u0", speaker="A", start=0, end=2, text="Where were you?", words=(0, 0))]
    for end, asked in ((7, "u0"), (3, "u0")):
        (pause,) = pauses([turn("A", 0, 2), turn("B", end, 9)], (), lines)
        assert (pause.asked, pause.possible_stonewalling) == (asked, end == 7)
        (answer,) = latencies([turn("A", 0, 2), turn("B", end, 9)], (), lines)
        assert (answer.asked, answer.seconds) == ("u0", end - 2)
    told = [Utterance(id="u0", speaker="A", start=0, end=2, text="I was out.", words=(0, 0))]
    (pause,) = pauses([turn("A", 0, 2), turn("B", 7, 9)], (), told)
    assert (pause.asked, pause.possible_stonewalling) == (None, False)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("why did you", True),
        ("and where were you", True),
        ("whatever", False),
        ("I asked why", False),
        ("No. Why?", True),
        ("when I was young we had a dog", False),
        ("what a day", False),
        ("what about her", True),
        ("so how long did it go on", True),
    ],
)
def test_questions(text: str, asks: bool) -> None:
    assert is_question(text) is asks


def test_the_floor_in_sliding_windows() -> None:
    found = shared([turn("A", 0, 150), turn("B", 150, 300)], [], 300)
    assert (found.share, found.window, found.step) == ({"A": 0.5, "B": 0.5}, 150, 30)
    assert len(found.windows) == 6
    assert (found.windows[0], found.windows[5]) == ({"A": 1.0}, {"B": 1.0})
    assert found.windows[2] == {"A": 0.6, "B": 0.4}
    assert found.longest == (turn("A", 0, 150), turn("B", 150, 300))


def test_three_answers_of_one_word_are_a_brief_stretch_and_listening_is_none() -> None:
    words, turns = [], []
    for k, answer in enumerate(["Fine.", "No.", "Fine.", "Because I was not at home then."]):
        turns += [turn("A", 10 * k, 10 * k + 5), turn("B", 10 * k + 6, 10 * k + 8)]
        words += said("B", 10 * k + 6, *answer.split(), each=0.3)
    assert shared(turns, words, 40).brief == (turn("B", 6, 28),)
    listening = [turn("A", 0, 40), *(turn("B", at, at + 0.5) for at in (5, 15, 25))]
    heard = [word for at in (5, 15, 25) for word in said("B", at, "mm-hm")]
    assert shared(listening, heard, 40).brief == ()


def test_the_rise_is_that_of_whoever_goes_on() -> None:
    asked = []

    def rise(speaker: str, start: float, end: float) -> tuple[float, float]:
        asked.append((speaker, start, end))
        return 5.0, 1.0

    (terminal,) = overlaps([turn("A", 0, 4), turn("B", 3.7, 8)], (), (), rise)
    (kept,) = overlaps([turn("A", 0, 8), turn("B", 3, 5)], said("B", 3, "but", "you", "never", "did"), (), rise)
    assert asked == [("B", 4, 5), ("A", 5, 6)]
    assert (terminal.kind, terminal.level_rise_db, terminal.confidence) == ("terminal", 5.0, 0.6)
    assert (kept.kind, kept.holder, kept.confidence) == ("competitive", "kept", 0.9)
