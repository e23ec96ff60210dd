"""The runs of this session, side by side: what differed, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QModelIndex

from anchorscope_desktop.state.findings import describe
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.rows_model import Column, RowsTable

if TYPE_CHECKING:
    from anchorscope.results import Grade

EMPTY = ("Every finished run becomes a line here: the settings that differ, and accuracy, mean recall, anchors and "
         "time. Change a setting on any page and run again to compare.")
_FIGURES = (Column("Accuracy", "{:.1%}", "Share of all graded cells with the right label, whatever their score; cells "
                   "called Unassigned count as wrong"),
            Column("Labelled", "{:.1%}", "Share of the graded cells that have a label, whatever its score: the others "
                   "were called Unassigned"),
            Column("Right of labelled", "{:.1%}", "Share of the labelled cells with the right label: times Labelled it "
                   "is the accuracy"),
            Column("Mean recall", "{:.1%}", "Mean over the types, so that rare ones count as much; whatever the score"),
            Column("Anchors", "{:,}"), Column("Seconds", "{:.1f}", "Only what had to be computed anew"))


class RunTable(ViewFrame):
    """One line a run; a click brings it back to the other pages."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table = RowsTable("Runs of this session")
        super().__init__("Runs of this session", self.table)
        self._connect()
        self._show_runs()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_runs)
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)

    def _show_runs(self) -> None:
        findings = self._workspace.session.findings
        if not findings:
            self.show_empty(EMPTY)
            return
        self.show_content()
        differing = differences(findings)
        columns = (Column("Run", "{}", "The run that the other pages show is marked"),
                   *(Column(_short(name), "{}", name) for name in differing), *_FIGURES)
        self.table.show_rows(columns, [self._line(finding, differing) for finding in findings],
                             stretch=min(len(differing), 1))

    def _line(self, finding: Finding, differing: Sequence[str]) -> tuple[Any, ...]:
        settings, outcome, grade = describe(finding), finding.outcome, finding.outcome.grade
        mark = " (shown)" if finding is self._workspace.session.shown else ""
        return (f"{finding.number}{mark}", *(settings[name] for name in differing),
                *_graded(grade), len(outcome.anchors), finding.seconds)

    def _choose(self, index: QModelIndex) -> None:
        finding = self._workspace.session.findings[self.table.row_at(index)]
        if finding is not self._workspace.session.shown:
            self._workspace.session.show(finding)


def _graded(grade: Grade | None) -> tuple[float, float, float, float]:
    """Return accuracy, the share of the graded cells with a label, of these the right share, and mean recall."""
    if grade is None:
        return (float("nan"),) * 4
    labelled = int(grade.counts.sum())
    right = int(np.trace(grade.counts)) / labelled if labelled else float("nan")
    return grade.accuracy, labelled / grade.n_graded, right, grade.balanced_accuracy


def _short(name: str) -> str:
    return name.split(": ")[-1]


def differences(findings: Sequence[Finding]) -> list[str]:
    """Return the names of the settings that are not the same in all runs."""
    described = [describe(finding) for finding in findings]
    return [name for name in described[0] if any(one.get(name) != described[0][name] for one in described)]
