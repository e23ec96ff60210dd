"""Saved figures: every picture of a run in every format, of the size that was asked for, on white in either theme."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QWidget

from anchorscope import machine
from anchorscope.errors import Cancelled
from anchorscope.progress import CancelToken, Reporting
from anchorscope_desktop.plotting import cloud
from anchorscope_desktop.plotting.cell_map import CellMap, Colouring
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.plotting.recording import Recording
from anchorscope_desktop.plotting.theme import LIGHT
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.appearance import Scheme
from anchorscope_desktop.state.exporting import STOPPED
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.notices import COPIED, EXPORT
from anchorscope_desktop.views.merged_map import NOT_DRAWN
from anchorscope_desktop.views.score_histogram import NEEDS_KEY
from anchorscope_desktop.widgets import figure_writer
from anchorscope_desktop.widgets.basics import boxed, column
from anchorscope_desktop.widgets.figure_form import CUT, DIMMED, MISSING, SMALLER
from anchorscope_desktop.widgets.figure_writer import (
    FORMATS,
    LETTERS_PT,
    PDF,
    PNG,
    SVG,
    FigureSize,
    check_pixels,
    cut,
    picture_of,
    recorded,
    with_figure,
    write_figure,
)
from app.helpers import RUN_MS, finished, settle


def test_every_picture_is_saved(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    window.go_to("export")
    form = window.export_page.figures
    for place in range(form.which.count()):
        form.which.setCurrentIndex(place)
        path = tmp_path / f"{place}.svg"
        window.workspace.chooser.saves[:] = [path]
        form.save_button.click()
        settle(qtbot, window)
        assert form.missing or str(path) in window.export_page.messages.text
    assert len(list(tmp_path.glob("*.svg"))) >= 10


@pytest.mark.parametrize(("by", "named"), [
    (ColourBy.GENE, "{gene} activity, log-normalised"),
    (ColourBy.NOVELTY, "Unlikeness, in robust SD; unusual over 2.5"),
    (ColourBy.SCORE, "Score of the label")])
def test_a_scale_says_what_it_measures_on_the_screen_and_on_paper(qtbot, window, tmp_path, finished_run, by, named):
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
    settle(qtbot, window)
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
    settle(qtbot, window)
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
    settle(qtbot, window)
    image = QImage(str(path))
    assert abs(image.width() - 1000) <= 2
    assert abs(image.height() - 500) <= 2
    assert image.dotsPerMeterX() == 10000
    assert image.pixelColor(2, 2).name() == "#ffffff"
    window.workspace.appearance.choose(Scheme.LIGHT)


def test_a_picture_is_copied(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("export")
    form = window.export_page.figures
    form.dpi_field.setValue(96)
    form.copy_button.click()
    settle(qtbot, window)
    assert QApplication.clipboard().image().width() == form.size_wanted.logical.width()
    assert window.export_page.messages.text == COPIED.text


def saved_picture(qtbot, window, path):
    form = window.export_page.figures
    form.kind.choose(PNG)
    form.dpi_field.setValue(96)
    window.workspace.chooser.saves.append(path)
    form.save()
    settle(qtbot, window)
    return QImage(str(path))


def same(one, other):
    """Whether two pictures have the same pixels; one that was saved notes another resolution."""
    return one.size() == other.size() and one.constBits().tobytes() == other.constBits().tobytes()


def previewed(qtbot, window):
    """The preview, once nothing waits to be drawn."""
    form, work = window.export_page.figures, window.workspace
    qtbot.waitUntil(lambda: not (form._waiting or work.desk.previewer.busy or work.bridge.busy), timeout=RUN_MS)
    return form.preview


@pytest.mark.parametrize("which", ["Query map, as on Explore", "Confusion matrix, shares"])
def test_names_for_which_a_figure_has_no_room_are_told_of(qtbot, window, finished_run, which):
    finished(window, finished_run)
    form = window.export_page.figures
    window.go_to("export")
    form.which.setCurrentText(which)
    told = []
    for width, height in ((160, 120), (30, 20), (160, 120)):
        form.width_field.setValue(width)
        form.height_field.setValue(height)
        previewed(qtbot, window)
        told.append(CUT in form.note.text())
    assert told == [False, True, False]


def test_letters_that_were_made_smaller_are_told_of(qtbot, window, finished_run):
    finished(window, finished_run)
    form = window.export_page.figures
    window.go_to("export")
    form.which.setCurrentText("Confusion matrix, counts")
    said = {}
    for width, height in ((160, 120), (45, 45), (40, 40), (35, 35), (30, 30)):
        form.width_field.setValue(width)
        form.height_field.setValue(height)
        previewed(qtbot, window)
        seen = form._seen(form.size_wanted)
        if not seen.recording.cut:
            said[seen.recording.letters] = form.note.text()
    assert said.pop(1.0) == ""
    assert said
    for letters, note in said.items():
        assert note == SMALLER.format(points=LETTERS_PT * letters)


def test_the_preview_is_as_sharp_as_the_screen(qtbot, window, finished_run, monkeypatch):
    finished(window, finished_run)
    window.go_to("export")
    plain, form = previewed(qtbot, window), window.export_page.figures
    for one in (type(form), type(form._preview)):
        monkeypatch.setattr(one, "devicePixelRatioF", lambda _: 2.0)
    given = []
    monkeypatch.setattr(form._preview, "setPixmap", given.append)
    form.refresh()
    assert previewed(qtbot, window).size() == 2 * plain.size()
    room = form._preview.size()
    assert given[-1].devicePixelRatio() == 2.0
    assert max(given[-1].width() / room.width(), given[-1].height() / room.height()) == 2.0


def test_the_preview_is_what_is_saved_also_after_esc(qtbot, window, tmp_path, finished_run):
    finding = finished(window, finished_run)
    work, form = window.workspace, window.export_page.figures
    window.go_to("export")
    plain = previewed(qtbot, window)
    assert not form.note.isVisible()
    work.selection.choose(choosing.of_type(finding, finding.outcome.prediction.labels.types[0]))
    assert previewed(qtbot, window) != plain
    assert form.note.text() == DIMMED
    assert form.note.isVisible()
    saved = saved_picture(qtbot, window, tmp_path / "chosen.png").convertToFormat(form.preview.format())
    assert same(saved, form.preview)
    form.which.setCurrentText("Confusion matrix, shares")
    assert not form.note.isVisible()
    form.which.setCurrentText("Query map, as on Explore")
    assert form.note.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert previewed(qtbot, window) == plain
    assert not form.note.isVisible()
    work.threshold.move(0.9)
    qtbot.waitUntil(lambda: form.preview != plain, timeout=RUN_MS)
    work.threshold.move(0.0)
    qtbot.waitUntil(lambda: form.preview == plain, timeout=RUN_MS)
    work.colours.choose("query", Meaning(ColourBy.SCORE))
    qtbot.waitUntil(lambda: form.preview != plain, timeout=RUN_MS)


def test_the_preview_is_drawn_once_and_not_for_itself(qtbot, window, finished_run, monkeypatch):
    finding = finished(window, finished_run)
    window.go_to("export")
    form, asked = window.export_page.figures, []
    previewed(qtbot, window)
    monkeypatch.setattr(form, "_say", asked.append)
    for name in finding.outcome.prediction.labels.types[:3]:
        window.workspace.selection.choose(choosing.of_type(finding, name))
    previewed(qtbot, window)
    assert len(asked) == 1
    for place in range(form.which.count()):
        form.which.setCurrentIndex(place)
    previewed(qtbot, window)
    assert len(asked) == form.which.count()


@pytest.mark.parametrize("figure", ["Confusion matrix, counts", "Gene by type", "Gene on the genome", "Scores"])
def test_bands_are_the_picture_drawn_at_once(qtbot, window, tmp_path, finished_run, monkeypatch, figure):
    finished(window, finished_run)
    window.go_to("export")
    settle(qtbot, window)
    form, size = window.export_page.figures, FigureSize(120, 90, 150)
    form.which.setCurrentText(figure)
    previewed(qtbot, window)
    recording = form._recorded(size)
    at_once = picture_of(recording, size)
    monkeypatch.setattr(figure_writer, "_BAND", 40_000)
    write_figure(recording, tmp_path / "x.png", PNG, size)
    in_bands = QImage(str(tmp_path / "x.png")).convertToFormat(at_once.format())
    assert in_bands.size() == at_once.size()
    assert (greys(in_bands) != greys(at_once)).mean() < 1e-4  # edges may fall to the other side of a pixel
    with_figure(form._figures[figure], lambda widget: compare_with_widget(widget, recording, size))


@pytest.fixture
def crowd(qtbot):
    """A map of more cells than are drawn as circles, recorded."""
    size, rng = FigureSize(120, 90, 150), np.random.default_rng(0)
    made = CellMap(LIGHT, "Many cells")
    qtbot.addWidget(made)
    made.show_cells(rng.normal(size=(30_000, 2)))
    palette = [QColor(name) for name in ("#0072B2", "#D55E00", "#9aa0a6")]
    made.colour(Colouring(rng.integers(0, 2, 30_000), palette, [("one", palette[0]), ("other", palette[1])]))
    return recorded(made, size), size


def test_a_crowd_in_bands_is_the_crowd_drawn_at_once(crowd, tmp_path, monkeypatch):
    recording, size = crowd
    pictures = []
    for squares in (10**9, 200_000):
        monkeypatch.setattr(cloud, "_BAND", squares)
        write_figure(recording, tmp_path / "x.svg", SVG, size)
        image = QImage(2 * size.logical, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        QSvgRenderer(str(tmp_path / "x.svg")).render(painter)
        painter.end()
        pictures.append(greys(image))
    assert (pictures[0] < 200).mean() > 0.05  # there is something to be seen
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.05


@pytest.mark.parametrize("kind", [SVG, PDF])
def test_a_crowd_on_paper_tells_how_far_it_is_and_stops(crowd, tmp_path, monkeypatch, kind):
    recording, size = crowd
    monkeypatch.setattr(cloud, "_BAND", 200_000)
    seen, token = [], CancelToken()
    write_figure(recording, tmp_path / "whole", kind, size, Reporting(seen.append, token))
    assert seen == sorted(seen)
    assert len(set(seen)) > 10
    half = Reporting(lambda done: token.cancel() if done > 0.5 else None, token)
    with pytest.raises(Cancelled):
        write_figure(recording, tmp_path / "half", kind, size, half)
    assert not list(tmp_path.glob("half*"))


@pytest.mark.parametrize("kind", [SVG, PDF])
def test_circles_on_paper_tell_how_far_they_are_and_stop(qtbot, tmp_path, kind):
    size, rng, n = FigureSize(120, 90, 150), np.random.default_rng(0), 15_000
    made = CellMap(LIGHT, "Cells drawn as circles")
    qtbot.addWidget(made)
    made.show_cells(rng.normal(size=(n, 2)))
    palette = [QColor(name) for name in ("#0072B2", "#D55E00", "#9aa0a6")]
    made.colour(Colouring(rng.integers(0, 2, n), palette, [("one", palette[0]), ("other", palette[1])]))
    made.cloud.set_highlight(np.arange(n) < n // 3)
    recording, seen, token = recorded(made, size), [], CancelToken()
    write_figure(recording, tmp_path / "whole", kind, size, Reporting(seen.append, token))
    assert seen == sorted(seen)
    assert len(set(seen)) > 10
    assert max(np.diff(seen)) < 0.1
    half = Reporting(lambda done: token.cancel() if done > 0.5 else None, token)
    with pytest.raises(Cancelled):
        write_figure(recording, tmp_path / "half", kind, size, half)
    assert not list(tmp_path.glob("half*"))


BLOOD = ("CD56 (bright) NK cells", "CD56 (dim) NK cells", "classical monocytes", "effector CD8 T cells",
         "intermediate monocytes", "MAIT T cells", "memory B cells", "memory CD4 T cells", "myeloid DC",
         "naive B cells", "naive CD4 T cells", "naive CD8 T cells", "non-classical monocytes", "plasmacytoid DC")


def blood_matrix(qtbot):
    colours, n = type_colours(BLOOD, LIGHT), len(BLOOD)
    texts = tuple(tuple("100" if row == column else "" for column in range(n)) for row in range(n))
    made = boxed(column(Heatmap(LIGHT, "Confusion")))
    made.findChild(Heatmap).set_data(HeatmapData(np.eye(n), texts, BLOOD, BLOOD, "Truth", "Called", colours))
    qtbot.addWidget(made)
    return made


def blood_map(qtbot):
    made, rng = CellMap(LIGHT, "Cells"), np.random.default_rng(0)
    palette = list(type_colours(BLOOD, LIGHT).values())
    made.show_cells(rng.normal(size=(500, 2)))
    made.colour(Colouring(rng.integers(0, len(BLOOD), 500), palette, list(zip(BLOOD, palette, strict=False))))
    outer = boxed(column(made))
    qtbot.addWidget(outer)
    return outer


@pytest.mark.parametrize("make", [blood_matrix, blood_map])
@pytest.mark.parametrize("height", [67, 89, 120])
def test_in_one_column_of_a_journal_all_names_fit_in_letters_of_5_points_or_more(qtbot, make, height):
    widget, size = make(qtbot), FigureSize(89, height, 100)
    widget.resize(size.logical)
    recording = recorded(widget, size)
    assert not cut(widget)
    assert not any(getattr(part, "crowded", False) for part in widget.findChildren(QWidget))
    assert LETTERS_PT * recording.letters >= 5 - 1e-9
    if make is blood_matrix:
        assert recording.letters < 1
        assert widget.findChild(Heatmap)._room.least * recording.letters >= 5 * 96 / 72 - 0.01
    assert recorded(widget, FigureSize(180, 140, 100)).letters == 1


def test_smaller_letters_fill_the_same_picture(qtbot, tmp_path):
    widget, size = blood_matrix(qtbot), FigureSize(89, 89, 200)
    recording = recorded(widget, size)
    assert recording.letters < 1
    write_figure(recording, tmp_path / "x.svg", SVG, size)
    image = QImage(size.pixels, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    QSvgRenderer(str(tmp_path / "x.svg")).render(painter)
    painter.end()
    for found in (greys(image), greys(picture_of(recording, size))):
        there = np.argwhere(found < 200)
        assert there.min(axis=0).max() < 0.1 * found.shape[0]
        assert there.max(axis=0).min() > 0.95 * found.shape[0]


def compare_with_widget(widget, recording, size):
    """A widget and what was recorded of it look alike, letters at most a pixel apart."""
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.resize(size.logical)
    widget.show()
    drawn = QImage(size.pixels, QImage.Format.Format_RGB32)
    drawn.setDevicePixelRatio(size.scale)
    drawn.fill(Qt.GlobalColor.white)
    widget.render(drawn, QPoint())
    one, other = (greys(image) for image in (drawn, picture_of(recording, size)))
    assert np.abs(one - other).mean() < 2


def greys(image):
    """(height, width) a picture, blurred so that a shift by a pixel counts little."""
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)
    grey = pixels[..., :3].mean(axis=2)
    return (grey[:-1, :-1] + grey[1:, :-1] + grey[:-1, 1:] + grey[1:, 1:]) / 4


def test_the_window_answers_while_a_large_picture_is_written(qtbot, window, tmp_path, finished_run, monkeypatch):
    finished(window, finished_run)
    window.go_to("export")
    form, work = window.export_page.figures, window.workspace
    previewed(qtbot, window)
    form.kind.choose(PNG)
    for field, value in ((form.width_field, 200), (form.height_field, 150), (form.dpi_field, 600)):
        field.setValue(value)
    previewed(qtbot, window)
    beats, threads, draw = [], set(), Recording.play
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(work.writer.busy))
    timer.start(5)
    monkeypatch.setattr(Recording, "play", lambda *what: (threads.add(threading.current_thread()), draw(*what)))
    work.chooser.saves.append(tmp_path / "x.png")
    form.save()
    assert not (tmp_path / "x.png").exists()
    settle(qtbot, window)
    timer.stop()
    assert sum(beats) > 10
    assert threads
    assert threading.main_thread() not in threads
    assert QImageReader(str(tmp_path / "x.png")).size() == form.size_wanted.pixels


def test_a_large_picture_that_is_cancelled_leaves_no_file(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    window.go_to("export")
    form, work = window.export_page.figures, window.workspace
    form.kind.choose(PNG)
    form.dpi_field.setValue(1200)
    work.chooser.saves.append(tmp_path / "x.png")
    form.save()
    work.cancel()
    settle(qtbot, window)
    assert window.export_page.messages.text == STOPPED.text
    assert not list(tmp_path.glob("x.png*"))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_cancel_at_the_last_moment_leaves_the_figure_that_was_there(window, tmp_path, finished_run, kind):
    finished(window, finished_run)
    size, path, token = FigureSize(60, 40, 100), tmp_path / "x", CancelToken()
    path.write_text("old")
    make = window.export_page.figures._figures["Confusion matrix, counts"]
    recording = with_figure(make, lambda view: recorded(view, size))

    class Whole(Recording):
        """Cancelled when all has been drawn."""

        def play(self, *arguments):
            recording.play(*arguments)
            token.cancel()

    with pytest.raises(Cancelled):
        write_figure(with_figure(make, Whole), path, kind, size, Reporting(lambda _: None, token))
    assert path.read_text() == "old"
    assert list(tmp_path.glob("x*")) == [path]


def test_a_picture_too_large_is_refused_before_it_is_drawn(qtbot, window, tmp_path, finished_run, monkeypatch):
    finished(window, finished_run)
    window.go_to("export")
    form, work = window.export_page.figures, window.workspace
    form.kind.choose(PNG)
    for field, value in ((form.width_field, 600), (form.height_field, 600), (form.dpi_field, 1200)):
        field.setValue(value)
    form.save()
    told = window.export_page.messages.text
    assert told.startswith("The picture is too large to be saved in pixels: found 600 mm by 600 mm at 1200 dpi, 80")
    assert told.endswith("; ask for at most 980 dpi, or save it as SVG or PDF.")
    form.dpi_field.setValue(980)
    check_pixels(form.size_wanted)
    monkeypatch.setattr(machine, "free_memory_mib", lambda: 100.0)
    form.copy()
    assert "too large to be copied" in window.export_page.messages.text
    assert not work.writer.busy
    form.kind.choose(SVG)
    assert work.chooser.saves == []
    work.chooser.saves.append(tmp_path / "x.svg")
    form.save()
    settle(qtbot, window)
    assert "x.svg" in window.export_page.messages.text


def test_a_figure_of_older_settings_is_not_faded(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    fresh, session = saved_picture(qtbot, window, tmp_path / "fresh.png"), window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=9))
    assert session.outdated
    assert window.explore_page.query_map.map.cloud.opacity() < 1
    assert saved_picture(qtbot, window, tmp_path / "older.png") == fresh


def test_a_folder_that_is_not_there_is_told(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    window.go_to("export")
    window.workspace.chooser.saves.append(tmp_path / "nowhere" / "map.svg")
    window.export_page.figures.save()
    settle(qtbot, window)
    assert "nowhere" in window.export_page.messages.text


def test_what_the_run_lacks_is_told(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    window.go_to("export")
    form = window.export_page.figures
    form.which.setCurrentText("Clusters and markers")
    assert "no such picture" in form.note.text()
    assert not form.save_button.isEnabled()
    assert not form.copy_button.isEnabled()
    window.workspace.chooser.saves.append(tmp_path / "x.svg")
    for wish in (form.save, form.copy):
        window.workspace.notices.clear(EXPORT)
        wish()
        assert "no such picture" in window.export_page.messages.text
    assert not list(tmp_path.glob("*.svg"))


def test_every_plot_is_saved_from_where_it_is_seen(qtbot, window, tmp_path, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    settle(qtbot, window)
    page, saves = window.explore_page, window.workspace.chooser.saves
    page.confusion.unit_button("n").click()
    page.query_map.map.canvas.getViewBox().scaleBy((0.3, 0.3))
    form = window.export_page.figures
    for view, named in ((page.confusion, "Confusion"), (page.query_map, "Query")):
        asked = [action.text() for action in view.menu().actions()]
        assert asked[:2] == ["Copy &picture", "Save &figure…"]
        dialog = view.save_figure()
        assert named in dialog.windowTitle()
        assert not dialog.form.which.isVisible()
        dialog.form.kind.choose(PNG)
        dialog.form.dpi_field.setValue(96)
        saves.append(tmp_path / f"{named}.png")
        dialog.form.save_button.click()
        assert not dialog.isVisible()
        settle(qtbot, window)
        assert named in page.messages.text
    size = FigureSize(160, 120, 96)
    exported = picture_of(with_figure(form._figures["Confusion matrix, counts"],
                                      lambda widget: recorded(widget, size)), size)
    assert same(QImage(str(tmp_path / "Confusion.png")).convertToFormat(exported.format()), exported)
    assert [action.text() for action in page.types.menu().actions()] == ["Copy &picture"]  # a table is no plot


def test_the_window_for_a_figure_has_a_way_out(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    settle(qtbot, window)
    dialog = window.explore_page.confusion.save_figure()
    qtbot.waitUntil(lambda: not dialog.form.preview.isNull(), timeout=RUN_MS)
    roles = {button.text(): dialog.buttons.buttonRole(button) for button in dialog.buttons.buttons()}
    role = QDialogButtonBox.ButtonRole
    assert sorted(roles.values(), key=str) == sorted((role.AcceptRole, role.ActionRole, role.RejectRole), key=str)
    assert roles["Save figure…"] == role.AcceptRole  # where the platform has what a window is for
    assert dialog.form.save_button.isDefault()
    assert not dialog.form.buttons.isVisible()
    dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert not dialog.isVisible()
    assert not window.workspace.busy


@pytest.mark.parametrize("kind", [PNG, SVG])
def test_both_maps_are_one_figure_with_the_lines_between_them(qtbot, window, tmp_path, finished_run, kind):
    finding = finished(window, finished_run)
    window.go_to("explore")
    work, page = window.workspace, window.explore_page
    cell = int(finding.outcome.prediction.best.argmax())
    work.selection.choose(choosing.of_cell(finding, "query", cell))
    assert page.save_both in page.query_map.menu().actions()
    dialog = page.save_maps()
    size = FigureSize(200, 100, 96)

    def drawn():
        recording = with_figure(page._two_maps.on_paper, lambda widget: recorded(widget, size))
        write_figure(recording, tmp_path / f"x.{kind}", kind, size)
        return tmp_path / f"x.{kind}"

    without = drawn().read_bytes()
    work.focus.pick(cell)
    assert page.lines.ends
    assert drawn().read_bytes() != without
    if kind == SVG:
        assert drawn().read_text().count("<polyline") > without.decode().count("<polyline")
    dialog.reject()
    form = window.export_page.figures
    window.go_to("export")
    form.which.setCurrentText("Both maps with anchor lines")
    with_lines = previewed(qtbot, window)
    work.selection.clear()
    assert previewed(qtbot, window) != with_lines
    assert not form.missing


def test_lines_between_maps_have_the_colours_of_the_file_also_on_paper(qtbot, window, finished_run):
    finding, work = finished(window, finished_run), window.workspace
    types = finding.outcome.reference_labels.labels.types
    own = {work.session.recipe.reference.labels: tuple((name, "#123456") for name in types)}
    work.session.set_inputs(reference=replace(work.session.reference, colours=own))
    paper = window.explore_page._two_maps.on_paper()
    themes = [one._workspace.appearance.theme for one in (paper.lines, *paper._maps)]
    paper.deleteLater()
    assert [type_colours(types, theme)[types[0]].name() for theme in themes] == ["#123456"] * 3


def test_a_merged_map_that_was_not_drawn_is_not_offered(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("export")
    form, merger = window.export_page.figures, window.workspace.merger
    form.which.setCurrentText("Merged map")
    assert form.note.text() == MISSING.format(why=NOT_DRAWN)
    assert not form.save_button.isEnabled()
    assert not form.copy_button.isEnabled()
    assert form.preview.isNull()
    assert not window.explore_page.merged_map.menu().actions()[1].isEnabled()
    merger.start()
    settle(qtbot, window)
    previewed(qtbot, window)
    assert form.save_button.isEnabled()
    assert not form.preview.isNull()
    assert not form.note.isVisible()


def test_a_curve_without_an_answer_key_is_not_offered(window, finished_run):
    outcome = replace(finished_run.outcome, grade=None)
    finished(window, replace(finished_run, outcome=outcome))
    window.go_to("export")
    form = window.export_page.figures
    form.which.setCurrentText("Calibration")
    assert form.missing == NEEDS_KEY
    assert not form.save_button.isEnabled()
    form.which.setCurrentText("Scores")
    assert form.save_button.isEnabled()


def test_a_preview_that_comes_too_late_is_not_shown(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("export")
    form = window.export_page.figures
    previewed(qtbot, window)
    late = form._asked
    form.which.setCurrentText("Merged map")
    form._take(late, QImage(10, 10, QImage.Format.Format_RGB32))
    assert form.preview.isNull()


def test_a_plot_is_saved_as_closely_as_it_is_looked_at(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    settle(qtbot, window)
    view = window.explore_page.histogram
    view.canvas.getViewBox().scaleBy((0.5, 0.2), center=(0.5, 0.0))
    seen = view.canvas.getViewBox().viewRange()
    assert with_figure(view.on_paper, lambda paper: paper.canvas.getViewBox().viewRange()) == seen
    form = window.export_page.figures
    exported = with_figure(form._figures["Scores"], lambda paper: paper.canvas.getViewBox().viewRange())
    assert exported[0] == [-0.02, 1.02]
