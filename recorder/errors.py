"""The errors that a person meets. Each is one line: what is wrong, with which value, what to do.

    LensError                 shown as one line, exit code 2: something the user can mend
    ├── SoundError            a file has no sound that can be analyzed
    ├── DeviceError           no microphone that could be used, or not the one that was named
    ├── RecordingError        a recording cannot begin: no yes, no room on the disk, another one is running
    ├── TapeError             a tape cannot be read: damaged, cut off, or of another library
    ├── SessionFileError      a session.json or TSV does not say what is needed
    ├── KeysError             a library cannot be opened with the key at hand
    ├── LibraryError          a library is missing, damaged, newer than this program, or lacks that session
    ├── ReaderError           a reader of the words cannot be used: no server, another address, no such model
    └── WeightsError          model weights are missing, or not the ones they should be
    LensFailure               shown as one line, exit code 1: the machine failed, not the user
    ├── RecorderLost          the recorder's process ended unexpectedly; what was said until then is safe
    └── WorkerLost            a process of the analysis was killed from outside

They live here, on the ground floor, because every room may raise them and imports go downwards only.
Whatever is neither is a bug of ours: a traceback, and exit code 1.
"""

from __future__ import annotations

__all__ = [
    "DeviceError",
    "KeysError",
    "LensError",
    "LensFailure",
    "LibraryError",
    "ReaderError",
    "RecorderLost",
    "RecordingError",
    "SessionFileError",
    "SoundError",
    "TapeError",
    "WeightsError",
    "WorkerLost",
]


class LensError(Exception):
    """Something the user can mend; its text is the one line that they see."""


class SoundError(LensError):
    """A file has no sound that can be analyzed."""


class DeviceError(LensError):
    """No microphone that could be used, or not the one that was named."""


class RecordingError(LensError):
    """A recording cannot begin or go on."""


class TapeError(LensError):
    """A tape cannot be read."""


class SessionFileError(LensError):
    """A session.json or TSV does not say what is needed."""


class KeysError(LensError):
    """A library cannot be opened with the key at hand."""


class LibraryError(LensError):
    """A library is missing, damaged, newer than this program, or lacks that session."""


class ReaderError(LensError):
    """A reader of the words cannot be used: no server, another address, no such model."""


class WeightsError(LensError):
    """Model weights are missing, or not the ones they should be."""


class LensFailure(Exception):
    """Something that the machine did; its text is the one line that the user sees."""


class RecorderLost(LensFailure):
    """The recorder's process ended unexpectedly."""


class WorkerLost(LensFailure):
    """A process of the analysis was killed from outside; what it stored is kept."""
