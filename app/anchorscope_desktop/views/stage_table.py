"""The stages of a run: which are done, how far the present one is, how long each took."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QWidget

from anchorscope_desktop.jobs.report import JobReport
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.steps import StepState
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, column, label
from anchorscope_desktop.widgets.icons import STATE_COLOURS, STATE_SYMBOLS, icon

EMPTY = "The stages of a run appear here once a file is open: which are done, and how long each took."
_WORDS = {StepState.EMPTY: "needs data", StepState.READY: "to do", StepState.RUNNING: "running", StepState.DONE: "done",
          StepState.STALE: "stale"}


class StageTable(ViewFrame):
    """One line a stage, in the order of the run."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(1, 1)
        self.lines: dict[str, _Line] = {}
        content = QWidget()
        content.setLayout(self._grid)
        super().__init__("Stages of the run", boxed(column(content, None)))
        self._connect()
        self._show_states()

    def _connect(self) -> None:
        self._workspace.steps.changed.connect(self._show_states)
        self._workspace.appearance.changed.connect(self._show_states)
        self._workspace.runner.progressed.connect(self._show_progress)

    def _list(self) -> None:
        if not self.lines:
            from anchorscope.stages import STAGES

            self.lines = {stage.name: _Line(self._grid, n, stage.title) for n, stage in enumerate(STAGES)}

    def _show_states(self) -> None:
        session = self._workspace.session
        if session.reference is None and session.query is None:
            self.show_empty(EMPTY)
            return
        self._list()
        self.show_content()
        theme, finding = self._workspace.appearance.theme, self._workspace.session.shown
        seconds = finding.outcome.seconds if finding is not None else {}
        for name, line in self.lines.items():
            state = self._workspace.steps.stage(name)
            line.icon.setPixmap(icon(STATE_SYMBOLS[state], theme.color(STATE_COLOURS[state])).pixmap(18, 18))
            line.state.setText(_WORDS[state])
            line.bar.setVisible(state is StepState.RUNNING)
            line.seconds.setVisible(state is not StepState.RUNNING)
            line.seconds.setText(f"{seconds[name]:.1f} s" if state is StepState.DONE and name in seconds else "")

    def _show_progress(self, report: JobReport) -> None:
        if report.stage in self.lines:
            self.lines[report.stage].bar.setValue(round(100 * report.stage_fraction))


class _Line:
    def __init__(self, grid: QGridLayout, row: int, title: str) -> None:
        self.icon, self.state = QLabel(), label("", "muted", wraps=False)
        self.seconds = label("", "", wraps=False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(9 * GRID, 8)
        self.bar.setAccessibleName(f"{title}, percent done")
        grid.addWidget(self.icon, row, 0)
        grid.addWidget(ElidedLabel(title), row, 1)
        for place, widget in enumerate((self.state, self.bar, self.seconds), start=2):
            grid.addWidget(widget, row, min(place, 3))
        grid.setAlignment(self.seconds, Qt.AlignmentFlag.AlignRight)
        grid.setColumnMinimumWidth(2, 8 * GRID)
        grid.setColumnMinimumWidth(3, 9 * GRID)
