"""Expression lent along the anchors, and both assays in one picture."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import sparse

from anchorscope import coembedding as module
from anchorscope.blocks import InMemory
from anchorscope.coembedding import Stacked, coembed, expression_of, imputed, joint_pca
from anchorscope.errors import Cancelled, InputError
from anchorscope.neighbors import nearest
from anchorscope.progress import CancelToken, Reporting
from anchorscope.results import Anchors, Job, Outcome
from core.conftest import two_axes
from core.samples import same_axes, whole

RNG = np.random.default_rng(6)
EXPRESSION = sparse.csr_matrix(RNG.random((12, 8)) * (RNG.random((12, 8)) < 0.6))
ANCHORS = Anchors(np.array([0, 3, 3, 7, 11]), np.array([0, 1, 4, 2, 2]), np.ones(5))


@pytest.fixture(autouse=True)
def fast_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "umaps", two_axes)


def test_a_cell_with_one_anchor_gets_the_expression_of_its_reference_cell() -> None:
    found = whole(imputed(sparse.csr_matrix(np.eye(5)), ANCHORS, EXPRESSION))
    np.testing.assert_array_equal(found, EXPRESSION.toarray()[[0, 3, 3, 7, 11]])


def test_imputed_expression_is_the_mean_under_the_weights() -> None:
    weights = RNG.random((9, 5))
    weights /= weights.sum(axis=1, keepdims=True)
    found = whole(imputed(sparse.csr_matrix(weights), ANCHORS, EXPRESSION))
    np.testing.assert_allclose(found, weights @ EXPRESSION.toarray()[ANCHORS.reference_cell], atol=1e-14)
    assert found.max() <= EXPRESSION.max() + 1e-12


def test_stacked_blocks_cover_all_cells_in_order() -> None:
    one, other = RNG.random((10, 3)), RNG.random((7, 3))
    both = Stacked(InMemory(one, 4), InMemory(other, 3))
    assert both.shape == (17, 3)
    assert len(both) == len(list(both)) == 6
    expected = np.vstack([one, other])
    for rows, block in both:
        np.testing.assert_array_equal(expected[rows], block)


def test_the_joint_pca_by_blocks_is_that_of_the_dense_matrix() -> None:
    lent = sparse.csr_matrix(RNG.random((9, 8)))
    found = joint_pca(EXPRESSION, InMemory(lent, 2), 3)
    both = np.vstack([EXPRESSION.toarray(), lent.toarray()])
    left, values, _ = np.linalg.svd(both - both.mean(axis=0))
    expected = left[:, :3] * values[:3]
    np.testing.assert_allclose(found.sdev, values[:3] / np.sqrt(20), rtol=1e-9)
    np.testing.assert_allclose(same_axes(found.embeddings, expected), expected, atol=1e-8)


def test_all_cells_are_embedded_reference_first(job: Job, outcome: Outcome) -> None:
    found = coembed(job, outcome)
    assert found.n_reference == 200
    assert found.pca.shape == (380, 30)
    assert found.map.shape == (380, 2)
    assert found.placed.all()
    assert list(found.genes) == list(outcome.shared.genes)
    expression = expression_of(job, outcome.shared.genes).toarray()
    lent = outcome.prediction.weights @ expression[outcome.anchors.reference_cell]
    both = np.vstack([expression, lent])
    np.testing.assert_allclose(np.linalg.norm(found.pca[:, 0]), np.linalg.norm(both - both.mean(axis=0), 2), rtol=1e-8)


def test_the_expression_is_the_references_own(job: Job, outcome: Outcome) -> None:
    found = expression_of(job, outcome.shared.genes[[4, 0]])
    counts = job.reference.counts.toarray().astype(float)
    values = np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)
    place = [list(job.reference.genes).index(name) for name in outcome.shared.genes[[4, 0]]]
    np.testing.assert_allclose(found.toarray(), values[:, place], atol=1e-12)


def test_query_cells_lie_among_reference_cells_of_their_type(job: Job, outcome: Outcome) -> None:
    found = coembed(job, outcome)
    near, _ = nearest(found.pca[:200], found.pca[200:], 1)
    types = job.reference.cells["cell_type"].astype(str).to_numpy()
    # Measured: 0.83; the most common type alone would give 0.3.
    assert np.mean(types[near[:, 0]] == outcome.prediction.labels.names) > 0.7


def test_a_cell_that_no_anchor_reaches_is_not_placed(job: Job, outcome: Outcome) -> None:
    weights = outcome.prediction.weights.tolil()
    weights[[3, 8]] = 0.0
    prediction = dataclasses.replace(outcome.prediction, weights=weights.tocsr())
    found = coembed(job, dataclasses.replace(outcome, prediction=prediction))
    assert np.flatnonzero(~found.placed).tolist() == [203, 208]
    for coordinates in (found.pca, found.map):
        np.testing.assert_array_equal(np.isnan(coordinates).all(axis=1), ~found.placed)
        assert np.isfinite(coordinates[found.placed]).all()


def test_nothing_to_impute_is_refused(job: Job, outcome: Outcome) -> None:
    empty = dataclasses.replace(outcome.prediction, weights=outcome.prediction.weights * 0.0)
    empty.weights.eliminate_zeros()
    with pytest.raises(InputError, match="Nothing can be imputed: found no query cell that an anchor reaches"):
        coembed(job, dataclasses.replace(outcome, prediction=empty))


def test_an_outcome_of_other_data_is_refused(job: Job, outcome: Outcome) -> None:
    cut = dataclasses.replace(outcome.prediction, weights=outcome.prediction.weights[:50])
    with pytest.raises(InputError, match="of other data: found 50 labelled query cells"):
        coembed(job, dataclasses.replace(outcome, prediction=cut))


def test_progress_runs_forwards_and_a_cancel_stops_it(job: Job, outcome: Outcome) -> None:
    heard: list[float] = []
    coembed(job, outcome, Reporting(heard.append, CancelToken()))
    assert heard == sorted(heard)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        coembed(job, outcome, Reporting(heard.append, token))
