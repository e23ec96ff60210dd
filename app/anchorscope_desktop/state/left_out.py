"""Why reference cells have no type: the user left it out, or nothing is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anchorscope.parameters import ReferenceParameters
from anchorscope.results import ReferenceLabels

if TYPE_CHECKING:
    from anchorscope_desktop.state.session import Finding

UNKNOWN, LEFT_OUT = "unknown", "left out"


def without_type(found: ReferenceLabels, cells: Any, settings: ReferenceParameters) -> str:
    """Return what the cells without a type are called, by what their type was before some were left out.

    Parameters
    ----------
    found
        Labels of the reference cells.
    cells
        The table of these cells, a pandas DataFrame.
    settings
        Those the labels were made with.
    """
    from anchorscope.io.labels import labels_from_column
    from anchorscope.preprocess.panel import labels_of

    if not settings.left_out:
        return UNKNOWN
    whole = labels_of(found.naming) if found.naming is not None else labels_from_column(cells, settings.labels,
                                                                                       "reference")
    known = whole.codes[found.labels.codes < 0] >= 0
    return UNKNOWN if not known.any() else LEFT_OUT if known.all() else f"{LEFT_OUT} or {UNKNOWN}"


def typeless(finding: Finding) -> str:
    """Return what the reference cells of a run are called that have no type."""
    return without_type(finding.outcome.reference_labels, finding.job.reference.cells, finding.job.recipe.reference)
