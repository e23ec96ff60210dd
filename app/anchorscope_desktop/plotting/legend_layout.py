"""Where the entries of a legend lie, and which of them are seen where there is no room for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from anchorscope_desktop.plotting.theme import GRID

LINE, MORE = 18.0, 64.0
"""Height of a line, and the width of the words that there are more entries, in pixels."""

_GAP = GRID * 1.5


@dataclass(frozen=True)
class LegendLayout:
    """The rectangles of the entries that are seen, in order, and which entries these are."""

    places: list[QRectF]
    entries: list[int]

    @property
    def height(self) -> int:
        """Pixels down to the end of the last line."""
        return int(self.places[-1].bottom()) + 2 if self.places else 0


def lay_out(widths: Sequence[float], title: float, width: float, lines: int, *, last: bool = False) -> LegendLayout:
    """Return where entries lie behind a title, in as many lines as they need or may take.

    Parameters
    ----------
    widths
        Of the entries, in pixels.
    title
        The width of the title, in pixels; 0 without one.
    width
        Pixels of a line.
    lines
        How many lines there may be.
    last
        Whether the last entry is seen in any case: where others are not, it comes after those that are.
    """
    places: list[QRectF] = []
    x, y = min(title, width) + _GAP if title else 0.0, 0.0
    for wanted in widths:
        needed = min(wanted, width)
        if x > 0 and x + needed > width:
            x, y = 0.0, y + LINE
        if y >= lines * LINE:
            return _cut(places, width, min(widths[-1], width) if last else 0.0, len(widths))
        places.append(QRectF(x, y, needed, LINE))
        x += needed + _GAP
    return LegendLayout(places, list(range(len(places))))


def _cut(places: list[QRectF], width: float, last: float, n: int) -> LegendLayout:
    """Make room for the last entry, as wide as `last` if it is kept, and for the words that there are more."""
    if not last:
        while len(places) > 1 and places[-1].right() + _GAP + MORE > width:
            places = places[:-1]
        return LegendLayout(places, list(range(len(places))))
    line, right = places[-1].top(), width - MORE - last - 2 * _GAP
    while places and places[-1].top() == line and places[-1].right() > right:
        places = places[:-1]
    beside = bool(places) and places[-1].top() == line
    kept = QRectF(places[-1].right() + _GAP if beside else 0.0, line, last, LINE)
    return LegendLayout([*places, kept], [*range(len(places)), n - 1])
