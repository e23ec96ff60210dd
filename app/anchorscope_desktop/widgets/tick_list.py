"""A list of boxes to tick that opens below a field and stays open while they are ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from anchorscope_desktop.plotting.literal import literal, on_button
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import boxed, column, with_role
from anchorscope_desktop.widgets.check import Check

_LEAST_HEIGHT = 12 * GRID
_BAR = 12


class TickList(QFrame):
    """Closes on a click elsewhere and on Esc, never on a tick; where there are many, it scrolls."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        # A click on the field closes it, and must not open it again.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        with_role(self, "ticks")
        self.boxes: tuple[Check, ...] = ()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self._area)

    def offer(self, names: Sequence[str], on_tick: Callable[[str, bool], object]) -> None:
        """List other names."""
        self.boxes = tuple(Check(on_button(name)) for name in names)
        for name, box in zip(names, self.boxes, strict=True):
            box.setAccessibleName(name)
            box.setToolTip(literal(f"{name}: a click or Space ticks it"))
            box.toggled.connect(lambda on, name=name: on_tick(name, on))
        self._area.setWidget(boxed(column(*self.boxes, None, margin=GRID)))

    def open_at(self, field: QWidget) -> None:
        """Open below a field, or above it where there is next to no room below."""
        content = self._area.widget()
        if content is None or not self.boxes:
            return
        self.ensurePolished()
        content.ensurePolished()
        wanted = content.sizeHint()
        screen = field.screen().availableGeometry()
        below = field.mapToGlobal(QPoint(0, field.height()))
        above = field.mapToGlobal(QPoint(0, 0))
        room, over = screen.bottom() - below.y() - GRID, above.y() - screen.top() - GRID
        upwards = room < min(wanted.height() + 2, _LEAST_HEIGHT) and over > room
        height = min(wanted.height() + 2, over if upwards else room)
        self.resize(max(field.width(), wanted.width() + 2 + _BAR), height)
        left = min(below.x(), screen.right() - self.width())
        self.move(left, above.y() - height if upwards else below.y())
        self.show()
        next((box for box in self.boxes if box.isChecked()), self.boxes[0]).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Close on Esc and Enter; Space ticks."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)
