"""What people expect of any program: help, about, diagnostics, undo of settings, the window where it was."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from anchorscope.parameters import REFINED, SEURAT
from anchorscope_desktop.main_window import fitting
from anchorscope_desktop.menus import AUTHORS, USUAL
from anchorscope_desktop.state import notices
from anchorscope_desktop.state.appearance import Scheme
from anchorscope_desktop.state.exporting import EXPORT_KINDS
from anchorscope_desktop.state.recent import QUERY, REFERENCE
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.views.score_histogram import CALIBRATION
from anchorscope_desktop.widgets.about import LICENCES, about_text
from anchorscope_desktop.widgets.basics import ElidedLabel
from anchorscope_desktop.widgets.job_bar import READY
from anchorscope_desktop.widgets.method_help import KEYS
from app.conftest import Answers
from app.helpers import finished, load, settle, window_without_pages


def test_help_explains_the_method_in_light_and_dark(qtbot, window):
    window.menus.show_method()
    page = window.menus.method
    assert page.isVisible()
    for word in ("anchor", "Unassigned", "doubt", "CCA"):
        assert word in page.text.toPlainText()
    light = page.drawing.grab().toImage()
    window.workspace.appearance.choose(Scheme.DARK)
    assert page.drawing.grab().toImage() != light
    window.workspace.appearance.choose(Scheme.LIGHT)
    assert page.drawing.grab().toImage() == light
    page.close()


def test_help_lists_the_keys_of_every_menu(window):
    window.menus.show_method()
    told = window.menus.method.text.toPlainText()
    keys = {action.text(): action.shortcut().toString() for menu in window.menuBar().findChildren(QMenu)
            for action in menu.actions() if not action.shortcut().isEmpty()}
    assert len(keys) > 20
    pages = {f"Ctrl+{number}" for number in range(1, 8)}
    usual = {"Ctrl+Q", "Ctrl+W", "Ctrl+F4", "F11", "Alt+F4"}  # as in every program on its system
    assert {text for text, key in keys.items() if key not in told and key not in pages | usual} == set()
    guide = (Path(__file__).parents[2] / "docs" / "user_guide.md").read_text(encoding="utf-8")
    listed = {key for _, some in KEYS for key in re.findall(r"(?:Ctrl|Alt)\+\S*[^\s,]|F1", some)}
    assert {key for key in listed if key not in guide} == set()
    window.menus.method.close()


def test_the_menus_copy_and_save_the_view_used_last_or_the_largest(qtbot, window, finished_run, monkeypatch):
    menus, page, done = window.menus, window.explore_page, []
    monkeypatch.setattr(ViewFrame, "copy_picture", lambda view: done.append(("copy", view)))
    monkeypatch.setattr(ViewFrame, "save_figure", lambda view: done.append(("save", view)))
    copy, save = (next(one for menu in window.menuBar().findChildren(QMenu) for one in menu.actions()
                       if one.text().replace("&", "") == text) for text in ("Copy picture", "Save figure…"))
    window.go_to("explore")
    copy.trigger()
    assert done == []
    assert "no picture" in page.messages.text
    finished(window, finished_run)
    qtbot.wait(20)
    copy.trigger()
    page.confusion.heatmap.setFocus()
    qtbot.waitUntil(page.confusion.heatmap.hasFocus)
    page.run_button.setFocus()  # beside the views
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    page.types.table.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    save.trigger()  # a table is no figure
    assert done[1:3] == [("save", page.confusion), ("copy", page.types)]
    assert done[0] == ("copy", done[3][1])
    assert done[3][0] == "save"
    assert done[0][1] in (page.query_map, page.reference_map)
    window.go_to("gene_activity")
    assert menus.view is None or menus.view in window.activity_page.findChildren(ViewFrame)
    window.workspace.notices._end_mention()


def carried(name: str, seen: set[str]) -> set[str]:
    """All packages that come along with one."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return seen
    if found.metadata["Name"].lower() in seen:
        return seen
    seen.add(found.metadata["Name"].lower())
    for line in found.requires or []:
        wanted = Requirement(line)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", "desktop")
                                        if extra == "" or name == "anchorscope"):
            carried(wanted.name, seen)
    return seen


def test_about_names_every_library_that_travels_along():
    known = {name.lower().replace("_", "-") for name in LICENCES}
    missing = {name.replace("_", "-") for name in carried("anchorscope", set())} - known - {"anchorscope"}
    assert not missing
    assert "BSD 3-Clause" in about_text()
    assert "LGPL-3.0" in about_text()


def test_diagnostics_tell_all_but_the_data(window, finished_run, example):
    finished(window, finished_run)
    window.menus.copy_diagnostics()
    text = QGuiApplication.clipboard().text()
    for word in ("Anchorscope ", "Python ", "Qt ", "Screen", "cells", '"k_anchor"', "Log:", "transfer done"):
        assert word in text
    assert str(example[0].parent) not in text
    assert finished_run.job.query.cells.index[0] not in text
    assert "clipboard" in window.page.session_messages.text


def test_settings_are_undone_and_redone(window, finished_run):
    finished(window, finished_run)
    session, history = window.workspace.session, window.workspace.history
    start = session.recipe
    session.change("anchors", start.anchors.replaced(k_anchor=9))
    session.change("lsi", start.lsi.replaced(last_component=20))
    session.inputs_changed.emit()  # as after a file that was refused
    history.undo()
    assert (session.recipe.anchors.k_anchor, session.recipe.lsi) == (9, start.lsi)
    history.undo()
    assert session.recipe == start
    assert not session.outdated
    history.redo()
    history.redo()
    assert session.recipe.lsi.last_component == 20
    assert not history.can_redo
    history.undo()
    session.change("anchors", start.anchors.replaced(k_anchor=7))
    assert not history.can_redo


def test_all_settings_go_back_in_one_step(window, finished_run):
    finished(window, finished_run)
    session = window.workspace.session
    start = session.recipe
    session.change("anchors", start.anchors.replaced(k_anchor=9))
    session.change("lsi", start.lsi.replaced(last_component=20))
    entries = {action.text(): action for menu in window.menuBar().actions() for action in menu.menu().actions()}
    entries[AUTHORS].trigger()
    assert session.recipe == replace(start, transfer=start.transfer.replaced(method=SEURAT))
    entries[USUAL].trigger()
    assert session.recipe == replace(start, transfer=start.transfer.replaced(method=REFINED))
    window.workspace.history.undo()
    window.workspace.history.undo()
    assert (session.recipe.anchors.k_anchor, session.recipe.lsi.last_component) == (9, 20)


def test_shares_of_the_room_are_remembered(qtbot, window):
    window.go_to("explore")
    split = window.explore_page.types.parentWidget()
    before = split.sizes()
    split.setSizes([before[0] - 40, before[1] + 40])
    split.splitterMoved.emit(before[0] - 40, 1)  # as the mouse does
    again = window_without_pages(Answers())
    again.resize(window.size())
    qtbot.addWidget(again)
    again.show()
    again.go_to("explore")
    QApplication.processEvents()
    wanted, found = split.sizes(), again.explore_page.types.parentWidget().sizes()
    assert wanted[0] < before[0]
    assert [abs(one - other) <= 2 for one, other in zip(wanted, found, strict=True)] == [True, True]
    again.close()


def test_the_window_comes_back_where_it_was(qtbot, window):
    window.resize(1200, 733)  # no wider than the screen of the tests allows
    window.close()
    again = window_without_pages(Answers())
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (1200, 733)
    again.close()


def test_figure_settings_are_remembered(qtbot, window, finished_run):
    finished(window, finished_run)
    form = window.export_page.figures
    form.kind.button("PNG").click()
    form.width_field.setValue(85)
    form.dpi_field.setValue(600)
    again = window_without_pages(Answers())
    qtbot.addWidget(again)
    figures = again.export_page.figures
    assert (figures.kind.value, figures.width_field.value(), figures.dpi_field.value()) == ("PNG", 85, 600)
    again.close()


def test_the_rail_tells_what_was_compared_and_saved(qtbot, window, finished_run, tmp_path):
    def state(key: str) -> str:
        return window.rail.button(key).state.value

    assert (state("compare"), state("export"), state("explore")) == ("empty", "empty", "empty")
    window.workspace.session.set_inputs(reference=finished_run.job.reference, query=finished_run.job.query)
    assert (state("compare"), state("export"), state("explore")) == ("ready", "empty", "empty")
    finished(window, finished_run)
    assert (state("compare"), state("export"), state("explore")) == ("ready", "ready", "done")
    window.workspace.exporter.write_figure(tmp_path / "x.svg", lambda progress: None)
    settle(qtbot, window)
    assert state("export") == "ready"  # a picture holds no labels
    window.workspace.exporter.write(EXPORT_KINDS[1], tmp_path / "x.csv")
    window.workspace.exporter.write_figure(tmp_path / "x.svg", lambda progress: None)
    settle(qtbot, window)
    assert state("export") == "done"
    session = window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=9))
    assert (state("export"), state("transfer"), state("query")) == ("stale", "stale", "done")


def test_files_of_the_same_name_are_told_apart_by_their_folders(window, example, tmp_path):
    twin = tmp_path / "other" / example[1].name
    twin.parent.mkdir()
    shutil.copy(example[1], twin)
    for path in (example[1], twin):
        window.workspace.file.recent.add(path, QUERY)
    shown = window.reference_page.recent
    assert [made.text() for made in shown.buttons] == [f"{twin.name} (query)"] * 2
    for folder, path in zip(shown.folders, (twin, example[1]), strict=True):
        assert folder.toolTip() == str(path)
        begun, ended = (folder.text().split("…") * 2)[:2]
        assert str(path.parent).startswith(begun)
        assert str(path.parent).endswith(ended)
    assert [one.text()[3:] for one in window.menus.recent.actions()[:2]] == [
        f"other/{twin.name} (query)", f"{example[1].parent.name}/{twin.name} (query)"]


def test_a_folder_of_the_home_is_short_and_a_long_one_has_its_beginning_and_its_end(window, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    long = tmp_path / "a" / ("b" * 200) / "c"
    for folder in (long, tmp_path / "mine"):
        folder.mkdir(parents=True)
        (folder / "rna.h5ad").write_text("")
        window.workspace.file.recent.add(folder / "rna.h5ad", REFERENCE)
    mine, far = (folder.text() for folder in window.reference_page.recent.folders)
    assert mine == f"~{os.sep}mine"
    assert far.startswith(f"~{os.sep}a")
    assert far.endswith(f"b{os.sep}c")
    assert len(far) < 120


@pytest.mark.parametrize(("room", "wanted"), [((1920, 1080), (1280, 800)), ((1280, 760), (1264, 712)),
                                              ((800, 600), (1200, 680))])
def test_the_first_window_fits_the_screen(room, wanted):
    assert fitting(QSize(*room)) == QSize(*wanted)


def test_an_empty_new_session_says_nothing_of_what_was_done_before(qtbot, window, example):
    load(qtbot, window, example[0])
    assert window.job_bar.title == "Done"
    window.workspace.file.new()
    settle(qtbot, window)
    assert window.job_bar.title == READY


def test_the_name_of_a_file_tells_where_it_is(qtbot, window, example):
    load(qtbot, window, *example)
    for page, path in ((window.reference_page, example[0]), (window.query_page, example[1])):
        def told(page=page, path=path) -> list[str]:
            return [one.toolTip() for one in page.facts.findChildren(ElidedLabel) if one.text() == path.name]

        # What was shown before is deleted a moment later.
        qtbot.waitUntil(lambda told=told, path=path: told() == [str(path)])


def test_the_empty_first_page_offers_the_files_opened_last(qtbot, window, example):
    shown = window.reference_page.recent
    assert not shown.isVisible()
    recent = window.workspace.file.recent
    recent.add(example[1], QUERY)
    recent.add(example[0], REFERENCE)
    assert [made.text() for made in shown.buttons] == [f"{example[0].name} (reference)", f"{example[1].name} (query)"]
    shown.buttons[0].click()
    settle(qtbot, window)
    assert window.workspace.session.reference.recognised.path == example[0]
    assert not shown.isVisible()


def test_a_view_is_copied_as_export_saves_it(qtbot, window, finished_run):
    finished(window, finished_run)
    form, page, board = window.export_page.figures, window.explore_page, QGuiApplication.clipboard()
    form.dpi_field.setValue(96)
    page.histogram.switch.button(CALIBRATION).click()
    page.confusion.unit_button("n").click()
    window.workspace.appearance.choose(Scheme.DARK)
    window.go_to("explore")
    for view, figure in ((page.query_map, "Query map, as on Explore"), (page.histogram, "Calibration"),
                         (page.reference_map, "Reference map, as on Explore"),
                         (page.confusion, "Confusion matrix, counts")):
        view.copy_picture()
        settle(qtbot, window)
        copied = board.image()
        form.which.setCurrentText(figure)
        form.copy()
        settle(qtbot, window)
        assert copied == board.image()
        assert view.isVisible()
    window.workspace.appearance.choose(Scheme.LIGHT)


def test_a_part_of_a_map_is_copied_as_a_part(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    view, board = window.explore_page.query_map, QGuiApplication.clipboard()
    view.copy_picture()
    settle(qtbot, window)
    whole = board.image()
    view.map.canvas.getViewBox().scaleBy((0.3, 0.3))
    view.copy_picture()
    settle(qtbot, window)
    assert board.image() != whole


def test_a_table_is_copied_as_it_is_seen(window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    view = window.explore_page.types
    seen = view.grab(view._stack.geometry()).toImage()
    view.copy_picture()
    assert QGuiApplication.clipboard().image() == seen


def test_every_page_says_that_a_view_was_copied_and_then_what_it_said_before(qtbot, window, finished_run, monkeypatch):
    monkeypatch.setattr(notices, "_MOMENT_MS", 1)
    finished(window, finished_run)
    window.workspace.notices.error(notices.RUN, "It failed.")
    said = []
    window.workspace.notices.changed.connect(lambda topic: said.append((topic, window.workspace.notices.of(topic))))
    for step in STEPS:
        window.go_to(step.key)
        before = window.page.messages.text
        for view in window.page.findChildren(ViewFrame):
            recipe = window.workspace.session.recipe
            said.clear()
            view.copy_picture()
            settle(qtbot, window)
            assert (notices.topic_of(step.key), notices.COPIED) in said
            assert window.workspace.session.recipe == recipe
        qtbot.waitUntil(lambda: window.page.messages.text == before)  # noqa: B023 - waited for at once
