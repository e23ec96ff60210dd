"""One epoch of UMAP's layout, compiled on first use; imported only by the function that needs it."""

from __future__ import annotations

from numba import njit

from anchorscope.results import Floats, Ints

APART = 5
"""Random cells that push for each neighbour that pulls."""

LIMIT = 4.0
"""Largest step along an axis, before the learning rate."""


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def epoch_of_layout(places: Floats, head: Ints, tail: Ints, every: Floats, due: Floats, due_apart: Floats, state: Ints,
                    a: float, b: float, epoch: int, rate: float) -> None:
    """Let neighbours pull and random cells push once; all arrays but the edges are changed in place.

    Parameters
    ----------
    places
        (n_cells, 2) the layout.
    head, tail
        (n_edges,) the cells that each edge joins, both directions listed.
    every
        (n_edges,) an edge pulls each so many epochs, the strongest in each.
    due, due_apart
        (n_edges,) the epoch in which it next pulls; the same for pushes.
    state
        (1,) of the random numbers.
    a, b
        Shape of the curve from distance to closeness.
    epoch
        Number of this epoch.
    rate
        Learning rate, from 1 down to 0.

    Notes
    -----
    McInnes et al. 2018 (arXiv 1802.03426), algorithm 5. The random numbers are a linear congruential generator's upper
    bits (Knuth's MMIX constants).
    """
    n_cells = len(places)
    for edge in range(len(head)):
        if due[edge] > epoch:
            continue
        one, other = head[edge], tail[edge]
        across, up = places[one, 0] - places[other, 0], places[one, 1] - places[other, 1]
        squared = across * across + up * up
        if squared > 0.0:
            pull = -2.0 * a * b * squared ** (b - 1.0) / (a * squared**b + 1.0)
            right = min(max(pull * across, -LIMIT), LIMIT) * rate
            above = min(max(pull * up, -LIMIT), LIMIT) * rate
            places[one, 0] += right
            places[one, 1] += above
            places[other, 0] -= right
            places[other, 1] -= above
        due[edge] += every[edge]
        pushes = int((epoch - due_apart[edge]) / (every[edge] / APART))
        for _ in range(pushes):
            state[0] = state[0] * 6364136223846793005 + 1442695040888963407
            stranger = ((state[0] >> 33) & 0x3FFFFFFF) % n_cells
            across, up = places[one, 0] - places[stranger, 0], places[one, 1] - places[stranger, 1]
            squared = across * across + up * up
            if stranger == one or squared <= 0.0:
                continue
            push = 2.0 * b / ((0.001 + squared) * (a * squared**b + 1.0))
            places[one, 0] += min(max(push * across, -LIMIT), LIMIT) * rate
            places[one, 1] += min(max(push * up, -LIMIT), LIMIT) * rate
        due_apart[edge] += pushes * every[edge] / APART
