"""A library of its own for each test of this room, open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.library import Library
from tests.analysis.tapes import KEY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a library that does not exist yet."""
    return tmp_path / "library"


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    """The library in that folder, open."""
    with Library.open(folder, KEY) as opened:
        yield opened
