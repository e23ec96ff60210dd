"""Read a matrix from an HDF5 file piece by piece, and make sure that it holds counts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.counts import Counts
from anchorscope.errors import InputError
from anchorscope.io.files import Hdf5
from anchorscope.io.values import Check, as_counts
from anchorscope.machine import free_memory_mib
from anchorscope.progress import Progress
from anchorscope.scratch import OnDisk, Scratch, most_in_memory

_VALUES = 1 << 22
"""Values read at a time: at most 32 MiB, so that a cancel acts at once."""


def read_counts(node: Hdf5, progress: Progress, check: Check = as_counts) -> Counts:
    """Read the counts of an h5ad matrix, cells in rows: dense, csr or csc, any real dtype.

    Parameters
    ----------
    node
        Group or dataset of an open file.
    progress
        Hears the fraction read.
    check
        What the values must be.

    Returns
    -------
    Counts
        csr float32, sorted indices, no stored zeros; on disk where there are more than `most_in_memory`.

    Raises
    ------
    NotCounts
        At the first values that `check` does not accept.
    InputError
        If the stored structure contradicts itself.
    """
    if not hasattr(node, "keys"):
        return _read_dense(node, progress, check)
    layout = _text(node.attrs.get("encoding-type", node.attrs.get("h5sparse_format", "csr")))
    rows, columns = (int(size) for size in node.attrs["shape" if "shape" in node.attrs else "h5sparse_shape"])
    if layout.startswith("csc"):
        _check_fit(node["data"].shape[0])
        return _read_compressed(node, (columns, rows), progress, check).T.tocsr()
    return read_compressed(node, (rows, columns), progress, check)


def read_compressed(
    node: Hdf5, shape: tuple[int, int], progress: Progress, check: Check = as_counts
) -> Counts:
    """Read counts stored as data, indices and indptr, compressed along the first side; see `read_counts`."""
    large = node["data"].shape[0] > most_in_memory()
    return (_spooled if large else _read_compressed)(node, shape, progress, check)


def _spooled(node: Hdf5, shape: tuple[int, int], progress: Progress, check: Check) -> OnDisk:
    """Check and tidy the counts on their way into scratch files; a thread writes while the next are read."""
    data, indices, indptr = node["data"], node["indices"], node["indptr"][()].astype(np.int64)
    _check_structure(data.shape[0], indices.shape[0], indptr, shape[0])
    with Scratch(data.shape[0]) as scratch, ThreadPoolExecutor(1) as writer:

        def write(values: NDArray[Any], places: NDArray[Any], ends: NDArray[np.int64]) -> None:
            check(values, ends)
            if len(places) and not 0 <= places.min() <= places.max() < shape[1]:
                raise _contradicting()
            kept = (values.astype(np.float32), places.astype(np.int32), ends.astype(np.int32))
            scratch.append(tidy(sparse.csr_matrix(kept, shape=(len(ends) - 1, shape[1]))))

        writing: Future[None] | None = None
        for first, last in _cells_at_a_time(indptr):
            piece = slice(int(indptr[first]), int(indptr[last]))
            read = data[piece], indices[piece], indptr[first : last + 1] - indptr[first]
            if writing is not None:
                writing.result()
            writing = writer.submit(write, *read)
            progress.update(indptr[last] / max(data.shape[0], 1))
        if writing is not None:
            writing.result()
        return scratch.finished(shape[1])


def _cells_at_a_time(indptr: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield first and last of so many cells that they have about `_VALUES` values, one cell at least."""
    first, n_cells = 0, len(indptr) - 1
    while first < n_cells:
        last = int(np.searchsorted(indptr, indptr[first] + _VALUES, side="right")) - 1
        last = min(max(last, first + 1), n_cells)
        yield first, last
        first = last


def _check_fit(n_values: int) -> None:
    needed, free = 2 * 8 * n_values / 2**30, free_memory_mib() / 2**10
    if n_values > most_in_memory() and needed > free:
        raise InputError("The counts are stored by features, so that they cannot be read cell by cell",
                         f"{needed:,.1f} GB needed at once and {free:,.1f} GB of free memory",
                         "write the file with a csr matrix (adata.X = adata.X.tocsr())")


def _read_compressed(node: Hdf5, shape: tuple[int, int], progress: Progress, check: Check) -> sparse.csr_matrix:
    data, indices, indptr = node["data"], node["indices"], node["indptr"][()]
    _check_structure(data.shape[0], indices.shape[0], indptr, shape[0])
    values = np.empty(data.shape[0], dtype=np.float32)
    places = np.empty(len(values), dtype=sparse.get_index_dtype(maxval=max(len(values), *shape, 1)))
    for start in range(0, len(values), _VALUES):
        piece = slice(start, start + _VALUES)
        values[piece] = check(data[piece], indptr - start)
        places[piece] = indices[piece]
        progress.update(min(start + _VALUES, len(values)) / len(values))
    if len(places) and not 0 <= places.min() <= places.max() < shape[1]:
        raise _contradicting()
    return tidy(sparse.csr_matrix((values, places, indptr.astype(places.dtype)), shape=shape))


def _read_dense(node: Hdf5, progress: Progress, check: Check) -> sparse.csr_matrix:
    rows, columns = node.shape
    step = max(_VALUES // max(columns, 1), 1)
    blocks = [sparse.csr_matrix(np.zeros((0, columns), dtype=np.float32))]
    for start in range(0, rows, step):
        piece = node[start : start + step]
        check(piece.ravel(), np.arange(0, piece.size + 1, max(columns, 1)))
        blocks.append(sparse.csr_matrix(piece.astype(np.float32)))
        progress.update(min(start + step, rows) / rows)
    return tidy(sparse.vstack(blocks, format="csr"))


def tidy(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Add up what is stored twice and drop stored zeros, in place."""
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _check_structure(n_values: int, n_indices: int, indptr: NDArray[Any], n_rows: int) -> None:
    fits = n_values == n_indices and len(indptr) == n_rows + 1
    if not fits or indptr[0] != 0 or indptr[-1] != n_values or np.any(np.diff(indptr) < 0):
        raise _contradicting()


def _contradicting() -> InputError:
    found = "indices that do not fit its size"
    return InputError("The matrix in the file is damaged", found, "export the file again")


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
