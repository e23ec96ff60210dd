"""Both data sets together: shared space, anchors, transferred labels, their grade, and all of a run.

`n1` stands for reference cells, `n2` for query cells. All indices count from zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from anchorscope.results.arrays import Floats, Ints, Names, require
from anchorscope.results.prepared import GeneActivity, Labels, Lsi, Pca, QueryClusters, ReferenceLabels, VariableGenes
from anchorscope.results.two_views import TwoViews

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True)
class Sides:
    """Coordinates of both data sets on the same axes: reference (n1, d), query (n2, d)."""

    reference: Floats
    query: Floats

    def __post_init__(self) -> None:
        require(self.reference.shape[1] == self.query.shape[1], "the two sides differ in dimension")


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
        require(self.reference.shape[1] == self.query.shape[1], "the two sides differ in dimension")
        require(self.loadings is None or len(self.loadings) == len(self.genes), "loadings do not fit the genes")


@dataclass(frozen=True)
class Anchors:
    """Pairs of mutual nearest neighbours, sorted by reference cell: all arrays (n_anchors,), score in 0..1."""

    reference_cell: Ints
    query_cell: Ints
    score: Floats

    def __post_init__(self) -> None:
        require(len(self.reference_cell) == len(self.query_cell) == len(self.score), "anchor columns differ in length")

    def __len__(self) -> int:
        return len(self.score)


@dataclass(frozen=True)
class Prediction:
    """The transferred labels: those of the vote, or the refined ones.

    Parameters
    ----------
    labels
        Type of each query cell; code -1 (unassigned) where none of the anchors that vote carries weight, or, refined,
        where the cell is like nothing in the reference.
    scores
        (n2, n_types) share of the vote for each type, rows summing to 1, or to 0 where there is no vote; or its
        probability.
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
class Refinement:
    """What the refined transfer found, beside the vote of the anchors.

    Parameters
    ----------
    types
        The reference's types.
    probabilities
        (n2, n_types) probability of each type for each query cell; rows sum to 1, whatever the cell's novelty.
    novelty
        (n2,) how unlike the reference each cell is, in robust standard deviations: about 0 for most cells.
    unlike
        (n2,) which cells belong to a population like nothing in the reference; none unless there is such a population.
    agreement
        How often the cells' genes and their accessibility, the latter taught on other cells, name the same type,
        beyond chance (kappa): 1 always, 0 as often as by chance.
    views
        What the two views have learnt, to say of a cell what each says alone; ``None`` in sessions of a program that
        did not keep it.
    by_peaks
        (n2, n_types) float32, how probable each type is by the cell's peaks alone, not cut to the cell's group;
        ``None`` where `views` is.
    """

    types: tuple[str, ...]
    probabilities: Floats
    novelty: Floats
    unlike: NDArray[np.bool_]
    agreement: float
    views: TwoViews | None = None
    by_peaks: NDArray[np.float32] | None = None


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
class SideMap:
    """A two-dimensional picture of one side, (n, 2), and on how many cells it was fitted where not on all."""

    places: Floats
    sampled: int | None = None


@dataclass(frozen=True)
class Maps:
    """Two-dimensional pictures: reference (n1, 2) from its PCA, query (n2, 2) from its LSI.

    `sampled` tells on how many cells of each the layout was fitted, where not on all.
    """

    reference: Floats
    query: Floats
    sampled: tuple[int | None, int | None] = (None, None)

    @classmethod
    def of(cls, reference: SideMap, query: SideMap) -> Maps:
        """Put the pictures of both sides together."""
        return cls(reference.places, query.places, (reference.sampled, query.sampled))

    @property
    def sides(self) -> tuple[SideMap, SideMap]:
        """The pictures of reference and query, each by itself."""
        return SideMap(self.reference, self.sampled[0]), SideMap(self.query, self.sampled[1])


@dataclass(frozen=True)
class Outcome:
    """Everything one run found, in pipeline order; `grade` is ``None`` without an answer key.

    `prediction` and `grade` are those of `TransferParameters.method`; `voted` and `refinement` hold what either method
    found, and `evaluation.methods.by_method` changes from one to the other.
    """

    variable_genes: VariableGenes
    pca: Pca
    reference_labels: ReferenceLabels
    gene_activity: GeneActivity
    lsi: Lsi
    shared: SharedSpace
    anchors: Anchors
    voted: Prediction
    refinement: Refinement
    prediction: Prediction
    grade: Grade | None
    maps: Maps
    seconds: dict[str, float]
    """Wall time of each stage that was computed for this outcome."""
    peak_memory_mib: float
    query_clusters: QueryClusters | None = None
    """The query's own clusters, where they were computed."""


@dataclass(frozen=True)
class CoEmbedding:
    """All cells of both data sets together, reference cells first.

    Parameters
    ----------
    pca
        (n1 + n2, d) joint principal components.
    map
        (n1 + n2, 2) their picture.
    n_reference
        n1: rows from here on are query cells.
    genes
        (p,) the genes used, by name.
    placed
        (n1 + n2,) False for a query cell that no anchor reaches: nothing can be imputed, and its rows are NaN.
    """

    pca: Floats
    map: Floats
    n_reference: int
    genes: Names
    placed: NDArray[np.bool_]
