"""`lens devices` and `lens doctor`: the microphones, and whether a recording would work.

What a microphone is called comes from outside, so it goes through `tell`'s guard before it meets a terminal.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import Settings, tell
from recorder.errors import DeviceError, KeysError

if TYPE_CHECKING:
    from recorder.checkup import Finding

__all__ = ["devices", "doctor"]

HOUR = 180_000_000
"""Bytes of an hour of recording, one channel; two channels take up to twice that."""
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
@click.pass_obj
def doctor(settings: Settings, names: tuple[str, ...]) -> None:
    """Check whether a recording would work: microphone, disk, lock, models.

    Listens for three seconds and keeps nothing. Exit code 0 if a recording would work, else 2.
    """

    found = [*_sound(settings, names), _disk(settings.folder), _lock(settings.folder), *_models()]
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


def _sound(settings: Settings, names: tuple[str, ...]) -> list[Finding]:
    """PortAudio, the microphone that would be used, what it hears, and what will hurt."""
    from recorder.checkup import Finding, findings, listen
    from recorder.devices import choose, portaudio_version

    try:
        found = [Finding(True, portaudio_version())]
    except DeviceError as error:
        return [Finding(False, str(error), stops=True)]
    try:
        microphone, channels = choose(names, None)
    except DeviceError as error:
        return [*found, Finding(False, str(error), stops=True)]
    found.append(Finding(True, f"microphone: {microphone.name} ({_channels(microphone.channels)})"))
    if not settings.quiet:
        click.echo(f"listening for {LISTENING:.0f} seconds: say a few words now", err=True)
    found += findings(listen(microphone, channels, LISTENING))
    return found + [Finding(False, sentence) for sentence in microphone.hurts]


def _channels(channels: int) -> str:
    return "1 channel" if channels == 1 else f"{channels} channels"


def _disk(folder: Path) -> Finding:
    from recorder.checkup import Finding

    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    hours = shutil.disk_usage(there).free / HOUR
    if hours < ENOUGH_HOURS:
        text = f"disk: room for {hours:.1f} hours of recording in {there}: make room, {ENOUGH_HOURS:.0f} hours are good"
        return Finding(False, text, stops=hours < 0.1)
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
