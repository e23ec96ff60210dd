"""What comes out depends neither on the size of the blocks nor on the number of threads, beyond rounding."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from anchorscope import stages
from anchorscope.blocks import InMemory
from anchorscope.pipeline import Pipeline
from anchorscope.results import Job, Outcome

pytestmark = pytest.mark.usefixtures("fast_maps")


def check_same(found: Outcome, expected: Outcome) -> None:
    np.testing.assert_array_equal(found.prediction.labels.codes, expected.prediction.labels.codes)
    np.testing.assert_allclose(found.prediction.scores, expected.prediction.scores, atol=1e-9)
    np.testing.assert_array_equal(found.anchors.query_cell, expected.anchors.query_cell)
    np.testing.assert_allclose(np.abs(found.lsi.embeddings), np.abs(expected.lsi.embeddings), atol=1e-6)
    np.testing.assert_allclose(np.abs(found.pca.embeddings), np.abs(expected.pca.embeddings), atol=1e-6)


@pytest.mark.parametrize("block_cells", [17, 64])
def test_block_size(monkeypatch: pytest.MonkeyPatch, job: Job, outcome: Outcome, block_cells: int) -> None:
    monkeypatch.setattr(stages, "InMemory", partial(InMemory, block_cells=block_cells))
    check_same(Pipeline().run(job), outcome)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_number_of_threads(monkeypatch: pytest.MonkeyPatch, job: Job, outcome: Outcome, threads: int) -> None:
    monkeypatch.setattr("anchorscope.blocks.os.cpu_count", lambda: threads)
    monkeypatch.setattr(stages, "InMemory", partial(InMemory, block_cells=40))
    with threadpool_limits(threads):
        check_same(Pipeline().run(job), outcome)
