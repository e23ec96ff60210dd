"""Files of a run: with the threshold applied, repeated by their recipe, written back only when asked twice."""

from __future__ import annotations

import shutil
from dataclasses import replace

import anndata
import numpy as np
import pytest

from anchorscope import cli
from anchorscope.coembedding import coembed
from anchorscope.io import read_query
from anchorscope.io.recipe import read_recipe
from app.first_pages import one_nucleus
from app.helpers import finished, load, settle


def save(qtbot, window, key, path):
    window.workspace.chooser.saves.append(path)
    window.export_page.buttons[key].click()
    settle(qtbot, window)
    assert str(path) in window.export_page.messages.text


def set_threshold(qtbot, window, value):
    window.explore_page.threshold.slider.setValue(round(100 * value))
    qtbot.waitUntil(lambda: window.workspace.session.recipe.transfer.min_score == pytest.approx(value))


def test_the_threshold_goes_into_the_files(qtbot, window, finished_run, tmp_path):
    finding = finished(window, finished_run)
    set_threshold(qtbot, window, 0.6)
    qtbot.waitUntil(lambda: "below 0.60" in window.export_page.messages.text)
    save(qtbot, window, "h5ad", tmp_path / "out.h5ad")
    doubtful = finding.outcome.prediction.best < 0.6
    obs = anndata.read_h5ad(tmp_path / "out.h5ad").obs
    np.testing.assert_array_equal(obs["predicted.unassigned"].to_numpy(), doubtful)
    save(qtbot, window, "labels", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().count(",Unassigned,") == doubtful.sum()


def test_the_recipe_repeats_the_run(qtbot, window, finished_run, tmp_path):
    finding = finished(window, finished_run)
    set_threshold(qtbot, window, 0.4)
    save(qtbot, window, "recipe", tmp_path / "mine.recipe.toml")
    plan = read_recipe(tmp_path / "mine.recipe.toml")
    assert plan.recipe == window.workspace.session.recipe
    assert plan.inputs.reference.resolve() == finding.job.reference.recognised.path.resolve()
    assert plan.inputs.query.resolve() == finding.job.query.recognised.path.resolve()
    assert plan.outputs.h5ad.name == "mine.labelled.h5ad"


def test_gene_activity_and_both_assays_are_saved(qtbot, window, finished_run, tmp_path):
    outcome = finished(window, finished_run).outcome
    save(qtbot, window, "activity", tmp_path / "activity.h5ad")
    activity = anndata.read_h5ad(tmp_path / "activity.h5ad")
    assert list(activity.var_names) == list(outcome.gene_activity.regions.symbols)
    assert abs(activity.X - outcome.gene_activity.counts.astype(np.float32)).max() == 0
    save(qtbot, window, "joint", tmp_path / "joint.h5ad")
    joint = coembed(finished_run.job, outcome)
    np.testing.assert_allclose(anndata.read_h5ad(tmp_path / "joint.h5ad").obsm["X_umap"], joint.map[joint.placed],
                               rtol=1e-4)


def test_writing_back_is_asked_for_on_the_page(qtbot, window, finished_run, tmp_path):
    copy = tmp_path / "atac.h5ad"
    shutil.copy(finished_run.job.query.recognised.path, copy)
    job = replace(finished_run.job, query=read_query(copy))
    before, card = copy.read_bytes(), window.export_page.write_back
    finished(window, replace(finished_run, job=job))
    card.ask.click()
    card.leave.click()
    assert copy.read_bytes() == before
    card.ask.click()
    card.confirm.click()
    settle(qtbot, window)
    assert "is as it was" in window.export_page.messages.text
    names = finished_run.outcome.prediction.labels.names
    assert list(anndata.read_h5ad(copy).obs["predicted.id"]) == list(names)


def test_a_file_that_cannot_take_labels_is_refused_before_anything_is_asked(qtbot, window, finished_run, tmp_path):
    gone = replace(finished_run.job.query.recognised, path=tmp_path / "gone.h5ad")
    job = replace(finished_run.job, query=replace(finished_run.job.query, recognised=gone))
    finished(window, replace(finished_run, job=job))
    card = window.export_page.write_back
    card.ask.click()
    assert "no such file" in card.words
    assert card._question.isHidden()


def test_the_sides_of_a_multiome_are_saved_as_the_command_line_saves_them(qtbot, window, answers, example, tmp_path):
    rna, atac = one_nucleus(example, tmp_path)
    load(qtbot, window, rna, atac)
    page, work = window.export_page, window.workspace
    assert page.sides.isHidden()
    work.loader.unpair()
    settle(qtbot, window)
    window.go_to("export")
    assert page.sides.isVisible()
    assert "sides of the multiome can be saved" in page.messages.text
    names = {"reference_side": "rna.h5ad", "query_side": "atac.h5ad", "answer_key": "key.csv"}
    mine, wanted = tmp_path / "window", tmp_path / "command"
    for folder in (mine, wanted):
        folder.mkdir()
    for key, name in names.items():
        answers.saves.append(mine / name)
        page.sides.buttons[key].click()
        settle(qtbot, window)
        assert str(mine / name) in page.messages.text
    assert work.exporter.written is None  # no run was exported
    assert cli.main(["unpair", str(rna), str(atac), "--out-reference", str(wanted / "rna.h5ad"),
                     "--out-query", str(wanted / "atac.h5ad"), "--key", str(wanted / "key.csv")]) == 0
    assert (mine / "key.csv").read_bytes() == (wanted / "key.csv").read_bytes()
    for name in ("rna.h5ad", "atac.h5ad"):
        one, other = (anndata.read_h5ad(folder / name) for folder in (mine, wanted))
        assert abs(one.X - other.X).max() == 0
        assert one.obs.equals(other.obs)
        assert one.var.equals(other.var)


def test_a_side_is_not_written_over_the_file_that_was_read(qtbot, window, answers, example, tmp_path):
    rna, atac = one_nucleus(example, tmp_path)
    load(qtbot, window, rna, atac)
    window.workspace.loader.unpair()
    settle(qtbot, window)
    before = rna.read_bytes()
    answers.saves.append(rna)
    window.export_page.sides.buttons["reference_side"].click()
    settle(qtbot, window)
    assert "the file that was read" in window.export_page.messages.text
    assert rna.read_bytes() == before
