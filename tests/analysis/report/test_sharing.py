"""Private notes leave by no way, and every format can be chosen by its suffix."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.report import SUFFIXES, export, shareable
from cli.shared import Settings, deliver
from recorder.errors import LensError
from tests.analysis.report.made import PRIVATE, everything, hostile


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_export_has_a_private_note(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"talk{suffix}"
    export(everything(), target)
    text = target.read_text(encoding="utf-8")
    assert PRIVATE not in text
    assert suffix not in (".json", ".TextGrid") or "the letter" in text


@pytest.mark.parametrize("json", [True, False])
def test_what_is_printed_has_no_private_note(json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(everything(), Settings(library=None, json=json, quiet=True), None)
    printed = capsys.readouterr().out
    assert PRIVATE not in printed
    assert not json or "the letter" in printed


def test_the_library_keeps_them() -> None:
    session = everything()
    assert [note.text for note in session.written] == ["the letter", PRIVATE]
    assert [note.text for note in shareable(session).written] == ["the letter"]
    assert shareable(session).utterances == session.utterances


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_suffix_counts_in_any_case_and_hostile_talks_can_be_written(suffix: str, tmp_path: Path) -> None:
    for spelled in (suffix, suffix.lower(), suffix.upper()):
        target = tmp_path / f"talk{spelled}"
        export(hostile(), target)
        assert target.stat().st_size


def test_an_unknown_suffix_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(LensError, match=r"\.json, \.html, \.md, \.srt, \.vtt, \.TextGrid, \.rttm, \.csv"):
        export(everything(), tmp_path / "talk.docx")
