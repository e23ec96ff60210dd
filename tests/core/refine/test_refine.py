"""Refined labels: what they must do on data that are easy to name, and on data that hardly are data."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.embedding.cca import l2_normalised
from anchorscope.errors import Cancelled
from anchorscope.evaluation.threshold import reliability
from anchorscope.parameters import NAMED, REFINED, SEURAT, TransferParameters
from anchorscope.refine import discriminant
from anchorscope.refine.common_ground import common_ground
from anchorscope.refine.methods import prediction_of, refinement_of
from anchorscope.refine.novelty import novelty, unlike
from anchorscope.refine.refine import REPEATS, Evidence, refined
from anchorscope.results import Anchors, Labels, Prediction, Sides
from anchorscope.transfer.groups import Groups
from core.samples import aligned, groups

TYPES = ("a", "b", "c")


def evidence(sizes: tuple[int, ...] = (80, 60, 40), known: int = 3, noise: float = 1.2) -> tuple[Evidence, np.ndarray]:
    """A query of groups in both spaces; the reference has the first `known` of them, anchors join like with like."""
    rng = np.random.default_rng(3)
    seen, truth = groups(sizes, n_axes=6, apart=4.0, seed=1)
    centres = np.eye(max(8, len(sizes)))[: len(sizes), :8] * 4.0
    reference_types = np.repeat(np.arange(known), 50)
    reference = l2_normalised(centres[reference_types] + rng.normal(size=(len(reference_types), 8)) + 1.0)
    query = l2_normalised(centres[truth] + noise * rng.normal(size=(len(truth), 8)) + 1.0)
    carriers = np.flatnonzero((truth < known) & (rng.random(len(truth)) < 0.7))
    ends = 50 * truth[carriers] + rng.integers(0, 50, len(carriers))
    anchors = Anchors(ends, carriers, rng.random(len(carriers)))
    genes = aligned(Sides(reference, query), anchors)
    return Evidence(reference, genes, seen, anchors, Labels(TYPES[:known], reference_types)), truth


def peaks_of(truth: np.ndarray) -> InMemory:
    """Peak counts of cells, a third of the peaks open more often in each of three groups."""
    rates = np.where(np.arange(45) % 3 == truth[:, None], 3.0, 1.0)
    return InMemory(sparse.csr_matrix(np.random.default_rng(8).poisson(rates).astype(np.float64)))


def test_groups_that_lie_apart_are_named_and_probabilities_are_honest() -> None:
    work, truth = evidence()
    found = refined(work, seed=0)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0)
    right = found.probabilities.argmax(axis=1) == truth
    assert right.mean() > 0.97
    assert reliability(found.probabilities.max(axis=1), right).ece < 0.06


def test_the_same_seed_gives_the_same_and_another_nearly() -> None:
    work, _ = evidence()
    first = refined(work, seed=5).probabilities
    np.testing.assert_array_equal(first, refined(work, seed=5).probabilities)
    other = refined(work, seed=6).probabilities
    assert not np.array_equal(first, other)
    assert np.abs(first - other).max() < 0.3


def test_neither_order_nor_names_of_types_matter() -> None:
    work, _ = evidence()
    turned = dataclasses.replace(work, labels=Labels(TYPES[::-1], 2 - work.labels.codes))
    np.testing.assert_allclose(refined(turned, 0).probabilities[:, ::-1], refined(work, 0).probabilities, atol=1e-9)


def test_turning_or_scaling_the_own_space_matters_little() -> None:
    work, _ = evidence()
    larger = dataclasses.replace(work, space=work.space * 50.0)
    np.testing.assert_allclose(refined(larger, 0).probabilities, refined(work, 0).probabilities, atol=1e-6)


def test_one_type_is_certain() -> None:
    work, truth = evidence(known=1)
    np.testing.assert_allclose(refined(work, 0).probabilities, np.ones((len(truth), 1)))
    assert common_ground(work, 0) == 0.0


def test_a_type_without_reference_cells_and_cells_without_a_type_are_no_obstacle() -> None:
    work, truth = evidence()
    codes = work.labels.codes + 1
    codes[:5] = -1
    found = refined(dataclasses.replace(work, labels=Labels(("nobody", *TYPES), codes)), 0)
    np.testing.assert_array_equal(found.probabilities[:, 0], 0.0)
    assert np.mean(found.probabilities.argmax(axis=1) == truth + 1) > 0.95


@pytest.mark.parametrize("kept", [0, 1])
def test_types_without_anchors_are_still_found_by_their_genes(kept: int) -> None:
    work, truth = evidence()
    some = work.labels.codes[work.anchors.reference_cell] < kept
    few = Anchors(work.anchors.reference_cell[some], work.anchors.query_cell[some], work.anchors.score[some])
    found = refined(dataclasses.replace(work, anchors=few), 0)
    assert np.mean(found.probabilities.argmax(axis=1) == truth) > 0.9


def test_a_type_of_two_cells_is_not_lost() -> None:
    work, truth = evidence(sizes=(80, 60, 3))
    codes = work.labels.codes.copy()
    codes[102:] = -1
    found = refined(dataclasses.replace(work, labels=Labels(TYPES, codes)), 0).probabilities.argmax(axis=1)
    assert (found[truth == 2] == 2).all()


def test_a_population_that_the_reference_lacks_is_strange_and_left_without_a_label() -> None:
    work, truth = evidence(sizes=(80, 60, 30), known=2)
    refinement = refinement_of(work, peaks_of(truth), None, 0)
    strange = truth == 2
    assert refinement.novelty[strange].min() > np.quantile(refinement.novelty[~strange], 0.95)
    assert refinement.unlike[strange].mean() > 0.9
    assert refinement.unlike[~strange].mean() < 0.05
    voted = Prediction(work.labels, refinement.probabilities, refinement.novelty, None)
    labels = prediction_of(voted, refinement, TransferParameters(method=REFINED)).labels
    np.testing.assert_array_equal(labels.codes == -1, refinement.unlike)
    named = prediction_of(voted, refinement, TransferParameters(method=REFINED, unlike=NAMED)).labels
    assert (named.codes >= 0).all()
    assert prediction_of(voted, refinement, TransferParameters(method=SEURAT)) is voted


def test_a_complete_reference_leaves_nobody_without_a_label() -> None:
    work, _ = evidence()
    assert not unlike(novelty(work, refined(work, 0))).any()


class Counted:
    """Counts the looks at a cancel, and cancels at one of them."""

    def __init__(self, until: float = np.inf) -> None:
        self.until, self.looks = until, 0

    def update(self, fraction: float) -> None:
        assert 0.0 <= fraction <= 1.0
        self.looks += 1
        if self.looks >= self.until:
            raise Cancelled


def test_a_cancel_is_heard_within_each_piece_of_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    work, truth = evidence()
    whole = Counted()
    refinement_of(work, peaks_of(truth), None, 0, whole)
    monkeypatch.setattr(discriminant, "PART", 20)
    pieces = Counted()
    refinement_of(work, peaks_of(truth), None, 0, pieces)
    n_parts = len(truth) // 20
    # Of every repeat, in either space, seven walks over cells, of the novelty seven, and two of each fold.
    assert pieces.looks - whole.looks > (n_parts - 1) * 6 * (2 * REPEATS + 1)
    for until in np.random.default_rng(0).integers(1, pieces.looks, 5):
        with pytest.raises(Cancelled):
            refinement_of(work, peaks_of(truth), None, 0, Counted(float(until)))


def test_types_that_components_mix_are_told_apart_by_their_peaks() -> None:
    """Groups 1 and 2 lie on one another in the own space; genes tell them apart badly, the peaks well."""
    work, truth = evidence(sizes=(120, 100, 80), noise=2.5)
    space = work.space.copy()
    rng = np.random.default_rng(6)
    space[truth == 2] = space[truth == 1][rng.integers(0, 100, 80)] + rng.normal(size=(80, space.shape[1]))
    mixed = dataclasses.replace(work, space=space)
    by_components = refined(mixed, 0).probabilities.argmax(axis=1)
    both = refinement_of(mixed, peaks_of(truth), None, 0).probabilities
    np.testing.assert_allclose(both.sum(axis=1), 1.0)
    assert np.mean(both.argmax(axis=1) == truth) > np.mean(by_components == truth) + 0.1


def test_the_views_agree_on_real_groups_and_not_on_shuffled_ones() -> None:
    work, _ = evidence()
    assert common_ground(work, 0) > 0.8
    shuffled = dataclasses.replace(work, space=np.random.default_rng(0).permutation(work.space))
    assert abs(common_ground(shuffled, 0)) < 0.15


def test_groups_hold_labels_within_them() -> None:
    work, truth = evidence()
    side = (work.labels.codes == 2).astype(np.int64)
    within = Groups(("left", "right"), side, np.where(truth == 0, 1, 0))
    found = refinement_of(work, peaks_of(truth), within, 0).probabilities
    np.testing.assert_array_equal(found[truth == 0], np.tile([0.0, 0.0, 1.0], ((truth == 0).sum(), 1)))
    np.testing.assert_array_equal(found[truth != 0, 2], 0.0)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
