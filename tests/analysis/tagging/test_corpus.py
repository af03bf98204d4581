"""No line of the material to measure on stands in what the classifier learns from."""

from __future__ import annotations

import pytest

from analysis.tagging.corpus import read_dialogues
from benchmarks.tagging import NATURAL, runs

TEXT = "so I told her that we would never go there again, not once"


def test_runs_of_words_find_what_was_copied_and_only_that() -> None:
    assert runs(TEXT) & runs("Well, SO I told her that we would never go -- there.")
    assert not runs(TEXT) & runs("I told her we would never go there")
    assert runs("I don't want you there") == {("i", "don't", "want", "you", "there")}
    assert runs("I know that") == set()


@pytest.mark.skipif(not NATURAL.is_file(), reason="the material to measure on is not here")
def test_no_line_of_ours_is_theirs() -> None:
    theirs = {run for dialogue in read_dialogues([NATURAL]) for line in dialogue.lines for run in runs(line.text)}
    ours = [line.text for dialogue in read_dialogues() for line in dialogue.lines]
    assert len(theirs) > 3000
    assert [text for text in ours if runs(text) & theirs] == []
