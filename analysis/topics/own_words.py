"""The couple's own words that set a stretch of talk apart from the rest of it.

A word is compared by its log-odds in the stretch against the rest, over their standard error (Monroe, Colaresi & Quinn
2008). To the rest belongs a little talk of others, in which each word is said half a time: so a word must be said now
and then before it says anything, and a talk on one topic has words, too.

Only *telling* words count: none that stand in every talk whatever it is about, no names of the two. Singular and plural
are one word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from math import log, sqrt

from analysis.tagging.plain import standard

__all__ = ["FEWEST", "contrast", "telling"]

FEWEST = 2
"""How often a word must be said in a stretch to set it apart."""
OTHER_TALK = 500
"""Telling words of others with which a talk is compared besides with itself."""
_EVERYWHERE = """
    a able about absolutely actually afraid after again against ago ah ain all almost alone along already alright also
    always am an and angry another any anybody anymore anyone anything anyway anywhere are aren around as ashamed ask
    asked asking asks ass asshole at ate away awful aye back bad basically be beautiful became because been before
    began behind being believe best better between big bit bitch blame bloody both bring brought bullshit but by call
    called calling calls calm came can cannot cause change changed christ clear close come comes coming completely
    could couldn count course crap crazy cry crying damn day days dead deal dear did didn different do does doesn
    doing don done door down dozen drop each early easy eight eighty either eleven else em end enough er even evening
    ever every everybody everyone everything exactly eyes face fact fair far fault feel feeling feels felt few fifteen
    fifty fight fighting figured find fine finish finished first five for forget forgot forty found four fourteen
    friday from front fuck fucked fucking full funny gave get gets getting give given gives giving glad go god goes
    going gone gonna good gosh got gotta great guess guy guys had hadn half hand hands hang happen happened happening
    happens happy hard has hasn hate have haven having he head hear heard heart hell help her here herself hey hi high
    him himself his hit hmm hold holding honest honestly hope hour hours how however huh hundred hungry hurt hurts i
    idea if imagine important in inside instead into is isn it its itself jesus just keep keeps kept kidding kind knew
    know knowing known knows last late later laugh laughed least leave leaving left less let lets life like liked line
    listen listening literally little live lonely long longer look looked looking looks lost lot lots love loved
    lovely luck mad made make makes making man many matter matters may maybe me mean means meant mhm middle might
    million mind mine minute minutes miss mm moment monday month months more morning most mostly mouth move moved mr
    mrs much must my myself name near need needed needs never new next nice night nights nine nineteen ninety no
    nobody none nope nor not nothing notice noticed now number o of off often oh ok okay old on once one ones only
    open opened or other others ought our ours out over own part past people perhaps person pick picked place please
    plus point pretty probably problem promise put puts putting question quick quiet quietly quite rather ready real
    really reason red remember rest right room round run sad said same sat saturday saw say saying says scared second
    see seeing seem seemed seems seen sense serious seriously set seven seventeen seventy several shall she shit short
    should shouldn show showed sick side since sir sit sits sitting six sixteen sixty slowly so some somebody somehow
    someone something sometimes somewhere soon sorry sort sound sounds speak spent stand standing start started
    starting stay stayed still stood stop stopped story straight stuff stupid such suddenly sunday suppose supposed
    sure swear take taken takes taking talk talked talking tell telling tells ten than thank thanks that the their
    them themselves then there these they thing things think thinking thinks third thirteen thirty this those though
    thought thousand three through thursday till time times tired to today together told tomorrow tonight too took top
    totally touch tried true truth try trying tuesday turn turned twelve twenty twice two uh um under understand until
    up upset us use used usually very voice wait waited waiting walk walked wanna want wanted wanting wants was wasn
    way we wednesday week weekend weeks well went were weren what whatever when where whether which while who whole
    whose why will with without woke won word words worried worse worst would wouldn wow wrong yeah year years yep yes
    yesterday yet you young your yours yourself zero
"""
EVERYWHERE = frozenset(_EVERYWHERE.split())
"""Words that stand in talk on anything: chosen by hand from the most frequent ones of the tagger's dialogues."""
_ENDING = re.compile(r"['’]\w+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def telling(text: str, names: Collection[str] = ()) -> list[str]:
    """The words of a text that may tell what it is about, in lower case; `names`, in lower case, are left out.

    >>> telling("Well, you never told me about the loan, Ann.", {"ann"})
    ['loan']
    """
    spoken = (match.group() for match in _WORD.finditer(_ENDING.sub("", text.lower())))
    return [word for word in spoken if len(word) > 2 and word not in names and not _everywhere(word)]


def contrast(stretch: Sequence[str], rest: Sequence[str]) -> dict[str, float]:
    """The telling words that are said more often in a stretch than in the rest of the talk, most telling first.

    Each has its log-odds in standard errors. A word has the form in which it is said most; words that are said less
    than `FEWEST` times are left out.

    >>> list(contrast(["loan", "loans", "loan", "car"], ["car", "dog", "dog"]))
    ['loan']
    """
    said = {*stretch, *rest}
    inside, outside = (Counter(_singular(word, said) for word in words) for words in (stretch, rest))
    forms = Counter(stretch)
    odds = {
        max((word, word + "s"), key=lambda form: forms[form]): _log_odds(count, len(stretch), outside[word], len(rest))
        for word, count in inside.items()
        if count >= FEWEST
    }
    return {word: z for word, z in sorted(odds.items(), key=lambda item: (-item[1], item[0])) if z > 0}


@cache
def _everywhere(word: str) -> bool:
    """Whether a word, in standard spelling, stands in every talk."""
    return all(part in EVERYWHERE for part in _WORD.findall(_ENDING.sub("", standard(word))))


def _singular(word: str, said: Collection[str]) -> str:
    """The singular of a word where that is said, too."""
    return word[:-1] if word.endswith("s") and word[:-1] in said else word


def _log_odds(inside: int, of_inside: int, outside: int, of_outside: int) -> float:
    """How much likelier a word is in a stretch than outside, in standard errors."""
    here = log((inside + 0.5) / (of_inside - inside + 0.5))
    elsewhere = log((outside + 0.5) / (of_outside + OTHER_TALK - outside))
    return (here - elsewhere) / sqrt(1 / (inside + 0.5) + 1 / (outside + 0.5))
