"""A button that opens a list of names, some of which are ticked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent

from anchorscope_desktop.plotting.literal import on_button
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import Button
from anchorscope_desktop.widgets.combo import draw_chevron
from anchorscope_desktop.widgets.tick_list import TickList

NONE = "none"


class TypePicker(Button):
    """Announces the names that are ticked, in the order of the list, whenever one is ticked or no longer."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "field")
        self._offered: tuple[str, ...] = ()
        self._ticked: tuple[str, ...] = ()
        self.list = TickList(self)
        self.clicked.connect(lambda: self.list.open_at(self))
        self._show()

    @property
    def ticked(self) -> tuple[str, ...]:
        """The names that are ticked."""
        return self._ticked

    def offer(self, names: Sequence[str], ticked: Collection[str]) -> None:
        """List names in alphabetical order; one that is ticked and not among them is listed last."""
        offered = tuple(dict.fromkeys((*sorted(names, key=str.casefold), *ticked)))
        if offered != self._offered:
            self._offered = offered
            self.list.offer(offered, self._tick)
        self.show_ticked(ticked)

    def show_ticked(self, ticked: Collection[str]) -> None:
        """Tick other names, without saying that something changed."""
        if not set(ticked) <= set(self._offered):
            self.offer(self._offered, ticked)
            return
        self._ticked = tuple(name for name in self._offered if name in ticked)
        for name, box in zip(self._offered, self.list.boxes, strict=True):
            box.blockSignals(True)  # noqa: FBT003 - Qt's signature
            box.setChecked(name in ticked)
            box.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show as much of a name as fits."""
        super().resizeEvent(event)
        self._show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the field, then a chevron at its right."""
        super().paintEvent(event)
        draw_chevron(self)

    def _tick(self, name: str, on: bool) -> None:  # noqa: FBT001 - Qt's signature
        wanted = {*self._ticked, name} if on else {*self._ticked} - {name}
        self._ticked = tuple(one for one in self._offered if one in wanted)
        self._show()
        self.changed.emit(self._ticked)

    def _show(self) -> None:
        text = f"{len(self._ticked)} types" if len(self._ticked) > 1 else next(iter(self._ticked), NONE)
        room = self.width() - 4 * GRID
        self.setText(on_button(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)))
