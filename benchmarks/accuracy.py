"""Labels of Seurat, of ours by vote and of ours refined, held against the truth, as a table with intervals."""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from against_seurat import seurat

import anchorscope
from anchorscope.evaluation.gene_statistics import auroc
from anchorscope.evaluation.threshold import reliability
from anchorscope.results import Floats, Job, Names, Reference

BOOTSTRAPS, HALVES = 200, 5
"""Times that cells are drawn anew; random halves of the cells."""

LEAST = 30
"""Reference cells of a type that is taken out to see whether its query cells are noticed."""

RARE = (10, 50)
"""Query cells of a rare type."""

SURE = 0.95
"""Accuracy at which coverage is told."""

HEAD = ("data", "method", "accuracy", "mean recall", "macro-F1", "ECE", "recall of rare types", "coverage at 95 %",
        "AUROC missing type", "spread over halves")


@dataclasses.dataclass(frozen=True)
class Called:
    """Labels by name and their scores, both (n_cells,)."""

    names: Names
    best: Floats


def main() -> None:
    """Print one row for each data set and method."""
    options = _options()
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    for folder in options.folders:
        reference = anchorscope.read_reference(folder / "rna.h5ad")
        query = anchorscope.read_query(folder / "atac.h5ad")
        for model in options.models:
            recipe = anchorscope.Recipe(
                reference=anchorscope.ReferenceParameters(labels=options.labels),
                gene_activity=anchorscope.GeneActivityParameters(model=model))
            _rows(Job(reference, query, recipe), folder, options)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="with rna.h5ad and atac.h5ad")
    options.add_argument("--labels", default="cell_type", help="column of both files (default: %(default)s)")
    options.add_argument("--models", nargs="+", default=["body-promoter"], help="gene-activity models")
    options.add_argument("--peer", type=Path, help="folder of seurat_peer.R; without R its folder expected is read")
    options.add_argument("--genes", type=Path, help="folder of gene tables, for the peer")
    options.add_argument("--missing", action="store_true", help="also take each type out of the reference in turn")
    return options.parse_args()


def _rows(job: Job, folder: Path, options: argparse.Namespace) -> None:
    truth = job.query.cells[options.labels].astype(str).to_numpy(dtype=object)
    pipeline = anchorscope.Pipeline()
    voted, found = pipeline.compute(job, "transfer"), pipeline.compute(job, "refine")
    refined = Called(np.array(found.types, dtype=object)[found.probabilities.argmax(axis=1)],
                     found.probabilities.max(axis=1))
    called = {"ours, vote": Called(voted.labels.names, voted.best), "ours, refined": refined}
    if options.peer is not None:
        called = {"Seurat": _peer(folder, options, job.query.cells.index)} | called
    missing = _missing(job, truth, options.labels, pipeline) if options.missing else {}
    name = f"{folder.name}, {job.recipe.gene_activity.model}"
    for method, labels in called.items():
        print(f"| {name} | {method} | {' | '.join(_measured(labels, truth))} | {missing.get(method, '')} | "
              f"{_halves(labels, truth)} |", flush=True)


def _peer(folder: Path, options: argparse.Namespace, cells: pd.Index) -> Called:
    """Labels of the real Seurat: run now where R is, otherwise as it once wrote them."""
    where = options.peer / "expected" / f"{folder.name}_cca"
    with tempfile.TemporaryDirectory() as temporary:
        if shutil.which("Rscript") is not None and options.genes is not None:
            where = Path(temporary) / "seurat"
            assembly = anchorscope.read_query(folder / "atac.h5ad").recognised.assembly
            genes = next(options.genes.glob(f"{assembly}.*"))
            seurat(argparse.Namespace(reference=folder / "rna.h5ad", query=folder / "atac.h5ad", genes=genes,
                                      peer=options.peer, labels=options.labels), Path(temporary))
        path = next(where.glob("predictions.tsv*"))
        table = pd.read_csv(path, sep="\t").set_index("cell").loc[cells]
    return Called(table["predicted.id"].to_numpy(dtype=object), table["prediction.score.max"].to_numpy())


# ---- what is measured ---------------------------------------------------------------------------------------------


def _measured(called: Called, truth: Names) -> list[str]:
    everyone = np.arange(len(truth))
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(truth), len(truth)) for _ in range(BOOTSTRAPS)]
    metrics: list[Callable[[Called, Names], float]] = [_accuracy, _recall, _f1, _ece, _rare, _coverage]
    return [_interval(metric, called, truth, everyone, draws) for metric in metrics]


def _interval(metric: Callable[[Called, Names], float], called: Called, truth: Names, cells: Any,
              draws: list[Any]) -> str:
    def of(some: Any) -> float:
        return metric(Called(called.names[some], called.best[some]), truth[some])

    low, high = np.nanquantile([of(draw) for draw in draws], [0.025, 0.975])
    return f"{of(cells):.3f} ({low:.3f} to {high:.3f})"


def _halves(called: Called, truth: Names) -> str:
    rng = np.random.default_rng(1)
    found = []
    for _ in range(HALVES):
        half = rng.permutation(len(truth))[: len(truth) // 2]
        found.append(_accuracy(Called(called.names[half], called.best[half]), truth[half]))
    return f"{min(found):.3f} to {max(found):.3f}"


def _accuracy(called: Called, truth: Names) -> float:
    return float(np.mean(called.names == truth))


def _recalls(called: Called, truth: Names) -> dict[str, float]:
    return {kind: float(np.mean(called.names[truth == kind] == kind)) for kind in set(truth)}


def _recall(called: Called, truth: Names) -> float:
    return float(np.mean(list(_recalls(called, truth).values())))


def _f1(called: Called, truth: Names) -> float:
    return float(np.mean([2 * np.sum((truth == kind) & (called.names == kind))
                          / (np.sum(truth == kind) + np.sum(called.names == kind)) for kind in set(truth)]))


def _ece(called: Called, truth: Names) -> float:
    return reliability(called.best, called.names == truth).ece


def _rare(called: Called, truth: Names) -> float:
    sizes = {kind: int(np.sum(truth == kind)) for kind in set(truth)}
    found = [value for kind, value in _recalls(called, truth).items() if RARE[0] <= sizes[kind] <= RARE[1]]
    return float(np.mean(found)) if found else float("nan")


def _coverage(called: Called, truth: Names) -> float:
    """Largest part of the cells, the surest first, of which 95 % are right."""
    right = np.cumsum((called.names == truth)[np.argsort(-called.best, kind="stable")])
    enough = np.flatnonzero(right >= SURE * np.arange(1, len(right) + 1))
    return float(enough[-1] + 1) / len(right) if len(enough) else 0.0


def _missing(job: Job, truth: Names, column: str, start: anchorscope.Pipeline) -> dict[str, str]:
    """Mean AUROC over types taken out of the reference, of the novelty and of one minus the vote's best score."""
    of_reference = job.reference.cells[column].astype(str).to_numpy(dtype=object)
    found: dict[str, list[float]] = {"ours, vote": [], "ours, refined": []}
    for kind in sorted(set(of_reference)):
        if np.sum(of_reference == kind) < LEAST or not (truth == kind).any():
            continue
        pipeline = start.branched()
        poorer = dataclasses.replace(job, reference=_without(job.reference, of_reference == kind))
        found["ours, vote"].append(auroc(1.0 - pipeline.compute(poorer, "transfer").best, truth == kind))
        found["ours, refined"].append(auroc(pipeline.compute(poorer, "refine").novelty, truth == kind))
    return {method: f"{np.mean(values):.3f} ({len(values)} types)" for method, values in found.items()}


def _without(reference: Reference, cells: Any) -> Reference:
    return dataclasses.replace(reference, counts=reference.counts[~cells], cells=reference.cells[~cells])


if __name__ == "__main__":
    main()
