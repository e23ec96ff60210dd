"""Cells as points: coloured by type, the unselected dimmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimerEvent
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QTransform
from PySide6.QtWidgets import QWidget

from anchorscope.results import Floats, Ints
from anchorscope_desktop.plotting.cloud import Cloud
from anchorscope_desktop.plotting.picture import Look, Picture
from anchorscope_desktop.plotting.recording import Sheet, recording_of

_WHILE_MOVING, _AT_REST = 700_000, 2_600_000
"""Squares that may be filled: while the hand moves, and once it rests."""

_SAME = 1e-3
_REST_MS = 90
_VECTOR = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


class PointCloud(pg.GraphicsObject):  # type: ignore[misc]
    """Points as pixels: colours are looked up, so that recolouring and dimming do not touch the points.

    Points are drawn in one fixed shuffle, so that no type lies on top of all others. A map too large to follow the hand
    is drawn with coarser edges until the hand rests.
    """

    def __init__(self) -> None:
        super().__init__()
        self._positions: Floats = np.zeros((0, 2))
        self._picture = Picture(self._positions)
        self._bounds = QRectF()
        self._look = Look(np.zeros(0, dtype=np.int64), [QColor("grey")], QColor("white"))
        self._hurried = 0

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """(n,) which points stand out, or nothing if all look alike."""
        return self._look.highlight

    @property
    def positions(self) -> Floats:
        """(n, 2) where the points lie."""
        return self._positions

    @property
    def codes(self) -> Ints:
        """(n,) place of each point's colour in the palette; -1 for the last."""
        return self._look.codes

    def nearest(self, place: QPointF, reach: tuple[float, float]) -> int | None:
        """Return the point nearest to `place` within an ellipse of half-axes `reach`; none where there is none."""
        near = np.flatnonzero(np.abs(self._positions[:, 0] - place.x()) <= reach[0])
        away = np.hypot(*((self._positions[near] - (place.x(), place.y())) / reach).T)
        near, away = near[away <= 1], away[away <= 1]
        return int(near[away.argmin()]) if len(near) else None

    def set_points(self, positions: Floats) -> None:
        """Replace all points; they are grey until coloured, and those without coordinates (NaN) are left out."""
        self.prepareGeometryChange()
        self._positions = np.asarray(positions, dtype=np.float64)
        self._picture, self._bounds = Picture(self._positions), _bounds(self._positions)
        self._show(replace(self._look, codes=np.full(len(positions), -1), highlight=None))

    def set_colours(self, codes: Ints, palette: Sequence[QColor]) -> None:
        """Give point `i` the colour ``palette[codes[i]]``; -1 takes the last."""
        self._show(replace(self._look, codes=np.asarray(codes), palette=list(palette)))

    def set_highlight(self, mask: NDArray[np.bool_] | None) -> None:
        """Dim all points outside `mask`."""
        if mask is not self._look.highlight:
            self._show(replace(self._look, highlight=mask))

    def set_backdrop(self, color: QColor) -> None:
        """Tell what the points lie on; the dimmed ones fade towards it."""
        if color != self._look.backdrop:
            self._show(replace(self._look, backdrop=color))

    def hurry(self, *_: object) -> None:
        """Draw no finer than can be followed until the hand rests: the view is being moved."""
        view = self._picture.view
        if self._hurried or (view is not None and view.n_squares > _WHILE_MOVING):
            self._stop_hurrying()
            self._hurried = self.startTimer(_REST_MS)

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw as finely as can be: the hand rests."""
        self._stop_hurrying()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Return the rectangle around all points."""
        return self._bounds

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        """Draw the dimmed points, then the others; for a figure, leave that to whoever draws it."""
        if not len(self._positions):
            return
        cloud, recording = self._cloud(), recording_of(painter)
        if recording is not None:
            # Another picture: this one may still be drawn on the screen meanwhile.
            kept = replace(cloud, picture=Picture(self._positions))
            recording.keep(painter, kept, painter.deviceTransform().mapRect(cloud.seen))
            return
        scale = _device_scale(painter)
        sheet = Sheet(scale, QTransform(), vector=painter.paintEngine().type() in _VECTOR)
        painter.save()
        if sheet.vector or not self._on_screen(scale):
            cloud.draw(painter, sheet)
        else:
            allowed = _WHILE_MOVING if self._hurried else _AT_REST
            cloud.draw_pixels(painter, sheet, scale, lambda n_pixels: cloud.fineness(n_pixels, scale, allowed))
        painter.restore()

    def _cloud(self) -> Cloud:
        return Cloud(self._positions, self._picture, self._look, QRectF(self.viewRect()))

    def _show(self, look: Look) -> None:
        self._look = look
        self.update()
        # Points at the rim reach beyond the rectangle around their centres.
        box = self.getViewBox()
        if box is not None:
            box.update()

    def _stop_hurrying(self) -> None:
        if self._hurried:
            self.killTimer(self._hurried)
            self._hurried = 0

    def _on_screen(self, scale: float) -> bool:
        """Say whether the device has the pixels of the screen; a figure that is saved mostly has more."""
        widget = self.getViewWidget()
        return widget is not None and abs(scale - widget.devicePixelRatioF()) < _SAME


def _bounds(positions: Floats) -> QRectF:
    x, y = positions.T  # one after the other: numpy is slow over rows of two
    there = np.isfinite(x) & np.isfinite(y)
    if not there.all():
        x, y = x[there], y[there]
    return QRectF(QPointF(x.min(), y.min()), QPointF(x.max(), y.max())) if len(x) else QRectF()


def _device_scale(painter: QPainter) -> float:
    """Return the device's pixels for each of the screen's."""
    return round(abs(painter.deviceTransform().m11() / painter.worldTransform().m11()), 4)
