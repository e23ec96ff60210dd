"""Everything a page or a view may know, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject

from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state import recent, recipe_file, session_file
from anchorscope_desktop.state.appearance import Appearance
from anchorscope_desktop.state.autosaving import Autosaver
from anchorscope_desktop.state.bridge import BridgeCheck
from anchorscope_desktop.state.choices import Choices
from anchorscope_desktop.state.comparing import Comparer
from anchorscope_desktop.state.dismissals import Dismissals
from anchorscope_desktop.state.exporting import Exporter
from anchorscope_desktop.state.figure_desk import FigureDesk
from anchorscope_desktop.state.focus import CellFocus
from anchorscope_desktop.state.genes import GeneFocus, GeneSketch
from anchorscope_desktop.state.history import RecipeHistory
from anchorscope_desktop.state.levels import GeneLevels
from anchorscope_desktop.state.loading import Loader
from anchorscope_desktop.state.map_values import MapColours
from anchorscope_desktop.state.matching import NameMatching
from anchorscope_desktop.state.merging import Merger
from anchorscope_desktop.state.naming import NamingQuality
from anchorscope_desktop.state.notices import Notices
from anchorscope_desktop.state.own_map import OwnMap
from anchorscope_desktop.state.previews import Previews
from anchorscope_desktop.state.recent import RecentFile
from anchorscope_desktop.state.recipe_file import RecipeFile
from anchorscope_desktop.state.runs import Runs
from anchorscope_desktop.state.selection import SelectionModel
from anchorscope_desktop.state.session import Session
from anchorscope_desktop.state.session_file import SessionFile
from anchorscope_desktop.state.steps import StepModel
from anchorscope_desktop.state.threshold import Threshold
from anchorscope_desktop.state.view_state import Navigation, View


class FileChooser(Protocol):
    """Asks the user for a file; tests answer in their place."""

    def open_file(self, title: str, filters: str) -> Path | None:
        """Return an existing file, or nothing."""

    def open_folder(self, title: str) -> Path | None:
        """Return an existing folder, or nothing."""

    def save_file(self, title: str, suggestion: str, filters: str) -> Path | None:
        """Return where to write, with a suffix of `filters`, or nothing."""

    def pick_colour(self, title: str, present: str) -> str | None:
        """Return another colour as ``#rrggbb``, or nothing."""


@dataclass(frozen=True, eq=False)
class Workspace:
    """The state, as it is handed to pages and views."""

    chooser: FileChooser
    appearance: Appearance
    runner: JobRunner
    writer: JobRunner
    session: Session
    selection: SelectionModel
    notices: Notices
    loader: Loader
    runs: Runs
    exporter: Exporter
    desk: FigureDesk
    steps: StepModel
    genes: GeneFocus
    sketch: GeneSketch
    bridge: BridgeCheck
    naming: NamingQuality
    matching: NameMatching
    previews: Previews
    own_reference: OwnMap
    own_query: OwnMap
    own_gene: OwnMap
    navigation: Navigation
    choices: Choices
    dismissals: Dismissals
    threshold: Threshold
    colours: MapColours
    levels: GeneLevels
    focus: CellFocus
    merger: Merger
    comparer: Comparer
    history: RecipeHistory
    file: SessionFile
    recipes: RecipeFile
    autosaver: Autosaver

    @classmethod
    def build(cls, chooser: FileChooser, parent: QObject | None = None) -> Workspace:
        """Return a new workspace without inputs."""
        runner, writer = JobRunner(parent), JobRunner(parent, in_turn=True)
        session, notices = Session(parent=parent), Notices(parent)
        runs = Runs(session, runner, notices, parent)
        selection = SelectionModel(parent)
        session.cells_changed.connect(selection.forget)
        threshold, loader = Threshold(session, parent), Loader(session, runner, notices, parent)
        merger = Merger(session, runner, notices, parent)
        runner.prepare(_load_libraries)
        genes, previews = GeneFocus(session, parent), Previews(session, runner, notices, parent)
        navigation, colours, choices = Navigation(parent), MapColours(parent), Choices(parent)
        levels = GeneLevels(session, colours, notices, parent)
        own_reference = OwnMap("reference", session, previews, parent=parent)
        own_query = OwnMap("query", session, previews, threshold=threshold, parent=parent)
        sketch = GeneSketch(session, genes, parent)
        view = View(navigation, colours, levels, genes, sketch, selection, choices, (own_reference, own_query), session)
        comparer = Comparer(session, runner, notices, parent)
        file = SessionFile(session, runner, writer, notices, loader, view, comparer, merger, chooser, parent)
        appearance = Appearance(parent)
        session.recipe_changed.connect(lambda: appearance.colour_types(session.colours))
        history = RecipeHistory(session, parent)
        file.opened.connect(history.begin)
        exporter = Exporter(session, writer, notices, threshold, loader, merger, parent)
        return cls(
            chooser, appearance, runner, writer, session, selection, notices,
            loader, runs, exporter, FigureDesk(writer, exporter, notices, navigation, parent),
            StepModel(session, runs, runner, comparer, exporter, parent),
            genes, sketch,
            BridgeCheck(session, genes, parent), NamingQuality(session, previews, parent),
            NameMatching(session, previews, parent), previews, own_reference, own_query,
            OwnMap("query", session, previews, genes, parent=parent), navigation, choices,
            Dismissals(session, choices), threshold, colours, levels, CellFocus(session, selection, parent),
            merger, comparer, history, file,
            RecipeFile(runner, notices, file, chooser, parent), Autosaver(file, runner, notices, parent),
        )

    def open_recent(self, one: RecentFile) -> None:
        """Open a file as what it was opened last."""
        opens: dict[str, Callable[[Path], object]] = {
            recent.SESSION: self.file.open, recent.RECIPE: self.recipes.open,
            recent.REFERENCE: self.loader.open_reference, recent.QUERY: self.loader.open_query}
        opens[one.use](one.path)

    @property
    def busy(self) -> bool:
        """Whether anything is being computed, read or written for the user."""
        return self.runner.busy or self.writer.busy

    def cancel(self) -> None:
        """Stop what is being computed or read or, if nothing is, what is being written."""
        (self.runner if self.runner.busy else self.writer).cancel()

    def open_work(self, paths: Sequence[Path]) -> bool:
        """Open the first session or else the first recipe among `paths`; return whether there is one."""
        opens: dict[str, Callable[[Path], object]] = {
            session_file.SUFFIX: self.file.open, recipe_file.SUFFIX: self.recipes.open}
        for suffix, open_one in opens.items():
            for path in paths:
                if path.suffix.lower() == suffix:
                    open_one(path)
                    return True
        return False

    def close(self) -> None:
        """Stop all that works in the background, and keep what was not saved."""
        self.autosaver.close()
        self.notices.close()
        for runner in (self.sketch.runner, self.bridge.runner, self.naming.runner, self.matching.runner,
                       self.levels.runner, self.own_reference.runner, self.own_query.runner, self.own_gene.runner,
                       self.desk.previewer, self.writer, self.runner):
            runner.close()


def _load_libraries() -> None:
    """Bring in the core, and see how fast this machine is."""
    from anchorscope import pipeline  # noqa: F401 - reading files and running it need all of it
    from anchorscope.forecast import look_again

    look_again()
