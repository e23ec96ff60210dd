"""Each data set prepared by itself: the reference with its labels, the query with its spaces.

`n1` stands for reference cells, `n2` for query cells. All indices count from zero.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from anchorscope.results.arrays import Floats, Ints, Names, require

if TYPE_CHECKING:
    from scipy import sparse

    from anchorscope.counts import Counts


@dataclass(frozen=True)
class VariableGenes:
    """Seurat's vst: all arrays (n_genes,); `order` lists gene indices, most variable first."""

    mean: Floats
    variance: Floats
    expected: Floats
    standardized: Floats
    order: Ints


@dataclass(frozen=True)
class Pca:
    """Principal components: embeddings (n_cells, d), loadings (n_genes, d), sdev (d,)."""

    embeddings: Floats
    loadings: Floats
    sdev: Floats


@dataclass(frozen=True)
class Labels:
    """One type per cell: `types` in order of first appearance, `codes` (n_cells,) into them, -1 where missing."""

    types: tuple[str, ...]
    codes: Ints

    def __post_init__(self) -> None:
        low, high = (self.codes.min(), self.codes.max()) if len(self.codes) else (0, -1)
        require(bool(low >= -1 and high < len(self.types)), "label codes out of range")

    @property
    def names(self) -> Names:
        """(n_cells,) the type of each cell; ``""`` where missing."""
        return self.names_of(slice(None))

    @cached_property
    def sizes(self) -> Ints:
        """(n_types + 1,) int64: how many cells each type has, and last how many have none; counted once."""
        return self.sizes_among(slice(None))

    def sizes_among(self, cells: Ints | slice) -> Ints:
        """Return the `sizes` among some cells."""
        return np.roll(np.bincount(self.codes[cells] + 1, minlength=len(self.types) + 1), -1)

    def names_of(self, cells: Ints | slice) -> Names:
        """Return the type of some cells; ``""`` where missing."""
        return np.array([*self.types, ""], dtype=object)[self.codes[cells]]

    def without(self, names: Collection[str]) -> Labels:
        """Return the labels without some types, whose cells have none then; others keep their order."""
        kept = [place for place, name in enumerate(self.types) if name not in names]
        codes = np.full(len(self.types) + 1, -1, dtype=np.int64)
        codes[kept] = np.arange(len(kept))
        return Labels(tuple(self.types[place] for place in kept), codes[self.codes])


@dataclass(frozen=True)
class ClusterNaming:
    """How clusters got their names.

    Parameters
    ----------
    clusters
        (n_cells,) cluster of each cell, largest cluster first.
    sizes
        (n_clusters,) cells in each.
    types
        Panel types that have at least one gene in the data.
    means
        (n_types, n_clusters) mean log-normalised expression of each type's markers.
    scores
        (n_types, n_clusters) the values whose largest names the cluster: `means`, or z-scored per marker.
    names
        The winning type of each cluster.
    missing
        Panel entries (type, gene) whose gene is not in the data.
    unused
        Types with a marker in the data that are highest in no cluster, whatever names were given by hand.
    matched
        Panel genes found under another case, as (gene of the panel, gene of the data).
    margin
        (n_clusters,) how far the highest score of the cluster lies above the second; NaN with a single type.
    runner_up
        The type with the second highest score of each cluster; ``""`` with a single type.
    overridden
        Names given by hand, as (cluster, what the panel called it, what it is called now).
    """

    clusters: Ints
    sizes: Ints
    types: tuple[str, ...]
    means: Floats
    scores: Floats
    names: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    matched: tuple[tuple[str, str], ...]
    margin: Floats
    runner_up: tuple[str, ...]
    overridden: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True)
class ReferenceLabels:
    """The labels that will travel, and how they came about (`naming` is ``None`` when read from a column)."""

    labels: Labels
    source: str
    naming: ClusterNaming | None


@dataclass(frozen=True)
class QueryClusters:
    """The query's cells in clusters of their own, found in its LSI without any label.

    Parameters
    ----------
    clusters
        (n2,) cluster of each cell, the largest being 0.
    resolution, n_neighbors
        The settings `ClusterParameters` that they were found with.
    """

    clusters: Ints
    resolution: float
    n_neighbors: int

    @property
    def labels(self) -> Labels:
        """The clusters as labels: their numbers."""
        return Labels(tuple(map(str, range(int(self.clusters.max(initial=-1)) + 1))), self.clusters)


@dataclass(frozen=True)
class GeneRegions:
    """The stretch of genome credited to each gene: closed, 1-based; all arrays (n_genes,)."""

    symbols: Names
    chrom: Names
    start: Ints
    end: Ints
    strand: Names
    """``+`` or ``-``."""
    body_start: Ints
    body_end: Ints
    """The gene itself, before it was extended."""

    def __len__(self) -> int:
        return len(self.symbols)


@dataclass(frozen=True)
class GeneActivity:
    """Accessibility cast into gene space.

    Parameters
    ----------
    counts
        (n2, n_genes) csr float64, or blocks made in every pass where the query's counts are on disk: per gene, the
        summed counts of its peaks, each times its credit.
    regions
        The genes (those with at least one count) and their regions.
    membership
        (n_genes, n_peaks) csr float64: the credit a peak has for a gene; 1 or 0 where the model does not weigh.
    assembly
        The assembly whose gene table was used.
    model
        How credit was given: one of the choices of `GeneActivityParameters.model`.
    """

    counts: Counts
    regions: GeneRegions
    membership: sparse.csr_matrix
    assembly: str
    model: str = "body-promoter"

    def __post_init__(self) -> None:
        require(self.counts.shape[1] == len(self.regions) == self.membership.shape[0], "genes differ in number")


@dataclass(frozen=True)
class Lsi:
    """The query's own space: embeddings (n2, d) z-scored per component, sdev (d,), depth_correlation (d,).

    `used` is the slice of components that transfer and map use; `peak_index` the peaks the SVD saw.
    """

    embeddings: Floats
    sdev: Floats
    depth_correlation: Floats
    peak_index: Ints
    used: slice

    @property
    def space(self) -> Floats:
        """(n2, d_used) the components in use."""
        return self.embeddings[:, self.used]
