"""Rules for criticism and contempt; `threat` has a table of its own.

These are precise before they are complete: a phrase with a harmless reading is left alone, since a wrong
accusation costs more than a missed one.
"""

from __future__ import annotations

from analysis.tagging.rules.rule import CLEAR, END, LIKELY, OPENING, SO, START, YOU_ARE, Rule, rule

__all__ = ["HARSH"]

FLAWS = (
    r"(?:selfish|lazy|childish|immature|irresponsible|inconsiderate|thoughtless|careless|controlling|manipulative|"
    r"dishonest|heartless|insensitive|unreliable|cruel|self ?cent(?:ered|red)|self ?absorbed|self ?righteous|"
    r"ungrateful|narcissis(?:t|tic)|egoti(?:st|stical)|liar|cheater|hypocrites?|hypocritical|coward|bully|"
    r"paranoid|crazy|insane|psycho|needy|clingy|impossible|unbearable|two ?faced|spoiled|vindictive|bitter|"
    r"arrogant|cold hearted|control freak|drama queen|(?:selfish|cold|cruel|bad|terrible|horrible|awful|lousy|"
    r"lazy) (?:person|man|woman|husband|wife|partner|father|mother|parent))"
)

NAMES = (
    r"(?:pathetic|disgusting|worthless|useless|stupid|dumb|ridiculous|idiot|moron|imbecile|loser|joke|clown|trash|"
    r"garbage|repulsive|vile|laughable|embarrassment|hopeless case|waste of (?:space|time|my time|breath)|"
    r"sorry excuse|piece of (?:shit|crap|trash|work)|bitch|bastard|asshole|jerk|creep|scum|pig|slut|whore|"
    r"poor excuse|nothing to me)"
)

PRAISE = r"(?:brilliant|great|wonderful|lovely|perfect|fantastic|beautiful|touching|moving|amazing|nice|convenient)"

CRITICISM: tuple[Rule, ...] = (
    rule(
        "criticism.always",
        LIKELY,
        rf"""
        you(?:'re| are)? (?:just )?(?:always|constantly|forever) (?:just )?(?:do(?:ing)? (?:this|that|it|the same)|
            mak(?:e|ing) (?:it|this|everything|excuses|me feel (?:small|like|bad|stupid|guilty)|
            me (?:wait|beg|ask))|turn(?:ing)? (?:it|this|everything)|tak(?:e|ing) (?:her|his|their|your|everyone)|
            find an excuse|ha(?:ve|ving) (?:an|some|another) excuse|blam(?:e|ing)|run(?:ning)? away|
            leav(?:e|ing) (?:me|it to me|your|the|everything|when)|
            put(?:ting)? (?:your|work|me|her|him|everyone|everything|yourself)|choos(?:e|ing)|
            pick(?:ing)? (?:a fight|work|her|him|your)|l(?:ie|ying)|twist|forget(?:ting)?|interrupt(?:ing)?|
            act(?:ing)?|assum(?:e|ing)|play(?:ing)? (?:the victim|games)|shut(?:ting)? (?:down|me|off)|
            walk(?:ing)? (?:away|out)|cut(?:ting)? me|expect|yell(?:ing)?|shout(?:ing)?|complain(?:ing)?|
            critici[sz](?:e|ing)|get(?:ting)? (?:so )?(?:defensive|angry|mad|like this)|
            say(?:ing)? (?:that|you're sorry)|think(?:ing)? (?:the worst|of yourself|about yourself|only)|ruin|
            start(?:ing)? (?:a fight|fights|this)|hid(?:e|ing)|promis(?:e|ing)|avoid|ignor(?:e|ing)|
            need to be right|ha(?:ve|s|d) to (?:be right|win|have)|want(?:ing)? to (?:win|be right)|late|
            on (?:your|that) phone|too (?:busy|tired)|working|(?:{FLAWS}))
        """,
        finds=(
            "You always do this.",
            "You're always on your phone.",
            "you always have an excuse",
            "You always make everything about you.",
        ),
        leaves=(
            "You always make me laugh.",
            "It's not that you always forget.",
            "I love how you always forget your keys.",
            "He told me you always lie.",
            "You're always welcome.",
        ),
    ),
    rule(
        "criticism.never",
        LIKELY,
        r"""
        you(?:'re| are|'ve| have)? (?:just )?never (?:once |ever |even |really |actually )*(?:listen|listened|help|
            helped|cared?|ask (?:me|how|what)|talk|think|tell me (?:anything|things|the truth|nothing|how)|
            apologi[sz]ed?|take|do anything|want(?:ed)? (?:me|to (?:talk|hear|be|listen|know|deal))|try|tried|
            admit|learn|notice|put (?:me|us|your)|ha(?:ve|d) time|show|support|supported|trusted|there|around|home|
            on time|satisfied|happy with|understand|understood|give|spend|consider|stop|come home|call|answer|finish|
            own|cook|clean|wash|pick|stand up|stood up|follow|keep your|kept|make time|made time|change|have changed|
            defend|include|take me|see (?:me|what i|how))|
        you(?:'ve| have)? (?:just )?never (?:once|ever) (?:ask(?:ed)?|talk(?:ed)?|thought|told me|said|took|admitted|
            noticed|let me|showed|gave|considered)
        """,
        finds=(
            "You never listen to me.",
            "You've never once asked how I was.",
            "you never tell me anything",
            "You're never there when I need you.",
        ),
        leaves=(
            "You never have to ask again.",
            "You never deserved this.",
            "I'm not saying you never listen.",
            "I said you never listen, and that was unfair.",
            "You never told me that you rang them.",
            "You never said there was a meeting.",
        ),
    ),
    rule(
        "criticism.all-you-do",
        CLEAR,
        r"""
        all you (?:ever )?(?:do is|care about|think about|want is)|
        the only (?:thing|person) you(?:'ve)? (?:ever )?(?:care|cared|think|love|want)|
        you(?:'ll| will)? (?:only|just) (?:ever )?(?:care|think) (?:about|of) yourself|
        you (?:don't|never|didn't)(?: \w+)? (?:care|think|give a \w+) (?:about|of) (?:anyone|anybody|anything|
            a thing|other people|your own)|
        (?:it's|everything is|everything's|everything has to be|it has to be) (?:always |all |only )+about you
        """,
        finds=(
            "All you ever do is complain.",
            "You only think about yourself.",
            "You don't care about anyone but yourself.",
            "It's always about you, isn't it?",
        ),
        leaves=("All you need is some rest.", "Is it about you?", "I only think about you."),
    ),
    rule(
        "criticism.why-always",
        CLEAR,
        r"""
        why (?:do|are|must) you (?:(?:always|never)(?! (?:take|go|wear|drive|buy|order|eat|use|walk|get up))|
            have to (?:always|be|make|ruin|turn|act))|
        why can't you (?:just )?(?:ever|once|for once)|
        can't you (?:ever|for once)|
        do you (?:ever|never) (?:listen|think before|care about anyone)|
        don't you ever (?:listen|think|care|stop)|
        you (?:don't|can't) ever (?:listen|think|care|stop|let|admit)
        """,
        finds=(
            "Why do you always have to ruin it?",
            "Why can't you ever just listen?",
            "Do you ever think before you talk?",
        ),
        leaves=("Do you ever think about leaving?", "Why do you always take the bus?", "Do you ever think of her?"),
    ),
    rule(
        "criticism.verdict",
        CLEAR,
        rf"""
        {YOU_ARE} {SO}(?:(?:most|nothing but|acting|
            the most) )?{SO}(?:{FLAWS}(?! (?:to stay|to resist|about|for|in love|with worry))|
            (?:acting|behaving) like (?:a|some) (?:\w+ )?(?:child|baby|kid|toddler|teenager|brat|five year old|
            two year old))
        """,
        finds=(
            "You're so selfish.",
            "You are a liar!",
            "youre such a hypocrite",
            "You're being really childish.",
            "You're the most selfish person I know.",
        ),
        leaves=(
            "You're not selfish.",
            "I don't think you're selfish.",
            "You think you're a liar?",
            "She said you're selfish.",
            "If you're paranoid, it's because of me.",
            "He said 'you are so selfish' and left.",
        ),
    ),
    rule(
        "criticism.what-kind-of-person",
        CLEAR,
        r"""
        what (?:kind|sort|type) of (?:a )?(?:\w+ )?(?:person|human being|human|man|woman|husband|wife|partner|
            friend|mother|father|parent|monster)(?: (?:does|would (?:do|say|lie|leave|hide|treat|let)|lies|cheats|
            says|leaves|acts|treats|forgets|sits|hides|texts|sleeps|are you|even)| [.?]|$)
        """,
        finds=(
            "What kind of person does that?",
            "What kind of husband are you?",
            "What sort of woman leaves her kids?",
        ),
        leaves=("What kind of person do you want to be?", "What kind of partner would help you feel safe?"),
    ),
    rule(
        "criticism.wrong-with-you",
        CLEAR,
        r"""
        what(?:'s| is| in the world is| the (?:hell|fuck|heck) is|'s actually| is actually) (?:even )?(?:wrong|
            the matter) with you(?! today| tonight| love)|
        (?:there's|there is) something (?:\w+ )?wrong with you|
        something(?:'s| is) (?:\w+ )?wrong with you|
        why are you (?:always )?(?:like this|so (?:difficult|cold|mean)|the way you are)|
        who does (?:that|something like that)(?= [.?]|$)|
        how (?:can|could) (?:you|anyone) be (?:so|this|that) (?:\w+ )?(?:selfish|cruel|cold|heartless|stupid|blind|
            careless|thoughtless|mean)
        """,
        finds=(
            "What is wrong with you?",
            "What the hell is wrong with you?",
            "Why are you like this?",
            "How can you be so cold?",
        ),
        leaves=("There's nothing wrong with you.", "What's wrong?", "What's the matter, love?"),
    ),
    rule(
        "criticism.character",
        LIKELY,
        rf"""
        {START}(?:(?:oh|well|yeah) )?(?:that's |this is )?(?:just |so )?typical(?: you| of you)?{END}|
        that(?:'s| is) (?:just |so |exactly )*(?:typical|like you\b|you all over|who you are)|
        (?:that's|this is) what you(?:'re| are) like|
        people like you|
        you(?:'ll| will| are going to|'re going to) never change|
        you never change|
        you (?:haven't|have not) changed (?:at all|a bit|one bit)|
        {YOU_ARE} incapable of|
        you (?:don't|do not) (?:even )?know (?:how to (?:love|be honest|listen)|
            what (?:love|honesty|loyalty) (?:is|means))|
        you (?:have|'ve got) no (?:shame|conscience|heart|empathy|spine|self control|idea how to love|respect for)|
        {YOU_ARE} (?:just|exactly|turning into|getting just) (?:\w+ )?like (?:your|my) (?:mother|father|mom|mum|dad|
            brother|sister|ex)|
        you(?:'re| are)? (?:just )?(?:can't|cannot|incapable) (?:even )?be (?:trusted|honest for)|
        nobody (?:can|could) (?:ever )?(?:trust|rely on|live with) you
        """,
        finds=(
            "Typical.",
            "You'll never change.",
            "You're just like your father.",
            "You have no shame.",
            "That's just so typical of you.",
        ),
        leaves=("A typical Monday.", "That's not who you are.", "You look just like your father in that photo."),
    ),
)

CONTEMPT: tuple[Rule, ...] = (
    rule(
        "contempt.name",
        CLEAR,
        rf"""
        {YOU_ARE} {SO}(?:(?:most|nothing but|acting like|the|complete|total|real|huge|fucking|goddamn|sad|
            little) )*{SO}{NAMES}
        """,
        finds=(
            "You're pathetic.",
            "You are such an idiot.",
            "You're nothing but a joke.",
            "You're a complete waste of space.",
        ),
        leaves=(
            "You're not stupid.",
            "You told me I was pathetic.",
            "I never said you're stupid.",
            "You're joking.",
            "I feel stupid.",
        ),
    ),
    rule(
        "contempt.name-called",
        CLEAR,
        rf"""
        you (?:\w+ )?(?:stupid|pathetic|lying|disgusting|worthless|selfish|dirty|miserable|fucking|
            little) (?:\w+ )?(?:idiot|bitch|bastard|liar|cheat|cheater|pig|child|man|woman|coward|loser|asshole|
            piece|thing|shit|jerk|creep)|
        you (?:idiot|moron|bastard|bitch|asshole|pig|creep|loser|scumbag|imbecile)|
        {OPENING}pathetic{END}|
        {OPENING}(?:disgusting|ridiculous|idiot|moron|loser){END}
        """,
        finds=("You lying piece of work.", "You stupid little man.", "Pathetic.", "Shut up, you idiot."),
        leaves=("He called me an idiot.", "My boss is an idiot.", "That food was disgusting."),
    ),
    rule(
        "contempt.mock-praise",
        LIKELY,
        rf"""
        {START}(?:oh|wow|yeah|well|gee|right) (?:\w+ )?(?:what an?|such an?|that's an?|
            that's) (?:\w+ )?{PRAISE} (?:apology|excuse|story|speech|performance|husband|wife|partner|father|mother|
            man|woman|answer|explanation|lie|liar)|
        {START}(?:(?:oh|wow|yeah|well|right) )*(?:{PRAISE} |nice one |good job |well done |nice going )?(?:genius|
            einstein|sherlock|bravo|your (?:highness|majesty)){END}|
        {START}(?:(?:oh|wow|yeah) )+(?:{PRAISE} )?(?:congratulations|well done|good for you|nice one|
            how (?:noble|generous|convenient|sweet|touching|brave) of you|
            how (?:noble|generous|convenient|touching)|aren't you (?:clever|special|wonderful|perfect)|
            look at you){END}|
        (?:oscar|academy award|nobel prize|applause|standing ovation|gold star|cookie|
            medal) (?:for (?:you|that|best)|now|to you){END}|
        (?:do you want|should i give you|you want|would you like|give (?:him|her|this man|this woman)|
            someone give (?:him|her|you)) (?:a|an) (?:medal|award|oscar|prize|trophy|gold star|cookie for)|
        {OPENING}(?:{YOU_ARE} (?:a|such a) |mister |mr |miss |mrs |saint )(?:perfect|innocent|saint|know it all|
            mother teresa){END}|
        thanks (?:a lot )?for nothing|
        (?:i'm|i am) sure you (?:were|did|are) (?:just )?(?:working|busy|so sorry|very sorry|a saint)
        """,
        finds=(
            "Oh, what a great apology.",
            "Oh, brilliant, genius.",
            "Do you want a medal?",
            "Oh wow, congratulations.",
            "Thanks for nothing.",
        ),
        leaves=(
            "That was a great apology, thank you.",
            "What a lovely dinner.",
            "Congratulations on the job!",
            "Oh, lovely.",
        ),
    ),
    rule(
        "contempt.mock-pity",
        LIKELY,
        rf"""
        {START}(?:(?:oh|aw|boo hoo) )*poor (?:you|baby|little (?:you|baby|thing|me)){END}|
        boo hoo|
        cry me a river|
        {OPENING}spare me(?: (?:the|your) (?:tears|drama|excuses|lecture|speech|act)|{END})|
        save (?:your (?:tears|breath|excuses|apolog\w+)|it for someone who)|
        crocodile tears|
        (?:that's |how |you're )?(?:such )?a (?:nice|great|good) (?:act|performance)|
        nice act|
        {START}(?:oh )?here come the tears|
        {START}(?:oh )?(?:are you going to|going to|go ahead and) cry(?: now| again| about it)?{END}|
        the world's smallest violin
        """,
        finds=("Oh, poor you.", "Boo hoo.", "Spare me the tears.", "Are you going to cry now?"),
        leaves=("Poor baby, is your fever down?", "I'm going to cry.", "You poor thing, come here."),
    ),
    rule(
        "contempt.sneer",
        LIKELY,
        rf"""
        {OPENING}grow up{END}|
        (?:you need to|why don't you|it's time you|would you|can you) (?:just )?grow up|
        get over yourself|
        who do you think you are|
        (?:don't|do not) make me laugh|
        what a joke(?: you are)?{END}|
        you(?:'re| are)? (?:just )?(?:make|making) me sick|
        you disgust me|
        i(?:'m| am) disgusted (?:by|with) you|
        (?:do you |can you |did you )?(?:even )?(?:hear|listen to) yourself{END}|
        how (?:stupid|dumb|blind|thick) (?:are|can) you|
        are you (?:really |that |just |actually |so |completely |fucking )*(?:stupid|dumb|deaf|an idiot|a moron|
            brain ?dead|five years old|twelve|a child|out of your mind|insane|crazy)|
        i(?:'m| am) (?:so much |way )?better than you|
        you (?:couldn't|wouldn't) (?:\w+ )?(?:know|recognize) (?:the truth|honesty|love|loyalty) if|
        {START}(?:oh )?as if you(?:'d| would|'ve)? ever|
        you and your (?:stupid|pathetic|little|precious|dumb)|
        (?:i have|i've got|there's|i've lost|i've) (?:zero|no|lost (?:all|any)) respect (?:left )?for you|
        what (?:did|do) i ever see in you|
        i can't believe i (?:ever )?(?:married|loved|wasted \w+ \w+ on) you
        """,
        finds=(
            "Oh, grow up.",
            "You make me sick.",
            "Do you even hear yourself?",
            "Are you stupid or something?",
            "Who do you think you are?",
        ),
        leaves=(
            "I want the kids to grow up here.",
            "The fish made me sick.",
            "Are you okay?",
            "I know I make you sick with worry.",
        ),
    ),
    rule(
        "contempt.superior",
        LIKELY,
        r"""
        some (?:husband|wife|partner|father|mother|man|friend) you (?:are|turned out|were)|
        (?:and you |you )call yourself a|
        a real (?:man|woman|husband|wife|partner|father|mother) (?:would|wouldn't|does|doesn't|takes|knows)|
        even a (?:child|kid|toddler|five year old|dog|teenager) (?:could|would|can|knows|understands)|
        any (?:normal|decent|sane) (?:person|human|man|woman|husband|wife|partner|adult) (?:would|knows|could)|
        unlike you i|
        at least i(?:'m| am)? (?:not|don't|didn't|have|honest|faithful|loyal|never|know how)(?= )(?! know)|
        i(?:'m| am) not (?:the one who|a|some) (?:liar|cheat|cheater) like you|
        you (?:should|ought to) be ashamed|
        shame on you|
        have you no shame|
        you(?:'d| would) be nothing without me
        """,
        finds=(
            "Some husband you are.",
            "And you call yourself a father.",
            "At least I don't lie to people.",
            "Any decent person would know that.",
        ),
        leaves=("At least I know now.", "I was not a real partner to you.", "I'm ashamed of what I did."),
    ),
    rule(
        "contempt.loved-ones",
        LIKELY,
        rf"""
        your (?:whole |entire |so called )?(?:mother|father|mom|mum|dad|sister|brother|family|parents|friends|
            best friend)(?:'s| is| are| was| were) {SO}(?:nothing but )?(?:{NAMES}|crazy|insane|nuts|witch|
            monsters?|snobs?|freaks?|idiots|losers|liars?)|
        your (?:stupid|pathetic|crazy|precious|idiot|dumb|awful|trashy|loser|snobby|
            bitch of a) (?:little )?(?:mother|father|mom|mum|dad|sister|brother|family|parents|friends?)
        """,
        finds=("Your mother is a witch.", "You and your stupid friends.", "Your whole family is pathetic."),
        leaves=("Your mother is coming on Sunday.", "My mother is crazy.", "Your boss is an idiot."),
    ),
)

HARSH: tuple[Rule, ...] = CRITICISM + CONTEMPT
