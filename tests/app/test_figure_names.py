"""In every figure on offer all names can be read: titles, legends, axes, rows and columns."""

from __future__ import annotations

import html
import re

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from anchorscope.evaluation.comparison import Comparison, ComparisonRow, Scores
from anchorscope.pipeline import Job
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.legend import Legend
from anchorscope_desktop.plotting.recording import Recording
from anchorscope_desktop.plotting.theme import LIGHT
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.views.anchor_lines import NO_LINES
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.figure_writer import SVG, FigureSize, recorded, with_figure, write_figure
from app.helpers import RUN_MS, finished, settle

MODELS, REDUCTIONS = ("body-promoter", "archr", "maestro", "co-accessibility"), ("cca", "rpca", "pcaproject")


@pytest.fixture
def offered(qtbot, window, finished_run):
    """All figures of a run that has everything but names of its own clusters."""
    finding, work = finished(window, finished_run), window.workspace
    rows = tuple(ComparisonRow(model, reduction, Scores(0.9, 0.88 + place / 200, 0.7, 0.6), 12, 0.5, 1.0, 2.0, "")
                 for place, (model, reduction) in enumerate((m, r) for m in MODELS for r in REDUCTIONS))
    work.comparer.restore((Job(work.session.reference, work.session.query, work.session.recipe),
                           Comparison(rows, "cell_type", ceiling=Scores(0.899, 0.872, 0.7, 0.6))))
    work.merger.start()
    settle(qtbot, window)
    gene = str(finding.outcome.gene_activity.regions.symbols[2])
    work.genes.choose(gene)
    work.colours.choose("merged", Meaning(ColourBy.GENE, gene))
    window.go_to("export")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not (work.bridge.busy or work.desk.previewer.busy), timeout=RUN_MS)
    return window.export_page.figures


def names_in(widget: QWidget) -> list[str]:
    """What has to be read in a figure."""
    views = [widget] if isinstance(widget, ViewFrame) else widget.findChildren(ViewFrame)
    names = [view.heading for view in views]
    for canvas in widget.findChildren(Canvas):
        axes = [canvas.getAxis(side) for side in ("left", "bottom")] if canvas.isVisible() else []
        names += [axis.labelText for axis in axes if axis.isVisible()]
        names += [name for _, name in canvas._rows if axes]
    for legend in widget.findChildren(Legend):
        names += [legend.title, *(legend.entry(place) for place in range(len(legend._entries)))]
    for heatmap in widget.findChildren(Heatmap) if not getattr(widget, "empty_text", "") else ():
        names += [*heatmap._data.row_names, *heatmap._data.column_names]
    return [name for name in names if name]


def words_of(path) -> set[str]:
    return {" ".join(html.unescape(text).split()) for text in re.findall(r">([^<]+)</text>", path.read_text())}


@pytest.mark.parametrize("width", [89, 160])
def test_every_name_is_read_in_every_figure(offered, tmp_path, width):
    size, missing, lacking, cut = FigureSize(width, 120, 96), [], {}, []
    for figure, make in offered._figures.items():
        def look(widget: QWidget) -> tuple[str, Recording, list[str]]:
            return getattr(widget, "empty_text", ""), recorded(widget, size), names_in(widget)

        empty, recording, names = with_figure(make, look)
        if empty:
            missing.append(figure)
            continue
        assert len(names) > 1, figure
        write_figure(recording, tmp_path / "x.svg", SVG, size)
        there = words_of(tmp_path / "x.svg")
        gone = [name for name in names if " ".join(name.split()) not in there]
        if gone:
            lacking[figure] = gone
        if recording.cut:
            cut.append(figure)
    assert lacking == {}
    assert cut == []
    assert missing == ["Clusters and markers"]


def test_a_figure_that_stays_wider_than_the_paper_is_told_of(qtbot):
    widget = QWidget()
    widget.setMinimumWidth(900)
    qtbot.addWidget(widget)
    assert recorded(widget, FigureSize(40, 40, 96)).cut
    assert not recorded(widget, FigureSize(160, 40, 96)).cut


def test_long_names_of_rows_leave_room_for_what_is_drawn(qtbot):
    canvas = Canvas(LIGHT, "Rows")
    qtbot.addWidget(canvas)
    canvas.set_home((0.0, 1.0), (-0.5, 1.5))
    canvas.name_rows([(0, "short"), (1, "a name that goes on and on and on and on and on and on and on and on")])
    canvas.resize(300, 200)
    canvas.show()
    QApplication.processEvents()
    assert canvas.cut
    assert canvas.getViewBox().width() > 90
    named = [name for _, name in canvas.getAxis("left")._tickLevels[0]]
    assert named[0] == "short"
    assert named[1].startswith("a name")
    assert named[1].endswith("…")
    canvas.resize(1200, 200)
    QApplication.processEvents()
    assert not canvas.cut
    assert not canvas.crowded


def test_the_curves_of_scores_are_titled_by_what_they_show(window, finished_run):
    finished(window, finished_run)
    made = window.export_page.figures._figures
    for title in ("Scores", "Coverage and accuracy", "Calibration"):
        assert with_figure(made[title], lambda view: view.heading) == title


def test_maps_without_lines_say_how_to_have_some(qtbot, window, finished_run):
    finding, work, form = finished(window, finished_run), window.workspace, window.export_page.figures
    window.go_to("export")
    form.which.setCurrentText("Both maps with anchor lines")
    assert NO_LINES in form.note.text()
    assert form.note.isVisible()
    assert form.save_button.isEnabled()
    cell = int(finding.outcome.prediction.best.argmax())
    work.selection.choose(choosing.of_cell(finding, "query", cell))
    qtbot.waitUntil(lambda: not form._waiting, timeout=RUN_MS)
    assert NO_LINES in form.note.text()
    work.focus.pick(cell)
    qtbot.waitUntil(lambda: NO_LINES not in form.note.text(), timeout=RUN_MS)
