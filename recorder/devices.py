"""Which microphones there are, how many channels each really has, what is wrong with them, and opening one.

Two ways lead to a microphone. Where a PulseAudio or PipeWire answers, its sources are the microphones: they have the
names that people know from their settings, and their true number of channels (PortAudio sees one device there,
"pulse", with 32). One of them is chosen by the environment variable `PULSE_SOURCE`, so choosing is a matter of the
whole process: the recorder is a process of its own. Elsewhere PortAudio's own inputs are the microphones.

Conventions
-----------
- Everything that is asked of a sound server may hang for ever when that server hangs, PortAudio's start included.
  `in_time` asks in a thread and gives up; only `open_stream` and `refresh` ask in the caller's own thread.
- PortAudio, ALSA and libpulse write to file descriptor 2 as they please; `quiet_stderr` keeps that from the screen.
- Levels of a sound server are fractions: 1.0 is 100 %, the loudest that is not amplified digitally.
"""

from __future__ import annotations

import atexit
import difflib
import os
import queue
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from recorder.errors import DeviceError
from recorder.frames import RATE
from recorder.server import Listed, sources

__all__ = [
    "Microphone", "choose", "in_time", "microphones", "open_stream", "portaudio_version", "prepare", "quiet_stderr",
    "refresh",
]  # fmt: skip

Answer = TypeVar("Answer")

PATIENCE = 3.0
"""Seconds that a sound server may take for an answer; a busy one takes milliseconds."""

LATENCY = 0.1
"""Seconds that PortAudio may hold sound back: blocks of 25 ms through PulseAudio, and room for a busy computer."""

NO_PORTAUDIO = (
    "PortAudio is missing, without which nothing can be recorded: install it by `sudo apt install libportaudio2` "
    "(Debian, Ubuntu), `sudo dnf install portaudio` (Fedora) or `sudo pacman -S portaudio` (Arch)"
)
STUCK = (
    "the sound server does not answer: end the programs that use the microphone, or restart it by "
    "`systemctl --user restart pipewire-pulse` (PipeWire) or `pulseaudio -k` (PulseAudio)"
)
DENIED = (
    "the sound server of this computer refuses your user: run this as the user who is logged in, without sudo, "
    "and not from a container"
)
NO_PLUGIN = (
    "the sound server has microphones, but ALSA has no way to them: install `libasound2-plugins` (Debian, Ubuntu), "
    "`alsa-plugins-pulseaudio` (Fedora) or `pulseaudio-alsa` (Arch)"
)
NONE = "no microphone was found: is it plugged in and switched on?"
NONE_LINUX = NONE + " Without a sound server your user must be in the group audio (`sudo usermod -aG audio $USER`)"


@dataclass(frozen=True)
class Microphone:
    """One microphone, or one interface with several."""

    name: str
    """What a person sees and types."""
    id: str
    """Pulse: the source's name; else PortAudio's name."""
    backend: Literal["pulse", "portaudio"]
    channels: int
    is_default: bool
    hurts: tuple[str, ...] = ()
    """What will hurt the measures, one plain sentence each."""


def microphones() -> tuple[Microphone, ...]:
    """The microphones of this computer, the default one first.

    Raises
    ------
    DeviceError
        If PortAudio is missing, or the sound server cannot be reached, refuses this user, or hangs for `PATIENCE`.
    """
    with quiet_stderr():
        found = in_time(_ask, PATIENCE)
    twice = {name for name, times in Counter(one.name for one in found).items() if times > 1}
    named = [replace(one, name=f"{one.name} ({one.id})") if one.name in twice else one for one in found]
    return tuple(sorted(named, key=lambda one: not one.is_default))


def choose(names: Sequence[str], channels: int | None) -> tuple[Microphone, int]:
    """The microphone to record from, and with how many channels.

    Parameters
    ----------
    names
        What the person asked for: nothing for the default one, else one name, id or part of a name.
    channels
        How many were asked for, one per person; None where nothing was said: one for both.

    Raises
    ------
    DeviceError
        If there is no microphone, none or several of that name, or not one with so many channels.
    """
    if len(names) > 1:
        raise DeviceError(
            f"{len(names)} microphones were named, but two devices have two clocks, which drift apart: "
            "use one, or one interface with two channels"
        )
    there = microphones()
    if not there:
        raise DeviceError(NONE_LINUX if sys.platform == "linux" else NONE)
    chosen = _named(names[0], there) if names else there[0]
    wanted = channels or 1
    if wanted > chosen.channels:
        raise DeviceError(
            f"{chosen.name} has {chosen.channels} channel{'s' * (chosen.channels > 1)}, and {wanted} were asked for: "
            "a copy of one channel tells no voices apart; leave out --channels, or use an interface with two inputs"
        )
    return chosen, wanted


def portaudio_version() -> str:
    """PortAudio's word on itself, such as "PortAudio V19.6.0-devel"; errors as `microphones`."""
    with quiet_stderr():
        text: str = in_time(lambda: _sounddevice().get_portaudio_version()[1], PATIENCE)
    return text.split(",")[0]


def prepare(microphone: Microphone | None) -> None:
    """Set this process's environment so that the next opening takes this microphone; None for the system's default."""
    if microphone is not None and microphone.backend == "pulse":
        os.environ["PULSE_SOURCE"] = microphone.id
    else:
        os.environ.pop("PULSE_SOURCE", None)


def open_stream(
    microphone: Microphone | None, channels: int, callback: Callable[..., None], finished: Callable[[], None]
) -> Any:
    """A started `sounddevice.RawInputStream` at 48 kHz, int16; call `prepare` first. May hang with the sound server.

    Parameters
    ----------
    microphone
        None for whatever is the default one now.
    callback, finished
        Called by PortAudio's thread: the one with (data, frames, time, status), the other when the stream ends, for
        whatever reason; a server that hangs ends nothing.

    Raises
    ------
    DeviceError
        If it cannot be opened: gone, busy, not permitted, no 48 kHz.
    """
    sounddevice = _sounddevice()
    stream = None
    try:
        stream = sounddevice.RawInputStream(
            device=_index(sounddevice, microphone), samplerate=RATE, channels=channels, dtype="int16", blocksize=0,
            latency=LATENCY, callback=callback, finished_callback=finished,
        )  # fmt: skip
        stream.start()
    except (sounddevice.PortAudioError, ValueError) as error:
        if stream is not None:
            stream.close()
        name = microphone.name if microphone else "the default microphone"
        raise DeviceError(_cannot_open(name, str(error))) from None
    return stream


def refresh() -> None:
    """Forget what PortAudio knew of the devices and look again; every stream is closed by it. May hang, as above."""
    sounddevice = _sounddevice()
    try:
        while sounddevice._initialized:  # an earlier start may have failed, and an end without a start raises
            sounddevice._terminate()
        sounddevice._initialize()
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"PortAudio does not start: {error}") from None


def in_time(work: Callable[[], Answer], seconds: float) -> Answer:
    """What `work` returns or raises, done in a thread; given up, and left to itself, after so many seconds.

    Raises
    ------
    DeviceError
        If it took longer: the sound server hangs.
    """
    answers: queue.SimpleQueue[tuple[Answer | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((work(), None))
        except BaseException as error:
            answers.put((None, error))

    threading.Thread(target=run, name="in_time", daemon=True).start()
    try:
        answer, error = answers.get(timeout=seconds)
    except queue.Empty:
        _leave_at_once()
        raise DeviceError(STUCK) from None
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]  # None only where work returns None


class _Quiet:
    lock = threading.Lock()
    depth = 0
    saved = -1


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Send file descriptor 2 to nowhere, for the whole process; nests, also across threads.

    Never enter it in a thread that may hang: enter it where the thread is waited for.
    """
    with _Quiet.lock:
        if _Quiet.depth == 0:
            sys.stderr.flush()
            _Quiet.saved = os.dup(2)
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
        _Quiet.depth += 1
    try:
        yield
    finally:
        with _Quiet.lock:
            _Quiet.depth -= 1
            if _Quiet.depth == 0:
                sys.stderr.flush()
                os.dup2(_Quiet.saved, 2)
                os.close(_Quiet.saved)


def _leave_at_once() -> None:
    """Sounddevice ends its streams when the program ends, which hangs with the server: leave that to the system."""
    sounddevice = sys.modules.get("sounddevice")
    handler = getattr(sounddevice, "_exit_handler", None)
    if handler is not None:
        atexit.unregister(handler)


def _sounddevice() -> Any:
    try:
        import sounddevice
    except OSError:
        raise DeviceError(NO_PORTAUDIO) from None
    except Exception as error:  # PortAudio starts when it is imported, and its own error class is not there yet
        raise DeviceError(f"PortAudio does not start: {error}") from None
    return sounddevice


def _ask() -> list[Microphone]:
    sounddevice = _sounddevice()
    inputs = _inputs(sounddevice)
    through_pulse = any(one["name"] == "pulse" for one in inputs)
    portaudio = [_from_portaudio(one, sounddevice.default.device[0]) for one in inputs]
    if inputs and not through_pulse:
        return portaudio
    try:
        listed = sources()
    except PermissionError:
        raise DeviceError(DENIED) from None
    except ConnectionError:
        return portaudio
    if listed and not through_pulse:
        raise DeviceError(NO_PLUGIN)
    return [_from_pulse(one) for one in listed]


def _inputs(sounddevice: Any) -> list[dict[str, Any]]:
    """PortAudio's inputs; on Windows, which has each four times, those of the default system only."""
    system, there = sounddevice.default.hostapi, sounddevice.query_devices()
    return [one for one in there if one["max_input_channels"] > 0 and one["hostapi"] == system]


def _from_portaudio(one: dict[str, Any], default: int) -> Microphone:
    name, channels = one["name"], one["max_input_channels"]
    hurts = _hurts(name, int(one["default_samplerate"]))
    return Microphone(name, name, "portaudio", channels, one["index"] == default, hurts)


def _from_pulse(one: Listed) -> Microphone:
    hurts = _hurts(
        f"{one.name} {one.description} {one.driver}",
        one.rate,
        bluetooth=one.facts.get("device.bus") == "bluetooth" or one.name.startswith("bluez"),
        virtual=one.facts.get("node.virtual") == "true"
        or one.facts.get("device.master_device", "").endswith(".monitor"),
        volume=one.volume,
        muted=one.muted,
    )
    return Microphone(one.description, one.name, "pulse", one.channels, one.is_default, hurts)


BLUETOOTH = ("bluetooth", "hands-free", "airpods")
FILTERS = (
    "echo-cancel", "echo cancel", "rnnoise", "noisetorch", "deepfilter", "noise suppress", "noise cancel", "krisp",
    "nvidia broadcast", "easyeffects", "easy effects",
)  # fmt: skip
VIRTUAL = (
    "module-null-source", "module-virtual-source", "module-pipe-source", "vb-audio", "blackhole", "soundflower",
    "stereo mix", "loopback",
)  # fmt: skip


def _hurts(
    words: str, rate: int, bluetooth: bool = False, virtual: bool = False, volume: float = 1.0, muted: bool = False
) -> tuple[str, ...]:
    """What will hurt the measures, in sentences; `words` are all the names that a microphone has."""

    def named(any_of: Sequence[str]) -> bool:
        return any(one in words.lower() for one in any_of)

    found = []
    if muted:
        found.append("it is muted: unmute it in the settings of your system")
    if bluetooth or named(BLUETOOTH):
        found.append(
            "Bluetooth: sound as on the telephone, 0.6 seconds of silence first, and it changes the level by itself; "
            "prefer a wired microphone, or the built-in one"
        )
    elif rate < 32_000:
        found.append(f"it gives {rate} samples a second: nothing above {rate / 2000:g} kHz is heard")
    if named(FILTERS):
        found.append("its filter against echo or noise changes the level and cuts quiet words: use the one behind it")
    elif virtual or named(VIRTUAL):
        found.append("it is no real microphone: it hears what programs play, and may not hear the room")
    if volume > 1.005:
        found.append(
            f"its volume is {round(100 * volume)} %, and all above 100 % is amplified digitally: set it to 100 %"
        )
    return tuple(found)


def _named(name: str, there: Sequence[Microphone]) -> Microphone:
    asked = name.strip().casefold()
    for one in there:
        if asked in (one.name.casefold(), one.id.casefold()):
            return one
    fits = [one for one in there if asked in one.name.casefold()]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise DeviceError(f'--device "{name}" fits {len(fits)} microphones: {_listed(fits)}; give more of the name')
    by_name = {one.name.casefold(): one for one in there}
    nearest = [by_name[near] for near in difflib.get_close_matches(asked, by_name, cutoff=0.4)] or there
    raise DeviceError(f'there is no microphone "{name}"; there is {_listed(nearest)} (all: `lens devices`)')


def _listed(some: Sequence[Microphone]) -> str:
    return ", ".join(f'"{one.name}"' for one in some)


def _index(sounddevice: Any, microphone: Microphone | None) -> int | None:
    """PortAudio's number for a microphone; None for its default."""
    wanted = microphone.id if microphone and microphone.backend == "portaudio" else "pulse"
    for one in _inputs(sounddevice):
        if one["name"] == wanted:
            return int(one["index"])
    if microphone is None and sounddevice.default.device[0] >= 0:
        return None
    raise ValueError("gone")


def _cannot_open(name: str, error: str) -> str:
    """One line for what PortAudio says."""
    words = error.lower()
    if "gone" in words or "no such" in words or "invalid device" in words:
        return f"{name} is gone: plug it in again, or choose another from `lens devices`"
    if "input/output error" in words:  # all that ALSA says of a Pulse that does not open a source
        return f"{name} cannot be opened: it is gone, or its sound server is; see `lens devices`"
    if "permission" in words or "access" in words:
        return f"{name} cannot be opened, your system does not permit it: allow the microphone in its privacy settings"
    if "busy" in words or "unavailable" in words:
        return f"{name} cannot be opened: another program uses it; close calls and other recorders"
    if "sample rate" in words:
        return f"{name} has no 48000 samples a second, which a recording needs: choose another from `lens devices`"
    return f"{name} cannot be opened: {error}"
