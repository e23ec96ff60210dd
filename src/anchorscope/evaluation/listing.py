"""Which of very many cells stand first in a list, without sorting them all."""

from __future__ import annotations

import numpy as np

from anchorscope.blocks import stretches
from anchorscope.results import Floats, Ints

_BLOCK_CELLS = 16_384
"""Cells whose scores are copied at a time."""


def first_places(keys: Ints | Floats, count: int, *, descending: bool = False) -> Ints:
    """Return where the first of some keys are, as if all had been sorted.

    Parameters
    ----------
    keys
        (n,) numbers, none of them NaN.
    count
        How many are wanted; all where there are fewer.
    descending
        Whether the largest come first.

    Returns
    -------
    Ints
        (min(count, n),) places, in order; of equal keys those that stand first.

    Notes
    -----
    By partition: time grows with n, not with n log n.
    """
    count = min(count, len(keys))
    if count < 1:
        return np.zeros(0, dtype=np.int64)
    wanted = -keys if descending else keys
    limit = np.partition(wanted, count - 1)[count - 1]
    below, equal = np.flatnonzero(wanted < limit), np.flatnonzero(wanted == limit)
    places = np.sort(np.concatenate([below, equal[: count - len(below)]]))
    return np.asarray(places[np.argsort(wanted[places], kind="stable")], dtype=np.int64)


def best_two(scores: Floats, rows: Ints) -> tuple[Ints, Ints, Floats]:
    """Return the types with the largest and with the second largest score of some cells.

    Parameters
    ----------
    scores
        (n_cells, n_types) scores, 0 or more.
    rows
        (m,) the cells asked for.

    Returns
    -------
    tuple
        (m,) the best type, (m,) the second best and (m,) the score of this; of equal ones the first. Where there is
        only one type it is both, and the score is 0.
    """
    first, second, score = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64), np.zeros(len(rows))
    if scores.shape[1] < 2:
        return first, second, score
    for part in stretches(len(rows), _BLOCK_CELLS):
        block = scores[rows[part]]
        here = np.arange(len(block))
        first[part] = block.argmax(axis=1)
        block[here, first[part]] = -1.0
        second[part] = block.argmax(axis=1)
        score[part] = block[here, second[part]]
    return first, second, score
