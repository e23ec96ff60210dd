"""What genes, components and peaks say of one cell, each alone: by method, by group, and from a session file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from anchorscope.evaluation.by_view import types_by_view
from anchorscope.evaluation.methods import by_method
from anchorscope.evaluation.why import why
from anchorscope.io.session import SavedRun, SavedSession, SessionState, read_session, write_session
from anchorscope.parameters import REFINED, SEURAT
from anchorscope.pipeline import Pipeline
from anchorscope.results import Job, Outcome
from core.io.make_session_fixture import FOLDER


@pytest.fixture
def refined_job(job: Job) -> Job:
    return by_setting(job, method=REFINED)


def by_setting(job: Job, **settings: object) -> Job:
    transfer = job.recipe.transfer.replaced(**settings)
    return dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, transfer=transfer))


def test_label_and_runner_up_come_first_and_a_view_that_says_otherwise_is_heard(
    refined_job: Job, outcome: Outcome
) -> None:
    refinement, differing = outcome.refinement, 0
    for cell in range(len(outcome.prediction.best)):
        found = types_by_view(refined_job, outcome, cell)
        order = np.argsort(-refinement.probabilities[cell])
        assert [one.type for one in found[:2]] == [refinement.types[code] for code in order[:2]]
        assert len({one.type for one in found}) == len(found) <= 5
        for one in found:
            assert one.together == refinement.probabilities[cell, refinement.types.index(one.type)]
            assert 0 <= one.genes <= 1
            assert one.components is not None
            assert one.peaks == pytest.approx(refinement.by_peaks[cell, refinement.types.index(one.type)])
        differing += len(found) > 2
    assert differing


def test_it_is_part_of_why_and_the_vote_asks_no_view(job: Job, refined_job: Job, outcome: Outcome) -> None:
    refined = by_method(outcome, refined_job.recipe)
    assert why(refined_job, refined, 3).views == types_by_view(refined_job, refined, 3) != ()
    assert job.recipe.transfer.method == SEURAT
    assert why(job, outcome, 3).views == ()


def test_without_the_own_coordinates_the_genes_alone_are_told(refined_job: Job, outcome: Outcome) -> None:
    found = types_by_view(by_setting(refined_job, weight_space="X_elsewhere"), outcome, 3)
    assert found
    assert all(one.components is None for one in found)
    assert [one.genes for one in found[:2]] == [one.genes for one in types_by_view(refined_job, outcome, 3)[:2]]


@pytest.mark.usefixtures("fast_maps")
def test_views_stay_within_the_cells_group(refined_job: Job) -> None:
    types = refined_job.reference.cells["cell_type"].astype(str).to_numpy()
    first = set(sorted(set(types))[:4])
    sides = [dataclasses.replace(side, cells=side.cells.assign(
        half=np.where(side.cells["cell_type"].astype(str).isin(first), "one", "other")))
        for side in (refined_job.reference, refined_job.query)]
    grouped = by_setting(dataclasses.replace(refined_job, reference=sides[0], query=sides[1]),
                         reference_group="half", query_group="half", k_weight=10)
    found = Pipeline().run(grouped)
    there = found.refinement.probabilities > 0
    for cell in range(len(there)):
        of_group = {name for name, allowed in zip(found.refinement.types, there[cell], strict=True) if allowed}
        told = types_by_view(grouped, found, cell)
        assert {one.type for one in told if max(one.genes, one.components or 0, one.peaks) > 0} <= of_group


def test_a_session_file_keeps_what_the_views_have_learnt(refined_job: Job, outcome: Outcome, tmp_path: Path) -> None:
    refined = by_method(outcome, refined_job.recipe)
    path = tmp_path / "run.anchorscope"
    write_session(path, SavedSession(SessionState(refined_job.recipe, 1), {}, {}, {}, refined_job.reference,
                                     refined_job.query, (SavedRun(1, refined_job, refined, 1.0),)))
    (run,) = read_session(path).runs
    for cell in (0, 11):
        assert types_by_view(run.job, run.outcome, cell) == types_by_view(refined_job, refined, cell) != ()


def test_a_session_of_before_says_nothing_of_the_views() -> None:
    (run,) = read_session(FOLDER / "session-schema-1.anchorscope").runs
    assert run.job.recipe.transfer.method == REFINED
    assert types_by_view(run.job, run.outcome, 0) == ()
