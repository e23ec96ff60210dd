"""Does the bridge between the assays carry signal? Asked of every run, in a worker of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope.palette import by_name
from anchorscope.results import Floats
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.genes import GeneFocus
from anchorscope_desktop.state.session import Finding, Session

if TYPE_CHECKING:
    from anchorscope.evaluation.bridge import Bridge
    from anchorscope.progress import Progress

CLEAR_AUROC, WEAK_AUROC = 0.7, 0.6
CLEAR_R, WEAK_R = 0.5, 0.25
_BINS = 32
_KERNEL = np.array([1, 4, 6, 4, 1]) / 16
FEWEST_MARKERS = 3
"""With fewer markers that can be looked at, chance may speak as well as the bridge."""

UNFIT = ("The marker panel does not fit these data: none of its genes has activity in the query. Choose another panel "
         "or load your own below.")
TOO_FEW = ("It cannot be told: only {n} of the panel's {total} markers could be looked at, which is too few. Choose a "
           "panel of this tissue or load your own below.")
OTHER_NAMES = "The panel names other types than the labels do, so no AUROC can be given."
UNKNOWN = ("It cannot be told: no type of the marker panel is among the labels, and fewer than three types are on both "
           "sides. Choose a panel with the names of the labels, or load one below.")


@dataclass(frozen=True, eq=False)
class Violin:
    """One type: how many cells, the quartiles, and the outline as widths from 0 to 1 along `levels`."""

    name: str
    n_cells: int
    lower: float
    median: float
    upper: float
    mean: float
    levels: Floats
    widths: Floats


@dataclass(frozen=True, eq=False)
class Check:
    """The bridge of one run, and the gene in focus by type; `by_truth` says whose types these are.

    `bridge` is ``None`` where neither a marker of the panel nor the gene has activity.
    """

    finding: Finding
    bridge: Bridge | None
    gene: str
    violins: tuple[Violin, ...]
    by_truth: bool


class BridgeCheck(QObject):
    """Holds the check of the run that is shown, for the gene in focus."""

    changed = Signal()

    def __init__(self, session: Session, focus: GeneFocus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._focus = session, focus
        self.runner = JobRunner(self)
        self._asked: tuple[Finding, str] | None = None
        self.current: Check | None = None
        self.problem = ""
        session.outcome_changed.connect(self.refresh)
        focus.changed.connect(self.refresh)

    @property
    def busy(self) -> bool:
        """Whether another check is on its way."""
        return self.runner.busy

    def refresh(self) -> None:
        """Check the run that is shown and the gene in focus, unless that was asked for last."""
        finding, gene = self._session.shown, self._focus.gene
        if finding is None or not finding.whole:
            self._forget()  # what is known is of another session's run
            return
        if (self._asked is not None and self._asked[0] is finding and self._asked[1] == gene):
            return
        self._asked = finding, gene
        before = self.current
        self.runner.start("Checking the bridge", lambda context: check(finding, gene, before, context), self._take)

    @property
    def behind(self) -> bool:
        """Whether what is known is of another marker panel than that of the run shown, which is being looked at."""
        shown = self._session.shown
        return (self.busy and self.current is not None and shown is not None
                and self.current.finding.job.recipe.panel != shown.job.recipe.panel)

    def _forget(self) -> None:
        self.runner.cancel()
        self._asked, self.current, self.problem = None, None, ""
        self.changed.emit()

    def _take(self, end: JobEnd) -> None:
        if end.ending is not Ending.CANCELLED:
            self.problem = end.sentence
            self.current = end.value if end.succeeded else None
            self.changed.emit()


def check(finding: Finding, gene: str, before: Check | None, context: JobContext) -> Check:
    """Return the check of a run for one gene; what was found `before` serves where it can."""
    progress, grade = context.progress("Checking the bridge"), finding.outcome.grade
    known = before.bridge if before is not None and before.finding is finding else None
    bridge = (known if known is not None and gene in (*known.genes, *known.absent, "")
              else _bridge(finding, gene, progress))
    progress.update(1.0)
    return Check(finding, bridge, gene, _violins(finding, bridge, gene), grade is not None)


def _bridge(finding: Finding, gene: str, progress: Progress) -> Bridge | None:
    from anchorscope.errors import InputError
    from anchorscope.evaluation.bridge import bridge_of_run

    grade = finding.outcome.grade
    try:
        return bridge_of_run(finding.job, finding.outcome, (gene,) if gene else (),
                             grade.truth if grade is not None else None, progress)
    except InputError:
        return None  # none of the genes has activity


def _violins(finding: Finding, bridge: Bridge | None, gene: str) -> tuple[Violin, ...]:
    if bridge is None or gene not in bridge.genes:
        return ()
    place, spread, grade = bridge.genes.index(gene), bridge.spread, finding.outcome.grade
    labels = grade.truth if grade is not None else finding.outcome.prediction.labels
    values = np.asarray(bridge.values[:, [place]].toarray()).ravel()
    edges = np.linspace(0.0, max(float(values.max(initial=0.0)), 1e-9), _BINS + 1)
    there = [code for code in range(len(spread.types)) if spread.n_cells[code]]
    return tuple(Violin(
        spread.types[code], int(spread.n_cells[code]), float(spread.lower[code, place]),
        float(spread.median[code, place]), float(spread.upper[code, place]), float(spread.mean[code, place]),
        *_outline(values[labels.codes == code], edges))
        for code in sorted(there, key=lambda code: by_name(spread.types[code])))


def _outline(values: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """Return levels and widths, from the lowest to the highest value there is."""
    counts = np.histogram(values, edges)[0].astype(np.float64)
    smooth = np.convolve(np.pad(counts, 2, mode="edge"), _KERNEL, mode="valid")
    there = np.flatnonzero(counts)
    first, last = int(there[0]), int(there[-1]) + 1
    levels = np.concatenate([[edges[first]], (edges[first:last] + edges[first + 1:last + 1]) / 2, [edges[last]]])
    widths = np.concatenate([[smooth[first]], smooth[first:last], [smooth[last - 1]]])
    return levels, np.asarray(widths / max(float(smooth.max()), 1e-9))


def verdict(bridge: Bridge | None) -> str:
    """Return in one sentence whether gene activity of the panel's markers speaks for their expression."""
    panel = {one.gene for one in bridge.markers} if bridge is not None else set()
    if bridge is None or panel.isdisjoint(bridge.genes):
        return UNFIT
    aurocs = np.array([one.auroc for one in bridge.markers if np.isfinite(one.auroc)])
    # A gene in focus that the panel does not have says nothing about the panel.
    known = np.array([r for gene, r in zip(bridge.genes, bridge.over_types.tolist(), strict=True)
                      if gene in panel and np.isfinite(r)])
    looked_at, markers = (len(aurocs), len(bridge.markers)) if len(aurocs) else (len(known), len(panel))
    if not looked_at:
        return UNKNOWN
    if looked_at < FEWEST_MARKERS:
        return TOO_FEW.format(n=looked_at, total=markers)
    said = _said_of_types(aurocs) if len(aurocs) else _said_of_expression(known)
    whole = f"{looked_at} of the panel's {markers}" if looked_at < markers else f"All {markers}"
    return f"{said} {whole} markers could be looked at."


def _said_of_types(aurocs: Floats) -> str:
    middle, higher = float(np.median(aurocs)), int((aurocs > WEAK_AUROC).sum())
    are, their = ("is", "its") if higher == 1 else ("are", "their")
    return (f"{_degree(middle, CLEAR_AUROC, WEAK_AUROC)}: {higher} of {len(aurocs)} markers {are} clearly more active "
            f"in {their} own type than in the other cells (median AUROC {middle:.2f}; 0.5 is chance).")


def _said_of_expression(known: Floats) -> str:
    middle = float(np.median(known))
    return (f"{_degree(middle, CLEAR_R, WEAK_R)}: from type to type, the activity of {len(known)} markers of the panel "
            f"follows their expression with a median correlation of {middle:.2f}. {OTHER_NAMES}")


def _degree(value: float, clear: float, weak: float) -> str:
    return "Yes" if value >= clear else "Weakly" if value >= weak else "Hardly"
