"""Two shares of each line as dots on one axis, and how far from what could be reached they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

from anchorscope_desktop.plotting.canvas import NAME_HEIGHT, Canvas
from anchorscope_desktop.plotting.gesture import ZOOM_HELP
from anchorscope_desktop.plotting.theme import SMALL, Theme

_ROOM = 0.009
"""What is shown beyond 0 and 100 %, so that a dot there is seen whole; too little for another number."""

_STEP = 0.05

_BOTTOM = -0.6
"""Where the axis lies, in lines below the last one."""

_LEAST_ABOVE, _MOST_ABOVE = 1.3, 1.5
"""Lines that what is said of the ceiling takes: enough for its letters, no more, because the others need the room."""


@dataclass(frozen=True)
class Line:
    """A line of the plot: its name and two shares, 0 to 1; one that does not exist is NaN."""

    name: str
    first: float
    second: float


@dataclass(frozen=True)
class Ceiling:
    """What can be reached in both shares, and the first share of the best line, which `words` say something of."""

    first: float
    second: float
    best: float
    words: str


class DotPlot(Canvas):
    """Lines from top to bottom; a click on one, or Enter where the arrows are, tells its place."""

    picked = Signal(int)

    def __init__(self, theme: Theme, name: str, tip: str) -> None:
        super().__init__(theme, name)
        self.setToolTip(f"{tip}\n{ZOOM_HELP}")
        self.setMouseEnabled(x=True, y=False)
        self.getAxis("bottom").setScale(100.0)
        self.stepping = True
        self.lines: Sequence[Line] = ()
        self._marked = self._here = -1
        self._above = 0.0
        """Room above the first line, in lines, for what is said of the ceiling."""
        self.scene().sigMouseClicked.connect(self._click)
        self.stepped.connect(self._walk)
        self.chosen.connect(lambda _: self._pick(self._here))
        self.left.connect(lambda: self._go(-1))

    @property
    def marked(self) -> int:
        """The line that is marked; -1 if none is."""
        return self._marked

    def show_lines(self, lines: Sequence[Line], title: str, ceiling: Ceiling | None, theme: Theme) -> None:
        """Draw lines; `title` says what the shares are of."""
        self.set_theme(theme)
        self.clear()
        self.lines = lines
        self.label_axes(title, "")
        self._above = min(max(_LEAST_ABOVE, 0.2 * len(lines)), _MOST_ABOVE) if ceiling is not None else 0.0
        self._band = _bar(theme.color("raised"), None)
        self._ring = _bar(None, pg.mkPen(theme.text, width=1.5))
        self.addItem(self._band)
        if ceiling is not None:
            self._draw_ceiling(ceiling)
        self._draw_dots()
        self.addItem(self._ring)
        low, high = _span(lines, ceiling)
        self.set_home((low, high), (_BOTTOM, self._top))
        self.name_rows([(self._height(place), line.name) for place, line in enumerate(lines)])
        self.mark(self._marked)
        self._lay(self._ring, -1)
        self._here = -1

    def mark(self, place: int) -> None:
        """Mark a line; none if it is -1."""
        self._marked = place if place < len(self.lines) else -1
        if self.lines:
            self._lay(self._band, self._marked)

    def for_paper(self) -> None:
        """Draw no marks, which only make sense on the screen."""
        self._band.hide()
        self._ring.hide()

    @property
    def least_height(self) -> float:
        """Pixels between the axes' ends at which every line has its name."""
        return NAME_HEIGHT * (self._top - _BOTTOM)

    @property
    def _top(self) -> float:
        return len(self.lines) - 0.4 + self._above

    def _height(self, place: int) -> int:
        return len(self.lines) - 1 - place

    def _draw_dots(self) -> None:
        theme, n = self.theme, len(self.lines)
        first, second = (np.array([getattr(line, name) for line in self.lines]) for name in ("first", "second"))
        heights = np.arange(n - 1, -1, -1, dtype=np.float64)
        between = np.column_stack([first, second]).ravel()
        self.addItem(pg.PlotDataItem(between, np.repeat(heights, 2), connect="pairs",
                                     pen=pg.mkPen(theme.border, width=2)))
        # Drawn as circles, not as small pictures of them: figures have another resolution than the screen.
        for values, brush, color in ((second, theme.surface, theme.text), (first, theme.accent, theme.accent)):
            there = np.isfinite(values)
            self.addItem(pg.ScatterPlotItem(values[there], heights[there], size=10, brush=pg.mkBrush(brush),
                                            pen=pg.mkPen(color, width=2), useCache=False))

    def _draw_ceiling(self, ceiling: Ceiling) -> None:
        theme, top = self.theme, self._top
        if ceiling.best < ceiling.first:
            self.addItem(pg.BarGraphItem(x0=[ceiling.best], x1=[ceiling.first], y0=[_BOTTOM], y1=[top],
                                         brush=theme.color("accent_soft"), pen=None))
        for value, color, style in ((ceiling.second, theme.text, Qt.PenStyle.DashLine),
                                    (ceiling.first, theme.accent, Qt.PenStyle.SolidLine)):
            self.addItem(pg.InfiniteLine(value, angle=90, pen=pg.mkPen(color, width=1.5, style=style)))
        low, high = _span(self.lines, ceiling)
        right = ceiling.first < (low + high) / 2
        words = pg.TextItem(ceiling.words, color=theme.text, anchor=(0.0 if right else 1.0, 0.5),
                            fill=theme.color("surface"))
        font = self.font()
        font.setPixelSize(SMALL)
        words.setFont(font)
        words.textItem.document().setDocumentMargin(1.0)  # it would lie on the first line's dots
        words.setZValue(1)
        words.setPos((max if right else min)(ceiling.first, ceiling.best), self._top - self._above / 2)
        self.addItem(words)

    def _lay(self, bar: pg.BarGraphItem, place: int) -> None:
        bar.setVisible(place >= 0)
        if place >= 0:
            low, high = self._home[0] if self._home is not None else (0.0, 1.0)
            height = self._height(place)
            bar.setOpts(x0=[low], x1=[high], y0=[height - 0.48], y1=[height + 0.48])

    def _click(self, event: Any) -> None:
        if event.double() or event.button() != Qt.MouseButton.LeftButton:
            return
        where: QPointF = self.getViewBox().mapSceneToView(event.scenePos())
        self._pick(self._height(round(where.y())))

    def _pick(self, place: int) -> None:
        if 0 <= place < len(self.lines):
            self.picked.emit(place)

    def _walk(self, step: int) -> None:
        """Go to the next line; the first time to the one that is marked, or to the first."""
        start = self._marked if self._marked >= 0 else 0
        if self.lines:
            self._go(start if self._here < 0 else min(max(self._here + step, 0), len(self.lines) - 1))

    def _go(self, place: int) -> None:
        """Frame the line that Enter chooses; none if it is -1."""
        if place == self._here or not self.lines:
            return
        self._here = place
        self._lay(self._ring, place)
        if place >= 0:
            line = self.lines[place]
            self.setAccessibleDescription(f"{line.name}: {_told(line.first)} and {_told(line.second)}")


def _bar(brush: Any, pen: Any) -> pg.BarGraphItem:
    return pg.BarGraphItem(x0=[0.0], x1=[0.0], y0=[0.0], y1=[0.0], brush=brush, pen=pen)


def _span(lines: Sequence[Line], ceiling: Ceiling | None) -> tuple[float, float]:
    """Return the ends of the axis: whole steps around all that is drawn, so that a gap of a point can be seen."""
    values = [value for line in lines for value in (line.first, line.second) if np.isfinite(value)]
    values += [ceiling.first, ceiling.second] if ceiling is not None else []
    low = np.floor((min(values, default=0.0) - _ROOM) / _STEP) * _STEP
    high = np.ceil((max(values, default=1.0) + _ROOM) / _STEP) * _STEP
    return max(float(low), -_ROOM), min(float(high), 1.0 + _ROOM)


def _told(share: float) -> str:
    return f"{share:.1%}" if np.isfinite(share) else "not known"
