"""Where the talk heated up and what cooled it."""

from analysis.escalation.curve import curve, episodes

__all__ = ["curve", "episodes"]
