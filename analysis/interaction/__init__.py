"""How they shared the floor: overlaps, pauses, answers, talk share."""

from analysis.interaction.overlaps import Rise, is_question, overlaps
from analysis.interaction.pauses import latencies, pauses
from analysis.interaction.share import shared, talk_share
from analysis.interaction.turns import cut, turns_from_words

__all__ = ["Rise", "cut", "is_question", "latencies", "overlaps", "pauses", "shared", "talk_share", "turns_from_words"]
