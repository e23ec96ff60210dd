"""Writing results in the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.notices import EXPORT, Notice, Notices, Weight
from anchorscope_desktop.state.session import Finding, Session

if TYPE_CHECKING:
    from anchorscope.progress import Progress

WRITTEN = Notice("Saved to {path}.", Weight.SUCCESS)
STOPPED = Notice("Cancelled; no file was left behind.")


@dataclass(frozen=True)
class ExportKind:
    """One kind of file that can be written."""

    key: str
    title: str
    help: str
    suffix: str
    filter: str
    write: Callable[[Path, Finding, Progress], None]


def _write_h5ad(path: Path, finding: Finding, progress: Progress) -> None:
    from anchorscope import export

    export.write_h5ad(path, finding.job, finding.outcome, progress)


def _write_labels(path: Path, finding: Finding, progress: Progress) -> None:
    from anchorscope import export

    progress.update(0.0)
    export.write_labels_csv(path, finding.job, finding.outcome)


def _write_report(path: Path, finding: Finding, progress: Progress) -> None:
    from anchorscope import export

    progress.update(0.0)
    export.write_report(path, finding.job, finding.outcome)


def _write_summary(path: Path, finding: Finding, progress: Progress) -> None:
    from anchorscope import export

    progress.update(0.0)
    export.write_summary(path, finding.job, finding.outcome)


EXPORT_KINDS = (
    ExportKind("h5ad", "Labelled h5ad",
               "The whole query with a label and a score for every cell, its LSI and its map. Opens in scanpy, "
               "cellxgene and everything else that reads h5ad; your own columns stay as they are.",
               ".labelled.h5ad", "AnnData (*.h5ad)", _write_h5ad),
    ExportKind("labels", "Labels as CSV",
               "One line for every cell: barcode, label and score. Opens in any spreadsheet.",
               ".labels.csv", "Comma-separated values (*.csv)", _write_labels),
    ExportKind("report", "Report as HTML",
               "One page with the maps, the confusion matrix, the settings and the versions, to send or to keep.",
               ".report.html", "Web page (*.html)", _write_report),
    ExportKind("summary", "Summary as JSON",
               "The figures of the run for scripts: accuracy, recall by type, seconds by stage, versions.",
               ".summary.json", "JSON (*.json)", _write_summary),
)


class Exporter(QObject):
    """Writes the finding that is shown."""

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices

    def write(self, kind: ExportKind, path: Path) -> None:
        """Write `kind` to `path` in the worker; the notice says where it went."""
        finding = self._session.shown
        if finding is None:
            return
        title = f"Writing {path.name}"
        self._notices.clear(EXPORT)

        def work(context: JobContext) -> Path:
            kind.write(path, finding, context.progress(title))
            return path

        self._runner.start(title, work, self._take)

    def _take(self, end: JobEnd) -> None:
        if end.succeeded:
            self._notices.post(EXPORT, WRITTEN.filled(path=end.value))
        elif end.ending is Ending.CANCELLED:
            self._notices.post(EXPORT, STOPPED)
        else:
            self._notices.error(EXPORT, end.sentence)
