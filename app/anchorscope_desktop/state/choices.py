"""How views are switched, by name, for a session to bring back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal


class Choices(QObject):
    """What was chosen by the user; `shown` when a session brings other choices."""

    changed = Signal()
    shown = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Return what was chosen under a name; nothing if nothing was."""
        return self._chosen.get(name, "")

    def choose(self, name: str, value: str) -> None:
        """Note what the user chose; nothing takes the choice back."""
        if self.of(name) != value:
            self._chosen[name] = value
            self.changed.emit()

    def plain(self) -> dict[str, str]:
        """Return all choices by their names."""
        return {name: value for name, value in self._chosen.items() if value}

    def show(self, plain: Mapping[str, str]) -> None:
        """Take the choices of a session in place of all others."""
        self._chosen = {str(name): str(value) for name, value in plain.items()}
        self.shown.emit()
