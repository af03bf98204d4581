"""Importing pyannote.audio so that it reports nothing, asks no hub, and works beside a CPU torch.

Three traps, each met before the import:

- pyannote.audio 4 reports usage to its makers unless `PYANNOTE_METRICS_ENABLED` is "0" *when it is imported*;
- the hub's client looks for newer files unless it is told to be offline;
- torchaudio's Linux wheel links CUDA, so that its native extension cannot be loaded beside a CPU build of
  torch. pyannote needs only torchaudio's Python parts, which work when the extension counts as absent.
"""

from __future__ import annotations

import os
import sys
import warnings
from types import ModuleType

__all__ = ["hubs_offline", "import_pyannote"]


def hubs_offline() -> None:
    """No telemetry and no hub for this process and its children. To be called before the imports."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def import_pyannote() -> ModuleType:
    """`pyannote.audio.pipelines`, imported quietly."""
    hubs_offline()
    # Its warnings (no torchcodec, TF32, versions) speak to developers; we hand it decoded sound.
    warnings.filterwarnings("ignore")
    _import_torchaudio()
    import pyannote.audio.pipelines

    return pyannote.audio.pipelines


def _import_torchaudio() -> None:
    try:
        import torchaudio
    except (ImportError, OSError):
        for name in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
            del sys.modules[name]
        absent = ModuleType("torchaudio._extension")
        absent._IS_TORCHAUDIO_EXT_AVAILABLE = False  # type: ignore[attr-defined]
        absent.fail_if_no_align = lambda function: function  # type: ignore[attr-defined]
        absent._load_lib = lambda name: False  # type: ignore[attr-defined]
        sys.modules[absent.__name__] = absent
        import torchaudio  # noqa: F401
