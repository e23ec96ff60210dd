"""The axes that reference and query share (CCA), from sums over cells."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import solve_triangular

from anchorscope.block_forms import Scaled, Shifted
from anchorscope.blocks import CellBlocks, Mapped, ScaledBlocks
from anchorscope.embedding.lanczos import leading_triplets, precision_of
from anchorscope.embedding.r_normal import r_normal
from anchorscope.engine import Threads, sum_over
from anchorscope.errors import InputError
from anchorscope.linalg import GramSum, fix_signs, gram, project, transposed
from anchorscope.machine import one_blas_thread
from anchorscope.preprocess.scale import ROUNDING, GeneScale, gene_scale, scaled, select_genes
from anchorscope.progress import SILENT, Part, Progress, side_by_side
from anchorscope.results import Floats, Names, SharedSpace

STRIPS = 6
"""Pieces into which a large product is cut."""

RIDGES = (1e-7, 1e-5, 1e-3)
"""Added to the diagonal, relative to its mean, so that a Cholesky factor exists: the first that rounding to single
precision allows. Cells are centred, so one combination of genes never varies. Axes that both sides share have sums of
squares far above all of them."""


@dataclass(frozen=True)
class Axes:
    """Weights of the genes on each axis: reference (p, d), query (p, d), and the singular values (d,)."""

    reference: Floats
    query: Floats
    strength: Floats


def cca(reference: CellBlocks, query: CellBlocks, genes: Names, n_components: int, seed: int,
        progress: Progress = SILENT) -> SharedSpace:
    """Place reference and query cells on the axes along which they vary together.

    Parameters
    ----------
    reference, query
        Log-normalised expression (n1, p) and gene activity (n2, p) of the same genes.
    genes
        (p,) their symbols.
    n_components
        Axes wanted; lowered where genes or cells do not allow as many.
    seed
        Seed of the solver's starting vector, drawn as R would; it matters for the last axes only, within tolerance.
    progress
        Told as the three passes over each data set go on.

    Returns
    -------
    SharedSpace
        Coordinates of both, not yet L2-normalised: the singular vectors of the cells x cells product, which is never
        formed. Genes constant in either data set are left out.

    Raises
    ------
    InputError
        If fewer than four genes vary in both data sets.

    Notes
    -----
    Seurat's ``RunCCA`` after ``ScaleData`` (Stuart et al. 2019, doi 10.1016/j.cell.2019.05.031).
    """
    first = gene_scale(reference, Part(progress, 0.0, 0.1))
    second = gene_scale(query, Part(progress, 0.1, 0.2))
    varying = np.flatnonzero((first.sd > 0) & (second.sd > 0))
    if len(varying) < 4:
        raise InputError(
            "Reference and query share too few genes that vary", f"{len(varying)}",
            "check that both are of the same species and use gene symbols")
    left, right = _standardised(reference, first, varying), _standardised(query, second, varying)
    start = r_normal(query.shape[0], seed)
    count = min(n_components, len(varying) - 1, reference.shape[0] - 1, query.shape[0] - 1)
    reference_sum = gram(left, Part(progress, 0.2, 0.45))
    query_sum, across = gram_with_column(right, start, Part(progress, 0.45, 0.7))
    axes = shared_axes(reference_sum, query_sum, np.append(across, start @ start), count, Part(progress, 0.7, 0.8))
    return SharedSpace(
        reference=project(left, axes.reference, Part(progress, 0.8, 0.9)),
        query=project(right, axes.query, Part(progress, 0.9, 1.0)),
        strength=axes.strength, genes=genes[varying])


def shared_axes(reference_sum: Floats, query_sum: Floats, start: Floats, count: int,
                progress: Progress = SILENT) -> Axes:
    """Return the gene weights of the `count` strongest shared axes from sums over cells alone.

    Parameters
    ----------
    reference_sum, query_sum
        (p, p) sums Z1'Z1 and Z2'Z2 over each side's standardised cells; used up.
    start
        (p + 1,) sum Z2's over the query's cells, where s is the solver's starting vector, and s's.
    count
        Axes wanted.
    progress
        Told after each restart of the solver.

    Notes
    -----
    With Z1'Z1 = L1 L1' and Z2'Z2 = L2 L2', the cells x cells product Z1 Z2' has the singular values of the genes x
    genes product L1' L2: both are the same map, once in cells and once in orthonormal combinations of genes. So its
    solver takes the very steps that it would take on the large product, at a cost that does not depend on the cells.
    """
    with one_blas_thread():
        left, right = side_by_side([partial(_factor, reference_sum), partial(_factor, query_sum)], progress)
        product = _triangular_product(left, right)
    # In these coordinates the query's genes span all but the last; what they leave of the starting vector lies there.
    inside = solve_triangular(right, start[:-1], lower=True)
    outside = np.sqrt(max(start[-1] - inside @ inside, 0.0))
    found = leading_triplets(product, np.append(inside, outside), count, progress)
    reference, query = right @ found.right[:-1] / found.values, left @ found.left / found.values
    signs = fix_signs(query)
    return Axes(reference * signs, query * signs, found.values)


def _triangular_product(left: Floats, right: Floats) -> NDArray[Any]:
    """Return ``left.T @ right`` of two lower triangles (p, p), and a column of zeros; a strip of columns a thread.

    In the precision that its solver keeps, whose rounding is far below the tolerance.
    """
    p = len(left)
    dtype = precision_of(p * (p + 1))
    left, right = left.astype(dtype, copy=False), right.astype(dtype, copy=False)
    result = np.zeros((p, p + 1), dtype)
    ends = np.linspace(0, p, STRIPS + 1).astype(int)

    def strip(number: int) -> None:
        first, last = ends[number : number + 2]
        # Above the diagonal there is nothing to multiply.
        result[:, first:last] = left[first:].T @ right[first:, first:last]

    for _ in Threads().map(strip, STRIPS):
        pass
    return result


def _factor(total: Floats, _: Progress = SILENT) -> Floats:
    """Return the lower Cholesky factor of the sum, whose diagonal is used up."""
    diagonal = total.diagonal().copy()
    for ridge in RIDGES:
        total.flat[:: len(total) + 1] = diagonal + ridge * diagonal.mean()
        with suppress(np.linalg.LinAlgError):
            # NumPy's lets other threads work meanwhile, SciPy's does not.
            return np.asarray(np.linalg.cholesky(total), dtype=np.float64)
    raise AssertionError("a sum of squares with a thousandth of itself on the diagonal is positive definite")


@dataclass
class _SumWithColumn:
    """The sum of products of blocks, and of their products with one more column: (p, 1)."""

    own: GramSum
    across: Floats

    def __iadd__(self, other: _SumWithColumn) -> _SumWithColumn:
        self.own += other.own
        self.across += other.across
        return self


def gram_with_column(values: ScaledBlocks, column: Floats, progress: Progress = SILENT) -> tuple[Floats, Floats]:
    """Return the (p, p) sum over cells of x x' of `values` (n_cells, p), and the (p,) sum of x times `column`."""
    def sums(rows: slice, block: Scaled) -> _SumWithColumn:
        return _SumWithColumn(GramSum.of(block), transposed(block, column[rows, None]))

    with one_blas_thread():
        found: _SumWithColumn = sum_over(values, sums, progress)
    return found.own.total(), found.across.ravel()


def l2_normalised(coordinates: Floats, out: Floats | None = None) -> Floats:
    """Return each row divided by its Euclidean length, in `out` if given; a row of zeros stays zero."""
    length = np.linalg.norm(coordinates, axis=1, keepdims=True)
    return np.divide(coordinates, np.where(length > 0, length, 1.0), out=out)


def _standardised(values: CellBlocks, scale: GeneScale, varying: np.ndarray) -> ScaledBlocks:
    chosen = values if len(varying) == values.shape[1] else select_genes(values, varying)
    alike = scaled(chosen, GeneScale(scale.mean[varying], scale.sd[varying]))
    return Mapped(alike, lambda _, block: _standardise_cells(block), len(varying))


def _standardise_cells(block: Scaled) -> Scaled:
    if isinstance(block, Shifted):
        return _standardise_shifted(block)
    dense: Floats = np.asarray(block)
    dense = dense - dense.mean(axis=1, keepdims=True)
    sd = dense.std(axis=1, ddof=1, keepdims=True)
    return dense / np.where(sd > 0, sd, 1.0)


def _standardise_shifted(block: Shifted) -> Shifted:
    """Return the same with the shift of each cell's mean as one more term."""
    entries, shift, p = block.entries, block.right[:, 0], block.shape[1]
    squared = sparse.csr_matrix((entries.data**2, entries.indices, entries.indptr), shape=entries.shape)
    mean = (np.asarray(entries.sum(axis=1)).ravel() + shift.sum()) / p
    squares = np.asarray(squared.sum(axis=1)).ravel() + 2 * (entries @ shift) + shift @ shift
    centred = squares - p * mean**2
    sd = np.sqrt(np.where(centred > ROUNDING * squares, centred, 0.0) / (p - 1))
    factor = np.divide(1.0, sd, out=np.zeros_like(sd), where=sd > 0)
    value = entries.data * np.repeat(factor, np.diff(entries.indptr))
    return Shifted(sparse.csr_matrix((value, entries.indices, entries.indptr), shape=entries.shape),
                   np.column_stack([factor, -factor * mean]), np.column_stack([shift, np.ones(p)]))
