"""The stages of a run: which are done, how far the present one is, how long each took."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QWidget

from anchorscope_desktop.jobs.report import JobReport
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.previews import CLUSTERS
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
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(1, 1)
        self.lines: dict[str, _Line] = {}
        self._alone: list[str] = []
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
            from anchorscope.stages import ALONE, EVERY_STAGE

            self.lines = {stage.name: _Line(self._grid, n, stage.title) for n, stage in enumerate(EVERY_STAGE)}
            self._alone = [stage.name for stage in ALONE]

    def _show_states(self) -> None:
        session = self._workspace.session
        if session.reference is None and session.query is None:
            self.show_empty(EMPTY)
            return
        self._list()
        self.show_content()
        theme = self._workspace.appearance.theme
        for name, line in self.lines.items():
            state, seconds = self._state(name), self._seconds(name)
            line.show(shown=self._of_use(name, state))
            line.icon.setPixmap(icon(STATE_SYMBOLS[state], theme.color(STATE_COLOURS[state])).pixmap(18, 18))
            line.state.setText(_WORDS[state])
            line.bar.setVisible(state is StepState.RUNNING)
            line.seconds.setVisible(state is not StepState.RUNNING and self._of_use(name, state))
            line.seconds.setText(f"{seconds:.1f} s" if state is StepState.DONE and seconds is not None else "")

    def _state(self, name: str) -> StepState:
        state, status = self._workspace.steps.stage(name), None
        if name in self._alone and state is not StepState.RUNNING:
            status = self._workspace.session.status_of(name)
        return StepState[status.name] if status is not None else state

    def _of_use(self, name: str, state: StepState) -> bool:
        """Whether a stage is listed: one side's own map until a run has drawn both, own clusters once there."""
        if name not in self._alone or state is StepState.RUNNING:
            return True
        drawn = state in (StepState.DONE, StepState.STALE)
        if name == CLUSTERS:
            return drawn
        return drawn and self._workspace.steps.stage("maps") not in (StepState.DONE, StepState.RUNNING)

    def _seconds(self, name: str) -> float | None:
        """Return how long a stage took, of the run that is shown; nothing if it was not computed for that."""
        session = self._workspace.session
        if session.shown is not None and name not in self._alone:
            return session.shown.outcome.seconds.get(name)
        return session.pipeline.seconds(name) or None

    def _show_progress(self, report: JobReport) -> None:
        if report.stage in self.lines:
            self.lines[report.stage].bar.setValue(round(100 * report.stage_fraction))


class _Line:
    def __init__(self, grid: QGridLayout, row: int, title: str) -> None:
        self.icon, self.state = QLabel(), label("", "muted", wraps=False)
        self.title, self.seconds = ElidedLabel(title), label("", "", wraps=False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(6 * GRID, 8)
        self.bar.setAccessibleName(f"{title}, percent done")
        grid.addWidget(self.icon, row, 0)
        grid.addWidget(self.title, row, 1)
        for place, widget in enumerate((self.state, self.bar, self.seconds), start=2):
            grid.addWidget(widget, row, min(place, 3))
        grid.setAlignment(self.seconds, Qt.AlignmentFlag.AlignRight)
        self._always = [self.icon, self.title, self.state]
        grid.setColumnMinimumWidth(2, 7 * GRID)
        grid.setColumnMinimumWidth(3, 6 * GRID)

    def show(self, *, shown: bool) -> None:
        for widget in self._always:
            widget.setVisible(shown)
