"""Cells as points: coloured by type, the unselected dimmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimerEvent
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QTransform
from PySide6.QtWidgets import QWidget

from anchorscope.results import Floats, Ints
from anchorscope_desktop.plotting.colours import blend
from anchorscope_desktop.plotting.paper import MOST_CIRCLES, draw_circles
from anchorscope_desktop.plotting.raster import Channels, Grid, Points, Ranks, Raster, packed, smoothed

_DIMMED = 0.16
_LARGER = 1.0
"""Pixels by which points are larger that stand out."""

_SMOOTHEST, _SMOOTH, _CROWD = 3, 2, 100_000
"""Small squares in a row of a pixel of the screen: for a few points, and for a crowd, which hides its edges."""

_WHILE_MOVING, _AT_REST, _ON_PAPER = 700_000, 2_600_000, 12_000_000
"""Squares that may be filled: while the hand moves, once it rests, and where nobody waits."""

_SAME = 1e-3
_REST_MS = 90
_PAPER_SCALE = 4.0
"""Pixels of an image on paper for each pixel of the screen: 384 dots per inch."""

_VECTOR = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


@dataclass(frozen=True)
class _View:
    """What a picture depends on, but for the points: the pixels it covers, where data lie on them, and how fine it is.

    `scale` is pixels of the device for each of the screen's, `side` small squares in a row of a pixel.
    """

    pixels: tuple[int, int, int, int]
    to_pixels: tuple[float, float, float, float]
    scale: float
    side: int

    @property
    def n_squares(self) -> int:
        """How many squares there are."""
        return self.pixels[2] * self.pixels[3] * self.side**2

    def grid(self, diameter: int) -> Grid:
        """Return the squares; discs of an even diameter are centred on corners of squares, others on their middle."""
        left, top, width, height = self.pixels
        x_scale, y_scale, x_shift, y_shift = self.to_pixels
        side, half = self.side, 0.5 * (diameter % 2 == 0)
        return Grid(width * side, height * side, x_scale * side, (x_shift - left) * side + half,
                    y_scale * side, (y_shift - top) * side + half)


class PointCloud(pg.GraphicsObject):  # type: ignore[misc]
    """Points as pixels: colours are looked up, so that recolouring and dimming do not touch the points.

    Points are drawn in one fixed shuffle, so that no type lies on top of all others.
    """

    def __init__(self) -> None:
        super().__init__()
        self._positions: Floats = np.zeros((0, 2))
        self._points = Points(self._positions)
        self._bounds = QRectF()
        self._codes: Ints = np.zeros(0, dtype=np.int64)
        self._slots: NDArray[np.int16] | None = None
        self._palette: Sequence[QColor] = [QColor("grey")]
        self._highlight: NDArray[np.bool_] | None = None
        self._backdrop = QColor("white")
        self._view: _View | None = None
        self._raster: Raster | None = None
        self._seen: Ranks | None = None
        self._bright: Ranks | None = None
        self._image: QImage | None = None
        self._hurried = 0

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """(n,) which points stand out, or nothing if all look alike."""
        return self._highlight

    @property
    def positions(self) -> Floats:
        """(n, 2) where the points lie."""
        return self._positions

    @property
    def codes(self) -> Ints:
        """(n,) place of each point's colour in the palette; -1 for the last."""
        return self._codes

    def set_points(self, positions: Floats) -> None:
        """Replace all points; they are grey until coloured, and those without coordinates (NaN) are left out."""
        self.prepareGeometryChange()
        self._positions = np.asarray(positions, dtype=np.float64)
        self._points = Points(self._positions)
        bounds = self._points.bounds
        self._bounds = QRectF() if bounds is None else QRectF(QPointF(*bounds[:2]), QPointF(*bounds[2:]))
        self._highlight = self._view = None
        self.set_colours(np.full(len(positions), -1), self._palette)

    def set_colours(self, codes: Ints, palette: Sequence[QColor]) -> None:
        """Give point `i` the colour ``palette[codes[i]]``; -1 takes the last."""
        self._codes, self._palette = np.asarray(codes), list(palette)
        self._slots = None
        self._redraw()

    def set_highlight(self, mask: NDArray[np.bool_] | None) -> None:
        """Dim all points outside `mask`."""
        if mask is None and self._highlight is None:
            return
        self._highlight, self._bright = mask, None
        self._redraw()

    def set_backdrop(self, color: QColor) -> None:
        """Tell what the points lie on; the dimmed ones fade towards it."""
        if color != self._backdrop:
            self._backdrop = color
            self._redraw()

    def hurry(self, *_: object) -> None:
        """Draw no finer than can be followed until the hand rests: the view is being moved."""
        if self._hurried or (self._view is not None and self._view.n_squares > _WHILE_MOVING):
            self._stop_hurrying()
            self._hurried = self.startTimer(_REST_MS)

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw as finely as can be: the hand rests."""
        self._stop_hurrying()
        self.update()

    def _stop_hurrying(self) -> None:
        if self._hurried:
            self.killTimer(self._hurried)
            self._hurried = 0

    def forget_picture(self) -> None:
        """Draw everything anew next time."""
        self._view = None

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Return the rectangle around all points."""
        return self._bounds

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        """Draw the dimmed points, then the others."""
        if not len(self._points.x):
            return
        vector, scale = painter.paintEngine().type() in _VECTOR, _device_scale(painter)
        painter.save()
        if (vector or not self._on_screen(scale)) and len(self._points.x) <= MOST_CIRCLES:
            self._draw_circles(painter)
        else:
            self._draw_pixels(painter, _PAPER_SCALE if vector else scale)
        painter.restore()

    def _redraw(self) -> None:
        self._image = None
        self.update()
        # Points at the rim reach beyond the rectangle around their centres.
        box = self.getViewBox()
        if box is not None:
            box.update()

    def _draw_pixels(self, painter: QPainter, scale: float) -> None:
        """Draw an image with `scale` pixels for each of the screen's; on the screen, pixel upon pixel."""
        more = scale / _device_scale(painter)
        to_pixels = painter.deviceTransform() * QTransform.fromScale(more, more)
        view = self._looked_at(to_pixels, scale)
        if view != self._view:
            self._place(view)
        if self._image is None:
            self._image = self._coloured(view)
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.setWorldTransform(to_pixels.inverted()[0] * painter.worldTransform())
        painter.drawImage(QPointF(*view.pixels[:2]), self._image)

    def _looked_at(self, to_pixels: QTransform, scale: float) -> _View:
        reach = int(np.ceil((self._point_size() + _LARGER) * scale))
        pixels = to_pixels.mapRect(self.viewRect()).toAlignedRect().adjusted(-reach, -reach, reach, reach)
        return _View((pixels.left(), pixels.top(), pixels.width(), pixels.height()),
                     (to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy()), scale,
                     self._fineness(pixels.width() * pixels.height(), scale))

    def _fineness(self, n_pixels: int, scale: float) -> int:
        """Return how many squares lie in a row of a pixel: as many as time allows and eyes can see."""
        on_screen = self._on_screen(scale)
        allowed = (_WHILE_MOVING if self._hurried else _AT_REST) if on_screen else _ON_PAPER
        wanted = np.ceil((_SMOOTHEST if self._points.n <= _CROWD else _SMOOTH) / scale)
        enough = wanted if on_screen else max(wanted, _SMOOTH)
        return int(np.clip(np.sqrt(allowed / max(n_pixels, 1)), 1, enough))

    def _on_screen(self, scale: float) -> bool:
        """Say whether the device has the pixels of the screen; a figure that is saved mostly has more."""
        widget = self.getViewWidget()
        return widget is not None and abs(scale - widget.devicePixelRatioF()) < _SAME

    def _place(self, view: _View) -> None:
        diameter = max(round(self._point_size() * view.scale * view.side), 1)
        self._view, self._raster = view, Raster(self._points, view.grid(diameter), diameter)
        self._seen, self._bright, self._image = self._raster.seen(), None, None

    def _coloured(self, view: _View) -> QImage:
        assert self._raster is not None
        assert self._seen is not None
        faint = _DIMMED if self._highlight is not None else 1.0
        if self._slots is None:
            self._slots = np.empty(self._points.n + 1, dtype=np.int16)
            self._slots[:-1], self._slots[-1] = self._codes, len(self._palette)
        squares = self._looked_up(self._seen, faint)
        if self._highlight is not None:
            if self._bright is None:
                self._bright = self._raster.seen(self._highlight, _LARGER * view.scale * view.side)
            above = np.flatnonzero(self._bright < self._points.n)
            squares.flat[above] = self._looked_up(self._bright.flat[above], 1.0)
        return _image_of(smoothed(squares, view.side))

    def _faded(self, strength: float) -> list[QColor]:
        return [blend(self._backdrop, color, strength) for color in self._palette]

    def _looked_up(self, seen: Ranks, strength: float) -> Channels:
        assert self._slots is not None
        colours = packed(np.array([color.getRgb() for color in self._faded(strength)]))
        return colours.take(self._slots.take(seen), mode="wrap")

    def _draw_circles(self, painter: QPainter) -> None:
        order, size = self._points.order, self._point_size()
        bright = np.ones(len(order), dtype=bool) if self._highlight is None else self._highlight[order]
        larger = _LARGER * (self._highlight is not None)
        for rows, strength, more in ((order[~bright], _DIMMED, 0.0), (order[bright], 1.0, larger)):
            draw_circles(painter, self._positions[rows], self._codes[rows], self._faded(strength), size + more)

    def _point_size(self) -> float:
        return float(np.clip(200.0 / np.sqrt(max(self._points.n, 1)), 2.0, 6.0))


def _device_scale(painter: QPainter) -> float:
    """Return the device's pixels for each of the screen's."""
    return round(abs(painter.deviceTransform().m11() / painter.worldTransform().m11()), 4)


def _image_of(pixels: NDArray[np.uint8]) -> QImage:
    height, width = pixels.shape[:2]
    # A copy, because Qt would go on reading memory that numpy frees.
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
