"""Who said what: transcription, diarization or a channel for each, and the attribution of words to speakers."""

from analysis.speech.attribution import who_said_what
from analysis.speech.channels import Channels
from analysis.speech.diarization import Diarization
from analysis.speech.heard import Activity, Heard, Voiceprint
from analysis.speech.transcription import Transcription

__all__ = ["Activity", "Channels", "Diarization", "Heard", "Transcription", "Voiceprint", "who_said_what"]
