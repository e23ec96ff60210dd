"""The example is called so, and its files are nobody's own."""

from __future__ import annotations

from anchorscope_desktop.state.recent import QUERY, REFERENCE, RecentFile
from app.helpers import load, open_example, settle


def test_the_window_says_that_the_example_is_open(qtbot, window, example, tmp_path):
    open_example(qtbot, window)
    assert window.windowTitle() == "Example[*] – Anchorscope"
    assert "File: rna.h5ad (Example)" in window.reference_page.facts.text
    assert "File: atac.h5ad (Example)" in window.query_page.facts.text
    window.workspace.file.save(tmp_path / "mine.anchorscope")
    settle(qtbot, window)
    assert window.windowTitle() == "mine[*] – Anchorscope"
    load(qtbot, window, *example)
    window.workspace.file.path = None
    window.workspace.file.changed.emit()
    assert window.windowTitle() == "Untitled session[*] – Anchorscope"
    assert "Example" not in window.reference_page.facts.text


def test_the_examples_files_are_no_recent_files(qtbot, window, example):
    load(qtbot, window, *example)
    open_example(qtbot, window)
    recent = window.workspace.file.recent
    assert set(recent.files) == {RecentFile(example[0], REFERENCE), RecentFile(example[1], QUERY)}
    recent.add(window.workspace.loader.reference_files.path, REFERENCE)  # as an earlier version had it
    assert len(recent.files) == 2
