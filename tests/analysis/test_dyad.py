"""Who raises whom: slopes that were put in are found, with an interval; and nothing is said of too little."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.escalation import dyad
from analysis.prosody import nonverbal
from analysis.session import Episode, Prosody, Utterance, Word


def talk(follows: float, rises: float = 0.0, lines: int = 120) -> list[Utterance]:
    """A's arousal is chance; B goes along with it by `follows`; everybody's pitch rises by `rises` in 10 minutes."""
    rng = np.random.default_rng(5)
    said, last = [], 0.0
    for k in range(lines):
        arousal = rng.normal(0, 0.3) if k % 2 == 0 else follows * last + rng.normal(0, 0.1)
        last = float(np.clip(arousal, -1, 1))
        pitch = rises * k * 5 / 600 + rng.normal(0, 0.5)
        prosody = Prosody(arousal=last, pitch_st=pitch)
        said.append(
            Utterance(
                id=f"u{k}", speaker="AB"[k % 2], start=5.0 * k, end=5.0 * k + 4, text="", words=(0, 0), prosody=prosody
            )
        )
    return said


def episode(recovery: float | None) -> Episode:
    return Episode(start=0, peak=5, end=30, level=0.5, recovery_s=recovery)


def test_who_goes_along_with_whom_is_found_with_its_interval() -> None:
    found = {(r.by, r.to): r.arousal for r in dyad(talk(follows=0.6), ()).reactions}
    follows, leads = found["B", "A"], found["A", "B"]
    assert follows.value == pytest.approx(0.6, abs=0.1)
    assert follows.low < 0.6 < follows.high and follows.certain
    assert leads.low < 0 < leads.high and not leads.certain
    assert follows.n == 59


def test_the_interval_holds_what_is_true_most_of_the_time() -> None:
    inside = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        own = rng.normal(0, 0.3, 120)
        said = [
            Utterance(
                id=f"u{k}", speaker="AB"[k % 2], start=5.0 * k, end=5.0 * k + 4, text="", words=(0, 0),
                prosody=Prosody(arousal=float(np.clip(own[k] + (0.4 * own[k - 1] if k % 2 else 0), -1, 1))),
            )
            for k in range(120)
        ]  # fmt: skip
        (reaction,) = [r for r in dyad(said, ()).reactions if r.by == "B"]
        inside += reaction.arousal.low <= 0.4 <= reaction.arousal.high
    assert inside >= 33


def test_pitch_that_rises_over_the_talk() -> None:
    first, second = dyad(talk(follows=0, rises=3.0), ()).drifts
    for drift in (first, second):
        assert drift.pitch_st.value == pytest.approx(3, abs=0.6) and drift.pitch_st.certain
        assert not drift.arousal.certain


def test_of_too_little_nothing_is_said() -> None:
    few = dyad(talk(follows=0.6, lines=12), [episode(10), episode(20)])
    assert (few.reactions, few.drifts, few.coming_down_s) == ((), (), None)
    assert dyad((), ()).reactions == ()


def test_the_time_to_come_down_has_its_spread() -> None:
    found = dyad((), [episode(20), episode(30), episode(60), episode(None)]).coming_down_s
    assert (found.value, found.n) == (30, 3)
    assert found.low == 20 and found.high == 60


def test_marks_of_laughter_and_sighs_in_the_words() -> None:
    line = Utterance(id="u1", speaker="A", start=0, end=3, text="Where were you?", words=(0, 0))
    words = [
        Word(text="(sighs)", start=4, end=5, speaker="B"),
        Word(text="[laughter]", start=20, end=21, speaker="A"),
        Word(text="[laughter-yes]", start=22, end=23, speaker="B"),
        Word(text="*laughs*", start=40, end=41, speaker="A"),
        Word(text="laughter", start=50, end=51, speaker="A"),
        Word(text="[sigh]", start=60, end=61, speaker="A", supported=False),
    ]
    found = nonverbal(words, [line])
    assert [(n.kind, n.by, n.shared, n.asked) for n in found] == [
        ("sigh", "B", False, "u1"),
        ("laughter", "A", True, None),
        ("laughter", "B", True, None),
        ("laughter", "A", False, None),
    ]
