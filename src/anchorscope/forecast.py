"""How long a run will take and how much memory it will hold, from sizes alone, before it starts.

Every stage is a few kinds of work, such as counts read or pairs of cells compared, and each kind has a cost.
`benchmarks/forecast.py` measures the costs and prints how far the forecast is off; a short standard task tells how this
machine, as busy as it is, compares with the one on which they were measured.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anchorscope.counts import Counts
from anchorscope.errors import InputError
from anchorscope.forecast_costs import COSTS, MEMORY, STANDARD_SECONDS
from anchorscope.forecast_work import MIB, Amounts, Sizes, memory_of, work_of
from anchorscope.machine import free_memory_mib
from anchorscope.parameters import CO_ACCESSIBILITY, Recipe
from anchorscope.results import AnyJob, QueryJob, ReferenceJob
from anchorscope.scratch import OnDisk


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
    seconds = {stage: factor * cost(amounts, COSTS.get(stage, {})) for stage, amounts in work.items()}
    return Forecast(seconds, cost(memory_of(sizes, recipe), MEMORY))


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


def cost(amounts: Amounts, costs: Amounts) -> float:
    """Return what so much work costs."""
    return float(sum(amount * costs.get(kind, 0.0) for kind, amount in amounts.items()))


def _n_counts(counts: Counts) -> int:
    return int(counts.ends[-1]) if isinstance(counts, OnDisk) else int(counts.nnz) if sparse.issparse(counts) else 0


def _held_mib() -> float:
    """Return what the process holds already, in MiB: the forecast counts it, too."""
    import psutil

    return float(psutil.Process().memory_info().rss / MIB)


# ---- this machine -------------------------------------------------------------------------------------------------


LOOKS_KEPT = 5
_looks: deque[float] = deque(maxlen=LOOKS_KEPT)
"""Seconds of the standard task, the latest last; every thread may add to it."""


def look_again() -> None:
    """Measure in 0.2 s how fast this machine is; of the last five such looks the one least disturbed counts."""
    _looks.append(standard_seconds())


def machine_factor() -> float:
    """Return how many times as long as on the machine of the costs work takes here; measured where it never was."""
    if not _looks:
        look_again()
    return known_factor()


def known_factor() -> float:
    """Return the machine's factor if it was measured, otherwise 1; it never takes time."""
    return min(_looks, default=STANDARD_SECONDS) / STANDARD_SECONDS


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
