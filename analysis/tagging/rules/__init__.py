"""All cue rules, in tables by what they do.

A rule is one way of saying something: a pattern over normalized words (`rule.Rule`), how sure it is, lines
that it must find and lines that its label must leave alone. Adding a rule is adding one entry to a table;
the tests read the examples from there.
"""

from analysis.tagging.rules.asking import ASKING
from analysis.tagging.rules.atone import ATONE
from analysis.tagging.rules.attach import ATTACH
from analysis.tagging.rules.attune import ATTUNE
from analysis.tagging.rules.defensive import DEFENSIVE
from analysis.tagging.rules.deflecting import DEFLECTING
from analysis.tagging.rules.harsh import HARSH
from analysis.tagging.rules.rule import Rule
from analysis.tagging.rules.rushing import RUSHING
from analysis.tagging.rules.showing import SHOWING
from analysis.tagging.rules.threat import THREAT
from analysis.tagging.rules.transparency import TRANSPARENCY
from analysis.tagging.rules.withdrawing import WITHDRAWING

__all__ = ["RULES", "Rule"]

RULES: tuple[Rule, ...] = (
    HARSH
    + THREAT
    + DEFENSIVE
    + DEFLECTING
    + RUSHING
    + WITHDRAWING
    + SHOWING
    + ASKING
    + ATONE
    + TRANSPARENCY
    + ATTUNE
    + ATTACH
)
