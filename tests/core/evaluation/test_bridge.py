"""The sanity of the bridge, counted by hand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.errors import InputError
from anchorscope.evaluation.bridge import Measured, bridge, bridge_of_run, columns_of, marker_checks, panel_of_run
from anchorscope.evaluation.gene_statistics import auroc, by_type, correlation_over_cells, correlation_over_types
from anchorscope.parameters import MarkerPanel
from anchorscope.results import Labels

RNG = np.random.default_rng(2)


def csc(values: object) -> sparse.csc_matrix:
    return sparse.csc_matrix(np.array(values, dtype=float))


@pytest.mark.parametrize(("values", "positive", "expected"), [
    ([1, 2, 3, 4], [0, 0, 1, 1], 1.0),
    ([1, 2, 3, 4], [1, 1, 0, 0], 0.0),
    ([1, 2, 3, 4], [0, 1, 0, 1], 0.75),  # 2 > 1, 4 > 1, 4 > 3, not 2 > 3
    ([0, 0, 0, 0], [0, 1, 0, 1], 0.5),
    ([0, 0, 1, 2], [0, 1, 0, 1], 0.625),  # (0, 0) half, 0 < 1, 2 > 0, 2 > 1
    ([5, 5, 5, 1, 9], [1, 0, 0, 1, 0], 1 / 6),  # 5 = 5 twice half, else lost
])
def test_auroc_by_hand(values: list[float], positive: list[int], expected: float) -> None:
    assert auroc(np.array(values, float), np.array(positive, bool)) == pytest.approx(expected)


@pytest.mark.parametrize("positive", [[True] * 3, [False] * 3, []])
def test_auroc_of_a_single_class_is_not_a_number(positive: list[bool]) -> None:
    assert math.isnan(auroc(np.arange(float(len(positive))), np.array(positive, dtype=bool)))


def test_auroc_is_the_share_of_pairs_won() -> None:
    values, positive = RNG.integers(0, 6, 80).astype(float), RNG.random(80) < 0.3
    difference = values[positive][:, None] - values[~positive][None]
    expected = ((difference > 0) + 0.5 * (difference == 0)).mean()
    assert auroc(values, positive) == pytest.approx(expected)
    assert auroc(-values, positive) == pytest.approx(1 - expected)
    assert auroc(np.exp(values), positive) == pytest.approx(expected)


def test_spread_by_type() -> None:
    values = csc([[0, 1], [2, 0], [4, 0], [6, 0], [9, 9], [1, 1]])
    found = by_type(values, ("g", "h"), Labels(("a", "b", "none"), np.array([0, 0, 0, 0, 1, -1])))
    assert found.n_cells.tolist() == [4, 1, 0]
    assert found.mean[:2].tolist() == [[3, 0.25], [9, 9]]
    assert found.lower[0].tolist() == [1.5, 0]
    assert found.median[0].tolist() == [3, 0]
    assert found.upper[0].tolist() == [4.5, 0.25]
    assert found.expressed[0].tolist() == [0.75, 0.25]
    for numbers in (found.mean, found.lower, found.median, found.upper, found.expressed):
        assert np.isnan(numbers[2]).all()


def test_a_marker_is_held_against_the_cells_of_its_type() -> None:
    values = csc([[3.0, 0], [1, 0], [2, 0], [0, 0], [9, 0]])
    labels = Labels(("T", "B"), np.array([0, 0, 1, 1, -1]))
    markers = [("T", "g"), ("B", "silent"), ("NK", "g"), ("T", "lacking")]
    checks = marker_checks(values, ("g", "silent"), markers, labels)
    assert [(check.type, check.gene, check.n_cells) for check in checks] == [
        ("T", "g", 2), ("B", "silent", 2), ("NK", "g", 0), ("T", "lacking", 2)]
    assert checks[0].auroc == 0.75  # 3 > 2, 3 > 0, 1 > 0, not 1 > 2; the cell without a type does not count
    assert checks[1].auroc == 0.5
    assert math.isnan(checks[2].auroc)
    assert math.isnan(checks[3].auroc)


def test_columns_come_in_the_order_asked_for_and_unknown_genes_are_zero() -> None:
    values = RNG.random((20, 4))
    names = np.array(["a", "b", "c", "d"], dtype=object)
    found = columns_of(InMemory(sparse.csr_matrix(values), 7), names, ("d", "nowhere", "a"))
    np.testing.assert_array_equal(found.toarray(), np.column_stack([values[:, 3], np.zeros(20), values[:, 0]]))


def test_correlation_over_types_by_hand() -> None:
    called, labels = Labels(("a", "b", "c", "q"), np.array([0, 0, 1, 2, 3])), Labels(("c", "a", "b"), np.arange(3))
    activity = csc([[0, 1, 1], [2, 1, 1], [2, 1, 2], [3, 1, 3], [99, 99, 99]])  # by type: 1, 2, 3 | 1, 1, 1 | 1, 2, 3
    expression = csc([[30, 5, 1], [10, 1, 3], [20, 3, 2]])  # by type a, b, c: 10, 20, 30 | 1, 3, 5 | 3, 2, 1
    found = correlation_over_types(activity, called, expression, labels)
    assert found[[0, 2]] == pytest.approx([1.0, -1.0])
    assert math.isnan(found[1])


def test_two_types_are_too_few_to_correlate() -> None:
    labels = Labels(("a", "b", "c"), np.array([0, 0, 1, 1]))
    assert np.isnan(correlation_over_types(csc(RNG.random((4, 2))), labels, csc(RNG.random((4, 2))), labels)).all()


def test_correlation_over_cells_takes_the_pairs_only() -> None:
    activity, expression = RNG.random((6, 3)), RNG.random((8, 3))
    activity[:, 2] = 0.3
    pairing = np.array([5, -1, 0, 7, 2, -1])
    found = correlation_over_cells(csc(activity), csc(expression), pairing)
    rows = pairing >= 0
    expected = [np.corrcoef(activity[rows, gene], expression[pairing[rows], gene])[0, 1] for gene in (0, 1)]
    np.testing.assert_allclose(found[:2], expected)
    assert math.isnan(found[2])
    assert np.isnan(correlation_over_cells(csc(activity), csc(expression), np.array([1, 2, -1, -1, -1, -1]))).all()


@pytest.fixture
def sides() -> tuple[Measured, Measured]:
    activity, expression = RNG.random((30, 4)), RNG.random((40, 4))
    genes = np.array(["g", "h", "i", "j"], dtype=object)
    types = ("a", "b", "c")
    return (Measured(InMemory(sparse.csr_matrix(activity), 7), genes, Labels(types, np.arange(30) % 3)),
            Measured(InMemory(sparse.csr_matrix(expression), 9), genes[:3], Labels(types, np.arange(40) % 3)))


def test_the_whole_bridge(sides: tuple[Measured, Measured]) -> None:
    found = bridge(*sides, [("a", "h"), ("b", "g"), ("c", "lacking")], ["j", "h"], np.arange(30))
    assert found.genes == ("h", "g", "j")
    assert found.absent == ("lacking",)
    assert found.values.shape == (30, 3)
    assert found.spread.mean.shape == (3, 3)
    assert [math.isnan(check.auroc) for check in found.markers] == [False, False, True]
    assert found.over_cells is not None
    for numbers in (found.over_types, found.over_cells):
        assert np.isnan(numbers).tolist() == [False, False, True]  # the reference has no j


def test_without_a_pairing_there_is_no_correlation_over_cells(sides: tuple[Measured, Measured]) -> None:
    assert bridge(*sides, [("a", "h")]).over_cells is None


def test_genes_without_activity_are_refused(sides: tuple[Measured, Measured]) -> None:
    with pytest.raises(InputError, match="None of the genes has activity in the query: found x, y; choose genes"):
        bridge(*sides, [("a", "x")], ["y"])


def test_a_run_is_its_own_bridge(named_job, named_outcome) -> None:
    found = bridge_of_run(named_job, named_outcome, ["nowhere"])
    assert "nowhere" in found.absent
    assert [(check.type, check.gene) for check in found.markers] == list(named_job.recipe.panel.entries)
    assert found.spread.types == named_outcome.prediction.labels.types
    counts = named_outcome.gene_activity.counts.toarray()
    column = list(named_outcome.gene_activity.regions.symbols).index(found.genes[0])
    values = np.log1p(counts[:, column] / np.maximum(counts.sum(axis=1), 1) * 1e4)
    np.testing.assert_allclose(found.values[:, [0]].toarray().ravel(), values, atol=1e-12)
    codes = named_outcome.prediction.labels.codes
    np.testing.assert_allclose(found.spread.mean[0, 0], values[codes == 0].mean())


def test_true_types_may_stand_in_for_called_ones(job, outcome) -> None:
    truth = outcome.grade.truth
    found = bridge_of_run(job, outcome, truth=truth)
    assert found.spread.types == truth.types
    assert found.spread.n_cells.sum() == 180
    # Simulated markers do what they are meant to.
    assert np.nanmedian([check.auroc for check in found.markers]) > 0.6


def test_markers_are_found_under_other_spellings_and_mapped_types(job, outcome) -> None:
    plain = bridge_of_run(job, outcome, truth=outcome.grade.truth)
    entries = tuple((f"my {kind}", gene.lower()) for kind, gene in job.recipe.panel.entries)
    mapping = tuple((f"my {kind}", kind) for kind in job.recipe.panel.types)
    recipe = dataclasses.replace(job.recipe, panel=MarkerPanel("p", (*entries, ("z", "NONE"))), mapping=mapping)
    other = dataclasses.replace(job, recipe=recipe)
    assert panel_of_run(other, outcome, outcome.grade.truth).entries == (*job.recipe.panel.entries, ("z", "NONE"))
    labels = outcome.reference_labels.labels.types
    assert panel_of_run(other, outcome).entries == tuple(
        (kind if kind in labels else f"my {kind}" if kind in job.recipe.panel.types else kind, gene)
        for kind, gene in (*job.recipe.panel.entries, ("z", "NONE")))
    found = bridge_of_run(other, outcome, truth=outcome.grade.truth)
    assert found.markers[:-1] == plain.markers
    assert found.absent == ("NONE",)
