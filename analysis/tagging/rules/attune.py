"""Rules for attuning: understanding the other, wanting to, and softening the talk so that it is possible."""

from __future__ import annotations

from analysis.tagging.rules.rule import (
    CLEAR,
    END,
    HARD,
    I_AM,
    I_WILL,
    LIKELY,
    OPENING,
    SO,
    SOFT,
    START,
    YOU_ARE,
    Rule,
    rule,
)

__all__ = ["ATTUNE"]

TENDER = (
    r"(?:alone|lonely|scared|afraid|frightened|hurt|sad|abandoned|betrayed|invisible|humiliated|ignored|unsafe|"
    r"overwhelmed|left out|rejected|unloved|unimportant|unheard|angry|furious|upset|devastated|exhausted|worried|"
    r"anxious|shut out|disappointed|frustrated|let down|in pain|suspicious|confused|helpless|heartbroken)"
)

VALIDATION: tuple[Rule, ...] = (
    rule(
        "validation.i-see-why",
        CLEAR,
        rf"""
        i (?:can |do |totally |completely |really |fully |now |also |just |think i |absolutely |could |get )*(?:see|
            understand|get|hear|imagine|appreciate|know|
            realize) (?:that )?(?:why (?:that|this|it|you)(?! (?:moved|took|went|bought))|
            how (?:much|hard|painful|lonely|scared|hurt|awful|terrible|deeply|bad|difficult|scary|humiliating|badly|
            angry|that (?:felt|hurt|must|would|looked)|you (?:feel|felt|must|see|might|would)|
            it (?:felt|hurt|must|looks|feels))(?! you (?:are|can))|
            what (?:that|this|it) (?:did|does|was like|must|cost|means|meant)(?! mean)|{YOU_ARE} {SO}{TENDER}|
            (?:it|that|this) (?:must|really |still )*(?:hurts?|hurt)(?: you|{END}|s)|
            where you(?:'re| are) coming from|your (?:point|pain|side|anger|fear|hurt|frustration)|
            that (?:you|it|this)(?:'re| were| are| felt| feel| hurts?| was| must| scares?| needed?|
            [ ]wanted?)(?: \w+)? (?:{TENDER}|{HARD}|more|you|that))|
        {OPENING}i (?:do |really |can )?hear (?:you|that|what you(?:'re| are) saying|how)(?= [.?]|
            $| and| that| i| you)|
        {START}(?:yeah |okay |yes )*i (?:do |totally |completely |really )?understand{END}
        """,
        finds=(
            "I can see why that hurt.",
            "I understand why you're angry.",
            "I can imagine how lonely that was.",
            "I hear you.",
            "I know that hurt you.",
            "I see how much it hurts.",
        ),
        leaves=(
            "I don't understand why you're angry.",
            "I see the keys.",
            "I can't see why that hurt.",
            "I understand you're hurt, but you're overreacting.",
        ),
    ),
    rule(
        "validation.makes-sense",
        LIKELY,
        rf"""
        (?:that|it|this|what you(?:'re| are)? ?(?:feel|feeling|say|saying)|your (?:anger|fear|reaction|feelings?)|
            you)(?: really| totally| completely| does| all)* (?:makes?|made) (?:total |perfect |complete |so much |
            a lot of |absolute )*sense|
        no wonder (?:you|that|it)|
        of course you(?:'re| are|'d| would| were| feel| felt| did| didn't| had| don't|
            've)(?! (?:did that|late|right))(?! (?:do|did|are|would){END})(?: [\w']+)|
        (?:anyone|anybody|everyone) would (?:feel|be|have felt|have been)|
        i(?:'d| would) (?:have )?(?:feel|be|been|felt) (?:exactly )?(?:the same|(?:so )?{TENDER}) ?(?:too|as well|
            way|if)?|
        you have (?:every|all the|a) (?:right|reason)s? to (?:feel|be|ask|not|doubt|know|wonder|check|want|cry|say|
            hurt)|
        your (?:feelings?|anger|pain|hurt|fear)(?: (?:are|is|makes?|matters?|count)) ?(?:valid|real|sense|okay|
            to me|important|justified)?|
        (?:it's|that's|it is|that is) (?:so |completely |totally |really |only )*(?:understandable|natural|
            a fair point|valid|fair enough|fair|a good point|a valid point)(?! game)|
        (?:good|fair) point|
        you have a point|
        i see your point|
        i see what you mean
        """,
        finds=(
            "That makes sense.",
            "No wonder you were scared.",
            "You have every right to be angry.",
            "Of course you're angry.",
            "Anyone would feel that way.",
        ),
        leaves=(
            "That makes no sense.",
            "It doesn't make sense.",
            "You have no right to be angry.",
            "Does that make sense?",
        ),
    ),
    rule(
        "validation.you-are-right",
        SOFT,
        rf"""
        {START}(?:(?:yes|yeah|okay|no|and|i know|honestly|i think|oh) )*{YOU_ARE} (?:absolutely |completely |
            totally |so |actually |probably )?right(?: about (?:that|this|it|me|how|what))?(?= [.?]|
            $| i| and| it| that| about (?:that|this|it|me|how|what))
        """,
        finds=("You're right.", "Yeah, you're absolutely right about that."),
        leaves=("You're right behind me.", "You're always right.", "You think you're right."),
    ),
    rule(
        "validation.must-have-been",
        LIKELY,
        rf"""
        (?:that|it|this|what i did) must(?:'ve| have)? (?:(?:\w+ )?(?:been|be|feel|felt|
            made)(?: (?:so|really|very|incredibly|just|like|you|pretty|absolutely|feel))* (?:{HARD}|{TENDER})|
            (?:really )?hurt)|
        you must(?:'ve| have)? (?:be|feel|felt|been) {SO}{TENDER}|
        (?:that|it|this) sounds (?:so |really |very |incredibly |just |like )*{HARD}|
        (?:that|it|this)(?:'s| is| was) (?:so |really |such )*(?:a lot (?:to (?:carry|deal|take|hold)|for you)|
            not fair to you|unfair to you|{HARD} for you)
        """,
        finds=(
            "That must have been so lonely.",
            "It must have hurt.",
            "That sounds really painful.",
            "You must have felt so alone.",
        ),
        leaves=("That must be the postman.", "It was hard for me.", "Must it be so painful?"),
    ),
    rule(
        "validation.reflect",
        SOFT,
        rf"""
        what i(?:'m| am)? ?(?:hear|hearing)(?: you (?:say|saying))? is|
        i(?:'m| am) hearing (?:that )?you|
        (?:let me see )?if i (?:understand|hear|heard|got|understood|get) (?:you|that|this|it) ?(?:right|
            correctly)?|
        (?:it )?sounds like (?:you|that|it)(?!'s (?:raining|working))(?! need to)|
        so (?:you're|you are) (?:saying|telling me) (?:that )?(?:you|it|when)(?! think)|
        (?:so |and |you said |you told me |then )*you (?:felt|feel|were feeling|are feeling|were|'re feeling|
            must feel|were left) {SO}(?:like |that |as if |completely )*(?:{TENDER}|
            not (?:safe|heard|seen|important|loved|enough)|
            (?:you (?:didn't|don't) (?:matter|count|exist)|i (?:didn't|don't|wasn't|left|chose|forgot|stopped)))|
        what you(?:'re| are) saying is
        """,
        finds=(
            "So you felt alone?",
            "You felt like I didn't care.",
            "What I'm hearing is that you need more time.",
            "You said you felt invisible.",
        ),
        leaves=("Did you feel alone?", "You feel sick?", "So you're saying you think I'm stupid?"),
    ),
)

CURIOSITY: tuple[Rule, ...] = (
    rule(
        "curiosity.what-was-it-like",
        CLEAR,
        r"""
        what(?:'s| is| was| does| did|'d| would| has) (?:that|it|this|the (?:night|day|time|last week)|
            all (?:of )?this)(?: been| feel| be)? (?:feel )?like(?= for you| when| to (?:be|hear|find|see|feel|live|
            know|carry)| being| hearing| inside| [.?]|$)(?! outside)|
        how (?:did|does|was|is|has) (?:that|it|this|all (?:of )?this|
            what i (?:said|did)) (?:been )?(?:make you feel|made you feel|feel(?! about)|felt|land|affect you|
            for you|sit with you|hit you|been for you)|
        how (?:did|do|does) (?:that|it|what i|you)(?: (?:said|did))? (?:make you )?(?:feel|
            experience (?:it|that|this|us|me))(?: (?:about|when|for)[\w ]*)?(?= [?.]|$)
        """,
        finds=(
            "What was that like for you?",
            "How did that make you feel?",
            "What's it like when I leave?",
            "How does that feel for you?",
        ),
        leaves=("What was the movie like?", "What was the weather like?"),
    ),
    rule(
        "curiosity.what-do-you-need",
        LIKELY,
        r"""
        what (?:do|did|would|can|could) you (?:really |most )*(?:need|wish|long for|hope for|hope)(?= [.?]|
            $| from me| right now| most| to (?:feel|hear|trust|know|
            heal)| for| now| when| in those| that| i)(?! for (?:dinner|lunch|the))|
        what would (?:\w+ )?(?:help|make (?:it|this|you)|feel (?:good|safe|better)|
            you (?:like|need|want) (?:me to|from me|to (?:hear|happen))|it take|safety)|
        what (?:can|could|should) i (?:\w+ )?(?:do|say|change|
            give you)(?: (?:to|for you|differently|right now|that|so|better|now|today))*(?= [?.]|
            $| (?:to|so|that) )|
        how (?:can|could) i (?:\w+ )?(?:help|support|be there|make (?:this|it|you)|show you|make you feel|
            be (?:a )?better|earn|rebuild)(?! you (?:sir|today|carry|move))(?! with the)|
        is there (?:anything|something) i (?:can|could) (?:do|say)(?= [.?]|$| to| for| that| right| now)|
        what(?:'s| is) (?:the )?(?:one thing|most important|missing) (?:you|for you|that|thing)
        """,
        finds=(
            "What do you need from me?",
            "What would help you right now?",
            "How can I support you?",
            "What can I do differently?",
        ),
        leaves=("What do you need from the store?", "What do you need for dinner?"),
    ),
    rule(
        "curiosity.what-is-in-you",
        LIKELY,
        r"""
        what (?:did|do) you (?:really )?(?:feel|think) (?:when|in that|right now|inside)|
        what(?:'re| are) you (?:feeling|afraid of|scared of|hoping for|going through|needing|
            most (?:afraid|worried|scared)|thinking(?= [.?]|$| right| now| about (?:when|us|all))|worried about|
            carrying)|
        what(?:'s| is)? ?(?:goes|went|go|going|was going|happens?|happening|was happening|comes up|came up) (?:on |
            through )?(?:in(?:side)?|for|with|through) (?:of )?you(?:r (?:mind|head|heart|body))?|
        how are you (?:feeling|doing with (?:this|all)|holding up|with (?:this|all|what))|
        what (?:hurts|hurt|scares|scared|bothers|worries|helps|matters|helped|frightens)(?: you)? (?:the )?(?:most|
            about (?:it|this|that)|when|in those)|
        what(?:'s| is| was) (?:the|your) (?:\w+ )?(?:hardest|worst|scariest|biggest|deepest) (?:part|thing|fear|
            moment|worry)(?: (?:for you|about|of|in))?|
        what(?:'s| is) (?:underneath|behind|under) (?:that|this|it|the|your)|
        what made (?:you|it|that) (?:feel|so (?:hard|painful)|cry|afraid|angry|sad|pull)|
        what are you telling yourself|
        why does (?:that|it|this) (?:hurt|scare|matter|feel)(?: \w+){0,4}(?= [?]|$)
        """,
        finds=(
            "What are you feeling?",
            "What was going on inside you?",
            "What hurt you the most?",
            "What's the hardest part for you?",
            "What are you afraid of?",
        ),
        leaves=("What were you thinking?", "What's going on with the car?", "How are you getting home?"),
    ),
    rule(
        "curiosity.tell-me-more",
        LIKELY,
        r"""
        tell me more(?= [.?]|$| about (?:that|it|how|what|your|this|why)| please)|
        help me (?:to )?understand(?! how you could)|
        say more(?= [.?]|$| about)|
        (?:(?:can|could|would|will) you (?:please )?|please )(?:tell|explain to) me (?:what|how|why) (?:that|it|you|
            this)(?:'s|'re| was| is| felt| feels| feel| felt| hurts?| hurt| are| were| made| means|
            [ ]need)(?: \w+){0,4}|
        i(?:'d| would) (?:really )?(?:like|love) to (?:understand|hear (?:how|what|more|it|you)|
            know (?:more|how you|what (?:you|that|it)))|
        i (?:really |just )*want to (?:understand|hear (?:how you|what (?:you|that|it)|more|you out)|
            know (?:how (?:you|it|that) (?:feel|felt|feels|was)|what (?:it|that) (?:is|was|feels) like|
            what you (?:need|feel|felt)|more about))|
        what do you mean (?:by that|when you say)|
        how do you (?:see|feel about|experience) (?:it|this|that|us|what|all)|
        do you want to (?:tell me|talk) (?:about|more|what)|
        (?:did i|am i|have i) (?:get|got|understand|understood|hear|heard|getting|understanding|hearing) (?:that|
            you|it|this)(?: \w+)? ?(?:right|correctly)?
        """,
        finds=(
            "Tell me more about that.",
            "Help me understand.",
            "I want to understand you.",
            "Did I get that right?",
            "How do you see it?",
        ),
        leaves=("Tell me more about the apartment.", "Can you tell me what time it is?"),
    ),
)

REPAIR: tuple[Rule, ...] = (
    rule(
        "repair.again",
        CLEAR,
        rf"""
        (?:let me|can i|could i|may i|i want to|i'd like to|i would like to|let me try to) (?:please |just |try to |
            try and )*(?:(?:try|say|start|put|do) (?:that |this |it |to say )*(?:again|over|differently|better|
            another way|more (?:gently|kindly|calmly))|rephrase|start over|take (?:that|it) back|try again)|
        {START}(?:okay )?(?:sorry )?i take (?:that|it) back|
        (?:that|it) (?:came|comes|sounded) (?:out )?(?:all )?(?:wrong|harsh|harsher|mean|meaner|unfair|sharper)|
        i didn't mean (?:it|that)(?: (?:like|that|the way|to (?:sound|come|hurt)))*(?= [.?]|$| it| how)|
        (?:that's|that is) not (?:how|what) i (?:meant|wanted)(?: to (?:say|sound))?|
        (?:can|could) we (?:please |just |maybe )*(?:start (?:over|again|fresh)|try (?:that|this|it|it all)? ?again|
            rewind|begin again)|
        let's (?:just )?(?:start over|start again|try again|try (?:that|this|it) again|begin again|rewind)
        """,
        finds=(
            "Let me say that again.",
            "Can we start over?",
            "That came out wrong.",
            "I take that back.",
            "Can I try that again?",
        ),
        leaves=("Say that again?", "Can we try the pasta again?", "Let me do the dishes.", "You can't take that back."),
    ),
    rule(
        "repair.slow-down",
        CLEAR,
        rf"""
        (?:(?:can|could) we|let's|let us|i (?:need|want) us to|maybe we (?:can|could|should)|i think we should|
            we should|can we both) (?:please |just |both |maybe |all |try to )*(?:slow (?:this )?(?:down|it down)|
            pause|take (?:a|one|five|ten) (?:\w+ )?(?:break|breath|minutes?|moment|step back|second|step)|
            stop (?:for a|here for|fighting|shouting|yelling|arguing|and breathe|hurting|this fight)|calm down|
            breathe|cool (?:down|off)|not (?:fight|do this like|yell|shout|hurt)|lower our|
            talk (?:calmly|quietly|softly|gently|this through|about this (?:calmly|without))|
            be (?:gentle|kind|nice)(?: (?:to|with) each other)?|hold hands)|
        i (?:really |just )*don't (?:want|wanna) to (?:fight|argue|hurt you|yell|shout|
            win)(?: (?:with you|anymore|about))?|
        i (?:can feel|notice|feel|think|realize)(?: that)? (?:i'm |i am |myself |we're )?(?:getting|being|
            becoming) (?:\w+ )?(?:loud|heated|defensive|flooded|worked up|angry|tense|mean|overwhelmed|triggered)|
        {I_AM} (?:getting|being|sounding) (?:too |really |so |a bit )*(?:loud|heated|defensive|flooded|harsh)|
        this is getting (?:\w+ )?(?:heated|loud|out of hand|ugly)
        """,
        finds=(
            "Can we slow down?",
            "Let's take a breath.",
            "I don't want to fight.",
            "I notice I'm getting defensive.",
            "Can we please stop yelling?",
        ),
        leaves=("You need to slow down.", "Slow down, there's a speed camera.", "You're getting defensive."),
    ),
    rule(
        "repair.same-side",
        CLEAR,
        rf"""
        (?:we're|we are) (?:still |both )*(?:on the same (?:side|team|page here)|in this together|a team|
            partners in this)|
        (?:it's|it is) (?:you and me|us|the two of us) (?:against|versus|not)|
        {I_AM} (?:on your side|not (?:your enemy|against you|the enemy|
            trying to (?:fight|hurt|win|attack|blame|be right)|attacking you|blaming you))|
        you(?:'re| are) not my enemy|
        we both (?:want|love|need|care|are hurting|lost)|
        we (?:want|love) the same
        """,
        finds=(
            "We're on the same side.",
            "We're a team.",
            "I'm not trying to attack you.",
            "It's us against the problem.",
            "You're not my enemy.",
        ),
        leaves=("We're on the same train.", "Whose side are you on?", "We're not a team."),
    ),
    rule(
        "repair.break-with-return",
        CLEAR,
        rf"""
        (?:i|we|let me|let's|give me|let us)(?:'ll| will|'m going to| am going to|'d like to| can)? ?(?:just |both |
            really |maybe |should )*(?:need|want|take|have|go|going|step|get|give me|have to take|could use|
            grab)?(?: (?:a|an|some|to|for|take|have|go|out|me|just|outside|step|walk|the|us))*(?: \w+)? (?:minutes?|
            hour|half an hour|break|walk|moment|time|air|breather|pause|water|block|
            outside)(?: [\w']+){{0,6}}(?: [.])?(?: [\w']+){{0,6}} (?:(?:be |come |{I_AM} |get |right )+back|
            (?:we(?:'ll| can| will)? |let's |can )?(?:continue|talk (?:again|then|after|about (?:it|this)|more)|
            pick (?:this|it) up|keep going|go on))|
        {I_WILL} (?:be (?:right )?back|come back)(?: in| to (?:this|you|talk)|{END})|
        (?:can|could|may) we (?:please |just )*(?:talk about (?:this|it)|continue(?: this)?|
            come back to (?:this|it)|pick (?:this|it) up|finish (?:this|it))(?: again)? (?:at|tomorrow|tonight|
            after|in (?:the|an|half|ten|twenty|thirty|\w+ minutes)|
            when (?:we've|we're|the kids|i'm|i am|you're|i've))
        """,
        finds=(
            "I need twenty minutes, then I'm back.",
            "Give me half an hour and we'll talk again.",
            "I don't want to talk about this right now. I need a break, I'll be back at eight.",
            "Can we talk about this tomorrow after breakfast?",
        ),
        leaves=("I need a break.", "I need twenty minutes.", "Is he back?", "I'm done talking."),
    ),
)

ATTUNE: tuple[Rule, ...] = VALIDATION + CURIOSITY + REPAIR
