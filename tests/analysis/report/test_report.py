"""What the report says is true, kind, and nobody's markup."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from analysis.pipeline import measure
from analysis.report import summary
from analysis.report.about import consent
from analysis.report.export import export
from analysis.report.html import html
from analysis.report.markdown import markdown
from analysis.report.text import in_short as sentences
from analysis.report.wording import clock
from analysis.session import Audio, Baseline, Consent, Episode, Mark, Participant, Session, Word
from recorder.errors import LensError

HOSTILE = "<script>alert(1)</script>"


def said(speaker: str, text: str, start: float = 0.0, supported: bool = True) -> list[Word]:
    return [
        Word(text=t, start=start + k * 0.5, end=start + k * 0.5 + 0.4, speaker=speaker, supported=supported)
        for k, t in enumerate(text.split())
    ]


def talk(*lines: list[Word], language: str | None = "en") -> Session:
    words = tuple(word for line in lines for word in line)
    return measure(Session(id="t1", recorded_at="2026-11-20T20:00:00+01:00", words=words, language=language))


class Tags(HTMLParser):
    """Which elements a page has, and the addresses in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.addresses += [value or "" for name, value in attributes if name in ("src", "href", "srcset", "action")]


def test_what_people_say_never_becomes_markup() -> None:
    session = talk(said("A", f"I {HOSTILE} said"), said("B", "*bold* [link](http://x)", 5))
    session = replace(session, participants=(Participant(id="A", name=HOSTILE), Participant(id="B", name="B&B")))
    page = Tags(html(session))
    assert "script" not in page.names
    assert all(address.startswith("#") for address in page.addresses)
    text = markdown(session)
    assert "<script" not in text.replace("\\<", "")
    assert "\\*bold\\*" in text and "\\[link\\]" in text


def test_words_without_a_voice_are_struck_out_and_never_quoted_or_tagged() -> None:
    session = talk(said("A", "Is the kettle on?"), said("B", "you are pathetic", 4, supported=False))
    assert not [tag for u in session.utterances for tag in u.tags]
    assert "pathetic" not in summary(session)
    assert "<s title" in html(session)
    assert "~~pathetic~~" in markdown(session)
    assert "The sound does not support 3 words" in " ".join(sentences(session))


def test_another_language_has_no_tags_and_says_so() -> None:
    session = talk(said("A", "whatever I'm done talking"), said("B", "ja", 5), language="de")
    assert not [tag for u in session.utterances for tag in u.tags]
    assert "English only" in " ".join(sentences(session))


def test_one_voice_is_said_to_be_one() -> None:
    assert "One voice" in sentences(talk(said("A", "I was scared of the answer")))[0]


def test_zero_voices_and_cut_files_are_told_as_such() -> None:
    sound = Audio(name="x.m4a", sha256="0", duration=600, stated_duration=1200, sample_rate=1, channels=1, codec="aac")
    session = replace(talk(said("A", "I was here")), audio=sound)
    told = " ".join(sentences(session))
    assert "One voice was heard, for 0:01 in 10:00" in told
    assert "it lasts 20:00, but only 10:00 of sound is in it" in told


def test_the_voice_is_told_only_where_it_differs_from_ones_own() -> None:
    from analysis.report.sentences import voice_note
    from analysis.session import Prosody, Utterance

    def note(**prosody: float) -> str:
        return voice_note(
            Utterance(id="u", speaker="A", start=0, end=1, text="", words=(0, 0), prosody=Prosody(**prosody))
        )

    assert note(loudness_db=2.9, pitch_st=-1.9, pace_ratio=1.18) == ""
    assert (
        note(loudness_db=-6.0, pitch_st=3.0, pace_ratio=1.5) == "quieter (-6 dB), higher (+3 semitones), faster (+50%)"
    )
    assert note(pace_syl_s=6.0) == ""


def test_a_long_silence_is_told_with_its_time() -> None:
    told = " ".join(sentences(talk(said("A", "where were you"), said("B", "at work", 61.5))))
    assert "The longest silence lasted 1:00, at 0:01." in told
    told = " ".join(sentences(talk(said("A", "where were you"), said("B", "at work", 4.9))))
    assert "The longest silence lasted 3.5 s, at 0:01." in told


def test_chinese_is_written_without_spaces() -> None:
    session = talk(said("A", "你 好"), language="zh")
    assert "你好" in html(session) and "你好" in markdown(session)


def test_no_sentence_counts_tags_against_a_person() -> None:
    session = talk(
        said("A", "You always do this."), said("B", "I'm sorry. I lied to you.", 5), said("A", "whatever", 12)
    )
    for sentence in sentences(session):
        if "turned away" in sentence:
            assert "A" not in sentence.split() and "B" not in sentence.split()


def test_without_sound_the_voice_is_left_open() -> None:
    assert "There was no sound" in " ".join(sentences(talk(said("A", "hello there"), said("B", "hi", 4))))


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.99, "0:59"), (3600, "1:00:00"), (7325.2, "2:02:05")])
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_lines_of_the_summary_fit_a_terminal() -> None:
    session = talk(said("A", "You always do this to me " * 12), said("B", "I did nothing wrong " * 9, 60))
    assert max(map(len, summary(session).splitlines())) <= 80


def test_an_export_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "talk.md"
    export(talk(said("A", "hello")), target)
    before = target.read_bytes()

    def full(self, *args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(LensError, match="No space left"):
        export(talk(said("A", "another")), target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["talk.md"]


# Recordings

HEARD = Audio(
    name="recording of 2026-11-23 20:15",
    sha256="0" * 64,
    duration=1800,
    sample_rate=48_000,
    channels=1,
    codec="sealed tape",
    tape="ab" * 16,
)
AGREED = Consent(state="recorded", by=("Maya", "Jonas"), at="2026-11-23T20:14:00+01:00")
YES = (Mark(kind="yes", start=0, end=2, text="Maya"), Mark(kind="yes", start=2, end=4, text="Jonas"))


def recording(*marks: Mark, words: bool = True, notes: tuple[str, ...] = (), relative_only: bool = False) -> Session:
    said_ = [*said("S1", "Yes I agree"), *said("S2", "Yes I do too", 2), *said("S1", "Where were you then", 900)]
    return measure(
        Session(
            id="t1",
            recorded_at="2026-11-23T20:15:00+01:00",
            language="en" if words else None,
            words=tuple(said_) if words else (),
            audio=replace(HEARD, relative_only=relative_only),
            consent=AGREED,
            marks=(*YES, *marks),
            notes=notes,
        )
    )


def everything(session: Session) -> list[str]:
    """The session in every format that people read, each on one line, without markup of its own."""
    page = re.sub(r"<style>.*?</style>|<[^>]*>", " ", html(session), flags=re.S)
    return [" ".join(text.split()) for text in (summary(session), markdown(session).replace("\\", ""), unescape(page))]


def test_every_report_says_who_agreed() -> None:
    for text in everything(recording()):
        assert "Maya and Jonas both agreed to this recording, 2026-11-23 20:14;" in text
        assert "their spoken yes is at its beginning" in text
    for text in everything(talk(said("A", "hello there"), said("B", "hi", 4))):
        assert "Recorded elsewhere: this program does not know who agreed." in text


@pytest.mark.parametrize("marks", [YES[:1], (YES[0], replace(YES[1], end=None)), ()])
def test_a_spoken_yes_that_is_not_there_is_not_claimed(marks: tuple[Mark, ...]) -> None:
    assert "Not everyone’s spoken yes is on it" in consent(replace(recording(), marks=marks))
    gone = Mark(kind="sound missing", start=1, end=5)
    assert "Not everyone’s spoken yes is on it" in consent(recording(gone))


def test_every_report_says_what_is_not_on_it_and_what_was_marked() -> None:
    session = recording(
        Mark(kind="off the record", start=720, end=850),
        Mark(kind="struck", start=1000, end=1120),
        Mark(kind="sound missing", start=185, end=189, text="the microphone was gone"),
        Mark(kind="bookmark", start=300, text="the letter"),
        Mark(kind="bookmark", start=400),
        notes=("One second could not be read: it is damaged.",),
        relative_only=True,
    )
    for text in everything(session):
        assert "Off the record: 12:00–14:10." in text
        assert "2 minutes were struck at 16:40" in text
        assert "Sound is missing 3:05–3:09: the microphone was gone." in text
        assert "Bookmarks: 5:00 “the letter” and 6:40." in text
        assert "loudness is compared only in the stretches between" in text
        assert "One second could not be read" in text
        assert "This talk lasted 30:00, 25:46 of it with sound" in text
        assert "silence" not in text.split("What was said")[0].replace("silence is not always withdrawal", "")


def test_bookmarks_and_stretches_without_sound_stand_at_their_place() -> None:
    session = recording(Mark(kind="bookmark", start=300, text=HOSTILE), Mark(kind="off the record", start=720, end=850))
    for text in (html(session), markdown(session)):
        talk = text[max(text.rfind("What was said"), text.rfind("## Transcript")) :]
        lines = [talk.index(part) for part in ("Yes", "bookmark: ", "off the record, 12:00", "Where were")]
        assert lines == sorted(lines)
        assert "<script" not in text.replace("\\<", "")
    assert 'class="unheard"' in html(session)


def test_a_recording_without_words_says_so() -> None:
    nothing = recording(words=False)
    for text in everything(nothing):
        assert "No words were heard" in text
        assert "both agreed to this recording" in text
    assert sentences(nothing) == ["This recording lasted 30:00. No words were heard in it."]


def test_an_episode_that_the_sound_does_not_outlast_says_so() -> None:
    session = recording(Mark(kind="break", start=1000, end=1600))
    episode = Episode(start=960, peak=980, end=1000, level=0.8)
    told = " ".join(sentences(replace(session, episodes=(episode,))))
    assert "had not come down when the sound stopped there" in told


def test_a_silence_after_a_question_is_told_with_what_was_asked_and_what_it_may_mean() -> None:
    session = talk(said("A", "Where were you?"), said("B", "I was at work", 9))
    (told,) = [sentence for sentence in sentences(session) if "after a question" in sentence]
    assert "“Where were you?” (A)" in told and "Possibly" in told and "look for words" in told
    assert not [s for s in sentences(talk(said("A", "I was out."), said("B", "yes", 9))) if "after a question" in s]


def test_answers_laughter_and_brief_stretches_are_told() -> None:
    lines = []
    for k in range(6):
        lines += [said("A", "so tell me what it was like then", 10.0 * k), said("B", "fine", 10.0 * k + 4.6)]
    session = talk(*lines, said("A", "[laughter]", 70), said("B", "[laughter]", 71))
    text = " ".join(sentences(session))
    assert "B mostly took the floor 0.7 s after the other had ended (median of 7)." in text
    assert "From 0:04 to 0:55 each of B's answers was one word or two." in text
    assert "They laughed together, first at 1:10." in text


def test_a_slope_is_told_only_where_its_interval_leaves_zero_out() -> None:
    from analysis.session import Drift, Dyad, Estimate, Reaction

    sure, unsure = Estimate(value=0.4, low=0.1, high=0.7, n=40), Estimate(value=0.4, low=-0.1, high=0.9, n=12)
    session = talk(said("A", "Well, hello there."), said("B", "Hello.", 5))
    for estimate in (sure, unsure):
        dyad = Dyad(
            reactions=(Reaction(by="A", to="B", arousal=estimate),), drifts=(Drift(speaker="B", pitch_st=estimate),)
        )
        text = " ".join(sentences(replace(session, dyad=dyad)))
        assert ("A's arousal rose and fell with B's" in text) is (estimate is sure)
        assert ("B's pitch rose" in text) is (estimate is sure)


def test_a_moved_microphone_is_said() -> None:
    session = replace(recording(), gain_changes=(60.0,))
    for text in everything(session):
        assert "At 1:00 all voices became louder or quieter at once" in text


def test_earlier_talks_that_count_are_said() -> None:
    calm = Baseline(speaker="A", seconds=30, level_db=None, pitch_hz=110, brightness_db=-9, earlier=("a", "b"))
    for text in everything(replace(recording(), baselines=(calm,))):
        assert "in 2 earlier ones, recorded with the same microphone in the same place" in text


def test_why_loudness_is_open_in_many_lines_is_told_once() -> None:
    from analysis.session import Frames, Prosody

    calm = Baseline(speaker="A", seconds=30, level_db=None, pitch_hz=110, brightness_db=-9)
    session = talk(*(said("AB"[k % 2], "It was like that.", 5.0 * k) for k in range(12)))
    open_ = Prosody(arousal=0.1, unknown={"loudness": "the sound is clipped: it was too loud for the microphone"})
    frames = Frames(step=0.1, level_db=(), pitch_hz=(), brightness_db=())
    for count, told in ((6, True), (4, False)):
        lines = tuple(
            replace(u, prosody=open_ if k < count else Prosody(arousal=0.1)) for k, u in enumerate(session.utterances)
        )
        text = " ".join(sentences(replace(session, utterances=lines, frames=frames, baselines=(calm,))))
        assert "Too little was said" not in text
        assert ("In 6 lines loudness is left open: the sound is clipped" in text) is told
