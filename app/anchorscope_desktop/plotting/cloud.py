"""Points as they are drawn once: plain data, so that a figure can be drawn outside the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

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
        for rows, dimmed, more in ((order[~bright], True, 0.0), (order[bright], False, larger)):
            draw_circles(painter, self.positions[rows], look.codes[rows], look.colours(dimmed=dimmed),
                         self.point_size + more, sheet.base)

    def draw_pixels(self, painter: QPainter, sheet: Sheet, scale: float, fineness: Callable[[int], int]) -> None:
        """Draw an image with `scale` pixels for each of the screen's; on the screen, pixel upon pixel."""
        more = scale / sheet.scale
        to_pixels = painter.deviceTransform() * QTransform.fromScale(more, more)
        view = self._looked_at(to_pixels, sheet, scale, fineness)
        if not view.n_squares:
            return
        image = self.picture.image(view, self.look, self.point_size)
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.setWorldTransform(to_pixels.inverted()[0] * painter.worldTransform())
        if sheet.vector:
            _draw_strips(painter, view.pixels[:2], image)
        else:
            painter.drawImage(QPointF(*view.pixels[:2]), image)

    def _looked_at(self, to_pixels: QTransform, sheet: Sheet, scale: float, fineness: Callable[[int], int]) -> View:
        reach = int(np.ceil((self.point_size + LARGER) * scale))
        pixels = to_pixels.mapRect(self.seen).toAlignedRect().adjusted(-reach, -reach, reach, reach)
        side = fineness(pixels.width() * pixels.height())  # of the whole, so that all bands are alike
        if sheet.band is not None:
            pixels &= sheet.band.adjusted(-reach, -reach, reach, reach)
        return View((pixels.left(), pixels.top(), pixels.width(), pixels.height()),
                    (to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy()), scale, side)

    def _near(self, painter: QPainter, sheet: Sheet) -> Ranks:
        """Return the points in their order, without those that do not reach into the band."""
        order, there = self.picture.points.order, painter.deviceTransform()
        if sheet.band is None:
            return order
        reach = (self.point_size + LARGER) * sheet.scale
        height = self.positions[order, 1] * there.m22() + there.dy()
        near = np.flatnonzero((height > sheet.band.top() - reach) & (height < sheet.band.bottom() + 1 + reach))
        return order.take(near)


def _draw_strips(painter: QPainter, corner: tuple[int, int], image: QImage) -> None:
    """Draw an image in strips that overlap by a row, so that no gap is seen between them."""
    rows = max(_STRIP // max(image.width(), 1), 2)
    for top in range(0, image.height(), rows):
        strip = QRect(0, max(top - 1, 0), image.width(), min(rows + (top > 0), image.height() - top + (top > 0)))
        painter.drawImage(QPointF(corner[0], corner[1] + strip.top()), image.copy(strip))
