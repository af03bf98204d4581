"""The promises of the design that can be read off the code itself."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [path for room in ("recorder", "analysis", "cli") for path in sorted((ROOT / room).rglob("*.py"))]
FLOORS = {"recorder": 0, "analysis": 1, "cli": 2}
HEAVY = {
    "torch", "torchaudio", "pyannote", "faster_whisper", "librosa", "onnx", "onnxruntime", "keyring", "av", "soxr",
    "sounddevice", "soundfile", "pulsectl", "filelock", "httpx2", "py3langid", "safetensors", "sklearn", "tokenizers",
    "starlette", "uvicorn", "plotly",
}  # fmt: skip
FACES = [
    "analysis.escalation", "analysis.interaction", "analysis.prosody", "analysis.report", "analysis.session",
    "analysis.speech", "analysis.tagging", "analysis.tagging.llm", "analysis.topics", "analysis.changes", "cli.review",
    "recorder.capture", "recorder.consent",
    "recorder.devices", "recorder.errors", "recorder.frames", "recorder.keys", "recorder.process",
    "recorder.recording", "recorder.remote", "recorder.screens", "recorder.state", "recorder.tape",
    "recorder.watchdog",
]  # fmt: skip


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_downwards_and_heavy_ones_stay_inside_functions(path: Path) -> None:
    tree = ast.parse(path.read_text())
    floor = FLOORS[path.relative_to(ROOT).parts[0]]
    for node in ast.walk(tree):
        for name in imported(node):
            assert FLOORS.get(name.split(".")[0], -1) <= floor, f"{path.name} imports {name} from above"
    for node in tree.body:
        for name in imported(node):
            assert name.split(".")[0] not in HEAVY, f"{path.name} imports {name} for everyone who looks at it"


@pytest.mark.parametrize("name", FACES)
def test_each_room_has_one_public_face(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    assert all(getattr(module, public, None) is not None for public in module.__all__)
    assert sorted(set(module.__all__)) == sorted(module.__all__)


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, cli.main; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & (HEAVY | {"numpy", "rich", "textual", "sqlcipher3", "cryptography", "jinja2"})


def test_examples_in_docstrings_are_true() -> None:
    import doctest

    for name in (
        "analysis.session",
        "analysis.interaction.overlaps", "analysis.interaction.pauses", "analysis.interaction.share",
        "analysis.interaction.turns", "analysis.prosody.pace",
        "analysis.speech.attribution", "analysis.report.sentences", "analysis.report.wording",
        "analysis.report.captions", "analysis.report.plain", "analysis.report.rttm", "analysis.report.schema",
        "analysis.report.sharing", "analysis.report.table", "analysis.report.textgrid",
        "analysis.changes", "cli.review.ranges",
        "analysis.report.between", "analysis.report.met", "analysis.tagging.classifier", "analysis.tagging.language",
        "analysis.tagging.lines", "analysis.tagging.llm.reader", "analysis.tagging.llm.server",
        "analysis.tagging.replies",
        "analysis.tagging.reviewing", "analysis.prosody.arousal", "analysis.prosody.nonverbal",
        "analysis.prosody.baselines",
        "analysis.pipeline", "recorder.consent",
        "recorder.watchdog",
    ):  # fmt: skip
        result = doctest.testmod(importlib.import_module(name))
        assert result.attempted > 0, name
        assert result.failed == 0, name
