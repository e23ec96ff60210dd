"""What this machine has and what this process has used of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def peak_memory_mib() -> float:
    """Return the largest memory this process has held, in MiB."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset / 2**20)
    else:  # noqa: RET505 - mypy reads one branch on each system
        import resource

        status = Path("/proc/self/status")
        if status.exists():
            # What `getrusage` tells on Linux includes the program that started this one.
            found = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
            return float(found.split()[1]) / 2**10
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # macOS counts bytes, the others kibibytes.
        return float(peak / 2**20 if sys.platform == "darwin" else peak / 2**10)


def free_memory_mib() -> float:
    """Return the memory that programs could still take without swapping, in MiB."""
    import psutil

    return float(psutil.virtual_memory().available / 2**20)


def version_of(package: str) -> str:
    """Return the version of an installed package; ``unknown`` where none is recorded."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep matrix products on one thread: many small ones wait for each other longer than they work.

    Where another program needs the processor, threads that wait for one another cost ten times the work itself.
    """
    from threadpoolctl import get_cached_controller

    # Cached: to look anew for the libraries that this process has loaded takes as long as a small product.
    with get_cached_controller().limit(limits=1, user_api="blas"):
        yield
