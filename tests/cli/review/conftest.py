"""`lens open`, really started, on a copy of a library."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.library import Library
from analysis.session import Session
from recorder.keys import open_or_create
from tests.conftest import LENS

PASSPHRASE = "a long evening"


@dataclass(eq=False)
class Served:
    """A page that is being served."""

    link: str
    folder: Path
    process: subprocess.Popen[str]

    @property
    def base(self) -> str:
        """Scheme, host and port."""
        return self.link.partition("/?")[0]

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def stored(self, id: str) -> Session:
        """The session as it lies in the library now."""
        with Library.open(self.folder, open_or_create(self.folder, PASSPHRASE, None).key) as library:
            return library.load(id)


Serve = Callable[..., Served]


@contextmanager
def serving() -> Iterator[Serve]:
    """Start `lens open` on a library folder, with these arguments; all are stopped by Ctrl-C in the end."""
    running: list[subprocess.Popen[str]] = []

    def start(folder: Path, *arguments: str) -> Served:
        command = [str(LENS), "--library", str(folder), "--json", "open", "--no-browser", *arguments]
        env = os.environ | {"LENS_PASSPHRASE": PASSPHRASE}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        return Served(json.loads(line)["link"], folder, process)

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def made_library(folder: Path, *sessions: Session) -> Path:
    """A library with these sessions, in a folder that is not there yet."""
    with Library.open(folder, open_or_create(folder, PASSPHRASE, None).key) as library:
        for session in sessions:
            library.save(session)
    return folder


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


@pytest.fixture
def kitchen_library(kitchen_files: Path, tmp_path: Path) -> Path:
    """A copy of the library with the example in it."""
    folder = tmp_path / "kitchen"
    shutil.copytree(kitchen_files / "library", folder)
    return folder
