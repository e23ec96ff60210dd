"""Files of a run: with the threshold applied, repeated by their recipe, written back only when asked twice."""

from __future__ import annotations

import shutil
from dataclasses import replace

import anndata
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from anchorscope import cli
from anchorscope.coembedding import coembed
from anchorscope.errors import Cancelled
from anchorscope.io import read_query
from anchorscope.io.files import checksum
from anchorscope.io.recipe import read_recipe
from anchorscope_desktop.pages.export import OUTDATED
from anchorscope_desktop.state import opening
from anchorscope_desktop.state.exporting import EXPORT_KINDS
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.unpaired import SIDE_KINDS
from anchorscope_desktop.widgets.choosers import DialogChooser
from app.first_pages import one_nucleus
from app.helpers import finished, load, settle


def save(qtbot, window, key, path):
    window.workspace.chooser.saves.append(path)
    window.export_page.buttons[key].click()
    settle(qtbot, window)
    assert str(path) in window.export_page.messages.text


def set_threshold(qtbot, window, value):
    window.explore_page.threshold.slider.setValue(round(100 * value))
    qtbot.waitUntil(lambda: window.workspace.session.recipe.transfer.min_score == pytest.approx(value))


def test_the_threshold_goes_into_the_files(qtbot, window, finished_run, tmp_path):
    finding = finished(window, finished_run)
    set_threshold(qtbot, window, 0.6)
    qtbot.waitUntil(lambda: "below 0.60" in window.export_page.messages.text)
    save(qtbot, window, "h5ad", tmp_path / "out.h5ad")
    doubtful = finding.outcome.prediction.best < 0.6
    obs = anndata.read_h5ad(tmp_path / "out.h5ad").obs
    np.testing.assert_array_equal(obs["predicted.unassigned"].to_numpy(), doubtful)
    save(qtbot, window, "labels", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().count(",Unassigned,") == doubtful.sum()


def test_saved_labels_are_opened_as_labels_by_their_first_column(qtbot, window, finished_run, tmp_path):
    finding = finished(window, finished_run)
    set_threshold(qtbot, window, 0.6)
    save(qtbot, window, "labels", tmp_path / "mine.csv")
    load(qtbot, window, finding.job.query.recognised.path)
    load(qtbot, window, tmp_path / "mine.csv")
    work = window.workspace
    assert work.session.recipe.grade.truth == "predicted.id"
    found = work.session.query.cells
    assert {"runner_up", "best_guess", "predicted.unassigned", "truth"} <= set(found.columns)
    nameless = finding.outcome.prediction.best < 0.6
    np.testing.assert_array_equal(found["predicted.id"].isna(), nameless)
    names = finding.outcome.prediction.labels.names[~nameless]
    np.testing.assert_array_equal(found["predicted.id"][~nameless].astype(str).to_numpy(), names)


def test_the_recipe_repeats_the_run(qtbot, window, finished_run, tmp_path):
    finding = finished(window, finished_run)
    set_threshold(qtbot, window, 0.4)
    save(qtbot, window, "recipe", tmp_path / "mine.recipe.toml")
    plan = read_recipe(tmp_path / "mine.recipe.toml")
    assert plan.recipe == window.workspace.session.recipe
    assert plan.inputs.reference.resolve() == finding.job.reference.recognised.path.resolve()
    assert plan.inputs.query.resolve() == finding.job.query.recognised.path.resolve()
    assert plan.outputs.h5ad.name == "mine.labelled.h5ad"


@pytest.fixture
def opened(monkeypatch):
    """What would have been opened by the desktop's programs, and whether there is one."""
    found, there = [], [True]

    def open_url(url):
        found.append(url.toLocalFile())
        return there[0]

    monkeypatch.setattr(opening.QDesktopServices, "openUrl", open_url)
    return found, there


def test_a_file_that_was_saved_is_opened_or_shown_by_a_click(qtbot, window, finished_run, tmp_path, opened):
    finished(window, finished_run)
    found, there = opened
    bar, report, table = window.export_page.messages, tmp_path / "a.report.html", tmp_path / "a.labels.csv"
    save(qtbot, window, "report", report)
    assert (bar.action.text(), bar.other.text()) == (opening.OPEN, opening.SHOW)
    bar.action.click()
    bar.other.click()
    save(qtbot, window, "labels", table)
    assert bar.action.text() == opening.SHOW
    assert bar.other.isHidden()
    assert found == [str(report), str(tmp_path)]
    there[0] = False
    bar.action.click()
    assert bar.text == opening.NOT_OPENED.format(path=tmp_path)


def test_escape_leaves_the_file_and_the_selection_as_they_are(qtbot, window, finished_run, tmp_path):
    finished(window, finished_run)
    window.go_to("export")
    work, back = window.workspace, window.export_page.write_back
    work.selection.choose(Selection("all", None, np.ones(len(work.session.query.cells), dtype=bool)))
    back.ask.click()
    assert back.question
    qtbot.keyClick(QApplication.focusWidget() or back.leave, Qt.Key.Key_Escape)
    assert not back.question
    assert not work.selection.current.empty
    qtbot.keyClick(window.export_page, Qt.Key.Key_Escape)
    assert work.selection.current.empty


class StopsAtTheEnd:
    """Cancelled by the user when all has been written."""

    def update(self, fraction: float) -> None:
        if fraction >= 1.0:
            raise Cancelled


@pytest.mark.parametrize("kind", [*EXPORT_KINDS, *SIDE_KINDS], ids=lambda kind: kind.key)
def test_a_cancel_at_the_last_moment_leaves_the_file_that_was_there(window, finished_run, tmp_path, kind):
    finding, exporter = finished(window, finished_run), window.workspace.exporter
    path = tmp_path / f"x{kind.suffix}"
    path.write_text("old")
    what = (exporter._wanted(finding),) if kind in EXPORT_KINDS else (finding.job.reference, finding.job.query)
    with pytest.raises(Cancelled):
        kind.write(path, *what, StopsAtTheEnd())
    assert path.read_text() == "old"
    assert [one for one in tmp_path.iterdir() if one.is_file()] == [path]


def test_a_name_without_its_suffix_gets_it(qtbot, window, finished_run, tmp_path):
    finished(window, finished_run)
    for name in ("mine", "run.2"):
        window.workspace.chooser.saves.append(tmp_path / name)
        window.export_page.buttons["labels"].click()
        settle(qtbot, window)
        assert f"{name}.csv" in window.export_page.messages.text
    assert {path.name for path in tmp_path.glob("*.csv")} == {"mine.csv", "run.2.csv"}


def test_the_dialog_adds_the_suffix_and_asks_before_that_replaces_a_file(monkeypatch, tmp_path):
    there, filters = tmp_path / "mine.labels.csv", "Comma-separated values (*.csv)"
    there.touch()
    asked, starts, answers = [], [], [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    typed = [str(tmp_path / name) for name in ("mine.labels", "mine.labels", "MINE.CSV", "other.csv")]

    def name(parent, title, start, filters):
        starts.append(start)
        return typed.pop(0), filters

    def question(parent, title, text, *buttons):
        asked.append(text)
        return answers.pop(0)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", name)
    monkeypatch.setattr(QMessageBox, "warning", question)
    chooser = DialogChooser()
    assert chooser.save_file("Save", "atac.labels.csv", filters) == there
    assert starts[1] == str(tmp_path / "mine.labels")
    assert len(asked) == 2
    assert str(tmp_path) in asked[0]
    assert chooser.save_file("Save", "atac.labels.csv", filters) == tmp_path / "MINE.CSV"
    assert chooser.save_file("Save", "atac.labels.csv", filters) == tmp_path / "other.csv"
    typed[:] = [""]
    assert chooser.save_file("Save", "atac.labels.csv", filters) is None
    assert len(asked) == 2


def test_gene_activity_and_both_assays_are_saved(qtbot, window, finished_run, tmp_path):
    outcome = finished(window, finished_run).outcome
    save(qtbot, window, "activity", tmp_path / "activity.h5ad")
    activity = anndata.read_h5ad(tmp_path / "activity.h5ad")
    assert list(activity.var_names) == list(outcome.gene_activity.regions.symbols)
    assert abs(activity.X - outcome.gene_activity.counts.astype(np.float32)).max() == 0
    save(qtbot, window, "joint", tmp_path / "joint.h5ad")
    joint = coembed(finished_run.job, outcome)
    np.testing.assert_allclose(anndata.read_h5ad(tmp_path / "joint.h5ad").obsm["X_umap"], joint.map[joint.placed],
                               rtol=1e-4)


def test_writing_back_is_asked_for_on_the_page(qtbot, window, finished_run, tmp_path):
    copy = tmp_path / "atac.h5ad"
    shutil.copy(finished_run.job.query.recognised.path, copy)
    job = replace(finished_run.job, query=read_query(copy))
    before, card = copy.read_bytes(), window.export_page.write_back
    finished(window, replace(finished_run, job=job))
    card.ask.click()
    card.leave.click()
    assert copy.read_bytes() == before
    card.ask.click()
    card.confirm.click()
    settle(qtbot, window)
    assert "is as it was" in window.export_page.messages.text
    names = finished_run.outcome.prediction.labels.names
    assert list(anndata.read_h5ad(copy).obs["predicted.id"]) == list(names)


def test_a_file_that_labels_were_written_into_is_known_again(qtbot, window, finished_run, tmp_path):
    copy, work = tmp_path / "atac.h5ad", window.workspace
    shutil.copy(finished_run.job.query.recognised.path, copy)
    finished(window, replace(finished_run, job=replace(finished_run.job, query=read_query(copy))))
    for threshold in (0.9, 0.0, 0.0, 0.9):
        work.threshold.move(threshold)
        work.exporter.write_back()
        settle(qtbot, window)
        assert "is as it was" in window.export_page.messages.text
        assert work.file.snapshot().checksums["query"] == checksum(copy)
    assert (anndata.read_h5ad(copy).obs["predicted.id"] == "Unassigned").any()
    save(qtbot, window, "recipe", tmp_path / "again.recipe.toml")
    assert read_recipe(tmp_path / "again.recipe.toml").checksums["query"] == checksum(copy)


def test_a_checksum_that_comes_back_is_followed_to_the_present_one(window, finished_run):
    finished(window, finished_run)
    session = window.workspace.session
    read = session.query.recognised.sha256
    for was, now in ((read, "a"), ("a", "a"), ("a", "b"), ("b", "a"), ("a", "b")):
        session.note_rewritten(was, now)
        assert session.checksum(session.query) == now


def test_the_question_names_the_whole_path_and_tells_of_another_query(qtbot, window, finished_run, tmp_path):
    folder = tmp_path / "a_long_name_of_a_folder" / ("and_a_longer_name_within_" * 9)
    folder.mkdir(parents=True)
    mine, other = folder / "atac.h5ad", tmp_path / "atac.h5ad"
    for path in (mine, other):
        shutil.copy(finished_run.job.query.recognised.path, path)
    job, card = replace(finished_run.job, query=read_query(mine)), window.export_page.write_back
    finished(window, replace(finished_run, job=job))
    window.go_to("export")
    narrowest = window.minimumSizeHint().width()
    card.ask.click()
    assert card.question == f"This changes {mine}."
    lines = card._which.fontMetrics().lineSpacing() * 3
    qtbot.waitUntil(lambda: card._which.height() >= card._which.heightForWidth(card._which.width()) >= lines)
    assert window.minimumSizeHint().width() == narrowest
    window.workspace.session.set_inputs(query=read_query(other))
    assert not card.question
    card.ask.click()
    assert card.question == (f"This changes {mine}, the file of run 1. The query that is open now is another: {other}.")
    before = other.read_bytes()
    card.confirm.click()
    settle(qtbot, window)
    assert str(mine) in window.export_page.messages.text
    assert other.read_bytes() == before


def test_what_was_said_of_a_file_goes_with_its_result(qtbot, window, finished_run, tmp_path):
    finding = finished(window, finished_run)
    window.workspace.exporter.write_figure(tmp_path / "x.svg", lambda progress: None)
    settle(qtbot, window)
    assert "x.svg" in window.export_page.messages.text
    session = window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=9))
    session.add_finding(finding.job, finding.outcome, 1.0)
    assert window.export_page.messages.text == OUTDATED.filled(number=2).text


def test_a_file_that_cannot_take_labels_is_refused_before_anything_is_asked(qtbot, window, finished_run, tmp_path):
    gone = replace(finished_run.job.query.recognised, path=tmp_path / "gone.h5ad")
    job = replace(finished_run.job, query=replace(finished_run.job.query, recognised=gone))
    finished(window, replace(finished_run, job=job))
    card = window.export_page.write_back
    card.ask.click()
    assert "no such file" in card.words
    assert card._question.isHidden()


def test_the_sides_of_a_multiome_are_saved_as_the_command_line_saves_them(qtbot, window, answers, example, tmp_path):
    rna, atac = one_nucleus(example, tmp_path)
    load(qtbot, window, rna, atac)
    page, work = window.export_page, window.workspace
    assert page.sides.isHidden()
    work.loader.unpair()
    settle(qtbot, window)
    window.go_to("export")
    assert page.sides.isVisible()
    assert "sides of the multiome can be saved" in page.messages.text
    names = {"reference_side": "rna.h5ad", "query_side": "atac.h5ad", "answer_key": "key.csv"}
    mine, wanted = tmp_path / "window", tmp_path / "command"
    for folder in (mine, wanted):
        folder.mkdir()
    for key, name in names.items():
        answers.saves.append(mine / name)
        page.sides.buttons[key].click()
        settle(qtbot, window)
        assert str(mine / name) in page.messages.text
    assert work.exporter.written is None  # no run was exported
    assert cli.main(["unpair", str(rna), str(atac), "--out-reference", str(wanted / "rna.h5ad"),
                     "--out-query", str(wanted / "atac.h5ad"), "--key", str(wanted / "key.csv")]) == 0
    assert (mine / "key.csv").read_bytes() == (wanted / "key.csv").read_bytes()
    for name in ("rna.h5ad", "atac.h5ad"):
        one, other = (anndata.read_h5ad(folder / name) for folder in (mine, wanted))
        assert abs(one.X - other.X).max() == 0
        assert one.obs.equals(other.obs)
        assert one.var.equals(other.var)


def test_a_side_is_not_written_over_the_file_that_was_read(qtbot, window, answers, example, tmp_path):
    rna, atac = one_nucleus(example, tmp_path)
    load(qtbot, window, rna, atac)
    window.workspace.loader.unpair()
    settle(qtbot, window)
    before = rna.read_bytes()
    answers.saves.append(rna)
    window.export_page.sides.buttons["reference_side"].click()
    settle(qtbot, window)
    assert "the file that was read" in window.export_page.messages.text
    assert rna.read_bytes() == before
