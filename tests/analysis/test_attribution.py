"""Words to speakers, one by one; and words to utterances."""

from __future__ import annotations

import pytest

from analysis.session import Turn, Word
from analysis.speech.attribution import attribute, heard_only, utterances


def turns(text: str) -> list[Turn]:
    """ "S1 0-3, S2 3-5" -> turns."""
    made = []
    for part in text.split(","):
        speaker, span = part.split()
        start, end = map(float, span.split("-"))
        made.append(Turn(speaker=speaker, start=start, end=end))
    return made


def words(text: str, start: float = 0.0, each: float = 0.4, gap: float = 0.1) -> list[Word]:
    """Words one after the other."""
    made = []
    for word in text.split():
        made.append(Word(text=word, start=round(start, 2), end=round(start + each, 2)))
        start += each + gap
    return made


def speakers(found) -> list[str | None]:
    return [word.speaker for word in found]


def test_each_word_goes_to_the_turn_it_lies_in() -> None:
    found = attribute(words("where were you on Friday at the office"), turns("S1 0-2.45, S2 2.45-4"))
    assert speakers(found) == ["S1"] * 5 + ["S2"] * 3


def test_an_utterance_is_not_given_away_as_a_whole() -> None:
    """The plain recipe gives a segment to whoever talks most in it; the short answer at its end is lost."""
    segment = words("did you see her again after that no")
    found = attribute(segment, turns("S1 0-3.45, S2 3.45-4"))
    assert speakers(found)[-1] == "S2"
    assert set(speakers(found)[:-1]) == {"S1"}


def test_under_two_voices_a_word_stays_with_its_sentence() -> None:
    found = attribute(words("I was going to tell you"), turns("S1 0-3, S2 1.5-2.5"))
    assert set(speakers(found)) == {"S1"}


def test_a_sentence_end_breaks_the_tie_to_the_neighbors() -> None:
    said = [
        Word(text="done.", start=0.0, end=0.5),
        Word(text="What?", start=0.6, end=0.9),
        Word(text="Nothing", start=1.0, end=1.4),
    ]
    found = attribute(said, turns("S1 0-0.95, S2 0.55-2"))
    assert speakers(found)[::2] == ["S1", "S2"]


def test_a_sentence_that_lies_wholly_under_two_voices_is_given_to_nobody() -> None:
    """No speaker is better than the wrong one; the words themselves are not in doubt."""
    said = [*words("I was tired."), *words("Stop it.", 1.6), *words("No more.", 2.7)]
    found = attribute(said, turns("S1 0-2.6, S2 1.5-4"))
    assert speakers(found) == ["S1", "S1", "S1", None, None, "S2", "S2"]
    assert all(word.supported for word in found)


def test_between_two_sure_words_of_two_people_nobody_can_be_told() -> None:
    found = attribute(words("so because I worked late"), turns("S1 0-1.3, S2 0.55-3"))
    assert speakers(found) == ["S1", None, "S2", "S2", "S2"]


def test_one_endless_turn_slows_nothing_down_and_hides_nobody() -> None:
    found = attribute(words("yes", 500), turns("S1 0-900, S2 100-101"))
    assert speakers(found) == ["S1"]


def test_a_word_near_a_turn_belongs_to_it_and_one_far_from_all_to_nobody() -> None:
    near, far = attribute(
        [Word(text="yes", start=3.2, end=3.5), Word(text="Thanks", start=9.0, end=9.4)], turns("S1 0-3, S2 20-21")
    )
    assert (near.speaker, near.supported) == ("S1", True)
    assert (far.speaker, far.supported) == (None, False)


def test_no_turns_at_all_mean_that_nobody_was_heard() -> None:
    assert [word.supported for word in attribute(words("thank you for watching"), [])] == [False] * 4


def test_utterances_end_at_a_second_of_silence() -> None:
    said = [Word(text=w.text, start=w.start, end=w.end, speaker="S1") for w in words("I know") + words("I am sorry", 3)]
    ordered, found = utterances(said)
    assert [u.text for u in found] == ["I know", "I am sorry"]
    assert [ordered[slice(*u.words)][0].text for u in found] == ["I", "I"]


def test_a_backchannel_does_not_cut_the_others_utterance() -> None:
    said = [Word(text=w.text, start=w.start, end=w.end, speaker="S1") for w in words("it was in March and then")]
    said.insert(3, Word(text="mm-hm", start=1.2, end=1.4, speaker="S2"))
    ordered, found = utterances(said)
    assert [(u.speaker, u.text) for u in found] == [("S1", "it was in March and then"), ("S2", "mm-hm")]
    assert [w.text for w in ordered[slice(*found[1].words)]] == ["mm-hm"]


def test_a_real_answer_in_between_does() -> None:
    mine = [Word(text=w.text, start=w.start, end=w.end, speaker="S1") for w in words("were you there")]
    yours = [Word(text=w.text, start=w.start, end=w.end, speaker="S2") for w in words("no I was not", 1.5, 0.15, 0.02)]
    more = [Word(text="really", start=2.2, end=2.6, speaker="S1")]
    assert [u.speaker for u in utterances(mine + yours + more)[1]] == ["S1", "S2", "S1"]


def test_a_language_without_spaces_is_written_without() -> None:
    said = [Word(text="你", start=0, end=0.2, speaker="S1"), Word(text="好", start=0.2, end=0.4, speaker="S1")]
    assert utterances(said, "zh")[1][0].text == "你好"


@pytest.mark.parametrize("count", [0, 1])
def test_few_words(count: int) -> None:
    assert len(utterances(words("yes")[:count])[1]) == count


def test_no_word_reaches_into_a_stretch_without_sound() -> None:
    words = [Word(text=t, start=a, end=b, speaker="S1") for t, a, b in [("I", 0, 1), ("was", 1.5, 8), ("in", 5, 6)]]
    kept = heard_only(words, [(2, 7.8)])
    assert [(w.start, w.end, w.supported) for w in kept] == [(0, 1, True), (1.5, 2, True), (5, 6, False)]
    assert heard_only(words, ()) == tuple(words)


def test_an_utterance_ends_where_the_sound_does() -> None:
    words = [Word(text=t, start=a, end=b, speaker="S1") for t, a, b in [("so", 0, 1), ("there", 1.6, 2)]]
    assert [u.text for u in utterances(words)[1]] == ["so there"]
    assert [u.text for u in utterances(words, unheard=[(1.1, 1.5)])[1]] == ["so", "there"]
    assert [u.text for u in utterances(words, unheard=[(2, 9)])[1]] == ["so there"]
