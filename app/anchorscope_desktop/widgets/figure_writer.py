"""A widget as a picture: SVG and PDF keep lines and letters, PNG has the resolution that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QMarginsF, QPoint, QSettings, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from anchorscope.errors import OutputError

SVG, PDF, PNG = "SVG", "PDF", "PNG"
FORMATS = (SVG, PDF, PNG)
_SCREEN_DPI = 96.0
_MM_PER_INCH = 25.4
_PDF_DPI = 1200
_FIRST = {"width": 160, "height": 120, "dpi": 300}
Made = TypeVar("Made")


@dataclass(frozen=True)
class FigureSize:
    """Width and height in millimetres, and the resolution of pixels in dots per inch."""

    width: int
    height: int
    dpi: int

    @property
    def logical(self) -> QSize:
        """The size at which the widget is laid out, so that its letters have their usual size."""
        scale = _SCREEN_DPI / _MM_PER_INCH
        return QSize(round(self.width * scale), round(self.height * scale))


def remembered_size() -> FigureSize:
    """Return the size that was asked for last, or the first one."""
    stored, found = QSettings(), dict(_FIRST)
    for name in _FIRST:
        value = str(stored.value(f"figures/{name}", ""))
        if value.isdigit():
            found[name] = int(value)
    return FigureSize(**found)


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


def write_figure(widget: QWidget, path: Path, kind: str, size: FigureSize) -> None:
    """Write `widget` to `path`; a file that is there is replaced once the new one is complete.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    from anchorscope.io.atomic import atomic_path

    with atomic_path(path) as temporary:
        {SVG: _write_svg, PDF: _write_pdf, PNG: _write_png}[kind](widget, temporary, size)


def picture_of(widget: QWidget, size: FigureSize) -> QImage:
    """Return `widget` in pixels."""
    _lay_out(widget, size)
    scale = size.dpi / _SCREEN_DPI
    image = QImage(size.logical * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.setDotsPerMeterX(round(size.dpi / _MM_PER_INCH * 1000))
    image.setDotsPerMeterY(round(size.dpi / _MM_PER_INCH * 1000))
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    widget.render(painter, QPoint())
    painter.end()
    return image


def _write_png(widget: QWidget, path: Path, size: FigureSize) -> None:
    image = picture_of(widget, size)
    image.setDevicePixelRatio(1.0)
    # The binding takes the format as text, whatever its annotations say.
    if not image.save(str(path), "PNG"):  # type: ignore[call-overload]
        raise OutputError(f"Cannot write {path.name}", "an error of the disk or the system", "try another folder")


def _write_svg(widget: QWidget, path: Path, size: FigureSize) -> None:
    _lay_out(widget, size)
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size.logical)
    generator.setViewBox(widget.rect())
    generator.setResolution(round(_SCREEN_DPI))
    generator.setTitle(widget.accessibleName())
    painter = QPainter(generator)
    widget.render(painter, QPoint())
    painter.end()


def _write_pdf(widget: QWidget, path: Path, size: FigureSize) -> None:
    _lay_out(widget, size)
    writer = QPdfWriter(str(path))
    writer.setTitle(widget.accessibleName())
    writer.setResolution(_PDF_DPI)
    writer.setPageSize(QPageSize(QSizeF(size.width, size.height), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    painter.scale(_PDF_DPI / _SCREEN_DPI, _PDF_DPI / _SCREEN_DPI)
    widget.render(painter, QPoint())
    painter.end()


def _lay_out(widget: QWidget, size: FigureSize) -> None:
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.resize(size.logical)
    widget.show()
