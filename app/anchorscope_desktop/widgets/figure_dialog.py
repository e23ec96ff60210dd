"""One picture to be saved or copied, from where it is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

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
        self.setLayout(column(self.form, margin=2 * GRID))
        self.form.save_button.setDefault(True)
