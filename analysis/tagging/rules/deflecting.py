"""Rules for deflecting: handing the blame back, or to something else."""

from __future__ import annotations

from analysis.tagging.rules.rule import (
    CLEAR,
    END,
    LIKELY,
    PAUSE,
    SOFT,
    START,
    THAT_IS,
    UPTO3,
    UPTO8,
    YOU_ARE,
    Rule,
    rule,
)

__all__ = ["DEFLECTING"]

DEFLECTING: tuple[Rule, ...] = (
    rule(
        "deflecting.sorry-but",
        CLEAR,
        rf"""
        (?:sorry|apologize|i regret it|my fault|my mistake|i was wrong|i messed up|i made a mistake|i lied|
            i cheated|i hurt you|i shouldn't have|i screwed up|it was wrong|
            wasn't right){UPTO8}{PAUSE} but (?:(?:maybe|honestly|really|also|come on|at the same time|
            let's be honest|then|still) )?(?:you(?!(?:'re right| are right| deserve| matter| mean| didn't deserve|
            [ ]have every| were right| know i love))|your|it takes two|if you|what about|we both|when you|
            it(?:'s| was) (?:not|also|hard|you)|i (?:only|was just|
            was (?:so )?(?:drunk|stressed|lonely|angry|tired|under)|had no|couldn't help|needed|did it because|
            wouldn't have|felt (?:like you|so))|she|he (?:came|started|was the))
        """,
        finds=(
            "I'm sorry, but you pushed me.",
            "I'm sorry I lied. But you never listen.",
            "I know I messed up but you weren't there either.",
            "Sorry, but I was drunk.",
        ),
        leaves=(
            "I'm sorry, but I have to take this call.",
            "I'm sorry. But you deserve better than an explanation.",
            "Sorry I'm late, but the car broke down.",
        ),
    ),
    rule(
        "deflecting.sorry-excuse",
        SOFT,
        rf"""
        sorry(?:(?: [\w']+){{1,8}}{PAUSE}| [.])(?: but)? (?:i was (?:just |so |really |under )*(?:drunk|stressed|
            exhausted|lonely|a lot of|pressure|bored|confused|horny)|it was the (?:alcohol|stress|wine|drink)|
            i had (?:no choice|too much)|i couldn't help|work(?: has|'s|) been|it just happened|one thing led)
        """,
        finds=(
            "I'm sorry I kissed her, I was drunk.",
            "Sorry. It just happened.",
            "I'm sorry I lied, I was under pressure.",
        ),
        leaves=("Sorry I'm late, the car broke down.", "I'm sorry I was drunk.", "I'm sorry I hurt you so badly."),
    ),
    rule(
        "deflecting.yes-but-you",
        LIKELY,
        rf"""
        {START}(?:(?:yes|yeah|okay|fine|sure|right|true|all right|alright|maybe|no|i know|i get it|i understand|
            i hear you|look) )+{UPTO3}{PAUSE} ?but (?:look |honestly |what about |
            then )?(?:you(?!'re right| are right| deserve| know i| have every)|your)
        """,
        finds=(
            "Yes, but you never come home either.",
            "Okay, fine, but you did the same.",
            "I know, but you also lied.",
        ),
        leaves=("Yes, but I lied to you.", "Yes, but you're right.", "But you came back."),
    ),
    rule(
        "deflecting.what-about",
        CLEAR,
        rf"""
        (?:what|how) about (?:all )?(?:the|those|that) (?:\w+ )?(?:times?|night|day|weekend|year)s? (?:that |
            when )?you|
        (?:what|how) about (?:when you|what you(?: did|'ve done)|you and|
            your (?:\w+ )?(?:phone|ex|texts|messages|flirting|drinking|lies|behavior|temper|spending|secrets|mother|
            friend|part))|
        {START}(?:but|oh|so|well|yeah|and) (?:then )?what about you(?:rs)?{END}|
        (?:do you )?remember (?:when|the time|that time) you (?:lied|cheated|forgot|left|yelled|did|flirted|kissed|
            went|broke)
        """,
        finds=(
            "What about the time you lied to me?",
            "What about your ex?",
            "But what about you?",
            "And what about what you did?",
        ),
        leaves=("What about you, are you hungry?", "What about dinner?", "Remember when you sang at our wedding?"),
    ),
    rule(
        "deflecting.you-too",
        CLEAR,
        rf"""
        you(?:'re not|'re hardly| are not| are hardly| aren't| weren't| were not| haven't been|
            've not been) (?:exactly |so |really |that |always |much |any )*(?:perfect|innocent|a saint|an angel|
            blameless|better|honest|faithful|easy|a prize|
            the (?:perfect|best|easiest))(?: \w+)?(?: either| yourself)?|
        you (?:weren't|aren't|didn't|don't|haven't|hadn't|never|can't)(?: [\w']+){{1,6}} either{END}|
        {YOU_ARE} no (?:saint|angel|better|picnic)|
        {YOU_ARE} (?:one to talk|just as (?:bad|guilty|much)|as bad as|(?:really |hardly )?(?:in a|in no) position)|
        look who's talking|
        you (?:did|do|said|lied|cheated|flirted|yelled|hid|started|hurt)(?: \w+){{0,4}} (?:too|as well|first|
            yourself)(?= [.?]|$| so| and)|
        (?:so|and so) (?:did|do|have) you{END}|
        you did (?:exactly )?the (?:exact |very )?same|
        like you(?:'ve| have)? never|
        (?:as if|like) you(?:'re| are) (?:so )?(?:perfect|innocent)|
        you think you(?:'re| are) (?:so )?(?:perfect|innocent|any better)|
        pot calling|
        it takes two(?= [.?]|$| to (?:tango|make|fight|break|ruin))|
        you have (?:your|a) (?:\w+ )?(?:part|share|role) (?:in|of) (?:it|this)|
        {YOU_ARE} the one (?:who|that) (?:always |never )?(?:started|lied|cheated|left|wanted|pushed|made|stopped|
            works|worked|is|was|has|did|does|pulled|shut|went|walked|yelled|can't|couldn't|
            won't)(?! (?:hurt|matters))
        """,
        finds=(
            "You weren't exactly perfect either.",
            "You're one to talk.",
            "You lied to me too.",
            "So did you.",
            "You're the one who shut me out.",
        ),
        leaves=(
            "You're the one I love.",
            "You were hurt too.",
            "You're the one who was hurt.",
            "Do you love me too?",
        ),
    ),
    rule(
        "deflecting.because-you",
        CLEAR,
        rf"""
        i(?:'ve)? (?:only |just |had to )*(?:did|do|done|said|say|lied?|went|drank|drink|cheated|yelled|shouted|
            texted|called|hid|hide|kept|left|snapped|turned|looked|needed|slept|talked|wrote|deleted|stopped|
            didn't (?:tell|call|say|come)|got (?:angry|mad|drunk)){UPTO8} because (?:of (?:you|your)|
            you(?!'re right| asked| wanted| love| mean| matter| said i could))|
        because of you i|
        {YOU_ARE} the reason (?:i|why|that|this|we)|
        you (?:\w+ )?(?:made|make|are making) me (?:do|lie|cheat|feel like i (?:had|have)|hide|act|yell|angry|mad|
            this way)|
        you (?:\w+ )?(?:drove|pushed|forced|pushing|driving) me (?:to|into|away|out|there)|
        you (?:left|gave|leave) me (?:with )?no (?:other )?(?:choice|option)|
        you brought (?:this|it) on yourself|
        you asked for (?:it|this){END}
        """,
        finds=(
            "I only did it because you were never home.",
            "I lied because you'd have been angry.",
            "You drove me to it.",
            "You left me no choice.",
            "You made me do it.",
        ),
        leaves=(
            "I called because you asked me to.",
            "I do this because you matter to me.",
            "I lied because I was scared.",
        ),
    ),
    rule(
        "deflecting.if-you-had",
        LIKELY,
        rf"""
        {START}(?:(?:well|and|but|maybe|yeah) )*if you (?:had|hadn't|would|wouldn't|'d|weren't|were|ever|only|just|
            didn't|paid|gave|listened|treated|loved|cared|
            showed)(?: [\w']+){{1,9}} (?:i (?:would|wouldn't|'d|might)|we (?:would|wouldn't)|none of this|
            this (?:would|wouldn't)|maybe i)|
        if you'd{UPTO8} i (?:would|wouldn't)|
        {START}(?:(?:well|and|but|yeah) )*maybe if you
        """,
        finds=(
            "If you had been around more, I wouldn't have needed her.",
            "Well, maybe if you listened for once.",
            "If you weren't so cold I wouldn't look elsewhere.",
        ),
        leaves=("If you want, we can go home.", "If you had told me you were scared, would it have helped?"),
    ),
    rule(
        "deflecting.your-fault",
        CLEAR,
        rf"""
        (?<!none of ){THAT_IS} (?:all |also |partly |just as much |really |your own |half |probably |kind of |
            at least partly )*your (?:own )?(?:fault|doing|problem)|
        {THAT_IS} (?:all )?on you{END}|
        (?:you(?:'ve)? (?:only )?(?:got |have )?(?:to )?(?:blame )?yourself to blame|blame yourself)|
        (?:you(?:'re| are) (?:also |just as |partly |equally )*(?:to blame|
            responsible)(?: (?:too|as well|for this))?)|
        (?:what|how) (?:else )?(?:did|do) you expect(?: me to| from me|{END})|
        what was i supposed to do|
        what choice did i have|
        what (?:else )?(?:would|did) you (?:want|expect) me to do
        """,
        finds=(
            "It's your fault.",
            "This is partly your own fault.",
            "What did you expect?",
            "What was I supposed to do?",
            "That's on you.",
        ),
        leaves=(
            "It's not your fault.",
            "None of this is your fault.",
            "I made it look like it was your fault.",
            "Do you think it's your fault?",
        ),
    ),
    rule(
        "deflecting.excuse",
        SOFT,
        rf"""
        it just (?:sort of |kind of )?happened{END}|
        one thing (?:just )?led to another|
        i (?:just )?couldn't help (?:it|myself)|
        i had no (?:other )?choice|
        it was (?:just )?the (?:alcohol|drink|wine|booze|stress)|
        (?:she|he) (?:came on to me|seduced me|threw (?:her|him)self at me|wouldn't leave me alone|started it)|
        (?:i'm|i am) only human|
        (?:anyone|anybody|any man|any woman) (?:else )?(?:would have|would've) done|
        that's (?:just )?(?:how|who|the way) i am|
        {START}(?:i was drunk|i was just drunk|i had too much to drink){END}
        """,
        finds=(
            "It just happened.",
            "One thing led to another.",
            "She came on to me.",
            "I couldn't help it, I'm only human.",
        ),
        leaves=("It happened, and I chose it.", "It didn't just happen, I chose it.", "We need wine for dinner."),
    ),
)
