"""A window in which only one side is open: all that needs no other can be looked at, and a run goes on from there."""

from __future__ import annotations

from dataclasses import replace

import anndata
import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from anchorscope import stages
from anchorscope.parameters import CLUSTER_AND_NAME
from anchorscope.preprocess.normalize import cell_totals
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.state.appearance import OnPaper
from anchorscope_desktop.state.map_values import Categories, ColourBy, Meaning, Numbers
from anchorscope_desktop.state.steps import StepState
from anchorscope_desktop.views.frame import drawn_for_paper
from anchorscope_desktop.views.own_map import NO_QUERY, NOT_THERE, OF_GENE, OF_QUERY, OF_REFERENCE
from app.first_pages import quiet, run_fast
from app.helpers import finished, load, settle


@pytest.fixture(autouse=True)
def fast_maps(monkeypatch):
    monkeypatch.setattr(stages, "umaps", lambda spaces, *_: [np.asarray(space[:, :2]) for space in spaces])


def press(qtbot, window, button):
    assert button.isEnabled(), button.toolTip()
    button.click()
    quiet(qtbot, window)


def is_marked(view):
    """Whether a view says that it is of older settings."""
    mark = next(one for one in view.findChildren(QLabel) if one.accessibleName() == "Of older settings")
    return mark.isVisibleTo(view)


def cut(path, n_cells, where):
    anndata.read_h5ad(path)[:n_cells].copy().write_h5ad(where)
    return where


# ---- the query alone --------------------------------------------------------------------------------------------


def test_the_query_alone_has_map_and_gene_activity_and_a_run_goes_on_from_there(qtbot, window, example, monkeypatch):
    load(qtbot, window, example[1])
    quiet(qtbot, window)
    page, activity, work = window.query_page, window.activity_page, window.workspace
    assert (page.own_map.empty_text, activity.on_map.empty_text) == (OF_QUERY, OF_GENE)
    press(qtbot, window, page.map_button)
    assert page.depth_plot.empty_text == page.own_map.empty_text == ""
    assert page._maps.currentWidget() is page.own_map
    assert work.own_query.meaning == Meaning(ColourBy.COLUMN, "cell_type")
    assert work.steps.stage("lsi") is StepState.DONE
    assert activity.on_map.empty_text == NOT_THERE
    press(qtbot, window, activity.map_button)
    assert activity.on_map.heading == f"{work.genes.gene} in the query's cells"
    lsi, counts = work.session.pipeline.result("lsi"), work.session.pipeline.result("gene_activity")
    load(qtbot, window, example[0])
    run_fast(qtbot, window, monkeypatch)
    outcome = work.session.shown.outcome
    assert (outcome.lsi, outcome.gene_activity) == (lsi, counts)
    assert outcome.maps.query is work.own_query.side.map.places
    assert "lsi" not in outcome.seconds
    assert page._maps.currentWidget() is page.map
    assert activity._activity.currentWidget() is activity.by_type


def test_the_query_alone_is_coloured_by_depth_and_by_the_gene_in_focus(qtbot, window, example):
    load(qtbot, window, example[1])
    quiet(qtbot, window)
    work, view = window.workspace, window.query_page.own_map
    window.go_to("query")
    press(qtbot, window, window.query_page.map_button)
    view.colour_by.pick(Meaning(ColourBy.DEPTH))
    quiet(qtbot, window)
    depth = work.own_query.values
    # Totals of whole counts are exact in single precision; a logarithm taken of them in it is not.
    totals = work.session.query.counts.sum(axis=1).A1.astype(np.float64)
    np.testing.assert_allclose(depth.values, np.log10(totals + 1), rtol=np.finfo(np.float64).eps * 4)
    press(qtbot, window, window.activity_page.map_button)
    found = work.session.pipeline.result("gene_activity")
    for place in (0, 7):
        gene = str(found.regions.symbols[place])
        work.genes.choose(gene)
        quiet(qtbot, window)
        level = np.log1p(found.counts[:, [place]].toarray().ravel() / np.maximum(cell_totals_of(found), 1e-12) * 1e4)
        # Activity is no whole number and kept in single precision, in which the totals are rounded once.
        np.testing.assert_allclose(work.own_gene.values.values, level, rtol=np.finfo(np.float32).eps)
        assert window.activity_page.on_map.heading.startswith(gene)
    # The colours of the Query page are the user's own.
    assert work.own_query.meaning == Meaning(ColourBy.DEPTH)
    assert Meaning(ColourBy.GENE, gene) in view.colour_by.meanings


def cell_totals_of(found):
    from anchorscope.counts import blocks_of

    return cell_totals(blocks_of(found.counts))


def test_a_gene_without_activity_says_so(qtbot, window, example):
    load(qtbot, window, example[1])
    press(qtbot, window, window.activity_page.map_button)
    known = set(window.workspace.session.pipeline.result("gene_activity").regions.symbols)
    gene = next(one for one in window.activity_page.track.shown.genes if one not in known)
    window.workspace.genes.choose(gene)
    quiet(qtbot, window)
    assert window.activity_page.on_map.empty_text.startswith(f"{gene} has no activity")


def test_changed_settings_mark_what_is_of_the_old_ones(qtbot, window, example):
    load(qtbot, window, example[1])
    page, session = window.query_page, window.workspace.session
    press(qtbot, window, page.map_button)
    views = (page.depth_plot, page.own_map)
    assert not any(map(is_marked, views))
    session.change("lsi", session.recipe.lsi.replaced(first_component=3))
    # The picture shows at once which components are used, and draws other cells only when asked to.
    assert (is_marked(page.depth_plot), is_marked(page.own_map)) == (False, True)
    session.change("lsi", session.recipe.lsi.replaced(first_component=2, n_components=20))
    assert all(map(is_marked, views))
    press(qtbot, window, page.map_button)
    assert not any(map(is_marked, views))


def test_a_cancelled_map_leaves_the_depth_plot(qtbot, window, example, monkeypatch):
    def endless(spaces, _, __, progress):
        while True:
            progress.update(0.5)

    load(qtbot, window, example[1])
    monkeypatch.setattr(stages, "umaps", endless)
    window.query_page.map_button.click()
    qtbot.waitUntil(lambda: window.workspace.session.pipeline.result("lsi") is not None, timeout=60_000)
    window.workspace.cancel()
    settle(qtbot, window)
    assert window.query_page.depth_plot.empty_text == ""
    assert window.query_page.own_map.empty_text == OF_QUERY
    assert window.query_page.map_button.isEnabled()


def test_another_query_is_not_shown_on_the_map_of_the_old(qtbot, window, finished_run, example):
    finished(window, finished_run)
    page = window.query_page
    assert page._maps.currentWidget() is page.map
    window.workspace.loader.open_query(example[1])
    quiet(qtbot, window)
    assert page._maps.currentWidget() is page.own_map
    assert page.own_map.empty_text == OF_QUERY
    press(qtbot, window, page.map_button)
    assert page.own_map.empty_text == ""


def test_the_map_is_marked_where_what_its_colours_mean_is_older(qtbot, window, example):
    load(qtbot, window, example[1])
    press(qtbot, window, window.activity_page.map_button)
    session, view = window.workspace.session, window.activity_page.on_map
    assert not is_marked(view)
    session.change("gene_activity", session.recipe.gene_activity.replaced(upstream=9_000))
    quiet(qtbot, window)
    assert (is_marked(view), is_marked(window.query_page.own_map)) == (True, False)
    press(qtbot, window, window.activity_page.map_button)
    assert not is_marked(view)


def test_a_hidden_map_is_drawn_once_it_is_seen(qtbot, window, example):
    load(qtbot, window, example[1])
    window.go_to("transfer")
    view = window.query_page.own_map
    window.workspace.previews.compute(("query_map",), "query")
    quiet(qtbot, window)
    assert len(view.map.cloud.positions) == 0
    window.go_to("query")
    np.testing.assert_array_equal(view.map.cloud.positions, window.workspace.own_query.side.map.places)


def test_the_own_map_is_copied_as_it_is(qtbot, window, example):
    load(qtbot, window, example[1])
    window.go_to("query")
    press(qtbot, window, window.query_page.map_button)
    view = drawn_for_paper(type(window.query_page.own_map), window.workspace)
    np.testing.assert_array_equal(view.map.cloud.positions, window.workspace.own_query.side.map.places)
    view.deleteLater()


# ---- the reference alone ----------------------------------------------------------------------------------------


def test_the_reference_alone_has_its_map_by_type_and_by_gene(qtbot, window, example):
    load(qtbot, window, example[0])
    page, work = window.reference_page, window.workspace
    window.go_to("reference")
    assert page.own_map.empty_text == OF_REFERENCE
    press(qtbot, window, page.map_button)
    assert page._maps.currentWidget() is page.own_map
    assert isinstance(work.own_reference.values, Categories)
    assert work.own_reference.values.labels.types == work.session.pipeline.result("labels").labels.types
    gene = str(work.session.reference.genes[3])
    page.own_map.colour_by.pick(Meaning(ColourBy.GENE, gene))
    quiet(qtbot, window)
    assert isinstance(work.own_reference.values, Numbers)
    assert gene in work.own_reference.values.name


def test_clusters_of_the_reference_alone_are_named_and_seen_on_its_map(qtbot, window, example):
    load(qtbot, window, example[0])
    page, work = window.reference_page, window.workspace
    window.go_to("reference")
    session = work.session
    session.change("reference", session.recipe.reference.replaced(labels=CLUSTER_AND_NAME))
    press(qtbot, window, page.name_button)
    assert page.naming.empty_text == ""
    assert page._pictures.currentIndex() == 1
    press(qtbot, window, page.map_button)
    assert page._pictures.currentWidget() is page._maps
    page.own_map.colour_by.pick(Meaning(ColourBy.CLUSTER))
    naming = session.pipeline.result("labels").naming
    np.testing.assert_array_equal(work.own_reference.values.labels.codes, naming.clusters)


# ---- what needs both, and what cannot be used ---------------------------------------------------------------------


def test_what_needs_both_says_which_is_missing(qtbot, window, example):
    assert window.activity_page.on_map.empty_text == NO_QUERY
    load(qtbot, window, example[1])
    assert "Open a reference as well; then Run" in window.transfer_page.messages.text
    assert window.transfer_page.run_button.toolTip() == "Open a reference as well"
    assert "Open a reference as well." in window.activity_page.checks.empty_text
    assert "Open a reference first" in window.reference_page.map_button.toolTip()
    load(qtbot, window, example[0])
    assert window.transfer_page.run_button.isEnabled()
    assert "Open a" not in window.activity_page.checks.empty_text


@pytest.mark.parametrize("side", [0, 1])
def test_a_side_that_is_too_small_is_told_of_when_it_is_read(qtbot, window, example, tmp_path, side):
    load(qtbot, window, cut(example[side], 3, tmp_path / "few.h5ad"))
    page = (window.reference_page, window.query_page)[side]
    name = ("reference", "query")[side]
    assert page.messages.text.startswith(f"The {name} has too few cells")
    assert "found 3; open a" in page.messages.text
    session = window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=1, k_score=2))
    session.change("transfer", session.recipe.transfer.replaced(k_weight=3))
    page.refresh_notice()
    assert "too few cells" not in page.messages.text


def test_what_goes_wrong_with_one_side_is_said_on_its_page(qtbot, window, example, tmp_path):
    load(qtbot, window, cut(example[1], 3, tmp_path / "few.h5ad"))
    press(qtbot, window, window.query_page.map_button)
    assert "Too few peaks have more than" in window.query_page.messages.text


@pytest.mark.parametrize("side", [0, 1])
def test_a_session_of_one_side_opens_again_with_what_was_found(qtbot, window, example, tmp_path, side):
    load(qtbot, window, example[side])
    work, path, page = window.workspace, tmp_path / "one.anchorscope", (window.reference_page, window.query_page)[side]
    state = (work.own_reference, work.own_query)[side]
    press(qtbot, window, page.map_button)
    if side:
        press(qtbot, window, window.activity_page.map_button)
    before = state.side.map
    work.file.save(path)
    settle(qtbot, window)
    load(qtbot, window, example[side])
    assert state.side is None
    work.file.open(path)
    qtbot.waitUntil(lambda: not work.busy and not work.file.reading and state.side is not None, timeout=60_000)
    quiet(qtbot, window)
    assert (work.session.reference is None, work.session.query is None) == (bool(side), not side)
    np.testing.assert_array_equal(state.side.map.places, before.places)
    assert not page.map_button.isEnabled()
    assert page.own_map.empty_text == ""
    if side:
        assert work.own_gene.values is not None


# ---- colours of the file ------------------------------------------------------------------------------------------


def test_types_have_the_colours_of_the_reference_until_the_user_gives_others(qtbot, window, example, tmp_path):
    data = anndata.read_h5ad(example[0])
    data.obs["cell_type"] = data.obs["cell_type"].astype("category")
    types = list(data.obs["cell_type"].cat.categories)
    data.uns["cell_type_colors"] = ["#123456", "no colour", *["#abcdef"] * (len(types) - 2)]
    data.write_h5ad(tmp_path / "coloured.h5ad")
    load(qtbot, window, tmp_path / "coloured.h5ad")
    window.go_to("reference")
    press(qtbot, window, window.reference_page.map_button)
    work = window.workspace

    def colours():
        view = window.reference_page.own_map
        return {name: color.name() for name, color in zip(view.state.values.labels.types, view.map.cloud._look.palette,
                                                          strict=False)}

    usual = type_colours(types, replace(work.appearance.theme, own=()))
    assert (colours()[types[0]], colours()[types[1]]) == ("#123456", usual[types[1]].name())
    work.session.set_recipe(replace(work.session.recipe, colours=((types[0], "#00ff00"),)))
    assert (colours()[types[0]], colours()[types[2]]) == ("#00ff00", "#abcdef")
    assert OnPaper(work.session.colours).theme.own == work.appearance.theme.own
    work.session.change("reference", work.session.recipe.reference.replaced(labels=CLUSTER_AND_NAME))
    assert work.session.colours == ((types[0], "#00ff00"),)


# ---- marks on pictures of a run -----------------------------------------------------------------------------------


def test_pictures_of_a_run_are_marked_once_settings_change(qtbot, window, finished_run):
    finished(window, finished_run)
    quiet(qtbot, window)
    session, page = window.workspace.session, window.activity_page
    views = (page.by_type, page.checks)
    assert not any(map(is_marked, views))
    for upstream, marked in ((9_000, True), (session.recipe.gene_activity.upstream, False)):
        session.set_recipe(replace(session.recipe, gene_activity=session.recipe.gene_activity.replaced(
            upstream=upstream)))
        quiet(qtbot, window)
        assert [is_marked(view) for view in views] == [marked, marked]
