"""Memory of the process and of the machine, held against what is known to be true of any."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import psutil

from anchorscope.machine import peak_memory_mib


def test_the_peak_is_at_least_what_is_held_now() -> None:
    held = np.ones((64, 2**17))
    assert peak_memory_mib() >= held.nbytes / 2**20 >= 64
    assert peak_memory_mib() >= 0.9 * psutil.Process().memory_info().rss / 2**20


def test_what_the_program_before_held_does_not_count() -> None:
    held = np.ones((300, 2**17))
    paths = os.pathsep.join(path for path in sys.path if path)
    ask = "from anchorscope.machine import peak_memory_mib; print(peak_memory_mib())"
    done = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": paths})
    assert float(done.stdout) < held.nbytes / 2**20
