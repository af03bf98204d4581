"""Keys: real scrypt, real files; only the operating system's keyring is a fake, in memory."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import pytest

from recorder import keys
from recorder.errors import KeysError

PHRASE = "korrekt pferd batterie"


class Memory(keyring.backend.KeyringBackend):
    """A keyring that keeps its secrets in a dictionary."""

    priority = 5

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class Broken(Memory):
    """A keyring as it is without D-Bus: every call raises something of its own."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("no bus")

    set_password = delete_password = get_password  # type: ignore[assignment]


class Plaintext(Memory):
    """What keyrings.alt offers: below what the keyring package recommends."""

    priority = 0.5


class Chain(Memory):
    """A chain of keyrings, in the manner of keyring.backends.chainer."""

    priority = 10

    def __init__(self, *backends: keyring.backend.KeyringBackend) -> None:
        self.backends = backends

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("the first member is asked, not the chain")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A configuration folder of our own, and no keyring unless a test sets one."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield tmp_path
    keyring.set_keyring(before)


@pytest.fixture
def library(tmp_path) -> Path:
    return tmp_path / "library"


def answers(*lines: str):
    """A person at a terminal who types these lines."""
    rest = iter(lines)
    return lambda prompt: next(rest)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def rewrite(folder: Path, /, **changes) -> None:
    path = folder / "keys.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


# Creating


def test_passphrase_wins_over_keyring_and_terminal(library):
    keyring.set_keyring(Memory())
    made = keys.open_or_create(library, PHRASE, answers())
    assert (made.kind, made.created, made.warning, len(made.key)) == ("passphrase", True, None, 32)
    opened = keys.open_or_create(library, PHRASE)
    assert (opened.key, opened.created, opened.library_id) == (made.key, False, made.library_id)
    assert mode(library) == 0o700 and mode(library / "keys.json") == 0o600
    assert [file.name for file in library.iterdir()] == ["keys.json"]


def test_the_keyring_is_used_where_there_is_one(library):
    ring = Memory()
    keyring.set_keyring(ring)
    made = keys.open_or_create(library, ask=answers())
    assert (made.kind, made.warning) == ("keyring", None)
    assert list(ring.entries) == [("conversation-lens", made.library_id)]
    assert keys.open_or_create(library).key == made.key


@pytest.mark.parametrize(
    "ring",
    [
        keyring.backends.fail.Keyring(),
        keyring.backends.null.Keyring(),
        Broken(),
        Plaintext(),
        Chain(Plaintext()),
        Chain(Broken()),
    ],
    ids=lambda ring: type(ring).__name__,
)
def test_a_keyring_that_keeps_no_secret_is_none(library, ring):
    keyring.set_keyring(ring)
    assert keys.open_or_create(library).kind == "keyfile"


def test_the_first_of_a_chain_is_used(library):
    ring = Memory()
    keyring.set_keyring(Chain(ring, Plaintext()))
    assert keys.open_or_create(library).kind == "keyring" and len(ring.entries) == 1


def test_someone_at_the_terminal_chooses_a_passphrase(library):
    made = keys.open_or_create(library, ask=answers(PHRASE, PHRASE))
    assert made.kind == "passphrase"
    assert keys.open_or_create(library, ask=answers("no", PHRASE)).key == made.key


def test_two_different_passphrases_create_nothing(library):
    with pytest.raises(KeysError, match="differ: nothing was created"):
        keys.open_or_create(library, ask=answers(PHRASE, "other"))
    assert not list(library.iterdir())


@pytest.mark.parametrize("ask", [None, answers("")])
def test_the_key_file_is_private_and_comes_with_a_warning(library, home, ask):
    made = keys.open_or_create(library, ask=ask)
    path = home / "config" / "conversation-lens" / "keys" / f"{made.library_id}.key"
    assert made.keyfile == path and mode(path) == 0o600 and mode(path.parent) == 0o700
    assert path.stat().st_size == 32 and path.read_bytes() != made.key
    for opened in (made, keys.open_or_create(library)):
        assert str(path) in opened.warning and "lens keys passphrase" in opened.warning
        assert "\n" not in opened.warning


def test_keys_json_says_no_secret(library):
    made = keys.open_or_create(library)
    text = (library / "keys.json").read_bytes()
    assert made.key not in text and made.key.hex().encode() not in text
    assert PHRASE not in repr(made) and made.key.hex() not in repr(made) and repr(made.key) not in repr(made)
    parsed = json.loads(text)
    assert parsed["version"] == 1 and parsed["library"] == made.library_id
    assert set(parsed["slots"][0]) == {"kind", "path", "nonce", "wrapped"}


def test_of_two_who_create_at_once_one_key_counts(library):
    opened: list[keys.Opened] = []
    start = threading.Barrier(8)

    def one() -> None:
        start.wait()
        opened.append(keys.open_or_create(library))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({o.key for o in opened}) == 1 and sum(o.created for o in opened) == 1
    assert len(list(opened[0].keyfile.parent.iterdir())) == 1, "the key files of the others are gone"


def test_no_hard_links_here(library, monkeypatch):
    monkeypatch.setattr(Path, "hardlink_to", lambda *_: (_ for _ in ()).throw(OSError(95, "not supported")))
    made = keys.open_or_create(library)
    assert keys.open_or_create(library).key == made.key


def test_a_lost_keys_json_is_never_replaced(library):
    keys.open_or_create(library)
    (library / "library.db").touch()
    (library / "keys.json").unlink()
    with pytest.raises(KeysError, match=r"keys.json is missing, and library.db"):
        keys.open_or_create(library, PHRASE)
    assert not (library / "keys.json").exists()


def test_a_lost_keys_json_is_never_replaced_of_a_tape(library):
    keys.open_or_create(library)
    (library / "tapes").mkdir()
    (library / "tapes" / "a.tape").touch()
    (library / "keys.json").unlink()
    with pytest.raises(KeysError, match=r"keys.json is missing, and a.tape"):
        keys.open_or_create(library, PHRASE)
    assert not (library / "keys.json").exists()


@pytest.mark.parametrize("below", [".", "library"])
def test_a_folder_that_cannot_be_made(tmp_path, below):
    (tmp_path / "file").touch()
    with pytest.raises(KeysError, match="choose another --library"):
        keys.open_or_create(tmp_path / "file" / below)


# Opening


def test_wrong_passphrase(library):
    keys.open_or_create(library, PHRASE)
    with pytest.raises(KeysError, match="wrong passphrase"):
        keys.open_or_create(library, PHRASE.upper())
    with pytest.raises(KeysError, match="3 times"):
        keys.open_or_create(library, ask=answers("a", "b", "c"))


def test_locked_and_nobody_there(library):
    keys.open_or_create(library, PHRASE)
    with pytest.raises(KeysError, match=r"^this library is locked with a passphrase: set LENS_PASSPHRASE or"):
        keys.open_or_create(library)


def test_an_empty_passphrase_is_refused(library):
    with pytest.raises(KeysError, match="passphrase is empty"):
        keys.open_or_create(library, "")
    made = keys.open_or_create(library, PHRASE)
    with pytest.raises(KeysError, match="passphrase is empty"):
        keys.open_or_create(library, "")
    with pytest.raises(KeysError, match="passphrase is empty"):
        keys.set_passphrase(library, made.key, "")
    assert keys.open_or_create(library, PHRASE).key == made.key


def test_letters_composed_in_another_way_are_the_same(library):
    made = keys.open_or_create(library, "caf\u00e9")
    assert keys.open_or_create(library, "cafe\u0301").key == made.key


@pytest.mark.parametrize("damage", [None, b"", b"x" * 32])
def test_a_missing_or_wrong_key_file(library, damage):
    path = keys.open_or_create(library).keyfile
    path.unlink() if damage is None else path.write_bytes(damage)
    with pytest.raises(KeysError, match=rf"the key file {path}.*put the key file back"):
        keys.open_or_create(library, PHRASE, answers())


def test_a_key_file_that_moved_with_the_home(library, home, monkeypatch):
    made = keys.open_or_create(library)
    (home / "config").rename(home / "elsewhere")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))
    assert keys.open_or_create(library).key == made.key


@pytest.mark.parametrize("ring", [Memory(), Broken(), keyring.backends.fail.Keyring()])
def test_a_keyring_that_is_gone(library, ring):
    keyring.set_keyring(Memory())
    keys.open_or_create(library)
    keyring.set_keyring(ring)
    with pytest.raises(KeysError, match="keyring of this computer: unlock the keyring"):
        keys.open_or_create(library)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b'{"version": 1}', b'{"version": "one"}'])
def test_damaged_keys_json(library, text):
    keys.open_or_create(library)
    (library / "keys.json").write_bytes(text)
    with pytest.raises(KeysError, match=r"keys.json is damaged.*from a backup"):
        keys.open_or_create(library)


@pytest.mark.parametrize("change", [{"n": 3}, {"n": 2**40}, {"nonce": "AAAA"}, {"salt": "?"}, {"kind": "card"}])
def test_a_damaged_slot(library, change):
    keys.open_or_create(library, PHRASE)
    slot = json.loads((library / "keys.json").read_text())["slots"][0]
    rewrite(library, slots=[slot | change])
    with pytest.raises(KeysError, match="is damaged"):
        keys.open_or_create(library, PHRASE)


def test_a_slot_of_another_library_does_not_fit(library):
    keys.open_or_create(library, PHRASE)
    rewrite(library, library="00000000-0000-4000-8000-000000000000")
    with pytest.raises(KeysError, match="wrong passphrase"):
        keys.open_or_create(library, PHRASE)


def test_a_newer_version_is_refused(library):
    keys.open_or_create(library)
    rewrite(library, version=2, slots="in some new way")
    with pytest.raises(KeysError, match="has version 2, this program knows 1: update"):
        keys.open_or_create(library)


# Changing


def test_a_new_passphrase_replaces_the_old_one(library):
    made = keys.open_or_create(library, PHRASE)
    keys.set_passphrase(library, made.key, "another one")
    assert keys.open_or_create(library, "another one").key == made.key
    with pytest.raises(KeysError, match="wrong passphrase"):
        keys.open_or_create(library, PHRASE)
    assert mode(library / "keys.json") == 0o600


def test_a_passphrase_deletes_the_key_file(library):
    made = keys.open_or_create(library)
    keys.set_passphrase(library, made.key, PHRASE)
    assert not made.keyfile.exists()
    opened = keys.open_or_create(library, PHRASE)
    assert (opened.key, opened.warning) == (made.key, None)


def test_a_passphrase_deletes_the_keyring_entry(library):
    ring = Memory()
    keyring.set_keyring(ring)
    made = keys.open_or_create(library)
    keys.set_passphrase(library, made.key, PHRASE)
    assert not ring.entries and keys.open_or_create(library, PHRASE).key == made.key


def test_a_tampered_path_deletes_no_other_file(library, home):
    made = keys.open_or_create(library)
    slot = json.loads((library / "keys.json").read_text())["slots"][0]
    (home / "thesis.txt").write_text("years of work")
    rewrite(library, slots=[slot | {"path": str(home / "thesis.txt")}])
    keys.set_passphrase(library, made.key, PHRASE)
    assert (home / "thesis.txt").exists()


def test_describe(library):
    with pytest.raises(KeysError, match=r"keys.json is missing"):
        keys.describe(library)
    made = keys.open_or_create(library)
    assert keys.describe(library) == {"keyfile": f"the key file {made.keyfile}"}
    keys.set_passphrase(library, made.key, PHRASE)
    assert keys.describe(library) == {"passphrase": "a passphrase"}


def test_importing_keys_is_cheap():
    code = "import sys, recorder.keys; print([m for m in ('keyring', 'cryptography') if m in sys.modules])"
    root = Path(keys.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
