"""The card around every view: a title, a place for controls, and either the picture or what it would show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from anchorscope.errors import AnchorscopeError
from anchorscope.results import Floats
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.cell_map import CellMap
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.theme import GRID, LIGHT, Theme, palette_of
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.appearance import OnPaper
from anchorscope_desktop.state.notices import COPIED, topic_of
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, column, label, row, with_role
from anchorscope_desktop.widgets.figure_dialog import FigureDialog
from anchorscope_desktop.widgets.figure_form import Figure
from anchorscope_desktop.widgets.figure_writer import (
    check_copied,
    picture_of,
    recorded,
    remembered_size,
    with_figure,
)
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.stylesheet import stylesheet
from anchorscope_desktop.widgets.tool_button import ToolButton

LASSO_TIP = "Draw around cells to select them; switch off to move the map again"

_HEAD_HEIGHT = 4 * GRID


class ViewFrame(QWidget):
    """Base of all views."""

    _workspace: Workspace

    def __init__(self, title: str, content: QWidget, *controls: QWidget) -> None:
        super().__init__()
        self._waiting: Callable[[], None] | None = None
        self._picked: Selection | None = None
        with_role(self, "card")
        self.setAccessibleName(title)
        # The layout of the page alone says how large a view is.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._heading = ElidedLabel(title, bold=True)
        self._empty = label("", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(_padded(self._empty))
        self._stack.addWidget(content)
        self._controls = boxed(row(*controls))
        self._older = label("↻", "stale", wraps=False)
        self._older.setToolTip("Older settings: settings or files have changed since; Run brings this up to date")
        self._older.setAccessibleName("Of older settings")
        self._older.hide()
        head = row(self._heading, self._older, self._controls)
        head.setStretch(0, 1)
        top = boxed(head)
        top.setFixedHeight(_HEAD_HEIGHT)
        layout = column(top, self._stack, margin=GRID + GRID // 2)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Return that wrapped texts inside do not ask for height; the page's layout shares it out."""
        return False

    @property
    def empty_text(self) -> str:
        """What stands in place of the picture, or nothing while it is shown."""
        return self._empty.text() if self._stack.currentIndex() == 0 else ""

    def show_empty(self, text: str) -> None:
        """Say what would be here and how to get it."""
        self._empty.setText(text)
        self._stack.setCurrentIndex(0)
        self._controls.hide()

    def show_content(self) -> None:
        """Show the picture."""
        self._stack.setCurrentIndex(1)
        self._controls.show()

    @property
    def is_plot(self) -> bool:
        """Whether Export could save this as a figure; tables it does not."""
        return self.findChild(Canvas) is not None or self.findChild(Heatmap) is not None

    def copy_picture(self) -> None:
        """Put on the clipboard what Export saves of the view; of tables, which it does not, what is seen."""
        work, size = self._workspace, remembered_size()
        if not self.is_plot:
            QGuiApplication.clipboard().setPixmap(self.grab(self._stack.geometry()))
            work.notices.mention(topic_of(work.navigation.current), COPIED)
            return
        try:
            check_copied(size)
        except AnchorscopeError as error:
            work.desk.refuse(str(error))
        else:
            recording = with_figure(self.on_paper, lambda view: recorded(view, size))
            work.desk.place(partial(picture_of, recording, size))

    def save_figure(self) -> FigureDialog:
        """Ask as what, how large and where to save the view, as Export does."""
        return ask_for_figure((self.accessibleName(), self.on_paper), self._workspace, self.window())

    def on_paper(self) -> ViewFrame:
        """Return the view made anew for paper."""
        switch = getattr(self, "switch", None)
        chosen = switch.value if isinstance(switch, Segments) else ""
        view = drawn_for_paper(type(self), self._workspace, chosen)
        for canvas, seen in zip(view.findChildren(Canvas), self.findChildren(Canvas), strict=True):
            canvas.look_like(seen)
        for heatmap, other in zip(view.findChildren(Heatmap), self.findChildren(Heatmap), strict=True):
            heatmap.zoom.like(other.zoom)
        return view

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Offer what can be done with any view."""
        menu = self.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu(self) -> QMenu:
        """Return what can be done with the view; an action that was added to it comes last."""
        menu = QMenu(self)
        offered = [menu.addAction("Copy picture", self.copy_picture)]
        if self.is_plot:
            offered += [menu.addAction("Save figure…", self.save_figure)]
        for action in offered:
            action.setEnabled(not self.empty_text)
        menu.addActions(self.actions())
        return menu

    def select(self, chosen: Selection, how: int) -> None:
        """Select what was clicked; the second click of two takes that back."""
        selection = self._workspace.selection
        before = selection.current
        selection.choose(chosen, how)
        self._picked = selection.current if selection.current is not before else None

    def take_back(self) -> None:
        """Take back what the last click selected: it was the first of two, which mean the view."""
        if self._workspace.selection.current is self._picked:
            self._workspace.selection.undo()

    def when_seen(self, update: Callable[[], None]) -> None:
        """Do `update` now, or once the view is seen: what follows a moving hand must not work for hidden views.

        Connect a method that calls this, no lambda: views drawn for figures go, and a lambda would outlive them.
        """
        if self.isVisible():
            update()
        else:
            self._waiting = update

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Catch up with what changed while nobody looked."""
        super().showEvent(event)
        update, self._waiting = self._waiting, None
        if update is not None:
            update()

    def mark_older(self, *, older: bool) -> None:
        """Say whether the picture is of other files or settings than those being edited."""
        self._older.setVisible(older and not self.empty_text)

    def for_paper(self) -> None:
        """Leave out what only makes sense on the screen: controls and border."""
        self._controls.hide()
        self._older.hide()
        with_role(self, "paper")

    @property
    def heading(self) -> str:
        """The title as it is now."""
        return self._heading.text()

    def set_heading(self, title: str) -> None:
        """Change the title."""
        self._heading.set_text(title)


def ask_for_figure(figure: Figure, workspace: Workspace, window: QWidget) -> FigureDialog:
    """Ask as what, how large and where to save a figure."""
    dialog = FigureDialog(figure, workspace.chooser, workspace.desk, window)
    dialog.open()
    return dialog


def drawn_for_paper(make: Callable[[Workspace], ViewFrame], workspace: Workspace, chosen: str = "") -> ViewFrame:
    """Return a view made for paper: light, without controls and border, its switch at `chosen`."""
    view = make(replace(workspace, appearance=OnPaper(workspace.session.colours)))
    switch = getattr(view, "switch", None)
    if chosen and isinstance(switch, Segments):
        switch.choose(chosen)
        switch.changed.emit()
    view.for_paper()
    view.setPalette(palette_of(LIGHT))
    view.setStyleSheet(stylesheet(LIGHT))
    return view


def _padded(widget: QWidget) -> QWidget:
    return boxed(column(None, widget, None, margin=2 * GRID))


class MapFrame(ViewFrame):
    """Base of the maps: cells, a lasso on them, and how results of older settings look.

    A map says itself what it recolours (`_recolour`), which cells stand out (`_show_selection`), and what is chosen by
    drawing (`_enclose`) or by the legend (`_choose`).
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

    def _show_note(self) -> None:
        gene = self._workspace.levels.reading(self._whose)
        text = f"Reading {gene} from disk; the colours change when it is there." if gene else self._fitted
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
        self.map.fade(faded=False)

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
        work.selection.changed.connect(self._show_selection)
        work.appearance.changed.connect(self._recolour)
        work.colours.changed.connect(self._recolour)
        work.levels.changed.connect(self._show_note)
        work.steps.changed.connect(self._show_age)
        self.lasso.toggled.connect(lambda on: self.map.lasso.switch(on=on))
        self.map.lasso.drawn.connect(self._enclose)
        self.map.clicked.connect(self._pick)
        self.map.doubled.connect(self.take_back)
        self.map.legend.clicked.connect(self._choose)

    def _dress(self) -> Theme:
        theme = self._workspace.appearance.theme
        self.map.set_theme(theme)
        self.lasso.set_theme(theme)
        return theme

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.outdated)
        self.map.fade(faded=self._workspace.session.outdated)

    def _pick(self, point: int, how: int) -> None:
        """Select one cell, and look at it."""
        work, finding = self._workspace, self._workspace.session.shown
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
