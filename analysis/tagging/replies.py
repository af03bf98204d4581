"""How replies begin and what they hold: the phrases by which `followups` tells what a reply does.

Each is read in lower case. A line of a table is an alternative, a regular expression of words; what people say before
they come to it ("well", "look", "oh god") is skipped.
"""

from __future__ import annotations

import re

__all__ = ["AGREES", "ASKED_FOR", "CLARIFIES", "DODGES", "REFUSES", "WH", "YES_NO", "content"]

_LEAD = r"(?:(?:um+|uh+|oh|well|look|so|okay|god|honestly|listen|i mean|but|and|what|come on|darling|love)[,.?!]* )*"


def _beginning(table: str) -> re.Pattern[str]:
    return re.compile(rf"^{_LEAD}(?:{_any(table)})(?!\w)")


def _within(table: str) -> re.Pattern[str]:
    return re.compile(_bounded(table))


def _bounded(table: str) -> str:
    return rf"(?<!\w)(?:{_any(table)})(?!\w)"


def _any(table: str) -> str:
    return "|".join(line.strip() for line in table.strip().splitlines())


YES_NO = _beginning(r"""
    yes|yeah|yep|yup|of course|i swear
    no|nope|nah|never(?! mind)|nobody|no one|none|nothing|not (?:once|really|yet|any ?more)
    a (?:bit|little)|some|both|maybe|sometimes|once
    (?:i|he|she|it|we|they|you) (?:did|was|were|am|are|is|have|has|had|will|would|could|can)(?:n'?t)?
    (?:i|he|she|it|we|they|you) (?:do|does)(?:n'?t)?(?! (?:know|remember|recall|want|have to|see (?:what|why)))
    (?:i'm|i've|it's|he's|she's|i never|i told|i tell)
""")
WH = re.compile(r"(?<!\w)(who|whose|whom|where|when|why|what|which|how)(?:'?s|'re|'d|'ve)?(?!\w)")
_NUMBER = r"""
    \d+|once|twice|one|two|three|four|five|six|seven|eight|nine|ten|a dozen|half|hundred|thousand|a lot|all of it
"""
_TIME = r"""
    monday|tuesday|wednesday|thursday|friday|saturday|sunday|weeks?|months?|years?|days?|hours?|minutes?
    january|february|march|april|june|july|august|september|october|november|december
    yesterday|today|tonight|last (?:night|week|year)|this morning|spring|summer|autumn|winter|christmas|since|o'clock
"""
_PERSON = r"""
    (?:my|our|your|his|her|a|the) (?:\w+ )?(?:sister|brother|mother|mum|mom|father|dad|friend|boss|cousin|colleague)
    (?:my|our|your|his|her|a|the|some) (?:\w+ )?(?:guy|girl|man|woman|ex|neighbou?r)
    (?:it'?s|it is|it was|that'?s|he'?s|she'?s|they'?re) \w+|nobody|no one|me|him|her
"""
_PLACE = r"""
    (?:at|in|from|to|with|near|by|outside|inside|round|around|under|on) \w+
    upstairs|downstairs|home|out|work|here|there
"""
_REASON = r"""
    because|so that|so (?:i|you|he|she|we|it)|to \w+
    i (?:was|felt|wanted|thought|needed|couldn'?t|didn'?t|panicked|don'?t want)
"""
_THING = r"i|we|he|she|they|it|it'?s|that|nothing|just|a|an|the|my|some"
ASKED_FOR = {
    "who": re.compile(rf"^\w+[.!]|{_bounded(_PERSON)}"),
    "where": _within(_PLACE),
    "when": _within(f"{_TIME}\n{_NUMBER}"),
    "why": _within(_REASON),
    "how": _within(f"{_TIME}\n{_NUMBER}"),
    "what": _beginning(f"{_THING}\n{_NUMBER}"),
}
ASKED_FOR |= {"whose": ASKED_FOR["who"], "whom": ASKED_FOR["who"], "which": ASKED_FOR["what"]}
"""What a question asks for by its word -> how it looks."""
CLARIFIES = re.compile(
    rf"^{_LEAD}(?:sorry|pardon|huh|hm+|what|which|who|when|where|my what|your what)(?:(?: \w+'?\w*){{1,3}})?\?$"
)
"""Which night? Sorry, what?"""
DODGES = _beginning(r"""
    i (?:don'?t|do not) (?:know|remember|recall|see (?:what|why))|don't know|i forget|i'?d rather not
    who (?:says|told)|does it matter|it doesn'?t matter|what do you mean|whatever
    not this again|not now|later|how many times|do we have to|can we (?:not|just)
    it'?s (?:fine|nothing|complicated)|it depends
""")
AGREES = _beginning(r"""
    okay|all ?right|yes|yeah|yep|sure|fine|thank you|thanks|good|exactly|right|deal|agreed
    mm+|m+hm+|mm[- ]?hm+|haha+|hi|oh(?!,? please)|something like that
    i know|me (?:too|neither)|i'?d like that|let'?s|we can(?!'t)|that'?s (?:it|right)|that helps
    i appreciate|i forgive|i (?:believe|hear) you|i'?m listening|come here|it'?s (?:okay|all ?right)
    no,? (?:no|i'?m (?:all ?right|okay|fine))
    (?:i|it|he|she|we|they|you) (?:was|were|am|did|do|is|are|does|had|have|would|could)(?: too)?[.!]?$
""")
REFUSES = _beginning(r"""
    no(?!,? (?:no|it|i know|i'?m (?:all ?right|okay|fine))(?!\w))
    don'?t(?! know)|stop|it'?s too late|too late|save it|forget it|whatever|spare me|as if|not good enough
    sorry (?:isn'?t|doesn'?t|won'?t)|that'?s not (?:enough|it|an apology)
    i don'?t (?:believe|want|need) (?:you|it|your|that|to)|you'?re (?:only|just) saying|you always say|easy for you
    really\?|oh,? please
""")
_EMPTY = re.compile(
    r"""(?:a|about|all|am|an|and|any|are|as|at|be|been|but|by|can|could|did|do|does|don't|for|from|get|got|had|has|have|he|her|
    him|his|how|i|i'll|i'm|i've|if|in|is|it|it's|its|just|like|me|my|no|not|of|oh|okay|on|one|or|out|she|so|some|sorry|that|
    that's|the|their|them|then|there|they|this|to|too|up|us|was|we|well|were|what|when|where|which|who|why|will|with|would|
    yeah|yes|you|you're|your)""", re.VERBOSE,
)  # fmt: skip


def content(said: str) -> frozenset[str]:
    """The words that carry what a line is about.

    >>> sorted(content("that was a mean thing with the boxes"))
    ['boxes', 'mean', 'thing']
    """
    return frozenset(word for word in re.findall(r"[a-z]+(?:'[a-z]+)?", said) if not _EMPTY.fullmatch(word))
