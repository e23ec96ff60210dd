"""The page offers what the files have, and tells what does not fit together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anchorscope.parameters import BLOOD_PANEL, CLUSTER_AND_NAME, LSI_SPACE, NO_GROUP, NO_TRUTH, MarkerPanel
from anchorscope_desktop.state.runs import UNGRADED
from app.first_pages import quiet
from app.helpers import finished, load


def test_spaces_and_columns_of_the_files_are_offered(qtbot, window, finished_run):
    n = len(finished_run.job.query.cells)
    query = replace(finished_run.job.query, obsm={"X_harmony": np.zeros((n, 3))})
    finished(window, replace(finished_run, job=replace(finished_run.job, query=query)))
    form, session = window.transfer_page.transfer_form, window.workspace.session
    box = form.field("weight_space")
    assert [box.itemData(place) for place in range(box.count())] == [LSI_SPACE, "X_harmony"]
    box.setCurrentIndex(1)
    assert session.recipe.transfer.weight_space == "X_harmony"
    groups = form.field("reference_group")
    columns = [column.name for column in finished_run.job.reference.recognised.label_columns]
    assert [groups.itemData(place) for place in range(groups.count())] == [NO_GROUP, *columns]
    groups.setCurrentIndex(1)
    assert session.recipe.transfer.reference_group == columns[0]
    assert "both sides" in window.transfer_page.messages.text
    session.set_inputs(query=finished_run.job.query)
    assert session.recipe.transfer.weight_space == LSI_SPACE


def test_a_refused_run_is_shown_where_its_sentence_stands_and_other_files_take_it_back(qtbot, window, example):
    load(qtbot, window, *example)
    work = window.workspace
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_score=500))
    window.go_to("reference")
    work.runs.start()
    quiet(qtbot, window)
    assert window.page is window.transfer_page
    assert "lower k.score" in window.page.messages.text
    load(qtbot, window, *example)
    window.go_to("transfer")
    assert "k.score" not in window.page.messages.text


def test_a_key_that_no_name_fits_can_be_done_without_and_its_refusal_goes_with_it(qtbot, window, finished_run):
    finished(window, finished_run)
    work, session, bar = window.workspace, window.workspace.session, window.transfer_page.messages
    named = session.recipe.reference.replaced(labels=CLUSTER_AND_NAME)
    panel = MarkerPanel("mine", tuple((f"my {kind}", gene) for kind, gene in BLOOD_PANEL.entries))
    session.set_recipe(replace(session.recipe, reference=named, panel=panel))
    work.runs.start()
    quiet(qtbot, window)
    assert "grade without an answer key" in bar.text
    assert bar.action.text() == UNGRADED
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=6))
    assert bar.action.text() == UNGRADED  # nothing about the key
    session.change("grade", session.recipe.grade.replaced(truth=NO_TRUTH))
    assert "answer key" not in bar.text
    work.history.undo()
    work.runs.start()
    quiet(qtbot, window)
    before = session.recipe
    bar.action.click()
    assert work.runs.running
    assert session.recipe.grade.truth == NO_TRUTH
    assert work.notices.of("run") is None
    work.history.undo()
    assert session.recipe == before


def test_grading_is_listed_where_there_is_a_key_or_was(window, finished_run):
    finished(window, finished_run)
    session, line = window.workspace.session, window.transfer_page.stages.lines["grade"]
    assert (line.state.isHidden(), line.state.text()) == (False, "done")
    session.change("grade", session.recipe.grade.replaced(truth=NO_TRUTH))
    assert (line.state.isHidden(), line.state.text()) == (False, "stale")
    job, outcome = replace(finished_run.job, recipe=session.recipe), replace(finished_run.outcome, grade=None)
    session.add_finding(job, outcome, 1.0)
    session.pipeline.adopt(session.shown.job, session.shown.outcome)
    session.recipe_changed.emit()
    assert line.state.isHidden()


def test_stages_of_an_earlier_run_are_stale(window, finished_run):
    finished(window, finished_run)
    session, lines = window.workspace.session, window.transfer_page.stages.lines
    session.set_recipe(replace(session.recipe, mapping=(("B", "B cell"),)))
    outcome = replace(finished_run.outcome, grade=replace(finished_run.outcome.grade))
    session.add_finding(replace(finished_run.job, recipe=session.recipe), outcome, 1.0)
    session.pipeline.adopt(session.shown.job, session.shown.outcome)
    session.recipe_changed.emit()
    assert {name for name, line in lines.items() if line.state.text() == "stale"} == set()
    session.show(session.findings[0])
    assert session.outdated
    assert {name for name, line in lines.items() if line.state.text() == "stale"} == {"grade"}


def test_settings_that_nothing_reads_make_nothing_stale(window, finished_run):
    finished(window, finished_run)
    session = window.workspace.session
    session.change("reference", session.recipe.reference.replaced(resolution=1.3))
    assert not session.outdated
    session.change("reference", session.recipe.reference.replaced(labels=CLUSTER_AND_NAME))
    assert session.outdated


def test_every_setting_of_anchors_and_transfer_has_its_field(qtbot, window):
    page = window.transfer_page
    for form, group in ((page.anchor_form, "anchors"), (page.transfer_form, "transfer"), (page.truth_form, "grade"),
                        (page.map_form, "umap")):
        for name, declaration, _ in getattr(window.workspace.session.recipe, group).declarations():
            assert form.field(name).accessibleName() == declaration.title


@pytest.mark.parametrize("method", ["refined", "seurat"])
def test_the_end_of_a_run_tells_how_many_cells_were_left_without_a_label(qtbot, window, finished_run, method):
    finding = finished(window, finished_run)
    session, page, n = window.workspace.session, window.transfer_page, len(finding.job.query.cells)
    session.change("transfer", session.recipe.transfer.replaced(method=method))
    best = session.shown.outcome.prediction.best
    threshold = float(np.sort(best)[20]) + 1e-9
    window.explore_page.threshold.moved.emit(threshold)
    rest = int((best < threshold).sum() + (session.shown.outcome.prediction.labels.codes[best >= threshold] < 0).sum())
    assert 20 < rest < n
    words = f"{n - rest} of {n} cells have a label, {rest} are left Unassigned. Look at them on Explore, save"
    qtbot.waitUntil(lambda: page.messages.text.startswith(words))
    window.explore_page.threshold.moved.emit(0.0)
    unlike = int((session.shown.outcome.prediction.labels.codes < 0).sum())
    qtbot.waitUntil(lambda: page.messages.text.startswith(
        f"{n - unlike} of {n} cells have a label" if unlike else f"All {n} cells of the query have a label."))


def test_cells_unlike_the_reference_are_no_labelled_cells(window, finished_run):
    prediction = finished_run.outcome.prediction
    codes = prediction.labels.codes.copy()
    codes[:] = 0
    codes[3] = -1
    labels = replace(prediction.labels, codes=codes)
    outcome = replace(finished_run.outcome, prediction=replace(prediction, labels=labels))
    finished(window, replace(finished_run, outcome=outcome))
    n = len(codes)
    assert window.transfer_page.messages.text.startswith(f"{n - 1} of {n} cells have a label, 1 is left Unassigned.")


def test_the_least_score_of_the_form_moves_the_slider_and_needs_no_run(qtbot, window, finished_run):
    finished(window, finished_run)
    window.transfer_page.transfer_form.field("min_score").setValue(0.45)
    qtbot.waitUntil(lambda: window.explore_page.threshold.value == 0.45)
    assert not window.workspace.session.outdated
    assert not window.workspace.runs.possible
