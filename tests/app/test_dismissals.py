"""Standing notices that are dismissed, on every page by the same rule."""

from __future__ import annotations

from dataclasses import replace

import anndata
import pytest

from anchorscope.parameters import AUTOMATIC
from anchorscope_desktop.pages import explore, gene_activity, query
from anchorscope_desktop.state.notices import Notice
from anchorscope_desktop.state.steps import STEPS
from app.conftest import Answers
from app.helpers import finished, load, settle, window_without_pages
from app.test_session_file import opened, saved


def anchors(window, k_anchor):
    session = window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=k_anchor))


def dismiss(page):
    """Click the cross of the page's message."""
    assert not page.messages.isHidden()
    page.messages._close.click()
    assert not page.messages.text


def refreshed(window):
    """Let everything be announced again, as any change does."""
    window.workspace.session.inputs_changed.emit()
    window.workspace.session.recipe_changed.emit()
    window.workspace.steps.changed.emit()
    window.workspace.file.changed.emit()


@pytest.mark.parametrize("key", [step.key for step in STEPS])
def test_what_is_dismissed_stays_away_on_every_page(window, finished_run, monkeypatch, key):
    finished(window, finished_run)
    window.go_to(key)
    page, said = window.page, Notice("One sentence.")
    monkeypatch.setattr(page, "standing_notice", lambda: said)
    page.refresh_notice()
    dismiss(page)
    refreshed(window)
    window.go_to("reference")
    window.go_to(key)
    assert not page.messages.text
    for another in (Notice("Another sentence."), said, replace(said, about="another run")):
        monkeypatch.setattr(page, "standing_notice", lambda another=another: another)
        page.refresh_notice()
        assert page.messages.text == another.text


def test_what_is_dismissed_comes_back_when_it_is_true_anew(window, finished_run):
    finished(window, finished_run)
    window.go_to("gene_activity")
    page = window.page
    anchors(window, 9)
    assert page.messages.text == gene_activity.OUTDATED.text
    dismiss(page)
    anchors(window, 8)
    assert not page.messages.text
    window.workspace.history.undo()
    window.workspace.history.undo()
    assert not window.workspace.session.outdated
    anchors(window, 7)
    assert page.messages.text == gene_activity.OUTDATED.text


def test_what_is_dismissed_is_said_of_another_run(window, finished_run):
    finished(window, finished_run)
    session, run = window.workspace.session, finished_run
    window.go_to("explore")
    anchors(window, 9)
    dismiss(window.page)
    anchors(window, 8)
    assert not window.page.messages.text
    session.add_finding(replace(run.job, recipe=session.recipe), run.outcome, 1.0)
    anchors(window, 7)
    assert window.page.messages.text == explore.OUTDATED.filled(number=2).text


@pytest.fixture
def unknown_genome(example, tmp_path):
    """Two queries with peaks evenly along a chromosome, so that no assembly is recognised."""
    paths = []
    for number in range(2):
        atac = anndata.read_h5ad(example[1])[number:].copy()
        atac.var_names = [f"chr1:{20_000 * row + 1}-{20_000 * row + 500}" for row in range(atac.n_vars)]
        atac.var = atac.var[[]]
        paths.append(tmp_path / f"unknown{number}.h5ad")
        atac.write_h5ad(paths[-1])
    return paths


def test_a_warning_of_one_file_that_is_dismissed_is_said_of_the_next(qtbot, window, unknown_genome, tmp_path):
    first, second = unknown_genome
    window.workspace.loader.open_query(first)
    settle(qtbot, window)
    page, session = window.query_page, window.workspace.session
    assert session.recipe.gene_activity.assembly == AUTOMATIC
    assert page.messages.text == query.NO_ASSEMBLY.text
    dismiss(page)
    refreshed(window)
    assert not page.messages.text
    window.workspace.loader.open_query(second)
    settle(qtbot, window)
    assert page.messages.text == query.NO_ASSEMBLY.text


def test_what_is_dismissed_stays_away_in_the_session_that_was_saved(qtbot, window, example, unknown_genome, tmp_path):
    load(qtbot, window, example[0])
    window.workspace.loader.open_query(unknown_genome[0])
    settle(qtbot, window)
    dismiss(window.query_page)
    saved(qtbot, window, tmp_path / "one.anchorscope")
    other = window_without_pages(Answers())
    qtbot.addWidget(other)
    other.show()
    other.go_to("query")
    opened(qtbot, other, tmp_path / "one.anchorscope")
    assert other.workspace.session.complete
    assert not other.query_page.messages.text
    other.workspace.file.new()
    other.workspace.loader.open_query(unknown_genome[0])
    settle(qtbot, other)
    assert other.query_page.messages.text == query.NO_ASSEMBLY.text
    other.close()
