"""Windows that are stored are not done again; a failure in a worker reaches the user as what it is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from analysis.workers import Result, Stored, run
from recorder.errors import SoundError, WorkerLost
from tests.support import sounds
from tests.support.stages import Failing, Noting


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A minute and a half: four windows."""
    noise = np.random.default_rng(0).normal(0, 0.05, 90 * 16_000).astype(np.float32)
    return sounds.wav(tmp_path / "talk.wav", noise)


def test_every_window_is_sent_as_it_comes_and_finished_at_the_end(talk: Path, tmp_path: Path) -> None:
    *stored, result = run(talk, [[Noting(tmp_path / "notes")]], {})
    assert all(isinstance(message, Stored) for message in stored)
    assert [message.index for message in stored] == list(range(len(stored)))
    assert stored[0].start == 0 and stored[-1].end == pytest.approx(90)
    assert all(a.end == b.start for a, b in pairwise(stored))
    assert result == Result("noting", [str(k) for k in range(len(stored))])


def test_windows_of_an_earlier_run_are_skipped_and_still_counted(talk: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    *stored, result = run(talk, [[Noting(notes)]], {"noting": {0: b"zero", 1: b"one"}})
    assert notes.read_text().split()[0] == "2"
    assert [message.index for message in stored] == [int(line) for line in notes.read_text().split()]
    assert result.value[:3] == ["zero", "one", "2"]


def test_nothing_left_to_do_is_only_finished(talk: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    done = {index: str(index).encode() for index in range(10)}
    messages = list(run(talk, [[Noting(notes)]], {"noting": done}))
    assert messages == [Result("noting", [str(index) for index in range(10)])]
    assert not notes.exists()


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ("mistake", SoundError, "move nearer"),
        ("bug", RuntimeError, "ZeroDivisionError"),
        ("killed", WorkerLost, "goes on where it stopped"),
    ],
)
def test_a_failure_is_what_it_is(talk: Path, how: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        list(run(talk, [[Failing(how)]], {}))
