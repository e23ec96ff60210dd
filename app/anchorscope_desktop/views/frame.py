"""The card around every view: a title, a place for controls, and either the picture or what it would show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QWidget

from anchorscope.errors import AnchorscopeError
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.theme import GRID, LIGHT, palette_of
from anchorscope_desktop.state.appearance import OnPaper
from anchorscope_desktop.state.notices import COPIED, topic_of
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, column, label, row, with_role
from anchorscope_desktop.widgets.combo import Combo
from anchorscope_desktop.widgets.figure_dialog import FigureDialog
from anchorscope_desktop.widgets.figure_form import Figure
from anchorscope_desktop.widgets.figure_writer import (
    check_copied,
    picture_of,
    recorded,
    remembered_size,
    with_figure,
)
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.stylesheet import stylesheet

_HEAD_HEIGHT = 4 * GRID
_MARGIN = GRID + GRID // 2
_LEAST_BOX = 14 * GRID
"""Width of a box to choose from, below which the title yields."""


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
        self._remedy = row()
        self._stack.addWidget(boxed(column(None, self._empty, boxed(self._remedy), None, spacing=2 * GRID,
                                           margin=2 * GRID)))
        self._stack.addWidget(content)
        self._controls = boxed(row(*controls))
        self._boxes = {box: box.minimumWidth() for box in controls if isinstance(box, Combo)}
        """As wide as each likes to be."""
        self._older = label("↻", "stale", wraps=False)
        self._older.setToolTip("Older settings: settings or files have changed since; Run brings this up to date")
        self._older.setAccessibleName("Of older settings")
        self._older.hide()
        head = row(self._heading, self._older, self._controls)
        head.setStretch(0, 1)
        top = boxed(head)
        top.setFixedHeight(_HEAD_HEIGHT)
        layout = column(top, self._stack, margin=_MARGIN)
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

    def offer_remedy(self, button: QWidget) -> None:
        """Put what brings the picture below the words that stand in its place, so that it need not be looked for."""
        for part in (None, button, None):
            self._remedy.addStretch(1) if part is None else self._remedy.addWidget(part)

    def show_content(self) -> None:
        """Show the picture."""
        self._stack.setCurrentIndex(1)
        self._controls.show()

    @property
    def around(self) -> int:
        """The height of the card without its picture, in pixels."""
        layout = self.layout()
        return 2 * _MARGIN + _HEAD_HEIGHT + (layout.spacing() if layout is not None else 0)

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
        menu = self.menu(event.globalPos())
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu(self, where: QPoint | None = None) -> QMenu:  # noqa: ARG002 - for views with more to offer in places
        """Return what can be done with the view, by the letters of the menu bar; actions added to it come last.

        `where` on the screen the menu is asked for; nothing where it is for the view as a whole.
        """
        menu = QMenu(self)
        offered = [menu.addAction("Copy &picture", self.copy_picture)]
        if self.is_plot:
            offered += [menu.addAction("Save &figure…", self.save_figure)]
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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width between title and controls."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Narrow the boxes to choose from, within reason, where the title needs their room; they have tooltips."""
        if not self._boxes or not self.width():
            return
        others = self._controls.sizeHint().width() - sum(box.minimumWidth() for box in self._boxes)
        older = 0 if self._older.isHidden() else self._older.sizeHint().width() + GRID
        room = self.width() - 2 * _MARGIN - older - others - GRID - self._heading.wanted_width
        less = max(0, -((room - sum(self._boxes.values())) // len(self._boxes)))
        for box, width in self._boxes.items():
            box.setFixedWidth(max(width - less, min(width, _LEAST_BOX)))

    def mark_older(self, *, older: bool) -> None:
        """Say whether the picture is of other files or settings than those being edited."""
        self._older.setVisible(older and not self.empty_text)
        self._share_width()

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
        self._share_width()


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
