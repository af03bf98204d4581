"""One recording on clocks of our own: what is kept, where on the timeline, and what the two are told."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from recorder.capture import Block
from recorder.frames import RATE
from recorder.tape import Disk, Tape
from recorder.watchdog import Source
from tests.support.studio import BLOCK, KEY, Script, numbered, timeline


def survey(script: Script):
    return Tape.open(script.path, KEY).survey()


def kinds(script: Script) -> list[str]:
    return [mark.kind for mark in survey(script).marks]


def test_what_is_heard_is_on_the_tape_bit_for_bit(library: Path) -> None:
    script = Script()
    last = script.play(library, chain(script.agreed(), script.sound(7.3), script.do("stop")))
    assert last.phase == "ended"
    assert last.ending == "stopped"
    assert np.array_equal(timeline(script.path), numbered(0, script.heard))
    assert survey(script).complete
    assert kinds(script) == ["yes", "yes", "conversation"]
    assert [mark.text for mark in survey(script).marks[:2]] == ["Maya", "Jonas"]


def test_the_spoken_yes_is_the_first_thing_on_the_tape(library: Path) -> None:
    script = Script()
    script.play(library, chain(script.agreed(), script.sound(2), script.do("stop")))
    marks = survey(script).marks
    assert [mark.at for mark in marks] == [0, RATE, 2 * RATE - 1]
    assert next(state.asked for state in script.states if state.phase == "agreeing") == "Maya"
    assert "Jonas" in {state.asked for state in script.states}


def test_who_declines_leaves_nothing_behind(library: Path) -> None:
    script = Script()
    last = script.play(library, chain(script.sound(3, first=True), script.do("decline")))
    assert last.ending == "deleted"
    assert list((library / "tapes").iterdir()) == []


def test_what_ends_before_both_have_said_yes_is_destroyed(library: Path) -> None:
    script = Script()
    last = script.play(
        library, chain(script.sound(3, first=True), script.do("yes"), script.sound(3), script.do("stop"))
    )
    assert last.ending == "deleted"
    assert not script.path.exists()


def test_what_was_heard_before_the_beginning_is_not_kept(library: Path) -> None:
    """The microphone is opened before there is a tape; what it heard until then is nobody's business."""
    script = Script()
    early = list(script.sound(1, first=True))
    script.play(library, chain(early, script.agreed(), script.do("stop")))
    assert np.array_equal(timeline(script.path), numbered(RATE, 2 * RATE))


def test_a_tape_that_cannot_be_destroyed_is_told(library: Path) -> None:
    script = Script()

    def removed() -> Iterator:
        yield from script.agreed()
        script.path.unlink()  # somebody else did
        yield from script.do("delete")

    last = script.play(library, removed())
    assert last.ending == "not destroyed"
    assert "nothing to destroy" in (last.trouble or "")


def test_off_the_record_is_off_from_the_very_block(library: Path) -> None:
    script = Script()
    items = chain(
        script.agreed(), script.sound(3), script.do("pause"), script.sound(10), script.do("resume"), script.sound(3),
        script.do("stop"),
    )  # fmt: skip
    script.play(library, items)
    sound = timeline(script.path)
    assert len(sound) == 18 * RATE  # time is not closed up
    assert np.array_equal(sound[: 5 * RATE], numbered(0, 5 * RATE))
    assert not sound[5 * RATE : 15 * RATE].any()
    assert np.array_equal(sound[15 * RATE :], numbered(15 * RATE, 3 * RATE))
    assert survey(script).gaps == ((5.0, 15.0),)
    off = [state for state in script.states if state.phase == "paused"]
    assert off
    assert all(state.level_db == () and state.kept == pytest.approx(5.0) for state in off)


def test_a_break_counts_down_and_never_goes_on_by_itself(library: Path) -> None:
    script = Script()
    script.play(library, chain(script.agreed(), script.do("break"), script.sound(1300), script.do("stop")))
    left = [state.break_left for state in script.states if state.phase == "break"]
    assert left[0] == pytest.approx(1200, abs=0.2)
    assert left[-1] == 0
    assert survey(script).kept == 2.0


def test_what_is_struck_is_gone_and_what_follows_stays_in_its_place(library: Path) -> None:
    script = Script()
    items = chain(
        script.agreed(), script.sound(100), script.do("bookmark", "the letter"), script.sound(50),
        script.do("strike", minutes=1.0), script.sound(5), script.do("bookmark"), script.do("stop"),
    )  # fmt: skip
    last = script.play(library, items)
    sound = timeline(script.path)
    start = survey(script).strikes[0].start
    assert 91.0 * RATE <= start <= 92 * RATE
    assert np.array_equal(sound[:start], numbered(0, start))
    assert not sound[start : 152 * RATE].any()
    assert np.array_equal(sound[152 * RATE :], numbered(152 * RATE, 5 * RATE))
    assert [mark.text for mark in survey(script).marks if mark.kind == "bookmark"] == [""]
    assert last.bookmarks == 1
    assert last.kept == pytest.approx(len(sound[:start]) / RATE + 5)
    assert not any("the letter" in told.text for told in last.told)


def test_a_strike_counts_what_was_said_and_not_the_pause(library: Path) -> None:
    """Off the record for ten minutes, then "the last minute": it is the minute before the pause."""
    script = Script()
    items = chain(
        script.agreed(), script.sound(150), script.do("pause"), script.sound(600), script.do("strike", minutes=1),
        script.do("resume"), script.sound(10), script.do("stop"),
    )  # fmt: skip
    last = script.play(library, items)
    assert last.kept == pytest.approx(2 + 90 + 10, abs=0.6)
    assert survey(script).kept == last.kept
    assert any("the last 1 min 00 s of what was recorded are destroyed" in told.text for told in last.told)
    assert np.array_equal(timeline(script.path)[: 90 * RATE], numbered(0, 90 * RATE))


def test_where_nothing_was_said_there_is_nothing_to_destroy(library: Path) -> None:
    script = Script()
    items = chain(
        script.agreed(), script.do("pause"), script.sound(60), script.do("strike", minutes=5), script.do("stop")
    )
    last = script.play(library, items)
    assert any("nothing to destroy" in told.text for told in last.told)
    assert survey(script).kept == 2.0


def test_a_strike_that_fails_is_not_called_safe(library: Path) -> None:
    script = Script()
    disk = Failing(10**6, errno.EIO)

    def failing() -> Iterator:
        yield from script.agreed()
        yield from script.sound(60)
        disk.left = 0
        yield from script.do("strike", minutes=1)

    last = script.play(library, failing(), disk)
    assert last.ending == "not destroyed"
    assert "may still be there" in (last.trouble or "")


def test_a_strike_never_takes_the_spoken_yes(library: Path) -> None:
    script = Script()
    script.play(library, chain(script.agreed(), script.sound(8), script.do("strike", minutes=60), script.do("stop")))
    assert np.array_equal(timeline(script.path)[: 2 * RATE], numbered(0, 2 * RATE))
    assert survey(script).kept == 2.0
    assert kinds(script) == ["yes", "yes", "conversation"]


def test_delete_destroys_the_tape(library: Path) -> None:
    script = Script()
    last = script.play(library, chain(script.agreed(), script.sound(5), script.do("delete")))
    assert last.ending == "deleted"
    assert last.told == ()
    assert not script.path.exists()


def test_a_deletion_does_not_talk_of_the_microphone(library: Path) -> None:
    script = Script()

    def gone() -> Iterator:
        yield from script.agreed()
        script.alive = False
        yield from script.quiet(2)
        yield from script.do("delete")

    last = script.play(library, gone())
    assert script.states[-2].trouble
    assert (last.ending, last.trouble) == ("deleted", None)


def test_keys_that_mean_nothing_now_do_nothing(library: Path) -> None:
    script = Script()
    items = chain(
        script.do("resume"), script.do("pause"), script.do("strike", minutes=5), script.do("bookmark", "early"),
        script.agreed(), script.do("yes"), script.do("strike", minutes=-1), script.do("resume"), script.sound(2),
        script.do("stop"),
    )  # fmt: skip
    script.play(library, items)
    assert kinds(script) == ["yes", "yes", "conversation"]
    assert survey(script).kept == 4.0


def lost_microphone(script: Script) -> Iterator:
    yield from script.agreed()
    yield from script.sound(10)
    script.alive = False
    yield from script.quiet(6)
    script.alive = True
    yield from script.sound(4, first=True)
    yield from script.do("stop")


def test_a_lost_microphone_is_told_and_time_is_not_closed_up(library: Path) -> None:
    script = Script()
    script.play(library, lost_microphone(script))
    begin = next(state.elapsed for state in script.states if state.trouble)
    assert begin == pytest.approx(12.1, abs=0.15)
    assert "gap" in kinds(script)
    sound = timeline(script.path)
    assert len(sound) == 22 * RATE
    assert np.array_equal(sound[18 * RATE :], numbered(12 * RATE, 4 * RATE))
    assert script.states[-2].trouble is None
    assert script.reopened == 0  # the ears are at it by themselves


def test_a_hanging_sound_system_is_told_within_a_second_and_left_for_another_stream(library: Path) -> None:
    script = Script()
    script.play(library, chain(script.agreed(), script.sound(5), script.quiet(4), script.sound(1), script.do("stop")))
    told = next(state.elapsed for state in script.states if state.trouble)
    assert told - 7.0 <= 1.0
    assert script.reopened == 1


def test_sleep_is_a_gap_as_long_as_the_night(library: Path) -> None:
    script = Script()

    def night() -> Iterator:
        yield from script.agreed()
        yield from script.sound(5)
        script.pass_time(0.2, asleep=3600)
        yield None
        yield from script.sound(5)
        yield from script.do("stop")

    last = script.play(library, night())
    assert any("slept for 1 h" in told.text for told in last.told)
    assert survey(script).duration == pytest.approx(3612.2, abs=0.3)
    assert survey(script).gaps[0][1] == pytest.approx(3607.2, abs=0.3)


def test_what_was_heard_before_the_night_and_handed_in_after_it(library: Path) -> None:
    script = Script()

    def night() -> Iterator:
        yield from script.agreed()
        late = list(script.sound(0.5))
        script.pass_time(0.2, asleep=3600)
        yield None
        yield from late
        yield from script.sound(5)
        yield from script.do("bookmark", "morning")
        yield from script.do("stop")

    script.play(library, night())
    assert survey(script).duration == pytest.approx(3607.7, abs=0.3)
    assert survey(script).marks[-1].at / RATE == pytest.approx(3607.7, abs=0.3)


def test_another_microphone_is_seen_where_no_sound_server_tells(library: Path) -> None:
    script = Script()

    def moved() -> Iterator:
        yield from on(script.sound(1, first=True), "USB microphone")
        yield from chain(script.do("yes"), script.do("yes"), script.sound(3))
        script.alive = False
        yield from script.quiet(1)
        script.alive = True
        yield from on(script.sound(3, first=True), "the microphone that this computer chose")
        yield from script.do("stop")

    def on(blocks: Iterator[Block], name: str) -> Iterator[Block]:
        for block in blocks:
            yield replace(block, source=Source(name, name, 1.0, False, 1) if block.first else None)

    last = script.play(library, moved())
    assert last.microphone == "the microphone that this computer chose"
    assert last.relative_only
    assert "device" in kinds(script)


def test_another_microphone_is_told_written_and_makes_loudness_relative(library: Path) -> None:
    script = Script()
    script.source = Source("usb", "USB microphone", 1.0, False, 1)

    def moved() -> Iterator:
        yield from script.agreed()
        yield from script.sound(3)
        script.source = Source("lid", "Lid", 1.0, False, 1)
        yield from script.sound(3)
        yield from script.do("stop")

    last = script.play(library, moved())
    assert last.microphone == "Lid"
    assert last.relative_only
    assert "device" in kinds(script)


def test_a_full_disk_ends_the_recording_before_it_breaks(library: Path) -> None:
    script = Script()

    def filling() -> Iterator:
        yield from script.agreed()
        yield from script.sound(5)
        script.hours = 0.1
        yield from script.sound(5)
        script.hours = 0.0
        yield from script.sound(5)

    last = script.play(library, filling())
    assert last.ending == "disk full"
    assert any("6 more minutes" in told.text for told in last.told)
    assert survey(script).complete
    assert survey(script).kept >= 12.0
    assert np.array_equal(timeline(script.path), numbered(0, len(timeline(script.path))))


class Failing(Disk):
    """Its n-th write fails."""

    def __init__(self, n: int, code: int) -> None:
        self.left, self.code = n, code

    def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
        self.left -= 1
        if self.left < 0:
            raise OSError(self.code, "on purpose")
        return super().write(handle, data, offset)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_at_any_write_ends_it_well(tmp_path: Path, code: int) -> None:
    """From the first write after the beginning to the last: no exception, and nothing before is lost."""
    for n in range(4, 24):
        script = Script()
        items = chain(
            script.agreed(), script.sound(3), script.do("bookmark", "x"), script.do("pause"), script.sound(1),
            script.do("resume"), script.sound(2), script.do("stop"),
        )  # fmt: skip
        last = script.play(tmp_path / str(n), items, Failing(n, code))
        if last.ending == "deleted":  # it failed before both had said yes aloud: nothing may stay
            assert last.trouble
            assert not script.path.exists()
            continue
        expected = {errno.ENOSPC: "disk full", errno.EIO: "failed"}[code]
        assert last.ending in (expected, "stopped")
        kept = timeline(script.path)
        assert len(kept) <= 9 * RATE
        before = kept[: 5 * RATE]
        assert np.array_equal(before, numbered(0, len(before)))
        # Everything that had been told to be kept is there, but for the frame that failed.
        assert survey(script).kept >= max(state.kept for state in script.states) - 0.001


def test_nothing_is_recorded_unseen(library: Path) -> None:
    script = Script()

    def hidden() -> Iterator:
        yield from script.agreed()
        script.visible = "line"
        yield from script.sound(120)
        script.visible = "nothing"
        yield from script.sound(120)

    last = script.play(library, hidden())
    assert last.ending == "no screen"
    assert last.elapsed == pytest.approx(182, abs=1)
    assert [m.text for m in survey(script).marks if m.kind == "screen"] == ["lost; a line is shown", "lost"]


def test_two_channels_stay_two(library: Path) -> None:
    script = Script(channels=2)
    last = script.play(library, chain(script.agreed(), script.sound(3), script.do("stop")))
    assert np.array_equal(timeline(script.path), numbered(0, 5 * RATE, 2))
    assert len(script.states[-2].level_db) == 2
    assert last.kept == 5.0


def test_a_drifting_clock_makes_no_noise(library: Path) -> None:
    """100 ppm between the microphone's clock and the computer's: nothing is told, nothing is torn."""
    script = Script(drift=100e-6)
    noise = np.random.default_rng(1).normal(0, 300, (BLOCK, 1)).astype(np.int16)
    last = script.play(library, chain(script.agreed(), script.sound(600, samples=noise), script.do("stop")))
    assert [told.text for told in last.told] == ["both have said yes; the conversation begins"]
    assert survey(script).gaps == ()
    assert survey(script).kept == 602.0
