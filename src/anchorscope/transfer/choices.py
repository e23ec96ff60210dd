"""What the settings of the transfer choose from the data: a space for the weights, groups to stay within."""

from __future__ import annotations

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.labels import labels_from_column
from anchorscope.parameters import LSI_SPACE, NO_GROUP
from anchorscope.results import Floats, Job
from anchorscope.transfer.groups import Groups, matched_groups


def chosen_space(job: Job) -> Floats | None:
    """Return the query's own coordinates in which anchors are weighed, (n2, d); ``None`` for the LSI.

    Raises
    ------
    InputError
        If there are none by that name, with the names that there are, or if they are not finite numbers.
    """
    name, there = job.recipe.transfer.weight_space, job.query.obsm
    if name == LSI_SPACE:
        return None
    if name not in there:
        raise InputError(f"The query has no coordinates “{name}” in its obsm",
                         ", ".join(f"“{other}”" for other in there) or "none at all",
                         f"choose one of them, or “{LSI_SPACE}”")
    flaw = _flaw(there[name])
    if flaw:
        raise InputError(f"The coordinates “{name}” of the query cannot be used", flaw,
                         f"mend them in the file, or choose “{LSI_SPACE}”")
    return there[name]


def _flaw(space: Floats) -> str:
    if space.ndim != 2:
        return f"{space.ndim} dimensions"
    if space.shape[1] == 0:
        return "no dimension"
    return "" if np.isfinite(space).all() else "values that are missing or infinite"


def chosen_groups(job: Job) -> Groups | None:
    """Return the groups within which labels may travel; ``None`` without restriction.

    Raises
    ------
    InputError
        If a column is named on one side only or does not exist, or if the query has a group that the reference lacks.
    """
    settings = job.recipe.transfer
    if settings.reference_group == settings.query_group == NO_GROUP:
        return None
    if NO_GROUP in (settings.reference_group, settings.query_group):
        given = "reference" if settings.query_group == NO_GROUP else "query"
        raise InputError("Groups restrict the transfer only if both sides have them", f"a column of the {given} alone",
                         "choose a column of the other side as well, or none")
    return matched_groups(labels_from_column(job.reference.cells, settings.reference_group, "reference"),
                          labels_from_column(job.query.cells, settings.query_group, "query"))
