"""Nearly all neighbours are found; those that are found are the right ones in the right order."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope import neighbors
from anchorscope.errors import Cancelled
from anchorscope.inverted_lists import Lists, _centres
from anchorscope.neighbors import nearest
from anchorscope.progress import SILENT, CancelToken, Reporting


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


def test_a_cancel_is_obeyed_between_the_steps_in_which_centres_are_learnt() -> None:
    points, heard, token = np.random.default_rng(0).standard_normal((3000, 4)).astype(np.float32), [], CancelToken()

    def hear(fraction: float) -> None:
        heard.append(fraction)
        if len(heard) == 20:
            token.cancel()

    with pytest.raises(Cancelled):
        Lists(points, Reporting(hear, token))
    assert heard == [0.0] * 20  # the centres alone are more than that


def test_centres_are_the_same_whether_anybody_listens_or_not() -> None:
    from sklearn.cluster import MiniBatchKMeans

    points = np.random.default_rng(0).standard_normal((900, 4)).astype(np.float32)
    sample = points[np.sort(np.random.default_rng(0).choice(900, 640, replace=False))]
    expected = MiniBatchKMeans(10, batch_size=4096, n_init=1, max_iter=20, random_state=0).fit(sample).cluster_centers_
    np.testing.assert_array_equal(_centres(points, 10, SILENT), expected)
