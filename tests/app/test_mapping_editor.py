"""Two vocabularies on the Transfer page: shown side by side, typed equal, loaded, saved, graded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from anchorscope.io import read_mapping
from anchorscope.parameters import NO_TRUTH, PAIRED_TRUTH
from anchorscope.results import Job
from app.first_pages import quiet, run_fast
from app.helpers import FinishedRun, finished


@pytest.fixture
def two_words(window, finished_run, qtbot):
    """A window whose answer key calls the first type of the reference by another name."""
    job = finished_run.job
    types = list(job.query.cells["cell_type"].astype(str).unique())
    cells = job.query.cells.assign(other=job.query.cells["cell_type"].astype(str).replace(types[0], "otherwise"))
    recognised = replace(job.query.recognised, label_columns=(
        *job.query.recognised.label_columns, replace(job.query.recognised.label_columns[0], name="other")))
    query = replace(job.query, cells=cells, recognised=recognised)
    recipe = replace(job.recipe, grade=job.recipe.grade.replaced(truth="other"))
    finished(window, FinishedRun(finished_run.pipeline, Job(job.reference, query, recipe), finished_run.outcome))
    quiet(qtbot, window)
    return window, types[0]


def line_of(table, name):
    return next(line for line in range(table.rowCount()) if table.item(line, 0).text() == name)


def test_names_of_one_side_come_first_and_can_be_made_equal(qtbot, two_words):
    window, name = two_words
    editor, session = window.transfer_page.names, window.workspace.session
    table = editor.table
    assert {table.item(line, 0).text() for line in range(2)} == {name, "otherwise"}
    assert editor.words.startswith("2 of ")
    table.item(line_of(table, "otherwise"), 3).setText(name)
    assert session.recipe.mapping == (("otherwise", name),)
    assert session.statuses()["grade"].value == "stale"
    assert editor.words == f"Each of the {table.rowCount()} names has a partner on the other side; 1 is graded under " \
                           "another name."
    window.workspace.history.undo()
    assert session.recipe.mapping == ()
    assert table.item(line_of(table, "otherwise"), 3).text() == ""


def test_a_name_that_the_other_side_lacks_is_marked_and_said(two_words):
    window, name = two_words
    editor, table = window.transfer_page.names, window.transfer_page.names.table
    window.workspace.matching.change({name: "bee"})
    assert editor.words.startswith(f"2 of {table.rowCount()} names have no partner")
    assert editor.words.endswith("“bee” is no name of the answer key.")
    target, problem = table.item(line_of(table, name), 3), window.workspace.appearance.theme.color("error")
    assert target.foreground().color() == problem
    assert target.toolTip() == "“bee” is no name of the answer key."
    window.workspace.matching.change({name: "", "otherwise": "bee"})
    assert "“bee” is no name of the reference." in editor.words
    window.workspace.matching.change({name: "bee"})
    assert editor.words.endswith("2 are graded under another name.")
    assert table.item(line_of(table, name), 3).foreground().color() != problem


def test_where_no_name_is_shared_it_is_said_that_run_is_refused(qtbot, window, finished_run):
    job = finished_run.job
    cells = job.query.cells.assign(cell_type="my " + job.query.cells["cell_type"].astype(str))
    finished(window, replace(finished_run, job=replace(job, query=replace(job.query, cells=cells))))
    quiet(qtbot, window)
    editor = window.transfer_page.names
    assert editor.words.startswith("None of the ")
    assert "Run is refused until one has" in editor.words
    window.workspace.session.set_recipe(replace(window.workspace.session.recipe, seed=5))
    window.workspace.runs.start()
    quiet(qtbot, window)
    assert "“Names that mean the same”" in window.transfer_page.messages.text
    assert "Transfer page" not in window.transfer_page.messages.text
    assert editor.heading == "Names that mean the same"
    name = str(job.query.cells["cell_type"].iloc[0])
    window.workspace.matching.change({f"my {name}": name})
    assert "count as wrong" in editor.words


def test_names_mapped_for_other_files_are_shown_and_change_nothing(qtbot, window, finished_run, monkeypatch):
    job = finished_run.job
    recipe = replace(job.recipe, mapping=(("Ast", "Astrocyte"), ("L2/3", "Excitatory")))
    finished(window, replace(finished_run, job=replace(job, recipe=recipe)))
    quiet(qtbot, window)
    editor, table = window.transfer_page.names, window.transfer_page.names.table
    assert [table.item(line_of(table, "Ast"), place).text() for place in (1, 2, 3)] == ["–", "–", "Astrocyte"]
    assert line_of(table, "Ast") == table.rowCount() - 2
    assert editor.words.startswith(f"Both sides use the same {table.rowCount() - 2} names.")
    assert editor.words.endswith("The last 2 lines are of names that neither side uses; they change no grade.")
    window.workspace.session.change("grade", job.recipe.grade.replaced(truth=NO_TRUTH))
    window.workspace.session.change("grade", job.recipe.grade)
    run_fast(qtbot, window, monkeypatch)
    assert window.workspace.session.shown.outcome.grade.kept == ()
    table.item(line_of(table, "Ast"), 3).setText("")
    assert window.workspace.session.recipe.mapping == (("L2/3", "Excitatory"),)
    assert "The last line is of a name that neither side uses" in editor.words


def test_names_are_shown_where_the_key_is_the_rna_of_the_same_cells(qtbot, window, finished_run):
    job = finished_run.job
    pairing = np.arange(len(job.query.cells)) % len(job.reference.cells)
    pairing[:3] = -1
    finished(window, replace(finished_run, job=replace(job, query=replace(job.query, pairing=pairing))))
    session = window.workspace.session
    session.change("grade", session.recipe.grade.replaced(truth=PAIRED_TRUTH))
    quiet(qtbot, window)
    editor = window.transfer_page.names
    assert editor.empty_text == ""
    counts = [editor.table.item(line, 2).text() for line in range(editor.table.rowCount())]
    assert sum(int(text) for text in counts if text != "–") == (pairing >= 0).sum()


@pytest.mark.parametrize("down", [0, 1])
def test_one_enter_takes_a_name_that_is_typed_or_picked(qtbot, two_words, down):
    window, name = two_words
    window.go_to("transfer")
    table = window.transfer_page.names.table
    line = line_of(table, "otherwise")
    table.setCurrentCell(line, 3)
    table.editItem(table.item(line, 3))
    editor = table.findChild(QLineEdit)
    qtbot.keyClicks(editor, name)
    popup = editor.completer().popup()
    assert popup.isVisible()
    for key in [Qt.Key.Key_Down] * down + [Qt.Key.Key_Return]:
        qtbot.keyClick(popup, key)
    assert window.workspace.session.recipe.mapping == (("otherwise", name),)
    qtbot.waitUntil(lambda: table.state() == table.State.NoState)


def test_only_targets_can_be_typed(two_words):
    table = two_words[0].transfer_page.names.table
    assert [bool(table.item(0, place).flags() & Qt.ItemFlag.ItemIsEditable) for place in range(4)] == [
        False, False, False, True]


def test_a_mapping_is_saved_loaded_and_reset(qtbot, two_words, answers, tmp_path):
    window, name = two_words
    editor, session, path = window.transfer_page.names, window.workspace.session, tmp_path / "names.csv"
    assert not editor.save_button.isEnabled()
    window.workspace.matching.change({"otherwise": name})
    answers.saves, answers.opens = [path], [path]
    editor.save_button.click()
    assert read_mapping(path) == (("otherwise", name),)
    assert "names.csv" in window.transfer_page.messages.text
    editor.reset_button.click()
    assert session.recipe.mapping == ()
    editor.load_button.click()
    assert session.recipe.mapping == (("otherwise", name),)
    path.write_text("one\n")
    answers.opens = [path]
    editor.load_button.click()
    assert "names.csv" in window.transfer_page.messages.text
    assert session.recipe.mapping == (("otherwise", name),)
    answers.saves = [tmp_path / "no folder" / "x.csv"]
    editor.save_button.click()
    assert "no folder" in window.transfer_page.messages.text


def test_without_a_key_the_editor_says_what_to_do(qtbot, two_words):
    window, _ = two_words
    session = window.workspace.session
    session.change("grade", session.recipe.grade.replaced(truth=NO_TRUTH))
    assert "Choose an answer key" in window.transfer_page.names.empty_text
