"""Names for clusters from a panel of marker genes."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.blocks import CellBlocks
from anchorscope.errors import InputError
from anchorscope.parameters import MarkerPanel
from anchorscope.progress import SILENT, Progress, tracked
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
        Markers by type; a type with several markers scores their mean.
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
    column = {gene: place for place, gene in reversed(list(enumerate(genes)))}
    present = [(kind, column[gene]) for kind, gene in panel.entries if gene in column]
    missing = tuple(entry for entry in panel.entries if entry[1] not in column)
    if not present:
        wanted = ", ".join(gene for _, gene in panel.entries[:8])
        raise InputError(
            "No marker of the panel is among the reference's genes",
            f"genes such as {', '.join(genes[:4])}, while the panel asks for {wanted}",
            "choose a panel for this tissue and species, or take the labels from a column")
    sizes = np.bincount(clusters)
    means = _cluster_means(expression, np.array([c for _, c in present]), clusters, sizes, progress)
    types, by_type = _grouped(present, means)
    scores = _grouped(present, _z_scored(means))[1] if naming == "zscore" else by_type
    winners = scores.argmax(axis=0)
    unused = tuple(kind for place, kind in enumerate(types) if place not in set(winners.tolist()))
    return ClusterNaming(clusters, sizes, types, by_type, scores, tuple(types[w] for w in winners), missing, unused)


def labels_of(naming: ClusterNaming) -> Labels:
    """Return the type of each cell: its cluster's name."""
    names = np.array(naming.names, dtype=object)[naming.clusters]
    return labels_from_names(names)


def labels_from_names(names: Names) -> Labels:
    """Turn (n_cells,) type names into `Labels`, types in order of first appearance; ``""`` is missing."""
    types = tuple(dict.fromkeys(name for name in names if name))
    code = {name: place for place, name in enumerate(types)} | {"": -1}
    return Labels(types, np.array([code[name] for name in names], dtype=np.int64))


def _cluster_means(
    expression: CellBlocks, columns: Ints, clusters: Ints, sizes: Ints, progress: Progress
) -> Floats:
    total = np.zeros((len(columns), len(sizes)))
    for rows, block in tracked(expression, progress):
        values = sparse.csr_matrix(block)[:, columns].toarray()
        np.add.at(total.T, clusters[rows], values)
    return total / sizes


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
