"""What this machine has and what this process has used of it."""

from __future__ import annotations

import sys


def peak_memory_mib() -> float:
    """Return the largest memory this process has held, in MiB."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset / 2**20)
    else:  # noqa: RET505 - mypy reads one branch on each system
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # macOS counts bytes, the others kibibytes.
        return float(peak / 2**20 if sys.platform == "darwin" else peak / 2**10)


def available_memory_mib() -> float:
    """Return the memory that programs can still get without swapping, in MiB."""
    import psutil

    return float(psutil.virtual_memory().available / 2**20)
