"""The kinds of work that every stage does, and what holds memory, from the sizes of the data alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anchorscope.embedding.umap import fitted_cells
from anchorscope.gene_activity.cell_groups import MOST_TRIES
from anchorscope.gene_activity.coaccessibility import MOST_PEAKS, SAMPLED_WINDOWS
from anchorscope.inverted_lists import PROBES
from anchorscope.krylov import ROOM
from anchorscope.lsi.lsi import MOST_HELD
from anchorscope.neighbors import MOST_DISTANCES
from anchorscope.parameters import CLUSTER_AND_NAME, CO_ACCESSIBILITY, GeneActivityParameters, Recipe
from anchorscope.refine.refine import REPEATS
from anchorscope.scratch import most_in_memory

Amounts = Mapping[str, float]
"""Billions of each kind of work."""

BILLION = 1e9
MIB = 2**20
GENOME = 3e9
"""Base pairs over which the peaks are taken to be spread, as in human and mouse."""


@dataclass(frozen=True)
class Sizes:
    """What a forecast is made from: cells, features and counts that are not zero, of both sides."""

    reference_cells: int
    query_cells: int
    genes: int
    peaks: int
    reference_counts: int
    query_counts: int


def work_of(sizes: Sizes, recipe: Recipe) -> dict[str, Amounts]:
    """Return how much work of each kind every stage does, in billions."""
    n1, n2, z1, z2 = sizes.reference_cells, sizes.query_cells, sizes.reference_counts, sizes.query_counts
    genes = min(recipe.reference.n_variable_genes, sizes.genes)
    squares, cube = genes**2, genes**3
    carriers = min(n2, 3 * n1)
    reference, query = _passed(z1), _passed(z2)
    work: dict[str, dict[str, float]] = {
        "variable_genes": {"start": 1} | reference,
        "pca": {"start": 1, "squares": n1 * squares, "cube": cube} | reference,
        "labels": _sum({"start": 1}, _clustering(n1, recipe.reference.n_neighbors)
                       if recipe.reference.labels == CLUSTER_AND_NAME else {}),
        "lsi": {"start": 1, ("held" if z2 <= MOST_HELD else "passes"): z2 * recipe.lsi.n_components,
                "cells": n2 * recipe.lsi.n_components},
        "gene_activity": _sum({"start": 1}, query, _links(sizes, recipe.gene_activity)
                              if recipe.gene_activity.model == CO_ACCESSIBILITY else {}),
        "shared_space": _sum({"start": 1, "squares": (n1 + n2) * squares, "cube": cube}, reference, query),
        "anchors": _sum({"start": 1}, _exact(n2, n1), _exact(n1, n2), _exact(n1, n1), _exact(n2, carriers)),
        "transfer": _sum({"start": 1, "cells": n2}, _search(carriers, n2)),
        "refine": _sum({"start": 1, "cells": 2 * REPEATS * (n1 + n2)}, _passed(z2)),
        "grade": {"start": 1, "cells": n2},
        "maps": _sum({"start": 1}, *(_drawing(n) for n in (n1, n2))),
    }
    return {stage: _billions(kinds) for stage, kinds in work.items()}


def clusters_work(n_cells: int, n_neighbors: int) -> Amounts:
    """Return the work of finding clusters of so many cells."""
    return _billions(_sum({"start": 1}, _clustering(n_cells, n_neighbors)))


def drawing_work(n_cells: int) -> Amounts:
    """Return the work of drawing one map of so many cells."""
    return _billions(_drawing(n_cells))


def merging_work(sizes: Sizes, recipe: Recipe) -> Amounts:
    """Return the work of embedding both assays together, but for drawing them."""
    n1, n2 = sizes.reference_cells, sizes.query_cells
    genes = min(recipe.reference.n_variable_genes, sizes.genes)
    # Expression is lent anew in each of the three passes, by about as many reference cells as k.weight.
    entries = sizes.reference_counts / max(n1, 1) * genes / max(sizes.genes, 1)
    lent = 3 * n2 * min(recipe.transfer.k_weight, n1) * entries
    return _billions({"start": 1, "squares": (n1 + n2) * genes**2, "cube": genes**3, "lent": lent,
                      "counts": sizes.reference_counts})


def memory_of(sizes: Sizes, recipe: Recipe) -> Amounts:
    """Return what holds memory: the program itself, and MiB of each kind of data."""
    n1, n2, z1, z2 = sizes.reference_cells, sizes.query_cells, sizes.reference_counts, sizes.query_counts
    limit = most_in_memory()
    counts = sum(8 * z for z in (z1, z2) if z <= limit)
    if recipe.gene_activity.model == CO_ACCESSIBILITY:
        counts += 24 * z2
    side, d = min(n2, sizes.peaks), recipe.lsi.n_components
    basis = 8 * min(ROOM * d, side) * side
    held = 8 * z2 if z2 <= MOST_HELD else 0
    filtered = 8 * 200 * (n1 + n2) if recipe.anchors.k_filter else 0
    # LSI by passes keeps its components in single precision.
    own = (8 if z2 <= MOST_HELD else 4) * n2 * d
    cells = own + 8 * n1 * recipe.reference.n_components + 8 * (n1 + n2) * recipe.anchors.n_components
    # What LSI works with is given back before anchors and labels need more than the coordinates.
    lsi = max(held + basis - 1.5 * cells, 0)
    return {"program": 1.0, "counts": counts / MIB, "lsi": lsi / MIB, "filtered": filtered / MIB, "cells": cells / MIB}


def _passed(n_counts: int) -> dict[str, float]:
    """Return the counts of one side that a stage passes over: in memory once, on disk as often as needed."""
    return {"counts" if n_counts <= most_in_memory() else "streamed": n_counts}


def _exact(n_points: int, n_queries: int) -> dict[str, float]:
    """Return the same of a search that misses nothing."""
    return {"pairs": n_points * n_queries, "chosen": n_queries}


def _search(n_points: int, n_queries: int) -> dict[str, float]:
    """Return the pairs of cells compared in one search, and the cells whose neighbours are chosen."""
    if n_points * n_queries <= MOST_DISTANCES:
        return _exact(n_points, n_queries)
    lists = np.sqrt(n_points)
    return {"listed": n_points * lists + n_queries * (lists + PROBES * lists), "chosen": n_queries}


def _drawing(n_cells: int) -> dict[str, float]:
    fitted = fitted_cells(n_cells)
    epochs = 500 if fitted <= 10_000 else 200
    placed = _search(fitted, n_cells) if fitted < n_cells else {}
    return _sum({"moves": fitted * epochs}, _search(fitted, fitted), placed)


def _sum(*kinds: Amounts) -> dict[str, float]:
    names = dict.fromkeys(name for each in kinds for name in each)
    return {name: sum(each.get(name, 0.0) for each in kinds) for name in names}


def _clustering(n_cells: int, n_neighbors: int) -> dict[str, float]:
    return _search(n_cells, n_cells) | {"graph": n_cells * n_neighbors}


def _links(sizes: Sizes, settings: GeneActivityParameters) -> dict[str, float]:
    """Return the work of learning which peaks open together, as if they lay evenly on the genome."""
    windows = min(2 * GENOME / settings.links_window, float(sizes.peaks))
    inside = min(max(sizes.peaks * settings.links_window / GENOME, 2.0), float(MOST_PEAKS))
    groups = min(MOST_TRIES, sizes.query_cells)
    summed = 2 * sizes.query_counts * groups * settings.links_cells / max(sizes.query_cells, 1)
    return _sum(_search(sizes.query_cells, sizes.query_cells),
                {"sampled": SAMPLED_WINDOWS, "cubes": windows * inside**3, "summed": summed})


def _billions(kinds: Amounts) -> Amounts:
    return {kind: amount / (1 if kind == "start" else BILLION) for kind, amount in kinds.items()}
