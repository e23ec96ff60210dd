"""Labels that travel only between cells of the same group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.neighbors import nearest
from anchorscope.parameters import TransferParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Anchors, Floats, Ints, Labels
from anchorscope.transfer.weights import check_carriers, weights_among


@dataclass(frozen=True)
class Groups:
    """The group of each reference cell (n1,) and query cell (n2,), by the same codes; -1 where a cell has none."""

    names: tuple[str, ...]
    reference: Ints
    query: Ints


def matched_groups(reference: Labels, query: Labels) -> Groups:
    """Give the groups of both data sets the same codes.

    Parameters
    ----------
    reference, query
        The group of each cell, by name.

    Raises
    ------
    InputError
        If the query has a group that no reference cell is of.
    """
    known = {name: code for code, name in enumerate(reference.types)}
    unknown = [name for name in query.types if name not in known]
    if unknown:
        raise InputError(
            f"Query groups that the reference does not have: {_listed(unknown)}",
            f"{_listed(reference.types)} in the reference and {_listed(query.types)} in the query",
            "give the same groups the same names in both, or leave the group columns empty")
    codes = np.array([*(known[name] for name in query.types), -1])
    return Groups(reference.types, reference.codes, codes[query.codes])


def grouped_weights(anchors: Anchors, space: Floats, groups: Groups, parameters: TransferParameters,
                    progress: Progress = SILENT) -> sparse.csr_matrix:
    """Return the vote of each anchor for each query cell, each group by itself.

    Parameters
    ----------
    anchors, space, parameters, progress
        As `anchorscope.transfer.weights.anchor_weights`.
    groups
        The group of each cell of either data set.

    Returns
    -------
    scipy.sparse.csr_matrix
        (n2, n_anchors) float64 over all anchors. A query cell hears only anchors both of whose cells are of its group,
        as if the others did not exist, so it gets only types that its group has in the reference. A group with fewer
        cells that carry anchors than k.weight asks all it has. The row of a cell without a group, or in whose group
        no anchor carries weight, is empty: the cell is unassigned.

    Raises
    ------
    InputError
        If fewer than k.weight query cells carry anchors within their group, over all groups.

    Notes
    -----
    The restriction of ArchR's constrained integration (Granja et al. 2021, doi 10.1038/s41588-021-00790-6), by columns
    instead of lists of cells, and after one search for anchors instead of one per group. With a single group it is the
    unrestricted transfer.
    """
    own = groups.reference[anchors.reference_cell]
    within = np.where(own == groups.query[anchors.query_cell], own, -1)
    check_carriers(anchors.query_cell[within >= 0], parameters.k_weight)
    whole = sparse.csr_matrix((len(space), len(anchors)))
    for group in range(len(groups.names)):
        part = Part(progress, group / len(groups.names), (group + 1) / len(groups.names))
        cells, kept = np.flatnonzero(groups.query == group), np.flatnonzero(within == group)
        if len(cells) and len(kept):
            few = Anchors(anchors.reference_cell[kept], anchors.query_cell[kept], anchors.score[kept])
            whole = whole + _placed(_group_weights(few, space, cells, parameters, part), cells, kept, whole.shape)
    return sparse.csr_matrix(whole)


def _group_weights(anchors: Anchors, space: Floats, cells: Ints, parameters: TransferParameters,
                   progress: Progress) -> sparse.csr_matrix:
    carriers = np.unique(anchors.query_cell)
    near, distances = nearest(space[carriers], space[cells], min(parameters.k_weight, len(carriers)), progress)
    return weights_among(anchors, carriers[near], distances, parameters)


def _placed(weights: sparse.csr_matrix, rows: Ints, columns: Ints, shape: tuple[int, int]) -> sparse.csr_matrix:
    entries = weights.tocoo()
    return sparse.csr_matrix((entries.data, (rows[entries.row], columns[entries.col])), shape=shape)


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"“{name}”" for name in names[:8]) + (" …" if len(names) > 8 else "")
