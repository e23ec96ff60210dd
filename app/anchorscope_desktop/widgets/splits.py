"""Two views, one over the other, of which the lower one gives way first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter


class UpperFirst(QSplitter):
    """Keeps the upper view as high as `least` says, as long as the lower one has its own least height.

    A minimum height of the view itself would be one of the window, too.
    """

    def __init__(self, least: Callable[[], int]) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._least = least
        self.splitterMoved.connect(self.hold)

    def hold(self) -> None:
        """Give the upper view what it lacks."""
        lower, sizes = self.widget(1), self.sizes()
        if lower is None:
            return
        every = sum(sizes)
        wanted = min(self._least(), every - lower.minimumHeight())
        if sizes[0] < wanted:
            self.setSizes([wanted, every - wanted])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the height anew."""
        super().resizeEvent(event)
        self.hold()
