"""Saving, opening, moved and changed files, the name in the title, and what is kept without being asked."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import anndata
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMenu

from anchorscope import stages
from anchorscope.errors import OutputError
from anchorscope.evaluation.comparison import Comparison, ComparisonRow, Scores
from anchorscope.io import session as sessions
from anchorscope.io.session import read_session
from anchorscope.parameters import CLUSTER_AND_NAME, REFINED, SEURAT, Recipe
from anchorscope.results import Job
from anchorscope_desktop.jobs.report import Ending, JobEnd
from anchorscope_desktop.menus import NO_UNSAVED
from anchorscope_desktop.pages.frame import READING
from anchorscope_desktop.state import autosaving, genes, left_behind, recent, session_file, way_back
from anchorscope_desktop.state.autosaving import OFFERS
from anchorscope_desktop.state.left_behind import Reason
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.notices import REFERENCE, SESSION
from anchorscope_desktop.state.previews import UP_TO_DATE
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.state.view_state import View
from anchorscope_desktop.views.marker_checks import EDIT
from app.first_pages import one_nucleus, quiet, run_fast, without_umap
from app.helpers import finished, load, settle

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def at_work(window, finished_run, tmp_path, example):
    """A window with a finished run of copies of the example, something selected, on Explore."""
    paths = [Path(shutil.copy(path, tmp_path)) for path in example]
    work, job = window.workspace, finished_run.job
    reference = replace(job.reference, recognised=replace(job.reference.recognised, path=paths[0]))
    query = replace(job.query, recognised=replace(job.query.recognised, path=paths[1]))
    from anchorscope_desktop.state.files import QueryFiles, ReferenceFiles

    work.loader.reference_files, work.loader.query_files = ReferenceFiles(paths[0]), QueryFiles(paths[1])
    # A pipeline of its own: that of the finished run is every test's.
    run = replace(finished_run, pipeline=finished_run.pipeline.branched(),
                  job=replace(job, reference=reference, query=query))
    run.pipeline.adopt(run.job, run.outcome)
    finished(window, run)
    window.go_to("explore")
    mask = np.arange(len(query.cells)) % 5 == 0
    work.selection.choose(Selection("every fifth", None, mask))
    work.colours.choose("query", Meaning(ColourBy.SCORE))
    work.session.change("transfer", work.session.recipe.transfer.replaced(min_score=0.4))
    return window


def saved(qtbot, window, path):
    window.workspace.file.save(path)
    settle(qtbot, window)
    assert window.workspace.file.path == path, window.page.session_messages.text
    return path


def opened(qtbot, window, path):
    window.workspace.file.open(path)
    quiet(qtbot, window)


@pytest.mark.parametrize("older", [False, True])
def test_the_threshold_of_the_other_method_comes_back(qtbot, at_work, second, tmp_path, monkeypatch, older):
    before = at_work.workspace
    if older:  # had one threshold for both methods
        plain = View.plain
        monkeypatch.setattr(View, "plain", lambda view: {name: value for name, value in plain(view).items()
                                                         if name != "least_scores"})
    before.session.change("transfer", before.session.recipe.transfer.replaced(method=SEURAT))
    before.session.change("transfer", before.session.recipe.transfer.replaced(min_score=0.2))
    opened(qtbot, second, saved(qtbot, at_work, tmp_path / "blood.anchorscope"))
    after = second.workspace
    assert (after.session.recipe.transfer.method, after.threshold.value) == (SEURAT, 0.2)
    after.session.change("transfer", after.session.recipe.transfer.replaced(method=REFINED))
    assert after.threshold.value == (0.2 if older else 0.4)


@pytest.mark.parametrize("model", [genes.ALL_MODELS, genes.MODELS[-1], "", "of another version"])
def test_the_model_beside_the_chosen_one_comes_back(qtbot, at_work, second, tmp_path, model):
    touched = []
    at_work.workspace.file.touched.connect(lambda: touched.append(1))
    at_work.workspace.sketch.compare(model)
    assert touched == [1]
    second.go_to("gene_activity")
    opened(qtbot, second, saved(qtbot, at_work, tmp_path / "blood.anchorscope"))
    known = genes.FIRST_COMPARED if model.startswith("of") else model
    assert second.workspace.sketch.compared == second.activity_page.track.compare_box.currentData() == known


def test_a_session_comes_back_as_it_was(qtbot, at_work, second, tmp_path):
    before = at_work.workspace
    at_work.explore_page.confusion.unit_button("n").click()
    at_work.explore_page.histogram.switch.button("coverage").click()
    at_work.explore_page.layout_switch.button("merged").click()
    before.comparer.choose(("archr",), ("rpca",))
    path = saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    opened(qtbot, second, path)
    after = second.workspace
    assert second.page is second.explore_page
    np.testing.assert_array_equal(after.selection.current.query, before.selection.current.query)
    assert after.selection.current.description == "every fifth"
    assert after.colours.query == Meaning(ColourBy.SCORE)
    assert after.threshold.value == 0.4
    assert after.session.recipe == before.session.recipe
    page = second.explore_page
    assert (page.confusion.switch.value, page.histogram.switch.value, page.layout_switch.value) == (
        "n", "coverage", "merged")
    assert page.merged_map.isVisible()
    assert (after.comparer.models, after.comparer.reductions) == (("archr",), ("rpca",))
    np.testing.assert_array_equal(after.session.shown.outcome.maps.query, before.session.shown.outcome.maps.query)
    assert second.explore_page.confusion.heatmap.data.texts == at_work.explore_page.confusion.heatmap.data.texts
    assert {state.value for state in after.session.statuses().values()} == {"done"}
    assert after.session.shown.whole
    assert not after.session.outdated
    assert not after.file.modified
    assert second.page.session_messages.text == ""


def test_the_merged_map_comes_back(qtbot, at_work, second, tmp_path):
    before = at_work.workspace
    at_work.explore_page.layout_switch.button("merged").click()
    path = saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    assert not before.file.modified
    at_work.explore_page.merged_map.draw.click()
    settle(qtbot, at_work)
    assert before.file.modified  # a drawn map is work that can be lost
    opened(qtbot, second, saved(qtbot, at_work, path))
    after = second.workspace
    np.testing.assert_array_equal(after.merger.result.map, before.merger.result.map)
    np.testing.assert_array_equal(second.explore_page.merged_map.map.cloud.positions, before.merger.result.map)
    assert not after.file.modified
    after.file.new()
    assert after.merger.drawn is None


def test_while_the_files_are_read_no_page_says_that_they_are_missing(qtbot, at_work, second, tmp_path):
    path, seen = saved(qtbot, at_work, tmp_path / "blood.anchorscope"), []
    pages = (second.transfer_page, second.compare_page, second.export_page)

    def look():
        if second.workspace.file.reading:
            seen.append([page.messages.text for page in pages])

    second.workspace.file.changed.connect(look)
    opened(qtbot, second, path)
    assert [set(texts) for texts in seen[-1:]] == [{READING.text}]
    assert not second.workspace.file.reading
    assert READING.text not in [page.messages.text for page in pages]


def test_a_gene_that_colours_the_map_comes_back_with_the_counts(qtbot, at_work, second, tmp_path):
    before = at_work.workspace
    gene = Meaning(ColourBy.GENE, str(before.session.shown.job.reference.genes[0]))
    before.levels.colour("reference", gene)
    path, seen = saved(qtbot, at_work, tmp_path / "blood.anchorscope"), []
    after, box = second.workspace, second.explore_page.reference_map.colour_by
    after.file.opened.connect(lambda: seen.append((after.colours.reference.by, box.currentText(),
                                                   after.file.state().view["colours"]["reference"]["name"])))
    opened(qtbot, second, path)
    assert seen == [(ColourBy.TYPE, "by type", gene.name)]
    assert after.colours.reference == gene
    assert box.currentText() == f"{gene.name} expression"


def test_a_comparison_comes_back_and_is_of_the_files_that_are_read_again(qtbot, at_work, second, tmp_path):
    comparer, session = at_work.workspace.comparer, at_work.workspace.session
    table = Comparison((ComparisonRow("archr", "cca", Scores(0.9, 0.8, 0.7, 0.6), 12, 0.5, 1.0, 2.0),), "cell_type")
    path = saved(qtbot, at_work, tmp_path / "compared.anchorscope")
    assert not at_work.workspace.file.modified
    comparer.restore((Job(session.reference, session.query, session.recipe), table))
    assert at_work.workspace.file.modified
    opened(qtbot, second, saved(qtbot, at_work, path))
    after = second.workspace
    assert after.comparer.comparison == table
    assert not after.comparer.outdated
    assert not after.file.modified
    after.session.change("anchors", after.session.recipe.anchors.replaced(k_anchor=9))
    assert after.comparer.outdated


def test_a_stage_computed_alone_comes_back_and_is_up_to_date(qtbot, window, second, example, tmp_path):
    load(qtbot, window, *example)
    before = window.workspace
    before.previews.compute(("lsi",), "query")
    quiet(qtbot, window)
    opened(qtbot, second, saved(qtbot, window, tmp_path / "begun.anchorscope"))
    after = second.workspace
    np.testing.assert_array_equal(after.previews.lsi.embeddings, before.previews.lsi.embeddings)
    assert after.previews.obstacle("lsi") == UP_TO_DATE
    assert after.session.findings == ()


def test_an_unpaired_multiome_comes_back_with_its_answer_key(qtbot, window, second, example, tmp_path):
    load(qtbot, window, *one_nucleus(example, tmp_path))
    window.workspace.loader.unpair()
    quiet(qtbot, window)
    before = window.workspace.session
    opened(qtbot, second, saved(qtbot, window, tmp_path / "pairs.anchorscope"))
    after = second.workspace.session
    np.testing.assert_array_equal(after.query.pairing, before.query.pairing)
    assert after.recipe.grade.truth == before.recipe.grade.truth
    assert after.complete
    assert second.workspace.file.modified is False


def test_an_offer_that_was_declined_is_not_made_again(qtbot, window, second, example, tmp_path):
    load(qtbot, window, *one_nucleus(example, tmp_path))
    said = window.query_page.messages
    assert "have the barcode of a reference cell" in said.text
    said.dismissed.emit()
    assert not said.text
    window.query_page.refresh_notice()
    assert not said.text
    opened(qtbot, second, saved(qtbot, window, tmp_path / "same.anchorscope"))
    assert second.workspace.loader.same_cells
    assert not second.query_page.messages.text
    assert not second.query_page.unpair.isHidden()
    second.workspace.file.new()
    load(qtbot, second, *one_nucleus(example, tmp_path))
    assert "have the barcode of a reference cell" in second.query_page.messages.text


def test_one_side_alone_is_a_session_too(qtbot, window, second, example, tmp_path):
    load(qtbot, window, example[1])
    opened(qtbot, second, saved(qtbot, window, tmp_path / "half.anchorscope"))
    session = second.workspace.session
    assert session.reference is None
    assert session.query.counts.shape == window.workspace.session.query.counts.shape
    assert session.shown is None


def test_results_show_before_the_files_are_read(qtbot, at_work, second, tmp_path, monkeypatch):
    path = saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    work = second.workspace
    monkeypatch.setattr(work.file, "_attach", lambda: None)
    opened(qtbot, second, path)
    assert not second.explore_page.query_map.empty_text
    assert not second.explore_page.confusion.empty_text
    assert not work.session.complete
    assert not work.runs.possible
    assert not second.export_page.save_button.isEnabled()
    assert second.export_page.figures.isEnabled()
    assert "not at hand" in second.export_page.messages.text
    work.merger.start()
    assert "not read yet" in second.explore_page.messages.text


def test_a_file_that_moved_is_asked_for_on_the_page(qtbot, at_work, second, tmp_path, monkeypatch):
    path = saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    atac = at_work.workspace.loader.query_files.path
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = Path(shutil.move(atac, elsewhere / "renamed.h5ad"))
    opened(qtbot, second, path)
    assert "atac.h5ad is no longer in" in second.page.session_messages.text
    assert not second.explore_page.query_map.empty_text
    second.workspace.chooser.opens.append(moved)
    assert second.page.session_messages.action.text() == "Find atac.h5ad…"
    second.page.session_messages.action.click()
    quiet(qtbot, second)
    assert second.workspace.session.complete
    assert not second.workspace.session.outdated
    assert second.workspace.loader.query_files.path == moved
    assert second.page.session_messages.text == ""
    assert second.workspace.file.modified is False


def test_files_opened_in_place_of_lost_ones_are_drawn(qtbot, window, example, tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "umaps", lambda spaces, *_: [np.asarray(space[:, :2]) for space in spaces])
    work = window.workspace
    lost, other = (Path(shutil.copy(example[0], tmp_path / name)) for name in ("lost.h5ad", "other.h5ad"))

    def open_and_draw(path):
        work.loader.open_reference(path)
        settle(qtbot, window)
        work.previews.compute(("reference_map",), "reference")
        quiet(qtbot, window)
        assert work.own_reference.side is not None
        assert work.own_reference.side.data is work.session.reference

    open_and_draw(lost)
    saved(qtbot, window, tmp_path / "mine.anchorscope")
    lost.unlink()
    opened(qtbot, window, tmp_path / "mine.anchorscope")
    assert "lost.h5ad is no longer in" in window.page.session_messages.text
    open_and_draw(other)
    assert work.session.begun.job.reference is work.session.reference


def test_a_setting_changed_after_a_run_begins_nothing_that_the_run_has(window, finished_run):
    finished(window, finished_run)
    work = window.workspace
    before = work.file.snapshot()
    assert before.begun is None
    work.session.change("lsi", work.session.recipe.lsi.replaced(first_component=3))
    assert work.session.begun is None  # the map of the reference is the run's
    assert left_behind._same_results(before, work.file.snapshot())


def test_another_content_marks_the_results_stale_until_the_next_run(qtbot, at_work, second, tmp_path, monkeypatch):
    path = saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    atac = at_work.workspace.loader.query_files.path
    data = anndata.read_h5ad(atac)
    data[:-1].copy().write_h5ad(atac)
    opened(qtbot, second, path)
    work = second.workspace
    assert work.session.outdated
    assert "atac.h5ad changed since" in second.page.session_messages.text
    assert work.runs.possible
    assert work.steps.step(second.explore_page.step).value != "done"
    assert not second.export_page.save_button.isEnabled()
    assert not second.explore_page.query_map.empty_text
    run_fast(qtbot, second, monkeypatch)
    assert not work.session.outdated
    assert not second.page.session_messages.text


def test_a_broken_session_is_one_sentence_and_changes_nothing(qtbot, at_work, tmp_path):
    bad = tmp_path / "bad.anchorscope"
    bad.write_text("notes")
    shown = at_work.workspace.session.shown
    opened(qtbot, at_work, bad)
    assert "bad.anchorscope" in at_work.page.session_messages.text
    assert at_work.workspace.session.shown is shown
    assert at_work.workspace.file.path is None


def test_what_was_not_saved_is_one_click_away_after_another_was_opened(qtbot, at_work, tmp_path):
    path = saved(qtbot, at_work, tmp_path / "one.anchorscope")
    work = at_work.workspace
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    shown = work.session.shown
    opened(qtbot, at_work, path)
    assert work.session.recipe.anchors.k_anchor != 9
    at_work.page.session_messages.action.click()
    quiet(qtbot, at_work)
    assert work.session.recipe.anchors.k_anchor == 9
    assert work.session.shown.outcome is shown.outcome
    assert work.session.complete
    assert work.file.modified


def test_a_file_that_changed_does_not_hide_the_way_back(qtbot, at_work, tmp_path):
    path = saved(qtbot, at_work, tmp_path / "one.anchorscope")
    work = at_work.workspace
    data = anndata.read_h5ad(work.session.query.recognised.path)
    data.obs["extra"] = np.arange(data.n_obs)
    data.write_h5ad(work.session.query.recognised.path)
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    opened(qtbot, at_work, path)
    bar = at_work.page.session_messages
    assert "changed since the session was saved" in bar.text
    assert "still at hand" in bar.text
    bar.action.click()
    quiet(qtbot, at_work)
    assert work.session.recipe.anchors.k_anchor == 9
    assert bar.text == way_back.REPLACED.text  # nothing of the other's files, which differ from what was saved


def test_files_that_are_gone_do_not_hide_the_way_back(qtbot, at_work, tmp_path):
    path = saved(qtbot, at_work, tmp_path / "one.anchorscope")
    work = at_work.workspace
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    work.session.query.recognised.path.unlink()
    opened(qtbot, at_work, path)
    bar = at_work.page.session_messages
    assert bar.action.text().startswith("Find ")
    assert bar.other.text() == "Back to it"
    bar.other.click()
    quiet(qtbot, at_work)
    assert work.session.recipe.anchors.k_anchor == 9


def test_the_title_shows_name_and_changes(qtbot, at_work, tmp_path):
    assert at_work.windowTitle() == "Untitled session[*] – Anchorscope"
    assert at_work.isWindowModified()
    saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    assert at_work.windowTitle() == "blood[*] – Anchorscope"
    assert not at_work.isWindowModified()
    work = at_work.workspace
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    assert at_work.isWindowModified()
    work.history.undo()
    assert not at_work.isWindowModified()


def test_save_asks_once_and_adds_the_suffix(qtbot, at_work, tmp_path):
    work = at_work.workspace
    work.chooser.saves.append(tmp_path / "blood")
    work.file.ask_save()
    settle(qtbot, at_work)
    assert work.file.path == tmp_path / "blood.anchorscope"
    assert "blood.anchorscope" in at_work.page.session_messages.text
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    work.file.ask_save()
    settle(qtbot, at_work)
    assert read_session(work.file.path).state.recipe.anchors.k_anchor == 9
    assert not at_work.isWindowModified()
    work.file.save(tmp_path / "no folder" / "x.anchorscope")
    settle(qtbot, at_work)
    assert "no folder" in at_work.page.session_messages.text
    assert work.file.path == tmp_path / "blood.anchorscope"


def test_an_empty_session_is_not_saved(window):
    window.workspace.file.ask_save()
    assert "nothing to save" in window.page.session_messages.text


def test_recent_files_open_again(qtbot, at_work, second, tmp_path):
    path = saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    files = second.workspace.file.recent.files
    assert files[0] == recent.RecentFile(path, recent.SESSION)
    assert {one.use for one in files} == {recent.SESSION, recent.REFERENCE, recent.QUERY}
    second.menus.fill_recent()
    first = second.menus.recent.actions()[0]
    assert "blood.anchorscope (session)" in first.text()
    first.trigger()
    quiet(qtbot, second)
    assert second.workspace.session.shown is not None
    path.unlink()
    assert second.workspace.file.recent.files[0].use != recent.SESSION
    second.workspace.file.recent.clear()
    assert not second.menus.recent.actions()[0].isEnabled()


def test_a_session_is_opened_by_drop(qtbot, at_work, second, tmp_path):
    path = saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    second.dropEvent(QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))
    quiet(qtbot, second)
    assert second.workspace.session.shown is not None


def begin(window, folder):
    window.workspace.autosaver.delay = 10
    window.workspace.autosaver.begin(folder)


def kept(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix in (".anchorscope", ".json"))


def test_changes_are_kept_and_only_small_ones_written_again(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    qtbot.waitUntil(lambda: len(kept(folder)) == 1 and not work.autosaver.waiting, timeout=20_000)
    whole = folder / kept(folder)[0]
    content = whole.read_bytes()
    work.selection.choose(Selection("first", None, np.arange(len(work.session.query.cells)) < 1))
    qtbot.waitUntil(lambda: len(kept(folder)) == 2 and not work.autosaver.waiting, timeout=20_000)
    assert whole.read_bytes() == content


def test_a_merged_map_drawn_after_the_writing_is_kept(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    work.autosaver.write()
    qtbot.waitUntil(lambda: bool(kept(folder)) and not work.autosaver.waiting, timeout=20_000)
    work.merger.start()
    settle(qtbot, at_work)
    qtbot.waitUntil(lambda: not work.autosaver.waiting, timeout=20_000)
    (path,) = folder.glob("*.anchorscope")
    np.testing.assert_array_equal(read_session(path).runs[0].merged.map, work.merger.drawn.map)


def test_all_that_is_found_leads_to_a_whole_writing_and_settings_do_not(qtbot, at_work):
    work = at_work.workspace
    session, seen = work.session, [work.file.snapshot()]

    def whole():
        seen.append(work.file.snapshot())
        return not left_behind._same_results(*seen[-2:])

    session.change("anchors", session.recipe.anchors.replaced(k_anchor=9))
    work.selection.clear()
    assert not whole()
    work.history.undo()
    work.previews.compute(("query_clusters",), "query")
    settle(qtbot, at_work)
    assert session.shown.outcome.query_clusters is not None
    assert whole()
    work.merger.start()
    settle(qtbot, at_work)
    assert work.merger.drawn is not None
    assert whole()
    work.comparer.restore((session.shown.job, Comparison((), "cell_type")))
    assert whole()
    session.note_rewritten(session.checksum(session.query), "of the file with the labels in it")
    assert whole()
    assert not whole()


def test_what_a_cancelled_run_had_finished_is_kept(qtbot, window, example, tmp_path):
    folder, work = tmp_path / "autosave", window.workspace
    load(qtbot, window, *example)
    begin(window, folder)
    work.runs.start()
    qtbot.waitUntil(lambda: work.previews.lsi is not None, timeout=20_000)
    work.runner.cancel()
    quiet(qtbot, window)
    qtbot.waitUntil(lambda: bool(kept(folder)) and not work.autosaver.waiting, timeout=20_000)
    assert work.session.findings == ()
    assert "lsi" in read_session(folder / kept(folder)[0]).begun.results


def test_what_was_saved_leaves_nothing_behind(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    work.autosaver.write()
    qtbot.waitUntil(lambda: bool(kept(folder)) and not work.autosaver.waiting, timeout=20_000)
    saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    at_work.close()
    assert kept(folder) == []
    assert list(folder.iterdir()) == []


def test_what_was_not_saved_is_offered_at_the_next_start(qtbot, at_work, second, tmp_path):
    folder = tmp_path / "autosave"
    begin(at_work, folder)
    begin(second, folder)
    assert second.page.session_messages.text == ""  # the first window lives
    second.workspace.autosaver.close()
    at_work.close()
    begin(second, folder)
    assert "was not saved" in second.page.session_messages.text
    assert second.page.session_messages.other.text() == "Discard it"
    second.go_to("export")
    assert second.page.session_messages.isVisible()
    assert "nothing to save yet" in second.page.messages.text  # the page's own words are not hidden by it
    second.page.session_messages.other.click()
    assert kept(folder) == []
    assert second.page.session_messages.text == ""


def killed(window, folder):
    """Leave a session behind as a process does that is killed."""
    folder.mkdir(exist_ok=True)
    own = left_behind.claimed(folder / f"20300101-00000{len(kept(folder))}-1{session_file.SUFFIX}")
    left_behind.write(own, window.workspace.file.snapshot())
    own.lock.unlock()
    return own.path


def entries(window):
    menu = window.menus.unsaved
    return {one.text()[3:]: {act.text()[1:]: act for act in one.menu().actions()}
            for one in menu.actions() if one.menu()}


def test_all_sessions_left_behind_are_offered_by_what_they_hold(qtbot, at_work, second, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    older = killed(at_work, folder)
    os.utime(older, (1e9, 1e9))
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    work.session.findings = work.session.findings * 2
    killed(at_work, folder)
    broken = folder / f"20200101-000000-1{session_file.SUFFIX}"
    broken.write_bytes(b"no session")
    os.utime(broken, (0, 0))
    begin(second, folder)
    bar, cells = second.page.session_messages, len(work.session.query.cells)
    held = f"rna.h5ad and atac.h5ad in {work.loader.query_files.path.parent.name} ({cells} and {cells} cells"
    assert f"{held}, 2 runs)" in bar.text
    assert bar.text.endswith("There are 2 more: File > Unsaved sessions.")
    newest, oldest, damaged = entries(second)
    assert f"{held}, 1 run)" in oldest
    assert newest in bar.text
    assert damaged.endswith(left_behind.UNREADABLE)
    entries(second)[damaged]["Discard"].trigger()
    assert len(entries(second)) == 2
    entries(second)[oldest]["Restore"].trigger()
    qtbot.waitUntil(lambda: second.workspace.session.shown is not None, timeout=20_000)
    quiet(qtbot, second)
    assert second.workspace.session.recipe.anchors.k_anchor == 5
    assert list(entries(second)) == [newest]
    assert second.workspace.autosaver._own.path == older


def test_the_menu_of_unsaved_sessions_keeps_no_old_entries(qtbot, at_work, second, tmp_path):
    folder = tmp_path / "autosave"
    for _ in range(2):
        killed(at_work, folder)
    begin(second, folder)
    for _ in range(3):
        second.workspace.autosaver.left_changed.emit()
    qtbot.waitUntil(lambda: len(second.menus.unsaved.findChildren(QMenu)) == 2)
    assert len(second.menus.unsaved.actions()) == 2


def test_discarding_what_is_offered_offers_the_next(at_work, second, tmp_path):
    folder = tmp_path / "autosave"
    os.utime(killed(at_work, folder), (1e9, 1e9))
    killed(at_work, folder)
    begin(second, folder)
    bar = second.page.session_messages
    assert "There is one more" in bar.text
    bar.other.click()
    assert "2001" not in bar.text
    assert bar.text == OFFERS[Reason.LOST].filled(session=second.workspace.autosaver.left[0].text, others="").text
    bar.other.click()
    assert bar.text == ""
    assert kept(folder) == []
    assert [one.text() for one in second.menus.unsaved.actions()] == [NO_UNSAVED]


def test_a_new_session_is_empty_and_what_was_not_saved_stays_at_hand(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    for key in ("reference", "query", "gene_activity", "transfer", "compare", "export", "explore"):
        at_work.go_to(key)
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    work.notices.error(REFERENCE, "Something is wrong with this file.")
    shown = work.session.shown
    qtbot.keyClick(at_work, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    quiet(qtbot, at_work)
    assert at_work.page is at_work.reference_page
    assert at_work.reference_page.drop_area.isVisible()
    assert at_work.reference_page.messages.text == ""
    assert (work.session.reference, work.session.query, work.session.shown) == (None, None, None)
    assert work.session.recipe == Recipe()
    assert work.selection.current.empty
    assert work.loader.inputs is None
    assert work.file.empty
    assert not work.file.modified
    assert at_work.windowTitle() == "Anchorscope"
    assert {at_work.workspace.steps.step(step).value for step in STEPS[1:]} == {"empty"}
    qtbot.waitUntil(lambda: len(kept(folder)) == 1 and not work.autosaver.waiting, timeout=20_000)
    assert len(entries(at_work)) == 1
    bar = at_work.page.session_messages
    assert bar.text == way_back.REPLACED.text
    assert bar.action.text() == "Back to it"
    bar.action.click()
    quiet(qtbot, at_work)
    assert work.session.recipe.anchors.k_anchor == 9
    assert work.session.shown.outcome is shown.outcome
    assert work.file.modified
    assert not entries(at_work)
    assert bar.text == ""


def test_a_new_session_begins_at_the_top_of_every_page_with_its_first_tab(qtbot, at_work):
    query, reference, activity = at_work.query_page, at_work.reference_page, at_work.activity_page
    at_work.go_to("query")
    query.switch.button("clusters").click()
    reference.switch.choose("map")
    activity.checks.edit_button.click()
    bar = query.controls.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    at_work.workspace.file.new()
    quiet(qtbot, at_work)
    assert (query.switch.value, reference.switch.value) == ("columns", "names")
    assert query._tables.currentWidget() is query.columns
    assert bar.value() == 0
    assert activity.checks.edit_button.text() == EDIT


def test_the_way_back_leads_to_what_was_done_without_a_run(qtbot, window, example, monkeypatch):
    monkeypatch.setattr(stages, "umaps", without_umap)
    load(qtbot, window, *example)
    work = window.workspace
    work.session.change("reference", work.session.recipe.reference.replaced(labels=CLUSTER_AND_NAME))
    work.previews.compute(("labels", "query_map"), REFERENCE)
    quiet(qtbot, window)
    named, drawn = work.previews.named.naming, work.own_query.side.map
    work.file.new()
    quiet(qtbot, window)
    assert work.previews.named is None
    window.page.session_messages.action.click()
    quiet(qtbot, window)
    assert work.previews.named.naming is named
    assert work.own_query.side.map is drawn
    assert work.previews.obstacle("labels", "query_map") == UP_TO_DATE
    assert work.session.findings == ()


def test_what_is_discarded_before_it_was_written_stays_away(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    work.file.new()
    assert work.autosaver.runner.busy
    (name,) = entries(at_work)
    entries(at_work)[name]["Discard"].trigger()
    qtbot.waitUntil(lambda: not work.autosaver.waiting, timeout=20_000)
    assert kept(folder) == []
    at_work.close()
    assert list(folder.iterdir()) == []


@pytest.fixture
def slow_writing(monkeypatch):
    """Writing begins half a second late, as on a slow disk; what takes the time can be put an end to."""
    real, going = left_behind.write, threading.Event()

    def slowly(*arguments):
        going.wait(0.5)
        return real(*arguments)

    monkeypatch.setattr(left_behind, "write", slowly)
    return going


@pytest.mark.usefixtures("slow_writing")
def test_what_is_discarded_just_before_the_window_closes_stays_away(at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    work.file.new()
    (name,) = entries(at_work)
    entries(at_work)[name]["Discard"].trigger()
    assert work.autosaver.runner.busy
    at_work.close()
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("slow_writing")
def test_discarding_what_is_being_written_is_no_failure_of_the_writing(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    ends = []
    work.autosaver.runner.finished.connect(ends.append)
    work.file.new()
    (left,) = work.autosaver.left
    part = left.place.path.with_name(f"{left.place.path.name}.1.part")
    part.touch()  # as while it is being written
    work.autosaver.discard(left)
    assert part.exists()
    assert left_behind.claimed(left.place.path) is None  # not another window's either
    quiet(qtbot, at_work)
    assert [end.ending for end in ends] == [Ending.DONE]
    assert not [path for path in folder.iterdir() if path.name.startswith(left.place.path.name)]


def test_what_was_put_aside_is_restored_before_it_was_written(qtbot, at_work, tmp_path, slow_writing):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    shown = work.session.shown
    work.file.new()
    (name,) = entries(at_work)
    entries(at_work)[name]["Restore"].trigger()
    assert work.autosaver.runner.busy
    slow_writing.set()
    quiet(qtbot, at_work)
    assert work.session.shown.outcome is shown.outcome
    assert work.session.complete
    assert not at_work.page.session_messages.text
    assert entries(at_work) == {}
    at_work.close()
    assert len(list(folder.glob("*.anchorscope"))) == 1


def test_what_could_not_be_put_aside_is_told_and_written_on_closing(qtbot, at_work, second, tmp_path, monkeypatch):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    with monkeypatch.context() as full:
        full.setattr(sessions, "write_session", lambda *_: (_ for _ in ()).throw(OutputError("x", "a full disk", "z")))
        work.file.new()
        quiet(qtbot, at_work)
    bar = at_work.page.session_messages
    assert bar.text == (f"{way_back.REPLACED.text} {autosaving.ASIDE_NOT_KEPT}: found a full disk; "
                        "restore it from File > Unsaved sessions and save it.")
    assert bar.action.text() == "Back to it"
    assert kept(folder) == []
    at_work.close()
    begin(second, folder)
    second.page.session_messages.action.click()
    quiet(qtbot, second)
    assert second.workspace.session.recipe.anchors.k_anchor == 9


def test_where_no_place_could_be_had_there_may_be_one_later(qtbot, at_work, tmp_path, monkeypatch):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    place = work.autosaver._own
    for _ in range(2):
        with monkeypatch.context() as full:
            full.setattr(autosaving, "claimed", lambda _: None)  # no room even for the lock
            work.file.new()
            quiet(qtbot, at_work)
            at_work.page.session_messages.action.click()
            quiet(qtbot, at_work)
    assert work.autosaver._own is place
    assert entries(at_work) == {}
    with monkeypatch.context() as full:
        full.setattr(autosaving, "claimed", lambda _: None)
        work.file.new()
        quiet(qtbot, at_work)
        work.notices.clear(SESSION)
        load(qtbot, at_work, *sorted(tmp_path.glob("*.h5ad")))
        qtbot.waitUntil(lambda: at_work.page.session_messages.text.startswith(f"{autosaving.NOT_KEPT}: found no way"))
        work.file.new()
        assert at_work.page.session_messages.action.text() == "Back to it"
        at_work.page.session_messages.action.click()
        quiet(qtbot, at_work)
    qtbot.waitUntil(lambda: len(list(folder.glob("*.anchorscope"))) == 2, timeout=20_000)


def test_a_writing_that_fails_is_told_though_nothing_else_is_said(qtbot, at_work, tmp_path, monkeypatch):
    work = at_work.workspace
    begin(at_work, tmp_path / "autosave")
    monkeypatch.setattr(sessions, "write_session", lambda *_: (_ for _ in ()).throw(MemoryError))
    work.file.new()
    work.notices.clear(SESSION)
    quiet(qtbot, at_work)
    assert at_work.page.session_messages.text.startswith(f"{autosaving.ASIDE_NOT_KEPT}: found too little memory; ")
    (name,) = entries(at_work)
    entries(at_work)[name]["Restore"].trigger()
    assert work.session.shown is not None


@pytest.mark.usefixtures("slow_writing")
@pytest.mark.parametrize("closing", [False, True])
def test_a_place_that_is_left_while_it_is_written_leaves_nothing_behind(qtbot, at_work, tmp_path, closing):
    folder, work = tmp_path / "autosave", at_work.workspace
    killed(at_work, folder)
    begin(at_work, folder)
    (left,) = work.autosaver.left
    work.autosaver.write()
    work.file._saved = work.file._content()  # as after saving it
    # As after reading it, which may be quicker than the writing.
    work.autosaver._take_left(left, JobEnd("", Ending.DONE, value=read_session(left.place.path)))
    assert work.autosaver.runner.busy
    if not closing:
        quiet(qtbot, at_work)
    at_work.close()
    assert {path.stem for path in folder.iterdir()} == {left.place.path.stem}


def test_what_a_new_session_took_the_place_of_is_offered_at_the_next_start(qtbot, at_work, second, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    work.file.new()
    at_work.close()
    begin(second, folder)
    second.page.session_messages.action.click()
    qtbot.waitUntil(lambda: second.workspace.session.shown is not None, timeout=20_000)
    quiet(qtbot, second)
    assert second.workspace.session.recipe.anchors.k_anchor == 9


def test_a_new_session_after_saving_leaves_nothing_behind(qtbot, at_work, tmp_path):
    folder = tmp_path / "autosave"
    begin(at_work, folder)
    saved(qtbot, at_work, tmp_path / "blood.anchorscope")
    at_work.workspace.file.new()
    quiet(qtbot, at_work)
    assert at_work.page.session_messages.text == ""
    at_work.close()
    assert list(folder.iterdir()) == []


def test_a_cancelled_restoring_is_offered_again(qtbot, at_work, second, tmp_path):
    folder = tmp_path / "autosave"
    begin(at_work, folder)
    at_work.close()
    begin(second, folder)
    offer = second.page.session_messages.text
    second.page.session_messages.action.click()
    second.workspace.cancel()
    settle(qtbot, second)
    assert second.page.session_messages.text == offer
    assert second.workspace.session.shown is None
    second.page.session_messages.action.click()
    qtbot.waitUntil(lambda: second.workspace.session.shown is not None, timeout=20_000)
    quiet(qtbot, second)


def test_a_file_saved_while_another_session_opens_is_not_the_others(qtbot, at_work, tmp_path, monkeypatch):
    work, other = at_work.workspace, tmp_path / "other.anchorscope"
    saved(qtbot, at_work, other)
    real, going = sessions.write_session, threading.Event()

    def slowly(*arguments):
        going.wait(20)
        real(*arguments)

    monkeypatch.setattr(sessions, "write_session", slowly)
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    work.file.save(tmp_path / "mine.anchorscope")
    work.file.open(other)
    qtbot.waitUntil(lambda: not work.runner.busy)
    going.set()
    quiet(qtbot, at_work)
    assert (tmp_path / "mine.anchorscope").exists()
    assert work.file.path == other
    assert not work.file.modified


@pytest.mark.parametrize("seconds", [0, 10, 28, 40, 49, 300])
def test_a_slow_writing_begins_earlier_so_that_a_change_is_kept_within_a_minute(
        qtbot, at_work, tmp_path, monkeypatch, seconds):
    keeper, clock, real = at_work.workspace.autosaver, [0.0], sessions.write_session

    def slowly(*arguments):
        real(*arguments)
        clock[0] += seconds

    monkeypatch.setattr(sessions, "write_session", slowly)
    monkeypatch.setattr(autosaving.time, "monotonic", lambda: clock[0])
    keeper.begin(tmp_path / "autosave")
    keeper.write()
    qtbot.waitUntil(lambda: not keeper.runner.busy, timeout=20_000)
    assert keeper.next_delay == {40: 15_000, 49: 6_000, 300: 5_000}.get(seconds, 25_000)
    # The small part alone is quick, and says nothing of how long the whole takes.
    clock[0] += 3600
    keeper.write()
    qtbot.waitUntil(lambda: not keeper.runner.busy, timeout=20_000)
    assert seconds > 49 or keeper.next_delay + 1000 * seconds < 60_000


def test_a_change_during_the_writing_waits_for_its_end_and_no_longer(qtbot, at_work, tmp_path, monkeypatch):
    folder, work = tmp_path / "autosave", at_work.workspace
    real, going, begun = sessions.write_session, threading.Event(), []

    def slowly(*arguments):
        begun.append(arguments)
        going.wait(20)
        real(*arguments)

    monkeypatch.setattr(sessions, "write_session", slowly)
    begin(at_work, folder)
    work.autosaver.write()
    qtbot.waitUntil(lambda: bool(begun))
    work.selection.choose(Selection("first", None, np.arange(len(work.session.query.cells)) < 1))
    qtbot.wait(100)  # its time has come, and the writing still goes on
    work.autosaver.delay = 60_000
    going.set()
    qtbot.waitUntil(lambda: len(kept(folder)) == 2, timeout=10_000)
    assert len(begun) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_process_loses_nothing_that_was_kept(qtbot, window, example, tmp_path):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("src", "app")),
                                "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, str(ROOT / "tests" / "app" / "keep_session.py"), *map(str, example), str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert told.startswith("kept ")
    begin(window, tmp_path / "autosave")
    assert "was not saved" in window.page.session_messages.text
    window.page.session_messages.action.click()
    qtbot.waitUntil(lambda: window.workspace.session.shown is not None, timeout=20_000)
    quiet(qtbot, window)
    work = window.workspace
    assert work.session.recipe.anchors.k_anchor == 7
    assert work.selection.current.description == "every third"
    assert f"{work.session.shown.outcome.prediction.best.sum():.6f}" == told.split()[1]
    assert work.session.complete
    assert work.session.statuses()["lsi"].value == "done"
    assert work.session.statuses()["anchors"].value == "stale"
    assert work.file.modified


def test_restoring_keeps_the_work_that_is_there(qtbot, at_work, second, tmp_path):
    folder = tmp_path / "autosave"
    begin(at_work, folder)
    at_work.close()  # what was not saved is left behind
    assert len(list(folder.glob("*.anchorscope"))) == 1
    work = second.workspace
    begin(second, folder)
    load(qtbot, second, *sorted(tmp_path.glob("*.h5ad")))
    query = work.session.query
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=8))
    work.autosaver.write()
    qtbot.waitUntil(lambda: len(list(folder.glob("*.anchorscope"))) == 2, timeout=20_000)
    bar = second.page.session_messages
    assert bar.action.text() == "Restore it"
    bar.action.click()
    qtbot.waitUntil(lambda: work.session.shown is not None, timeout=20_000)
    quiet(qtbot, second)
    assert len(list(folder.glob("*.anchorscope"))) == 2  # the next start offers it
    assert bar.action.text() == "Back to it"
    bar.action.click()
    quiet(qtbot, second)
    assert work.session.recipe.anchors.k_anchor == 8
    assert work.session.query is query


@pytest.mark.parametrize("error", [ValueError("odd"), RuntimeError("odd"), MemoryError(), None])
@pytest.mark.parametrize("part", ["write_session", "read_session"])
def test_saving_and_opening_end_once_however_they_fail(qtbot, at_work, tmp_path, monkeypatch, part, error):
    work, path = at_work.workspace, tmp_path / "x.anchorscope"
    path.write_text("there")
    ends = []
    runner = work.writer if part == "write_session" else work.runner
    runner.finished.connect(ends.append)

    def fails(*arguments):
        if error is not None:
            raise error
        for _ in range(10_000):  # until it is cancelled
            arguments[-1].update(0.5)
            time.sleep(0.001)

    monkeypatch.setattr(sessions, part, fails)
    shown = work.session.shown
    (work.file.save if part == "write_session" else work.file.open)(path)
    if error is None:
        runner.cancel()
    settle(qtbot, at_work)
    qtbot.wait(20)
    assert [end.ending for end in ends] == [Ending.CANCELLED if error is None else Ending.FAILED]
    assert work.session.shown is shown
    assert work.file.path is None
    assert path.read_text() == "there"
    assert bool(at_work.page.session_messages.text) == (error is not None or part == "write_session")


def test_a_session_left_behind_that_cannot_be_read_can_be_discarded(qtbot, window, tmp_path):
    (tmp_path / "20200101-000000-1.anchorscope").write_bytes(b"no session")
    begin(window, tmp_path)
    bar = window.page.session_messages
    for _ in range(2):
        bar.action.click()
        quiet(qtbot, window)
        assert bar.text.startswith("Cannot read the session 20200101-000000-1.anchorscope: ")
        assert (bar.action.text(), bar.other.text()) == ("Try again", autosaving.DISCARD)
    bar.other.click()
    assert bar.text == ""
    assert kept(tmp_path) == []


def test_a_full_disk_does_not_keep_the_window_from_closing(qtbot, at_work, second, tmp_path, monkeypatch):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    work.autosaver.write()
    qtbot.waitUntil(lambda: len(kept(folder)) == 1 and not work.autosaver.waiting, timeout=20_000)
    before = (folder / kept(folder)[0]).read_bytes()
    work.session.set_inputs(query=replace(work.session.query))  # so that all of it is to be written
    with monkeypatch.context() as full:
        full.setattr(sessions, "write_session", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
        at_work.close()
    assert all(runner._closed for runner in (work.runner, work.writer, work.levels.runner))
    assert (folder / kept(folder)[0]).read_bytes() == before
    begin(second, folder)  # nobody holds it any more
    assert "was not saved" in second.page.session_messages.text


def test_a_folder_that_cannot_be_made_is_told_and_hinders_nothing(qtbot, at_work, tmp_path):
    (tmp_path / "file").write_text("x")
    begin(at_work, tmp_path / "file" / "autosave")
    text = at_work.page.session_messages.text
    assert text.startswith(f"{autosaving.NONE_KEPT}: found no way to write into {tmp_path / 'file' / 'autosave'}; ")
    at_work.workspace.session.change("anchors", at_work.workspace.session.recipe.anchors.replaced(k_anchor=9))
    assert not at_work.workspace.autosaver.waiting


def test_keeping_that_always_fails_is_told_once(qtbot, at_work, tmp_path, monkeypatch):
    folder, work, times = tmp_path / "autosave", at_work.workspace, []
    bar = at_work.page.session_messages

    def full(*_):
        times.append(1)
        raise OutputError("Cannot write x", "a full disk", "free some space")

    with monkeypatch.context() as broken:
        broken.setattr(sessions, "write_session", full)
        begin(at_work, folder)
        work.notices.post(SESSION, OFFERS[Reason.LOST])  # what is said already is not hidden
        work.autosaver.write()
        qtbot.waitUntil(lambda: len(times) > 1)
        assert bar.text == OFFERS[Reason.LOST].text
        work.notices.clear(SESSION)
        qtbot.waitUntil(lambda: bar.text == f"{autosaving.NOT_KEPT}: found a full disk; {autosaving.REMEDY}.")
        work.notices.clear(SESSION)
        tried = len(times)
        qtbot.waitUntil(lambda: len(times) > tried + 2)
        assert bar.text == ""  # it was read and taken away
    qtbot.waitUntil(lambda: len(kept(folder)) == 1, timeout=20_000)


def test_what_was_said_of_keeping_goes_once_it_works(qtbot, at_work, tmp_path, monkeypatch):
    folder, work, bar = tmp_path / "autosave", at_work.workspace, at_work.page.session_messages
    with monkeypatch.context() as broken:
        broken.setattr(sessions, "write_session", lambda *_: (_ for _ in ()).throw(OutputError("x", "y", "z")))
        begin(at_work, folder)
        work.autosaver.write()
        qtbot.waitUntil(lambda: bar.text.startswith(autosaving.NOT_KEPT))
    qtbot.waitUntil(lambda: len(kept(folder)) == 1 and bar.text == "", timeout=20_000)


def test_keeping_that_fails_is_tried_again(qtbot, at_work, tmp_path, monkeypatch):
    folder, work = tmp_path / "autosave", at_work.workspace
    begin(at_work, folder)
    with monkeypatch.context() as broken:
        broken.setattr(sessions, "write_session", lambda *_: (_ for _ in ()).throw(MemoryError))
        work.autosaver.write()
        qtbot.waitUntil(lambda: not work.autosaver.runner.busy, timeout=5000)
        assert kept(folder) == []
        assert work.autosaver.waiting
    qtbot.waitUntil(lambda: len(kept(folder)) == 1, timeout=20_000)
