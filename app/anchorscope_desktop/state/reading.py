"""Reading files, as the worker does it: nothing here knows the window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope.errors import InputError
from anchorscope.parameters import AUTOMATIC, Repairs
from anchorscope.progress import Part
from anchorscope_desktop.state.files import FileUse, QueryFiles, ReferenceFiles, inputs_of, use_of

if TYPE_CHECKING:
    from anchorscope.io.recognise import Loaded as Content
    from anchorscope.progress import Progress
    from anchorscope.results import Query, Reference


@dataclass(frozen=True)
class Present:
    """What is loaded when a job begins."""

    reference: Reference | None = None
    query: Query | None = None
    reference_files: ReferenceFiles | None = None
    query_files: QueryFiles | None = None

    @property
    def paired(self) -> bool:
        """Whether the reference serves as the query's answer key."""
        return self.query is not None and self.query.pairing is not None


class RefusedError(InputError):
    """A matrix that cannot be used as it is.

    Parameters
    ----------
    error
        Why.
    choices
        The values of the setting `values` under which it might be used.
    other
        Whether it can be the other side than the one it was opened as.
    """

    def __init__(self, error: InputError, choices: tuple[str, ...], *, other: bool) -> None:
        super().__init__(error.what, error.found, error.remedy)
        self.choices, self.other = choices, other


@dataclass(frozen=True)
class Brought:
    """What a reading job brings: one side or both.

    `shared` counts the cells that both sides have; `column` is the first of a table of labels that was added.
    """

    reference: Reference | None = None
    query: Query | None = None
    reference_files: ReferenceFiles | None = None
    query_files: QueryFiles | None = None
    shared: int = 0
    column: str = ""


def read_matrix(path: Path, assembly: str, wanted: str | None, repairs: Repairs, present: Present,
                progress: Progress) -> Brought:
    """Read a matrix once, as what it is; one with both assays fills both sides.

    Parameters
    ----------
    path
        A file or folder.
    assembly
        See `anchorscope.io.read_query`.
    wanted
        ``RNA`` or ``ATAC`` where the user said which side it is.
    repairs
        What may be mended.
    present
        What is loaded already.
    progress
        Hears the fraction done.

    Raises
    ------
    RefusedError
        With what might help.
    """
    from anchorscope.io.files import QUERY_WANTED, WANTED
    from anchorscope.io.recognise import load

    try:
        loaded = load(path, Part(progress, 0.0, 0.8), repairs, QUERY_WANTED if wanted == "ATAC" else WANTED)
    except InputError as error:
        raise RefusedError(error, (), other=wanted == "RNA" and use_of(path) is FileUse.FRAGMENTS) from error
    try:
        brought = _taken_apart(loaded, path, assembly, wanted, repairs)
    except InputError as error:
        offered = tuple(choice for repair in loaded.recognised.repairs if repair.name == "values"
                        for choice in repair.choices)
        lacking, there = (loaded.atac, loaded.rna) if wanted == "ATAC" else (loaded.rna, loaded.atac)
        other = wanted is not None and lacking is None and there is not None
        raise RefusedError(error, offered, other=other) from error
    progress.update(0.9)
    return _with_shared(brought, present)


def read_reference(files: ReferenceFiles, present: Present, progress: Progress) -> Brought:
    """Read the reference with all that goes with it; an un-paired query keeps its answer key."""
    from anchorscope.io.inputs import open_reference

    reference = open_reference(inputs_of(files, present.query_files), progress)
    query = pair(reference, present.query) if present.paired and present.query is not None else None
    before = present.reference_files.labels if present.reference_files is not None else None
    column = _first_of_table(reference, files.labels) if files.labels != before else ""
    return _with_shared(Brought(reference, query, reference_files=files, column=column), present)


def read_query(files: QueryFiles, assembly: str, present: Present, progress: Progress, *,
               fresh: bool = False) -> Brought:
    """Read the query with all that goes with it; unless it is another one, it keeps its answer key."""
    from anchorscope.io.inputs import open_query

    query = open_query(inputs_of(present.reference_files, files), assembly, progress)
    if present.paired and not fresh and present.reference is not None:
        query = pair(present.reference, query)
    before = present.query_files.labels if present.query_files is not None else None
    column = _first_of_table(query, files.labels) if files.labels != before else ""
    return _with_shared(Brought(query=query, query_files=files, column=column), present)


def add_fragments(path: Path, assembly: str, present: Present, progress: Progress) -> Brought:
    """Let a fragments file go with the query if they share cells; otherwise read it as the query."""
    from anchorscope.io.inputs import is_fragments

    files = present.query_files
    if files is not None and not is_fragments(files.path):
        try:
            return read_query(replace(files, fragments=path), assembly, present, Part(progress, 0.0, 0.5))
        except InputError:
            progress.update(0.5)
    return read_query(QueryFiles(path), assembly, present, Part(progress, 0.5, 1.0), fresh=True)


def add_labels(path: Path, assembly: str, first: str, present: Present, progress: Progress) -> Brought:
    """Add a table of labels to the side whose cells it names; where that is both, to the query if `first` is that."""
    refused = InputError(f"The labels in {path.name} belong to no cells", "no reference and no query",
                         "open the cells first")
    for side in ("query", "reference") if first == "query" else ("reference", "query"):
        try:
            if side == "reference" and present.reference_files is not None:
                return read_reference(replace(present.reference_files, labels=path), present, progress)
            if side == "query" and present.query_files is not None:
                return read_query(replace(present.query_files, labels=path), assembly, present, progress)
        except InputError as error:
            refused = error
    raise refused


def read_both(reference: ReferenceFiles, query: QueryFiles, assembly: str, progress: Progress, *,
              paired: bool) -> Brought:
    """Read both sides afresh, for example those of a session that was saved."""
    first = read_reference(reference, Present(), Part(progress, 0.0, 0.5))
    present = Present(first.reference, reference_files=reference)
    second = read_query(query, assembly, present, Part(progress, 0.5, 1.0), fresh=True)
    assert first.reference is not None and second.query is not None  # noqa: PT018 - narrows the types
    cells = pair(first.reference, second.query) if paired else second.query
    return Brought(first.reference, cells, reference, query, second.shared)


def pair(reference: Reference, query: Query) -> Query:
    """Let the reference's cells be the answer key of the query."""
    from anchorscope.io.multiome import paired

    return paired(reference, replace(query, pairing=None))


def _taken_apart(loaded: Content, path: Path, assembly: str, wanted: str | None, repairs: Repairs) -> Brought:
    from anchorscope.io.split import query_side, reference_side

    reference_files, query_files = ReferenceFiles(path, repairs=repairs), QueryFiles(path, repairs=repairs)
    if loaded.rna is not None and loaded.atac is not None:
        reference = reference_side(loaded)
        return Brought(reference, pair(reference, query_side(loaded, assembly)), reference_files, query_files)
    if (wanted or loaded.recognised.kind) == "ATAC":
        return Brought(query=query_side(loaded, assembly), query_files=query_files)
    return Brought(reference_side(loaded), reference_files=reference_files)


def _first_of_table(side: Reference | Query, labels: Path | None) -> str:
    from anchorscope.io.labels_file import read_labels

    if labels is None:
        return ""
    wanted = [str(name) for name in read_labels(labels).table.columns]
    there = [column.name for column in side.recognised.label_columns]
    # A name that was taken got the file's name as well.
    own = [name for want in wanted for name in reversed(there)
           if name == want or name.startswith(f"{want} ({labels.stem}")]
    return own[0] if own else ""


def _with_shared(brought: Brought, present: Present) -> Brought:
    reference, query = brought.reference or present.reference, brought.query or present.query
    if reference is None or query is None:
        return brought
    return replace(brought, shared=shared_cells(reference, query))


def shared_cells(reference: Reference, query: Query) -> int:
    """Return how many cells of the query have a barcode of the reference."""
    from anchorscope.io.barcodes import match_barcodes

    rows = match_barcodes(query.cells.index.to_numpy(dtype=object), reference.cells.index.to_numpy(dtype=object))
    return int((rows >= 0).sum())


def read_example(folder: Path, progress: Progress) -> Brought:
    """Write and read the simulated example."""
    from anchorscope import io, simulate

    progress.update(0.0)
    folder.mkdir(parents=True, exist_ok=True)
    rna, atac = simulate.write_example(folder)
    reference = io.read_reference(rna, Part(progress, 0.6, 0.8))
    query = io.read_query(atac, AUTOMATIC, Part(progress, 0.8, 1.0))
    brought = Brought(reference, query, ReferenceFiles(rna), QueryFiles(atac))
    return _with_shared(brought, Present())
