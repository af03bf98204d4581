"""What a cue rule is, how sure it can be, and the pieces of speech that many patterns share.

Patterns run over the normalized text of one utterance: lower-case words with plain apostrophes, one space
between words, and ``.`` or ``?`` as a word of its own where a sentence ends, as in
``i said i'm sorry okay ?``. Commas and other marks are gone. Fillers, stutters and spellings ("dont",
"gonna") have been dealt with by `cues`, so a pattern writes ``don't`` and ``going to``.

A pattern is laid out over several lines, one line of thought each: a line break and the indent after it do
not count. A blank that would begin a line is written ``[ ]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

__all__ = [
    "CLEAR",
    "END",
    "FAINT",
    "HARD",
    "I_AM",
    "I_HAVE",
    "I_WILL",
    "LIKELY",
    "OPENING",
    "PAUSE",
    "SO",
    "SOFT",
    "START",
    "THAT_IS",
    "UPTO3",
    "UPTO8",
    "YOU_ARE",
    "Rule",
    "rule",
]

# How sure a rule is, by judgment: these rank the rules of one label and order what a person reviews first;
# they are not measured frequencies.
CLEAR = 0.9  # the phrase hardly has another reading
LIKELY = 0.8  # the usual reading between two partners
SOFT = 0.7  # another reading is easy to imagine
FAINT = 0.6  # rests on the line before, or on very few words

START = r"(?:^|(?<=[.?] ))"  # of a sentence
OPENING = START + r"(?:(?:and|but|so|no|oh|yes|yeah|okay|look|listen|right|fine|please|just|then|honestly) )*"
END = r"(?= [.?]|$)"  # of a sentence
PAUSE = r"(?: [.?])?"  # a sentence may end here
UPTO3 = r"(?: [\w']+){0,3}"  # a few words of the same sentence
UPTO8 = r"(?: [\w']+){0,8}"
SO = (
    r"(?:(?:so|really|very|just|still|always|also|being|truly|deeply|terribly|completely|totally|absolutely|"
    r"honestly|actually|even|only|such|too|quite|pretty|kind of|a bit|a little|a|an) )*"
)

I_AM = r"i(?:'m| am)"
I_HAVE = r"i(?:'ve| have)"
I_WILL = r"i(?:'ll| will|'m going to| am going to)"
YOU_ARE = r"you(?:'re| are)"
THAT_IS = r"(?:it|that|this)(?:'s| is| was)"

HARD = (
    r"(?:hard|awful|painful|lonely|scary|terrible|humiliating|horrible|exhausting|difficult|frightening|confusing|terrifying|"
    r"devastating|heartbreaking|unbearable|tough|rough|overwhelming|hurtful|a lot|hell|a nightmare)"
)


@dataclass(frozen=True)
class Rule:
    """One way of saying something, and what it does.

    Attributes
    ----------
    id
        ``label.name``; a tag carries it as its reason.
    expression
        What is searched in the normalized text, as a regular expression.
    confidence
        One of `CLEAR`, `LIKELY`, `SOFT`, `FAINT`.
    examples
        Lines that this rule must find. For a rule with `after`, said in answer to a question.
    near_misses
        Lines that must not get this label, from this rule or another.
    after
        The rule holds only if what the other said last carries one of these labels.
    unless_after
        The rule does not hold if what the other said last carries one of these labels.
    """

    id: str
    expression: str
    confidence: float
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]
    after: frozenset[str] = frozenset()
    unless_after: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """The label that the rule gives."""
        return self.id.partition(".")[0]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when it is first asked for: all of them take longer than most commands."""
        return re.compile(self.expression)


def rule(
    id: str,
    confidence: float,
    pattern: str,
    *,
    finds: tuple[str, ...],
    leaves: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    unless_after: tuple[str, ...] = (),
) -> Rule:
    """A `Rule` from a pattern laid out over lines; it matches whole words only.

    A pattern that ends in ``you`` also ends in ``you're``, but one that ends in ``can`` not in ``can't``.

    >>> rule("threat.warning", CLEAR, "i'm warning you", finds=("I'm warning you.",)).label
    'threat'
    """
    joined = re.sub(r"\n\s*", "", pattern)
    return Rule(
        id=id,
        expression=rf"\b(?:{joined})(?!\w|'t\b)",
        confidence=confidence,
        examples=finds,
        near_misses=leaves,
        after=frozenset(after),
        unless_after=frozenset(unless_after),
    )
