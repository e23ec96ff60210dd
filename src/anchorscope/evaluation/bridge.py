"""Does accessibility speak for expression? Marker genes by type, how well each tells its type, and gene by gene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import rankdata

from anchorscope.blocks import CellBlocks
from anchorscope.errors import InputError
from anchorscope.preprocess.scale import select_genes
from anchorscope.progress import SILENT, Part, Progress, tracked
from anchorscope.results import Floats, Ints, Labels, Names


@dataclass(frozen=True)
class ByType:
    """How the values of genes are spread in each type: all arrays (n_types, n_genes), NaN for a type without cells."""

    types: tuple[str, ...]
    genes: tuple[str, ...]
    n_cells: Ints
    """(n_types,) cells of each type."""
    mean: Floats
    lower: Floats
    """First quartile."""
    median: Floats
    upper: Floats
    """Third quartile."""
    expressed: Floats
    """Fraction of cells with a value above zero."""


@dataclass(frozen=True)
class MarkerCheck:
    """How well one marker's activity tells its type from the rest.

    `auroc` is the chance that a cell of the type has more of it than another cell, ties counting half; NaN where
    there is no cell of the type, no other cell, or no activity of the gene.
    """

    type: str
    gene: str
    n_cells: int
    auroc: float


@dataclass(frozen=True)
class Bridge:
    """What the bridge between the assays bears.

    Parameters
    ----------
    genes
        (n_genes,) markers of the panel and further genes that have activity, without repetition.
    absent
        Genes asked for that have none.
    values
        (n2, n_genes) csc float64: log-normalised activity, for drawing.
    spread
        The same by type of the query.
    markers
        One check for each entry of the panel.
    over_types
        (n_genes,) Pearson correlation, over the types both data sets have, of mean activity and mean expression; NaN
        with fewer than three such types, without variation, or for a gene that the reference lacks.
    over_cells
        (n_genes,) the same over the nuclei measured in both assays; ``None`` without a pairing.
    """

    genes: tuple[str, ...]
    absent: tuple[str, ...]
    values: sparse.csc_matrix
    spread: ByType
    markers: tuple[MarkerCheck, ...]
    over_types: Floats
    over_cells: Floats | None


@dataclass(frozen=True)
class Measured:
    """One assay in gene space: log-normalised values (n_cells, n_genes), the genes' names, the type of each cell."""

    values: CellBlocks
    genes: Names
    labels: Labels


def bridge(query: Measured, reference: Measured, markers: Sequence[tuple[str, str]], genes: Sequence[str] = (),
           pairing: Ints | None = None, progress: Progress = SILENT) -> Bridge:
    """Hold the query's gene activity against its types and against the reference's expression.

    Parameters
    ----------
    query
        Gene activity, with the types that the cells were called or truly have.
    reference
        Expression, with the labels that travelled.
    markers
        Pairs of type and gene, as `anchorscope.parameters.MarkerPanel.entries`.
    genes
        Further genes to look at.
    pairing
        (n2,) the reference row measured in the same nucleus, or -1.
    progress
        Told as the pass over each data set goes on.

    Raises
    ------
    InputError
        If none of the genes has activity.
    """
    asked = tuple(dict.fromkeys([*(gene for _, gene in markers), *genes]))
    there = set(query.genes)
    known = tuple(gene for gene in asked if gene in there)
    if not known:
        raise InputError("None of the genes has activity in the query", ", ".join(asked[:8]) or "no gene at all",
                         "choose genes of the same species, by symbol")
    activity = columns_of(query.values, query.genes, known, Part(progress, 0.0, 0.5))
    expression = columns_of(reference.values, reference.genes, known, Part(progress, 0.5, 1.0))
    lacking = ~np.isin(np.array(known, dtype=object), reference.genes)
    over_types = correlation_over_types(activity, query.labels, expression, reference.labels)
    over_cells = None if pairing is None else correlation_over_cells(activity, expression, pairing)
    for values in (over_types, over_cells):
        if values is not None:
            values[lacking] = np.nan
    return Bridge(known, tuple(gene for gene in asked if gene not in there), activity,
                  by_type(activity, known, query.labels), marker_checks(activity, known, markers, query.labels),
                  over_types, over_cells)


def columns_of(values: CellBlocks, names: Names, wanted: Sequence[str],
               progress: Progress = SILENT) -> sparse.csc_matrix:
    """Return the columns of the genes `wanted`, in one pass: (n_cells, n_wanted) csc; an unknown gene is all zero."""
    place = {gene: number for number, gene in enumerate(names)}
    found = [number for number, gene in enumerate(wanted) if gene in place]
    chosen = select_genes(values, np.array([place[wanted[number]] for number in found], dtype=np.int64))
    stacked = sparse.vstack([block for _, block in tracked(chosen, progress)], format="csr")
    spots = sparse.csr_matrix((np.ones(len(found)), (np.arange(len(found)), found)), shape=(len(found), len(wanted)))
    return sparse.csc_matrix(stacked @ spots)


def by_type(values: sparse.csc_matrix, genes: tuple[str, ...], labels: Labels) -> ByType:
    """Return mean, quartiles and the fraction above zero of each gene in each type.

    Parameters
    ----------
    values
        (n_cells, n_genes).
    genes
        Their names.
    labels
        Type of each cell; cells without one are left out.
    """
    n_types, n_genes = len(labels.types), len(genes)
    numbers = np.full((5, n_types, n_genes), np.nan)
    members = [np.flatnonzero(labels.codes == code) for code in range(n_types)]
    for gene in range(n_genes):
        column = values[:, [gene]].toarray().ravel()
        for code, cells in enumerate(members):
            if len(cells):
                own = column[cells]
                numbers[:, code, gene] = [own.mean(), *np.quantile(own, [0.25, 0.5, 0.75]), (own > 0).mean()]
    n_cells = np.array([len(cells) for cells in members], dtype=np.int64)
    return ByType(labels.types, genes, n_cells, *numbers)


def marker_checks(values: sparse.csc_matrix, genes: tuple[str, ...], markers: Sequence[tuple[str, str]],
                  labels: Labels) -> tuple[MarkerCheck, ...]:
    """Return how well each marker tells its type; `values` (n_cells, n_genes), cells without a type are left out."""
    place = {gene: number for number, gene in enumerate(genes)}
    code = {name: number for number, name in enumerate(labels.types)}
    known, checks = labels.codes >= 0, []
    for kind, gene in markers:
        of_type = labels.codes[known] == code.get(kind, -2)
        score = (auroc(values[:, [place[gene]]].toarray().ravel()[known], of_type) if gene in place else float("nan"))
        checks.append(MarkerCheck(kind, gene, int(of_type.sum()), score))
    return tuple(checks)


def auroc(values: Floats, positive: NDArray[np.bool_]) -> float:
    """Return the chance that a positive cell has a larger value than a negative one, ties counting half.

    Parameters
    ----------
    values
        (n,) any finite numbers.
    positive
        (n,) which cells are meant to have the larger ones.

    Returns
    -------
    float
        0 to 1, 0.5 without any difference; NaN if all cells or none are positive.

    Notes
    -----
    The area under the ROC curve by the rank sum (Mann and Whitney 1947, doi 10.1214/aoms/1177730491).
    """
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return float("nan")
    ranks = rankdata(values)[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(ranks / (n_positive * n_negative))


def correlation_over_types(activity: sparse.csc_matrix, called: Labels, expression: sparse.csc_matrix,
                           labels: Labels) -> Floats:
    """Return, per gene, the correlation of mean activity and mean expression over the types that both data sets have.

    Parameters
    ----------
    activity, expression
        (n2, n_genes) and (n1, n_genes) of the same genes.
    called, labels
        Types of the query's and the reference's cells, matched by name.

    Returns
    -------
    numpy.ndarray
        (n_genes,) NaN with fewer than three types in both, or without variation.
    """
    there = {name: code for code, name in enumerate(labels.types) if (labels.codes == code).any()}
    both = [(there[name], code) for code, name in enumerate(called.types)
            if name in there and (called.codes == code).any()]
    if len(both) < 3:
        return np.full(activity.shape[1], np.nan)
    of_reference, of_query = zip(*both, strict=True)
    return _correlations(_means(activity, called, of_query), _means(expression, labels, of_reference))


def correlation_over_cells(activity: sparse.csc_matrix, expression: sparse.csc_matrix, pairing: Ints) -> Floats:
    """Return, per gene, the correlation of activity and expression over the nuclei measured in both assays.

    Parameters
    ----------
    activity, expression
        (n2, n_genes) and (n1, n_genes) of the same genes.
    pairing
        (n2,) the reference row of the same nucleus, or -1.

    Returns
    -------
    numpy.ndarray
        (n_genes,) NaN with fewer than three pairs, or without variation.
    """
    paired = pairing >= 0
    if paired.sum() < 3:
        return np.full(activity.shape[1], np.nan)
    one, other = activity.tocsr()[paired].tocsc(), expression.tocsr()[pairing[paired]].tocsc()
    single = [_correlations(one[:, [gene]].toarray(), other[:, [gene]].toarray())[0] for gene in range(one.shape[1])]
    return np.array(single)


def _means(values: sparse.csc_matrix, labels: Labels, codes: Sequence[int]) -> Floats:
    return np.vstack([np.asarray(values[labels.codes == code].mean(axis=0)).ravel() for code in codes])


def _correlations(one: Floats, other: Floats) -> Floats:
    """Pearson's r of each pair of columns, NaN where one does not vary."""
    left, right = one - one.mean(axis=0), other - other.mean(axis=0)
    size = np.linalg.norm(left, axis=0) * np.linalg.norm(right, axis=0)
    # What is left of a constant column after its mean is taken off is rounding.
    varies = (np.ptp(one, axis=0) > 0) & (np.ptp(other, axis=0) > 0)
    return np.divide((left * right).sum(axis=0), size, out=np.full(len(size), np.nan), where=varies & (size > 0))
