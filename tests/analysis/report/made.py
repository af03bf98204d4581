"""Made sessions for tests of the exports: lines as they were said, and one session in which nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analysis import session as model
from analysis.session import Mark, Note, Participant, Session, Tag, Turn, Utterance, Word

__all__ = ["HOSTILE", "PRIVATE", "everything", "hostile", "long", "spoken"]

HOSTILE = (
    'she said "no" and ""left""', "one\n\ntwo\r\nthree", "a --> b", "00:01:00.000 --> 00:02:00.000", "NOTE", "WEBVTT",
    "<script>alert(1)</script>", "<v Maya>", "</v>", "&amp; & &lt;", "{\\an8}", "item [1]:", 'text = "x"', "a,b;c",
    "=cmd()|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "", " ", "x" * 200,
    "שלום", "\u202eevil\u202c", "👩\u200d👩\u200d👧", "\x00\x1b[31m",
)  # fmt: skip
PRIVATE = "only for me"

Line = tuple[str | None, float, float, str | Sequence[str]]
"""Speaker, start, end, and the words, which share the time evenly."""


def spoken(*lines: Line, names: Sequence[str] = ("Maya", "Jonas"), language: str = "en") -> Session:
    """A session of these lines, one utterance and one turn for each."""
    words: list[Word] = []
    utterances = []
    for n, (speaker, start, end, said) in enumerate(lines, start=1):
        texts, i = said.split() if isinstance(said, str) else said, len(words)
        step = (end - start) / max(1, len(texts))
        for k, text in enumerate(texts):
            words.append(Word(text=text, start=start + k * step, end=start + (k + 1) * step, speaker=speaker))
        text = " ".join(texts)
        utterances.append(
            Utterance(id=f"u{n}", speaker=speaker, start=start, end=end, text=text, words=(i, len(words)))
        )
    return Session(
        id="t1",
        recorded_at="2026-11-20T20:00:00+01:00",
        language=language,
        participants=tuple(Participant(id=f"S{k}", name=name) for k, name in enumerate(names, start=1)),
        words=tuple(words),
        utterances=tuple(utterances),
        turns=tuple(Turn(speaker=u.speaker, start=u.start, end=u.end) for u in utterances if u.speaker is not None),
    )


def hostile() -> Session:
    """Every hostile text as a line of each voice, as a word, a name, a topic, a bookmark and a note."""
    lines: list[Line] = []
    for k, text in enumerate(HOSTILE):
        lines += [("S1", k, k + 1.5, [text, "then"]), ("S2", k + 0.2, k + 0.2, [text]), (None, k, k + 1, [text])]
    session = spoken(*lines, names=HOSTILE)
    return replace(
        session,
        topics=tuple(model.Topic(id=f"t{k}", name=text, start=k, end=k + 1) for k, text in enumerate(HOSTILE)),
        marks=tuple(Mark(kind="bookmark", start=k, text=text) for k, text in enumerate(HOSTILE)),
        written=tuple(Note(id=f"n{k}", at=k, text=text, private=False) for k, text in enumerate(HOSTILE)),
    )


def long() -> Session:
    """Two hours of 3,000 lines."""
    text = "I was scared the whole spring and you did not see it."
    return spoken(*((f"S{1 + k % 2}", 2.4 * k, 2.4 * k + 2.2, text) for k in range(3000)))


def everything() -> Session:
    """A session in which no field of the model is empty."""
    session = spoken(
        ("S1", 1.0, 3.0, "You always hide."), ("S2", 2.8, 5.0, "I'm sorry, I lied."), (None, 6.0, 6.5, "Mhm.")
    )
    ground = model.Evidence(start=1.0, end=3.0, words="You always hide.")
    tags = (
        Tag(label="criticism", confidence=0.8, evidence=ground, because="always-never"),
        Tag(label="contempt", confidence=0.4, evidence=ground, because="classifier", reviewed="removed"),
        Tag(label="feeling", confidence=0.9, evidence=ground, because="person", reviewed="added"),
    )
    first, second, third = session.utterances
    prosody = model.Prosody(
        loudness_db=6.2, pitch_st=-1.25, pitch_range_st=3.0, brightness=1.0, pace_syl_s=4.6, pace_from="words",
        pace_ratio=1.1, arousal=0.4, voiced_s=1.5, unknown={"brightness": "too short"},
    )  # fmt: skip
    estimate = model.Estimate(value=0.4, low=0.1, high=0.7, n=30)
    calm = model.Calm(seconds=30, level_db=(-20.0,) * 20, pitch_hz=(200.0,) * 20, brightness_db=(-9.0,) * 20)
    return replace(
        session,
        consent=model.Consent(state="recorded", by=("Maya", "Jonas"), at="2026-11-20T19:59:00+01:00"),
        audio=model.Audio(
            name="talk.wav", sha256="0" * 64, duration=10.0, stated_duration=12.0, sample_rate=16000, channels=1,
            codec="pcm", tape="ab" * 16, microphone="a microphone", relative_only=True,
        ),
        provenance=model.Provenance(
            program="0.1", libraries={"numpy": "2"}, models=(model.Model(task="words", name="base", sha256="0" * 64),),
            settings={"language": "en"},
        ),
        words=(*session.words[:-1], replace(session.words[-1], supported=False, doubts=("no speech there",))),
        utterances=(replace(first, prosody=prosody, tags=tags), second, third),
        overlaps=(
            model.Overlap(
                kind="competitive", start=2.8, end=3.0, by="S2", over="S1", confidence=0.7, holder="lost",
                yielded_by="S1", yielding_latency=0.2, level_rise_db=3.0, pitch_rise_st=1.0,
            ),
        ),
        pauses=(model.Pause(kind="between", start=5.0, end=6.0, after="S2", before="S1", asked="u1"),),
        latencies=(model.Latency(by="S2", after="S1", start=2.8, seconds=-0.2, asked="u1"),),
        shared=model.Shared(
            share={"S1": 0.5, "S2": 0.5}, windows=({"S1": 1.0}, {}), longest=session.turns, brief=session.turns[:1]
        ),
        frames=model.Frames(
            step=0.1, level_db=(-20.0, None), pitch_hz=(200.0, None), brightness_db=(-9.0, None), speech=(1.0, 0.0),
            syllables=(0.4, 0.0), phonation=(1.0, 0.0), clipped=(1,), decays=(0.4,),
        ),
        room=model.Room(noise_db=-50.0, reverberation_s=0.4, clipped=0.01),
        baselines=(
            model.Baseline(
                speaker="S1", seconds=30, level_db=-20.0, pitch_hz=200.0, brightness_db=-9.0, own=calm, earlier=("t0",)
            ),
        ),
        gain_changes=(4.0,),
        arousal=model.Arousal(step=1.0, of={"S1": (0.4, None)}),
        escalation=model.Curve(step=1.0, value=(0.4,), voice=(0.2,), pace=(0.0,), floor=(0.1,), words=(0.1,)),
        episodes=(
            model.Episode(
                start=1.0, peak=2.0, end=4.0, level=0.7, trigger="u1", topic="trust", what_cooled_it="u2",
                recovery_s=2.0, possible_flooding=("S1",),
            ),
        ),
        dyad=model.Dyad(
            reactions=(model.Reaction(by="S1", to="S2", arousal=estimate, pitch_st=estimate),),
            drifts=(model.Drift(speaker="S1", arousal=estimate, pitch_st=estimate),), coming_down_s=estimate,
        ),
        nonverbal=(model.Nonverbal(kind="sigh", start=7.0, end=7.5, by="S1", asked="u1"),),
        readings=model.Readings(
            by="classifier", sha256="0" * 64, thresholds={"apology": 0.5}, others={"llm:x": {"apology": 2.0}},
            of={"key": model.Reading(labels={"apology": 0.9}, words={"apology": (0, 2)}, by="llm:x", language="de")},
        ),
        reviews=(
            model.Review(
                label="feeling", verdict="added", start=1.0, end=3.0, speaker="S1", likely=0.2, sha256="0" * 64
            ),
        ),
        answers=(model.Answer(question="u1", kind="straight", answer="u2"),),
        uptakes=(model.Uptake(offer="u2", label="apology", kind="taken up", response="u3"),),
        topics=(
            model.Topic(id="t1", name="trust", start=0.0, end=4.0, words=("hide",), named_by="person", confidence=1),
            model.Topic(id="t2", name="the evening", start=4.0, end=10.0),
        ),
        marks=(Mark(kind="bookmark", start=2.0, text="this"), Mark(kind="break", start=8.0, end=9.0)),
        notes=("The end is damaged.",),
        written=(
            Note(id="n1", at=2.0, text="the letter", private=False), Note(id="n2", at=3.0, text=PRIVATE, private=True)
        ),
    )  # fmt: skip
