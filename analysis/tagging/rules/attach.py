"""Rules for attaching: warmth, and plans and promises for the two."""

from __future__ import annotations

from analysis.tagging.rules.rule import CLEAR, END, I_AM, I_WILL, LIKELY, OPENING, SO, SOFT, START, Rule, rule

__all__ = ["ATTACH"]

RHYTHM = (
    r"(?:every (?:\w+ )?(?:day|night|morning|evening|week|month|time|break|sunday|monday|tuesday|wednesday|"
    r"thursday|friday|saturday)|each (?:day|night|week|time|morning|evening)|once a (?:day|week|month)|"
    r"twice a (?:day|week|month)|from now on|starting (?:today|tomorrow|now))"
)

AFFECTION: tuple[Rule, ...] = (
    rule(
        "affection.love",
        CLEAR,
        rf"""
        i (?:still |really |do |so |just |always |will always |'ll always |never stopped |do still |truly )*(?:love|
            loving|adore|cherish|treasure) (?:you(?! to\b| telling)|us\b|being (?:with|your|married)|
            our (?:life|home|talks|mornings|family)|how (?:you|we)|that (?:about you|you)|the way you|when you|
            your (?:laugh|smile|eyes|heart|voice|hands|sense))|
        {START}(?:and )?love you(?: too| so much| more)?{END}|
        {I_AM} (?:still |so |really )*in love with you|
        you(?:'re| are) the (?:love of my life|one i (?:love|want|married)|best thing|only one i)|
        you mean (?:so much|a lot|everything|the world) to me|
        i (?:like|'ve always liked) (?:being with you|how you|that you|when you|the way you)|
        i (?:do |really |so |still )?(?:miss|missed) you(?= [.?]|$| so| too| when)|
        i (?:still )?(?:choose|want|believe in|admire|need) (?:you|us)(?= [.?]|$| and| every| again)
        """,
        finds=(
            "I love you.",
            "I still love you so much.",
            "Love you too.",
            "You mean everything to me.",
            "I love how you hum in the kitchen.",
        ),
        leaves=(
            "I don't love you anymore.",
            "I'd love you to call the plumber.",
            "Do you love me?",
            "He said I love you.",
        ),
    ),
    rule(
        "affection.thanks",
        CLEAR,
        rf"""
        (?:thank you|thanks)(?: so much| a lot| very much| really| again)? (?:for (?:telling|listening|being|
            staying|trying|saying|coming|hearing|doing this|not |asking|sharing|everything|talking|answering|
            holding|waiting|letting|making|trusting|giving|showing|understanding|believing|
            your (?:patience|honesty|trust|help|time|courage|apology|love)|that{END}|this{END})|love{END}|honey|
            darling|sweetheart|my love|baby)|
        {OPENING}(?:thank you|thanks)(?: so much)?{END}(?<!no thanks)|
        i (?:really |so |do |truly |just want you to know i )*appreciate (?:you|that|it|how|what|your|this|
            everything)|
        {I_AM} (?:so |really |just |very |truly )*(?:grateful|thankful|lucky|blessed|
            glad)(?: (?:for you|for us|that you(?! (?:agree|admit))|to have (?:you|married)|
            you(?:'re| are| told| came| called| stayed| said| asked)|we(?:'re| are| talked| have| still| found)|
            i (?:have|married|met) you))|
        (?:it|that|this) (?:means|meant) (?:so much|a lot|the world|everything|
            so incredibly much)(?: to me| that you| coming|{END})
        """,
        finds=(
            "Thank you for telling me.",
            "Thank you.",
            "I really appreciate that.",
            "I'm so grateful for you.",
            "It means a lot to me.",
        ),
        leaves=(
            "Thanks for nothing.",
            "No thanks.",
            "I'd appreciate it if you stopped.",
            "Thank you for calling customer service.",
        ),
    ),
    rule(
        "affection.praise",
        LIKELY,
        rf"""
        (?<!oh )(?:{I_AM}) {SO}proud of (?:you|us|how you|who you)|
        (?<!oh )(?<!wow )(?<!sure )you(?:'re| are| were| look|
            [ ]looked) {SO}(?:still )?(?:the most )?{SO}(?:beautiful|amazing|wonderful|lovely|brave|incredible|kind|
            generous|patient with me|sweet|gorgeous|
            my (?:best friend|love|person|home|favorite|everything|rock|heart)|important to me|
            (?:good|great|wonderful|amazing) (?:man|woman|person|father|mother|dad|mom|mum|husband|wife|partner|
            listener)|everything to me|strong(?= [.?]|$| and| for))|
        you(?:'ve| have)? (?:always |really |just )*(?:make|made) me (?:so |really )*(?:laugh|smile|happy|
            feel (?:so |really )*(?:loved|safe|at home|special|seen|heard))|
        (?:can|could|may) i (?:please |just )?(?:hug|hold|kiss) (?:you|your hand)|
        {OPENING}come here(?: (?:love|you|let me (?:hold|hug)))?{END}|
        let me (?:hold|hug) you
        """,
        finds=(
            "I'm so proud of you.",
            "You're beautiful.",
            "You always make me laugh.",
            "Can I hold your hand?",
            "You're such a good father.",
        ),
        leaves=(
            "You're not kind.",
            "Oh, you're so wonderful, genius.",
            "You made me feel small.",
            "She said you're beautiful.",
        ),
    ),
)

COMMITMENT: tuple[Rule, ...] = (
    rule(
        "commitment.when-then",
        LIKELY,
        rf"""
        {I_WILL} (?:always |also |just |definitely |really )*(?:call|text|tell|message|ask|show|let|write|talk to|
            listen to|check in with|come to|answer|send|wake|hold|read to|kiss|sit with|share with|include|
            put) ?(?:you|my|to you|it to you|everything with you|us)(?: [\w']+){{0,9}} (?:{RHYTHM}|
            when(?:ever)? (?:i|you|we|she|he|something|it)|as soon as|before (?:i|we|you|anything)|
            if (?:i|she|he|it|something|anything)|right away|immediately|no matter|the (?:moment|minute|second)|
            first|always)|
        {I_WILL} (?:[\w']+ ){{1,8}}{RHYTHM}|
        {RHYTHM} (?:evening |morning |night |after \w+ )?(?:i(?:'ll| will|'m going to|'m| won't)|
            we(?:'ll| will|'re going to| can| could| sit| talk| eat| go)|no more)|
        when(?:ever)? (?:i|she|he|something|you|it)(?: [\w']+){{1,6}} (?:i'll|i will) (?:tell|call|text|come to|ask|
            show|listen|be (?:there|home)|stop|let you)
        """,
        finds=(
            "I'll call you when I leave work, every day.",
            "I will tell you whenever she writes.",
            "From now on I'll be home by seven.",
            "If she texts, I'll show you right away.",
            "When I feel that urge I'll come to you first.",
        ),
        leaves=("I'll call the plumber.", "From now on you do the dishes.", "I'll never call you.", "I'll get milk."),
    ),
    rule(
        "commitment.promise",
        LIKELY,
        rf"""
        i (?:\w+ )?(?:promise|swear|vow|commit|
            give you my word)(?: to)?(?: you)?(?: this)?(?: that)? (?:to (?:be|tell|call|come|stop|listen|try|do|
            keep|never|always|make|work|share|not)|(?:{I_WILL})|i won't|i'd never|i will never|never (?:to|again)|
            we(?:'ll| will)|it (?:won't|will never))|
        {START}(?:and )?i promise(?: you)?{END}|
        i (?:give you|gave you) my word|
        you have my word|
        (?:{I_WILL} never|i'll never|i won't|i will not|never again will i|
            i'm never going to) (?:ever )?(?:do (?:that|this|it|anything like (?:that|this)) (?:to you |
            to us )?(?:again|ever)|lie (?:to you|about|again)|hide (?:anything|things|it|from)|
            see (?:her|him)(?: again)?|contact (?:her|him)|talk to (?:her|him)|text (?:her|him)|meet (?:her|him)|
            go behind|hurt you (?:like (?:that|this) )?again|keep (?:anything|secrets|things|it) from|
            let (?:this|that|it) happen|delete|drink|give up on (?:you|us)|leave you)|
        (?:it|this|that) (?:won't|will never|will not|'ll never|is never going to)(?: ever)? happen again
        """,
        finds=(
            "I promise I'll be home on time.",
            "I'll never lie to you again.",
            "It won't happen again.",
            "I swear to tell you everything.",
            "You have my word.",
        ),
        leaves=(
            "You promised.",
            "I can't promise that.",
            "I swear I didn't do anything.",
            "I promised the kids ice cream.",
        ),
    ),
    rule(
        "commitment.we-will",
        LIKELY,
        rf"""
        (?:let's|we (?:can|could|should|will|'ll)|we'll|can we|shall we|how about (?:we)?|what if we|why don't we|
            i(?:'d| would) like us to|i want us to)(?: [\w']+){{1,8}} (?:{RHYTHM}|
            together (?:every|each|before|after|on)|this (?:weekend|friday|saturday|sunday))(?! (?:doctor|meeting))|
        let's (?:make|set|plan|have|book|find|go to|start|see|agree on|try) (?:a |an |some |our |couples |
            marriage )*(?:date|regular|time for us|therapy|counseling|therapist|counselor|couples|weekly|ritual|
            rule|agreement|deal|plan for us|check in)|
        (?:date night|check ins?|our (?:weekly|daily|sunday|friday) (?:\w+ )?)(?: (?:every|on|each|is|at))|
        i(?:'ve| have|'ll| will)? (?:already )?(?:booked?|made|make|scheduled?|signed us up|found|find|
            arranged?)(?: us| for us)? (?:an? |the |
            our )*(?:\w+ )?(?:appointment with (?:a|the) (?:therapist|counselor)|session|table for (?:two|us)|
            therapist|counselor|couples|weekend (?:away )?for us|date)|
        i(?:'ve| have|'ll| will)? (?:already |just )*(?:block(?:ed)? (?:her|his|him|their)|
            cut (?:off )?(?:all )?contact|end(?:ed)? (?:it|things) with|quit (?:the|my) (?:job|team|gym)|
            delete(?:d)? (?:her|his) number|told (?:her|him) (?:it's|it was|that it's) over|asked for a transfer)
        """,
        finds=(
            "Let's have breakfast together every Sunday.",
            "Let's find a therapist.",
            "We could check in every evening.",
            "I've blocked her number.",
            "I booked us a session.",
        ),
        leaves=("Let's have pasta.", "I deleted the messages.", "We could order in.", "You should block her."),
    ),
    rule(
        "commitment.stay",
        SOFT,
        rf"""
        {I_AM} (?:fully |completely |so |still |really )*(?:committed(?: to)?|not giving up(?: on)?|never giving up|
            going to (?:fight for|earn|rebuild|work on|make this right|make it right|prove|do better|change|
            go to therapy|do the work|stay)|staying(?: (?:with you|here))?|all in|in this(?: with you)?)(?= |
            $)(?! late)|
        {I_WILL} (?:keep (?:showing|working|trying|proving|being)|
            do (?:whatever it takes|the work|everything i can|better)|work on (?:it|this|us|myself|my|that)|
            earn (?:back )?your|rebuild|fight for (?:us|you)|prove (?:it|that|to you)|
            go to (?:therapy|counseling|the meetings|meetings))|
        i want (?:us )?to (?:rebuild|make (?:this|it|things) right|earn (?:back )?your|earn your|
            work on (?:this|us|it|my)|fix (?:this|us|what)|grow old|spend (?:my life|the rest))
        """,
        finds=(
            "I'm committed to us.",
            "I'll do whatever it takes.",
            "I'll go to therapy.",
            "I want to make this right.",
            "I'm not giving up on us.",
        ),
        leaves=("I'm staying late at work.", "I'll work on the car.", "You'll have to earn it."),
    ),
)

ATTACH: tuple[Rule, ...] = AFFECTION + COMMITMENT
