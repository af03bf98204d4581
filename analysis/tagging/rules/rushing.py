"""Rules for rushing: pressing whoever was hurt to be done with it."""

from __future__ import annotations

from analysis.tagging.rules.rule import CLEAR, END, LIKELY, OPENING, PAUSE, START, Rule, rule

__all__ = ["RUSHING"]

RUSHING: tuple[Rule, ...] = (
    rule(
        "rushing.how-long",
        CLEAR,
        r"""
        how (?:much longer|long|many more (?:times|weeks|months)) (?:are we|am i|is this|is that|do i|do we|
            will you|are you|must i|will this|have i got to) (?:still |really |
            just )*(?:(?:going to|have to|supposed to|need to|got to) )?(?:keep (?:\w+ing|this up|at it|on)|do this|
            do that|go on|going on|hold|punish|be (?:angry|mad|punished|upset)|stay (?:mad|angry)|
            talk about (?:this|it)|pay|hear|apologi[sz]\w*|continue|drag|bring|throw|suffer|put up|doing this|
            going through|talking about)|
        how many (?:more )?times (?:do|must|am|are|have|should) (?:i|we) (?:have to|need to|going to|got to|say|
            supposed to)|
        how often do i have to|
        when (?:are|will|do|is) (?:you|we|this|it) (?:\w+ )?(?:going to |finally |ever )*(?:get over|
            let (?:it|this|that) go|move on|drop (?:it|this)|be over|end|be enough|
            stop (?:punishing|bringing|talking about|this))|
        will this ever (?:end|be over|stop)
        """,
        finds=(
            "How long are we going to keep doing this?",
            "How many times do I have to say it?",
            "When are you going to let this go?",
            "How much longer do I have to pay for this?",
        ),
        leaves=(
            "How long are you going to be at work?",
            "How long has this been going on?",
            "How long do we have to keep the cake in the oven?",
            "When will you be home?",
        ),
    ),
    rule(
        "rushing.get-over-it",
        LIKELY,
        rf"""
        (?:(?:can't|can|could|couldn't|why don't|why can't|won't|will|would|when can) (?:you|we)|
            you(?:'ve| have)? (?:just |really )?(?:need to|have to|got to|should|ought to|better|must)|
            we (?:really |just )?(?:need to|have to|got to|should|must)|
            (?:it's )?(?:about )?time (?:for (?:you|us) )?(?:to|you|we)|
            {OPENING}(?:just|please|let's|let us|you just)|{START}|isn't it time (?:to|we|you)|
            are you (?:ever|never) going to) ?(?:(?:just|please|finally|all|maybe|simply|ever|already|
            both) )*(?:get over (?:it|this|that|yourself already)|let (?:it|this|that|things) go|move on(?! to )|
            put (?:it|this|that|all this|all of this|the past) (?:all )?behind (?:us|you)|
            drop (?:it|this|the subject)|forget (?:about )?(?:this|that|what happened|the whole thing)|
            forget about it|stop (?:bringing (?:it|this|that) up|bringing up|living in the past|dwelling|rehashing|
            going on about|harping|punishing me|dragging)|leave (?:it|this) (?:in the past|alone|behind)|
            be (?:normal|happy|done) (?:again|with)|go back to (?:normal|how))|
        {START}(?:and )?(?:please )?get over it|
        aren't you over|
        you should be over
        """,
        finds=(
            "Can't you just get over it?",
            "Can we please move on?",
            "You need to let this go.",
            "Just drop it.",
            "Can't we go back to normal?",
        ),
        leaves=(
            "I can't just get over it.",
            "You don't have to get over it.",
            "We can move on when you're ready.",
            "Should we move on to the next room?",
        ),
    ),
    rule(
        "rushing.said-sorry",
        CLEAR,
        rf"""
        i(?:'ve| have)? already (?:said (?:(?:(?:that|i'm|i am|i was|so) )*sorry|it|so)|told you everything|
            apologi[sz]ed|explained|answered|
            admitted)(?: (?:that|i'm|i am|i was|it|sorry|everything|all of it|you|this|to you|for))*|
        i(?:'ve| have)? (?:said (?:(?:that|i'm|i am|i was|it|so) )*sorry|told you(?: (?:that|i'm|i am|i was|it|sorry|
            so))*|apologi[sz]ed){PAUSE} (?:okay|ok|
            all right|alright|already|didn't i|haven't i|what (?:more|else)|how (?:many|much|often)|isn't that|
            can we|enough|(?:like |about )?(?:a|one) (?:hundred|thousand|million|dozen)|so many times|many times|
            a lot of times|enough times|over and over|again and again)(?= [\w']| [.?]|$)
        """,
        finds=(
            "I said I'm sorry, okay?!",
            "I said sorry, what more do you want?",
            "I've already apologized.",
            "I've said sorry a hundred times.",
        ),
        leaves=(
            "When I said I'm sorry, I meant it.",
            "I said sorry to your mother.",
            "I'm so sorry. Okay?",
            "I said okay because you were ill.",
            "Why do you do it when I've already said that it hurts?",
        ),
    ),
    rule(
        "rushing.what-more",
        LIKELY,
        rf"""
        what more (?:do|could|can|would|am|is|should) (?:you|i|there|we) (?:want|do|say|need|supposed|possibly|
            expect|to)(?! (?:to )?(?:know|ask|tell|see))|
        what else (?:do you want|do you need|do you expect) (?:from me|me to do|of me)|
        what else am i supposed|
        (?:isn't|wasn't|is|was) (?:that|this|it) (?:not )?(?:ever )?enough(?: for you)?(?= [?]|$)|
        (?:it's|it is) never enough|
        nothing (?:i (?:ever )?(?:do|say) )?is (?:ever )?(?:good )?enough|
        {START}enough already|
        are (?:you|we) (?:done|finished|happy|through)(?: (?:now|yet|here|with this))?{END}|
        {START}is that all{END}|
        do i have to (?:pay for (?:it|this|that)|suffer|crawl|beg|grovel)|
        (?:stop|quit|you keep) (?:throwing|rubbing|shoving) (?:it|this|that) (?:back )?in my face|
        you(?:'re going to| will|'ll| keep| are going to)? (?:never let me forget|
            hold(?:ing)? (?:it|this|that) over (?:me|my head))|
        hold(?:ing)? (?:it|this|that) (?:over|against) me forever
        """,
        finds=("What more do you want from me?", "Isn't that enough?", "Are you done?", "Stop throwing it in my face."),
        leaves=(
            "What more do you want to know?",
            "What else do you want for dinner?",
            "Are you done with the dishes?",
            "Is that all you got?",
            "Do I have to pay the fine?",
        ),
    ),
    rule(
        "rushing.again",
        LIKELY,
        rf"""
        {OPENING}(?:oh god |god )?(?:not )?this again|
        here we go again|
        i thought we were (?:past|over|done with) (?:this|that|all this|it)|
        why do we (?:always |still )?(?:have to|keep) (?:going |coming |go |come )?back to (?:this|that|it)|
        {OPENING}not again{END}|
        are we (?:really |seriously )?(?:still |back )(?:on|at|talking about|stuck on|doing) (?:this|that)|
        are we (?:really |seriously )?(?:doing|having|going through) this again|
        do we (?:really |still )*(?:have|need) to (?:do|talk about|go over|go through|discuss|have) (?:this|it|
            all this|that|this conversation|the whole thing)(?: all)?(?: (?:over )?again| now| every)|
        again with (?:this|that|the (?:questions|accusations|phone|past|same))(?= [.?]|$| again)|
        (?:why )?(?:do |are )?you (?:always |just |have to |still )*(?:keep |keeping )?(?:bring|bringing|dragging|
            digging) (?:it|this|that|up the past|everything|the past|that up)(?: back)?(?: up)?|
        we(?:'ve| have)? (?:already )?(?:been|gone|went) (?:over|through) (?:this|that|
            it)(?: already| before| a| so|{END})|
        we(?:'ve| have)? already (?:talked|discussed|went)|
        (?:it's|it has) been (?:\w+ )?(?:\w+ )?(?:weeks|months|years) already
        """,
        finds=(
            "Not this again.",
            "Here we go again.",
            "Do we have to talk about this again?",
            "You keep bringing it up.",
            "We've been over this.",
        ),
        leaves=(
            "Can we try this again?",
            "You can bring it up whenever you need.",
            "We've been through this together.",
            "Again with the beans.",
        ),
    ),
)
