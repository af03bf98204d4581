"""Bad input gets one teaching line, exit code 2, and leaves nothing half-written in the library."""

from __future__ import annotations

import json
import re
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Lens
from tests.support import sounds


def one_line(done, code: int = 2) -> str:
    """The single line that was said; no traceback, the right exit code."""
    assert done.returncode == code, done.stderr
    lines = [
        line for line in done.stderr.splitlines() if not re.match(r"(writing down|telling voices|measuring)", line)
    ]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


def nothing_kept(lens: Lens, library: Path) -> bool:
    """Neither a session nor a window of one."""
    from tests.cli.test_lens import stored

    return json.loads(lens("--json", "sessions").stdout) == [] and stored(library) == 0


def test_no_such_file(lens: Lens, library: Path) -> None:
    assert "there is no file nowhere.m4a" in one_line(lens("analyze", "nowhere.m4a"))
    assert nothing_kept(lens, library)


def test_a_folder(lens: Lens, tmp_path: Path) -> None:
    assert "is a folder" in one_line(lens("analyze", tmp_path))


def test_an_empty_file(lens: Lens, tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.touch()
    assert "empty (0 bytes)" in one_line(lens("analyze", path))


def test_a_text_file_named_wav(lens: Lens, tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.write_text("not a sound\n" * 100)
    assert "cannot be read as sound" in one_line(lens("analyze", path))


def test_a_video_without_sound(lens: Lens, tmp_path: Path) -> None:
    assert "no audio track" in one_line(lens("analyze", sounds.silent_video(tmp_path / "garden.mp4")))


def test_samples_that_are_not_numbers(lens: Lens, library: Path, tmp_path: Path) -> None:
    samples = sounds.tone(3)
    samples[30_000] = np.inf
    path = sounds.wav(tmp_path / "nan.wav", samples, subtype="FLOAT")
    assert "near 1.9 s" in one_line(lens("analyze", path))
    assert nothing_kept(lens, library)


@pytest.mark.parametrize("name", ["talk.docx", "talk", "nofolder/talk.html"])
def test_an_export_that_cannot_be_is_refused_before_the_work(
    lens: Lens, library: Path, tmp_path: Path, name: str
) -> None:
    path = sounds.wav(tmp_path / "tone.wav", sounds.tone(2))
    assert "cannot export to" in one_line(lens("analyze", path, "--export", tmp_path / name))
    assert nothing_kept(lens, library)


@pytest.mark.parametrize("names", ["Maya,,Jonas", "Maya,Maya", ""])
def test_names_that_are_none(lens: Lens, names: str) -> None:
    assert "--names" in one_line(lens("analyze", "talk.wav", "--names", names))


def test_names_and_speakers_that_disagree(lens: Lens) -> None:
    done = lens("analyze", "talk.wav", "--names", "A,B", "--speakers", "3")
    assert "give one of the two" in one_line(done)


def test_an_unknown_command(lens: Lens) -> None:
    assert "frobnicate" in one_line(lens("frobnicate"))


@pytest.mark.parametrize("language", ["English", "e", "12"])
def test_a_language_that_is_none(lens: Lens, language: str) -> None:
    assert "is no code" in one_line(lens("analyze", "talk.wav", "--language", language))


def test_a_name_that_no_disk_can_hold(lens: Lens, tmp_path: Path) -> None:
    assert "cannot be read" in one_line(lens("analyze", "x" * 300))
    path = sounds.wav(tmp_path / "tone.wav", sounds.tone(2))
    assert "longer than" in one_line(lens("analyze", path, "--export", tmp_path / ("x" * 300 + ".md")))


def test_a_folder_that_happens_to_be_called_like_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.weights import prepare

    (tmp_path / "segmentation-3.0").mkdir()
    monkeypatch.chdir(tmp_path)
    assert prepare("segmentation-3.0").task == "segmentation"


def test_a_fetch_without_a_network(lens: Lens) -> None:
    said = one_line_of(lens("models", "fetch", "small", HF_ENDPOINT="http://127.0.0.1:9"))
    assert "is there a network" in said


def one_line_of(done) -> str:
    """The last line, where others tell what is being done; still no traceback."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


def test_options_that_mean_nothing_for_a_transcript(lens: Lens, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text("{}")
    assert "are for sound" in one_line(lens("analyze", path, "--model", "small"))


def test_an_unknown_model(lens: Lens, tmp_path: Path) -> None:
    path = sounds.wav(tmp_path / "tone.wav", sounds.tone(2))
    assert "no model or folder 'huge'" in one_line(lens("analyze", path, "--model", "huge"))


def test_an_unknown_session(lens: Lens) -> None:
    assert "none" in one_line(lens("show", "none"))


def test_a_wrong_passphrase(lens: Lens) -> None:
    assert lens("sessions").returncode == 0
    assert "passphrase" in one_line(lens("sessions", LENS_PASSPHRASE="something else"))


def test_a_transcript_that_is_no_transcript(lens: Lens, library: Path, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text('{"hello": 1}')
    assert "has no words" in one_line(lens("analyze", path))
    assert nothing_kept(lens, library)


@pytest.mark.slow
def test_ten_minutes_of_silence(lens: Lens, library: Path, tmp_path: Path) -> None:
    path = sounds.wav(tmp_path / "silence.wav", np.zeros(600 * 16_000, np.float32))
    assert "nobody was heard to speak" in one_line(lens("analyze", path, "--names", "Maya,Jonas"))
    assert nothing_kept(lens, library)


@pytest.mark.slow
def test_one_second_of_sound(lens: Lens, library: Path, tmp_path: Path) -> None:
    path = sounds.wav(tmp_path / "beep.wav", sounds.tone(1))
    assert "nobody was heard to speak in beep.wav (1 s)" in one_line(lens("analyze", path))
    assert nothing_kept(lens, library)


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (96_000, 6)])
def test_odd_formats_get_a_true_answer(lens: Lens, tmp_path: Path, rate: int, channels: int) -> None:
    """A quarter of a minute of the example, as 8 kHz mono and as 96 kHz with six channels."""
    import soundfile
    import soxr

    from tests.conftest import EXAMPLE

    speech, own = soundfile.read(EXAMPLE, frames=15 * 16_000, dtype="float32")
    samples = np.repeat(soxr.resample(speech, own, rate)[:, None], channels, axis=1)
    path = sounds.wav(tmp_path / "talk.wav", samples, rate)
    done = lens("--json", "--quiet", "analyze", path, "--names", "Maya,Jonas", "--language", "en")
    assert done.returncode == 0, done.stderr
    session = json.loads(done.stdout)
    assert session["audio"]["channels"] == channels
    assert len(session["words"]) > 20
    assert {word["speaker"] for word in session["words"]} == {"S1", "S2"}


@pytest.mark.slow
def test_one_speaker_only(lens: Lens, tmp_path: Path, truth: dict) -> None:
    """One voice is one voice."""
    import soundfile

    from tests.conftest import EXAMPLE

    sound, rate = soundfile.read(EXAMPLE, dtype="float32")
    alone = [t for t in truth["turns"] if t["speaker"] == "Maya" and not t["raised"]]
    pieces = [sound[int(t["start"] * rate) : int(t["end"] * rate)] for t in alone]
    path = sounds.wav(tmp_path / "alone.wav", np.concatenate(pieces)[: 30 * rate], rate)
    session = json.loads(lens("--json", "--quiet", "analyze", path).stdout)
    assert {turn["speaker"] for turn in session["turns"]} == {"S1"}
    assert "One voice was heard" in lens("show", session["id"]).stdout


def test_a_header_that_promises_more_than_the_file_holds(lens: Lens, tmp_path: Path) -> None:
    """A WAV that a dying recorder left behind: header of an hour, no samples."""
    path = tmp_path / "dead.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.setnframes(3600 * 16_000)
    one_line(lens("analyze", path))


def test_opening_a_session_that_is_not_there(lens: Lens) -> None:
    assert "there is no session 'nowhere'" in one_line(lens("open", "nowhere", "--no-browser"))


def test_opening_at_a_port_that_is_taken(lens: Lens) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} cannot be used" in one_line(lens("open", "--no-browser", "--port", str(port)))


def test_sound_where_there_is_none(lens: Lens, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text(json.dumps({"id": "typed", "words": [{"text": "Hello", "start": 0, "end": 1, "speaker": "Ann"}]}))
    assert lens("analyze", path).returncode == 0
    assert "--sound is for a page" in one_line(lens("export", "typed", "--to", tmp_path / "a.md", "--sound"))
    assert "has no sound" in one_line(lens("export", "typed", "--to", tmp_path / "a.html", "--sound"))
    assert not (tmp_path / "a.html").exists()


@pytest.mark.slow
def test_the_sound_beside_a_page_overwrites_no_recording(lens: Lens, tmp_path: Path, kitchen_files: Path) -> None:
    import shutil

    from tests.conftest import EXAMPLE

    shutil.copytree(kitchen_files / "library", tmp_path / "library")
    (tmp_path / "talk.flac").write_bytes(EXAMPLE.read_bytes()[:-1])
    (row,) = json.loads(lens("--json", "sessions").stdout)
    assert "is there already" in one_line(lens("export", row["id"], "--to", tmp_path / "talk.html", "--sound"))
    assert (tmp_path / "talk.flac").read_bytes() == EXAMPLE.read_bytes()[:-1]
    assert not (tmp_path / "talk.html").exists()
