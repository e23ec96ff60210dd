"""The whole job in the window: open, run, click, doubt, cancel, run again, compare, save, read again."""

from __future__ import annotations

import json
import time
from pathlib import Path

import anndata
import numpy as np
import pytest
from PySide6.QtCore import Qt

from anchorscope.pipeline import STAGES
from anchorscope.results import Grade
from anchorscope_desktop.jobs.report import JobReport
from anchorscope_desktop.main_window import MainWindow
from anchorscope_desktop.state.selection import Mask
from anchorscope_desktop.state.steps import STEPS
from app.first_pages import quiet
from app.helpers import SHIFT, click, load, open_example, run, settle, wait_for_stage


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    """With every page made, as it is a moment after it was opened."""
    for step in STEPS:
        window.go_to(step.key)
    window.go_to(STEPS[0].key)
    return window


def grade_of(window: MainWindow) -> Grade:
    grade = window.workspace.session.shown.outcome.grade
    assert grade is not None
    return grade


def assert_highlighted(window: MainWindow, query: Mask) -> None:
    """Every view shows exactly `query`, and reference cells as the state has them."""
    page, selection = window.explore_page, window.workspace.selection.current
    np.testing.assert_array_equal(selection.query, query)
    np.testing.assert_array_equal(page.query_map.highlighted, query)
    np.testing.assert_array_equal(window.query_page.map.highlighted, query)
    np.testing.assert_array_equal(page.reference_map.highlighted, selection.reference)
    assert page.histogram.counts[1].sum() == query.sum()
    assert page.selected.text.endswith(f"{query.sum():,} query cells, {selection.reference.sum():,} reference cells")
    barcodes = window.workspace.session.shown.job.query.cells.index[query]
    assert [row[0] for row in page.selected.table.rows_model.rows] == list(barcodes)


def check_clicks(qtbot, window: MainWindow) -> None:
    grade, heatmap = grade_of(window), window.explore_page.confusion.heatmap
    wrong = grade.counts - np.diag(np.diag(grade.counts))
    truth, called = (int(place) for place in np.unravel_index(wrong.argmax(), wrong.shape))
    assert wrong[truth, called] > 0

    click(qtbot, heatmap, truth, called)
    assert_highlighted(window, grade.cells(truth, called))
    name = grade.types[called]
    labels = window.workspace.session.shown.outcome.reference_labels.labels
    np.testing.assert_array_equal(window.explore_page.reference_map.highlighted, labels.names == name)

    click(qtbot, heatmap, truth, None)
    assert_highlighted(window, grade.cells(truth, None))
    click(qtbot, heatmap, None, called)
    assert_highlighted(window, grade.cells(None, called))
    click(qtbot, heatmap, truth, None, SHIFT)
    assert_highlighted(window, grade.cells(None, called) | grade.cells(truth, None))

    window.explore_page.confusion.unit_button("n").click()
    assert heatmap.data.texts[truth][called] == f"{grade.counts[truth, called]:,}"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.workspace.selection.current.empty
    assert window.explore_page.query_map.highlighted is None


def check_other_gestures(qtbot, window: MainWindow) -> None:
    page, finding = window.explore_page, window.workspace.session.shown
    labels = finding.outcome.prediction.labels
    table = page.types.table
    table.clicked.emit(table.model().index(1, 0))
    name = table.rows_model.rows[1][0]
    assert_highlighted(window, labels.names == name)

    page.query_map.map.legend.clicked.emit(0, False)
    assert_highlighted(window, labels.names == page.query_map.map.legend.entry(0))

    for choice in page.query_map.colour_by.meanings[:8]:
        page.query_map.colour_by.pick(choice)
        assert page.query_map.map.legend.entry(0)
    page.query_map.colour_by.pick(page.query_map.colour_by.meanings[0])
    window.workspace.selection.clear()


def check_pictures(qtbot, window: MainWindow) -> None:
    quiet(qtbot, window)
    track, finding = window.activity_page.track, window.workspace.session.shown
    place, activity = track.shown, finding.outcome.gene_activity
    row = list(activity.regions.symbols).index(place.gene)
    assert (place.lanes[0].credit > 0).sum() == activity.membership[[row]].nnz
    assert not window.activity_page.by_type.empty_text
    assert not window.query_page.depth_plot.empty_text


def check_cancel(qtbot, window: MainWindow) -> None:
    session = window.workspace.session
    before = session.findings
    session.change("lsi", session.recipe.lsi.replaced(last_component=20))
    assert session.outdated
    window.transfer_page.run_button.click()
    wait_for_stage(qtbot, window, "maps")
    pressed = time.process_time()
    window.job_bar.cancel_requested.emit()
    settle(qtbot, window)
    assert time.process_time() - pressed < 2.0
    assert session.findings == before
    assert not window.workspace.runs.running
    assert session.statuses()["transfer"].value == "done"
    assert session.statuses()["maps"].value == "stale"
    assert "Cancelled" in window.transfer_page.messages.text
    assert window.transfer_page.run_button.isEnabled()


def check_export(qtbot, window: MainWindow, folder: Path) -> None:
    finding = window.workspace.session.shown
    for key, name in (("h5ad", "out.h5ad"), ("labels", "out.csv"), ("report", "out.html"), ("summary", "out.json")):
        window.workspace.chooser.saves.append(folder / name)
        window.export_page.buttons[key].click()
        settle(qtbot, window)
        assert str(folder / name) in window.export_page.messages.text
    read = anndata.read_h5ad(folder / "out.h5ad")
    assert list(read.obs["predicted.id"]) == list(finding.outcome.prediction.labels.names)
    assert list(read.obs_names) == list(finding.job.query.cells.index)
    summary = json.loads((folder / "out.json").read_text())
    assert summary["accuracy"] == pytest.approx(grade_of(window).accuracy)
    assert summary["query_cells"] == read.n_obs
    assert (folder / "out.csv").read_text().count("\n") == read.n_obs + 1
    assert "<html" in (folder / "out.html").read_text()


def test_cancel_acts_within_a_second_at_every_stage(qtbot, window, example):
    """A second of both processors, whatever else they are busy with."""
    load(qtbot, window, *example)
    work = window.workspace
    for stage in STAGES:
        pressed: list[float] = []

        def press(report: JobReport, name: str = stage.name, pressed: list[float] = pressed) -> None:
            if report.stage == name and not pressed:
                pressed.append(time.process_time())
                work.runner.cancel()

        work.runner.progressed.connect(press)
        work.runs.start()
        settle(qtbot, window)
        work.runner.progressed.disconnect(press)
        if work.session.shown is not None:
            break
        assert time.process_time() - pressed[0] < 2.0, stage.name
    assert work.steps.stage("transfer").value == "done"


def test_the_whole_way(qtbot, window, tmp_path):
    assert not window.transfer_page.run_button.isEnabled()
    open_example(qtbot, window)
    assert window.workspace.session.recipe.grade.truth == "cell_type"
    run(qtbot, window)
    assert window.page is window.explore_page
    assert grade_of(window).accuracy > 0.5
    assert not window.transfer_page.run_button.isEnabled()
    check_clicks(qtbot, window)
    check_other_gestures(qtbot, window)
    check_pictures(qtbot, window)
    check_cancel(qtbot, window)
    run(qtbot, window)
    findings = window.workspace.session.findings
    assert [finding.number for finding in findings] == [1, 2]
    table = window.compare_page.runs.table
    assert "Last component used" in [column.title for column in table.rows_model.columns]
    table.clicked.emit(table.model().index(0, 0))
    assert window.workspace.session.shown is findings[0]
    table.clicked.emit(table.model().index(1, 0))
    check_export(qtbot, window, tmp_path)
