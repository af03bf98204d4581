"""How a tape is sealed, byte by byte; `docs/tape-format.md` says the same in tables, for readers in other languages.

    header, copy A | header, copy B | frame | frame | frame | ...

Every tape has a random data key of its own. The header holds it wrapped with a key derived from the library key; who
overwrites the two headers has destroyed the tape. Each frame is sealed with the data key (AES-256-GCM) and bound to
the header and to its own number, so a frame cannot be changed, moved to another tape or put under another number
without being noticed. Inside, each frame names the frame before it, so that one that was taken out is missed.

Conventions
-----------
- Integers are big-endian, offsets are bytes from the start of the file.
- A frame's number (`seq`) is also its nonce: it is never used twice, not even for a frame that failed to be written.
- What does not verify is no frame. A reader goes on at the next place where one verifies.
- Sound is FLAC of 16 bits: bit-exact, about half the size.
"""

from __future__ import annotations

import io
import secrets
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self

import msgspec
from msgspec import Struct

from recorder.errors import TapeError
from recorder.frames import RATE, End, Head, Mark, Sound

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from recorder.frames import Samples

__all__ = [
    "FIRST_FRAME", "Found", "Seal", "SealedSound", "SealedStrike", "Span", "Wire",
    "kept", "pack", "spans_of", "struck", "struck_bytes", "unpack", "walk",
]  # fmt: skip

VERSION = 1
MAGIC = b"\x89LENS\r\n\x1a"  # the line ends catch a transfer in text mode, as those of a PNG do
MARKER = b"\xf5LT\x0a"
KEY_BYTES = 32

_FIXED = struct.Struct(">8sI16s16s")  # magic, version, id, fingerprint
_HEADER = struct.Struct(f">{_FIXED.size}s12s48s")  # the fixed part, nonce, wrapped data key and its tag
_CRC = struct.Struct(">I")
_COPY = _HEADER.size + _CRC.size
_PREFIX = struct.Struct(">4sQI")  # marker, seq, length of the ciphertext and its tag
_MOST = 1 << 18
"""Bytes that a frame may have after its prefix; a second of noise in stereo has 192 000."""
_BLOCK = 1 << 20

FIRST_FRAME = 2 * _COPY
"""Where the first frame begins, in bytes: after the two copies of the header."""

Span = tuple[int, int]
"""Frames that were struck: every seq with `span[0] < seq <= span[1]`."""


class SealedSound(Struct, frozen=True, kw_only=True, tag="sound"):
    """`recorder.frames.Sound` as it lies on the tape; `count` is its length in samples per channel."""

    at: int
    count: int
    wall: float
    stream: float
    flac: bytes

    @property
    def end(self) -> int:
        """The place on the timeline of the first sample after these."""
        return self.at + self.count


class SealedStrike(Struct, frozen=True, kw_only=True, tag="strike"):
    """`recorder.frames.Strike` as it lies on the tape, with the frames that it struck."""

    start: int
    end: int
    spans: tuple[Span, ...]


Wire = Head | SealedSound | Mark | SealedStrike | End


class _Content(Struct, frozen=True, kw_only=True):
    """What a frame's ciphertext says: the frame, and the seq of the one before it (-1: there is none)."""

    previous: int
    frame: Wire


_DECODER = msgspec.msgpack.Decoder(_Content)


class Found(NamedTuple):
    """A frame that verified, and where: bytes from `offset` to `end`."""

    offset: int
    end: int
    seq: int
    previous: int
    frame: Wire


@dataclass(frozen=True)
class Seal:
    """What it takes to seal and unseal the frames of one tape. Made by `Seal.new` or `Seal.read`."""

    header: bytes
    key: bytes = field(repr=False)
    whole: bool = True
    """Whether both copies of the header were undamaged."""

    @classmethod
    def new(cls, library_key: bytes) -> Self:
        """The seal of a new tape, with a random id and a random data key."""
        fixed = _FIXED.pack(MAGIC, VERSION, secrets.token_bytes(16), _derive(library_key, "fingerprint", 16))
        nonce, key = secrets.token_bytes(12), secrets.token_bytes(KEY_BYTES)
        return cls(_HEADER.pack(fixed, nonce, _wrapping(library_key).encrypt(nonce, key, fixed)), key)

    @classmethod
    def read(cls, data: bytes, library_key: bytes, path: Path) -> Self:
        """The seal of the tape whose first `FIRST_FRAME` bytes these are; `path` is for the words of the error.

        Raises
        ------
        TapeError
            If this is no tape, of another library, of a newer version, or both copies of the header are damaged.
        """
        copies = [data[:_COPY], data[_COPY:FIRST_FRAME]]
        good = [copy[: _HEADER.size] for copy in copies if _undamaged(copy)]
        if not good and not any(copy.startswith(MAGIC) for copy in copies):
            raise TapeError(f"{path} is no tape of Conversation Lens, or it was shredded: name a .tape file")
        if not good:
            raise TapeError(f"{path} is damaged: both copies of its header are, and without one nothing can be read")
        return cls(good[0], _unwrap(good[0], library_key, path), whole=len(good) == 2)

    @property
    def id(self) -> str:
        """The tape's id, 32 hexadecimal digits."""
        return str(_FIXED.unpack_from(self.header)[2].hex())

    @property
    def begin(self) -> bytes:
        """What the file begins with: the header, twice."""
        return (self.header + _CRC.pack(zlib.crc32(self.header))) * 2

    def seal(self, seq: int, previous: int, frame: Wire) -> bytes:
        """The bytes of a frame, prefix and all. Never call it twice with one seq."""
        content = msgspec.msgpack.encode(_Content(previous=previous, frame=frame))
        if len(content) + 16 > _MOST:
            raise ValueError(f"a frame has at most {_MOST - 16} bytes, not {len(content)}: shorten its text")
        prefix = _PREFIX.pack(MARKER, seq, len(content) + 16)
        return prefix + _cipher(self.key).encrypt(_nonce(seq), content, self.header + prefix)

    def unseal(self, prefix: bytes, body: bytes) -> _Content | None:
        """What is in a frame; None if a bit of it, or of its prefix, is not as it was sealed."""
        from cryptography.exceptions import InvalidTag

        try:
            content = _cipher(self.key).decrypt(_nonce(_PREFIX.unpack(prefix)[1]), body, self.header + prefix)
        except InvalidTag:
            return None
        try:
            return _DECODER.decode(content)
        except msgspec.MsgspecError as error:  # it was sealed by someone with the key, but not by this program
            raise TapeError(
                f"tape {self.id} has a frame of a kind unknown here ({error}): update the program"
            ) from None


def walk(file: BinaryIO, seal: Seal, offset: int = FIRST_FRAME) -> Iterator[Found]:
    """Every frame from `offset` on that verifies, in the order of the file, whatever lies between them."""
    place: int | None = offset
    while place is not None:
        if found := _read(file, seal, place):
            yield found
            place = found.end
        else:
            place = _next_marker(file, place + 1)


def kept(file: BinaryIO, seal: Seal, damage: list[str]) -> Iterator[Wire]:
    """The frames of a tape that verify and were not struck, up to the end; what is missing is told to `damage`."""
    if not seal.whole:
        damage.append("one of the two copies of the header is damaged; nothing is lost")
    chain = _Chain(spans_of(walk(file, seal)), damage)  # first of all, for a strike lies behind what it struck
    for found in walk(file, seal):
        if chain.follow(found):
            yield found.frame
        if isinstance(found.frame, End):
            break
    else:
        chain.break_off(_torn(file, chain.end))
    chain.tell()


def spans_of(frames: Iterable[Found]) -> list[Span]:
    """What all the strikes among these frames struck."""
    return [span for found in frames if isinstance(found.frame, SealedStrike) for span in found.frame.spans]


def struck(seq: int, spans: list[Span]) -> bool:
    """Whether the frame with this number was struck."""
    return any(before < seq <= last for before, last in spans)


def struck_bytes(file: BinaryIO, seal: Seal) -> list[tuple[int, int]]:
    """The stretches of the file, first byte and the one after the last, where struck frames lie or lay."""
    spans = spans_of(walk(file, seal))
    stretches = []
    place, seq = FIRST_FRAME, -1
    for found in walk(file, seal):
        if struck(found.seq, spans):
            continue
        if any(max(before, seq) < min(last, found.seq - 1) for before, last in spans):
            stretches.append((place, found.offset))
        place, seq = found.end, found.seq
    return stretches


class _Chain:
    """Follows the frames from one to the next, and puts into words what is missing between them."""

    def __init__(self, spans: list[Span], damage: list[str]) -> None:
        self.end = FIRST_FRAME
        self._spans = spans
        self._damage = damage
        self._seq = -1
        self._heard = 0  # where the last sound ended
        self._known = 0  # how far on the timeline any frame reached
        self._missing = 0
        self._rubble = False  # whether there are bytes where the missing frames were
        self._misplaced = 0

    def follow(self, found: Found) -> bool:
        """Take the next frame that verified; whether it is in its place, and was not struck."""
        if found.seq <= self._seq:
            self._misplaced += 1
            return False
        missing = sum(not struck(seq, self._spans) for seq in range(self._seq + 1, found.previous + 1))
        self._missing += missing
        self._rubble |= bool(missing) and found.offset > self.end
        self._seq, self.end = found.seq, found.end
        if struck(found.seq, self._spans):
            return False
        frame = found.frame
        if isinstance(frame, SealedSound):
            self._tell_missing(frame.at)
            self._heard = frame.end
        self._known = max(self._known, frame.at if isinstance(frame, Mark | End) else getattr(frame, "end", 0))
        return True

    def break_off(self, torn: bool) -> None:
        """The tape has no end; `torn` says whether that is only because a frame was being written."""
        if not torn:
            self._damage.append(f"what follows {_clock(self._heard)} does not verify, and the tape has no end")

    def tell(self) -> None:
        """Put into words what was noticed and not yet told."""
        self._tell_missing(self._known)
        if self._misplaced:
            frames = "1 frame is" if self._misplaced == 1 else f"{self._misplaced} frames are"
            self._damage.append(f"{frames} not in place and left out: somebody changed the file")

    def _tell_missing(self, at: int) -> None:
        """Say what is missing between the last sound and this place on the timeline."""
        if self._missing:
            frames = "1 frame" if self._missing == 1 else f"{self._missing} frames"
            are = ("does not verify", "is missing") if self._missing == 1 else ("do not verify", "are missing")
            lost = min(at - self._heard, self._missing * RATE) / RATE  # a frame has at most a second
            loss = f"at most {lost:.1f} s is lost" if lost > 0 else "no sound is lost"
            self._damage.append(f"{frames} near {_clock(self._heard)} {are[not self._rubble]}; {loss}")
        self._missing, self._rubble = 0, False


def _clock(at: int) -> str:
    return f"{at // RATE // 60}:{at // RATE % 60:02}"


def _torn(file: BinaryIO, offset: int) -> bool:
    """Whether the bytes from `offset` to the end look like a frame whose writing was cut short; no bytes do, too."""
    file.seek(offset)
    rest = file.read(_PREFIX.size + _MOST + 1)
    if not rest.strip(b"\0"):  # a power cut may leave zeros where nothing was written
        return True
    if len(rest) < _PREFIX.size:
        return rest.startswith(MARKER) or MARKER.startswith(rest)
    return rest.startswith(MARKER) and len(rest) - _PREFIX.size < _PREFIX.unpack_from(rest)[2] <= _MOST


def pack(sound: Sound) -> SealedSound:
    """The sound as it is put on the tape."""
    import soundfile

    flac = io.BytesIO()
    soundfile.write(flac, sound.samples, RATE, format="FLAC", subtype="PCM_16")
    return SealedSound(
        at=sound.at, count=len(sound.samples), wall=sound.wall, stream=sound.stream, flac=flac.getvalue()
    )


def unpack(sound: SealedSound) -> Sound:
    """The sound as it was, bit for bit."""
    import soundfile

    samples: Samples = soundfile.read(io.BytesIO(sound.flac), dtype="int16", always_2d=True)[0]
    return Sound(at=sound.at, samples=samples, wall=sound.wall, stream=sound.stream)


def _read(file: BinaryIO, seal: Seal, offset: int) -> Found | None:
    """The frame that begins at this offset; None if none verifies there."""
    file.seek(offset)
    prefix = file.read(_PREFIX.size)
    if len(prefix) < _PREFIX.size or not prefix.startswith(MARKER):
        return None
    _, seq, length = _PREFIX.unpack(prefix)
    if not 16 <= length <= _MOST:
        return None
    body = file.read(length)
    content = seal.unseal(prefix, body) if len(body) == length else None
    if content is None:
        return None
    return Found(offset, offset + len(prefix) + length, seq, content.previous, content.frame)


def _next_marker(file: BinaryIO, offset: int) -> int | None:
    file.seek(offset)
    kept = b""
    while block := file.read(_BLOCK):
        data = kept + block
        if (index := data.find(MARKER)) >= 0:
            return offset - len(kept) + index
        offset += len(block)
        kept = data[1 - len(MARKER) :]  # a marker may lie across two blocks
    return None


def _undamaged(copy: bytes) -> bool:
    begins = len(copy) == _COPY and copy.startswith(MAGIC)
    return begins and zlib.crc32(copy[: _HEADER.size]) == _CRC.unpack_from(copy, _HEADER.size)[0]


def _unwrap(header: bytes, library_key: bytes, path: Path) -> bytes:
    from cryptography.exceptions import InvalidTag

    fixed, nonce, wrapped = _HEADER.unpack(header)
    _, version, _, fingerprint = _FIXED.unpack(fixed)
    if version > VERSION:
        raise TapeError(f"{path} has version {version}, this program knows {VERSION}: update the program")
    if fingerprint != _derive(library_key, "fingerprint", 16):
        raise TapeError(f"{path} is a tape of another library: name the folder that it was recorded in with --library")
    try:
        return _wrapping(library_key).decrypt(nonce, wrapped, fixed)
    except InvalidTag:  # the checksum holds, so this is no accident
        raise TapeError(f"{path} is damaged: the key in its header was changed; put it back from a backup") from None


def _nonce(seq: int) -> bytes:
    return b"tape" + seq.to_bytes(8, "big")  # the data key is this tape's alone: the number alone must be fresh


def _wrapping(library_key: bytes) -> AESGCM:
    return _cipher(_derive(library_key, "wrap", KEY_BYTES))


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _derive(library_key: bytes, purpose: str, length: int) -> bytes:
    """A key for one purpose: the library key itself locks other things already."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(library_key) != KEY_BYTES:
        raise ValueError(f"a library key has {KEY_BYTES} bytes, not {len(library_key)}")
    info = f"conversation-lens tape {purpose} v1".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(library_key)
