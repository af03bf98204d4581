"""The example conversation: its script, its sound and its truth say the same."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
import soundfile

EXAMPLES = Path(__file__).parents[2] / "examples"
FLAC = EXAMPLES / "kitchen-table.flac"
CODEBOOK = {
    "criticism",
    "contempt",
    "minimizing",
    "deflecting",
    "denying",
    "rushing",
    "withdrawing",
    "threat",
    "complaint",
    "asking",
    "feeling",
    "accountability",
    "apology",
    "transparency",
    "patience",
    "validation",
    "curiosity",
    "repair",
    "affection",
    "commitment",
}
DEFENSIVENESS = {"minimizing", "deflecting", "denying", "rushing"}


@pytest.fixture(scope="module")
def script() -> list[dict]:
    return tomllib.loads((EXAMPLES / "kitchen-table.toml").read_text(encoding="utf-8"))["line"]


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((EXAMPLES / "kitchen-table.truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    samples, rate = soundfile.read(FLAC)
    assert rate == 16_000
    assert samples.ndim == 1
    return samples


def level(sound: np.ndarray, start: float, end: float) -> float:
    """dB re full scale, RMS."""
    return 10 * float(np.log10(np.mean(sound[int(start * 16_000) : int(end * 16_000)] ** 2)))


def alone(truth: dict, turn: dict) -> tuple[float, float]:
    """The longest part of a turn in which nobody else speaks."""
    cuts = [turn["start"], turn["end"]]
    for overlap in truth["overlaps"]:
        cuts += [t for t in (overlap["start"], overlap["end"]) if turn["start"] < t < turn["end"]]
    spans = list(zip(sorted(cuts), sorted(cuts)[1:], strict=False))
    free = [s for s in spans if not any(o["start"] < s[1] and s[0] < o["end"] for o in truth["overlaps"])]
    return max(free, key=lambda span: span[1] - span[0])


def test_file_is_small_and_as_long_as_the_truth_says(truth: dict, sound: np.ndarray) -> None:
    assert FLAC.stat().st_size < 3_500_000
    assert len(sound) / 16_000 == pytest.approx(truth["audio"]["duration"], abs=1e-3)
    assert 120 <= truth["audio"]["duration"] <= 180
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(-3, abs=0.5)


def test_turns_are_the_script(script: list[dict], truth: dict) -> None:
    said = {turn["id"]: turn for turn in truth["turns"]}
    assert sorted(said) == [line["id"] for line in script]
    for line in script:
        turn = said[line["id"]]
        assert (turn["speaker"], turn["text"]) == (line["speaker"], line["text"])
        assert turn["tags"] == line.get("tags", [])
        assert turn["raised"] == (line.get("delivery", "calm") == "raised")
        assert (turn["interrupted_by"] is not None) == ("unsaid" in line)
    assert {turn["speaker"] for turn in truth["turns"]} == set(truth["speakers"]) == {"Maya", "Jonas"}


def test_turns_lie_inside_and_hold_sound(truth: dict, sound: np.ndarray) -> None:
    starts = [turn["start"] for turn in truth["turns"]]
    assert starts == sorted(starts)
    for turn in truth["turns"]:
        assert 0 <= turn["start"] < turn["end"] <= truth["audio"]["duration"]
        assert level(sound, turn["start"], turn["end"]) > -45


def test_words_are_the_turns(truth: dict) -> None:
    for turn in truth["turns"]:
        words = [word for word in truth["words"] if word["turn"] == turn["id"]]
        assert " ".join(word["text"] for word in words) == turn["text"]
        assert {word["speaker"] for word in words} == {turn["speaker"]}
        times = [t for word in words for t in (word["start"], word["end"])]
        assert times == sorted(times)
        assert turn["start"] - 1e-3 <= times[0] and times[-1] <= turn["end"] + 1e-3
    assert sum(word["exact"] for word in truth["words"]) / len(truth["words"]) > 0.95


def test_overlaps_are_where_two_turns_overlap(truth: dict) -> None:
    found = []
    for k, a in enumerate(truth["turns"]):
        for b in truth["turns"][k + 1 :]:
            if b["start"] < a["end"]:
                assert a["speaker"] != b["speaker"]
                found.append((b["start"], min(a["end"], b["end"]), b["id"], a["id"]))
    assert found == [(o["start"], o["end"], o["by"], o["over"]) for o in truth["overlaps"]]
    turns = {turn["id"]: turn for turn in truth["turns"]}
    for overlap in truth["overlaps"]:
        by, over = turns[overlap["by"]], turns[overlap["over"]]
        if overlap["kind"] == "interruption":
            assert 0.5 <= overlap["end"] - overlap["start"] <= 1.5
            assert over["interrupted_by"] == by["id"]
            assert overlap["end"] == over["end"] < by["end"]
            assert not re.search(r"[.!?]$", over["text"])
        else:
            assert by["backchannel"] and by["end"] < over["end"]
    kinds = [overlap["kind"] for overlap in truth["overlaps"]]
    assert kinds.count("interruption") >= 3
    assert kinds.count("backchannel") == 1


def test_raised_stretch_is_louder_and_calm_is_on_both_sides(truth: dict, sound: np.ndarray) -> None:
    raised = truth["raised"]
    assert 15 <= raised["end"] - raised["start"] <= 25
    assert raised["start"] >= 45
    assert truth["audio"]["duration"] - raised["end"] >= 45
    for turn in truth["turns"]:
        assert turn["raised"] == (raised["start"] <= turn["start"] < raised["end"])
    for speaker in truth["speakers"]:
        own = [t for t in truth["turns"] if t["speaker"] == speaker and not t["backchannel"]]
        calm = [level(sound, *alone(truth, t)) for t in own if not t["raised"]]
        loud = [level(sound, *alone(truth, t)) for t in own if t["raised"]]
        assert len(loud) >= 2
        assert min(loud) >= max(calm) + 6
        assert 8 <= np.median(loud) - np.median(calm) <= 12


def test_pauses_are_silent_but_no_digital_zero(truth: dict, sound: np.ndarray) -> None:
    for pause in truth["pauses"]:
        assert -70 < level(sound, pause["start"] + 0.05, pause["end"] - 0.05) < -60
    longest = max(truth["pauses"], key=lambda p: p["end"] - p["start"])
    assert 2.5 <= longest["end"] - longest["start"] <= 4
    assert longest["start"] == truth["raised"]["end"]


def test_what_the_words_do(truth: dict) -> None:
    turns = truth["turns"]
    labels = [label for turn in turns for label in turn["tags"]]
    assert set(labels) <= CODEBOOK
    assert set(labels) >= CODEBOOK - {"threat"}
    assert set(labels) >= DEFENSIVENESS
    assert sum(not turn["tags"] for turn in turns) >= 8
    harsh = [t["start"] for t in turns if set(t["tags"]) & (DEFENSIVENESS | {"criticism", "contempt"})]
    repair = next(t["start"] for t in turns if "repair" in t["tags"])
    assert max(harsh) < repair, "after the repair nobody turns against the other"
    assert next(t["start"] for t in reversed(turns) if t["tags"]) == max(
        t["start"] for t in turns if "commitment" in t["tags"]
    )
