"""Levels of genes by which cells are coloured: at once from memory, by a job where counts lie on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.jobs.report import Ending, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.map_values import FIRST, ColourBy, MapColours, Meaning, offered
from anchorscope_desktop.state.notices import QUERY, REFERENCE, RUN, Notice, Notices, Weight
from anchorscope_desktop.state.session import Finding, Session

if TYPE_CHECKING:
    from anchorscope_desktop.jobs.report import JobContext

NOT_OFFERED = Notice("The {side} cannot be coloured by “{typed}”: none of its genes or columns is called so. The "
                     "colours stay as they were; type another name, or pick from the list.", Weight.WARNING)


class GeneLevels(QObject):
    """Gives colours a meaning once the values behind it are at hand; until then the old colours stay.

    Where the cells lack what the colours mean, they mean the first again.
    """

    changed = Signal()

    def __init__(self, session: Session, colours: MapColours, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._colours, self._notices = session, colours, notices
        self.runner = JobRunner(self)
        self._wanted: dict[str, Meaning] = {}
        self._awaited: dict[str, Meaning] = {}
        """Genes of a session that was opened and has no counts yet."""
        self._refused: tuple[str, Notice] | None = None
        session.outcome_changed.connect(self._read_again)

    def reading(self, side: str) -> str:
        """Return the gene that is being read for ``query``, ``reference`` or ``merged``; nothing if none is."""
        return self._wanted[side].name if side in self._wanted else ""

    def meaning(self, side: str) -> Meaning:
        """Return what the colours of ``query``, ``reference`` or ``merged`` mean, or are about to."""
        chosen: Meaning = getattr(self._colours, side)
        return self._wanted.get(side) or self._awaited.get(side) or chosen

    def refuse(self, side: str, typed: str, page: str) -> None:
        """Say on the page that is open that `side` has nothing of the name that was typed."""
        topic = page if page in (QUERY, REFERENCE) else RUN
        self._refused = topic, NOT_OFFERED.filled(side="merged map" if side == "merged" else side, typed=typed)
        self._notices.post(*self._refused)

    def colour(self, side: str, meaning: Meaning) -> None:
        """Give the colours of one side another meaning, as soon as its values are there."""
        if self._refused is not None and self._notices.of(self._refused[0]) is self._refused[1]:
            self._notices.clear(self._refused[0])
        before = dict(self._wanted)
        self._want(side, meaning)
        if self._wanted != before:
            self._read()

    def _want(self, side: str, meaning: Meaning) -> None:
        finding = self._session.shown
        self._wanted.pop(side, None)
        self._awaited.pop(side, None)
        if finding is not None and not offered(finding, side, meaning):
            if meaning.by is ColourBy.GENE and not finding.whole:
                self._awaited[side] = meaning
        elif finding is None or meaning.by is not ColourBy.GENE or all(
                figures.level_at_hand(finding, one, meaning.name) for one in _sides(side)):
            self._colours.choose(side, meaning)
        else:
            self._wanted[side] = meaning
        if finding is not None and not offered(finding, side, getattr(self._colours, side)):
            self._colours.choose(side, FIRST[side])

    def _read(self) -> None:
        """Read what is wanted, for both sides in one job: a job cancels the one before."""
        finding, wanted = self._session.shown, dict(self._wanted)
        if finding is None or not wanted:
            self.runner.cancel()
        else:
            genes = {side: meaning.name for side, meaning in wanted.items()}
            self.runner.start(f"Reading {' and '.join(genes.values())}", lambda context: _read(finding, genes, context),
                              lambda end: self._take(wanted, end))
        self.changed.emit()

    def _take(self, wanted: dict[str, Meaning], end: JobEnd) -> None:
        if end.ending is Ending.CANCELLED:
            return
        self._wanted.clear()
        if end.succeeded:
            for side, meaning in wanted.items():
                self._colours.choose(side, meaning)
            self._colours.changed.emit()  # the meaning may be the old one, now of other cells
        else:
            self._notices.error(RUN, end.sentence)
        self.changed.emit()

    def _read_again(self) -> None:
        """Read for another finding what the colours mean, or were about to."""
        before = dict(self._wanted)
        for side in FIRST:
            self._want(side, self.meaning(side))
        if before or self._wanted:
            self._read()


def _read(finding: Finding, genes: dict[str, str], context: JobContext) -> None:
    wanted = [(one, gene) for side, gene in genes.items() for one in _sides(side)]
    for side, gene in dict.fromkeys(wanted):
        figures.read_level(finding, side, gene, context.progress(f"Reading {gene}"))


def _sides(side: str) -> tuple[str, ...]:
    """Return whose cells a map shows."""
    return ("reference", "query") if side == "merged" else (side,)
