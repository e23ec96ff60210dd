"""All files of one run, opened together."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

from anchorscope.errors import InputError
from anchorscope.io.fragment_query import read_fragments_query, with_fragments
from anchorscope.io.gene_models import read_gene_model
from anchorscope.io.labels_file import read_labels, with_labels
from anchorscope.io.load import read_query, read_reference
from anchorscope.io.multiome import paired
from anchorscope.parameters import AUTOMATIC, Repairs
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Query, Reference

Side = TypeVar("Side", Reference, Query)


@dataclass(frozen=True)
class Inputs:
    """The files of one run; what is ``None`` is not given.

    Parameters
    ----------
    reference, query
        The two data sets; the same file for both is a multiome to be un-paired. The query may be a fragments file.
    peaks
        Where to count, if the query is a fragments file.
    fragments
        Fragments of the query's cells, if the query is a matrix.
    annotation
        GTF, GFF3 or BED with the genes, in place of the built-in tables.
    reference_labels, query_labels
        Tables by barcode whose columns are added to the cells.
    reference_repairs, query_repairs
        What may be mended on each side.
    """

    reference: Path
    query: Path
    peaks: Path | None = None
    fragments: Path | None = None
    annotation: Path | None = None
    reference_labels: Path | None = None
    query_labels: Path | None = None
    reference_repairs: Repairs = field(default_factory=Repairs)
    query_repairs: Repairs = field(default_factory=Repairs)

    def paths(self) -> list[Path]:
        """Return all files that are given."""
        every = (getattr(self, name) for name in FILES)
        return [path for path in every if path is not None]


FILES = tuple(item.name for item in fields(Inputs) if not item.name.endswith("_repairs"))
"""The fields of `Inputs` that are files."""


def open_inputs(
    inputs: Inputs, assembly: str = AUTOMATIC, progress: Progress = SILENT
) -> tuple[Reference, Query]:
    """Read both sides.

    Parameters
    ----------
    inputs
        The files.
    assembly
        Assembly of the peaks, checked against them; `AUTOMATIC` recognises it.
    progress
        Hears the fraction done.

    Returns
    -------
    Reference, Query
        With the pairing, if both come from one multiome.

    Raises
    ------
    InputError
        If a file cannot be read or does not fit the others.
    """
    reference = open_reference(inputs, Part(progress, 0.0, 0.5))
    query = open_query(inputs, assembly, Part(progress, 0.5, 1.0))
    return reference, paired(reference, query) if same_file(inputs.reference, inputs.query) else query


def open_reference(inputs: Inputs, progress: Progress = SILENT) -> Reference:
    """Read the reference and the labels that come with it; see `open_inputs`."""
    reference = read_reference(inputs.reference, Part(progress, 0.0, 0.95), inputs.reference_repairs)
    return _labelled(reference, inputs.reference_labels, Part(progress, 0.95, 1.0))


def open_query(inputs: Inputs, assembly: str = AUTOMATIC, progress: Progress = SILENT) -> Query:
    """Read the query and what comes with it; see `open_inputs`."""
    _check_fit(inputs)
    repairs = inputs.query_repairs
    counting = Part(progress, 0.0, 0.6)
    query = (_counted(inputs, assembly, counting) if is_fragments(inputs.query)
             else read_query(inputs.query, assembly, counting, repairs))
    if inputs.fragments is not None:
        query = with_fragments(query, inputs.fragments, Part(progress, 0.6, 0.8))
    if inputs.annotation is not None:
        genes = read_gene_model(inputs.annotation, Part(progress, 0.8, 0.95), repairs.chromosomes)
        query = replace(query, annotation=genes)
    return _labelled(query, inputs.query_labels, Part(progress, 0.95, 1.0))


def is_fragments(path: Path) -> bool:
    """Whether the name is one that fragments files have: text, perhaps compressed."""
    return path.name.lower().removesuffix(".gz").endswith((".tsv", ".bed", ".txt"))


def same_file(first: Path, second: Path) -> bool:
    """Whether two paths lead to one file that is there."""
    return first.exists() and second.exists() and first.samefile(second)


def _counted(inputs: Inputs, assembly: str, progress: Progress) -> Query:
    repairs = inputs.query_repairs
    query = read_fragments_query(inputs.query, inputs.peaks, None, assembly, repairs.min_fragments, progress)
    return replace(query, recognised=replace(query.recognised, settings=repairs))


def _check_fit(inputs: Inputs) -> None:
    # What would be ignored is refused, so that nobody believes it was used.
    if is_fragments(inputs.query):
        if inputs.fragments is not None:
            raise InputError("Fragments were given twice", f"{inputs.query.name} and {inputs.fragments.name}",
                             "leave one of them out, or give a matrix as the query")
    elif inputs.peaks is not None:
        raise InputError("Peaks can be given only where the query is a fragments file",
                         f"{inputs.peaks.name} beside {inputs.query.name}", "leave the peaks out")


def _labelled(side: Side, table: Path | None, progress: Progress) -> Side:
    labelled = side if table is None else with_labels(side, read_labels(table, progress))
    progress.update(1.0)
    return labelled
