"""Rules for asking: real questions about the hurt or about the two, which are owed a straight answer.

A practical question has no tag, so these ask for the vocabulary of the hurt: the third person, lying,
hiding, love and trust.
"""

from __future__ import annotations

from analysis.tagging.rules.rule import END, LIKELY, OPENING, Rule, rule

__all__ = ["ASKING"]

OTHER = (
    r"(?:her|him|them|each other|anyone(?: else)?|anybody(?: else)?|someone(?: else)?|somebody(?: else)?|"
    r"other (?:women|men|people)|that (?:woman|man|girl|guy)|your ex)"
)

ASKING: tuple[Rule, ...] = (
    rule(
        "asking.where-and-who",
        LIKELY,
        rf"""
        where (?:were|have|had|did) you(?: really| actually)?(?: (?:been|go|sleep|stay|meet|spend))?(?= [.?]|
            $| on | last| that| when| friday| saturday| sunday| monday| tuesday| wednesday| thursday| until| all|
            [ ]with| really| after| the| two| her| him| then| yesterday| between| at| for)|
        {OPENING}(?:who|what's her name and who) (?:the hell )?(?:is|was|'s) (?:she|he)(?: to you)?{END}|
        {OPENING}who(?: the hell)? is (?:that|this) (?:woman|man|girl|guy|person)|
        {OPENING}who (?:was|is) (?:on the phone|with you|texting you|calling you|there with you|
            in the car with you)|
        {OPENING}who (?:were|are|was) you (?:really )?(?:with|texting|talking to|calling|meeting|seeing|writing to|
            messaging|on the phone with)|
        {OPENING}who else (?:knows|knew|did you|have you|was there|has)|
        {OPENING}who did you (?:\w+ )?(?:meet|see|call|text|sleep|tell|go with|stay with)
        """,
        finds=(
            "Where were you on Friday?",
            "Who is she?",
            "Who were you texting?",
            "where did you sleep that night",
            "Who else knows?",
        ),
        leaves=(
            "Where are the keys?",
            "Who is coming to dinner?",
            "Where did you park?",
            "Where did you get the bread?",
        ),
    ),
    rule(
        "asking.did-you",
        LIKELY,
        rf"""
        did you (?:two )?(?:ever |really |actually |also |just |even |still |then |
            go and )*(?:(?:see|meet|text|message|write(?: to)?|talk (?:to|with)|speak (?:to|with)|sleep with|kiss|
            touch|love|contact|tell|think (?:of|about)|stay (?:with|at)|go home with|
            have (?:sex|feelings|an affair|dinner|lunch|a thing)(?: (?:with|for))?|go (?:out )?(?:with|to)|want|
            call|hear from|flirt with|miss|enjoy|spend the night with) (?:being with )?{OTHER}(?! about the| back|
            [ ]dinner| we| i'm)|(?:sleep together|lie(?: to me| about|(?= [.?]|$))|cheat|
            delete (?:the|it|her|his|your|those|any|them|something)|hide (?:it|this|that|anything|her|him|your)|
            use (?:a condom|protection|our)|mean (?:it|that|what you)|plan (?:it|this|to)|
            want (?:to leave|out|this to|me to find)|love me|think about (?:me|us|leaving|telling|what)|regret|kiss|
            know (?:she|he|that (?:she|he|i)|i)|spend the night|feel (?:guilty|anything|bad)|
            tell (?:me everything|me the (?:whole )?truth|anyone|
            your (?:mother|friends|sister|brother|family) about)|bring (?:her|him)|
            stop (?:loving|seeing|talking|texting)|consider|see (?:her|him)))
        """,
        finds=(
            "Did you see her again?",
            "Did you sleep with him?",
            "Did you lie to me about Friday?",
            "did you delete the messages",
            "Did you mean it?",
        ),
        leaves=(
            "Did you call them about the boiler?",
            "Did you buy milk?",
            "Did you see the news?",
            "Did you tell him dinner is at six?",
        ),
    ),
    rule(
        "asking.are-you-still",
        LIKELY,
        rf"""
        (?:{OPENING}|so )(?:are|were) you (?:two )?(?:still |really |even |ever |actually |also |just |already |
            now |currently )*(?:in (?:touch|contact)(?: with)?|seeing (?:her|him|someone|each|anyone)|
            (?:talking|writing) to (?:her|him|someone)|texting (?:her|him|someone)|in love|
            meeting (?:her|him|someone)|lying(?: to me)?(?= [.?]|$| about)|hiding (?:something|anything|it|things)|
            cheating|sleeping (?:with|together|around)|telling me (?:the truth|everything|the whole)|being honest|
            attracted to|with (?:her|him|someone)|going to (?:leave|tell|see (?:her|him)|stay|tell me)|
            planning (?:to|on)|thinking (?:of|about) (?:leaving|her|him|me|us|ending)|alone (?:with|that|when)|
            at (?:her|his) (?:place|house|apartment|hotel)|happy (?:with (?:me|us)|in (?:this|our))|together|
            drunk when|sure (?:you want|about us|that's (?:all|everything))|still (?:sorry|mine|here because)|
            leaving me|angry (?:with|at) me|serious about (?:her|him|us))
        """,
        finds=(
            "Are you still in touch with her?",
            "Were you with him that night?",
            "Are you telling me the truth?",
            "Are you lying to me?",
        ),
        leaves=(
            "Are you still hungry?",
            "Are you ready to go?",
            "Are you seeing the dentist tomorrow?",
            "Are you with me so far?",
        ),
    ),
    rule(
        "asking.have-you",
        LIKELY,
        rf"""
        {OPENING}have you (?:ever |really |actually |also |already |two |been |
            still )*(?:(?:seen|met|texted|messaged|written(?: to)?|talked (?:to|with|about)|talking (?:to|with)|
            spoken (?:to|with)|slept with|kissed|heard from|called|told|seeing|texting|sleeping with|contacted|with|
            in (?:touch|contact) with|thought about) (?:being with )?{OTHER}(?! about the| back)|
            (?:lied|lying)(?: to me| about|(?= [.?]|$))|deleted (?:anything|the|her|his|any|it|them)|
            been (?:honest|faithful|with|seeing|lying)|(?:honest|faithful)|
            told me (?:everything|the (?:whole )?truth|all)|
            done (?:this|that|it|something like (?:this|that)) (?:before|with|again)|
            (?:done it|cheated|stopped (?:loving|seeing|talking))(?: before)?|
            thought about (?:leaving|ending|us|divorce)|hid(?:den)? (?:anything|something))
        """,
        finds=(
            "Have you seen her since?",
            "Have you told me everything?",
            "Have you ever lied to me about money?",
            "Have you been with him?",
        ),
        leaves=("Have you seen my glasses?", "Have you eaten?", "Have you called him back about the car?"),
    ),
    rule(
        "asking.how-long-and-when",
        LIKELY,
        rf"""
        how long (?:has|had|did|was|were|have) (?:this|it|that|the two of you|you two|
            you (?:and (?:her|him|she|he))|you|she|he|
            they) (?:two )?(?:been (?:going on|happening|seeing|talking|texting|lying|sleeping|planning|hiding|
            together|thinking|in love|unhappy|meeting)|going on|go on|last|lasted?|
            known? (?:about|her|him|that|this)|know (?:about|her|him)|together|seeing)|
        {OPENING}how (?:many times|often|long){END}|
        how (?:many times|often) (?:did|have|had|were|was|do) (?:you|it|the two|they) (?:two )?(?:see|seen|meet|met|
            sleep|slept|happen|happened|lie|lied|text|call|talk|kiss|do (?:it|this|that)|with|together|been with|
            think (?:of|about) (?:her|him))|
        when (?:did|was|were) (?:it|this|that|you|all this|you two|the (?:first|last) time) (?:really |first |last |
            actually )*(?:(?:start|begin|end|stop|happen)(?= [.?]|$| between| with| for| exactly| to| and)|
            (?:see|talk to|text|meet|sleep with|speak to|hear from|kiss|know|touch|call) {OTHER}|going to tell me|
            decide (?:to|that)|plan(?:ning)? to tell|stop (?:loving|wanting|trusting)|
            you (?:saw|met|talked|texted|slept|lied|were with|two))|
        when was the (?:first|last) time (?:that )?(?:you|the two|it|she|he)
        """,
        finds=(
            "How long has this been going on?",
            "When did it start?",
            "How many times did you meet?",
            "When was the last time you saw her?",
        ),
        leaves=("How long has the oven been on?", "When did it start raining?", "How often do you water the plants?"),
    ),
    rule(
        "asking.why-did-you",
        LIKELY,
        r"""
        why (?:did|would|do|were|have) you (?:\w+ )?(?:lie|lied|lying|hide|hiding|hidden|cheat|
            do (?:it|this|that)(?: to)?|delete|deleted?|not (?:tell|say|call|come|answer|stop)|leave me|leave us|
            stay with|choose (?:her|him|to)|tell (?:her|him|me (?:it|you|that|nothing))|sleep|text (?:her|him)|
            see (?:her|him)|meet (?:her|him)|keep (?:it|this|that|seeing|lying|talking|texting|the|her|his|hiding)|
            go (?:to (?:her|him|his)|back|with)|marry me|need (?:her|him)|want (?:her|him)|
            stop (?:loving|talking|trusting|telling|caring|wanting|touching)|pull away|with (?:her|him)|
            never (?:tell|told|say)|talk to (?:her|him))|
        why didn't you (?:just |ever |simply )?(?:tell|say|call|stop|come home|come to me|leave|text|ask|answer|
            talk|trust|let me know|want)|
        why (?:her|him|did it (?:happen|have to)|now|me)(?= [.?]|$)|
        was i not (?:enough|\w+ enough)|
        why wasn't i enough
        """,
        finds=(
            "Why did you lie to me?",
            "Why didn't you tell me?",
            "Why her?",
            "Why did you do it?",
            "Why did you keep seeing him?",
        ),
        leaves=("Why did you buy the red one?", "Why did you stop at the light?", "Why are you here so early?"),
    ),
    rule(
        "asking.is-there-more",
        LIKELY,
        rf"""
        (?:is|was) there (?:\w+ )?(?:anything|something|someone|somebody|anyone|anybody) (?:else|
            more)(?: (?:you|i|that)| (?:with|between|going on|in your life)|{END})|
        {OPENING}(?:is|was) there (?:someone|somebody|another (?:woman|man)|
            anything (?:going on|between|with (?:her|him))|
            something (?:going on|between|you(?:'re| are) (?:not|hiding)))|
        is (?:that|this) (?:really )?(?:all of it|everything(?: that happened| you)?|
            the (?:whole |full |real )?truth|true)(?= [.?]|$)|
        (?:is|was) it (?:really )?(?:over|serious|her|him|physical|just (?:once|the one time)|
            only (?:once|her|him))(?: (?:with|between)[\w ]*)?(?= [?.]|$)|
        is (?:she|he) (?:still|the (?:reason|one|only)|pregnant|in love|better)|
        was (?:she|he) (?:there|with you|in our|better|the (?:only|first))|
        what else (?:haven't|did|have|don't|aren't|are|is there) (?:you|
            i)(?: (?:told|not|lied?|hid|tell|done|do|know|hiding|hide))|
        what (?:really |actually )?happened (?:between|with (?:her|him|you two)|that (?:night|day|weekend)|
            in (?:that|the) (?:hotel|room)|after that|then(?= [.?]|$)|exactly)|
        (?:what|how much) (?:did|have|does) (?:you|she|he) (?:\w+ )?(?:do with|tell|told|say to|write to|
            talk about with|know about|talk about) (?:her|him|me|us|about (?:me|us))|
        what did you two (?:do|talk)|
        does (?:she|he|her husband|his wife) (?:still )?(?:know|love|write|text|call|work)
        """,
        finds=(
            "Is there anything else I should know?",
            "Is that the whole truth?",
            "Is there someone else?",
            "What happened between you two?",
            "Is it really over?",
        ),
        leaves=("Is there anything else on the list?", "What happened to the car?", "Is there more coffee?"),
    ),
    rule(
        "asking.do-you-love",
        LIKELY,
        rf"""
        (?:{OPENING}|so |or )(?:do you (?:still |really |even |ever |actually |honestly )*(?:love|want|trust|miss|
            regret|hate|need|respect|blame|forgive|believe|desire|think (?:about|of)|care (?:about|for)|find|
            have feelings for) (?:being with |to be with |it when )?(?:me|her|him|us|this (?:marriage|relationship)|
            our|what (?:you|happened))(?= [.?]|$| or| still| anymore| attractive| for| enough| at| when| did| now|
            [ ]happened)|do you (?:still |really |
            even )*(?:want (?:to (?:be (?:with|here|together|married)|stay|leave|break up|save|fix|end|try|work on)|
            out|this (?:to work|anymore)|a divorce)|love)(?= [.?]|
            $| me| us| her| him| with| this| here| together| it| married| up| our)|
            (?:will|would|could|can) you (?:ever |really )*(?:leave me|forgive me|trust me|love me|do it again|
            lie to me again)|(?:can|how can|how do|how am) i (?:ever |supposed to |still )*(?:trust|
            believe) you(?: again)?|do you (?:really |still )*(?:think|believe) (?:that )?(?:we|our|
            us)(?: (?:can|could|will|have|should|marriage|relationship|are|'re))|
            (?:can|will|could) we (?:ever )?(?:make it|get through|survive|be okay|come back|fix|get back)|
            are we (?:okay|going to (?:make|be okay|get|survive|break)|over|still)|
            what (?:am i|are we|is she|is he|was she|was he) to (?:you|each other)|
            what do you want from (?:us|me|this)|what does (?:she|he) have that|
            am i (?:still )?(?:enough|the one|what you want))
        """,
        finds=(
            "Do you still love me?",
            "Do you want to be with her?",
            "How can I trust you?",
            "Are we going to make it?",
        ),
        leaves=(
            "Do you want to go to dinner?",
            "Do you still need the car?",
            "Can I trust the mechanic?",
            "I do trust you.",
        ),
    ),
)
