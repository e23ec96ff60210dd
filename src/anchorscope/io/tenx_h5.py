"""Read the HDF5 matrix that Cell Ranger writes: RNA, ATAC or both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anchorscope.errors import InputError
from anchorscope.io.content import Content
from anchorscope.io.files import Hdf5
from anchorscope.io.matrix import NotCounts, read_compressed
from anchorscope.progress import Progress
from anchorscope.results import Names

_MATRIX = ("barcodes", "data", "indices", "indptr", "shape")


def is_tenx(file: Hdf5) -> bool:
    """Whether an open HDF5 file has the layout of Cell Ranger 2, 3 or later."""
    return bool(_matrices(file))


def read_tenx(file: Hdf5, path: Path, progress: Progress) -> Content:
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
    """
    import pandas as pd

    names = _matrices(file)
    chosen = max(names, key=lambda name: int(file[name]["data"][()].sum())) if len(names) > 1 else names[0]
    notes = _left_out(names, chosen)
    node = file[chosen]
    features, ids, table = _features(node)
    cells = pd.DataFrame(index=_strings(node["barcodes"]))
    n_features, n_cells = (int(size) for size in node["shape"][()])
    if (n_cells, n_features) != (len(cells), len(features)):
        found = "a matrix that does not fit its barcodes or features"
        raise InputError(f"The file {path.name} contradicts itself", found, "export the file again")
    try:
        counts, instead = read_compressed(node, (n_cells, n_features), progress), ""
    except NotCounts as found:
        counts, instead = None, f"{found} in the matrix"
    return Content(path, "10x h5", counts, instead, features, ids, table, cells, notes)


def _matrices(file: Hdf5) -> list[str]:
    groups = [name for name in file if hasattr(file[name], "keys")]
    return [name for name in groups if all(part in file[name] for part in _MATRIX)]


def _left_out(names: list[str], chosen: str) -> tuple[str, ...]:
    others = ", ".join(f"“{name}”" for name in names if name != chosen)
    return (f"Of several genomes “{chosen}”, with most counts, was read; not {others}.",) if others else ()


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
