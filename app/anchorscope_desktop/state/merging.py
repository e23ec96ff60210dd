"""Both assays in one map, drawn when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.notices import RUN, Notice, Notices
from anchorscope_desktop.state.session import Finding, Session

if TYPE_CHECKING:
    from anchorscope.results import CoEmbedding

TITLE = "Drawing both assays in one map"
NO_COUNTS = Notice("The merged map is computed from the counts, and the files of this session are not read yet.")
BUSY = Notice("The merged map can be drawn when the job under way has ended: wait for it, or cancel it.")
STOPPED = Notice("Cancelled; the merged map was not drawn.")


class Merger(QObject):
    """Embeds both assays together in the worker; keeps the result of the run it belongs to, by whichever method."""

    changed = Signal()

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices
        self._found: tuple[Finding, CoEmbedding] | None = None
        self._running = False
        session.outcome_changed.connect(self.changed)

    @property
    def running(self) -> bool:
        """Whether the map is being drawn."""
        return self._running

    @property
    def result(self) -> CoEmbedding | None:
        """The merged map of the finding that is shown, if it was drawn: for it, or for one that has the same."""
        shown = self._session.shown
        return self.of(shown) if shown is not None else None

    @property
    def drawn(self) -> CoEmbedding | None:
        """The merged map that was drawn last, of whichever finding."""
        return self._found[1] if self._found is not None else None

    def of(self, finding: Finding) -> CoEmbedding | None:
        """Return the merged map that belongs to a finding, if it was drawn."""
        return self._found[1] if self._found is not None and _same_map(self._found[0], finding) else None

    def restore(self, finding: Finding | None, merged: CoEmbedding | None) -> None:
        """Take the merged map that a session holds, or none; said when what is shown changes with it."""
        self._found = (finding, merged) if finding is not None and merged is not None else None

    def start(self) -> None:
        """Draw the map, unless it is there or under way."""
        finding = self._session.shown
        if finding is None or self._running or self.result is not None:
            return
        if not finding.whole:
            self._notices.post(RUN, NO_COUNTS)
            return
        if self._runner.busy:
            self._notices.post(RUN, BUSY)
            return

        def work(context: JobContext) -> tuple[Finding, CoEmbedding]:
            from anchorscope.coembedding import coembed

            return finding, coembed(finding.job, finding.outcome, context.progress(TITLE))

        self._running = True
        self._notices.clear(RUN)
        self._runner.start(TITLE, work, self._take)
        self.changed.emit()

    def _take(self, end: JobEnd) -> None:
        self._running = False
        if end.succeeded:
            self._found = end.value
        elif end.ending is Ending.CANCELLED:
            self._notices.post(RUN, STOPPED)
        else:
            self._notices.error(RUN, end.sentence)
        self.changed.emit()


def _same_map(one: Finding, other: Finding) -> bool:
    """Whether two findings have the same merged map: it is made of the anchors' weights, not of the labels."""
    return (one.outcome.voted is other.outcome.voted
            and (one.job.recipe.umap, one.job.recipe.seed) == (other.job.recipe.umap, other.job.recipe.seed))
