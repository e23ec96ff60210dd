"""A slider with its number, for the least score of a label."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSlider, QWidget

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import label, row

_STEPS = 100
TIP = ("Query cells whose best score is lower are left Unassigned, here and in every file that is saved. Raise it to "
       "keep only sure labels; 0 keeps all. Nothing is computed anew.")


class ThresholdSlider(QWidget):
    """Announces each move at once, and when the slider has come to rest."""

    moved = Signal(float)
    rested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setFixedWidth(18 * GRID)
        self.slider.setAccessibleName("Unassigned below")
        self.slider.setToolTip(TIP)
        self._number = label("0.00", wraps=False)
        # Of one size, whatever it says: a move of the slider lays nothing out anew.
        self._number.setFixedSize(4 * GRID, self._number.sizeHint().height())
        self._words = label("Unassigned below", "muted", wraps=False)
        self._words.setToolTip(TIP)
        self._words.setBuddy(self.slider)
        self.setLayout(row(self._words, self.slider, self._number))
        self.slider.valueChanged.connect(self._tell)
        self.slider.sliderReleased.connect(self.rested)

    @property
    def value(self) -> float:
        """The least score, 0 to 1."""
        return self.slider.value() / _STEPS

    def allow(self, lacking: str) -> None:
        """Let the slider be moved, or say in the tooltip what is `lacking` for that; ``""`` if nothing is."""
        self.slider.setEnabled(not lacking)
        self._number.setEnabled(not lacking)
        for widget in (self.slider, self._words):
            widget.setToolTip(lacking or TIP)

    def show_value(self, value: float) -> None:
        """Show another value, without saying that it was moved."""
        self.slider.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.slider.setValue(round(value * _STEPS))
        self.slider.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self._number.setText(f"{value:.2f}")

    def _tell(self, _: int) -> None:
        self._number.setText(f"{self.value:.2f}")
        self.moved.emit(self.value)
        if not self.slider.isSliderDown():
            self.rested.emit()
