"""Tapes as they should be, and as someone or something has changed them: real files, real keys."""

from __future__ import annotations

import json
import stat
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.consent import Agreement
from recorder.errors import RecordingError, TapeError
from recorder.frames import RATE, End, Head, Mark, Sound, Strike
from recorder.tape import Disk, Follower, Tape, Writer, finish_strikes, sealing, shred, tapes
from tests.support.disks import FailingDisk, WatchedDisk

KEY = bytes(range(32))
ROOT = Path(__file__).resolve().parents[2]
HEADER = 216
PREFIX = 16
STEP = 4_800  # the length of the sounds here: 0.1 s


def head(channels: int = 1) -> Head:
    agreement = Agreement(by=("Maya Petrova", "Jonas Weidling"), at="2026-03-01T19:59:00+01:00")
    return Head(
        started_at="2026-03-01T20:00:00+01:00",
        agreement=agreement,
        microphone="Rode NT-USB",
        channels=channels,
        program="conversation-lens test",
    )


def sound(at: int, count: int = STEP, channels: int = 1, seed: int = 0) -> Sound:
    noise = np.random.default_rng([seed, at]).integers(-9_000, 9_000, (count, channels), dtype=np.int16)
    return Sound(at=at, samples=noise, wall=1_700_000_000.5 + at / RATE, stream=at / RATE)


def plain(frames: object) -> list[tuple]:
    """The frames as values that can be compared, every sample included."""
    return [
        ("sound", f.at, f.samples.shape, f.samples.tobytes(), f.wall, f.stream) if isinstance(f, Sound) else f
        for f in frames
    ]


class Recorded:
    """Twelve sounds of 0.1 s with bookmarks and a pause; `ends` says where each frame ends in the file."""

    def __init__(self, library: Path) -> None:
        self.frames: list[Sound | Mark | End] = []
        for i in range(12):
            self.frames.append(sound(i * STEP if i < 8 else (i + 20) * STEP))
            if i == 3:
                self.frames.append(Mark(at=4 * STEP, kind="bookmark", text="forgiveness", wall=2.0))
            if i == 7:
                self.frames.append(Mark(at=8 * STEP, kind="pause"))
                self.frames.append(Mark(at=28 * STEP, kind="resume"))
        self.ends = []
        with Writer.create(library, KEY, head()) as writer:
            self.path, self.begin = writer.path, writer.size
            for frame in self.frames:
                writer.sound(frame) if isinstance(frame, Sound) else writer.mark(frame)
                self.ends.append(writer.size)
            self.frames.append(End(at=32 * STEP, reason="stopped"))
            writer.end(self.frames[-1])
            self.ends.append(writer.size)
        self.starts = [self.begin, *self.ends[:-1]]
        self.data = self.path.read_bytes()

    def changed(self, data: bytes) -> Tape:
        """The tape with other bytes in its file."""
        self.path.write_bytes(data)
        return Tape.open(self.path, KEY)

    def piece(self, index: int) -> bytes:
        return self.data[self.starts[index] : self.ends[index]]


@pytest.fixture
def tape(tmp_path: Path) -> Recorded:
    return Recorded(tmp_path)


@pytest.mark.parametrize("channels", [1, 2])
def test_what_was_recorded_comes_back_bit_for_bit(tmp_path: Path, channels: int) -> None:
    rng = np.random.default_rng(7)
    extremes = np.tile(np.array([[-32768], [32767]], np.int16), (RATE // 2, channels))
    written = [
        Sound(at=0, samples=rng.integers(-32768, 32768, (RATE, channels), np.int16), wall=0.1, stream=1e9),
        Sound(at=RATE, samples=np.zeros((1, channels), np.int16), wall=1.1, stream=-5.25),
        Mark(at=RATE + 1, kind="device", text="Mikrofon „Küche“ 🎙", wall=3.5),
        Sound(at=RATE + 1, samples=extremes, wall=1.2, stream=0.0),
    ]
    writer = Writer.create(tmp_path, KEY, head(channels))
    for frame in written:
        writer.sound(frame) if isinstance(frame, Sound) else writer.mark(frame)
    writer.end(End(at=2 * RATE + 1, reason="stopped"))
    tape = Tape.open(writer.path, KEY)
    assert tape.head == head(channels)
    assert tape.id == writer.id == writer.path.stem
    assert plain(tape.frames()) == plain([*written, End(at=2 * RATE + 1, reason="stopped")])
    whole = np.concatenate(list(tape.sound()))
    assert np.array_equal(whole, np.concatenate([f.samples for f in written if isinstance(f, Sound)]))
    assert writer.size == writer.path.stat().st_size


@settings(max_examples=30, deadline=None)
@given(data=st.data(), channels=st.sampled_from([1, 2]))
def test_any_sound_in_any_pieces_is_laid_on_the_timeline(tmp_path_factory, data, channels: int) -> None:
    pieces = data.draw(st.lists(st.tuples(st.integers(0, 3 * RATE), st.integers(1, 3_000)), max_size=6))
    writer = Writer.create(tmp_path_factory.mktemp("tape"), KEY, head(channels))
    at, expected = 0, []
    for gap, count in pieces:
        piece = sound(at + gap, count, channels)
        writer.sound(piece)
        expected += [np.zeros((gap, channels), np.int16), piece.samples]
        at = piece.end
    writer.close()
    tape = Tape.open(writer.path, KEY)
    blocks = list(tape.sound())
    assert all(0 < len(block) <= RATE and block.dtype == np.int16 for block in blocks)
    assert np.array_equal(np.concatenate([np.zeros((0, channels), np.int16), *blocks]), np.concatenate(
        [np.zeros((0, channels), np.int16), *expected]
    ))  # fmt: skip
    assert tape.survey().duration == at / RATE


def test_a_survey_tells_what_is_there(tape: Recorded) -> None:
    survey = Tape.open(tape.path, KEY).survey()
    assert survey.duration == pytest.approx(3.2)
    assert survey.kept == pytest.approx(1.2)
    assert (survey.complete, survey.reason, survey.damage, survey.strikes) == (True, "stopped", (), ())
    assert [mark.kind for mark in survey.marks] == ["bookmark", "pause", "resume"]
    assert survey.gaps == ((pytest.approx(0.8), pytest.approx(2.8)),)


def test_gaps_count_from_ten_milliseconds(tmp_path: Path) -> None:
    with Writer.create(tmp_path, KEY, head()) as writer:
        for at in (480, 480 + STEP + 479, 480 + 2 * STEP + 479 + 480):
            writer.sound(sound(at))
        writer.mark(Mark(at=480 * 3 + 3 * STEP + 480, kind="pause"))
    gaps = Tape.open(writer.path, KEY).survey().gaps
    assert [round((end - start) * RATE) for start, end in gaps] == [480, 480, 481]


def test_a_tape_is_the_owners_alone(tape: Recorded, tmp_path: Path) -> None:
    assert stat.S_IMODE(tape.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(tape.path.parent.stat().st_mode) == 0o700
    assert tape.path.parent == tmp_path / "tapes"
    assert tapes(tmp_path) == (tape.path,)
    assert tapes(tmp_path / "none") == ()
    assert list(tape.path.parent.iterdir()) == [tape.path]


def test_nothing_of_it_can_be_read_without_the_key(tmp_path: Path) -> None:
    """A tone is recorded: its PCM, its FLAC and every word would show if they were in the file."""
    tone = (9_000 * np.sin(np.arange(RATE) * 2 * np.pi * 440 / RATE)).astype(np.int16)[:, None]
    with Writer.create(tmp_path, KEY, head()) as writer:
        writer.sound(Sound(at=0, samples=tone, wall=0.0, stream=0.0))
        writer.mark(Mark(at=RATE, kind="bookmark", text="forgiveness"))
        writer.mark(Mark(at=RATE, kind="yes", text="Maya Petrova"))
    data = writer.path.read_bytes()
    for secret in (b"fLaC", b"Maya", b"Jonas", b"Petrova", b"forgiveness", b"bookmark", b"2026-03-01", b"Rode", KEY):
        assert secret not in data
    pieces = {tone.tobytes()[i : i + 8] for i in range(0, 2_000, 8)} - {bytes(8)}
    assert not any(piece in data for piece in pieces)
    counts = np.bincount(np.frombuffer(data[HEADER + PREFIX :], np.uint8), minlength=256)
    assert counts.max() < 2 * len(data) / 256  # looks like noise
    again = Writer.create(tmp_path, KEY, head())
    again.close()
    assert again.path.read_bytes()[60:] != data[60 : again.size]


def test_the_library_key_itself_encrypts_nothing(tape: Recorded) -> None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    with pytest.raises(InvalidTag):
        AESGCM(KEY).decrypt(tape.data[44:56], tape.data[56:104], tape.data[:44])


def test_the_layout_is_the_one_in_the_docs(tape: Recorded) -> None:
    """Reads a tape with nothing but what docs/tape-format.md says."""
    import io

    import msgspec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def derive(info: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, None, info).derive(KEY)

    copy = tape.data[:108]
    assert copy == tape.data[108:216]
    magic, version, id, fingerprint, nonce, wrapped, crc = struct.unpack(">8sI16s16s12s48sI", copy)
    assert (magic, version, id.hex(), crc) == (b"\x89LENS\r\n\x1a", 1, tape.path.stem, zlib.crc32(copy[:104]))
    assert fingerprint == derive(b"conversation-lens tape fingerprint v1", 16)
    key = AESGCM(derive(b"conversation-lens tape wrap v1", 32)).decrypt(nonce, wrapped, copy[:44])
    place, numbers, contents = 216, [], []
    while place < len(tape.data):
        prefix = tape.data[place : place + 16]
        marker, seq, length = struct.unpack(">4sQI", prefix)
        assert marker == b"\xf5LT\x0a"
        sealed = tape.data[place + 16 : place + 16 + length]
        content = AESGCM(key).decrypt(b"tape" + struct.pack(">Q", seq), sealed, copy[:104] + prefix)
        contents.append(msgspec.msgpack.decode(content))
        numbers.append(seq)
        place += 16 + length
    assert numbers == list(range(len(tape.frames) + 2))
    assert [content["previous"] for content in contents] == [-1, *numbers[:-1]]
    kinds = [content["frame"]["type"] for content in contents]
    assert kinds == ["head", "head", *[type(frame).__name__.lower() for frame in tape.frames]]
    first = contents[2]["frame"]
    assert set(first) == {"type", "at", "count", "wall", "stream", "flac"}
    assert np.array_equal(soundfile.read(io.BytesIO(first["flac"]), dtype="int16")[0], sound(0).samples[:, 0])


def test_sound_that_does_not_fit_is_refused_with_words(tmp_path: Path) -> None:
    with Writer.create(tmp_path, KEY, head()) as writer:
        size = writer.size
        writer.sound(sound(STEP))
        for wrong, says in [
            (sound(9 * STEP, RATE + 1), "at most|1 to 48000"),
            (sound(9 * STEP, 0), "1 to 48000"),
            (sound(2 * STEP - 1), "goes back"),
            (sound(0), "goes back"),
            (sound(9 * STEP, channels=2), "shape"),
            (Sound(at=9 * STEP, samples=np.zeros((10, 1), np.float32), wall=0, stream=0), "int16"),
        ]:
            with pytest.raises(ValueError, match=says):
                writer.sound(wrong)
        with pytest.raises(ValueError, match="shorten"):
            writer.mark(Mark(at=0, kind="bookmark", text="x" * 300_000))
        assert writer.size > size
        writer.sound(sound(2 * STEP))
    with pytest.raises(ValueError, match="closed"):
        writer.sound(sound(3 * STEP))
    with pytest.raises(ValueError, match="closed"):
        writer.end(End(at=0, reason="stopped"))
    assert plain(Tape.open(writer.path, KEY).frames()) == plain([sound(STEP), sound(2 * STEP)])
    with pytest.raises(ValueError, match="32 bytes"):
        Writer.create(tmp_path, b"short", head())


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "tapes").write_text("a file where the folder should be")
    with pytest.raises(RecordingError, match="make room") as caught:
        Writer.create(tmp_path, KEY, head())
    assert "\n" not in str(caught.value)


# What somebody or something did to the file


def test_a_flipped_bit_costs_its_own_frame_and_nothing_else(tape: Recorded) -> None:
    rng = np.random.default_rng(3)
    header = [(at, -3) for at in range(0, HEADER, 3)]
    heads = [(int(at), -2) for at in rng.integers(HEADER, tape.begin, 12)]
    prefixes = [(start + i, k) for k, start in enumerate(tape.starts) for i in (0, 2, 4, 11, 12, 14, 15)]
    bodies = [(int(at), k) for k in range(len(tape.ends)) for at in rng.integers(tape.starts[k], tape.ends[k], 5)]
    for at, hit in header + heads + prefixes + bodies:
        data = bytearray(tape.data)
        data[at] ^= 1 << int(rng.integers(8))
        changed = tape.changed(bytes(data))
        left = [frame for k, frame in enumerate(tape.frames) if k != hit]
        assert changed.head == head()
        assert plain(changed.frames()) == plain(left), at
        survey = changed.survey()
        assert survey.complete == (hit != len(tape.frames) - 1)
        assert survey.damage or not survey.complete, at
        assert len(survey.damage) <= 1
        if hit in (8, 9, 10, 11):  # nobody knows how much of the pause was none
            assert survey.damage[0] == "1 frame near 0:00 does not verify; at most 1.0 s is lost"
        elif hit >= 0 and isinstance(tape.frames[hit], Sound):
            assert survey.damage[0].endswith("does not verify; at most 0.1 s is lost")
        elif survey.complete:
            assert "nothing is lost" in survey.damage[0] or "no sound is lost" in survey.damage[0]


def test_damage_is_told_with_place_and_extent(tmp_path: Path) -> None:
    with Writer.create(tmp_path, KEY, head()) as writer:
        sizes = []
        for i in range(70):
            sizes.append(writer.size)
            writer.sound(sound(i * RATE // 2, RATE // 2))
        writer.end(End(at=35 * RATE, reason="stopped"))
    data = bytearray(writer.path.read_bytes())
    data[sizes[62] + 700] ^= 1
    data[sizes[63] + 700] ^= 1
    writer.path.write_bytes(data)
    tape = Tape.open(writer.path, KEY)
    assert tape.survey().damage == ("2 frames near 0:31 do not verify; at most 1.0 s is lost",)
    assert len(np.concatenate(list(tape.sound()))) == 35 * RATE


@pytest.mark.parametrize("block", [4, 5, 7, 4_096])
def test_the_next_frame_is_found_wherever_it_lies(tape: Recorded, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """Also where its marker lies across two of the blocks that are searched."""
    monkeypatch.setattr(sealing, "_BLOCK", block)
    for length in (1, 2, 3, 4, 5_000):
        rubble = tape.changed(tape.data[: tape.starts[3]] + b"\xf5" * length + tape.data[tape.starts[3] :])
        assert plain(rubble.frames()) == plain(tape.frames)
        assert rubble.survey().damage == ()


def test_both_headers_or_both_heads_damaged_is_the_end_of_it(tape: Recorded) -> None:
    data = bytearray(tape.data)
    data[60] ^= 1
    data[108 + 60] ^= 1
    with pytest.raises(TapeError, match="both copies of its header"):
        tape.changed(bytes(data))
    data = bytearray(tape.data)
    for at in (HEADER + 30, tape.begin - 30):
        data[at] ^= 1
    with pytest.raises(TapeError, match="no head"):
        tape.changed(bytes(data))


def test_a_header_may_be_hit_anywhere_in_one_copy(tape: Recorded) -> None:
    for gone in (slice(0, 108), slice(108, 216)):
        data = bytearray(tape.data)
        data[gone] = bytes(108)
        assert plain(tape.changed(bytes(data)).frames()) == plain(tape.frames)


def test_a_tape_cut_off_anywhere_is_an_unfinished_tape(tape: Recorded) -> None:
    rng = np.random.default_rng(5)
    for size in [*tape.starts, *rng.integers(tape.begin, len(tape.data), 60)]:
        changed = tape.changed(tape.data[: int(size)])
        left = [frame for frame, end in zip(tape.frames, tape.ends, strict=True) if end <= size]
        assert plain(changed.frames()) == plain(left)
        survey = changed.survey()
        assert (survey.complete, survey.reason, survey.damage) == (False, None, ())
    # The last frame is whole, but does not verify: that is no tearing.
    broken = bytearray(tape.data[: tape.ends[-2]])
    broken[-20] ^= 1
    assert "does not verify" in tape.changed(bytes(broken)).survey().damage[0]
    # A power cut leaves zeros where nothing was written yet.
    assert tape.changed(tape.data[: tape.ends[-2]] + bytes(5_000)).survey().damage == ()
    for size in (*range(0, HEADER, 9), HEADER, HEADER + 50):
        with pytest.raises(TapeError) as caught:
            tape.changed(tape.data[:size])
        assert "\n" not in str(caught.value)


def test_removed_repeated_and_moved_frames_are_noticed(tape: Recorded) -> None:
    pieces = [tape.data[: tape.begin], *(tape.piece(k) for k in range(len(tape.ends)))]
    a, b = 3, 4  # two sounds, counted with the beginning as 0

    removed = tape.changed(b"".join(pieces[:a] + pieces[a + 1 :]))
    assert plain(removed.frames()) == plain(tape.frames[: a - 1] + tape.frames[a:])
    assert removed.survey().damage == ("1 frame near 0:00 is missing; at most 0.1 s is lost",)

    repeated = tape.changed(b"".join([*pieces[:a], pieces[a], *pieces[a:]]))
    assert plain(repeated.frames()) == plain(tape.frames)
    assert "1 frame is not in place" in repeated.survey().damage[0]

    moved = tape.changed(b"".join([*pieces[:a], pieces[b], pieces[a], *pieces[b + 1 :]]))
    assert plain(moved.frames()) == plain([f for k, f in enumerate(tape.frames, 1) if k != a])
    assert len(moved.survey().damage) == 2

    prolonged = tape.changed(tape.data + tape.piece(2))
    assert plain(prolonged.frames()) == plain(tape.frames)
    assert (prolonged.survey().complete, prolonged.survey().damage) == (True, ())


def test_a_frame_of_another_tape_is_no_frame_of_this_one(tape: Recorded, tmp_path: Path) -> None:
    other = Recorded(tmp_path / "other")
    swapped = tape.changed(tape.data[: tape.starts[2]] + other.piece(2) + tape.data[tape.ends[2] :])
    assert plain(swapped.frames()) == plain(tape.frames[:2] + tape.frames[3:])
    assert "1 frame near 0:00 does not verify" in swapped.survey().damage[0]


def test_what_is_no_tape_of_this_library_is_said_as_what_it_is(tape: Recorded, tmp_path: Path) -> None:
    with pytest.raises(TapeError, match="another library"):
        Tape.open(tape.path, bytes(32))
    with pytest.raises(TapeError, match="missing"):
        Tape.open(tmp_path / "none.tape", KEY)
    with pytest.raises(TapeError, match="cannot be read"):
        Tape.open(tmp_path, KEY)
    for name, data in {"empty": b"", "words": b"hello", "zeros": bytes(5_000)}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(TapeError, match="is no tape"):
            Tape.open(tmp_path / name, KEY)
    soundfile.write(tmp_path / "talk.tape", np.zeros(RATE, np.int16), RATE, format="WAV")
    with pytest.raises(TapeError, match="is no tape"):
        Tape.open(tmp_path / "talk.tape", KEY)
    newer = struct.pack(">8sI", tape.data[:8], 2) + tape.data[12:104]
    newer = (newer + struct.pack(">I", zlib.crc32(newer))) * 2
    with pytest.raises(TapeError, match=r"version 2.*update"):
        tape.changed(newer + tape.data[216:])
    forged = tape.data[:60] + bytes([tape.data[60] ^ 1]) + tape.data[61:104]
    forged = (forged + struct.pack(">I", zlib.crc32(forged))) * 2
    with pytest.raises(TapeError, match="was changed"):
        tape.changed(forged + tape.data[216:])


# Striking and shredding


def pieces(data: bytes, size: int = 16) -> set[bytes]:
    return {data[i : i + size] for i in range(len(data) - size + 1)} - {bytes(size)}


def test_what_is_struck_is_gone_from_the_file(tmp_path: Path) -> None:
    with Writer.create(tmp_path, KEY, head()) as writer:
        for i in range(6):
            writer.sound(sound(i * STEP))
        start = writer.size
        for i in range(6, 9):
            writer.sound(sound(i * STEP))
        writer.mark(Mark(at=9 * STEP - 1, kind="bookmark", text="forgiveness"))
        before = writer.path.read_bytes()
        assert writer.strike(6 * STEP + 5, 9 * STEP) == Strike(start=6 * STEP, end=9 * STEP)
        after = writer.path.read_bytes()
        assert len(after) > len(before)
        assert after[:start] == before[:start]
        assert after[start : len(before)] == bytes(len(before) - start)
        writer.sound(sound(9 * STEP))
        writer.end(End(at=10 * STEP, reason="stopped"))
    assert not pieces(before[start:]) & pieces(writer.path.read_bytes())
    tape = Tape.open(writer.path, KEY)
    left = [*(sound(i * STEP) for i in range(6)), Strike(start=6 * STEP, end=9 * STEP), sound(9 * STEP)]
    assert plain(tape.frames()) == plain([*left, End(at=10 * STEP, reason="stopped")])
    survey = tape.survey()
    assert survey.strikes == (Strike(start=6 * STEP, end=9 * STEP),)
    assert (survey.damage, survey.marks, survey.complete) == ((), (), True)
    assert survey.gaps == ((pytest.approx(0.6), pytest.approx(0.9)),)


stretches = st.tuples(st.integers(0, 12 * STEP), st.integers(0, 4 * STEP))


@settings(max_examples=40, deadline=None)
@given(plan=st.lists(st.one_of(st.just("sound"), st.just("mark"), st.just("fail"), stretches), max_size=14))
def test_any_strikes_leave_exactly_what_they_did_not_touch(tmp_path_factory, plan: list) -> None:
    """Against a simple model, with frames that fail to be written in between."""
    disk = FailingDisk(10**9, 5)
    writer = Writer.create(tmp_path_factory.mktemp("tape"), KEY, head(), disk)
    at, expected = 0, []
    for step in plan:
        if step == "sound":
            expected.append(sound(at))
            writer.sound(expected[-1])
            at += STEP
        elif step == "mark":
            expected.append(Mark(at=at - STEP // 2, kind="bookmark", text="x"))
            writer.mark(expected[-1])
        elif step == "fail":
            disk.failing = range(disk.count + 1, disk.count + 2)
            with pytest.raises(OSError):
                writer.sound(sound(at))
        else:
            struck = writer.strike(step[0], step[0] + step[1])
            assert struck.start <= step[0] <= step[0] + step[1] <= struck.end
            expected = [f for f in expected if not touched(f, struck.start, struck.end)] + [struck]
    writer.end(End(at=at, reason="stopped"))
    tape = Tape.open(writer.path, KEY)
    assert plain(tape.frames()) == plain([*expected, End(at=at, reason="stopped")])
    assert tape.survey().damage == ()
    before = writer.path.read_bytes()
    finish_strikes(writer.path, KEY)
    assert writer.path.read_bytes() == before


def touched(frame: object, start: int, end: int) -> bool:
    if isinstance(frame, Strike):
        return False
    return start <= frame.at < end if isinstance(frame, Mark) else max(start, frame.at) < min(end, frame.end)


def test_everything_after_the_head_can_be_struck_and_so_can_nothing(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path, KEY, head())
    assert writer.strike(0, 100) == Strike(start=0, end=100)
    for i in range(3):
        writer.sound(sound(i * STEP))
    writer.strike(0, 3 * STEP)
    writer.strike(0, 3 * STEP)  # nothing is left there
    writer.end(End(at=3 * STEP, reason="stopped"))
    tape = Tape.open(writer.path, KEY)
    assert tape.head == head()
    assert [type(frame) for frame in tape.frames()] == [Strike, Strike, Strike, End]
    assert (tape.survey().damage, tape.survey().kept) == ((), 0)
    assert not np.concatenate(list(tape.sound())).any()


class Unwiping(WatchedDisk):
    """The power fails when the first zeros are to be written, or after `zeros` bytes of them."""

    def __init__(self, zeros: int) -> None:
        super().__init__()
        self.zeros = zeros

    def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
        if not bytes(data).strip(b"\0"):
            Disk.write(self, handle, data[: self.zeros], offset)
            raise KeyboardInterrupt
        return super().write(handle, data, offset)


@pytest.mark.parametrize("zeros", [0, 5, 1_000, 12_000])
def test_a_crash_between_the_two_steps_of_a_strike_loses_no_secret(tmp_path: Path, zeros: int) -> None:
    writer = Writer.create(tmp_path, KEY, head(), Unwiping(zeros))
    for i in range(2):
        writer.sound(sound(i * STEP))
    start = writer.size
    for i in range(2, 4):
        writer.sound(sound(i * STEP))
    struck = writer.path.read_bytes()[start:]
    with pytest.raises(KeyboardInterrupt):
        writer.strike(2 * STEP, 4 * STEP)
    tape = Tape.open(writer.path, KEY)
    expected = plain([sound(0), sound(STEP), Strike(start=2 * STEP, end=4 * STEP)])
    assert plain(tape.frames()) == plain(Follower(tape).read()) == expected
    assert pieces(struck) & pieces(writer.path.read_bytes())
    size = writer.path.stat().st_size
    finish_strikes(writer.path, KEY)
    assert not pieces(struck) & pieces(writer.path.read_bytes())
    assert writer.path.stat().st_size == size
    assert not writer.path.with_suffix(".reserve").exists()
    assert plain(tape.frames()) == expected
    assert tape.survey().damage == ()


def test_shredding_leaves_no_key(tape: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Disk, "unlink", lambda self, path: None)
    shred(tape.path)  # what a tool that undeletes files would find
    assert not pieces(tape.data[:HEADER], 12) & pieces(tape.path.read_bytes()[:HEADER], 12)
    with pytest.raises(TapeError, match="shredded"):
        Tape.open(tape.path, KEY)
    monkeypatch.undo()
    shred(tape.path)  # nothing of it needs to be readable for that
    assert not tape.path.exists()
    for act in (lambda: Tape.open(tape.path, KEY), lambda: shred(tape.path)):
        with pytest.raises(TapeError, match="missing"):
            act()


# While it is being written

FOLLOWER = """
import hashlib, json, sys, time
from pathlib import Path
from recorder.frames import End, Sound
from recorder.tape import Follower, Tape
follower = Follower(Tape.open(Path(sys.argv[1]), bytes(range(32))))
print("ready", flush=True)
ended = False
while not ended:
    for frame in follower.read():
        content = hashlib.sha256(frame.samples.tobytes()).hexdigest() if isinstance(frame, Sound) else ""
        extent = [getattr(frame, "at", getattr(frame, "start", 0)), getattr(frame, "end", 0)]
        print(json.dumps([type(frame).__name__, *extent, content]), flush=True)
        ended |= isinstance(frame, End)
    time.sleep(0.002)
"""


def test_another_process_follows_while_it_is_written(tmp_path: Path) -> None:
    import hashlib

    writer = Writer.create(tmp_path, KEY, head(2), Slow())
    command = [sys.executable, "-c", FOLLOWER, str(writer.path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout.readline() == "ready\n"
    written = []
    for i in range(40):
        written.append(sound(i * STEP, channels=2))
        writer.sound(written[-1])
        time.sleep(0.003)
        if i == 25:
            time.sleep(0.2)  # all of it has been seen: what is struck must be named
            writer.strike(20 * STEP, 26 * STEP)
    writer.mark(Mark(at=40 * STEP, kind="bookmark", text="x"))
    writer.end(End(at=40 * STEP, reason="stopped"))
    lines = [json.loads(line) for line in child.communicate(timeout=30)[0].splitlines()]
    sounds = [["Sound", f.at, f.end, hashlib.sha256(f.samples.tobytes()).hexdigest()] for f in written]
    strike, rest = ["Strike", 20 * STEP, 26 * STEP, ""], [["Mark", 40 * STEP, 0, ""], ["End", 40 * STEP, 0, ""]]
    assert lines == [*sounds[:26], strike, *sounds[26:], *rest]


class Slow(Disk):
    """Writes in small pieces, so that a reader sees many a frame half-written."""

    def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
        time.sleep(0.0005)
        return super().write(handle, data[:1_500], offset)


def test_a_follower_waits_for_the_rest_of_a_frame(tape: Recorded) -> None:
    follower = Follower(tape.changed(tape.data[: tape.begin]))
    assert follower.read() == []
    seen: list[object] = []
    for size in range(tape.begin, len(tape.data) + 2_000, 2_000):
        tape.path.write_bytes(tape.data[:size])
        seen += follower.read()
    assert plain(seen) == plain(tape.frames)
    assert follower.read() == []


def test_a_follower_skips_no_frame_that_is_completed_while_it_reads(
    tape: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst moment: a frame is seen half-written, and with the next look it and more are there."""
    follower = Follower(tape.changed(tape.data[: tape.ends[1] + 40]))
    look = sealing._next_marker

    def late(*arguments: object) -> int | None:
        with tape.path.open("r+b") as file:
            file.write(tape.data)
        return look(*arguments)

    monkeypatch.setattr(sealing, "_next_marker", late)
    seen = follower.read()
    assert plain([*seen, *follower.read()]) == plain(tape.frames)


def test_a_follower_survives_that_the_last_frame_is_cut_off_and_replaced(tmp_path: Path) -> None:
    disk = FailingDisk(10**9, 5)
    writer = Writer.create(tmp_path, KEY, head(), disk)
    follower = Follower(Tape.open(writer.path, KEY))
    seen: list[object] = []

    class Peeking(FailingDisk):
        def sync(self, handle: int) -> None:
            seen.extend(follower.read())  # the frame is whole in the file, and then the disk fails
            super().sync(handle)

    disk.__class__ = Peeking
    writer.sound(sound(0))
    disk.failing = range(disk.count + 2, disk.count + 3)
    with pytest.raises(OSError):
        writer.sound(sound(STEP))
    writer.sound(sound(2 * STEP, 700))
    writer.sound(sound(3 * STEP))
    writer.end(End(at=4 * STEP, reason="stopped"))
    sounds = [sound(0), sound(STEP), sound(2 * STEP, 700), sound(3 * STEP)]
    assert plain(seen) == plain([*sounds, End(at=4 * STEP, reason="stopped")])
