"""The tagging room: what the words did.

`codebook` names the tags, `rules` holds the cue rules in tables by family, and `cues` reads utterances by them.
Every tag says which rule gave it and on which seconds and words it rests.
"""

from analysis.tagging.codebook import DEFENSIVE, HARSH, HEALING, LABELS, MEANING, TURNING_AWAY
from analysis.tagging.cues import tag_utterances

__all__ = ["DEFENSIVE", "HARSH", "HEALING", "LABELS", "MEANING", "TURNING_AWAY", "tag_utterances"]
