"""Rules for transparency: offering access, and straight answers."""

from __future__ import annotations

from analysis.tagging.rules.rule import CLEAR, FAINT, I_WILL, LIKELY, OPENING, PAUSE, Rule, rule

__all__ = ["TRANSPARENCY"]

DEVICE = (
    r"(?:phone(?! (?:number|charger))|phones|password|passwords|passcode|pin|code|messages|texts|emails?|"
    r"accounts?|laptop|calendar|location|bank statements?|statements|chat|chats|call log|history|receipts|"
    r"credit card)"
)

TRANSPARENCY: tuple[Rule, ...] = (
    rule(
        "transparency.here-is",
        CLEAR,
        rf"""
        (?:here(?:'s| is| are)|take|you can (?:have|see|look (?:at|through)|check|read|go through|keep|use|ask for)|
            look (?:at|through)|check|read|go through|have a look at|
            go ahead and (?:check|read|look at)) (?:\w+ )?(?:my|all (?:of )?(?:my|the)|
            every one of my) (?:\w+ )?{DEVICE}|
        here(?:'s| is| are) (?:the |all the |every )(?:\w+ )?(?:password|messages|texts|emails|statements|receipts)|
        (?:{I_WILL}|let me|i(?:'ve)?|i can|i want to) (?:just |already )?(?:show|showed|shown|give|gave|given|share|
            shared|send|sent|turn on|turned on|hand|handed|unlock|
            unlocked)(?: (?:you|it|over|with you|for you))* (?:my |the |all |of |our |everything|
            every )+(?:\w+ )?(?:{DEVICE}|sharing)|
        you can (?:always |just )?(?:look|check|ask|see)(?: (?:at|through|me|it|in))* (?:anything|everything|
            any ?time|whenever|all of it|whatever)
        """,
        finds=(
            "Here is my phone.",
            "Here's my phone, you can look at anything.",
            "I'll give you all my passwords.",
            "I turned on my location sharing.",
            "You can check my messages anytime.",
        ),
        leaves=("Where's my phone?", "Here's my phone number.", "Give me your phone.", "I'll never show you my phone."),
    ),
    rule(
        "transparency.ask-me",
        CLEAR,
        rf"""
        {OPENING}(?:you can )?ask me (?:anything|whatever|all|any question)|
        {I_WILL} (?:answer|tell you|show you) (?:you )?(?:anything|everything|every (?:single )?question|
            whatever you|the (?:whole |full )?truth|all of it|all your questions|any question)|
        i (?:don't want to|won't|{I_WILL} not) (?:hide|keep) (?:anything|secrets|this|it) (?:from you|anymore)|
        i(?:'ve| have)? (?:got |have )?nothing to hide|
        no more (?:secrets|lies|hiding)|
        (?:i have to|i need to|i want to|let me|i should) (?:\w+ )?tell you (?:everything|
            the (?:whole |full )?truth|all of it|something(?! funny)|what (?:really |actually )?happened|that i|
            it all)|
        there(?:'s| is) (?:something|one more thing|more) (?:else )?(?:that )?(?:i|you) (?:\w+ )?(?:have|need|want|
            should|haven't|ought|don't)(?: to| told)? ?(?:tell|know|to tell|you)|
        i haven't told you (?:everything|yet|about|the whole)|
        i (?:want|wanted|'d rather) you (?:to )?(?:hear|heard?|know) (?:it|this|that|
            everything)(?: (?:from me|first|before|all))?|
        before you (?:find|hear) (?:it |this )?(?:out|from)
        """,
        finds=(
            "Ask me anything.",
            "I'll answer every question you have.",
            "I have nothing to hide.",
            "There's something I need to tell you.",
            "I want you to hear it from me.",
        ),
        leaves=("Don't ask me anything.", "I have to tell you something funny.", "You have nothing to hide?"),
    ),
    rule(
        "transparency.news",
        LIKELY,
        r"""
        (?:she|he) (?:has |'s )?(?:called|texted|wrote|messaged|emailed|contacted|written)(?: to)? (?:me|
            us)(?: (?:again|today|yesterday|this|last|on|at|and i|twice|out of))+|
        i (?:ran into|bumped into|heard from|got (?:a|another) (?:text|message|call|email|letter) from|saw) (?:her|
            him)(?: (?:again|today|yesterday|this|last|on|at|and|in))+
        """,
        finds=(
            "She texted me again today.",
            "I ran into him at the office.",
            "He called me yesterday and I didn't answer.",
        ),
        leaves=("She texted me about the school trip.", "Did she text you today?"),
    ),
    rule(
        "transparency.straight-answer",
        FAINT,
        rf"""
        ^(?:(?:okay|well|honestly|so|the truth is|look) )*(?:(?:yes|yeah|no|yep)(?: it's true)?{PAUSE} (?:i|we|it|
            she|he|there) (?:did|was|were|have|had|do|am|is|slept|met|saw|told|texted|called|deleted|lied|kissed|
            went|stayed|talked|started|wrote|still|love|loved|sent|happened)(?! not)\b(?!(?: [\w']+)* wrong)|
            (?:(?:yes|yeah|no|yep) )?(?:[\w']+ ){{0,7}}(?:once|twice|
            (?:two|three|four|five|six|seven|ten|a few|a couple of|several) (?:times|months|weeks|years|nights|
            days)|(?:in|since|until|last|on) (?:january|february|march|april|may|june|july|august|september|october|
            november|december|spring|summer|fall|autumn|winter|monday|tuesday|wednesday|thursday|friday|saturday|
            sunday|year|week|month)|(?:at|in|to) (?:her|his|their|a|the) (?:place|house|apartment|hotel|bar|office|
            room|flat|car))|(?:yes|yeah|no|yep) (?:once|twice|it was|with|in|at)|
            i (?:was with|slept with|met|kissed|saw|texted|called|lied about|deleted) (?:her|him|it|them|someone))
        """,
        finds=(
            "Yes, twice, in March.",
            "Yes. I did.",
            "I was at her place.",
            "It started in June.",
            "Three times, last summer.",
        ),
        leaves=("No.", "I don't know.", "None of your business."),
        after=("asking",),
    ),
)
