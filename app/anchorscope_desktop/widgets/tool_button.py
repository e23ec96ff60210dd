"""Small buttons with an icon: one that stays down while its tool is on, and one that goes a step."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton

from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.widgets.icons import Symbol, icon


class ToolButton(QToolButton):
    """Switches a tool of a view on and off."""

    def __init__(self, symbol: Symbol, name: str, tip: str, theme: Theme) -> None:
        super().__init__()
        self._symbol = symbol
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFixedSize(4 * GRID, 4 * GRID)
        self.toggled.connect(self._dress)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self._dress()

    def _dress(self) -> None:
        self.setIcon(icon(self._symbol, self._theme.color("accent" if self.isChecked() else "text")))


class StepButton(QToolButton):
    """Goes a step with each click, or with its keys, which the tooltip tells."""

    def __init__(self, symbol: Symbol, name: str, tip: str, keys: str, theme: Theme) -> None:
        super().__init__()
        self._symbol = symbol
        shortcut = QKeySequence(keys)
        self.setShortcut(shortcut)
        self.setAccessibleName(name)
        self.setToolTip(f"{tip} ({shortcut.toString(QKeySequence.SequenceFormat.NativeText)})")
        self.setFixedSize(3 * GRID, 3 * GRID)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.setIcon(icon(self._symbol, theme.color("text"), theme.color("border")))
