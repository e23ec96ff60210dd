"""Dots of the calibration weigh as much as their cells, and no line leads through a handful of them."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest

from anchorscope.evaluation.threshold import reliability
from anchorscope_desktop.plotting.calibration import FEW, LEAST, diameters, draw_reliability, told, trusted_steps
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.theme import LIGHT
from anchorscope_desktop.views.score_histogram import CALIBRATION
from app.helpers import finished


@pytest.fixture
def drawn(qtbot):
    """A canvas, and what is drawn on it: bins of many cells, of three, of none and of many."""
    canvas = Canvas(LIGHT, "Calibration")
    qtbot.addWidget(canvas)
    scores = np.repeat([0.25, 0.35, 0.45, 0.65, 0.75], [400, 100, 3, 200, 100])
    found = reliability(scores, np.arange(len(scores)) % 3 > 0)
    draw_reliability(canvas, found, LIGHT)
    return canvas, found


def dots_of(canvas):
    return next(item for item in canvas.getPlotItem().items if isinstance(item, pg.ScatterPlotItem))


def test_areas_of_dots_are_as_the_numbers_of_cells_and_the_smallest_is_seen(drawn):
    canvas, found = drawn
    n, sizes = found.n[found.n > 0], np.array([spot.size() for spot in dots_of(canvas).points()])
    many = n > 50
    np.testing.assert_allclose(sizes[many] ** 2 / n[many], sizes[0] ** 2 / n[0])
    assert sizes[n == 3] == LEAST


def test_a_dot_tells_how_many_cells_it_stands_for(qtbot, drawn):
    canvas, found = drawn
    spots = dots_of(canvas).points()
    assert [spot.data() for spot in spots] == found.n[found.n > 0].tolist()
    assert dots_of(canvas).opts["tip"] is told
    assert told(0.449, 0.6667, 3) == "3 cells: mean score 0.45, 67% right"
    assert told(0.5, 1.0, 1).startswith("1 cell:")


def test_no_line_leads_through_few_cells_or_over_a_gap(drawn):
    canvas, found = drawn
    curves = [item for item in canvas.getPlotItem().items if isinstance(item, pg.PlotCurveItem)]
    (whole, thin) = sorted(curves, key=lambda item: -item.opts["pen"].widthF())
    assert whole.opts["pen"].style() != thin.opts["pen"].style()
    places = found.mean_score[found.n > 0]
    np.testing.assert_array_equal(whole.getData()[0].reshape(-1, 2), [places[[0, 1]], places[[3, 4]]])
    np.testing.assert_array_equal(thin.getData()[0].reshape(-1, 2), [places[[1, 2]], places[[2, 3]]])


def test_a_line_needs_enough_cells_on_both_ends_and_no_gap():
    bins, n = np.array([0, 1, 3, 4]), np.array([FEW, FEW, FEW, FEW - 1])
    assert trusted_steps(bins, n).tolist() == [True, False, False]
    assert diameters(np.zeros(0, dtype=np.int64)).tolist() == []


def test_the_view_says_what_the_size_means(qtbot, window, finished_run):
    finished(window, finished_run)
    view = window.explore_page.histogram
    view.switch.button(CALIBRATION).click()
    assert "dot size: cells" in view.words
    assert "Larger dots stand for more cells" in view.calibration_canvas.toolTip()
    assert len(dots_of(view.calibration_canvas).points())
    assert "fewer than" in view.calibration_canvas.toolTip()
    assert "fewer than" not in view.canvas.toolTip()
