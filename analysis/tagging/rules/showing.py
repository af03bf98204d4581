"""Rules for complaint and feeling: saying what was hard, and what it is like inside."""

from __future__ import annotations

from analysis.tagging.rules.rule import CLEAR, I_AM, I_HAVE, LIKELY, OPENING, SO, SOFT, THAT_IS, YOU_ARE, Rule, rule

__all__ = ["SHOWING"]

HURTING = (
    r"(?:alone|lonely|scared|afraid|terrified|frightened|hurt|sad|ashamed|guilty|angry|furious|betrayed|abandoned|"
    r"rejected|invisible|small|empty|lost|numb|broken|humiliated|anxious|panicked|panicky|overwhelmed|unsafe|"
    r"worthless|unloved|unwanted|ignored|shut out|left out|helpless|hopeless|disconnected|heartbroken|devastated|"
    r"crushed|desperate|insecure|jealous|cheated|sidelined|unimportant|unseen|unheard|disrespected|trapped|"
    r"confused|worried|exhausted|miserable|depressed|stupid|foolish|sick to my stomach|embarrassed|replaced|"
    r"second best|nervous|torn|disappointed|frustrated|resentful|vulnerable|defeated|powerless)"
)

WARM = (
    r"(?:safe|hopeful|happy|relieved|loved|heard|seen|closer?|calm|calmer|lighter|better|grateful|understood|"
    r"connected|at peace|good about)"
)

COMPLAINT: tuple[Rule, ...] = (
    rule(
        "complaint.you-did",
        SOFT,
        r"""
        you (?:just |still |even |actually |basically |really )*(?:lied to (?:me|my)|lied{END}|lied about|
            came home (?:late|drunk|at|without|smelling|after)|came in at|
            went (?:behind|to (?:her|his)|out (?:with|without)|through my|home with|there without)|
            left me (?:alone|there|waiting|standing|sitting|with|out|in)|left (?:without|in the middle)|
            hid (?:it|that|this|things|everything|her|him|your|the)(?: [\w']+){0,4}|
            deleted (?:the|your|all|her|his|everything|it|those)|
            forgot (?:my|our|me|about me|about us|the (?:anniversary|birthday|kids))|ignored (?:me|my)|
            walked (?:out|away|off)(?: on me)?|hung up|
            spent (?:the (?:night|whole|weekend)|all|our|(?:\w+ )?(?:hundred|thousand))|stood me up|canceled|
            cancelled|bought (?:it|that|a|the) (?:[\w']+ )*without|kissed (?:her|him|someone)|slept with|
            cheated on me|texted (?:her|him)|talked to (?:her|him) about (?:me|us|our)|
            told (?:her|him|them|everyone|your (?:mother|friends|sister|brother)) (?:about (?:me|us|our)|that i|
            what i)|promised(?: me)? (?:you'd|you would|to|that|it|no|you were|never)|
            said you(?:'d| would| were going to)|told me (?:you (?:were|had|would)|it was|that you)|interrupted me|
            talked over me|yelled at (?:me|the kids|us)|shouted at (?:me|the kids)|embarrassed me|
            made (?:me (?:wait|look)|fun of me|plans without)|
            decided (?:it|that|this|everything|for) [\w' ]*without|kept (?:it|that|this|secrets?) from me|
            looked me in the (?:eye|face))
        """,
        finds=(
            "You came home at two without calling.",
            "You lied to me.",
            "You promised you'd be there.",
            "You told her about our fights.",
            "you said you would stop",
        ),
        leaves=(
            "You came home early, thank you.",
            "Have you lied to me?",
            "If you lied to me, tell me now.",
            "You left me a note, that was sweet.",
        ),
    ),
    rule(
        "complaint.you-did-not",
        SOFT,
        r"""
        you (?:just |still )*(?:didn't|did not|haven't|
            have not)(?: (?:even|once|just|really|bother to|ever))* (?:call(?:ed)?|text(?:ed)?|tell me|told me|
            answer(?:ed)?|come(?: home| back| with)?|show(?:ed)? up|ask(?:ed)?(?: me)?|
            say (?:anything|a word|goodbye|hello|where)|said (?:anything|a word)|listen(?:ed)?|help(?:ed)?|
            let me (?:finish|know)|look(?:ed)? (?:at me|up)|pick(?:ed)? up|notice(?:d)?|apologi[sz]e(?:d)?|
            thank(?:ed)? me|warn(?:ed)?|wait(?:ed)? for me|include(?:d)? me|defend(?:ed)? me|stand up|stood up|
            remember(?:ed)?|keep your|kept your|do what you|done what you|reply|replied|write back|
            check(?:ed)?)(?! me (?:out|not))
        """,
        finds=(
            "You didn't call.",
            "You didn't even tell me you'd be late.",
            "You still haven't told me the whole story.",
            "you didnt show up",
        ),
        leaves=("You didn't do anything wrong.", "You didn't have to do that.", "Why didn't you tell me?"),
    ),
    rule(
        "complaint.you-were",
        SOFT,
        rf"""
        (?:you were (?:on (?:your|the) phone|texting|flirting|with (?:her|him)|supposed to|
            (?:\w+ )?(?:hours?|minutes) late|so late|late again|late|not there|nowhere|gone all|
            out all)(?! because)|you weren't (?:there|home|listening|answering)|
            {YOU_ARE} (?:still (?:texting|talking to|seeing|on your phone|lying|hiding|doing it|in touch|in contact|
            not)|(?:late|drunk|on your phone|doing it|lying|hiding things|texting her|texting him) again|
            not (?:even )?listening|doing it again))(?! either)
        """,
        finds=(
            "You were texting her at dinner.",
            "You're still hiding things.",
            "You're late again.",
            "You weren't there when my dad died.",
        ),
        leaves=("You were right.", "Were you with her?", "You were so brave."),
    ),
    rule(
        "complaint.you-should-have",
        LIKELY,
        r"""
        you (?:should|could)(?:'ve| have| at least have| at least)(?: at least| just)? (?:told|called|asked|texted|
            said|come|listened|stopped|known|waited|warned|talked|let me|been (?:honest|there|home)|tell|call|ask|
            text|say|try|pretend|look)|
        couldn't you (?:just |at least )?(?:have )?(?:called|told|asked|texted|call|tell|ask|text)|
        would it (?:have )?(?:kill|killed|been so hard)|
        is it (?:too much|so much) to ask|
        is it really so hard to
        """,
        finds=(
            "You could have called.",
            "You should've told me.",
            "Couldn't you at least have texted?",
            "Is it too much to ask?",
        ),
        leaves=("You should have seen it, it was beautiful.", "I should have told you.", "You could have my umbrella."),
    ),
    rule(
        "complaint.it-bothers-me",
        LIKELY,
        rf"""
        (?:it|that) (?:really |just |still |so |always )*(?:bothers?|bugs?|annoys?|upsets?|hurts?|hurt|frustrates?|
            kills?|scares?|(?:makes?|made|drives|drove)(?= me)) (?:me )?(?:\w+ )?(?:\w+ )?(?:when|that|how) you|
        (?:what )?(?:bothers|hurts|bugs|upsets|annoys|hurt) me (?:the )?(?:most |about this |here )*(?:is|was)|
        i (?:really |just |so )*(?:hate|don't like|can't stand|resent|didn't like|hated|dislike)(?: it)? (?:when|
            that|how|the way|being) (?:you|your|lied|left|ignored|treated)|
        {I_AM} {SO}(?:angry|mad|upset|furious|annoyed|frustrated|hurt|pissed(?: off)?|disappointed|
            irritated) (?:at you |with you |because |that |about |when |how |off )*you|
        {I_AM} (?:so |just |really )*(?:sick|tired|sick and tired|fed up) (?:of|with) (?:you |your |
            being (?:lied|ignored|left|treated|second|last|the (?:only|one|last))|
            having to (?:ask|beg|guess|wonder|check|remind|do everything)|always being|doing (?:everything|it all)|
            (?:all )?(?:the|these|those|your) (?:lies|excuses|secrets|lying))|
        it's not (?:fair|okay|right)(?: that| for you| when)
        """,
        finds=(
            "It bothers me when you look at your phone while I'm talking.",
            "I'm angry that you didn't tell me.",
            "I hate it when you shut the door on me.",
            "I'm tired of being lied to.",
        ),
        leaves=("I'm tired of waiting for the bus.", "I hate that song.", "Does it bother you when I call?"),
    ),
    rule(
        "complaint.rhetorical",
        LIKELY,
        r"""
        so (?:you want me|i'm (?:just )?supposed|am i (?:just )?supposed) to (?:just )?(?:pretend|forget|believe|
            smile|act|be okay|swallow)|
        so you (?:just )?(?:thought|figured|decided|assumed)(?! we| about dinner)|
        did you (?:really|honestly|seriously|actually|even) think (?:that |i|it|this|you|lying|nobody|no one|
            about (?:me|us|the kids|how))|
        did you think (?:i wouldn't|i'd never|nobody|no one|i'd just)|
        what (?:the hell |on earth |in the world )?were you thinking|
        how could you(?= [.?]|$)|
        how (?:could|can|dare) you (?:just |even |not |ever |possibly )*(?:do (?:this|that|it|something)|lie|let|
            say|keep|look|sleep|be with|forget|leave|tell (?:her|him|them|me it)|hide|not (?:tell|call|see|know)|
            sit|stand|walk|act|pretend|bring|think|treat)(?! if)|
        what did you think (?:would|was going to|i'd|i would)|
        (?:do )?you (?:really )?think (?:that|this|it|lying|sorry)(?:'s| is| makes| made| will| was)? (?:makes |
            made |all |just )?(?:it )?(?:okay|fine|all right|funny|normal|fixes|better|go away|makes)|
        you thought (?:i|nobody|no one) (?:wouldn't|would never|would not|would just|couldn't)|
        do you have any idea (?:what|how)|
        do you (?:even|really|ever) (?:know|realize|understand|see|get) what (?:you|that|this|it|i)|
        how (?:would|'d) you (?:like|feel) if i|
        and (?:that's|this is) supposed to (?:make|be)
        """,
        finds=(
            "So you thought that made it okay?",
            "How could you?",
            "How could you lie to my face?",
            "What were you thinking?",
            "Do you have any idea what that did to me?",
        ),
        leaves=("How could you tell?", "So you thought we could leave at six?", "What are you thinking?"),
    ),
    rule(
        "complaint.request",
        SOFT,
        rf"""
        (?:{OPENING}|(?:could|can|would|will) you (?:please |just |at least |maybe )*)(?:stop|quit) (?:interrupting|
            yelling|shouting|lying|screaming|talking over|looking at your phone|cutting me|texting (?:her|him)|
            seeing (?:her|him)|hiding|checking|criticizing|correcting|rolling|ignoring|treating|comparing|
            pretending|raising)|
        (?:put (?:your|the|that) phone (?:down|away)|let me (?:finish|talk|speak)(?= [.?]|$| for| please)|
            (?:can|could|would|will) you (?:please |just |at least )*(?:listen(?: to me)?|answer me|look at me|
            be honest|tell me the truth|not interrupt|let me finish)(?= [.?]|$| for once| when)|
            answer (?:me|the question|my question)(?= [.?]|$))|
        i (?:need|want|asked|'d like|would like) you to (?:stop|quit|be home|help with|do your|
            put (?:your|the) phone|not)(?! worry)|
        i wish you(?:'d| would| had| wouldn't| hadn't| weren't| could(?! (?:see|be here|come)))(?! (?:been here|
            a ))|
        all i (?:ever )?(?:wanted|asked for|asked|needed) (?:was|is)|
        (?:all )?i(?:'m asking| ask)(?: for)? is (?:that )?you
        """,
        finds=(
            "Please stop interrupting me.",
            "Let me finish.",
            "I wish you'd told me.",
            "Could you put your phone away?",
        ),
        leaves=("I wish you were here.", "Let me finish the dishes.", "Can you stop at the store?"),
    ),
    rule(
        "complaint.i-had-to",
        SOFT,
        rf"""
        i (?:had|have) to (?:find (?:it |this |that )?out (?:from|by|through|like|about (?:it|this|her|him|you)|
            on your)|hear (?:it|this|that|about it)?(?: \w+)? ?from|beg|
            ask (?:you )?(?:\w+ )?(?:three|five|ten|a hundred|every|twice|so many)|
            do (?:everything|it all|all of it)|lie to|cover for|explain to (?:the kids|my))|
        i (?:was )?(?:sat|sit|sitting|waited|waiting|stood|standing)(?: there| up| here| at home)? (?:for you|alone|
            waiting|(?:for )?(?:two|three|four|five|\w+) hours|all (?:night|evening|day)|half the night)|
        (?:i'm|i am|why am i|why is it) always (?:the one|me)(?! who (?:lied|hurt))|
        {I_AM} the only one (?:who|that)|
        i (?:found|saw|read) (?:the|your|her|his|those|all the) (?:\w+ )?(?:messages|texts|emails|letters|photos|
            pictures|receipts?|phone|condoms?|account|emails?)|
        (?:every|each) (?:single )?time (?:you (?:leave|go|come home|pick|look|walk|get|say|do|lie|touch|drink|talk|
            promise)|i (?:try|ask|bring|want|talk|tell))
        """,
        finds=(
            "I had to find out from your sister.",
            "I waited up all night.",
            "I'm always the one who apologizes first.",
            "I found the messages.",
        ),
        leaves=("I had to find out the price.", "I waited at the bus stop.", "I'm the one who lied."),
    ),
    rule(
        "complaint.habit",
        SOFT,
        r"""
        you(?:'re| are)? (?:just )?(?:always|constantly) (?:late|on (?:your|that) phone|interrupt(?:ing)?|
            leav(?:e|ing) (?:your|the|everything|it to me)|forget(?:ting)?|work(?:ing)? (?:late|on)|cancel(?:ing)?|
            check(?:ing)? your)|
        you(?:'ve| have)? (?:just )?never (?:once |even )*(?:help(?:ed)? (?:with|around|me)|do the|clean|wash|cook|
            pick(?:ed)? up|take out|call(?:ed)?|answer(?:ed)?|come home|tell me (?:where|when|what)|
            ask(?:ed)? (?:me )?(?:how|what|about)|listen(?: when)|say (?:thank|please|goodnight))
        """,
        finds=(
            "You're always late.",
            "You never help with the kids.",
            "You're always on your phone.",
            "you never ask how my day was",
        ),
        leaves=("You always call, and I love that.", "It's not that you always forget.", "You're always so kind."),
    ),
)

FEELING: tuple[Rule, ...] = (
    rule(
        "feeling.i-feel",
        CLEAR,
        rf"""
        i(?:'m|'ve| am| was| have)? (?:just |really |still |always |also |sometimes |often |only |already |been |
            suddenly |honestly |can |could |do |did |never |started |start |didn't |don't |can't )*(?:feel|felt|
            feeling|to feel) (?:like (?:i(?:'m|'d| am| was| were)? ?)?)?(?:that )?(?:i(?:'m| am|
            [ ]was) )?{SO}(?:more |less |most |much |pretty |extremely |incredibly |all |as if i was |like |
            how )*(?:{HURTING}|{WARM}|sick(?= [.?]|$| about| when)|terrible|awful|horrible|
            bad(?= [.?]|$| about| when)|used|dirty|
            like (?:i (?:don't|didn't|can't|couldn't|have|had|lost|wasn't)|nothing|an idiot|a fool|a failure|trash|
            garbage|a stranger|a ghost|crying|dying)|
            i (?:don't|didn't|can't|couldn't|have|had|lost|wasn't) (?:matter|exist|count|know|breathe|have|lost|
            enough|you)|nothing(?= [.?]|$)|an idiot|a fool|a failure)
        """,
        finds=(
            "I felt so alone.",
            "I feel really scared right now.",
            "I, uh, I still feel like I don't matter.",
            "I don't feel safe.",
            "I feel closer to you.",
        ),
        leaves=(
            "I feel that you're selfish.",
            "Did you feel alone?",
            "I feel like pizza tonight.",
            "She said I felt alone.",
        ),
    ),
    rule(
        "feeling.i-am",
        LIKELY,
        rf"""
        (?:{I_AM}|i was|{I_HAVE} been|i get|i got|i became|i'd been|
            it (?:makes|made|leaves|left) me) (?:feel )?{SO}(?:more |less |also |now |pretty |extremely |
            incredibly |all |getting |like |still )*{HURTING}(?! (?:not|so(?= [.?])|there's|the|it's|we're out|
            we don't|that's|for this|to))
        """,
        finds=(
            "I was scared.",
            "I'm so hurt.",
            "It made me so angry.",
            "I've been so lonely lately.",
            "I'm afraid that you'll leave.",
        ),
        leaves=(
            "I'm afraid not.",
            "I'm not scared.",
            "Was I angry?",
            "I'm exhausting you.",
            "If I was hurt I'd say so.",
        ),
    ),
    rule(
        "feeling.it-hurts",
        LIKELY,
        r"""
        (?:it|that|this|what you (?:did|said)|everything) (?:really |still |just |so |always |sometimes |never |
            deeply )*(?:hurts|hurt(?= [.?]|$| me| a lot| so| more| to)|scares me|scared me|terrifies me|
            terrified me|breaks my heart|broke my heart|broke me|breaks me|kills me|killed me|crushed me|tears me|
            tore me|shattered me|haunts me|humiliated me|
            (?:makes|made|leaves|left) me (?:feel|want to cry|sad|cry|sick))(?! like you)|
        my heart (?:\w+ )?(?:broke|breaks|sank|hurts|stopped|aches|is broken|is breaking|was)|
        i (?:just |still |sometimes |really |can |could )*(?:cried|cry|couldn't (?:sleep|breathe|eat|stop)|
            can't (?:sleep|breathe|eat|stop (?:thinking|seeing|imagining|crying|wondering))|lie awake|
            wake up (?:at|every|in)|miss (?:us|how we|feeling|being|what we|the way we|who)|
            missed (?:us|feeling|being)|see (?:it|her|him|you two) every time|hurt(?= [.?]|$| so much| too)|
            fell apart|panicked?|freeze|froze)
        """,
        finds=(
            "It really hurts.",
            "That broke my heart.",
            "I couldn't sleep for weeks.",
            "I can't stop thinking about it.",
            "I miss us.",
        ),
        leaves=("It hurt you.", "Does it hurt?", "I can't stop the car.", "I know that hurt you."),
    ),
    rule(
        "feeling.i-need",
        LIKELY,
        r"""
        i (?:really |just |also |only |still |do |kind of |so )*(?:need|needed|want|wanted|long for|would need|
            'd need) (?:you to (?:tell me (?!what time|where the|when the)|
            be (?:honest|there|here|with me|gentle|patient|open|on my)|listen|hold me|hear (?:me|this|that|it|how)|
            see (?:me|how|that|what)|understand|know (?:that|how|what|i)|talk to me|stay|let me (?:in|feel|be)|
            look at me|believe me|show me (?:that|you)|come (?:to me|clean)|say it|want me|choose me|
            tell)(?! what time)|to (?:feel|know (?:that|if|whether|you|i can|it's|why|where i stand|the truth|
            what happened|everything|all of|how (?:you|long))(?! what time)|hear (?:you|it|that|from|the truth)|
            be able to|trust|believe|be (?:heard|held|seen|close|loved|sure|believed|wanted|chosen)|understand|cry|
            matter|forgive)|(?:some |more |a little |your )*(?:reassurance|honesty|comfort|closeness|the truth|
            truth|certainty|tenderness|support|your help|patience)|us (?:to|back)|
            (?:some |more )(?:time|space)(?! (?:in|to (?:pack|cook))))
        """,
        finds=(
            "I need you to tell me first.",
            "I just need to know that you're here.",
            "I want to trust you again.",
            "I need some reassurance.",
        ),
        leaves=(
            "I need you to pick up the kids.",
            "I need the car tomorrow.",
            "I need to know what time dinner is.",
            "What do I need?",
        ),
    ),
    rule(
        "feeling.cannot-trust",
        SOFT,
        rf"""
        i (?:still |just |really )*(?:can't|cannot|don't|couldn't|
            don't know (?:if|how|whether)(?: i can| i could| to)?) (?:\w+ )?(?:trust|believe)(?: in)? (?:you|
            anything|that|it|myself|us|what you)(?!'s| (?:said that|just|did that))|
        i don't (?:want|wanna) to? ?(?:lose|be without|live without|hurt anymore|live like|go through)|
        i(?:'m| am) (?:really |still |just )*(?:struggling|hurting|grieving|falling apart|not okay|not ready|
            in pain|a mess|drowning|terrified)|
        {THAT_IS} (?:so |really |still |very |just |too )*(?:hard|painful|scary|difficult) (?:for me|
            to (?:trust|believe|hear|say|talk|look|see|forgive|let|open|tell|be))|
        part of me (?:still |is |was |wants|feels|wonders|thinks)
        """,
        finds=(
            "I don't know if I can trust you.",
            "I don't want to lose you.",
            "It's so hard for me to talk about this.",
            "I'm still struggling.",
        ),
        leaves=("It's hard to park here.", "I trust you.", "I can't believe it's raining."),
    ),
)

SHOWING: tuple[Rule, ...] = COMPLAINT + FEELING
