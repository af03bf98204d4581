"""The tags: what an utterance can do in a hard conversation, and how they group.

The order is the order of the codebook, and of every table in a report. `MEANING` is what a person reads
when they rest on a tag, so it describes what was *said*, never what someone *is*.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["DEFENSIVE", "HARSH", "HEALING", "LABELS", "MEANING", "MOVEMENT", "TURNING_AWAY", "Movement"]

Movement = Literal["atone", "attune", "attach"]

MEANING: dict[str, str] = {
    # Turning away or against: each one raises the temperature.
    "criticism": "Speaks about who the other is or always does, rather than about one act.",
    "contempt": "Comes from above: mockery, an insult, or praise that means the opposite.",
    "minimizing": "Makes the hurt sound smaller than it felt to the other.",
    "deflecting": "Hands the blame back, or to something else, before the hurt has been heard.",
    "denying": "Says that there is nothing to take responsibility for.",
    "rushing": "Presses for the subject to be over before the other is ready.",
    "withdrawing": "Steps out of the conversation without saying when to come back.",
    "threat": "Names a consequence as pressure.",
    # Asking and showing: neither up nor down by itself.
    "complaint": "Says what was hard about one thing that was done or not done.",
    "asking": "Asks something about the hurt or about the two of them that is owed a straight answer.",
    "feeling": "Says what it feels like inside, or what is needed.",
    # Turning towards: each one lowers the temperature or rebuilds.
    "accountability": "Owns an act or its effect, without a “but”.",
    "apology": "Says sorry for something that hurt.",
    "transparency": "Opens up: gives information, access, or a straight answer to a hard question.",
    "patience": "Leaves the pace of healing to the one who was hurt.",
    "validation": "Shows that what the other feels or sees makes sense.",
    "curiosity": "Asks to understand how it is for the other.",
    "repair": "Tries to stop the spiral or to make it softer.",
    "affection": "Shows love, warmth or thanks for the person.",
    "commitment": "Makes a plan or a promise for the two of them.",
}

LABELS: tuple[str, ...] = tuple(MEANING)

DEFENSIVE = frozenset({"minimizing", "deflecting", "denying", "rushing"})
HARSH = frozenset({"criticism", "contempt", "threat"})
TURNING_AWAY = DEFENSIVE | HARSH | {"withdrawing"}

MOVEMENT: dict[str, Movement] = {
    "accountability": "atone",
    "apology": "atone",
    "transparency": "atone",
    "patience": "atone",
    "validation": "attune",
    "curiosity": "attune",
    "repair": "attune",
    "affection": "attach",
    "commitment": "attach",
}

HEALING = frozenset(MOVEMENT)
