"""`lens devices` and `lens doctor`: the microphones, and whether a recording would work.

What a microphone is called comes from outside, so it goes through `tell`'s guard before it meets a terminal.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import click

from cli.shared import Settings, tell
from recorder.errors import DeviceError, KeysError

if TYPE_CHECKING:
    from recorder.checkup import Finding

__all__ = ["devices", "doctor"]

ENOUGH_HOURS = 3.0
LISTENING = 3.0


@click.command()
@click.pass_obj
def devices(settings: Settings) -> None:
    """List the microphones; the one that is used by default is marked with a star.

    \b
    Example:
      lens record --device "part of a name"
    """
    from recorder.devices import choose, microphones

    if settings.json:
        import msgspec

        click.echo(msgspec.json.encode(microphones()))
        return
    there = microphones()
    if not there:
        choose((), None)  # says why there is none
    for one in there:
        tell(f"{'*' if one.is_default else ' '} {one.name}  ({_channels(one.channels)})")
        for sentence in one.hurts:
            tell(f"    !! {sentence}")


@click.command()
@click.option("--device", "names", multiple=True, metavar="NAME", help="A microphone, or a part of its name.")
@click.option("--channels", type=click.IntRange(1, 2), help="As for `lens record`.")
@click.pass_obj
def doctor(settings: Settings, names: tuple[str, ...], channels: int | None) -> None:
    """Check whether a recording would work: microphone, disk, lock, models.

    Listens for three seconds and keeps nothing. Exit code 0 if a recording would work, else 2.
    """
    found, recorded = _sound(settings, names, channels)
    found += [_disk(settings.folder, recorded), _lock(settings.folder), *_models()]
    works = not any(finding.stops for finding in found)
    if settings.json:
        import msgspec

        checks = [{"ok": finding.ok, "text": finding.text} for finding in found]
        click.echo(msgspec.json.encode({"works": works, "checks": checks}))
    else:
        for finding in found:
            tell(f"{'ok' if finding.ok else '!!'}  {finding.text}")
    if not works:
        click.get_current_context().exit(2)


def _sound(settings: Settings, names: tuple[str, ...], wanted: int | None) -> tuple[list[Finding], int]:
    """PortAudio, the microphone that would be used, what it hears, and what will hurt; how many channels there are."""
    from recorder.checkup import Finding, findings, listen
    from recorder.devices import choose, portaudio_version

    found: list[Finding] = []
    try:
        found.append(Finding(True, portaudio_version()))
        microphone, channels = choose(names, wanted)
    except DeviceError as error:
        return [*found, Finding(False, str(error), stops=True)], wanted or 1
    found.append(Finding(True, f"microphone: {microphone.name} ({_channels(microphone.channels)})"))
    if not settings.quiet:
        click.echo(f"listening for {LISTENING:.0f} seconds: say a few words now", err=True)
    found += findings(listen(microphone, channels, LISTENING))
    return found + [Finding(False, sentence) for sentence in microphone.hurts], channels


def _channels(channels: int) -> str:
    return "1 channel" if channels == 1 else f"{channels} channels"


def _disk(folder: Path, channels: int) -> Finding:
    """Whether the disk can be written, and how much it takes; measured as `lens record` does."""
    from recorder.checkup import Finding
    from recorder.process import LEAST_H
    from recorder.recording import hours_left

    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    try:
        hours = hours_left(there, channels)
        with TemporaryFile(dir=there) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as error:
        text = f"disk: {there} cannot be written ({error.strerror}): choose another --library"
        return Finding(False, text, stops=True)
    if hours < ENOUGH_HOURS:
        least = " (half an hour is needed)" if hours < LEAST_H else ""
        advice = f"make room{least}, {ENOUGH_HOURS:.0f} hours are good"
        text = f"disk: room for {hours:.1f} hours of recording in {there}: {advice}"
        return Finding(False, text, stops=hours < LEAST_H)
    return Finding(True, f"disk: room for {hours:.0f} hours of recording in {there}")


def _lock(folder: Path) -> Finding:
    from recorder.checkup import Finding
    from recorder.keys import describe

    if not folder.exists():
        return Finding(True, f"library: none yet; the first recording makes {folder}")
    try:
        kinds = describe(folder)
    except KeysError as error:
        return Finding(False, f"library: {error}", stops=True)
    if "keyfile" in kinds:
        return Finding(False, f"library: locked by {', '.join(kinds)}; `lens keys passphrase` sets a passphrase")
    return Finding(True, f"library: locked by {', '.join(kinds)}")


def _models() -> list[Finding]:
    """Whether each task of an analysis has a model; a recording needs none."""
    from analysis.weights import CATALOG, status
    from recorder.checkup import Finding

    stands = {weights: status(weights) for weights in CATALOG}
    found = [
        Finding(False, f"model {weights.name} is damaged: `lens models verify` says which file")
        for weights, state in stands.items()
        if state == "damaged"
    ]
    good = [weights for weights, state in stands.items() if state in ("ready", "bundled")]
    for task in ("transcription", "segmentation", "embedding"):
        names = ", ".join(weights.name for weights in good if weights.task == task)
        text = f"{task}: {names}" if names else f"{task}: no model; install conversation-lens again"
        found.append(Finding(bool(names), text))
    return found
