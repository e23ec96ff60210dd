"""Changing from one method to the other after the run, and what the refinement has to say."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.evaluation.doubts import MARKERS, doubts_of, markers_of, markers_of_strangers
from anchorscope.evaluation.methods import by_method
from anchorscope.parameters import NAMED, REFINED, SEURAT, Recipe, TransferParameters
from anchorscope.pipeline import Pipeline
from anchorscope.results import Job, Outcome


def with_transfer(job: Job, **changes: str) -> Job:
    return dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, transfer=TransferParameters(**changes)))


@pytest.mark.parametrize(("first", "then"), [(SEURAT, REFINED), (REFINED, SEURAT)])
def test_changing_the_method_gives_what_a_run_by_it_gives(job: Job, fast_maps: None, first: str, then: str) -> None:
    pipeline = Pipeline()
    start, end = with_transfer(job, method=first), with_transfer(job, method=then)
    changed = by_method(pipeline.run(start), end.recipe)
    run = pipeline.run(end)
    np.testing.assert_array_equal(changed.prediction.labels.codes, run.prediction.labels.codes)
    np.testing.assert_array_equal(changed.prediction.best, run.prediction.best)
    assert changed.grade.accuracy == run.grade.accuracy
    np.testing.assert_array_equal(changed.grade.counts, run.grade.counts)


def test_the_vote_is_untouched_by_the_refinement(outcome: Outcome) -> None:
    assert by_method(outcome, Recipe(transfer=TransferParameters(method=SEURAT))).prediction is outcome.voted


def test_an_ungraded_run_stays_ungraded(named_job: Job, named_outcome: Outcome) -> None:
    assert by_method(named_outcome, with_transfer(named_job, method=REFINED).recipe).grade is None


def test_the_markers_are_the_genes_that_are_higher_in_the_chosen_cells() -> None:
    rng, chosen = np.random.default_rng(0), np.arange(200) < 40
    values = rng.poisson(1.0, (200, 6)).astype(float)
    values[chosen, 4] += 5
    values[chosen, 2] += 2
    values[chosen, 0] = 0
    genes = np.array([f"g{number}" for number in range(6)], dtype=object)
    for cells in (7, 200):
        found = markers_of(InMemory(sparse.csr_matrix(values), cells), genes, chosen, 2)
        assert found == ("g4", "g2")
    assert markers_of(InMemory(sparse.csr_matrix(values)), genes, np.zeros(200, dtype=bool)) == ()


def test_views_that_disagree_are_told_gravest_first(job: Job, outcome: Outcome) -> None:
    def said(agreement: float) -> list[str]:
        return doubts_of(dataclasses.replace(
            outcome, refinement=dataclasses.replace(outcome.refinement, agreement=agreement,
                                                    unlike=np.zeros(180, dtype=bool))), job.recipe.transfer, ())

    assert said(0.6) == []
    assert said(0.2)[0].startswith("Doubt these labels")
    assert "mean next to nothing" in said(0.05)[0]
    assert "agreement 0.05" in said(0.05)[0]


@pytest.mark.parametrize(("source", "told"), [("cell_type", 0), ("predicted.id", 1)])
def test_labels_that_were_transferred_are_no_truth(
    job: Job, outcome: Outcome, source: str, told: int
) -> None:
    assert outcome.grade is not None
    found = dataclasses.replace(outcome, grade=dataclasses.replace(outcome.grade, source=source))
    said = [one for one in doubts_of(found, job.recipe.transfer, ()) if "not how right" in one]
    assert len(said) == told
    assert all(f"“{source}”" in one for one in said)


@pytest.mark.parametrize(("changes", "ending"), [
    ({"method": REFINED}, "They are left unassigned."), ({"method": SEURAT}, "They carry a label all the same."),
    ({"method": REFINED, "unlike": NAMED}, "They carry a label all the same."),
])
def test_strangers_are_counted_and_described(
    job: Job, outcome: Outcome, changes: dict[str, str], ending: str
) -> None:
    monocytes = (job.query.cells["cell_type"] == "Mono").to_numpy()
    found = dataclasses.replace(outcome, refinement=dataclasses.replace(
        outcome.refinement, unlike=monocytes, agreement=0.9))
    markers = markers_of_strangers(job, found)
    assert len(markers) == MARKERS
    (sentence,) = doubts_of(found, with_transfer(job, **changes).recipe.transfer, markers)
    assert sentence.startswith(f"{monocytes.sum():,} cells look like nothing in the reference; their top markers are "
                               f"{', '.join(markers)}. ")
    assert sentence.endswith(ending)


@pytest.mark.parametrize(("few", "fate"), [
    (3, "3 of them have no votes and are unassigned, the others carry a label all the same."),
    (None, "They have no votes, so they are unassigned."),
])
def test_cells_without_votes_are_told_with_the_reason(
    job: Job, outcome: Outcome, few: int | None, fate: str
) -> None:
    strange = (job.query.cells["cell_type"] == "Mono").to_numpy()
    without = np.flatnonzero(strange)[:few]
    best = outcome.prediction.best.copy()
    best[without] = 0.0
    found = dataclasses.replace(
        outcome, refinement=dataclasses.replace(outcome.refinement, unlike=strange, agreement=0.9),
        prediction=dataclasses.replace(outcome.prediction, best=best))
    strangers, voteless = doubts_of(found, with_transfer(job, method=SEURAT).recipe.transfer, ())
    assert strangers.endswith(fate)
    assert voteless.startswith(f"{len(without)} cells have no votes ({len(without) / 180:.1%} of the query)")
    assert "left out" in voteless
    assert len(doubts_of(found, with_transfer(job, method=REFINED).recipe.transfer, ())) == 1
