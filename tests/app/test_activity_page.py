"""One gene under each model, drawn while knobs move; and whether the bridge carries signal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from anchorscope.evaluation.bridge import Bridge, MarkerCheck
from anchorscope.evaluation.gene_statistics import ByType
from anchorscope.gene_activity import coaccessibility
from anchorscope.io.gene_models import read_gene_model
from anchorscope.parameters import BLOOD_PANEL, CLUSTER_AND_NAME, MarkerPanel
from anchorscope_desktop.pages.gene_activity import LEAST_HEIGHT
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.bridge import UNFIT, verdict
from anchorscope_desktop.state.choosing import of_true_type, of_type, type_meant
from anchorscope_desktop.state.focus import READING
from anchorscope_desktop.state.genes import ALL_MODELS, LAST_RUN, MODELS, NOT_COMPUTED
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.views.frame import drawn_for_paper
from anchorscope_desktop.views.gene_by_type import TITLE, GeneByType
from anchorscope_desktop.views.marker_checks import WAIT
from anchorscope_desktop.widgets.basics import ElidedLabel
from app.first_pages import choose, quiet, run_fast
from app.helpers import finished, load, settle


@pytest.fixture
def drawn(qtbot, window, example):
    load(qtbot, window, *example)
    quiet(qtbot, window)
    return window


def change(qtbot, window, **settings):
    session = window.workspace.session
    session.change("gene_activity", session.recipe.gene_activity.replaced(**settings))
    quiet(qtbot, window)


def without_activity(window):
    known = set(window.workspace.session.shown.outcome.gene_activity.regions.symbols)
    return next(gene for gene in window.activity_page.track.shown.genes if gene not in known)


def heading_of(view):
    return view.findChild(ElidedLabel).text()


def test_before_a_query_the_picture_says_what_will_be_there(window):
    page = window.activity_page
    assert "Once a query is open" in page.track.empty_text
    assert "Open a query first" in page.messages.text
    assert "After a run" in page.by_type.empty_text
    assert "After a run" in page.checks.empty_text
    assert not page.genes.isEnabled()


def test_a_gene_is_drawn_before_any_run(drawn):
    sketch = drawn.activity_page.track.shown
    assert drawn.activity_page.track.empty_text == ""
    assert sketch.gene == drawn.workspace.genes.gene
    assert sketch.gene in sketch.genes
    assert [lane.model for lane in sketch.lanes] == ["body-promoter", "archr"]
    assert len(sketch.starts) == len(sketch.heights) == len(sketch.lanes[0].credit)


def test_the_picture_follows_a_knob_without_a_run(qtbot, drawn):
    drawn.workspace.sketch.compare("")
    before = drawn.activity_page.track.shown.lanes[0]
    field = drawn.activity_page.form.field("upstream")
    field.setValue(200_000)
    quiet(qtbot, drawn)
    after = drawn.activity_page.track.shown.lanes[0]
    assert after.region != before.region
    assert (after.credit > 0).sum() >= (before.credit > 0).sum()
    assert drawn.workspace.session.shown is None


def test_the_credit_is_that_of_the_whole_matrix(qtbot, drawn):
    from anchorscope.stages import activity_of

    work = drawn.workspace
    for model in ("body-promoter", "archr", "maestro"):
        change(qtbot, drawn, model=model)
        activity = activity_of(work.session.query, work.session.recipe)
        row = int(np.flatnonzero(activity.regions.symbols == work.genes.gene)[0])
        lane = drawn.activity_page.track.shown.lanes[0]
        assert lane.model == model
        np.testing.assert_allclose(lane.credit[lane.credit > 0], activity.membership[[row]].sorted_indices().data)


def test_all_models_stand_beside_each_other(qtbot, drawn):
    choose(drawn, drawn.activity_page.track.compare_box, ALL_MODELS)
    quiet(qtbot, drawn)
    lanes = {lane.model: lane for lane in drawn.activity_page.track.shown.lanes}
    assert set(lanes) == set(MODELS)
    assert lanes["co-accessibility"].remark == NOT_COMPUTED
    assert not lanes["co-accessibility"].credit.any()
    np.testing.assert_array_equal(lanes["fragments"].credit, lanes["body-promoter"].credit)


def test_the_model_that_stood_beside_changes_places_with_the_one_before(qtbot, drawn):
    track, page = drawn.activity_page.track, drawn.activity_page
    first, second = (lane.model for lane in track.shown.lanes)
    assert track.compare_box.findData(first) == -1
    change(qtbot, drawn, model=second)
    assert [lane.model for lane in track.shown.lanes] == [second, first]
    assert track.compare_box.currentData() == first
    assert track.compare_box.findData(second) == -1
    change(qtbot, drawn, model="maestro")
    assert track.compare_box.currentData() == first
    drawn.workspace.sketch.show("maestro")  # of a session that knew no better
    quiet(qtbot, drawn)
    assert page.form.field("model").currentData() == "maestro"
    assert len(track.shown.lanes) == 2


def test_another_gene_is_drawn(qtbot, drawn):
    sketch = drawn.activity_page.track.shown
    other = next(gene for gene in sketch.genes if gene != sketch.gene)
    drawn.activity_page.track.gene_box.textActivated.emit(other)
    quiet(qtbot, drawn)
    assert drawn.activity_page.track.shown.gene == other
    assert drawn.activity_page.track.gene_box.currentText() == other


def test_all_views_look_at_one_gene_when_the_new_query_lacks_the_old_one(qtbot, window, finished_run, tmp_path):
    finished(window, finished_run)
    quiet(qtbot, window)
    page, work = window.activity_page, window.workspace
    before = work.genes.gene
    peak = work.session.query.peaks
    mine = tmp_path / "mine.bed"
    mine.write_text("".join(f"{peak.chrom[n]}\t{peak.start[n]}\t{peak.end[n] + 500}\tMYGENE{n}\t0\t+\n"
                            for n in range(0, 90, 10)))
    work.session.set_inputs(query=replace(work.session.query, annotation=read_gene_model(mine)))
    quiet(qtbot, window)
    gene = page.track.shown.gene
    assert gene.startswith("MYGENE")
    assert gene != before
    assert work.genes.gene == gene == work.bridge.current.gene
    assert page.by_type.empty_text.startswith(f"{gene} has no activity in the last run, which was of another query")


def test_a_marker_that_is_no_gene_of_the_query_leaves_the_focus_alone(qtbot, window, finished_run):
    run = replace(finished_run, job=replace(finished_run.job, recipe=replace(
        finished_run.job.recipe, panel=MarkerPanel("one more", (("T", "NO SUCH GENE"), *BLOOD_PANEL.entries)))))
    finished(window, run)
    quiet(qtbot, window)
    page, before = window.activity_page, window.workspace.genes.gene
    line = next(line for line, row in enumerate(page.checks.table.rows_model.rows) if row[1] == "NO SUCH GENE")
    page.checks.table.clicked.emit(page.checks.table.model().index(line, 0))
    assert window.workspace.genes.gene == before


def test_what_is_no_gene_gives_way_to_the_gene_that_is_shown(qtbot, drawn):
    drawn.go_to("gene_activity")
    track = drawn.activity_page.track
    box, shown = track.gene_box, track.shown.gene
    for leave in (lambda: qtbot.keyClick(box, Qt.Key.Key_Return), lambda: box.lineEdit().editingFinished.emit()):
        box.setEditText("NOSUCH")
        leave()
        assert box.currentText() == shown
    bar = drawn.activity_page.messages
    assert "no gene “NOSUCH”" in bar.text
    other = next(gene for gene in track.shown.genes if gene != shown)
    box.setEditText(other.lower())
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.currentText() == other
    quiet(qtbot, drawn)
    assert track.shown.gene == other
    assert "NOSUCH" not in bar.text


def test_a_click_into_the_gene_box_begins_anew_and_enter_takes_the_first_that_begins_so(qtbot, drawn):
    drawn.activateWindow()
    drawn.go_to("gene_activity")
    track = drawn.activity_page.track
    box, shown = track.gene_box, track.shown.gene
    for _ in range(2):
        qtbot.mouseClick(box.lineEdit(), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: box.lineEdit().selectedText() == shown)
    qtbot.keyClicks(box.lineEdit(), "NOSUCH")
    assert box.lineEdit().text() == "NOSUCH"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert track.shown.gene == shown
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    other = next(gene for gene in track.shown.genes if gene[0] != shown[0])
    first = next(gene for gene in track.shown.genes if gene.startswith(other[:-1]))
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), other[:-1].lower())
    chosen = []
    box.chosen.connect(chosen.append)
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    quiet(qtbot, drawn)
    assert chosen == [first]
    assert track.shown.gene == box.currentText() == first


def test_esc_in_the_gene_box_only_undoes_the_typing(qtbot, window, finished_run):
    finished(window, finished_run)
    quiet(qtbot, window)
    window.go_to("gene_activity")
    box, shown = window.activity_page.track.gene_box, window.activity_page.track.shown.gene
    window.workspace.selection.choose(of_type(window.workspace.session.shown, "B"))
    assert not window.workspace.selection.current.empty
    box.setEditText("NOSUCH")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.currentText() == shown
    assert not window.workspace.selection.current.empty
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.workspace.selection.current.empty


def test_drawing_never_stops_a_job(qtbot, drawn):
    drawn.workspace.runs.start()
    drawn.activity_page.form.field("upstream").setValue(3000)
    qtbot.waitUntil(lambda: not drawn.workspace.sketch.busy)
    assert drawn.workspace.runs.running
    drawn.workspace.runner.cancel()
    settle(qtbot, drawn)
    quiet(qtbot, drawn)


def test_only_knobs_of_the_model_are_shown(qtbot, drawn):
    form = drawn.activity_page.form
    change(qtbot, drawn, model="maestro")
    assert not form.field("maestro_half_decay").isHidden()
    assert form.field("upstream").isHidden()


def test_what_a_model_lacks_is_said(qtbot, drawn):
    change(qtbot, drawn, model="fragments")
    assert "there is none" in drawn.activity_page.messages.text
    change(qtbot, drawn, model="co-accessibility")
    assert "learned from all cells" in drawn.activity_page.messages.text


def test_links_are_learned_before_a_run(qtbot, drawn, monkeypatch):
    monkeypatch.setattr(coaccessibility, "SAMPLED_WINDOWS", 5)  # learning the penalty takes most of the time
    page = drawn.activity_page
    assert page.links_button.isHidden()
    change(qtbot, drawn, model="co-accessibility", links_cells=10)
    assert page.track.shown.lanes[0].remark == NOT_COMPUTED
    page.links_button.click()
    quiet(qtbot, drawn)
    lane = page.track.shown.lanes[0]
    assert (lane.remark, lane.model) == (LAST_RUN, "co-accessibility"), page.messages.text
    assert lane.credit.any()
    assert "learned from all cells" not in page.messages.text


def test_an_assembly_that_is_not_known_is_said_in_place_of_the_picture(qtbot, drawn):
    session = drawn.workspace.session
    session.set_inputs(query=replace(session.query, recognised=replace(session.query.recognised, assembly=None)))
    quiet(qtbot, drawn)
    assert "assembly of the peaks was not recognised" in drawn.activity_page.track.empty_text


def test_genes_of_ones_own_are_used_and_left_out_again(qtbot, drawn, answers, tmp_path):
    peak = drawn.workspace.session.query.peaks
    lines = [f"{peak.chrom[n]}\t{peak.start[n]}\t{peak.end[n] + 500}\tMYGENE{n}\t0\t+\n" for n in range(0, 90, 10)]
    path = tmp_path / "mine.bed"
    path.write_text("".join(lines))
    answers.opens = [path]
    page = drawn.activity_page
    drawn.go_to("gene_activity")
    page.genes.choose.click()
    quiet(qtbot, drawn)
    assert drawn.page is page
    assert page.genes.path == path
    assert page.track.shown.gene.startswith("MYGENE")
    page.genes.clear.click()
    quiet(qtbot, drawn)
    assert drawn.workspace.session.query.annotation is None


def test_a_bad_gene_file_is_one_sentence_on_this_page(qtbot, drawn, answers, tmp_path):
    path = tmp_path / "genes.gtf"
    path.write_text("nothing of use\n")
    answers.opens = [path]
    drawn.go_to("gene_activity")
    drawn.activity_page.genes.choose.click()
    quiet(qtbot, drawn)
    assert drawn.page is drawn.activity_page
    assert "genes.gtf" in drawn.activity_page.messages.text


def test_after_a_run_every_marker_is_checked(qtbot, drawn, monkeypatch):
    session, page = drawn.workspace.session, drawn.activity_page
    genes = [str(gene) for gene in session.reference.genes[:3]]
    types = sorted(set(session.reference.cells["cell_type"]))[:3]
    session.set_recipe(replace(session.recipe, panel=MarkerPanel("three", tuple(zip(types, genes, strict=True)))))
    run_fast(qtbot, drawn, monkeypatch)
    check = drawn.workspace.bridge.current
    assert page.checks.empty_text == ""
    assert [row[:2] for row in page.checks.table.rows_model.rows] == list(zip(types, genes, strict=True))
    assert page.checks.sentence.text() == verdict(check.bridge)
    active = next(gene for gene in genes if gene in check.bridge.genes)
    drawn.workspace.genes.choose(active)
    quiet(qtbot, drawn)
    violins = drawn.workspace.bridge.current.violins
    labels = session.shown.outcome.prediction.labels
    assert sum(one.n_cells for one in violins) == (labels.codes >= 0).sum()
    assert all(one.widths.max() == pytest.approx(1.0) for one in violins)
    assert page.by_type.empty_text == ""
    assert heading_of(page.by_type).startswith(f"{active} by label")
    drawn.workspace.genes.choose(without_activity(drawn))
    quiet(qtbot, drawn)
    assert "no activity in this run" in page.by_type.empty_text
    assert heading_of(page.by_type) == TITLE


def with_violins(qtbot, window, run):
    """The page of gene activity, with a gene by type, and what it is drawn of."""
    finding = finished(window, run)
    window.go_to("gene_activity")
    window.workspace.genes.choose(str(finding.outcome.gene_activity.regions.symbols[0]))
    quiet(qtbot, window)
    return window.activity_page, finding


@pytest.mark.parametrize("graded", [True, False])
def test_a_click_or_enter_on_a_violin_selects_the_cells_it_is_drawn_of(qtbot, window, finished_run, graded):
    run = finished_run if graded else replace(finished_run, outcome=replace(finished_run.outcome, grade=None))
    page, finding = with_violins(qtbot, window, run)
    view, selection = page.by_type, window.workspace.selection
    outcome, violins = finding.outcome, window.workspace.bridge.current.violins
    labels = outcome.grade.truth if graded else outcome.prediction.labels
    box = view.canvas.getViewBox()

    def click(place, modifier=Qt.KeyboardModifier.NoModifier):
        where = box.mapViewToScene(QPointF(box.viewRect().center().x(), len(violins) - 1 - place))
        qtbot.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, modifier,
                         view.canvas.mapFromScene(where))

    click(1)
    np.testing.assert_array_equal(selection.current.query, labels.names == violins[1].name)
    assert len(selection.current.query) >= violins[1].n_cells > 0
    click(2, Qt.KeyboardModifier.ShiftModifier)
    np.testing.assert_array_equal(selection.current.query, np.isin(labels.names, [one.name for one in violins[1:3]]))
    view.canvas.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(view.canvas, key)
    np.testing.assert_array_equal(selection.current.query, labels.names == violins[1].name)
    assert view.canvas.accessibleDescription() == violins[1].name


def test_markers_that_nobody_sees_wait_with_their_marks(qtbot, window, finished_run, monkeypatch):
    types, genes = finished_run.outcome.grade.types, finished_run.outcome.gene_activity.regions.symbols
    panel = MarkerPanel("two", tuple(zip(types[:2], map(str, genes[:2]), strict=True)))
    job = replace(finished_run.job, recipe=replace(finished_run.job.recipe, panel=panel))
    page, finding = with_violins(qtbot, window, replace(finished_run, job=job))
    asked = []
    monkeypatch.setattr(choosing, "type_meant", lambda *of: asked.append(of) or type_meant(*of))
    window.go_to("explore")
    for name in types[:2]:
        window.workspace.selection.choose(of_type(finding, name))
    assert not asked
    window.go_to("gene_activity")
    assert len(asked) == 1
    assert [page.checks.table.row_at(index) for index in page.checks.table.selectionModel().selectedRows()] == [1]


def test_violins_and_markers_follow_the_selection(qtbot, window, finished_run):
    session = finished_run.job.recipe
    genes = [str(gene) for gene in finished_run.outcome.gene_activity.regions.symbols[:3]]
    types = finished_run.outcome.grade.types
    panel = MarkerPanel("three", tuple(zip((types[0], types[1], types[1]), genes, strict=True)))
    job = replace(finished_run.job, recipe=replace(session, panel=panel))
    page, finding = with_violins(qtbot, window, replace(finished_run, job=job))
    selection, rows = window.workspace.selection, page.checks.table.selectionModel().selectedRows

    def marked():
        return sorted(page.checks.table.row_at(index) for index in rows())

    assert set(page.by_type.strengths.values()) == {1.0}
    selection.choose(of_true_type(finding, types[1]))
    strengths = page.by_type.strengths
    assert strengths[types[1]] == 1.0
    assert all(strengths[name] == pytest.approx(0.2) for name in strengths if name != types[1])
    assert set(drawn_for_paper(GeneByType, window.workspace).strengths.values()) == {1.0}
    assert marked() == [1, 2]
    selection.choose(of_type(finding, types[0]))
    assert marked() == [0]
    cells = np.zeros_like(selection.current.query)
    cells[np.flatnonzero(finding.outcome.grade.truth.names == types[0])[:5]] = True
    selection.choose(Selection("Drawn", None, cells))  # of one type there are some, of the others none
    assert page.by_type.strengths[types[0]] == 1.0
    assert page.by_type.strengths[types[1]] == pytest.approx(0.2)
    assert marked() == []
    selection.clear()
    assert set(page.by_type.strengths.values()) == {1.0}


def test_a_panel_that_does_not_fit_is_said_and_another_is_chosen_there(qtbot, drawn, monkeypatch):
    session, page = drawn.workspace.session, drawn.activity_page
    session.set_recipe(replace(session.recipe, panel=MarkerPanel("strange", (("T", "NO SUCH GENE"),))))
    run_fast(qtbot, drawn, monkeypatch)
    assert page.checks.sentence.text() == UNFIT
    drawn.workspace.genes.choose(without_activity(drawn))
    quiet(qtbot, drawn)
    assert "no activity in this run" in page.by_type.empty_text

    active = str(session.shown.outcome.gene_activity.regions.symbols[0])
    drawn.workspace.genes.choose(active)
    quiet(qtbot, drawn)
    assert page.by_type.empty_text == ""
    assert page.checks.sentence.text() == UNFIT  # the gene in focus says nothing about the panel

    choose(drawn, page.checks.chooser, BLOOD_PANEL.name)
    assert session.recipe.panel == BLOOD_PANEL
    assert drawn.reference_page.panel.chooser.currentData() == BLOOD_PANEL.name
    quiet(qtbot, drawn)
    assert drawn.workspace.bridge.current.finding is session.shown
    assert page.checks.sentence.text() == verdict(drawn.workspace.bridge.current.bridge) != UNFIT
    assert not drawn.workspace.runs.possible
    assert not session.outdated
    assert "Press Run" not in page.messages.text


def test_the_check_and_why_follow_the_panel_and_an_earlier_run_does_so_too(qtbot, window, finished_run):
    first, work = finished(window, finished_run), window.workspace
    types, genes = first.outcome.reference_labels.labels.types, first.outcome.gene_activity.regions.symbols
    quiet(qtbot, window)
    work.selection.choose(of_type(first, types[0]))
    panel = MarkerPanel("mine", tuple(zip(types, map(str, genes), strict=False)))
    work.session.set_recipe(replace(work.session.recipe, panel=panel))
    assert work.focus.told(work.threshold, work.bridge).without == READING  # not what the panel of before knew
    assert window.activity_page.checks.sentence.text() == WAIT
    quiet(qtbot, window)
    assert {one.type for one in work.bridge.current.bridge.markers} == set(types)
    assert work.focus.told(work.threshold, work.bridge).why.markers
    assert work.session.shown.job.recipe.panel == panel  # which is what the report is made of

    changed = replace(finished_run.job, recipe=replace(work.session.recipe, seed=5))
    work.session.add_finding(changed, finished_run.outcome, 1.0)
    work.session.set_recipe(replace(work.session.recipe, panel=BLOOD_PANEL))
    work.session.show(work.session.findings[0])
    assert work.session.shown.job.recipe.panel == BLOOD_PANEL
    assert work.session.shown in work.session.findings


def test_a_panel_that_names_clusters_is_a_setting_of_the_run(qtbot, window, finished_run):
    settings = finished_run.job.recipe.reference.replaced(labels=CLUSTER_AND_NAME)
    job = replace(finished_run.job, recipe=replace(finished_run.job.recipe, reference=settings))
    before = finished(window, replace(finished_run, job=job))
    session = window.workspace.session
    session.set_recipe(replace(session.recipe, panel=MarkerPanel("mine", BLOOD_PANEL.entries)))
    assert session.shown is before
    assert session.outdated


def test_the_panel_is_loaded_and_edited_beside_its_check_which_says_how_names_fit(
    qtbot, window, answers, finished_run, tmp_path
):
    run = finished(window, finished_run)
    quiet(qtbot, window)
    window.go_to("gene_activity")
    page, session = window.activity_page, window.workspace.session
    checks, types = page.checks, run.outcome.reference_labels.labels.types
    genes = map(str, run.outcome.gene_activity.regions.symbols)
    path, lines = tmp_path / "mine.csv", [f"{kind},{gene}" for kind, gene in zip(types, genes, strict=False)]
    path.write_text("\n".join(["type,gene", *lines[1:], f"Other{lines[0]}"]))
    answers.opens = [path]
    checks.load_button.click()
    quiet(qtbot, window)
    assert session.recipe.panel.name == "mine"
    assert f"“{types[0]}”" in checks.names.text()
    assert not checks.names.isHidden()
    checks.edit_button.click()
    assert checks.pieces.table.isVisible()
    place = len(lines) - 1
    assert checks.pieces.table.item(place, 0).text() == f"Other{types[0]}"
    checks.pieces.table.item(place, 0).setText(types[0])
    quiet(qtbot, window)
    assert checks.names.isHidden()
    checks.edit_button.click()
    assert checks.table.isVisible()
    assert (types[0], lines[0].split(",")[1]) in [row[:2] for row in checks.table.rows_model.rows]
    path.write_text("one column only\n")
    answers.opens = [path]
    checks.load_button.click()
    assert "mine.csv" in page.messages.text


@pytest.mark.parametrize("height", [800, 600])
def test_pictures_scroll_where_they_would_leave_out_names(qtbot, window, finished_run, height):
    finished(window, finished_run)
    window.setMinimumSize(100, 100)
    window.resize(1280, height)
    window.go_to("gene_activity")
    quiet(qtbot, window)
    page = window.activity_page
    said = page.checks.sentence
    wrapped = said.fontMetrics().boundingRect(0, 0, said.width(), 10_000, Qt.TextFlag.TextWordWrap.value, said.text())
    qtbot.waitUntil(lambda: said.height() >= wrapped.height())
    assert said.minimumHeight() == wrapped.height()
    said.setText("Short.")
    assert said.minimumHeight() < wrapped.height()
    area = page.pictures
    assert area.widget().height() >= LEAST_HEIGHT
    assert (area.verticalScrollBar().maximum() > 0) is (area.height() < LEAST_HEIGHT)
    assert (area.height() < LEAST_HEIGHT) is (height == 600)


def test_the_check_is_of_no_session_before_this_one(qtbot, window, finished_run):
    finished(window, finished_run)
    quiet(qtbot, window)
    page, work = window.activity_page, window.workspace
    assert page.checks.empty_text == ""
    work.file.new()
    quiet(qtbot, window)
    assert work.bridge.current is None
    assert page.checks.empty_text.startswith("After a run")
    work.session.set_inputs(reference=finished_run.job.reference, query=finished_run.job.query)
    quiet(qtbot, window)
    assert page.checks.empty_text.startswith("After a run")
    finished(window, finished_run)
    quiet(qtbot, window)
    assert work.bridge.current.finding is work.session.shown
    assert page.checks.empty_text == ""


def bridge_of(aurocs, over_types):
    n = len(over_types)
    empty = ByType((), (), np.zeros(0, dtype=np.int64), *[np.zeros((0, 0))] * 5)
    markers = tuple(MarkerCheck(f"T{k}", f"G{k}", 5, value) for k, value in enumerate(aurocs))
    return Bridge(tuple(f"G{k}" for k in range(n)), (), np.zeros((0, n)), empty, markers, np.array(over_types), None)


@pytest.mark.parametrize(("aurocs", "over_types", "beginning"), [
    ([0.9, 0.8, 0.55], [np.nan] * 3, "Yes: 2 of 3 markers"),
    ([0.65, 0.62, np.nan, 0.66], [np.nan] * 4, "Weakly: 3 of 3 markers are clearly more active in their own type than "
     "in the other cells (median AUROC 0.65; 0.5 is chance). 3 of the panel's 4 markers could be looked at."),
    ([0.5, 0.4, 0.52], [np.nan] * 3, "Hardly: 0 of 3 markers"),
    ([np.nan] * 3, [0.9, 0.6, 0.7], "Yes: from type to type"),
    ([np.nan] * 4, [0.1, 0.2, np.nan, 0.1], "Hardly: from type to type, the activity of 3 markers of the panel follows "
     "their expression with a median correlation of 0.10."),
    ([np.nan] * 3, [np.nan] * 3, "It cannot be told"),
    ([np.nan] * 7, [0.9], "It cannot be told: only 1 of the panel's 7 markers could be looked at"),
    ([], [0.96], UNFIT),
    ([0.9, 0.9, np.nan], [np.nan] * 3, "It cannot be told: only 2 of the panel's 3 markers could be looked at"),
    ([0.9, 0.2, 0.3], [np.nan] * 3, "Hardly: 1 of 3 markers is clearly more active in its own type"),
])
def test_the_answer_in_one_sentence(aurocs, over_types, beginning):
    assert verdict(bridge_of(aurocs, over_types)).startswith(beginning)


def test_the_answer_tells_when_all_markers_were_looked_at():
    assert verdict(bridge_of([0.9, 0.8, 0.9], [np.nan] * 3)).endswith("All 3 markers could be looked at.")
