"""Whose voice: pyannote.audio's `SpeakerDiarization`, run window by window.

The pipeline has two heavy steps, which look at 10 s of sound at a time (*segmentation*: which of up to three
local speakers is active in each frame; *embedding*: what each of them sounds like), and light ones that need
the whole conversation (clustering of the voices, reconstruction). The heavy steps are run per window on
the very grid of chunks that the pipeline itself would lay over the file, and stored; at the end the
pipeline's own `apply` runs on what was stored. So the turns are the ones that pyannote would give for the
whole file, while memory stays flat and an interrupted run goes on where it stopped. One thing is added: two voices
that are nearer to each other than two people's are taken for one.

The hyper-parameters of the bundled pair (segmentation 3.0, CAM++) are those of pyannote's 3.1 pipeline, except a
chunk every 2.5 s instead of every second (docs/method.md has the table).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from analysis.audio import SAMPLE_RATE, Window
from analysis.session import Turn
from analysis.speech.heard import Activity, Heard, Voiceprint
from analysis.speech.likeness import LENGTH, compare, pieces
from analysis.speech.offline import import_pyannote

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Diarization"]

STEP = 0.25
"""Distance of two chunks as a share of their duration."""
BESIDE, BESIDE_S = 0.65, 3.0
"""Cosine distance from both people, and seconds, from which on a voice is a third one's (docs/method.md)."""
SHORTEST_TURN = 0.1
"""Seconds; nobody says anything in less, and it must not decide who is the first to speak."""
BATCH = 16
"""Pieces that are embedded at once."""
CLUSTERING = {"method": "centroid", "min_cluster_size": 6, "threshold": 0.7045654963945799}

SAME_VOICE = 0.3
"""Cosine distance of two voices below which they are one person's (docs/method.md has the measurement)."""


class Chunks(msgspec.Struct, frozen=True):
    """The heavy steps' results for the chunks that begin in one window.

    `active` is (chunks, frames, local speakers) of 0 and 1, packed to bits; `voices` (chunks, local speakers,
    dimension) float32 with NaN where too little was heard.
    """

    shape: tuple[int, int, int]
    active: bytes
    dimension: int
    voices: bytes

    @classmethod
    def pack(cls, active: NDArray[Any], voices: NDArray[Any]) -> Chunks:
        """From the arrays of pyannote."""
        bits = np.packbits(np.nan_to_num(active) > 0.5)
        return cls(active.shape, bits.tobytes(), voices.shape[-1], voices.astype(np.float32).tobytes())

    def unpack(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Back to the arrays of pyannote."""
        count = int(np.prod(self.shape))
        bits = np.unpackbits(np.frombuffer(self.active, np.uint8), count=count)
        chunks, _, speakers = self.shape
        voices = np.frombuffer(self.voices, np.float32).reshape(chunks, speakers, self.dimension)
        return bits.reshape(self.shape).astype(np.float32), voices


class Listened(msgspec.Struct, frozen=True):
    """What the heavy steps found in one window: the chunks that begin in it, and pieces of it (`likeness`).

    `starts` are the first samples of the pieces in which somebody speaks, `pieces` their embeddings, float32.
    """

    chunks: Chunks | None
    starts: list[int]
    pieces: bytes


@dataclass(frozen=True)
class Diarization:
    """The stage that tells voices apart.

    Parameters
    ----------
    segmentation, embedding : Path or None
        The bundled pair.
    pipeline : Path or None
        The folder of a whole pyannote pipeline instead (for instance community-1).
    speakers : int or None
        How many people may talk; None lets the clustering find out.
    exact : bool
        Whether so many people do talk. Otherwise voices that are too much alike count as one.
    threads : int
        CPU threads.
    model : str
        The sha256 of the embedding: voiceprints compare only within it. Empty: no voiceprints are made.
    """

    segmentation: Path | None
    embedding: Path | None
    pipeline: Path | None
    speakers: int | None
    exact: bool
    threads: int
    model: str = ""

    name = "voices"

    def open(self, done: Mapping[int, bytes]) -> Callable[[Window], bytes]:
        """Load the models; returns the function that turns a window into encoded `Chunks`."""
        del done  # nothing is carried from window to window
        pipeline = self._load()

        def listen(window: Window) -> bytes:
            chunks, spoken = _chunks(pipeline, window)
            starts, voices = _pieces(pipeline, window, spoken)
            return msgspec.msgpack.encode(Listened(chunks, starts, voices.astype(np.float32).tobytes()))

        return listen

    def finish(self, windows: Mapping[int, bytes]) -> Heard:
        """Who was heard in the whole conversation, speakers named S1, S2, … in the order they first speak."""
        from pyannote.core import SlidingWindow, SlidingWindowFeature

        stored = [msgspec.msgpack.decode(windows[index], type=Listened) for index in sorted(windows)]
        chunks = [window.chunks.unpack() for window in stored if window.chunks is not None]
        if not any(active.any() for active, _ in chunks):
            return Heard(())
        pipeline = self._load()
        grid = SlidingWindow(duration=pipeline._segmentation.duration, step=pipeline._segmentation.step)
        active = SlidingWindowFeature(np.concatenate([active for active, _ in chunks]), grid)
        voices = np.concatenate([voices for _, voices in chunks])
        pipeline.get_segmentations = lambda file, hook=None: active
        pipeline.get_embeddings = lambda *args, **options: voices
        unheard = np.isnan(voices).any(axis=-1).all()
        if unheard:
            # Not one stretch is long enough to be told from another: one speaker is all that can be said.
            voices = np.ones_like(voices)
        found, embeddings_of, besides = self._speakers(pipeline)
        names: dict[str, str] = {}
        turns = []
        for segment, _, label in sorted(
            found.itertracks(yield_label=True), key=lambda track: (track[2] in besides, track)
        ):
            if segment.duration < SHORTEST_TURN:
                continue
            speaker = names.setdefault(label, f"S{len(names) + 1}")
            turns.append(Turn(speaker=speaker, start=round(segment.start, 3), end=round(segment.end, 3)))
        turns.sort(key=lambda turn: (turn.start, turn.end))
        starts = [start / SAMPLE_RATE for window in stored for start in window.starts]
        looks = np.frombuffer(b"".join(window.pieces for window in stored), np.float32)
        return Heard(
            tuple(turns),
            activity=_activity(active.data, grid),
            voiceprints=() if unheard else self._voiceprints(embeddings_of, names, turns),
            besides=frozenset(names[label] for label in besides if label in names),
            likeness=compare(starts, looks.reshape(len(starts), -1), turns) if starts else None,
        )

    def _speakers(self, pipeline: Any) -> tuple[Any, dict[str, NDArray[Any]], frozenset[str]]:
        """Who speaks when (an Annotation), what each label sounds like, and which labels are voices besides the two."""
        result = pipeline.apply({"uri": "session"}, num_speakers=self.speakers)
        while not self.exact and _alike(result.speaker_embeddings):
            result = pipeline.apply({"uri": "session"}, num_speakers=len(result.speaker_embeddings) - 1)
        if self.speakers is not None and not self.exact:
            free = pipeline.apply({"uri": "session"})
            named, besides = _besides(free.speaker_diarization, _voices(free), self.speakers)
            if besides:
                return free.speaker_diarization.rename_labels(mapping=named).support(), _voices(free), besides
        return result.speaker_diarization, _voices(result), frozenset()

    def _voiceprints(
        self, voices: Mapping[str, NDArray[Any]], names: Mapping[str, str], turns: Sequence[Turn]
    ) -> tuple[Voiceprint, ...]:
        """Of every speaker to whom pyannote gives a voice; `names` are ours for its labels."""
        if not self.model:
            return ()
        return tuple(
            Voiceprint.of(name, self.model, sum(turn.duration for turn in turns if turn.speaker == name), voices[label])
            for label, name in names.items()
            if label in voices
        )

    def _load(self) -> Any:
        import_pyannote()
        import torch
        from pyannote.audio import Pipeline
        from pyannote.audio.core.plda import PLDA
        from pyannote.audio.pipelines import SpeakerDiarization

        torch.set_num_threads(self.threads)
        if self.pipeline is not None:
            return Pipeline.from_pretrained(str(self.pipeline))
        pipeline = SpeakerDiarization(
            segmentation=str(self.segmentation),
            segmentation_step=STEP,
            segmentation_batch_size=8,
            embedding=str(self.embedding),
            embedding_exclude_overlap=True,
            embedding_batch_size=8,
            clustering="AgglomerativeClustering",
            # Agglomerative clustering never looks at it, but without one it is fetched from the hub.
            plda=PLDA.__new__(PLDA),
        )
        pipeline.instantiate({"segmentation": {"min_duration_off": 0.0}, "clustering": CLUSTERING})
        return pipeline


def _voices(result: Any) -> dict[str, NDArray[Any]]:
    """What each label of a result sounds like; a row of zeros is none."""
    if result.speaker_embeddings is None:
        return {}
    labels = result.speaker_diarization.labels()  # a row for each of them, in their order
    rows = zip(labels, result.speaker_embeddings, strict=True)
    return {label: voice for label, voice in rows if voice.any() and np.isfinite(voice).all()}


def _besides(found: Any, voices: Mapping[str, NDArray[Any]], known: int) -> tuple[dict[str, str], frozenset[str]]:
    """Voices that are none of the `known` people's: new labels for the rest, and the labels of those.

    The people are those who talk most and do not sound alike. Any other label is one of them in another mood, unless
    it sounds like neither.
    """
    from scipy.spatial.distance import cosine

    people: list[str] = []
    others: list[str] = []
    for label in sorted(voices, key=found.label_duration, reverse=True):
        like = any(cosine(voices[label], voices[person]) < BESIDE for person in people)
        (others if like or len(people) == known else people).append(label)
    if len(people) < known:
        return {}, frozenset()
    besides = {
        label
        for label in others
        if found.label_duration(label) >= BESIDE_S
        and min(cosine(voices[label], voices[person]) for person in people) >= BESIDE
    }
    same = set(others) - besides
    named = {label: min(people, key=lambda person: cosine(voices[label], voices[person])) for label in same}
    return named, frozenset(besides)


def _alike(voices: NDArray[Any] | None) -> bool:
    """Whether there are more speakers here than voices; `voices` has shape (speakers, dimension).

    So it is where two voices are nearer than two people's, and where pyannote gives a speaker no voice (zeros): it
    thought for a moment that more people talk at once than its clustering then found.
    """
    from scipy.spatial.distance import pdist

    if voices is None or len(voices) < 2:
        return False
    return not voices.any(axis=1).all() or bool(pdist(voices, "cosine").min() < SAME_VOICE)


def _chunks(pipeline: Any, window: Window) -> tuple[Chunks | None, Activity | None]:
    """The heavy steps on the chunks that begin in a window, and when somebody speaks, in seconds from the first."""
    import torch

    heard = pipeline._segmentation
    length = round(heard.duration * SAMPLE_RATE)
    starts = _chunk_starts(window, length, round(heard.step * SAMPLE_RATE))
    if not starts:
        return None, None
    first, last = starts[0] - window.offset, starts[-1] - window.offset + length
    sound = np.concatenate([window.samples, window.ahead])[first:last]
    sound = np.pad(sound, (0, last - first - len(sound)))
    file = {"waveform": torch.from_numpy(sound)[None], "sample_rate": SAMPLE_RATE, "uri": "window"}
    active = pipeline.get_segmentations(file)
    voices = pipeline.get_embeddings(file, active, exclude_overlap=True)
    return Chunks.pack(active.data, voices), _activity(np.nan_to_num(active.data), active.sliding_window)


def _pieces(pipeline: Any, window: Window, spoken: Activity | None) -> tuple[list[int], NDArray[Any]]:
    """What the pieces that begin in a window sound like; those in which nobody speaks sound like nobody."""
    import torch

    starts, sounds = pieces(window)
    if spoken is not None:
        first = -(-window.offset // round(pipeline._segmentation.step * SAMPLE_RATE))
        begin = first * pipeline._segmentation.step
        shares = [spoken.share(start / SAMPLE_RATE - begin, start / SAMPLE_RATE - begin + LENGTH) for start in starts]
        starts = [start for start, share in zip(starts, shares, strict=True) if share > 0]
        sounds = sounds[np.asarray(shares) > 0]
    batches = [torch.from_numpy(sounds[k : k + BATCH, None]) for k in range(0, len(sounds), BATCH)]
    embedded = [pipeline._embedding(batch) for batch in batches]
    return starts, np.concatenate(embedded) if embedded else np.zeros((0, 1))


def _activity(active: NDArray[Any], grid: Any) -> Activity:
    """How many of the chunks that look at a moment hear somebody; `active` is (chunks, frames, local speakers)."""
    count, frames, _ = active.shape
    step = grid.duration / frames
    somebody = active.max(axis=2) > 0.5
    starts = [round(k * grid.step / step) for k in range(count)]
    heard, looks = np.zeros(starts[-1] + frames), np.zeros(starts[-1] + frames)
    for start, found in zip(starts, somebody, strict=True):
        heard[start : start + frames] += found
        looks[start : start + frames] += 1
    return Activity(step, heard / np.maximum(looks, 1))


def _chunk_starts(window: Window, length: int, step: int) -> list[int]:
    """Where the chunks that belong to this window begin, in samples of the recording.

    The grid is pyannote's: a chunk every `step`, as long as the one before did not already reach the end.
    """
    heard = window.offset + len(window.samples) + len(window.ahead)
    end = window.offset + len(window.samples)
    starts = range(-(-window.offset // step) * step, end, step)
    return [start for start in starts if start == 0 or start - step + length < heard]
