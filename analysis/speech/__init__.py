"""Who said what: transcription, diarization, and the attribution of words to speakers."""

from analysis.speech.attribution import attribute
from analysis.speech.diarization import Diarization
from analysis.speech.transcription import Transcription

__all__ = ["Diarization", "Transcription", "attribute"]
