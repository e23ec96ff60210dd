"""Labels and buttons with a role, boxes on the grid."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from anchorscope_desktop.plotting.literal import literal, on_button
from anchorscope_desktop.plotting.theme import GRID

Box = TypeVar("Box", bound=QBoxLayout)


def with_role(widget: QWidget, role: str) -> None:
    """Let the style sheet treat `widget` as a `role`."""
    widget.setProperty("role", role)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def label(text: str = "", role: str = "", *, wraps: bool = True) -> QLabel:
    """Return a label that can be read and copied."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)  # names of files and types are no markup
    made.setWordWrap(wraps)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        made.setProperty("role", role)
    return made


class Button(QPushButton):
    """A button that keeps the keyboard while it is disabled, and leaves it to what is around it where it goes away.

    Qt would put the keyboard on whatever comes next, a number that the next digit overwrites for instance.
    """

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001, N802 - Qt's name and signature
        """Have the Tab key, and nothing else, go on from here."""
        if not self.isEnabled():
            return True
        if self.isVisible():
            return super().focusNextPrevChild(next)
        around = self.parentWidget()
        while around is not None and not around.isVisible():
            around = around.parentWidget()
        if around is not None:
            around.setFocus()
        return True


def button(text: str, on_click: Callable[[], object], role: str = "", tip: str = "") -> QPushButton:
    """Return a push button."""
    made = Button(on_button(text))
    made.setAccessibleName(text)
    made.setToolTip(tip)
    if role:
        made.setProperty("role", role)
    made.clicked.connect(lambda: on_click())
    return made


def column(*widgets: QWidget | None, spacing: int = GRID, margin: int = 0) -> QVBoxLayout:
    """Return widgets below each other; ``None`` takes the room that is left."""
    return _filled(QVBoxLayout(), widgets, spacing, margin)


def row(*widgets: QWidget | None, spacing: int = GRID, margin: int = 0) -> QHBoxLayout:
    """Return widgets beside each other; ``None`` takes the room that is left."""
    return _filled(QHBoxLayout(), widgets, spacing, margin)


def _filled(box: Box, widgets: tuple[QWidget | None, ...], spacing: int, margin: int) -> Box:
    box.setSpacing(spacing)
    box.setContentsMargins(margin, margin, margin, margin)
    for widget in widgets:
        if widget is None:
            box.addStretch(1)
        else:
            box.addWidget(widget)
    return box


def boxed(layout: QBoxLayout, role: str = "") -> QWidget:
    """Return a widget around `layout`."""
    made = QWidget()
    made.setLayout(layout)
    if role:
        with_role(made, role)
    return made


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at changed properties of `widget`."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class WholeLabel(QLabel):
    """A text that keeps the height it needs, wherever room is short: what is beside it yields."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show another text, whole as well."""
        super().setText(text)
        self._keep()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the height that the text needs in this width."""
        super().resizeEvent(event)
        self._keep()

    def _keep(self) -> None:
        # Not by `heightForWidth`, which takes the least height of before into account and would never be less.
        flags = Qt.TextFlag.TextWordWrap.value
        self.setMinimumHeight(self.fontMetrics().boundingRect(0, 0, self.width(), 10_000, flags, self.text()).height())


class SentenceRoom(QLabel):
    """A label with room for the longest of its sentences, so that nothing below moves when it says another one."""

    def __init__(self, *sentences: str) -> None:
        super().__init__()
        self._sentences = sentences
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of the longest sentence."""
        wrapped, metrics = Qt.TextFlag.TextWordWrap.value, self.fontMetrics()
        return max(metrics.boundingRect(0, 0, width, 10_000, wrapped, text).height()
                   for text in (*self._sentences, self.text()))


LEAST_LETTERS = 5
"""Letters, the ellipsis among them, below which an elided text is left out."""


class ElidedLabel(QWidget):
    """One line of text that ends in an ellipsis where it does not fit; the tooltip shows all of it."""

    def __init__(self, text: str = "", *, bold: bool = False, role: str = "", right: bool = False) -> None:
        super().__init__()
        self._bold = bold
        self.side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show `text`."""
        if text == getattr(self, "_text", None):
            return
        self._text = text
        self.setToolTip(literal(text))
        self.setAccessibleName(text)
        self.update()

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    @property
    def cut(self) -> bool:
        """Whether not all of the text is seen."""
        return self.wanted_width > self.width()

    @property
    def wanted_width(self) -> int:
        """Pixels that the whole text needs."""
        font = self.font()
        font.setBold(self._bold)
        return math.ceil(QFontMetricsF(font).horizontalAdvance(self._text))  # rounded, it would be cut by less than one

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of a line."""
        return QSize(40, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw as much as fits."""
        painter = QPainter(self)
        font = painter.font()
        font.setBold(self._bold)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        if text != self._text and len(text) < LEAST_LETTERS:
            text = ""  # an ellipsis alone says nothing
        painter.drawText(self.rect(), self.side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the palette and the font."""
        self.updateGeometry()
        super().changeEvent(event)


class TwoLines(ElidedLabel):
    """A text on one line or, where it does not fit, on two; what does not fit there either ends in an ellipsis."""

    def set_text(self, text: str) -> None:
        """Show `text`."""
        super().set_text(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of one line or of two."""
        return QSize(40, self.fontMetrics().height() + 2 + (self.fontMetrics().lineSpacing() if self.cut else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the other height where the width needs it."""
        super().resizeEvent(event)
        self.updateGeometry()

    @property
    def shown(self) -> str:
        """As much of the text as fits."""
        metrics, wraps, text = self.fontMetrics(), Qt.TextFlag.TextWordWrap.value, self.text()
        room = 2 * self.width()
        most = 2.5 * metrics.lineSpacing()
        while room > 0 and metrics.boundingRect(0, 0, self.width(), 10_000, wraps, text).height() > most:
            room -= metrics.averageCharWidth()
            text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        return text

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.TextFlag.TextWordWrap.value | self.side.value, self.shown)
        painter.end()


def tab_mark(parent: QWidget) -> QWidget:
    """Return a widget that is never seen: a place in the order of the Tab key, the last at first."""
    mark = QWidget(parent)
    mark.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    mark.hide()
    return mark
