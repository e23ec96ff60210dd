"""How long those stages take that no run needs: one side's own map, the query's own clusters, the merged map."""

from __future__ import annotations

from anchorscope.forecast import cost, forecast, machine_factor
from anchorscope.forecast_costs import COSTS
from anchorscope.forecast_work import Sizes, clusters_work, drawing_work, merging_work
from anchorscope.parameters import Recipe

MERGED, MAP = "merged", "map"
"""Costs that are no stage's: of the map of both assays but for its drawing, and of drawing a map by itself, which takes
longer than its half of two that are drawn side by side."""


def seconds_alone(sizes: Sizes, recipe: Recipe, speed: float | None = None) -> dict[str, float]:
    """Foresee the seconds of every stage, those of a run and those of one side alone, and of the merged map, by name.

    Parameters
    ----------
    sizes, recipe
        Of the data; the settings.
    speed
        How many times as long as on the machine of the costs a task takes here; measured, unless given.
    """
    factor = machine_factor() if speed is None else speed
    n1, n2 = sizes.reference_cells, sizes.query_cells
    seconds = forecast(sizes, recipe, factor).seconds
    alone = {
        "reference_map": cost(drawing_work(n1), COSTS[MAP]), "query_map": cost(drawing_work(n2), COSTS[MAP]),
        "query_clusters": cost(clusters_work(n2, recipe.clusters.n_neighbors), COSTS["labels"]),
        MERGED: cost(merging_work(sizes, recipe), COSTS[MERGED]) + cost(drawing_work(n1 + n2), COSTS[MAP]),
    }
    return seconds | {name: factor * each for name, each in alone.items()}
