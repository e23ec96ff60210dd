"""Jobs beside each other: what is being computed goes on while files are written, and nothing stops it in silence."""

from __future__ import annotations

import threading
import time

import pytest

from anchorscope.pipeline import Pipeline
from anchorscope_desktop.state import merging
from anchorscope_desktop.state.exporting import EXPORT_KINDS
from app.helpers import finished, settle


@pytest.fixture
def held(monkeypatch):
    """Runs wait to be cancelled before they compute; set once one does."""
    waiting, whole = threading.Event(), Pipeline.run

    def run(pipeline, job, listener, token):
        waiting.set()
        while not token.cancelled:
            time.sleep(0.005)
        return whole(pipeline, job, listener, token)

    monkeypatch.setattr(Pipeline, "run", run)
    return waiting


@pytest.fixture
def running(window, finished_run):
    """A window with a result and another run under way."""
    finished(window, finished_run)
    session = window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=6))
    window.workspace.runs.start()
    assert window.workspace.runs.running
    return window


def test_saving_leaves_a_run_alone(qtbot, running, tmp_path):
    work, ends = running.workspace, []
    work.runner.finished.connect(lambda end: ends.append(end.title))
    work.file.save(tmp_path / "blood.anchorscope")
    kinds = {kind.key: kind for kind in EXPORT_KINDS}
    work.exporter.write(kinds["labels"], tmp_path / "labels.csv")
    assert running.job_bar.title != f"Saving {tmp_path.name}"
    settle(qtbot, running)
    assert (tmp_path / "blood.anchorscope").exists()
    assert (tmp_path / "labels.csv").exists()
    assert len(ends) == 1
    assert len(work.session.findings) == 2
    assert not work.session.outdated


def test_what_would_stop_a_run_waits_for_it(qtbot, running):
    work = running.workspace
    assert not work.comparer.possible
    assert not running.compare_page.compare_button.isEnabled()
    work.comparer.start()
    work.merger.start()
    assert running.explore_page.messages.text == merging.BUSY.text
    settle(qtbot, running)
    assert len(work.session.findings) == 2
    assert work.comparer.possible
    assert running.compare_page.compare_button.isEnabled()


def test_a_comparison_is_not_stopped_by_run(qtbot, window, finished_run):
    finished(window, finished_run)
    work = window.workspace
    work.comparer.choose(("body-promoter",), ("cca",))
    work.comparer.start()
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=6))
    assert not work.runs.possible
    assert not window.transfer_page.run_button.isEnabled()
    work.runs.start()
    settle(qtbot, window)
    assert len(work.comparer.comparison.rows) == 1
    assert work.runs.possible
    assert window.transfer_page.run_button.isEnabled()


def test_cancel_stops_what_is_computed_first(qtbot, held, running, tmp_path):
    work = running.workspace
    qtbot.waitUntil(held.is_set)
    work.file.save(tmp_path / "blood.anchorscope")
    running.job_bar.cancel_requested.emit()
    settle(qtbot, running)
    assert (tmp_path / "blood.anchorscope").exists()
    assert len(work.session.findings) == 1


def test_the_bar_shows_what_is_written_while_nothing_is_computed(qtbot, window, finished_run, tmp_path):
    finished(window, finished_run)
    window.workspace.file.save(tmp_path / "blood.anchorscope")
    assert window.job_bar.title == "Saving blood.anchorscope"
    settle(qtbot, window)
    assert window.job_bar.title == "Done"
