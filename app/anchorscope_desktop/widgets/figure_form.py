"""Which picture to save, as what, and how large; with a preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget
from shiboken6 import isValid

from anchorscope.errors import AnchorscopeError
from anchorscope.progress import Progress
from anchorscope_desktop.plotting.recording import Recording
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row
from anchorscope_desktop.widgets.combo import Combo
from anchorscope_desktop.widgets.figure_writer import (
    FORMATS,
    LETTERS_PT,
    PNG,
    FigureSize,
    Made,
    check_copied,
    check_pixels,
    picture_of,
    recorded,
    remembered_size,
    with_figure,
    write_figure,
)
from anchorscope_desktop.widgets.number_field import WholeField
from anchorscope_desktop.widgets.segments import Segments

Figure = tuple[str, Callable[[], QWidget]]
"""Name of a picture, and a function that makes it."""

_TIPS = ("Lines and letters stay sharp and can be edited", "For manuscripts; stays sharp at any size",
         "Pixels, for slides; the resolution matters")
WIDTH_TIP = ("Width of the saved figure. Take the width at which it will be printed, mostly 85 to 90 mm for one column "
             "and 170 to 180 mm for two: letters have 9 pt, and fewer, down to 5, only where names would be cut.")
HEIGHT_TIP = "Height of the saved figure. Raise it where names or legends are cut in the preview."
DPI_TIP = ("Pixels in an inch, of PNG and of what is copied. 150 is enough for slides; journals ask for 300, and for "
           "600 where there are lines.")
_PREVIEW_DPI = 96
DIMMED = "The selection is drawn; press Esc to clear it and draw all cells alike."
CUT = ("At this size names are left out or cut, even in letters of 5 pt: raise the height or the width until this line "
       "goes.")
SMALLER = "Letters of {points:.1f} pt, so that everything fits; raise the height or the width for larger ones."
MISSING = "There is no such picture of this run. {why}"


class Chooser(Protocol):
    """Asks where to save."""

    def save_file(self, title: str, suggestion: str, filters: str) -> Path | None:
        """Return where to write, with a suffix of `filters`, or nothing."""


class Desk(Protocol):
    """Draws and writes in the background, and says what came of it."""

    def write(self, path: Path, write: Callable[[Progress], None]) -> None:
        """Write a file."""

    def place(self, draw: Callable[[Progress], QImage]) -> None:
        """Put a picture on the clipboard."""

    def preview(self, draw: Callable[[Progress], QImage], show: Callable[[QImage], None]) -> None:
        """Draw a picture to be looked at; one that was asked for before is not shown any more."""

    def drop_preview(self) -> None:
        """Show nothing of what is being drawn to be looked at."""

    def refuse(self, sentence: str) -> None:
        """Say why a picture cannot be had."""


class FigureForm(QWidget):
    """Makes the chosen picture anew whenever it is shown, saved or copied; drawing it is left to the desk."""

    begun = Signal()
    """The picture is being written or copied."""

    def __init__(self, figures: Sequence[Figure], chooser: Chooser, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._figures, self._chooser = dict(figures), chooser
        self.which = _which(list(self._figures))
        self.kind = Segments(FORMATS, _TIPS)
        size = remembered_size()
        self.width_field = _field("Width", size.width, 20, 600, "mm", WIDTH_TIP)
        self.height_field = _field("Height", size.height, 20, 600, "mm", HEIGHT_TIP)
        self.dpi_field = _field("Resolution", size.dpi, 50, 1200, "dpi", DPI_TIP)
        self.save_button = button("Save figure…", self.save, tip="Save the picture as a file")
        self.copy_button = button("Copy", self.copy, tip="Copy the picture to the clipboard, in pixels")
        self._remembered = {"width": self.width_field, "height": self.height_field, "dpi": self.dpi_field}
        self._preview, self._waiting, self._asked = _Preview(), False, 0
        if len(self._figures) == 1:
            self.which.hide()
        self.note = label("", "muted")
        self.buttons = boxed(row(self.save_button, self.copy_button, None))
        layout = column(self._fields(), self.buttons, self.note, self._preview, spacing=GRID)
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self.which.currentIndexChanged.connect(self.refresh)
        self.kind.changed.connect(self._show_kind)
        for field in (self.width_field, self.height_field):
            field.valueChanged.connect(self.refresh)
        self._recall()
        self._show_kind()

    @property
    def size_wanted(self) -> FigureSize:
        """The size that is asked for."""
        return FigureSize(self.width_field.value(), self.height_field.value(), self.dpi_field.value())

    def refresh(self) -> None:
        """Draw the preview anew, if it can be seen."""
        self._waiting = False
        if not self.isVisible():
            return
        size = FigureSize(self.width_field.value(), self.height_field.value(),
                          round(_PREVIEW_DPI * self.devicePixelRatioF()))
        seen = self._seen(size) if self.isEnabled() else None
        self._say(seen)
        self._asked += 1
        if seen is None or seen.missing:
            self._desk.drop_preview()
            self._preview.show_image(QImage())
        else:
            self._desk.preview(partial(picture_of, seen.recording, size), partial(self._take, self._asked))

    def _take(self, number: int, image: QImage) -> None:
        """Show what was drawn, unless something else was asked for or the form was closed meanwhile."""
        if isValid(self) and number == self._asked:
            self._preview.show_image(image)

    def follow(self) -> None:
        """Draw the preview anew once all that changes now has changed."""
        if not self._waiting:
            self._waiting = True
            QTimer.singleShot(0, self, self.refresh)

    @property
    def preview(self) -> QImage:
        """What the preview shows."""
        return self._preview.image

    def save(self) -> None:
        """Ask where to, and write."""
        kind, name = self.kind.value, self.which.currentText()
        if self._refused(check_pixels if kind == PNG else None):
            return
        suggestion = f"{name.lower().replace(' ', '-').replace(',', '')}.{kind.lower()}"
        path = self._chooser.save_file(f"Save {name}", suggestion, f"{kind} (*.{kind.lower()})")
        if path is not None:
            size, recording = self.size_wanted, self._recorded(self.size_wanted)
            self._desk.write(path, lambda progress: write_figure(recording, path, kind, size, progress))
            self.begun.emit()

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        if not self._refused(check_copied):
            size = self.size_wanted
            self._desk.place(partial(picture_of, self._recorded(size), size))
            self.begun.emit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look at the result as it is now, at the size that was asked for last anywhere."""
        super().showEvent(event)
        size = remembered_size()
        for name, field in self._remembered.items():
            field.setValue(getattr(size, name))
        self.refresh()

    @property
    def missing(self) -> str:
        """Why the chosen picture is empty, or nothing."""
        return str(self._with_figure(lambda widget: getattr(widget, "empty_text", "")))

    def _refused(self, check: Callable[[FigureSize], None] | None) -> bool:
        """Tell that there is no picture, or none of that size, and return whether that is so."""
        missing = self.missing
        if missing:
            self._desk.refuse(MISSING.format(why=missing))
            return True
        try:
            if check is not None:
                check(self.size_wanted)
        except AnchorscopeError as error:
            self._desk.refuse(str(error))
            return True
        return False

    def _recorded(self, size: FigureSize) -> Recording:
        return self._with_figure(lambda widget: recorded(widget, size))

    def _seen(self, size: FigureSize) -> _Seen:
        return self._with_figure(lambda widget: _Seen(
            recorded(widget, size), getattr(widget, "empty_text", ""), getattr(widget, "lacks", ""),
            dimmed=getattr(widget, "highlighted", None) is not None))

    def _say(self, seen: _Seen | None) -> None:
        """Offer the picture, or say why there is none; say what is special about it."""
        missing = seen is not None and seen.missing
        for made in (self.save_button, self.copy_button):
            made.setEnabled(not missing)
        special = _special_in(seen) if seen is not None else []
        self.note.setText(MISSING.format(why=missing) if missing else " ".join(special))
        self.note.setVisible(bool(self.note.text()))

    def _with_figure(self, use: Callable[[QWidget], Made]) -> Made:
        return with_figure(self._figures[self.which.currentText()], use)

    def _show_kind(self) -> None:
        self.dpi_field.setEnabled(self.kind.value == PNG)

    def _recall(self) -> None:
        """Begin with the format of the last time, and remember it and the size from now on."""
        stored = QSettings()
        kind = str(stored.value("figures/format", self.kind.value))
        self.kind.choose(kind if kind in FORMATS else self.kind.value)
        self.kind.changed.connect(lambda: QSettings().setValue("figures/format", self.kind.value))
        for name, field in self._remembered.items():
            field.valueChanged.connect(lambda value, name=name: QSettings().setValue(f"figures/{name}", value))

    def _fields(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID)
        for place, field in enumerate((self.width_field, self.height_field, self.dpi_field)):
            grid.addWidget(label(field.accessibleName(), "muted", wraps=False), 0, place)
            grid.addWidget(field, 1, place)
        grid.setColumnStretch(3, 1)
        sizes = QWidget()
        sizes.setLayout(grid)
        first = row(self.which, self.kind)
        first.setStretch(0, 1)
        return boxed(column(boxed(first), sizes))


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the preview shows, why there is nothing to save, what is not in it yet, whether cells are dimmed."""

    recording: Recording
    missing: str
    lacks: str
    dimmed: bool


def _special_in(seen: _Seen) -> list[str]:
    """Return what is special about a picture, in sentences."""
    letters, cut = seen.recording.letters, seen.recording.cut
    smaller = SMALLER.format(points=LETTERS_PT * letters)
    return [text for text, is_so in ((CUT, cut), (smaller, letters < 1 and not cut), (seen.lacks, bool(seen.lacks)),
                                     (DIMMED, seen.dimmed)) if is_so]


class _Preview(QLabel):
    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumHeight(16 * GRID)
        self.setAccessibleName("Preview of the figure")

    def show_image(self, image: QImage) -> None:
        self.image = image
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, 160)

    def _fit(self) -> None:
        scaled, ratio = QPixmap(), self.devicePixelRatioF()
        if not self.image.isNull():
            scaled = QPixmap.fromImage(self.image).scaled(
                self.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            scaled.setDevicePixelRatio(ratio)
        self.setPixmap(scaled)


def _which(names: Sequence[str]) -> Combo:
    box = Combo()
    box.addItems(list(names))
    box.setAccessibleName("Figure")
    box.setToolTip("Which picture to save; it looks as on its page, always on white")
    return box


def _field(name: str, value: int, low: int, high: int, unit: str, tip: str) -> WholeField:
    field = WholeField()
    field.setRange(low, high)
    field.setValue(value)
    field.setSuffix(f" {unit}")
    field.setFixedWidth(12 * GRID)
    field.setAccessibleName(name)
    field.setToolTip(f"{tip} {low} to {high} {unit}")
    return field
