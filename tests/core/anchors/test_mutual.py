"""Neighbourhoods and mutual pairs by brute force."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.anchors.mutual import Across, across, mutual_pairs, neighborhoods
from anchorscope.errors import Cancelled, InputError
from anchorscope.progress import CancelToken, Reporting
from anchorscope.results import Sides
from core.samples import all_neighborhoods

REFERENCE = np.random.default_rng(1).standard_normal((40, 4))
QUERY = np.random.default_rng(2).standard_normal((55, 4))


def order(points: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """All `points`, nearest first, for each of `cells`."""
    return np.argsort(((cells[:, None] - points[None]) ** 2).sum(axis=2), axis=1, kind="stable")


def test_neighbourhoods_are_those_of_brute_force() -> None:
    found = all_neighborhoods(REFERENCE, QUERY, 9)
    np.testing.assert_array_equal(found.within_reference, order(REFERENCE, REFERENCE)[:, :9])
    np.testing.assert_array_equal(found.within_query, order(QUERY, QUERY)[:, :9])
    np.testing.assert_array_equal(found.reference_to_query, order(QUERY, REFERENCE)[:, :9])
    np.testing.assert_array_equal(found.query_to_reference, order(REFERENCE, QUERY)[:, :9])


def test_a_reciprocal_space_serves_only_the_way_from_reference_to_query() -> None:
    other = Sides(np.random.default_rng(3).standard_normal((40, 6)), np.random.default_rng(4).standard_normal((55, 6)))
    found, plain = across(REFERENCE, QUERY, 9, reciprocal=other), across(REFERENCE, QUERY, 9)
    np.testing.assert_array_equal(found.reference_to_query, order(other.query, other.reference)[:, :9])
    np.testing.assert_array_equal(found.query_to_reference, plain.query_to_reference)


def test_neighbourhoods_of_some_cells_are_rows_of_those_of_all() -> None:
    cells, every = (np.array([3, 7, 39]), np.array([0, 54])), all_neighborhoods(REFERENCE, QUERY, 9)
    found = neighborhoods(REFERENCE, QUERY, cells, across(REFERENCE, QUERY, 12), 9)
    np.testing.assert_array_equal(found.within_reference, every.within_reference[cells[0]])
    np.testing.assert_array_equal(found.within_query, every.within_query[cells[1]])
    np.testing.assert_array_equal(found.reference_to_query, every.reference_to_query[cells[0]])
    np.testing.assert_array_equal(found.query_to_reference, every.query_to_reference[cells[1]])


@pytest.mark.parametrize("k_anchor", [1, 5, 9])
def test_pairs_are_mutual_and_complete(k_anchor: int) -> None:
    to_query, to_reference = order(QUERY, REFERENCE)[:, :k_anchor], order(REFERENCE, QUERY)[:, :k_anchor]
    expected = {(i, j) for i in range(40) for j in range(55) if j in to_query[i] and i in to_reference[j]}
    one, other = mutual_pairs(across(REFERENCE, QUERY, 9), k_anchor)
    pairs = list(zip(one.tolist(), other.tolist(), strict=True))
    assert set(pairs) == expected
    assert len(pairs) == len(expected) > 0


def test_pairs_are_sorted_by_reference_cell_then_by_nearness() -> None:
    near = across(REFERENCE, QUERY, 9)
    one, other = mutual_pairs(near, 9)
    assert (np.diff(one) >= 0).all()
    for cell in set(one.tolist()):
        places = [near.reference_to_query[cell].tolist().index(query) for query in other[one == cell]]
        assert places == sorted(places)


def test_no_pair_at_all_is_refused() -> None:
    # Both reference cells look to query cell 0, which looks to itself alone: none is looked back at.
    near = Across(np.array([[0], [0]]), np.array([[2], [0]]))
    with pytest.raises(InputError, match="No anchor was found"):
        mutual_pairs(near, 1)


def test_one_cell_more_than_neighbours_is_enough() -> None:
    assert all_neighborhoods(REFERENCE[:10], QUERY[:10], 9).within_query.shape == (10, 9)


def test_it_can_be_cancelled_between_two_searches() -> None:
    token, heard = CancelToken(), []

    def hear(fraction: float) -> None:
        heard.append(fraction)
        if fraction >= 0.5:
            token.cancel()

    with pytest.raises(Cancelled):
        across(REFERENCE, QUERY, 9, Reporting(hear, token))
    assert heard == [0.5]
