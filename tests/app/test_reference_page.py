"""Panels, names of clusters, and how right they are."""

from __future__ import annotations

from dataclasses import replace

import anndata as ad
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from anchorscope import stages
from anchorscope.checks import possible_types
from anchorscope.evaluation.grade import grade
from anchorscope.io import builtin_panels, read_query, read_reference
from anchorscope.parameters import BLOOD_PANEL, CLUSTER_AND_NAME, MarkerPanel, Recipe, ReferenceParameters
from anchorscope.pipeline import Pipeline
from anchorscope.results import Job, Labels
from anchorscope_desktop.pages.reference import MAP
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.gesture import Combine
from anchorscope_desktop.state.fitting import types_there
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.views.naming_heatmap import UNITS, heatmap_of, remarks_on, scale_of
from anchorscope_desktop.widgets.panel_chooser import OWN
from app.first_pages import choose, quiet, without_umap
from app.helpers import NO_KEY, SHIFT, FinishedRun, click, finished, load


@pytest.fixture(scope="module")
def clustered_run(example):
    """A run whose clusters were named, with maps that are drawn in no time; once for all tests."""
    reference, query = read_reference(example[0]), read_query(example[1])
    panel = markers_of(reference.counts, reference.genes, reference.cells["cell_type"])
    recipe = Recipe(reference=ReferenceParameters(labels=CLUSTER_AND_NAME), panel=panel)
    job, pipeline = Job(reference, query, recipe), Pipeline()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "umaps", without_umap)
        return FinishedRun(pipeline, job, pipeline.run(job))


@pytest.fixture
def clustered(qtbot, window, clustered_run, monkeypatch):
    monkeypatch.setattr(stages, "umaps", without_umap)
    finished(window, clustered_run)
    quiet(qtbot, window)
    return window


def markers_of(counts, genes, types):
    """Take as each type's marker the gene whose mean in it exceeds that in the others most."""
    entries = []
    for name in sorted(set(types)):
        own = (types == name).to_numpy()
        lead = counts[own].mean(axis=0) - 3 * counts[~own].mean(axis=0)
        entries.append((name, str(genes[int(lead.argmax())])))
    return MarkerPanel("Example", (*entries, ("Nowhere", "NOT A GENE")))


@pytest.mark.parametrize("rule", ["zscore", "raw"])
def test_the_shades_of_the_names_are_explained_with_numbers(clustered, rule):
    view = clustered.reference_page.naming
    naming = clustered.workspace.previews.named.naming
    assert scale_of(naming, rule)[0].endswith(UNITS[rule])
    scores = np.array([[0.26, 1.0], [-1.5, -0.04]])
    ends = scale_of(replace(naming, scores=scores), rule)[1:]
    assert ends == ("lowest: −1.5 to 0.0", "highest: 0.3 to 1.0")
    assert view.scale.texts == scale_of(naming, "zscore")
    paper = view.on_paper()
    assert paper.scale.texts == view.scale.texts
    assert not paper.scale.isHidden()
    assert paper.table.isHidden()
    paper.deleteLater()


def test_a_built_in_panel_is_chosen_with_its_sources(qtbot, window, example):
    load(qtbot, window, example[0])
    editor, session = window.reference_page.panel, window.workspace.session
    assert editor.chooser.currentData() == BLOOD_PANEL.name
    assert [editor.chooser.itemData(n) for n in range(editor.chooser.count())] == list(builtin_panels())
    kidney = next(name for name in builtin_panels() if "idney" in name)
    choose(window, editor.chooser, kidney)
    assert session.recipe.panel == builtin_panels()[kidney]
    assert editor.table.entries() == session.recipe.panel.entries
    place = editor.chooser.findData(kidney)
    for source in builtin_panels()[kidney].sources:
        assert source.split("&")[0][:20] in editor.chooser.itemData(place, Qt.ItemDataRole.ToolTipRole)


def test_an_edited_panel_is_one_of_its_own(qtbot, window, example):
    load(qtbot, window, example[0])
    editor = window.reference_page.panel
    editor.table.item(0, 1).setText("CD3E")
    assert editor.chooser.currentData() == OWN
    choose(window, editor.chooser, BLOOD_PANEL.name)
    assert editor.chooser.findData(OWN) < 0
    assert editor.chooser.currentData() == BLOOD_PANEL.name
    assert window.workspace.session.recipe.panel == BLOOD_PANEL


def test_clusters_show_margin_runner_up_and_what_is_missing(clustered):
    view = clustered.reference_page.naming
    naming = clustered.workspace.session.shown.outcome.reference_labels.naming
    assert view.table.rowCount() == len(naming.names)
    assert view.table.item(0, 3).text() == f"{naming.margin[0]:.2f}"
    assert view.table.item(0, 4).text() == naming.runner_up[0]
    assert "NOT A GENE (Nowhere) is not among the genes" in view.remarks.text()
    assert view.heatmap.data.column_names[0] == f"0 {naming.names[0]}"


def click_line(qtbot, table, cluster, modifier=NO_KEY):
    middle = table.visualItemRect(table.item(cluster, 2)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(middle))


def marked(table):
    return sorted(index.row() for index in table.selectionModel().selectedRows())


def test_a_click_on_a_cluster_selects_its_cells_everywhere(qtbot, clustered):
    clustered.go_to("reference")
    view, selection = clustered.reference_page.naming, clustered.workspace.selection
    naming = clustered.workspace.session.shown.outcome.reference_labels.naming
    view.table.setCurrentCell(1, 0)
    ways = (lambda: click(qtbot, view.heatmap, None, 1), lambda: click(qtbot, view.heatmap, 0, 1),
            lambda: click_line(qtbot, view.table, 1), lambda: qtbot.keyClick(view.table, Qt.Key.Key_Return))
    for choose_cluster in ways:
        selection.clear()
        choose_cluster()
        np.testing.assert_array_equal(selection.current.reference, naming.clusters == 1)
        np.testing.assert_array_equal(clustered.explore_page.reference_map.highlighted, naming.clusters == 1)
        assert selection.current.description == f"Cluster 1 {naming.names[1]}"
        assert (view.heatmap.chosen, marked(view.table)) == ({(None, 1)}, [1])
    click_line(qtbot, view.table, 0, SHIFT)
    np.testing.assert_array_equal(selection.current.reference, naming.clusters <= 1)
    assert marked(view.table) == [0, 1]


def test_clusters_that_nobody_sees_wait_with_their_marks(clustered):
    clustered.go_to("explore")
    view, selection = clustered.reference_page.naming, clustered.workspace.selection
    naming = clustered.workspace.session.shown.outcome.reference_labels.naming
    selection.choose(Selection("Drawn", naming.clusters == 1))
    assert marked(view.table) == []
    clustered.go_to("reference")
    assert (marked(view.table), view.heatmap.chosen) == ([1], {(None, 1)})


def test_clusters_are_marked_whoever_selected_them_and_never_in_part(clustered):
    view, selection = clustered.reference_page.naming, clustered.workspace.selection
    naming = clustered.workspace.session.shown.outcome.reference_labels.naming
    selection.choose(Selection("Drawn", naming.clusters == 1))
    assert marked(view.table) == [1]
    selection.choose(Selection("One", np.arange(len(naming.clusters)) == 0), Combine.ADD)
    assert (marked(view.table), view.heatmap.chosen) == ([], frozenset())
    selection.undo()
    assert marked(view.table) == [1]
    selection.clear()
    assert (marked(view.table), view.heatmap.chosen) == ([], frozenset())
    # Clusters that were named before a run of another file are none of the cells that can be selected.
    previews = clustered.workspace.previews
    previews.named = replace(previews.named, reference=replace(previews.named.reference))
    view.heatmap.clicked.emit(None, 0, 0)
    assert selection.current.empty


def test_the_reference_is_coloured_by_cluster(clustered):
    page, selection = clustered.explore_page, clustered.workspace.selection
    naming = clustered.workspace.session.shown.outcome.reference_labels.naming
    page.reference_map.colour_by.pick(Meaning(ColourBy.CLUSTER))
    np.testing.assert_array_equal(page.reference_map.map.cloud.codes, naming.clusters)
    assert page.reference_map.map.legend.entry(1) == f"1 {naming.names[1]}"
    page.reference_map.map.legend.clicked.emit(1, Combine.REPLACE)
    np.testing.assert_array_equal(selection.current.reference, naming.clusters == 1)
    assert selection.current.description == f"Cluster 1 {naming.names[1]}"


def test_clusters_are_named_before_a_run(qtbot, window, example):
    load(qtbot, window, *example)
    page, session = window.reference_page, window.workspace.session
    assert page.name_button.isHidden()
    session.change("reference", session.recipe.reference.replaced(labels=CLUSTER_AND_NAME))
    markers = markers_of(session.reference.counts, session.reference.genes, session.reference.cells["cell_type"])
    session.set_recipe(replace(session.recipe, panel=markers))
    page.name_button.click()
    quiet(qtbot, window)
    assert session.shown is None
    assert page.naming.table.rowCount() > 1
    page.naming.table.item(0, 1).setText("Mine")
    assert page.naming.table.name(0) == "Mine"
    assert page.name_button.isEnabled()
    page.name_button.click()
    quiet(qtbot, window)
    assert session.pipeline.result("labels").naming.names[0] == "Mine"
    assert page.naming.table.name(0) == "Mine"


def test_new_names_are_on_the_map_at_once(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    page, session = window.reference_page, window.workspace.session
    window.go_to("reference")
    assert page.map.isVisible()
    session.change("reference", session.recipe.reference.replaced(labels=CLUSTER_AND_NAME))
    session.set_recipe(replace(session.recipe, panel=markers_of(
        session.reference.counts, session.reference.genes, session.reference.cells["cell_type"])))
    page.switch.choose(MAP)
    page.switch.changed.emit()
    assert page.map.isVisible()  # of the run, with the sign that it is older
    page.name_button.click()
    quiet(qtbot, window)
    page.switch.button(MAP).click()
    assert page.own_map.isVisible()
    assert page.own_map.state.side.map.places is finding.outcome.maps.reference
    assert page.own_map.state.meaning == Meaning(ColourBy.TYPE)
    names = session.pipeline.result("labels").labels.types
    assert sorted(page.own_map.map.legend.toolTip().split("\n")) == sorted(names)
    assert not page.own_map.state.outdated


def test_a_type_keeps_its_colour_whatever_the_answer_key_calls_others(clustered):
    work, view = clustered.workspace, clustered.reference_page.naming
    finding = work.session.shown
    types = finding.outcome.reference_labels.labels.types
    before, theme = type_colours(types, work.appearance.theme), work.appearance.theme
    truth = Labels(("0 first of all", *types), np.zeros(len(finding.job.query.cells), dtype=np.int64))
    other = grade(finding.outcome.prediction.labels, truth, "cell_type")
    work.session.show(replace(finding, outcome=replace(finding.outcome, grade=other)))
    after = run_colours(work.session.shown, theme)
    assert "0 first of all" in after
    assert {name: after[name] for name in types} == {name: before[name] for name in types}
    assert {name: view.heatmap.data.colours[name] for name in types} == {name: before[name] for name in types}
    assert len({color.name() for name, color in after.items() if name}) == len(after) - 1


def test_clusters_are_named_though_the_answer_key_uses_other_names(qtbot, window, example):
    load(qtbot, window, *example)
    page, session = window.reference_page, window.workspace.session
    panel = markers_of(session.reference.counts, session.reference.genes, session.reference.cells["cell_type"])
    ours = MarkerPanel("Ours", tuple((f"our {kind}", gene) for kind, gene in panel.entries))
    session.set_recipe(replace(session.recipe, panel=ours, grade=session.recipe.grade.replaced(truth="cell_type"),
                               reference=session.recipe.reference.replaced(labels=CLUSTER_AND_NAME)))
    assert "Name the clusters" in window.transfer_page.names.empty_text
    page.name_button.click()
    quiet(qtbot, window)
    assert page.naming.table.rowCount() > 1, page.messages.text
    assert window.transfer_page.names.empty_text == ""
    window.workspace.runs.start()
    quiet(qtbot, window)
    assert session.shown is None
    assert "and the marker panel use different names" in window.transfer_page.messages.text


def test_a_name_given_by_hand_counts_at_once_and_goes_back(qtbot, clustered):
    session, table = clustered.workspace.session, clustered.reference_page.naming.table
    own = table.name(1)
    table.item(1, 1).setText("Odd cells")
    assert session.recipe.names == ((1, "Odd cells"),)
    assert clustered.reference_page.naming.heatmap.data.column_names[1] == "1 Odd cells"
    assert own in table.item(1, 1).toolTip()
    assert session.outdated
    table.item(1, 1).setText("")
    assert session.recipe.names == ()
    assert table.name(1) == own
    quiet(qtbot, clustered)


def test_names_of_other_clusters_are_warned_of_and_taken_back(qtbot, clustered):
    session, page = clustered.workspace.session, clustered.reference_page
    page.naming.table.item(0, 1).setText("Mine")
    assert "Names were given by hand" not in page.messages.text
    session.change("reference", session.recipe.reference.replaced(resolution=1.5))
    assert "Names were given by hand" in page.messages.text
    page.messages.action.click()
    assert session.recipe.names == ()
    assert "Names were given by hand" not in page.messages.text
    quiet(qtbot, clustered)


def test_names_are_held_against_a_column(qtbot, clustered):
    from anchorscope.evaluation.naming import naming_quality
    from anchorscope.io.labels import labels_from_column

    shown, state = clustered.workspace.session.shown, clustered.workspace.naming
    truth = labels_from_column(shown.job.reference.cells, "cell_type", "reference")
    before = naming_quality(shown.outcome.reference_labels.naming, truth)
    assert state.column == "cell_type"
    assert state.sentence.startswith(f"{before:.0%} of the cells")
    table = clustered.reference_page.naming.table
    table.item(0, 1).setText(next(kind for kind in truth.types if kind != table.name(0)))
    quiet(qtbot, clustered)
    assert not state.sentence.startswith(f"{before:.0%} of the cells")


def test_a_column_with_other_words_is_said_to_be_so(qtbot, clustered):
    table = clustered.reference_page.naming.table
    for cluster in range(table.rowCount()):
        table.item(cluster, 1).setText(f"number {cluster}")
    quiet(qtbot, clustered)
    quality = clustered.reference_page.naming.quality
    assert "other names than the panel" in quality.text()
    assert "Transfer's table of names" in quality.text()
    session = clustered.workspace.session
    session.change("grade", session.recipe.grade.replaced(truth="cell_type"))
    quiet(qtbot, clustered)
    names = clustered.transfer_page.names.table
    line = next(line for line in range(names.rowCount()) if names.item(line, 0).text() == "number 0")
    names.item(line, 3).setText(str(session.reference.cells["cell_type"].iloc[0]))
    quiet(qtbot, clustered)
    assert "of the cells carry the name" in quality.text()


def test_the_names_are_marked_as_older_once_the_panel_or_the_clusters_may_differ(clustered):
    session, view = clustered.workspace.session, clustered.reference_page.naming
    clustered.go_to("reference")
    mark = next(one for one in view.findChildren(QLabel) if one.accessibleName() == "Of older settings")
    assert not mark.isVisible()
    view.table.item(0, 1).setText("Mine")
    assert not mark.isVisible()
    for panel in (BLOOD_PANEL, session.shown.job.recipe.panel):
        session.set_recipe(replace(session.recipe, panel=panel))
        assert mark.isVisible() == (panel is BLOOD_PANEL)
    session.change("reference", session.recipe.reference.replaced(resolution=1.5))
    assert mark.isVisible()


def test_no_level_is_minus_zero(clustered):
    naming = clustered.workspace.previews.named.naming
    scores = np.full_like(naming.scores, -0.04)
    data = heatmap_of(replace(naming, scores=scores), naming.types, clustered.workspace.appearance.theme)
    assert {text for line in data.texts for text in line} == {"0.0"}


def test_the_empty_page_has_no_switch_between_views_that_are_not_there(window, finished_run):
    page = window.reference_page
    window.go_to("reference")
    assert not page.switch.isVisible()
    window.workspace.session.set_inputs(reference=finished_run.job.reference)
    window.workspace.session.change("reference", ReferenceParameters())
    assert page.switch.isVisible()


def test_the_empty_page_says_what_to_do_and_which_files(window):
    page = window.reference_page
    assert page.first_button.isVisible()
    assert not page.next_button.isVisible()
    assert "h5mu" in page.drop_area.accessibleDescription()


def test_many_remarks_are_one_sentence_of_each_kind(clustered):
    naming = clustered.workspace.previews.named.naming
    missing = tuple(("T", f"G{n}") for n in range(6))
    many = replace(naming, missing=missing, unused=("A", "B"), matched=(("CD8A", "Cd8a"),))
    assert remarks_on(many, 2) == [
        "6 markers are not among the genes of the reference: G0 (T), G1 (T) and 4 more.",
        "2 types name no cluster, because others score higher in every one: A, B.",
        "CD8A is written Cd8a in the reference."]
    assert "G5 (T)" in remarks_on(many)[0]


def test_types_are_left_out_by_a_list_to_tick(qtbot, window, example):
    load(qtbot, window, *example)
    session, form = window.workspace.session, window.reference_page.form
    window.go_to("reference")
    field = form.field("left_out")
    entries = [box.text() for box in field.list.boxes]
    assert entries == sorted(set(session.reference.cells["cell_type"]), key=str.casefold)
    assert field.text() == "none"
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    assert field.list.isVisible()
    assert field.list.height() <= field.screen().availableGeometry().bottom()
    for place in (2, 0):
        box = field.list.boxes[place]
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))
        assert box.isChecked()
        assert field.list.isVisible()
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert field.list.boxes[1].hasFocus()
    qtbot.keyClick(field.list.boxes[1], Qt.Key.Key_Escape)
    assert not field.list.isVisible()
    assert session.recipe.reference.left_out == f"{entries[0]}; {entries[2]}"
    assert field.text() == "2 types"
    window.workspace.history.undo()
    assert field.ticked == (entries[2],)
    assert field.text() == entries[2]
    assert [box.isChecked() for box in field.list.boxes[:3]] == [False, False, True]
    window.workspace.runs.start()
    quiet(qtbot, window)
    assert entries[2] not in session.shown.outcome.prediction.labels.types
    session.change("reference", session.recipe.reference.replaced(left_out=f"{entries[2]}; Martians"))
    assert session.recipe.reference.left_out == entries[2]  # what the labels do not have cannot be left out
    choose(window, form.field("labels"), CLUSTER_AND_NAME)
    assert [box.text() for box in field.list.boxes] == sorted(
        set(session.recipe.panel.types), key=str.casefold)
    session.set_recipe(replace(session.recipe, names=((0, "Mine"),)))
    assert types_there(CLUSTER_AND_NAME, session.recipe, session.reference) == session.recipe.cluster_names
    assert "Mine" in session.recipe.cluster_names


@pytest.mark.parametrize("awkward", ["B; naive", ";", 'the "B" cells; others', '"B"'])
def test_a_type_is_left_out_whatever_its_name_holds(qtbot, window, example, tmp_path, awkward):
    content = ad.read_h5ad(example[0])
    content.obs["cell_type"] = content.obs["cell_type"].astype(str).replace({content.obs["cell_type"].iloc[0]: awkward})
    content.write_h5ad(tmp_path / "awkward.h5ad")
    load(qtbot, window, tmp_path / "awkward.h5ad", example[1])
    session, field = window.workspace.session, window.reference_page.form.field("left_out")
    next(box for box in field.list.boxes if box.text() == awkward).click()
    assert field.ticked == (awkward,)
    kept = possible_types(Job(session.reference, session.query, session.recipe))
    assert awkward not in kept
    assert len(kept) == len(set(content.obs["cell_type"])) - 1


def test_a_panel_of_another_tissue_is_warned_of_until_another_is_chosen(qtbot, clustered):
    session, page = clustered.workspace.session, clustered.reference_page
    assert "may not fit" not in page.messages.text
    strange = tuple((f"T{k}", f"GONE{k}") for k in range(20))
    fitting = session.recipe.panel
    session.set_recipe(replace(session.recipe, panel=MarkerPanel("Brain", (*fitting.entries, *strange))))
    assert "may not fit" not in page.messages.text  # nothing is named by it yet
    page.name_button.click()
    quiet(qtbot, clustered)
    there, total = len(fitting.entries) - 1, len(fitting.entries) + 20
    assert page.messages.text.startswith(f"{there} of {total} markers of the panel are among the genes")
    assert "Press Run" in page.messages.text
    session.set_recipe(replace(session.recipe, panel=fitting))
    assert "may not fit" not in page.messages.text


def test_what_makes_the_results_older_is_said_with_the_button_beside_it(qtbot, clustered):
    session, page = clustered.workspace.session, clustered.reference_page
    clustered.go_to("reference")
    assert not page.run_button.isEnabled()
    page.naming.table.item(1, 1).setText("Odd cells")
    assert "Press Run" in page.messages.text
    assert page.run_button.isVisible()
    assert page.run_button.isEnabled()
    page.naming.table.item(1, 1).setText("")
    assert page.messages.text == ""
    session.change("reference", session.recipe.reference.replaced(left_out=session.shown.job.recipe.panel.types[0]))
    assert "Press Run" in page.messages.text
    quiet(qtbot, clustered)
