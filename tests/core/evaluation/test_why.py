"""All that is said of one cell's label: near cells, markers, and why it may have none."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import sparse

from anchorscope.evaluation.abstain import abstaining
from anchorscope.evaluation.bridge import bridge_of_run, panel_of_run
from anchorscope.evaluation.methods import by_method
from anchorscope.evaluation.why import (
    Unassigned,
    marker_levels,
    neighbourhood,
    unassigned_because,
    why,
)
from anchorscope.parameters import NAMED, SEURAT, MarkerPanel, TransferParameters
from anchorscope.results import Job, Labels, Outcome

RNG = np.random.default_rng(4)
ACTIVITY = sparse.csc_matrix(np.array([[1.0, 0, 2], [3, 0, 0], [0, 4, 1], [5, 6, 0]]))
GENES = ("g", "h", "i")
LABELS = Labels(("A", "B", "C"), np.array([0, 0, 1, -1]))
MARKERS = (("B", "h"), ("A", "g"), ("A", "i"), ("B", "i"), ("A", "absent"), ("C", "g"))


@pytest.mark.parametrize("n_cells", [50, 40_000])
def test_near_cells_are_the_nearest_without_the_cell_itself(n_cells: int) -> None:
    space = RNG.normal(size=(n_cells, 4))
    labels = Labels(("A", "B"), np.arange(n_cells) % 3 - 1)
    for cell in (0, 7, n_cells - 1):
        found = neighbourhood(space, labels, cell, 12)
        apart = np.linalg.norm(space - space[cell], axis=1)
        expected = np.argsort(apart)[1:13]
        assert found.cells.tolist() == expected.tolist()
        np.testing.assert_allclose(found.distances, apart[expected])
        names = labels.names_of(expected).tolist()
        assert dict(found.types) == {name: names.count(name) for name in set(names)}
        numbers = [number for _, number in found.types]
        assert numbers == sorted(numbers, reverse=True)


def test_twins_of_a_cell_are_near_it_and_of_equally_far_cells_the_first_count() -> None:
    found = neighbourhood(np.array([[0.0], [1.0], [0.0], [-1.0], [1.0]]), Labels(("A",), np.zeros(5, int)), 2, 2)
    assert found.cells.tolist() == [0, 1]
    assert found.distances.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("n_cells", [1, 2, 4])
def test_there_may_be_fewer_cells_than_wanted(n_cells: int) -> None:
    found = neighbourhood(RNG.normal(size=(n_cells, 2)), Labels((), np.full(n_cells, -1)), 0)
    assert sorted(found.cells.tolist()) == list(range(1, n_cells))
    assert found.types == ((("", n_cells - 1),) if n_cells > 1 else ())


@pytest.mark.parametrize("cell", [-1, 3])
def test_a_cell_that_is_not_there_has_no_neighbours(cell: int) -> None:
    with pytest.raises(IndexError, match=f"query cell {cell} of 3"):
        neighbourhood(np.zeros((3, 2)), Labels((), np.full(3, -1)), cell)


def test_markers_of_a_cell_stand_beside_the_means_of_both_labels() -> None:
    levels = marker_levels(ACTIVITY, GENES, MARKERS, LABELS)
    found = levels.of_cell(3, ("A", "B"))
    assert [(one.type, one.gene, one.here) for one in found] == [("A", "g", 5.0), ("A", "i", 0.0), ("B", "h", 6.0)]
    assert [one.means for one in found] == [(2.0, 0.0), (1.0, 1.0), (0.0, 4.0)]
    (of_c,) = levels.of_cell(0, ("C",))
    assert of_c.here == 1.0
    assert math.isnan(of_c.means[0])  # no cell carries the label
    assert levels.of_cell(0, ("unknown",)) == ()


def test_markers_are_log_normalised_activity_of_the_panel(job: Job, outcome: Outcome) -> None:
    symbols = outcome.gene_activity.regions.symbols
    entries = tuple((kind, str(symbols[place]).lower())
                    for place, kind in enumerate(outcome.prediction.labels.types))
    job = dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, panel=MarkerPanel("mine", entries)))
    bridge = bridge_of_run(job, outcome)
    levels = marker_levels(bridge.values, bridge.genes, panel_of_run(job, outcome).entries, outcome.prediction.labels)
    found = why(job, outcome, 11, levels)
    counts = outcome.gene_activity.counts.toarray()
    activity = np.log1p(counts / counts.sum(axis=1, keepdims=True) * job.recipe.gene_activity.scale_factor)
    names = outcome.prediction.labels.names
    kinds = [one for one in (found.votes.guess, found.votes.runner_up) if one]
    assert [one.type for one in found.markers] == kinds
    for one in found.markers:
        column = activity[:, np.flatnonzero(symbols == one.gene)[0]]
        assert one.here == pytest.approx(column[11])
        np.testing.assert_allclose(one.means, [column[names == kind].mean() for kind in kinds])


def test_near_cells_lie_in_the_space_of_the_weights(job: Job, outcome: Outcome) -> None:
    near = why(job, outcome, 5).near
    assert near is not None
    assert near.cells.tolist() == neighbourhood(outcome.lsi.space, outcome.prediction.labels, 5).cells.tolist()
    line = np.arange(len(outcome.lsi.space), dtype=float)[:, None]
    query = dataclasses.replace(job.query, obsm={"X_line": line})
    settings = dataclasses.replace(job.recipe, transfer=job.recipe.transfer.replaced(weight_space="X_line"))
    other = why(dataclasses.replace(job, query=query, recipe=settings), outcome, 0, neighbours=3).near
    assert other is not None
    assert other.cells.tolist() == [1, 2, 3]
    assert why(dataclasses.replace(job, recipe=settings), outcome, 0).near is None  # its files are not read yet


def test_a_cell_says_why_it_has_no_label(job: Job, outcome: Outcome) -> None:
    unlike = np.arange(len(outcome.prediction.best)) == 4
    seen = dataclasses.replace(outcome, refinement=dataclasses.replace(outcome.refinement, unlike=unlike))
    refined, vote = TransferParameters(), TransferParameters(method=SEURAT)
    by_refined = by_method(seen, dataclasses.replace(job.recipe, transfer=refined))
    assert unassigned_because(by_refined, refined, 4) is Unassigned.UNLIKE
    assert unassigned_because(by_refined, refined, 5) is None
    doubtful = abstaining(by_refined, 1.01)
    assert unassigned_because(doubtful, refined, 4) is Unassigned.UNLIKE  # no threshold gives it a name
    assert unassigned_because(doubtful, refined, 5) is Unassigned.DOUBTFUL
    assert unassigned_because(seen, vote, 4) is None
    assert unassigned_because(abstaining(seen, 1.01), vote, 4) is Unassigned.DOUBTFUL
    named = refined.replaced(unlike=NAMED)
    by_name = by_method(seen, dataclasses.replace(job.recipe, transfer=named))
    assert unassigned_because(abstaining(by_name, 1.01), named, 4) is Unassigned.DOUBTFUL
    voteless = dataclasses.replace(
        seen, prediction=dataclasses.replace(seen.prediction, best=np.zeros(len(unlike)),
                                             labels=Labels(seen.prediction.labels.types, np.full(len(unlike), -1))))
    assert unassigned_because(voteless, vote, 4) is Unassigned.NO_VOTE


def test_what_is_said_of_an_unassigned_cell(job: Job, outcome: Outcome) -> None:
    job = dataclasses.replace(job, recipe=dataclasses.replace(
        job.recipe, transfer=job.recipe.transfer.replaced(min_score=1.0)))
    cell = int(outcome.prediction.best.argmin())
    found = why(job, abstaining(outcome, 1.0), cell)
    assert (found.unassigned, found.min_score) == (Unassigned.DOUBTFUL, 1.0)
    assert found.votes.label == ""
    assert found.votes.guess == outcome.prediction.labels.names[cell]
    assert found.votes.share == outcome.prediction.best[cell]
    assert found.novelty == outcome.refinement.novelty[cell]
    assert found.markers == ()
