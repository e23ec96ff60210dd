"""A button that opens a list of names, some of which are ticked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu

from anchorscope_desktop.plotting.literal import on_button
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import Button

NONE = "none"


class TypePicker(Button):
    """Announces the names that are ticked, in the order of the list, whenever one is ticked or no longer."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._offered: tuple[str, ...] = ()
        self._ticked: tuple[str, ...] = ()
        self._menu = QMenu(self)
        self.setMenu(self._menu)
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
            self._menu.clear()
            for name in offered:
                action = self._menu.addAction(on_button(name))
                action.setCheckable(True)
                action.toggled.connect(partial(self._tick, name))
        self.show_ticked(ticked)

    def show_ticked(self, ticked: Collection[str]) -> None:
        """Tick other names, without saying that something changed."""
        if not set(ticked) <= set(self._offered):
            self.offer(self._offered, ticked)
            return
        self._ticked = tuple(name for name in self._offered if name in ticked)
        for name, action in zip(self._offered, self._menu.actions(), strict=True):
            action.blockSignals(True)  # noqa: FBT003 - Qt's signature
            action.setChecked(name in ticked)
            action.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show as much of a name as fits."""
        super().resizeEvent(event)
        self._show()

    def _tick(self, name: str, on: bool) -> None:  # noqa: FBT001 - Qt's signature
        wanted = {*self._ticked, name} if on else {*self._ticked} - {name}
        self._ticked = tuple(one for one in self._offered if one in wanted)
        self._show()
        self.changed.emit(self._ticked)

    def _show(self) -> None:
        text = f"{len(self._ticked)} types" if len(self._ticked) > 1 else next(iter(self._ticked), NONE)
        room = self.width() - 5 * GRID
        self.setText(on_button(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)))
