"""Read the HDF5 matrix that Cell Ranger writes: RNA, ATAC or both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anchorscope.counts import Counts
from anchorscope.errors import InputError
from anchorscope.io.content import Content
from anchorscope.io.counts import Source, take_counts
from anchorscope.io.files import Hdf5
from anchorscope.io.matrix import read_compressed
from anchorscope.io.values import Check
from anchorscope.parameters import AUTOMATIC, Repairs
from anchorscope.progress import Progress
from anchorscope.results import Names, Repair

_MATRIX = ("barcodes", "data", "indices", "indptr", "shape")


def is_tenx(file: Hdf5) -> bool:
    """Whether an open HDF5 file has the layout of Cell Ranger 2, 3 or later."""
    return bool(_matrices(file))


def read_tenx(file: Hdf5, path: Path, progress: Progress, settings: Repairs) -> Content:
    """Read an open 10x HDF5 file of layout 2 or 3; genes are named by symbol, their ids are kept.

    A file of layout 2 with several genomes gives the genome with most counts.

    Parameters
    ----------
    file
        Open h5py file.
    path
        Where it lies, for messages.
    progress
        Hears the fraction read.
    settings
        Which repairs are wanted, and which genome.

    Raises
    ------
    InputError
        If the genome asked for is not in the file, or the parts of the file contradict each other.
    """
    import pandas as pd

    names = _matrices(file)
    chosen, notes, repairs = _genome(file, names, path, settings)
    node = file[chosen]
    features, ids, table = _features(node)
    cells = pd.DataFrame(index=_strings(node["barcodes"]))
    n_features, n_cells = (int(size) for size in node["shape"][()])
    if (n_cells, n_features) != (len(cells), len(features)):
        found = "a matrix that does not fit its barcodes or features"
        raise InputError(f"The file {path.name} contradicts itself", found, "export the file again")

    def read(check: Check, progress: Progress) -> Counts:
        return read_compressed(node, (n_cells, n_features), progress, check)

    taken = take_counts([Source("the matrix", "X", read)], settings, progress)
    return Content(path, "10x h5", taken.counts, taken.instead, features, ids, table, cells, notes + taken.notes,
                   repairs + taken.repairs)


def _matrices(file: Hdf5) -> list[str]:
    groups = [name for name in file if hasattr(file[name], "keys")]
    return [name for name in groups if all(part in file[name] for part in _MATRIX)]


def _genome(
    file: Hdf5, names: list[str], path: Path, settings: Repairs
) -> tuple[str, tuple[str, ...], tuple[Repair, ...]]:
    """Choose one of several genomes; only files of layout 2 can have more than one."""
    if settings.genome in names:
        return settings.genome, (), (_several(names, settings.genome, (AUTOMATIC,)),) if len(names) > 1 else ()
    if settings.genome != AUTOMATIC and "features" not in file[names[0]]:
        raise InputError(f"The file {path.name} has no genome “{settings.genome}”", ", ".join(names),
                         "choose one that is there")
    if len(names) == 1:
        return names[0], (), ()
    chosen = max(names, key=lambda name: int(file[name]["data"][()].sum()))
    others = tuple(name for name in names if name != chosen)
    shown = ", ".join(f"“{name}”" for name in others)
    note = f"Of several genomes “{chosen}”, with most counts, was read; not {shown}."
    return chosen, (note,), (_several(names, chosen, others),)


def _several(names: list[str], chosen: str, choices: tuple[str, ...]) -> Repair:
    return Repair("genome", f"the genomes {', '.join(names)}", f"{chosen} was read", choices)


def _features(node: Hdf5) -> tuple[Names, Names, dict[str, NDArray[np.generic]]]:
    """Symbols, ids and the columns of the feature table."""
    if "features" not in node:
        return _strings(node["gene_names"]), _strings(node["genes"]), {}
    group = node["features"]
    columns = [name for name in group if name in ("feature_type", "genome", "interval")]
    return _strings(group["name"]), _strings(group["id"]), {name: _strings(group[name]) for name in columns}


def _strings(node: Hdf5) -> Names:
    texts = [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in node[()]]
    return np.array(texts, dtype=object)
