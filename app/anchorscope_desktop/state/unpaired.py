"""The sides of a multiome that was taken apart, as files: what “anchorscope unpair” writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope_desktop.state.exporting import H5AD

if TYPE_CHECKING:
    from anchorscope.progress import Progress
    from anchorscope.results import Query, Reference


@dataclass(frozen=True)
class SideKind:
    """One kind of file that an un-paired multiome gives; `side` names whose file it is called after."""

    key: str
    title: str
    help: str
    side: str
    suffix: str
    filter: str
    write: Callable[[Path, Reference, Query, Progress], None]


def _write_reference(path: Path, reference: Reference, query: Query, progress: Progress) -> None:
    from anchorscope import export

    _refuse_inputs(path, reference, query)
    export.write_anndata(path, export.reference_anndata(reference), progress)


def _write_query(path: Path, reference: Reference, query: Query, progress: Progress) -> None:
    from anchorscope import export

    _refuse_inputs(path, reference, query)
    export.write_anndata(path, export.query_anndata(query, reference), progress)


def _write_key(path: Path, reference: Reference, query: Query, progress: Progress) -> None:
    from anchorscope import export

    _refuse_inputs(path, reference, query)
    export.write_key(path, reference, query, progress)


def _refuse_inputs(path: Path, reference: Reference, query: Query) -> None:
    from anchorscope.export.destination import refuse_inputs

    refuse_inputs(path, (reference.recognised.path, query.recognised.path))


SIDE_KINDS = (
    SideKind("reference_side", "Reference side", "Save the RNA cells as a reference of their own", "reference",
             ".rna.h5ad", H5AD, _write_reference),
    SideKind("query_side", "Query side", "Save the ATAC cells as a query of their own; the columns of the RNA cells, "
             "such as their types, join them for grading", "query", ".atac.h5ad", H5AD, _write_query),
    SideKind("answer_key", "Answer key", "Save a table of the barcodes of the same cells", "query", ".key.csv",
             "Comma-separated values (*.csv)", _write_key),
)
