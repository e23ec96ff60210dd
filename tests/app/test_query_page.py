"""The query's own space, in words and as a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton

from anchorscope import stages
from anchorscope_desktop.state.steps import StepState
from anchorscope_desktop.views.depth_plot import advice
from app.first_pages import fragments_of, one_nucleus, quiet, run_fast, without_umap
from app.helpers import finished, load, wait_for_stage


@pytest.mark.parametrize(("correlation", "first", "words"), [
    ([0.9, 0.1, 0.0], 2, "Component 1 (r = 0.90) follows depth and is left out."),
    ([0.9, 0.1, 0.0], 1, "but 1 is used: set “First component used” to 2."),
    ([-0.9, 0.7, 0.0], 2, "Components 1 (r = -0.90), 2 (r = 0.70) follow depth, but 2 is used: set “First component "
     "used” to 3."),
    ([0.1, 0.1, 0.0], 2, "No component follows sequencing depth closely"),
])
def test_what_is_said_of_depth(correlation, first, words):
    assert words in advice(np.array(correlation), first, 3)


def test_the_depth_plot_follows_the_settings_without_a_run(qtbot, window, example, monkeypatch):
    assert "After a run" in window.query_page.depth_plot.empty_text
    load(qtbot, window, *example)
    run_fast(qtbot, window, monkeypatch)
    session, plot = window.workspace.session, window.query_page.depth_plot
    assert plot.empty_text == ""
    before = plot.advice.text()
    session.change("lsi", session.recipe.lsi.replaced(first_component=1))
    assert plot.advice.text() == advice(session.shown.outcome.lsi.depth_correlation, 1, 30)
    assert plot.advice.text() != before or "No component" in before


def test_the_lsi_is_computed_alone(qtbot, window, example):
    page, session = window.query_page, window.workspace.session
    assert "Open a file first" in page.lsi_button.toolTip()
    load(qtbot, window, example[0])
    assert not page.lsi_button.isEnabled()
    assert "Open a query first" in page.lsi_button.toolTip()
    load(qtbot, window, example[1])
    page.lsi_button.click()
    quiet(qtbot, window)
    assert page.depth_plot.empty_text == ""
    assert session.shown is None
    assert window.workspace.steps.stage("lsi") is StepState.DONE
    assert not page.lsi_button.isEnabled()
    assert "2 to 30 are used" in page.depth_plot.heading
    session.change("lsi", session.recipe.lsi.replaced(n_components=20))
    assert page.lsi_button.isEnabled()
    load(qtbot, window, example[1])
    assert "After a run" in page.depth_plot.empty_text
    assert page.depth_plot.heading == "Depth correlation of the LSI components"


def test_what_brings_an_empty_picture_stands_in_it(qtbot, window, example, monkeypatch):
    monkeypatch.setattr(stages, "umaps", without_umap)
    load(qtbot, window, example[1])
    window.resize(1280, 800)
    window.go_to("query")
    page = window.query_page
    page.switch.button("clusters").click()
    for view in (page.depth_plot, page.clusters, page.own_map):  # the others compute the LSI as well
        made = next(one for one in view.findChildren(QPushButton) if one.text() in view.empty_text)
        assert made.isVisible()
        assert made.visibleRegion().boundingRect() == made.rect()
        made.click()
        quiet(qtbot, window)
        assert view.empty_text == ""
        assert not made.isVisible()


def test_what_keeps_the_lsi_from_being_computed_is_said(qtbot, window, example):
    load(qtbot, window, *example)
    session = window.workspace.session
    session.change("lsi", session.recipe.lsi.replaced(min_peak_count=10_000))
    window.query_page.lsi_button.click()
    quiet(qtbot, window)
    assert window.query_page.messages.text.endswith(".")
    assert window.query_page.lsi_button.isEnabled()


def test_label_columns_are_a_table(qtbot, window, example):
    load(qtbot, window, *example)
    rows = window.query_page.columns.table.rows_model.rows
    assert [row[0] for row in rows] == ["cell_type"]


def test_without_label_columns_it_is_said_that_none_are_needed(qtbot, window, example, tmp_path):
    import anndata

    data = anndata.read_h5ad(example[1])
    del data.obs["cell_type"]
    data.write_h5ad(tmp_path / "bare.h5ad")
    load(qtbot, window, tmp_path / "bare.h5ad")
    assert "needs none" in window.query_page.columns.empty_text


def test_the_rail_shows_a_stage_that_is_computed_alone(qtbot, window, example):
    load(qtbot, window, *example)
    window.query_page.lsi_button.click()
    wait_for_stage(qtbot, window, "lsi")
    assert window.rail.button("query").state is StepState.RUNNING
    quiet(qtbot, window)
    assert window.rail.button("query").state is StepState.DONE


def test_the_map_of_a_query_that_was_replaced_is_not_shown(qtbot, window, finished_run, example):
    finished(window, finished_run)
    window.go_to("query")
    assert window.query_page.map.empty_text == ""
    window.workspace.loader.open_query(example[1])
    quiet(qtbot, window)
    assert "appears here after a run" in window.query_page.map.empty_text
    assert window.explore_page.query_map.empty_text == ""


def test_un_pairing_keeps_the_map(qtbot, window, example, tmp_path, monkeypatch):
    load(qtbot, window, *one_nucleus(example, tmp_path))
    run_fast(qtbot, window, monkeypatch)
    window.go_to("query")
    page, loader = window.query_page, window.workspace.loader
    for wanted in (True, False):
        loader.unpair(wanted=wanted)
        quiet(qtbot, window)
        assert (window.workspace.session.query.pairing is not None) is wanted
        seen = page.own_map if window.workspace.own_query.leads else page.map
        assert seen.isVisible()
        assert seen.empty_text == ""


def test_fragments_without_a_cell_are_read_again_with_fewer_to_a_cell(qtbot, window, answers, example, tmp_path):
    page, path = window.query_page, fragments_of(tmp_path / "fragments.tsv", example[1], 20)
    least = page.depth_form.field("min_fragments")
    assert not page.controls.isVisibleTo(page)
    answers.opens = [path]
    page.open_file()
    quiet(qtbot, window)
    assert window.page is page
    assert "lower “Fragments of a cell”" in page.messages.text
    assert least.isVisible()
    assert not page.lsi_form.isVisible()
    least.setValue(500)
    quiet(qtbot, window)
    assert "has 500 fragments" in page.messages.text
    assert least.value() == 500
    least.setValue(2)
    quiet(qtbot, window)
    query = window.workspace.session.query
    assert len(query.cells) == 20
    assert query.recognised.settings.min_fragments == 2
    assert least.isVisibleTo(page)
    assert page.lsi_form.isVisibleTo(page)
    least.setValue(900)
    quiet(qtbot, window)
    assert "has 900 fragments" in page.messages.text
    assert window.workspace.session.query is query
    load(qtbot, window, example[1])
    assert not least.isVisibleTo(page)


def test_dropped_fragments_without_a_cell_can_be_read_again_too(qtbot, window, example, tmp_path):
    path = fragments_of(tmp_path / "fragments.tsv", example[1], 20)
    load(qtbot, window, path)
    assert "Fragments of a cell" in window.query_page.messages.text
    window.query_page.depth_form.field("min_fragments").setValue(2)
    quiet(qtbot, window)
    assert window.workspace.loader.query_files.path == path
    assert len(window.workspace.session.query.cells) == 20


def test_an_assembly_that_is_not_recognised_is_told_where_it_is_chosen(qtbot, window, example):
    load(qtbot, window, *example)
    session, page = window.workspace.session, window.query_page
    unknown = replace(session.query, recognised=replace(session.query.recognised, assembly=None))
    session.set_inputs(query=unknown)
    assert page.messages.text.startswith("The genome assembly of the peaks was not recognised: choose it on the left")
    window.workspace.runs.start()
    quiet(qtbot, window)
    assert "in the window: page Query, Genome" in window.transfer_page.messages.text
    session.change("gene_activity", session.recipe.gene_activity.replaced(assembly="GRCh38"))
    assert "not recognised" not in page.messages.text
    quiet(qtbot, window)


@pytest.mark.parametrize(("page", "told"), [("query", True), ("reference", False)])
def test_a_file_of_another_kind_is_answered_with_what_the_page_can_open(qtbot, window, answers, tmp_path, page, told):
    path = tmp_path / "notes.txt"
    path.write_text("only words\n")
    answers.opens = [path]
    shown = getattr(window, f"{page}_page")
    shown.open_file()
    quiet(qtbot, window)
    assert "notes.txt" in shown.messages.text
    assert ("fragments" in shown.messages.text) == told
