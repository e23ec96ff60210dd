"""How the values of genes are spread over types, tell a type from the rest, and agree between assays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import rankdata

from anchorscope.results import Floats, Ints, Labels


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
    found = np.full(len(size), np.nan)
    np.divide((left * right).sum(axis=0), size, out=found, where=varies & (size > 0))
    return found
