"""How long a run will take and how much memory it will hold, from sizes alone, before it starts.

Every stage is a few kinds of work, such as counts read or pairs of cells compared, and each kind has a cost.
`benchmarks/forecast.py` measures the costs and prints how far the forecast is off; a short standard task tells how this
machine, as busy as it is, compares with the one on which they were measured.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import sparse

from anchorscope.counts import Counts
from anchorscope.embedding.umap import fitted_cells
from anchorscope.errors import InputError
from anchorscope.forecast_costs import COSTS, MEMORY, STANDARD_SECONDS
from anchorscope.inverted_lists import PROBES
from anchorscope.krylov import ROOM
from anchorscope.lsi.lsi import MOST_HELD
from anchorscope.machine import free_memory_mib
from anchorscope.neighbors import MOST_DISTANCES
from anchorscope.parameters import CLUSTER_AND_NAME, CO_ACCESSIBILITY, Recipe
from anchorscope.refine.refine import REPEATS
from anchorscope.results import AnyJob, QueryJob, ReferenceJob
from anchorscope.scratch import OnDisk, most_in_memory

Amounts = Mapping[str, float]
"""Billions of each kind of work."""

BILLION = 1e9
MIB = 2**20


@dataclass(frozen=True)
class Sizes:
    """What a forecast is made from: cells, features and counts that are not zero, of both sides."""

    reference_cells: int
    query_cells: int
    genes: int
    peaks: int
    reference_counts: int
    query_counts: int


@dataclass(frozen=True)
class Forecast:
    """Seconds of each stage, by name, and the largest memory of the process in MiB."""

    seconds: dict[str, float]
    memory_mib: float

    @property
    def total(self) -> float:
        """Seconds of all stages."""
        return sum(self.seconds.values())


def sizes_of(job: AnyJob) -> Sizes:
    """Return the sizes of a job; those of a side that is not there are nothing."""
    n1, genes, z1 = (0, 0, 0) if isinstance(job, QueryJob) else (
        len(job.reference.cells), len(job.reference.genes), _n_counts(job.reference.counts))
    n2, peaks, z2 = (0, 0, 0) if isinstance(job, ReferenceJob) else (
        len(job.query.cells), len(job.query.peaks), _n_counts(job.query.counts))
    return Sizes(n1, n2, genes, peaks, z1, z2)


def forecast(sizes: Sizes, recipe: Recipe, speed: float | None = None) -> Forecast:
    """Foresee a run of all stages.

    Parameters
    ----------
    sizes
        Of the data.
    recipe
        The settings.
    speed
        How many times as long as on the machine of the costs a task takes here; measured, unless given.
    """
    factor = machine_factor() if speed is None else speed
    work = work_of(sizes, recipe)
    seconds = {stage: factor * _cost(amounts, COSTS.get(stage, {})) for stage, amounts in work.items()}
    return Forecast(seconds, _cost(memory_of(sizes, recipe), MEMORY))


def check_fit(job: AnyJob, found: Forecast) -> None:
    """Refuse a job that cannot fit into the memory that is free.

    Raises
    ------
    InputError
        With the memory needed and free, and the setting that would make it fit, if there is one.
    """
    free = free_memory_mib()
    if found.memory_mib > free + _held_mib():
        raise InputError("The run would not fit into memory",
                         f"about {found.memory_mib / 1024:,.1f} GB needed and {free / 1024:,.1f} GB free",
                         _way_out(job, free + _held_mib()))


def _way_out(job: AnyJob, room_mib: float) -> str:
    """Return the setting that makes the job fit, or what else helps."""
    for words, recipe in _smaller(job.recipe):
        if forecast(sizes_of(job), recipe, 1.0).memory_mib <= room_mib:
            return words
    return "close other programs, load fewer cells, or use a computer with more memory"


def _smaller(recipe: Recipe) -> list[tuple[str, Recipe]]:
    from dataclasses import replace

    ways = []
    if recipe.anchors.k_filter:
        recipe = replace(recipe, anchors=recipe.anchors.replaced(k_filter=0))
        ways.append(("set k.filter to 0", recipe))
    if recipe.gene_activity.model == CO_ACCESSIBILITY:
        recipe = replace(recipe, gene_activity=recipe.gene_activity.replaced(model="body-promoter"))
        ways.append(("choose the gene-activity model body-promoter", recipe))
    if recipe.lsi.n_components > recipe.lsi.last_component:
        recipe = replace(recipe, lsi=recipe.lsi.replaced(n_components=recipe.lsi.last_component))
        ways.append((f"lower the LSI components to {recipe.lsi.last_component}", recipe))
    return ways


# ---- kinds of work ------------------------------------------------------------------------------------------------


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
        "labels": {"start": 1} | (_search(n1, n1) if recipe.reference.labels == CLUSTER_AND_NAME else {}),
        "lsi": {"start": 1, ("held" if z2 <= MOST_HELD else "passes"): z2 * recipe.lsi.n_components,
                "cells": n2 * recipe.lsi.n_components},
        "gene_activity": {"start": 1} | query,
        "shared_space": _sum({"start": 1, "squares": (n1 + n2) * squares, "cube": cube}, reference, query),
        "anchors": _sum({"start": 1}, _exact(n2, n1), _exact(n1, n2), _exact(n1, n1), _exact(n2, carriers)),
        "transfer": _sum({"start": 1, "cells": n2}, _search(carriers, n2)),
        "refine": {"start": 1, "cells": REPEATS * (n1 + n2)},
        "grade": {"start": 1, "cells": n2},
        "maps": _sum({"start": 1}, *(_drawing(n) for n in (n1, n2))),
    }
    return {stage: {kind: amount / (1 if kind == "start" else BILLION) for kind, amount in kinds.items()}
            for stage, kinds in work.items()}


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


def _cost(amounts: Amounts, costs: Amounts) -> float:
    return float(sum(amount * costs.get(kind, 0.0) for kind, amount in amounts.items()))


def _n_counts(counts: Counts) -> int:
    return int(counts.ends[-1]) if isinstance(counts, OnDisk) else int(counts.nnz) if sparse.issparse(counts) else 0


def _held_mib() -> float:
    """Return what the process holds already, in MiB: the forecast counts it, too."""
    import psutil

    return float(psutil.Process().memory_info().rss / MIB)


# ---- this machine -------------------------------------------------------------------------------------------------


@cache
def machine_factor() -> float:
    """Return how many times as long as on the machine of the costs work takes here; measured once, in 0.2 s."""
    return standard_seconds() / STANDARD_SECONDS


def known_factor() -> float:
    """Return the machine's factor if it was measured, otherwise 1; it never takes time."""
    return machine_factor() if machine_factor.cache_info().currsize else 1.0


def standard_seconds() -> float:
    """Return the seconds of a task like those of a run, the best of ten: dense and sparse products."""
    random = np.random.default_rng(0)
    dense = random.standard_normal((700, 700)).astype(np.float32)
    thin = sparse.csr_matrix(sparse.random_array((4000, 2000), density=0.02, rng=random))
    vectors = random.standard_normal((2000, 16))
    best = np.inf
    for _ in range(10):
        started = time.perf_counter()
        for _ in range(3):
            dense @ dense
            thin @ vectors
        best = min(best, time.perf_counter() - started)
    return float(best)
