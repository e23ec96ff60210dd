"""Coordinates of the protein-coding genes of each assembly."""

from __future__ import annotations

import csv
import gzip
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from anchorscope.errors import ParameterError
from anchorscope.resources import resource
from anchorscope.results import GeneTable, Ints, Names

Array = TypeVar("Array", bound=NDArray[Any])

ASSEMBLIES = ("GRCh38", "GRCh37", "GRCm38")
"""Assemblies whose gene tables travel with the program."""


@cache
def read_gene_table(assembly: str) -> GeneTable:
    """Read the gene table of an assembly; later calls return the same, read-only table.

    Parameters
    ----------
    assembly
        One of `ASSEMBLIES`.

    Raises
    ------
    ParameterError
        If there is no table for the assembly.
    """
    if assembly not in ASSEMBLIES:
        remedy = f"choose one of {', '.join(ASSEMBLIES)}"
        raise ParameterError("No genes are known for this assembly", repr(assembly), remedy)
    with gzip.open(resource("genes", f"{assembly}.tsv.gz"), "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        next(rows)
        columns = [_frozen(np.array(column, dtype=object)) for column in zip(*rows, strict=True)]
    gene_id, symbol, chrom, start, end, strand = columns
    return GeneTable(assembly, gene_id, symbol, chrom, _whole(start), _whole(end), strand)


def _whole(column: Names) -> Ints:
    return _frozen(column.astype(np.int64))


def _frozen(array: Array) -> Array:
    array.setflags(write=False)
    return array
