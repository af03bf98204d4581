"""No core dumps: a process that crashes must not leave its memory, with keys and words, in a file."""

from __future__ import annotations

import sys
from contextlib import suppress

__all__ = ["forbid"]

PR_SET_DUMPABLE = 4


def forbid() -> None:
    """Forbid core dumps of this process; the limit holds for those that it starts, too.

    Linux may hand a dump to a collecting program whatever the limit says, so the process is made "not dumpable" as
    well. Where a system knows neither (Windows), nothing is done.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
