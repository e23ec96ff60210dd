"""What the stages hand to each other: small frozen results, shapes checked on creation.

`n1` stands for reference cells, `n2` for query cells. All indices count from zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.parameters import Recipe, Repairs

if TYPE_CHECKING:
    import pandas as pd

    from anchorscope.io.gene_table import GeneTable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Names = NDArray[np.object_]
"""One-dimensional arrays of Python strings."""


def _require(condition: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence at every call
    if not condition:
        raise ValueError(message)


# ---- what was read ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LabelColumn:
    """A column of the cell table that can serve as labels: how many types it names, how many cells it leaves out."""

    name: str
    n_types: int
    n_missing: int
    kind: str = "text"
    """``category``, ``text``, ``whole numbers`` or ``yes/no``."""


@dataclass(frozen=True)
class Repair:
    """One thing that was mended while reading, or could be.

    Parameters
    ----------
    name
        The setting of `anchorscope.parameters.Repairs` that decides it.
    found
        What the file has.
    done
        What was made of it; ``""`` if the repair is offered and nothing was done.
    choices
        Other values of the setting, each of which changes or undoes it.
    """

    name: str
    found: str
    done: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """What a file was taken for, in words that can be shown to the user.

    Parameters
    ----------
    path
        The file.
    format
        For example ``h5ad``, ``h5mu``, ``10x h5``, ``10x multiome h5``, ``10x MTX``.
    kind
        ``RNA``, ``ATAC`` or ``multiome``.
    n_cells, n_features
        Size; for a multiome, the features of both assays.
    values
        ``counts`` or ``log``.
    assembly
        The assembly whose genes and chromosome lengths fit the peaks; ``None`` without peaks.
    label_columns
        Columns of the cell table that can serve as labels.
    notes
        One sentence for everything inferred or left out.
    sha256
        Checksum of the file; of a folder, of the files read from it, one after the other.
    species
        ``human``, ``mouse`` or ``None``.
    modalities
        Names of the modalities in the file; one, ``RNA`` or ``ATAC``, where the file does not name them.
    repairs
        What was mended, or could be.
    settings
        The repairs that were asked for; reading the file with them gives the same data.
    """

    path: Path
    format: str
    kind: str
    n_cells: int
    n_features: int
    values: str
    assembly: str | None
    label_columns: tuple[LabelColumn, ...]
    notes: tuple[str, ...]
    sha256: str
    species: str | None = None
    modalities: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    settings: Repairs = field(default_factory=Repairs)


@dataclass(frozen=True)
class Peaks:
    """Accessible regions as closed, 1-based intervals, as their names say them.

    Parameters
    ----------
    names
        (n_peaks,) as written in the file.
    chrom
        (n_peaks,) chromosome with the ``chr`` prefix.
    start, end
        (n_peaks,) int64, both inclusive.
    """

    names: Names
    chrom: Names
    start: Ints
    end: Ints

    def __post_init__(self) -> None:
        n = len(self.names)
        _require(len(self.chrom) == len(self.start) == len(self.end) == n, "peak columns differ in length")

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Reference:
    """An scRNA-seq reference: counts (n1, n_genes) csr float32, one row of `cells` (index: barcode) per cell."""

    counts: sparse.csr_matrix
    genes: Names
    cells: pd.DataFrame
    recognised: Recognised

    def __post_init__(self) -> None:
        _require(self.counts.shape == (len(self.cells), len(self.genes)), "counts do not fit cells and genes")


@dataclass(frozen=True)
class Query:
    """An scATAC-seq query: counts (n2, n_peaks) csr float32, one row of `cells` (index: barcode) per cell.

    `pairing` is the answer key of an un-paired multiome: (n2,) the reference row measured in the same nucleus, or -1.
    `fragments` is the fragments file of the same cells, if there is one.
    `annotation` holds the user's own genes, if there are any.
    `obsm` holds further coordinates of the cells by name, (n2, d) float64 each, that may stand in for the LSI.
    """

    counts: sparse.csr_matrix
    peaks: Peaks
    cells: pd.DataFrame
    recognised: Recognised
    pairing: Ints | None = None
    fragments: Path | None = None
    obsm: Mapping[str, Floats] = field(default_factory=dict)
    annotation: GeneTable | None = None

    def __post_init__(self) -> None:
        _require(self.counts.shape == (len(self.cells), len(self.peaks)), "counts do not fit cells and peaks")
        _require(self.pairing is None or len(self.pairing) == len(self.cells), "pairing does not fit the cells")
        _require(all(len(space) == len(self.cells) for space in self.obsm.values()), "coordinates do not fit the cells")


@dataclass(frozen=True)
class Job:
    """What one run works on: the two data sets and all settings."""

    reference: Reference
    query: Query
    recipe: Recipe = field(default_factory=Recipe)


# ---- the reference, prepared ------------------------------------------------------------------------------------


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
        _require(bool(np.all((self.codes >= -1) & (self.codes < len(self.types)))), "label codes out of range")

    @property
    def names(self) -> Names:
        """(n_cells,) the type of each cell; ``""`` where missing."""
        return np.array([*self.types, ""], dtype=object)[self.codes]


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
        Types with a marker in the data that no cluster claimed.
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


# ---- the query, prepared ----------------------------------------------------------------------------------------


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
        (n2, n_genes) csr float64: per gene, the summed counts of its peaks, each times its credit.
    regions
        The genes (those with at least one count) and their regions.
    membership
        (n_genes, n_peaks) csr float64: the credit a peak has for a gene; 1 or 0 where the model does not weigh.
    assembly
        The assembly whose gene table was used.
    model
        How credit was given: one of the choices of `GeneActivityParameters.model`.
    """

    counts: sparse.csr_matrix
    regions: GeneRegions
    membership: sparse.csr_matrix
    assembly: str
    model: str = "body-promoter"

    def __post_init__(self) -> None:
        _require(self.counts.shape[1] == len(self.regions) == self.membership.shape[0], "genes differ in number")


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


# ---- both together ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sides:
    """Coordinates of both data sets on the same axes: reference (n1, d), query (n2, d)."""

    reference: Floats
    query: Floats

    def __post_init__(self) -> None:
        _require(self.reference.shape[1] == self.query.shape[1], "the two sides differ in dimension")


@dataclass(frozen=True)
class SharedSpace:
    """Both data sets on common axes, not yet L2-normalised.

    Parameters
    ----------
    reference, query
        (n1, d) and (n2, d) coordinates.
    strength
        (d,) singular value of each axis.
    genes
        (p,) the genes used, by name.
    loadings
        (p, d) weight of each gene on each axis, where the axes are those of a PCA; ``None`` for CCA.
    reciprocal
        The same cells on the query's own axes, in which reference cells look for query cells; ``None`` where one
        space serves both directions.
    """

    reference: Floats
    query: Floats
    strength: Floats
    genes: Names
    loadings: Floats | None = None
    reciprocal: Sides | None = None

    def __post_init__(self) -> None:
        _require(self.reference.shape[1] == self.query.shape[1], "the two sides differ in dimension")
        _require(self.loadings is None or len(self.loadings) == len(self.genes), "loadings do not fit the genes")


@dataclass(frozen=True)
class Anchors:
    """Pairs of mutual nearest neighbours, sorted by reference cell: all arrays (n_anchors,), score in 0..1."""

    reference_cell: Ints
    query_cell: Ints
    score: Floats

    def __post_init__(self) -> None:
        _require(len(self.reference_cell) == len(self.query_cell) == len(self.score), "anchor columns differ in length")

    def __len__(self) -> int:
        return len(self.score)


@dataclass(frozen=True)
class Prediction:
    """The transferred labels.

    Parameters
    ----------
    labels
        Type of each query cell; a cell none of whose anchors carries weight has code -1 (unassigned).
    scores
        (n2, n_types) share of the vote for each type; rows sum to 1, or to 0 where unassigned.
    best
        (n2,) the largest score of each cell.
    weights
        (n2, n_anchors) csr float64: each row the normalised vote of the anchors.
    """

    labels: Labels
    scores: Floats
    best: Floats
    weights: sparse.csr_matrix


@dataclass(frozen=True)
class Grade:
    """How the prediction fares against the answer key, over the cells that have one.

    Parameters
    ----------
    accuracy
        Fraction of graded cells whose transferred label is the true one.
    balanced_accuracy
        Mean of the recalls, so that rare types count as much as common ones.
    kappa
        Cohen's kappa: agreement beyond what chance gives; NaN where chance alone gives full agreement.
    macro_f1
        Mean of `f1` over the types that the truth names.
    types
        Rows and columns of the matrices, sorted by name.
    counts
        (n_types, n_types) int64: true type in rows, predicted in columns.
    fractions
        `counts` with each row divided by its sum; rows without cells are zero.
    recall, precision
        (n_types,) NaN for a type that the truth (the prediction) never names.
    f1
        (n_types,) harmonic mean of recall and precision, ``2 right / (true + called)``; 0 where no call is right.
    n
        (n_types,) int64: graded cells that truly are of each type.
    n_graded
        Cells with an answer.
    truth
        True type of each query cell, in the same `types`.
    predicted
        Predicted type of each query cell, in the same `types`.
    source
        Where the answers come from.
    kept
        Names, true or predicted, that the mapping table does not mention and that were therefore kept as they are;
        empty without a mapping.
    """

    accuracy: float
    balanced_accuracy: float
    kappa: float
    macro_f1: float
    types: tuple[str, ...]
    counts: Ints
    fractions: Floats
    recall: Floats
    precision: Floats
    f1: Floats
    n: Ints
    n_graded: int
    truth: Labels
    predicted: Labels
    source: str
    kept: tuple[str, ...] = ()

    @property
    def graded(self) -> NDArray[np.bool_]:
        """(n2,) which query cells have an answer."""
        return np.asarray(self.truth.codes >= 0)

    @property
    def right(self) -> NDArray[np.bool_]:
        """(n2,) which query cells carry their true type."""
        return np.asarray(self.graded & (self.truth.codes == self.predicted.codes))

    def cells(self, truth: int | None, predicted: int | None) -> NDArray[np.bool_]:
        """(n2,) which query cells lie in one cell of the matrix; ``None`` stands for a whole row or column.

        Only graded cells are meant: those with a true and a predicted type.
        """
        mask = (self.truth.codes >= 0) & (self.predicted.codes >= 0)
        if truth is not None:
            mask &= self.truth.codes == truth
        if predicted is not None:
            mask &= self.predicted.codes == predicted
        return mask


@dataclass(frozen=True)
class Maps:
    """Two-dimensional pictures: reference (n1, 2) from its PCA, query (n2, 2) from its LSI."""

    reference: Floats
    query: Floats


@dataclass(frozen=True)
class Outcome:
    """Everything one run found, in pipeline order; `grade` is ``None`` without an answer key."""

    variable_genes: VariableGenes
    pca: Pca
    reference_labels: ReferenceLabels
    gene_activity: GeneActivity
    lsi: Lsi
    shared: SharedSpace
    anchors: Anchors
    prediction: Prediction
    grade: Grade | None
    maps: Maps
    seconds: dict[str, float]
    """Wall time of each stage that was computed for this outcome."""
    peak_memory_mib: float
