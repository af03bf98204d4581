"""Real small disks, where this user may mount them (root, as in CI); elsewhere the tests that need one are skipped."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["mounted"]


@contextmanager
def mounted(folder: Path, *what: str) -> Iterator[Path]:
    """The folder, with something mounted on it by ``mount <what> <folder>``."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", *what, str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"this user may not mount a disk: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
