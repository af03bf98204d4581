"""All cue rules, in three tables that follow the three parts of the codebook.

A rule is one way of saying something: a pattern over normalized words (`rule.Rule`), how sure it is, lines
that it must find and lines that its label must leave alone. Adding a rule is adding one entry to a table;
the tests read the examples from there.
"""

from analysis.tagging.rules.rule import Rule
from analysis.tagging.rules.showing import SHOWING
from analysis.tagging.rules.turning_away import TURNING_AWAY
from analysis.tagging.rules.turning_towards import TURNING_TOWARDS

__all__ = ["RULES", "Rule"]

RULES: tuple[Rule, ...] = TURNING_AWAY + SHOWING + TURNING_TOWARDS
