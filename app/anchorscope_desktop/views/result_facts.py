"""The figures of the run that is shown."""

from __future__ import annotations

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
        self.facts = Facts()
        super().__init__("Result", boxed(column(self.facts, None)))
        self._connect()
        self._show_finding()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.facts.show_facts(facts_of(finding))


def facts_of(finding: Finding) -> list[tuple[str, str]]:
    """Return name and value of every figure, in words."""
    outcome, grade = finding.outcome, finding.outcome.grade
    facts = [("Run", f"{finding.number}"), ("Anchors", f"{len(outcome.anchors):,}"),
             ("Labelled cells", f"{int((outcome.prediction.labels.codes >= 0).sum()):,} of "
                                f"{len(outcome.prediction.best):,}")]
    if grade is not None:
        facts += [("Accuracy", f"{grade.accuracy:.1%}"), ("Mean recall", f"{grade.balanced_accuracy:.1%}"),
                  ("Graded cells", f"{grade.n_graded:,}")]
    return [*facts, ("Time", f"{finding.seconds:.1f} s"), ("Peak memory", f"{outcome.peak_memory_mib:,.0f} MiB")]
