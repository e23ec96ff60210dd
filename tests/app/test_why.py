"""Why a cell has its label, as the panel tells it: votes by type, near cells, markers, and why it may have none."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from anchorscope.evaluation.by_view import TypeByView
from anchorscope.evaluation.methods import by_method
from anchorscope.evaluation.why import NEIGHBOURS, neighbourhood, why
from anchorscope.io.session import without_counts
from anchorscope.parameters import SEURAT, MarkerPanel
from anchorscope.refine.each_view import by_accessibility, by_genes
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.choosing import of_query
from anchorscope_desktop.state.focus import NO_COUNTS, NO_MARKER, OTHER_NAMES, READING
from anchorscope_desktop.widgets.rows_model import Column
from anchorscope_desktop.widgets.sections import Section, SectionsTable
from anchorscope_desktop.widgets.why_facts import reason
from app.helpers import RUN_MS, finished

TYPES, VIEWS, MARKERS, ANCHORS = "Types", "Views", "Markers", "Anchors"


def with_panel(run, panel):
    job = dataclasses.replace(run.job, recipe=dataclasses.replace(run.job.recipe, panel=panel))
    return dataclasses.replace(run, job=job)


def own_panel(run):
    """One gene for each type of the run."""
    symbols = run.outcome.gene_activity.regions.symbols
    types = run.outcome.prediction.labels.types
    return MarkerPanel("mine", tuple((kind, str(symbols[place])) for place, kind in enumerate(types)))


def look_at(window, finding, *cells):
    """Select some cells and choose “why”."""
    mask = np.zeros(len(finding.outcome.prediction.best), dtype=bool)
    mask[list(cells)] = True
    window.workspace.selection.choose(of_query(finding, "some", mask))
    window.explore_page.selected.switch.button("why").click()
    return window.explore_page.selected


def checked(qtbot, window):
    qtbot.waitUntil(lambda: not window.workspace.bridge.busy, timeout=RUN_MS)


def section(panel, name):
    return next(one for one in panel.why.facts.sections if one.titles[0].title == name)


def titles(panel, name):
    return [one.title for one in section(panel, name).titles]


def test_markers_stand_beside_the_means_of_label_and_runner_up(qtbot, window, finished_run):
    run = with_panel(finished_run, own_panel(finished_run))
    finding = finished(window, run)
    checked(qtbot, window)
    prediction = finding.outcome.prediction
    cell = int(prediction.best.argmin())
    panel = look_at(window, finding, cell)
    first, second = (prediction.labels.types[code] for code in np.argsort(-prediction.scores[cell])[:2])
    genes = dict(run.job.recipe.panel.entries)
    names = prediction.labels.names
    levels = {kind: figures.activity_of(finding, genes[kind]) for kind in (first, second)}
    shown = section(panel, MARKERS)
    assert [row[0] for row in shown.rows] == [genes[first], genes[second]]
    assert list(shown.types) == [first, second]
    for row, kind in zip(shown.rows, (first, second), strict=True):
        level = levels[kind]
        np.testing.assert_allclose(row[1:], [level[cell], level[names == first].mean(), level[names == second].mean()])
    assert [one.tip for one in shown.titles[2:]] == [f"Mean of all cells labelled {kind}" for kind in (first, second)]


def test_no_count_is_read_for_markers(qtbot, window, finished_run, monkeypatch):
    finding = finished(window, with_panel(finished_run, own_panel(finished_run)))
    checked(qtbot, window)

    def refuse(*_):
        raise AssertionError("counts were read")

    monkeypatch.setattr("anchorscope.counts.column", refuse)
    monkeypatch.setattr("anchorscope.evaluation.bridge.columns_of", refuse)
    panel = look_at(window, finding, 3)
    assert section(panel, MARKERS).rows
    window.explore_page.method.button("Seurat").click()  # other labels of the same activity
    assert section(panel, MARKERS).rows


def test_markers_come_when_they_are_read_and_the_words_say_so(qtbot, window, finished_run):
    finding = finished(window, with_panel(finished_run, own_panel(finished_run)))
    checked(qtbot, window)
    check = window.workspace.bridge
    there, check.current = check.current, None
    check.runner.start("Nothing", lambda _: None, lambda _: None)
    panel = look_at(window, finding, 3)
    assert (section(panel, MARKERS).rows, section(panel, MARKERS).remark) == ((), READING)
    checked(qtbot, window)
    check.current = there
    check.changed.emit()
    assert section(panel, MARKERS).rows
    assert not section(panel, MARKERS).remark


def test_a_panel_without_these_types_is_told_in_a_few_words(qtbot, window, finished_run):
    gene = str(finished_run.outcome.gene_activity.regions.symbols[0])
    finding = finished(window, with_panel(finished_run, MarkerPanel("other", (("no such type", gene),))))
    checked(qtbot, window)
    panel = look_at(window, finding, 3)
    assert section(panel, MARKERS).rows == ()
    prediction = finding.outcome.prediction
    names = " or ".join(prediction.labels.types[code] for code in np.argsort(-prediction.scores[3])[:2]
                        if prediction.scores[3][code] > 0)
    remark = section(panel, MARKERS).remark
    assert remark == OTHER_NAMES.format(names=names)
    texts = [panel.why.facts.model().index(row, 0).data() for row in range(panel.why.facts.model().rowCount())]
    assert remark in texts


def test_a_panel_whose_genes_are_silent_is_told_as_that(qtbot, window, finished_run):
    types = finished_run.outcome.prediction.labels.types
    gene = str(finished_run.outcome.gene_activity.regions.symbols[0])
    panel = MarkerPanel("silent", (*((kind, "NOSUCHGENE") for kind in types), ("other", gene)))
    finding = finished(window, with_panel(finished_run, panel))
    checked(qtbot, window)
    assert section(look_at(window, finding, 3), MARKERS).remark == NO_MARKER


def test_the_mapping_leads_from_the_panels_names_to_the_labels(qtbot, window, finished_run):
    own = own_panel(finished_run)
    panel = MarkerPanel("mine", tuple((f"{kind} cells", gene) for kind, gene in own.entries))
    run = with_panel(finished_run, panel)
    recipe = dataclasses.replace(run.job.recipe, mapping=tuple((f"{kind} cells", kind) for kind, _ in own.entries))
    finding = finished(window, dataclasses.replace(run, job=dataclasses.replace(run.job, recipe=recipe)))
    checked(qtbot, window)
    rows = section(look_at(window, finding, 3), MARKERS).rows
    assert {row[0] for row in rows} <= {gene for _, gene in own.entries}
    assert rows


def test_a_session_without_its_counts_still_explains(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    checked(qtbot, window)
    job = dataclasses.replace(finding.job, query=without_counts(finding.job.query))
    window.workspace.session.add_finding(job, finding.outcome, 1.0)
    panel = look_at(window, window.workspace.session.shown, 3)
    assert section(panel, MARKERS).remark == NO_COUNTS
    assert section(panel, TYPES).rows
    assert section(panel, ANCHORS).rows


def test_near_cells_are_counted_by_label(window, finished_run):
    finding = finished(window, finished_run)
    outcome, cell = finding.outcome, int(finding.outcome.prediction.best.argmin())
    panel = look_at(window, finding, cell)
    near = neighbourhood(outcome.lsi.space, outcome.prediction.labels, cell)
    label = outcome.prediction.labels.names[cell]
    number = dict(near.types).get(label, 0)
    so_many = "1 is" if number == 1 else f"{number or 'none'} are"
    assert f"Of the {NEIGHBOURS} nearest cells, {so_many} labelled {label}." in panel.reason
    assert titles(panel, TYPES)[-1] == f"{NEIGHBOURS} nearest"
    told = {row[0]: row[-1] for row in section(panel, TYPES).rows}
    assert {name: told[name] for name, _ in near.types if name in told} == {
        name: number for name, number in near.types if name in told}
    assert sum(told.values()) == NEIGHBOURS


def test_probability_and_whole_vote_of_every_type(window, finished_run):
    finding = finished(window, finished_run)
    cell = int(finding.outcome.prediction.best.argmin())
    panel = look_at(window, finding, cell)
    assert titles(panel, TYPES)[:4] == ["Types", "prob.", "votes", "anchors"]
    rows = {row[0]: row for row in section(panel, TYPES).rows}
    votes = why(finding.job, finding.outcome, cell).votes
    for name in (votes.guess, votes.runner_up):
        code = finding.outcome.voted.labels.types.index(name)
        assert rows[name][1] == finding.outcome.refinement.probabilities[cell, code]
        assert rows[name][2] == pytest.approx(finding.outcome.voted.scores[cell, code])
    assert sum(row[3] for row in rows.values()) == votes.n_anchors
    window.explore_page.method.button("Seurat").click()
    assert titles(panel, TYPES)[:3] == ["Types", "votes", "anchors"]
    first = section(panel, TYPES).rows[0]
    assert first[1] == pytest.approx(finding.outcome.voted.best[cell])


def test_genes_lsi_and_peaks_are_told_each_alone_and_together(window, finished_run):
    finding = finished(window, finished_run)
    cell = int(finding.outcome.prediction.best.argmin())
    panel = look_at(window, finding, cell)
    assert [one.titles[0].title for one in panel.why.facts.sections] == [VIEWS, TYPES, MARKERS, ANCHORS]
    assert titles(panel, VIEWS) == ["Views", "genes", "LSI", "peaks", "together"]
    rows = section(panel, VIEWS).rows
    votes = why(finding.job, finding.outcome, cell).votes
    assert [row[0] for row in rows[:2]] == [votes.guess, votes.runner_up]
    assert [row[4] for row in rows[:2]] == [votes.share, votes.runner_up_share]
    views = finding.outcome.refinement.views
    for place, said in ((1, by_genes(views, finding.outcome.shared.query)),
                        (2, by_accessibility(views, finding.outcome.lsi.space)),
                        (3, finding.outcome.refinement.by_peaks)):
        told = {row[0]: row[place] for row in rows}
        types = finding.outcome.refinement.types
        assert {name: said[cell, types.index(name)] for name in told} == pytest.approx(told)
        assert types[said[cell].argmax()] in told
    window.explore_page.method.button("Seurat").click()
    assert [one.titles[0].title for one in panel.why.facts.sections] == [TYPES, MARKERS, ANCHORS]



def test_types_beyond_the_first_share_one_line(window, finished_run):
    finding = finished(window, finished_run)
    n_types = len(finding.outcome.prediction.labels.types)
    even = dataclasses.replace(finding.outcome.refinement, probabilities=np.full(
        (len(finding.outcome.prediction.best), n_types), 1 / n_types))
    session = window.workspace.session
    session.add_finding(finding.job, by_method(dataclasses.replace(finding.outcome, refinement=even),
                                               finding.job.recipe), 1.0)
    rows = section(look_at(window, session.shown, 3), TYPES).rows
    assert rows[5][0] == f"{n_types - 5} others"
    assert sum(row[1] for row in rows) == pytest.approx(1.0)
    assert sum(row[-1] for row in rows) == NEIGHBOURS


def test_a_doubtful_cell_says_what_it_would_be_called_and_the_threshold(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    prediction = finding.outcome.prediction
    cell = int(prediction.best.argmin())
    guess, best = prediction.labels.names[cell], prediction.best[cell]
    least = round(best + 0.02, 2)
    panel = look_at(window, finding, cell)
    assert "Unassigned" not in panel.reason
    with qtbot.waitSignal(window.workspace.threshold.changed):
        window.workspace.threshold.move(least)
    assert (f"Unassigned: score {best:.2f}, below the threshold of {least:.2f}. "
            f"At best {guess} {best:.0%}") in panel.reason
    assert panel.table.rows_model.rows[0][1] == f"{guess} (unassigned)"
    with qtbot.waitSignal(window.workspace.threshold.changed):
        window.workspace.threshold.move(0.0)
    assert panel.table.rows_model.rows[0][1] == guess


def test_a_cell_unlike_the_reference_says_so_whatever_the_threshold(qtbot, window, finished_run):
    finding, session = finished(window, finished_run), window.workspace.session
    unlike = np.arange(len(finding.job.query.cells)) == 7
    refinement = dataclasses.replace(finding.outcome.refinement, unlike=unlike)
    session.add_finding(finding.job, by_method(dataclasses.replace(finding.outcome, refinement=refinement),
                                               finding.job.recipe), 1.0)
    panel = look_at(window, session.shown, 7)
    guess = finding.outcome.prediction.labels.names[7]
    expected = (f"Unassigned: unlike the reference, novelty {refinement.novelty[7]:.1f} (in robust standard "
                f"deviations: most cells 0, unusual over 2.5). At best {guess}")
    assert expected in panel.reason
    with qtbot.waitSignal(window.workspace.threshold.changed):
        window.workspace.threshold.move(0.99)
    assert expected in panel.reason
    assert panel.table.rows_model.rows[0][1] == f"{guess} (unassigned)"


def with_shares(told, **shares):
    """What is told of a cell, with other shares of the vote or of a view, by type; all others follow `share`."""
    guess, share = told.why.votes.guess, told.why.votes.share
    names = [one.type for one in told.why.votes.by_type]
    usual = {name: share if name == guess else 0.01 for name in names}
    lines = tuple(dataclasses.replace(one, vote=shares.get("vote", usual)[one.type])
                  for one in told.why.votes.by_type)
    views = tuple(TypeByView(name, *(shares.get(view, usual)[name] for view in ("genes", "components", "peaks")),
                             usual[name]) for name in names)
    found = dataclasses.replace(told.why, votes=dataclasses.replace(told.why.votes, by_type=lines), views=views)
    return dataclasses.replace(told, why=found)


@pytest.fixture
def told(window, finished_run):
    finding = finished(window, finished_run)
    look_at(window, finding, 3)
    found = window.workspace.focus.told(window.workspace.threshold, window.workspace.bridge)
    guess = found.why.votes.guess
    others = [dataclasses.replace(found.why.votes.by_type[0], type=name, score=0.0, vote=0.0)
              for name in ("other A", "other B")]
    lines = (next(one for one in found.why.votes.by_type if one.type == guess), *others)
    return dataclasses.replace(found, why=dataclasses.replace(
        found.why, votes=dataclasses.replace(found.why.votes, by_type=lines, share=0.6)))


def most(told, name):
    return {one.type: 0.8 if one.type == name else 0.1 for one in told.why.votes.by_type}


@pytest.mark.parametrize(("shares", "words"), [
    ({"vote": "other A", "genes": "other B"}, "The vote says other A, the genes say other B."),
    ({"vote": "other A", "peaks": "other A"}, "The vote and the peaks say other A."),
    ({"components": "other B"}, "LSI says other B."), ({"peaks": "other B"}, "The peaks say other B.")])
def test_it_is_told_which_types_the_vote_and_the_views_name(told, shares, words):
    said = reason(with_shares(told, **{view: most(told, name) for view, name in shares.items()}))
    assert said.endswith(f" {words}")


@pytest.mark.parametrize(("vote", "how"), [(0.3, "less surely (30%)"), (0.9, "more surely (90%)"), (0.5, "")])
def test_a_vote_for_the_label_is_told_of_where_it_is_far_from_its_score(told, vote, how):
    guess = told.why.votes.guess
    said = reason(with_shares(told, vote={one.type: vote if one.type == guess else 0.0
                                          for one in told.why.votes.by_type}))
    assert said.endswith(f" Label and vote both say {guess}, the vote {how}.") if how else "vote" not in said


def test_by_the_vote_alone_nothing_differs_from_it(window, told):
    finding = told.finding
    recipe = dataclasses.replace(finding.job.recipe, transfer=finding.job.recipe.transfer.replaced(method=SEURAT))
    seurat = dataclasses.replace(finding, job=dataclasses.replace(finding.job, recipe=recipe))
    other = dataclasses.replace(with_shares(told, vote=most(told, "other A")), finding=seurat)
    assert "vote says" not in reason(other)


def test_it_is_said_whose_label_is_explained(window, finished_run):
    finding = finished(window, finished_run)
    barcodes = finding.job.query.cells.index
    panel = look_at(window, finding, 4, 9, 30)
    assert panel.reason.startswith(f"First of 3 selected cells: {barcodes[4]}\n")
    window.workspace.focus.pick(9)
    assert panel.reason.startswith(f"{barcodes[9]}, one of 3 selected cells\n")
    look_at(window, finding, 30)
    assert panel.reason.startswith(f"{barcodes[30]}\n")


def test_arrow_keys_move_the_cell_in_focus(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    window.go_to("explore")
    panel = look_at(window, finding, 4, 9, 30)
    panel.switch.button("cells").click()
    focus, table = window.workspace.focus, panel.table
    table.setFocus()
    assert focus.picked is None  # to come by with Tab picks nothing
    table.selectRow(0)
    assert focus.picked == 4
    for key, cell in ((Qt.Key.Key_Down, 9), (Qt.Key.Key_Down, 30), (Qt.Key.Key_Up, 9)):
        qtbot.keyClick(table, key)
        assert focus.picked == cell
        assert {one for one, _ in window.explore_page.lines.ends} == {cell}
    with qtbot.waitSignal(window.workspace.threshold.changed):
        window.workspace.threshold.move(0.5)  # fills the table anew
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert focus.picked == 30
    panel.switch.button("why").click()
    assert panel.reason.startswith(f"{finding.job.query.cells.index[30]}, one of 3")


def test_nothing_is_sought_while_nobody_looks(window, finished_run, monkeypatch):
    finding = finished(window, finished_run)
    sought = []
    monkeypatch.setattr("anchorscope.evaluation.why.neighbourhood",
                        lambda *given: sought.append(given) or neighbourhood(*given))
    mask = np.arange(len(finding.outcome.prediction.best)) < 5
    window.workspace.selection.choose(of_query(finding, "some", mask))
    window.workspace.focus.pick(3)
    assert not sought
    window.explore_page.selected.switch.button("why").click()
    assert sought


def test_only_reference_cells_have_no_label_to_explain(window, finished_run):
    finding = finished(window, finished_run)
    panel = look_at(window, finding)
    assert "why tells of query cells" in panel.reason
    assert panel.why.facts.sections == ()


@pytest.fixture
def table(qtbot):
    made = SectionsTable("Facts")
    qtbot.addWidget(made)
    made.resize(390, 200)
    made.show()
    return made


COLOURS = {"B": QColor("#ff0000"), "T": QColor("#0000ff")}


def test_sections_have_small_muted_titles_marks_and_remarks(table):
    grey = QColor("#777777")
    table.show_sections([Section((Column("Types"), Column("votes", "{:.0%}", "Share")), [("B", 0.5), ("T", None)]),
                         Section((Column("Genes"), Column("mean")), [("g", 1.0)], types=["T"], title_types=("", "B")),
                         Section((Column("Rest"),), remark="Nothing is left.")], COLOURS, grey)
    model, role = table.model(), Qt.ItemDataRole
    texts = [[model.index(row, place).data() for place in range(2)] for row in range(model.rowCount())]
    assert texts == [["Types", "votes"], ["B", "50%"], ["T", "–"], ["Genes", "mean"], ["g", "1.0"], ["Rest", ""],
                     ["Nothing is left.", ""]]
    muted = [model.index(row, 0).data(role.ForegroundRole) == grey for row in range(model.rowCount())]
    assert muted == [True, False, False, True, False, True, True]

    def mark(row, place):
        chip = model.index(row, place).data(role.DecorationRole)
        return None if chip is None else chip.pixmap(8, 8).toImage().pixelColor(3, 3).name()

    assert [mark(row, 0) for row in range(5)] == [None, "#ff0000", "#0000ff", None, "#0000ff"]
    assert (mark(3, 1), mark(4, 1)) == ("#ff0000", None)
    assert model.index(0, 1).data(role.ToolTipRole) == "Share"
    assert (table.columnSpan(6, 0), table.columnSpan(1, 0)) == (2, 1)


@pytest.mark.parametrize("width", [300, 390, 700])
def test_sections_fit_the_width_and_numbers_are_never_cut(table, width):
    table.resize(width, 200)
    barcode = "AAACAGCCAACAGGTG-1"
    table.show_sections([Section((Column("Types"), Column("probability", "{:.0%}"), Column("votes", "{:.0%}")),
                                 [("intermediate monocytes of a long name", 0.5, 0.25)]),
                         Section((Column("Anchors"), *map(Column, ("weight", "RNA cell", "ATAC cell"))),
                                 [("B", 0.1, barcode, barcode)])], COLOURS, QColor("#777777"))
    widths = [table.columnWidth(place) for place in range(4)]
    assert sum(widths) <= max(table.viewport().width(), 300)
    assert widths[1] > table.fontMetrics().horizontalAdvance("50%")
    assert widths[0] >= 96
    assert table.model().index(3, 2).data(Qt.ItemDataRole.ToolTipRole) == barcode
