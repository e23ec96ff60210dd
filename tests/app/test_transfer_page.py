"""The page offers what the files have, and tells what does not fit together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anchorscope.parameters import LSI_SPACE, NO_GROUP
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


def test_every_setting_of_anchors_and_transfer_has_its_field(qtbot, window):
    page = window.transfer_page
    for form, group in ((page.anchor_form, "anchors"), (page.transfer_form, "transfer"), (page.truth_form, "grade"),
                        (page.map_form, "umap")):
        for name, declaration, _ in getattr(window.workspace.session.recipe, group).declarations():
            assert form.field(name).accessibleName() == declaration.title


def test_the_least_score_of_the_form_moves_the_slider_and_needs_no_run(qtbot, window, finished_run):
    finished(window, finished_run)
    window.transfer_page.transfer_form.field("min_score").setValue(0.45)
    qtbot.waitUntil(lambda: window.explore_page.threshold.value == 0.45)
    assert not window.workspace.session.outdated
    assert not window.workspace.runs.possible
