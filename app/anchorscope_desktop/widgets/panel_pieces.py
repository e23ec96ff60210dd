"""The marker panel as a table to edit, with what reads and writes it: one piece for every page that has it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from anchorscope.errors import InputError, OutputError
from anchorscope.parameters import BLOOD_PANEL, MarkerPanel
from anchorscope_desktop.state.notices import Notice, Weight
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row
from anchorscope_desktop.widgets.choosers import PANEL_FILES
from anchorscope_desktop.widgets.panel_table import PanelTable

SAVED = Notice("The marker panel was saved to {path}.", Weight.SUCCESS)
HELP = "A type may have several markers. Where two types score the same, the upper one wins."
LOAD_TIP = "Read a CSV with the columns type and gene"


class PanelPieces(QWidget):
    """Keeps the recipe's panel and the table in step; what goes wrong is said on the page of `topic`.

    Without `helped` there is no room to say how markers count.
    """

    def __init__(self, workspace: Workspace, topic: str, *, helped: bool = True) -> None:
        super().__init__()
        self._workspace, self._topic = workspace, topic
        self.table = PanelTable(workspace.session.recipe.panel)
        edit = boxed(row(button("Add", self.table.add_line, tip="Add a marker"),
                         button("Remove", self.table.remove_lines, tip="Remove the selected markers"), None))
        files = boxed(row(button("Load…", self.load, tip=LOAD_TIP),
                          button("Save…", self.save, tip="Write the panel as CSV, with its sources"),
                          button("Reset", self.reset, tip="Go back to the built-in blood panel"), None))
        said = label(HELP, "muted")
        if not helped:
            said.hide()
        layout = column(said, self.table, edit, files)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        workspace.session.recipe_changed.connect(self._show_panel)
        self.table.panel_changed.connect(self._take)
        self._show_panel()

    def load(self) -> None:
        """Read a panel from a CSV file."""
        from anchorscope import io

        path = self._workspace.chooser.open_file("Load a marker panel", PANEL_FILES)
        if path is not None:
            try:
                self._take(io.read_panel(path))
            except InputError as error:
                self._workspace.notices.error(self._topic, str(error))

    def save(self) -> None:
        """Write the panel to a CSV file."""
        from anchorscope import io

        path = self._workspace.chooser.save_file("Save the marker panel", "marker_panel.csv", PANEL_FILES)
        if path is None:
            return
        try:
            io.write_panel(path, self._workspace.session.recipe.panel)
        except OutputError as error:
            self._workspace.notices.error(self._topic, str(error))
        else:
            self._workspace.notices.post(self._topic, SAVED.filled(path=path))

    def reset(self) -> None:
        """Go back to the built-in panel."""
        self._take(BLOOD_PANEL)

    def _take(self, panel: MarkerPanel) -> None:
        self._workspace.session.set_recipe(replace(self._workspace.session.recipe, panel=panel))

    def _show_panel(self) -> None:
        self.table.show_panel(self._workspace.session.recipe.panel)
