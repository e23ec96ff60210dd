"""All that is said of a file and can be changed about it: facts, remarks and repairs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from anchorscope.results import Recognised
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.recognised import FILE, facts_of
from anchorscope_desktop.widgets.basics import column
from anchorscope_desktop.widgets.facts import Facts
from anchorscope_desktop.widgets.repair_list import RepairList


class FileFacts(QWidget):
    """Says it of the side with `peaks` or of the other; emits a repair that is to be decided otherwise.

    The signal carries the setting of the repair and its value.
    """

    repair_requested = Signal(str, str)

    def __init__(self, *, peaks: bool) -> None:
        super().__init__()
        self._peaks = peaks
        self.facts, self.repairs = Facts(), RepairList()
        self.repairs.chosen.connect(self.repair_requested)
        self.setLayout(column(self.facts, self.repairs, spacing=GRID * 3 // 2))

    @property
    def text(self) -> str:
        """All that is said, line by line."""
        return "\n".join(filter(None, (self.facts.text, self.repairs.text)))

    def show_file(self, recognised: Recognised) -> None:
        """Say what the file was taken for."""
        self.facts.show_facts(*facts_of(recognised, peaks=self._peaks), tips={FILE: str(recognised.path)})
        self.repairs.show_repairs(recognised)
