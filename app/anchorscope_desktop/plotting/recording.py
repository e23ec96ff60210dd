"""What a widget draws, kept so that any thread can draw it again at any resolution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QPainter, QPicture, QTransform
from PySide6.QtWidgets import QWidget

from anchorscope.progress import SILENT, Part, Progress


@dataclass(frozen=True)
class Sheet:
    """What is drawn on.

    Parameters
    ----------
    scale
        Pixels of the device for each of the screen's.
    base
        From pixels of the screen to what the painter takes.
    band
        The part of the device that is there, in its pixels; all of it where nothing is said.
    vector
        Whether lines and letters stay what they are: SVG and PDF.
    progress
        Told between two pieces of what takes long.
    """

    scale: float
    base: QTransform
    band: QRect | None = None
    vector: bool = False
    progress: Progress = SILENT


class Drawing(Protocol):
    """Plain data that draw themselves; nothing in them belongs to a widget."""

    def draw(self, painter: QPainter, sheet: Sheet) -> None:
        """Draw with a painter that is placed as it was when this was kept."""


@dataclass(frozen=True, eq=False)
class _Piece:

    picture: QPicture

    def draw(self, painter: QPainter, sheet: Sheet) -> None:  # noqa: ARG002 - it is the same at any resolution
        """Draw it again."""
        painter.drawPicture(0, 0, self.picture)


@dataclass(frozen=True, eq=False)
class _Kept:
    drawing: Drawing
    place: QTransform
    clip: QRectF
    opacity: float


class Recording(QPicture):
    """What Qt drew, and the drawings kept for later, which lie above it in their order.

    What would take long to draw, or must know the resolution, finds the recording by `recording_of` and has itself
    kept instead of drawing.
    """

    def __init__(self, widget: QWidget, letters: float = 1.0, *, cut: bool = False) -> None:
        super().__init__()
        self.letters, self.cut = letters, cut
        """How large everything is drawn, 1 as on the screen; whether names are left out or cut even so."""
        self.title = widget.accessibleName()
        self._kept: list[_Kept] = []
        painter = QPainter(self)
        widget.render(painter, QPoint())
        painter.end()

    def keep(self, painter: QPainter, drawing: Drawing, within: QRectF) -> None:
        """Draw `drawing` later as `painter` would now, and only `within`, in pixels of the screen."""
        self._kept.append(_Kept(drawing, painter.deviceTransform(), within, painter.opacity()))

    def play(self, painter: QPainter, sheet: Sheet) -> None:  # type: ignore[override]
        """Draw everything; the painter takes pixels of the screen, of which smaller letters need fewer.

        Raises
        ------
        Cancelled
            If the progress of the sheet does.
        """
        smaller = QTransform.fromScale(self.letters, self.letters)
        sheet = replace(sheet, scale=sheet.scale * self.letters, base=smaller * sheet.base)
        painter.setWorldTransform(smaller * painter.worldTransform())
        painter.drawPicture(0, 0, self)
        for place, one in enumerate(self._kept):
            if sheet.band is not None and not _mapped(one.clip, painter).intersects(sheet.band):
                continue
            part = Part(sheet.progress, place / len(self._kept), (place + 1) / len(self._kept))
            painter.save()
            try:
                painter.setClipRect(one.clip)
                painter.setOpacity(one.opacity)
                painter.setWorldTransform(one.place * sheet.base)
                one.drawing.draw(painter, replace(sheet, progress=part))
            finally:
                painter.restore()


def _mapped(rect: QRectF, painter: QPainter) -> QRect:
    return painter.deviceTransform().mapRect(rect).toAlignedRect()


@contextmanager
def piece_of(painter: QPainter, within: QRectF) -> Iterator[QPainter]:
    """Yield what to draw with `within` a rectangle: `painter` itself or, where that records, one for a piece apart.

    A piece is not drawn again in bands that it does not reach, and lies above everything that is no piece.
    """
    recording = recording_of(painter)
    if recording is None:
        yield painter
        return
    picture = QPicture()
    apart = QPainter(picture)
    apart.setRenderHints(painter.renderHints())
    apart.setFont(painter.font())
    yield apart
    apart.end()
    recording.keep(painter, _Piece(picture), painter.deviceTransform().mapRect(within))


def recording_of(painter: QPainter) -> Recording | None:
    """Return the recording that `painter` draws into, if it is one."""
    device = painter.paintEngine().paintDevice()
    return device if isinstance(device, Recording) else None
