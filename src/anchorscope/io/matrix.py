"""Read a matrix from an HDF5 file piece by piece, and make sure that it holds counts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.io.files import Hdf5
from anchorscope.progress import Progress

_VALUES = 1 << 22
"""Values read at a time: at most 32 MiB, so that a cancel acts at once."""

_ROWS_LOOKED_AT = 20


class NotCounts(Exception):  # noqa: N818 - an answer, not an error: another matrix of the file may hold the counts
    """The matrix holds something else; the message says what was found."""


def read_counts(node: Hdf5, progress: Progress) -> sparse.csr_matrix:
    """Read the counts of an h5ad matrix, cells in rows: dense, csr or csc, any real dtype.

    Returns
    -------
    scipy.sparse.csr_matrix
        Float32, sorted indices, no stored zeros.

    Raises
    ------
    NotCounts
        At the first values that are negative, not whole or not finite.
    InputError
        If the stored structure contradicts itself.
    """
    if not hasattr(node, "keys"):
        return _read_dense(node, progress)
    layout = _text(node.attrs.get("encoding-type", node.attrs.get("h5sparse_format", "csr")))
    rows, columns = (int(size) for size in node.attrs["shape" if "shape" in node.attrs else "h5sparse_shape"])
    if layout.startswith("csc"):
        return read_compressed(node, (columns, rows), progress).T.tocsr()
    return read_compressed(node, (rows, columns), progress)


def read_compressed(node: Hdf5, shape: tuple[int, int], progress: Progress) -> sparse.csr_matrix:
    """Read counts stored as data, indices and indptr, compressed along the first side; see `read_counts`."""
    data, indices, indptr = node["data"], node["indices"], node["indptr"][()]
    _check_structure(len(data), len(indices), indptr, shape[0])
    values = np.empty(len(data), dtype=np.float32)
    places = np.empty(len(data), dtype=sparse.get_index_dtype(maxval=max(len(data), *shape, 1)))
    for start in range(0, len(data), _VALUES):
        piece = slice(start, start + _VALUES)
        values[piece] = _counts(data[piece], indptr - start)
        places[piece] = indices[piece]
        progress.update(min(start + _VALUES, len(data)) / len(data))
    if len(places) and not 0 <= places.min() <= places.max() < shape[1]:
        raise _contradicting()
    return _tidy(sparse.csr_matrix((values, places, indptr.astype(places.dtype)), shape=shape))


def _read_dense(node: Hdf5, progress: Progress) -> sparse.csr_matrix:
    rows, columns = node.shape
    step = max(_VALUES // max(columns, 1), 1)
    blocks = [sparse.csr_matrix(np.zeros((0, columns), dtype=np.float32))]
    for start in range(0, rows, step):
        piece = node[start : start + step]
        _counts(piece.ravel(), np.arange(0, piece.size + 1, max(columns, 1)))
        blocks.append(sparse.csr_matrix(piece.astype(np.float32)))
        progress.update(min(start + step, rows) / rows)
    return _tidy(sparse.vstack(blocks, format="csr"))


def _tidy(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
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


def _counts(values: NDArray[Any], indptr: NDArray[Any]) -> NDArray[Any]:
    """Return `values` if they are counts; `indptr` says where the cells begin, for the diagnosis."""
    if values.dtype.kind in "bu":
        return values
    if values.dtype.kind not in "if":
        raise NotCounts("values that are not numbers")
    bad = ~np.isfinite(values) | (values < 0) | (values != np.rint(values))
    if bad.any():
        raise NotCounts(_diagnosis(values, values[bad], indptr))
    return values


def _diagnosis(values: NDArray[Any], bad: NDArray[Any], indptr: NDArray[Any]) -> str:
    if not np.isfinite(bad).all():
        return "values that are not finite numbers"
    if bad.min() < 0:
        return f"negative values such as {bad[bad < 0][0]:.4g}, as after scaling,"
    starts = indptr[(indptr >= 0) & (indptr <= len(values))][: _ROWS_LOOKED_AT + 1]
    rows = [values[start:end] for start, end in pairwise(starts)]
    kind = "log-normalised values" if _log_normalised([row[row != 0] for row in rows]) else "fractions"
    return f"{kind} such as {bad[0]:.4g}"


def _log_normalised(cells: list[NDArray[Any]]) -> bool:
    """Whether exp(x) - 1 turns every cell into multiples of its smallest value, which stands for a count."""
    small = [cell.astype(np.float64) for cell in cells if len(cell) and 0 < cell.min() <= cell.max() < 20]
    back = [np.expm1(cell) for cell in small]
    ratio = np.concatenate([cell / cell.min() for cell in back]) if back else np.ones(1)
    larger = ratio[ratio > 1.001]
    return bool(len(larger) and np.mean(np.abs(larger - np.rint(larger)) < 0.02) > 0.9)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
