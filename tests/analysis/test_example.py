"""The example conversation, analyzed by the real chain, against its exact truth.

It was written by us and spoken by clear synthetic voices: this shows that the chain works, not how well it does in a
kitchen. For that there are benchmarks.
"""

from __future__ import annotations

import difflib
import re

import pytest

from analysis.session import Session

pytestmark = pytest.mark.slow


def plain(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", "", text.lower().replace("8", "eight").replace("6", "six")).split()


def test_the_words_are_the_ones_that_were_said_and_each_has_its_speaker(kitchen: Session, truth: dict) -> None:
    said = [(turn["speaker"], word) for turn in truth["turns"] for word in plain(turn["text"])]
    heard = [(kitchen.name(w.speaker), p) for w in kitchen.words for p in plain(w.text)]
    matcher = difflib.SequenceMatcher(None, [w for _, w in said], [w for _, w in heard], autojunk=False)
    pairs = [(said[i + k][0], heard[j + k][0]) for i, j, n in matcher.get_matching_blocks() for k in range(n)]
    assert len(pairs) / len(said) >= 0.93
    assert sum(a == b for a, b in pairs) / len(pairs) >= 0.95


def test_names_go_to_the_voices_in_the_order_in_which_they_first_speak(kitchen: Session) -> None:
    assert [p.name for p in kitchen.participants] == ["Maya", "Jonas"]
    assert kitchen.name(kitchen.utterances[0].speaker) == "Maya"


def test_the_raised_stretch_is_found_in_both_voices(kitchen: Session, truth: dict) -> None:
    start, end = truth["raised"]["start"], truth["raised"]["end"]
    for person in ("S1", "S2"):
        own = [u for u in kitchen.utterances if u.speaker == person and u.prosody.loudness_db is not None]
        raised = [u.prosody for u in own if start - 1 <= u.start < end and u.end <= end + 1]
        calm = [u.prosody for u in own if u.end < start or u.start > end]
        assert min(p.arousal for p in raised) > max(p.arousal for p in calm)
        assert sum(p.loudness_db for p in raised) / len(raised) >= 6
        assert sum(p.pitch_st for p in raised) / len(raised) >= 2.5
        assert all(abs(p.loudness_db) < 5 for p in calm)
    (episode,) = kitchen.episodes
    assert start - 3 <= episode.peak <= end
    assert abs(episode.start - start) <= 5
    assert abs(episode.end - end) <= 6


def test_what_cooled_it_is_the_repair(kitchen: Session) -> None:
    cooled = kitchen.utterance(kitchen.episodes[0].what_cooled_it)
    assert "slow down" in cooled.text
    assert "repair" in {tag.label for tag in cooled.tags}


def test_the_interruptions_are_found_with_who_yielded(kitchen: Session, truth: dict) -> None:
    turns = {turn["id"]: turn for turn in truth["turns"]}
    for real in (overlap for overlap in truth["overlaps"] if overlap["kind"] == "interruption"):
        near = [o for o in kitchen.overlaps if abs(o.start - real["start"]) < 0.3]
        assert [o.kind for o in near] == ["competitive"]
        assert kitchen.name(near[0].by) == turns[real["by"]]["speaker"]
        assert kitchen.name(near[0].yielded_by) == turns[real["over"]]["speaker"]
        assert near[0].yielding_latency == pytest.approx(real["end"] - real["start"], abs=0.3)


def test_the_backchannel_is_not_a_contest(kitchen: Session, truth: dict) -> None:
    (real,) = [overlap for overlap in truth["overlaps"] if overlap["kind"] == "backchannel"]
    assert [o.kind for o in kitchen.overlaps if abs(o.start - real["start"]) < 0.3] in (["continuer"], ["unclear"])


def test_the_long_silence_is_found(kitchen: Session, truth: dict) -> None:
    real = max(truth["pauses"], key=lambda pause: pause["end"] - pause["start"])
    found = max(kitchen.pauses, key=lambda pause: pause.duration)
    assert found.start == pytest.approx(real["start"], abs=0.3)
    assert found.duration == pytest.approx(real["end"] - real["start"], abs=0.4)


def test_talk_share_is_the_true_one(kitchen: Session, truth: dict) -> None:
    from analysis.interaction import talk_share

    real = {"Maya": 0.0, "Jonas": 0.0}
    for turn in truth["turns"]:
        real[turn["speaker"]] += turn["end"] - turn["start"]
    found = talk_share(kitchen.turns)["S1"]
    assert found == pytest.approx(real["Maya"] / sum(real.values()), abs=0.04)


def test_the_plain_cases_are_tagged_and_plain_lines_are_not(kitchen: Session) -> None:
    tags = {tag.label for u in kitchen.utterances for tag in u.tags}
    assert {"minimizing", "deflecting", "denying", "rushing", "withdrawing", "repair", "accountability"} <= tags
    assert not any(u.tags for u in kitchen.utterances if u.text.startswith(("Is the kettle", "Do you want some more")))
    for u in kitchen.utterances:
        spoken = " ".join(w.text for w in kitchen.words[slice(*u.words)] if w.supported)
        for tag in u.tags:
            assert tag.evidence.words in spoken
            assert u.start <= tag.evidence.start < tag.evidence.end <= u.end
            assert tag.because == "classifier" or tag.because.startswith(tag.label)


def test_everything_says_what_made_it(kitchen: Session) -> None:
    assert kitchen.audio.duration == pytest.approx(kitchen.frames.step * len(kitchen.frames.level_db), abs=0.1)
    assert kitchen.consent.state == "not recorded here"
    tasks = {model.task for model in kitchen.provenance.models}
    assert tasks == {"transcription", "segmentation", "embedding", "tagging", "topics"}
    assert all(len(model.sha256) == 64 for model in kitchen.provenance.models)
    assert kitchen.provenance.libraries["pyannote.audio"].startswith("4.")
