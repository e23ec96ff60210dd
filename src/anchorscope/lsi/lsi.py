"""The query's own space: latent semantic indexing of its peaks."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.blocks import CellBlocks, Mapped, ScaledBlocks
from anchorscope.errors import InputError
from anchorscope.lsi.held import Held
from anchorscope.lsi.svd import truncated_svd
from anchorscope.lsi.tfidf import peak_totals, tf_idf, top_peaks
from anchorscope.parameters import LsiParameters
from anchorscope.preprocess.normalize import cell_totals
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Lsi

LARGE = 5_000_000
"""Counts from which on the matrix is kept in single precision, whose rounding is below the tolerance of the SVD, and
components that are shown but not used downstream need not be exact."""

MOST_HELD = 60_000_000
"""Counts up to which the matrix is held in memory, at 16 bytes each; beyond it is made anew in every pass."""


def lsi(counts: CellBlocks, parameters: LsiParameters, seed: int, progress: Progress = SILENT) -> Lsi:
    """Return TF-IDF followed by a truncated SVD, each component z-scored over cells.

    Parameters
    ----------
    counts
        Peak counts, (n2, n_peaks).
    parameters
        Components, peak cutoff and which components are used downstream.
    seed
        Seed of the SVD's starting vectors.
    progress
        Told after every pass over the cells.

    Returns
    -------
    Lsi
        embeddings (n2, d) with mean 0 and sd 1 per component, sdev (d,), the correlation of each component with
        log10 (cell total + 1), and the peaks that were used.

    Raises
    ------
    InputError
        If too few peaks or cells are left, or the components asked for do not exist.

    Notes
    -----
    Signac's ``FindTopFeatures``, ``RunTFIDF`` and ``RunSVD``.
    """
    totals = peak_totals(counts, Part(progress, 0.0, 0.05))
    peaks = top_peaks(totals, parameters.min_peak_count)
    if min(len(peaks), counts.shape[0]) < 4:
        raise InputError(
            f"Too few peaks have more than {parameters.min_peak_count} counts",
            f"{len(peaks)} peaks in {counts.shape[0]} cells",
            "lower the peak cutoff or load a query with more cells")
    # Bounds the entries of the matrix.
    n_counts = float(totals[peaks].sum())
    dtype = np.float32 if n_counts > LARGE else np.float64
    every = tf_idf(counts, totals, peaks, parameters.scale_factor, dtype)
    weighted = _by_peaks(every) if n_counts > MOST_HELD else Held.of(every, dtype, Part(progress, 0.05, 0.1))
    svd = truncated_svd(weighted, parameters.n_components, seed, Part(progress, 0.1, 1.0),
                        used=parameters.last_component if n_counts > LARGE else None)
    embeddings = svd.left
    _z_score(embeddings)
    depth = np.log10(cell_totals(counts) + 1.0)
    return Lsi(embeddings, svd.values / np.sqrt(len(peaks) - 1), _correlation(embeddings, depth), peaks,
               _used(parameters, embeddings.shape[1]))


def _by_peaks(blocks: CellBlocks) -> ScaledBlocks:
    """Store each block by peaks: products from either side read vectors over peaks in order, five times as fast."""
    return Mapped(blocks, lambda _, block: sparse.csr_matrix(block).tocsc(), blocks.shape[1])


def _used(parameters: LsiParameters, available: int) -> slice:
    last = min(parameters.last_component, available)
    if last - parameters.first_component < 1:
        raise InputError(
            "The LSI components to use are too few", f"{parameters.first_component} to {last}",
            "use at least two components, for example 2 to 30")
    return slice(parameters.first_component - 1, last)


def _z_score(values: Floats) -> None:
    """Bring each column to mean 0 and sd 1, in place: of a million cells each copy has 400 MB."""
    values -= values.mean(axis=0, dtype=np.float64)
    # The sum of squares by a product needs no copy, as `std` does.
    sd = np.sqrt(np.einsum("ij,ij->j", values, values, dtype=np.float64) / max(len(values) - 1, 1))
    values /= np.where(sd > 0, sd, 1.0)


def _correlation(columns: Floats, other: Floats) -> Floats:
    z = other[:, None].copy()
    _z_score(z)
    return columns.T @ z[:, 0] / (len(other) - 1)
