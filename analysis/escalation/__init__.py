"""Where the talk heated up, what cooled it, and who raises whom."""

from analysis.escalation.curve import curve, episodes
from analysis.escalation.dyad import dyad

__all__ = ["curve", "dyad", "episodes"]
