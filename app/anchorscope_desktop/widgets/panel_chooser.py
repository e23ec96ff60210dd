"""A combo of the built-in marker panels that keeps in step with the recipe."""

from __future__ import annotations

import html
from dataclasses import replace

from PySide6.QtCore import Qt

from anchorscope.parameters import MarkerPanel
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.combo import Combo

OWN = "(own)"
"""Data of the entry for a panel that is not built in."""


class PanelChooser(Combo):
    """Shows the recipe's panel and replaces it by a built-in one, each with its sources."""

    def __init__(self, workspace: Workspace) -> None:
        from anchorscope import io

        super().__init__()
        self._workspace, self._panels = workspace, io.builtin_panels()
        self.setAccessibleName("Built-in panel")
        self.setAccessibleDescription("Markers of a tissue, with the works they come from as the tooltip")
        for name, panel in self._panels.items():
            self.addItem(name, name)
            self.setItemData(self.count() - 1, _tip(panel), Qt.ItemDataRole.ToolTipRole)
        workspace.session.recipe_changed.connect(self._show_panel)
        self.currentIndexChanged.connect(self._choose)
        self._show_panel()

    def _choose(self) -> None:
        panel, session = self._panels.get(str(self.currentData())), self._workspace.session
        if panel is not None:
            session.set_recipe(replace(session.recipe, panel=panel))

    def _show_panel(self) -> None:
        panel = self._workspace.session.recipe.panel
        self.blockSignals(True)  # noqa: FBT003 - Qt's signature
        if self.findData(OWN) >= 0:
            self.removeItem(self.findData(OWN))
        if panel.name not in self._panels:
            self.insertItem(0, panel.name, OWN)
        self.setCurrentIndex(max(self.findData(panel.name), 0))
        self.setToolTip(_tip(panel))
        self.blockSignals(False)  # noqa: FBT003 - Qt's signature


def _tip(panel: MarkerPanel) -> str:
    """Return a panel's size and sources."""
    sources = "".join(f"<li>{html.escape(source)}</li>" for source in panel.sources)
    cited = f"<br>Sources:<ul>{sources}</ul>" if sources else "<br>No source is given."
    return (f"<p><b>{html.escape(panel.name)}</b>: {len(panel.types)} types, {len(panel.entries)} markers. Choose the "
            f"panel of your tissue, then correct it in the table on the Reference page.{cited}</p>")
