"""Turn log-normalised values back into the counts they came from, where that is exact.

Log-normalisation divides the counts of a cell by its total, multiplies by a constant and takes log(1 + x). So
within a cell exp(x) - 1 is every count times one factor, and ratios of values are ratios of counts: the counts are the
smallest whole numbers with these ratios. Whether they are right can be checked where the constant is a usual one,
because constant divided by factor must then be the whole number of counts that the cell had in total.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anchorscope.progress import Progress
from anchorscope.results import Floats, Ints

CONSTANTS = (1e3, 1e4, 1e5, 1e6)
"""Totals to which programs scale cells, smallest first, because what fits one fits its multiples."""

LARGEST_SMALLEST = 12
"""The smallest count of a cell is looked for up to here."""

# Float32 logarithms give ratios to about 4e-7; an order of magnitude above that, and far below what chance could meet.
_RELATIVE, _ABSOLUTE, _MOST = 5e-6, 1e-3, 0.25

_MOSTLY_ONE = 0.9
"""Share of cells whose smallest count must be one as it is, or the constant is not the right one."""

_VALUES = 1 << 20

_BASES = (1.0, float(np.log(2.0)))


@dataclass(frozen=True)
class Inverted:
    """Counts (n_cells, n_features) csr float32, and the total to which cells had been scaled, if it is a usual one."""

    counts: sparse.csr_matrix
    constant: float | None


def invert_log(values: sparse.csr_matrix, progress: Progress) -> Inverted | None:
    """Return the counts behind log-normalised values, or ``None`` if a single cell does not give whole numbers.

    Parameters
    ----------
    values
        (n_cells, n_features) float, not negative; log(1 + x) or log2(1 + x) of scaled counts.
    progress
        Hears the fraction of cells done.
    """
    for base in _BASES:
        linear = values.astype(np.float64)
        np.expm1(linear.data * base, out=linear.data)
        if linear.nnz and _whole(linear.data, linear.data).all():
            return Inverted(_rounded(linear), None)
        found = _by_cell(linear, progress)
        if found is not None:
            return found
    return None


def _by_cell(linear: sparse.csr_matrix, progress: Progress) -> Inverted | None:
    smallest, least = np.ones(linear.shape[0]), np.ones(linear.shape[0], dtype=np.int64)
    for rows, values, starts in _blocks(linear):
        progress.update(rows[-1] / linear.shape[0])
        smallest[rows] = np.minimum.reduceat(values, starts)
        sizes = np.diff(np.r_[starts, len(values)])
        values /= np.repeat(smallest[rows], sizes)
        least[rows] = _least_multiples(values, starts)
        if not least[rows].all():
            return None
        values *= np.repeat(least[rows], sizes)
    constant, multiples = _constant(linear, smallest / least)
    linear.data *= np.repeat(multiples, np.diff(linear.indptr))
    return Inverted(_rounded(linear), constant)


def _blocks(linear: sparse.csr_matrix) -> Iterator[tuple[Ints, Floats, Ints]]:
    """Yield rows that have values, their values as a view, and where each row begins in it."""
    filled = np.flatnonzero(np.diff(linear.indptr))
    block = linear.indptr[filled] // _VALUES
    for number in np.unique(block):
        rows = filled[block == number]
        first, last = linear.indptr[rows[0]], linear.indptr[rows[-1] + 1]
        yield rows, linear.data[first:last], linear.indptr[rows] - first


def _least_multiples(ratios: Floats, starts: Ints) -> Ints:
    """(n_rows,) the smallest whole number that makes all ratios of a row whole; 0 where there is none."""
    least = np.zeros(len(starts), dtype=np.int64)
    for multiple in range(1, LARGEST_SMALLEST + 1):
        fits = np.logical_and.reduceat(_whole(ratios * multiple, ratios * multiple), starts)
        least[fits & (least == 0)] = multiple
        if least.all():
            break
    return least


def _constant(linear: sparse.csr_matrix, factor: Floats) -> tuple[float | None, Ints]:
    """Return the total to which cells were scaled, and by what to multiply their counts to agree with it."""
    filled = np.flatnonzero(np.diff(linear.indptr))
    present = np.asarray(linear.sum(axis=1)).ravel()[filled]
    multiples = np.ones(linear.shape[0], dtype=np.int64)
    for constant in CONSTANTS:
        totals = constant / factor[filled]
        found = _least_multiples(totals, np.arange(len(filled)))
        plausible = found.all() and np.mean(found == 1) >= _MOSTLY_ONE
        if plausible and np.all(present <= constant * (1 + _RELATIVE)):
            multiples[filled] = found
            return constant, multiples
    return None, multiples


def _whole(values: Floats, size: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    off: Floats = np.abs(values - np.rint(values))
    return off <= np.minimum(_ABSOLUTE + _RELATIVE * size, _MOST)


def _rounded(linear: sparse.csr_matrix) -> sparse.csr_matrix:
    np.rint(linear.data, out=linear.data)
    return linear.astype(np.float32)
