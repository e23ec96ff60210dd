"""The query's own clusters: computed on demand, seen on maps and in a table, kept, exported, never in a run's way."""

from __future__ import annotations

import json
from dataclasses import replace

import anndata as ad
import numpy as np
import pytest

from anchorscope import stages
from anchorscope.evaluation.clusters import cluster_lines
from anchorscope.parameters import WITH_RUN
from anchorscope.results import QueryClusters
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.selection import Combine
from app.conftest import CELLS
from app.first_pages import quiet
from app.helpers import finished, load, settle

OWN = Meaning(ColourBy.OWN_CLUSTER)
FOUND = QueryClusters(np.arange(CELLS) * 12 // CELLS, 0.8, 20)
"""Twelve clusters: as many as numbers need to be sorted by their size."""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(stages, "umaps", lambda spaces, *_: [np.asarray(space[:, :2]) for space in spaces])
    monkeypatch.setattr(stages, "clusters", lambda space, *_: FOUND.clusters)


def clustered(qtbot, window):
    window.query_page.cluster_button.click()
    settle(qtbot, window)


def rows(window):
    return window.query_page.clusters.table.rows_model.rows


@pytest.mark.parametrize("place", [0, 1])
def test_the_clusters_colour_the_map_that_is_seen_as_the_table_does(qtbot, window, finished_run, place):
    finding, work = finished(window, finished_run), window.workspace
    drawn = finding.outcome.maps.sides[1]
    # What was read from a file is equal and yet another array.
    work.session.pipeline.take(finding.job, {"query_map": replace(drawn, places=drawn.places + 0.0)})
    window.go_to("query")
    page = window.query_page
    page.map.colour_by.pick(Meaning(ColourBy.SCORE))
    work.previews.compute(("gene_activity", "lsi"), "query")  # which says nothing of colours
    settle(qtbot, window)
    assert work.colours.query == Meaning(ColourBy.SCORE)
    page.switch.button("clusters").click()
    page._cluster_buttons[place].click()
    settle(qtbot, window)
    quiet(qtbot, window)
    assert page.map.isVisible()
    assert page.map.colour_by.currentText() == "by own cluster"
    legend = page.map.map.legend
    assert [legend.entry(line) for line in range(12)] == [str(row[0]) for row in rows(window)]
    table = page.clusters.table.rows_model
    assert {name: color for name, color in legend._entries if name} == {
        name: color for name, color in table.colours.items() if name in dict(legend._entries)}


def test_the_colours_stay_where_no_cluster_was_found(qtbot, window, finished_run, monkeypatch):
    finished(window, finished_run)
    work = window.workspace
    before = work.colours.query

    def fail(*_):
        raise ValueError("too few cells")

    monkeypatch.setattr(stages, "clusters", fail)
    clustered(qtbot, window)
    assert work.colours.query == before
    assert not window.query_page._clusters_wanted


def test_before_a_run_there_are_sizes_a_colour_and_cells_to_choose(qtbot, window, example):
    load(qtbot, window, example[1])
    window.go_to("query")
    page = window.query_page
    assert "Cluster the cells" in page.clusters.empty_text
    assert "take about" in page.cluster_button.toolTip()
    clustered(qtbot, window)
    assert page.clusters.isVisible()
    assert [row[1] for row in rows(window)] == np.bincount(FOUND.clusters).tolist()
    assert [len(row) for row in rows(window)] == [2] * 12
    assert not page.cluster_button.isEnabled()
    page.map_button.click()
    quiet(qtbot, window)
    page.own_map.colour_by.pick(OWN)
    assert page.own_map.state.meaning == OWN
    legend = page.own_map.map.legend
    assert [legend.entry(place) for place in range(12)] == [str(number) for number in range(12)]
    selection = window.workspace.selection
    name = rows(window)[3][0]
    page.clusters.table.clicked.emit(page.clusters.table.model().index(3, 0))
    np.testing.assert_array_equal(selection.current.query, FOUND.clusters == name)
    np.testing.assert_array_equal(page.own_map.highlighted, FOUND.clusters == name)
    legend.clicked.emit(5, Combine.REPLACE)
    np.testing.assert_array_equal(selection.current.query, FOUND.clusters == 5)
    corners = np.array([[-1e9, -1e9], [1e9, -1e9], [1e9, 1e9], [-1e9, 1e9]])
    page.own_map.map.lasso.drawn.emit(corners, Combine.REPLACE)
    assert selection.current.query.all()
    page.own_map.map.clicked.emit(7, Combine.REPLACE)
    np.testing.assert_array_equal(np.flatnonzero(selection.current.query), [7])
    load(qtbot, window, example[1])
    assert selection.current.empty  # the cells of another reading of a file are others
    page.switch.button("columns").click()
    assert page.columns.isVisible()


def test_a_run_tells_what_each_cluster_was_called(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    window.go_to("query")
    clustered(qtbot, window)
    assert not window.workspace.session.outdated
    lines = cluster_lines(FOUND, finding.outcome.prediction, finding.outcome.grade.truth)
    assert [tuple(row) for row in rows(window)] == [
        (int(one.name), one.n_cells, one.label, one.share, one.mean_score, one.truth, one.true_share) for one in lines]
    window.resize(window.minimumSize())
    table = window.query_page.clusters.table
    assert not any(table.isColumnHidden(place) for place in range(7))
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)  # what has no room is reached by scrolling
    for place in (2, 5):
        assert table.columnWidth(place) >= table._wanted(place)
    assert not window.query_page.clusters._older.isVisible()
    session = window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=7))
    assert window.query_page.clusters._older.isVisible()  # the labels are those of the run before
    session.change("anchors", finding.job.recipe.anchors)
    assert not window.query_page.clusters._older.isVisible()
    window.workspace.threshold.move(1.0)
    qtbot.waitUntil(lambda: {row[2] for row in rows(window)} == {"Unassigned"})


@pytest.mark.parametrize("where", ["table", "explore", "query"])
def test_a_cluster_is_chosen_everywhere(qtbot, window, finished_run, where):
    finished(window, finished_run)
    window.go_to("query")
    clustered(qtbot, window)
    work, page = window.workspace, window.query_page
    work.levels.colour("query", OWN)
    maps = {"explore": window.explore_page.query_map, "query": page.map}
    if where == "table":
        page.clusters.table.clicked.emit(page.clusters.table.model().index(3, 0))
    else:
        legend = maps[where].map.legend
        assert legend.entry(3) == "3"
        legend.clicked.emit(3, Combine.REPLACE)
    assert work.selection.current.description == "Own cluster 3"
    for one in maps.values():
        np.testing.assert_array_equal(one.highlighted, FOUND.clusters == 3)
    table = page.clusters.table
    assert [table.row_at(index) for index in table.selectionModel().selectedRows()] == [3]
    maps["query"].map.legend.clicked.emit(5, Combine.ADD)
    assert [table.row_at(index) for index in table.selectionModel().selectedRows()] == [3, 5]
    work.selection.clear()
    assert not table.selectionModel().selectedRows()


def test_a_legend_of_the_own_map_chooses_where_there_is_a_run(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("query")
    clustered(qtbot, window)
    session, page = window.workspace.session, window.query_page
    session.change("umap", session.recipe.umap.replaced(n_neighbors=7))
    page.map_button.click()
    quiet(qtbot, window)
    assert page.own_map.isVisible()
    page.own_map.colour_by.pick(OWN)
    page.own_map.map.legend.clicked.emit(11, Combine.REPLACE)
    np.testing.assert_array_equal(window.workspace.selection.current.query, FOUND.clusters == 11)
    assert window.workspace.selection.current.description == "Own cluster 11"


def test_another_resolution_makes_clusters_old_and_no_run(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("query")
    clustered(qtbot, window)
    page, session = window.query_page, window.workspace.session
    assert page.clusters._older.isHidden()
    page.cluster_form.field("resolution").setValue(2.0)
    assert session.recipe.clusters.resolution == 2.0
    assert not session.outdated
    assert not page.clusters._older.isHidden()
    assert page.cluster_button.isEnabled()
    clustered(qtbot, window)
    assert page.clusters._older.isHidden()
    assert session.shown.outcome.query_clusters.resolution == 2.0
    assert session.shown.job.recipe.clusters.resolution == 2.0


def test_every_run_of_the_same_cells_has_the_clusters(qtbot, window, finished_run):
    first = finished(window, finished_run)
    session = window.workspace.session
    session.add_finding(first.job, replace(first.outcome), 1.0)
    session.show(session.findings[0])
    clustered(qtbot, window)
    assert session.shown is session.findings[0]
    for one in session.findings:
        np.testing.assert_array_equal(one.outcome.query_clusters.clusters, FOUND.clusters)
        assert one.job.recipe.clusters.when == WITH_RUN  # so that its recipe finds them again


def test_clusters_wanted_with_a_run_are_computed_by_the_next(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    session, runs = window.workspace.session, window.workspace.runs
    assert not runs.possible
    session.change("clusters", session.recipe.clusters.replaced(when=WITH_RUN))
    assert runs.possible
    assert not session.outdated  # the labels are what they were
    runs.start()
    settle(qtbot, window)
    assert session.shown.outcome.query_clusters is not None
    np.testing.assert_array_equal(session.shown.outcome.maps.query, finding.outcome.maps.query)
    assert not runs.possible


def test_another_query_has_no_clusters(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("query")
    clustered(qtbot, window)
    session = window.workspace.session
    session.set_inputs(query=replace(session.query, counts=session.query.counts.copy()))
    assert window.query_page.clusters.empty_text


def test_a_cancel_keeps_what_was_there(qtbot, window, finished_run, monkeypatch):
    def endless(space, neighbors, resolution, seed, progress):
        window.workspace.runner.cancel()
        while True:
            progress.update(0.5)

    finished(window, finished_run)
    window.go_to("query")
    clustered(qtbot, window)
    monkeypatch.setattr(stages, "clusters", endless)
    window.query_page.cluster_form.field("resolution").setValue(2.0)
    clustered(qtbot, window)
    assert window.workspace.session.shown.outcome.query_clusters.resolution == 0.8
    assert len(rows(window)) == 12
    assert window.query_page.cluster_button.isEnabled()


def test_clusters_are_in_the_session_file_and_in_the_labelled_query(qtbot, window, example, tmp_path):
    load(qtbot, window, *example)
    work, path = window.workspace, tmp_path / "clusters.anchorscope"
    work.runs.start()
    settle(qtbot, window)
    window.go_to("query")
    clustered(qtbot, window)
    work.levels.colour("query", OWN)
    work.file.save(path)
    settle(qtbot, window)
    work.file.open(path)
    quiet(qtbot, window)
    np.testing.assert_array_equal(work.session.shown.outcome.query_clusters.clusters, FOUND.clusters)
    assert len(rows(window)) == 12
    assert work.colours.query == OWN
    assert not window.query_page.cluster_button.isEnabled()  # nothing of it is computed again
    work.chooser.saves.append(tmp_path / "labelled.h5ad")
    window.go_to("export")
    window.export_page.save_button.click()
    settle(qtbot, window)
    written = ad.read_h5ad(tmp_path / "labelled.h5ad")
    assert written.obs["query.cluster"].astype(int).tolist() == FOUND.clusters.tolist()
    assert json.loads(written.uns["anchorscope"]["recipe"])["clusters"]["resolution"] == 0.8


def test_clusters_stay_in_the_table_after_a_run_with_another_seed_and_in_its_session(
    qtbot, window, finished_run, tmp_path
):
    finding = finished(window, finished_run)
    window.go_to("query")
    clustered(qtbot, window)
    work, path = window.workspace, tmp_path / "seeds.anchorscope"
    job = replace(finding.job, recipe=replace(finding.job.recipe, seed=7))
    work.session.add_finding(job, replace(finding.outcome, query_clusters=None), 1.0)
    assert len(rows(window)) == 12
    work.file.save(path)
    settle(qtbot, window)
    work.file.open(path)
    quiet(qtbot, window)
    assert work.session.shown.outcome.query_clusters is None
    window.go_to("query")
    assert len(rows(window)) == 12
    assert work.previews.own("query_clusters").recipe.seed != 7


def test_clusters_of_a_query_alone_are_in_the_session_file_and_in_the_run_that_follows(
    qtbot, window, example, tmp_path
):
    load(qtbot, window, example[1])
    window.go_to("query")
    clustered(qtbot, window)
    work, path = window.workspace, tmp_path / "alone.anchorscope"
    work.file.save(path)
    settle(qtbot, window)
    work.file.open(path)
    quiet(qtbot, window)
    assert len(rows(window)) == 12
    load(qtbot, window, example[0])
    work.session.change("reference", work.session.recipe.reference.replaced(labels="cell_type"))
    work.runs.start()
    settle(qtbot, window)
    np.testing.assert_array_equal(work.session.shown.outcome.query_clusters.clusters, FOUND.clusters)
    window.go_to("query")
    window.query_page.switch.button("clusters").click()  # a session begins with the first tab
    assert len(rows(window)[0]) == 5


def test_the_stage_is_listed_once_it_is_there_and_runs_with_a_run_where_that_is_asked_for(qtbot, window, example):
    load(qtbot, window, *example)
    work, line = window.workspace, lambda: window.transfer_page.stages.lines["query_clusters"].title
    window.go_to("transfer")
    assert line().isHidden()
    work.session.change("clusters", work.session.recipe.clusters.replaced(when=WITH_RUN))
    work.runs.start()
    settle(qtbot, window)
    assert work.session.shown.outcome.query_clusters is not None
    assert not line().isHidden()
    assert not window.query_page.cluster_button.isEnabled()
