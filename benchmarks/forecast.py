"""Measure the costs that forecasts are made from, and how far forecasts are off.

    python benchmarks/forecast.py [--write] [--folder DIR] [--sizes 500 2000 6000 12000]

Runs simulated pairs of several shapes, each in a process of its own, and takes the runs of benchmarks/scale.py whose
figures lie in the folder. Every run is then foreseen by costs that were fitted without it. Clusters, the merged map and
the links of co-accessibility, which no plain run has, are measured beside the simulated runs. --write keeps the costs
of all runs in the core.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from measured import measured
from scipy.optimize import nnls

import anchorscope
from anchorscope.forecast import standard_seconds
from anchorscope.forecast_alone import MAP, MERGED
from anchorscope.forecast_work import Sizes, clusters_work, drawing_work, memory_of, merging_work, work_of
from anchorscope.io import inspect
from anchorscope.parameters import CO_ACCESSIBILITY, GeneActivityParameters, Recipe, ReferenceParameters
from anchorscope.results import Job, QueryJob
from anchorscope.simulate import write_example

ASKED = 0.30
RECIPE = Recipe(reference=ReferenceParameters(labels="cell_type"))
LINKED = dataclasses.replace(RECIPE, gene_activity=GeneActivityParameters(model=CO_ACCESSIBILITY))
DRAWN_FROM = 0.4
"""How far the merged map is when its drawing begins."""

MOST_LINKED = 100_000_000
"""Cells times peaks up to which links are learned here: beyond, they take the better part of an hour."""

COSTS_FILE = Path(__file__).parents[1] / "src" / "anchorscope" / "forecast_costs.py"


def main() -> None:
    """Run, fit and print."""
    options = _options()
    runs = [*_simulated(options.sizes), *_large(options.folder)]
    off = [_foreseen(runs, number) for number in range(len(runs))]
    print(f"{'cells':>22}{'seconds':>10}{'foreseen':>10}{'MiB':>8}{'foreseen':>10}{'time off':>10}{'memory off':>12}")
    for run, (seconds, memory) in zip(runs, off, strict=True):
        total, sizes = sum(run["seconds"].values()), run["sizes"]
        print(f"{sizes.reference_cells:>11,} +{sizes.query_cells:>9,}{total:>10.1f}{seconds:>10.1f}"
              f"{run['memory']:>8.0f}{memory:>10.0f}{seconds / total - 1:>+10.0%}{memory / run['memory'] - 1:>+12.0%}")
    worst = max(max(abs(seconds / sum(run["seconds"].values()) - 1), abs(memory / run["memory"] - 1))
                for run, (seconds, memory) in zip(runs, off, strict=True))
    print(f"largest error {worst:.0%}   asked: at most {ASKED:.0%}   {'met' if worst <= ASKED else 'NOT MET'}")
    _print_alone(runs)
    if options.write:
        _write(*_fitted(runs))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[500, 1500, 4000, 10000])
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "anchorscope-scale")
    options.add_argument("--write", action="store_true")
    return options.parse_args()


def _simulated(sizes: list[int]) -> list[dict]:
    shapes = [(cells, cells, genes, peaks) for cells, (genes, peaks) in
              itertools.product(sizes, ((3000, 0), (12000, 60000)))]
    runs = []
    for n_reference, n_query, n_genes, n_peaks in shapes:
        with tempfile.TemporaryDirectory() as folder:
            paths = write_example(Path(folder), 0, n_reference, n_query, n_genes, n_peaks)
            runs.append(_run(*paths) | {"alone": _alone(*paths)})
    return runs


class _Watch:
    """Takes the time at which the drawing of the merged map begins."""

    def __init__(self) -> None:
        self.started, self.seconds = time.perf_counter(), 0.0

    def update(self, fraction: float) -> None:
        if fraction >= DRAWN_FROM and not self.seconds:
            self.seconds = time.perf_counter() - self.started


def _alone(reference: Path, query: Path) -> dict[str, float]:
    """Measure what a plain run does not do."""
    job = Job(anchorscope.read_reference(reference), anchorscope.read_query(query), RECIPE)
    pipeline = anchorscope.Pipeline()
    outcome, watch = pipeline.run(job), _Watch()
    anchorscope.coembed(job, outcome, watch)
    drawn = time.perf_counter() - watch.started - watch.seconds
    pipeline.compute(QueryJob(job.query, RECIPE), "query_clusters")
    found = {MERGED: watch.seconds, MAP: drawn, "labels": pipeline.seconds("query_clusters")}
    if len(job.query.cells) * len(job.query.peaks) <= MOST_LINKED:
        pipeline.compute(QueryJob(job.query, LINKED), "gene_activity")
        found["gene_activity"] = pipeline.seconds("gene_activity")
    return found


def _work_alone(sizes: Sizes) -> dict[str, dict[str, float]]:
    return {
        MERGED: merging_work(sizes, RECIPE), MAP: drawing_work(sizes.reference_cells + sizes.query_cells),
        "gene_activity": work_of(sizes, LINKED)["gene_activity"],
        "labels": clusters_work(sizes.query_cells, RECIPE.clusters.n_neighbors)}


def _print_alone(runs: list[dict]) -> None:
    """Print how far off the costs of all runs are for what a plain run does not do."""
    costs, _ = _fitted(runs)
    print(f"{'cells':>22}{'peaks':>10}{'':>16}{'seconds':>10}{'foreseen':>10}")
    for run in runs:
        sizes, work = run["sizes"], _work_alone(run["sizes"])
        for stage, seconds in run.get("alone", {}).items():
            foreseen = sum(costs[stage].get(kind, 0.0) * amount for kind, amount in work[stage].items())
            print(f"{sizes.reference_cells:>11,} +{sizes.query_cells:>9,}{sizes.peaks:>10,}{stage:>16}{seconds:>10.1f}"
                  f"{foreseen:>10.1f}")


def _large(folder: Path) -> list[dict]:
    """Return the runs that benchmarks/scale.py has measured and kept."""
    kept = folder / "scale.json"
    rows = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    return [{"sizes": Sizes(**row["sizes"]), "seconds": row["seconds"], "memory": row["memory"]} for row in rows]


def _run(reference: Path, query: Path) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        found = measured(["--reference", str(reference), "--query", str(query), "--labels", "cell_type"], Path(folder))
    return {"sizes": sizes_of_files(reference, query), "seconds": found["seconds"],
            "memory": found["peak_memory_mib"]}


def sizes_of_files(reference: Path, query: Path) -> Sizes:
    """Return the sizes of two h5ad files."""
    import h5py

    counts = []
    for path in (reference, query):
        with h5py.File(path) as file:
            counts.append(int(file["X/data"].shape[0]))
    rna, atac = inspect(reference), inspect(query)
    return Sizes(rna.n_cells, atac.n_cells, rna.n_features, atac.n_features, *counts)


def _foreseen(runs: list[dict], left_out: int) -> tuple[float, float]:
    costs, memory = _fitted([run for number, run in enumerate(runs) if number != left_out])
    sizes = runs[left_out]["sizes"]
    seconds = sum(costs[stage].get(kind, 0.0) * amount for stage, kinds in work_of(sizes, RECIPE).items()
                  for kind, amount in kinds.items())
    return seconds, sum(memory[kind] * amount for kind, amount in memory_of(sizes, RECIPE).items())


def _fitted(runs: list[dict]) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    done = [(work_of(run["sizes"], RECIPE), run["seconds"]) for run in runs]
    done += [(_work_alone(run["sizes"]), run["alone"]) for run in runs if "alone" in run]
    costs = {stage: _solved([work[stage] for work, seconds in done if stage in seconds],
                            [seconds[stage] for _, seconds in done if stage in seconds])
             for stage in [*done[0][0], MERGED, MAP]}
    return costs, _solved([memory_of(run["sizes"], RECIPE) for run in runs], [run["memory"] for run in runs])


def _solved(amounts: list[dict[str, float]], measured_values: list[float]) -> dict[str, float]:
    """Return costs that are not negative and keep the relative errors small."""
    kinds = list(dict.fromkeys(kind for each in amounts for kind in each))
    table = np.array([[each.get(kind, 0.0) for kind in kinds] for each in amounts])
    values = np.maximum(np.array(measured_values), 0.02)
    found, _ = nnls(table / values[:, None], np.ones(len(values)))
    return dict(zip(kinds, found.tolist(), strict=True))


def _write(costs: dict[str, dict[str, float]], memory: dict[str, float]) -> None:
    def shown(values: dict[str, float]) -> str:
        return "{" + ", ".join(f'"{kind}": {cost:.4g}' for kind, cost in values.items() if cost > 0) + "}"

    lines = "".join(f'    "{stage}": {shown(kinds)},\n' for stage, kinds in costs.items())
    text = COSTS_FILE.read_text(encoding="utf-8")
    head = text[: text.index("STANDARD_SECONDS")]
    COSTS_FILE.write_text(
        f'{head}STANDARD_SECONDS = {standard_seconds():.4g}\n'
        '"""Seconds of `anchorscope.forecast.standard_seconds` on the machine of the costs."""\n\n'
        f"COSTS: dict[str, dict[str, float]] = {{\n{lines}}}\n\nMEMORY: dict[str, float] = {shown(memory)}\n",
        encoding="utf-8")


if __name__ == "__main__":
    main()
