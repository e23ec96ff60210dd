"""Figures are drawn, copied and written in the background; what is said of them stands on the page that asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage

from anchorscope.progress import Progress
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.exporting import Exporter
from anchorscope_desktop.state.notices import COPIED, Notice, Notices, topic_of
from anchorscope_desktop.state.view_state import Navigation

COPYING = "Copying the picture"
NOT_COPIED = Notice("Cancelled; nothing was copied.")

Draw = Callable[[Progress], QImage]
"""Draws a picture in any thread."""


class FigureDesk(QObject):
    """Files and copies take turns with all that is written; of previews only the last counts."""

    def __init__(self, writer: JobRunner, exporter: Exporter, notices: Notices, navigation: Navigation,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writer, self._exporter, self._notices, self._navigation = writer, exporter, notices, navigation
        self.previewer = JobRunner(parent)

    def write(self, path: Path, write: Callable[[Progress], None]) -> None:
        """Write a file in the worker; the notice says where it went."""
        self._exporter.write_figure(path, write, self._topic)

    def place(self, draw: Draw) -> None:
        """Draw a picture in the worker and put it on the clipboard."""
        topic = self._topic

        def take(end: JobEnd) -> None:
            if end.succeeded:
                QGuiApplication.clipboard().setImage(end.value)
                self._notices.mention(topic, COPIED)
            elif end.ending is Ending.CANCELLED:
                self._notices.mention(topic, NOT_COPIED)
            else:
                self._notices.error(topic, end.sentence)

        self._writer.start(COPYING, lambda context: draw(context.progress(COPYING)), take)

    def preview(self, draw: Draw, show: Callable[[QImage], None]) -> None:
        """Draw a picture to be looked at; one that was asked for before is not shown any more."""

        def work(context: JobContext) -> QImage:
            return draw(context.progress("Preview"))

        def take(end: JobEnd) -> None:
            if end.succeeded:
                show(end.value)
            elif end.ending is Ending.FAILED:
                self._notices.error(self._topic, end.sentence)

        self.previewer.start("Preview", work, take)

    def drop_preview(self) -> None:
        """Show nothing of what is being drawn to be looked at."""
        self.previewer.cancel()

    def refuse(self, sentence: str) -> None:
        """Say why a picture cannot be had."""
        self._notices.error(self._topic, sentence)

    @property
    def _topic(self) -> str:
        return topic_of(self._navigation.current)
