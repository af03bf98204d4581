"""What many tests share: the example analyzed once, by the real command, with the real models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from analysis.session import Session, decode

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "kitchen-table.flac"
LENS = Path(sys.executable).parent / "lens"

Lens = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The folder of a library that does not exist yet."""
    return tmp_path / "library"


@pytest.fixture
def lens(tmp_path: Path) -> Lens:
    """Runs `lens` as a user without a terminal would, in a library of its own: that of `library`."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(LENS), "--library", str(tmp_path / "library"), *map(str, arguments)]
        env = os.environ | {"LENS_PASSPHRASE": "a long evening"} | environment
        return subprocess.run(command, capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL, timeout=280)

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    from tests.support.browsing import chromium

    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def kitchen_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example's library and its exports: talk.json, talk.html, talk.md, summary.txt; heard.html has
    the sound beside it, heard.flac.
    """
    folder = tmp_path_factory.mktemp("kitchen")
    env = os.environ | {"LENS_PASSPHRASE": "a long evening"}
    lens = [str(LENS), "--library", str(folder / "library")]
    arguments = ["analyze", str(EXAMPLE), "--names", "Maya,Jonas", "--export", str(folder / "talk.json")]
    done = subprocess.run(lens + arguments, capture_output=True, text=True, env=env, check=True)
    (folder / "summary.txt").write_text(done.stdout)
    (folder / "progress.txt").write_text(done.stderr)
    id = decode((folder / "talk.json").read_bytes()).id
    for suffix in ("html", "md"):
        target = folder / f"talk.{suffix}"
        subprocess.run([*lens, "export", id, "--to", str(target)], check=True, env=env, capture_output=True)
    heard = [*lens, "export", id, "--to", str(folder / "heard.html"), "--sound"]
    subprocess.run(heard, check=True, env=env, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def kitchen(kitchen_files: Path) -> Session:
    """The example's session, as exported."""
    return decode((kitchen_files / "talk.json").read_bytes())


@pytest.fixture(scope="session")
def truth() -> dict:
    """What is really in the example."""
    return json.loads((EXAMPLE.parent / "kitchen-table.truth.json").read_text())
