"""The second witness: what each moment sounds like."""

from __future__ import annotations

import numpy as np

from analysis.audio import SAMPLE_RATE, Window
from analysis.session import Turn, Word
from analysis.speech.attribution import agree, attribute
from analysis.speech.likeness import HOP, LENGTH, Likeness, compare, pieces

MAYA, JONAS = np.array([1.0, 0.1, 0.0]), np.array([0.1, 1.0, 0.0])


def window(index: int, offset: float, seconds: float, ahead: float) -> Window:
    sound = np.zeros(round((seconds + ahead) * SAMPLE_RATE), np.float32)
    cut = round(seconds * SAMPLE_RATE)
    return Window(index, round(offset * SAMPLE_RATE), sound[:cut], sound[cut:])


def test_pieces_lie_on_one_grid_over_all_windows() -> None:
    first, _ = pieces(window(0, 0, 20.1, 10))
    second, sound = pieces(window(1, 20.1, 16.0, 0))
    hop = round(HOP * SAMPLE_RATE)
    assert np.diff([*first, *second]).tolist() == [hop] * (len(first) + len(second) - 1)
    assert sound.shape == (len(second), round(LENGTH * SAMPLE_RATE))
    assert second[-1] / SAMPLE_RATE + LENGTH <= 36.1


def test_a_window_shorter_than_a_piece_has_none() -> None:
    starts, sound = pieces(window(0, 0, 1.0, 0))
    assert starts == [] and len(sound) == 0


def turns(*spans: tuple[str, float, float]) -> list[Turn]:
    return [Turn(speaker=speaker, start=start, end=end) for speaker, start, end in spans]


def sounds_like(seconds: float, change: float) -> tuple[list[float], np.ndarray]:
    """Maya until `change`, then Jonas."""
    starts = np.arange(0, seconds - LENGTH, HOP)
    return list(starts), np.stack([MAYA if start + LENGTH / 2 < change else JONAS for start in starts])


def test_moments_sound_like_the_voices_of_the_turns() -> None:
    starts, embeddings = sounds_like(20, 10)
    likeness = compare(starts, embeddings, turns(("S1", 0, 10), ("S2", 10, 20)))
    assert likeness is not None and likeness.speakers == ("S1", "S2")
    assert likeness.at(3.0)[0] > 0.9 > 0.5 > likeness.at(3.0)[1]
    assert likeness.at(17.0)[1] > 0.9
    assert not likeness.at(500.0).any()


def test_one_voice_has_nothing_to_be_compared_with() -> None:
    starts, embeddings = sounds_like(20, 10)
    assert compare(starts, embeddings, turns(("S1", 0, 20))) is None
    assert compare([], np.zeros((0, 3)), turns(("S1", 0, 1), ("S2", 1, 2))) is None


def said(text: str, start: float) -> list[Word]:
    return [Word(text=t, start=start + 0.4 * k, end=start + 0.4 * k + 0.35) for k, t in enumerate(text.split())]


def test_a_sentence_that_diarization_began_in_the_wrong_voice_is_given_back() -> None:
    """The real case: the first words of an answer lie in the turn of the one who asked."""
    words = [*said("why did you cancel it?", 6.0), *said("I noticed that you were tired.", 10.1)]
    heard = turns(("S1", 0, 10), ("S1", 10.1, 10.9), ("S2", 10.9, 20))
    starts, embeddings = sounds_like(20, 10)
    likeness = compare(starts, embeddings, heard)
    alone = [word.speaker for word in attribute(words, heard)]
    both = attribute(words, heard, likeness)
    assert alone[5:7] == ["S1", "S1"]
    assert [word.speaker for word in both] == ["S1"] * 5 + ["S2"] * 6
    mended = agree(heard, both)
    assert sum(turn.duration for turn in mended if turn.speaker == "S2" and turn.start < 10.9) > 0.7


def test_turns_that_agree_with_the_words_stay_as_they_are() -> None:
    heard = turns(("S1", 0, 3), ("S2", 2.5, 6))
    words = attribute([*said("are you coming", 0.2), *said("not yet", 4.0)], heard)
    assert list(agree(heard, words)) == heard


def test_a_word_over_which_both_talk_takes_no_turn_from_anybody() -> None:
    heard = turns(("S1", 0, 6), ("S2", 2, 4))
    words = [Word(text="yes", start=2.5, end=2.9, speaker="S2"), Word(text="so", start=1, end=1.4, speaker="S1")]
    assert list(agree(heard, words)) == heard


def test_what_sounds_like_both_is_given_to_nobody() -> None:
    heard = turns(("S1", 0, 4), ("S2", 0, 4))
    likeness = Likeness(("S1", "S2"), np.array([1.0, 2.0]), np.array([[0.6, 0.6], [0.6, 0.6]]))
    assert [word.speaker for word in attribute(said("well then", 1.0), heard, likeness)] == [None, None]
