"""Principal components as a shared space, against dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.embedding.cca import l2_normalised
from anchorscope.embedding.projection import pca_projection, reciprocal_pca
from anchorscope.embedding.shared import REDUCTIONS, directions, gene_loadings
from anchorscope.errors import Cancelled, InputError
from anchorscope.parameters import AnchorParameters
from anchorscope.progress import SILENT, CancelToken, Reporting
from anchorscope.results import SharedSpace
from core.samples import same_axes

N_AXES = 4
GENES = np.array([f"gene{place}" for place in range(60)], dtype=object)


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    """Log values of 70 and 90 cells x 60 genes; gene 7 never varies in the reference, gene 11 never in the query."""
    rng = np.random.default_rng(8)
    programmes = rng.standard_normal((5, 60)) * np.array([3.0, 2.5, 2.0, 1.5, 1.0])[:, None]

    def cells(count: int) -> np.ndarray:
        return np.log1p(rng.poisson(np.exp(0.4 * rng.standard_normal((count, 5)) @ programmes)))

    reference, query = cells(70), cells(90)
    reference[:, 7], query[:, 11] = 0.0, np.log(3.0)
    return reference, query


def run(name: str, pair: tuple[np.ndarray, np.ndarray], block_cells: int = 2048) -> SharedSpace:
    blocks = (InMemory(sparse.csr_matrix(values), block_cells) for values in pair)
    return REDUCTIONS[name](*blocks, GENES, N_AXES, 42, SILENT)


def scaled(values: np.ndarray, like: np.ndarray) -> np.ndarray:
    sd = like.std(axis=0, ddof=1)
    return np.minimum((values - like.mean(axis=0)) / np.where(sd > 1e-12, sd, np.inf), 10.0)


def components(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.linalg.svd(values, full_matrices=False)[1][:N_AXES], np.linalg.svd(values)[2][:N_AXES].T


def test_pcaproject_lays_the_query_onto_the_references_components(pair) -> None:
    found = run("pcaproject", pair)
    reference, query = scaled(pair[0], pair[0]), scaled(pair[1], pair[0])
    strength, loadings = components(reference)
    expected = np.vstack([reference @ loadings, query @ loadings])
    ours = np.vstack([found.reference, found.query])
    np.testing.assert_allclose(found.strength, strength, rtol=1e-8)
    np.testing.assert_allclose(same_axes(ours, expected), expected, atol=1e-7)
    assert found.genes.tolist() == [name for name in GENES if name != "gene7"]
    assert found.reciprocal is None


def test_rpca_lays_each_side_onto_the_other(pair) -> None:
    found = run("rpca", pair)
    reference, query = scaled(pair[0], pair[0]), scaled(pair[1], pair[1])
    for axes, ours in ((components(reference)[1], (found.reference, found.query)),
                       (components(query)[1], (found.reciprocal.reference, found.reciprocal.query))):
        both = np.vstack([reference @ axes, query @ axes])
        expected = both / both.std(axis=0, ddof=1)
        np.testing.assert_allclose(same_axes(np.vstack(ours), expected), expected, atol=1e-7)


def test_the_query_placed_on_itself_lies_where_the_reference_does(pair) -> None:
    found = run("pcaproject", (pair[0], pair[0]))
    np.testing.assert_allclose(found.query, found.reference, atol=1e-9)
    both = run("rpca", (pair[0], pair[0]))
    np.testing.assert_allclose(both.reciprocal.reference, both.reference, atol=1e-9)


@pytest.mark.parametrize("name", ["rpca", "pcaproject"])
def test_blocks_do_not_matter(pair, name: str) -> None:
    whole, blocked = run(name, pair), run(name, pair, block_cells=7)
    np.testing.assert_allclose(blocked.reference, whole.reference, atol=1e-8)
    np.testing.assert_allclose(blocked.query, whole.query, atol=1e-8)


@pytest.mark.parametrize("compute", [reciprocal_pca, pca_projection])
def test_a_cell_without_any_count_does_no_harm(pair, compute) -> None:
    reference, query = (values.copy() for values in pair)
    reference[5] = query[8] = 0.0
    found = compute(InMemory(reference), InMemory(query), GENES, N_AXES, 42)
    assert np.isfinite(found.reference).all()
    assert np.isfinite(found.query).all()


@pytest.mark.parametrize(("compute", "n_cells", "n_genes", "expected"), [
    (reciprocal_pca, 70, 60, 30), (reciprocal_pca, 6, 60, 5), (reciprocal_pca, 70, 9, 8),
    (pca_projection, 70, 60, 30), (pca_projection, 6, 60, 5), (pca_projection, 70, 9, 7)])
def test_more_axes_than_there_can_be_are_lowered(pair, compute, n_cells: int, n_genes: int, expected: int) -> None:
    reference, query = pair[0][:n_cells, :n_genes], pair[1][:, :n_genes]
    found = compute(InMemory(reference), InMemory(query), GENES[:n_genes], 30, 42)
    assert found.reference.shape == (n_cells, expected)
    assert found.query.shape == (90, expected)


@pytest.mark.parametrize("compute", [reciprocal_pca, pca_projection])
def test_too_few_varying_genes_are_refused(pair, compute) -> None:
    reference, query = (values[:, 6:11].copy() for values in pair)
    reference[:, 2] = 1.0
    with pytest.raises(InputError, match="share too few genes that vary: found 3; "):
        compute(InMemory(reference), InMemory(query), GENES[:5], 3, 42)


@pytest.mark.parametrize("name", ["rpca", "pcaproject"])
def test_it_can_be_cancelled(pair, name: str) -> None:
    token = CancelToken()

    def hear(fraction: float) -> None:
        if fraction > 0.5:
            token.cancel()

    with pytest.raises(Cancelled):
        REDUCTIONS[name](InMemory(pair[0]), InMemory(pair[1]), GENES, N_AXES, 42, Reporting(hear, token))


def test_every_choice_of_the_setting_is_computed() -> None:
    choices = {name: declaration.choices for name, declaration, _ in AnchorParameters.declarations()}["reduction"]
    assert set(choices) == set(REDUCTIONS)


@pytest.mark.parametrize("name", ["cca", "rpca", "pcaproject"])
def test_directions_are_l2_normalised_and_the_same_where_there_is_one_space(pair, name: str) -> None:
    found = run(name, pair)
    there, back = directions(found)
    np.testing.assert_allclose(np.linalg.norm(there.query, axis=1), 1.0)
    np.testing.assert_array_equal(there.reference, l2_normalised(found.reference))
    assert (there is back) == (name != "rpca")


def test_loadings_of_cca_are_scaled_values_times_coordinates(pair) -> None:
    found = run("cca", pair)
    kept = [int(name.removeprefix("gene")) for name in found.genes]
    reference, query = pair[0][:, kept], pair[1][:, kept]
    expected = scaled(reference, reference).T @ found.reference + scaled(query, query).T @ found.query
    ours = gene_loadings(InMemory(reference, 7), InMemory(query, 11), found)
    np.testing.assert_allclose(ours, expected, atol=1e-8)


def test_loadings_of_a_pca_are_its_own(pair) -> None:
    found = run("pcaproject", pair)
    assert gene_loadings(InMemory(pair[0]), InMemory(pair[1]), found) is found.loadings
