"""The curve rises with what it says it rises with, and episodes are where it stayed high."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analysis.escalation import curve as curve_of
from analysis.escalation import episodes
from analysis.session import Arousal, Curve, Evidence, Overlap, Prosody, Tag, Topic, Utterance


def line(number: int, start: float, arousal: float | None = 0.0, *labels: str) -> Utterance:
    """Five seconds of talk."""
    evidence = Evidence(start=start, end=start + 1, words="")
    tags = tuple(Tag(label=label, confidence=0.9, evidence=evidence, because="test") for label in labels)
    prosody = Prosody(arousal=arousal)
    return Utterance(
        id=f"u{number:04}", speaker=f"S{number % 2 + 1}", start=start, end=start + 4.9, text="", words=(0, 0),
        prosody=prosody, tags=tags,
    )  # fmt: skip


def curve(said: list[Utterance], overlaps=(), duration: float = 120, unheard=()) -> Curve:
    """The curve, with each line's arousal in every second of it."""
    of: dict[str, list[float | None]] = {}
    for u in said:
        values = of.setdefault(str(u.speaker), [None] * int(duration))
        values[int(u.start) : int(u.end) + 1] = [u.prosody.arousal] * 5
    return curve_of(said, overlaps, duration, unheard, Arousal(step=1.0, of={k: tuple(v) for k, v in of.items()}))


def calm(seconds: int) -> list[Utterance]:
    return [line(k, 5.0 * k) for k in range(seconds // 5)]


def heated() -> list[Utterance]:
    """Two calm minutes with half a minute of raised, accusing voices from 60 s on, and a repair at 95 s."""
    said = calm(120)
    for k in range(12, 18):
        said[k] = line(k, 5.0 * k, 0.9, "criticism" if k % 2 else "deflecting")
    said[19] = line(19, 95.0, -0.2, "repair")
    return said


def test_a_calm_talk_has_no_episode() -> None:
    found = curve(calm(120), [], 120)
    assert max(found.value) == 0
    assert episodes(found, calm(120)) == ()


def test_an_episode_has_its_trigger_peak_and_what_cooled_it() -> None:
    said = heated()
    (found,) = episodes(curve(said, [], 120), said)
    assert 58 <= found.start <= 66
    assert 65 <= found.peak <= 92
    assert found.trigger in {"u0011", "u0012"}
    assert found.what_cooled_it == "u0019"
    assert found.recovery_s is not None and found.recovery_s < 40


def test_an_episode_that_never_comes_down_has_no_recovery() -> None:
    said = [*calm(60), *(line(k, 5.0 * k, 0.9, "contempt") for k in range(12, 24))]
    (found,) = episodes(curve(said, [], 120), said)
    assert found.recovery_s is None
    assert found.end == 120


def test_the_line_is_the_weighted_sum_of_its_parts() -> None:
    overlap = Overlap(kind="competitive", start=62.0, end=64.0, by="S1", over="S2")
    found = curve(heated(), [overlap], 120)
    parts = zip(found.value, found.voice, found.floor, found.pace, found.words, strict=True)
    assert all(abs(v - (0.5 * a + 0.15 * b + 0.05 * c + 0.3 * d)) < 0.002 for v, a, b, c, d in parts)
    assert max(found.floor) > 0.5


def test_only_a_contest_for_the_floor_counts() -> None:
    backchannel = Overlap(kind="continuer", start=62.0, end=62.5, by="S1", over="S2")
    assert max(curve(calm(120), [backchannel], 120).value) == 0


def test_a_removed_tag_counts_for_nothing() -> None:
    from msgspec.structs import replace

    said = [line(0, 0.0, None, "contempt")]
    removed = [replace(said[0], tags=(replace(said[0].tags[0], reviewed="removed"),))]
    assert max(curve(said, [], 20).words) > 0
    assert max(curve(removed, [], 20).words) == 0


@pytest.mark.parametrize("duration", [0.0, 0.4, 1.0])
def test_hardly_any_talk(duration: float) -> None:
    assert len(curve([], [], duration).value) == 1


def test_where_the_sound_stops_nobody_knows_whether_it_cooled() -> None:
    said = [u for u in heated() if u.start < 80]
    value = curve(said, (), 300, [(80, 200)])
    assert not any(value.value[80:200])
    (found,) = episodes(value, said, [(80, 200)])
    assert found.end <= 80
    assert found.recovery_s is None
    (known,) = episodes(curve(said, (), 300), said)
    assert known.recovery_s is not None


def test_a_drop_out_ends_nothing() -> None:
    said = heated()
    assert episodes(curve(said, (), 120, [(70, 71)]), said, [(70, 71)]) == episodes(curve(said, (), 120), said)


def test_who_speaks_much_faster_than_usual_raises_it() -> None:
    said = [replace(u, prosody=Prosody(arousal=0.0, pace_ratio=1.5 if 60 <= u.start < 80 else 1.0)) for u in calm(120)]
    found = curve(said, [], 120)
    assert found.pace[70] == 1
    assert found.pace[40] == 0
    assert found.value[70] == pytest.approx(0.05)


def test_an_episode_bears_the_topic_in_which_it_rose() -> None:
    said = heated()
    topics = [Topic(id="t1", name="work", start=0, end=50), Topic(id="t2", name="money", start=50, end=120)]
    (found,) = episodes(curve(said, [], 120), said, topics=topics)
    assert found.topic == "money"


def test_flooding_is_possible_only_where_one_voice_stays_very_high() -> None:
    said = heated()
    high = tuple(0.9 if 60 <= k < 90 else 0.0 for k in range(120))
    short = tuple(0.9 if 60 <= k < 70 else 0.0 for k in range(120))
    arousal = Arousal(step=1.0, of={"S1": high, "S2": short})
    (found,) = episodes(curve(said, [], 120), said, arousal=arousal)
    assert found.possible_flooding == ("S1",)
