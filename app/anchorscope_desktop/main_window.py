"""The window: it puts rail, pages and job bar together and turns wishes into calls; no logic lives here."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QEventLoop, QSettings, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget

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
from anchorscope_desktop.plotting.theme import palette_of
from anchorscope_desktop.state.autosaving import autosave_folder
from anchorscope_desktop.state.loading import EXAMPLE_TRUTH
from anchorscope_desktop.state.session_file import SUFFIX
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.state.workspace import FileChooser, Workspace
from anchorscope_desktop.widgets.basics import boxed, column, row
from anchorscope_desktop.widgets.choosers import DialogChooser
from anchorscope_desktop.widgets.job_bar import JobBar
from anchorscope_desktop.widgets.rail import Rail
from anchorscope_desktop.widgets.stylesheet import stylesheet

TITLE = "Anchorscope"
_PLACE = "window/place"


class MainWindow(QMainWindow):
    """Rail, pages, job bar and menus."""

    def __init__(self, chooser: FileChooser | None = None) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.setMinimumSize(1120, 680)
        self._painted = False
        self._garbage = GarbageCollector(self)
        self.workspace = Workspace.build(chooser or DialogChooser(), self)
        self._dress()
        self.reference_page, self.query_page = ReferencePage(self.workspace), QueryPage(self.workspace)
        self.activity_page, self.transfer_page = GeneActivityPage(self.workspace), TransferPage(self.workspace)
        self.explore_page, self.compare_page = ExplorePage(self.workspace), ComparePage(self.workspace)
        self.export_page = ExportPage(self.workspace)
        self._put_together()
        opens = {"reference": self.reference_page.open_file, "query": self.query_page.open_file,
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

    def go_to(self, key: str) -> None:
        """Open a page."""
        for page in self._pages:
            if page.step.key == key:
                self._stack.setCurrentWidget(page)
                self.rail.mark_current(key)
                self.workspace.navigation.arrive(key)

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
        sessions = [path for path in paths if path.suffix == SUFFIX]
        if sessions:
            self.workspace.file.open(sessions[0])
        else:
            self.workspace.loader.open_any(paths, self.page.step.key)
        event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Once the window is there, load in the background what the first file will need."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.workspace.runner.begin)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where the window was, and stop what is running; what was not saved is kept for the next start."""
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
        self._pages: tuple[Page, ...] = (
            self.reference_page, self.query_page, self.activity_page, self.transfer_page, self.explore_page,
            self.compare_page, self.export_page)
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(page)
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
        work.appearance.changed.connect(self._dress)
        work.file.changed.connect(self._show_name)
        work.runner.started.connect(self.job_bar.show_started)
        work.runner.progressed.connect(self.job_bar.show_report)
        work.runner.cancelling.connect(self.job_bar.show_cancelling)
        work.runner.finished.connect(lambda end: self.job_bar.show_finished(end, busy=work.runner.busy))
        self.job_bar.cancel_requested.connect(work.runner.cancel)
        self.show_all_states()

    def _dress(self) -> None:
        theme, app = self.workspace.appearance.theme, QApplication.instance()
        assert isinstance(app, QApplication)
        app.setPalette(palette_of(theme))
        # The window's own dress: that of the application would also go over all the hidden menus of the plots, which
        # takes seconds.
        self.setStyleSheet(stylesheet(theme))
        if hasattr(self, "rail"):
            self.rail.set_theme(theme)

def open_window(*, example: bool, session: Path | None = None) -> int:
    """Start the application and open the window, if asked to on the example or a session; returns the exit code."""
    app = QApplication.instance() or make_application()
    window = MainWindow()
    window.show()
    window.workspace.autosaver.begin(autosave_folder())
    if example:
        window.open_example(window.workspace.runs.start)
    elif session is not None:
        window.workspace.file.open(session.resolve())
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
