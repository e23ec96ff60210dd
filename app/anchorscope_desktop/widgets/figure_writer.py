"""A widget as a picture: SVG and PDF keep lines and letters, PNG has the resolution that was asked for.

A widget is recorded in the window's thread, which takes a moment; what was recorded is drawn and written by any other.
Qt lets no one else work while it draws, so pixels are drawn in bands, each of them short.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QMarginsF, QRect, QSettings, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter, QTransform
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from anchorscope.errors import OutputError
from anchorscope.progress import SILENT, Progress
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.heatmap_ink import LEAST_LETTERS
from anchorscope_desktop.plotting.png import PngWriter
from anchorscope_desktop.plotting.recording import Recording, Sheet
from anchorscope_desktop.plotting.theme import SMALL

SVG, PDF, PNG = "SVG", "PDF", "PNG"
FORMATS = (SVG, PDF, PNG)
MOST_PIXELS = 2**29
"""In one picture: programs that open it hold 4 bytes for each, and 2 GiB is what most of them can."""

_BYTES_COPIED = 12
"""Of memory for each pixel that is copied: the picture, the clipboard's, and that of who asks for it."""

_SCREEN_DPI = 96.0
_MM_PER_INCH = 25.4
_PDF_DPI = 1200
_BAND = 2_000_000
"""Pixels that are drawn before anybody else may work again."""

_FIRST = {"width": 160, "height": 120, "dpi": 300}
Made = TypeVar("Made")

_PIXELS_PER_PT = _SCREEN_DPI / 72
LETTERS_PT, LEAST_PT = SMALL / _PIXELS_PER_PT, 5.0
"""Size of the letters of names, and the smallest that journals print, in points."""

_SMALLEST = LEAST_PT / LETTERS_PT
_LETTERS = (*((letters, False) for letters in (1.0, 0.9, 0.8, 0.7, 0.62, _SMALLEST)), (_SMALLEST, True))
"""How large figures are drawn, and whether the names of a table may take most of it: the first that does."""


@dataclass(frozen=True)
class FigureSize:
    """Width and height in millimetres, and the resolution of pixels in dots per inch."""

    width: int
    height: int
    dpi: int

    @property
    def logical(self) -> QSize:
        """The size at which the widget is laid out if its letters are to have their usual size."""
        scale = _SCREEN_DPI / _MM_PER_INCH
        return QSize(round(self.width * scale), round(self.height * scale))

    @property
    def scale(self) -> float:
        """Pixels of the picture for each of the screen's."""
        return self.dpi / _SCREEN_DPI

    @property
    def pixels(self) -> QSize:
        """The size of the picture."""
        return self.logical * self.scale

    @property
    def per_metre(self) -> int:
        """Pixels in a metre of paper."""
        return round(self.dpi / _MM_PER_INCH * 1000)


def remembered_size() -> FigureSize:
    """Return the size that was asked for last, or the first one."""
    stored, found = QSettings(), dict(_FIRST)
    for name in _FIRST:
        value = str(stored.value(f"figures/{name}", ""))
        if value.isdigit():
            found[name] = int(value)
    return FigureSize(**found)


def check_pixels(size: FigureSize) -> None:
    """Refuse a picture in pixels that no program could open.

    Raises
    ------
    OutputError
        If it has more than `MOST_PIXELS`.
    """
    count = size.pixels.width() * size.pixels.height()
    if count > MOST_PIXELS:
        raise OutputError("The picture is too large to be saved in pixels", _told(size, count),
                          f"ask for at most {_most_dpi(size, MOST_PIXELS)} dpi, or save it as SVG or PDF")


def check_copied(size: FigureSize) -> None:
    """Refuse to copy a picture that the memory of this machine cannot hold.

    Raises
    ------
    OutputError
        If it would take more than there is.
    """
    from anchorscope.machine import free_memory_mib

    most = min(MOST_PIXELS, int(free_memory_mib() * 2**20 / _BYTES_COPIED))
    count = size.pixels.width() * size.pixels.height()
    if count > most:
        raise OutputError("The picture is too large to be copied", _told(size, count),
                          f"ask for at most {_most_dpi(size, most)} dpi, or save it as a file")


def with_figure(make: Callable[[], QWidget], use: Callable[[QWidget], Made]) -> Made:
    """Make a widget, use it, and do away with it."""
    widget = make()
    try:
        return use(widget)
    finally:
        widget.hide()
        widget.deleteLater()
        # At once: until the event loop ran, every picture made before would go on following the result.
        QCoreApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete.value)


def recorded(widget: QWidget, size: FigureSize) -> Recording:
    """Return what `widget` draws at that size; in the window's thread.

    Where names would be cut it is drawn smaller, as little as need be: letters of `LETTERS_PT` become those of
    `LEAST_PT` at most.
    """
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    fallback = None
    for letters, long_names in _LETTERS:
        _lay_out(widget, size, letters, long_names=long_names)
        names_cut = _too_large(widget, size, letters) or cut(widget)
        if not names_cut and not _any(widget, "crowded"):
            return Recording(widget, letters)
        if not names_cut and fallback is None:
            fallback = letters, long_names
    letters, long_names = fallback or _LETTERS[-1]
    _lay_out(widget, size, letters, long_names=long_names)
    return Recording(widget, letters, cut=fallback is None)


def _too_large(widget: QWidget, size: FigureSize, letters: float) -> bool:
    """Return whether a widget that was laid out takes more than the figure: it cannot be any smaller."""
    room = size.logical / letters
    return widget.width() > room.width() or widget.height() > room.height()


def cut(widget: QWidget) -> bool:
    """Return whether a name in a widget that is laid out is not seen, or not all of it."""
    return _any(widget, "cut")


def _any(widget: QWidget, what: str) -> bool:
    return any(getattr(part, what, False) for part in widget.findChildren(QWidget) if part.isVisible())


def _lay_out(widget: QWidget, size: FigureSize, letters: float, *, long_names: bool) -> None:
    for heatmap in widget.findChildren(Heatmap):
        heatmap.set_letters(max(LEAST_LETTERS, math.ceil(LEAST_PT / letters * _PIXELS_PER_PT - 0.01)),
                            long_names=long_names)
    widget.resize(size.logical / letters)
    widget.show()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)  # of the widgets inside, which lie deeper


def write_figure(recording: Recording, path: Path, kind: str, size: FigureSize, progress: Progress = SILENT) -> None:
    """Write what was recorded to `path`; a file that is there is replaced once the new one is complete.

    Raises
    ------
    OutputError
        If the file cannot be written.
    Cancelled
        If the work has been asked to stop; no file is left behind then.
    """
    from anchorscope.io.atomic import atomic_path

    progress.update(0.0)
    with atomic_path(path, progress) as temporary:
        {SVG: _write_svg, PDF: _write_pdf, PNG: _write_png}[kind](recording, temporary, size, progress)


def picture_of(recording: Recording, size: FigureSize, progress: Progress = SILENT) -> QImage:
    """Return in pixels what was recorded.

    Raises
    ------
    Cancelled
        If the work has been asked to stop.
    """
    image = QImage(size.pixels, QImage.Format.Format_RGB32)
    whole = np.frombuffer(image.bits(), dtype=np.uint8).reshape(image.height(), -1)
    for top, band in _bands(recording, size, progress):
        whole[top: top + len(band)] = band.reshape(len(band), -1)
    image.setDevicePixelRatio(size.scale)
    image.setDotsPerMeterX(size.per_metre)
    image.setDotsPerMeterY(size.per_metre)
    return image


def _write_png(recording: Recording, path: Path, size: FigureSize, progress: Progress) -> None:
    with path.open("wb") as file:
        writer = PngWriter(file, size.pixels.width(), size.pixels.height(), size.per_metre)
        for _, band in _bands(recording, size, progress):
            writer.add(band[..., 2::-1])
        writer.finish()


def _bands(recording: Recording, size: FigureSize, progress: Progress) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield the first row and the (rows, width, 4) pixels of each band: blue, green, red, and one that says nothing."""
    width, height = size.pixels.width(), size.pixels.height()
    rows = max(_BAND // max(width, 1), 1)
    for top in range(0, height, rows):
        progress.update(top / height)
        band = np.full((min(rows, height - top), width, 4), 255, dtype=np.uint8)
        image = QImage(band.data, width, len(band), 4 * width, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(size.scale)
        painter = QPainter(image)
        base = QTransform.fromTranslate(0.0, -top / size.scale)
        painter.setWorldTransform(base)
        recording.play(painter, Sheet(size.scale, base, image.rect()))
        painter.end()
        yield top, band


def _write_svg(recording: Recording, path: Path, size: FigureSize, progress: Progress) -> None:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size.logical)
    generator.setViewBox(QRect(0, 0, size.logical.width(), size.logical.height()))
    generator.setResolution(round(_SCREEN_DPI))
    generator.setTitle(recording.title)
    painter = QPainter(generator)
    try:
        recording.play(painter, Sheet(1.0, QTransform(), vector=True, progress=progress))
    finally:
        painter.end()  # what is drawn on must not go first, after a cancel either


def _write_pdf(recording: Recording, path: Path, size: FigureSize, progress: Progress) -> None:
    writer = QPdfWriter(str(path))
    writer.setTitle(recording.title)
    writer.setResolution(_PDF_DPI)
    writer.setPageSize(QPageSize(QSizeF(size.width, size.height), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    scale = _PDF_DPI / _SCREEN_DPI
    base = QTransform.fromScale(scale, scale)
    painter = QPainter(writer)
    try:
        painter.setWorldTransform(base)
        recording.play(painter, Sheet(scale, base, vector=True, progress=progress))
    finally:
        painter.end()


def _told(size: FigureSize, count: int) -> str:
    return f"{size.width} mm by {size.height} mm at {size.dpi} dpi, {count / 1e6:,.0f} million pixels"


def _most_dpi(size: FigureSize, most: int) -> int:
    """Return the highest resolution, in tens, that keeps the picture within `most` pixels."""
    area = size.logical.width() * size.logical.height()
    return int(np.sqrt(most / area) * _SCREEN_DPI) // 10 * 10
