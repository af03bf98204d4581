"""The tagging room: what the words did.

`codebook` names the tags. Two read: `cues`, by the rules that `rules` holds in tables by family, and the trained
`classifier` (or, for those who run one, a language model: `llm`). `joining` makes tags of what they found and of what
people said of earlier tags (`reviewing`); `followups` looks how questions and offers were met.

Every tag says who gave it and on which seconds and words it rests.
"""

from analysis.tagging.codebook import DEFENSIVE, HARSH, HEALING, LABELS, MEANING, TURNING_AWAY
from analysis.tagging.followups import OFFERS, answers, uptakes
from analysis.tagging.joining import tag_utterances
from analysis.tagging.lines import Line, lines_of
from analysis.tagging.reviewing import learned, reviewed, united

__all__ = [
    "DEFENSIVE",
    "HARSH",
    "HEALING",
    "LABELS",
    "MEANING",
    "OFFERS",
    "TURNING_AWAY",
    "Line",
    "answers",
    "learned",
    "lines_of",
    "reviewed",
    "tag_utterances",
    "united",
    "uptakes",
]
