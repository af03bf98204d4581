"""A better model that the user has is taken when chosen, and never asked for."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from analysis.weights import prepare
from tests.conftest import EXAMPLE, ROOT, Lens

pytestmark = pytest.mark.slow


@pytest.fixture
def half_minute(tmp_path: Path) -> Path:
    """The first half minute of the example, both voices in it."""
    sound, rate = soundfile.read(EXAMPLE, frames=30 * 16_000)
    soundfile.write(tmp_path / "talk.wav", sound, rate)
    return tmp_path / "talk.wav"


def like_community_1(folder: Path) -> Path:
    """A pipeline folder laid out as pyannote's community-1 (VBx clustering with a PLDA), of what we have.

    The real one is gated; its PLDA is stood in for by one without any training.
    """
    (folder / "segmentation").mkdir(parents=True)
    shutil.copy(prepare("segmentation-3.0").main, folder / "segmentation" / "pytorch_model.bin")
    (folder / "plda").mkdir()
    lda = np.linalg.qr(np.random.default_rng(0).normal(size=(192, 128)))[0]
    np.savez(folder / "plda" / "xvec_transform.npz", mean1=np.zeros(192), mean2=np.zeros(128), lda=lda)
    np.savez(folder / "plda" / "plda.npz", mu=np.zeros(128), tr=np.eye(128), psi=np.linspace(8, 0.5, 128))
    (folder / "config.yaml").write_text(
        f"""
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: VBxClustering
    segmentation: $model/segmentation
    embedding: {prepare("wespeaker-campplus").main}
    plda: $model/plda
    embedding_exclude_overlap: true
params:
  clustering: {{threshold: 0.6, Fa: 0.07, Fb: 0.8}}
  segmentation: {{min_duration_off: 0.0}}
"""
    )
    return folder


def test_a_whole_pipeline_and_a_whisper_of_ones_own(lens: Lens, half_minute: Path, tmp_path: Path) -> None:
    pipeline = like_community_1(tmp_path / "pipeline")
    whisper = prepare("base").folder
    command = ["--json", "--quiet", "analyze", half_minute, "--names", "Maya,Jonas"]
    done = lens(*command, "--model", pipeline, "--model", whisper)
    assert done.returncode == 0, done.stderr
    session = json.loads(done.stdout)
    models = {model["task"]: model["name"] for model in session["provenance"]["models"]}
    assert models == {
        "diarization": str(pipeline),
        "transcription": str(whisper),
        "tagging": "tagger",
        "topics": "sentences",
    }
    assert {turn["speaker"] for turn in session["turns"]} == {"S1", "S2"}
    assert len(session["words"]) > 40


def test_pyannote_is_imported_without_telemetry_and_without_the_hub() -> None:
    code = """
import json
from analysis.speech.offline import import_pyannote
import_pyannote()
from pyannote.audio.telemetry.metrics import is_metrics_enabled
from huggingface_hub import constants
print(json.dumps([is_metrics_enabled(), constants.HF_HUB_OFFLINE]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == [False, True]


def test_the_windows_give_what_pyannote_gives_for_the_whole_file(half_minute: Path) -> None:
    """Chunk by chunk and stored in between, or all at once by the pipeline itself: the same turns."""
    code = f"""
import json, sys
from pathlib import Path
import numpy as np
from analysis.audio import windows
from analysis.speech import Diarization
from analysis.weights import prepare
stage = Diarization(prepare("segmentation-3.0").main, prepare("wespeaker-campplus").main, None, 2, True, 1)
sound = list(windows(Path({str(half_minute)!r})))
assert len(sound) > 1
listen = stage.open({{}})
ours = [(t.speaker, t.start, t.end) for t in stage.finish({{w.index: listen(w) for w in sound}}).turns]
import torch
whole = torch.from_numpy(np.concatenate([w.samples for w in sound]))[None]
found = stage._load()({{"waveform": whole, "sample_rate": 16000, "uri": "x"}}, num_speakers=2).speaker_diarization
names = {{}}
theirs = [
    (names.setdefault(label, f"S{{len(names) + 1}}"), round(s.start, 3), round(s.end, 3))
    for s, _, label in sorted(found.itertracks(yield_label=True))
]
print(json.dumps([ours, theirs]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    ours, theirs = json.loads(done.stdout.strip().splitlines()[-1])
    assert len(ours) > 5
    assert ours == theirs
