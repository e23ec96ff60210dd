"""One line that saves the sides of a multiome that was un-paired; nothing while there is none."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.unpaired import SIDE_KINDS, SideKind
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row, with_role

HELP = "Each side as a file of its own, and which cells are the same."


class UnpairedSides(QWidget):
    """Offers both sides and the answer key.

    It decides by itself whether it is seen, so it is born with a parent: without one it would show as a window.
    """

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        with_role(self, "card")
        self._workspace = workspace
        self.buttons: dict[str, QPushButton] = {
            kind.key: button(f"{kind.title}…", partial(self.save, kind), tip=kind.help) for kind in SIDE_KINDS}
        title = label("Un-paired multiome: save its sides", "heading")
        title.setToolTip(HELP)
        layout = column(title, boxed(row(*self.buttons.values(), None)), spacing=GRID // 2)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.setLayout(layout)
        workspace.session.inputs_changed.connect(self._show_state)
        self._show_state()

    def save(self, kind: SideKind) -> None:
        """Ask where to, and write."""
        side = getattr(self._workspace.session, kind.side)
        suggestion = side.recognised.path.name.split(".")[0] + kind.suffix
        path = self._workspace.chooser.save_file(f"Save {kind.title}", suggestion, kind.filter)
        if path is not None:
            self._workspace.exporter.write_side(kind, path)

    def _show_state(self) -> None:
        query = self._workspace.session.query
        self.setVisible(query is not None and query.pairing is not None)
        for made in self.buttons.values():
            made.setEnabled(self._workspace.session.complete)
