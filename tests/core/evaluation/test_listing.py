"""The first of very many, without sorting them all."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.evaluation import listing
from anchorscope.evaluation.listing import best_two, first_places


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("count", [0, 1, 7, 100, 1_000, 5_000])
@pytest.mark.parametrize("distinct", [1, 5, 100_000])
def test_first_places_are_those_of_a_whole_stable_sort(count, distinct, descending):
    keys = np.random.default_rng(distinct).integers(0, distinct, 1_000)
    expected = np.argsort(-keys if descending else keys, kind="stable")[:count]
    np.testing.assert_array_equal(first_places(keys, count, descending=descending), expected)


def test_the_lowest_of_all_comes_first_wherever_it_stands():
    scores = np.linspace(1.0, 0.0, 2_000)
    assert first_places(scores, 500)[0] == 1_999
    assert first_places(scores, 500, descending=True)[0] == 0


def test_no_key_has_no_place():
    assert first_places(np.zeros(0), 5).tolist() == []


@pytest.mark.parametrize("block", [3, 1_000])
def test_best_two_are_those_of_a_stable_sort(monkeypatch, block):
    monkeypatch.setattr(listing, "_BLOCK_CELLS", block)
    rng = np.random.default_rng(2)
    scores = rng.integers(0, 4, (50, 6)) / 4
    before, rows = scores.copy(), rng.permutation(50)[:20]
    first, second, score = best_two(scores, rows)
    order = np.argsort(-scores[rows], axis=1, kind="stable")
    np.testing.assert_array_equal(first, order[:, 0])
    np.testing.assert_array_equal(second, order[:, 1])
    np.testing.assert_array_equal(score, scores[rows, order[:, 1]])
    np.testing.assert_array_equal(scores, before)


def test_a_single_type_has_no_second():
    first, second, score = best_two(np.ones((4, 1)), np.arange(4))
    assert (first.tolist(), second.tolist(), score.tolist()) == ([0] * 4, [0] * 4, [0.0] * 4)
