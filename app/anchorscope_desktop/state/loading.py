"""Reading files in the worker and handing them to the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope.errors import InputError
from anchorscope.parameters import COUNTS, HOW_INVERTED, INVERT_LOG, GeneActivityParameters, Recipe, Repairs
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state import example, reading
from anchorscope_desktop.state.files import UNOPENED, FileUse, QueryFiles, ReferenceFiles, in_order, inputs_of, use_of
from anchorscope_desktop.state.fitting import fitting
from anchorscope_desktop.state.notices import ACTIVITY, QUERY, REFERENCE, Action, Notice, Notices, Weight
from anchorscope_desktop.state.reading import Brought, Present, RefusedError
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.io.inputs import Inputs

EXAMPLE_TRUTH = "cell_type"
OTHERWISE = {REFERENCE: "Open as query", QUERY: "Open as reference"}
"""What is offered by a click where a file is of the other side, by the page on which that is said."""

STILL_OFFERED = "{name} is not open yet."
"""Said of such a file on the page where it belongs, once the other page has the right one."""

WAYS_OUT = {INVERT_LOG: "Turn back into counts", COUNTS: "Take them as counts"}
"""What is offered by a click where a file holds no counts."""

FEWEST_SHARED = 0.1
"""Share of the query's cells that the reference must have before they are taken for the same cells: the lists of
barcodes are finite, so some agree by chance."""

_SETTING = "min_fragments"
"""Named by the sentence that no barcode has enough fragments for a cell."""

_Read = Callable[[Present, JobContext], Brought]


@dataclass(frozen=True)
class _Request:
    title: str
    topic: str
    read: _Read
    name: str = ""
    """The file's name, where it is one that can turn out to be of the other side."""
    then: Callable[[], None] | None = None
    opens: bool = True
    again: Callable[[Repairs], None] | None = None
    """How to read the same file with other repairs."""
    other: Callable[[], None] | None = None
    """How to read the same file as the other side."""
    fragments: QueryFiles | None = None
    """What may be a query to be counted from fragments."""
    failing: str = UNOPENED
    """What the job bar says if it fails."""
    settle: Callable[[Recipe], Recipe] | None = None
    """What it makes of the settings: as much a part of what is read as the file, so no step of its own to undo."""
    anew: Callable[[Brought], Recipe] | None = None
    """The settings of the session that it is, where it is one of its own."""


class Loader(QObject):
    """Reads one file after the other; a file that cannot be used changes nothing but the notice of its page.

    It remembers what each side was read from, so that any of it can be changed and read again.
    """

    loaded = Signal(str)
    failed = Signal(str)
    opened = Signal()
    """Another file is open in this session."""

    brought_anew = Signal(object, object)
    """What was read, a `Brought`, is a session of its own, with these settings."""

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices
        self._waiting: list[_Request] = []
        self._reading = False
        self.reference_files: ReferenceFiles | None = None
        self.query_files: QueryFiles | None = None
        self.shared = 0
        self._too_shallow: tuple[Notice, QueryFiles] | None = None
        self._misplaced: dict[str, tuple[Notice, Notice]] = {}
        """What was said of files that are of the other side, by the topic, and how they are offered there."""

    @property
    def inputs(self) -> Inputs | None:
        """All files of the job being edited, or nothing before both sides are there."""
        if self.reference_files is None or self.query_files is None:
            return None
        return inputs_of(self.reference_files, self.query_files)

    @property
    def too_shallow(self) -> QueryFiles | None:
        """A query of fragments in which no cell was found, as long as that is being told."""
        refused = self._too_shallow
        return refused[1] if refused is not None and self._notices.of(QUERY) is refused[0] else None

    @property
    def same_cells(self) -> bool:
        """Whether so many barcodes agree that both sides must be the same cells."""
        query = self._session.query
        return query is not None and self.shared > FEWEST_SHARED * len(query.cells)

    def open_reference(self, path: Path) -> None:
        """Read `path` as the reference; a multiome file fills both sides."""
        self._open(path, REFERENCE, "RNA")

    def open_query(self, path: Path) -> None:
        """Read `path` as the query; a multiome file fills both sides."""
        if use_of(path) is FileUse.FRAGMENTS:
            self.change_query(QueryFiles(path), opens=True)
        else:
            self._open(path, QUERY, "ATAC")

    def open_any(self, paths: Sequence[Path], page: str = REFERENCE) -> None:
        """Read dropped files, each as what it is recognised for; `page` decides where that is not clear."""
        for use, path in in_order(paths):
            self._open_as(use, path, page)

    def open_example(self, then: Callable[[], None] | None = None) -> None:
        """Write and read the simulated example as a session of its own, then do `then`."""
        title = "Making the example"
        self._ask(_Request(title, REFERENCE, lambda _, context: reading.read_example(
            example.example_folder(), context.progress(title)), then=then, failing="", anew=_of_example))

    def change_reference(self, files: ReferenceFiles, *, topic: str = REFERENCE) -> None:
        """Read the reference again, from other files or with other repairs."""
        title = f"Reading {files.path.name}"
        self._ask(_Request(title, topic, lambda present, context: reading.read_reference(
            files, present, context.progress(title)), opens=False))

    def change_query(self, files: QueryFiles, *, topic: str = QUERY, opens: bool = False) -> None:
        """Read the query again, from other files or with other repairs; or, if it `opens`, another query."""
        title = f"Reading {files.path.name}"
        assembly = self._assembly
        self._ask(_Request(title, topic, lambda present, context: reading.read_query(
            files, assembly, present, context.progress(title), fresh=opens), opens=opens, fragments=files))

    def change_assembly(self, parameters: GeneActivityParameters) -> None:
        """Take the assembly of `parameters` once the query has been read again with it."""
        files = self.query_files
        if files is None:
            self._session.change("gene_activity", parameters)
            return
        title = f"Reading {files.path.name}"
        self._ask(_Request(title, QUERY, lambda present, context: reading.read_query(
            files, parameters.assembly, present, context.progress(title)),
            opens=False, settle=lambda recipe: replace(
                recipe, gene_activity=recipe.gene_activity.replaced(assembly=parameters.assembly))))

    def repair(self, side: str, name: str, value: str) -> None:
        """Read one side again with one repair decided otherwise."""
        if side == REFERENCE and self.reference_files is not None:
            files = self.reference_files
            self.change_reference(replace(files, repairs=files.repairs.replaced(**{name: value})))
        elif side == QUERY and self.query_files is not None:
            query = self.query_files
            self.change_query(replace(query, repairs=query.repairs.replaced(**{name: value})))

    def recount(self, repairs: Repairs) -> None:
        """Read fragments again with other `repairs`: those in which no cell was found, or else those of the query."""
        refused = self.too_shallow
        files = refused or self.query_files
        if files is not None:
            self.change_query(replace(files, repairs=repairs), opens=refused is not None)

    def unpair(self, *, wanted: bool = True) -> None:
        """Let the RNA of the same cells be the answer key, or no longer."""
        title = "Matching the barcodes"

        def read(present: Present, context: JobContext) -> Brought:
            context.progress(title).update(0.0)
            assert present.reference is not None and present.query is not None  # noqa: PT018 - narrows the types
            query = reading.pair(present.reference, present.query) if wanted else replace(present.query, pairing=None)
            return Brought(query=query, shared=self.shared)

        if self._session.complete:
            self._ask(_Request(title, QUERY, read, opens=False, failing=""))

    @property
    def _assembly(self) -> str:
        return self._session.recipe.gene_activity.assembly

    def _open(self, path: Path, topic: str, kind: str | None, repairs: Repairs | None = None) -> None:
        title, assembly = f"Reading {path.name}", self._assembly

        def read(present: Present, context: JobContext) -> Brought:
            return reading.read_matrix(path, assembly, kind, repairs or Repairs(), present, context.progress(title))

        self._ask(_Request(title, topic, read, path.name, again=partial(self._open, path, topic, kind),
                           other=partial(self._open_otherwise, path, topic)))

    def _open_otherwise(self, path: Path, topic: str) -> None:
        """Read as the other side what was refused on the page of `topic`."""
        if use_of(path) is FileUse.FRAGMENTS:
            self._notices.clear(topic)
            self.open_query(path)
        else:
            self._open(path, topic, "ATAC" if topic == REFERENCE else "RNA")

    def _open_as(self, use: FileUse, path: Path, page: str) -> None:
        title, assembly = f"Reading {path.name}", self._assembly
        if use is FileUse.MATRIX:
            self._open(path, REFERENCE, None)
        elif use is FileUse.FRAGMENTS:
            self._ask(_Request(title, QUERY, lambda present, context: reading.add_fragments(
                path, assembly, present, context.progress(title)), fragments=QueryFiles(path)))
        elif use is FileUse.LABELS:
            topic = QUERY if page == QUERY or self.reference_files is None else REFERENCE
            self._ask(_Request(title, topic, lambda present, context: reading.add_labels(
                path, assembly, page, present, context.progress(title)), opens=False))
        else:
            self._ask(_Request(title, QUERY if use is FileUse.PEAKS else ACTIVITY,
                               partial(self._read_part, use, path, assembly), opens=False))

    def _read_part(self, use: FileUse, path: Path, assembly: str, present: Present, context: JobContext) -> Brought:
        files = present.query_files
        if files is None:
            raise InputError(f"{path.name} goes with a query", "none yet", "open the query first")
        changed = replace(files, peaks=path) if use is FileUse.PEAKS else replace(files, annotation=path)
        return reading.read_query(changed, assembly, present, context.progress(f"Reading {path.name}"))

    def _use(self, brought: Brought) -> None:
        """Let a table that was added name the types: that is what it was added for."""
        recipe = self._session.recipe
        if brought.column and brought.reference_files is not None:
            self._session.change("reference", recipe.reference.replaced(labels=brought.column))
        elif brought.column:
            self._session.change("grade", recipe.grade.replaced(truth=brought.column))

    def _ask(self, request: _Request) -> None:
        self._waiting.append(request)
        if not self._reading:
            self._next()

    def _next(self) -> None:
        if self._waiting:
            request, session = self._waiting.pop(0), self._session
            present = Present(session.reference, session.query, self.reference_files, self.query_files)
            self._reading = True
            self._runner.start(request.title, lambda context: _read(request, present, context),
                               lambda end: self._take(request, end), failing=request.failing)

    def _take(self, request: _Request, end: JobEnd) -> None:
        self._reading = False
        if end.ending is Ending.CANCELLED:
            self._waiting.clear()
            self._session.recipe_changed.emit()  # a form may show a value that was not taken
        elif end.succeeded:
            self._accept(request, end.value)
        else:
            self._refuse(request, end)
            self._session.inputs_changed.emit()
            self._session.recipe_changed.emit()
            self.failed.emit(request.topic)
        if not self._reading:
            self._next()

    def _refuse(self, request: _Request, end: JobEnd) -> None:
        """Say why a file cannot be used, with a way out where there is one."""
        notice, error = Notice(end.sentence, Weight.ERROR), end.error
        if isinstance(error, RefusedError) and error.other and request.other is not None:
            notice = replace(notice, action=Action(OTHERWISE[request.topic], request.other))
            offer = Notice(STILL_OFFERED.format(name=request.name), action=notice.action)
            self._misplaced[request.topic] = notice, offer
        elif isinstance(error, RefusedError) and request.again is not None:
            said = end.sentence.replace(HOW_INVERTED, f"(“{WAYS_OUT[INVERT_LOG]}”)")
            notice = replace(notice, text=said, action=_way_out(error, request.again))
        if request.fragments is not None and _SETTING in end.sentence:
            self._too_shallow = notice, request.fragments
        self._notices.post(request.topic, notice)

    def _accept(self, request: _Request, brought: Brought) -> None:
        if request.anew is not None:
            self.brought_anew.emit(brought, request.anew(brought))
        else:
            self._take_in(request, brought)
        if request.then is not None:
            request.then()
        if request.opens:
            self.loaded.emit(QUERY if brought.query is not None and brought.reference is None else REFERENCE)

    def _take_in(self, request: _Request, brought: Brought) -> None:
        """Let what was read be part of the session in the window."""
        offers = self._overcome(request.topic, brought)
        self._notices.clear(request.topic)
        self.reference_files = brought.reference_files or self.reference_files
        self.query_files = brought.query_files or self.query_files
        self.shared = brought.shared
        recipe = request.settle(self._session.recipe) if request.settle is not None else None
        self._session.set_inputs(reference=brought.reference, query=brought.query, recipe=recipe)
        self._use(brought)
        for topic, offer in offers:
            self._notices.post(topic, offer)
        if request.opens:
            self.opened.emit()

    def _overcome(self, asked: str, brought: Brought) -> list[tuple[str, Notice]]:
        """Take back what was said of other files of the sides that were read.

        Returns what is still to be offered, with its topic: where both files were swapped, the other one, on the page
        of the side that it can be.
        """
        offers = []
        for topic, side, other, there in (
                (REFERENCE, brought.reference, QUERY, self._session.query or brought.query),
                (QUERY, brought.query, REFERENCE, self._session.reference or brought.reference)):
            said = self._notices.of(topic)
            if side is None or said is None:
                continue
            refused, offer = self._misplaced.get(topic, (None, None))
            if said is refused and offer is not None and there is None and topic != asked:
                offers.append((other, offer))
            self._notices.clear(topic)
        return offers


def _of_example(brought: Brought) -> Recipe:
    """Return the settings as usual, with what the example names its types by."""
    recipe = Recipe()
    return fitting(replace(recipe, reference=recipe.reference.replaced(labels=EXAMPLE_TRUTH),
                           grade=recipe.grade.replaced(truth=EXAMPLE_TRUTH)), brought.reference, brought.query)


def _way_out(refused: RefusedError, again: Callable[[Repairs], None]) -> Action | None:
    # Logarithms and scaled values must not pass for counts by a click.
    fractions = COUNTS in refused.choices and "fractions" in str(refused)
    choice = INVERT_LOG if INVERT_LOG in refused.choices else COUNTS if fractions else ""
    return Action(WAYS_OUT[choice], lambda: again(Repairs(values=choice))) if choice else None


def _read(request: _Request, present: Present, context: JobContext) -> Brought:
    """Read, then see how fast the machine is: the forecast follows, and at the start other work may have been on."""
    from anchorscope.forecast import look_again

    brought = request.read(present, context)
    look_again()
    return brought
