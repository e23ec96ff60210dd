"""Colours and letters of heatmaps."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from anchorscope.results import Floats, Ints
from anchorscope_desktop.plotting.colours import blend, readable_on
from anchorscope_desktop.plotting.theme import SMALL, Theme

LEAST_LETTERS = 8
"""The smallest that can be read, in pixels."""

_SHADES = 100
_WIDTHS = (100, 80, 70)
"""Of letters as they are and of narrow ones, in percent."""


@lru_cache(maxsize=2)
def shades_of(theme: Theme) -> tuple[list[QColor], list[QColor]]:
    """Return the colour of every shade, and of what is written on it."""
    low, high = theme.color("surface"), theme.color("accent")
    papers = [blend(low, high, step / _SHADES) for step in range(_SHADES + 1)]
    return papers, [readable_on(paper) for paper in papers]


def steps_of(shades: Floats) -> Ints:
    """Return the place of shades, 0 to 1, among the colours."""
    return np.round(np.nan_to_num(np.clip(shades, 0, 1)) * _SHADES).astype(np.int64)


def write_in(painter: QPainter, texts: tuple[str, ...], rect: QRectF, least: int = LEAST_LETTERS) -> None:
    """Write the first of `texts` that fits into `rect`, smaller where it must be; nothing where none can be read.

    Letters smaller than `least` cannot be; before they are made smaller, they are narrow.
    """
    font = painter.font()
    ways = [*product(texts, _sizes(least), _WIDTHS)]
    for text, size, width in ways:
        font.setPixelSize(size)
        font.setStretch(width)
        painter.setFont(font)
        if painter.fontMetrics().horizontalAdvance(text) <= rect.width() and size <= rect.height():
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
            break
    font.setPixelSize(SMALL)
    font.setStretch(_WIDTHS[0])
    painter.setFont(font)


def fits(texts: list[str], font: QFont, width: float, height: float, least: int = LEAST_LETTERS) -> bool:
    """Return whether all of `texts` can be written into cells of that size."""
    font = QFont(font)
    font.setPixelSize(least)
    metrics = QFontMetrics(font)
    return least <= height and all(metrics.horizontalAdvance(text) <= width for text in set(texts))


def _sizes(least: int) -> list[int]:
    return [*(size for size in range(SMALL, LEAST_LETTERS, -1) if size > least), least]


def resize_letters(painter: QPainter, size: int) -> None:
    """Write in letters of `size` pixels from now on."""
    font = painter.font()
    font.setPixelSize(size)
    painter.setFont(font)
