"""When another session takes the place of the one in the window, nothing of the old one reaches it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

import anchorscope.compare
from anchorscope import simulate
from anchorscope.errors import InputError
from anchorscope.evaluation.comparison import Comparison, ComparisonRow, Scores
from anchorscope.io.session import read_session
from anchorscope.parameters import REFINED, SEURAT, AnchorParameters
from anchorscope.results import Job
from anchorscope_desktop.state import comparing, genes, merging
from anchorscope_desktop.state.loading import EXAMPLE_TRUTH
from anchorscope_desktop.state.notices import COMPARE, EXPORT, QUERY, REFERENCE, RUN, SESSION, Notice
from anchorscope_desktop.state.runs import STOPPED
from anchorscope_desktop.state.way_back import REPLACED
from app.first_pages import quiet
from app.helpers import finished, load, open_example, settle

TOPICS = (REFERENCE, QUERY, RUN, COMPARE, EXPORT)


def table(count, accuracy=0.9):
    """Return a comparison of some lines."""
    lines = [(model, reduction) for model in comparing.USUAL_MODELS for reduction in comparing.REDUCTIONS][:count]
    scores = Scores(accuracy, 0.8, 0.8, 0.8)
    return Comparison(tuple(ComparisonRow(*line, scores, 10, 0.5, 0.5, 1.0) for line in lines), "cell_type",
                      Scores(0.95, 0.9, 0.9, 0.9))


def said(window):
    """Return what is said on the pages, the session's bar left out."""
    return {topic: window.workspace.notices.of(topic).text for topic in TOPICS if window.workspace.notices.of(topic)}


@pytest.fixture
def endless(monkeypatch):
    """Comparisons that find one line, and then nothing more until they are cancelled."""
    def compare(job, models, reductions, listener, token, pipeline, grown):
        grown(table(1, 0.3))
        while True:
            token.raise_if_cancelled()
            time.sleep(0.01)

    monkeypatch.setattr(anchorscope.compare, "compare", compare)


def compared(work, count):
    """Have a comparison of some lines of what is in the window."""
    session = work.session
    work.comparer.restore((Job(session.reference, session.query, session.recipe), table(count)))


def test_a_comparison_that_is_cut_short_stays_with_its_session(qtbot, at_work, tmp_path, endless):
    work = at_work.workspace
    compared(work, 2)
    path = tmp_path / "small.anchorscope"
    work.file.save(path)
    settle(qtbot, at_work)
    compared(work, 8)
    work.comparer.start()
    qtbot.waitUntil(lambda: len(work.comparer.comparison.rows) == 1)
    work.file.take_over(read_session(path), path)
    assert not work.comparer.running
    quiet(qtbot, at_work)
    assert len(work.comparer.comparison.rows) == 2
    assert said(at_work) == {}
    work.file._way.action.do()  # what a cancel leaves: the lines of before, which are more and still hold
    quiet(qtbot, at_work)
    assert len(work.comparer.comparison.rows) == 8


def test_the_example_is_a_session_of_its_own_with_the_settings_as_usual(qtbot, at_work, tmp_path):
    work = at_work.workspace
    work.autosaver.begin(tmp_path / "autosave")
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9, reduction="rpca"))
    mine = work.session.reference, work.session.shown.outcome
    open_example(qtbot, at_work)
    assert work.session.recipe.anchors == AnchorParameters()
    assert work.session.shown is None
    assert not work.file.modified
    assert not work.history.can_undo
    assert work.session.recipe.grade.truth == EXAMPLE_TRUTH
    assert work.session.reference is not mine[0]
    (left,) = work.autosaver.left
    assert left.summary.runs == 1
    bar = at_work.page.session_messages
    assert (bar.text, bar.action.text()) == (REPLACED.text, "Back to it")
    bar.action.click()
    quiet(qtbot, at_work)
    assert (work.session.reference is mine[0], work.session.shown.outcome is mine[1]) == (True, True)
    assert work.session.recipe.anchors.reduction == "rpca"
    assert not work.autosaver.left  # nobody did anything with the example


def test_an_example_that_cannot_be_made_leaves_the_session(qtbot, at_work, monkeypatch):
    def refuse(*_, **__):
        raise InputError("The example cannot be made", "no room", "make some")

    monkeypatch.setattr(simulate, "write_example", refuse)
    before = at_work.workspace.session.shown
    open_example(qtbot, at_work)
    assert at_work.workspace.session.shown is before


def test_the_way_back_goes_once_a_file_is_open_in_the_new_session(qtbot, at_work, example, tmp_path):
    work = at_work.workspace
    work.autosaver.begin(tmp_path / "autosave")
    work.file.new()
    assert at_work.page.session_messages.text == REPLACED.text
    load(qtbot, at_work, example[1])
    assert work.notices.of(SESSION) is None
    assert [left.summary.runs for left in work.autosaver.left] == [1]
    work.file.new()
    work.file.say(Notice("The files are gone."))
    assert work.notices.of(SESSION).text == f"The files are gone. {REPLACED.text}"
    load(qtbot, at_work, example[0])
    assert work.notices.of(SESSION).text == "The files are gone."
    assert work.notices.of(SESSION).action is None


def run(work):
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    work.runs.start()
    return lambda: work.runs.running


def merge(work):
    work.merger.start()
    return lambda: work.merger.running


def compare(work):
    work.comparer.start()
    return lambda: work.comparer.running


def preview(work):
    work.previews.compute(("query_clusters",), QUERY)
    return lambda: work.previews.own("query_clusters") is not None


def read(work):
    work.loader.open_query(work.loader.query_files.path)
    return lambda: work.loader._reading


@pytest.mark.parametrize("begin", [run, merge, compare, preview, read])
def test_what_was_under_way_ends_with_its_session(qtbot, at_work, endless, begin):
    work, ends = at_work.workspace, []
    work.runner.finished.connect(ends.append)
    under_way = begin(work)
    assert work.runner.busy
    work.file.new()
    assert not under_way()
    assert said(at_work) == {}
    quiet(qtbot, at_work)
    assert not under_way()
    assert said(at_work) == {}
    assert len(ends) == 1
    assert (work.session.query, work.comparer.comparison, work.merger.drawn) == (None, None, None)


def test_a_cancel_within_a_session_is_still_told(qtbot, at_work):
    work = at_work.workspace
    for begin, topic, notice in ((run, RUN, STOPPED), (merge, RUN, merging.STOPPED)):
        begin(work)
        work.runner.cancel()
        settle(qtbot, at_work)
        assert work.notices.of(topic) == notice


def test_files_opened_at_once_in_a_new_session_are_read(qtbot, at_work, example):
    work = at_work.workspace
    read(work)
    work.file.new()
    load(qtbot, at_work, *example)
    assert work.session.complete


def test_a_new_session_looks_as_the_first_one_did(qtbot, window, finished_run):
    work, page = window.workspace, window.explore_page
    first = work.file.state().view
    finished(window, finished_run)
    quiet(qtbot, window)
    gene = work.sketch.current.genes[0]
    work.genes.choose(gene)
    page.layout_switch.button("merged").click()
    work.comparer.choose(("archr",), ("cca",))
    quiet(qtbot, window)
    window.go_to("gene_activity")
    track = window.page.track
    assert gene in track.heading
    work.file.new()
    quiet(qtbot, window)
    view = work.file.state().view
    assert (view["gene"], view["compared"]) == (first["gene"], first["compared"])
    assert page.layout_switch.value == page.layout_switch.values[0]
    assert [box.text() for box in window.compare_page.models if box.isChecked()] == list(comparing.USUAL_MODELS)
    assert all(box.isChecked() for box in window.compare_page.reductions)
    assert work.sketch.current is None
    assert gene not in track.heading
    assert track.empty_text


def test_all_as_usual_forgets_the_threshold_of_the_other_method(at_work):
    session = at_work.workspace.session
    for method, score in ((SEURAT, 0.5), (REFINED, 0.3)):
        session.change("transfer", session.recipe.transfer.replaced(method=method))
        session.change("transfer", session.recipe.transfer.replaced(min_score=score))
    session.reset(REFINED)
    assert session.recipe.transfer.min_score == 0
    session.change("transfer", session.recipe.transfer.replaced(method=SEURAT))
    assert session.recipe.transfer.min_score == 0


def cancelled(qtbot, window):
    """Begin a run with another setting and cancel it."""
    run(window.workspace)
    window.workspace.runner.cancel()
    settle(qtbot, window)
    assert window.workspace.notices.of(RUN) is STOPPED


def undo(work):
    for _ in range(2):
        work.history.undo()
    assert not work.runs.possible


def go_on_otherwise(work):
    work.session.set_recipe(replace(work.session.recipe, seed=7))
    assert work.runs.possible


@pytest.mark.parametrize("change", [undo, go_on_otherwise])
def test_that_a_cancelled_run_goes_on_is_said_as_long_as_it_would(qtbot, at_work, change):
    work = at_work.workspace
    cancelled(qtbot, at_work)
    work.session.change("transfer", work.session.recipe.transfer.replaced(min_score=0.3))
    assert work.notices.of(RUN) is STOPPED  # the threshold needs no run
    change(work)
    assert work.notices.of(RUN) is None


def test_what_goes_on_is_not_said_once_it_was_done(qtbot, at_work, finished_run):
    work = at_work.workspace
    cancelled(qtbot, at_work)
    work.session.add_finding(replace(finished_run.job, recipe=work.session.recipe), finished_run.outcome, 1.0)
    assert work.notices.of(RUN) is None


def test_a_new_session_looks_at_no_line_and_at_the_usual_model(qtbot, at_work):
    work = at_work.workspace
    compared(work, 3)
    work.comparer.mark(2)
    at_work.go_to("gene_activity")
    box = at_work.activity_page.track.compare_box
    box.setCurrentIndex(box.findData(genes.ALL_MODELS))
    assert work.sketch.compared == genes.ALL_MODELS
    quiet(qtbot, at_work)
    work.file.new()
    quiet(qtbot, at_work)
    assert work.comparer.marked == -1
    assert work.sketch.compared == box.currentData() == genes.FIRST_COMPARED


def test_the_name_of_a_session_that_is_read_stands_in_quotes(qtbot, at_work, example, tmp_path):
    work, titles = at_work.workspace, []
    path = tmp_path / "my.anchorscope"
    work.file.save(path)
    settle(qtbot, at_work)
    work.runner.started.connect(titles.append)
    work.file.open(path)
    quiet(qtbot, at_work)
    work.file.take_over(read_session(path), None)
    quiet(qtbot, at_work)
    assert [title for title in titles if title.startswith("Reading the files")] == [
        "Reading the files of “my”", "Reading the files of the session"]
