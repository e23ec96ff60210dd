"""What was mended while a file was read, or could be: a line and a chooser for each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from anchorscope.declared import Declaration
from anchorscope.parameters import AS_IS, AUTOMATIC, COUNTS, FROM_FILE, FROM_IDS, INVERT_LOG, Repairs
from anchorscope.results import Recognised, Repair
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import boxed, column, label, row, tab_mark
from anchorscope_desktop.widgets.combo import Combo
from anchorscope_desktop.widgets.form import FIELD_HEIGHT, FIELD_WIDTH

_WORDS = {AUTOMATIC: "automatic", AS_IS: "as in the file", COUNTS: "take as counts", FROM_FILE: "names in the file",
          INVERT_LOG: "back to counts", FROM_IDS: "from Ensembl ids"}
_DECLARATIONS: dict[str, Declaration] = {name: declaration for name, declaration, _ in Repairs.declarations()}


class RepairList(QWidget):
    """Emits the setting and its new value as soon as one is chosen."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._column = column(spacing=GRID)
        self.setLayout(self._column)
        self._start = tab_mark(self)
        self._boxes: dict[str, Combo] = {}
        self._lines: list[str] = []

    @property
    def text(self) -> str:
        """All that is said, line by line."""
        return "\n".join(self._lines)

    def box(self, name: str) -> Combo:
        """Return the chooser of a repair."""
        return self._boxes[name]

    def names(self) -> tuple[str, ...]:
        """Return the repairs that are listed."""
        return tuple(self._boxes)

    def show_repairs(self, recognised: Recognised) -> None:
        """Replace everything; where there is nothing to repair, nothing is shown."""
        self._clear()
        for repair in recognised.repairs:
            if repair.name not in self._boxes:
                self._add(repair, str(getattr(recognised.settings, repair.name)))
        self.setVisible(bool(self._boxes))

    def _add(self, repair: Repair, value: str) -> None:
        declaration = _DECLARATIONS[repair.name]
        line = sentence(repair)
        self._lines.append(line)
        text, title = label(line, "muted"), label(declaration.title)
        box = Combo()
        box.setFixedSize(FIELD_WIDTH, FIELD_HEIGHT)
        for choice in dict.fromkeys((value, *repair.choices)):
            box.addItem(_WORDS.get(choice, choice), choice)
        box.setAccessibleName(declaration.title)
        box.setAccessibleDescription(line)
        box.setToolTip(f"<p>{declaration.help} The file is read again at once.</p>")
        box.currentIndexChanged.connect(partial(self._announce, repair.name))
        title.setBuddy(box)
        title.setToolTip(box.toolTip())
        before = next(reversed(self._boxes.values()), self._start)
        self._boxes[repair.name] = box
        head = row(title, box)
        head.setStretch(0, 1)
        self._column.addWidget(boxed(column(boxed(head), text, spacing=GRID // 2)))
        self.setTabOrder(before, box)

    def _announce(self, name: str, _: int) -> None:
        self.chosen.emit(name, str(self._boxes[name].currentData()))

    def _clear(self) -> None:
        self._boxes, self._lines = {}, []
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def sentence(repair: Repair) -> str:
    """Return one line about a repair: what was found, what became of it."""
    found = repair.found[:1].upper() + repair.found[1:]
    return f"{found}; {repair.done}." if repair.done else f"{found}; left as it is."
