"""The maps: neighbours stay neighbours, the same seed gives the same map, and a cancel acts between two epochs."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from anchorscope.embedding.umap import _curve, fuzzy_graph, umaps
from anchorscope.errors import Cancelled
from anchorscope.neighbors import nearest
from anchorscope.parameters import UmapParameters
from anchorscope.progress import CancelToken, Reporting
from core.samples import groups


def test_maps_keep_groups_apart_repeat_with_the_seed_and_report() -> None:
    space, group = groups((25, 35), n_axes=4)
    heard: list[float] = []
    first, again, other = umaps([space, space, space[::-1]], UmapParameters(n_neighbors=10), 42,
                                Reporting(heard.append, CancelToken()))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (60, 2)
    assert first.dtype == np.float64
    centres = np.array([first[group == name].mean(axis=0) for name in (0, 1)])
    nearest_centre = np.linalg.norm(first[:, None] - centres, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest_centre, group)
    assert all(0 <= fraction <= 1 for fraction in heard)


def test_another_seed_gives_another_map() -> None:
    space = groups((40, 30))[0]
    one, = umaps([space], UmapParameters(n_neighbors=10), 1)
    two, = umaps([space], UmapParameters(n_neighbors=10), 2)
    assert not np.allclose(one, two)


def test_neighbours_stay_neighbours() -> None:
    """On a ring in ten dimensions, which fits into two: most of a cell's neighbours are its neighbours in the map."""
    angle = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    plane = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 2)))[0]
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) @ plane.T
    drawn, = umaps([ring], UmapParameters(n_neighbors=15), 42)
    wanted, found = nearest(ring, ring, 11)[0], nearest(drawn, drawn, 11)[0]
    kept = np.mean([len(set(a) & set(b)) - 1 for a, b in zip(wanted, found, strict=True)]) / 10
    assert kept > 0.8


def test_each_cells_strengths_add_up_to_the_logarithm_of_its_neighbours() -> None:
    points = np.random.default_rng(1).normal(size=(80, 5))
    indices, distances = nearest(points, points, 16)
    near = distances[:, 1:] - distances[:, 1:2]
    graph = fuzzy_graph(indices, distances).toarray()
    np.testing.assert_allclose(graph, graph.T)
    assert not graph.diagonal().any()
    assert 0 < graph[graph > 0].min() <= graph.max() <= 1
    # The nearest neighbour is tied fully, and a + b - ab of two strengths is never less than either.
    rows = np.arange(80)
    np.testing.assert_allclose(graph[rows, indices[:, 1]], 1.0)
    assert (np.take_along_axis(graph, indices[:, 1:], axis=1).sum(axis=1) >= np.log2(16) - 1e-6).all()
    assert (near[:, -1] > 0).all()


def test_twins_do_not_break_the_graph() -> None:
    points = np.repeat(np.random.default_rng(2).normal(size=(4, 3)), 10, axis=0)
    graph = fuzzy_graph(*nearest(points, points, 8))
    assert np.isfinite(graph.data).all()
    assert np.isfinite(umaps([points], UmapParameters(n_neighbors=8), 42)[0]).all()


def test_the_curve_falls_from_the_minimum_distance_on() -> None:
    a, b = _curve(0.3)
    # The values that uwot and umap-learn print for a spread of 1.
    assert (a, b) == (pytest.approx(0.992, abs=2e-3), pytest.approx(1.112, abs=2e-3))


def test_a_cancel_ends_it_within_a_second() -> None:
    token, moments = CancelToken(), []
    umaps([groups((20, 20))[0]], UmapParameters(), 42)

    def cancel() -> None:
        moments.append(time.perf_counter())
        token.cancel()

    thread = threading.Timer(0.3, cancel)
    thread.start()
    with pytest.raises(Cancelled):
        umaps([groups((4000, 4000))[0]] * 2, UmapParameters(), 42, Reporting(lambda _: None, token))
    thread.join()
    assert time.perf_counter() - moments[0] < 1.0


@pytest.mark.parametrize("n_cells", [1, 2, 4])
def test_a_handful_of_cells_is_drawn_by_its_first_two_axes(n_cells: int) -> None:
    space = np.random.default_rng(3).normal(size=(n_cells, 3))
    drawn, = umaps([space], UmapParameters(), 42)
    assert drawn.shape == (n_cells, 2)
    order = np.argsort(space[:, 0])
    assert (np.diff(drawn[order, 0]) >= 0).all()


def test_one_axis_is_enough() -> None:
    space = np.random.default_rng(3).normal(size=(60, 1))
    assert np.isfinite(umaps([space], UmapParameters(n_neighbors=10), 42)[0]).all()
