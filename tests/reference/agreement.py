"""How two results are compared."""

from __future__ import annotations

import numpy as np


def correlations(ours, theirs):
    """Return |r| of each pair of columns: signs of components are arbitrary."""
    return np.array([abs(np.corrcoef(a, b)[0, 1]) for a, b in zip(ours.T, theirs.T, strict=True)])


def pairs(anchors):
    """Return the anchors as a set of (reference cell, query cell)."""
    return set(zip(anchors.reference_cell.tolist(), anchors.query_cell.tolist(), strict=True))


def jaccard(one, other):
    """Return the shared part of two sets."""
    return len(one & other) / len(one | other)
