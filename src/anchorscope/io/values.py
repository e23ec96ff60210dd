"""Whether values are counts, and what they are if not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Check: TypeAlias = "Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]"
"""Takes a piece of values and where its cells begin in it, returns the values or raises `NotCounts`."""

_ROWS_LOOKED_AT = 20


class NotCounts(Exception):  # noqa: N818 - an answer, not an error: another matrix of the file may hold the counts
    """The matrix holds something else; the message says what was found."""

    def __init__(self, found: str, *, log: bool = False) -> None:
        self.log = log
        super().__init__(found)


def as_counts(values: NDArray[Any], indptr: NDArray[Any]) -> NDArray[Any]:
    """Return `values` if all are whole, finite and not negative.

    Parameters
    ----------
    values
        One-dimensional, any dtype.
    indptr
        Places in `values` at which cells begin, those outside of it included; for the diagnosis.

    Raises
    ------
    NotCounts
        With the first kind of value that is no count.
    """
    return _checked(values, indptr, whole=True)


def as_amounts(values: NDArray[Any], indptr: NDArray[Any]) -> NDArray[Any]:
    """Return `values` if all are finite and not negative, whole or not; see `as_counts`."""
    return _checked(values, indptr, whole=False)


def _checked(values: NDArray[Any], indptr: NDArray[Any], *, whole: bool) -> NDArray[Any]:
    if values.dtype.kind in "bu":
        return values
    if values.dtype.kind not in "if":
        raise NotCounts("values that are not numbers")
    bad = ~np.isfinite(values) | (values < 0)
    if whole:
        bad |= values != np.rint(values)
    if bad.any():
        raise _diagnosis(values, values[bad], indptr)
    return values


def _diagnosis(values: NDArray[Any], bad: NDArray[Any], indptr: NDArray[Any]) -> NotCounts:
    if not np.isfinite(bad).all():
        return NotCounts("values that are not finite numbers")
    if bad.min() < 0:
        return NotCounts(f"negative values such as {bad[bad < 0][0]:.4g}, as after scaling,")
    starts = indptr[(indptr >= 0) & (indptr <= len(values))][: _ROWS_LOOKED_AT + 1]
    rows = [values[start:end] for start, end in pairwise(starts)]
    log = _log_normalised([row[row != 0] for row in rows])
    return NotCounts(f"{'log-normalised values' if log else 'fractions'} such as {bad[0]:.4g}", log=log)


def _log_normalised(cells: list[NDArray[Any]]) -> bool:
    """Whether exp(x) - 1 turns every cell into multiples of its smallest value, which stands for a count."""
    small = [cell.astype(np.float64) for cell in cells if len(cell) and 0 < cell.min() <= cell.max() < 20]
    back = [np.expm1(cell) for cell in small]
    ratio = np.concatenate([cell / cell.min() for cell in back]) if back else np.ones(1)
    larger = ratio[ratio > 1.001]
    return bool(len(larger) and np.mean(np.abs(larger - np.rint(larger)) < 0.02) > 0.9)
