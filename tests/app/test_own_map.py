"""One side's own map: what its colours mean, what it says while they are read, and how cells are chosen on it."""

from __future__ import annotations

import shutil
import threading

import numpy as np
import pytest

from anchorscope import stages
from anchorscope.declared import joined
from anchorscope.errors import InputError
from anchorscope.palette import by_name
from anchorscope.parameters import SEURAT
from anchorscope_desktop.state import own_map
from anchorscope_desktop.state.figures import LEVELS_KEPT
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.own_map import DEPTH
from anchorscope_desktop.state.selection import Combine, Selection
from anchorscope_desktop.views.own_map import AS_BEFORE, PICK
from app.conftest import CELLS
from app.first_pages import quiet
from app.helpers import finished, load


@pytest.fixture(autouse=True)
def fast_maps(monkeypatch):
    monkeypatch.setattr(stages, "umaps", lambda spaces, *_: [np.asarray(space[:, :2]) for space in spaces])


@pytest.fixture
def gate(monkeypatch):
    """What is read for colours waits until this is set."""
    held, read = threading.Event(), own_map._read
    held.set()
    monkeypatch.setattr(own_map, "_read", lambda *given: (held.wait(20), read(*given))[1])
    yield held
    held.set()


def drawn(qtbot, window, *names):
    window.workspace.previews.compute(names, "reference")
    quiet(qtbot, window)


def of_reference(qtbot, window, path):
    """Open a reference alone and draw its map."""
    load(qtbot, window, path)
    window.go_to("reference")
    drawn(qtbot, window, "reference_map")
    return window.reference_page.own_map


def of_gene(place, window):
    return Meaning(ColourBy.GENE, str(window.workspace.session.reference.genes[place]))


def test_a_map_is_shown_after_a_session_whose_files_are_gone(qtbot, window, example, tmp_path):
    one, other = (shutil.copy(example[0], tmp_path / name) for name in ("one.h5ad", "other.h5ad"))
    of_reference(qtbot, window, one)
    work, path = window.workspace, tmp_path / "lost.anchorscope"
    work.file.save(path)
    quiet(qtbot, window)
    one.unlink()
    work.file.open(path)
    quiet(qtbot, window)
    assert work.session.begun is not None
    view = of_reference(qtbot, window, other)
    assert work.own_reference.side.data is work.session.reference
    assert view.empty_text == ""
    assert work.session.begun.job.reference is work.session.reference


def test_genes_that_were_looked_at_do_not_pile_up(qtbot, window, example):
    of_reference(qtbot, window, example[0])
    state = window.workspace.own_reference
    for place in range(LEVELS_KEPT + 4):
        state.choose(of_gene(place, window))
        quiet(qtbot, window)
    kept = [one.name for one in state.side.levels if one.name]
    assert kept == [of_gene(place, window).name for place in range(3, LEVELS_KEPT + 4)]


def test_a_gene_that_is_read_for_long_is_told_of_and_stays_in_the_box(qtbot, window, example, gate):
    view, gene = of_reference(qtbot, window, example[0]), of_gene(3, window)
    before = view.colour_by.currentText()
    gate.clear()
    view.colour_by.pick(gene)
    assert view.note == ""
    qtbot.waitUntil(lambda: view.note.startswith(f"Reading {gene.name}; the colours change"))
    window.workspace.appearance.changed.emit()  # whatever draws the picture anew
    assert view.colour_by.currentText() == f"{gene.name} expression" != before
    assert view.state.meaning != gene
    gate.set()
    quiet(qtbot, window)
    assert view.note == ""
    assert view.state.meaning == gene


def failing(*_):
    raise InputError("The counts of this gene cannot be read", "a full disk", "make room and choose it again")


def test_a_gene_that_cannot_be_had_leaves_the_box_to_choose_back(qtbot, window, example, monkeypatch):
    view, state = of_reference(qtbot, window, example[0]), window.workspace.own_reference
    before, codes = state.meaning, view.map.cloud.codes
    monkeypatch.setattr(own_map, "_read", failing)
    view.colour_by.pick(of_gene(3, window))
    quiet(qtbot, window)
    assert "a full disk" in view.problem.text()
    assert view.problem.text().endswith(AS_BEFORE)
    assert view.problem.isVisible()
    assert view.colour_by.isVisible()
    assert not view.empty_text
    assert state.meaning == before
    paper = view.on_paper()
    assert paper.problem.isHidden()
    paper.deleteLater()
    np.testing.assert_array_equal(view.map.cloud.codes, codes)
    view.colour_by.pick(before)
    assert not view.problem.isVisible()


def test_cells_whose_first_colours_cannot_be_had_are_shown_bare(qtbot, window, example, monkeypatch):
    load(qtbot, window, example[1])
    monkeypatch.setattr(own_map, "_read", failing)
    state, view = window.workspace.own_query, window.query_page.own_map
    state.choose(DEPTH)
    window.go_to("query")
    drawn(qtbot, window, "query_map")
    assert state.values is None
    assert view.problem.text().endswith(PICK)
    assert view.colour_by.isVisible()
    assert (view.map.cloud.codes == -1).all()
    column = next(one for one in view.colour_by.meanings if one.by is ColourBy.COLUMN)
    view.colour_by.pick(column)
    assert state.meaning == column
    assert not view.problem.isVisible()


def test_the_heading_names_the_gene_that_the_colours_mean(qtbot, window, example, gate):
    load(qtbot, window, example[1])
    window.go_to("gene_activity")
    drawn(qtbot, window, "gene_activity", "query_map")
    work, view = window.workspace, window.activity_page.on_map
    first, second = map(str, work.session.pipeline.result("gene_activity").regions.symbols[[0, 7]])
    work.genes.choose(first)
    quiet(qtbot, window)
    gate.clear()
    work.genes.choose(second)
    assert view.heading == f"{first} in the query's cells"
    gate.set()
    quiet(qtbot, window)
    assert view.heading == f"{second} in the query's cells"


def test_a_part_of_the_own_map_is_a_figure_of_that_part(qtbot, window, example):
    view = of_reference(qtbot, window, example[0])
    box, whole = view.map.canvas.getViewBox(), view.map.cloud.boundingRect()
    box.setRange(xRange=(whole.left(), whole.center().x()), yRange=(whole.top(), whole.center().y()), padding=0)
    seen, paper = box.viewRect(), view.on_paper()
    found = paper.map.canvas.getViewBox().viewRect()
    paper.deleteLater()
    assert abs(found.center().x() - seen.center().x()) < 0.05 * seen.width()
    assert found.width() < 0.8 * whole.width()


def newer(qtbot, window, run):
    """Return the own map of the reference beside an older run of the same cells."""
    finding, work = finished(window, run), window.workspace
    window.go_to("reference")
    work.session.change("umap", work.session.recipe.umap.replaced(n_neighbors=7))
    drawn(qtbot, window, "reference_map")
    view = window.reference_page.own_map
    assert window.reference_page._maps.currentWidget() is view
    return finding, view


def test_a_newer_map_beside_a_run_follows_the_selection_and_selects(qtbot, window, finished_run):
    finding, view = newer(qtbot, window, finished_run)
    selection, labels = window.workspace.selection, finding.outcome.reference_labels.labels
    assert view.lasso.isVisible()
    view.map.clicked.emit(5, Combine.REPLACE)
    np.testing.assert_array_equal(np.flatnonzero(selection.current.reference), [5])
    np.testing.assert_array_equal(view.highlighted, selection.current.reference)
    view.map.legend.clicked.emit(1, Combine.REPLACE)
    np.testing.assert_array_equal(view.highlighted, labels.names == view.map.legend.entry(1))
    x, y = view.state.side.map.places.T
    view.map.lasso.drawn.emit(np.array([[x.min() - 1, y.min() - 1], [np.median(x), y.min() - 1],
                                        [np.median(x), y.max() + 1], [x.min() - 1, y.max() + 1]]), Combine.REPLACE)
    np.testing.assert_array_equal(selection.current.reference, x < np.median(x))
    assert selection.current.description == "Drawn on the reference"


def test_before_a_run_cells_are_chosen_on_the_own_map(qtbot, window, example):
    view, selection = of_reference(qtbot, window, example[0]), window.workspace.selection
    view.map.clicked.emit(5, Combine.REPLACE)
    np.testing.assert_array_equal(np.flatnonzero(selection.current.reference), [5])
    view.map.legend.clicked.emit(0, Combine.REPLACE)
    types = window.workspace.session.reference.cells["cell_type"]
    np.testing.assert_array_equal(selection.current.reference, types == view.map.legend.entry(0))
    np.testing.assert_array_equal(view.highlighted, selection.current.reference)
    assert selection.current.query is None
    assert view.lasso.isVisible()


def test_the_colours_of_the_own_map_are_in_the_session(qtbot, window, example, tmp_path):
    view, work, path = of_reference(qtbot, window, example[0]), window.workspace, tmp_path / "one.anchorscope"
    gene, touched = of_gene(3, window), []
    work.file.touched.connect(lambda: touched.append(1))
    view.colour_by.pick(gene)
    assert touched == [1]
    quiet(qtbot, window)
    work.file.save(path)
    quiet(qtbot, window)
    view.colour_by.pick(Meaning(ColourBy.DEPTH))
    quiet(qtbot, window)
    work.file.open(path)
    quiet(qtbot, window)
    assert work.own_reference.meaning == gene
    assert work.own_query.chosen is None


def test_the_stages_of_the_own_map_are_listed(qtbot, window, example, monkeypatch):
    held = threading.Event()
    monkeypatch.setattr(stages, "umaps", lambda spaces, *_: (held.wait(20), [space[:, :2] for space in spaces])[1])
    load(qtbot, window, *example)
    window.go_to("transfer")
    work, table = window.workspace, window.transfer_page.stages
    line = table.lines["reference_map"]
    assert not line.title.isVisible()
    work.previews.compute(("reference_map",), "reference")
    qtbot.waitUntil(lambda: line.state.text() == "running", timeout=60_000)
    assert line.title.isVisible()
    assert line.bar.isVisible()
    held.set()
    quiet(qtbot, window)
    assert (line.state.text(), line.seconds.text()[-2:]) == ("done", " s")
    assert table.lines["pca"].seconds.text().endswith(" s")
    assert not table.lines["query_map"].title.isVisible()
    work.session.change("umap", work.session.recipe.umap.replaced(n_neighbors=7))
    assert line.state.text() == "stale"
    work.runs.start()
    quiet(qtbot, window)
    assert table.lines["maps"].state.text() == "done"
    assert not line.title.isVisible()
    assert not line.seconds.isVisible()


def shown_labels(view):
    return view.state.values.labels.names


def found_labels(work):
    """The labels of the run that is shown, with the threshold applied."""
    return work.threshold.finding.outcome.prediction.labels.names


def test_a_newer_map_of_the_query_shows_what_the_run_found(qtbot, window, finished_run):
    finding, work = finished(window, finished_run), window.workspace
    window.go_to("query")
    work.session.change("umap", work.session.recipe.umap.replaced(n_neighbors=7))
    drawn(qtbot, window, "query_map")
    view, prediction = window.query_page.own_map, finding.outcome.prediction
    assert view.isVisible()
    view.colour_by.pick(Meaning(ColourBy.LABEL))
    name = view.map.legend.entry(0)
    view.map.legend.clicked.emit(0, Combine.REPLACE)
    np.testing.assert_array_equal(view.highlighted, prediction.labels.names == name)
    assert work.selection.current.description == f"Labelled {name}"
    work.threshold.move(0.9)
    qtbot.waitUntil(lambda: (view.state.values.labels.codes < 0).any())
    np.testing.assert_array_equal(shown_labels(view), found_labels(work))
    view.colour_by.pick(Meaning(ColourBy.SCORE))
    np.testing.assert_array_equal(view.state.values.values, prediction.best)
    view.colour_by.pick(Meaning(ColourBy.AGREEMENT))
    view.map.legend.clicked.emit(0, Combine.REPLACE)
    assert work.selection.current.description == "Label agrees"
    view.colour_by.pick(Meaning(ColourBy.LABEL))
    work.session.change("transfer", work.session.recipe.transfer.replaced(method=SEURAT))
    np.testing.assert_array_equal(shown_labels(view), found_labels(work))


def test_without_a_run_of_its_cells_the_own_map_offers_no_labels(qtbot, window, finished_run, example):
    finished(window, finished_run)
    window.workspace.loader.open_query(example[1])
    quiet(qtbot, window)
    window.go_to("query")
    window.workspace.own_query.choose(Meaning(ColourBy.LABEL))
    drawn(qtbot, window, "query_map")
    view = window.query_page.own_map
    assert view.state.meaning.by is ColourBy.COLUMN
    assert Meaning(ColourBy.LABEL) not in view.colour_by.meanings
    window.workspace.selection.choose(Selection("some", None, np.ones(CELLS, dtype=bool)))
    assert view.highlighted is None


def test_types_keep_their_colours_where_one_is_left_out(qtbot, window, example):
    view, work = of_reference(qtbot, window, example[0]), window.workspace
    drawn(qtbot, window, "labels")
    before = view._type_colours()
    gone = min(before, key=by_name)
    work.session.change("reference", work.session.recipe.reference.replaced(left_out=joined([gone])))
    quiet(qtbot, window)
    drawn(qtbot, window, "labels")
    after = view._type_colours()
    assert after == {name: color for name, color in before.items() if name != gone}
