"""Rules for threats; precise before they are complete, as the other harsh ones."""

from __future__ import annotations

from analysis.tagging.rules.rule import CLEAR, END, I_AM, I_WILL, LIKELY, START, Rule, rule

__all__ = ["THREAT"]

THREAT: tuple[Rule, ...] = (
    rule(
        "threat.if-you",
        CLEAR,
        rf"""
        if you (?:ever |even |don't |won't |can't |dare |so much as |keep )*(?:to )?(?:do|lie|lying|see|walk|leave|
            talk|touch|call|text|say|tell|go|cheat|contact|mention|stop|meet|look|hide|pull|bring|change|doing|
            seeing|talking|treat|come|start|apologize|sign|open|
            put)(?: [\w']+){{0,10}} (?:(?:{I_AM}|we're|we are|it's|this is) (?:gone|leaving|out of here|
            out the door|out{END}|done{END}|done with|over{END}|finished{END}|through{END}|filing|divorcing)|
            (?:i'll|i will|i'm going to|i swear i'll|i can|i'd) (?:be gone|leave (?:you|this|for good|and)|
            leave{END}|divorce|take the (?:kids|children) (?:away|from|and)|take (?:everything|the house)|
            tell everyone|tell your|make (?:your|sure you)|kick you|throw you|call (?:my|a|the) (?:lawyer|police)|
            file for|walk out|kill|hurt|ruin|destroy|never (?:speak|talk|forgive))|
            you(?:'ll| will|'re going to) (?:never|regret|lose|be sorry|find|pay)|
            you(?:'re|[ ]are) (?:out|gone|done|never))|
        (?:do|say|try|touch|call|lie|text|see)(?: [\w']+){{0,4}} (?:again|one more time) and (?:i'm|i'll|we're|it's|
            you're|you'll|i will|i am)|
        one more (?:lie|time|word|text|call|chance|secret|mistake)(?: [\w']+){{0,3}} (?:and|or) (?:i'm|i'll|we're|
            it's|you're|you'll|i will)|
        unless you(?: [\w']+){{1,10}} (?:i'm|i'll|we're) (?:gone|leaving|leave|done|through)|
        if you walk out(?: [\w']+){{0,4}} (?:don't|never) (?:bother|come|expect|you)|
        if i (?:ever )?(?:find out|see|hear|catch)(?: [\w']+){{1,10}} (?:it's over|i'm (?:gone|leaving|done|out)|
            we're (?:done|over|through))|
        either you (?:\w+ ){{1,10}}or (?:i'm|i|we're|i'll|it's)|
        it's (?:me or (?:her|him|them|your)|(?:her|him|them) or me)
        """,
        finds=(
            "If you do that again I'm gone.",
            "If you ever see her again, I'll leave you.",
            "One more lie and we're done.",
            "Do that again and I'm leaving.",
            "It's me or her.",
        ),
        leaves=(
            "If you need me, I'm here.",
            "If you go to the store, I'll take the kids.",
            "He told me if you do that again I'm gone.",
            "If you text me, I'll leave the door open.",
        ),
    ),
    rule(
        "threat.regret",
        CLEAR,
        rf"""
        you(?:'ll| will|'re going to| are going to) (?:so |really |live to |
            come to )*(?:regret (?:this|that|it|ever|the day|what|doing|saying|leaving|crossing)|
            be sorry(?= [.?]|$| you| for| when)|pay for (?:this|that|it|what)|see what (?:happens|i)|
            wish you (?:had|hadn't|never|were)|lose (?:everything|the (?:kids|house)|me{END})|
            be hearing from my lawyer)|
        you(?:'ll| will) regret{END}|
        i(?:'ll| will|'m going to) make (?:you (?:pay|regret|suffer|sorry)|
            sure you (?:pay|lose|never|regret|suffer)|your life)
        """,
        finds=("You'll regret this.", "You're going to be sorry.", "You'll pay for that.", "I'll make you regret it."),
        leaves=("You won't regret it.", "You'll pay for dinner, right?", "I regret this."),
    ),
    rule(
        "threat.warning",
        LIKELY,
        rf"""
        {I_AM} warning you|
        (?:don't|do not) (?:you )?(?:push|test|try) me{END}|
        (?:don't|do not) make me (?:do|hurt|tell|call|choose|leave|get|come|regret|say it)|
        {START}(?:you(?:'d| had)? better )?watch (?:your (?:mouth|step|tone|back)|yourself)(?: or|{END})|
        you don't want to (?:see|find out|know) what (?:i|happens|i'll)|
        (?:this|that|it)(?:'s| is) your (?:very )?(?:last|final) (?:warning|chance)|
        last warning|
        or else{END}|
        you have no idea what i(?:'m| am|'ll) (?:capable|do)
        """,
        finds=("I'm warning you.", "Don't push me.", "This is your last chance.", "You do it, or else."),
        leaves=("Watch your step, it's icy.", "Don't make me laugh.", "What else, or who else?"),
    ),
    rule(
        "threat.kids-and-secrets",
        CLEAR,
        rf"""
        you(?:'ll| will|'re going to) never see (?:the (?:kids|children)|your (?:kids|children|son|daughter)|them|
            me) again|
        you(?:'ll| will) never see (?:the|your) (?:kids|children|son|daughter)|
        (?:{I_WILL}|i can) (?:ruin|destroy|expose|bury|end) (?:you|your life|your career)(?= |$)|
        {I_WILL} (?:take|get) (?:the (?:kids|children|house) (?:away|from you|and (?:leave|go))|
            everything (?:from you|you have|you own))|
        {I_WILL} tell (?:everyone|everybody|your (?:mother|mom|father|parents|boss|family|kids|work|wife|husband)|
            the (?:kids|children)) (?:what you|everything|who you|about (?:you|her|him|what)|the kind)|
        {I_WILL} (?:kill|hurt) (?:you|myself|him|her){END}
        """,
        finds=(
            "You'll never see the kids again.",
            "I'll ruin you.",
            "I'll tell everyone what you did.",
            "I'm gonna take the kids away from you.",
        ),
        leaves=("I'll take the kids to school.", "I'll tell your mother we're late.", "I'll get the house cleaned."),
    ),
)
