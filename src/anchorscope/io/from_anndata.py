"""AnnData objects as reference and query, by the same rules as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope.io.h5ad import read_h5ad
from anchorscope.io.recognise import Loaded, describe
from anchorscope.io.split import query_side, reference_side
from anchorscope.parameters import AUTOMATIC, Repairs
from anchorscope.progress import SILENT
from anchorscope.results import Query, Reference

if TYPE_CHECKING:
    import anndata

NAME = Path("AnnData")
"""What an object in memory is called in messages."""


def reference_from_anndata(data: anndata.AnnData, repairs: Repairs | None = None) -> Reference:
    """Take AnnData as the scRNA-seq reference.

    Parameters
    ----------
    data
        Cells x genes with raw counts in ``X``, ``raw`` or a layer; it is copied and not changed.
    repairs
        What may be mended; by default what is safe.

    Returns
    -------
    Reference
        As `read_reference` gives it.

    Raises
    ------
    InputError
        If it holds no genes or no counts, or is empty.
    """
    return reference_side(_loaded(data, repairs))


def query_from_anndata(data: anndata.AnnData, assembly: str = AUTOMATIC, repairs: Repairs | None = None) -> Query:
    """Take AnnData as the scATAC-seq query.

    Parameters
    ----------
    data
        Cells x peaks with raw counts; it is copied and not changed.
    assembly
        Assembly of the peaks, checked against them; `AUTOMATIC` recognises it.
    repairs
        What may be mended; by default what is safe.

    Returns
    -------
    Query
        As `read_query` gives it.

    Raises
    ------
    InputError
        If it holds no peaks or no counts, is empty, or the peaks fit another assembly.
    """
    return query_side(_loaded(data, repairs), assembly)


def _loaded(data: anndata.AnnData, repairs: Repairs | None) -> Loaded:
    import h5py
    from anndata.io import write_elem

    settings = repairs or Repairs()
    # A file that never reaches the disk: one reader, one set of rules.
    with h5py.File("anndata.h5ad", "w", driver="core", backing_store=False) as file:
        write_elem(file, "/", data)
        return describe((read_h5ad(file, NAME, SILENT, settings),), settings, "")
