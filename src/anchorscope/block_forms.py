"""Forms of one block of cells that are kept apart from plain matrices because products with them cost less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

DENSE_FROM = 1 / 20
"""Part of the cells in which a feature has an entry from which on its products are cheaper densely."""

SINGLE_FROM = 1000
"""Features from which on the dense products of a block are formed in single precision, at half the time; blocks are
added up in double precision. The rounding is a millionth of what axes are told apart by."""


@dataclass(frozen=True)
class Shifted:
    """Cells x features that are mostly the same few values: ``entries + left @ right.T``, never formed.

    Scaling moves every zero of a sparse matrix to the same value per gene; kept apart, sums over cells cost what the
    entries that are there cost.

    Parameters
    ----------
    entries
        (n_cells, p) csr float64.
    left, right
        (n_cells, r) and (p, r) float64.
    """

    entries: sparse.csr_matrix
    left: NDArray[np.float64]
    right: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        n_cells, n_features = self.entries.shape
        return n_cells, n_features

    def __matmul__(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the product with (p, b)."""
        return np.asarray(self.entries @ vectors + self.left @ (self.right.T @ vectors))

    def transposed(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the transpose's product with (n_cells, b)."""
        return np.asarray(self.entries.T @ vectors + self.right @ (self.left.T @ vectors))

    def toarray(self) -> NDArray[np.float64]:
        """Return all values as a dense array."""
        return np.asarray(self.entries.toarray() + self.left @ self.right.T)

    def squares(self) -> NDArray[np.float64]:
        """Return the (p, p) sum of products of the entries alone."""
        n_cells, n_features = self.shape
        full = np.bincount(self.entries.indices, minlength=n_features) >= DENSE_FROM * n_cells
        order = np.argsort(full, kind="stable")
        few, kind = int(np.count_nonzero(~full)), np.float32 if n_features >= SINGLE_FROM else np.float64
        thin = self.entries[:, order[:few]].tocsc()
        thick = self.entries[:, order[few:]].astype(kind).toarray()
        found = np.empty((n_features, n_features))
        found[:few, :few] = (thin.T @ thin.tocsr()).toarray()
        found[few:, few:] = thick.T @ thick
        found[:few, few:] = thin.astype(kind).T @ thick
        found[few:, :few] = found[:few, few:].T
        place = np.argsort(order)
        # Into the same memory: with "raise", `take` would make one more copy.
        return found.take(place, axis=0).take(place, axis=1, out=found, mode="clip")


Matrix: TypeAlias = "sparse.csr_matrix | NDArray[np.float64]"
"""One block: cells x features, sparse or dense."""

Scaled: TypeAlias = "Matrix | sparse.csc_matrix | Shifted"
"""One block in any of the forms that can be multiplied."""
