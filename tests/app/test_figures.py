"""Saved figures: every picture of a run in every format, of the size that was asked for, on white in either theme."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.appearance import Scheme
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.notices import COPIED, EXPORT
from anchorscope_desktop.widgets.figure_form import DIMMED
from anchorscope_desktop.widgets.figure_writer import FORMATS, PDF, PNG, SVG
from app.helpers import finished, settle


def test_every_picture_is_saved(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    form = window.export_page.figures
    for place in range(form.which.count()):
        form.which.setCurrentIndex(place)
        path = tmp_path / f"{place}.svg"
        window.workspace.chooser.saves.append(path)
        form.save_button.click()
        assert form.missing or str(path) in window.export_page.messages.text
    assert len(list(tmp_path.glob("*.svg"))) >= 10


@pytest.mark.parametrize(("by", "named"), [
    (ColourBy.GENE, "{gene} activity, log-normalised"), (ColourBy.NOVELTY, "Unlikeness to the reference"),
    (ColourBy.SCORE, "Score of the label")])
def test_a_scale_says_what_it_measures_on_the_screen_and_on_paper(window, tmp_path, finished_run, by, named):
    finding, path = finished(window, finished_run), tmp_path / "x.svg"
    gene = str(finding.outcome.gene_activity.regions.symbols[2])
    view = window.explore_page.query_map
    view.colour_by.pick(Meaning(by, gene if by is ColourBy.GENE else ""))
    assert view.map.legend.title == named.format(gene=gene)
    assert view.map.legend.accessibleName().startswith(f"Legend: {view.map.legend.title}, ")
    form = window.export_page.figures
    form.which.setCurrentText("Query map, as on Explore")
    window.workspace.chooser.saves.append(path)
    form.save_button.click()
    assert f">{view.map.legend.title}</text>" in path.read_text()
    view.colour_by.pick(Meaning(ColourBy.LABEL))
    assert not view.map.legend.title


def test_a_view_that_was_drawn_for_a_figure_follows_nothing_any_more(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    window.go_to("export")
    settle(qtbot, window)
    window.go_to("explore")
    gc.collect()
    with qtbot.captureExceptions() as raised:
        for least in (0.3, 0.6):
            with qtbot.waitSignal(window.workspace.threshold.changed):
                window.workspace.threshold.move(least)
    assert raised == []


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_what_it_says(qtbot, window, tmp_path, finished_run, kind):
    finished(window, finished_run)
    form, path = window.export_page.figures, tmp_path / "x"
    form.kind.choose(kind)
    form.which.setCurrentText("Confusion matrix, counts")
    window.workspace.chooser.saves.append(path)
    form.save_button.click()
    saved = path.with_suffix(f".{kind.lower()}")
    assert saved.read_bytes().startswith({SVG: b"<?xml", PDF: b"%PDF", PNG: b"\x89PNG"}[kind])


def test_pixels_follow_size_and_resolution(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    window.workspace.appearance.choose(Scheme.DARK)
    form, path = window.export_page.figures, tmp_path / "map.png"
    form.kind.choose(PNG)
    form.width_field.setValue(100)
    form.height_field.setValue(50)
    form.dpi_field.setValue(254)
    window.workspace.chooser.saves.append(path)
    form.save()
    image = QImage(str(path))
    assert abs(image.width() - 1000) <= 2
    assert abs(image.height() - 500) <= 2
    assert image.dotsPerMeterX() == 10000
    assert image.pixelColor(2, 2).name() == "#ffffff"
    window.workspace.appearance.choose(Scheme.LIGHT)


def test_a_picture_is_copied(qtbot, window, finished_run):
    finished(window, finished_run)
    form = window.export_page.figures
    form.dpi_field.setValue(96)
    form.copy_button.click()
    assert QApplication.clipboard().image().width() == form.size_wanted.logical.width()
    assert window.export_page.messages.text == COPIED.text


def saved_picture(window, path):
    form = window.export_page.figures
    form.kind.choose(PNG)
    form.dpi_field.setValue(96)
    window.workspace.chooser.saves.append(path)
    form.save()
    return QImage(str(path))


def same(one, other):
    """Whether two pictures have the same pixels; one that was saved notes another resolution."""
    return one.size() == other.size() and one.constBits().tobytes() == other.constBits().tobytes()


def test_the_preview_is_what_is_saved_also_after_esc(qtbot, window, tmp_path, finished_run):
    finding = finished(window, finished_run)
    work, form = window.workspace, window.export_page.figures
    window.go_to("export")
    plain = form.preview
    assert not form.note.isVisible()
    work.selection.choose(choosing.of_type(finding, finding.outcome.prediction.labels.types[0]))
    qtbot.waitUntil(lambda: form.preview != plain)
    assert form.note.text() == DIMMED
    assert form.note.isVisible()
    saved = saved_picture(window, tmp_path / "chosen.png").convertToFormat(form.preview.format())
    assert same(saved, form.preview)
    form.which.setCurrentText("Confusion matrix, shares")
    assert not form.note.isVisible()
    form.which.setCurrentText("Query map, as on Explore")
    assert form.note.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: form.preview == plain)
    assert not form.note.isVisible()
    work.threshold.move(0.9)
    qtbot.waitUntil(lambda: form.preview != plain)
    work.threshold.move(0.0)
    qtbot.waitUntil(lambda: form.preview == plain)
    work.colours.choose("query", Meaning(ColourBy.SCORE))
    qtbot.waitUntil(lambda: form.preview != plain)


def test_the_preview_is_drawn_once_and_not_for_itself(qtbot, window, finished_run, monkeypatch):
    finding = finished(window, finished_run)
    window.go_to("export")
    form, drawn = window.export_page.figures, []
    qtbot.waitUntil(lambda: not form._waiting and not window.workspace.bridge.busy)
    monkeypatch.setattr(form._preview, "show_image", drawn.append)
    for name in finding.outcome.prediction.labels.types[:3]:
        window.workspace.selection.choose(choosing.of_type(finding, name))
    qtbot.wait(50)
    assert len(drawn) == 1
    for place in range(form.which.count()):
        form.which.setCurrentIndex(place)
    qtbot.wait(50)
    assert len(drawn) == form.which.count()


def test_a_figure_of_older_settings_is_not_faded(window, tmp_path, finished_run):
    finished(window, finished_run)
    fresh, session = saved_picture(window, tmp_path / "fresh.png"), window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=9))
    assert session.outdated
    assert window.explore_page.query_map.map.cloud.opacity() < 1
    assert saved_picture(window, tmp_path / "older.png") == fresh


def test_a_folder_that_is_not_there_is_told(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    window.workspace.chooser.saves.append(tmp_path / "nowhere" / "map.svg")
    window.export_page.figures.save()
    assert "nowhere" in window.export_page.messages.text


def test_what_the_run_lacks_is_told(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    form = window.export_page.figures
    form.which.setCurrentText("Clusters and markers")
    window.workspace.chooser.saves.append(tmp_path / "x.svg")
    for wish in (form.save, form.copy):
        window.workspace.notices.clear(EXPORT)
        wish()
        assert "no such picture" in window.export_page.messages.text
    assert not list(tmp_path.glob("*.svg"))
