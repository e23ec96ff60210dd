"""Writing results in the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.loading import Loader
from anchorscope_desktop.state.merging import Merger
from anchorscope_desktop.state.notices import EXPORT, Notice, Notices, Weight
from anchorscope_desktop.state.opening import with_ways
from anchorscope_desktop.state.session import Finding, Session
from anchorscope_desktop.state.threshold import Threshold

if TYPE_CHECKING:
    from anchorscope.io.inputs import Inputs
    from anchorscope.progress import Progress
    from anchorscope.results import CoEmbedding, Job, Outcome
    from anchorscope_desktop.state.unpaired import SideKind

WRITTEN = Notice("Saved to {path}.", Weight.SUCCESS)
WRITTEN_BACK = Notice("The labels are in {path} now; everything else in it is as it was.", Weight.SUCCESS)
STOPPED = Notice("Cancelled; no file was left behind.")
STOPPED_BACK = Notice("Cancelled; your file is as it was.")


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is to be written: a run with the threshold applied, its files, the merged map if it was drawn."""

    job: Job
    outcome: Outcome
    inputs: Inputs
    joint: CoEmbedding | None


@dataclass(frozen=True)
class ExportKind:
    """One kind of file that can be written."""

    key: str
    title: str
    help: str
    suffix: str
    filter: str
    write: Callable[[Path, Wanted, Progress], None]


def _write_h5ad(path: Path, wanted: Wanted, progress: Progress) -> None:
    from anchorscope import export

    export.write_h5ad(path, wanted.job, wanted.outcome, progress)


def _write_labels(path: Path, wanted: Wanted, progress: Progress) -> None:
    from anchorscope import export

    export.write_labels_csv(path, wanted.job, wanted.outcome, progress)


def _write_report(path: Path, wanted: Wanted, progress: Progress) -> None:
    from anchorscope import export

    export.write_report(path, wanted.job, wanted.outcome, progress)


def _write_summary(path: Path, wanted: Wanted, progress: Progress) -> None:
    from anchorscope import export

    progress.update(0.0)
    export.write_summary(path, wanted.job, wanted.outcome, progress)


def _write_recipe(path: Path, wanted: Wanted, progress: Progress) -> None:
    from anchorscope import export
    from anchorscope.io.recipe import Outputs, Plan, checksums_of

    progress.update(0.0)
    stem = path.name.removesuffix(".toml").removesuffix(".recipe")
    outputs = Outputs(h5ad=path.with_name(f"{stem}.labelled.h5ad"))
    job = wanted.job
    plan = Plan(wanted.inputs, job.recipe, outputs, checksums_of(job.reference, job.query))
    export.write_plan(path, plan, progress)


def _write_joint(path: Path, wanted: Wanted, progress: Progress) -> None:
    from anchorscope import export
    from anchorscope.coembedding import coembed
    from anchorscope.export.destination import result_path
    from anchorscope.progress import Part

    joint = wanted.joint or coembed(wanted.job, wanted.outcome, Part(progress, 0.0, 0.9))
    with result_path(path, wanted.job, progress) as temporary:
        found = export.coembedding_anndata(wanted.job, wanted.outcome, joint)
        export.write_anndata(temporary, found, Part(progress, 0.9, 1.0))


def _write_activity(path: Path, wanted: Wanted, progress: Progress) -> None:
    from anchorscope import export
    from anchorscope.export.destination import result_path

    progress.update(0.0)
    with result_path(path, wanted.job, progress) as temporary:
        found = export.activity_anndata(wanted.job.query, wanted.outcome.gene_activity)
        export.write_anndata(temporary, found, progress)


H5AD = "AnnData (*.h5ad)"
"""The filter of the dialogs that save such files."""

EXPORT_KINDS = (
    ExportKind("h5ad", "Labelled h5ad",
               "The whole query with a label and a score for every cell, its LSI and its map. Opens in scanpy and "
               "cellxgene; your own columns stay as they are.", ".labelled.h5ad", H5AD, _write_h5ad),
    ExportKind("labels", "Labels as CSV", "One line for every cell: barcode, label, score, runner-up; the best guess "
               "where it is unassigned, and its truth. Opens in any spreadsheet.", ".labels.csv",
               "Comma-separated values (*.csv)", _write_labels),
    ExportKind("report", "Report as HTML", "One page with maps, confusion matrix, settings and versions, to send or to "
               "keep.", ".report.html", "Web page (*.html)", _write_report),
    ExportKind("recipe", "Recipe as TOML", "Files and settings; “anchorscope run” repeats the run without the window, "
               "label for label, here or on a cluster.",
               ".recipe.toml", "Recipe (*.toml)", _write_recipe),
    ExportKind("summary", "Summary as JSON", "The figures of the run for scripts: accuracy, recall by type, seconds.",
               ".summary.json", "JSON (*.json)", _write_summary),
    ExportKind("joint", "Both assays as h5ad", "The cells of both assays with their joint components and merged map.",
               ".joint.h5ad", H5AD, _write_joint),
    ExportKind("activity", "Gene activity as h5ad", "Query cells by genes, as the chosen model counts, not normalised.",
               ".activity.h5ad", H5AD, _write_activity),
)


class Exporter(QObject):
    """Writes the finding that is shown, with the threshold applied; `written` is the last of which a file was saved."""

    written_changed = Signal()

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, threshold: Threshold, loader: Loader,
                 merger: Merger, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices
        self._threshold, self._loader, self._merger = threshold, loader, merger
        self.written: Finding | None = None
        # What was said of the files of one result would stand before what there is to say of the next.
        session.outcome_changed.connect(lambda: notices.clear(EXPORT))

    def write(self, kind: ExportKind, path: Path) -> None:
        """Write `kind` to `path` in the worker; the notice says where it went."""
        finding = self._session.shown
        if finding is None:
            return
        title, wanted = f"Writing {path.name}", self._wanted(finding)

        def work(context: JobContext) -> Path:
            kind.write(path, wanted, context.progress(title))
            return path

        self._start(title, work, WRITTEN, STOPPED, finding)

    def write_side(self, kind: SideKind, path: Path) -> None:
        """Write a side of the un-paired multiome, or its answer key, in the worker; no run is needed."""
        title, reference, query = f"Writing {path.name}", self._session.reference, self._session.query
        if reference is None or query is None:
            return

        def work(context: JobContext) -> Path:
            kind.write(path, reference, query, context.progress(title))
            return path

        self._start(title, work, WRITTEN, STOPPED)

    def write_figure(self, path: Path, write: Callable[[Progress], None], topic: str = EXPORT) -> None:
        """Write a picture to `path` in the worker; the page of `topic` tells of it, and no result counts as saved."""
        title = f"Writing {path.name}"

        def work(context: JobContext) -> Path:
            write(context.progress(title))
            return path

        self._start(title, work, WRITTEN, STOPPED, topic=topic)

    def refusal(self) -> str:
        """Return why the labels cannot go into the query's own file; nothing if they can."""
        from anchorscope.errors import AnchorscopeError
        from anchorscope.export import check_write_back

        if self._session.shown is None:
            return ""
        try:
            check_write_back(self._session.shown.job)
        except AnchorscopeError as error:
            return str(error)
        return ""

    def write_back(self) -> None:
        """Write the labels into the query's own file, in the worker."""
        finding = self._session.shown
        if finding is None:
            return
        wanted, title = self._wanted(finding), f"Writing into {finding.job.query.recognised.path.name}"

        def work(context: JobContext) -> Path:
            from anchorscope import export
            from anchorscope.io.files import checksum

            path = export.write_back(wanted.job, wanted.outcome, context.progress(title))
            # Sessions and recipes shall know the file again, and so shall the next writing into it.
            self._session.note_rewritten(wanted.job.query.recognised.sha256, checksum(path))
            return path

        self._start(title, work, WRITTEN_BACK, STOPPED_BACK, finding)

    def _note(self, finding: Finding) -> None:
        self.written = finding
        self.written_changed.emit()

    def _wanted(self, finding: Finding) -> Wanted:
        job = self._threshold.applied(finding.job)
        recognised = replace(job.query.recognised, sha256=self._session.checksum(job.query))
        job = replace(job, query=replace(job.query, recognised=recognised))
        return Wanted(job, finding.outcome, self._inputs(finding), self._merger.result)

    def _inputs(self, finding: Finding) -> Inputs:
        from anchorscope.io.inputs import Inputs

        job, known = finding.job, self._loader.inputs
        if known is not None and job.reference is self._session.reference and job.query is self._session.query:
            return known
        reference, query = job.reference.recognised, job.query.recognised
        return Inputs(reference.path, query.path, reference_repairs=reference.settings, query_repairs=query.settings)

    def _start(self, title: str, work: Callable[[JobContext], Path], done: Notice, stopped: Notice,
               finding: Finding | None = None, topic: str = EXPORT) -> None:
        def take(end: JobEnd) -> None:
            if end.succeeded:
                if finding is not None:
                    self._note(finding)
                said = done.filled(path=end.value)
                self._tell(topic, with_ways(said, end.value, self._notices, topic))
            elif end.ending is Ending.CANCELLED:
                self._tell(topic, stopped)
            else:
                self._notices.error(topic, end.sentence)

        self._notices.clear(EXPORT)
        self._runner.start(title, work, take)

    def _tell(self, topic: str, notice: Notice) -> None:
        """Say it on the Export page for good, on another page for a moment: there is more to be said there."""
        tell = self._notices.post if topic == EXPORT else self._notices.mention
        tell(topic, notice)
