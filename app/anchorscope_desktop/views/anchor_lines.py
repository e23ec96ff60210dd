"""Both maps with lines over them: from query cells to the reference cells that gave them votes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from anchorscope_desktop.plotting.cell_map import CellMap
from anchorscope_desktop.plotting.recording import piece_of
from anchorscope_desktop.plotting.theme import GRID, LIGHT
from anchorscope_desktop.state.appearance import OnPaper
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.views.map_frame import MapFrame
from anchorscope_desktop.widgets.basics import row, with_role
from anchorscope_desktop.widgets.stylesheet import stylesheet

if TYPE_CHECKING:
    from anchorscope.transfer.explain import Links

NO_LINES = ("No anchor line is drawn: lines go from selected query cells. On Explore, select some and switch on “Anchor"
            " lines” in the Selection card.")
_FAINTEST, _STRONGEST = 90, 255
_RING = 7.0


class AnchorLines(QWidget):
    """Lies over `ground`, which holds both maps, and lets the mouse through."""

    def __init__(self, workspace: Workspace, ground: QWidget, reference: CellMap, query: CellMap) -> None:
        super().__init__(ground)
        self._workspace, self._reference, self._query = workspace, reference, query
        self._drawn = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Anchor lines between the maps")
        ground.installEventFilter(self)
        self._connect()
        self._follow()

    @property
    def ends(self) -> list[tuple[int, int]]:
        """Query cell and reference cell of each line."""
        found = self._workspace.focus.links()
        if found is None:
            return []
        return list(zip(found.query_cell.tolist(), found.reference_cell.tolist(), strict=True))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's name
        """Stay as large as the ground, and above it."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw the lines, the weightier the stronger, in the colour of the type they vote for."""
        finding, found = self._workspace.session.shown, self._workspace.focus.links()
        if finding is None or found is None or not len(found.weight):
            return
        painter = QPainter(self)
        with piece_of(painter, QRectF(self.rect())) as above:
            self._paint(above, finding, found)
        painter.end()

    def _paint(self, painter: QPainter, finding: Finding, found: Links) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        table = run_colours(finding, self._workspace.appearance.theme)
        names = finding.outcome.reference_labels.labels.names_of(found.reference_cell)
        top = float(found.weight.max())
        for cell, other, weight, name in zip(found.query_cell, found.reference_cell, found.weight, names, strict=True):
            ends = self._query.on_screen(int(cell), self), self._reference.on_screen(int(other), self)
            if ends[0] is not None and ends[1] is not None:
                self._draw(painter, ends[0], ends[1], table[name], float(weight) / top)
        self._draw_ring(painter)

    def _draw(self, painter: QPainter, one: QPointF, other: QPointF, color: QColor, share: float) -> None:
        shade = QColor(color)
        shade.setAlpha(round(_FAINTEST + (_STRONGEST - _FAINTEST) * share))
        painter.setPen(QPen(shade, 0.8 + 1.2 * share))
        painter.drawLine(one, other)

    def _draw_ring(self, painter: QPainter) -> None:
        cell = self._workspace.focus.marked
        where = self._query.on_screen(cell, self) if cell is not None else None
        if where is not None:
            painter.setPen(QPen(self._workspace.appearance.theme.color("text"), 2))
            painter.drawEllipse(where, _RING, _RING)

    def _connect(self) -> None:
        work = self._workspace
        for signal in (work.focus.changed, work.selection.changed, work.session.outcome_changed,
                       work.appearance.changed, self._reference.moved, self._query.moved):
            signal.connect(self._refresh)

    def _refresh(self) -> None:
        # Where nothing was and nothing will be there is nothing to paint anew: all that lies below would be, too.
        drawn = self._workspace.focus.draws
        if drawn or self._drawn:
            self.update()
        self._drawn = drawn

    def _follow(self) -> None:
        ground = self.parentWidget()
        if ground is not None:
            self.setGeometry(ground.rect())
            self.raise_()


class TwoMaps(QWidget):
    """The maps of both assays beside each other, and the lines between them; on the screen and as one figure."""

    def __init__(self, workspace: Workspace, reference: MapFrame, query: MapFrame) -> None:
        super().__init__()
        self._workspace, self._maps = workspace, (reference, query)
        self.setAccessibleName("Both maps")
        layout = row(reference, query, spacing=GRID * 3 // 2)
        for place in range(2):
            layout.setStretch(place, 1)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.lines = AnchorLines(workspace, self, reference.map, query.map)

    @property
    def empty_text(self) -> str:
        """What stands in place of the maps, or nothing while they are shown."""
        return self._maps[0].empty_text or self._maps[1].empty_text

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """Which cells stand out in one of the maps, if any do."""
        marked = [one.highlighted for one in self._maps if one.highlighted is not None]
        return marked[0] if marked else None

    @property
    def lacks(self) -> str:
        """How to have lines between the maps, if there are none."""
        return "" if self.lines.ends else NO_LINES

    def on_paper(self) -> TwoMaps:
        """Return both maps made anew for paper, as they are looked at."""
        return maps_on_paper(self._workspace, *(one.on_paper() for one in self._maps))


def maps_on_paper(workspace: Workspace, reference: ViewFrame, query: ViewFrame) -> TwoMaps:
    """Return two maps that were made for paper beside each other, and the lines between them."""
    assert isinstance(reference, MapFrame)
    assert isinstance(query, MapFrame)
    made = TwoMaps(replace(workspace, appearance=OnPaper(workspace.session.colours)), reference, query)
    with_role(made, "paper")
    made.setStyleSheet(stylesheet(LIGHT))
    return made
