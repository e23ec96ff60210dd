"""The gene in focus and where it lies among its peaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope.results import Floats, Ints
from anchorscope_desktop.state.figures import mean_accessibility
from anchorscope_desktop.state.session import Finding, Session

_MARGIN = 0.25
_LEAST_MARGIN = 10_000


class GeneFocus(QObject):
    """The gene whose neighbourhood is shown; falls back to the first panel marker with activity."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._gene = ""
        session.outcome_changed.connect(self._settle)

    @property
    def gene(self) -> str:
        """Symbol of the gene, or nothing before the first run."""
        return self._gene

    def choose(self, gene: str) -> None:
        """Look at `gene`."""
        if gene != self._gene:
            self._gene = gene
            self.changed.emit()

    def _settle(self) -> None:
        finding = self._session.shown
        if finding is not None:
            symbols = finding.outcome.gene_activity.regions.symbols
            known = set(symbols)
            markers = [gene for _, gene in finding.job.recipe.panel.entries if gene in known]
            first = [self._gene] if self._gene in known else markers or list(symbols[:1])
            self._gene = first[0] if first else ""
        self.changed.emit()


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """A gene, its region, and the peaks around: all positions in base pairs."""

    gene: str
    chrom: str
    strand: str
    body: tuple[int, int]
    region: tuple[int, int]
    window: tuple[int, int]
    starts: Ints
    ends: Ints
    heights: Floats
    """Mean count of each peak over all cells."""
    credit: Floats
    """What each peak counts for the gene; 0 where it does not."""


def neighbourhood(finding: Finding, gene: str) -> Neighbourhood | None:
    """Return where `gene` lies, or nothing if it has no activity."""
    regions, peaks = finding.outcome.gene_activity.regions, finding.job.query.peaks
    found = np.flatnonzero(regions.symbols == gene)
    if not len(found):
        return None
    row = int(found[0])
    body = int(regions.body_start[row]), int(regions.body_end[row])
    start, end = int(regions.start[row]), int(regions.end[row])
    margin = max(int((end - start) * _MARGIN), _LEAST_MARGIN)
    window = (max(start - margin, 1), end + margin)
    near = np.flatnonzero((peaks.chrom == regions.chrom[row]) & (peaks.end >= window[0]) & (peaks.start <= window[1]))
    credit = finding.outcome.gene_activity.membership[[row]].toarray().ravel()[near]
    return Neighbourhood(
        gene, str(regions.chrom[row]), str(regions.strand[row]), body, (start, end), window,
        peaks.start[near], peaks.end[near], mean_accessibility(finding.job.query)[near], credit)
