"""Points as pixels: a million discs in a few passes over arrays, each as if drawn one after the other.

Every small square of the picture learns which point is seen in it. Colours come from that by look-up, so that
recolouring costs what the picture measures, not what the points number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anchorscope.results import Floats, Ints

Ranks = NDArray[np.int32]
Channels = NDArray[np.uint64]
"""Colours as four numbers of 16 bits, blue, green, red and opacity, so that a sum adds each by itself."""

_NOBODY = np.int32(-1)
_SEED = 0


@dataclass(frozen=True)
class Grid:
    """The small squares of a picture, and where data lie among them.

    Parameters
    ----------
    width, height
        Number of squares.
    x_scale, x_shift, y_scale, y_shift
        A point at x lies in column ``floor(x * x_scale + x_shift)``; rows likewise, counted from the top.
    """

    width: int
    height: int
    x_scale: float
    x_shift: float
    y_scale: float
    y_shift: float


class Points:
    """Places in the order in which they are drawn: one fixed shuffle, so that no type lies on top of all others.

    Points without coordinates (NaN) are left out.
    """

    def __init__(self, positions: Floats) -> None:
        placed = np.flatnonzero(np.isfinite(positions).all(axis=1))
        order = np.random.default_rng(_SEED).permutation(placed)
        self.n = len(positions)
        self.order = order.astype(np.int32)
        self.x = np.ascontiguousarray(positions[order, 0], dtype=np.float64)
        self.y = np.ascontiguousarray(positions[order, 1], dtype=np.float64)
        # One more stands for squares in which no point is seen.
        self._cells = np.append(self.order, np.int32(self.n))

    def cells(self, ranks: Ranks) -> Ranks:
        """Return which point has each place in the order of drawing; `n` for nobody."""
        return self._cells.take(ranks, mode="wrap")


class Raster:
    """Where points lie on a grid, and which of them is seen in each square."""

    def __init__(self, points: Points, grid: Grid, diameter: float) -> None:
        self._points, self.grid = points, grid
        self.diameter = diameter
        self._squares, self._ranks = _placed(points, grid)
        self._cells = points.order if len(self._ranks) == len(points.order) else points.order[self._ranks]

    def seen(self) -> Ranks:
        """Return the point seen in each square, the number of points where there is none."""
        return self._points.cells(self._spread(self._squares, self._ranks, self.diameter))

    def among(self, chosen: NDArray[np.bool_], more: float = 0.0) -> tuple[NDArray[np.intp], Ranks]:
        """Return the squares, counted along the rows, in which one of some points is seen, and which in each.

        Parameters
        ----------
        chosen
            (n,) draw only these points.
        more
            Squares by which discs are larger than usual.
        """
        kept = np.flatnonzero(chosen.take(self._cells, mode="wrap"))
        spread = self._spread(self._squares.take(kept), self._ranks.take(kept), self.diameter + more).ravel()
        where = np.flatnonzero(spread != _NOBODY)
        return where, self._points.cells(spread.take(where))

    def _spread(self, squares: NDArray[np.int64], ranks: Ranks, diameter: float) -> Ranks:
        top = np.full(self.grid.width * self.grid.height, _NOBODY)
        top[squares] = ranks  # of several in one square the last one stays, which is the one drawn last
        return spread_discs(top.reshape(self.grid.height, self.grid.width), round(diameter))


def _placed(points: Points, grid: Grid) -> tuple[NDArray[np.int64], Ranks]:
    """Return square and rank of all points on the grid, in the order of drawing."""
    column = points.x * grid.x_scale
    column += grid.x_shift
    row = points.y * grid.y_scale
    row += grid.y_shift
    inside = (column >= 0) & (column < grid.width) & (row >= 0) & (row < grid.height)
    ranks = np.arange(len(column), dtype=np.int32)
    if not inside.all():
        ranks = np.flatnonzero(inside).astype(np.int32)
        column, row = column[ranks], row[ranks]
    return row.astype(np.int64) * grid.width + column.astype(np.int64), ranks


def spread_discs(ranks: Ranks, diameter: int) -> Ranks:
    """Let every rank fill a disc around its square; where discs meet, the highest rank is seen.

    Parameters
    ----------
    ranks
        (height, width) rank of the point in each square, -1 for none.
    diameter
        Of the discs, in squares.

    Notes
    -----
    A disc is a stack of rows. Rows of growing length are made once each and then laid at their heights, which takes
    two passes for each square of the diameter instead of one for each square of the disc.
    """
    line, seen = np.full_like(ranks, _NOBODY), np.full_like(ranks, _NOBODY)
    covered = set[int]()
    for width, heights in _rows_of_disc(diameter):
        columns = set(range(-(width // 2), width - width // 2)) - covered
        covered |= columns
        for column in columns:
            _raise(line, ranks, 0, column)
        for height in heights:
            _raise(seen, line, height, 0)
    return seen


@lru_cache(maxsize=64)
def _rows_of_disc(diameter: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return length and heights of a disc's rows, shortest first."""
    away = (np.arange(diameter) + 0.5 - diameter / 2) ** 2
    widths = (away[:, None] + away[None, :] <= diameter**2 / 4).sum(axis=1)
    heights = np.arange(diameter) - diameter // 2
    return tuple((int(width), tuple(heights[widths == width].tolist())) for width in np.unique(widths[widths > 0]))


def _raise(target: Ranks, source: Ranks, down: int, right: int) -> None:
    """Let `target` take what is higher in `source`, moved by some squares."""
    height, width = target.shape
    if abs(down) >= height or abs(right) >= width:
        return
    here = target[max(down, 0): height + min(down, 0), max(right, 0): width + min(right, 0)]
    there = source[max(-down, 0): height + min(-down, 0), max(-right, 0): width + min(-right, 0)]
    np.maximum(here, there, out=here)


def packed(colours: Ints) -> Channels:
    """Return (n, 4) colours, red, green, blue and opacity from 0 to 255, as (n + 2,) `Channels`.

    After them come that of squares without a point, all zeros, and the last colour again, so that -1 leads to it.
    """
    lanes = np.zeros((len(colours) + 2, 4), dtype=np.uint16)
    lanes[:-2] = colours[:, [2, 1, 0, 3]]
    lanes[-1] = lanes[-3]
    return lanes.view(np.uint64).ravel()


def smoothed(squares: Channels, side: int) -> NDArray[np.uint8]:
    """Return the mean of `side` x `side` squares as a pixel: (height, width, 4), blue, green, red and opacity.

    Opacity is multiplied in, because a square without a point is all zeros.
    """
    if side == 1:
        return squares.view(np.uint16).reshape(*squares.shape, 4).astype(np.uint8)
    total = np.zeros((squares.shape[0] // side, squares.shape[1] // side), dtype=np.uint64)
    for row in range(side):
        for column in range(side):
            total += squares[row::side, column::side]
    lanes = total.view(np.uint16).reshape(*total.shape, 4)
    return ((lanes + np.uint16(side * side // 2)) // np.uint16(side * side)).astype(np.uint8)
