"""Read an h5mu file: each modality is an h5ad file of its own inside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope.errors import InputError
from anchorscope.io.colours import read_colours
from anchorscope.io.content import ATAC, RNA, Content
from anchorscope.io.files import Hdf5
from anchorscope.io.frames import read_frame
from anchorscope.io.h5ad import matrices, read_h5ad
from anchorscope.io.peaks import are_peaks, look_like_genes
from anchorscope.parameters import AUTOMATIC, Repairs
from anchorscope.progress import Part, Progress

if TYPE_CHECKING:
    import pandas as pd

NAMES = {
    RNA: ("rna", "gex", "gene expression", "gene_expression", "expression"),
    ATAC: ("atac", "peaks", "chromatin accessibility"),
}
"""What modalities are usually called, in lower case."""


def is_h5mu(file: Hdf5) -> bool:
    """Whether an open HDF5 file holds modalities."""
    return "mod" in file and hasattr(file["mod"], "keys") and "obs" in file


def read_h5mu(file: Hdf5, path: Path, progress: Progress, settings: Repairs) -> tuple[Content, ...]:
    """Read the RNA and the ATAC modality, whichever there are; others are left out and named.

    Parameters
    ----------
    file
        Open h5py file.
    path
        Where it lies, for messages.
    progress
        Hears the fraction read.
    settings
        Which repairs are wanted; they hold for both modalities.

    Returns
    -------
    tuple
        One or two contents, RNA first. Columns of the common cell table are joined to those of the modality.

    Raises
    ------
    InputError
        If no modality is RNA or ATAC.
    """
    chosen = {kind: _modality(file, kind) for kind in (RNA, ATAC)}
    read = [name for name in chosen.values() if name is not None]
    if not read:
        names = ", ".join(f"“{name}”" for name in file["mod"]) or "none at all"
        raise InputError(f"No modality of {path.name} is RNA or ATAC", f"{names}, with neither genes nor peaks in them",
                         "call them rna and atac, or name their features by gene symbol and by place")
    others = ", ".join(f"“{name}”" for name in file["mod"] if name not in read)
    notes = (f"Other modalities were left out: {others}.",) if others else ()
    common = read_frame(file, "obs")
    contents = []
    for number, name in enumerate(read):
        part = Part(progress, number / len(read), (number + 1) / len(read))
        content = read_h5ad(file["mod"][name], path, part, _own(file["mod"][name], settings, alone=len(read) == 1))
        instead = f"{content.instead} of “{name}”" if content.instead else ""
        contents.append(replace(content, format="h5mu", instead=instead, modality=name, notes=notes + content.notes,
                                cells=_joined(content.cells, common, tuple(file["mod"])),
                                colours=read_colours(file, common) | content.colours))
    return tuple(contents)


def _own(node: Hdf5, settings: Repairs, *, alone: bool) -> Repairs:
    """Return the settings for one modality: a matrix that only the other one has is not asked of it."""
    lacking = settings.matrix not in matrices(node) and not alone
    return settings.replaced(matrix=AUTOMATIC) if lacking else settings


def _modality(file: Hdf5, kind: str) -> str | None:
    """Return the modality of a kind: by its usual name, otherwise by its features."""
    for usual in NAMES[kind]:
        for name in file["mod"]:
            if name.lower() == usual:
                return str(name)
    fits = (name for name in file["mod"] if name.lower() not in (*NAMES[RNA], *NAMES[ATAC]))
    return next((str(name) for name in fits if _holds(file["mod"][name], kind)), None)


def _holds(node: Hdf5, kind: str) -> bool:
    features = read_frame(node, "var")
    names, table = features.index.to_numpy(dtype=object), {str(name): features[name].to_numpy() for name in features}
    if not len(names):
        return False
    if kind == ATAC:
        return bool(are_peaks(names, table).mean() > 0.5)
    return look_like_genes(names, 0.3)


def _joined(cells: pd.DataFrame, common: pd.DataFrame, modalities: tuple[str, ...]) -> pd.DataFrame:
    """Add the columns that the common cell table has and the modality lacks, but not its copies of either."""
    copies = tuple(f"{name}:" for name in modalities)
    new = [name for name in common.columns if name not in cells.columns and not str(name).startswith(copies)]
    return cells.join(common.loc[~common.index.duplicated(), new]) if new else cells


