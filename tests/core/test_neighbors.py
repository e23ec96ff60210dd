"""Nearest neighbours against all distances."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.errors import Cancelled, InputError
from anchorscope.neighbors import Search, nearest
from anchorscope.progress import CancelToken, Reporting

POINTS = np.random.default_rng(5).standard_normal((60, 4))
OTHERS = np.random.default_rng(6).standard_normal((25, 4))


def all_distances(points: np.ndarray, queries: np.ndarray) -> np.ndarray:
    return np.sqrt(((queries[:, None] - points[None]) ** 2).sum(axis=2))


@pytest.mark.parametrize("block", [1, 7 * 60, 2048 * 60])
@pytest.mark.parametrize("queries", [1, 10, 1000])
def test_indices_and_distances_are_those_of_brute_force(
    monkeypatch: pytest.MonkeyPatch, block: int, queries: int
) -> None:
    monkeypatch.setattr("anchorscope.closest.BLOCK_DISTANCES", block)
    monkeypatch.setattr("anchorscope.neighbors.EXACT_QUERIES", queries)
    indices, distances = nearest(POINTS, OTHERS, 9)
    expected = all_distances(POINTS, OTHERS)
    np.testing.assert_array_equal(indices, np.argsort(expected, axis=1)[:, :9])
    np.testing.assert_allclose(distances, np.sort(expected, axis=1)[:, :9], rtol=1e-12)


def test_points_find_themselves_first() -> None:
    indices, distances = nearest(POINTS, POINTS, 5)
    np.testing.assert_array_equal(indices[:, 0], np.arange(60))
    np.testing.assert_allclose(distances[:, 0], 0.0, atol=1e-7)


def test_even_among_exact_twins() -> None:
    twins = np.repeat(POINTS[:10], 4, axis=0) * 1e3
    for count in (2, 6):
        indices, distances = nearest(twins, twins, count)
        np.testing.assert_array_equal(indices[:, 0], np.arange(40))
        assert all(len(set(row)) == count for row in indices.tolist())
        assert (distances[:, 0] == 0).all()
        assert (indices[:, 1] // 4 == np.arange(40) // 4).all()


def test_as_many_neighbours_as_points_are_possible_one_more_is_not() -> None:
    assert sorted(nearest(POINTS[:5], OTHERS, 5)[0][0]) == [0, 1, 2, 3, 4]
    with pytest.raises(InputError, match="6 neighbours were asked for: found only 5 cells"):
        nearest(POINTS[:5], OTHERS, 6)


def test_it_reports_and_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anchorscope.neighbors.EXACT_QUERIES", 10)
    token, heard = CancelToken(), []

    def hear(fraction: float) -> None:
        heard.append(fraction)
        token.cancel()

    with pytest.raises(Cancelled):
        nearest(POINTS, OTHERS, 3, Reporting(hear, token))
    assert heard == [0.4]


def test_differences_beyond_single_precision_still_decide() -> None:
    """Points far from the origin that differ in the eighth digit: the search is coarse, the choice is not."""
    rng = np.random.default_rng(5)
    points = 1e3 + np.concatenate([1e-5 * rng.standard_normal((4, 3)), rng.standard_normal((40, 3))])
    indices, distances = nearest(points, points[:4], 3)
    expected = all_distances(points, points[:4])
    np.testing.assert_array_equal(indices, np.argsort(expected, axis=1)[:, :3])
    np.testing.assert_allclose(distances, np.sort(expected, axis=1)[:, :3], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("own", [None, np.arange(3, 28)])
def test_indices_alone_are_the_same(own: np.ndarray | None) -> None:
    queries = OTHERS if own is None else POINTS[own]
    wanted, _ = nearest(POINTS, queries, 6, own=own)
    found = Search(POINTS, len(queries), exact=True).indices(queries, 6, own=own)
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, wanted)
