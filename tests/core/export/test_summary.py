"""The run in numbers: which keys there are, whatever the run."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from anchorscope.export import summary, write_summary
from anchorscope.pipeline import STAGES
from anchorscope.results import Job, Outcome, QueryClusters

KEYS = {"reference_cells", "query_cells", "features", "anchors", "unassigned", "accuracy", "balanced_accuracy",
        "recall", "ece", "query_clusters", "agreement", "warnings", "seconds", "peak_memory_mib", "versions", "seed"}


def test_a_graded_run(job: Job, outcome: Outcome) -> None:
    found = summary(job, outcome)
    assert set(found) == KEYS
    assert (found["reference_cells"], found["query_cells"], found["seed"]) == (200, 180, 42)
    assert found["anchors"] == len(outcome.anchors.score)
    assert found["features"] == len(outcome.shared.genes)
    right = np.mean(outcome.prediction.labels.names == job.query.cells["cell_type"].astype(str).to_numpy())
    assert found["accuracy"] == pytest.approx(right)
    assert found["balanced_accuracy"] == pytest.approx(np.mean(list(found["recall"].values())))
    assert set(found["recall"]) == set(job.query.cells["cell_type"])
    assert list(found["seconds"]) == [stage.name for stage in STAGES]
    assert found["versions"]["numpy"] == np.__version__


def test_an_ungraded_run_has_the_same_keys(named_job: Job, named_outcome: Outcome) -> None:
    found = summary(named_job, named_outcome)
    assert set(found) == KEYS
    assert found["accuracy"] is found["balanced_accuracy"] is found["recall"] is None


def test_the_querys_own_clusters_are_counted_where_they_were_made(job: Job, outcome: Outcome) -> None:
    assert summary(job, outcome)["query_clusters"] is None
    clusters = QueryClusters(np.arange(len(job.query.cells)) % 3, 0.8, 20)
    assert summary(job, dataclasses.replace(outcome, query_clusters=clusters))["query_clusters"] == 3


def test_memory_that_is_not_known_is_null(job: Job, outcome: Outcome) -> None:
    assert summary(job, dataclasses.replace(outcome, peak_memory_mib=0.0))["peak_memory_mib"] is None


@pytest.mark.parametrize("graded", [True, False])
def test_the_file_is_strict_json(
    tmp_path: Path, job: Job, outcome: Outcome, named_job: Job, named_outcome: Outcome, graded: bool
) -> None:
    work, found = (job, outcome) if graded else (named_job, named_outcome)
    write_summary(tmp_path / "summary.json", work, found)

    def refuse(constant: str) -> float:
        raise AssertionError(constant)

    text = (tmp_path / "summary.json").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=refuse) == summary(work, found)
