"""One picture to be saved or copied, from where it is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import column
from anchorscope_desktop.widgets.figure_form import Chooser, Desk, Figure, FigureForm


class FigureDialog(QDialog):
    """The form of the Export page for a single picture; closes once the picture is being written or copied."""

    def __init__(self, figure: Figure, chooser: Chooser, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Save figure: {figure[0]}")
        self.resize(64 * GRID, 60 * GRID)
        self.form = FigureForm([figure], chooser, desk)
        self.form.begun.connect(self.accept)
        self.buttons = self._buttons()
        self.setLayout(column(self.form, self.buttons, margin=2 * GRID))
        for one in self.form.kind.findChildren(QPushButton):
            one.setAutoDefault(False)
        self.form.save_button.setDefault(True)

    def _buttons(self) -> QDialogButtonBox:
        """Return what the form does and a way out, in the order that the platform's windows have."""
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        box.addButton(self.form.save_button, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(self.form.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.form.buttons.hide()
        box.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Close the window; nothing is saved (Esc)")
        box.rejected.connect(self.reject)
        return box
