"""Rules for atoning: owning what was done, and leaving the pace of healing to the one who was hurt."""

from __future__ import annotations

from analysis.tagging.rules.rule import (
    CLEAR,
    END,
    HARD,
    I_AM,
    I_WILL,
    LIKELY,
    OPENING,
    PAUSE,
    SO,
    SOFT,
    START,
    THAT_IS,
    YOU_ARE,
    Rule,
    rule,
)

__all__ = ["ATONE"]

ACCOUNTABILITY: tuple[Rule, ...] = (
    rule(
        "accountability.i-did",
        LIKELY,
        r"""
        i (?:know (?:that )?i )?(?:really |just |also |did |deliberately |knowingly |completely |still |have |'ve |
            deeply )*(?:lied(?! down)|cheated|betrayed (?:you|your|us|our)|
            hid (?:it|this|that|things|everything|her|him|the|so much|them|my)|
            broke (?:your|my (?:promise|word)|our|us|the promise)|hurt (?:you|us)|let you down|deceived you|
            failed (?:you|us)|crossed (?:a|the|that) line|messed up(?! the| my)|screwed up|was unfaithful|
            kept (?:it|this|that|things|secrets|everything) from you|did (?:this|that|it) to (?:you|us)|
            did something (?:wrong|terrible|awful)|
            made (?:a|the|that|my|some|this) (?:\w+ )?(?:\w+ )?(?:choices?|mistakes?|decision)|
            chose (?:to (?:lie|hide|go|text|see|do|stay|say|keep)|her|him|myself|wrong)|gave you (?:\w+ )?reasons?|
            put you through|took you for granted|shut you out|pushed you away|
            left you (?:alone|with|to deal|hanging)|ignored (?:you|your)|neglected (?:you|us)|
            forgot (?:our|your|about you)|yelled at you|snapped at you|interrupted you|dismissed (?:you|your)|
            blamed you|took it out on you|made you (?:feel|doubt|wait|think|look)|
            caused (?:you|this|that|all|so much)|destroyed (?:your|our)|damaged|abused your trust)(?! because you)|
        i was(?: \w+)? (?:wrong(?! about the)|dishonest|unfaithful|cruel(?: to you)?|unfair(?: to you)?|selfish|
            a coward|careless|not honest|not (?:fair|there)|thoughtless|defensive|the one who|in the wrong|
            not listening|hiding)|
        (?:it|that) was (?:so |really |very )*(?:wrong|unfair|cruel|selfish|mean|dishonest) of me|
        i wasn't (?:honest|truthful|fair|there for you|listening|thinking of you|being honest)
        """,
        finds=(
            "I lied to you.",
            "I know I hurt you.",
            "I broke your trust.",
            "I was wrong.",
            "I wasn't honest with you.",
            "I chose to hide it.",
        ),
        leaves=(
            "If I hurt you, tell me.",
            "You think I lied.",
            "Did I hurt you?",
            "I lied because you never listen.",
            "She said I lied to you.",
            "I never cheated on you.",
        ),
    ),
    rule(
        "accountability.mine",
        CLEAR,
        rf"""
        (?<!so )(?<!now )(?<!course ){THAT_IS} (?:all |entirely |completely |totally |really |only |still |
            just )*(?:my (?:own )?(?:fault|choice|doing|responsibility|decision|mistake|failure)|
            mine(?: to (?:carry|own|fix))|on me)(?= [.?]|$| not| and| to| alone| for)|
        that one(?:'s| is) on me|
        {START}(?:i know )?(?:that was )?my (?:fault|mistake|bad){END}|
        the (?:blame|fault|responsibility) is mine|
        i (?:take|accept|want to take|am taking|'m taking) (?:full |all |complete |the )*(?:responsibility|blame)|
        i (?:have to |need to |want to |fully )?own (?:that|it|this|what i|my (?:part|choice))|
        {I_AM} (?:fully |completely |solely |the one who(?:'s| is) )?(?:responsible|to blame)|
        i(?:'ve| have)? (?:got |have )?no excuses?|
        there(?:'s| is| are) no excuses? for (?:it|that|this|what i)|
        no excuses{END}|
        {I_AM} not (?:making|going to make|trying to make) (?:any )?excuses|
        i (?:can't|cannot) (?:undo|excuse|justify) (?:it|that|this|what)|
        i did (?:it|that|this) to (?:you|us)|
        (?:it|this|that|none of (?:it|this|that))(?:'s not| is not| was not| wasn't| isn't| was| is) your fault
        """,
        finds=(
            "That was my choice.",
            "It's my fault, not yours.",
            "I take full responsibility.",
            "I have no excuse.",
            "My fault.",
            "None of this is your fault.",
        ),
        leaves=(
            "So it's my fault.",
            "It's not my fault.",
            "You think it's my fault.",
            "How is that my fault?",
            "I'm not sorry I did it.",
            "Then there's no excuse.",
        ),
    ),
    rule(
        "accountability.should-have",
        LIKELY,
        r"""
        i (?:should(?:'ve| have)|could(?:'ve| have)|needed to|ought to have) (?:just |really |at least |never have |
            never )*(?:told|called|been (?:honest|there|home|more|with you|open|straight)|asked|listened|
            come (?:to you|home|clean)|said (?:something|no|so|it)|stopped|stayed|thought|talked|answered|let you|
            warned|seen|protected|defended|stood|apologized|trusted|noticed|put you|lied|hidden|gone|texted|
            done (?:that|it|this))|
        i (?:shouldn't|should not|should never)(?:'ve| have) (?:lied|said|done|gone|hidden|yelled|shouted|raised|
            kept|texted|left|deleted|called|met|let|reacted|waited|walked|looked|spoken|slept|put|blamed|assumed|
            snapped|been (?:with|there|texting|so)|kissed|interrupted|seen)
        """,
        finds=(
            "I should have told you.",
            "I shouldn't have lied.",
            "I should've been there.",
            "I should never have gone.",
        ),
        leaves=(
            "Should I have told you?",
            "You should have told me.",
            "I should have brought an umbrella.",
            "I should have known you'd say that.",
        ),
    ),
    rule(
        "accountability.what-i-did",
        LIKELY,
        rf"""
        what i (?:did|said)(?: to (?:you|us))? (?:was (?:\w+ )?(?:wrong|unfair|cruel|hurtful|terrible|
            not (?:okay|fair|right)|awful|selfish|unforgivable|inexcusable)|hurt (?:you|us)|broke|destroyed|
            wasn't (?:okay|fair|right)|cost)|
        i (?:know|see|understand|realize) (?:now )?what i(?:'ve)? (?:did|done|broke|cost|put you)|
        {YOU_ARE} right{PAUSE} (?:that )?i (?:did|lied|was|should|didn't|never|forgot|haven't|don't|broke|left|do|
            said|promised|shut|avoided|hid|wasn't|have|am)|
        you (?:didn't|did not|never) deserve(?:d)? (?:that|this|any|what i|to be)|
        you deserve(?:d)? (?:so much |much |a lot )*(?:better|
            more)(?: (?:than (?:what i|that|this|how i|me)|from me)|{END})|
        you trusted me and i|
        you(?:'re| are) (?:hurt|angry|hurting|in pain) because (?:of (?:me|what i)|i)|
        i(?:'m| am| was) the one who (?:lied|hurt|broke|cheated|did|left|hid|caused|betrayed|chose|messed)
        """,
        finds=(
            "What I did was wrong.",
            "You're right, I forgot.",
            "You didn't deserve that.",
            "I see now what I did to you.",
            "I'm the one who lied.",
        ),
        leaves=("What did I do?", "You're right about dinner.", "What I did was fine."),
    ),
)

APOLOGY: tuple[Rule, ...] = (
    rule(
        "apology.sorry",
        CLEAR,
        rf"""
        (?:{I_AM}|i was|i feel) {SO}sorry(?! (?:that |if |but )?you (?:feel|see|took|think|felt)| to (?:bother|
            interrupt|hear|say|disturb)| sir| what| can you| could you| for your loss| not sorry)|
        {OPENING}{SO}sorry (?:for|about (?!the weather|that noise)|that i|i(?: |'m|'ve)|if i|love|honey|baby|
            darling|sweetheart)|
        {OPENING}{SO}sorry(?= [.]|$)(?! [?])
        """,
        finds=(
            "I'm sorry.",
            "im so so sorry",
            "Sorry I'm late, the car broke down.",
            "I'm really sorry for what I said.",
            "Sorry.",
        ),
        leaves=(
            "I'm not sorry.",
            "I'm sorry, but you started it.",
            "I'm sorry you feel that way.",
            "Sorry?",
            "I said I'm sorry, okay?!",
            "You never said I'm sorry.",
            "Sorry, could you pass the salt?",
        ),
    ),
    rule(
        "apology.apologize",
        CLEAR,
        rf"""
        i (?:really |just |do |truly |sincerely |also |should )*(?:want to |have to |must |need to |'d like to |
            would like to )?(?:apologize(?! for nothing)|owe you an apology|
            say (?:that )?(?:{I_AM} )?(?:so |really )?sorry)
        """,
        finds=(
            "I apologize for yelling.",
            "I want to apologize.",
            "I owe you an apology.",
            "I just wanna say I'm sorry.",
        ),
        leaves=("I already apologized.", "I won't apologize.", "Do I have to apologize?", "You should apologize."),
    ),
    rule(
        "apology.forgive-me",
        LIKELY,
        rf"""
        {OPENING}forgive me(?! (?:but|if|for (?:once|asking|thinking|caring)))|
        i (?:really |just |only )*hope (?:that )?(?:one day |someday )?you (?:can|could|will|
            'll)(?: \w+)? forgive me|
        i(?:'m asking| ask)(?: you)? (?:for |to )?(?:your )?forgive(?:ness)?
        """,
        finds=("Please forgive me.", "I hope one day you can forgive me.", "I'm asking for your forgiveness."),
        leaves=("Forgive me for caring.", "You'll never forgive me.", "Will you ever forgive me?"),
    ),
    rule(
        "apology.regret",
        LIKELY,
        r"""
        i (?:really |deeply |so |truly |do )*regret (?:what|that|it|lying|hurting|every|doing|saying|not|how|this)|
        i feel (?:so |really |just )*(?:terrible|awful|horrible|bad|sick|ashamed|guilty) (?:about|for|
            that) (?:what i|lying|hurting|doing|how i|i|the way i|this|that|it)|
        i wish i (?:hadn't|could (?:undo|take (?:it|that|this) back|go back)|had never (?!met|married|loved)|
            had (?:told|listened|been|called|come|stopped)|'d (?:told|listened|been|called|come|stopped)|never had)
        """,
        finds=(
            "I deeply regret what I did.",
            "I feel terrible about lying to you.",
            "I wish I could take it back.",
            "I wish I hadn't said that.",
        ),
        leaves=("I wish I had never met you.", "You'll regret it.", "I regret nothing."),
    ),
)

PATIENCE: tuple[Rule, ...] = (
    rule(
        "patience.your-time",
        CLEAR,
        r"""
        take (?:all (?:of )?)?(?:the|your|as much|
            whatever) (?:own )?time(?: (?:as )?(?:you|that you) (?:need|want))?(?= [.?]|$| i| and| with| we)|
        (?:for )?(?:as|however) long (?:as )?(?:it takes|you need|this takes|it needs|you want)|
        (?:only )?(?:when(?:ever)?|once|until) you(?:'re| are| feel) ready|
        there(?:'s| is) no (?:rush|hurry|deadline|timeline|schedule)(?! (?:with|on) the)|
        in your own time|
        (?:at|go at|on) your (?:own )?(?:pace|speed|timeline)|
        as slowly as you|
        you (?:get to )?(?:set|decide) (?:the pace|when|how (?:fast|slow|long))
        """,
        finds=(
            "Take all the time you need.",
            "However long it takes.",
            "Whenever you're ready.",
            "There's no rush.",
            "We'll go at your pace.",
        ),
        leaves=("How long will it take?", "There's no rush with the laundry.", "When will you be ready?"),
    ),
    rule(
        "patience.no-pressure",
        LIKELY,
        rf"""
        you (?:don't|do not) (?:have to|need to|owe me) (?:\w+ )?(?:forgive|trust|
            be (?:okay|ready|over|fine|strong)|decide|get over|believe|answer|say anything|forgiveness|anything|
            explain|pretend|talk|move on|apologize for (?:being|feeling|asking|crying))|
        we don't have to (?:solve|fix|figure|rush|decide|finish|talk|sort|answer)(?: \w+){{0,3}} (?:tonight|today|
            now|all at once|right away|yet|this minute|at once)|
        {I_AM} not (?:expecting|asking)(?: you)? (?:you )?to (?:forgive|forget|trust|be|get over)|
        {I_AM} not (?:rushing|going to (?:rush|push|pressure)) (?:you|this)
        """,
        finds=(
            "You don't have to forgive me.",
            "You don't need to decide anything tonight.",
            "I'm not expecting you to trust me yet.",
            "We don't have to solve it tonight.",
        ),
        leaves=("You don't have to be so mean.", "You have to forgive me.", "We don't have to cook tonight."),
    ),
    rule(
        "patience.still-hard",
        CLEAR,
        rf"""
        of course (?:it|this|that)(?:'s| is| still| hurts| comes| all| was)? ?(?:still |all |really |so |
            going to be |just )*(?:{HARD}|hurts?|comes? (?:back|up)|takes? time|there|on your mind|raw|fresh)|
        of course you(?:'re| are)? (?:not ready|still|can't (?:trust|forgive|believe)|
            need (?:more|to (?:ask|hear|check)))|
        (?:it's|that's|it is|that is) (?:okay|all right|alright|fine|completely okay|normal) (?:that|if|
            when) (?:this|it|you)(?:'re| are|'s| is)? ?(?:not|still|take|takes|hurt|need|aren't|can't|don't|ask|
            come|feel|have (?:a )?bad|are|cry|check)|
        (?:it|this|healing|trust)(?:'ll| will|'s going to| is going to)? takes? (?:a (?:long )?|some |
            as much )?(?:time|while|long)(?= [.]|$| and| as| to (?:heal|trust|rebuild))|
        (?:bad days|setbacks?|hard days)(?: \w+)? (?:are|is|happen|will|don't)|
        one (?:day|step) at a time
        """,
        finds=(
            "Of course this is still hard.",
            "It's okay that you're not ready.",
            "It's okay if it takes years.",
            "Trust takes time.",
            "One day at a time.",
        ),
        leaves=(
            "Is it still hard?",
            "Of course it's my turn.",
            "It takes a long time to get there by bus?",
            "It's okay.",
        ),
    ),
    rule(
        "patience.i-am-here",
        SOFT,
        rf"""
        {I_AM} (?:right |still |always |also )+here(?= [.?]|$| for| with| and| when)|
        {I_AM} here (?:for you|with you|as long|when(?:ever)? you|and i'm not)|
        {I_AM} not going (?:anywhere|away)|
        (?:{I_WILL}|i can) (?:\w+ )?(?:be here(?! (?:at|by|around))|
            wait (?:for you|as long|until you)(?! (?:in|at|outside|downstairs)))|
        you can (?:always |keep )?(?:ask|asking|tell|bring|check)(?: (?:me|it|this|that|up))* (?:again|
            as (?:often|many times|much)|a hundred|a thousand|every day|whenever|any ?time|every time)|
        {I_WILL} (?:answer|tell you|explain|
            prove)(?: (?:it|this|that|you))*(?: (?:again|as (?:often|many times)|every time|a hundred times|
            a thousand times|each time))+|
        i understand (?:if|that) (?:you|it|this) (?:need|take|can't|aren't|will)s?
        """,
        finds=(
            "I'm not going anywhere.",
            "I'm still here.",
            "You can ask me as often as you need.",
            "I'll wait until you can.",
        ),
        leaves=("I'll wait in the car.", "I'm here to pick up the kids.", "I'll say it again: no."),
    ),
)

ATONE: tuple[Rule, ...] = ACCOUNTABILITY + APOLOGY + PATIENCE
