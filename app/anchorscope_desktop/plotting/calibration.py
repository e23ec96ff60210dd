"""What scores were worth: the share of right labels over the score, each dot as heavy as its cells are many."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from anchorscope.evaluation.threshold import Reliability
from anchorscope.results import Floats, Ints
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.theme import Theme

FEW = 25
"""Cells below which a share of right ones says little: its standard error may be a tenth and more."""

HELP = (f"Larger dots stand for more cells; the line is dashed where a dot stands for fewer than {FEW}.\n"
        "ECE, the expected calibration error, is the mean distance from the diagonal.")
LEAST, LARGEST = 5.0, 18.0
"""Diameters of dots, in pixels: the smallest that can be seen and pointed at, and that of most cells."""


def draw_reliability(canvas: Canvas, found: Reliability, theme: Theme) -> None:
    """Draw the line and the dots on an empty canvas, with the diagonal on which a score would be a probability."""
    canvas.plot([0, 1], [0, 1], pen=pg.mkPen(theme.border, width=1.5, style=Qt.PenStyle.DashLine))
    there = np.flatnonzero(found.n > 0)
    x, y, n = found.mean_score[there], found.accuracy[there], found.n[there]
    trusted = trusted_steps(there, n)
    for joined, width, style in ((trusted, 2.0, Qt.PenStyle.SolidLine), (~trusted, 1.0, Qt.PenStyle.DashLine)):
        ends = np.repeat(np.flatnonzero(joined), 2) + np.tile([0, 1], int(joined.sum()))
        canvas.addItem(pg.PlotCurveItem(x[ends], y[ends], connect="pairs",
                                        pen=pg.mkPen(theme.accent, width=width, style=style)))
    dots = pg.ScatterPlotItem(x, y, size=diameters(n), brush=theme.color("accent"), pen=pg.mkPen(theme.surface),
                              data=n, hoverable=True, hoverPen=pg.mkPen(theme.text, width=2), tip=told)
    dots.setZValue(1)
    canvas.addItem(dots)


def trusted_steps(bins: Ints, n: Ints) -> NDArray[np.bool_]:
    """Return for each step from one dot to the next whether a line may lead the eye.

    Parameters
    ----------
    bins
        (k,) which bins have cells, in order.
    n
        (k,) how many each has.

    Returns
    -------
    (k - 1,) true where both dots stand for `FEW` cells at least and no bin lies between them.
    """
    enough = n >= FEW
    trusted: NDArray[np.bool_] = enough[:-1] & enough[1:] & (np.diff(bins) == 1)
    return trusted


def diameters(n: Ints) -> Floats:
    """Return (k,) diameters in pixels, so that areas are as the numbers of cells; none smaller than can be seen."""
    return np.maximum(LARGEST * np.sqrt(n / max(int(n.max(initial=1)), 1)), LEAST)


def told(x: float, y: float, data: int) -> str:
    """Return what there is to say of a dot."""
    cells = "1 cell" if data == 1 else f"{data:,} cells"
    return f"{cells}: mean score {x:.2f}, {y:.0%} right"
