"""Gene scores after ArchR: credit falls off with the distance from the gene and ends where the next gene begins."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import sparse

from anchorscope.gene_activity.activity import taken
from anchorscope.gene_activity.overlap import overlapping_pairs
from anchorscope.gene_activity.regions import gene_regions
from anchorscope.parameters import GeneActivityParameters
from anchorscope.results import Floats, GeneRegions, GeneTable, Ints, Peaks

EXCLUDED = ("chrY", "chrM")
"""Chromosomes without gene scores."""

LEAST_REACH = 1000
"""Base pairs before and behind a gene that are its own even where another gene lies."""

GAP = 500
"""Base pairs kept from a neighbouring gene: the width of ArchR's tiles."""

_BACKGROUND = float(np.exp(-1.0))


def archr_credit(
    table: GeneTable, peaks: Peaks, settings: GeneActivityParameters
) -> tuple[GeneRegions, sparse.csr_matrix]:
    """Credit of each peak for each gene whose window it touches.

    Parameters
    ----------
    table
        Genes on the assembly of the peaks.
    peaks
        Any.
    settings
        Those named ``archr_…``.

    Returns
    -------
    regions
        Genes; start and end are those of the window.
    credit
        (n_genes, n_peaks) float64: ``(exp(-x / decay) + exp(-1)) * weight``, where x is the number of bases between
        the peak and the gene (extended upstream), 0 where they touch, and the weight grows with 1 / length.

    Notes
    -----
    ``addGeneScoreMatrix`` of ArchR (Granja et al. 2021, doi 10.1038/s41588-021-00790-6; ``R/MatrixGeneScores.R``).
    Peaks take the place of its 500 bp tiles: the distance is that of the nearest edges, as there, and no ceiling is
    put on their counts. Windows end one tile before the next gene in the order of starts, as there.
    """
    bodies = gene_regions(table, settings.archr_upstream, 0)
    bodies = _in_order(taken(bodies, np.flatnonzero(~np.isin(bodies.chrom.astype(str), EXCLUDED))))
    windows = _windows(bodies, settings.archr_reach) if settings.archr_boundaries == "on" else _whole(
        bodies, settings.archr_reach)
    gene, peak = overlapping_pairs(windows, peaks)
    apart = _distance(bodies.start[gene], bodies.end[gene], peaks.start[peak], peaks.end[peak])
    value = (np.exp(-apart / settings.archr_decay) + _BACKGROUND) * _weights(bodies, settings.archr_length)[gene]
    return windows, sparse.csr_matrix((value, (gene, peak)), shape=(len(windows), len(peaks)))


def _in_order(bodies: GeneRegions) -> GeneRegions:
    return taken(bodies, np.lexsort((bodies.end, bodies.start, bodies.chrom.astype(str))))


def _windows(bodies: GeneRegions, reach: int) -> GeneRegions:
    """Reach out to both sides, but not past the neighbours, of which the order of starts decides."""
    first = np.r_[True, bodies.chrom[1:] != bodies.chrom[:-1]]
    last = np.r_[first[1:], True]
    before = np.where(first, 1, np.r_[1, bodies.end[:-1]] + GAP)
    behind = np.where(last, bodies.end + reach, np.r_[bodies.start[1:], 0] - GAP)
    start = np.minimum(bodies.start - LEAST_REACH, np.maximum(before, bodies.start - reach))
    end = np.maximum(bodies.end + LEAST_REACH, np.minimum(behind, bodies.end + reach))
    return dataclasses.replace(bodies, start=np.maximum(start, 1), end=end)


def _whole(bodies: GeneRegions, reach: int) -> GeneRegions:
    return dataclasses.replace(bodies, start=np.maximum(bodies.start - reach, 1), end=bodies.end + reach)


def _distance(start: Ints, end: Ints, other_start: Ints, other_end: Ints) -> Ints:
    """Bases between two closed intervals, 0 where they touch."""
    return np.asarray(np.maximum(0, np.maximum(other_start - end, start - other_end) - 1))


def _weights(bodies: GeneRegions, largest: float) -> Floats:
    """Short genes collect less by chance, so they weigh more: from about 1 to about `largest`."""
    inverse = 1.0 / (bodies.end - bodies.start + 1)
    spread = float(np.ptp(inverse))
    return 1.0 + inverse * (largest - 1.0) / spread if spread > 0 else np.ones(len(bodies))
