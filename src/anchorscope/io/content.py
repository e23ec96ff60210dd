"""What one file holds, before it is split into a reference and a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from anchorscope.counts import Counts
from anchorscope.errors import InputError
from anchorscope.io.colours import Colours
from anchorscope.io.peaks import are_peaks
from anchorscope.results import Floats, Names, Repair

if TYPE_CHECKING:
    import pandas as pd

RNA, ATAC, MULTIOME = "RNA", "ATAC", "multiome"
"""Kinds of a file; the first two are also those of a feature."""

Mask: TypeAlias = "NDArray[np.bool_]"

_FEATURE_TYPES = {"gene expression": RNA, "peaks": ATAC}

_FEW = 0.05
"""Below this share, features of the other kind are strays, not an assay."""


@dataclass(frozen=True)
class Content:
    """One file as it was read.

    Parameters
    ----------
    path, format
        The file and what it was taken for.
    counts
        (n_cells, n_features) csr float32; ``None`` if the file holds no counts.
    instead
        What was found in place of counts; ``""`` if there are counts.
    names
        (n_features,) as written in the file, not necessarily unique.
    ids
        (n_features,) database ids, or ``None``.
    table
        Columns of the feature table.
    cells
        Cell table, index: barcode.
    notes
        What was inferred or left out so far.
    repairs
        What was mended so far, or could be.
    obsm
        Embeddings (n_cells, d) by name.
    files
        What was read; the checksum is theirs.
    modality
        Name of the modality in the file, ``""`` where it has no name.
    colours
        Pairs of type and colour, by the column of `cells` that names the types.
    """

    path: Path
    format: str
    counts: Counts | None
    instead: str
    names: Names
    ids: Names | None
    table: Mapping[str, NDArray[np.generic]]
    cells: pd.DataFrame
    notes: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    obsm: dict[str, Floats] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    modality: str = ""
    colours: Colours = field(default_factory=dict)


def feature_kinds(content: Content) -> tuple[Mask, Mask]:
    """Tell genes from peaks, by the column of feature types if there is one, otherwise by name.

    Returns
    -------
    genes, peaks
        (n_features,) each; features that are neither belong to other assays or are strays.

    Raises
    ------
    InputError
        If there is no feature at all.
    """
    if not len(content.names):
        raise InputError(f"The file {content.path.name} is empty", "no features", "give a file with data")
    return _by_type(content) or _by_name(content)


def _by_type(content: Content) -> tuple[Mask, Mask] | None:
    column = next((name for name in ("feature_types", "feature_type") if name in content.table), None)
    if column is None:
        return None
    kinds = np.array([_FEATURE_TYPES.get(str(value).lower(), "") for value in content.table[column]])
    genes, peaks = kinds == RNA, kinds == ATAC
    return (genes, peaks) if genes.any() or peaks.any() else None


def _by_name(content: Content) -> tuple[Mask, Mask]:
    peaks = are_peaks(content.names, content.table)
    share = float(peaks.mean())
    none = np.zeros(len(peaks), dtype=np.bool_)
    if share < _FEW:
        return ~none, none
    return (none, peaks) if share > 1 - _FEW else (~peaks, peaks)
