"""The session as a file: saved, opened, and given its counts back from the files it was made of."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from anchorscope.parameters import Recipe
from anchorscope_desktop.jobs.report import Ending, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state import recent, session_inputs
from anchorscope_desktop.state.comparing import REDUCTIONS, USUAL_MODELS, Comparer
from anchorscope_desktop.state.example import NAME as EXAMPLE
from anchorscope_desktop.state.example import of_example
from anchorscope_desktop.state.files import UNOPENED
from anchorscope_desktop.state.loading import Loader
from anchorscope_desktop.state.merging import Merger
from anchorscope_desktop.state.notices import SESSION, Action, Notice, Notices, Weight
from anchorscope_desktop.state.reading import Brought
from anchorscope_desktop.state.recent import RecentFiles
from anchorscope_desktop.state.session import Finding, Session
from anchorscope_desktop.state.session_content import Content, comparison_of, content_of, packed
from anchorscope_desktop.state.session_inputs import Asking, Attached, Wanted
from anchorscope_desktop.state.view_state import EMPTY_VIEW, View
from anchorscope_desktop.state.way_back import WayBack

if TYPE_CHECKING:
    from anchorscope.io.session import SavedSession, SessionState

SUFFIX = ".anchorscope"
FILES = f"Anchorscope session (*{SUFFIX})"
UNTITLED = "Untitled session"
SAVED = Notice("The session was saved to {path}.", Weight.SUCCESS)
NOTHING = Notice("There is nothing to save yet: open a reference or a query first.")
NOT_WRITTEN = "Could not be saved"
NOT_SAVED = Notice("Cancelled; the session was not saved.")
MOVED = Notice("{name} is no longer in {folder}: the results can be looked at, but nothing can be computed or written "
               "until it is found.", Weight.WARNING)
NOT_READ = Notice("The files of this session were not read, so that nothing can be computed or written yet.")
CHANGED = Notice("{names} changed since the session was saved, so its results are marked stale; Run computes them "
                 "anew.", Weight.WARNING)


class SessionFile(QObject):
    """The file that the session is saved in, and whether the session has changed since.

    `touched` says that anything changed that a session file holds, the view included.
    """

    changed = Signal()
    touched = Signal()
    opened = Signal()
    put_aside = Signal(object, bool)
    """Another session, or a new one, takes the place of this one, which was not saved: as it is now, see `snapshot`."""
    taken_back = Signal(str)
    """The session with this stamp, which had been put aside, is again the one in the window."""

    def __init__(self, session: Session, runner: JobRunner, writer: JobRunner, notices: Notices, loader: Loader,
                 view: View, comparer: Comparer, merger: Merger, asking: Asking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._writer = session, runner, writer
        self._notices, self._loader, self._view, self._asking = notices, loader, view, asking
        self._comparer, self._merger = comparer, merger
        self.recent = RecentFiles(self)
        self.path: Path | None = None
        self._saved = self._content()
        self._restored = 0
        self._wanted: Wanted | None = None
        self._stale: Notice | None = None
        self._way = WayBack(notices)
        self.reading = False
        """Whether the files of a session that was opened are being read."""
        session.inputs_changed.connect(self._remember_files)
        loader.opened.connect(self._way.close)
        loader.brought_anew.connect(self._begin_with)
        for signal in (session.inputs_changed, session.recipe_changed, session.outcome_changed, comparer.compared,
                       merger.changed):
            signal.connect(self._changed)
        for signal in (view.selection.changed, view.colours.changed, view.genes.changed, view.navigation.changed,
                       view.choices.changed, view.sketch.chosen_changed, session.stage_finished,
                       *(one.chosen_changed for one in view.own_maps)):
            signal.connect(self.touched)

    @property
    def name(self) -> str:
        """What the session is called."""
        if self.path is not None:
            return self.path.stem
        return EXAMPLE if self._of_example else UNTITLED

    @property
    def _of_example(self) -> bool:
        """Whether all files that are open are the example's."""
        sides = [side.recognised.path for side in (self._session.reference, self._session.query) if side is not None]
        return bool(sides) and all(map(of_example, sides))

    @property
    def modified(self) -> bool:
        """Whether files, settings or results changed since the session was saved."""
        return not self._saved.same(self._content())

    @property
    def empty(self) -> bool:
        """Whether there is nothing yet that could be saved."""
        return self._session.reference is None and self._session.query is None

    def snapshot(self, stamp: str = "") -> SavedSession:
        """Return the session as it is now; cheap, nothing is copied."""
        return packed(self._session, self._loader, self._comparer, self._merger, self.state(), stamp)

    def state(self) -> SessionState:
        """Return settings and view as they are now."""
        from anchorscope.io.session import SessionState

        shown = self._session.shown
        compared = [list(self._comparer.models), list(self._comparer.reductions)]
        view = self._view.plain() | {"path": str(self.path or ""), "compared": compared}
        return SessionState(self._session.recipe, shown.number if shown is not None else 0, view)

    def ask_open(self) -> None:
        """Ask for a session file and open it."""
        path = self._asking.open_file("Open a session", FILES)
        if path is not None:
            self.open(path)

    def ask_save(self) -> None:
        """Save where the session was saved before, or ask where to."""
        if self.path is not None:
            self.save(self.path)
        else:
            self.ask_save_as()

    def ask_save_as(self) -> None:
        """Ask where to, and save."""
        if self.empty:
            self._notices.post(SESSION, NOTHING)
            return
        path = self._asking.save_file("Save the session", self._suggestion() + SUFFIX, FILES)
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> None:
        """Save the session to `path`, in the worker."""
        content, snapshot, title = self._content(), self.snapshot(), f"Saving {path.name}"
        self._notices.clear(SESSION)
        self._writer.start(title, lambda context: session_inputs.save(path, snapshot, context.progress(title)),
                           partial(self._take_saved, path, content, self._restored), failing=NOT_WRITTEN)

    def open(self, path: Path) -> None:
        """Open a session file, in the worker; what is in the window is replaced once it has been read."""
        from anchorscope.io.session import read_session

        title = f"Opening {path.name}"
        self._notices.clear(SESSION)
        self._runner.start(title, lambda context: read_session(path, context.progress(title)),
                           lambda end: self._take_opened(end, path), failing=UNOPENED)

    def new(self) -> None:
        """Begin anew, with no files and all settings as usual."""
        self._notices.clear(SESSION)
        self._begin_with(Brought(), Recipe())

    def _begin_with(self, brought: Brought, recipe: Recipe) -> None:
        """Begin anew with files that have been read, and all settings as usual but what these files make of them."""
        from anchorscope.io.session import SavedSession, SessionState

        if self.modified and not self.empty:
            self._notices.clear(SESSION)  # the way back takes its place
        view = {**EMPTY_VIEW, "compared": (USUAL_MODELS, REDUCTIONS)}
        self.take_over(
            SavedSession(SessionState(recipe, view=view),
                         *session_inputs.files_of(brought.reference_files, brought.query_files), {},
                         brought.reference, brought.query), None, shared=brought.shared)

    def take_over(self, saved: SavedSession, path: Path | None, *, unsaved: bool = False, shared: int = 0) -> None:
        """Show another session, see `restore`; the one before stays one click away if it was not saved."""
        # What this session has begun is no part of the other one: it ends here, and with it what is said of it.
        self._wanted = None
        self._runner.end()
        before, was = (self.snapshot() if self.modified and not self.empty else None), self.path
        self._way.action = None if before is None else Action("Back to it", lambda: self._go_back(before, was))
        if before is not None:
            self.put_aside.emit(before, saved.reference is None and saved.query is None)
        self.restore(saved, path, unsaved=unsaved, shared=shared)
        if self._notices.of(SESSION) is None:
            self.say(None)

    def restore(self, saved: SavedSession, path: Path | None, *, unsaved: bool = False, shared: int = 0) -> None:
        """Show a session that was read.

        Parameters
        ----------
        saved
            The session.
        path
            Its file, if it has one.
        unsaved
            Whether it holds more than the file.
        shared
            Cells that both sides have, where their counts are at hand already.
        """
        from anchorscope.pipeline import Pipeline

        self._restored += 1
        self._comparer.mark(-1)
        self._notices.clear_all_but(SESSION)
        findings = tuple(Finding(run.number, run.job, run.outcome, run.seconds, run.strange_markers)
                         for run in saved.runs)
        shown = next((one for one in findings if one.number == saved.state.shown), None)
        self.path = path
        self._merger.restore(*next(((one, run.merged) for one, run in zip(findings, saved.runs, strict=True)
                                    if run.merged is not None), (None, None)))
        self._loader.reference_files, self._loader.query_files = session_inputs.sides_of(saved.files, saved.reading)
        self._loader.shared = shared
        self._session.restore(Pipeline(), saved.reference, saved.query, saved.state.recipe, findings, shown,
                              saved.begun)
        self._comparer.restore(comparison_of(saved))
        self._saved = self._content() if not unsaved else Content(None, None, (), None, saved.state.recipe)
        self._view.show(saved.state.view)
        if "compared" in saved.state.view:
            self._comparer.choose(*map(tuple, saved.state.view["compared"]))
        self.reading = False
        self._wanted = Wanted(saved.files, saved.reading, saved.checksums, saved.state.recipe.gene_activity.assembly,
                              paired=saved.query is not None and saved.query.pairing is not None)
        self.changed.emit()
        self.opened.emit()
        self._attach()

    def _attach(self) -> None:
        """Read the files of the session that was opened, or ask for the first that is not there."""
        wanted = self._wanted
        if wanted is None or not wanted.files or self._session.at_hand:
            return
        missing = wanted.missing
        if missing:
            path = wanted.files[missing[0]]
            self.say(replace(MOVED.filled(name=path.name, folder=path.parent), action=Action(
                f"Find {path.name}…", partial(self._find, missing[0]))))
            return
        title = f"Reading the files of {f'“{self.name}”' if self.path is not None else 'the session'}"
        self.reading = True
        self._runner.start(title, lambda context: session_inputs.read(wanted, context.progress(title)),
                           partial(self._take_attached, wanted), failing=UNOPENED)
        self.changed.emit()

    def _suggestion(self) -> str:
        query = self._session.query or self._session.reference
        return self.name if self.path is not None or query is None else query.recognised.path.name.split(".")[0]

    def _find(self, name: str) -> None:
        if self._wanted is None:
            return
        wanted = session_inputs.found_again(self._asking, self._wanted, name)
        if wanted is not None:
            self._wanted = wanted
            self._notices.clear(SESSION)
            self._attach()

    def _take_saved(self, path: Path, content: Content, restored: int, end: JobEnd) -> None:
        if end.succeeded:
            again, still = path == self.path, restored == self._restored
            if still:  # another session may have been opened meanwhile, and this file is not its own
                self.path, self._saved = path, content
            self.recent.add(path, recent.SESSION)
            if not again or not still:  # afterwards the title says it
                self._notices.mention(SESSION, SAVED.filled(path=path))
            self.changed.emit()
        elif end.ending is Ending.CANCELLED:
            self._notices.post(SESSION, NOT_SAVED)
        else:
            self._notices.error(SESSION, end.sentence)

    def _take_opened(self, end: JobEnd, path: Path) -> None:
        if end.succeeded:
            self.recent.add(path, recent.SESSION)
            self.take_over(end.value, path)
        elif end.ending is Ending.FAILED:
            self._notices.error(SESSION, end.sentence)

    def say(self, notice: Notice | None) -> None:
        """Say something of the session, or nothing, without hiding the way back to the one before."""
        self._way.say(notice)

    def _go_back(self, before: SavedSession, path: Path | None) -> None:
        self._notices.clear(SESSION)
        self.take_over(before, path, unsaved=True)
        self.taken_back.emit(before.stamp)

    def _take_attached(self, wanted: Wanted, end: JobEnd) -> None:
        if wanted is not self._wanted:
            return
        self.reading = False
        if end.succeeded:
            self._accept(wanted, end.value)
        elif end.ending is Ending.CANCELLED:
            self.say(replace(NOT_READ, action=Action("Read them", self._attach)))
        else:
            self.say(Notice(end.sentence, Weight.ERROR, Action("Try again", self._attach)))
        self.changed.emit()

    def _accept(self, wanted: Wanted, found: Attached) -> None:
        modified, chosen = self.modified, self._view.selection.current
        self._wanted = None
        self._loader.reference_files, self._loader.query_files = session_inputs.sides_of(wanted.files, wanted.reading)
        self._loader.shared = found.shared
        before = self._session.reference, self._session.query
        self._session.attach(found.reference, found.query, same=not found.changed)
        if not found.changed:
            self._comparer.follow(*before)
        if not chosen.empty and not found.changed:
            self._view.selection.choose(chosen)
        if found.changed:
            self._stale = CHANGED.filled(names=" and ".join(found.changed))
            self.say(self._stale)
        elif self._notices.of(SESSION) is None:
            self.say(None)
        if not found.changed and not modified:
            self._saved = self._content()

    def _content(self) -> Content:
        return content_of(self._session, self._comparer, self._merger)

    def _changed(self) -> None:
        if self._stale is not None and self._session.shown is not None and not self._session.outdated:
            # A run has brought up to date what was said to be stale.
            if self._way.says(self._stale):
                self._notices.clear(SESSION)
                self.say(None)
            self._stale = None
        self.changed.emit()
        self.touched.emit()

    def _remember_files(self) -> None:
        sides: tuple[tuple[Any, str], ...] = (
            (self._loader.reference_files, recent.REFERENCE), (self._loader.query_files, recent.QUERY))
        known = {(one.path, one.use) for one in self.recent.files}
        for files, use in sides:
            if (files is not None and files.path.exists() and not of_example(files.path)
                    and (files.path.resolve(), use) not in known):
                self.recent.add(files.path, use)
