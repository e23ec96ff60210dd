"""Embeddings that an h5ad file brings along."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anchorscope.io.files import Hdf5
from anchorscope.results import Floats

MOST_COLUMNS = 200
"""A wider matrix is no embedding."""


def read_obsm(file: Hdf5, n_cells: int) -> dict[str, Floats]:
    """Read the dense matrices of floats in ``obsm`` that fit the cells and hold finite numbers only.

    Parameters
    ----------
    file
        Open h5ad file, or the group of one modality.
    n_cells
        Cells of the file.

    Returns
    -------
    dict
        Embeddings (n_cells, d) float64 by name; tables, sparse matrices and wide ones are left out.
    """
    embeddings = {name: np.asarray(values, dtype=np.float64) for name, values in _dense(file)
                  if len(values) == n_cells and 1 <= values.shape[1] <= MOST_COLUMNS}
    return {name: values for name, values in embeddings.items() if np.isfinite(values).all()}


def _dense(file: Hdf5) -> Iterator[tuple[str, Floats]]:
    node = file.get("obsm", {})
    if hasattr(node, "dtype"):
        # Before anndata 0.7: one record per cell, one field per embedding.
        records = node[()]
        found = [(name, records[name]) for name in records.dtype.names or ()]
    else:
        found = [(name, part[()]) for name, part in ((name, node[name]) for name in node)
                 if _narrow(getattr(part, "shape", ()))]
    yield from ((name, values) for name, values in found if values.ndim == 2 and values.dtype.kind == "f")


def _narrow(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 and shape[1] <= MOST_COLUMNS
