"""Colours that can be read, heatmaps that know what lies under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from anchorscope_desktop.plotting.colours import contrast, readable_on, type_colours
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout
from anchorscope_desktop.plotting.theme import DARK, LIGHT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "error", "warning", "success"])
@pytest.mark.parametrize("paper", ["window", "surface", "raised"])
def test_every_ink_can_be_read_on_every_paper(theme, ink, paper):
    assert contrast(theme.color(ink), theme.color(paper)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_on_the_accent_can_be_read(theme):
    assert contrast(theme.color("on_accent"), theme.color("accent")) >= 4.5
    assert contrast(theme.color("text"), theme.color("accent_soft")) >= 4.5


@pytest.mark.parametrize("grey", range(0, 256, 15))
def test_numbers_in_cells_can_be_read(grey):
    paper = QColor(grey, grey, 255 - grey // 2)
    assert contrast(readable_on(paper), paper) >= 4.5


def test_types_keep_their_colours_and_unassigned_is_grey():
    types = ["NK", "B", "Mono"]
    table = type_colours(types, LIGHT)
    assert table == type_colours(reversed(types), LIGHT)
    assert len({table[name].name() for name in types}) == 3
    assert table["Unassigned"].hslSaturationF() < 0.1


def test_black_turns_white_on_dark():
    types = [f"T{n}" for n in range(8)]
    light, dark = type_colours(types, LIGHT), type_colours(types, DARK)
    assert [name for name in types if light[name] != dark[name]] == ["T7"]
    assert dark["T7"] == QColor("#FFFFFF")


def test_what_lies_under_a_point():
    layout = HeatmapLayout(rows=3, columns=2, left=50, top=20, cell_width=10, cell_height=10)
    for row in range(3):
        assert layout.hit(layout.row_name(row).center()) == (row, None)
        for column in range(2):
            assert layout.hit(layout.cell(row, column).center()) == (row, column)
            assert layout.hit(layout.column_name(column).center()) == (None, column)
    assert layout.hit(QPointF(5, 5)) is None
    assert layout.hit(QPointF(75, 25)) is None
    assert layout.hit(QPointF(55, 55)) is None
