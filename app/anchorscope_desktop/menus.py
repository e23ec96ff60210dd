"""The menus: every wish that has no place on a page, with its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QWidget
from shiboken6 import isValid

from anchorscope.parameters import REFINED, SEURAT
from anchorscope_desktop.plotting.literal import literal, on_button
from anchorscope_desktop.state import autosaving
from anchorscope_desktop.state.appearance import Scheme
from anchorscope_desktop.state.notices import SESSION, Notice, Weight, topic_of
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.views.map_frame import MapFrame
from anchorscope_desktop.widgets.about import AboutDialog
from anchorscope_desktop.widgets.choosers import DATA_FILES
from anchorscope_desktop.widgets.diagnostics import diagnostics
from anchorscope_desktop.widgets.method_help import MethodHelp

COPIED = Notice("The diagnostics are on the clipboard: versions, sizes, settings and the log, but no data. Paste them "
                "into a message.", Weight.SUCCESS)
USUAL, AUTHORS = "&All settings as usual", "All &settings as Seurat's authors"
RESET_TIP = "Every setting at its default; files, columns, names and colours stay. One step of Undo setting"
FIGURE_TIP = "The picture that you clicked last on this page; before that the map, or the largest picture"
NO_PICTURE = Notice("There is no picture on this page yet.")
NEW_TIP = "Close the files and begin with none; what was not saved stays at hand"
NO_UNSAVED = "Sessions that were not saved will be listed here"
NO_RECENT = "Files that you open will be listed here"
Keys = QKeySequence | QKeySequence.StandardKey | str


class Menus(QObject):
    """Fills the menu bar of a window.

    Parameters
    ----------
    window
        Whose menu bar it is.
    workspace
        The state that the wishes go to.
    opens
        What opens a reference, a query and the example, by these names.
    log
        Returns what the log says.
    """

    def __init__(self, window: QMainWindow, workspace: Workspace, opens: Mapping[str, Callable[[], object]],
                 log: Callable[[], str]) -> None:
        super().__init__(window)
        self._window, self._work, self._log = window, workspace, log
        self.method: MethodHelp | None = None
        self.used: ViewFrame | None = None
        bar = window.menuBar()
        self._fill_file(bar.addMenu("&File"), opens)
        self._fill_edit(bar.addMenu("&Edit"))
        self._fill_view(bar.addMenu("&View"))
        self._fill_run(bar.addMenu("&Run"))
        self._fill_help(bar.addMenu("&Help"))
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._note_used)

    @property
    def view(self) -> ViewFrame | None:
        """The picture or table that the keys were in last, or else the largest map or plot; only what is seen."""
        if self.used is not None and isValid(self.used) and self.used.isVisible() and not self.used.empty_text:
            return self.used
        seen = [view for view in self._window.findChildren(ViewFrame)
                if view.isVisible() and view.is_plot and not view.empty_text]
        return max(reversed(seen), default=None,
                   key=lambda view: (isinstance(view, MapFrame), view.width() * view.height()))

    def copy_picture(self) -> None:
        """Copy the view at hand."""
        view = self.view
        if view is not None:
            view.copy_picture()
        else:
            self._refuse()

    def save_figure(self) -> None:
        """Ask as what and where to save the view at hand; of a table, which is no figure, the largest plot."""
        if self.view is not None and not self.view.is_plot:
            self.used = None
        view = self.view
        if view is not None:
            view.save_figure()
        else:
            self._refuse()

    def _refuse(self) -> None:
        self._work.notices.mention(topic_of(self._work.navigation.current), NO_PICTURE)

    def _note_used(self, _: QWidget | None, now: QWidget | None) -> None:
        """Note in which view the keys are; it stays the one at hand while they are beside the views."""
        while now is not None and not isinstance(now, ViewFrame):
            now = now.parentWidget()
        if now is not None and now.window() is self._window:
            self.used = now

    def show_method(self) -> None:
        """Open the page that explains the method."""
        if self.method is None:
            self.method = MethodHelp(self._work.appearance, self._window)
        self.method.show()
        self.method.raise_()
        self.method.activateWindow()

    def copy_diagnostics(self) -> None:
        """Put what a report of a problem needs on the clipboard."""
        QGuiApplication.clipboard().setText(diagnostics(self._work, self._log()))
        self._work.notices.post(SESSION, COPIED)

    def fill_recent(self) -> None:
        """List the files that were opened last."""
        files = self._work.file.recent.named
        self.recent.clear()
        if not files:
            self.recent.addAction(NO_RECENT).setEnabled(False)
            return
        for place, (one, name) in enumerate(files, start=1):
            action = self._add(self.recent, numbered(place, name), "", partial(self._work.open_recent, one))
            action.setToolTip(literal(str(one.path)))
        self.recent.addSeparator()
        self._add(self.recent, "&Clear the list", "", self._work.file.recent.clear)

    def fill_unsaved(self) -> None:
        """List the sessions that were not saved and are in no window, each to be restored or discarded."""
        saver = self._work.autosaver
        for old in self.unsaved.findChildren(QMenu):  # clearing the menu does not delete them
            old.deleteLater()
        self.unsaved.clear()
        if not saver.left:
            self.unsaved.addAction(NO_UNSAVED).setEnabled(False)
        for place, left in enumerate(saver.left, start=1):
            one = self.unsaved.addMenu(numbered(place, left.text))
            self._add(one, "&Restore", "", partial(saver.restore, left))
            self._add(one, "&Discard", "", partial(saver.discard, left))

    def _fill_file(self, menu: QMenu, opens: Mapping[str, Callable[[], object]]) -> None:
        file, standard = self._work.file, QKeySequence.StandardKey
        self._add(menu, "&New session", standard.New, file.new).setToolTip(NEW_TIP)
        menu.addSeparator()
        self._add(menu, "Open &reference…", standard.Open, opens["reference"])
        self._add(menu, "Open &query…", "Ctrl+Shift+O", opens["query"])
        self._add(menu, "Open &multiome…", "Ctrl+M", self._open_multiome)
        self._add(menu, "Open f&older…", "Ctrl+Shift+F", self._open_folder)
        self._add(menu, "Open the &example", "Ctrl+Shift+E", opens["example"])
        menu.addSeparator()
        self._add(menu, "Open sess&ion…", "Ctrl+Alt+O", file.ask_open)
        self._add(menu, "Open reci&pe…", "Ctrl+Shift+R", self._work.recipes.ask_open)
        self.recent = menu.addMenu("Recent fi&les")
        self.recent.setToolTipsVisible(True)
        file.recent.changed.connect(self.fill_recent)
        self.fill_recent()
        self.unsaved = menu.addMenu(autosaving.MENU.replace("Unsaved", "&Unsaved"))
        self._follow(self._work.autosaver.left_changed, self.fill_unsaved)
        menu.addSeparator()
        saves = (self._add(menu, "&Save session", standard.Save, file.ask_save),
                 self._add(menu, "Save session &as…", "Ctrl+Shift+S", file.ask_save_as))

        def look() -> None:
            for one in saves:
                one.setEnabled(not file.empty)

        self._follow(file.changed, look)
        menu.addSeparator()
        self._add(menu, "Save &figure…", "Ctrl+Shift+P", self.save_figure).setToolTip(FIGURE_TIP)
        menu.setToolTipsVisible(True)
        menu.addSeparator()
        self._add(menu, "&Close window", standard.Close, self._window.close)
        self._add(menu, "Qui&t", standard.Quit, self._window.close)

    def _fill_edit(self, menu: QMenu) -> None:
        selection, standard = self._work.selection, QKeySequence.StandardKey
        undo = self._add(menu, "&Undo selection", standard.Undo, selection.undo)
        redo = self._add(menu, "&Redo selection", "Ctrl+Shift+Z", selection.redo)
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        clear = self._add(menu, "&Clear selection (Esc)", "", selection.clear)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self._window).activated.connect(selection.clear)

        def look() -> None:
            undo.setEnabled(selection.can_undo)
            redo.setEnabled(selection.can_redo)
            clear.setEnabled(not selection.current.empty)

        self._follow(selection.changed, look)
        menu.addSeparator()
        history = self._work.history
        back = self._add(menu, "U&ndo setting", "Ctrl+Alt+Z", history.undo)
        forth = self._add(menu, "R&edo setting", "Ctrl+Alt+Shift+Z", history.redo)

        def name() -> None:
            back.setEnabled(history.can_undo)
            forth.setEnabled(history.can_redo)

        self._follow(history.changed, name)
        menu.addSeparator()
        self._add(menu, "Copy &picture", "Ctrl+Shift+C", self.copy_picture).setToolTip(FIGURE_TIP)
        menu.addSeparator()
        session = self._work.session
        for text, method in ((USUAL, REFINED), (AUTHORS, SEURAT)):
            self._add(menu, text, "", partial(session.reset, method)).setToolTip(RESET_TIP)
        menu.setToolTipsVisible(True)

    def _fill_view(self, menu: QMenu) -> None:
        for number, step in enumerate(STEPS, start=1):
            self._add(menu, f"&{number} {step.title}", f"Ctrl+{number}",
                      partial(self._work.navigation.requested.emit, step.key))
        menu.addSeparator()
        appearance, group = self._work.appearance, QActionGroup(self)
        for scheme, text in ((Scheme.SYSTEM, "Like the &system"), (Scheme.LIGHT, "&Light"), (Scheme.DARK, "&Dark")):
            action = self._add(menu, text, "", partial(appearance.choose, scheme))
            action.setCheckable(True)
            action.setChecked(appearance.scheme is scheme)
            group.addAction(action)
        menu.addSeparator()
        self.full_screen = self._add(menu, "&Full screen", QKeySequence.StandardKey.FullScreen,
                                     self._switch_full_screen)

    def _fill_run(self, menu: QMenu) -> None:
        runs, work = self._work.runs, self._work
        start = self._add(menu, "&Run", "Ctrl+R", runs.start)
        stop = self._add(menu, "&Cancel", "Ctrl+.", work.cancel)

        def look() -> None:
            start.setEnabled(runs.possible)
            stop.setEnabled(work.busy)

        for signal in (work.steps.changed, work.runner.started, work.runner.finished, work.writer.started,
                       work.writer.finished):
            signal.connect(look)
        look()

    def _fill_help(self, menu: QMenu) -> None:
        self._add(menu, "&How it works", QKeySequence.StandardKey.HelpContents, self.show_method)
        self._add(menu, "&Copy diagnostics", "", self.copy_diagnostics)
        menu.addSeparator()
        self._add(menu, "&About Anchorscope", "", lambda: AboutDialog(self._window).exec())

    def _open_multiome(self) -> None:
        path = self._work.chooser.open_file("Open a 10x multiome file", DATA_FILES)
        if path is not None:
            self._work.loader.open_any([path])

    def _open_folder(self) -> None:
        path = self._work.chooser.open_folder("Open a folder: Matrix Market or Zarr")
        if path is not None:
            self._work.loader.open_any([path])

    def _switch_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _follow(self, signal: SignalInstance, look: Callable[[], None]) -> None:
        signal.connect(look)
        look()

    def _add(self, menu: QMenu, text: str, keys: Keys, on_trigger: Callable[[], object]) -> QAction:
        action = menu.addAction(text)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda: on_trigger())
        return action


def numbered(place: int, name: str) -> str:
    """Return an entry of a list that grows, with a number to press, and letters once there are no more numbers."""
    keys = "123456789abdefghijklmnop"  # “c” clears the list
    letter = f"&{keys[place - 1]} " if place <= len(keys) else ""
    return letter + on_button(name)
