"""Rules and reader together: evidence and reach, and no harsh tag where they disagree."""

from __future__ import annotations

from msgspec.structs import replace

from analysis.session import Reading, Review
from analysis.tagging import tag_utterances
from tests.support.talks import read_as, talk

CONTEMPT = ("B", "You're pathetic.")


def labels(utterances, words, readings=None, reviews=()) -> list[set[str]]:
    return [{tag.label for tag in u.live_tags} for u in tag_utterances(utterances, words, readings, reviews)]


def test_a_reader_finds_what_no_rule_knows_and_points_to_its_words() -> None:
    utterances, words = talk(("A", "Where were you?"), ("B", "Well, the kettle, the rain, it all sank."))
    assert labels(utterances, words)[1] == set()
    readings = read_as(utterances, words, {1: {"transparency": 0.8}}, {1: {"transparency": (3, 7)}})
    (tag,) = tag_utterances(utterances, words, readings)[1].tags
    assert (tag.label, tag.confidence, tag.because) == ("transparency", 0.8, "classifier")
    assert tag.evidence.words == "the rain, it all"
    assert tag.evidence.start == words[6].start
    assert tag.evidence.end == words[9].end


def test_a_reader_that_is_not_sure_enough_abstains() -> None:
    utterances, words = talk(("B", "Well, the kettle sank."))
    assert labels(utterances, words, read_as(utterances, words, {0: {"transparency": 0.49}})) == [set()]


def test_a_rule_stands_whatever_the_reader_thinks_unless_it_is_harsh() -> None:
    utterances, words = talk(("B", "I'm sorry that I lied to you."))
    assert "apology" in labels(utterances, words)[0]
    doubtful = read_as(utterances, words, {0: {"apology": 0.0, "accountability": 0.0}})
    assert labels(utterances, words, doubtful) == labels(utterances, words)


def test_where_they_disagree_on_a_harsh_tag_there_is_none() -> None:
    utterances, words = talk(CONTEMPT)
    assert labels(utterances, words) == [{"contempt"}]
    assert labels(utterances, words, read_as(utterances, words, {0: {"contempt": 0.2}})) == [set()]
    assert labels(utterances, words, read_as(utterances, words, {0: {"contempt": 0.3}})) == [{"contempt"}]
    healing, words = talk(("B", "I'm sorry that I lied to you."))
    readings = read_as(healing, words, {0: {"apology": 0.9, "contempt": 0.9}})
    assert labels(healing, words, readings) == [{"apology", "accountability"}]


def test_a_line_in_another_language_gets_no_tag_by_a_rule_either() -> None:
    utterances, words = talk(("B", "Es ist vorbei, whatever, I'm sorry."))
    assert labels(utterances, words) != [set()]
    readings = read_as(utterances, words, {0: {}})
    assert labels(utterances, words, replace(readings, of={k: Reading(language="de") for k in readings.of})) == [set()]


def test_a_line_that_was_not_read_is_left_to_the_rules() -> None:
    utterances, words = talk(CONTEMPT)
    nothing = replace(read_as(utterances, words, {}), of={})
    assert labels(utterances, words, nothing) == [{"contempt"}]


def test_readings_outlive_new_names_and_times_but_not_other_words() -> None:
    utterances, words = talk(("A", "Where were you?"), ("B", "At the lake house."))
    readings = read_as(utterances, words, {1: {"transparency": 0.8}})
    renamed, words = talk(("Ann", "Where were you?"), ("Ben", "At the lake house."))
    assert labels(renamed, words, readings)[1] == {"transparency"}
    corrected, words = talk(("A", "Where were you?"), ("B", "At the late house."))
    assert labels(corrected, words, readings)[1] == set()
    one_voice, words = talk(("A", "Where were you?"), ("A", "At the lake house."))
    assert labels(one_voice, words, readings)[1] == set()


def test_what_a_person_said_is_final() -> None:
    utterances, words = talk(CONTEMPT, ("A", "Right."))
    sure = read_as(utterances, words, {0: {"contempt": 0.99}})
    removed = Review(label="contempt", verdict="removed", start=0, end=0.9)
    assert labels(utterances, words, sure, [removed])[0] == set()
    added = Review(label="complaint", verdict="added", start=1.0, end=1.4)
    assert labels(utterances, words, sure, [added]) == [{"contempt"}, {"complaint"}]


def test_what_a_person_removed_overrules_nothing() -> None:
    utterances, words = talk(("B", "Yes well I was tired and lonely and it is over."))
    both = read_as(utterances, words, {0: {"apology": 0.9, "deflecting": 0.9}})
    assert labels(utterances, words, both) == [{"deflecting"}]
    removed = Review(label="deflecting", verdict="removed", start=utterances[0].start, end=utterances[0].end)
    assert labels(utterances, words, both, [removed]) == [{"apology"}]


def test_a_third_voice_asks_nobody_anything() -> None:
    """The television, a child: what a line does to the other is not told by what they said before it."""
    utterances, words = talk(("S3", "Where were you on Friday?"), ("B", "I don't know."))
    two, aside = (tag_utterances(utterances, words, aside=aside)[1].tags for aside in ((), {"S3"}))
    assert [tag.label for tag in two] == ["withdrawing"]
    assert aside == ()


def test_what_a_person_removed_does_not_sway_the_next_line() -> None:
    utterances, words = talk(("A", "Did you see her again?"), ("B", "I told you on Sunday, no."))
    before = labels(utterances, words)
    removed = Review(label="asking", verdict="removed", start=utterances[0].start, end=utterances[0].end)
    after = labels(utterances, words, None, [removed])
    assert before[0] == {"asking"}
    assert after[0] == set()
