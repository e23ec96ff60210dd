"""Two vocabularies on the Transfer page: shown side by side, typed equal, loaded, saved, graded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from anchorscope.io import read_mapping
from anchorscope.parameters import NO_TRUTH
from anchorscope.results import Job
from app.first_pages import quiet
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
    assert editor.words.startswith("1 of ")
    window.workspace.history.undo()
    assert session.recipe.mapping == ()
    assert table.item(line_of(table, "otherwise"), 3).text() == ""


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
