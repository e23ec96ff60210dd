"""What is foreseen of the stages that no run needs, and of the merged map."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from anchorscope.forecast import forecast
from anchorscope.forecast_alone import MERGED, seconds_alone
from anchorscope.forecast_work import Sizes
from anchorscope.parameters import CLUSTER_AND_NAME, ClusterParameters, Recipe, ReferenceParameters

SIZES = Sizes(2_000, 8_000, 20_000, 100_000, 4_000_000, 40_000_000)
ALONE = replace(SIZES, reference_cells=0, genes=0, reference_counts=0)


def clusters(sizes: Sizes, recipe: Recipe = Recipe(), speed: float = 1.0) -> float:  # noqa: B008 - frozen
    """Seconds foreseen for the query's own clusters."""
    return seconds_alone(sizes, recipe, speed)["query_clusters"]


def test_a_map_by_itself_takes_longer_than_its_part_of_two_drawn_side_by_side() -> None:
    found, run = seconds_alone(SIZES, Recipe(), 2.0), forecast(SIZES, Recipe(), 2.0).seconds
    assert {name: found[name] for name in run} == run
    assert found["query_map"] > found["reference_map"] > 0
    assert run["maps"] < found["reference_map"] + found["query_map"] < 3 * run["maps"]


def test_clusters_take_longer_with_more_cells_and_need_no_reference() -> None:
    assert clusters(ALONE) == pytest.approx(clusters(SIZES))
    assert clusters(replace(ALONE, query_cells=1_000_000)) > 50 * clusters(ALONE) > 0
    assert clusters(ALONE, speed=3.0) == pytest.approx(3 * clusters(ALONE))
    assert clusters(ALONE, Recipe(clusters=ClusterParameters(n_neighbors=80))) > clusters(ALONE)


def test_no_way_of_searching_makes_clusters_much_cheaper_than_fewer_cells() -> None:
    found = [clusters(replace(ALONE, query_cells=n)) for n in (40_000, 50_000, 50_001, 60_000, 100_000)]
    assert all(more > 0.9 * fewer for fewer, more in pairwise(found))


def test_the_reference_s_clusters_are_foreseen_like_the_query_s() -> None:
    settings = ReferenceParameters(labels=CLUSTER_AND_NAME, n_neighbors=ClusterParameters().n_neighbors)
    named = forecast(SIZES, Recipe(reference=settings), 1.0).seconds["labels"]
    assert named == pytest.approx(clusters(replace(SIZES, query_cells=SIZES.reference_cells)))


def test_the_merged_map_takes_longer_than_drawing_both_and_grows_with_either_side() -> None:
    many = replace(SIZES, reference_cells=20_000)
    found = seconds_alone(many, Recipe(), 1.0)
    assert found[MERGED] > found["maps"]
    for side in ("reference_cells", "query_cells"):
        more = replace(many, **{side: 3 * getattr(many, side)})
        assert seconds_alone(more, Recipe(), 1.0)[MERGED] > found[MERGED]
    assert seconds_alone(many, Recipe(), 3.0)[MERGED] == pytest.approx(3 * found[MERGED])
