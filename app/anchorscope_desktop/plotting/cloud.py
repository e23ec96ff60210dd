"""Points as they are drawn once: plain data, so that a figure can be drawn outside the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from anchorscope.progress import Part
from anchorscope.results import Floats
from anchorscope_desktop.plotting.paper import MOST_CIRCLES, draw_circles
from anchorscope_desktop.plotting.picture import LARGER, Look, Picture, View
from anchorscope_desktop.plotting.raster import Ranks
from anchorscope_desktop.plotting.recording import Sheet

_SMOOTHEST, _SMOOTH, _CROWD = 3, 2, 100_000
"""Small squares in a row of a pixel of the screen: for a few points, and for a crowd, which hides its edges."""

_ON_PAPER = 12_000_000
"""Squares that may be filled where nobody waits."""

_PAPER_SCALE = 4.0
"""Pixels of an image within SVG or PDF for each pixel of the screen: 384 dots per inch."""

_STRIP = 400_000
"""Pixels of such an image that are handed to Qt at once: it lets nobody else work meanwhile."""

_BAND = 2_000_000
"""Squares of such an image that are filled at once: more take long and much memory, and no cancel is heard."""


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points, how they look, and which part of them is looked at.

    Parameters
    ----------
    positions
        (n, 2) where the points lie.
    picture
        Draws the same positions.
    look
        How they look.
    seen
        What is looked at, in the points' coordinates.
    """

    positions: Floats
    picture: Picture
    look: Look
    seen: QRectF

    @property
    def point_size(self) -> float:
        """The diameter of a point, in pixels of the screen."""
        return float(np.clip(200.0 / np.sqrt(max(len(self.positions), 1)), 2.0, 6.0))

    def draw(self, painter: QPainter, sheet: Sheet) -> None:
        """Draw for paper: circles where they are few, pixels as fine as the sheet where they are many."""
        if len(self.positions) <= MOST_CIRCLES:
            self.draw_circles(painter, sheet)
        else:
            scale = _PAPER_SCALE if sheet.vector else sheet.scale
            self.draw_pixels(painter, sheet, scale, lambda n_pixels: self._fineness(n_pixels, scale))

    def fineness(self, n_pixels: int, scale: float, allowed: int, least: int = 0) -> int:
        """Return how many squares lie in a row of a pixel: as many as time allows and eyes can see."""
        wanted = np.ceil((_SMOOTHEST if len(self.positions) <= _CROWD else _SMOOTH) / scale)
        return int(np.clip(np.sqrt(allowed / max(n_pixels, 1)), 1, max(wanted, least)))

    def _fineness(self, n_pixels: int, scale: float) -> int:
        return self.fineness(n_pixels, scale, _ON_PAPER, _SMOOTH)

    def draw_circles(self, painter: QPainter, sheet: Sheet) -> None:
        """Draw the dimmed points, then the others."""
        order, look = self._near(painter, sheet), self.look
        bright = np.ones(len(order), dtype=bool) if look.highlight is None else look.highlight[order]
        larger = LARGER if look.highlight is not None else 0.0
        share = float(np.mean(~bright)) if len(bright) else 0.0
        for rows, dimmed, more, part in ((order[~bright], True, 0.0, Part(sheet.progress, 0.0, share)),
                                         (order[bright], False, larger, Part(sheet.progress, share, 1.0))):
            draw_circles(painter, self.positions[rows], look.codes[rows], look.colours(dimmed=dimmed),
                         self.point_size + more, sheet.base, part)

    def draw_pixels(self, painter: QPainter, sheet: Sheet, scale: float, fineness: Callable[[int], int]) -> None:
        """Draw an image with `scale` pixels for each of the screen's; on the screen, pixel upon pixel."""
        more = scale / sheet.scale
        to_pixels = painter.deviceTransform() * QTransform.fromScale(more, more)
        reach = int(np.ceil((self.point_size + LARGER) * scale))
        whole = to_pixels.mapRect(self.seen).toAlignedRect().adjusted(-reach, -reach, reach, reach)
        side = fineness(whole.width() * whole.height())  # of the whole, so that all bands are alike
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.setWorldTransform(to_pixels.inverted()[0] * painter.worldTransform())
        if sheet.vector:
            bands = _bands(whole, side)
            for place, band in enumerate(bands):
                sheet.progress.update(place / len(bands))
                seen = whole & band.adjusted(0, -reach, 0, reach)
                _draw_strips(painter, self._image(to_pixels, seen, scale, side), seen, band)
            return
        if sheet.band is not None:
            whole &= sheet.band.adjusted(-reach, -reach, reach, reach)
        if not whole.isEmpty():
            painter.drawImage(QPointF(whole.topLeft()), self._image(to_pixels, whole, scale, side))

    def _image(self, to_pixels: QTransform, pixels: QRect, scale: float, side: int) -> QImage:
        view = View((pixels.left(), pixels.top(), pixels.width(), pixels.height()),
                    (to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy()), scale, side)
        return self.picture.image(view, self.look, self.point_size)

    def _near(self, painter: QPainter, sheet: Sheet) -> Ranks:
        """Return the points in their order, without those that do not reach into the band."""
        order, there = self.picture.points.order, painter.deviceTransform()
        if sheet.band is None:
            return order
        reach = (self.point_size + LARGER) * sheet.scale
        height = self.positions[order, 1] * there.m22() + there.dy()
        near = np.flatnonzero((height > sheet.band.top() - reach) & (height < sheet.band.bottom() + 1 + reach))
        return order.take(near)


def _bands(whole: QRect, side: int) -> list[QRect]:
    rows = max(_BAND // max(whole.width() * side**2, 1), 1)
    return [QRect(whole.left(), top, whole.width(), min(rows, whole.bottom() + 1 - top))
            for top in range(whole.top(), whole.bottom() + 1, rows)]


def _draw_strips(painter: QPainter, image: QImage, seen: QRect, band: QRect) -> None:
    """Draw the `band` of an image that covers `seen`, in strips that overlap by a row: no gap is seen between them."""
    rows = max(_STRIP // max(image.width(), 1), 2)
    for top in range(band.top(), band.bottom() + 1, rows):
        strip = QRect(seen.left(), top - 1, seen.width(), min(rows, band.bottom() + 1 - top) + 1) & seen
        painter.drawImage(QPointF(strip.topLeft()), image.copy(strip.translated(-seen.topLeft())))
