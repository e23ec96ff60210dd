"""How much room the names of a heatmap take, and whether they and the numbers have enough of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetricsF

from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.plotting.heatmap_ink import LEAST_LETTERS, fits
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout, Writing
from anchorscope_desktop.plotting.theme import GRID, SMALL

CHIP = 8.0
"""Width and height of the colour beside a name."""

SLOPE = math.sqrt(0.5)
"""How far a name aslant rises for each pixel of its length."""

_BESIDE = 3 * GRID + CHIP
_NAMES_SHARE, _HEADER_SHARE = 0.38, 0.4
_NAMES_SHARE_AT_MOST = 0.6
_CORNER = 4.5 * GRID
"""Height of two lines in the corner."""

_LEAST_CELL = 15.0, 10.0
"""Width and height of cells in which numbers can be read; names may take the room of larger ones."""

READABLE_ROW = 11.0
"""Height of a row whose name stays clear of the next one's and in which a number can be read."""

_TAIL = 2.0
"""Pixels below the last row: for its frame, and for the tails of letters that are higher than the row."""

_LEAST_ASLANT = 9
"""Letters that can be read aslant, in pixels."""


def letters_aslant(cell_width: float) -> int:
    """Return how large letters of names aslant are if each name is to stay clear of the next, in pixels."""
    return min(SMALL, int(0.9 * SLOPE * cell_width))


def letters_of_rows(cell_height: float) -> int:
    """Return how large the letters of the rows' names are, in pixels."""
    return min(SMALL, int(cell_height) + 1)


@dataclass
class HeatmapRoom:
    """Measures names in `font`; letters have at least `least` pixels, names take `share` of the room as a rule."""

    font: QFont
    least: int = LEAST_LETTERS
    share: float = _NAMES_SHARE
    _lengths: dict[tuple[str, ...], float] = field(default_factory=dict)

    def set_letters(self, least: int, *, long_names: bool) -> None:
        """Say how small letters may be, in pixels, and whether names may take most of the room: on paper."""
        self.least, self.share = least, _NAMES_SHARE_AT_MOST if long_names else _NAMES_SHARE

    def lay_out(self, data: HeatmapData | None, size: QSize) -> HeatmapLayout:
        """Return where everything lies; rows so low that their letters are small need less room for their names."""
        if data is None:
            return HeatmapLayout(1, 1, min(_BESIDE, size.width() * self.share), _CORNER, 1.0, 1.0)
        layout = self._with_letters(data, size, SMALL)
        letters = letters_of_rows(layout.cell_height)
        return self._with_letters(data, size, letters) if self.least <= letters < SMALL else layout

    def cut(self, data: HeatmapData, size: QSize) -> bool:
        """Return whether a name is not seen, or not all of it, where the whole table is shown."""
        layout = self.lay_out(data, size)
        letters = letters_of_rows(layout.cell_height)
        if letters < self.least or self._left(data, letters) > layout.left + 1:
            return True
        if layout.writing is Writing.UPRIGHT:
            return self._longest(data.column_names) + GRID > layout.top + 1 or layout.cell_width < self.least
        return layout.writing is Writing.ASLANT and self._rise(data, layout.cell_width) > layout.top + 1

    def readable_height(self, data: HeatmapData, width: int) -> int:
        """Return how high the table must be for its rows, and for the names of its columns where they can be whole."""
        rows = math.ceil(len(data.row_names) * READABLE_ROW + _TAIL)
        low = self.lay_out(data, QSize(width, rows))
        header = _CORNER if low.writing is Writing.ACROSS else self._rise(data, low.cell_width)
        share = max(self.share, _HEADER_SHARE)
        return rows + math.ceil(min(header, rows * share / (1 - share)))

    def crowded(self, data: HeatmapData, size: QSize) -> bool:
        """Return whether there is no room for a number, where the whole table is shown."""
        layout = self.lay_out(data, size)
        shortest = [text for line in data.short or data.texts for text in line]
        return not fits(shortest, self.font, layout.cell_width, layout.cell_height, self.least)

    def _with_letters(self, data: HeatmapData, size: QSize, letters: int) -> HeatmapLayout:
        rows, columns = data.shades.shape
        most = max(size.width() * self.share, size.width() - columns * _LEAST_CELL[0])
        left = min(self._left(data, letters), most)
        cell_width = max((size.width() - left - 1) / columns, 1.0)
        top, writing = self._header(data, size.height(), left, cell_width)
        return HeatmapLayout(rows, columns, left, top, cell_width, max((size.height() - top - _TAIL) / rows, 1.0),
                             writing=writing)

    def _header(self, data: HeatmapData, height: int, left: float, cell_width: float) -> tuple[float, Writing]:
        """Return how high the names of columns are, and which way they run."""
        longest, share = self._longest(data.column_names), height * max(self.share, _HEADER_SHARE)
        if longest + GRID / 2 <= cell_width:
            return _CORNER, Writing.ACROSS
        if longest + GRID <= share:
            return longest + GRID, Writing.UPRIGHT
        letters, rise = letters_aslant(cell_width), self._rise(data, cell_width)
        if letters < max(self.least, _LEAST_ASLANT) or rise > left + cell_width / 2:
            return share, Writing.UPRIGHT
        return min(rise, max(share, height - len(data.row_names) * _LEAST_CELL[1])), Writing.ASLANT

    def _left(self, data: HeatmapData, letters: int) -> float:
        return self._longest(data.row_names) * letters / SMALL + _BESIDE

    def _rise(self, data: HeatmapData, cell_width: float) -> float:
        """Return how high the names of columns are when they are written aslant."""
        letters = letters_aslant(cell_width)
        return SLOPE * (self._longest(data.column_names) * letters / SMALL + letters) + GRID / 2

    def _longest(self, names: tuple[str, ...]) -> float:
        if names not in self._lengths:
            metrics = QFontMetricsF(self.font)
            self._lengths = {names: max((metrics.horizontalAdvance(name) for name in names), default=0.0),
                             **dict(list(self._lengths.items())[:1])}
        return self._lengths[names]
