"""Reading files in the worker and handing them to the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal

from anchorscope.parameters import AUTOMATIC, GeneActivityParameters
from anchorscope.progress import Part
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.notices import QUERY, REFERENCE, Notices
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.progress import Progress
    from anchorscope.results import Query, Reference

EXAMPLE_TRUTH = "cell_type"


@dataclass(frozen=True)
class Loaded:
    """What a reading job brings: one side or both."""

    reference: Reference | None = None
    query: Query | None = None


@dataclass(frozen=True)
class _Request:
    title: str
    topic: str
    read: Callable[[JobContext], Loaded]
    then: Callable[[], None] | None = None


class Loader(QObject):
    """Reads one file after the other; a file that cannot be used changes nothing but the notice of its page."""

    loaded = Signal(str)
    failed = Signal(str)

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices
        self._waiting: list[_Request] = []
        self._reading = False

    def open_reference(self, path: Path) -> None:
        """Read `path` as the reference; a multiome file fills both sides."""
        self._open(path, REFERENCE, "RNA")

    def open_query(self, path: Path) -> None:
        """Read `path` as the query; a multiome file fills both sides."""
        self._open(path, QUERY, "ATAC")

    def open_any(self, paths: Sequence[Path]) -> None:
        """Read dropped files, each as what it is recognised for."""
        for path in paths:
            self._open(path, REFERENCE, None)

    def open_example(self, then: Callable[[], None] | None = None) -> None:
        """Write and read the simulated example, then do `then`."""
        self._ask(_Request("Making the example", REFERENCE, _read_example, lambda: self._settle_example(then)))

    def change_assembly(self, parameters: GeneActivityParameters) -> None:
        """Take `parameters` once the query has been read again with their assembly."""
        query = self._session.query
        if query is None:
            self._session.change("gene_activity", parameters)
            return
        path = query.recognised.path
        paired = query.pairing is not None
        self._ask(_Request(f"Reading {path.name}", QUERY,
                           lambda context: _read_again(path, parameters.assembly, context, paired=paired),
                           lambda: self._session.change("gene_activity", parameters)))

    def _open(self, path: Path, topic: str, kind: str | None) -> None:
        assembly = self._session.recipe.gene_activity.assembly
        self._ask(_Request(f"Reading {path.name}", topic, partial(_read, path, assembly, kind)))

    def _settle_example(self, then: Callable[[], None] | None) -> None:
        recipe = self._session.recipe
        if recipe.gene_activity.assembly != AUTOMATIC:
            self._session.change("gene_activity", recipe.gene_activity.replaced(assembly=AUTOMATIC))
        self._session.change("reference", recipe.reference.replaced(labels=EXAMPLE_TRUTH))
        self._session.change("grade", recipe.grade.replaced(truth=EXAMPLE_TRUTH))
        if then is not None:
            then()

    def _ask(self, request: _Request) -> None:
        self._waiting.append(request)
        if not self._reading:
            self._next()

    def _next(self) -> None:
        if self._waiting:
            request = self._waiting.pop(0)
            self._reading = True
            self._runner.start(request.title, request.read, lambda end: self._take(request, end))

    def _take(self, request: _Request, end: JobEnd) -> None:
        self._reading = False
        if end.ending is Ending.CANCELLED:
            self._waiting.clear()
            self._session.recipe_changed.emit()  # a form may show a value that was not taken
        elif end.succeeded:
            self._accept(request, end.value)
        else:
            self._notices.error(request.topic, end.sentence)
            self._session.recipe_changed.emit()
            self.failed.emit(request.topic)
        if not self._reading:
            self._next()

    def _accept(self, request: _Request, loaded: Loaded) -> None:
        for topic, side in ((REFERENCE, loaded.reference), (QUERY, loaded.query)):
            if side is not None:
                self._notices.clear(topic)
        self._session.set_inputs(reference=loaded.reference, query=loaded.query)
        if request.then is not None:
            request.then()
        self.loaded.emit(QUERY if loaded.query is not None and loaded.reference is None else REFERENCE)


def _read(path: Path, assembly: str, wanted: str | None, context: JobContext) -> Loaded:
    from anchorscope import io

    progress = context.progress(f"Reading {path.name}")
    recognised = io.inspect(path, Part(progress, 0.0, 0.4))
    rest = Part(progress, 0.4, 1.0)
    if io.is_multiome(recognised):
        reference, query = io.read_multiome(path, assembly, rest)
        return Loaded(reference, query)
    if (wanted or recognised.kind) == "ATAC":
        return Loaded(query=io.read_query(path, assembly, rest))
    return Loaded(reference=io.read_reference(path, rest))


def _read_again(path: Path, assembly: str, context: JobContext, *, paired: bool) -> Loaded:
    from anchorscope import io

    progress = context.progress(f"Reading {path.name}")
    if paired:
        reference, query = io.read_multiome(path, assembly, progress)
        return Loaded(reference, query)
    return Loaded(query=io.read_query(path, assembly, progress))


def _read_example(context: JobContext) -> Loaded:
    from anchorscope import io, simulate

    progress: Progress = context.progress("Making the example")
    progress.update(0.0)
    rna, atac = simulate.write_example(example_folder())
    reference = io.read_reference(rna, Part(progress, 0.6, 0.8))
    return Loaded(reference, io.read_query(atac, AUTOMATIC, Part(progress, 0.8, 1.0)))


def example_folder() -> Path:
    """Return the folder of the user's cache that holds the example."""
    cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    folder = Path(cache) / "example"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
