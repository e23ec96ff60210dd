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
from anchorscope_desktop.plotting.paper import MOST_CIRCLES, draw_circles
from anchorscope_desktop.plotting.picture import LARGER, Look, Picture, View

_SMOOTHEST, _SMOOTH, _CROWD = 3, 2, 100_000
"""Small squares in a row of a pixel of the screen: for a few points, and for a crowd, which hides its edges."""

_WHILE_MOVING, _AT_REST, _ON_PAPER = 700_000, 2_600_000, 12_000_000
"""Squares that may be filled: while the hand moves, once it rests, and where nobody waits."""

_SAME = 1e-3
_REST_MS = 90
_PAPER_SCALE = 4.0
"""Pixels of an image within SVG or PDF for each pixel of the screen: 384 dots per inch."""

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
        """Draw the dimmed points, then the others."""
        if not len(self._picture.points.order):
            return
        vector, scale = painter.paintEngine().type() in _VECTOR, _device_scale(painter)
        painter.save()
        if (vector or not self._on_screen(scale)) and len(self._positions) <= MOST_CIRCLES:
            self._draw_circles(painter)
        else:
            self._draw_pixels(painter, _PAPER_SCALE if vector else scale)
        painter.restore()

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

    def _draw_pixels(self, painter: QPainter, scale: float) -> None:
        """Draw an image with `scale` pixels for each of the screen's; on the screen, pixel upon pixel."""
        more = scale / _device_scale(painter)
        to_pixels = painter.deviceTransform() * QTransform.fromScale(more, more)
        view = self._looked_at(to_pixels, scale)
        image = self._picture.image(view, self._look, self._point_size())
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.setWorldTransform(to_pixels.inverted()[0] * painter.worldTransform())
        painter.drawImage(QPointF(*view.pixels[:2]), image)

    def _looked_at(self, to_pixels: QTransform, scale: float) -> View:
        reach = int(np.ceil((self._point_size() + LARGER) * scale))
        pixels = to_pixels.mapRect(self.viewRect()).toAlignedRect().adjusted(-reach, -reach, reach, reach)
        return View((pixels.left(), pixels.top(), pixels.width(), pixels.height()),
                    (to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy()), scale,
                    self._fineness(pixels.width() * pixels.height(), scale))

    def _fineness(self, n_pixels: int, scale: float) -> int:
        """Return how many squares lie in a row of a pixel: as many as time allows and eyes can see."""
        on_screen = self._on_screen(scale)
        allowed = (_WHILE_MOVING if self._hurried else _AT_REST) if on_screen else _ON_PAPER
        wanted = np.ceil((_SMOOTHEST if len(self._positions) <= _CROWD else _SMOOTH) / scale)
        enough = wanted if on_screen else max(wanted, _SMOOTH)
        return int(np.clip(np.sqrt(allowed / max(n_pixels, 1)), 1, enough))

    def _on_screen(self, scale: float) -> bool:
        """Say whether the device has the pixels of the screen; a figure that is saved mostly has more."""
        widget = self.getViewWidget()
        return widget is not None and abs(scale - widget.devicePixelRatioF()) < _SAME

    def _draw_circles(self, painter: QPainter) -> None:
        order, size, look = self._picture.points.order, self._point_size(), self._look
        bright = np.ones(len(order), dtype=bool) if look.highlight is None else look.highlight[order]
        larger = LARGER if look.highlight is not None else 0.0
        for rows, dimmed, more in ((order[~bright], True, 0.0), (order[bright], False, larger)):
            draw_circles(painter, self._positions[rows], look.codes[rows], look.colours(dimmed=dimmed), size + more)

    def _point_size(self) -> float:
        return float(np.clip(200.0 / np.sqrt(max(len(self._positions), 1)), 2.0, 6.0))


def _bounds(positions: Floats) -> QRectF:
    there = positions[np.isfinite(positions).all(axis=1)]
    return QRectF(QPointF(*there.min(axis=0)), QPointF(*there.max(axis=0))) if len(there) else QRectF()


def _device_scale(painter: QPainter) -> float:
    """Return the device's pixels for each of the screen's."""
    return round(abs(painter.deviceTransform().m11() / painter.worldTransform().m11()), 4)
