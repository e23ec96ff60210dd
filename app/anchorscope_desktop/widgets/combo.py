"""A combo box that draws its own arrow and leaves the wheel to the page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

_REACH, _DROP = 4.0, 4.0


class Combo(QComboBox):
    """A combo as narrow as it must be; long choices are shown whole in the list and in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the box, then a chevron at its right."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.5))
        middle = QPointF(self.width() - 13.0, self.height() / 2 + _DROP / 2)
        painter.drawPolyline([middle + QPointF(-_REACH, -_DROP), middle, middle + QPointF(_REACH, -_DROP)])
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Let the page scroll: a setting must not change on the way past it."""
        event.ignore()

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Open the list wide enough for its longest entry."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        super().showPopup()


class TypedCombo(Combo):
    """A combo in which can be typed; Esc takes the typing back."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)

    def go_back(self) -> None:
        """Show what is chosen in place of what was typed."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the box: the window's shortcut would clear the selection of cells."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Undo the typing on Esc."""
        if _is_escape(event):
            self.go_back()
        else:
            super().keyPressEvent(event)


def _is_escape(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Escape
