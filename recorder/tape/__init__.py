"""The sealed tape: what is recorded, encrypted and on the disk before the next second is over.

    Writer     one process appends to it: sound, marks, strikes, and the end
    Tape       anyone with the library key reads it, whole or damaged, ended or cut off
    Follower   another process reads it while it is being written

A tape lies in `<library>/tapes/<id>.tape`; its bytes are `recorder.tape.sealing`'s business and told in
`docs/tape-format.md`. What a crash, a full disk or a power cut can take is the frame that was being written.

Conventions
-----------
- Places on the timeline are whole samples at `RATE` (see `recorder.frames`); a `Survey` speaks in seconds.
- Whatever is appended is on the disk when the call returns.
- The file only ever grows; what was struck is overwritten in place. A frame that could not be written is cut off again.
- A tape is never opened again for appending: what comes after a crash is another tape.
- A tape cannot be read: a `TapeError` of one line. A tape cannot be written: `TapeFull`, or another `OSError`.
"""

from __future__ import annotations

from recorder.tape.disk import Disk, TapeFull
from recorder.tape.erasing import finish_strikes, shred
from recorder.tape.reader import Follower, Survey, Tape, tapes, timeline
from recorder.tape.writer import Writer, path_of

__all__ = [
    "Disk", "Follower", "Survey", "Tape", "TapeFull", "Writer",
    "finish_strikes", "path_of", "shred", "tapes", "timeline",
]  # fmt: skip
