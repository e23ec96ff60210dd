"""LSI: TF-IDF, numpy's SVD and z-scores put together, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.errors import InputError
from anchorscope.lsi.lsi import lsi
from anchorscope.parameters import LsiParameters
from anchorscope.results import Lsi
from core.samples import poisson, same_axes

FEW = LsiParameters(n_components=6, first_component=2, last_component=5, min_peak_count=0)


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    """80 cells x 60 peaks in two groups of cells, with depths from 20 to 120 counts or so."""
    rng = np.random.default_rng(3)
    rate = rng.gamma(1.0, size=(2, 60))[np.arange(80) % 2] + 0.3
    return rng.poisson(rate * rng.uniform(0.3, 2.0, (80, 1))).astype(np.float64)


@pytest.fixture(scope="module")
def found(counts: np.ndarray) -> Lsi:
    return lsi(InMemory(sparse.csr_matrix(counts)), FEW, 42)


def reference(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The left singular vectors and values of the TF-IDF matrix by numpy."""
    weights = np.log1p(counts / counts.sum(axis=1, keepdims=True) * len(counts) / counts.sum(axis=0) * 1e4)
    left, values, _ = np.linalg.svd(weights, full_matrices=False)
    return left, values


def test_embeddings_are_numpys_left_vectors_z_scored(counts: np.ndarray, found: Lsi) -> None:
    left, values = reference(counts)
    expected = (left - left.mean(axis=0)) / left.std(axis=0, ddof=1)
    np.testing.assert_allclose(
        same_axes(found.embeddings, expected[:, :6]), expected[:, :6], atol=1e-6)
    np.testing.assert_allclose(found.sdev, values[:6] / np.sqrt(60 - 1), rtol=1e-8)


def test_every_component_has_mean_0_and_sd_1(found: Lsi) -> None:
    np.testing.assert_allclose(found.embeddings.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(found.embeddings.std(axis=0, ddof=1), 1.0, rtol=1e-12)


def test_depth_correlation_is_pearsons_with_log_depth(counts: np.ndarray, found: Lsi) -> None:
    depth = np.log10(counts.sum(axis=1) + 1)
    expected = [np.corrcoef(column, depth)[0, 1] for column in found.embeddings.T]
    np.testing.assert_allclose(found.depth_correlation, expected, atol=1e-10)
    assert np.abs(found.depth_correlation).argmax() == 0


def test_space_is_what_transfer_uses_counted_from_one(found: Lsi) -> None:
    assert found.used == slice(1, 5)
    np.testing.assert_array_equal(found.space, found.embeddings[:, 1:5])


def test_the_last_component_is_lowered_to_what_there_is(counts: np.ndarray) -> None:
    found = lsi(InMemory(counts), FEW.replaced(last_component=30), 42)
    assert found.space.shape == (80, 5)


def test_rare_peaks_are_left_out(counts: np.ndarray) -> None:
    rare = counts.copy()
    rare[:, 10] = 0
    rare[:5, 10] = 1
    assert 10 in lsi(InMemory(rare), FEW.replaced(min_peak_count=4), 42).peak_index
    assert 10 not in lsi(InMemory(rare), FEW.replaced(min_peak_count=5), 42).peak_index


def test_blocks_do_not_matter(counts: np.ndarray, found: Lsi) -> None:
    blocked = lsi(InMemory(sparse.csr_matrix(counts), block_cells=7), FEW, 42)
    np.testing.assert_allclose(blocked.embeddings, found.embeddings, atol=1e-6)
    np.testing.assert_array_equal(blocked.peak_index, found.peak_index)


def test_an_empty_cell_is_placed_somewhere_finite(counts: np.ndarray) -> None:
    empty = counts.copy()
    empty[7] = 0
    assert np.isfinite(lsi(InMemory(sparse.csr_matrix(empty)), FEW, 42).embeddings).all()


@pytest.mark.parametrize(("first", "last"), [(5, 5), (6, 4), (7, 30)])
def test_components_that_leave_fewer_than_two_are_refused(counts: np.ndarray, first: int, last: int) -> None:
    with pytest.raises(InputError, match="LSI components to use are too few"):
        lsi(InMemory(counts), FEW.replaced(first_component=first, last_component=last), 42)


def test_too_few_peaks_or_cells_are_refused(counts: np.ndarray) -> None:
    with pytest.raises(InputError, match="more than 10000 counts: found 0 peaks in 80 cells"):
        lsi(InMemory(counts), FEW.replaced(min_peak_count=10_000), 42)
    with pytest.raises(InputError, match="found 60 peaks in 3 cells"):
        lsi(InMemory(poisson(3, 60, 2.0) + 1), FEW, 42)
