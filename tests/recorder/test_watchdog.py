"""The watchdog: every failure is noticed within a second, told once, and nothing is told of a recording that goes well.

Clocks and sound are made here; two hours pass in seconds.
"""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from recorder.frames import RATE
from recorder.watchdog import Instant, Seen, Source, Watchdog

if TYPE_CHECKING:
    from recorder.frames import Samples

BLOCK = 1200
DESK = Source(name="usb-1", description="Desk microphone", volume=1.0, muted=False, channels=1)
NOISE = np.random.default_rng(1).normal(0, 300, (RATE, 2)).astype(np.int16)


@dataclass
class World:
    """A computer with a microphone: 25 ms of sound and a tick at each step."""

    channels: int = 1
    source: Source | None = DESK
    alive: bool = True
    sound: Literal["noise", "zeros", "same", "none", "lost"] = "noise"
    drift: float = 0.0
    ticking: float = 1000.0
    asleep: float = 0.0
    wall: float = 1.7e9
    seen: list[tuple[float, Seen]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dog = Watchdog(self.now, self.channels)
        self.place = 0

    @property
    def now(self) -> Instant:
        elapsed = self.ticking + self.asleep
        return Instant(self.ticking, elapsed, self.wall + elapsed)

    def block(self, count: int = BLOCK) -> Samples:
        if self.sound == "zeros":
            return np.zeros((count, self.channels), np.int16)
        self.place = (self.place + 7919) % (RATE - count)
        block = NOISE[self.place : self.place + count, : self.channels]
        return np.repeat(block[:, :1], 2, axis=1) if self.sound == "same" else block

    def run(self, seconds: float) -> list[Seen]:
        """What is seen in so many seconds."""
        before = len(self.seen)
        for step in range(round(seconds / 0.025)):
            self.ticking += 0.025 * (1 + self.drift)
            if self.sound not in ("none", "lost"):
                self.note(self.dog.heard(self.block(), self.now))
            if step % 4 == 3:
                self.note(self.dog.tick(self.now, self.source, self.alive))
        return [seen for _, seen in self.seen[before:]]

    def note(self, seen: list[Seen]) -> None:
        self.seen += [(self.ticking, one) for one in seen]

    def within_a_second(self, kind: str) -> str:
        """The one thing that is seen now, told within a second and not again in a minute."""
        begin = self.ticking
        told = self.run(60)
        assert [one.kind for one in told] == [kind], told
        assert self.seen[-1][0] - begin <= 1.0
        assert len(told[0].text) < 100
        return told[0].text


@pytest.fixture
def world() -> World:
    made = World()
    assert made.run(10) == []
    return made


@pytest.mark.slow
@pytest.mark.parametrize("drift", [1e-4, -1e-4])
def test_two_good_hours_in_bursts_are_quiet_and_cost_no_memory(drift: float) -> None:
    world, chance = World(channels=2), np.random.default_rng(0)
    block, heard, due, sizes = world.block(2400), 0, 0.0, []
    for step in range(2 * 3600 * 10):
        if step == 60_000:  # watching memory is slow: the last twenty minutes tell what grows
            tracemalloc.start()
        world.ticking += 0.1
        world.wall += 0.1 * 300e-6  # a clock that NTP slews
        since = world.ticking - 1000
        if since >= due:  # all that came meanwhile arrives at once
            due = since + chance.uniform(0, 0.5)
            for _ in range(int(since * (1 + drift) / 0.05) - heard):
                heard += 1
                world.note(world.dog.heard(block, world.now))
        world.note(world.dog.tick(world.now, DESK, True))
        if step > 60_000 and step % 2_000 == 1_000:
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert heard > 143_900
    assert world.seen == []
    assert world.dog.trouble is None and not world.dog.relative_only and world.dog.take_missing() == 0
    assert len(sizes) == 6 and max(sizes) - min(sizes) < 5_000


def test_a_microphone_that_is_gone(world: World) -> None:
    world.sound, world.alive = "none", False
    assert world.within_a_second("gap").startswith("the microphone is gone")
    assert world.dog.trouble is not None
    world.sound, world.alive = "noise", True
    world.dog.restarted(world.now)
    assert [one.kind for one in world.run(30)] == [None]
    assert world.dog.trouble is None
    world.sound, world.alive = "none", False
    world.within_a_second("gap")


def test_blocks_that_were_on_their_way_do_not_bring_a_lost_microphone_back(world: World) -> None:
    late = world.now
    world.ticking += 0.1
    assert [one.kind for one in world.dog.tick(world.now, None, False)] == ["gap"]
    assert world.dog.heard(world.block(), late) == []
    assert world.dog.trouble is not None


def test_a_sound_system_that_does_not_answer(world: World) -> None:
    world.sound = "none"
    assert "does not answer" in world.within_a_second("gap")
    assert world.dog.trouble is not None
    world.sound = "noise"
    heard, lost = world.run(30)
    assert heard.kind is None
    assert "were lost" in lost.text, "how much is told once it is certain that it does not come late"
    assert world.dog.trouble is None
    world.sound = "none"
    world.within_a_second("gap")


def test_a_stall_that_hands_everything_in_later_loses_nothing(world: World) -> None:
    world.sound = "none"
    world.run(0.6)
    for _ in range(24):
        world.note(world.dog.heard(world.block(), world.now))
    world.sound = "noise"
    assert world.run(30) == []
    assert len(world.seen) == 0


def test_when_we_were_held_up_the_sound_system_is_not_blamed(world: World) -> None:
    world.ticking += 5
    world.note(world.dog.tick(world.now, DESK, True))
    for _ in range(200):
        world.note(world.dog.heard(world.block(), world.now))
    assert world.run(30) == []
    assert world.seen == []


def test_the_first_block_may_take_two_seconds() -> None:
    world = World(sound="none")
    assert world.run(1.9) == []
    assert [one.kind for one in world.run(5)] == ["gap"]


def test_another_microphone(world: World) -> None:
    world.source = None
    assert world.run(5) == []
    world.source = replace(DESK, name="builtin", description="Built-in microphone", volume=0.4)
    assert world.within_a_second("device") == "Built-in microphone"
    assert world.dog.relative_only


def test_volume(world: World) -> None:
    world.source = replace(DESK, volume=0.6)
    assert "from 100% to 60%" in world.within_a_second("gain")
    assert world.dog.relative_only


def test_a_volume_that_never_rests_is_told_a_few_times_only(world: World) -> None:
    told = []
    for step in range(200):
        world.source = replace(DESK, volume=0.5 + 0.2 * (step % 2))
        told += world.run(1)
    assert [one.kind for one in told] == ["gain"] * 10
    assert "again and again" in told[-1].text


def test_mute(world: World) -> None:
    world.source, world.sound = replace(DESK, muted=True), "zeros"
    begin = world.ticking
    assert [one.kind for one in world.run(30)] == [None, "zeros"]
    assert world.seen[-1][0] - begin <= 1.0
    assert world.dog.trouble is not None and "muted" in world.dog.trouble
    world.source, world.sound = DESK, "noise"
    assert {one.kind for one in world.run(30)} == {None}
    assert world.dog.trouble is None and not world.dog.relative_only


def test_zeros(world: World) -> None:
    world.sound = "zeros"
    assert "is it muted?" in world.within_a_second("zeros")
    world.sound = "noise"
    assert [one.kind for one in world.run(30)] == [None]
    assert world.dog.trouble is None
    world.sound = "zeros"
    world.within_a_second("zeros")


def test_bluetooth_may_begin_with_silence() -> None:
    world = World(sound="zeros")
    assert world.run(1.5) == []
    world.sound = "noise"
    assert world.run(5) == []
    world.dog.restarted(world.now)
    world.sound = "zeros"
    assert world.run(1.9) == []
    assert [one.kind for one in world.run(5)] == ["zeros"]


def test_a_noise_filter_that_cuts(world: World) -> None:
    for _ in range(30):
        world.sound = "noise"
        world.run(1.5)
        world.sound = "zeros"
        world.run(0.3)
    assert [seen.kind for _, seen in world.seen] == ["gain"]
    assert "noise filter" in world.seen[0][1].text
    assert world.dog.relative_only


def test_a_faint_microphone_that_fades_into_zeros_is_no_filter(world: World) -> None:
    fade = (NOISE[:BLOCK, :1] * 0.003).astype(np.int16)
    assert 1 <= np.abs(fade).max() < 4
    for _ in range(30):
        world.run(1.5)
        world.note(world.dog.heard(fade, world.now))
        world.ticking += 0.025
        world.sound = "zeros"
        world.run(0.3)
        world.sound = "noise"
    assert world.seen == []


def test_two_channels_that_are_one() -> None:
    world = World(channels=2)
    assert world.run(10) == []
    world.sound = "same"
    begin = world.ticking
    assert [one.kind for one in world.run(60)] == [None]
    assert "both channels" in world.seen[0][1].text
    assert world.seen[0][0] - begin == pytest.approx(5.0, abs=0.1)


def test_sleep(world: World) -> None:
    world.asleep += 200
    assert world.within_a_second("gap").startswith("the computer slept for 3 min 20 s")
    assert world.dog.take_missing() == 0


@pytest.mark.parametrize(("by", "words"), [(3600.0, "forward by 1 h 00 min"), (-30.0, "back by 30.0 s")])
def test_the_clock_is_set(world: World, by: float, words: str) -> None:
    world.wall += by
    assert words in world.within_a_second("clock")


@pytest.mark.parametrize("lost", [0.4, 0.6])
def test_lost_samples(world: World, lost: float) -> None:
    world.sound = "lost"
    assert world.run(lost) == []
    world.sound = "noise"
    text = world.within_a_second("gap")
    assert text.startswith(f"{lost:.1f} s of sound were lost")
    assert world.dog.take_missing() == pytest.approx(lost, abs=0.05)
    assert world.dog.take_missing() == 0
    assert world.run(60) == []


def test_small_losses_add_up(world: World) -> None:
    for _ in range(10):
        world.sound = "lost"
        world.run(0.1)
        world.sound = "noise"
        world.run(3)
    assert {seen.kind for _, seen in world.seen} == {"gap"}
    assert world.dog.take_missing() == pytest.approx(1.0, abs=0.31)


def test_off_the_record_only_the_coming_of_blocks_is_watched() -> None:
    world = World(channels=2)
    world.dog.silenced(True)
    for sound in ("zeros", "same"):
        world.sound = sound
        assert world.run(20) == []
    assert world.dog.trouble is None
    world.sound = "none"
    world.within_a_second("gap")
    world.sound = "zeros"
    world.dog.restarted(world.now)
    assert [one.kind for one in world.run(20)] == [None]
    world.dog.silenced(False)
    world.within_a_second("zeros")


def test_a_gain_that_changes_by_itself_is_told_once() -> None:
    world = World()
    seen = []
    ramp = 10 ** (np.arange(RATE * 3 // 2) / RATE * 3 / 20)  # 3 dB a second while nobody speaks
    for _ in range(40):
        for loud in (NOISE[: RATE // 2, :1] * 20.0, np.resize(NOISE[:, 0], len(ramp))[:, None] * ramp[:, None]):
            for begin in range(0, len(loud), BLOCK):
                world.ticking += 0.025
                seen += world.dog.heard(loud[begin : begin + BLOCK].astype(np.int16), world.now)
    assert [one.kind for one in seen] == ["gain"]
    assert world.dog.relative_only


def test_the_clocks_of_this_computer_go_forward() -> None:
    first, second = Instant.now(), Instant.now()
    assert second.ticking >= first.ticking and second.elapsed >= first.elapsed
    assert first.wall > 1.7e9
