"""The nearest points in single precision: all of them, whatever the groups and blocks."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope import closest
from anchorscope.closest import Points


def places(n: int, d: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


@pytest.mark.parametrize(("block", "tile"), [(1, 16_384), (5_000, 16_384), (1_000_000, 16_384), (5_000, 100), (900, 1)])
@pytest.mark.parametrize(("n", "count"), [(1, 1), (3, 3), (50, 1), (700, 33), (700, 700), (4097, 5)])
def test_the_nearest_in_order(monkeypatch: pytest.MonkeyPatch, block: int, tile: int, n: int, count: int) -> None:
    monkeypatch.setattr(closest, "BLOCK_DISTANCES", block)
    monkeypatch.setattr(closest, "TILE", tile)
    points, queries = places(n, 6, 1), places(40, 6, 2)
    squared = ((queries[:, None].astype(float) - points[None]) ** 2).sum(axis=2)
    found = Points.of(points).closest(queries, count)
    assert found.shape == (40, count)
    # Rounding to single precision may swap two that are equally far but for it.
    np.testing.assert_allclose(np.take_along_axis(squared, found, axis=1), np.sort(squared, axis=1)[:, :count],
                               rtol=1e-5, atol=1e-5)
    assert all(len(set(row)) == count for row in found.tolist())


@pytest.mark.parametrize("tile", [16_384, 130])
def test_of_points_equally_far_the_first_are_taken(monkeypatch: pytest.MonkeyPatch, tile: int) -> None:
    monkeypatch.setattr(closest, "TILE", tile)
    points = np.repeat(places(4, 3, 1), 100, axis=0)
    found = Points.of(points).closest(points[[0, 150, 399]], 7)
    np.testing.assert_array_equal(found, np.array([[0], [100], [300]]) + np.arange(7))


def test_thousands_of_points_equally_far_are_no_burden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closest, "TILE", 100)
    most, kept = [], closest._sorted

    def noted(parts: list[closest.Part], n_rows: int, count: int) -> object:
        most.append(sum(len(row) for row, _, _ in parts))
        return kept(parts, n_rows, count)

    monkeypatch.setattr(closest, "_sorted", noted)
    points = np.concatenate([places(5, 3, 1), np.zeros((5_000, 3), dtype=np.float32)])
    found = Points.of(points).closest(np.zeros((4, 3), dtype=np.float32), 9)
    np.testing.assert_array_equal(found, np.tile(np.arange(5, 14), (4, 1)))
    assert max(most) < 2_000


def test_some_of_the_points() -> None:
    points, queries = places(200, 4, 1), places(9, 4, 2)
    some = np.array([7, 3, 100, 50, 199])
    np.testing.assert_array_equal(Points.of(points).taking(some).closest(queries, 2),
                                  Points.of(points[some]).closest(queries, 2))
