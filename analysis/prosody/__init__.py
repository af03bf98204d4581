"""How it was said: frames of sound, and each utterance against its speaker's own baseline."""

from analysis.prosody.carried import carried
from analysis.prosody.frames import Measuring, frames_of
from analysis.prosody.measures import Said, describe, ready
from analysis.prosody.nonverbal import nonverbal

__all__ = ["Measuring", "Said", "carried", "describe", "frames_of", "nonverbal", "ready"]
