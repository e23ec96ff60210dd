"""Write tests/core/io/fixtures/session-schema-1.anchorscope: a session as schema 1 has it, to be opened for ever.

Run once for each schema, with the program that writes it: `python tests/core/io/make_session_fixture.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from anchorscope.io.session import SCHEMA, SavedRun, SavedSession, SessionState, write_session
from anchorscope.parameters import Recipe, ReferenceParameters, Repairs
from anchorscope.results import (
    Anchors,
    GeneActivity,
    GeneRegions,
    Grade,
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

FOLDER = Path(__file__).parent / "fixtures"
N, GENES, AXES = 4, 3, 2
NAMES = np.array(["MS4A1", "CD3D", "LYZ"], dtype=object)
PEAK_NAMES = np.array([f"chr1:{place}00-{place}90" for place in (1, 2, 3)], dtype=object)


def tiny_session() -> SavedSession:
    """Return a session of four cells a side with one run, made up by hand."""
    reference, query = _sides()
    job = Job(reference, query, Recipe(reference=ReferenceParameters(labels="type"), seed=7))
    state = SessionState(job.recipe, 1, {"page": "explore"})
    return SavedSession(
        state, {"reference": Path("/data/rna.h5ad"), "query": Path("/data/atac.h5ad")},
        {"reference": Repairs(), "query": Repairs(min_fragments=5)}, {"reference": "r" * 64, "query": "q" * 64},
        reference, query, (SavedRun(1, job, _outcome(), 2.5),), "stamp")


def _sides() -> tuple[Reference, Query]:
    counts = sparse.csr_matrix(np.arange(N * GENES, dtype=np.float32).reshape(N, GENES))
    cells = pd.DataFrame({"type": pd.Categorical(["B", "T", None, "B"]), "depth": [1, 2, 3, 4]}, index=list("abcd"))
    columns = (LabelColumn("type", 2, 1, "category"),)
    known = [Recognised(Path(name), "h5ad", kind, N, GENES, "counts", "GRCh38", columns, ("A note.",), letter * 64)
             for name, kind, letter in (("rna.h5ad", "RNA", "r"), ("atac.h5ad", "ATAC", "q"))]
    chroms, starts = np.array(["chr1"] * GENES, dtype=object), np.array([100, 200, 300])
    return (Reference(counts, NAMES, cells, known[0]),
            Query(counts, Peaks(PEAK_NAMES, chroms, starts, starts + 90), cells, known[1], np.array([0, 1, -1, 3])))


def _outcome() -> Outcome:
    square, line = np.arange(N * AXES, dtype=np.float64).reshape(N, AXES), np.array([1.0, 0.5])
    labels, truth = Labels(("B", "T"), np.array([0, 1, -1, 0])), Labels(("B", "T"), np.array([0, 0, -1, 0]))
    genes, counts = np.arange(GENES, dtype=np.float64), sparse.csr_matrix(np.eye(N, GENES))
    regions = GeneRegions(NAMES, np.array(["chr1"] * GENES, dtype=object), *(np.array([1, 2, 3]),) * 2,
                          np.array(["+", "-", "+"], dtype=object), *(np.array([1, 2, 3]),) * 2)
    nan = float("nan")
    grade = Grade(0.75, 0.5, nan, 0.4, ("B", "T"), np.array([[2, 1], [0, 0]]), np.array([[2 / 3, 1 / 3], [0, 0]]),
                  np.array([2 / 3, nan]), line, line, np.array([3, 0]), 3, truth, labels, "type")
    voted = Prediction(labels, np.array([[0.9, 0.1], [0.2, 0.8], [0, 0], [1, 0]]), np.array([0.9, 0.8, 0, 1]),
                       sparse.csr_matrix(np.eye(N, 2)))
    refinement = Refinement(("B", "T"), voted.scores, line[[0, 1, 1, 0]], np.zeros(N, dtype=np.bool_), 0.5)
    return Outcome(
        VariableGenes(genes, genes, genes, genes, np.array([2, 1, 0])), Pca(square, square[:GENES], line),
        ReferenceLabels(labels, "column “type”", None), GeneActivity(counts, regions, sparse.csr_matrix(np.eye(GENES)),
                                                                    "GRCh38"),
        Lsi(square, line, line, np.array([0, 2]), slice(1, 2)), SharedSpace(square, square, line, NAMES),
        Anchors(np.array([0, 1]), np.array([1, 3]), np.array([0.9, 0.1])),
        voted, refinement, voted, grade, Maps(square, square + 0.5), {"pca": 0.25}, 100.0)


if __name__ == "__main__":
    write_session(FOLDER / f"session-schema-{SCHEMA}.anchorscope", tiny_session())
    sys.stdout.write("written\n")
