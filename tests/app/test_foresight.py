"""Before Run, the Transfer page tells what it will take; what cannot fit is told with a way out."""

from __future__ import annotations

import pytest

from anchorscope.errors import InputError
from anchorscope.evaluation.comparison import Comparison, ComparisonRow
from anchorscope.forecast import Forecast
from anchorscope.results import Job
from anchorscope_desktop.pages.compare import OUTDATED as COMPARISON_OUTDATED
from anchorscope_desktop.pages.transfer import OUTDATED
from anchorscope_desktop.state import foresight
from anchorscope_desktop.state.foresight import in_words
from anchorscope_desktop.state.notices import Weight
from app.helpers import finished, open_example, settle


@pytest.mark.parametrize(("seconds", "words"), [
    (1.0, "5 seconds"), (33.0, "35 seconds"), (54.9, "55 seconds"), (61.0, "1 minute"), (200.0, "3 minutes"),
    (5700.0, "95 minutes"), (7300.0, "2.0 hours")])
def test_durations_are_no_more_exact_than_they_are_known(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_time_and_memory_are_told_before_the_first_run(qtbot, window) -> None:
    open_example(qtbot, window)
    notice = window.transfer_page.standing_notice()
    assert notice is not None
    assert notice.text.startswith("Run will take about ")
    assert notice.text.endswith(" GB of memory.")
    assert notice.weight is Weight.INFO


def test_a_changed_setting_is_foreseen_by_what_depends_on_it(window, finished_run, monkeypatch) -> None:
    finished(window, finished_run)
    session, page = window.workspace.session, window.transfer_page
    assert "have a label" in page.standing_notice().text
    costs = dict.fromkeys(session.statuses(), 100.0)
    monkeypatch.setattr("anchorscope.forecast.forecast", lambda *_: Forecast(costs, 2048.0))
    session.change("umap", session.recipe.umap.replaced(n_neighbors=12))
    assert page.standing_notice().text == (
        f"{OUTDATED.text} Run will take about 2 minutes and 2.0 GB of memory.")  # the maps alone
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=6))
    assert "about 8 minutes" in page.standing_notice().text  # anchors, transfer, refine, grade and maps

    def refuse(*_: object) -> None:
        raise InputError("The run would not fit into memory", "90 GB needed and 4 GB free", "set k.filter to 0")

    monkeypatch.setattr("anchorscope.forecast.check_fit", refuse)
    assert "set k.filter to 0" in page.standing_notice().text


def test_a_comparison_is_foreseen_line_by_line(window, finished_run, monkeypatch) -> None:
    finished(window, finished_run)
    session, page, comparer = window.workspace.session, window.compare_page, window.workspace.comparer
    costs = dict.fromkeys(session.statuses(), 60.0)
    monkeypatch.setattr("anchorscope.forecast.forecast", lambda sizes, recipe, _: Forecast(
        costs | {"gene_activity": 600.0 if recipe.gene_activity.model == "co-accessibility" else 60.0},
        4096.0 if recipe.gene_activity.model == "co-accessibility" else 2048.0))
    comparer.choose(("body-promoter", "archr"), ("cca", "rpca"))
    # Two gene activities, and four times shared space, anchors, transfer, refine and grade; all else is there.
    assert page.messages.text == "Compare will take about 22 minutes and 2.0 GB of memory for 4 combinations."
    session.change("umap", session.recipe.umap.replaced(n_neighbors=12))
    assert "about 22 minutes" in page.messages.text  # maps are not drawn
    session.change("lsi", session.recipe.lsi.replaced(n_components=40))
    assert "about 26 minutes" in page.messages.text  # LSI and what depends on it, once more
    comparer.choose(("co-accessibility",), ("cca",))
    assert "about 19 minutes and 4.0 GB" in page.messages.text  # learning its links takes longer
    rows = (ComparisonRow("co-accessibility", "cca"),)
    comparer.restore((Job(session.reference, session.query, session.recipe), Comparison(rows, "")))
    assert page.standing_notice() is None
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=6))
    assert page.standing_notice().text.startswith(f"{COMPARISON_OUTDATED.text} Compare will take")


def test_stages_computed_alone_are_foreseen_by_their_buttons(qtbot, window, monkeypatch) -> None:
    open_example(qtbot, window)
    monkeypatch.setattr("anchorscope.forecast_alone.forecast", lambda *_: Forecast(
        dict.fromkeys(("lsi", "maps", "labels", "variable_genes", "pca", "gene_activity", "transfer"), 100.0), 9))
    monkeypatch.setattr("anchorscope.forecast_alone.cost", lambda *_: 20.0)
    monkeypatch.setattr("anchorscope.forecast.known_factor", lambda: 2.0)
    page, session = window.query_page, window.workspace.session
    session.recipe_changed.emit()
    assert "It will take about 2 minutes." in page.lsi_button.toolTip()
    assert "It will take about 2 minutes." in page.map_button.toolTip()  # LSI, and a map of its own
    assert "It will take about 2 minutes." in page.cluster_button.toolTip()
    assert "about 6 minutes" in window.reference_page.map_button.toolTip()
    page.lsi_button.click()
    settle(qtbot, window)
    assert "up to date" in page.lsi_button.toolTip()
    assert "It will take about 40 seconds." in page.map_button.toolTip()


def test_the_merged_map_is_foreseen_where_it_is_asked_for(qtbot, window, finished_run, monkeypatch) -> None:
    finished(window, finished_run)
    monkeypatch.setattr("anchorscope.forecast_alone.seconds_alone", lambda *_: {"merged": 240.0})
    window.go_to("explore")
    window.explore_page.layout_switch.button("merged").click()
    window.workspace.merger.changed.emit()
    assert "It will take about 4 minutes." in window.explore_page.merged_map._words.text()


def test_nothing_is_told_without_files(window) -> None:
    assert foresight.foreseen_comparison(window.workspace.session, ("archr",), ("cca",)) is None
    assert foresight.foreseen_alone(window.workspace.session, ("lsi",)) == ""
    assert foresight.foreseen_of(window.workspace.session) is None


def test_what_cannot_fit_is_a_warning_that_says_what_helps(monkeypatch, qtbot, window) -> None:
    open_example(qtbot, window)

    def refuse(*_: object) -> None:
        raise InputError("The run would not fit into memory", "90 GB needed and 4 GB free", "set k.filter to 0")

    monkeypatch.setattr("anchorscope.forecast.check_fit", refuse)
    notice = window.transfer_page.standing_notice()
    assert notice is not None
    assert notice.weight is Weight.WARNING
    assert "set k.filter to 0" in notice.text
