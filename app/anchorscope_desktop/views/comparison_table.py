"""Gene-activity models x reductions on the user's data, with the ceiling and the information lost."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import COMPARE, Action, Notice, Weight
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import SentenceRoom, boxed, button, column
from anchorscope_desktop.widgets.rows_model import Column, RowsTable

if TYPE_CHECKING:
    from anchorscope.evaluation.comparison import Comparison, ComparisonRow

EMPTY = ("Each combination becomes a line here: how well it names the cells, how many anchors it finds, and how long "
         "it takes. Choose models and shared spaces on the left and press Compare; maps are not drawn, so it is quick.")
NO_KEY = ("Without an answer key the lines cannot be graded; they tell how sure the labels are and how often they "
          "agree with those of your own settings.")
LOST = ("The best combination, {}, names {:.1%} rightly; a classifier taught the query's own labels reaches {:.1%}. "
        "Going unpaired costs {:.1f} points, {:.0%} of what can be known.")
NOTHING_LOST = ("The best combination, {}, names {:.1%} rightly, no fewer than a classifier taught the query's own "
                "labels ({:.1%}, an estimate from the query's own cells): no loss by going unpaired can be seen.")
_WIDEST = ("co-accessibility with pcaproject", 0.888, 0.888, 88.8, 0.88)
"""Figures that take as much room as any."""

ADOPTED = Notice("{model} with {reduction} is set now; Run names the cells with it.",
                 Weight.SUCCESS)
ADOPT_TIP = "Take model and shared space of the marked line into the settings (Enter on the line)"
_HEAD = (Column("Gene activity", "{}", "Gene-activity model"),
         Column("Shared space", "{}", "How both sides get common axes"))
_GRADED = (Column("Accuracy", "{:.1%}", "Share of graded cells with the right label"),
           Column("Mean recall", "{:.1%}", "Mean over the types, so that rare ones count as much"),
           Column("Kappa", "{:.2f}", "Agreement beyond what chance gives"),
           Column("Macro-F1", "{:.2f}", "Mean F1 over the types"))
_UNGRADED = (Column("Mean score", "{:.2f}", "Mean over the cells of each label's score"),
             Column("Agreement", "{:.1%}", "Share of cells with the same label as under your own settings"))
_TAIL = (Column("Anchors", "{:,}"), Column("Seconds", "{:.1f}", "From gene activity to labels", spared=True),
         Column("Remark", "{}", "Why a combination could not be run", yields=1))


class ComparisonTable(ViewFrame):
    """One line a combination, sortable; copied with its header for a spreadsheet."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table = RowsTable("Models and shared spaces compared")
        self._words = SentenceRoom(LOST.format(*_WIDEST), NOTHING_LOST.format(*_WIDEST), NO_KEY)
        self._adopted: tuple[ComparisonRow, Notice] | None = None
        self.table.setToolTip("Mark a line and press Enter, or Use it, to take its model and shared space into the "
                              "settings; click a title to sort by it")
        self.use = button("Use it", self._adopt, tip=ADOPT_TIP)
        self.copy = button("Copy", self.copy_text, tip="Copy the table, for a spreadsheet")
        self.save = button("Save CSV…", self.save_csv, tip="Save the table as CSV")
        content = column(self._words, self.table, spacing=GRID)
        content.setStretch(1, 1)
        super().__init__("Models and shared spaces on these data", boxed(content), self.use, self.copy,
                         self.save)
        self._connect()
        self._show_comparison()

    @property
    def summary(self) -> str:
        """Ceiling and information lost in words, or why they are not known."""
        return self._words.text()

    def copy_text(self) -> None:
        """Put the table on the clipboard, columns parted by tabs."""
        found = self._workspace.comparer.comparison
        if found is not None:
            lines = [found.header, *found.as_rows()]
            QApplication.clipboard().setText("\n".join("\t".join(line) for line in lines) + "\n")

    def save_csv(self) -> None:
        """Ask where to, and save the table."""
        path = self._workspace.chooser.save_file("Save the comparison", "comparison.csv",
                                                 "Comma-separated values (*.csv)")
        if path is not None:
            self._workspace.comparer.save(path)

    def _connect(self) -> None:
        self._workspace.comparer.changed.connect(self._show_comparison)
        self._workspace.steps.changed.connect(self._offer)
        for signal in (self._workspace.session.recipe_changed, self._workspace.runs.running_changed,
                       self._workspace.notices.changed):
            signal.connect(self._drop_said)
        self.table.activated.connect(self._adopt)
        self.table.selectionModel().selectionChanged.connect(self._follow_mark)
        self.table.rows_model.modelReset.connect(self._follow_mark)
        self._workspace.comparer.marked_changed.connect(self._show_mark)

    @property
    def _marked(self) -> ComparisonRow | None:
        """The line that is marked; neither the ceiling nor one that could not be run can be used."""
        found, place = self._workspace.comparer.comparison, self._place
        row = found.rows[place] if found is not None and 0 <= place < len(found.rows) else None
        return row if row is not None and not row.reason else None

    @property
    def _place(self) -> int:
        """Where the line is that is marked; -1 if none is."""
        marked = self.table.selectionModel().selectedRows()
        return self.table.row_at(marked[0]) if marked else -1

    def _follow_mark(self) -> None:
        self._workspace.comparer.mark(self._place)
        self._offer()

    def _show_mark(self) -> None:
        place = self._workspace.comparer.marked
        if place != self._place:
            self.table.mark(place if place >= 0 else None)

    def _offer(self) -> None:
        self.use.setEnabled(self._marked is not None and not self._workspace.busy)

    def _adopt(self) -> None:
        row, work = self._marked, self._workspace
        if row is not None and not work.busy:
            work.comparer.adopt(row)
            run = Action("Run", work.runs.start) if work.runs.possible else None
            said = replace(ADOPTED.filled(model=row.model, reduction=row.reduction), action=run,
                           other=Action("Undo", work.history.undo))
            self._adopted = row, said
            work.notices.post(COMPARE, said)

    def _drop_said(self) -> None:
        """Say no longer that a line is set, and offer no run of it, once other settings are or a run has begun."""
        work = self._workspace
        if self._adopted is None or work.notices.of(COMPARE) is not self._adopted[1]:
            return
        if work.runs.running or not work.comparer.adopted(self._adopted[0]):
            work.notices.clear(COMPARE)

    def _show_comparison(self) -> None:
        found = self._workspace.comparer.comparison
        if found is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.mark_older(older=self._workspace.comparer.outdated)
        self._words.setText(summary_of(found) if found.graded else NO_KEY)
        columns = (*_HEAD, *(_GRADED if found.graded else _UNGRADED), *_TAIL)
        self.table.show_rows(columns, rows_of(found), stretch=len(columns) - 1)


def rows_of(found: Comparison) -> list[tuple[Any, ...]]:
    """Return the lines of the table; figures that do not exist are NaN."""
    lines = [_line(row, graded=found.graded) for row in found.rows]
    if found.ceiling is not None:
        lines.append(("ceiling", "own labels", found.ceiling.accuracy, found.ceiling.balanced_accuracy,
                      found.ceiling.kappa, found.ceiling.macro_f1, None, None,
                      "A classifier taught the query's own labels"))
    return lines


def _line(row: ComparisonRow, *, graded: bool) -> tuple[Any, ...]:
    values: tuple[float, ...] = (row.mean_score, row.agreement)
    if graded:
        scores = row.scores
        values = ((math.nan,) * 4 if scores is None
                  else (scores.accuracy, scores.balanced_accuracy, scores.kappa, scores.macro_f1))
    return row.model, row.reduction, *values, None if row.reason else row.n_anchors, row.seconds, row.reason


def summary_of(found: Comparison) -> str:
    """Return ceiling and information lost in one sentence."""
    lost = found.lost()
    if lost is None:
        return found.ceiling_reason
    if lost.points <= 0:
        return NOTHING_LOST.format(best_of(found), lost.best, lost.ceiling)
    return LOST.format(best_of(found), lost.best, lost.ceiling, 100 * lost.points, lost.share)


def best_of(found: Comparison) -> str:
    """Return which combination names most cells rightly, the first where several do."""
    graded = [(row.scores.accuracy, row) for row in found.rows if row.scores is not None]
    best = max(graded, key=lambda one: one[0])[1]
    return f"{best.model} with {best.reduction}"
