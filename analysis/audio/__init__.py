"""One way in for sound: an audio or video file, or a sealed tape, becomes windows of 16 kHz mono float32.

`probe` reads a source once and says what it holds; `windows` hands out its sound, piece by piece, so that memory does
not grow with the length of the recording. What a source is: the path of a file (`analysis.audio.files`), or a
`Recording`, which is a tape and its key (`analysis.audio.tapes`); of one that is still being recorded, a `Following`,
the windows come as they are recorded.
"""

from analysis.audio.playback import Playback, playback
from analysis.audio.tapes import Following, Recording, Struck
from analysis.audio.windows import SAMPLE_RATE, Source, Window, first_touched, probe, windows

__all__ = [
    "SAMPLE_RATE",
    "Following",
    "Playback",
    "Recording",
    "Source",
    "Struck",
    "Window",
    "first_touched",
    "playback",
    "probe",
    "windows",
]
