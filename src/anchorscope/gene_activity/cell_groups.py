"""Groups of similar cells, whose summed accessibility is dense enough to correlate."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.neighbors import nearest
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints

MOST_TRIES = 5000
"""Cells that are tried as the centre of a group."""

MOST_SHARED = 0.9
"""Share of its cells that a group must not have in common with another."""

_FEWEST = 3


def cell_groups(space: Floats, size: int, seed: int, progress: Progress = SILENT) -> sparse.csr_matrix:
    """Draw groups of neighbouring cells that overlap only so far.

    Parameters
    ----------
    space
        (n2, d) coordinates of the cells.
    size
        Cells in a group: one and its nearest neighbours.
    seed
        Decides in which order cells are tried as centres.
    progress
        Hears the fraction done.

    Returns
    -------
    csr_matrix
        (n_groups, n2) float64, 1 where a cell belongs to a group.

    Raises
    ------
    InputError
        If the cells are too few for three groups.

    Notes
    -----
    ``make_cicero_cds`` of Cicero (Pliner et al. 2018, doi 10.1016/j.molcel.2018.06.044): centres come in random order,
    and a group is kept unless it shares 90 % of its cells or more with one that was kept before.
    """
    near = nearest(space, space, size, Part(progress, 0.0, 0.9))[0]
    order = np.random.default_rng(seed).permutation(len(space))[: MOST_TRIES + 1]
    chosen = _apart(near, order, Part(progress, 0.9, 1.0))
    if len(chosen) < _FEWEST:
        raise InputError(f"Cells form too few groups of {size}", f"{len(space):,} cells in {len(chosen)} groups",
                         "lower the cells in a group, or load a query with more cells")
    members = near[chosen].ravel()
    rows = np.repeat(np.arange(len(chosen)), size)
    return sparse.csr_matrix((np.ones(len(members)), (rows, members)), shape=(len(chosen), len(space)))


def _apart(near: Ints, order: Ints, progress: Progress) -> Ints:
    """Centres, among those tried in `order`, of groups that share few cells."""
    size = near.shape[1]
    groups_of: list[list[int]] = [[] for _ in range(len(near))]
    chosen: list[int] = []
    for done, centre in enumerate(order):
        met = [group for cell in near[centre] for group in groups_of[cell]]
        if not met or int(np.bincount(met).max()) < MOST_SHARED * size:
            for cell in near[centre]:
                groups_of[cell].append(len(chosen))
            chosen.append(int(centre))
        progress.update((done + 1) / len(order))
    return np.array(chosen, dtype=np.int64)
