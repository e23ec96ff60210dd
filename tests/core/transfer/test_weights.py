"""Weights of the anchors against a walk in plain Python that follows Seurat's description line by line."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.parameters import TransferParameters
from anchorscope.results import Anchors
from anchorscope.transfer.weights import weights_among
from core.samples import whole_weights

SPACE = np.random.default_rng(3).standard_normal((60, 5))


def drawn(n_anchors: int = 120, n_carriers: int = 30, seed: int = 0) -> Anchors:
    """Anchors sorted by reference cell, several to a query cell, scores from 0 to 1."""
    rng = np.random.default_rng(seed)
    carriers = rng.permutation(60)[:n_carriers]
    query = np.r_[carriers, rng.choice(carriers, n_anchors - n_carriers)]
    reference = rng.integers(0, 50, n_anchors)
    order = np.lexsort((query, reference))
    return Anchors(reference[order], query[order], np.round(rng.random(n_anchors), 2))


def walked(anchors: Anchors, space: np.ndarray, k: int, sd: float) -> np.ndarray:
    """(n2, n_anchors) the weights, cell by cell and neighbour by neighbour."""
    anchors_of = defaultdict(list)
    for number, cell in enumerate(anchors.query_cell.tolist()):
        anchors_of[cell].append(number)  # in anchor order, which is that of reference cells
    result = np.zeros((len(space), len(anchors)))
    for cell in range(len(space)):
        near = sorted((math.dist(space[cell], space[carrier]), carrier) for carrier in anchors_of)[:k]
        furthest, taken = near[-1][0], 0
        for distance, carrier in near:
            closeness = 1 - distance / furthest
            for number in anchors_of[carrier]:
                if taken < k:
                    taken += 1
                    result[cell, number] = 1 - math.exp(-closeness * anchors.score[number] / (2 / sd) ** 2)
        total = sum(result[cell])
        if total:
            result[cell] = [weight / total for weight in result[cell]]
    return result


@pytest.mark.parametrize(("k", "sd"), [(2, 1.0), (10, 1.0), (30, 1.0), (10, 0.1), (10, 8.0)])
@pytest.mark.parametrize("seed", [0, 1])
def test_weights_are_those_of_the_walk(k: int, sd: float, seed: int) -> None:
    anchors = drawn(seed=seed)
    found = whole_weights(anchors, SPACE, TransferParameters(k_weight=k, sd_weight=sd))
    np.testing.assert_allclose(found.toarray(), walked(anchors, SPACE, k, sd), atol=1e-9)


def test_rows_sum_to_one() -> None:
    found = whole_weights(drawn(), SPACE, TransferParameters(k_weight=10))
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-12)
    assert found.data.min() > 0
    assert np.diff(found.indptr).max() <= 10


def test_the_furthest_neighbour_has_no_weight() -> None:
    # Four cells on a line, one anchor each: seen from cell 0, cell 2 is the third and last.
    line = np.array([[0.0], [1.0], [4.0], [9.0]])
    anchors = Anchors(np.arange(4), np.arange(4), np.ones(4))
    found = whole_weights(anchors, line, TransferParameters(k_weight=3)).toarray()
    near = 1 - math.exp(-1 / 4), 1 - math.exp(-(1 - 1 / 4) / 4)
    np.testing.assert_allclose(found[0], [near[0] / sum(near), near[1] / sum(near), 0, 0], rtol=1e-6)


def test_a_cell_whose_anchors_all_score_zero_gets_no_vote() -> None:
    anchors = drawn()
    found = whole_weights(Anchors(anchors.reference_cell, anchors.query_cell, np.zeros(len(anchors))), SPACE,
                           TransferParameters(k_weight=10))
    assert found.shape == (60, 120)
    assert found.nnz == 0


def test_neighbours_at_one_and_the_same_place_count_alike() -> None:
    twins = np.zeros((5, 2))
    anchors = Anchors(np.arange(5), np.arange(5), np.full(5, 0.5))
    found = whole_weights(anchors, twins, TransferParameters(k_weight=5)).toarray()
    np.testing.assert_allclose(found, 0.2)


def test_known_neighbours_give_the_same_weights() -> None:
    anchors = drawn()
    carriers = np.unique(anchors.query_cell)
    distances = np.sqrt(((SPACE[:, None] - SPACE[None, carriers]) ** 2).sum(axis=2))
    place = np.argsort(distances, axis=1)[:, :10]
    known = weights_among(anchors, carriers[place], np.take_along_axis(distances, place, axis=1),
                          TransferParameters(k_weight=10))
    np.testing.assert_allclose(known.toarray(), walked(anchors, SPACE, 10, 1.0), atol=1e-9)


def test_fewer_cells_with_anchors_than_k_weight_are_refused() -> None:
    with pytest.raises(InputError, match=r"asks for 31 query cells with anchors: found 30; lower k\.weight to 30"):
        whole_weights(drawn(), SPACE, TransferParameters(k_weight=31))
