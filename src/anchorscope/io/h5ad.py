"""Read an h5ad file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.io.content import Content
from anchorscope.io.files import Hdf5
from anchorscope.io.frames import read_frame
from anchorscope.io.matrix import NotCounts, read_counts
from anchorscope.progress import Progress
from anchorscope.results import Names

if TYPE_CHECKING:
    import pandas as pd

_PLACES = (
    ("X", "X", "var"),
    ("layers['counts']", "layers/counts", "var"),
    ("raw.X", "raw/X", "raw/var"),
    ("raw.X", "raw.X", "raw.var"),
)
"""Where counts are looked for: name for the user, matrix, feature table; the last as anndata 0.6 wrote it."""


def read_h5ad(file: Hdf5, path: Path, progress: Progress) -> Content:
    """Read cells, features and counts of an open h5ad file, and nothing else of it.

    Parameters
    ----------
    file
        Open h5py file.
    path
        Where it lies, for messages.
    progress
        Hears the fraction read.

    Raises
    ------
    InputError
        If the file holds no matrix.
    """
    cells = read_frame(file, "obs")
    rejected: list[tuple[str, NotCounts]] = []
    for place, matrix, features in _present(file, path):
        try:
            counts = read_counts(file[matrix], progress)
        except NotCounts as found:
            rejected.append((place, found))
            continue
        reasons = " and ".join(f"{other} holds {found}" for other, found in rejected)
        notes = (f"Counts were taken from {place}, because {reasons}.",) if rejected else ()
        return _content(path, cells, read_frame(file, features), counts, "", notes)
    instead = f"{rejected[0][1]} in {rejected[0][0]}"
    return _content(path, cells, read_frame(file, "var"), None, instead, ())


def _present(file: Hdf5, path: Path) -> Iterator[tuple[str, str, str]]:
    places = [place for place in _PLACES if place[1] in file and place[2] in file]
    if not places:
        raise InputError(f"The file {path.name} holds no data", "neither X nor layers['counts'] nor raw.X",
                         "give a file with raw counts in X")
    return iter(places)


def _content(path: Path, cells: pd.DataFrame, features: pd.DataFrame, counts: sparse.csr_matrix | None,
             instead: str, notes: tuple[str, ...]) -> Content:
    names: Names = features.index.to_numpy(dtype=object)
    if counts is not None and counts.shape != (len(cells), len(names)):
        raise InputError(f"The file {path.name} contradicts itself",
                         f"a matrix of {counts.shape[0]} x {counts.shape[1]} for {len(cells)} cells and "
                         f"{len(names)} features", "export the file again")
    table = {name: np.asarray(features[name]) for name in features.columns}
    return Content(path, "h5ad", counts, instead, names, None, table, cells, notes)
