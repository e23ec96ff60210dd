"""The figures of the run that is shown."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QSizePolicy

from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, column
from anchorscope_desktop.widgets.facts import Facts

EMPTY = "After a run: how many anchors were found, and how well the labels fit the answer key, if there is one."


class ResultFacts(ViewFrame):
    """Anchors, grades, time and memory."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.facts = Facts(numbers=True)
        super().__init__("Result", boxed(column(self.facts, None)))
        # As wide as its widest line: a figure that is cut is none.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._connect()
        self._show_finding()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.threshold.changed.connect(self._follow_threshold)
        self._workspace.steps.changed.connect(self._show_age)

    def _follow_threshold(self) -> None:
        self.when_seen(self._show_finding)

    def _show_finding(self) -> None:
        finding = self._workspace.threshold.finding
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.facts.show_facts(facts_of(finding, self._workspace.threshold.value), remarks_of(finding))
        self._show_age()

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.old_figures)


def facts_of(finding: Finding, threshold: float) -> list[tuple[str, str]]:
    """Return name and value of every figure, in words."""
    outcome, grade = finding.outcome, finding.outcome.grade
    facts = [("Run", f"{finding.number}"), ("Anchors", f"{len(outcome.anchors):,}"),
             ("Labelled cells", f"{int((outcome.prediction.labels.codes >= 0).sum()):,} of "
                                f"{len(outcome.prediction.best):,}")]
    if threshold > 0:
        facts += [("Unassigned below", f"{threshold:.2f}")]
    if grade is not None:
        labelled = int(grade.counts.sum())
        if labelled < grade.n_graded:
            right = f"{int(np.trace(grade.counts)) / labelled:.1%}" if labelled else "–"
            facts += [("Right, of the labelled", right), ("Accuracy, of all", f"{grade.accuracy:.1%}")]
        else:
            facts += [("Accuracy", f"{grade.accuracy:.1%}")]
        facts += [("Mean recall", f"{grade.balanced_accuracy:.1%}"),
                  ("Kappa", f"{grade.kappa:.2f}"), ("Macro-F1", f"{grade.macro_f1:.2f}"),
                  ("Graded cells", f"{grade.n_graded:,}")]
    return [*facts, ("Time", f"{finding.seconds:.1f} s"), ("Peak memory", f"{outcome.peak_memory_mib:,.0f} MiB")]


def remarks_of(finding: Finding) -> list[str]:
    """Return what has to be known about the grades."""
    grade = finding.outcome.grade
    if grade is None or not grade.kept:
        return []
    return [f"Names that the mapping table does not mention were kept: {', '.join(grade.kept)}."]
