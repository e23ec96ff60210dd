"""Changing a setting makes stale what depends on it, and nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal

from anchorscope.parameters import Recipe
from anchorscope.pipeline import STAGES
from anchorscope_desktop.state.session import Session
from anchorscope_desktop.state.steps import STEPS, StepModel, StepState


class Quiet(QObject):
    """A run, a runner, a comparison and an export in which nothing happens."""

    running_changed = Signal()
    progressed = Signal(object)
    finished = Signal(object)
    changed = Signal()
    written_changed = Signal()
    running = False


class Finished:
    """A pipeline that has computed everything for the default recipe and knows what reads what."""

    def status(self, reference, query, recipe):
        from anchorscope.pipeline import StageStatus

        stale: set[str] = set()
        for stage in STAGES:
            if stage.settings(recipe) != stage.settings(Recipe()) or stale & set(stage.needs):
                stale.add(stage.name)
        return {stage.name: StageStatus.STALE if stage.name in stale else StageStatus.DONE for stage in STAGES}


@pytest.mark.parametrize(
    ("group", "change", "stale"),
    [
        ("transfer", {"k_weight": 20}, {"transfer", "explore"}),
        ("anchors", {"k_anchor": 7}, {"transfer", "explore"}),
        ("grade", {"truth": "x"}, {"explore"}),
        ("umap", {"n_neighbors": 10}, {"explore"}),
        ("lsi", {"n_components": 40}, {"query", "transfer", "explore"}),
        ("gene_activity", {"upstream": 0}, {"gene_activity", "transfer", "explore"}),
        ("reference", {"resolution": 1.0}, {"reference", "transfer", "explore"}),
    ],
)
def test_only_what_depends_on_a_setting_goes_stale(qtbot, group, change, stale):
    quiet = Quiet()
    session = Session(Finished())
    model = StepModel(session, quiet, quiet, quiet, quiet)
    with_stages = [step for step in STEPS if step.stages]
    assert all(model.step(step) is StepState.DONE for step in with_stages)
    session.change(group, getattr(session.recipe, group).replaced(**change))
    assert {step.key for step in with_stages if model.step(step) is StepState.STALE} == stale
    session.set_recipe(Recipe())
    assert all(model.step(step) is StepState.DONE for step in with_stages)
