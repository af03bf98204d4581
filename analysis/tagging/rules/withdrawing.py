"""Rules for leaving the exchange by words. A break that names a return is `repair`, which overrules these."""

from __future__ import annotations

from analysis.tagging.rules.rule import CLEAR, END, FAINT, I_AM, LIKELY, OPENING, START, Rule, rule

__all__ = ["WITHDRAWING"]

WITHDRAWING: tuple[Rule, ...] = (
    rule(
        "withdrawing.whatever",
        LIKELY,
        rf"""
        {OPENING}whatever(?= [.?]|$| (?:do what|fine|man|okay|forget|i don't|i'm|just|think what|believe what|
            have it))|
        whatever you say|
        {OPENING}(?:(?:you know what) )?(?:forget (?:it|i said anything)|never mind)(?! about| the)|
        {OPENING}you win{END}|
        {START}(?:fine )?be that way|
        {OPENING}(?:suit yourself|if you say so|have it your way){END}|
        {OPENING}(?:you can )?(?:think|believe|do) what(?:ever)? you (?:want|like){END}|
        {START}(?:i don't care|who cares|i couldn't care less)(?: (?:anymore|any more|right now|
            what you (?:think|do|say|want)))?{END}
        """,
        finds=(
            "Whatever.",
            "Fine, whatever.",
            "Forget it.",
            "Whatever you say.",
            "Believe what you want.",
            "I don't care anymore.",
        ),
        leaves=(
            "Whatever happens, I'm here.",
            "I'll answer whatever you ask.",
            "Don't forget it.",
            "I don't care how long it takes.",
        ),
    ),
    rule(
        "withdrawing.done",
        CLEAR,
        rf"""
        (?:{I_AM}|we're|we are|i'm so) (?:so |just |really |officially )*(?:done|finished|through) (?:talking|
            arguing|fighting|discussing|listening|explaining|here|
            with (?:this|the) (?:conversation|discussion|talk|fight|argument)|with this)|
        {START}(?:okay |well |fine |no )*(?:that's it )?(?:i'm|we're|i am) (?:so )?(?:done|out){END}|
        (?:this |the )?(?:conversation|discussion)(?:'s| is)? (?:is )?(?:over|finished|done|closed)|
        end of (?:the )?(?:discussion|story|conversation)|
        (?:i(?:'ve| have|'ve got)?|there's|there is) (?:got |have )?nothing (?:more |left |else |
            further )?to (?:say|talk about|discuss)(?: (?:to you|about (?:it|this|that)|anymore|right now|
            here))?{END}|
        {I_AM} not (?:listening|going to listen)(?: (?:to (?:this|you|it|any of this)|anymore))?{END}|
        {I_AM} out of here|
        {I_AM} leaving{END}|
        {I_AM} going (?:out|to bed|to sleep) (?:don't|and i don't)
        """,
        finds=(
            "I'm done talking.",
            "This conversation is over.",
            "I have nothing more to say.",
            "End of discussion.",
            "I'm so done with this.",
        ),
        leaves=(
            "I'm done with the dishes.",
            "I'm done lying to you.",
            "I'm leaving for work at eight.",
            "I need twenty minutes, then I'm back. I'm not done talking.",
        ),
    ),
    rule(
        "withdrawing.wont-talk",
        CLEAR,
        rf"""
        i (?:really |just |honestly )*(?:don't|do not|can't|cannot|won't|refuse to|will not|
            'd rather not)(?: \w+)? (?:want to |going to )?(?:even )?(?:(?:talk|speak|discuss|argue|go into|
            get into|deal|think)(?: about| with)? (?:this|it|that|any of (?:this|it)|to you|with you|anymore|now|
            right now)|do this(?! (?:without|alone|to you|to us|by myself))|
            have this (?:conversation|discussion|talk|fight)|
            hear (?:it|this|any (?:of this|more)|about (?:it|this)))|
        {I_AM} not (?:doing|having|discussing|going to (?:do|have|discuss|talk about|answer)|talking about|
            getting into|answering|in the mood for)(?: (?:this|that|it|any of this|this conversation|you|with you|
            now|again))+|
        can we (?:please |just )?not(?: (?:do|talk about|discuss) (?:this|it))?(?: right)?(?: now| tonight)?{END}|
        (?:i'd|i would) rather not (?:talk|say|discuss)|
        there's no point (?:in )?(?:talking|in this|even)|
        what's the point(?: of (?:this|talking))?{END}|
        there's no talking to you|
        i (?:don't|do not) (?:have|need) to (?:answer (?:that|this|to you|you)|explain myself|
            listen to (?:this|you))|
        i(?:'m| am) not explaining myself
        """,
        finds=(
            "I don't want to talk about this.",
            "I can't do this right now.",
            "I'm not having this conversation.",
            "I dont wanna hear it.",
            "Can we not do this?",
            "What's the point?",
        ),
        leaves=(
            "I can't do this without you.",
            "I do want to talk about this.",
            "You don't want to talk about it?",
            "I don't want to talk about this on the phone, let me come home. I need ten minutes and then I'm back.",
        ),
    ),
    rule(
        "withdrawing.send-away",
        LIKELY,
        rf"""
        (?:{OPENING}|(?:can|could|would|will) you (?:please |just )*|why don't you just |
            i (?:want|need) you to )(?:leave me (?:alone|be)|
            get (?:out|lost)(?: of (?:here|my (?:house|sight|face|room|life)|this house))?|go away|get away from me|
            (?:don't|do not) (?:talk|speak) to me|stop talking(?: to me)?|leave me in peace|shut up)(?= [.?]|
            $| now| right| please| okay| i | just| you )|
        get (?:out of|away from) (?:my|me)
        """,
        finds=("Leave me alone.", "Just get out.", "Don't talk to me right now.", "Can you just go away?"),
        leaves=(
            "We should get out more.",
            "You left me alone.",
            "Don't leave me alone tonight.",
            "Get out of the car, we're here.",
        ),
    ),
    rule(
        "withdrawing.no-answer",
        FAINT,
        r"""
        ^(?:(?:look|well|fine|okay|so|oh|just|nothing|and) )*(?:i don't know|i have no idea|nothing|fine|i guess|
            does it (?:even )?matter|what does it matter|it doesn't matter|who cares|why does (?:it|that) matter|
            what difference does it make|i don't know what (?:you want me|to) (?:to )?(?:say|tell you)|
            what do you want me to say|no comment|i'm not answering that|i'm fine)(?: [.?])?$
        """,
        finds=("I don't know.", "Nothing.", "Does it even matter?", "What do you want me to say?"),
        leaves=("I don't know exactly, I think it was in March.",),
        after=("asking", "curiosity", "feeling"),
    ),
)
