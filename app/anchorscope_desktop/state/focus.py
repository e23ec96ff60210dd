"""The one cell that is explained, and the votes that are drawn as lines between the maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope.transfer.explain import links
from anchorscope_desktop.state.bridge import BridgeCheck
from anchorscope_desktop.state.selection import SelectionModel
from anchorscope_desktop.state.session import Finding, Session
from anchorscope_desktop.state.threshold import Threshold

if TYPE_CHECKING:
    from anchorscope.evaluation.bridge import Bridge
    from anchorscope.evaluation.why import MarkerLevels, Why
    from anchorscope.transfer.explain import Links

MOST_LINES = 200
VOTERS = 10
"""How many anchors are told of a cell."""

READING = "The activity of the markers is still being read."
NO_COUNTS = "Shown once the files are read again."
NOT_READ = "The activity of the markers could not be read."
NO_MARKER = "The marker panel has no active marker of these types."
OTHER_NAMES = ("The marker panel has no type called {names}: choose a panel with the names of the labels, on the page "
               "Gene activity.")


@dataclass(frozen=True, eq=False)
class Told:
    """What there is to say of the cell in focus.

    `finding` is what is shown under the threshold, `why` what the core says; `without` says why no marker is among it.
    """

    finding: Finding
    why: Why
    without: str

    @property
    def by_panel(self) -> bool:
        """Whether another marker panel could tell more."""
        return bool(self.without) and self.without not in (READING, NO_COUNTS, NOT_READ)


class CellFocus(QObject):
    """The cell in focus: the one that was picked in the table, else the first that is selected."""

    changed = Signal()

    def __init__(self, session: Session, selection: SelectionModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._selection = session, selection
        self._picked: int | None = None
        self._lines = self._explained = False
        self._levels: tuple[Finding, Bridge, MarkerLevels] | None = None
        """Markers by the labels that were looked at last."""
        selection.changed.connect(self._drop)
        session.outcome_changed.connect(self._drop)

    @property
    def picked(self) -> int | None:
        """The query cell that was picked, if one was."""
        return self._picked

    @property
    def cell(self) -> int | None:
        """The query cell to explain, if any cell is selected."""
        mask = self._selection.current.query
        if self._session.shown is None or mask is None or not mask.any():
            return None
        return self._picked if self._picked is not None else int(mask.argmax())

    @property
    def marked(self) -> int | None:
        """The query cell that is marked on the maps: the one that was picked, or is explained."""
        return self.cell if self._explained else self._picked

    def explain(self, *, wanted: bool) -> None:
        """Mark the cell in focus although none was picked: it is told why it has its label."""
        if wanted != self._explained:
            self._explained = wanted
            self.changed.emit()

    @property
    def lines(self) -> bool:
        """Whether the votes on all selected cells are drawn."""
        return self._lines

    @property
    def draws(self) -> bool:
        """Whether there are votes to draw between the maps."""
        mask = self._selection.current.query
        return self._session.shown is not None and mask is not None and (self.marked is not None or self._lines)

    def pick(self, cell: int) -> None:
        """Look at one of the selected cells."""
        if cell != self._picked:
            self._picked = cell
            self.changed.emit()

    def show_lines(self, *, wanted: bool) -> None:
        """Draw the votes on all selected cells, or only those on the one that is marked."""
        self._lines = wanted
        self.changed.emit()

    @property
    def n_selected(self) -> int:
        """How many query cells the one in focus is one of."""
        mask = self._selection.current.query
        return 0 if mask is None else int(mask.sum())

    def told(self, threshold: Threshold, check: BridgeCheck) -> Told | None:
        """Return what there is to say of the cell in focus, its markers as far as `check` has their activity."""
        from anchorscope.evaluation.why import why

        finding, cell = threshold.finding, self.cell
        if finding is None or cell is None:
            return None
        levels, without = self._markers(finding, check)
        found = why(threshold.applied(finding.job), finding.outcome, cell, levels, VOTERS)
        return Told(finding, found, without or ("" if found.markers else _no_marker(finding, found)))

    def _markers(self, finding: Finding, check: BridgeCheck) -> tuple[MarkerLevels | None, str]:
        """Return the markers by the labels of a finding, or why they are not at hand; no count is read for them."""
        current = check.current
        if not finding.whole:
            return None, NO_COUNTS
        # Another method gives other labels to the same activity.
        if current is None or current.finding.outcome.gene_activity is not finding.outcome.gene_activity:
            return None, READING if check.busy else NOT_READ
        if check.behind:
            return None, READING
        if current.bridge is None:
            return None, NO_MARKER
        if self._levels is None or self._levels[0] is not finding or self._levels[1] is not current.bridge:
            self._levels = finding, current.bridge, _levels_of(finding, current.bridge)
        return self._levels[2], ""

    def links(self) -> Links | None:
        """Return the lines to draw between the maps: the marked cell's, or those of all selected cells."""
        finding, mask = self._session.shown, self._selection.current.query
        if finding is None or mask is None or not self.draws:
            return None
        cells = np.flatnonzero(mask) if self._lines else np.array([self.marked])
        return links(finding.outcome.prediction, finding.outcome.anchors, cells, MOST_LINES)

    def _drop(self) -> None:
        self._picked = None
        self.changed.emit()


def _no_marker(finding: Finding, found: Why) -> str:
    """Return whether the panel does not know the types that come into question, or knows only silent genes."""
    from anchorscope.evaluation.bridge import panel_of_run

    there = {kind for kind, _ in panel_of_run(finding.job, finding.outcome).entries}
    asked = [one for one in (found.votes.guess, found.votes.runner_up) if one]
    return NO_MARKER if not asked or there & set(asked) else OTHER_NAMES.format(names=" or ".join(asked))


def _levels_of(finding: Finding, bridge: Bridge) -> MarkerLevels:
    from anchorscope.evaluation.bridge import panel_of_run
    from anchorscope.evaluation.why import marker_levels

    panel = panel_of_run(finding.job, finding.outcome)
    return marker_levels(bridge.values, bridge.genes, panel.entries, finding.outcome.prediction.labels)
