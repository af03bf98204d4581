"""How they shared the floor: overlaps, pauses, talk share."""

from analysis.interaction.floor import overlaps, pauses, talk_share
from analysis.interaction.turns import cut, turns_from_words

__all__ = ["cut", "overlaps", "pauses", "talk_share", "turns_from_words"]
