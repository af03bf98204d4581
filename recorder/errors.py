"""The errors that a person meets. Each is one line: what is wrong, with which value, what to do.

    LensError                 shown as one line, exit code 2: something the user can mend
    ├── SoundError            a file has no sound that can be analyzed
    ├── SessionFileError      a session.json or TSV does not say what is needed
    ├── KeysError             a library cannot be opened with the key at hand
    ├── LibraryError          a library is missing, damaged, newer than this program, or lacks that session
    └── WeightsError          model weights are missing, or not the ones they should be

They live here, on the ground floor, because every room may raise them and imports go downwards only.
Whatever is not a `LensError` is a bug of ours and exits with 1.
"""

from __future__ import annotations

__all__ = [
    "KeysError",
    "LensError",
    "LibraryError",
    "SessionFileError",
    "SoundError",
    "WeightsError",
]


class LensError(Exception):
    """Something the user can mend; its text is the one line that they see."""


class SoundError(LensError):
    """A file has no sound that can be analyzed."""


class SessionFileError(LensError):
    """A session.json or TSV does not say what is needed."""


class KeysError(LensError):
    """A library cannot be opened with the key at hand."""


class LibraryError(LensError):
    """A library is missing, damaged, newer than this program, or lacks that session."""


class WeightsError(LensError):
    """Model weights are missing, or not the ones they should be."""
