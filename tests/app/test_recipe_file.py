"""A recipe opened in the window: its files and settings, what is missing, what it does not fit, nothing lost."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import anndata
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from anchorscope import export
from anchorscope.io.inputs import Inputs
from anchorscope.io.recipe import Plan, checksums_of
from anchorscope.parameters import (
    PAIRED_TRUTH,
    REFINED,
    SEURAT,
    AnchorParameters,
    GradeParameters,
    Recipe,
    ReferenceParameters,
    Repairs,
)
from anchorscope_desktop import command, main_window
from anchorscope_desktop.state import recent
from app.first_pages import one_nucleus, quiet, run_fast
from app.helpers import finished, load

SETTINGS = Recipe(reference=ReferenceParameters(labels="cell_type"), grade=GradeParameters(truth="cell_type"),
                  anchors=AnchorParameters(k_anchor=7), seed=3)


@pytest.fixture
def files(example, tmp_path):
    return [Path(shutil.copy(path, tmp_path)) for path in example]


def written(folder, files, recipe=SETTINGS, **more):
    path = folder / "blood.recipe.toml"
    export.write_plan(path, Plan(Inputs(*files, **more), recipe))
    return path


def opened(qtbot, window, path):
    window.workspace.recipes.open(path)
    quiet(qtbot, window)


def test_the_threshold_of_a_recipe_is_that_of_its_method_alone(qtbot, window, files, tmp_path):
    recipe = replace(SETTINGS, transfer=SETTINGS.transfer.replaced(min_score=0.4))
    opened(qtbot, window, written(tmp_path, files, recipe))
    work = window.workspace
    assert (work.session.recipe.transfer.method, work.threshold.value) == (REFINED, 0.4)
    work.session.change("transfer", work.session.recipe.transfer.replaced(method=SEURAT))
    assert work.threshold.value == 0.0


def test_files_and_settings_of_a_recipe_are_there_and_run(qtbot, window, answers, files, tmp_path, monkeypatch):
    mended = Repairs(chromosomes="as-is")
    answers.opens.append(written(tmp_path, files, query_repairs=mended))
    action = next(one for menu in window.menuBar().actions() for one in menu.menu().actions()
                  if one.text().replace("&", "") == "Open recipe…")
    action.trigger()
    quiet(qtbot, window)
    work = window.workspace
    assert work.session.complete, window.page.session_messages.text
    assert work.session.recipe == SETTINGS
    assert work.loader.inputs == Inputs(*files, query_repairs=mended)
    assert work.session.query.recognised.settings == mended
    assert window.page is window.transfer_page
    assert not window.page.session_messages.text
    assert work.runs.possible
    assert work.file.modified
    run_fast(qtbot, window, monkeypatch)
    assert work.session.shown.job.recipe == SETTINGS
    assert work.session.shown.outcome.grade is not None


def test_a_file_that_changed_since_is_told_and_the_session_before_stays_at_hand(
        qtbot, window, files, tmp_path, finished_run):
    path, job = tmp_path / "blood.recipe.toml", finished_run.job
    export.write_plan(path, Plan(Inputs(*files), SETTINGS, checksums=checksums_of(job.reference, job.query)))
    opened(qtbot, window, path)
    assert not window.page.session_messages.text
    data = anndata.read_h5ad(files[1])
    data[:-1].copy().write_h5ad(files[1])
    opened(qtbot, window, path)
    text = window.page.session_messages.text
    assert "atac.h5ad changed since the recipe was saved" in text
    assert "rna.h5ad" not in text
    assert window.workspace.session.query.counts.shape[0] == len(job.query.cells) - 1
    assert window.workspace.runs.possible
    window.page.session_messages.action.click()
    quiet(qtbot, window)
    assert window.workspace.session.query.counts.shape[0] == len(job.query.cells)


def test_a_recipe_is_opened_by_drop_and_again_from_the_list(qtbot, window, files, tmp_path):
    path = written(tmp_path, files)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))
    quiet(qtbot, window)
    work = window.workspace
    assert work.session.recipe == SETTINGS
    assert work.file.recent.files[0] == recent.RecentFile(path, recent.RECIPE)
    work.session.change("anchors", AnchorParameters())
    first = window.menus.recent.actions()[0]
    assert "blood.recipe.toml (recipe)" in first.text()
    first.trigger()
    quiet(qtbot, window)
    assert work.session.recipe == SETTINGS


def test_a_recipe_is_opened_by_its_name(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(main_window, "open_window", lambda **wanted: asked.append(wanted) or 0)
    monkeypatch.setattr(sys, "argv", ["anchorscope", str(tmp_path / "blood.toml")])
    assert command.main() == 0
    assert asked == [{"example": False, "work": tmp_path / "blood.toml"}]


def test_a_missing_file_is_asked_for(qtbot, window, answers, files, tmp_path):
    opened(qtbot, window, written(tmp_path, [files[0], tmp_path / "lost.h5ad"]))
    bar = window.page.session_messages
    assert "blood.recipe.toml needs lost.h5ad, which is not in" in bar.text
    assert window.workspace.session.reference is None
    assert bar.action.text() == "Find lost.h5ad…"
    bar.action.click()  # and no answer
    assert bar.action.isVisible()
    answers.opens.append(files[1])
    bar.action.click()
    quiet(qtbot, window)
    assert window.workspace.session.recipe == SETTINGS
    assert window.workspace.loader.inputs == Inputs(*files)
    assert not window.page.session_messages.text


def test_a_missing_multiome_is_asked_for_once(qtbot, window, answers, files, tmp_path):
    lost = tmp_path / "lost.h5ad"
    opened(qtbot, window, written(tmp_path, [lost, lost], Recipe()))
    answers.opens.append(files[0])  # no multiome, but both sides are looked for in it
    window.page.session_messages.action.click()
    quiet(qtbot, window)
    assert "lost.h5ad" not in window.page.session_messages.text
    assert "rna.h5ad" in window.page.session_messages.text


def test_two_files_of_the_same_cells_are_unpaired_again(qtbot, window, example, tmp_path):
    paths = one_nucleus(example, tmp_path)
    recipe = replace(SETTINGS, grade=GradeParameters(truth=PAIRED_TRUTH))
    opened(qtbot, window, written(tmp_path, paths, recipe))
    session = window.workspace.session
    assert (session.query.pairing == np.arange(len(session.query.cells))).all()
    assert session.recipe == recipe
    assert window.workspace.loader.same_cells


@pytest.mark.parametrize(("recipe", "part"), [
    (replace(SETTINGS, grade=GradeParameters(truth="no such column")), "no such column"),
    (replace(SETTINGS, reference=ReferenceParameters(labels="kind")), "kind")])
def test_what_does_not_fit_the_files_is_told_and_changes_nothing(qtbot, window, finished_run, files, tmp_path, recipe,
                                                                 part):
    shown = finished(window, finished_run)
    opened(qtbot, window, written(tmp_path, files, recipe))
    assert part in window.page.session_messages.text
    assert window.workspace.session.shown is shown
    assert window.workspace.session.recipe == finished_run.job.recipe


def test_what_is_no_recipe_is_one_sentence(qtbot, window, tmp_path):
    path = tmp_path / "notes.toml"
    path.write_text("a note\n")
    opened(qtbot, window, path)
    assert "Cannot read the recipe notes.toml" in window.page.session_messages.text
    assert not window.workspace.file.recent.files


def test_what_was_not_saved_is_one_click_away(qtbot, window, finished_run, files, tmp_path):
    shown = finished(window, finished_run)
    opened(qtbot, window, written(tmp_path, files))
    work = window.workspace
    assert work.session.shown is None
    assert window.page.session_messages.action.text() == "Back to it"
    window.page.session_messages.action.click()
    quiet(qtbot, window)
    assert work.session.shown.outcome is shown.outcome
    assert work.session.recipe == finished_run.job.recipe
    assert work.session.complete


def test_a_cancelled_opening_changes_nothing(qtbot, window, files, tmp_path, example):
    load(qtbot, window, *example)
    before = window.workspace.session.reference
    window.workspace.recipes.open(written(tmp_path, files))
    window.workspace.runner.cancel()
    quiet(qtbot, window)
    assert window.workspace.session.reference is before
    assert window.workspace.session.recipe != SETTINGS
