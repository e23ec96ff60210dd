"""Light, dark, or as the system has it."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication

from anchorscope_desktop.plotting.theme import DARK, LIGHT, Theme


class Scheme(Enum):
    """What the user chose in the View menu."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Appearance(QObject):
    """The theme in force; remembered between starts."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        stored = str(QSettings().value("appearance/scheme", Scheme.SYSTEM.value))
        self.scheme = Scheme(stored) if stored in {scheme.value for scheme in Scheme} else Scheme.SYSTEM
        self._own: tuple[tuple[str, str], ...] = ()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def theme(self) -> Theme:
        """The colours in force."""
        if self.scheme is Scheme.SYSTEM:
            dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = self.scheme is Scheme.DARK
        return replace(DARK if dark else LIGHT, own=self._own)

    def colour_types(self, own: tuple[tuple[str, str], ...]) -> None:
        """Give types colours of their own: those of the reference's file, or the user's."""
        if own != self._own:
            self._own = own
            self.changed.emit()

    def choose(self, scheme: Scheme) -> None:
        """Use `scheme` from now on."""
        self.scheme = scheme
        QSettings().setValue("appearance/scheme", scheme.value)
        self.changed.emit()

    def _follow_system(self) -> None:
        if self.scheme is Scheme.SYSTEM:
            self.changed.emit()


class OnPaper(Appearance):
    """Always light: what is saved as a figure lies on white."""

    def __init__(self, own: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._own = own

    @property
    def theme(self) -> Theme:
        """The light colours."""
        return replace(LIGHT, own=self._own)
