"""The bar at the bottom: what is being done, how far it is, how long it still takes, Cancel, and the log."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar, QWidget

from anchorscope_desktop.jobs.report import Ending, JobEnd, JobReport
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, button, column, label, row, tab_mark, with_role

READY = "Ready"
_LOG_LINES = 2000


class JobBar(QWidget):
    """Follows the job runner; asks for a cancel with a signal."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        with_role(self, "jobbar")
        self.setAccessibleName("Progress")
        self._title = ElidedLabel(READY)
        self._number, self._left = label("", "muted", wraps=False), label("", "muted", wraps=False)
        self._bar = _progress_bar()
        self._cancel = button("Cancel", self.cancel_requested.emit, tip="Stop; finished stages are kept")
        kept = self._cancel.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # or the page above would move by what the button is higher than the text
        self._cancel.setSizePolicy(kept)
        self._toggle = button("Log", self._toggle_log, "link", tip="Show or hide what happened")
        self.log = _log_view()
        self._last_line, self._failed = "", False
        line = row(self._title, self._number, self._bar, self._left, self._cancel, self._toggle, spacing=2 * GRID)
        line.setStretch(0, 1)
        layout = column(boxed(line), self.log)
        layout.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        self.setLayout(layout)
        self._show_working(working=False)

    @property
    def title(self) -> str:
        """What is being done."""
        return self._title.text()

    @property
    def percent(self) -> int:
        """How much is done."""
        return self._bar.value()

    def come_last(self) -> None:
        """Have the Tab key reach the bar after everything else that there is in the window now."""
        last = tab_mark(self)
        for before, one in pairwise((last, self._cancel, self._toggle, self.log)):
            self.setTabOrder(before, one)
        last.deleteLater()

    def rest(self) -> None:
        """Say nothing of what was done before: it was another session's."""
        self._failed = False
        self._title.set_text(READY)

    def withdraw_failure(self) -> None:
        """Say no longer that something failed, once that has been overcome or was read."""
        if self._failed and not self._cancel.isVisibleTo(self):
            self.rest()

    def show_started(self, title: str) -> None:
        """Announce a job."""
        self._failed = False
        self._title.set_text(title)
        self._bar.setValue(0)
        self._show_working(working=True)
        self._write(title)

    def show_report(self, report: JobReport) -> None:
        """Show how far the job is."""
        self._title.set_text(report.title)
        self._number.setText(f"{report.number} of {report.total}" if report.total > 1 else "")
        self._bar.setValue(round(100 * report.fraction))
        self._left.setText("" if report.seconds_left is None else f"{clock(report.seconds_left)} left")
        if report.title != self._last_line:
            self._write(report.title)

    def show_cancelling(self) -> None:
        """Say that the request was heard."""
        self._title.set_text("Cancelling…")
        self._left.setText("")

    def show_finished(self, end: JobEnd, *, busy: bool) -> None:
        """Say how a job ended; stay as it is while another one is under way."""
        words = {Ending.DONE: "Done", Ending.CANCELLED: "Cancelled", Ending.FAILED: end.words or "Stopped"}[end.ending]
        self._write(f"{words}. {end.sentence}".strip())
        if end.details:
            self.log.appendPlainText(end.details.rstrip())
        if not busy:
            self._failed = end.ending is Ending.FAILED
            self._title.set_text(words)
            self._show_working(working=False)

    def _show_working(self, *, working: bool) -> None:
        for widget in (self._bar, self._cancel, self._number, self._left):
            widget.setVisible(working)
        if not working:
            self._number.clear()
            self._left.clear()

    def _write(self, text: str) -> None:
        self._last_line = text
        self.log.appendPlainText(f"{datetime.now().astimezone():%H:%M:%S}  {text}")

    def _toggle_log(self) -> None:
        self.log.setVisible(self.log.isHidden())
        self._toggle.setText("Hide log" if self.log.isVisible() else "Log")


def clock(seconds: float) -> str:
    """Return minutes and seconds, as on a watch."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    return f"{minutes}:{rest:02d}"


def _progress_bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setRange(0, 100)
    bar.setTextVisible(False)
    bar.setFixedSize(28 * GRID, 10)
    bar.setAccessibleName("Done, in percent")
    return bar


def _log_view() -> QPlainTextEdit:
    log = QPlainTextEdit()
    log.setReadOnly(True)
    log.setMaximumBlockCount(_LOG_LINES)
    log.setFixedHeight(16 * GRID)
    log.setAccessibleName("Log")
    log.setToolTip("What was done when; can be marked and copied")
    log.hide()
    return log
