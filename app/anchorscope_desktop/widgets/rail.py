"""The rail on the left: one button a step, with the state it is in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from anchorscope_desktop.plotting.theme import GRID, SMALL, Theme
from anchorscope_desktop.state.steps import Step, StepState
from anchorscope_desktop.widgets.basics import column, with_role
from anchorscope_desktop.widgets.icons import STATE_COLOURS, STATE_SYMBOLS, icon

RAIL_WIDTH = 152


class RailButton(QAbstractButton):
    """Shows number, title and state of one step."""

    def __init__(self, number: int, title: str, theme: Theme) -> None:
        super().__init__()
        self._number, self._title, self._theme = number, title, theme
        self._state = StepState.EMPTY
        self.setCheckable(True)
        self.setFixedSize(RAIL_WIDTH - 1, 7 * GRID)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(f"{title} (Ctrl+{number})")
        self.set_state(StepState.EMPTY)

    @property
    def state(self) -> StepState:
        """The state shown."""
        return self._state

    def set_state(self, state: StepState) -> None:
        """Show `state`."""
        self._state = state
        self.setAccessibleName(f"{self._number} {self._title}, {state.value}")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the fixed size."""
        return QSize(RAIL_WIDTH, 7 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw background, icon and the two lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_background(painter)
        color = self._theme.color(STATE_COLOURS[self._state])
        icon(STATE_SYMBOLS[self._state], color).paint(painter, QRect(2 * GRID, 19, 18, 18))
        self._draw_lines(painter)
        painter.end()

    def _draw_background(self, painter: QPainter) -> None:
        inner = QRectF(self.rect()).adjusted(GRID / 2, 2, -GRID / 2, -2)
        painter.setPen(self._theme.color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
        fill = "surface" if self.isChecked() else "border" if self.underMouse() else "raised"
        painter.setBrush(QColor(getattr(self._theme, fill)))
        painter.drawRoundedRect(inner, 6, 6)
        if self.isChecked():
            painter.fillRect(QRectF(GRID / 2, 12, 3, self.height() - 24), self._theme.color("accent"))

    def _draw_lines(self, painter: QPainter) -> None:
        left, width = 5 * GRID + 2, self.width() - 6 * GRID
        font = painter.font()
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        painter.drawText(QRect(left, 10, width, 18), Qt.AlignmentFlag.AlignVCenter, self._title)
        font.setBold(False)
        font.setPixelSize(SMALL)
        painter.setFont(font)
        painter.setPen(self._theme.color("muted"))
        painter.drawText(QRect(left, 28, width, 18), Qt.AlignmentFlag.AlignVCenter, self._state.value)


class Rail(QWidget):
    """All steps; emits the key of the one that is wanted."""

    wanted = Signal(str)

    def __init__(self, steps: Sequence[Step], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        with_role(self, "rail")
        self.setFixedWidth(RAIL_WIDTH)
        self._buttons = {step.key: RailButton(n, step.title, theme) for n, step in enumerate(steps, start=1)}
        group = QButtonGroup(self)
        for key, item in self._buttons.items():
            group.addButton(item)
            item.clicked.connect(lambda _=False, key=key: self.wanted.emit(key))
        self.setLayout(column(*self._buttons.values(), None, spacing=0))
        self.layout().setContentsMargins(0, GRID, 1, GRID)  # type: ignore[union-attr]

    def button(self, key: str) -> RailButton:
        """Return the button of a step."""
        return self._buttons[key]

    def mark_current(self, key: str) -> None:
        """Show which page is open; where the keyboard is on the rail it goes along."""
        self._buttons[key].setChecked(True)
        if any(item.hasFocus() for item in self._buttons.values()):
            self._buttons[key].setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        for item in self._buttons.values():
            item.set_theme(theme)
