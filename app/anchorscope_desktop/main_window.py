"""The window: it puts rail, pages and job bar together and turns wishes into calls; no logic lives here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QCoreApplication, QEventLoop, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QStackedWidget, QWidget

from anchorscope_desktop.jobs.garbage import GarbageCollector
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.menus import Menus
from anchorscope_desktop.pages.compare import ComparePage
from anchorscope_desktop.pages.explore import ExplorePage
from anchorscope_desktop.pages.export import ExportPage
from anchorscope_desktop.pages.frame import Page
from anchorscope_desktop.pages.gene_activity import GeneActivityPage
from anchorscope_desktop.pages.query import QueryPage
from anchorscope_desktop.pages.reference import ReferencePage
from anchorscope_desktop.pages.transfer import TransferPage
from anchorscope_desktop.plotting.theme import Theme, palette_of
from anchorscope_desktop.state.autosaving import autosave_folder
from anchorscope_desktop.state.loading import EXAMPLE_TRUTH
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.state.workspace import FileChooser, Workspace
from anchorscope_desktop.widgets.basics import boxed, column, row
from anchorscope_desktop.widgets.choosers import DialogChooser
from anchorscope_desktop.widgets.job_bar import JobBar
from anchorscope_desktop.widgets.rail import Rail
from anchorscope_desktop.widgets.stylesheet import stylesheet

TITLE = "Anchorscope"
_PAGES: Mapping[str, Callable[[Workspace], Page]] = {
    "reference": ReferencePage, "query": QueryPage, "gene_activity": GeneActivityPage, "transfer": TransferPage,
    "explore": ExplorePage, "compare": ComparePage, "export": ExportPage}
"""By the key of their step, in its order."""

_PLACE = "window/place"
_USUAL, _LEAST = QSize(1280, 800), QSize(1200, 680)
_FRAME = QSize(16, 48)
"""What most desktops put around a window."""


def fitting(room: QSize) -> QSize:
    """Return how large the first window is on a screen that leaves this room, its frame included."""
    return _USUAL.boundedTo(room - _FRAME).expandedTo(_LEAST)


class MainWindow(QMainWindow):
    """Rail, pages, job bar and menus."""

    def __init__(self, chooser: FileChooser | None = None) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.setMinimumSize(_LEAST)
        self.resize(fitting(QGuiApplication.primaryScreen().availableSize()))
        self._painted = self._closed = False
        self._dressed: Theme | None = None
        self._garbage = GarbageCollector(self)
        self.workspace = Workspace.build(chooser or DialogChooser(), self)
        self._dress()
        self._pages: dict[str, Page] = {}
        self._put_together()
        opens = {"reference": lambda: self.reference_page.open_file(), "query": lambda: self.query_page.open_file(),
                 "example": self.open_example}
        self.menus = Menus(self, self.workspace, opens, self.job_bar.log.toPlainText)
        self._connect()
        self.go_to(STEPS[0].key)
        self._restore_place()

    @property
    def page(self) -> Page:
        """The page that is open."""
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    @property
    def reference_page(self) -> ReferencePage:
        """Page 1."""
        return cast("ReferencePage", self._made("reference"))

    @property
    def query_page(self) -> QueryPage:
        """Page 2."""
        return cast("QueryPage", self._made("query"))

    @property
    def activity_page(self) -> GeneActivityPage:
        """Page 3."""
        return cast("GeneActivityPage", self._made("gene_activity"))

    @property
    def transfer_page(self) -> TransferPage:
        """Page 4."""
        return cast("TransferPage", self._made("transfer"))

    @property
    def explore_page(self) -> ExplorePage:
        """Page 5."""
        return cast("ExplorePage", self._made("explore"))

    @property
    def compare_page(self) -> ComparePage:
        """Page 6."""
        return cast("ComparePage", self._made("compare"))

    @property
    def export_page(self) -> ExportPage:
        """Page 7."""
        return cast("ExportPage", self._made("export"))

    def go_to(self, key: str) -> None:
        """Open a page."""
        if key in _PAGES:
            page, on = self._made(key), QApplication.focusWidget()
            if on is not None and self._stack.isAncestorOf(on) and page is not self._stack.currentWidget():
                # Qt would put the keyboard on whatever comes first on the other page, a message for instance.
                self.rail.button(key).setFocus()
            self._stack.setCurrentWidget(page)
            self.job_bar.withdraw_failure()
            self.job_bar.come_last()
            self.rail.mark_current(key)
            self.workspace.navigation.arrive(key)

    def _made(self, key: str) -> Page:
        """Return a page, made when it is first wanted."""
        if key not in self._pages:
            page, place = _PAGES[key](self.workspace), list(_PAGES).index(key)
            empty = self._stack.widget(place)
            self._stack.insertWidget(place, page)
            if empty is not None:
                self._stack.removeWidget(empty)
                empty.deleteLater()
            self._pages[key] = page
        return self._pages[key]

    def _make_next(self) -> None:
        """Make the pages that nobody has wanted yet, one after the other, with time for the user in between."""
        missing = [key for key in _PAGES if key not in self._pages]
        if missing and not self._closed:
            self._made(missing[0])
            QTimer.singleShot(0, self, self._make_next)

    def show_all_states(self) -> None:
        """Bring the rail up to date."""
        for step in STEPS:
            self.rail.button(step.key).set_state(self.workspace.steps.step(step))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Welcome files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Read dropped files, each as what it is recognised for."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not self.workspace.open_work(paths):
            self.workspace.loader.open_any(paths, self.page.step.key)
        event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Once the window is there, load in the background what the first file will need, and make the other pages."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.workspace.runner.begin)
            QTimer.singleShot(0, self, self._make_next)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Enter press buttons, as Space does: outside of dialogs Qt leaves that to the window."""
        on = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(on, QAbstractButton):
            on.click()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where the window was, and stop what is running; what was not saved is kept for the next start."""
        self._closed = True
        QSettings().setValue(_PLACE, self.saveGeometry())
        self.hide()
        self._garbage.stop()
        self.workspace.close()
        super().closeEvent(event)

    def _restore_place(self) -> None:
        place = QSettings().value(_PLACE)
        if isinstance(place, QByteArray):
            self.restoreGeometry(place)

    def _show_name(self) -> None:
        file = self.workspace.file
        self.setWindowTitle(TITLE if file.empty else f"{file.name}[*] – {TITLE}")
        self.setWindowModified(not file.empty and file.modified)

    def open_example(self, then: Callable[[], None] | None = None) -> None:
        """Make and open the simulated example, then do `then`."""
        self.workspace.loader.open_example(then)

    def _put_together(self) -> None:
        self._stack = QStackedWidget()
        for _ in _PAGES:
            self._stack.addWidget(QWidget())
        self.rail = Rail(STEPS, self.workspace.appearance.theme)
        self.job_bar = JobBar()
        middle = row(self.rail, self._stack, spacing=0)
        middle.setStretch(1, 1)
        whole = column(boxed(middle), self.job_bar, spacing=0)
        whole.setStretch(0, 1)
        self.setCentralWidget(boxed(whole))

    def _connect(self) -> None:
        work = self.workspace
        self.rail.wanted.connect(self.go_to)
        work.navigation.requested.connect(self.go_to)
        work.steps.changed.connect(self.show_all_states)
        work.loader.loaded.connect(self.go_to)
        work.loader.failed.connect(self.go_to)
        work.runs.succeeded.connect(lambda: self.go_to("explore"))
        work.runs.failed.connect(lambda: self.go_to("transfer"))
        work.appearance.changed.connect(self._dress)
        work.file.changed.connect(self._show_name)
        work.file.opened.connect(self._rest)
        work.notices.changed.connect(self._withdraw_failure)
        self._tell_of(work.runner, lambda: True)
        self._tell_of(work.writer, lambda: not work.runner.busy)
        self.job_bar.cancel_requested.connect(work.cancel)
        self.show_all_states()

    def _rest(self) -> None:
        """Say nothing of what was done before where nothing is open and nothing under way."""
        if self.workspace.file.empty and not self.workspace.busy:
            self.job_bar.rest()

    def _withdraw_failure(self) -> None:
        """Let the job bar say no more of a failure than the pages do."""
        if not self.workspace.notices.wrong:
            self.job_bar.withdraw_failure()

    def _tell_of(self, runner: JobRunner, seen: Callable[[], bool]) -> None:
        """Show in the job bar what a runner does, while it is to be seen there; how it ended in any case."""
        bar = self.job_bar
        for signal, show in ((runner.started, bar.show_started), (runner.progressed, bar.show_report),
                             (runner.cancelling, bar.show_cancelling)):
            signal.connect(lambda *said, show=show: show(*said) if seen() else None)
        runner.finished.connect(lambda end: bar.show_finished(end, busy=self.workspace.busy))

    def _dress(self) -> None:
        theme, app = replace(self.workspace.appearance.theme, own=()), QApplication.instance()
        assert isinstance(app, QApplication)
        if theme == self._dressed:
            return  # a type's colour is no part of the dress, which takes a second to put on
        self._dressed = theme
        app.setPalette(palette_of(theme))
        # The window's own dress: that of the application would also go over all the hidden menus of the plots, which
        # takes seconds.
        self.setStyleSheet(stylesheet(theme))
        if hasattr(self, "rail"):
            self.rail.set_theme(theme)

def open_window(*, example: bool, work: Path | None = None) -> int:
    """Start the application and open the window, if asked to on the example or on a session or recipe.

    Returns the exit code.
    """
    app = QApplication.instance() or make_application()
    window = MainWindow()
    window.show()
    window.workspace.autosaver.begin(autosave_folder())
    if example:
        window.open_example(window.workspace.runs.start)
    elif work is not None:
        window.workspace.open_work([work.resolve()])
    return int(app.exec())


def make_application() -> QApplication:
    """Return the application, named so that settings and caches have their place."""
    QApplication.setApplicationName("Anchorscope")
    QApplication.setOrganizationName("Anchorscope")
    app = QApplication([])
    app.setStyle("Fusion")
    return app


def window_pass(rna: Path, atac: Path) -> list[tuple[str, bool]]:
    """Open the window off-screen, run the files in it, click the confusion matrix; return what worked."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or make_application()
    window = MainWindow()
    window.show()
    work = window.workspace
    work.loader.open_any([rna, atac])
    _wait(app, work.runner)
    work.session.change("grade", work.session.recipe.grade.replaced(truth=EXAMPLE_TRUTH))
    checks = [("window reads both files", work.session.complete)]
    work.runs.start()
    _wait(app, work.runner)
    finding = work.session.shown
    checks.append(("window runs them", finding is not None))
    if finding is not None and finding.outcome.grade is not None:
        window.explore_page.confusion.heatmap.clicked.emit(0, 0, False)  # noqa: FBT003 - a signal's signature
        shown = window.explore_page.query_map.highlighted
        wanted = finding.outcome.grade.cells(0, 0)
        checks.append(("a click selects the right cells", shown is not None and bool((shown == wanted).all())))
    window.close()
    return checks


def _wait(app: QCoreApplication, runner: JobRunner) -> None:
    while runner.busy:
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)
