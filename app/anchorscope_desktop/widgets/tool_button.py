"""A small button with an icon that stays down while its tool is on."""

from __future__ import annotations

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
