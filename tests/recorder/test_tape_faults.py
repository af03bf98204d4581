"""Tapes on disks that are full, fail, write short or lose their power, at every single operation."""

from __future__ import annotations

import errno
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from recorder.errors import RecordingError, TapeError
from recorder.frames import RATE, End, Mark, Sound, Strike
from recorder.tape import Disk, Follower, Tape, TapeFull, Writer, finish_strikes, tapes
from recorder.tape.writer import RESERVE_BYTES
from tests.recorder.test_tape import KEY, ROOT, STEP, head, pieces, plain, sound, touched
from tests.support.disks import FailingDisk, PowerCut, PowerCutDisk, WatchedDisk

pytestmark = pytest.mark.slow

MARKER = b"\xf5LT\x0a"
FOREVER = 10**9

PLAN = [
    sound(0),
    sound(STEP),
    Mark(at=2 * STEP, kind="bookmark", text="forgiveness"),
    sound(2 * STEP),
    Mark(at=3 * STEP, kind="pause"),
    Mark(at=20 * STEP, kind="resume"),
    sound(20 * STEP),
    sound(21 * STEP),
    Mark(at=21 * STEP + 7, kind="bookmark", text="a slip of the tongue"),
    Strike(start=21 * STEP, end=22 * STEP),
    sound(22 * STEP),
    End(at=23 * STEP, reason="stopped"),
]
FAILED = End(at=30 * STEP, reason="disk full")


class Told:
    """A recording of `PLAN` on some disk, with what the writer said was safe."""

    def __init__(self, disk: WatchedDisk) -> None:
        self.disk = disk
        self.safe: list[object] = []  # what must be on the tape
        self.tried: list[object] = []  # what may be on it besides: it failed, or the power did
        self.error: OSError | None = None
        self.writer: Writer | None = None

    def record(self, library: Path) -> None:
        """Record, and end at the first failure, as the recorder does."""
        self.writer = Writer.create(library, KEY, head(), self.disk)
        try:
            for frame in PLAN:
                self.put(frame)
        except OSError as error:
            self.error = error
            if self.tried[0] is PLAN[-1]:  # it closes in any case
                return
            try:
                self.put(FAILED)
            except OSError:
                self.writer.close()

    def put(self, frame: object) -> None:
        self.tried.append(frame)
        if isinstance(frame, Sound):
            self.writer.sound(frame)
        elif isinstance(frame, Mark):
            self.writer.mark(frame)
        elif isinstance(frame, End):
            self.writer.end(frame)
        else:
            assert self.writer.strike(frame.start, frame.end) == frame
        self.tried.pop()
        self.safe = after(self.safe, frame)

    def possible(self) -> list[list[tuple]]:
        """Everything that the tape may say: what is safe, and each thing that was tried may have come through."""
        states = [self.safe]
        if FAILED in self.safe:
            states = [self.safe[:-1]]
        for frame in self.tried:
            states += [after(state, frame) for state in states]
        if FAILED in self.safe:
            states = [[*state, FAILED] for state in states]
        return [plain(state) for state in states]


def after(frames: list[object], frame: object) -> list[object]:
    """What is on the tape after this frame."""
    if isinstance(frame, Strike):
        frames = [f for f in frames if not touched(f, frame.start, frame.end)]
    return [*frames, frame]


def numbers_are_fresh(disk: WatchedDisk) -> None:
    """No seq was ever used for two plaintexts: what was written under one is one, or the beginning of it."""
    seen: dict[int, bytes] = {}
    for path, _, data in disk.written:
        if path.suffix == ".tape" and data.startswith(MARKER) and len(data) > 16:
            seq = struct.unpack_from(">Q", data, 4)[0]
            known = seen.setdefault(seq, data)
            short = min(len(known), len(data))
            assert known[:short] == data[:short], f"seq {seq} was used twice"
            seen[seq] = max(known, data, key=len)
    assert sorted(seen) == list(range(len(seen)))


def operations(library: Path) -> int:
    told = Told(WatchedDisk())
    told.record(library)
    assert plain(Tape.open(told.writer.path, KEY).frames()) == plain(told.safe)
    numbers_are_fresh(told.disk)
    return told.disk.count


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("lasting", [False, True])
def test_whatever_fails_all_that_was_safe_is_there(tmp_path: Path, error: int, lasting: bool) -> None:
    count = operations(tmp_path / "whole")
    assert count > 35
    for n in range(1, count + 1):
        library = tmp_path / str(n)
        disk = FailingDisk(n, error, FOREVER if lasting else None)
        told = Told(disk)
        try:
            told.record(library)
        except RecordingError as refusal:
            assert "make room" in str(refusal)
            assert "\n" not in str(refusal)
            assert lasting or not list((library / "tapes").iterdir())
            continue
        assert disk.failed
        if told.error is not None:
            full = error in (errno.ENOSPC, errno.EDQUOT)
            # A strike that needed the reserve succeeds, and ends the sound; wiping needs no room.
            assert isinstance(told.error, TapeFull) == full or isinstance(told.tried[0], Strike | End)
            assert told.error.errno in (error, errno.ENOSPC if full else error)
        tape = Tape.open(told.writer.path, KEY)
        got = plain(tape.frames())
        if lasting:  # not even cutting back works: a frame may be there that was said to have failed
            assert got in told.possible(), n
            assert all("has no end" in sentence for sentence in tape.survey().damage)
        else:
            assert tape.survey().damage == ()
            # A strike that failed may have come through: its frame is safe, only the wiping was not done.
            assert got == plain(told.safe) or (isinstance(told.tried[0], Strike) and got in told.possible()), n
            assert isinstance(list(tape.frames())[-1], End) or told.tried[:1] == [PLAN[-1]], n
            assert not told.writer.path.with_suffix(".reserve").exists() or disk.failed == ["unlink"]
        assert plain(Follower(tape).read()) == got
        numbers_are_fresh(disk)


def test_a_failed_frame_leaves_no_trace_if_it_can_be_cut_off(tmp_path: Path) -> None:
    disk = FailingDisk(FOREVER, errno.EIO)
    with Writer.create(tmp_path, KEY, head(), disk) as writer:
        writer.sound(sound(0))
        size = writer.size
        for operation in (1, 2):  # the write, and the sync
            disk.failing = range(disk.count + operation, disk.count + operation + 1)
            with pytest.raises(OSError) as caught:
                writer.sound(sound(STEP))
            assert not isinstance(caught.value, TapeFull)
            assert writer.size == writer.path.stat().st_size == size
        writer.sound(sound(STEP))
    assert plain(Tape.open(writer.path, KEY).frames()) == plain([sound(0), sound(STEP)])
    numbers_are_fresh(disk)


def test_a_disk_that_neither_writes_nor_cuts_costs_no_later_frame(tmp_path: Path) -> None:
    disk = FailingDisk(FOREVER, errno.EIO)
    with Writer.create(tmp_path, KEY, head(), disk) as writer:
        writer.sound(sound(0))
        for operation in (1, 2):
            disk.failing = range(disk.count + operation, disk.count + operation + 2)
            with pytest.raises(OSError):
                writer.sound(sound(operation * STEP + 100))
            writer.sound(sound((1 + operation) * STEP, 100))  # shorter than what lies there
        writer.sound(sound(5 * STEP))
        writer.end(End(at=6 * STEP, reason="stopped"))
    tape = Tape.open(writer.path, KEY)
    assert [frame.at // STEP for frame in tape.frames()] == [0, 2, 3, 5, 6]
    assert tape.survey().damage == ()


@pytest.mark.parametrize("most", [1, 15, 700])
def test_short_writes_are_continued(tmp_path: Path, most: int) -> None:
    told = Told(FailingDisk(FOREVER, 0, most=most if most > 1 else 16))
    told.record(tmp_path)
    assert plain(Tape.open(told.writer.path, KEY).frames()) == plain(told.safe)
    assert told.error is None


def test_a_disk_that_takes_nothing_is_full(tmp_path: Path) -> None:
    class Nothing(Disk):
        full = False

        def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
            return 0 if self.full else super().write(handle, data, offset)

    disk = Nothing()
    writer = Writer.create(tmp_path, KEY, head(), disk)
    disk.full = True
    with pytest.raises(TapeFull):
        writer.sound(sound(0))
    with pytest.raises(TapeFull):
        writer.end(FAILED)


class SmallDisk(Disk):
    """Has room for this many bytes in all, files that were removed not counted; takes what still fits."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.paths: dict[int, Path] = {}

    def create(self, path: Path) -> int:
        handle = super().create(path)
        self.paths[handle] = path
        return handle

    def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
        used = sum(path.stat().st_size for path in set(self.paths.values()) if path.exists())
        new = offset + len(data) - self.paths[handle].stat().st_size
        fits = len(data) - max(0, new - max(0, self.room - used))
        if fits <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(handle, data[:fits], offset)


@pytest.mark.parametrize("slack", [0, 1, 60, 5_000])
def test_on_a_full_disk_there_is_room_for_a_strike_and_the_end(tmp_path: Path, slack: int) -> None:
    with Writer.create(tmp_path / "large", KEY, head()) as writer:
        for i in range(7):
            writer.sound(sound(i * STEP))
    disk = SmallDisk(RESERVE_BYTES + writer.size + slack)
    with Writer.create(tmp_path / "small", KEY, head(), disk) as writer:
        for i in range(7):
            writer.sound(sound(i * STEP))
        for _ in range(2):
            with pytest.raises(TapeFull):
                writer.sound(sound(7 * STEP))
        struck = writer.strike(6 * STEP, 7 * STEP)
        with pytest.raises(TapeFull):  # what was freed for the end is not for sound
            writer.sound(sound(7 * STEP))
        writer.end(FAILED)
    tape = Tape.open(writer.path, KEY)
    assert plain(tape.frames()) == plain([*(sound(i * STEP) for i in range(6)), struck, FAILED])
    assert (tape.survey().reason, tape.survey().damage) == ("disk full", ())
    assert list(writer.path.parent.iterdir()) == [writer.path]


def test_a_disk_too_full_to_begin_is_said_and_left_clean(tmp_path: Path) -> None:
    for room in (0, 1_000, 65_600, 65_800):
        with pytest.raises(RecordingError, match="No space left"):
            Writer.create(tmp_path, KEY, head(), SmallDisk(room))
        assert tapes(tmp_path) == ()
        assert list((tmp_path / "tapes").iterdir()) == []


LIMITED = """
import resource, sys
from pathlib import Path
from recorder.frames import End
from recorder.tape import TapeFull, Writer
from tests.recorder.test_tape import KEY, STEP, head, sound
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
writer = Writer.create(Path(sys.argv[1]), KEY, head())
count = 0
try:
    while True:
        writer.sound(sound(count * STEP))
        count += 1
except TapeFull:
    print(count)
try:
    writer.end(End(at=count * STEP, reason="disk full"))
    print("ended")
except TapeFull:
    print("unfinished")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind")
def test_a_real_limit_of_the_system_costs_nothing_that_was_written(tmp_path: Path) -> None:
    """The kernel itself writes short, then refuses: EFBIG."""
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    count = int(said[0])
    assert count > 5
    tape = Tape.open(tapes(tmp_path)[0], KEY)
    sounds = [frame for frame in tape.frames() if isinstance(frame, Sound)]
    assert plain(sounds) == plain(sound(i * STEP) for i in range(count))
    assert tape.survey().complete == (said[1] == "ended")
    assert tape.survey().damage == ()


def test_a_strike_that_could_not_be_wiped_is_wiped_at_the_end(tmp_path: Path) -> None:
    disk = FailingDisk(FOREVER, errno.EIO)
    writer = Writer.create(tmp_path, KEY, head(), disk)
    writer.sound(sound(0))
    start = writer.size
    writer.sound(sound(STEP))
    struck = writer.path.read_bytes()[start:]
    disk.failing = range(disk.count + 3, disk.count + 4)  # after the write and the sync of the Strike frame
    with pytest.raises(OSError):
        writer.strike(STEP, 2 * STEP)
    expected = [sound(0), Strike(start=STEP, end=2 * STEP)]
    assert plain(Tape.open(writer.path, KEY).frames()) == plain(expected)
    writer.end(End(at=2 * STEP, reason="stopped"))
    assert not pieces(struck) & pieces(writer.path.read_bytes())


@pytest.mark.parametrize("seed", range(4))
def test_a_power_cut_costs_at_most_the_frame_that_was_being_written(tmp_path: Path, seed: int) -> None:
    count = operations(tmp_path / "whole")
    cut = 0
    for n in range(1, count + 1):
        library = tmp_path / str(n)
        disk = PowerCutDisk(n, seed * 1_000 + n)
        told = Told(disk)
        with pytest.raises(PowerCut):
            told.record(library)
        disk.cut()
        if told.writer is None:
            for path in tapes(library):
                begun(path)
            continue
        cut += 1
        tape = Tape.open(told.writer.path, KEY)
        assert plain(tape.frames()) in told.possible(), n
        if any(isinstance(frame, Strike) for frame in told.safe):  # it was gone when the call returned
            assert not struck_pieces(disk) & pieces(told.writer.path.read_bytes()), n
        finish_strikes(told.writer.path, KEY)
        got = list(tape.frames())
        assert plain(got) in told.possible(), n
        # The sectors of the last frame may be there in part, but nothing that was safe may be called damaged.
        assert all("has no end" in sentence for sentence in tape.survey().damage)
        if any(isinstance(frame, Strike) for frame in got):
            assert not struck_pieces(disk) & pieces(told.writer.path.read_bytes()), n
    assert cut > 25


def begun(path: Path) -> None:
    """A recording that had not begun: no tape at all, or an empty one."""
    try:
        assert list(Tape.open(path, KEY).frames()) == []
    except TapeError as error:
        assert "\n" not in str(error)


def struck_pieces(disk: WatchedDisk) -> set[bytes]:
    """What was ever written of the frames that `PLAN` strikes."""
    frames = [data for path, _, data in disk.written if path.suffix == ".tape" and data.startswith(MARKER)]
    return {piece for data in frames[9:11] for piece in pieces(data)}


def test_a_second_of_the_loudest_noise_fits(tmp_path: Path) -> None:
    with Writer.create(tmp_path, KEY, head(2)) as writer:
        import numpy as np

        noise = np.random.default_rng(1).integers(-32768, 32768, (RATE, 2), np.int16)
        writer.sound(Sound(at=0, samples=noise, wall=0.0, stream=0.0))
    [frame] = Tape.open(writer.path, KEY).frames()
    assert frame.samples.tobytes() == noise.tobytes()
