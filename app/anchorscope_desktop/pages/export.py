"""Page 7: the result as files."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from anchorscope_desktop.pages.frame import Page
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.exporting import EXPORT_KINDS, ExportKind
from anchorscope_desktop.state.notices import EXPORT, Notice, Weight
from anchorscope_desktop.state.steps import EXPORT_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row
from anchorscope_desktop.widgets.icons import Symbol

PURPOSE = "The labels as files. Your own files are never changed."
NOTHING_YET = Notice("There is nothing to save yet: open a reference and a query and press Run first.")
OUTDATED = Notice("What is saved is run {number}; settings or files have changed since.", Weight.WARNING)


class ExportPage(Page):
    """One line for each kind of file."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, EXPORT_STEP, PURPOSE, (EXPORT,))
        first = EXPORT_KINDS[0]
        self.save_button = self.add_action(f"Save {first.title.lower().replace('html', 'HTML')}…", Symbol.SAVE,
                                           partial(self.save, first), primary=True)
        self.buttons = {kind.key: button("Save…", partial(self.save, kind), tip=f"Save {kind.title}")
                        for kind in EXPORT_KINDS}
        lines = [_line(kind, self.buttons[kind.key]) for kind in EXPORT_KINDS]
        self.set_body(None, boxed(column(*lines, None, spacing=GRID + GRID // 2)))
        self._connect()
        self._show_state()

    def save(self, kind: ExportKind) -> None:
        """Ask where to, and write."""
        finding = self.workspace.session.shown
        if finding is not None:
            suggestion = finding.job.query.recognised.path.stem + kind.suffix
            path = self.workspace.chooser.save_file(f"Save {kind.title}", suggestion, kind.filter)
            if path is not None:
                self.workspace.exporter.write(kind, path)

    def standing_notice(self) -> Notice | None:
        """Return that there is nothing to save, or that it is not the newest."""
        finding = self.workspace.session.shown
        if finding is None:
            return NOTHING_YET
        return OUTDATED.filled(number=finding.number) if self.workspace.session.outdated else None

    def _connect(self) -> None:
        self.workspace.steps.changed.connect(self._show_state)

    def _show_state(self) -> None:
        there = self.workspace.session.shown is not None
        for made in (self.save_button, *self.buttons.values()):
            made.setEnabled(there)
        self.refresh_notice()


def _line(kind: ExportKind, save: QPushButton) -> QWidget:
    words = boxed(column(label(kind.title, "heading"), label(kind.help, "muted"), spacing=2))
    line = row(words, save, spacing=2 * GRID, margin=2 * GRID)
    line.setStretch(0, 1)
    return boxed(line, "card")
