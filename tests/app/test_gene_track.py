"""The colours and the words of the picture of a gene among its peaks."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope_desktop.plotting.theme import DARK, LIGHT
from anchorscope_desktop.state.genes import Lane, Sketch
from anchorscope_desktop.views.gene_track import heading, lane_name, peak_text, shades


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_more_a_peak_counts_the_more_it_is_accented(theme):
    credit = np.array([0.0, 2.0, 0.5, 0.001])
    grey, full, half, least = shades(theme, credit, np.ones(4, dtype=bool))
    assert grey == theme.color("unassigned")
    assert full == theme.color("accent")
    assert len({color.name() for color in (grey, full, half, least)}) == 4
    assert shades(theme, credit, credit > 1) == [full]
    assert shades(theme, np.zeros(2), np.ones(2, dtype=bool)) == [grey, grey]


def test_a_peak_is_told_with_what_it_counts_under_each_model():
    lanes = (Lane("body-promoter", (90, 310), np.array([1.0, 0.0])), Lane("archr", (50, 400), np.array([1.37, 0.4])))
    sketch = Sketch("CD8A", "chr2", "-", (100, 300), (1, 500), (50, 400), ["chr2:95-120", "chr2:390-420"],
                    np.array([95, 390]), np.array([120, 420]), np.array([0.25, 0.1]), lanes, ("CD8A",))
    assert peak_text(sketch, 1) == ("chr2:390-420\nmean count in a cell: 0.1\nbody-promoter: counts 0×\n"
                                    "archr: counts 0.4×")
    assert heading(sketch) == "CD8A on chr2: 1 of 2 peaks nearby count"
    assert [lane_name(lane) for lane in lanes] == ["body-promoter, up to 1×", "archr, up to 1.4×"]
    assert lane_name(Lane("co-accessibility", None, np.zeros(2))) == "co-accessibility"
