"""Where keys live: one key per library, locked in slots that can change without touching the data.

A library folder has one random 32-byte *library key*, made once and never changed; everything in the
folder is encrypted with it. The key itself is nowhere in the clear: `keys.json` in the folder holds it
wrapped (AES-GCM) in one or more *slots*, and each slot says where the secret that unwraps it is found:

    passphrase   in the head of the user; stretched with scrypt
    keyring      in the keyring of the operating system (service "conversation-lens", user: the library id)
    keyfile      in a file of 32 random bytes in the user's configuration folder

So a new passphrase is a new slot; not one recorded byte is written again.

Conventions
-----------
- `keys.json` holds no secret and may be backed up with the library; without it the library is lost.
- Opening asks for nothing as long as the keyring or the key file answers. Only then the passphrase
  counts: the one given, else the one that `ask` (someone at a terminal) hands back.
- A keyring that raises, for whatever reason (no desktop, no D-Bus, locked), is a keyring that is not there.
- A library whose `keys.json` is gone is never given a new key: that would hide the loss.
- Files are written beside their final place, synced and renamed; 0600, folders 0700.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import unicodedata
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import msgspec
from msgspec import Meta, Struct

from recorder.errors import KeysError

__all__ = ["Opened", "create", "describe", "open_or_create", "set_passphrase", "unlock"]

VERSION = 1
FILE = "keys.json"
DATABASE = "library.db"
SERVICE = "conversation-lens"
KEY_BYTES = 32
NONCE_BYTES = 12
ATTEMPTS = 3

Ask = Callable[[str], str]
Kind = Literal["passphrase", "keyring", "keyfile"]


@dataclass(frozen=True)
class Opened:
    """A library's key, and how it was come by; `keyfile` is set where the key lies in a plain file."""

    key: bytes = field(repr=False)
    library_id: str
    kind: Kind
    created: bool = False
    keyfile: Path | None = None

    @property
    def warning(self) -> str | None:
        """The one line that a user must see when their key lies in a plain file; else None."""
        if self.keyfile is None:
            return None
        return (
            f"the key of this library lies in a plain file, {self.keyfile}: whoever can read your files "
            "can read your sessions; set a passphrase with `lens keys passphrase`"
        )


def open_or_create(library: Path, passphrase: str | None = None, ask: Ask | None = None) -> Opened:
    """The key of this library, made now if the library is new.

    Parameters
    ----------
    library
        The library folder; created with mode 0700 if it is missing.
    passphrase
        What the user gave without being asked (`LENS_PASSPHRASE`); None if nothing.
    ask
        Shows a prompt and hands back what was typed, unseen; None if nobody is at a terminal.

    Raises
    ------
    KeysError
        If the key cannot be had; its text is one line that says why and what to do.
    """
    known = _exists(library / FILE)
    return unlock(library, passphrase, ask) if known else create(library, passphrase, ask)


def create(library: Path, passphrase: str | None = None, ask: Ask | None = None) -> Opened:
    """A new library's key, kept in the best place there is; parameters as in `open_or_create`.

    That is: the passphrase given; else the keyring of the operating system; else a passphrase that
    `ask` gets (an empty one means a key file); else a key file, about which `Opened.warning` speaks.

    Raises
    ------
    KeysError
        If the folder cannot be written, or holds a library whose keys.json is missing.
    """
    for locked in (library / DATABASE, *library.glob("tapes/*.tape")):
        if _exists(locked):
            raise KeysError(
                f"{library / FILE} is missing, and {locked.name} cannot be read without it: "
                f"put {FILE} back from a backup, or choose another folder with --library"
            )
    library_id, key = str(uuid.uuid4()), secrets.token_bytes(KEY_BYTES)
    slot = None
    try:
        library.mkdir(mode=0o700, parents=True, exist_ok=True)
        slot = _new_slot(library_id, key, passphrase, ask)
        _write(library / FILE, _encode(_Keys(library=library_id, slots=(slot,))), new=True)
    except OSError as error:
        if slot is not None:
            slot.forget(library_id)
        if isinstance(error, FileExistsError) and _exists(library / FILE):
            return unlock(library, passphrase, ask)  # another process was first: its key counts
        raise KeysError(f"{library} cannot be written ({error.strerror}): choose another --library") from None
    return _opened(key, library_id, slot, created=True)


def unlock(library: Path, passphrase: str | None = None, ask: Ask | None = None) -> Opened:
    """The key of a library that exists; parameters as in `open_or_create`.

    Raises
    ------
    KeysError
        If no slot opens with what is at hand, or keys.json is missing, damaged or too new.
    """
    keys = _read(library)
    for slot in keys.slots:
        if key := slot.open(keys.library, slot.secret(keys.library)):
            return _opened(key, keys.library, slot)
    for slot in keys.slots:
        if isinstance(slot, _Passphrase):
            key = _key_behind(slot, library, keys.library, passphrase, ask)
            return _opened(key, keys.library, slot)
    places = " and ".join(slot.words for slot in keys.slots)
    raise KeysError(
        f"the key of {library} is not to be had from {places}: unlock the keyring (log in at the desktop) "
        "or put the key file back from a backup; without it these sessions cannot be read"
    )


def set_passphrase(library: Path, library_key: bytes, passphrase: str) -> None:
    """Lock the library with this passphrase alone: the key file and the keyring entry are deleted.

    Parameters
    ----------
    library
        The library folder.
    library_key
        Its key, from `unlock` or `open_or_create`.
    passphrase
        The new passphrase; it replaces an older one.

    Raises
    ------
    KeysError
        If the passphrase is empty, or keys.json is missing, damaged or cannot be written.
    """
    if len(library_key) != KEY_BYTES:
        raise ValueError(f"a library key has {KEY_BYTES} bytes, not {len(library_key)}")
    keys = _read(library)
    slot = _Passphrase.around(keys.library, library_key, passphrase)
    try:
        _write(library / FILE, _encode(_Keys(library=keys.library, slots=(slot,))))
    except OSError as error:
        raise KeysError(f"{library} cannot be written ({error.strerror}): nothing was changed") from None
    for old in keys.slots:  # only now: a crash before this line must not lock the user out
        old.forget(keys.library)


def describe(library: Path) -> dict[Kind, str]:
    """How this library is locked: each slot's kind, and words for it. Asks nothing, opens nothing.

    Raises
    ------
    KeysError
        If keys.json is missing, damaged or too new.
    """
    return {slot.kind: slot.words for slot in _read(library).slots}


class _Slot(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """The library key, wrapped with a secret. Bound to library and kind: it cannot be moved to another."""

    nonce: Annotated[bytes, Meta(min_length=NONCE_BYTES, max_length=NONCE_BYTES)]
    wrapped: bytes

    @property
    def kind(self) -> Any:
        return self.__struct_config__.tag

    @classmethod
    def wrap(cls, library_id: str, key: bytes, secret: bytes, **rest: Any) -> Self:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, bound = secrets.token_bytes(NONCE_BYTES), f"{library_id}:{cls.__struct_config__.tag}".encode()
        return cls(nonce=nonce, wrapped=AESGCM(secret).encrypt(nonce, key, bound), **rest)

    def open(self, library_id: str, secret: bytes | None) -> bytes | None:
        """The library key; None if the secret is unknown or not the right one."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if secret is None or len(secret) != KEY_BYTES:
            return None
        try:
            return AESGCM(secret).decrypt(self.nonce, self.wrapped, f"{library_id}:{self.kind}".encode())
        except InvalidTag:
            return None


class _Passphrase(_Slot, frozen=True, kw_only=True, tag="passphrase"):
    # The bounds keep a damaged file from asking scrypt for all memory.
    kdf: Literal["scrypt"] = "scrypt"
    n: Annotated[int, Meta(ge=2, le=2**22)] = 2**17
    r: Annotated[int, Meta(ge=1, le=32)] = 8
    p: Annotated[int, Meta(ge=1, le=16)] = 1
    salt: bytes
    words = "a passphrase"

    def __post_init__(self) -> None:
        if self.n & (self.n - 1):
            raise ValueError(f"n is {self.n}, not a power of two")

    @classmethod
    def around(cls, library_id: str, key: bytes, passphrase: str) -> _Passphrase:
        _refuse_empty(passphrase)
        new = cls(salt=secrets.token_bytes(16), nonce=bytes(NONCE_BYTES), wrapped=b"")
        return cls.wrap(library_id, key, new.stretch(passphrase), salt=new.salt)

    def stretch(self, passphrase: str) -> bytes:
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        # Keyboards differ in how they compose an "é"; the passphrase is the same.
        text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogateescape")
        return Scrypt(salt=self.salt, length=KEY_BYTES, n=self.n, r=self.r, p=self.p).derive(text)

    def secret(self, library_id: str) -> None:
        """Nobody but the user has it."""

    def forget(self, library_id: str) -> None:
        """There is nothing to delete."""


class _Keyring(_Slot, frozen=True, kw_only=True, tag="keyring"):
    words = "the keyring of this computer"

    def secret(self, library_id: str) -> bytes | None:
        text = _keyring("get_password", library_id)
        with suppress(ValueError):  # an entry that is not ours
            return b64decode(text) if isinstance(text, str) else None
        return None

    def forget(self, library_id: str) -> None:
        _keyring("delete_password", library_id)


class _Keyfile(_Slot, frozen=True, kw_only=True, tag="keyfile"):
    path: str

    @property
    def words(self) -> str:
        return f"the key file {self.path}"

    def places(self, library_id: str) -> tuple[Path, ...]:
        """Where the file may lie: as noted, or in this user's folder where the home has moved."""
        noted, usual = Path(self.path), _keyfile_path(library_id)
        # A tampered keys.json must not point at any other file.
        return (noted, usual) if noted.name == usual.name else (usual,)

    def secret(self, library_id: str) -> bytes | None:
        for path in self.places(library_id):
            with suppress(OSError):
                return path.read_bytes()
        return None

    def forget(self, library_id: str) -> None:
        for path in self.places(library_id):
            with suppress(OSError):  # what stays behind opens nothing once the slot is gone
                path.unlink()


_AnySlot = _Passphrase | _Keyring | _Keyfile


class _Keys(Struct, frozen=True, kw_only=True):
    """What keys.json says."""

    version: int = VERSION
    library: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
    slots: Annotated[tuple[_AnySlot, ...], Meta(min_length=1)]


class _Head(Struct):
    """The part of keys.json that every version has."""

    version: int


def _new_slot(library_id: str, key: bytes, passphrase: str | None, ask: Ask | None) -> _AnySlot:
    if passphrase is not None:
        return _Passphrase.around(library_id, key, passphrase)
    secret = secrets.token_bytes(KEY_BYTES)
    text = b64encode(secret).decode()
    _keyring("set_password", library_id, text)
    if _keyring("get_password", library_id) == text:
        return _Keyring.wrap(library_id, key, secret)
    if ask is not None and (chosen := _ask_new(ask)):
        return _Passphrase.around(library_id, key, chosen)
    path = _keyfile_path(library_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    _write(path, secret)
    return _Keyfile.wrap(library_id, key, secret, path=str(path))


def _opened(key: bytes, library_id: str, slot: _AnySlot, created: bool = False) -> Opened:
    keyfile = Path(slot.path) if isinstance(slot, _Keyfile) else None
    return Opened(key, library_id, slot.kind, created, keyfile)


def _ask_new(ask: Ask) -> str:
    chosen = ask("New passphrase for this library (empty: a key file on this computer): ")
    if chosen and ask("The same passphrase again: ") != chosen:
        raise KeysError("the two passphrases differ: nothing was created; run the command again")
    return chosen


def _key_behind(slot: _Passphrase, library: Path, library_id: str, passphrase: str | None, ask: Ask | None) -> bytes:
    """The key in a passphrase slot, by the passphrase given or the one that is asked for."""
    if passphrase is not None:
        _refuse_empty(passphrase)
        if key := slot.open(library_id, slot.stretch(passphrase)):
            return key
        raise KeysError(f"wrong passphrase for {library}: check LENS_PASSPHRASE, capital letters count")
    if ask is None:
        raise KeysError("this library is locked with a passphrase: set LENS_PASSPHRASE or run at a terminal")
    prompt = f"Passphrase of {library}: "
    for _ in range(ATTEMPTS):
        if key := slot.open(library_id, slot.stretch(ask(prompt))):
            return key
        prompt = "That is not it. Passphrase: "
    raise KeysError(f"wrong passphrase for {library}, {ATTEMPTS} times: try again, capital letters count")


def _refuse_empty(passphrase: str) -> None:
    if not passphrase:
        raise KeysError("the passphrase is empty: give one with at least one character (LENS_PASSPHRASE)")


def _keyring(method: str, *arguments: str) -> Any | None:
    """Call the operating system's keyring; None where there is none that keeps a secret, or it fails."""
    try:
        import keyring

        backend: Any = keyring.get_keyring()
        # A chain writes to its first member; that one must be trusted, not the chain.
        backend = next(iter(getattr(backend, "backends", ())), backend)
        # The keyring package recommends from 1 on; the plaintext, null and failing ones are below.
        if backend.priority < 1 or type(backend).__module__.startswith("keyrings.alt"):
            return None
        return getattr(backend, method)(SERVICE, *arguments)
    except Exception:  # backends raise what they like, from D-Bus errors on
        return None


def _keyfile_path(library_id: str) -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir("conversation-lens")) / "keys" / f"{library_id}.key"


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise KeysError(f"{path} cannot be read ({error.strerror}): check who owns the folder") from None


def _encode(keys: _Keys) -> bytes:
    return msgspec.json.format(msgspec.json.encode(keys), indent=2) + b"\n"


def _read(library: Path) -> _Keys:
    path = library / FILE
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Head).version
        if version > VERSION:
            raise KeysError(f"{path} has version {version}, this program knows {VERSION}: update the program")
        return msgspec.json.decode(data, type=_Keys)
    except FileNotFoundError:
        raise KeysError(f"{path} is missing: choose another --library, or put it back from a backup") from None
    except OSError as error:
        raise KeysError(f"{path} cannot be read ({error.strerror}): check who owns the folder") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KeysError(f"{path} is damaged ({error}): put it back from a backup") from None


def _write(path: Path, data: bytes, new: bool = False) -> None:
    """Write the file whole or not at all, 0600; with `new`, FileExistsError if it is already there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600 by its nature
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if new:
            _place_new(temporary, path)
        else:
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "posix":  # the rename itself must reach the disk; Windows needs no such thing
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _place_new(temporary: Path, path: Path) -> None:
    try:
        path.hardlink_to(temporary)  # unlike a rename, this fails if someone else was first
    except FileExistsError:
        raise
    except OSError:  # no hard links here (FAT): the narrow race is all we can have
        if path.exists():
            raise FileExistsError(path) from None
        temporary.replace(path)
