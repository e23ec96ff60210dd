"""Scores of types by single peaks: what they tell, what they must not remember, and how they are made."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.errors import Cancelled
from anchorscope.progress import CancelToken, Reporting
from anchorscope.refine import peak_scores as module
from anchorscope.refine.folds import FOLDS, folds
from anchorscope.refine.peak_scores import peak_scores

N_PEAKS = 60


def counted(rates: np.ndarray, seed: int = 0) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.random.default_rng(seed).poisson(rates).astype(np.float64))


def two_types(n_cells: int = 200, contrast: float = 4.0) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Cells of two types, which open other peaks: counts and certain probabilities."""
    codes = np.arange(n_cells) % 2
    rates = np.where(np.arange(N_PEAKS) % 2 == codes[:, None], contrast, 1.0)
    return counted(rates), np.eye(2)[codes]


def test_cells_have_the_highest_score_in_the_type_whose_peaks_they_open() -> None:
    counts, probabilities = two_types()
    scores = peak_scores(InMemory(counts), probabilities, seed=0)
    assert scores.shape == probabilities.shape
    assert np.mean(scores.argmax(axis=1) == probabilities.argmax(axis=1)) > 0.99


def test_scores_are_log_likelihood_ratios_of_the_profiles_of_the_other_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Written out cell by cell, with the prior of all profiles set."""
    counts, probabilities = two_types(40)
    prior = 300.0
    monkeypatch.setattr(module, "_prior_counts", lambda *_: prior)
    found = peak_scores(InMemory(counts), probabilities, seed=3)
    dense, fold = counts.toarray(), folds(40, 3)
    overall = dense.sum(axis=0) / dense.sum()
    for cell in range(40):
        others = fold != fold[cell]
        taught = probabilities[others].T @ dense[others]
        share = (taught + prior * overall) / (taught.sum(axis=1, keepdims=True) + prior)
        expected = np.log(share / overall) @ dense[cell] / np.sqrt(dense[cell].sum())
        np.testing.assert_allclose(found[cell], expected, atol=1e-4)


def test_no_cell_is_scored_by_what_it_taught() -> None:
    """One cell alone opens its own peaks and claims a type; its score of that type must not rise for it."""
    counts, probabilities = two_types()
    counts = counts.tolil()
    counts[7, :] = 0.0
    counts[7, :2] = 50.0
    sure = [np.vstack([probabilities[:7], row, probabilities[8:]]) for row in ([[1.0, 0.0]], [[0.0, 1.0]])]
    one, other = (peak_scores(InMemory(counts.tocsr()), lessons, seed=0)[7] for lessons in sure)
    assert one[0] - one[1] <= other[0] - other[1] + 0.05


def test_noise_tells_nothing_and_the_prior_silences_it() -> None:
    counts, probabilities = two_types(contrast=1.0)
    told = peak_scores(InMemory(two_types()[0]), probabilities, seed=0)
    noise = peak_scores(InMemory(counts), probabilities, seed=0)
    assert np.abs(noise).max() < 0.1 * np.abs(told).max()


def test_the_prior_found_foretells_better_than_a_hundredth_or_a_hundredfold_of_it() -> None:
    counts, probabilities = two_types(contrast=1.6)
    fold = folds(200, 0)
    profiles = module._Profiles.of(module._taught(InMemory(counts), probabilities, fold, module.SILENT))

    def foretold(prior: float) -> float:
        return sum(float((profiles.left_out[k] * profiles.log_ratios(k, prior)).sum()) for k in range(FOLDS))

    best = module._prior_counts(profiles, module.SILENT)
    assert foretold(best) > max(foretold(best / 100), foretold(best * 100))


def test_deep_cells_are_not_surer_by_their_noise() -> None:
    """Counts of a cell that is of no type spread as much at ten times the depth."""
    _, probabilities = two_types(400)
    codes = probabilities.argmax(axis=1)
    rates = np.where(np.arange(N_PEAKS) % 2 == codes[:, None], 3.0, 1.0)
    rates[::4] = 2.0
    rates[::8] *= 10.0
    scores = peak_scores(InMemory(counted(rates)), probabilities, seed=0)
    apart = scores[:, 0] - scores[:, 1]
    deep, shallow = apart[::8], apart[4::8]
    assert 0.6 < deep.std() / shallow.std() < 1.7


def test_blocks_and_empty_cells_peaks_and_types_change_nothing() -> None:
    """But for where the search for the prior ends, within its tolerance, when sums are rounded otherwise."""
    counts, probabilities = two_types()
    whole = peak_scores(InMemory(counts), probabilities, seed=0)
    np.testing.assert_allclose(peak_scores(InMemory(counts, block_cells=33), probabilities, seed=0), whole, atol=0.01)
    padded = sparse.csr_matrix(sparse.hstack([counts, sparse.csr_matrix((200, 3))]))
    more = peak_scores(InMemory(padded), np.hstack([probabilities, np.zeros((200, 1))]), seed=0)
    np.testing.assert_allclose(more[:, :2], whole, atol=0.01)
    np.testing.assert_array_equal(more[:, 2], 0.0)
    counts = counts.tolil()
    counts[5] = 0.0
    np.testing.assert_array_equal(peak_scores(InMemory(counts.tocsr()), probabilities, seed=0)[5], 0.0)


def test_a_query_without_any_count_has_no_scores() -> None:
    nothing = InMemory(sparse.csr_matrix((20, N_PEAKS)))
    np.testing.assert_array_equal(peak_scores(nothing, np.full((20, 2), 0.5), seed=0), np.zeros((20, 2)))


def test_of_very_many_peaks_some_decide_the_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, probabilities = two_types()
    whole = peak_scores(InMemory(counts), probabilities, seed=0)
    monkeypatch.setattr(module, "ENOUGH", N_PEAKS // 3)
    some = peak_scores(InMemory(counts), probabilities, seed=0)
    assert np.corrcoef(whole.ravel(), some.ravel())[0, 1] > 0.99


@pytest.mark.parametrize("until", [0.1, 0.4, 0.7])
def test_a_cancel_is_heard_in_either_pass(until: float) -> None:
    counts, probabilities = two_types()
    token = CancelToken()

    def stop(fraction: float) -> None:
        if fraction > until:
            token.cancel()

    with pytest.raises(Cancelled):
        peak_scores(InMemory(counts, block_cells=10), probabilities, 0, Reporting(stop, token))
