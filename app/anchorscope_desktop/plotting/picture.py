"""The picture of many points in one view, as far as it must be made anew: places, what stands out, colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from anchorscope.results import Floats, Ints
from anchorscope_desktop.plotting.colours import blend
from anchorscope_desktop.plotting.raster import Channels, Grid, Points, Ranks, Raster, packed, smoothed

DIMMED = 0.16
"""How much of its colour is left to a point that does not stand out."""

LARGER = 1.0
"""Pixels by which points are larger that stand out."""


@dataclass(frozen=True)
class View:
    """The pixels that a picture covers, where data lie on them, and how fine it is.

    Parameters
    ----------
    pixels
        Left, top, width and height on the device.
    to_pixels
        Factors of x and y, then what is added to them: from data to pixels.
    scale
        Pixels of the device for each of the screen's.
    side
        Small squares in a row of a pixel.
    """

    pixels: tuple[int, int, int, int]
    to_pixels: tuple[float, float, float, float]
    scale: float
    side: int

    @property
    def n_squares(self) -> int:
        """How many squares there are."""
        return self.pixels[2] * self.pixels[3] * self.side**2

    def squares(self, pixels: float) -> float:
        """Return a length in small squares, from one in pixels of the screen."""
        return pixels * self.scale * self.side

    def grid(self, diameter: int) -> Grid:
        """Return the squares; discs of an even diameter are centred on corners of squares, others on their middle."""
        left, top, width, height = self.pixels
        x_scale, y_scale, x_shift, y_shift = self.to_pixels
        side, half = self.side, 0.5 * (diameter % 2 == 0)
        return Grid(width * side, height * side, x_scale * side, (x_shift - left) * side + half,
                    y_scale * side, (y_shift - top) * side + half)


@dataclass(frozen=True, eq=False)
class Look:
    """How points look: point `i` is ``palette[codes[i]]``, the last for -1; those outside `highlight` are dimmed."""

    codes: Ints
    palette: Sequence[QColor]
    backdrop: QColor
    highlight: NDArray[np.bool_] | None = None

    @cached_property
    def slots(self) -> NDArray[np.int16]:
        """(n + 1,) the codes, and that of squares in which no point is seen."""
        slots = np.empty(len(self.codes) + 1, dtype=np.int16)
        slots[:-1], slots[-1] = self.codes, len(self.palette)
        return slots

    def colours(self, *, dimmed: bool) -> list[QColor]:
        """Return the palette as it is or dimmed towards the backdrop."""
        strength = DIMMED if dimmed else 1.0
        return [blend(self.backdrop, color, strength) for color in self.palette]

    def looked_up(self, seen: Ranks, *, dimmed: bool) -> Channels:
        """Return the colours of squares, from the points seen in them."""
        colours = packed(np.array([color.getRgb() for color in self.colours(dimmed=dimmed)]))
        return colours.take(self.slots.take(seen), mode="wrap")


class Picture:
    """Remembers what it drew last: another look needs no point to be placed again, another view no shuffle."""

    def __init__(self, positions: Floats) -> None:
        self._positions = positions
        self._look: Look | None = None
        self._placed: tuple[View, Raster, Ranks] | None = None
        self._bright: tuple[NDArray[np.bool_], NDArray[np.intp], Ranks] | None = None
        self._image = QImage()

    @cached_property
    def points(self) -> Points:
        """The points in the order of drawing."""
        return Points(self._positions)

    @property
    def view(self) -> View | None:
        """What was drawn last."""
        return self._placed[0] if self._placed is not None else None

    def image(self, view: View, look: Look, size: float) -> QImage:
        """Return the pixels of `view` with points of a diameter of `size` pixels of the screen."""
        if self._placed is None or self._placed[0] != view:
            diameter = max(round(view.squares(size)), 1)
            raster = Raster(self.points, view.grid(diameter), diameter)
            self._placed, self._bright, self._look = (view, raster, raster.seen()), None, None
        if look is not self._look:
            self._look, self._image = look, self._coloured(look, *self._placed)
        return self._image

    def _coloured(self, look: Look, view: View, raster: Raster, seen: Ranks) -> QImage:
        squares = look.looked_up(seen, dimmed=look.highlight is not None)
        if look.highlight is not None:
            if self._bright is None or self._bright[0] is not look.highlight:
                self._bright = look.highlight, *raster.among(look.highlight, view.squares(LARGER))
            _, above, bright = self._bright
            squares.reshape(-1)[above] = look.looked_up(bright, dimmed=False)
        return _image_of(smoothed(squares, view.side))


def _image_of(pixels: NDArray[np.uint8]) -> QImage:
    height, width = pixels.shape[:2]
    # A copy, because Qt would go on reading memory that numpy frees.
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
