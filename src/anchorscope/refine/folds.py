"""Parts of the query's cells, each of which is looked at by what the others have taught."""

from __future__ import annotations

import numpy as np

from anchorscope.results import Ints

FOLDS = 5
"""Parts of the query."""


def folds(n_cells: int, seed: int) -> Ints:
    """Return the fold of each cell, (n_cells,) 0 to ``FOLDS - 1``: by chance, and as many in each as can be."""
    return np.random.default_rng(seed).permutation(np.arange(n_cells) % FOLDS)
