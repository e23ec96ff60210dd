"""What is foreseen of the stages that no run needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anchorscope.forecast import Sizes, forecast
from anchorscope.forecast_alone import CLUSTERED, seconds_alone
from anchorscope.parameters import Recipe

SIZES = Sizes(2_000, 8_000, 20_000, 100_000, 4_000_000, 40_000_000)


def test_both_maps_share_the_time_of_drawing_them_at_once() -> None:
    found, run = seconds_alone(SIZES, Recipe(), 2.0), forecast(SIZES, Recipe(), 2.0).seconds
    assert {name: found[name] for name in run} == run
    assert found["reference_map"] + found["query_map"] == pytest.approx(run["maps"])
    assert found["query_map"] == pytest.approx(4 * found["reference_map"])


def test_clusters_take_longer_with_more_cells_and_need_no_reference() -> None:
    alone = replace(SIZES, reference_cells=0, genes=0, reference_counts=0)
    few, many = (seconds_alone(replace(alone, query_cells=n), Recipe(), 1.0)["query_clusters"]
                 for n in (8_000, 1_000_000))
    assert few == pytest.approx(seconds_alone(SIZES, Recipe(), 1.0)["query_clusters"])
    assert CLUSTERED * 8_000 < few < 30
    assert many > 100 * few / 2
    assert seconds_alone(alone, Recipe(), 3.0)["query_clusters"] == pytest.approx(3 * few)
