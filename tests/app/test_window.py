"""Opening files, refusing bad ones, settings and what they make stale, appearance, keys."""

from __future__ import annotations

from pathlib import Path

import anndata
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from scipy.io import mmwrite
from zarr.core.sync import cleanup_resources

from anchorscope.parameters import BLOOD_PANEL, CLUSTER_AND_NAME, NO_TRUTH
from anchorscope_desktop.state.appearance import Scheme
from anchorscope_desktop.state.steps import STEPS, StepState
from app.helpers import load, open_example, settle


def test_an_empty_window_says_what_to_do(window):
    assert window.page is window.reference_page
    assert [window.rail.button(step.key).state for step in STEPS] == [StepState.EMPTY] * len(STEPS)
    assert "first" in window.transfer_page.messages.text
    assert "run" in window.explore_page.confusion.empty_text
    assert not window.export_page.save_button.isEnabled()


def test_dropped_files_find_their_sides(qtbot, window, example):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in reversed(example)])
    drop = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                      Qt.KeyboardModifier.NoModifier)
    window.dropEvent(drop)
    settle(qtbot, window)
    session = window.workspace.session
    assert session.reference.recognised.path == example[0]
    assert session.query.recognised.path == example[1]
    assert "rna.h5ad" in window.reference_page.facts.text
    assert "GRCh38" in window.query_page.facts.text
    assert window.workspace.steps.stage("lsi") is StepState.READY
    assert window.workspace.runs.possible


def test_files_opened_by_dialog(qtbot, window, answers, example):
    answers.opens = list(example)
    window.reference_page.first_button.click()
    settle(qtbot, window)
    assert window.page is window.reference_page
    window.query_page.open_file()
    settle(qtbot, window)
    assert window.page is window.query_page
    assert window.workspace.session.complete


@pytest.mark.parametrize("kind", ["mtx", "zarr"])
@pytest.mark.filterwarnings("ignore:Writing zarr v2:UserWarning")  # which format is not the point
def test_folders_are_opened_by_the_menu(qtbot, window, answers, example, tmp_path, kind):
    data = anndata.read_h5ad(example[0])
    folder = tmp_path / ("matrix" if kind == "mtx" else "rna.zarr")
    if kind == "mtx":
        folder.mkdir()
        mmwrite(folder / "matrix.mtx", data.X.T.tocoo().astype(int))
        (folder / "barcodes.tsv").write_text("\n".join(data.obs_names) + "\n")
        (folder / "features.tsv").write_text("\n".join(f"{g}\t{g}\tGene Expression" for g in data.var_names) + "\n")
    else:
        data.write_zarr(folder)
    answers.opens.append(folder)
    action = next(one for menu in window.menuBar().actions() for one in menu.menu().actions()
                  if one.text().replace("&", "") == "Open folder…")
    action.trigger()
    settle(qtbot, window)
    reference = window.workspace.session.reference
    assert reference is not None, window.reference_page.messages.text
    assert reference.recognised.path == folder
    assert list(reference.cells.index) == list(data.obs_names)
    assert "folder" in window.query_page.drop_area.accessibleDescription()
    cleanup_resources()  # zarr's own threads, which stay for the next store


def test_a_bad_file_is_one_sentence_and_nothing_is_lost(qtbot, window, example, tmp_path):
    load(qtbot, window, *example)
    session = window.workspace.session
    reference, query = session.reference, session.query
    bad = tmp_path / "notes.h5ad"
    bad.write_text("these are notes\n")
    window.workspace.loader.open_query(bad)
    settle(qtbot, window)
    assert window.page is window.query_page
    sentence = window.query_page.messages.text
    assert "notes.h5ad" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert session.reference is reference
    assert session.query is query
    window.workspace.loader.open_query(example[1])
    settle(qtbot, window)
    assert window.query_page.messages.text == ""


def test_a_missing_file_is_one_sentence(qtbot, window, tmp_path):
    load(qtbot, window, tmp_path / "absent.h5ad")
    assert "absent.h5ad" in window.reference_page.messages.text


def test_the_wrong_assembly_is_refused_and_the_form_goes_back(qtbot, window, example):
    load(qtbot, window, *example)
    box = window.query_page.assembly_form.field("assembly")
    box.setCurrentIndex(box.findData("GRCm38"))
    settle(qtbot, window)
    assert "GRCm38" in window.query_page.messages.text
    assert box.currentData() == "automatic"
    box.setCurrentIndex(box.findData("GRCh38"))
    settle(qtbot, window)
    assert window.workspace.session.recipe.gene_activity.assembly == "GRCh38"


def test_settings_that_name_a_column_follow_the_file(qtbot, window, example):
    session = window.workspace.session
    assert session.recipe.reference.labels == CLUSTER_AND_NAME
    load(qtbot, window, *example)
    assert session.recipe.reference.labels == "cell_type"
    assert session.recipe.grade.truth == NO_TRUTH
    box = window.transfer_page.truth_form.field("truth")
    box.setCurrentIndex(box.findData("cell_type"))
    assert session.recipe.grade.truth == "cell_type"


def test_the_panel_is_edited_saved_loaded_and_reset(qtbot, window, answers, example, tmp_path):
    load(qtbot, window, example[0])
    session, editor = window.workspace.session, window.reference_page.panel
    editor.table.item(0, 1).setText("CD4")
    assert session.recipe.panel.entries[0] == ("CD4 T", "CD4")
    path = tmp_path / "panel.csv"
    answers.saves, answers.opens = [path], [path]
    editor.pieces.save()
    edited = session.recipe.panel.entries
    editor.pieces.reset()
    assert session.recipe.panel == BLOOD_PANEL
    assert editor.table.entries() == BLOOD_PANEL.entries
    editor.pieces.load()
    assert session.recipe.panel.entries == edited
    editor.table.selectRow(0)
    editor.table.remove_lines()
    assert session.recipe.panel.entries == edited[1:]
    path.write_text("one column only\n")
    answers.opens = [path]
    editor.pieces.load()
    assert "panel.csv" in window.reference_page.messages.text
    assert session.recipe.panel.entries == edited[1:]


def test_a_new_reference_ends_the_pairing(qtbot, window, example):
    from dataclasses import replace

    load(qtbot, window, *example)
    session = window.workspace.session
    session.set_inputs(query=replace(session.query, pairing=np.zeros(len(session.query.cells), dtype=np.int64)))
    assert session.recipe.grade.truth != NO_TRUTH
    load(qtbot, window, example[0])
    assert session.query.pairing is None
    assert session.recipe.grade.truth == NO_TRUTH


@pytest.mark.parametrize("number", range(1, 8))
def test_pages_by_keyboard(qtbot, window, number):
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
    assert window.page.step is STEPS[number - 1]


def test_dark_and_back_is_remembered(qtbot, window):
    light = window.grab().toImage().pixelColor(300, 60)
    window.workspace.appearance.choose(Scheme.DARK)
    dark = window.grab().toImage().pixelColor(300, 60)
    assert light.lightness() > 200 > 60 > dark.lightness()
    assert type(window.workspace.appearance)().scheme is Scheme.DARK
    window.workspace.appearance.choose(Scheme.LIGHT)


def test_closing_during_a_job_stops_it(qtbot, window, example):
    load(qtbot, window, *example)
    window.workspace.runs.start()
    window.close()
    assert not window.workspace.runner.busy


def test_the_example_is_opened_again_where_it_was(qtbot, window):
    open_example(qtbot, window)
    first = window.workspace.session.reference.recognised.path
    open_example(qtbot, window)
    assert window.workspace.session.reference.recognised.path == first
    assert Path(first).is_file()


def test_the_log_opens_and_tells(qtbot, window, example):
    load(qtbot, window, example[0])
    assert "Reading rna.h5ad" in window.job_bar.log.toPlainText()
    assert window.job_bar.log.toPlainText().rstrip().endswith("Done.")


def test_the_page_stays_where_it_is_when_a_job_starts_and_ends(qtbot, window):
    settle(qtbot, window)
    before = window.page.geometry(), window.job_bar.height()
    window.job_bar.show_started("Something long")
    settle(qtbot, window)
    assert (window.page.geometry(), window.job_bar.height()) == before
    window.job_bar._show_working(working=False)
    settle(qtbot, window)
    assert (window.page.geometry(), window.job_bar.height()) == before
