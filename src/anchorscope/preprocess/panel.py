"""Names for clusters from a panel of marker genes."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
from scipy import sparse

from anchorscope.block_forms import Matrix
from anchorscope.blocks import CellBlocks
from anchorscope.engine import sum_over
from anchorscope.errors import InputError
from anchorscope.parameters import MarkerPanel
from anchorscope.progress import SILENT, Progress
from anchorscope.results import ClusterNaming, Floats, Ints, Labels, Names


def name_clusters(
    expression: CellBlocks, genes: Names, clusters: Ints, panel: MarkerPanel, naming: str, progress: Progress = SILENT
) -> ClusterNaming:
    """Name each cluster by the panel type whose markers are highest in it.

    Parameters
    ----------
    expression
        Log-normalised expression, (n_cells, n_genes).
    genes
        (n_genes,) symbols of its columns.
    clusters
        (n_cells,) cluster of each cell, numbered from 0.
    panel
        Markers by type; a type with several markers scores their mean. A gene that the data lack is looked for without
        regard to case, so that a human panel serves mouse data; it must then be the only such gene.
    naming
        ``"raw"`` compares mean expression as it is; ``"zscore"`` first standardises each marker across clusters, so
        that a marker which is high everywhere (IL7R, LYZ) cannot hide one that is specific (CD8A, FCER1A).
    progress
        Told as the pass over the cells goes on.

    Returns
    -------
    ClusterNaming
        The winner of each cluster, all scores, and which panel entries had no gene or won no cluster.

    Raises
    ------
    InputError
        If no marker of the panel is in the data.
    """
    column = _columns(genes, panel)
    # Two spellings of one gene are one marker.
    present = list(dict.fromkeys((kind, column[gene]) for kind, gene in panel.entries if gene in column))
    if not present:
        raise _no_marker(genes, panel)
    sizes = np.bincount(clusters)
    means = _cluster_means(expression, np.array([c for _, c in present]), clusters, sizes, progress)
    types, by_type = _grouped(present, means)
    scores = _grouped(present, _z_scored(means))[1] if naming == "zscore" else by_type
    names, margin, runner_up = _winners(types, scores)
    return ClusterNaming(
        clusters, sizes, types, by_type, scores, names, unused=tuple(kind for kind in types if kind not in names),
        missing=tuple(entry for entry in panel.entries if entry[1] not in column),
        matched=tuple((gene, genes[place]) for gene, place in column.items() if genes[place] != gene),
        margin=margin, runner_up=runner_up)


def renamed(naming: ClusterNaming, names: tuple[tuple[int, str], ...]) -> ClusterNaming:
    """Give clusters other names than the panel's.

    Parameters
    ----------
    naming
        What the panel says; its scores stay as they are.
    names
        Pairs of cluster, counted from 0, and its new name.

    Returns
    -------
    ClusterNaming
        With the new names, and a record of every change; a name that is the panel's own is no change.

    Raises
    ------
    InputError
        If there is no such cluster, a cluster is named twice, or a name is empty.
    """
    _check_names(names, len(naming.names))
    changed = tuple((cluster, naming.names[cluster], name) for cluster, name in sorted(names)
                    if name != naming.names[cluster])
    now = list(naming.names)
    for cluster, _, name in changed:
        now[cluster] = name
    return dataclasses.replace(naming, names=tuple(now), overridden=changed)


def labels_of(naming: ClusterNaming) -> Labels:
    """Return the type of each cell: its cluster's name."""
    names = np.array(naming.names, dtype=object)[naming.clusters]
    return labels_from_names(names)


def labels_from_names(names: Names) -> Labels:
    """Turn (n_cells,) type names into `Labels`, types in order of first appearance; ``""`` is missing."""
    types = tuple(dict.fromkeys(name for name in names if name))
    code = {name: place for place, name in enumerate(types)} | {"": -1}
    return Labels(types, np.array([code[name] for name in names], dtype=np.int64))


def spelled(panel: MarkerPanel, genes: Names) -> dict[str, str]:
    """Return the name among `genes` of each panel gene that is there, if only in case it may differ, and but once."""
    exact = set(genes)
    folded = {gene.casefold(): gene for gene in exact}
    spellings = Counter(gene.casefold() for gene in exact)
    return {gene: gene if gene in exact else folded[gene.casefold()] for _, gene in panel.entries
            if gene in exact or spellings[gene.casefold()] == 1}


def _columns(genes: Names, panel: MarkerPanel) -> dict[str, int]:
    """Column of each panel gene that the data have."""
    places = {gene: place for place, gene in reversed(list(enumerate(genes)))}
    return {gene: places[name] for gene, name in spelled(panel, genes).items()}


def _no_marker(genes: Names, panel: MarkerPanel) -> InputError:
    wanted = ", ".join(gene for _, gene in panel.entries[:8])
    return InputError(
        "No marker of the panel is among the reference's genes",
        f"genes such as {', '.join(genes[:4])}, while the panel asks for {wanted}",
        "choose a panel for this tissue and species, or take the labels from a column")


def _winners(types: tuple[str, ...], scores: Floats) -> tuple[tuple[str, ...], Floats, tuple[str, ...]]:
    order = np.argsort(-scores, axis=0, kind="stable")
    names = tuple(types[place] for place in order[0])
    if len(types) < 2:
        return names, np.full(scores.shape[1], np.nan), ("",) * scores.shape[1]
    sorted_scores = np.take_along_axis(scores, order[:2], axis=0)
    return names, sorted_scores[0] - sorted_scores[1], tuple(types[place] for place in order[1])


def _check_names(names: tuple[tuple[int, str], ...], n_clusters: int) -> None:
    for cluster, name in names:
        if not 0 <= cluster < n_clusters:
            raise InputError(f"There is no cluster {cluster} to be called “{name}”", f"clusters 0 to {n_clusters - 1}",
                             "name another cluster, or keep the clustering resolution the names were given for")
        if not name.strip():
            raise InputError(f"The name given to cluster {cluster} is empty", "no text", "give it a name")
    twice = [cluster for cluster, times in Counter(cluster for cluster, _ in names).items() if times > 1]
    if twice:
        raise InputError(f"Cluster {twice[0]} is named twice", ", ".join(f"“{n}”" for c, n in names if c == twice[0]),
                         "keep one of its names")


def _cluster_means(
    expression: CellBlocks, columns: Ints, clusters: Ints, sizes: Ints, progress: Progress
) -> Floats:
    def sums(rows: slice, block: Matrix) -> Floats:
        total = np.zeros((len(sizes), len(columns)))
        np.add.at(total, clusters[rows], sparse.csr_matrix(block)[:, columns].toarray())
        return total

    return np.asarray(sum_over(expression, sums, progress).T / sizes)


def _z_scored(means: Floats) -> Floats:
    if means.shape[1] < 2:
        return means
    sd = means.std(axis=1, ddof=1, keepdims=True)
    centred = means - means.mean(axis=1, keepdims=True)
    return np.asarray(np.divide(centred, sd, out=np.zeros_like(means), where=sd > 0))


def _grouped(present: list[tuple[str, int]], values: Floats) -> tuple[tuple[str, ...], Floats]:
    types = tuple(dict.fromkeys(kind for kind, _ in present))
    kinds = np.array([kind for kind, _ in present], dtype=object)
    return types, np.array([values[kinds == kind].mean(axis=0) for kind in types])
