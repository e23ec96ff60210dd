"""Combo boxes that draw their own arrow and leave the wheel to the page; one of them can be typed into."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QListView, QWidget

_REACH, _DROP = 4.0, 4.0
_MOST_IN_SIGHT = 16
_LENS, _LENS_WIDTH = 3.5, 12
_STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def draw_chevron(field: QWidget) -> None:
    """Draw, at the right of a field, what says that a list opens below it."""
    painter = QPainter(field)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(field.palette().color(QPalette.ColorRole.PlaceholderText), 1.5))
    middle = QPointF(field.width() - 13.0, field.height() / 2 + _DROP / 2)
    painter.drawPolyline([middle + QPointF(-_REACH, -_DROP), middle, middle + QPointF(_REACH, -_DROP)])
    painter.end()


class Combo(QComboBox):
    """A combo as narrow as it must be; long choices are shown whole in the list and in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(8)
        self.setMaxVisibleItems(_MOST_IN_SIGHT)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the box, then a chevron at its right."""
        super().paintEvent(event)
        draw_chevron(self)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Let the page scroll: a setting must not change on the way past it."""
        event.ignore()

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Open the list wide enough for its longest entry."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        super().showPopup()
        around = self.view().parentWidget()
        if isinstance(around, QFrame):
            # The list has a frame of its own; a second one would stand around it.
            around.setFrameShape(QFrame.Shape.NoFrame)
            right = self.screen().availableGeometry().right()
            around.move(min(around.x(), right - around.width()), around.y())


class TypedCombo(Combo):
    """A combo in which can be typed, as a lens in it says; Esc takes the typing back.

    What it shows is marked whole while nothing has been typed over it, so that the next letter replaces it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        listed = self.view()
        if isinstance(listed, QListView):
            # Of thousands of genes each would be measured anew whenever the font of the box is set.
            listed.setUniformItemSizes(True)
        line = self.lineEdit()
        assert line is not None
        self.line = line
        line.setTextMargins(_LENS_WIDTH, 0, 0, 0)
        line.installEventFilter(self)

    def go_back(self) -> None:
        """Show what is chosen in place of what was typed."""
        raise NotImplementedError

    @property
    def pointing(self) -> bool:
        """Whether an entry below the line is highlighted: Qt announces it, but only after the line has finished."""
        completer = self.completer()
        popup = completer.popup() if completer is not None else None
        return popup is not None and popup.isVisible() and popup.currentIndex().isValid()

    def show_text(self, text: str) -> None:
        """Show an entry in place of what was typed, its beginning first."""
        self.setCurrentIndex(self.findText(text, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive))
        self.setEditText(text)
        self.line.setCursorPosition(0)
        self._mark_soon()

    def _mark_soon(self) -> None:
        """Mark the text once Qt has put the cursor where it wants it."""
        QTimer.singleShot(0, self, self._mark)

    def _mark(self) -> None:
        if self._typing:
            return
        if self.hasFocus():
            # From its end: the cursor then stands at the beginning, which is what is seen of a long name.
            self.line.setSelection(len(self.line.text()), -len(self.line.text()))
        else:
            self.line.setCursorPosition(0)

    @property
    def _typing(self) -> bool:
        """Whether the line has something else than the entry that was shown."""
        return self.line.text() != self.itemText(self.currentIndex())

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the box: the window's shortcut would clear the selection of cells."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_escape(event):
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Mark the text on every click before the typing begins, unless the click marked a part of it."""
        if (watched is self.line and event.type() is QEvent.Type.MouseButtonRelease
                and not self.line.hasSelectedText()):
            self._mark()
        return super().eventFilter(watched, event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Mark the text where the box is clicked into."""
        super().focusInEvent(event)
        if event.reason() is Qt.FocusReason.MouseFocusReason:
            self._mark_soon()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Undo the typing on Esc; where it fits nothing, the arrows would go on from what was chosen before."""
        if _is_escape(event):
            self.go_back()
        elif event.key() not in _STEPS or not self._typing:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the box, then a lens at its left: what is looked for can be typed."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.5))
        middle = QPointF(11.0, self.height() / 2 - 1.0)
        painter.drawEllipse(middle, _LENS, _LENS)
        painter.drawLine(middle + QPointF(2.5, 2.5), middle + QPointF(6.0, 6.0))
        painter.end()


def _is_escape(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Escape
