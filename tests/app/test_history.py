"""Settings that are undone when files are opened or a multiome is un-paired."""

from __future__ import annotations

from dataclasses import replace

import anndata
import numpy as np

from anchorscope.parameters import NO_TRUTH, PAIRED_TRUTH
from anchorscope.results import Job
from anchorscope_desktop.main_window import MainWindow
from app.helpers import finished, load, open_example, settle
from app.test_loading import one_nucleus


def anchors(window: MainWindow, k_anchor: int) -> None:
    session = window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=k_anchor))


def unpaired(qtbot, window, example, folder):
    """Two files of the same cells, with a column as the answer key, then un-paired; return the query before."""
    load(qtbot, window, *one_nucleus(example, folder))
    session = window.workspace.session
    session.change("grade", session.recipe.grade.replaced(truth="cell_type"))
    query = session.query
    window.query_page.messages.action.click()
    settle(qtbot, window)
    assert session.query.pairing is not None
    return query


def test_un_pairing_is_one_step_that_is_undone_and_redone(qtbot, window, example, tmp_path):
    session, history = window.workspace.session, window.workspace.history
    load(qtbot, window, *example)
    anchors(window, 9)
    query = unpaired(qtbot, window, example, tmp_path)
    history.undo()
    assert session.query is query
    assert session.recipe.grade.truth == "cell_type"
    assert session.recipe.anchors.k_anchor == 9
    assert not window.query_page.unpair.isChecked()
    assert "have the barcode of a reference cell" in window.query_page.messages.text
    history.redo()
    np.testing.assert_array_equal(session.query.pairing, np.arange(len(query.cells)))
    assert session.recipe.grade.truth == PAIRED_TRUTH
    assert window.query_page.unpair.isChecked()
    assert not history.can_redo


def test_a_run_before_the_un_pairing_is_up_to_date_again_when_that_is_undone(qtbot, window, finished_run, example,
                                                                            tmp_path):
    unpaired(qtbot, window, example, tmp_path)
    finished(window, finished_run)
    session, query = window.workspace.session, finished_run.job.query
    session.set_inputs(query=replace(query, pairing=np.arange(len(query.cells))))
    assert session.outdated
    window.workspace.history.undo()
    assert not session.outdated
    assert not window.workspace.runs.possible


def test_un_pairing_that_is_taken_back_at_once_brings_the_answer_key_back(qtbot, window, example, tmp_path):
    session = window.workspace.session
    unpaired(qtbot, window, example, tmp_path)
    for take_back in (window.query_page.messages.action, window.query_page.unpair):
        take_back.click()
        settle(qtbot, window)
        assert session.query.pairing is None
        assert session.recipe.grade.truth == "cell_type"
        window.workspace.history.redo()
        assert session.query.pairing is not None


def test_un_pairing_makes_nothing_but_the_grade_stale(qtbot, window, example, tmp_path):
    """Also where some cells have no partner, of which a remark is made; ticked and unticked, all is as it was."""
    rna, atac = one_nucleus(example, tmp_path)
    table = anndata.read_h5ad(atac)
    names = table.obs_names.to_numpy(dtype=object)
    names[:3] = ["other_1", "other_2", "other_3"]
    table.obs_names = names
    table.write_h5ad(atac)
    load(qtbot, window, rna, atac)
    session, page = window.workspace.session, window.query_page
    session.change("grade", session.recipe.grade.replaced(truth="cell_type"))
    session.pipeline.compute(Job(session.reference, session.query, session.recipe), "query_map")
    session.pipeline.compute(Job(session.reference, session.query, session.recipe), "gene_activity")

    def fresh():
        return {name: session.status_of(name).value for name in ("lsi", "gene_activity", "query_map")}

    done = dict.fromkeys(fresh(), "done")
    assert fresh() == done
    page.unpair.click()
    settle(qtbot, window)
    assert (session.query.pairing >= 0).sum() == len(names) - 3
    assert fresh() == done
    anchors(window, 8)  # so that unticking is no undo
    page.unpair.click()
    settle(qtbot, window)
    assert session.query.pairing is None
    assert fresh() == done


def test_a_run_is_up_to_date_again_when_the_un_pairing_is_taken_back_later(qtbot, window, finished_run):
    finished(window, finished_run)
    session, query = window.workspace.session, finished_run.job.query
    session.set_inputs(query=replace(query, pairing=np.arange(len(query.cells))))
    assert session.outdated
    anchors(window, 9)
    anchors(window, finished_run.job.recipe.anchors.k_anchor)
    session.set_inputs(query=replace(session.query, pairing=None))
    session.set_recipe(finished_run.job.recipe)
    assert not session.outdated
    assert session.query is query


def test_un_pairing_that_is_taken_back_later_keeps_what_was_set_since(qtbot, window, example, tmp_path):
    session, history = window.workspace.session, window.workspace.history
    unpaired(qtbot, window, example, tmp_path)
    anchors(window, 9)
    window.query_page.messages.action.click()
    settle(qtbot, window)
    assert session.query.pairing is None
    assert session.recipe.anchors.k_anchor == 9
    history.undo()
    assert session.query.pairing is not None
    assert session.recipe.grade.truth == PAIRED_TRUTH
    assert session.recipe.anchors.k_anchor == 9


def test_a_file_that_is_opened_stays_and_so_do_the_settings_before_it(qtbot, window, example, tmp_path):
    session, history = window.workspace.session, window.workspace.history
    load(qtbot, window, *example)
    start = session.recipe.anchors.k_anchor
    anchors(window, 9)
    session.change("grade", session.recipe.grade.replaced(truth="cell_type"))
    anchors(window, 8)
    nameless = anndata.read_h5ad(example[1])
    nameless.obs = nameless.obs[[]]
    nameless.write_h5ad(tmp_path / "nameless.h5ad")
    load(qtbot, window, tmp_path / "nameless.h5ad")
    query = session.query
    steps = []
    while history.can_undo:
        history.undo()
        steps.append((session.recipe.anchors.k_anchor, session.recipe.grade.truth))
        assert session.query is query
    assert steps == [(9, NO_TRUTH), (start, NO_TRUTH)]  # a column that is not there is no answer key
    history.redo()
    assert session.recipe.anchors.k_anchor == 9


def test_what_was_undone_is_done_again_after_a_file_was_opened(qtbot, window, example):
    load(qtbot, window, *example)
    anchors(window, 9)
    window.workspace.history.undo()
    load(qtbot, window, example[0])
    window.workspace.history.redo()
    assert window.workspace.session.recipe.anchors.k_anchor == 9


def test_the_settings_that_the_example_comes_with_are_no_step(qtbot, window):
    open_example(qtbot, window)
    assert window.workspace.session.recipe.grade.truth == "cell_type"
    assert not window.workspace.history.can_undo


def test_the_assembly_that_the_query_was_read_with_is_kept(qtbot, window, example):
    session, history = window.workspace.session, window.workspace.history
    load(qtbot, window, *example)
    start = session.recipe.anchors.k_anchor
    anchors(window, 9)
    window.workspace.loader.change_assembly(session.recipe.gene_activity.replaced(assembly="GRCh38"))
    settle(qtbot, window)
    history.undo()
    assert session.recipe.gene_activity.assembly == session.query.recognised.assembly == "GRCh38"
    assert session.recipe.anchors.k_anchor == start
    assert not history.can_undo


def test_a_new_session_has_nothing_to_undo(qtbot, window, example):
    open_example(qtbot, window)
    anchors(window, 9)
    window.workspace.file.new()
    assert not window.workspace.history.can_undo
