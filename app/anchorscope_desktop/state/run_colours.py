"""The colour of every type that a run can show."""

from __future__ import annotations

from PySide6.QtGui import QColor

from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state.figures import all_types
from anchorscope_desktop.state.session import Finding


def run_colours(finding: Finding, theme: Theme) -> dict[str, QColor]:
    """Return the colour of each type of a run.

    Those of the reference, with the types that were left out of it, are coloured as if there were no others, so that
    they look as they did before; names that only the answer key has come after them.
    """
    types = (*finding.outcome.reference_labels.labels.types, *finding.job.left_out)
    return type_colours(types, theme, all_types(finding))
