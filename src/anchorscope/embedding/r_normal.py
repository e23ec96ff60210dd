"""The normal random numbers that R draws after ``set.seed``."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from anchorscope.results import Floats

SCRAMBLES = 50
STEPS = 134_217_728
"""2**27: two uniform numbers make one of 54 bits."""


def r_normal(count: int, seed: int) -> Floats:
    """Return what ``set.seed(seed); rnorm(count)`` returns in R 3.6 and later, to rounding.

    Parameters
    ----------
    count
        How many numbers.
    seed
        Any whole number; only its lowest 32 bits count.

    Returns
    -------
    numpy.ndarray
        (count,) float64.

    Notes
    -----
    R's defaults: Mersenne Twister (Matsumoto and Nishimura 1998) seeded by a linear congruential generator, and
    inversion. Starting Lanczos where Seurat starts it makes the last shared axis Seurat's own.
    """
    uniform = _uniform(2 * count, seed)
    coarse, fine = np.floor(STEPS * uniform[0::2]), uniform[1::2]
    return np.asarray(ndtri((coarse + fine) / STEPS))


def _uniform(count: int, seed: int) -> Floats:
    twister = np.random.MT19937()
    twister.state = {"bit_generator": "MT19937", "state": {"key": _seeds(seed), "pos": 624}}
    values = twister.random_raw(count) * 2.3283064365386963e-10
    # R never returns 0 or 1, whose normal quantiles are infinite.
    return np.clip(values, 0.5 * 2.328306437080797e-10, 1.0 - 0.5 * 2.328306437080797e-10)


def _seeds(seed: int) -> np.ndarray:
    state, seeds = seed & 0xFFFFFFFF, []
    for step in range(SCRAMBLES + 625):
        state = (69069 * state + 1) & 0xFFFFFFFF
        if step > SCRAMBLES:  # the first after scrambling is the twister's position, which R overwrites
            seeds.append(state)
    return np.array(seeds, dtype=np.uint32)
