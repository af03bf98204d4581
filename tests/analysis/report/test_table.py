"""The table: the csv module reads it back, and no spreadsheet runs what people said."""

from __future__ import annotations

from csv import DictReader

from msgspec.structs import replace

from analysis.report.plain import one_line
from analysis.report.table import COLUMNS, csv
from analysis.session import Prosody, Session
from tests.analysis.report.made import HOSTILE, everything, hostile, long, spoken


def read(session: Session) -> list[dict[str, str]]:
    # Lines by "\r\n" alone, as RFC 4180 has them: no other line break may be in the file.
    return list(DictReader(csv(session).split("\r\n"), strict=True))


def test_a_row_holds_what_is_known_of_a_line() -> None:
    first, second, third = read(everything())
    assert first == {
        "id": "u1", "start": "1.000", "end": "3.000", "speaker": "Maya", "text": "You always hide.",
        "unsupported": "0.00", "tags": "criticism,feeling", "confidences": "0.80,0.90", "loudness_db": "6.2",
        "pitch_st": "-1.2", "pace_syl_s": "4.6", "arousal": "0.40", "topic": "trust",
    }  # fmt: skip
    assert second["loudness_db"] == second["tags"] == second["confidences"] == ""
    assert (third["speaker"], third["text"], third["unsupported"]) == ("someone", "", "1.00")
    assert third["topic"] == "the evening"


def test_nothing_is_below_zero_that_rounds_to_it() -> None:
    session = spoken(("S1", 0, 1, "hello"))
    line = replace(session.utterances[0], prosody=Prosody(arousal=-0.001, pitch_st=-0.04))
    (row,) = read(replace(session, utterances=(line,)))
    assert (row["arousal"], row["pitch_st"]) == ("0.00", "0.0")


def test_no_cell_is_a_formula_and_every_text_comes_back() -> None:
    session = hostile()
    rows = read(session)
    assert len(rows) == len(session.utterances)
    for row in rows:
        assert not any(row[column].startswith(tuple("=+-@\t\r\n＝＋－＠")) for column in ("speaker", "text", "topic"))
    assert [row["text"].removeprefix("'") for row in rows if row["speaker"] == "someone"] == [
        one_line(text) for text in HOSTILE
    ]


def test_words_of_languages_without_spaces_stand_together() -> None:
    assert read(spoken(("S1", 0, 1, ["你", "好"]), language="zh"))[0]["text"] == "你好"


def test_a_line_without_words_does_not_know_their_share() -> None:
    assert read(spoken(("S1", 0, 1, ())))[0]["unsupported"] == ""


def test_sessions_without_lines_have_the_header_alone() -> None:
    assert csv(Session(id="a", recorded_at="")) == ",".join(COLUMNS) + "\r\n"


def test_two_hours_are_written_at_once() -> None:
    assert len(read(long())) == 3000
