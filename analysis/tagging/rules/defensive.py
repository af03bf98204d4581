"""Rules for defensiveness that shrinks the hurt or refuses it; `deflecting` and `rushing` have tables of their own."""

from __future__ import annotations

from analysis.tagging.rules.rule import (
    CLEAR,
    END,
    FAINT,
    I_AM,
    LIKELY,
    OPENING,
    SO,
    SOFT,
    START,
    THAT_IS,
    YOU_ARE,
    Rule,
    rule,
)

__all__ = ["DEFENSIVE"]

MINIMIZING: tuple[Rule, ...] = (
    rule(
        "minimizing.no-big-deal",
        CLEAR,
        r"""
        (?:(?:(?:it|that|this|which)(?:'s| is| was)?|i don't think (?:it|that)(?:'s| is| was)) )?(?:(?:not|isn't|
            wasn't|no|hardly|don't think it(?:'s| was)|never) (?:even |really |exactly |that |such |so |
            all that |a )*big (?:of )?(?:a )?(?:deal|thing)|
            what(?:'s| is| was) (?:the|so) big (?:a )?(?:deal|fuss|problem)|what's the big deal)
        """,
        finds=(
            "It wasn't that big a deal.",
            "It's no big deal.",
            "that's not such a big thing",
            "What's the big deal?",
            "It isn't really that big of a deal.",
        ),
        leaves=(
            "It is a big deal to me.",
            "I acted like it was no big deal.",
            "You said it wasn't a big deal.",
            "Don't tell me it's not a big deal.",
        ),
    ),
    rule(
        "minimizing.overreacting",
        CLEAR,
        rf"""
        {YOU_ARE} {SO}(?:over ?reacting|over ?thinking|exaggerating|
            (?:being )?(?:so |too |a bit |a little |way too |overly |really )*(?:dramatic|sensitive|over ?sensitive|
            emotional|hysterical|melodramatic|overdramatic|irrational)|
            making (?:such )?(?:a |too )?(?:big |huge |whole )*(?:deal|scene|fuss|drama|mountain|much of|thing|
            something)|blowing (?:this|it|things|everything)|reading (?:way )?too much|imagining (?:it|things)|
            taking (?:this|it|everything) (?:\w+ )?(?:personally|the wrong way|too seriously|so seriously))|
        (?:stop|quit|don't) (?:being |be )(?:so )?(?:dramatic|sensitive|emotional|silly|hysterical)|
        (?:stop|quit|don't) (?:overreacting|exaggerating|
            (?:make|making|blow|blowing) (?:such )?(?:this|it|a|everything)(?: \w+)? (?:big|scene|fuss|drama|
            mountain|deal|up|out))|
        (?:so|too) (?:dramatic|sensitive){END}|
        (?:it's|that's) (?:all )?(?:just )?in your (?:head|imagination)
        """,
        finds=(
            "You're overreacting.",
            "You're being way too sensitive.",
            "Stop being so dramatic.",
            "You're blowing this out of proportion.",
            "It's all in your head.",
        ),
        leaves=(
            "You're not overreacting.",
            "I'm overreacting.",
            "You told me I'm overreacting.",
            "You keep telling me you're too sensitive.",
            "I never thought you were dramatic.",
        ),
    ),
    rule(
        "minimizing.only-a",
        LIKELY,
        rf"""
        (?:it|that|this|she|he|we|there)(?:'s| is| was|'re| are| were) (?:literally |really |all )?(?:just|only|
            merely|nothing but) (?:\w+ )?(?:a |an |one |two |three |some |the one |the |a few |
            a couple of )?(?:stupid |little |silly |dumb |harmless |tiny |small |quick |drunk |innocent |
            meaningless )*(?:texts?|messages?|kiss|kisses|drinks?|coffee|lunch|dinner|times?|joke|night|friends?|
            colleagues?|coworkers?|flirt|flirting|fling|mistake|chat|chatting|phone call|calls?|pictures?|photos?|
            comment|dance|sex|physical|talking|texting|once|twice|fun|a bit of fun|phase|slip|misunderstanding|
            white lie|lie|word)(?! (?:apart|away|left))|
        it was one (?:single |stupid |little )*(?:text|time|night|kiss|message|drink)|
        it (?:only|just) happened (?:once|twice|the one time|one time)|
        we (?:only|just) (?:talked|texted|kissed|flirted|chatted|messaged|had (?:a )?(?:coffee|drinks?|lunch))|
        {START}just a (?:stupid |little |silly )*(?:text|kiss|joke|message|flirt|friend|mistake)
        """,
        finds=(
            "It was just one text.",
            "We were only talking.",
            "It only happened once.",
            "she's just a friend",
            "It was just a stupid kiss.",
        ),
        leaves=(
            "It's only two nights away.",
            "It wasn't just a kiss.",
            "I told myself it was just a kiss.",
            "I just have one question.",
        ),
        unless_after=("asking", "curiosity"),
    ),
    rule(
        "minimizing.not-that-bad",
        SOFT,
        r"""
        (?:it|that|this|what i did)(?:'s not| is not| was not| isn't| wasn't) (?:even |really |actually )*(?:that|
            so|all that|as) (?:bad|serious|important|terrible|awful|dramatic|much)(?: as you)?|
        (?:it|things?) could (?:have been|be) (?:a lot |much |far )?worse|
        (?:it's )?not the end of the world|
        (?:no one|nobody) (?:died|got hurt|was hurt|is dead)|
        (?:there are |there's )(?:much |far )?worse things|
        (?:other|some|most|plenty of) (?:couples|people|men|women|guys|husbands|wives) (?:\w+ )?(?:do|go through|
            have done|have)(?: \w+)? (?:much |far |way |a lot )?worse|
        it(?:'s| is| was) not (?:like|as if) (?:i|we) (?:\w+ )?(?:slept|cheated|killed|robbed|had|did|murdered|hit|
            kissed|fell|left|was|were)|
        (?:everyone|everybody|all (?:men|guys|women|couples)|every (?:man|couple|guy)) (?:does|do|lies|lie|flirts?|
            looks?|fights?|makes? mistakes|has secrets)|
        (?:it|that)(?:'s| is| was) (?:\w+ )?(?:harmless|innocent|meaningless)|
        ancient history|
        water under the bridge
        """,
        finds=(
            "It wasn't that bad.",
            "It's not like I slept with her.",
            "Everybody flirts.",
            "It could have been worse.",
            "It was completely harmless.",
        ),
        leaves=("It was that bad.", "It was bad, and I did it.", "I know it wasn't harmless."),
    ),
    rule(
        "minimizing.meant-nothing",
        LIKELY,
        r"""
        (?:she|he|it|that|they) (?:meant|means) (?:absolutely )?nothing(?! to you)|
        (?:she|he|it|that|they) (?:didn't|doesn't|did not|does not) (?:even |really )?mean (?:anything|
            a thing)(?! to you)|
        (?:it|that) was (?:absolutely )?nothing(?= [.?]|$| really| serious| at all| you)|
        (?:it|that) (?:doesn't|didn't) (?:even )?(?:matter|count)(?! (?:to|what|how|which|where|when|if) )
        """,
        finds=("She meant nothing to me.", "It was nothing.", "It didn't mean anything.", "That doesn't even count."),
        leaves=("It meant nothing to you.", "I mean nothing to you.", "It was nothing like that for me."),
    ),
    rule(
        "minimizing.sorry-you-feel",
        CLEAR,
        r"""
        sorry (?:that |if |but )?(?:you (?:feel|felt|are feeling|see it|saw it|took it|take it|think|
            thought)(?: [\w']+){0,2} (?:that way|this way|like that|like this|wrong|personally|so)|
            you(?:'re| are| were| got)? (?:\w+ )?(?:offended|upset (?:by|about|over)|so sensitive|feeling that way)|
            if (?:you|anyone|anybody|i) (?:were |was |got |felt |have )?(?:offended|offended you))
        """,
        finds=(
            "I'm sorry you feel that way.",
            "I'm sorry if you were offended.",
            "Well, I'm sorry you took it that way.",
        ),
        leaves=("I'm sorry I made you feel that way.", "I'm sorry you were alone that night.", "I'm sorry I hurt you."),
    ),
    rule(
        "minimizing.long-ago",
        FAINT,
        rf"""
        {THAT_IS} (?:\w+ )?(?:(?:ten|five|two|three|\w+) )?(?:years|months|ages|so long|a long time|a lifetime|
            forever|weeks) ago
        """,
        finds=("That was months ago.", "It was such a long time ago."),
        leaves=("We met years ago.", "It's not that long ago that you hurt me."),
        unless_after=("asking", "curiosity"),
    ),
)

DENYING: tuple[Rule, ...] = (
    rule(
        "denying.nothing-wrong",
        CLEAR,
        rf"""
        i (?:didn't|did not|haven't|have not|never|don't think i|don't believe i|don't see what i)(?: \w+)? ?(?:do|
            did|done) (?:a single |any|anything|a|nothing)(?:thing)? ?wrong|
        (?:i|i've|i have) (?:did|done|do) nothing wrong|
        (?:there was|there's|there is) nothing wrong with (?:it|that|what i)|
        what did i (?:even |ever )?do(?: that was| that's| so)? wrong|
        what have i done wrong|
        what did i (?:even |ever )do{END}|
        i(?:'ve| have|'ve got)? (?:got )?(?:absolutely )?nothing to (?:apologize|be sorry|feel (?:bad|guilty|sorry)|
            be ashamed|answer) (?:for|about|of)?|
        {I_AM} not going to apologize(?! again)|
        i won't apologize|
        i (?:don't|won't) (?:have|need) to apologize|
        why should i apologize
        """,
        finds=(
            "I didn't do anything wrong.",
            "I've done nothing wrong.",
            "i did nothing wrong",
            "I have nothing to apologize for.",
            "I don't think I did anything wrong.",
        ),
        leaves=(
            "You didn't do anything wrong.",
            "I pretended I did nothing wrong.",
            "I did something wrong.",
            "He said I didn't do anything wrong.",
        ),
    ),
    rule(
        "denying.never-happened",
        CLEAR,
        rf"""
        (?:that|it|this|none of (?:that|this|it)) (?:never|didn't|
            did not)(?: \w+)? happen(?:ed)?(?! again| to| at work)|
        nothing (?:ever |even )?happened(?! at| today)|
        {THAT_IS} not (?:what|how) (?:it |that )?(?:happened|went)|
        that(?:'s| is| was) not how it (?:was|happened|went)|
        that(?:'s| is) (?:a |another |such a )(?:complete |total )?lie|
        you(?:'re| are) (?:just )?(?:making (?:that|this|it|things|stuff|all of this) up|making up|inventing|
            imagining (?:that|things|it)|delusional|remembering (?:it|that) wrong)|
        i never (?:said|did|told you|promised|wrote|meant) (?:that|any of|anything|it|such|any such)|
        i (?:don't|do not) (?:even )?know what you(?:'re| are) talking about
        """,
        finds=(
            "That never happened.",
            "Nothing happened between us.",
            "You're making that up.",
            "I never said that.",
            "I don't know what you're talking about.",
        ),
        leaves=(
            "I wish it never happened.",
            "I acted as if nothing happened.",
            "It never happened again.",
            "You said nothing happened.",
        ),
    ),
    rule(
        "denying.never-did",
        SOFT,
        rf"""
        i (?:didn't|did not) do (?:anything|it|that)(?: to you| to her| to him| at all)?{END}|
        i never (?:even |ever )?(?:touched|kissed|slept with|looked at|cheated|lied to|met|flirted)
        """,
        finds=("I didn't do anything.", "I never touched her.", "I never lied to you."),
        leaves=("I didn't do anything about it.", "You didn't do anything.", "I wish I never touched her."),
        unless_after=("asking",),
    ),
    rule(
        "denying.not-mine",
        CLEAR,
        rf"""
        (?:it|that|this|none of this|none of it|that)(?:'s| is| was)? ?(?:not|isn't|wasn't|is not)? ?(?:(?<=not )|
            (?<=isn't )|(?<=wasn't ))(?:even |really |entirely )?my (?:fault|problem|doing|responsibility)|
        none of (?:this|it|that) (?:is|was) my (?:fault|problem|doing)|
        {OPENING}not my (?:fault|problem)|
        how (?:is|was) (?:that|this|it|any of this) my (?:fault|problem)|
        (?:don't|do not|you can't|stop|quit) (?:you dare )?(?:blam(?:e|ing)|accus(?:e|ing)|try to blame|
            pin(?:ning)? (?:it|this|that) on|put(?:ting)? (?:it|this|that|all of this|everything) on) ?me|
        {I_AM} not (?:the (?:one )?)?(?:to blame|responsible for|the one to blame|bad guy|villain|the problem|
            problem here|one with the problem)|
        i (?:had|have) nothing to do with (?:it|that|this)|
        how dare you accuse
        """,
        finds=(
            "It's not my fault.",
            "Not my problem.",
            "How is that my fault?",
            "Don't blame me.",
            "I'm not the bad guy here.",
            "Stop putting this on me.",
        ),
        leaves=("It is my fault.", "It was my fault, not yours.", "You told me it wasn't my fault."),
    ),
    rule(
        "denying.victim",
        LIKELY,
        r"""
        (?:so |oh |now |of course |and )*i(?:'m| am) (?:always |now |suddenly |once again |just |apparently |
            obviously )*the (?:bad guy|villain|monster|bad one|criminal|evil one|asshole|
            one who's wrong)(?! here and i)|
        (?:everything|it|that)(?:'s| is) (?:always |all |suddenly |apparently |of course )+my fault|
        i(?:'m| am) always (?:wrong|to blame|the problem|the one who's wrong|blamed|the guilty)|
        i can(?:'t| never) do (?:anything|a thing|nothing) right|
        nothing i (?:ever )?(?:do|say) is (?:ever )?right|
        (?:why are you|you(?:'re| are)|you just keep|stop) (?:always |just |constantly )?(?:attacking|picking on|
            ganging up on|interrogating|persecuting|punishing) me(?! for)|
        why (?:do|are|must) you (?:always )?(?:attack|blam|pick|accus)\w*(?: on)? me|
        (?:i get|i always get|i'm getting) blamed for|
        i(?:'m| am) the (?:real |actual )?victim
        """,
        finds=(
            "So now I'm the bad guy.",
            "Of course, everything's always my fault.",
            "I can't do anything right.",
            "Why are you attacking me?",
        ),
        leaves=("It's my fault.", "I made myself the victim.", "I'm the one who lied."),
    ),
)

DEFENSIVE: tuple[Rule, ...] = MINIMIZING + DENYING
