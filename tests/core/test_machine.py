"""Memory of the process and of the machine, held against what is known to be true of any."""

from __future__ import annotations

import numpy as np
import psutil

from anchorscope.machine import peak_memory_mib


def test_the_peak_is_at_least_what_is_held_now() -> None:
    held = np.ones((64, 2**17))
    assert peak_memory_mib() >= held.nbytes / 2**20 >= 64
    assert peak_memory_mib() >= 0.9 * psutil.Process().memory_info().rss / 2**20
