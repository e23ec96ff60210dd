"""What the maps of cells have in common: the picture, a line under its title, and how cells are chosen on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from anchorscope.results import Floats
from anchorscope_desktop.plotting.cell_map import CellMap
from anchorscope_desktop.plotting.colours import UNASSIGNED
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.map_values import ColourBy
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import ElidedLabel
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.tool_button import ToolButton
from anchorscope_desktop.widgets.type_colours import TypeColours

LASSO_TIP = "Draw around cells to select them; switch off, or press Esc, to move the map again"


class MapFrame(ViewFrame):
    """Base of the maps: cells, a lasso on them, and how results of older settings look.

    A map says itself what it recolours (`_recolour`), which cells stand out (`_show_selection`), what is chosen by
    drawing (`_enclose`) or by the legend (`_choose`), and what is on its way (`_reading`).
    """

    def __init__(self, workspace: Workspace, title: str, cells: str, whose: str, colour_by: QWidget) -> None:
        self._workspace = workspace
        self.map = CellMap(workspace.appearance.theme, cells)
        self.lasso = ToolButton(Symbol.LASSO, f"Lasso on the {whose} map", LASSO_TIP, workspace.appearance.theme)
        super().__init__(title, self._content(), self.lasso, colour_by)
        self._whose, self._fitted = whose, ""
        self._note = ElidedLabel(role="muted")
        self._note.hide()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self._note)

    @property
    def note(self) -> str:
        """A line under the title: what has to be known about the map; nothing if there is nothing to say."""
        return self._note.text()

    @property
    def finding(self) -> Finding | None:
        """The run whose cells the map shows, if there is one: only they can be chosen."""
        return self._workspace.session.shown

    def _reading(self) -> str:
        """Return what is being read for the colours, in words; nothing if nothing is."""
        gene = self._workspace.levels.reading(self._whose)
        return f"Reading {gene} from disk" if gene else ""

    def _show_note(self) -> None:
        reading = self._reading()
        text = f"{reading}; the colours change when it is there." if reading else self._fitted
        self._note.set_text(text)
        self._note.setVisible(bool(text))

    def show_cells(self, places: Floats, fitted: int | None) -> None:
        """Draw other cells; say on how many the map was fitted, where not on all."""
        self.map.show_cells(places)
        self._fitted = "" if fitted is None else (
            f"Fitted on {fitted:,} of {len(places):,} cells; the others are placed among their neighbours.")
        self._show_note()

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """Which cells stand out; in the merged map the reference's come first."""
        return self.map.highlighted

    def for_paper(self) -> None:
        """Draw all cells in full: that they are of older settings is told on the screen."""
        super().for_paper()
        self.map.for_paper()

    def on_paper(self) -> ViewFrame:
        """Look at the same part of the map, where that is not all of it."""
        view = super().on_paper()
        seen = self.map.canvas.getViewBox().viewRect()
        if isinstance(view, MapFrame) and not seen.contains(self.map.cloud.boundingRect()):
            view.map.canvas.getViewBox().setRange(seen, padding=0)
        return view

    def _content(self) -> QWidget:
        return self.map

    def _connect(self) -> None:
        work = self._workspace
        work.colours.changed.connect(self._recolour)
        work.colours.changed.connect(self._show_age)
        work.levels.changed.connect(self._show_note)
        self._connect_cells()

    def _connect_cells(self) -> None:
        """Follow what all maps follow, whatever their colours mean."""
        work = self._workspace
        work.selection.changed.connect(self._show_selection)
        work.appearance.changed.connect(self._recolour)
        work.steps.changed.connect(self._show_age)
        self.lasso.toggled.connect(self._switch_lasso)
        self.map.lasso.drawn.connect(self._enclose)
        self.map.clicked.connect(self._pick)
        self.map.doubled.connect(self.take_back)
        self.map.legend.clicked.connect(self._choose)

    def _switch_lasso(self, on: bool) -> None:  # noqa: FBT001 - Qt's signature
        self.map.lasso.switch(on=on)
        if on and not self.lasso.hasFocus():
            self.map.canvas.setFocus()  # so that Esc comes here

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the lasso while it is on: the window's shortcut would clear the selection of cells."""
        if (event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
                and event.key() == Qt.Key.Key_Escape and self.lasso.isChecked()):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Put the lasso away on Esc."""
        if event.key() == Qt.Key.Key_Escape and self.lasso.isChecked():
            self.lasso.setChecked(False)
        else:
            super().keyPressEvent(event)

    def menu(self, where: QPoint | None = None) -> QMenu:
        """Return what can be done with the map, and with the colour of a type under `where` on the screen."""
        menu, legend = super().menu(), self.map.legend
        found = None if where is None else legend.entry_at(QPointF(legend.mapFromGlobal(where)))
        if found is not None and self._type_colours().get(found[0]) == found[1]:
            TypeColours(self._workspace).add_to(menu, *found)
        return menu

    def _type_colours(self) -> dict[str, QColor]:
        """Return the types that have a colour of their own in every view, and these."""
        finding = self.finding
        if finding is None:
            return {}
        colours = run_colours(finding, self._workspace.appearance.theme)
        return {name: colours[name] for name in figures.all_types(finding)}

    def _hold_legend(self) -> None:
        """Keep the room that the types take in the legend, so that the map stays where it is with every colour."""
        types = self._type_colours()
        self.map.legend.hold((*types, UNASSIGNED) if types else ())

    def _dress(self) -> Theme:
        theme = self._workspace.appearance.theme
        self.map.set_theme(theme)
        self.lasso.set_theme(theme)
        return theme

    def _show_age(self) -> None:
        session = self._workspace.session
        older = session.outdated if self._shows_key else session.old_labels
        self.mark_older(older=older)
        self.map.fade(faded=older)

    @property
    def _shows_key(self) -> bool:
        """Whether the colours are those of the answer key, or hold labels against it."""
        meaning = getattr(self._workspace.colours, self._whose)
        return meaning.by in (ColourBy.TRUTH, ColourBy.AGREEMENT)

    def _pick(self, point: int, how: int) -> None:
        """Select one cell, and look at it."""
        work, finding = self._workspace, self.finding
        if finding is None:
            return
        chosen = self._cell(finding, point)
        self.select(chosen, how)
        selected = work.selection.current.query
        if chosen.query is not None and selected is not None and (chosen.query & selected).any():
            work.focus.pick(int((chosen.query & selected).argmax()))

    def _cell(self, finding: Finding, point: int) -> Selection:
        return choosing.of_cell(finding, self._whose, point)

    def _recolour(self) -> None:
        raise NotImplementedError

    def _show_selection(self) -> None:
        raise NotImplementedError

    def _enclose(self, corners: Floats, how: int) -> None:
        raise NotImplementedError

    def _choose(self, index: int, how: int) -> None:
        raise NotImplementedError
