"""The topics room: what each stretch of a talk was about.

`finding` goes from a session to its topics: lines as sentence embeddings (`embedding`), cut where they turn to
something else (`segmentation`), named (`naming`) as an earlier stretch that they resemble or as a `usual` hard topic,
else by the couple's own words (`own_words`); where nothing clear is told, not at all.
"""

from analysis.topics.finding import center, find
from analysis.topics.naming import Known

__all__ = ["Known", "center", "find"]
