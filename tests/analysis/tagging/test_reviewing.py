"""A person's word on a tag stays theirs, through every new cut of the sound; what is learned of it is little."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analysis.pipeline import measure
from analysis.reading import adjusted
from analysis.session import Readings, Review, Session, Utterance, decode, encode
from analysis.tagging import learned, reviewed
from analysis.tagging.reviewing import placed
from analysis.tagging.training import NEVER
from tests.support.talks import read_as, talk


def session() -> Session:
    _, words = talk(("S1", "Did you see her again?"), ("S2", "You're pathetic. You always do this."))
    found = measure(Session(id="t", recorded_at="2026-01-01", language="en", words=words))
    readings = read_as(found.utterances, found.words, {0: {"asking": 0.9}, 1: {"contempt": 0.8, "criticism": 0.7}})
    return measure(replace(found, readings=readings))


def labels(found: Session) -> list[list[str]]:
    return [[tag.label for tag in utterance.live_tags] for utterance in found.utterances]


def test_a_removed_tag_counts_nowhere_and_an_undo_brings_it_back() -> None:
    before = session()
    id = before.utterances[1].id
    after = measure(reviewed(before, id, "contempt", "removed"))
    assert labels(before)[1] == ["criticism", "contempt"]
    assert labels(after)[1] == ["criticism"]
    (tag,) = (tag for tag in after.utterances[1].tags if tag.label == "contempt")
    assert tag.reviewed == "removed"
    assert after.escalation != before.escalation
    assert measure(reviewed(after, id, "contempt", None)) == before


def test_a_tag_can_be_added_and_is_marked_as_a_persons() -> None:
    before = session()
    after = measure(reviewed(before, before.utterances[1].id, "complaint", "added"))
    (tag,) = (tag for tag in after.utterances[1].tags if tag.label == "complaint")
    assert (tag.because, tag.reviewed, tag.confidence) == ("person", "added", 1.0)


def test_a_review_is_stored_with_the_session() -> None:
    before = session()
    after = measure(reviewed(before, before.utterances[1].id, "contempt", "removed"))
    assert measure(decode(encode(after))) == after
    assert after.reviews[0].likely == 0.8
    assert after.reviews[0].speaker == "S2"


@pytest.mark.parametrize(
    ("id", "label", "verdict", "says"),
    [
        ("u9", "contempt", "removed", "no utterance 'u9'"),
        (None, "anger", "added", "no tag 'anger': choose one of criticism"),
        (None, "apology", "kept", "has no tag 'apology' \\(it has criticism, contempt\\)"),
        (None, "contempt", None, "nobody said anything"),
    ],
)
def test_what_cannot_be_reviewed_is_said(id: str | None, label: str, verdict: str, says: str) -> None:
    found = session()
    with pytest.raises(ValueError, match=says):
        reviewed(found, id or found.utterances[1].id, label, verdict)


def line(id: str, start: float, end: float) -> Utterance:
    return Utterance(id=id, speaker="S1", start=start, end=end, text="", words=(0, 0))


def test_a_review_goes_with_the_time_when_lines_are_cut_anew() -> None:
    review = Review(label="contempt", verdict="removed", start=10, end=14)
    whole = [line("a", 0, 9), line("b", 9.5, 14.5), line("c", 15, 20)]
    halves = [line("a", 0, 11), line("b", 11, 14), line("c", 14, 20)]
    merged = [line("a", 0, 8), line("b", 8, 30)]
    elsewhere = [line("a", 0, 10.5), line("b", 13.5, 20)]
    assert placed([review], whole) == {"b": (review,)}
    assert placed([review], halves) == {"b": (review,)}
    assert placed([review], merged) == {"b": (review,)}
    assert placed([review], elsewhere) == {}


def test_what_was_said_of_one_never_falls_to_the_other() -> None:
    """A word that was put in while the other went on may be heard elsewhere, or not at all, the next time."""
    review = Review(label="withdrawing", verdict="added", start=10.2, end=10.6, speaker="S2")
    assert placed([review], [line("a", 8, 14)]) == {}
    assert placed([replace(review, speaker="S1")], [line("a", 8, 14)]).keys() == {"a"}


def test_thresholds_move_a_little_and_only_by_enough_reviews() -> None:
    def removed(label: str, count: int) -> list[Review]:
        return [Review(label=label, verdict="removed", start=k, end=k + 1, likely=0.55) for k in range(count)]

    def added(label: str, count: int) -> list[Review]:
        return [Review(label=label, verdict="added", start=k, end=k + 1, likely=0.4) for k in range(count)]

    given = {"rushing": 0.5, "contempt": 0.5}
    assert learned(given, removed("rushing", 4)) == given
    assert learned(given, removed("rushing", 5)) == {"rushing": 0.56, "contempt": 0.5}
    assert learned(given, added("rushing", 6))["rushing"] == 0.4
    assert learned(given, removed("contempt", 5))["contempt"] == 0.56
    # A harsh tag never comes more easily, whatever people add.
    assert learned(given, added("contempt", 20))["contempt"] == 0.5
    # What no reader had an opinion on teaches nothing.
    silent = [Review(label="rushing", verdict="removed", start=k, end=k + 1) for k in range(20)]
    assert learned(given, silent) == given
    # A rule gave what the classifier held unlikely: that it was right says nothing of the threshold.
    kept = [Review(label="rushing", verdict="kept", start=k, end=k + 1, likely=0.3) for k in range(20)]
    assert learned(given, kept) == given


def test_what_was_said_of_another_classifier_moves_nothing() -> None:
    readings = Readings(by="classifier", sha256="new", thresholds={"rushing": 0.5})
    said = [Review(label="rushing", verdict="removed", start=k, end=k + 1, likely=0.55) for k in range(6)]
    assert adjusted(readings, [replace(review, sha256="old") for review in said]) == readings
    assert adjusted(readings, [replace(review, sha256="new") for review in said]).thresholds["rushing"] > 0.5


def test_a_tag_that_is_never_given_is_stored() -> None:
    found = session()
    never = replace(found, readings=replace(found.readings, thresholds={"threat": NEVER}))
    assert decode(encode(never)).readings == never.readings
