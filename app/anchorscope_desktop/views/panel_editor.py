"""The marker panel: chosen among the built-in ones, edited in place, loaded, saved, or reset."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import REFERENCE
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, column
from anchorscope_desktop.widgets.panel_chooser import PanelChooser
from anchorscope_desktop.widgets.panel_pieces import PanelPieces


class PanelEditor(ViewFrame):
    """Shows the recipe's panel under its name."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.chooser, self.pieces = PanelChooser(workspace), PanelPieces(workspace, REFERENCE)
        layout = column(self.chooser, self.pieces)
        layout.setStretch(1, 1)
        super().__init__("Marker panel", boxed(layout))
        self.table = self.pieces.table
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(36 * GRID)
        self.show_content()
        workspace.session.recipe_changed.connect(self._show_name)
        self._show_name()

    def _show_name(self) -> None:
        self.set_heading(f"Marker panel: {self._workspace.session.recipe.panel.name}")
