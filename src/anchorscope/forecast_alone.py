"""How long those stages take that no run needs: one side's own map, and the query's own clusters."""

from __future__ import annotations

from dataclasses import replace

from anchorscope.forecast import Sizes, forecast, machine_factor
from anchorscope.parameters import Recipe

CLUSTERED = 2.8e-4
"""Seconds for each cell, on the machine of the costs, of the graph of neighbours and of Louvain's ten starts."""


def seconds_alone(sizes: Sizes, recipe: Recipe, speed: float | None = None) -> dict[str, float]:
    """Foresee the seconds of every stage, those of a run and those of one side alone, by name.

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
    each = seconds["maps"] / max(n1 + n2, 1)
    # Transfer looks for each cell's neighbours among as many cells as the reference has, three times over.
    search = forecast(replace(sizes, reference_cells=n2), recipe, factor).seconds["transfer"]
    return seconds | {"reference_map": n1 * each, "query_map": n2 * each,
                      "query_clusters": search + factor * CLUSTERED * n2}
