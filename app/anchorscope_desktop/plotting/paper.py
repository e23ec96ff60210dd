"""Points as circles, for figures: smooth at any resolution, and each can be edited in SVG and PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints

MOST_CIRCLES = 20_000
"""More points than this become an image within the figure: as circles they make a file that no program opens gladly."""

_LAYERS = 12

_AT_ONCE = 500
"""Circles that are handed to Qt at once: it lets nobody else work meanwhile, and no cancel is heard."""


def draw_circles(painter: QPainter, places: Floats, slots: Ints, palette: Sequence[QColor], diameter: float,
                 base: QTransform, progress: Progress = SILENT) -> None:
    """Draw points in their order, nearly: those of a colour that lie close in the order are drawn together.

    Parameters
    ----------
    painter
        Of an SVG, a PDF or an image; its transformation leads from the places.
    places
        (m, 2) coordinates.
    slots
        (m,) place of each point's colour in the palette.
    palette
        The colours.
    diameter
        In pixels of the screen.
    base
        From pixels of the screen to what the painter takes.
    progress
        Told how many are drawn, each time before a few more are.

    Raises
    ------
    Cancelled
        If `progress` does.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = painter.worldTransform()
    there = whole * base.inverted()[0]
    painter.setWorldTransform(base)  # pens then have their width in pixels of the screen
    x, y = places[:, 0] * there.m11() + there.dx(), places[:, 1] * there.m22() + there.dy()
    done = 0
    for slot, rows in _together(slots):
        progress.update(done / len(places))
        painter.setPen(QPen(palette[slot], diameter, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(pg.functions.arrayToQPolygonF(x[rows], y[rows]))
        done += len(rows)
    painter.setWorldTransform(whole)


def _together(slots: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield which points are drawn at once, and their colour."""
    for layer in np.array_split(np.arange(len(slots)), _LAYERS):
        for slot in np.unique(slots[layer]):
            rows = layer[slots[layer] == slot]
            for start in range(0, len(rows), _AT_ONCE):
                yield int(slot), rows[start: start + _AT_ONCE]
