"""What the right button offers on a type, wherever its name stands: another colour, or the usual one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu

from anchorscope_desktop.plotting.literal import on_button
from anchorscope_desktop.state.workspace import Workspace


@dataclass(frozen=True)
class TypeColours:
    """Gives types colours of their own, as a step that can be undone."""

    workspace: Workspace

    def add_to(self, menu: QMenu, name: str, present: QColor) -> None:
        """Add to a menu what can be done with the colour of a type, before all else that it offers."""
        first = menu.actions()[0] if menu.actions() else None
        ask, usual = menu.addAction(f"&Colour of {on_button(name)}…"), menu.addAction("&Usual colour")
        ask.triggered.connect(lambda: self.ask(name, present))
        usual.triggered.connect(lambda: self.give(name, None))
        usual.setEnabled(name in dict(self.workspace.session.recipe.colours))
        if first is not None:
            menu.insertActions(first, [ask, usual])
            menu.insertSeparator(first)

    def ask(self, name: str, present: QColor) -> None:
        """Ask for another colour of a type, and give it."""
        found = self.workspace.chooser.pick_colour(f"Colour of {name}", present.name())
        if found is not None:
            self.give(name, found)

    def give(self, name: str, colour: str | None) -> None:
        """Give a type a colour, or with nothing its usual one."""
        session = self.workspace.session
        own = {**dict(session.recipe.colours), name: colour or ""}
        kept = tuple((one, hexadecimal) for one, hexadecimal in own.items() if hexadecimal)
        session.set_recipe(replace(session.recipe, colours=kept))
