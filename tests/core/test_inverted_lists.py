"""Nearly all neighbours are found; those that are found are the right ones in the right order."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope import neighbors
from anchorscope.errors import Cancelled
from anchorscope.neighbors import nearest
from anchorscope.progress import CancelToken, Reporting


@pytest.fixture
def by_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search by lists at every size."""
    monkeypatch.setattr(neighbors, "MOST_DISTANCES", 0)


def exact(points: np.ndarray, queries: np.ndarray, count: int) -> np.ndarray:
    squared = ((queries[:, None] - points[None]) ** 2).sum(axis=2)
    return np.argsort(squared, axis=1, kind="stable")[:, :count]


@pytest.mark.usefixtures("by_lists")
def test_nearly_all_neighbours_are_found() -> None:
    rng = np.random.default_rng(0)
    centres = 3 * rng.standard_normal((20, 10))
    points, queries = (centres[rng.integers(0, 20, n)] + rng.standard_normal((n, 10)) for n in (4000, 500))
    found, distances = nearest(points, queries, 15)
    wanted = exact(points, queries, 15)
    recall = np.mean([len(set(a) & set(b)) / 15 for a, b in zip(found, wanted, strict=True)])
    assert recall > 0.97
    assert (np.diff(distances, axis=1) >= 0).all()
    np.testing.assert_allclose(distances, np.linalg.norm(points[found] - queries[:, None], axis=2))
    assert all(len(set(row)) == 15 for row in found.tolist())


@pytest.mark.usefixtures("by_lists")
def test_points_find_themselves_first_and_the_search_repeats() -> None:
    points = np.random.default_rng(1).standard_normal((900, 6))
    found, _ = nearest(points, points, 5)
    np.testing.assert_array_equal(found[:, 0], np.arange(900))
    np.testing.assert_array_equal(nearest(points, points, 5)[0], found)


@pytest.mark.usefixtures("by_lists")
@pytest.mark.parametrize("n_points", [5, 6, 30])
def test_few_points_are_all_found(n_points: int) -> None:
    points = np.random.default_rng(2).standard_normal((n_points, 3))
    found, _ = nearest(points, points, 5)
    assert all(len(set(row)) == 5 for row in found.tolist())
    np.testing.assert_array_equal(found, exact(points, points, 5))


@pytest.mark.usefixtures("by_lists")
def test_twins_fill_lists_unevenly() -> None:
    points = np.concatenate([np.zeros((400, 2)), np.random.default_rng(3).standard_normal((10, 2)) + 50])
    found, _ = nearest(points, points[-10:], 12)
    assert set(range(400, 410)) <= set(found[0].tolist())
    assert all(len(set(row)) == 12 for row in found.tolist())


@pytest.mark.usefixtures("by_lists")
def test_it_can_be_cancelled() -> None:
    token = CancelToken()
    token.cancel()
    points = np.random.default_rng(1).standard_normal((500, 4))
    with pytest.raises(Cancelled):
        nearest(points, points, 5, Reporting(lambda _: None, token))
