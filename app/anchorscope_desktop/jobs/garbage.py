"""Garbage is collected in the window's thread only.

Python collects cycles in whichever thread happens to allocate. In a worker that may free widgets there, which takes
Qt's locks while the window's thread holds the interpreter's and waits for the same: both stand still for ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500


class GarbageCollector(QObject):
    """Takes over from Python's own collection, for good; collects what is due, from time to time, where it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start(INTERVAL_MS)

    def stop(self) -> None:
        """Collect no more: the window is closing."""
        self._timer.stop()

    def collect_due(self) -> None:
        """Collect the oldest generation that Python would have collected by now."""
        for generation in (2, 1, 0):
            limit = gc.get_threshold()[generation]
            if limit and gc.get_count()[generation] > limit:
                gc.collect(generation)
                return
