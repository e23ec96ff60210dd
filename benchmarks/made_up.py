"""A finished run of any size, made up in a moment, for measuring the window that shows it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from anchorscope.evaluation.grade import grade
from anchorscope.parameters import GradeParameters, Recipe, ReferenceParameters
from anchorscope.results import (
    Anchors,
    GeneActivity,
    GeneRegions,
    Job,
    LabelColumn,
    Labels,
    Lsi,
    Maps,
    Outcome,
    Pca,
    Peaks,
    Prediction,
    Query,
    Recognised,
    Reference,
    ReferenceLabels,
    Refinement,
    SharedSpace,
    VariableGenes,
)

N_TYPES, N_GENES, N_PEAKS, VOTES = 14, 20, 20, 8
RIGHT = 0.8
"""Share of the cells that get their true type."""


def made_up(n_cells: int, seed: int = 0) -> tuple[Job, Outcome]:
    """Return a job and its outcome with `n_cells` on each side: clouds of points, labels, scores, votes, a grade."""
    rng = np.random.default_rng(seed)
    types = tuple(f"type {chr(ord('A') + place)}" for place in range(N_TYPES))
    centres, share = rng.normal(scale=6.0, size=(N_TYPES, 2)), rng.dirichlet(np.full(N_TYPES, 2.0))
    truths = [Labels(types, rng.choice(N_TYPES, n_cells, p=share)) for _ in range(2)]
    maps = Maps(*(centres[truth.codes] + rng.normal(size=(n_cells, 2)) for truth in truths))
    job = Job(_reference(truths[0], rng), _query(truths[1], rng),
              Recipe(reference=ReferenceParameters(labels="cell_type"), grade=GradeParameters(truth="cell_type")))
    anchors = Anchors(np.sort(rng.integers(n_cells, size=n_cells)), rng.integers(n_cells, size=n_cells),
                      rng.random(n_cells))
    prediction = _prediction(truths[1], len(anchors), rng)
    nothing, empty = np.zeros(N_GENES), np.zeros((n_cells, 1))
    outcome = Outcome(
        variable_genes=VariableGenes(nothing, nothing, nothing, nothing, np.arange(N_GENES)),
        pca=Pca(empty, np.zeros((N_GENES, 1)), np.ones(1)),
        reference_labels=ReferenceLabels(truths[0], "cell_type", None),
        gene_activity=_activity(n_cells, rng), lsi=Lsi(empty, np.ones(1), np.zeros(1), np.arange(N_PEAKS), slice(0, 1)),
        shared=SharedSpace(empty, empty, np.ones(1), _names("GENE", N_GENES)), anchors=anchors, voted=prediction,
        refinement=Refinement(types, prediction.scores, rng.normal(size=n_cells), np.zeros(n_cells, np.bool_), 0.7),
        prediction=prediction, grade=grade(prediction.labels, truths[1], "cell_type"), maps=maps, seconds={},
        peak_memory_mib=0.0)
    return job, outcome


def _prediction(truth: Labels, n_anchors: int, rng: np.random.Generator) -> Prediction:
    n = len(truth.codes)
    called = np.where(rng.random(n) < RIGHT, truth.codes, rng.integers(N_TYPES, size=n))
    scores = rng.random((n, N_TYPES)) ** 4
    scores[np.arange(n), called] = scores.max(axis=1) + rng.random(n)
    scores /= scores.sum(axis=1, keepdims=True)
    weights = sparse.csr_matrix((np.full(n * VOTES, 1 / VOTES), rng.integers(n_anchors, size=n * VOTES),
                                 np.arange(n + 1) * VOTES), shape=(n, n_anchors))
    return Prediction(Labels(truth.types, called), scores, scores.max(axis=1), weights)


def _reference(truth: Labels, rng: np.random.Generator) -> Reference:
    return Reference(_counts(len(truth.codes), N_GENES, rng), _names("GENE", N_GENES), _cells(truth),
                     _recognised("RNA", truth, N_GENES))


def _query(truth: Labels, rng: np.random.Generator) -> Query:
    start = np.arange(1, N_PEAKS + 1) * 10_000
    names = np.array([f"chr1:{one}-{one + 500}" for one in start], dtype=object)
    peaks = Peaks(names, np.full(N_PEAKS, "chr1", dtype=object), start, start + 500)
    return Query(_counts(len(truth.codes), N_PEAKS, rng), peaks, _cells(truth), _recognised("ATAC", truth, N_PEAKS))


def _activity(n_cells: int, rng: np.random.Generator) -> GeneActivity:
    start = np.arange(1, N_GENES + 1) * 10_000
    regions = GeneRegions(_names("GENE", N_GENES), np.full(N_GENES, "chr1", dtype=object), start, start + 500,
                          np.full(N_GENES, "+", dtype=object), start, start + 500)
    return GeneActivity(_counts(n_cells, N_GENES, rng).astype(np.float64), regions,
                        sparse.eye(N_GENES, N_PEAKS, format="csr"), "GRCh38")


def _counts(n_cells: int, n_columns: int, rng: np.random.Generator) -> sparse.csr_matrix:
    """Return five counts for each cell."""
    each = 5
    return sparse.csr_matrix((np.ones(n_cells * each, dtype=np.float32), rng.integers(n_columns, size=n_cells * each),
                              np.arange(n_cells + 1) * each), shape=(n_cells, n_columns))


def _cells(truth: Labels) -> pd.DataFrame:
    index = pd.Index([f"CELL{place:08d}-1" for place in range(len(truth.codes))])
    return pd.DataFrame({"cell_type": pd.Categorical.from_codes(truth.codes, list(truth.types))}, index=index)


def _recognised(kind: str, truth: Labels, n_features: int) -> Recognised:
    column = LabelColumn("cell_type", len(truth.types), 0, "category")
    return Recognised(Path("made_up.h5ad"), "h5ad", kind, len(truth.codes), n_features, "counts",
                      "GRCh38" if kind == "ATAC" else None, (column,), (), "", "human", (kind,))


def _names(stem: str, number: int) -> np.ndarray:
    return np.array([f"{stem}{place}" for place in range(number)], dtype=object)
